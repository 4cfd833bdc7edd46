"""Columns that follow from others: sums, differences, shares, and the row that adds a table up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from auditlib.report.contents import Formula, Ratio, ShareOfTotal, SumOf
from auditlib.report.formatting import TableColumn, Withheld

Row = Sequence[object]
_CLOSE = 1e-9
_USUAL: Final[tuple[tuple[str, Formula], ...]] = (
    ("rate", Ratio("numerator_count", "denominator_count")),
    ("rate", Ratio("numerator_amount", "denominator_amount")),
    ("count_share", ShareOfTotal("denied_count")),
    ("amount_share", ShareOfTotal("denied_amount")),
    ("difference", SumOf(("first_rate",), ("second_rate",))),
    ("net_amount", SumOf(("overpaid_amount",), ("underpaid_amount",))),
    ("absolute_amount", SumOf(("overpaid_amount", "underpaid_amount"))),
)


def total_row(
    columns: Sequence[TableColumn],
    rows: Sequence[Row],
    totals: Sequence[str],
    formulas: Mapping[str, Formula],
    *,
    label: str,
) -> list[object]:
    """Return the row that adds a table up.

    Parameters
    ----------
    columns, rows
        The table, all of it, with small counts withheld already.
    totals
        Names of the columns that add up; one of them with a `Ratio` is total over total, one with a
        `ShareOfTotal` is the whole.
    formulas
        How columns follow from others.
    label
        What stands first, in the first column that does not add up.

    Notes
    -----
    The total of a column of which a value is withheld is withheld: with the others it would give it away.
    """
    places = {column.name: place for place, column in enumerate(columns)}
    cells: list[object] = [None] * len(columns)
    for name in totals:
        if name in places and not isinstance(formulas.get(name), Ratio):
            cells[places[name]] = _total([row[places[name]] for row in rows])
    for name, formula in formulas.items():
        if name in totals and name in places and isinstance(formula, Ratio):
            cells[places[name]] = value_of(formula, places, cells)
    first = next((place for place, column in enumerate(columns) if column.name not in totals), None)
    if first is not None:
        cells[first] = label
    return cells


def _total(values: Sequence[object]) -> object:
    if any(isinstance(value, Withheld) for value in values):
        return Withheld("withheld")
    numbers = [value for value in values if isinstance(value, (int, float, Decimal))]
    return sum(numbers) if numbers else None


def usual_formulas(columns: Sequence[TableColumn]) -> dict[str, Formula]:
    """Return how columns of usual names follow from others of the table."""
    names = {column.name for column in columns}
    return {
        name: formula
        for name, formula in _USUAL
        if name in names and all(part in names for part in _parts(formula))
    }


def _parts(formula: Formula) -> tuple[str, ...]:
    match formula:
        case SumOf(added, subtracted):
            return (*added, *subtracted)
        case Ratio(part, whole):
            return (part, whole)
        case _:
            return (formula.part,)


def values_of(formula: Formula, places: Mapping[str, int], rows: Sequence[Row]) -> list[object]:
    """Return what a formula gives in each row."""
    if isinstance(formula, ShareOfTotal):
        whole = _total([row[places[formula.part]] for row in rows]) if formula.part in places else None
        return [_over(row[places[formula.part]], whole) if whole is not None else None for row in rows]
    return [value_of(formula, places, row) for row in rows]


def value_of(formula: SumOf | Ratio, places: Mapping[str, int], row: Row) -> object:
    """Return what a formula gives in a row; None where a part is missing or the whole is nothing."""
    match formula:
        case SumOf(added, subtracted):
            signed = [(1, name) for name in added] + [(-1, name) for name in subtracted]
            parts = [(sign, row[places[name]]) for sign, name in signed if name in places]
            if len(parts) < len(signed):
                return None
            if withheld := next((value for _, value in parts if isinstance(value, Withheld)), None):
                return Withheld("withheld") if withheld else None
            numbers = [(sign, value) for sign, value in parts if isinstance(value, (int, float, Decimal))]
            return sum(sign * value for sign, value in numbers) if len(numbers) == len(parts) else None
        case Ratio(part, whole):
            return _over(*(row[places[name]] if name in places else None for name in (part, whole)))


def _over(part: object, whole: object) -> object:
    if isinstance(part, Withheld) or isinstance(whole, Withheld):
        return Withheld("withheld")
    if not isinstance(part, (int, float, Decimal)) or not isinstance(whole, (int, float, Decimal)):
        return None
    return float(part) / float(whole) if whole else None


def is_same(value: object, other: object) -> bool:
    """Return whether two numbers are the same but for the rounding of binary fractions."""
    numbers = (int, float, Decimal)
    return (
        isinstance(value, numbers)
        and isinstance(other, numbers)
        and math.isclose(value, other, rel_tol=_CLOSE, abs_tol=_CLOSE)
    )
