"""The critique of a demand letter as a page: what is wrong, what follows, and what does not."""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from auditlib.estimation.demand_letter import Critique
from auditlib.report.contents import ReportContents, ReportTable, Section
from auditlib.text import counted, format_dollars

_LABELS: Final = {
    "kind": "Kind",
    "what": "What is wrong",
    "place": "Where",
    "effect_amount": "Too much by",
    "authority": "By what",
    "figure": "Figure",
    "claimed_amount": "As stated",
    "recomputed_amount": "Computed again",
    "way": "By",
}
_MONEY: Final = pl.Decimal(18, 2)
_NOTE: Final = (
    "Too much by: how much the demand falls if this mistake alone is mended; below 0 it rises. The figures "
    "do not add up, because one mistake changes what another is worth."
)


def letter_critique(
    critique: Critique, *, made_at: dt.datetime, made_by: str, software_version: str
) -> ReportContents:
    """Return the sections of the critique.

    Parameters
    ----------
    critique
        From `auditlib.estimation.demand_letter.check_letter`.
    made_at, made_by, software_version
        What it says of itself.
    """
    letter = critique.letter
    if critique.may_extrapolate and critique.mended_demand is not None:
        follows = format_dollars(critique.mended_demand)
    else:
        follows = f"{format_dollars(critique.sample_amount)}, of the sample alone"
    return ReportContents(
        title=f"Critique of the demand of {letter.title}",
        subtitle=(
            f"Programme: {letter.programme.name}; {counted(len(letter.sample), 'sampled unit')} of "
            f"{sum(letter.counts.values()):,}. Computed from the letter's numbers alone; no legal advice."
        ),
        made_at=made_at,
        made_by=made_by,
        software_version=f"auditlib {software_version}",
        headline=(
            ("Demanded", format_dollars(letter.claimed["demand"])),
            ("Mistakes", f"{len(critique.findings)}"),
            ("What follows", follows),
        ),
        sections=(_wrong(critique), _follows(critique), _figures(critique)),
    )


def findings_frame(critique: Critique) -> pl.DataFrame:
    """Return the findings: kind, what, place, effect_amount in dollars (null where unknown), authority."""
    return pl.DataFrame(
        [
            (
                one.kind,
                one.what,
                one.where,
                None if one.effect is None else round(one.effect, 2),
                one.authority,
            )
            for one in critique.findings
        ],
        schema={
            "kind": pl.String,
            "what": pl.String,
            "place": pl.String,
            "effect_amount": pl.Float64,
            "authority": pl.String,
        },
        orient="row",
    ).cast({"effect_amount": _MONEY})


def _wrong(critique: Critique) -> Section:
    if not critique.findings:
        return Section("What is wrong?", paragraphs=("Nothing that these numbers show.",))
    return Section(
        "What is wrong?",
        tables=(
            ReportTable(
                "Mistakes",
                findings_frame(critique),
                labels=_LABELS,
                note=_NOTE,
                holds_people=False,
                row_limit=None,
            ),
        ),
    )


def _follows(critique: Critique) -> Section:
    return Section(
        "What follows, and what does not?",
        paragraphs=(
            f"It follows: {' '.join(critique.follows)}",
            f"It does not follow: {' '.join(critique.does_not_follow)}",
        ),
        notes=(*critique.notes, *(f"Not checked: {sentence}" for sentence in critique.not_checked)),
    )


def _figures(critique: Critique) -> Section:
    rows = [(one.name, one.claimed, round(one.recomputed, 2), one.way) for one in critique.figures]
    frame = pl.DataFrame(
        rows,
        schema={
            "figure": pl.String,
            "claimed_amount": pl.Decimal(38, 10),
            "recomputed_amount": pl.Float64,
            "way": pl.String,
        },
        orient="row",
    ).cast({"claimed_amount": _MONEY, "recomputed_amount": _MONEY})
    return Section(
        "The figures, computed again as the letter did",
        tables=(ReportTable("Figures", frame, labels=_LABELS, holds_people=False, row_limit=None),),
    )
