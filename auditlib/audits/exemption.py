"""Evidence to be taken off a payer's downcoding programme: terms before the draw, charts, the exact bound."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import polars as pl

from auditlib.audits.audit import Reviewed, draw_sample
from auditlib.audits.spares import SpareUse, units_to_review
from auditlib.codes.systems import CPT, HCPCS
from auditlib.codes.visit_levels import visit_codes
from auditlib.errors import UsageError
from auditlib.ledger import Event, Ledger
from auditlib.sampling import Manifest, SampleRequest, Universe, build_frame
from auditlib.stats.arguments import confidence_level, probability, whole
from auditlib.stats.intervals.proportion import Interval, least_share
from auditlib.text import counted, long_date
from auditlib.warehouse import Warehouse
from auditlib.workspace.folder import Workspace

EXEMPTION_PLANNED: Final = "exemption planned"
State = Literal["met", "not met", "not finished"]

RIGHT: Final = "right"
TOO_HIGH: Final = "billed too high"
TOO_LOW: Final = "billed too low"
ANOTHER: Final = "another code"
UNSUPPORTED: Final = "not supported"
MISSING: Final = "record missing"
EXCLUDED: Final = "record missing, excluded"
OPEN: Final = "not reviewed to the end"
RESULTS: Final = (RIGHT, TOO_HIGH, TOO_LOW, ANOTHER, UNSUPPORTED, MISSING, EXCLUDED, OPEN)
"""What a chart can be, for the billed codes of the family."""

CHART_COLUMNS: Final = {
    "encounter_id": pl.String(),
    "patient_control_number": pl.String(),
    "provider_id": pl.String(),
    "service_date": pl.Date(),
    "billed_code": pl.String(),
    "paid_code": pl.String(),
    "supported_code": pl.String(),
    "result": pl.String(),
    "reason": pl.String(),
}
_NO_SUPPORT: Final = "none"
_FAMILY_OF: Final = {one.code: one.family for one in visit_codes()}


@dataclass(frozen=True, slots=True)
class ExemptionTerms:
    """What is to be shown, fixed before the draw.

    Parameters
    ----------
    payer_id
        The payer of the programme.
    billed_codes
        The family: codes, or ranges as 99202-99215.
    threshold
        Share of charts whose level must be right, between 0 and 1.
    provider_ids
        Whose visits; empty for all.
    from_date, to_date
        First and last day of service; None for no limit.
    confidence
        One-sided level of the assurance.

    Raises
    ------
    UsageError
        If no code is named, or a share is not between 0 and 1.
    """

    payer_id: str
    billed_codes: tuple[str, ...]
    threshold: float
    provider_ids: tuple[str, ...] = ()
    from_date: dt.date | None = None
    to_date: dt.date | None = None
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if not self.billed_codes:
            message = "No code is named."
            raise UsageError(message, hint="Name the family of codes, as 99202-99215.")
        probability(self.threshold, "threshold")
        confidence_level(self.confidence)

    def universe(self, name: str) -> Universe:
        """Return the universe of these charts: encounters with such a line to that payer."""
        return Universe(
            name,
            from_date=self.from_date,
            to_date=self.to_date,
            payer_id=self.payer_id,
            provider_ids=self.provider_ids,
            billed_codes=self.billed_codes,
        )

    @property
    def sentence(self) -> str:
        """What is to be shown, in words."""
        who = f" by {', '.join(self.provider_ids)}" if self.provider_ids else ""
        since = f" from {long_date(self.from_date)}" if self.from_date else ""
        until = f" to {long_date(self.to_date)}" if self.to_date else ""
        return (
            f"Visits billed{who} to {self.payer_id} with {', '.join(self.billed_codes)}{since}{until}: "
            f"at least {in_percent(self.threshold)} right of level, "
            f"with {in_percent(self.confidence)} assurance."
        )


@dataclass(frozen=True, slots=True)
class Exemption:
    """What the review of the charts shows of the terms.

    Parameters
    ----------
    terms, manifest
        What was to be shown, and the draw.
    charts
        One row a chart drawn: `CHART_COLUMNS`; ``result`` is one of `RESULTS`.
    is_planned_first
        Whether the terms were on record before the first verdict.
    """

    terms: ExemptionTerms
    manifest: Manifest
    charts: pl.DataFrame
    is_planned_first: bool

    @property
    def right_count(self) -> int:
        """Charts whose every billed code of the family the record supports as billed."""
        return self.charts.filter(result=RIGHT).height

    @property
    def chart_count(self) -> int:
        """Charts that count."""
        return self.charts.filter(~pl.col("result").is_in([EXCLUDED, OPEN])).height

    @property
    def open_count(self) -> int:
        """Charts that are not reviewed to the end."""
        return self.charts.filter(result=OPEN).height

    @property
    def bound(self) -> Interval | None:
        """The exact lower limit of the share right in the universe; None before the review is finished."""
        if self.open_count or not self.chart_count:
            return None
        return least_share(
            self.right_count,
            self.chart_count,
            universe_count=self.manifest.frame.unit_count,
            confidence=self.terms.confidence,
        )

    @property
    def state(self) -> State:
        """Whether the threshold is met: never where the bound is below it, or a chart is open."""
        bound = self.bound
        if bound is None:
            return "not finished"
        return "met" if bound.lower >= self.terms.threshold else "not met"

    @property
    def sentence(self) -> str:
        """What is shown, in words: n of m right, and the bound against the threshold."""
        bound, terms = self.bound, self.terms
        if bound is None:
            return f"Not finished: {self.open_count:,} of {counted(self.charts.height, 'chart')} open."
        universe = counted(self.manifest.frame.unit_count, "chart")
        return (
            f"{self.right_count:,} of {self.chart_count:,} right; of {universe} at least "
            f"{_at_least(bound.lower)} with {in_percent(terms.confidence)} assurance "
            f"({bound.method}). Threshold {in_percent(terms.threshold)}: {self.state}."
        )


def in_percent(share: float) -> str:
    """Return a share as it was stated, unrounded: 95 %, 98.5 %."""
    return f"{share * 100:.10g} %"


def _at_least(share: float) -> str:
    """Return a limit rounded down, so that no more is said than is shown."""
    return f"{int(share * 1000 + 1e-9) / 10:.1f} %"


def most_wrong(count: int, universe_count: int, terms: ExemptionTerms) -> int | None:
    """Return how many charts may be wrong with the threshold still met; None if it cannot be met.

    Parameters
    ----------
    count, universe_count
        Charts drawn, and charts in the universe.
    terms
        Threshold and confidence.
    """
    wrong = None
    for candidate in range(count + 1):
        bound = least_share(
            count - candidate, count, universe_count=universe_count, confidence=terms.confidence
        )
        if bound.lower < terms.threshold:
            break
        wrong = candidate
    return wrong


def least_count(universe_count: int, terms: ExemptionTerms) -> int:
    """Return the fewest charts that can meet the threshold, if every one is right."""
    low, high = 1, universe_count
    while low < high:
        middle = (low + high) // 2
        low, high = (
            (low, middle) if most_wrong(middle, universe_count, terms) is not None else (middle + 1, high)
        )
    return low


def plan_exemption(
    workspace: Workspace,
    terms: ExemptionTerms,
    *,
    name: str,
    count: int,
    seed: str,
    spare_count: int = 0,
    software_version: str,
    drawn_by: str,
    drawn_at: dt.datetime,
) -> Manifest:
    """Draw the charts as an audit, simple random, and enter the terms in the ledger.

    Parameters
    ----------
    workspace
        Where they are drawn.
    terms
        What is to be shown.
    name
        Name of the sample and its audit.
    count, spare_count, seed
        Of the draw.
    software_version, drawn_by, drawn_at
        What goes on record.

    Raises
    ------
    UsageError
        If so few charts cannot meet the threshold even if all are right, or the name has other terms.
    BadInputError
        If no chart meets the conditions.
    """
    universe = terms.universe(name)
    size = build_frame(workspace.warehouse(), universe).height
    whole(count, "count", minimum=1)
    wrong = most_wrong(count, size, terms) if 0 < count <= size else 0
    if wrong is None:
        message = (
            f"{counted(count, 'chart')} cannot show {in_percent(terms.threshold)}, even if all are right."
        )
        raise UsageError(message, hint=f"Draw at least {least_count(size, terms):,} of the {size:,}.")
    known = planned_terms(workspace.ledger().events(audit=name))
    if known is not None and known != terms:
        message = f"'{name}' was drawn for other terms: {known.sentence}"
        raise UsageError(message, hint="Terms are fixed before the draw: give another name.")
    manifest = draw_sample(
        workspace,
        universe,
        SampleRequest("simple", seed=seed, count=count, spare_count=spare_count),
        name=name,
        size_basis=f"the threshold is met with at most {counted(wrong, 'chart')} wrong, by the exact bound",
        objective=terms.sentence,
        software_version=software_version,
        drawn_by=drawn_by,
        drawn_at=drawn_at,
    )
    if known is None:
        enter_terms(workspace.ledger(), name, terms, actor=drawn_by, recorded_at=drawn_at)
    return manifest


def enter_terms(
    ledger: Ledger, audit: str, terms: ExemptionTerms, *, actor: str, recorded_at: dt.datetime
) -> None:
    """Enter the terms of an audit in the ledger."""
    said = {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in asdict(terms).items()
    }
    ledger.append(
        kind=EXEMPTION_PLANNED,
        audit=audit,
        subject=audit,
        actor=actor,
        payload=said | {name: list(said[name]) for name in ("billed_codes", "provider_ids")},
        recorded_at=recorded_at,
    )


def planned_terms(events: Sequence[Event]) -> ExemptionTerms | None:
    """Return the terms of an audit, from its events; None if it was not drawn for an exemption."""
    said = next((dict(event.payload) for event in events if event.kind == EXEMPTION_PLANNED), None)
    if said is None:
        return None
    days: dict[str, dt.date | None] = {
        name: None if said[name] is None else dt.date.fromisoformat(str(said[name]))
        for name in ("from_date", "to_date")
    }
    lists: dict[str, Any] = {name: said[name] for name in ("billed_codes", "provider_ids")}
    return ExemptionTerms(
        str(said["payer_id"]),
        tuple(lists["billed_codes"]),
        float(str(said["threshold"])),
        tuple(lists["provider_ids"]),
        days["from_date"],
        days["to_date"],
        float(str(said["confidence"])),
    )


def exemption(
    warehouse: Warehouse,
    manifest: Manifest,
    reviewed: Reviewed,
    events: Sequence[Event],
    spare_uses: Sequence[SpareUse],
) -> Exemption:
    """Return what the review of an audit shows of its terms.

    Parameters
    ----------
    warehouse
        Holds what was billed and paid.
    manifest, reviewed, events, spare_uses
        Of the audit; missing records count as the rule of ``reviewed`` says.

    Raises
    ------
    UsageError
        If the audit was not drawn for an exemption.
    """
    terms = planned_terms(events)
    if terms is None:
        message = f"Audit '{manifest.name}' was not drawn for an exemption."
        raise UsageError(message, hint="Draw one by 'auditlib denials exemption-draw'.")
    encounter_ids = units_to_review(manifest, spare_uses)
    universe = terms.universe(manifest.name)
    providers = pl.DataFrame({"provider_id": terms.provider_ids}, schema={"provider_id": pl.String})
    billed = warehouse.query(
        "queries/audits/billed_level",
        {"encounter_ids": encounter_ids, "payer_id": terms.payer_id},
        frames={"wanted_code": universe.code_ranges, "wanted_provider": providers},
    )
    judged = _judged(reviewed, universe.code_ranges)
    lines = {str(key[0]): rows.to_dicts() for key, rows in billed.group_by("encounter_id")}
    rows = [
        _chart(chart, lines.get(chart, []), judged.get(chart, []), _record(chart, reviewed))
        for chart in encounter_ids
    ]
    first_verdict = min((event.event_number for event in events if event.kind == "verdict"), default=None)
    planned = min(event.event_number for event in events if event.kind == EXEMPTION_PLANNED)
    return Exemption(
        terms,
        manifest,
        pl.DataFrame(rows, schema=CHART_COLUMNS),
        first_verdict is None or planned < first_verdict,
    )


def _judged(reviewed: Reviewed, ranges: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Return the final verdicts on codes of the family, by chart."""

    def in_family(name: str) -> pl.Expr:
        ends = ranges.iter_rows()
        return pl.any_horizontal(pl.col(name).is_between(pl.lit(first), pl.lit(last)) for first, last in ends)

    final = reviewed.final.verdicts
    of_line = pl.coalesce("code_system", "corrected_code_system").is_in([CPT, HCPCS])
    family = final.filter(
        of_line
        & (
            in_family("code").fill_null(value=False)
            | (pl.col("action").eq("add") & in_family("corrected_code").fill_null(value=False))
        )
    )
    return {
        str(key[0]): rows.to_dicts() for key, rows in family.group_by("encounter_id", maintain_order=True)
    }


