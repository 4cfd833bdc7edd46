"""What a review found, chart by chart: the answer, each finding, and every unit in the order drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

import polars as pl

from auditlib.audits.spares import SpareUse
from auditlib.codes.visit_levels import VISIT_RESULTS
from auditlib.estimation.verdict_estimate import VerdictEstimate
from auditlib.measures.judged_codes import JudgedCodes
from auditlib.measures.payment_errors import ERROR_COLUMN_OF, ErrorsBy, payment_errors
from auditlib.report.contents import Fact, ReportTable, Section, SumOf
from auditlib.review import NO_RECORD, FinalVerdicts
from auditlib.sampling import Manifest
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.text import counted, format_dollars

_NO_FINDING: Final = "Every code of every chart that was reviewed to the end was agreed with."
_NOT_REVIEWED: Final = "No chart that counts is reviewed to the end yet."
IN_ERROR: Final = "in error"
NO_ERROR: Final = "no error"
MISSING_RESULT: Final = "record missing"
_NO_SUPPORT: Final = "with codes excluded for lack of support"
OUTSIDE: Final = "outside the universe"
NOT_REVIEWED: Final = "not reviewed to the end"
SPARE_NOT_USED: Final = "spare not used"
_OPEN: Final = ("not adjudicated", "not said whether the record was seen", NOT_REVIEWED)
_COUNTED: Final = (IN_ERROR, NO_ERROR, MISSING_RESULT)
_NONE_RECORDED: Final = "none recorded"
_EACH: Final = "Each finding"
_BY_RULE: Final = "by the rule for missing records"
_IN_NO_AMOUNT: Final = "They are in no amount above."
_NAMED: Final = 3
_NOT_ESTIMATED: Final = """
    Not estimated in this report, which does not mean that nothing is owed. {reason} 'auditlib audit
    estimate {audit} --amounts FILE' estimates dollars from the amounts of the units.
"""
UNIT_COLUMNS: Final = {
    "draw_number": pl.Int64(),
    "unit_id": pl.String(),
    "stratum": pl.String(),
    "role": pl.String(),
    "encounter_id": pl.String(),
    "result": pl.String(),
    "error_count": pl.Int64(),
    "reviewer": pl.String(),
    "completed_at": pl.Datetime("us"),
}
"""Columns of `unit_results`."""


def finding_list(before_and_after: pl.DataFrame, charts: pl.DataFrame) -> pl.DataFrame:
    """Return each code that the review found wrong, the most dollars first.

    Parameters
    ----------
    before_and_after
        Rows of `auditlib.review.before_and_after.before_and_after` of the verdicts that count, with
        ``rebuttal``, the state of the coder's rebuttal.
    charts
        ``encounter_id``, ``coder_id`` and ``provider_id`` of the charts.

    Returns
    -------
    polars.DataFrame
        A numbered row for each verdict other than agree, the largest absolute payment difference first, then
        those not priced, each in the order of charts and codes: finding_number, encounter_id, code_number,
        coder_id, provider_id, before, after, error_kind, cause, error_severity, evidence, comment,
        payment_difference, payment_difference_basis, reviewer, recorded_date and rebuttal.
    """
    people = charts.select("encounter_id", "coder_id", "provider_id").unique("encounter_id")
    wrong = before_and_after.filter(pl.col("action") != "agree").join(
        people, on="encounter_id", how="left", maintain_order="left"
    )
    return (
        wrong.with_columns(size=pl.col("payment_difference").abs())
        .sort(
            "size",
            "encounter_id",
            "code_number",
            descending=[True, False, False],
            nulls_last=True,
            maintain_order=True,
        )
        .with_row_index("finding_number", offset=1)
        .select(
            pl.col("finding_number").cast(pl.Int64),
            *("encounter_id", "code_number", "coder_id", "provider_id", "before", "after"),
            *("error_kind", "cause", "error_severity", "evidence", "comment"),
            "payment_difference",
            pl.when(pl.col("action") == NO_RECORD)
            .then(pl.lit(_BY_RULE))
            .otherwise("payment_difference_basis")
            .alias("payment_difference_basis"),
            "reviewer",
            pl.col("recorded_at").dt.date().alias("recorded_date"),
            rebuttal="rebuttal",
        )
    )


def of_counted_units(findings: pl.DataFrame, units: pl.DataFrame, unit: str) -> pl.DataFrame:
    """Return the findings of the units that count: of a sampled code its own, else those of the chart.

    Parameters
    ----------
    findings
        Rows with ``encounter_id`` and ``code_number``.
    units
        From `unit_results`.
    unit
        What a unit is.
    """
    counted_units = units.filter(pl.col("error_count").is_not_null())
    if unit != "code":
        return findings.filter(pl.col("encounter_id").is_in(counted_units["encounter_id"].implode()))
    place = pl.format("{}-{}", "encounter_id", "code_number")
    return findings.filter(place.is_in(counted_units["unit_id"].implode()).fill_null(value=False))


def _with_record(findings: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Return the findings without those of missing records, which count as a whole by their rule."""
    missing = units.filter(pl.col("result") == MISSING_RESULT)["encounter_id"]
    return findings.filter(pl.col("encounter_id").is_in(missing.implode()).not_())


