"""The page of the denial explorer, as elements: sentence, months, bars by dimension, claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import polars as pl

from auditlib.measures.denied_lines import PAID
from auditlib.measures.denied_selection import (
    BANDS,
    DIMENSIONS,
    MONTH,
    DeniedSelection,
    costliest_claims,
)
from auditlib.text import MONTHS, counted, format_date, format_share
from auditlib.widgets.accuracy_screen.element import NUMBER, Child, Element, element, table

Basis: TypeAlias = Literal["dollars", "claims"]

TITLES: Final = {
    MONTH: "When were they denied?",
    "payer_name": "Which payer?",
    "denial_category": "Which kind of reason?",
    "reason": "Which reason?",
    "provider_id": "Which provider?",
    "code": "Which billed code?",
    "amount_band": "How many dollars a line?",
    "check_state": "Would a check of ours have found it?",
    "final_state": "What became of the lines?",
    "answer": "Which answer denied first?",
}
"""The question that each dimension answers."""
CHIPS: Final = {
    MONTH: "denied in",
    "payer_name": "payer",
    "denial_category": "kind",
    "reason": "reason",
    "provider_id": "provider",
    "code": "code",
    "amount_band": "dollars",
    "check_state": "check",
    "final_state": "became",
    "answer": "by",
}
_MISSING: Final = {
    MONTH: "not dated",
    "provider_id": "no provider named",
    "code": "the claim as a whole",
}
_UNMAPPED: Final = "unmapped"
_MOST_KEYS: Final = 10
FEW_BARS: Final = 7
MANY_BARS: Final = 60
MOST_CLAIMS: Final = 50
MOST_ROWS: Final = 100
_THOUSAND: Final = 1_000
_NUMBERS: Final = {"Lines", "Denied, $", "Not paid, $"}
NOTHING: Final = (
    "No claim of a primary payer is denied in this workspace. Load remittances (835) by wb.files.load(PATH)."
)


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


@dataclass(frozen=True)
class Choice:
    """What is chosen on the screen.

    Parameters
    ----------
    wanted
        By dimension the numbers of the wanted values, in the order in which they were chosen.
    basis
        What the bars are long by.
    opened
        The dimensions that show all their bars.
    """

    wanted: dict[str, tuple[int, ...]] = field(default_factory=dict)
    basis: Basis = "dollars"
    opened: frozenset[str] = frozenset()

    def toggled(self, dimension: str, number: int) -> Choice:
        """Return the choice with a value more, or with one less."""
        before = self.wanted.get(dimension, ())
        after = tuple(one for one in before if one != number) if number in before else (*before, number)
        return self.with_values(dimension, after)

    def with_values(self, dimension: str, numbers: tuple[int, ...]) -> Choice:
        """Return the choice with these values of a dimension; none lets all through."""
        kept = {name: values for name, values in self.wanted.items() if name != dimension}
        return replace(self, wanted={**kept, dimension: numbers} if numbers else kept)

    def filters(self, selection: DeniedSelection) -> dict[str, list[str | None]]:
        """Return the wanted values as filters of the selection."""
        return {
            name: [selection.values[name][number] for number in numbers]
            for name, numbers in self.wanted.items()
        }


def shown_value(dimension: str, value: str | None) -> str:
    """Return a value in words."""
    if value is None:
        return _MISSING.get(dimension, "not stated")
    if dimension == MONTH:
        return f"{MONTHS[int(value[5:7]) - 1]} {value[:4]}"
    return value


def answer(lines: pl.DataFrame) -> str:
    """Return in a sentence what lines come to."""
    unpaid = _total(lines.filter(pl.col("final_state").ne_missing(PAID))["denied_amount"])
    return _answer(lines["claim_id"].n_unique(), lines.height, _total(lines["denied_amount"]), unpaid)


def _whole_answer(selection: DeniedSelection) -> str:
    """Return the sentence of all lines, from sums that are kept."""
    sums = selection.unfiltered["final_state"]
    return _answer(
        selection.claim_count,
        selection.named.height,
        _total(sums["denied_amount"]),
        _total(sums["not_paid_amount"]),
    )


def _answer(claims: int, lines: int, denied: Decimal, unpaid: Decimal) -> str:
    return (
        f"{counted(claims, 'claim')} with {counted(lines, 'denied line')}: {_dollars(denied)} denied at "
        f"first, {_dollars(denied - unpaid)} of it paid in the end, {_dollars(unpaid)} not paid."
    )


def page(selection: DeniedSelection, choice: Choice, findings: pl.DataFrame | None = None) -> Element:
    """Return the whole page under a choice.

    Parameters
    ----------
    selection
        The denied lines.
    choice
        What is chosen of them.
    findings
        What stands out, as from `auditlib.measures.denial_findings.denial_findings`; None says nothing of it.
    """
    if selection.named.is_empty():
        return element("div", {"class": "page"}, element("p", {"class": "answer"}, NOTHING))
    filters = choice.filters(selection)
    chosen = selection.chosen(filters)
    bars = selection.bars(filters)
    others = [name for name in DIMENSIONS if name != MONTH]
    return element(
        "div",
        {"class": "page"},
        element("h2", {}, "Denials: what changed, where, who, which codes?"),
        element("p", {"class": "answer"}, _whole_answer(selection)),
        None if findings is None else _findings(findings),
        _selected(selection, choice, chosen),
        _months(selection, choice, bars[MONTH]),
        element(
            "div",
            {"class": "panels"},
            *(_panel(selection, choice, name, bars[name], place) for place, name in enumerate(others, 2)),
        ),
        _claims(chosen),
    )


def claim_page(account: str, parts: ClaimParts) -> Element:
    """Return one claim: its tables, and where its chart is."""
    chart = None
    if parts.encounter_id is not None:
        chart = element(
            "p",
            {"class": "foot"},
            "Chart and evidence: ",
            element("code", {}, f"wb.encounter({parts.encounter_id!r})"),
        )
    tables = [
        element(
            "section",
            {},
            element("h4", {}, f"{title} ({rows.height:,})"),
            _table(rows) if rows.height else element("p", {"class": "foot"}, "none"),
        )
        for title, rows in parts.tables
    ]
    return element("div", {}, element("h3", {"tabindex": "-1"}, f"Claim {account}"), chart, *tables)


def _findings(findings: pl.DataFrame) -> Element:
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
        {"class": "panel findings", "data-panel": "f", "aria-label": "What stands out"},
        element(
            "h3",
            {},
            element("kbd", {"live": "yes", "aria-hidden": "true"}, "f"),
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


def _selected(selection: DeniedSelection, choice: Choice, chosen: pl.DataFrame) -> Element:
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
    said = answer(chosen) if choice.wanted else "Nothing selected: every bar filters all the others."
    return element(
        "div",
        {"class": "selected", "live": "yes"},
        element("p", {"role": "status"}, element("b", {}, "Selected: " if chips else ""), said),
        element("div", {"class": "chips"}, *chips) if chips else None,
    )


def _months(selection: DeniedSelection, choice: Choice, bars: pl.DataFrame) -> Element:
    """Return the months as columns: all in grey, what the other filters let through in the data's colour."""
    size = "denied_amount" if choice.basis == "dollars" else "claim_count"
    whole = selection.unfiltered[MONTH]
    most = float(max(whole[size], default=0)) or 1.0
    now = {row["value"]: row for row in bars.iter_rows(named=True)}
    wanted = choice.wanted.get(MONTH, ())
    shown = []
    for place, row in enumerate(whole.iter_rows(named=True)):
        value = row["value"]
        number = selection.values[MONTH].index(value)
        part = now.get(value, {"claim_count": 0, "denied_amount": Decimal(0), "line_count": 0})
        name = shown_value(MONTH, value)
        shown.append(
            element(
                NUMBER,
                {
                    "class": "month",
                    "data-key": f"{MONTH}:{number}",
                    "tabindex": "0" if place == 0 else "-1",
                    "aria-pressed": "true" if number in wanted else "false",
                    "aria-label": f"{name}: {_counts(part)}, of {_dollars(row['denied_amount'])} in all",
                    "rows": {"toggle": MONTH, "value": number},
                },
                element("span", {"class": "n"}, f"{part['claim_count']:,}"),
                element(
                    "span",
                    {"class": "column"},
                    element("i", {"class": "all", "style": f"height:{_percent(row[size], most)}"}),
                    element("i", {"class": "part", "style": f"height:{_percent(part[size], most)}"}),
                ),
                element("span", {}, *_month_words(name)),
                element("span", {"class": "n"}, _short(part["denied_amount"])),
            )
        )
    return element(
        "section",
        {"class": "panel months", "data-panel": "1", "aria-label": TITLES[MONTH]},
        _panel_head(MONTH, 1, f"height: {choice.basis}; above: claims, below: dollars; grey: all claims"),
        element("div", {"class": "columns"}, *shown),
        element(
            "p",
            {"class": "foot"},
            "By the month of the answer that denied the line first. The last month may not be over.",
        ),
    )


