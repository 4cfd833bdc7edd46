"""Estimate a universe from the ledger's verdicts on a drawn sample, by the sample's design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.audits import audit as audits
from auditlib.audits.audit import Reviewed
from auditlib.audits.draw_history import draw_history
from auditlib.audits.integrity import require_recorded_draw
from auditlib.audits.other_verdicts import other_verdicts
from auditlib.audits.spares import SPARE_USED, SpareUse, spare_uses, units_looked_at, units_to_review
from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.appraisal import Appraisal, make_appraisal
from auditlib.estimation.file_contradictions import amount_sentences, beyond_charges
from auditlib.estimation.levels import LEVELS
from auditlib.estimation.method_input import ReviewedUnits
from auditlib.estimation.missing_records import missing_rule_of, rule_sentence, without_units
from auditlib.estimation.number_table import NumberTable
from auditlib.estimation.sampled_file import SampledUnits, frame_charges, frame_payments, with_design
from auditlib.estimation.units_in_error import (
    UnitAmounts,
    chart_errors,
    read_amounts,
    require_in_sample,
    unit_errors,
)
from auditlib.estimation.workpaper import appraisal_workpaper
from auditlib.sampling import Manifest, read_manifest
from auditlib.sampling.extrapolation import require_extrapolation
from auditlib.stats.estimators.estimate import Sides
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.stats.estimators.programmes import Programme
from auditlib.text import counted
from auditlib.workspace.folder import Workspace

# Appraisals of counts and of dollars, by design.
_METHODS: Final = {
    "simple random": ("attribute", "variable"),
    "systematic": ("attribute", "variable"),
    "stratified random": ("attribute-stratified", "stratified"),
    "cluster": ("cluster", "cluster"),
    "two-stage": ("two-stage", "two-stage"),
    "PPS": ("unequal", "unequal"),
    "risk-weighted": ("unequal", "unequal"),
    "monetary unit": ("unequal", "unequal"),
    "RHC": ("rhc", "rhc"),
}
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class AuditEstimate:
    """What a reviewed sample says of its universe.

    Parameters
    ----------
    audit
        Name of the sample.
    units_in_error
        Appraisal of the number of units of the universe in error.
    dollars_in_error
        Appraisal of the dollars; None without corrected amounts.
    unit_count, reviewed_count, error_count
        Units in the universe that the estimate covers, reviewed, and in error.
    missing_count, excluded_count
        Units whose record is missing, and units that the rule for missing records excludes.
    records
        How many records are missing and how they count, where others were reviewed, and what else is to be
        known before relying on the estimate: other draws, replaced units in error, odd amounts.
    outside_count
        Units drawn that are not in the universe: they count as looked at, with nothing in error.
    not_covered
        Strata of which no unit was drawn; no figure includes them.
    differing_count
        Units without an error by verdict whose amounts differ.
    paper
        The workpaper, in Markdown.
    """

    audit: str
    units_in_error: Appraisal
    dollars_in_error: Appraisal | None
    unit_count: int
    reviewed_count: int
    error_count: int
    missing_count: int
    differing_count: int
    outside_count: int
    excluded_count: int
    records: tuple[str, ...]
    not_covered: tuple[str, ...]
    paper: str

    def __repr__(self) -> str:
        return self.paper

    def _repr_markdown_(self) -> str:
        # JupyterLab renders text between two dollar signs as a formula.
        return self.paper.replace("$", r"\$")

    @property
    def looked_at_count(self) -> int:
        """Units reviewed, and units that turned out not to be in the universe: what the estimate rests on."""
        return self.reviewed_count + self.outside_count

    def error_rates(self) -> list[dict[str, float | None]]:
        """Return the error rate of the universe and its limits at every level, between 0 and 1."""
        figure = self.units_in_error.found.figures[0]
        rows = []
        for row in self.units_in_error.limits(figure):
            # Normal limits may leave what the review itself has shown.
            most = self.unit_count - self.looked_at_count + self.error_count
            limits = {
                side: _share(row[side], self.unit_count, self.error_count, most)
                for side in ("lower", "upper")
            }
            rows.append({"confidence": row["confidence"], "rate": figure.point / self.unit_count, **limits})
        return rows

    def to_values(self) -> dict[str, object]:
        """Return everything as JSON values."""
        return {
            "audit": self.audit,
            "unit_count": self.unit_count,
            "reviewed_count": self.reviewed_count,
            "error_count": self.error_count,
            "missing_count": self.missing_count,
            "differing_count": self.differing_count,
            "outside_count": self.outside_count,
            "looked_at_count": self.looked_at_count,
            "not_covered": list(self.not_covered),
            "excluded_count": self.excluded_count,
            "records": list(self.records),
            "error_rate": self.error_rates(),
            "units_in_error": self.units_in_error.to_values(),
            "dollars_in_error": None if self.dollars_in_error is None else self.dollars_in_error.to_values(),
        }


def _share(count: float | None, unit_count: int, least: int, most: int) -> float | None:
    return None if count is None else min(most, max(least, count)) / unit_count


@dataclass(frozen=True, slots=True)
class EstimateRequest:
    """A request for an estimate.

    Parameters
    ----------
    amounts
        CSV with unit_id, examined (what was paid) and audited (what should have been), or the amounts
        themselves; None for counts alone.
    missing
        Units whose record was not found, beside those of which a reviewer said so.
    programme
        Programme whose figure to add; requires amounts. It says how missing records count.
    missing_rule
        How missing records count without a programme; as errors in full by default.
    levels, sides, all_methods
        As for `auditlib.estimation.appraisal.make_appraisal`.
    largest_underpayment
        The most by which any unit can have been paid too little, in dollars, for the net total.
    notes
        Sentences to be said with the records, as on the programme's plan.
    """

    amounts: Path | UnitAmounts | None = None
    missing: Sequence[str] = ()
    programme: str | Programme | None = None
    missing_rule: MissingRecordRule | None = None
    levels: Sequence[float] = LEVELS
    sides: Sides = "two-sided"
    all_methods: bool = False
    largest_underpayment: float | None = None
    notes: Sequence[str] = ()


def estimate(workspace: Workspace, audit: str, request: EstimateRequest) -> AuditEstimate:
    """Return what a reviewed sample says of its universe.

    Raises
    ------
    UsageError
        If the sample is judgmental, its review is not finished, or a programme or a largest underpayment
        is given without amounts.
    BadInputError
        If amounts are missing for a unit in error, or belong to units that are not in the sample.

    Notes
    -----
    A unit is in error if a reviewer changed, deleted or added a code of its chart (of a sampled code: that
    code), by the latest completed review. A verdict has no dollars: the payment of a recoded claim must be
    priced, in the file of amounts. A reviewed unit without error may be omitted from that file.
    """
    path = audits.manifest_path(workspace, audit)
    manifest = read_manifest(path)
    require_recorded_draw(workspace, audit)
    require_extrapolation(manifest)
    if request.programme is not None and request.amounts is None:
        named = request.programme if isinstance(request.programme, str) else request.programme.name
        message = f"The figure of {named} needs corrected amounts."
        raise UsageError(message, hint="Give --amounts with the columns unit_id, examined and audited.")
    if request.largest_underpayment is not None and request.amounts is None:
        message = "A largest underpayment bounds dollars, and no amounts are given."
        raise UsageError(message, hint="Give --amounts with the columns unit_id, examined and audited.")
    rule = missing_rule_of(request.programme, request.missing_rule)
    uses = spare_uses(workspace.ledger().events(audit=audit, kinds=[SPARE_USED]), audit)
    unit_ids = units_to_review(manifest, uses)
    require_in_sample(request.missing, unit_ids)
    looked_at = units_looked_at(manifest, uses)
    amounts: Mapping[str, tuple[float, float]] | None = None
    if isinstance(request.amounts, UnitAmounts):
        amounts = request.amounts.of_unit
    elif request.amounts is not None:
        hint = "A spare counts only if its use is in the ledger."
        amounts = read_amounts(request.amounts, unit_ids, hint=hint)
    reviewed = audits.reviewed(workspace, audit, missing_rule=rule)
    records = _unit_records(workspace, manifest, unit_ids, reviewed, named=request.missing)
    errors = _errors(workspace, manifest, unit_ids, reviewed=reviewed, records=records, amounts=amounts)
    counts_method, dollars_method = _METHODS[manifest.design.method]
    appraised = partial(
        make_appraisal, levels=request.levels, sides=request.sides, all_methods=request.all_methods
    )
    errors |= {name: False for name, belongs in looked_at.items() if not belongs}
    counted_units, sampled = _counted(path, counts_method, looked_at, errors, records)
    counts = appraised(counts_method, counted_units)
    dollars = None
    if amounts is not None:
        units = _valued(
            path, dollars_method, looked_at, errors=errors, records=records, rule=rule, amounts=amounts
        )
        units = replace(units, largest_underpayment=request.largest_underpayment)
        dollars = appraised(dollars_method, units, programme=request.programme)
    estimated = AuditEstimate(
        audit,
        counts,
        dollars,
        sampled.unit_count,
        len(unit_ids) - len(records.excluded),
        sum(errors.values()),
        len(records.missing),
        sum(_differs(pair) and not errors[name] for name, pair in (amounts or {}).items()),
        len(sampled.outside),
        len(records.excluded),
        (
            *_record_sentences(reviewed, records, rule),
            *_replaced_sentences(workspace, manifest, uses, reviewed),
            *_draw_sentences(workspace, audit),
            *filter(None, [other_verdicts(workspace, audit)]),
            *_shared_chart_sentences(manifest.universe.unit, records.chart_of),
            *_amount_sentences(path, amounts or {}),
            *request.notes,
        ),
        tuple(stratum.stratum for stratum in sampled.not_covered),
        "",
    )
    return replace(estimated, paper=_paper(estimated, manifest, request, uses, sampled))


@dataclass(frozen=True, slots=True)
class _UnitRecords:
    """The chart of each unit, the units whose record is missing, and those that the rule excludes."""

    chart_of: Mapping[str, str]
    missing: frozenset[str]
    excluded: frozenset[str]


def _unit_records(
    workspace: Workspace,
    manifest: Manifest,
    unit_ids: Sequence[str],
    reviewed: Reviewed,
    *,
    named: Sequence[str],
) -> _UnitRecords:
    final, unit = reviewed.final, manifest.universe.unit
    chart_of = audits.charts_of_units(workspace, unit, unit_ids)
    missing = frozenset(
        name for name in unit_ids if name in named or chart_of.get(name) in final.missing_charts
    )
    if reviewed.missing_rule != "excluded":
        return _UnitRecords(chart_of, missing, frozenset())
    uncounted = final.uncounted_codes
    if unit == "code":
        without_support = {f"{chart}-{number}" for chart, number in uncounted.iter_rows()}
        left_out = {name for name in unit_ids if name in without_support}
    else:
        charts = set(uncounted["encounter_id"])
        left_out = {name for name in unit_ids if chart_of.get(name) in charts}
    return _UnitRecords(chart_of, missing, missing | left_out)


def _record_sentences(reviewed: Reviewed, records: _UnitRecords, rule: MissingRecordRule) -> tuple[str, ...]:
    """Return how missing records count, how many there are, and where others were reviewed."""
    named = sorted(
        records.missing
        - {unit for unit, chart in records.chart_of.items() if chart in reviewed.final.missing_charts}
    )
    sentences = [
        rule_sentence(rule),
        f"Units whose record is missing: {len(records.missing):,}.",
        *reviewed.final.record_sentences(most_named=None),
    ]
    if named:
        sentences.append(f"Named as missing for this estimate: {', '.join(named)}.")
    if records.excluded:
        sentences.append(
            f"{len(records.excluded):,} units of the sample are excluded: the estimate rests on the others."
        )
    return tuple(sentences)


def _replaced_sentences(
    workspace: Workspace, manifest: Manifest, uses: Sequence[SpareUse], reviewed: Reviewed
) -> list[str]:
    """Return a sentence on the units that a spare replaced although a review had found them in error."""
    replaced = [use.unit_out for use in uses]
    errors = unit_errors(workspace, reviewed, manifest.universe.unit, replaced)
    wrong = [unit for unit in replaced if errors.get(unit)]
    if not wrong:
        return []
    said = (
        f"{len(wrong):,} of the units replaced as not in the universe had been reviewed and are in error "
        f"({', '.join(wrong)}): here they count with nothing in error. Prove that each is outside."
    )
    return [said]


def _shared_chart_sentences(unit: str, chart_of: Mapping[str, str]) -> list[str]:
    """Return a sentence on the claims of the sample that bill one encounter together."""
    if unit != "claim":
        return []
    claims: dict[str, list[str]] = {}
    for claim, chart in chart_of.items():
        claims.setdefault(chart, []).append(claim)
    shared = {chart: names for chart, names in claims.items() if len(names) > 1}
    if not shared:
        return []
    named = [f"{chart}: {', '.join(names)}" for chart, names in list(shared.items())[:_NAMED]]
    said = (
        f"{sum(map(len, shared.values())):,} claims of the sample bill {counted(len(shared), 'encounter')} "
        f"together ({'; '.join(named)}{'; and others' if len(shared) > _NAMED else ''}): the verdict on the "
        "chart counts for each of its claims, the dollars of each are its own."
    )
    return [said]


def _draw_sentences(workspace: Workspace, audit: str) -> list[str]:
    """Return how often the universe was drawn, unless this is the only draw."""
    history = draw_history(workspace, audit)
    return [] if history.is_single else [history.sentence]


def _amount_sentences(path: Path, amounts: Mapping[str, tuple[float, float]]) -> list[str]:
    paid = {unit: examined for unit, (examined, _) in amounts.items()}
    odd = beyond_charges(paid, frame_charges(path, list(paid))) if paid else []
    return [*amount_sentences(list(amounts.values())), *odd]


def _errors(
    workspace: Workspace,
    manifest: Manifest,
    unit_ids: Sequence[str],
    *,
    reviewed: Reviewed,
    records: _UnitRecords,
    amounts: Mapping[str, tuple[float, float]] | None,
) -> dict[str, bool]:
    """Return for each unit if it is in error; raise if a review is not finished."""
    unit, chart_of = manifest.universe.unit, records.chart_of
    by_chart = chart_errors(workspace, reviewed)
    if unit == audits.ENROLLEE:
        return _enrollee_errors(workspace, manifest, unit_ids, by_chart, amounts)
    counted_missing = frozenset() if reviewed.missing_rule == "not-reviewed" else records.missing
    # A sampled code of a chart with other codes left out has its own verdict.
    finished = set(reviewed.final.charts["encounter_id"]) if unit == "code" else set(by_chart)
    open_units = [
        name
        for name in unit_ids
        if name not in counted_missing | records.excluded
        and (chart_of.get(name) not in finished or name in records.missing)
    ]
    if open_units:
        message = (
            f"{len(open_units):,} of {len(unit_ids):,} units are not completely reviewed, "
            f"as {', '.join(open_units[:_NAMED])}."
        )
        raise UsageError(
            f"{message} {reviewed.final.note}".strip(),
            hint="Complete their charts. Of a record that cannot be found, say so: 'auditlib audit record'.",
        )
    in_error = counted_missing - records.excluded
    if unit == "machine code":
        wrong = unit_errors(workspace, reviewed, unit, unit_ids)
        return {name: name in in_error or wrong.get(name, False) for name in unit_ids}
    if unit == "code":
        not_agreed = reviewed.final.verdicts.filter(
            (pl.col("action") != "agree") & pl.col("code_number").is_not_null()
        )
        codes_in_error = {
            f"{chart}-{number}"
            for chart, number in not_agreed.select("encounter_id", "code_number").iter_rows()
        }
        return {
            name: name not in records.excluded and (name in codes_in_error or name in in_error)
            for name in unit_ids
        }
    if unit == "line":
        if amounts is None:
            message = "A verdict is about a code of a chart, not about a service line."
            raise UsageError(message, hint="Give --amounts: a line is in error if its amount changes.")
        return {
            name: name not in records.excluded and (name in in_error or _differs(amounts.get(name)))
            for name in unit_ids
        }
    return {
        name: name not in records.excluded and (name in in_error or by_chart[chart_of[name]])
        for name in unit_ids
    }


def _enrollee_errors(
    workspace: Workspace,
    manifest: Manifest,
    unit_ids: Sequence[str],
    by_chart: Mapping[str, bool],
    amounts: Mapping[str, tuple[float, float]] | None,
) -> dict[str, bool]:
    """Return for each enrollee if the payment for its validated categories is another than was paid."""
    if amounts is None:
        message = "An enrollee is in error if its payment changes, and no amounts are given."
        raise UsageError(message, hint="Give --amounts, or plan by 'radv' with a table of payments.")
    charts = audits.charts_of_enrollees(workspace, manifest, unit_ids)
    waiting = [name for name in unit_ids if any(chart not in by_chart for chart in charts[name])]
    if waiting:
        message = f"{len(waiting):,} of {len(unit_ids):,} enrollees are not completely reviewed."
        raise UsageError(message, hint="Complete all charts of each, or state that a record is missing.")
    return {name: _differs(amounts.get(name)) for name in unit_ids}


def _differs(pair: tuple[float, float] | None) -> bool:
    return pair is not None and pair[0] != pair[1]


def _counted(
    path: Path,
    method: str,
    looked_at: Mapping[str, bool],
    errors: Mapping[str, bool],
    records: _UnitRecords,
) -> tuple[ReviewedUnits, SampledUnits]:
    column = "is_error" if method in {"attribute", "attribute-stratified"} else "value"
    table = _table(("unit_id", column), [(name, str(int(errors[name]))) for name in looked_at])
    sampled = with_design(table, path, method=method, looked_at=looked_at)
    sampled = replace(sampled, table=without_units(sampled.table, records.excluded, method=method))
    return ReviewedUnits(sampled.table, sampled.universe_count), sampled


def _valued(
    path: Path,
    method: str,
    looked_at: Mapping[str, bool],
    *,
    errors: Mapping[str, bool],
    records: _UnitRecords,
    rule: MissingRecordRule,
    amounts: Mapping[str, tuple[float, float]],
) -> ReviewedUnits:
    unpriced = [name for name in looked_at if errors[name] and name not in amounts]
    if unpriced:
        message = (
            f"{len(unpriced):,} units in error have no corrected amount, as {', '.join(unpriced[:_NAMED])}."
        )
        raise BadInputError(
            message, hint="Give each a row; an error that changes no amount has the same amount twice."
        )
    if rule == "increment":
        unchanged = [name for name in records.missing if amounts[name][0] <= amounts[name][1]]
        if unchanged:
            message = f"The record of {min(unchanged)} is missing, and its amounts have nothing in error."
            raise BadInputError(message, hint="State as audited what is paid without the HCC.")
    rows = []
    for name in looked_at:
        examined, audited = amounts.get(name, (0.0, 0.0))
        is_in_full = name in records.missing and rule == "error-in-full"
        rows.append((name, repr(examined), repr(0.0 if is_in_full else audited)))
    sampled = with_design(
        _table(("unit_id", "examined", "audited"), rows), path, method=method, looked_at=looked_at
    )
    sampled = replace(sampled, table=without_units(sampled.table, records.excluded, method=method))
    units = ReviewedUnits(sampled.table, sampled.universe_count)
    # Payments of units missing from the file are not known, so methods that need them are not offered.
    is_complete = all(
        name in amounts or name in records.excluded for name, belongs in looked_at.items() if belongs
    )
    return frame_payments(units, path, sampled) if is_complete else units


def _table(columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> NumberTable:
    schema = dict.fromkeys(columns, pl.String())
    return NumberTable("the reviewed sample", pl.DataFrame(rows, schema=schema, orient="row"))


def _paper(
    estimated: AuditEstimate,
    manifest: Manifest,
    request: EstimateRequest,
    uses: Sequence[SpareUse],
    sampled: SampledUnits,
) -> str:
    unit = manifest.universe.unit
    drawn = (
        f"{manifest.design.method}, {estimated.looked_at_count:,} of {estimated.unit_count:,} units ({unit})"
    )
    basis = [
        f"Sample '{manifest.name}': {drawn}, frame SHA-256 {manifest.frame.sha256[:16]}.",
        "Verdicts: the latest completed review of each chart in the ledger.",
        *estimated.records,
        f"Spares used: {len(uses):,}.",
        *(f"Spare {use.unit_in} for {use.unit_out}: {use.why.rstrip('.')}." for use in uses),
        *sampled.sentences,
        *manifest.warnings,
    ]
    if unit == "claim":
        basis.append("A claim is in error if a code of its encounter's chart is.")
    if (rule := Programme.of(request.programme)) is not None:
        basis.append(f"Programme: {rule.authority}.")
    share = estimated.error_count / estimated.looked_at_count
    looked = "units looked at" if estimated.outside_count else "reviewed units"
    counts = f"{estimated.error_count:,} of {estimated.looked_at_count:,} {looked}"
    sentences = [f"{counts} are in error ({share:.1%})."]
    sentences += [
        f"Error rate of the universe, {100 * (row['confidence'] or 0):.6g} %: {_percent(row['lower'])} to "
        f"{_percent(row['upper'])}."
        for row in estimated.error_rates()
    ]
    parts = [
        appraisal_workpaper(
            estimated.units_in_error,
            title=f"Estimate of units in error: {estimated.audit}",
            basis=basis,
            found=sentences,
        )
    ]
    if estimated.dollars_in_error is not None:
        assert request.amounts is not None  # noqa: S101 - dollars come of amounts
        basis = [
            f"Sample and verdicts as above; amounts of {request.amounts.name}: examined less audited.",
            "A reviewed unit without error and without a row has no difference.",
        ]
        if estimated.differing_count:
            basis.append(
                f"{estimated.differing_count:,} reviewed units without an error by verdict have amounts that "
                "differ: the dollars count them, the units in error do not. Settle which is right."
            )
        parts.append(
            appraisal_workpaper(
                estimated.dollars_in_error,
                title=f"Estimate of dollars in error: {estimated.audit}",
                basis=basis,
            )
        )
    return "\n".join(parts)


def _percent(share: float | None) -> str:
    return "open" if share is None else f"{100 * share:.2f} %"