def _record(chart: str, reviewed: Reviewed) -> str | None:
    """Return what is settled of a chart before its codes: that it is open, missing or left out."""
    final = reviewed.final
    rule = final.missing_rule
    if chart in final.missing_charts:
        return {"excluded": EXCLUDED, "not-reviewed": OPEN}.get(rule, MISSING)
    if chart not in set(final.charts["encounter_id"]):
        return OPEN
    if chart in set(final.uncounted_codes["encounter_id"]):
        return EXCLUDED if rule == "excluded" else OPEN
    return None


def _chart(
    chart: str,
    lines: Sequence[Mapping[str, Any]],
    verdicts: Sequence[Mapping[str, Any]],
    record: str | None,
) -> dict[str, object]:
    def joined(values: Sequence[object]) -> str | None:
        return ", ".join(dict.fromkeys(str(value) for value in values if value)) or None

    shown: dict[str, object] = {
        "encounter_id": chart,
        "patient_control_number": joined([line["patient_control_number"] for line in lines]),
        "provider_id": joined([line["provider_id"] for line in lines]),
        "service_date": min((line["service_date"] for line in lines if line["service_date"]), default=None),
        "billed_code": joined([line["billed_code"] for line in lines]),
        "paid_code": joined([line["paid_code"] for line in lines]),
    }
    if record is not None:
        return shown | {"supported_code": None, "result": record, "reason": None}
    billed = {line["billed_code"] for line in lines}
    verdicts = [one for one in verdicts if one["action"] == "add" or one["code"] in billed]
    if not billed or not billed <= {verdict["code"] for verdict in verdicts}:
        why = "a billed code is not among the codes of the chart"
        return shown | {"supported_code": None, "result": OPEN, "reason": why}
    results = [_result(verdict) for verdict in verdicts]
    wrong = [result for result in results if result != RIGHT]
    reasons = [
        part
        for verdict, result in zip(verdicts, results, strict=True)
        if result != RIGHT
        for part in (verdict["error_kind"], verdict["cause"], verdict["comment"])
    ]
    return shown | {
        "supported_code": joined([_supported(verdict) for verdict in verdicts]),
        "result": wrong[0] if wrong else RIGHT,
        "reason": joined(reasons),
    }


def _supported(verdict: Mapping[str, Any]) -> str:
    if verdict["action"] == "agree":
        return str(verdict["code"])
    return str(verdict["corrected_code"] or _NO_SUPPORT)


def _result(verdict: Mapping[str, Any]) -> str:
    """Return what a verdict makes of the level; a change of modifiers or units alone is none of it."""
    billed, supported = verdict["code"], _supported(verdict)
    if billed == supported:
        return RIGHT
    if supported == _NO_SUPPORT:
        return UNSUPPORTED
    family = _FAMILY_OF.get(billed)
    if family is None or family != _FAMILY_OF.get(supported):
        return ANOTHER
    return TOO_HIGH if supported < billed else TOO_LOW
