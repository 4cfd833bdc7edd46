"""The denials pack: how often, by whom and why claims are denied, what came of them, what checks catch."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.measures import denials
from auditlib.report.contents import ReportContents, ReportTable, Section
from auditlib.report.formatting import rate_with_counts
from auditlib.report.packs.charts import drawn
from auditlib.text import counted, format_dollars

_CONFIDENTIALITY: Final = (
    "Confidential: this pack holds counts and dollars of claims by payer. It names no patient and no claim."
)


@dataclass(frozen=True, slots=True)
class DenialFigures:
    """Everything that the pack says, before it is put into words.

    Parameters
    ----------
    rates, payer_rates, month_rates, payer_month_rates
        Initial denial rates overall, by payer, by month, and by payer and month.
    dollars
        Initially denied dollars, overall.
    reasons, payer_reasons
        Denials by reason, costliest first, overall and by payer.
    overturned, payer_overturned
        Denials paid in the end, overall and by payer.
    caught, caught_total
        Denials that checks would have caught, by reason and in all.
    outcome_flow
        Paths of the claims.
    has_checks
        Whether checks have run since the last load.
    """

    rates: pl.DataFrame
    payer_rates: pl.DataFrame
    month_rates: pl.DataFrame
    payer_month_rates: pl.DataFrame
    dollars: pl.DataFrame
    reasons: pl.DataFrame
    payer_reasons: pl.DataFrame
    overturned: pl.DataFrame
    payer_overturned: pl.DataFrame
    caught: pl.DataFrame
    caught_total: pl.DataFrame
    outcome_flow: pl.DataFrame
    has_checks: bool


def denials_pack(
    figures: DenialFigures, *, made_at: dt.datetime, made_by: str, software_version: str
) -> ReportContents:
    """Return the sections of the denials pack.

    Parameters
    ----------
    figures
        What it says.
    made_at, made_by, software_version
        What it says of itself.
    """
    first = figures.rates.filter(pl.col("measure") == denials.INITIAL_DENIAL_RATE)
    answered = int(first["denominator_count"].sum())
    return ReportContents(
        title="Denials",
        subtitle=f"{counted(answered, 'answered claim')} to primary payers, each original claim once",
        made_at=made_at,
        made_by=made_by,
        software_version=f"auditlib {software_version}",
        headline=(
            ("Denied at first", rate_with_counts(first)),
            ("Denied at first, dollars", _amounts(figures.dollars)),
            ("Paid in the end", rate_with_counts(figures.overturned)),
        ),
        confidentiality=_CONFIDENTIALITY,
        sections=(
            _how_often(figures),
            _why(figures),
            _in_the_end(figures),
            _caught(figures),
        ),
    )


def _amounts(dollars: pl.DataFrame) -> str:
    if dollars.is_empty():
        return "nothing measured"
    row = dollars.row(0, named=True)
    return f"{format_dollars(row['numerator_amount'])} of {format_dollars(row['denominator_amount'])}"


def _how_often(figures: DenialFigures) -> Section:
    from auditlib.plots import denial_rate_by_month  # noqa: PLC0415 - altair is slow to import

    charts = (
        ()
        if figures.payer_month_rates.is_empty()
        else (
            drawn(
                "Initial denial rate by payer and month",
                denial_rate_by_month(figures.payer_month_rates),
                "A panel for each payer with its monthly denial rate and interval.",
            ),
        )
    )
    return Section(
        "How often are claims denied, and by whom?",
        paragraphs=(
            (
                "Initial denial rate: original claims to the primary payer of which every charged line was "
                "denied at the "
                "first answer, over those answered. A line is denied where nothing was paid and the reasons "
                "are "
                "denials; contractual reductions and the patient's share are not. Denied in part: some "
                "lines only."
            ),
        ),
        charts=charts,
        tables=(
            ReportTable("Denial rates", figures.rates),
            ReportTable("Denial rates by payer", figures.payer_rates, row_limit=None),
            ReportTable("Denial rates by month", figures.month_rates, row_limit=None),
            ReportTable("Denial rates by payer and month", figures.payer_month_rates),
        ),
    )


def _why(figures: DenialFigures) -> Section:
    from auditlib.plots import denial_pareto  # noqa: PLC0415 - altair is slow to import

    charts = (
        ()
        if figures.reasons.is_empty()
        else (
            drawn(
                "Denials by reason",
                denial_pareto(figures.reasons),
                "A bar for the denied dollars of each reason, costliest first, and their cumulative share.",
                names_people=False,
            ),
        )
    )
    return Section(
        "Why?",
        paragraphs=(
            (
                "A denial counts under the reason code of its largest denied adjustment; the words for "
                "reasons are the "
                "project's, or those of your own list."
            ),
        ),
        charts=charts,
        tables=(
            ReportTable("Denials by reason", figures.reasons, row_limit=None),
            ReportTable("Denials by payer and reason", figures.payer_reasons),
        ),
    )


def _in_the_end(figures: DenialFigures) -> Section:
    from auditlib.plots import claim_flow  # noqa: PLC0415 - altair is slow to import

    charts = (
        ()
        if figures.outcome_flow.is_empty()
        else (
            drawn(
                "From submission to final outcome",
                claim_flow(figures.outcome_flow),
                "A band for each path of claims, as wide as the number of claims on it.",
                names_people=False,
            ),
        )
    )
    return Section(
        "What came of them?",
        paragraphs=(
            (
                "Overturned: denied at the first answer and paid in the end, over denied at first. A "
                "claim's outcome is "
                "what stands after all answers, reversals netted."
            ),
        ),
        charts=charts,
        tables=(
            ReportTable("Denials paid in the end", figures.overturned),
            ReportTable("Denials paid in the end by payer", figures.payer_overturned, row_limit=None),
            ReportTable("Paths of the claims", figures.outcome_flow, row_limit=None),
        ),
    )


def _caught(figures: DenialFigures) -> Section:
    text = (
        "Caught: denied claims that a check of ours finds fault with before they are sent, for a reason "
        "that the "
        "check is about, over all denials."
        if figures.has_checks
        else "Not all checks have run since the last load: nothing can be said here. "
        "'auditlib check' runs them."
    )
    return Section(
        "Which would our checks have caught?",
        paragraphs=(text,),
        tables=(
            ReportTable("Denials caught, in all", figures.caught_total),
            ReportTable("Denials caught by reason", figures.caught, row_limit=None),
        )
        if figures.has_checks
        else (),
    )
