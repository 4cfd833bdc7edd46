"""The exemption pack: what a review of charts shows a payer of the levels that a provider bills, signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.audits.exemption import EXCLUDED, MISSING, RESULTS, Exemption, in_percent
from auditlib.estimation.missing_records import rule_sentence
from auditlib.report.contents import Fact, ReportContents, ReportTable, Section, Signature
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.text import counted, long_date

_CHARTS: Final = "The charts"
_CONFIDENTIALITY: Final = (
    "Confidential: this pack lists claims with their codes for the payer that answered them. "
    "It names no patient."
)
_BOUND: Final = (
    "The bound is exact for a simple random sample of a finite universe: the least number of right charts in "
    "it that the sample does not contradict (hypergeometric distribution; J. P. Buonaccorsi, The American "
    "Statistician 41 (1987), 215-218)."
)
_RIGHT: Final = (
    "A chart is right where the record supports every billed code of the family as billed; a supported level "
    "above the billed one is not counted as right."
)
_LATE: Final = "The terms were put on record after the review had begun."


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Who signs, and when."""

    name: str
    day: dt.date


def exemption_pack(
    found: Exemption,
    missing_rule: MissingRecordRule,
    signed: SignedBy | None,
    *,
    made_at: dt.datetime,
    made_by: str,
    software_version: str,
) -> ReportContents:
    """Return the sections of the pack; it says that the threshold is met only where the bound reaches it.

    Parameters
    ----------
    found
        What the review shows.
    missing_rule
        How missing records count.
    signed
        Who signs; None for a draft.
    made_at, made_by, software_version
        What it says of itself.
    """
    terms, bound = found.terms, found.bound
    draft = "" if signed is not None else " (draft, not signed)"
    headline = [
        Fact("Right of level", f"{found.right_count:,} of {found.chart_count:,}", rows=_CHARTS),
        Fact("Threshold", f"{in_percent(terms.threshold)}: {found.state}"),
        Fact("Universe", counted(found.manifest.frame.unit_count, "chart")),
    ]
    return ReportContents(
        title=f"Evidence for an exemption{draft}",
        subtitle=terms.sentence,
        made_at=made_at,
        made_by=made_by,
        software_version=f"auditlib {software_version}",
        headline=tuple(headline),
        confidentiality=_CONFIDENTIALITY,
        sections=(
            Section(
                "What is shown",
                paragraphs=(
                    found.sentence,
                    _RIGHT,
                    *(() if bound is None else (_BOUND,)),
                    *(() if found.is_planned_first else (_LATE,)),
                ),
                tables=(ReportTable("Charts by result", _by_result(found.charts), rows=_CHARTS),),
                signatures=_signatures(signed),
            ),
            Section("How the charts were drawn", paragraphs=_drawn(found)),
            Section(
                "Missing records",
                paragraphs=(rule_sentence(missing_rule), _missing(found.charts)),
            ),
            Section(
                _CHARTS,
                tables=(
                    ReportTable(
                        _CHARTS,
                        found.charts,
                        labels={"result": "Result", "reason": "Reason"},
                        note="Paid as: the code by which the latest answer decided the line.",
                        row_limit=None,
                    ),
                ),
            ),
        ),
    )


def _signatures(signed: SignedBy | None) -> tuple[Signature, ...]:
    if signed is None:
        return (Signature("Signed by", is_dated=True),)
    return (Signature(f"signed on {long_date(signed.day)}", signed.name),)


def _by_result(charts: pl.DataFrame) -> pl.DataFrame:
    counts = dict(charts.group_by("result").len().iter_rows())
    rows = [(result, counts[result]) for result in RESULTS if result in counts]
    return pl.DataFrame(rows, schema={"result": pl.String, "chart_count": pl.Int64}, orient="row")


def _drawn(found: Exemption) -> tuple[str, ...]:
    manifest = found.manifest
    drawn = (
        f"Simple random, {counted(found.charts.height, 'chart')} of {manifest.frame.unit_count:,}, seed "
        f"'{manifest.design.seed}', drawn on {long_date(manifest.drawn_at.date())} by {manifest.drawn_by}; "
        f"audit '{manifest.name}'."
    )
    return (
        drawn,
        f"SHA-256 of the list of charts drawn from: {manifest.frame.sha256}.",
        *(f"Left out: {one.unit_count:,}, {one.reason}." for one in manifest.universe.exclusions),
    )


def _missing(charts: pl.DataFrame) -> str:
    missing = charts.filter(pl.col("result").is_in([MISSING, EXCLUDED])).height
    return f"{counted(missing, 'record')} of {charts.height:,} missing."
