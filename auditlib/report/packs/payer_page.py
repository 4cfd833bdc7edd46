"""The page for a meeting with one payer: rate, overturned denials, days, reasons, what is open, examples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.report.contents import ReportChart, ReportContents, ReportTable, Section
from auditlib.report.packs.charts import drawn
from auditlib.text import counted, format_dollars

_CONFIDENTIAL: Final = "Confidential: the examples name accounts. No patient is named."
_PERCENT, _DAYS = "%", "days"


@dataclass(frozen=True, slots=True)
class PayerFigures:
    """Everything that the page says, before it is put into words.

    Parameters
    ----------
    payer_name
        Whose page it is.
    metrics
        As from `auditlib.measures.payer_metrics.payer_metrics`.
    month_rates, payer_month_rates
        Denial rates of the payer by month, as from `auditlib.measures.denials.denial_rates`.
    reasons
        Its denied lines by kind, reason and what our checks say, costliest first.
    codes
        Its denied lines by billed code, costliest first.
    ages
        Its denied lines that are not paid, by age.
    findings
        What stands out of it, in sentences.
    examples
        The costliest claims of its costliest reasons that are not paid.
    open_claims
        Its worklist, by expected dollars.
    """

    payer_name: str
    metrics: pl.DataFrame
    month_rates: pl.DataFrame
    reasons: pl.DataFrame
    codes: pl.DataFrame
    ages: pl.DataFrame
    findings: Sequence[str]
    examples: pl.DataFrame
    open_claims: pl.DataFrame


def payer_page(
    figures: PayerFigures, *, made_at: dt.datetime, made_by: str, software_version: str
) -> ReportContents:
    """Return the sections of the page.

    Parameters
    ----------
    figures
        What it says.
    made_at, made_by, software_version
        What it says of itself.
    """
    metrics = {row["metric"]: row for row in figures.metrics.iter_rows(named=True)}
    denied, overturned, days = (
        _metric(metrics, start) for start in ("denied in full or", "initial denials", "days to")
    )
    return ReportContents(
        title=f"Denials of {figures.payer_name}",
        subtitle="Original claims to this payer as the primary one, each once",
        made_at=made_at,
        made_by=made_by,
        software_version=f"auditlib {software_version}",
        headline=(
            ("Denied at first", beside_others(denied)),
            ("Denials paid in the end", beside_others(overturned)),
            ("Days to pay, median", beside_others(days)),
        ),
        confidentiality=_CONFIDENTIAL,
        sections=(
            _how_much(figures),
            _why(figures),
            _open(figures),
            _examples(figures),
        ),
    )


def beside_others(metric: dict[str, object]) -> str:
    """Return a metric of the payer in words, with its counts, beside that of all others."""
    own = _worded(metric, "")
    if own is None:
        return f"undefined: {metric['undefined_reason']}"
    others = _worded(metric, "others_")
    return own if others is None else f"{own}; all others {others}"


def _metric(metrics: dict[str, dict[str, object]], start: str) -> dict[str, object]:
    return next(row for name, row in metrics.items() if name.startswith(start))


def _worded(metric: dict[str, object], side: str) -> str | None:
    value = metric[f"{side}value"]
    if value is None:
        return None
    part, whole = (float(str(metric[f"{side}{name}"])) for name in ("numerator", "denominator"))
    if metric["unit"] == _DAYS:
        return f"{float(str(value)):,.0f} days ({counted(int(whole), 'claim')})"
    return f"{float(str(value)):.1f} % ({part:,.0f} of {whole:,.0f})"


def _how_much(figures: PayerFigures) -> Section:
    from auditlib.plots import denial_rate_by_month  # noqa: PLC0415 - altair is slow to import

    charts: tuple[ReportChart, ...] = ()
    if figures.month_rates.height:
        charts = (
            drawn(
                "Initial denial rate by month",
                denial_rate_by_month(figures.month_rates),
                "The payer's denial rate of each month with its interval.",
            ),
        )
    said = " ".join(figures.findings)
    return Section(
        "How much does it deny, and how long does it take?",
        paragraphs=(said or "Nothing of this payer stands out among all payers, reasons, codes and months.",),
        charts=charts,
        tables=(
            ReportTable(
                "This payer and all others",
                figures.metrics,
                labels={
                    "others_numerator": "Others: numerator",
                    "others_denominator": "Others: denominator",
                    "others_value": "Others",
                },
                row_limit=None,
                note="Days are medians of Kaplan-Meier curves: claims that still wait count until today.",
            ),
            ReportTable("Denial rates by month", figures.month_rates, row_limit=None),
        ),
    )


def _why(figures: PayerFigures) -> Section:
    return Section(
        "Why, for which codes, and would our checks have found it?",
        tables=(
            ReportTable(
                "Reasons", figures.reasons, totals=("line_count", "denied_amount", "not_paid_amount")
            ),
            ReportTable("Codes", figures.codes, totals=("line_count", "denied_amount", "not_paid_amount")),
        ),
    )


def _open(figures: PayerFigures) -> Section:
    total = format_dollars(figures.open_claims["not_paid_amount"].sum())
    count = counted(figures.open_claims.height, "claim")
    return Section(
        "What is open?",
        paragraphs=(f"{count} to work on, {total} denied and not paid.",),
        tables=(
            ReportTable("Denied lines not paid, by age", figures.ages, row_limit=None),
            ReportTable("Claims to work on, by expected dollars", figures.open_claims),
        ),
    )


def _examples(figures: PayerFigures) -> Section:
    return Section(
        "Which claims show it?",
        paragraphs=("The costliest claims of the costliest reasons that are not paid.",),
        tables=(ReportTable("Examples", figures.examples, row_limit=None),),
    )
