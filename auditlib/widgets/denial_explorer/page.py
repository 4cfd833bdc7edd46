"""The page of the denial explorer, as elements: sentence, findings, months, payers by kinds, bars, claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from auditlib.measures.denied_selection import DIMENSIONS, MONTH, DeniedSelection, Total
from auditlib.text import counted
from auditlib.widgets.accuracy_screen.element import NUMBER, Child, Element, element
from auditlib.widgets.denial_explorer.bars import months, panel
from auditlib.widgets.denial_explorer.choice import CHIPS, Choice, dollars, shown_value
from auditlib.widgets.denial_explorer.claim_rows import plain_table
from auditlib.widgets.denial_explorer.heat_map import heat_map

NOTHING: Final = (
    "No claim of a primary payer is denied in this workspace. Load remittances (835): 'i' on the start "
    "screen, 'auditlib load PATH', or wb.files.load(PATH)."
)


def page(
    selection: DeniedSelection,
    choice: Choice,
    *,
    findings: Element | None = None,
    answered: Mapping[str, int] | None = None,
    claims: Element | None = None,
    unmatched: pl.DataFrame | None = None,
) -> Element:
    """Return the whole page under a choice.

    Parameters
    ----------
    selection
        The denied lines.
    choice
        What is chosen of them.
    findings
        What stands out, as from `found` or `looked_for`; None says nothing of it.
    answered
        Answered claims of each payer, for the shades of payers by kinds.
    claims
        The claims behind the selection, as from `claim_rows`.
    unmatched
        Payments that no claim is behind, columns named as they are shown.
    """
    if selection.named.is_empty():
        nothing = element("p", {"class": "answer"}, NOTHING)
        return element("div", {"class": "page"}, nothing, _unmatched(unmatched))
    bars = selection.counted(choice.filters(selection))
    others = [name for name in DIMENSIONS if name != MONTH]
    return element(
        "div",
        {"class": "page"},
        element("h2", {}, "Denials: what changed, where, who, which codes?"),
        element("p", {"class": "answer"}, answer(selection.whole)),
        findings,
        _selected(selection, choice),
        months(selection, choice, bars[MONTH]),
        heat_map(selection, choice, answered),
        element(
            "div",
            {"class": "panels"},
            *(panel(selection, choice, name, bars[name], place) for place, name in enumerate(others, 2)),
        ),
        claims,
        _unmatched(unmatched),
    )


def answer(total: Total) -> str:
    """Return in a sentence what lines come to."""
    paid = total.denied_amount - total.not_paid_amount
    return (
        f"{counted(total.claim_count, 'claim')} with {counted(total.line_count, 'denied line')}: "
        f"{dollars(total.denied_amount)} denied at first, {dollars(paid)} of it paid in the end, "
        f"{dollars(total.not_paid_amount)} not paid."
    )


def looked_for() -> Element:
    """Return what stands in the place of the findings while they are looked for."""
    return element(
        "section",
        {
            "class": "panel findings",
            "data-panel": "s",
            "data-looking": "yes",
            "aria-label": "What stands out",
        },
        element("h3", {}, "What stands out ", element("span", {"class": "quiet"}, "is being looked for")),
    )


def found(findings: pl.DataFrame) -> Element:
    """Return what stands out, each a button that selects its lines."""
    rows = [
        element(
            "li",
            {},
            element(
                NUMBER,
                {
                    "class": "finding",
                    "data-key": f"finding:{at}",
                    "tabindex": "-1" if at else "0",
                    "rows": {"finding": at},
                },
                sentence,
            ),
        )
        for at, sentence in enumerate(findings["sentence"])
    ]
    return element(
        "section",
        {"class": "panel findings", "data-panel": "s", "aria-label": "What stands out"},
        element(
            "h3",
            {},
            element("kbd", {"live": "yes", "aria-hidden": "true"}, "s"),
            f" What stands out: {counted(len(rows), 'finding')} ",
            element(
                "span",
                {"class": "quiet"},
                "tested over all payers, reasons, codes and months; where nothing stands out, "
                "anything is listed in at most 5 % of data sets",
            ),
        ),
        element("ol", {}, *rows) if rows else element("p", {"class": "foot"}, "Nothing stands out."),
    )


def _selected(selection: DeniedSelection, choice: Choice) -> Element:
    """Return the line that says what is selected, with a button for each filter."""
    chips: list[Child] = []
    for name, numbers in choice.wanted.items():
        words = " or ".join(shown_value(name, selection.values[name][number]) for number in numbers)
        chips.append(
            element(
                NUMBER,
                {"class": "chip", "rows": {"clear": name}, "aria-label": f"Take off: {CHIPS[name]} {words}"},
                element("span", {"class": "faint"}, f"{CHIPS[name]} "),
                words,
                element("span", {"class": "off", "aria-hidden": "true"}),
            )
        )
    said = "Nothing selected: every bar filters all the others."
    if choice.wanted:
        said = answer(selection.total(choice.filters(selection)))
    return element(
        "div",
        {"class": "selected", "live": "yes"},
        element("p", {"role": "status"}, element("b", {}, "Selected: " if chips else ""), said),
        element("div", {"class": "chips"}, *chips) if chips else None,
    )


def _unmatched(rows: pl.DataFrame | None) -> Element | None:
    if rows is None or rows.is_empty():
        return None
    return element(
        "section",
        {"class": "panel claims", "live": "yes", "data-panel": "m", "aria-label": "Payments without a claim"},
        element(
            "h3",
            {},
            element("kbd", {"aria-hidden": "true"}, "m"),
            f" {counted(rows.height, 'payment')} without a claim ",
            element("span", {"class": "quiet"}, "costliest first"),
        ),
        plain_table(rows),
    )
