"""Small counts withheld from a table that leaves the house, with what would give them away.

What a reader may know beside the table: every total of a column over the rows of a group, over the whole
table, and, where a table has two dimensions, over each value of either; every share, rate and amount that the
table shows; and that one column counts a part of another. A total that is itself a small count nobody knows,
because it is withheld wherever it stands.

- A row is withheld if one of its counts is small, or what is left of a count without its part is. It is
  withheld whole: all its counts, amounts, shares and rates.
- Of the rows of a group none or at least two are withheld, and the withheld counts of a column together are
  none or no small count. So each of them may be anything from nothing up to that sum, for all anybody knows.
- Of two dimensions, as payer and month, all rows of a value of the first are left out if one of them is to be
  withheld. The same is asked of those values: at least two, and no small count in any value of the second.
- A table of three or more dimensions, or of a single row, is withheld as a whole.
- Rows on single encounters, claims or units are counts of one, and left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from auditlib.errors import UsageError
from auditlib.report.formatting import Kind, TableColumn, Withheld

Row = list[object]
USUAL_BELOW: Final = 11
"""Smallest count that is shown unless another is asked for: the cell size policy of CMS."""
SMALL_COUNTS_WITHHELD: Final = "small counts withheld"
"""What the access log says of files in which small counts are withheld."""

ROW_IDS: Final = frozenset(
    {
        "chain_id",
        "chart_id",
        "claim_id",
        "claim_number",
        "document_id",
        "encounter_id",
        "item_id",
        "patient_control_number",
        "patient_id",
        "payer_claim_control_number",
        "remit_claim_id",
        "source_offset",
        "unit_id",
    }
)
"""Columns by which a row is of one encounter, claim, unit or patient."""

_MEASURED: Final = frozenset({Kind.COUNT, Kind.AMOUNT, Kind.SHARE, Kind.RATE, Kind.NUMBER})
# Texts that say how a figure was made, and no group of rows.
_SAYING_HOW: Final = frozenset({"interval_method", "no_count_reason", "undefined_reason", "conclusion"})
_HIDDEN: Final = Withheld("withheld")
_MOST_DIMENSIONS: Final = 2
# Measure, and place of the column.
_Cell: TypeAlias = tuple[str | None, int]


@dataclass(frozen=True, slots=True)
class _Unit:
    """Rows that are withheld together: one, or those of all measures of the same group."""

    rows: tuple[int, ...]
    counts: Mapping[tuple[object, object], int]


def require_smallest_count(below: int) -> None:
    """Refuse a smallest count that withholds nothing.

    Raises
    ------
    UsageError
        If it is 1 or less.
    """
    if below <= 1:
        message = f"Counts below {below} cannot be withheld."
        raise UsageError(message, hint=f"Give 2 or more; {USUAL_BELOW} is usual for what leaves the house.")


def names_single_units(names: Iterable[str]) -> bool:
    """Return whether a table with these columns has rows of single encounters, claims or units."""
    return not ROW_IDS.isdisjoint(names)


def withhold_small_counts(columns: Sequence[TableColumn], rows: Sequence[Row], *, below: int) -> list[Row]:
    """Return the rows without counts of 1 to ``below`` - 1, and without what would give them away.

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
    The rule is in the first lines of this module. Rows are withheld in their place where the table has one
    dimension, and left out otherwise, because a row that is there says that its count is not 0.
    """
    if not any(column.kind is Kind.COUNT for column in columns):
        return [list(row) for row in rows]
    if names_single_units(column.name for column in columns):
        return []
    measure = next((place for place, column in enumerate(columns) if column.name == "measure"), None)
    dimensions = [
        place
        for place, column in enumerate(columns)
        if column.kind not in _MEASURED and place != measure and column.name not in _SAYING_HOW
    ]
    units = _units(columns, rows, dimensions, measure)
    small = {place for place, unit in enumerate(units) if _is_small(unit, below)}
    if not small:
        return [list(row) for row in rows]
    values = [[rows[unit.rows[0]][place] for place in dimensions] for unit in units]
    keys, others = _keys(values)
    if len(keys) > _MOST_DIMENSIONS or (not keys and len(units) == 1):
        return []
    if len(keys) == _MOST_DIMENSIONS:
        left_out = _blocks([(value[keys[0]], value[keys[1]]) for value in values], units, small, below)
        gone = {row for place in left_out for row in units[place].rows}
        return [list(row) for place, row in enumerate(rows) if place not in gone]
    hidden: set[int] = set()
    for group in _groups([tuple(value[place] for place in others) for value in values]):
        hidden |= _completed(units, group, small & set(group), below)
    withheld = {row for place in hidden for row in units[place].rows}
    measured = [place for place, column in enumerate(columns) if column.kind in _MEASURED]
    shown = [list(row) for row in rows]
    for number in withheld:
        for place in measured:
            shown[number][place] = _HIDDEN
    return shown


def _units(
    columns: Sequence[TableColumn], rows: Sequence[Row], dimensions: Sequence[int], measure: int | None
) -> list[_Unit]:
    """Return the rows, those of several measures of one group together, with counts and their rests."""
    counts = [place for place, column in enumerate(columns) if column.kind is Kind.COUNT]
    together: dict[object, list[int]] = {}
    for number, row in enumerate(rows):
        key = number if measure is None else tuple(str(row[place]) for place in dimensions)
        together.setdefault(key, []).append(number)
    own = [
        {
            (None if measure is None else str(rows[number][measure]), place): _number(rows[number][place])
            for number in numbers
            for place in counts
        }
        for numbers in together.values()
    ]
    pairs = _nested(own)
    units = []
    for numbers, found in zip(together.values(), own, strict=True):
        known: dict[tuple[object, object], int] = dict(found.items())
        for part, whole in pairs:
            if whole in found:
                known[part, whole] = found[whole] - found[part]
        units.append(_Unit(tuple(numbers), known))
    return units


def _nested(
    own: Sequence[Mapping[_Cell, int]],
) -> list[tuple[_Cell, _Cell]]:
    """Return the pairs of columns of one measure of which one is nowhere more than the other."""
    names = {name for found in own for name in found}
    return [
        (part, whole)
        for part in names
        for whole in names
        if part != whole
        and part[0] == whole[0]
        and all(found[part] <= found[whole] for found in own if part in found and whole in found)
        and any(found.get(part, 0) for found in own)
        and all((part in found) == (whole in found) for found in own)
    ]


def _is_small(unit: _Unit, below: int) -> bool:
    return any(0 < count < below for count in unit.counts.values())


def _keys(values: Sequence[Sequence[object]]) -> tuple[list[int], list[int]]:
    """Return the columns that tell the units apart, the fewest from the left, and those that group them."""
    width = len(values[0]) if values else 0
    distinct = [len({str(value[place]) for value in values}) for place in range(width)]
    alone = next((place for place in range(width) if distinct[place] == len(values) > 1), None)
    if alone is not None:
        groups = [place for place in range(width) if 1 < distinct[place] < len(values)]
        return [alone], groups
    keys: list[int] = []
    for place in range(width):
        if distinct[place] > 1 and _different(values, [*keys, place]) > _different(values, keys):
            keys.append(place)
    return keys, []


def _different(values: Sequence[Sequence[object]], places: Sequence[int]) -> int:
    return len({tuple(str(value[place]) for place in places) for value in values})


def _groups(labels: Sequence[tuple[object, ...]]) -> list[list[int]]:
    """Return the units of each group; those that are alone in theirs are one group together."""
    together: dict[tuple[str, ...], list[int]] = {}
    for place, label in enumerate(labels):
        together.setdefault(tuple(map(str, label)), []).append(place)
    groups = [group for group in together.values() if len(group) > 1]
    single = [place for group in together.values() if len(group) == 1 for place in group]
    if len(single) == 1 and groups:
        groups[0] += single
    elif single:
        groups.append(single)
    return groups


def _completed(units: Sequence[_Unit], group: Sequence[int], hidden: set[int], below: int) -> set[int]:
    """Return the units of a group to withhold, so that no sum of theirs gives one of them away."""
    if not hidden:
        return set()
    hidden = set(hidden)
    names = {name for place in group for name in units[place].counts}
    while True:
        rest = [place for place in group if place not in hidden]
        more = rest if len(hidden) == 1 else []
        for name in names:
            together = sum(units[place].counts.get(name, 0) for place in hidden)
            if not more and 0 < together < below:
                more = [place for place in rest if units[place].counts.get(name, 0)]
        if not more:
            return hidden
        hidden.add(min(more, key=lambda place: _size(units[place], place)))


def _size(unit: _Unit, place: int) -> tuple[bool, int, int]:
    """Return by what the smallest is found that has anything."""
    together = sum(unit.counts.values())
    return (together == 0, together, place)


def _blocks(
    places: Sequence[tuple[object, object]], units: Sequence[_Unit], small: Collection[int], below: int
) -> set[int]:
    """Return the units to leave out of a table of two dimensions: all of some values of the first."""
    by_first: dict[str, list[int]] = {}
    for place, (first, _) in enumerate(places):
        by_first.setdefault(str(first), []).append(place)
    # One value of the first dimension as a unit, its counts by value of the second, and in all.
    slabs = list(by_first.values())
    whole = []
    for slab in slabs:
        counts: dict[tuple[object, object], int] = {}
        for place in slab:
            for name, count in units[place].counts.items():
                for key in ((str(places[place][1]), name), (None, name)):
                    counts[key] = counts.get(key, 0) + count
        whole.append(_Unit(tuple(slab), counts))
    names = sorted({name for unit in whole for name in unit.counts}, key=str)
    hidden = {number for number, slab in enumerate(slabs) if not set(slab).isdisjoint(small)}
    # What the table of totals withholds must not be added up from this one.
    totals = [
        _Unit(unit.rows, {name: count for name, count in unit.counts.items() if name[0] is None})
        for unit in whole
    ]
    unknown = {number for number, unit in enumerate(totals) if _is_small(unit, below)}
    hidden |= _completed(totals, range(len(totals)), unknown, below)
    while True:
        hidden = _completed(whole, range(len(slabs)), hidden, below)
        more = _beside_alone(whole, names, hidden)
        if more is None:
            return {place for number in hidden for place in slabs[number]}
        hidden.add(more)


def _beside_alone(
    whole: Sequence[_Unit], names: Sequence[tuple[object, object]], hidden: Collection[int]
) -> int | None:
    """Return a further value where one of the hidden ones alone has a count: totals would tell all of it."""
    for name in names:
        having = [number for number in hidden if whole[number].counts.get(name, 0)]
        others = [n for n in range(len(whole)) if n not in hidden and whole[n].counts.get(name, 0)]
        if len(having) == 1 and others:
            return min(others, key=lambda n: _size(whole[n], n))
    return None


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