def beyond_payment(units: pl.DataFrame) -> list[str]:
    """Return a caution where findings take off more than was paid for their chart."""
    over = units.filter(pl.col("payment_difference") > pl.col("paid_amount"))
    if over.is_empty():
        return []
    named = ", ".join(over["unit_id"].head(_NAMED)) + ("..." if over.height > _NAMED else "")
    said = (
        f"The findings of {counted(over.height, 'unit')} ({named}) come to more than was paid for "
        f"{'it' if over.height == 1 else 'each'}: amounts are added up as entered, and not cut off."
    )
    return [f"{said} Look again."]


def unit_results(
    manifest: Manifest, uses: Sequence[SpareUse], chart_of_unit: Mapping[str, str], final: FinalVerdicts
) -> pl.DataFrame:
    """Return every drawn unit in the order drawn, with what its review found.

    Parameters
    ----------
    manifest
        Of the sample.
    uses
        The spares used.
    chart_of_unit
        The encounter of each unit, whose chart is reviewed.
    final
        The verdicts that count.

    Returns
    -------
    polars.DataFrame
        The columns of `UNIT_COLUMNS`: ``result`` is no error, in error, record missing, codes without support
        (where these are excluded), outside the universe, not adjudicated, not said whether the record was
        seen, not reviewed to the end, or spare not used. A sampled code has its own result, any other unit
        that of its chart. ``error_count`` is null where the unit does not count.
    """
    units = pl.DataFrame(
        [
            (number, unit.unit_id, unit.stratum, unit.role, chart_of_unit.get(unit.unit_id))
            for number, unit in enumerate(manifest.selected, 1)
        ],
        schema={name: UNIT_COLUMNS[name] for name in list(UNIT_COLUMNS)[:5]},
        orient="row",
    )
    wrong = final.verdicts.filter(pl.col("action") != "agree")
    uncounted = final.uncounted_codes
    if manifest.universe.unit == "code":
        # A code's id is its chart and its place there; an added code is at no place.
        place = pl.format("{}-{}", "encounter_id", "code_number")
        key, wrong_ids = "unit_id", wrong.drop_nulls("code_number").select(unit_id=place)
        uncounted_ids = uncounted.drop_nulls("code_number").select(unit_id=place)
    else:
        key, wrong_ids = "encounter_id", wrong.select("encounter_id")
        uncounted_ids = uncounted.select("encounter_id")
    errors = wrong_ids.group_by(key).agg(error_count=pl.len().cast(pl.Int64))
    charts = final.charts.select("encounter_id", "reviewer", "completed_at").unique("encounter_id")
    joined = units.join(charts, on="encounter_id", how="left", maintain_order="left").join(
        errors, on=key, how="left", maintain_order="left"
    )
    is_reviewed = pl.col("reviewer").is_not_null()
    used = {use.unit_in for use in uses}
    result = (
        pl.when(pl.col("unit_id").is_in([use.unit_out for use in uses]))
        .then(pl.lit(OUTSIDE))
        .when((pl.col("role") == "spare") & ~pl.col("unit_id").is_in(list(used)))
        .then(pl.lit(SPARE_NOT_USED))
        .when(pl.col("encounter_id").is_in(final.not_adjudicated["encounter_id"].implode()))
        .then(pl.lit("not adjudicated"))
        .when(pl.col("encounter_id").is_in(final.not_stated["encounter_id"].implode()))
        .then(pl.lit("not said whether the record was seen"))
        .when(pl.col("encounter_id").is_in(list(final.missing_charts)))
        .then(pl.lit(MISSING_RESULT))
        .when(~is_reviewed)
        .then(pl.lit(NOT_REVIEWED))
        .when(pl.col(key).is_in(uncounted_ids[key].implode()))
        .then(pl.lit(_NO_SUPPORT))
        .when(pl.col("error_count") > 0)
        .then(pl.lit(IN_ERROR))
        .otherwise(pl.lit(NO_ERROR))
    )
    return joined.with_columns(
        result=result,
        error_count=pl.when(is_reviewed & result.is_in(_COUNTED)).then(pl.col("error_count").fill_null(0)),
    ).select(pl.col(name).cast(dtype) for name, dtype in UNIT_COLUMNS.items())


