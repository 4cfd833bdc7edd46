"""Claim outcomes: an alluvial chart from submission to the final outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import polars as pl

from auditlib.plots.ribbons import Block, Layout, Path, laid_out
from auditlib.plots.theme import INK, OUTCOME_COLOURS, PAGE, QUIET, finished, inline, nothing_to_show
from auditlib.text import counted, percent, short_dollars

if TYPE_CHECKING:
    import altair as alt

Basis = Literal["count", "amount"]

SUBMITTED = "submitted"
_STAGES = ("Submitted", "First response", "Rework", "Final outcome")
_ORDERS = (
    (SUBMITTED,),
    (
        "rejected before adjudication",
        "paid",
        "partly denied",
        "denied",
        "unpaid, reason unmapped",
        "no response yet",
    ),
    ("not reworked", "reworked"),
    (
        *("paid", "partly denied", "denied", "unpaid, reason unmapped"),
        *("reversed", "rejected before adjudication", "no response yet"),
    ),
)
_TITLES: dict[Basis, str] = {
    "count": "What became of the claims",
    "amount": "What became of the submitted charges",
}
_WIDTH, _HEIGHT, _GAP, _HEADER = 780, 400, 30, 30
_BLOCK = 14
_STAGE_STEP = 208
_EASE = 60


def claim_flow(flow: pl.DataFrame, *, basis: Basis = "count") -> alt.LayerChart:
    """Return ribbons from submission through first response and rework to the final outcome.

    Parameters
    ----------
    flow
        Frame of `auditlib.measures.outcomes.outcome_flow`.
    basis
        Whether widths are claims or submitted charges.
    """
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    title = _TITLES[basis]
    size = "claim_count" if basis == "count" else "charge_amount"
    paths = [
        Path((SUBMITTED, first, rework, final), float(amount))
        for first, rework, final, amount in flow.select(
            "first_response", "rework", "final_outcome", size
        ).rows()
        if amount > 0
    ]
    if not paths:
        return nothing_to_show(title, "no claim was loaded")
    layout = laid_out(paths, _ORDERS, height=_HEIGHT, gap=_GAP)
    total = sum(path.size for path in paths)
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, _WIDTH], nice=False), axis=None)
    down = alt.Scale(domain=[_HEIGHT + _HEADER, 0], nice=False)
    scale = alt.Scale(domain=list(OUTCOME_COLOURS), range=list(OUTCOME_COLOURS.values()))
    ribbons = (
        alt.Chart(inline(_ribbon_rows(layout, total, basis)))
        .mark_area(interpolate="monotone", fillOpacity=0.5, strokeWidth=1, strokeOpacity=1, opacity=1)
        .encode(
            x=x,
            y=alt.Y("top:Q", scale=down, axis=None),
            y2="bottom:Q",
            fill=alt.Fill("end:N", scale=scale, legend=None),
            stroke=alt.Stroke("end:N", scale=scale, legend=None),
            detail="ribbon:Q",
            tooltip=[
                alt.Tooltip("way:N", title="from, to"),
                alt.Tooltip("end:N", title="final outcome"),
                alt.Tooltip("words:N", title="claims" if basis == "count" else "charges"),
            ],
        )
    )
    placed = alt.Chart().encode(
        x=x,
        y=alt.Y("top:Q", scale=down, axis=None),
        tooltip=[alt.Tooltip("stage:N"), alt.Tooltip("value:N"), alt.Tooltip("words:N", title="share")],
    )
    blocks = placed.mark_rect().encode(x2="right:Q", y2="bottom:Q", color=alt.Color("colour:N", scale=None))
    labels = placed.encode(
        x=alt.X("label_x:Q", scale=alt.Scale(domain=[0, _WIDTH], nice=False), axis=None),
        y=alt.Y("label_y:Q", scale=down, axis=None),
    )
    label_layers = [
        *_label_with_halo(labels, "value:N", dy=-7, weight=600),
        *_label_with_halo(labels, "words:N", dy=8, weight=400),
    ]
    heads = (
        alt.Chart(inline([{"x": n * _STAGE_STEP, "head": stage} for n, stage in enumerate(_STAGES)]))
        .mark_text(align="left", baseline="top", color=QUIET)
        .encode(x=x, y=alt.value(0), text="head:N")
    )
    claims = int(flow["claim_count"].sum())
    dollars = float(flow["charge_amount"].sum())
    return finished(
        alt.LayerChart(
            layer=[ribbons, blocks, *label_layers, heads], data=inline(_block_rows(layout, total, basis))
        ).properties(width=_WIDTH, height=_HEIGHT + _HEADER),
        title,
        f"{counted(claims, 'original claim')} to the primary payer, {short_dollars(dollars)} submitted; "
        "the colour of a ribbon is the final outcome.",
    )


def _label_with_halo(
    placed: alt.Chart, text: str, *, dy: int, weight: Literal[400, 600]
) -> tuple[alt.Chart, alt.Chart]:
    """Return the text twice: an outline in the page's colour, readable on a ribbon, and the letters."""
    halo = placed.mark_text(
        align="left",
        baseline="middle",
        dy=dy,
        fontWeight=weight,
        stroke=PAGE,
        strokeWidth=4,
        strokeOpacity=0.8,
        strokeJoin="round",
    )
    letters = placed.mark_text(align="left", baseline="middle", dy=dy, fontWeight=weight, color=INK)
    return halo.encode(text=text), letters.encode(text=text)


def _ribbon_rows(layout: Layout, total: float, basis: Basis) -> list[dict[str, object]]:
    """Return four points per ribbon, between which a monotone curve is smooth."""
    rows: list[dict[str, object]] = []
    for number, ribbon in enumerate(layout.ribbons):
        left = ribbon.start[0] * _STAGE_STEP + _BLOCK
        right = ribbon.stop[0] * _STAGE_STEP
        shared = {
            "ribbon": number,
            "end": ribbon.end,
            "way": f"{ribbon.start[1]}, {ribbon.stop[1]}",
            "words": _words(ribbon.size, total, basis),
        }
        corners = ((left, ribbon.start_top), (left + _EASE / 2, ribbon.start_top))
        turned = ((right - _EASE / 2, ribbon.stop_top), (right, ribbon.stop_top))
        rows += [
            {
                "x": x,
                "top": round(top + _HEADER, 2),
                "bottom": round(top + _HEADER + ribbon.thickness, 2),
                **shared,
            }
            for x, top in (*corners, *turned)
        ]
    return rows


def _block_rows(layout: Layout, total: float, basis: Basis) -> list[dict[str, object]]:
    return [_block_row(block, total, basis) for block in layout.blocks]


def _block_row(block: Block, total: float, basis: Basis) -> dict[str, object]:
    stage, value = block.node
    top, bottom = block.top + _HEADER, block.bottom + _HEADER
    left = stage * _STAGE_STEP
    coloured = stage in (1, len(_STAGES) - 1)
    return {
        "stage": _STAGES[stage],
        "value": value,
        "words": _words(block.size, total, basis),
        "x": left,
        "right": left + _BLOCK,
        "top": round(top, 2),
        "bottom": round(max(bottom, top + 1), 2),
        "label_x": left + _BLOCK + 6,
        "label_y": round((top + bottom) / 2, 2),
        "colour": OUTCOME_COLOURS[value] if coloured else QUIET,
    }


def _words(size: float, total: float, basis: Basis) -> str:
    size_text = short_dollars(size) if basis == "amount" else f"{round(size):,}"
    return f"{size_text}  ({percent(size / total)})"