def _month_words(name: str) -> list[Child]:
    month, _, year = name.partition(" ")
    return [f"{month} ", element("span", {"class": "faint year"}, year)]


def _panel(selection: DeniedSelection, choice: Choice, name: str, bars: pl.DataFrame, place: int) -> Element:
    """Return the bars of a dimension, longest first; the bands of dollars stay in their order."""
    size = "denied_amount" if choice.basis == "dollars" else "claim_count"
    wanted = choice.wanted.get(name, ())
    if name == "amount_band":
        ordered = bars.sort(pl.col("value").cast(pl.Enum(BANDS)))
    else:
        ordered = bars.sort([size, "value"], descending=[True, False])
    limit = MANY_BARS if name in choice.opened else FEW_BARS
    numbers = {value: number for number, value in enumerate(selection.values[name])}
    rows = list(ordered.iter_rows(named=True))
    # A reason of no list is never out of sight, and what is wanted stays where it can be taken off.
    head = [
        row
        for at, row in enumerate(rows)
        if at < limit or numbers[row["value"]] in wanted or _UNMAPPED in (row["value"] or "")
    ]
    gone = [number for number in wanted if number not in {numbers[row["value"]] for row in head}]
    head += [
        {
            "value": selection.values[name][number],
            "line_count": 0,
            "claim_count": 0,
            "denied_amount": Decimal(0),
        }
        for number in gone
    ]
    most = float(max((row[size] for row in head), default=0) or 1)
    total = sum((row["denied_amount"] for row in rows), Decimal(0))
    shown = [
        _bar(name, row, numbers[row["value"]], most=most, total=total, choice=choice, is_first=at == 0)
        for at, row in enumerate(head)
    ]
    rest = bars.filter(~pl.col("value").is_in([row["value"] for row in head], nulls_equal=True))
    return element(
        "section",
        {"class": "panel", "data-panel": str(place), "aria-label": TITLES[name]},
        _panel_head(name, place, "dollars, % of dollars, claims"),
        *(shown or [element("p", {"class": "foot"}, "No line is left.")]),
        _rest(name, rest, choice) if rest.height or name in choice.opened else None,
    )