def answer(
    manifest: Manifest,
    findings: pl.DataFrame,
    units: pl.DataFrame,
    *,
    owed: VerdictEstimate,
    rate: str,
    rate_note: str,
    missing_rule: MissingRecordRule,
    dollars_not_agreed: Sequence[str] = (),
    stay_changes: pl.DataFrame | None = None,
) -> Section:
    """Return the section that the report opens with: asked, found, owed, how sure, still open.

    Parameters
    ----------
    manifest
        Of the sample.
    findings, units
        From `finding_list` and `auditlib.report.packs.unit_payments.with_payments`.
    owed
        The net dollars of the universe, or why they are not estimated.
    rate
        The share of charts without error with its interval, in words.
    rate_note
        How the charts behind that share are weighted; empty where they count alike.
    missing_rule
        How a missing record counts.
    dollars_not_agreed
        A sentence on each finding whose reviewers entered different dollars.
    stay_changes
        From `auditlib.audits.stay_changes.stay_changes`: their dollars are in the amounts.
    """
    looked_at = units.filter(pl.col("result") != SPARE_NOT_USED)
    by_result = dict(looked_at.group_by("result").len().sort("result").iter_rows())
    is_missing_open = missing_rule == "not-reviewed"
    open_results = (*_OPEN, MISSING_RESULT) if is_missing_open else _OPEN
    left_out = (OUTSIDE, _NO_SUPPORT, *((MISSING_RESULT,) if missing_rule == "excluded" else ()))
    waiting, excluded = _counts(by_result, open_results), _counts(by_result, left_out)
    sure = [f"Charts without error: {rate}.", rate_note]
    if waiting:
        sure.append("What is still open may change this.")
    return Section(
        "The answer",
        facts=(
            ("Asked", manifest.objective or "No objective was recorded with the draw."),
            ("Found", _found(manifest.universe.unit, findings, looked_at)),
            *((("Not counted", f"{'; '.join(excluded)}."),) if excluded else ()),
            *_dollar_facts(
                of_counted_units(findings, units, manifest.universe.unit),
                units,
                _of_counted_stays(stay_changes, units, manifest.universe.unit),
            ),
            ("Owed", _owed(owed, manifest.name)),
            ("How sure", " ".join(filter(None, sure))),
            ("Still open", f"{'; '.join(waiting)}." if waiting else "Nothing."),
        ),
        notes=owed.cautions,
        row_notes=(*beyond_payment(units), *dollars_not_agreed, *owed.row_notes),
    )


def _owed(owed: VerdictEstimate, audit: str) -> str:
    if owed.sentence:
        return owed.sentence
    name = f"'{audit}'" if " " in audit else audit
    return " ".join(_NOT_ESTIMATED.format(reason=owed.reason, audit=name).split())


def _of_counted_stays(changes: pl.DataFrame | None, units: pl.DataFrame, unit: str) -> pl.DataFrame:
    """Return the changes of stays that count; a sampled code has none, for a stay is more than it."""
    counted_units = units.filter(pl.col("error_count").is_not_null())
    if changes is None or unit == "code":
        return pl.DataFrame(schema={"payment_difference": pl.Decimal(18, 2)})
    return changes.filter(pl.col("encounter_id").is_in(counted_units["encounter_id"].implode()))


