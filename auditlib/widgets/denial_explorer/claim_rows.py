"""The claims behind the selection, with what there is to do about each; and one claim taken apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import polars as pl

from auditlib.text import counted, format_date
from auditlib.widgets.accuracy_screen.element import NUMBER, Element, element, table
from auditlib.widgets.denial_explorer.choice import Order

MOST_CLAIMS: Final = 30
MOST_ROWS: Final = 100
SOON_DAYS: Final = 30
"""A deadline that is so near is marked."""
_NUMBERS: Final = {"Denied, $", "Not paid, $", "Expected, $ (chance)"}
_HEADS: Final = (
    "Account",
    "Payer",
    "Denied on",
    "Codes, reasons",
    "Denied, $",
    "Not paid, $",
)
_WORK_HEADS: Final = ("Expected, $ (chance)", "Next step, by (days left)")
_ORDERED: Final[Mapping[Order, str]] = {
    "denied": "by denied dollars",
    "expected": "by expected dollars: dollars not paid times chance of overturn",
    "deadline": "by deadline, soonest first",
}


@dataclass(frozen=True, slots=True)
class ClaimParts:
    """One claim, taken apart.

    Parameters
    ----------
    encounter_id
        The encounter whose chart and findings it has.
    tables
        Titles and rows, columns named as they are shown: lines, adjustments, history, findings.
    """

    encounter_id: str | None
    tables: Sequence[tuple[str, pl.DataFrame]]


@dataclass(frozen=True, slots=True)
class WorkShown:
    """What there is to do about claims, as it stands on the screen.

    Parameters
    ----------
    rows
        By claim its row of `auditlib.measures.denial_worklist.worklist`; claims without work have none.
    note
        Where the chance of overturn comes from, or why there is none.
    """

    rows: Mapping[int, Mapping[str, Any]]
    note: str


def claim_rows(count: int, claims: pl.DataFrame, order: Order, work: WorkShown | None) -> Element:
    """Return the claims behind the selection; a notebook that is kept does not hold them.

    Parameters
    ----------
    count
        How many there are.
    claims
        The first of them, as from `auditlib.measures.denied_lines.claims_of`.
    order
        What they are ordered by.
    work
        What there is to do about them; None where nobody asks.
    """
    heads = (*_HEADS, *(_WORK_HEADS if work is not None else ()), "State")
    rows = [_row(row, work, is_first=at == 0) for at, row in enumerate(claims.iter_rows(named=True))]
    limited = "" if count <= MOST_CLAIMS else f" The first {MOST_CLAIMS} are shown; lists hold all."
    keys = "Enter opens lines, adjustments, history and findings; Space ticks a claim."
    return element(
        "section",
        {"class": "claims panel", "live": "yes", "data-panel": "0", "aria-label": "Claims behind it"},
        element(
            "h3",
            {},
            element("kbd", {"aria-hidden": "true"}, "0"),
            f" {counted(count, 'claim')} behind the selection ",
            element("span", {"class": "quiet"}, _ORDERED[order]),
        ),
        element("p", {"class": "foot"}, f"{keys}{limited}"),
        table(
            [
                element("th", {"scope": "col"}, element("span", {"class": "unseen"}, "Ticked")),
                *(
                    element("th", {"scope": "col", "class": "num" if one in _NUMBERS else None}, one)
                    for one in heads
                ),
            ],
            rows,
        ),
        None if work is None else element("p", {"class": "foot"}, work.note),
    )


def claim_page(account: str, parts: ClaimParts) -> Element:
    """Return one claim: its tables, and where its chart is."""
    chart = None
    if parts.encounter_id is not None:
        chart = element(
            "p",
            {"class": "foot"},
            "Chart and evidence, in a notebook: ",
            element("code", {}, f"wb.encounter({parts.encounter_id!r})"),
        )
    tables = [
        element(
            "section",
            {},
            element("h4", {}, f"{title} ({rows.height:,})"),
            plain_table(rows) if rows.height else element("p", {"class": "foot"}, "none"),
        )
        for title, rows in parts.tables
    ]
    return element("div", {}, element("h3", {"tabindex": "-1"}, f"Claim {account}"), chart, *tables)


def letter_page(account: str, text: str, where: str) -> Element:
    """Return the draft of an appeal, and where it was written."""
    return element(
        "div",
        {},
        element("h3", {"tabindex": "-1"}, f"Draft of an appeal: claim {account}"),
        element("p", {"class": "foot"}, where),
        element("pre", {"tabindex": "0"}, text),
    )


def plain_table(rows: pl.DataFrame) -> Element:
    """Return rows as a table, numbers to the right."""
    numeric = {name for name, kind in rows.schema.items() if kind.is_numeric()}
    classes = {name: "num" if name in numeric else None for name in rows.columns}
    return table(
        [element("th", {"scope": "col", "class": kind}, name) for name, kind in classes.items()],
        [
            element("tr", {}, *(element("td", {"class": classes[name]}, _written(row[name])) for name in row))
            for row in rows.head(MOST_ROWS).iter_rows(named=True)
        ],
        attributes={"tabindex": "0"},
    )


def _row(row: Mapping[str, Any], work: WorkShown | None, *, is_first: bool) -> Element:
    account = row["patient_control_number"] or f"claim {row['claim_id']}"
    todo = None if work is None else work.rows.get(row["claim_id"], {})
    return element(
        "tr",
        {},
        element(
            "td",
            {},
            element(
                "input",
                {
                    "type": "checkbox",
                    "tabindex": "-1",
                    "data-tick": row["claim_id"],
                    "aria-label": f"Tick {account}",
                },
            ),
        ),
        element(
            "td",
            {"class": "code"},
            element(
                NUMBER,
                {
                    "data-key": f"claim:{row['claim_id']}",
                    "tabindex": "0" if is_first else "-1",
                    "rows": {"claim": row["claim_id"]},
                },
                account,
            ),
        ),
        element("td", {}, row["payer_name"]),
        element("td", {"class": "date"}, _day(row["denial_date"])),
        element(
            "td",
            {"class": "code"},
            row["codes"] or "whole claim",
            element("span", {"class": "note"}, row["reason_codes"] or "no reason given"),
        ),
        element("td", {"class": "num"}, f"{row['denied_amount']:,.2f}"),
        element("td", {"class": "num"}, f"{row['not_paid_amount']:,.2f}"),
        *(() if todo is None else _todo(todo)),
        _state(row["final_states"], todo or {}),
    )


def _todo(todo: Mapping[str, Any]) -> list[Element]:
    """Return the cells of the work on a claim; what is not known is a word, and no work is no word."""
    if not todo:
        return [element("td", {}) for _ in _WORK_HEADS]
    days = todo["days_left"]
    due = _day(min(filter(None, (todo["last_appeal_date"], todo["records_due_date"])), default=None))
    left = None
    if days is not None:
        left = element("span", {"class": "soon" if days <= SOON_DAYS else None}, f"{days:,}")
    expected = "not known"
    if todo["expected_amount"] is not None and todo["chance"] is not None:
        expected = f"{todo['expected_amount']:,.2f} ({todo['chance']:.0%})"
    return [
        element("td", {"class": "num"}, expected),
        element("td", {}, todo["action"], f", {due} " if due else ", day not known", left),
    ]


def _state(became: str, todo: Mapping[str, Any]) -> Element:
    """Return what became of the lines, and below it what the ledger says."""
    words = [f"{todo['state']}, {todo['assignee'] or 'nobody'}", todo["last_note"]] if todo else []
    notes = [element("span", {"class": "note"}, word) for word in words if word]
    return element("td", {}, became, *notes)


def _day(day: dt.date | None) -> str:
    return "" if day is None else format_date(day)


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return str(value)