def _bar(
    name: str,
    row: dict[str, object],
    number: int,
    *,
    most: float,
    total: Decimal,
    choice: Choice,
    is_first: bool,
) -> Element:
    value = row["value"]
    words = shown_value(name, value if isinstance(value, str) else None)
    amount, count = row["denied_amount"], row["claim_count"]
    share = format_share(float(Decimal(str(amount)) / total)) if total else "0.0 %"
    size = amount if choice.basis == "dollars" else count
    kind = "bar-row unmapped" if _UNMAPPED in words else "bar-row"
    return element(
        NUMBER,
        {
            "class": kind,
            "data-key": f"{name}:{number}",
            "tabindex": "0" if is_first else "-1",
            "aria-pressed": "true" if number in choice.wanted.get(name, ()) else "false",
            "aria-label": f"{words}: {_counts(row)}, {share} of the dollars",
            "rows": {"toggle": name, "value": number},
        },
        element("span", {"class": "name"}, words),
        element("span", {"class": "n dollars"}, _dollars(amount)),
        element("span", {"class": "n share"}, share),
        element("span", {"class": "n claims"}, f"{count:,}"),
        element("span", {"class": "track"}, element("i", {"style": f"width:{_percent(size, most)}"})),
    )


def _rest(name: str, rest: pl.DataFrame, choice: Choice) -> Element:
    """Return the button that shows the bars that are left out, or leaves them out again."""
    words = (
        f"{counted(rest.height, 'more value')}, {_dollars(_total(rest['denied_amount']))}"
        if rest.height
        else "Fewer bars"
    )
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


