"""The bars of the denial explorer: months as columns, every other dimension as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from auditlib.measures.denied_selection import AGE, AGES, BANDS, CATEGORY, MONTH, Bars, DeniedSelection
from auditlib.text import counted, format_share
from auditlib.widgets.accuracy_screen.element import NUMBER, Child, Element, element
from auditlib.widgets.denial_explorer.choice import (
    TITLES,
    Choice,
    counts_in_words,
    dollars_of,
    shown_value,
)

FEW_BARS: Final = 7
MANY_BARS: Final = 60
_UNMAPPED: Final = "unmapped"
_MOST_KEYS: Final = 10
_CENTS_A_THOUSAND: Final = 100_000
_WITH_UNMAPPED: Final = (CATEGORY, "reason")
_FIXED_ORDERS: Final[dict[str, Sequence[str]]] = {"amount_band": BANDS, AGE: AGES}


class _Bar(NamedTuple):
    """One bar: the number of its value, and what it comes to."""

    number: int
    line_count: int
    claim_count: int
    cents: int

    def size(self, choice: Choice) -> int:
        return self.cents if choice.basis == "dollars" else self.claim_count


def months(selection: DeniedSelection, choice: Choice, bars: Bars) -> Element:
    """Return the months as columns: all in grey, what the other filters let through in the data's colour."""
    every = selection.unfiltered[MONTH]
    whole = _at(every, np.arange(every.numbers.size))
    most = max((bar.size(choice) for bar in whole), default=0) or 1
    now = {bar.number: bar for bar in _at(bars, np.arange(bars.numbers.size))}
    wanted = choice.wanted.get(MONTH, ())
    shown = []
    for place, bar in enumerate(whole):
        part = now.get(bar.number, _Bar(bar.number, 0, 0, 0))
        name = shown_value(MONTH, selection.values[MONTH][bar.number])
        words = counts_in_words(part.claim_count, part.line_count, part.cents)
        shown.append(
            element(
                NUMBER,
                {
                    "class": "month",
                    "data-key": f"{MONTH}:{bar.number}",
                    "tabindex": "0" if place == 0 else "-1",
                    "aria-pressed": "true" if bar.number in wanted else "false",
                    "aria-label": f"{name}: {words}, of {dollars_of(bar.cents)} in all",
                    "rows": {"toggle": MONTH, "value": bar.number},
                },
                element("span", {"class": "n"}, f"{part.claim_count:,}"),
                element(
                    "span",
                    {"class": "column"},
                    element("i", {"class": "all", "style": f"height:{_percent(bar.size(choice), most)}"}),
                    element("i", {"class": "part", "style": f"height:{_percent(part.size(choice), most)}"}),
                ),
                element("span", {}, *_month_words(name)),
                element("span", {"class": "n"}, _short(part.cents)),
            )
        )
    return element(
        "section",
        {"class": "panel months", "data-panel": "1", "aria-label": TITLES[MONTH]},
        _head(MONTH, 1, f"height: {choice.basis}; above: claims, below: dollars; grey: all claims"),
        element("div", {"class": "columns"}, *shown),
        element(
            "p",
            {"class": "foot"},
            "By the month of the answer that denied the line first. The last month may not be over.",
        ),
    )


