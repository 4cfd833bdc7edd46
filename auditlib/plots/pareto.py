"""Denials by reason: bars, and the cumulative share of the reasons."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Literal

import polars as pl

from auditlib.plots.theme import BLUE, INK, PALE_BLUE, PERCENT_LABEL, SLATE, finished, inline, nothing_to_show
from auditlib.text import counted, short_dollars

if TYPE_CHECKING:
    import altair as alt

Basis = Literal["amount", "count"]

_ROW_HEIGHT = 30
_LABEL_CHARACTERS = 44
_TITLES: dict[Basis, str] = {"amount": "Denied dollars by reason", "count": "Denied claims by reason"}
_ORDINARY, _UNMAPPED, _OTHER = "reason", "unmapped", "other"


def denial_pareto(
    reasons: pl.DataFrame, *, basis: Basis = "amount", cap: int = 15
) -> alt.HConcatChart | alt.LayerChart:
    """Return bars by reason, largest first, beside the cumulative share.

    Parameters
    ----------
    reasons
        Frame of `auditlib.measures.denials.denial_reasons` without further dimensions.
    basis
        Whether the bars are denied dollars or denied claims.
    cap
        Most reasons shown; the others are one bar at the end.
    """
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    title = _TITLES[basis]
    if reasons.is_empty():
        return nothing_to_show(title, "no claim was denied")
    rows = _with_cumulation(_capped(reasons, basis, cap), basis)
    # A long reason takes two lines; none is cut.
    rows = rows.with_columns(
        pl.Series("reason", ["\n".join(textwrap.wrap(one, _LABEL_CHARACTERS)) for one in rows["reason"]])
    )
    order = rows["reason"].to_list()
    height = _ROW_HEIGHT * len(order)
    tooltip = [
        alt.Tooltip("reason:N", title="reason"),
        alt.Tooltip("denial_category:N", title="class"),
        alt.Tooltip("denied_count:Q", title="denied claims", format=","),
        alt.Tooltip("denied_amount:Q", title="denied dollars", format="$,.2f"),
        alt.Tooltip("overturned_count:Q", title="of them paid in the end", format=","),
        alt.Tooltip("cumulative:Q", title="cumulative share", format=".1%"),
    ]
    kinds = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=[_ORDINARY, _UNMAPPED, _OTHER], range=[BLUE, SLATE, PALE_BLUE]),
        legend=None,
    )
    bars_base = alt.Chart().encode(
        y=alt.Y(
            "reason:N",
            sort=order,
            title=None,
            axis=alt.Axis(
                ticks=False,
                domain=False,
                labelLimit=0,
                labelLineHeight=14,
                labelExpr="split(datum.value, '\\n')",
            ),
        ),
        x=alt.X(f"denied_{basis}:Q", axis=None, scale=alt.Scale(nice=False)),
        tooltip=tooltip,
    )
    bars = alt.LayerChart(
        layer=[
            bars_base.mark_bar(height=17).encode(color=kinds),
            bars_base.mark_text(align="left", dx=6).encode(text="words:N"),
        ]
    ).properties(width=200, height=height)
    line_base = alt.Chart().encode(
        y=alt.Y(
            "reason:N",
            sort=order,
            title=None,
            axis=alt.Axis(labels=False, ticks=False, domain=False, grid=True),
        ),
        x=alt.X(
            "cumulative:Q",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(
                labelExpr=PERCENT_LABEL,
                title="cumulative share",
                values=[0, 0.5, 1],
                labelOverlap=False,
                labelFlush=False,
            ),
        ),
        tooltip=tooltip,
    )
    line = alt.LayerChart(
        layer=[
            line_base.mark_line(color=INK, strokeWidth=1.5).encode(order="position:Q"),
            line_base.mark_point(filled=True, color=INK, size=45, opacity=1),
        ]
    ).properties(width=140, height=height)
    claims = int(reasons["denied_count"].sum())
    dollars = float(reasons["denied_amount"].sum())
    note = "Grey: reasons that are not on the project's list." if _UNMAPPED in rows["kind"].to_list() else ""
    return finished(
        alt.HConcatChart(hconcat=[bars, line], data=inline(rows), spacing=24),
        title,
        f"{counted(claims, 'denied claim')}, {short_dollars(dollars)} denied; each claim once, by the "
        "costliest reason of its first denial.",
        *([note] if note else []),
    )


def _capped(reasons: pl.DataFrame, basis: Basis, cap: int) -> pl.DataFrame:
    ordered = reasons.select(
        pl.when(pl.col("reason_label") == _UNMAPPED)
        .then(pl.lit(_UNMAPPED))
        .otherwise(pl.concat_str("reason_codes", "reason_label", separator=" ").str.strip_chars_start())
        .alias("reason"),
        "denial_category",
        "denied_count",
        pl.col("denied_amount").cast(pl.Float64),
        "overturned_count",
        kind=pl.when(pl.col("reason_label") == _UNMAPPED)
        .then(pl.lit(_UNMAPPED))
        .otherwise(pl.lit(_ORDINARY)),
    ).sort(f"denied_{basis}", "reason", descending=[True, False])
    if ordered.height <= cap:
        return ordered
    rest = ordered.slice(cap)
    other = rest.select(
        reason=pl.lit(f"{rest.height} other reasons"),
        denial_category=pl.lit("several"),
        denied_count=pl.col("denied_count").sum(),
        denied_amount=pl.col("denied_amount").sum(),
        overturned_count=pl.col("overturned_count").sum(),
        kind=pl.lit(_OTHER),
    )
    return pl.concat([ordered.head(cap), other])


def _with_cumulation(capped: pl.DataFrame, basis: Basis) -> pl.DataFrame:
    size = pl.col(f"denied_{basis}")
    return capped.with_columns(
        cumulative=size.cum_sum() / size.sum(),
        position=pl.int_range(pl.len()),
    ).with_columns(
        words=pl.struct("denied_count", "denied_amount").map_elements(
            lambda row: _words(row["denied_count"], row["denied_amount"], basis), pl.String
        )
    )


def _words(count: int, amount: float, basis: Basis) -> str:
    if basis == "amount":
        return f"{short_dollars(amount)}  (n = {count:,})"
    return f"{count:,}  ({short_dollars(amount)})"