def _panel_head(name: str, place: int, note: str) -> Element:
    return element(
        "h3",
        {},
        element("kbd", {"live": "yes", "aria-hidden": "true"}, str(place)) if place < _MOST_KEYS else None,
        f" {TITLES[name]} ",
        element("span", {"class": "quiet"}, note),
    )


def _claims(chosen: pl.DataFrame) -> Element:
    """Return the claims behind the selection, costliest first; a notebook that is kept does not hold them."""
    count, claims = costliest_claims(chosen, most=MOST_CLAIMS)
    title = f"{counted(count, 'claim')} behind the selection"
    heads = ("Account", "Payer", "Denied", "Codes", "Reasons", "Lines", "Denied, $", "Not paid, $", "Became")
    rows = [
        element(
            "tr",
            {},
            element(
                "td",
                {"class": "code"},
                element(
                    NUMBER,
                    {
                        "data-key": f"claim:{row['claim_id']}",
                        "tabindex": "0" if at == 0 else "-1",
                        "rows": {"claim": row["claim_id"]},
                    },
                    row["patient_control_number"] or f"claim {row['claim_id']}",
                ),
            ),
            element("td", {}, row["payer_name"]),
            element(
                "td", {"class": "date"}, "" if row["denial_date"] is None else format_date(row["denial_date"])
            ),
            element("td", {"class": "code"}, row["codes"] or "whole claim"),
            element("td", {"class": "code"}, row["reason_codes"]),
            element("td", {"class": "num"}, f"{row['line_count']:,}"),
            element("td", {"class": "num"}, f"{row['denied_amount']:,.2f}"),
            element("td", {"class": "num"}, f"{row['not_paid_amount']:,.2f}"),
            element("td", {}, row["final_states"]),
        )
        for at, row in enumerate(claims.iter_rows(named=True))
    ]
    limited = "" if count <= MOST_CLAIMS else f" The {MOST_CLAIMS} costliest are shown; lists hold all."
    return element(
        "section",
        {"class": "claims panel", "live": "yes", "data-panel": "0", "aria-label": "Claims behind it"},
        element("h3", {}, element("kbd", {"aria-hidden": "true"}, "0"), f" {title}"),
        element("p", {"class": "foot"}, f"Enter opens lines, adjustments, history and findings.{limited}"),
        table(
            [
                element("th", {"scope": "col", "class": "num" if one in _NUMBERS else None}, one)
                for one in heads
            ],
            rows,
        ),
    )


def _table(rows: pl.DataFrame) -> Element:
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


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return str(value)


def _counts(row: dict[str, object]) -> str:
    claims, lines = int(str(row["claim_count"])), int(str(row["line_count"]))
    return f"{counted(claims, 'claim')}, {counted(lines, 'line')}, {_dollars(row['denied_amount'])} denied"


def _total(amounts: pl.Series) -> Decimal:
    return Decimal(str(amounts.sum()))


def _dollars(amount: object) -> str:
    return f"${Decimal(str(amount)):,.0f}"


def _short(amount: object) -> str:
    dollars = float(str(amount))
    return f"${dollars / _THOUSAND:,.0f}k" if dollars >= _THOUSAND else f"${dollars:,.0f}"


def _percent(size: object, most: float) -> str:
    return f"{100 * float(str(size)) / most:.1f}%"
