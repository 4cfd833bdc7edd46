"""The look of all pictures: colours, fonts, sizes, and the picture for empty data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeVar

import polars as pl

from auditlib.errors import UsageError

if TYPE_CHECKING:
    import altair as alt

FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour in a light picture, and the CSS value by which it follows the theme of the notebook."""

    light: str
    on_screen: str


def _mark(base: str, share_percent: int) -> Colour:
    """Return a colour of marks, moved towards the colour of the text: darker on white, lighter on black."""
    channels = [int(base[place : place + 2], 16) for place in (1, 3, 5)]
    light = "#" + "".join(f"{round(channel * share_percent / 100):02x}" for channel in channels)
    return Colour(light, f"color-mix(in srgb, {base} {share_percent}%, var(--jp-ui-font-color0, #000))")


_COLOURS: Final = {
    "ink": Colour("#1f2933", "var(--jp-ui-font-color1, #1f2933)"),
    "quiet": Colour("#52606d", "var(--jp-ui-font-color2, #52606d)"),
    "faint": Colour("#cbd2d9", "var(--jp-border-color1, #cbd2d9)"),
    "grid": Colour("#e4e7eb", "var(--jp-border-color2, #e4e7eb)"),
    "page": Colour("#ffffff", "var(--jp-layout-color0, #ffffff)"),
    # Okabe and Ito's palette, which readers with any common colour blindness can tell apart.
    "blue": _mark("#0080c8", 89),
    "pale blue": _mark("#56b4e9", 80),
    "orange": _mark("#e69f00", 82),
    "vermilion": _mark("#d55e00", 84),
    "purple": _mark("#cc79a7", 88),
    "brown": _mark("#7a5c1e", 80),
    "grey": _mark("#9aa5b1", 78),
    "slate": _mark("#5a6672", 75),
}
ON_SCREEN: Final[Mapping[str, str]] = {colour.light: colour.on_screen for colour in _COLOURS.values()}
"""The CSS value of each colour, by its light value."""

INK, QUIET, FAINT, GRID, PAGE, BLUE, PALE_BLUE, ORANGE, VERMILION, PURPLE, BROWN, GREY, SLATE = (
    colour.light for colour in _COLOURS.values()
)
MARKS: Final = (BLUE, PALE_BLUE, ORANGE, VERMILION, PURPLE, BROWN, GREY, SLATE)
"""The colours of dots, bars and lines; contrast 3 to 1 with the page in every theme."""

OUTCOME_COLOURS = {
    "paid": BLUE,
    "partly denied": ORANGE,
    "denied": VERMILION,
    "unpaid, reason unmapped": SLATE,
    "reversed": PURPLE,
    "rejected before adjudication": BROWN,
    "no response yet": GREY,
}

PERCENT_LABEL = "format(100 * datum.value, '.0f') + ' %'"
"""Axis labels such as '95 %', as in the text."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

AnyChart = TypeVar("AnyChart", bound="alt.TopLevelMixin")


def finished(chart: AnyChart, title: str, *subtitle: str) -> AnyChart:
    """Return the chart with title, subtitle and the look of the workbench."""
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    whole = chart.properties(
        title=alt.TitleParams(
            text=title,
            subtitle=list(subtitle),
            anchor="start",
            frame="bounds",
            font=FONT,
            fontSize=16,
            fontWeight=600,
            color=INK,
            subtitleFont=FONT,
            subtitleFontSize=12,
            subtitleColor=QUIET,
            subtitleLineHeight=16,
            offset=14,
        ),
        background=PAGE,
        padding=8,
    )
    return whole.configure(  # type: ignore[no-any-return]
        font=FONT,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            labelColor=INK,
            titleColor=QUIET,
            gridColor=GRID,
            domainColor=FAINT,
            tickColor=FAINT,
            labelLimit=240,
            labelPadding=6,
        ),
        text=alt.MarkConfig(font=FONT, fontSize=12, color=INK),
        header=alt.HeaderConfig(labelFontSize=12, labelFontWeight=600, labelColor=INK, labelAnchor="start"),
        legend=alt.LegendConfig(labelFontSize=12, titleFontSize=12, labelColor=INK, titleColor=INK),
    )


def nothing_to_show(title: str, reason: str) -> alt.LayerChart:
    """Return a chart that says why it is empty."""
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    words = (
        alt.Chart(inline([{"words": f"Nothing to show: {reason}."}]))
        .mark_text(align="left", fontSize=13, color=QUIET)
        .encode(x=alt.value(0), y=alt.value(14), text="words:N")
        .properties(width=600, height=28)
    )
    return finished(alt.LayerChart(layer=[words]), title)


def inline(rows: pl.DataFrame | Sequence[Mapping[str, object]]) -> alt.Data:
    """Return the rows as data of a chart, in plain JSON values: dates as ISO text, money as numbers."""
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    records = rows.to_dicts() if isinstance(rows, pl.DataFrame) else rows
    plain = [{name: _plain(value) for name, value in row.items()} for row in records]
    return alt.Data(values=plain)  # type: ignore[no-untyped-call]  # altair leaves it untyped


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value


def only_measure(rates: pl.DataFrame, measure: str | None) -> tuple[pl.DataFrame, str]:
    """Return the rates of one measure, by default the frame's first, and its name.

    Raises
    ------
    UsageError
        If the frame does not have the measure.
    """
    measures: Sequence[str] = rates["measure"].unique(maintain_order=True).to_list()
    chosen = measure or (measures[0] if measures else "")
    if measures and chosen not in measures:
        message = f"The frame has no measure '{chosen}'."
        raise UsageError(message, hint=f"It holds: {', '.join(measures)}.")
    return rates.filter(pl.col("measure") == chosen), chosen