def _dollar_facts(findings: pl.DataFrame, units: pl.DataFrame, changes: pl.DataFrame) -> list[Fact]:
    """Return what was over- and underpaid by the findings of the units that count, and what is not priced."""
    priced = pl.concat([one.select("payment_difference") for one in (_with_record(findings, units), changes)])
    difference = priced["payment_difference"]
    amounts: list[Decimal] = difference.drop_nulls().to_list()
    over = sum((amount for amount in amounts if amount > 0), Decimal(0))
    under = sum((amount for amount in amounts if amount < 0), Decimal(0))
    if units["error_count"].is_null().all():
        return [Fact("Over- and underpaid", f"Not known. {_NOT_REVIEWED}")]
    facts = [
        Fact("Overpaid", format_dollars(over), rows=_EACH),
        Fact("Underpaid", format_dollars(-under), rows=_EACH),
        Fact(
            "Net of the reviewed units",
            f"{format_dollars(over + under)}, overpaid less underpaid.",
            rows=_EACH,
        ),
    ]
    if changes.height:
        said = f"{counted(changes.height, 'change')} of stays, whose dollars are in the amounts above."
        facts.append(Fact("Discharge status and DRG", said, rows="Changes of discharge status and DRG"))
    unpriced = difference.null_count()
    if unpriced:
        of_all = f"{unpriced:,} of {counted(priced.height, 'finding')}"
        said = f"{of_all}: what they change of the payment is not known. {_IN_NO_AMOUNT}"
        facts.append(Fact("Not priced", said, rows=_EACH))
    missing = units.filter(pl.col("result") == MISSING_RESULT, pl.col("error_count").is_not_null())
    if missing.height:
        known = missing.drop_nulls("payment_difference")
        paid = format_dollars(known["payment_difference"].sum() or 0)
        said = f"{paid} paid for {counted(known.height, 'unit')}"
        unknown = missing.height - known.height
        rest = f"; of {unknown:,} the amount is not known" if unknown else ""
        facts.append(Fact("Missing records", f"{said} by the rule, apart from the amounts above{rest}."))
    return facts


def _counts(by_result: Mapping[str, int], results: Sequence[str]) -> list[str]:
    return [f"{count:,} {result}" for result, count in by_result.items() if result in results]


def _found(unit: str, findings: pl.DataFrame, looked_at: pl.DataFrame) -> str:
    """Return how many units are in error, as an estimate counts them, and how many findings there are."""
    reviewed = looked_at.filter(pl.col("error_count").is_not_null())
    if reviewed.is_empty() and findings.is_empty():
        return _NOT_REVIEWED
    missing_count = reviewed.filter(pl.col("result") == MISSING_RESULT).height
    wrong_count = reviewed.filter(pl.col("error_count") > 0).height
    verb = "is" if wrong_count == 1 else "are"
    of_units = f"{wrong_count:,} of {counted(reviewed.height, unit)}"
    # A verdict is about a code of a chart: it does not say which service line it makes wrong.
    in_error = "in a chart in error" if unit == "line" else "in error"
    if missing_count:
        because = f", {missing_count:,} of these because the record is missing"
        found = f"{of_units} that count {verb} {in_error}{because}"
    else:
        found = f"{of_units} reviewed to the end {verb} {in_error}"
    is_counted = pl.col("encounter_id").is_in(reviewed["encounter_id"].implode())
    counted_findings = findings.filter(is_counted).height
    where = "in all" if unit == "encounter" else "in their charts"
    said = f"{found}: {counted(counted_findings, 'finding')} {where}."
    others = findings.height - counted_findings
    if others:
        said += f" {counted(others, 'further finding')} in charts that do not count."
    return said


def findings_section(findings: pl.DataFrame, units: pl.DataFrame) -> Section:
    """Return the section of all findings in the drawn units."""
    without_finding = _NOT_REVIEWED if units["error_count"].is_null().all() else _NO_FINDING
    # Figures and tables of the report lead to the table, so that it is there without a row too.
    return Section(
        "Findings",
        paragraphs=(without_finding,) if findings.is_empty() else (),
        tables=(
            ReportTable(
                _EACH,
                _without_ungraded(findings.drop("code_number")),
                note=_unfolded(_FINDINGS_NOTE),
                row_limit=None,
                quotation="evidence",
                remark="comment",
            ),
        ),
    )


_FINDINGS_NOTE: Final = """
    The most dollars first, then what is not priced, in the order of the charts. Billed is the code as
    the coder gave it, audited as the review holds it right. The payment difference is what was paid less
    what would have been right: plus is overpaid, minus underpaid. In quotation marks stands the sentence of
    the record that the verdict rests on, after it the reviewer's comment.
"""


def results_section(judged: JudgedCodes, units: pl.DataFrame, unit: str) -> Section:
    """Return the findings and their dollars by coder, provider, code family and error kind.

    Parameters
    ----------
    judged
        The codes of the review.
    units
        From `unit_results`.
    unit
        What a unit is.
    """
    wrong = judged.codes.filter(~pl.col("is_right"))
    wrong = _with_record(of_counted_units(wrong, units, unit), units)
    counted_codes = replace(judged, codes=wrong)
    return Section(
        "Results by coder, provider, code family and error kind",
        tables=tuple(
            ReportTable(
                f"Findings by {name}",
                payment_errors(counted_codes, by=by).select(ERROR_COLUMN_OF[by], "chart_count", *_ADDED_UP),
                labels=_RESULT_LABELS,
                row_limit=None,
                totals=_ADDED_UP,
                formulas=_RESULT_FORMULAS,
                rows=_EACH,
            )
            for name, by in _RESULTS_BY.items()
        ),
        notes=(_unfolded(_RESULTS_NOTE),),
    )


