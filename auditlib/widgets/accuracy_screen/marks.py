"""The marks of the accuracy screen: control charts, dots with intervals, bars of dollars; elements of SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from auditlib.text import MONTHS, format_share
from auditlib.widgets.accuracy_screen.element import Child, Element, element

_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM, _HEIGHT = 600, 48, 482, 14, 182, 220
_LABEL_LEFT: Final = _RIGHT + 8
_LABEL_STEP: Final = 14
_FEWEST_STEPS: Final = 4
_STEPS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)


def whole_percent(share: float) -> str:
    """Return a label of a scale, as '95 %'."""
    return f"{100 * share:.0f} %"


def scale_floor(lowest: float, *, target: float | None) -> float:
    """Return where a scale of shares begins: a multiple of 5 % below all that it shows."""
    below = min(lowest, 1.0 if target is None else target)
    return max(0.0, (math.ceil(below * 20 - 1e-9) - 1) / 20)


def control_chart(
    trend: pl.DataFrame,
    *,
    target: float | None,
    label: str,
    behind: Mapping[str, str],
    has_limits: bool,
) -> Element:
    """Return a chart of a share by month with centre, limits, target, and what breaks a rule.

    Parameters
    ----------
    trend
        The frame of a `auditlib.widgets.accuracy_screen.figures.Trend`.
    target
        Share at which the target's line lies; None draws none.
    label
        The chart in a sentence, for those who do not see it.
    behind
        What the rows behind a month are besides of that month, as ``coder``.
    has_limits
        Whether there are enough months for limits.
    """
    rows = trend.filter(pl.col("rate").is_not_null()).to_dicts()
    limits = [row["lower"] for row in rows] if has_limits else []
    floor = scale_floor(min([*(row["rate"] for row in rows), *limits]), target=target)
    step_width = (_RIGHT - _LEFT) / len(rows)

    def across(place: int) -> float:
        return round(_LEFT + step_width * (place + 0.5), 1)

    def down(share: float) -> float:
        return round(_TOP + (1 - share) / (1 - floor) * (_BOTTOM - _TOP), 1)

    parts: list[Child] = []
    for share in _ticks(floor):
        parts += [
            element(
                "line", {"class": "grid", "x1": _LEFT, "x2": _RIGHT, "y1": down(share), "y2": down(share)}
            ),
            _text(_LEFT - 8, down(share) + 4, whole_percent(share), anchor="end"),
        ]
    labels: list[tuple[float, str, str]] = []
    if has_limits:
        for name in ("lower", "upper"):
            ends = [round(_LEFT + step_width * place, 1) for place in range(len(rows) + 1)]
            edges = [down(row[name]) for row in rows]
            way = " L".join(
                f"{left},{y} L{right},{y}" for left, right, y in zip(ends, ends[1:], edges, strict=False)
            )
            parts.append(element("path", {"class": "limit", "d": f"M{way}"}))
            labels.append((edges[-1], "f", f"{name} limit"))
        centre = rows[-1]["centre"]
        parts.append(_across_line("centre", down(centre)))
        labels.append((down(centre), "a", f"centre {format_share(centre)}"))
    if target is not None:
        parts.append(_across_line("target", down(target)))
        labels.append((down(target), "b", f"target {_plain_percent(target)}"))
    points = [(across(place), down(row["rate"])) for place, row in enumerate(rows)]
    parts += _lines(points, [bool(row["is_complete"]) for row in rows])
    for row, (x, y) in zip(rows, points, strict=True):
        parts.append(_month(row, x, y, behind=behind, width=step_width))
    parts.append(_text(_LEFT - 8, _BOTTOM + 30, "n", anchor="end", kind="f"))
    last = rows[-1]
    labels.append(
        (
            points[-1][1],
            "o" if last["is_outside"] else "t",
            f"{_month_name(last)} {format_share(last['rate'])}",
        )
    )
    for y, kind, words in _spread_labels(labels):
        parts.append(_text(_LABEL_LEFT, y + 4, words, kind=kind))
    attributes = {"viewBox": f"0 0 {_WIDTH} {_HEIGHT}", "width": _WIDTH, "role": "group", "aria-label": label}
    return element("svg", attributes, *parts)


def _month(row: dict[str, object], x: float, y: float, *, behind: Mapping[str, str], width: float) -> Element:
    """Return the mark of a month, a button for its rows: dot or diamond, name and count below."""
    is_outside = bool(row["is_outside"])
    mark = (
        element("path", {"class": "dot2", "d": f"M{x},{y - 6} L{x + 6},{y} L{x},{y + 6} L{x - 6},{y} Z"})
        if is_outside
        else element("circle", {"class": "dot", "cx": x, "cy": y, "r": 4})
    )
    rate, count = row["rate"], row["code_count"]
    name = _month_name(row)
    outside = f", {row['signal']}" if is_outside and row["signal"] else ""
    words = f"{name} {row['month']:%Y}: {format_share(float(str(rate)))}, {row['right_count']:,} of {count:,}"
    return element(
        "g",
        {
            "class": "month",
            "aria-label": f"{words}{outside}",
            "rows": {"month": f"{row['month']}", **behind},
        },
        element(
            "rect",
            {"class": "hit", "x": x - width / 2, "y": _TOP, "width": width, "height": _HEIGHT - _TOP},
        ),
        mark,
        _text(x, _BOTTOM + 16, name, anchor="middle"),
        _text(x, _BOTTOM + 30, f"{count:,}", anchor="middle", kind="n"),
    )


def _month_name(row: dict[str, object]) -> str:
    return MONTHS[row["month"].month - 1]  # type: ignore[attr-defined]  # a date


def _lines(points: Sequence[tuple[float, float]], complete: Sequence[bool]) -> list[Child]:
    """Return the line through the months, dashed where a month is not yet complete."""
    return [
        element(
            "line",
            {"class": "line" if is_whole else "line open", "x1": x1, "y1": y1, "x2": x2, "y2": y2},
        )
        for (x1, y1), (x2, y2), is_whole in zip(points, points[1:], complete[1:], strict=False)
    ]


def _ticks(floor: float) -> list[float]:
    step = next(size for size in _STEPS if (1 - floor) / size <= _FEWEST_STEPS + 1)
    count = math.floor((1 - floor) / step + 1e-9)
    return [1 - step * number for number in range(count + 1)]


def _spread_labels(labels: Sequence[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Return labels moved apart, so that none covers another; the order of their heights stays."""
    placed: list[tuple[float, str, str]] = []
    for y, kind, words in sorted(labels):
        low = placed[-1][0] + _LABEL_STEP if placed else y
        placed.append((max(y, low), kind, words))
    surplus = placed[-1][0] - (_BOTTOM + 4) if placed else 0
    return [(y - max(0.0, surplus), kind, words) for y, kind, words in placed]


