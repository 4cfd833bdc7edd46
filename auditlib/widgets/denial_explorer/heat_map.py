"""Payers by kinds of reason: denied claims in numbers, and how they compare with all payers in shades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from auditlib.measures.denied_selection import CATEGORY, PAYER, DeniedSelection
from auditlib.text import counted
from auditlib.widgets.accuracy_screen.element import NUMBER, Element, element, table
from auditlib.widgets.denial_explorer.choice import Choice, dollars_of, shown_value

MOST_PAYERS: Final = 12
MOST_KINDS: Final = 10
FEWEST_CLAIMS: Final = 10
"""A cell of fewer claims is not shaded: its rate is noise."""
_SHADES: Final = ((2.5, 4, "2.5 times"), (1.5, 3, "1.5 times"), (0.67, 2, "as elsewhere"), (0.0, 1, "lower"))


def heat_map(selection: DeniedSelection, choice: Choice, answered: Mapping[str, int] | None) -> Element:
    """Return the table of payers and kinds of reason, under all filters but those of the two.

    Parameters
    ----------
    selection
        The denied lines.
    choice
        What is chosen of them.
    answered
        Answered claims of each payer, denied or not; None where they are not known: then nothing is shaded.
    """
    cells = selection.cells(choice.filters(selection))
    by_payer, by_kind = Counter[int](), Counter[int]()
    for (payer, kind), (claims, cents) in cells.items():
        size = cents if choice.basis == "dollars" else claims
        by_payer[payer] += size
        by_kind[kind] += size
    payers = [number for number, _ in by_payer.most_common(MOST_PAYERS)]
    kinds = [number for number, _ in by_kind.most_common(MOST_KINDS)]
    in_all, of_payer = Counter[int](), Counter[int]()
    for (payer, kind), (claims, _cents) in cells.items():
        in_all[kind] += claims
        of_payer[payer] += claims
    all_answered = sum(answered.values()) if answered else 0
    rows = []
    for row, payer in enumerate(payers):
        name = shown_value(PAYER, selection.values[PAYER][payer])
        count = (answered or {}).get(name, 0)
        shown = []
        for place, kind in enumerate(kinds):
            claims, cents = cells.get((payer, kind), (0, 0))
            ratio = None
            if count and in_all[kind] and claims >= FEWEST_CLAIMS:
                ratio = (claims / count) / (in_all[kind] / all_answered)
            kind_words = shown_value(CATEGORY, selection.values[CATEGORY][kind])
            shown.append(
                _cell(
                    f"{name}, {kind_words}",
                    claims,
                    cents,
                    ratio,
                    asks={"cell": payer, "kind": kind},
                    is_chosen=choice.is_cell(payer, kind),
                    is_first=row == place == 0,
                )
            )
        rows.append(
            element(
                "tr",
                {},
                element("th", {"scope": "row"}, name),
                *shown,
                element("td", {"class": "num"}, f"{of_payer[payer]:,}"),
                element("td", {"class": "num"}, f"{count:,}" if count else "not known"),
            )
        )
    heads = [
        element("th", {"scope": "col"}, "Payer"),
        *(
            element(
                "th",
                {"scope": "col", "class": "kind"},
                shown_value(CATEGORY, selection.values[CATEGORY][one]),
            )
            for one in kinds
        ),
        element("th", {"scope": "col", "class": "num"}, "All kinds"),
        element("th", {"scope": "col", "class": "num"}, "Answered"),
    ]
    foot = element(
        "tr",
        {},
        element("th", {"scope": "row"}, "All payers"),
        *(element("td", {"class": "kind"}, f"{in_all[kind]:,}") for kind in kinds),
        element("td", {"class": "num"}, f"{sum(in_all.values()):,}"),
        element("td", {"class": "num"}, f"{all_answered:,}" if all_answered else "not known"),
    )
    return element(
        "section",
        {"class": "panel heat", "data-panel": "h", "aria-label": "Which payer denies for what?"},
        element(
            "h3",
            {},
            element("kbd", {"live": "yes", "aria-hidden": "true"}, "h"),
            " Which payer denies for what? ",
            element("span", {"class": "quiet"}, "claims; a cell selects its payer and its kind of reason"),
        ),
        table(heads, rows, foot=foot) if rows else element("p", {"class": "foot"}, "No line is left."),
        element("p", {"class": "foot"}, *_key(), _left_out(len(by_payer), len(by_kind))),
    )


def _cell(
    words: str,
    claims: int,
    cents: int,
    ratio: float | None,
    *,
    asks: Mapping[str, int],
    is_chosen: bool,
    is_first: bool,
) -> Element:
    shade, compared = 0, "too few claims to compare" if claims else ""
    if ratio is not None:
        shade = next(number for least, number, _ in _SHADES if ratio >= least)
        compared = f"{ratio:.1f} times the share of all payers"
    said = f"{words}: {counted(claims, 'claim')}, {dollars_of(cents)} denied"
    return element(
        "td",
        {"class": f"kind h{shade}"},
        element(
            NUMBER,
            {
                "class": "cell",
                "data-key": f"cell:{asks['cell']}:{asks['kind']}",
                "tabindex": "0" if is_first else "-1",
                "aria-pressed": "true" if is_chosen else "false",
                "aria-label": f"{said}, {compared}" if compared else said,
                "title": compared or None,
                "rows": dict(asks),
            },
            f"{claims:,}",
            element("span", {"class": "times", "aria-hidden": "true"}, f"{ratio:.1f}\u00d7")
            if ratio is not None and shade >= _SHADES[1][1]
            else None,
        ),
    )


def _key() -> list[str | Element]:
    marks: list[str | Element] = ["Claims of answered claims, against all payers: "]
    for _, shade, words in reversed(_SHADES):
        marks += [element("i", {"class": f"h{shade}"}), f" {words} "]
    return [*marks, element("i", {"class": "h0"}), f" under {FEWEST_CLAIMS} claims: not shaded. "]


def _left_out(payers: int, kinds: int) -> str:
    out = [
        counted(count - most, word)
        for count, most, word in ((payers, MOST_PAYERS, "payer"), (kinds, MOST_KINDS, "kind"))
        if count > most
    ]
    return f"Left out, as the smallest: {' and '.join(out)}; they are in the bars." if out else ""