def panel(selection: DeniedSelection, choice: Choice, name: str, bars: Bars, place: int) -> Element:
    """Return the bars of a dimension, longest first; bands of dollars and of days stay in their order."""
    values, wanted = selection.values[name], choice.wanted.get(name, ())
    sizes = bars.cents if choice.basis == "dollars" else bars.claim_counts
    if name in _FIXED_ORDERS:
        ordered = np.argsort([_FIXED_ORDERS[name].index(values[number] or "") for number in bars.numbers])
    else:
        ordered = np.lexsort((bars.numbers, -sizes))
    limit = MANY_BARS if name in choice.opened or name in _FIXED_ORDERS else FEW_BARS
    # A reason of no list is never out of sight, and what is wanted stays where it can be taken off.
    kept = [number for number in wanted if number in bars.numbers]
    if name in _WITH_UNMAPPED:
        kept += [number for number in bars.numbers if _UNMAPPED in (values[number] or "")]
    beyond = ordered[limit:][np.isin(bars.numbers[ordered[limit:]], kept)]
    head = _at(bars, np.concatenate([ordered[:limit], beyond]).astype(np.int64))
    total = int(bars.cents.sum())
    rest = (bars.numbers.size - len(head), total - sum(bar.cents for bar in head))
    there = {bar.number for bar in head}
    head += [_Bar(number, 0, 0, 0) for number in wanted if number not in there]
    most = max((bar.size(choice) for bar in head), default=0) or 1
    shown = [
        _row(name, values[bar.number], bar, most=most, total=total, choice=choice, is_first=at == 0)
        for at, bar in enumerate(head)
    ]
    return element(
        "section",
        {"class": "panel", "data-panel": str(place), "aria-label": TITLES[name]},
        _head(name, place, "dollars, % of dollars, claims"),
        *(shown or [element("p", {"class": "foot"}, "No line is left.")]),
        _rest(name, *rest, choice) if rest[0] or name in choice.opened else None,
    )


def _at(bars: Bars, places: NDArray[np.int64]) -> list[_Bar]:
    columns = (bars.numbers, bars.line_counts, bars.claim_counts, bars.cents)
    return [_Bar(*row) for row in zip(*(column[places].tolist() for column in columns), strict=True)]


def _row(
    name: str, value: str | None, bar: _Bar, *, most: int, total: int, choice: Choice, is_first: bool
) -> Element:
    words = shown_value(name, value)
    share = format_share(bar.cents / total) if total else "0.0 %"
    counts = counts_in_words(bar.claim_count, bar.line_count, bar.cents)
    return element(
        NUMBER,
        {
            "class": "bar-row unmapped" if _UNMAPPED in words else "bar-row",
            "data-key": f"{name}:{bar.number}",
            "tabindex": "0" if is_first else "-1",
            "aria-pressed": "true" if bar.number in choice.wanted.get(name, ()) else "false",
            "aria-label": f"{words}: {counts}, {share} of the dollars",
            "rows": {"toggle": name, "value": bar.number},
        },
        element("span", {"class": "name"}, words),
        element("span", {"class": "n dollars"}, dollars_of(bar.cents)),
        element("span", {"class": "n share"}, share),
        element("span", {"class": "n claims"}, f"{bar.claim_count:,}"),
        element(
            "span",
            {"class": "track"},
            element("i", {"style": f"width:{_percent(bar.size(choice), most)}"}),
        ),
    )


def _rest(name: str, count: int, cents: int, choice: Choice) -> Element:
    """Return the button that shows the bars that are left out, or leaves them out again."""
    words = f"{counted(count, 'more value')}, {dollars_of(cents)}" if count else "Fewer bars"
    return element(
        NUMBER,
        {
            "class": "rest",
            "live": "yes",
            "data-key": f"{name}:rest",
            "tabindex": "-1",
            "aria-expanded": "true" if name in choice.opened else "false",
            "rows": {"expand": name},
        },
        words,
    )


def _head(name: str, place: int, note: str) -> Element:
    return element(
        "h3",
        {},
        element("kbd", {"live": "yes", "aria-hidden": "true"}, str(place)) if place < _MOST_KEYS else None,
        f" {TITLES[name]} ",
        element("span", {"class": "quiet"}, note),
    )


def _month_words(name: str) -> list[Child]:
    month, _, year = name.partition(" ")
    return [f"{month} ", element("span", {"class": "faint year"}, year)]


def _short(cents: int) -> str:
    return f"${cents / _CENTS_A_THOUSAND:,.0f}k" if cents >= _CENTS_A_THOUSAND else dollars_of(cents)


def _percent(size: int, most: int) -> str:
    return f"{100 * size / most:.1f}%"
