"""Small counts withheld from a table that leaves the house, with what would give them away."""

from __future__ import annotations

from collections.abc import Sequence

from auditlib.report.formatting import Kind, TableColumn, Withheld

Row = list[object]


def withhold_small_counts(columns: Sequence[TableColumn], rows: Sequence[Row], *, below: int) -> list[Row]:
    """Return the rows without counts of 1 to ``below`` - 1.

    Parameters
    ----------
    columns
        Columns of the table.
    rows
        Values, one list a row.
    below
        Smallest count that is shown; 0 is shown too.

    Notes
    -----
    Where one count alone of a column is withheld, the next smallest goes too, because the total would give
    it away. A numerator goes too where the rest of its denominator is small. In a row that lost a count,
    amounts, rates and shares are withheld.
    """
    counts = [place for place, column in enumerate(columns) if column.kind is Kind.COUNT]
    shown = [list(row) for row in rows]
    for place in counts:
        _withhold_in_column(shown, place, below)
    names = {column.name: place for place, column in enumerate(columns)}
    if "numerator_count" in names and "denominator_count" in names:
        for before, after in zip(rows, shown, strict=True):
            rest = _number(before[names["denominator_count"]]) - _number(before[names["numerator_count"]])
            if 0 < rest < below:
                after[names["numerator_count"]] = Withheld("withheld")
    derived = [place for place, column in enumerate(columns) if column.kind in (Kind.AMOUNT, Kind.SHARE)]
    for row in shown:
        if any(isinstance(row[place], Withheld) for place in counts):
            for place in derived:
                row[place] = Withheld("withheld")
    return shown


def _withhold_in_column(rows: list[Row], place: int, below: int) -> None:
    small = [row for row in rows if 0 < _number(row[place]) < below]
    if len(small) == 1:
        others = sorted(
            (row for row in rows if _number(row[place]) >= below), key=lambda row: _number(row[place])
        )
        for row in others[:1]:
            row[place] = Withheld("withheld")
    for row in small:
        row[place] = Withheld(f"< {below}")


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
