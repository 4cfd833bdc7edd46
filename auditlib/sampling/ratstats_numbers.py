"""RAT-STATS' random numbers to rows of the frame: single numbers, sets, and concatenated frames."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.sampling.plan import Design
from auditlib.stats.ratstats.random_numbers import draw_numbers, draw_sets

GENERATOR: Final = "RAT-STATS 2005-2010 (Wichmann-Hill AS 183, seeded by Visual Basic's Randomize)"
RULE: Final = (
    "Numbers run from 1 to the units of the frame (of the stratum, with one seed a stratum in the order of "
    "their names); repeats are skipped; the first are the sample and the next the spares. A unit's ticket is "
    "its number."
)
_SETS = range(2, 5)


def ratstats_seed(text: str) -> float:
    """Return a seed as the program parses it."""
    try:
        return float(text)
    except ValueError:
        message = f"'{text}' is not a seed for RAT-STATS."
        raise UsageError(message, hint="Its seeds are numbers, as 48863.78.") from None


def ratstats_rows(part: pl.DataFrame, seed: str, quantity: int, design: Design) -> list[tuple[int, str]]:
    """Return the positions that a run selects, in order of selection, with the numbers drawn.

    Parameters
    ----------
    part
        Units of the frame or stratum, with their `position`.
    seed
        The seed, as typed.
    quantity
        Number of sample units and spares.
    design
        The design, which defines the meaning of the numbers.

    Raises
    ------
    BadInputError
        If the columns that number the units hold no whole numbers, or the numbers have gaps.
    """
    parsed = ratstats_seed(seed)
    if quantity == 0:
        return []
    if design.numbering == "sets":
        return _sets(part, parsed, quantity, design.order_by)
    ordered = part["position"].to_list()
    if design.numbering == "frames":
        ordered = _concatenated(part, design.order_by)
    drawn = draw_numbers(parsed, 1, len(ordered), sample_count=quantity, program_limits=False)
    return [(int(ordered[number - 1]), str(number)) for (number,) in drawn.selection_order]


def _numbers(part: pl.DataFrame, columns: tuple[str, ...]) -> list[tuple[int, ...]]:
    if len(columns) not in _SETS or any(name not in part.columns for name in columns):
        message = "Sets and frames need two to four columns of the frame that hold the numbers."
        raise UsageError(message, hint=f"Its columns are {', '.join(part.columns)}.")
    try:
        rows = [tuple(int(value) for value in row) for row in part.select(columns).iter_rows()]
    except (TypeError, ValueError):
        message = f"The columns {', '.join(columns)} do not hold whole numbers throughout."
        raise BadInputError(message, hint="Number every unit.") from None
    if len(set(rows)) < len(rows):
        message = f"The columns {', '.join(columns)} have the same numbers for two units."
        raise BadInputError(message, hint="Each unit needs different numbers.")
    return rows


def _sets(part: pl.DataFrame, seed: float, quantity: int, columns: tuple[str, ...]) -> list[tuple[int, str]]:
    rows = _numbers(part, columns)
    positions = dict(zip(rows, part["position"], strict=True))
    ranges = [(min(values), max(values)) for values in zip(*rows, strict=True)]
    size = 1
    for low, high in ranges:
        size *= high - low + 1
    if size != len(rows):
        message = (
            f"The frame holds {len(rows):,} of {size:,} sets: RAT-STATS would draw sets that do not exist."
        )
        raise BadInputError(message, hint="Use single numbers, or concatenated frames.")
    drawn = draw_sets(seed, ranges, sample_count=quantity, program_limits=False)
    return [(int(positions[item]), "-".join(map(str, item))) for item in drawn.selection_order]


def _concatenated(part: pl.DataFrame, columns: tuple[str, ...]) -> list[int]:
    rows = _numbers(part, columns)
    frames: dict[int, list[tuple[int, ...]]] = {}
    for row in rows:
        frames.setdefault(row[0], []).append(row[1:])
    for number, rows_of_frame in frames.items():
        size = 1
        for values in zip(*rows_of_frame, strict=True):
            size *= max(values) - min(values) + 1
        if size != len(rows_of_frame):
            message = f"Frame {number} has gaps: {len(rows_of_frame):,} of {size:,} numbers."
            raise BadInputError(message, hint="Split it where numbers are missing.")
    ordered = sorted(zip(rows, part["position"], strict=True))
    return [int(position) for _, position in ordered]
