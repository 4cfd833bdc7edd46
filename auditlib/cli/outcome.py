"""What a command comes to: figures for a program, a screen for a person, and an exit code."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Protocol, TypeAlias, runtime_checkable

from auditlib.text import printable


class ExitCode(IntEnum):
    """How a command ended, where nothing was raised."""

    DONE = 0
    DONE_WITH_RECORDS_NOT_LOADED = 1
    BAD_INPUT = 3


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; columns whose cells are figures are set to the right."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


Screen: TypeAlias = Iterable[object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command comes to.

    Parameters
    ----------
    figures
        Gives the object that ``--json`` prints; asked only then.
    screen
        Lines, tables, and whatever else shows itself as text, for a person; read only without ``--json``.
    exit_code
        How it ended.
    """

    figures: Callable[[], Mapping[str, object]]
    screen: Screen
    exit_code: int = ExitCode.DONE


def emit(outcome: Outcome, *, as_json: bool) -> int:
    """Print a command's outcome, for a program or for a person; return its exit code."""
    if as_json:
        json.dump(_plain(outcome.figures()), sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        for part in outcome.screen:
            print("\n".join(table_lines(part)) if isinstance(part, Table) else part)
    return int(outcome.exit_code)


@runtime_checkable
class _Frame(Protocol):
    """A frame of polars, known by its rows: a command that needs no frame need not import polars."""

    def iter_rows(self, *, named: bool) -> Iterator[dict[str, object]]: ...


def _plain(value: object) -> object:
    """Return a value in JSON's terms: money stays exact, as text, and dates are ISO."""
    if isinstance(value, _Frame):
        return [_plain(row) for row in value.iter_rows(named=True)]
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def table_lines(table: Table, *, indent: int = 2) -> Iterator[str]:
    """Yield the lines of an aligned table."""
    rows = [[printable(cell) for cell in row] for row in table.rows]
    widths = [
        max(len(row[column]) for row in [table.headings, *rows]) for column in range(len(table.headings))
    ]
    is_figure = [
        bool(rows) and all(_is_figure(row[column]) for row in rows) for column in range(len(table.headings))
    ]
    for row in (table.headings, *rows):
        cells = [
            cell.rjust(width) if figure else cell.ljust(width)
            for cell, width, figure in zip(row, widths, is_figure, strict=True)
        ]
        yield (" " * indent + "  ".join(cells)).rstrip()


def _is_figure(cell: str) -> bool:
    return not cell or cell.lstrip("$-").replace(",", "").replace(".", "").replace("%", "").strip().isdigit()


def count_text(count: int) -> str:
    """Return a count with thousands separated."""
    return f"{count:,}"