_RESULTS_BY: Final[dict[str, ErrorsBy]] = {
    "coder": "coder",
    "provider": "provider",
    "code family": "family",
    "error kind": "kind",
}
_RESULT_LABELS: Final = {
    "chart_count": "Charts in error",
    "error_count": "Findings",
    "unpriced_error_count": "Not priced",
    "overpaid_amount": "Overpaid",
    "underpaid_amount": "Underpaid",
    "net_amount": "Net",
    "absolute_amount": "Absolute",
}
_ADDED_UP: Final = (
    "error_count",
    "unpriced_error_count",
    "overpaid_amount",
    "underpaid_amount",
    "net_amount",
    "absolute_amount",
)
_RESULT_FORMULAS: Final = {
    "net_amount": SumOf(("overpaid_amount",), ("underpaid_amount",)),
    "absolute_amount": SumOf(("overpaid_amount", "underpaid_amount")),
}
_RESULTS_NOTE: Final = """
    Of the units that count; findings and dollars add up to the last row of each table. A chart with findings
    of several families or kinds is in each of their rows. Net is overpaid less underpaid, absolute is both
    together. What is not priced is in no amount. Missing records count as a whole by their rule, apart from
    these tables. A code family is the chapter of ICD-10-CM, the section of ICD-10-PCS, the letter of HCPCS or
    the range of CPT numbers.
"""


def visit_levels(before_and_after: pl.DataFrame) -> pl.DataFrame:
    """Return the visits of which a reviewer ticked what their level rests on.

    Parameters
    ----------
    before_and_after
        Rows of `auditlib.review.before_and_after.before_and_after` of the verdicts that count.
    """
    return before_and_after.filter(pl.col("visit_result").is_not_null()).select(_VISIT_COLUMNS)


_VISIT_COLUMNS: Final = (
    "encounter_id",
    "before",
    "after",
    "visit_result",
    "visit_rationale",
    "reviewer",
)
_VISIT_NOTE: Final = """
    What the reviewer ticked for problems, data, risk and minutes of each visit, and the code that it supports
    by the rules of its day of service. Over: the billed code is above the supported one; under: below it.
"""


def _visit_summary(visits: pl.DataFrame) -> str:
    if visits.is_empty():
        return _NONE_RECORDED
    counts = dict(visits.group_by("visit_result").len().iter_rows())
    said = [f"{counts[result]:,} {result}" for result in VISIT_RESULTS if result in counts]
    return f"Of {counted(visits.height, 'visit')} with what was ticked: {', '.join(said)}."


def later_section(not_adjudicated: pl.DataFrame, rebuttals: str, visits: pl.DataFrame) -> Section:
    """Return what may follow a review: rebuttals, levels of visits, other reviewers and new prices.

    Parameters
    ----------
    not_adjudicated
        Charts whose reviewers differ.
    rebuttals
        How many findings coders answered, in words.
    visits
        From `visit_levels`.
    """
    differing = not_adjudicated["encounter_id"].to_list()
    others = (
        f"{counted(len(differing), 'chart')} on which reviewers differ, not adjudicated and in no figure: "
        f"{', '.join(differing)}."
        if differing
        else _NONE_RECORDED
    )
    return Section(
        "Rebuttals, visit levels and other reviewers",
        facts=(
            ("Rebuttal log", rebuttals),
            ("Evaluation and management", _visit_summary(visits)),
            ("Other reviewers", others),
            ("Dollars by a pricer", _NONE_RECORDED),
        ),
        tables=()
        if visits.is_empty()
        else (ReportTable("Levels of visits", visits, note=_unfolded(_VISIT_NOTE), row_limit=None),),
    )


def units_section(units: pl.DataFrame, note: str, basis: Sequence[tuple[str, str]] = ()) -> Section:
    """Return the appendix of all units in the order drawn.

    Parameters
    ----------
    units
        From `auditlib.report.packs.unit_payments.with_payments`.
    note
        What their dollars rest on.
    basis
        What the report rests on: label and value.
    """
    return Section(
        "Appendix: every unit in the order drawn",
        facts=tuple(basis),
        tables=(ReportTable("Units", units, note=note, row_limit=None),),
    )


def _without_ungraded(findings: pl.DataFrame) -> pl.DataFrame:
    """Return findings without the column of severities where none is graded."""
    return findings if findings["error_severity"].count() else findings.drop("error_severity")


def _unfolded(text: str) -> str:
    return " ".join(text.split())