def _across_line(kind: str, y: float) -> Element:
    return element("line", {"class": kind, "x1": _LEFT, "x2": _RIGHT, "y1": y, "y2": y})


def _text(x: float, y: float, words: str, *, anchor: str = "start", kind: str | None = None) -> Element:
    return element("text", {"x": x, "y": y, "text-anchor": anchor, "class": kind}, words)


def _plain_percent(share: float) -> str:
    return f"{100 * share:.10g} %"


def interval_mark(
    rate: float | None, lower: float | None, upper: float | None, *, floor: float, target: float | None,
    is_signal: bool,
) -> Element:  # fmt: skip
    """Return a dot for a rate with a line for its interval, and the target, in the width of its cell."""

    def at(share: float) -> str:
        return f"{max(0.0, min(100.0, 100 * (share - floor) / (1 - floor))):.2f}%"

    second = "2" if is_signal else ""
    parts: list[Child | None] = [
        None
        if target is None
        else element("line", {"class": "target", "x1": at(target), "x2": at(target), "y1": 0, "y2": 28}),
    ]  # fmt: skip
    if rate is not None and lower is not None and upper is not None:
        parts.append(
            element("line", {"class": f"ci{second}", "x1": at(lower), "x2": at(upper), "y1": 14, "y2": 14})
        )
        size = {"x": at(rate), "y": 14, "overflow": "visible", "width": 1, "height": 1}
        mark = (
            element("path", {"class": "dot2", "d": "M0,-6 L6,0 L0,6 L-6,0 Z"})
            if is_signal
            else element("circle", {"class": "dot", "cx": 0, "cy": 0, "r": 4})
        )
        parts.append(element("svg", size, mark))
    return element("svg", {"class": "cell", "height": 28, "width": "100%", "aria-hidden": "true"}, *parts)


def scale_heads(floor: float) -> Element:
    """Return the labels above a column of interval marks."""
    shares = [floor, (floor + 1) / 2, 1.0]
    anchors = ("start", "middle", "end")
    return element(
        "svg",
        {"class": "cell", "height": 16, "width": "100%", "aria-hidden": "true"},
        *(
            element(
                "text",
                {"x": f"{50 * place}%", "y": 12, "text-anchor": anchor},
                _plain_percent(round(share, 4)),
            )
            for place, (share, anchor) in enumerate(zip(shares, anchors, strict=True))
        ),
    )


def dollar_bar(under: float, over: float, *, most_under: float, most_over: float) -> Element:
    """Return a bar to the left for dollars underpaid and one to the right for those overpaid."""
    whole = most_under + most_over
    if not whole:
        return element("svg", {"class": "cell", "height": 18, "width": "100%", "aria-hidden": "true"})
    middle = 100 * most_under / whole
    left, right = 100 * under / whole, 100 * over / whole
    return element(
        "svg",
        {"class": "cell", "height": 18, "width": "100%", "aria-hidden": "true"},
        element(
            "rect",
            {"class": "bar", "x": f"{middle - left:.2f}%", "width": f"{left:.2f}%", "y": 2, "height": 14},
        ),
        element(
            "rect", {"class": "bar2", "x": f"{middle:.2f}%", "width": f"{right:.2f}%", "y": 2, "height": 14}
        ),
        element("line", {"class": "axis", "x1": f"{middle:.2f}%", "x2": f"{middle:.2f}%", "y1": 0, "y2": 18}),
    )
