"""How figures are printed: aligned text for people, JSON for programs."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal

import polars as pl

from auditlib.text import seen, written_share


def print_json(content: Mapping[str, object]) -> None:
    """Print one JSON object; money stays exact, as text, and dates are ISO."""
    json.dump(_plain(content), sys.stdout, indent=2, ensure_ascii=False)
    print()


def _plain(value: object) -> object:
    if isinstance(value, pl.DataFrame):
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


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, indent: int = 2) -> None:
    """Print rows under headings; columns whose cells are figures are set to the right."""
    rows = [[seen(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings))]
    is_figure = [
        bool(rows) and all(_is_figure(row[column]) for row in rows) for column in range(len(headings))
    ]
    for row in (headings, *rows):
        cells = [
            cell.rjust(width) if figure else cell.ljust(width)
            for cell, width, figure in zip(row, widths, is_figure, strict=True)
        ]
        print((" " * indent + "  ".join(cells)).rstrip())


def _is_figure(cell: str) -> bool:
    return not cell or cell.lstrip("$-").replace(",", "").replace(".", "").replace("%", "").strip().isdigit()


def count_text(count: int) -> str:
    """Return a count with thousands separated."""
    return f"{count:,}"


def rate_text(row: Mapping[str, object]) -> str:
    """Return a rate with its counts and interval, or why it is undefined."""
    rate, lower, upper = row["rate"], row["lower"], row["upper"]
    if not isinstance(rate, float) or not isinstance(lower, float) or not isinstance(upper, float):
        return f"undefined: {row['undefined_reason']}"
    return (
        f"{written_share(rate)} ({written_share(lower)} to {written_share(upper)}), "
        f"{row['numerator_count']:,} of {row['denominator_count']:,}"
    )
