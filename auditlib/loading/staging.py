"""Rows on their way into the warehouse: they wait to land together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import polars as pl

from auditlib.schema.core import CORE_TABLES

TABLES = {table.name: table for table in CORE_TABLES}

# Rows in memory, or the Parquet file that holds them.
Part: TypeAlias = pl.DataFrame | Path

_MOST_HELD_BYTES = 64 << 20
# Ends the name of staged rows whose keys another file may give again.
_GIVEN = ".given"


@dataclass(slots=True)
class Staging:
    """Rows that wait for the transaction in which they land: few in memory, more in Parquet files."""

    folder: Path
    parts: dict[str, list[Part]] = field(default_factory=dict)
    held_byte_count: int = 0
    written_count: int = 0

    def add(self, table_name: str, frame: pl.DataFrame, *, is_given: bool = False) -> None:
        """Keep rows of a table; those whose keys are a user's own (``is_given``) apart from the others."""
        if frame.is_empty():
            return
        name = f"{table_name}{_GIVEN}" if is_given else table_name
        rows = TABLES[table_name].conform(frame)
        byte_count = int(rows.estimated_size())
        is_held = self.held_byte_count + byte_count <= _MOST_HELD_BYTES
        self.held_byte_count += byte_count if is_held else 0
        self.parts.setdefault(name, []).append(rows if is_held else self._written(name, rows))

    def settle(self, *, all_of_it: bool = False) -> None:
        """Write what many small files left in memory into few files; marks set before mean nothing after."""
        if self.held_byte_count <= _MOST_HELD_BYTES // 2 and not all_of_it:
            return
        for name, parts in self.parts.items():
            settled: list[Part] = []
            for is_held, run in groupby(parts, lambda part: isinstance(part, pl.DataFrame)):
                same = list(run)
                settled += [self._written(name, rows_of(same))] if is_held else same
            self.parts[name] = settled
        self.held_byte_count = 0

    def in_order(self) -> Iterator[tuple[tuple[str, bool], list[Path]]]:
        """Yield what is staged in the order of the contracts: table, whether its keys are given, files."""
        self.settle(all_of_it=True)
        for table_name in TABLES:
            for is_given in (False, True):
                if parts := self.parts.get(f"{table_name}{_GIVEN}" if is_given else table_name):
                    yield (table_name, is_given), [part for part in parts if isinstance(part, Path)]

    def _written(self, name: str, rows: pl.DataFrame) -> Path:
        path = self.folder / f"{name}-{self.written_count:05d}.parquet"
        self.written_count += 1
        rows.write_parquet(path, compression="lz4")
        return path

    def mark(self) -> dict[str, int]:
        """Return how much is staged now."""
        return {name: len(paths) for name, paths in self.parts.items()}

    def since(self, mark: dict[str, int]) -> dict[str, list[Part]]:
        """Return what was staged since."""
        found = {name: paths[mark.get(name, 0) :] for name, paths in self.parts.items()}
        return {name: paths for name, paths in found.items() if paths}

    def rewind(self, mark: dict[str, int], *names: str) -> None:
        """Forget what was staged since, of these tables or of all."""
        for name in names or tuple(self.parts):
            count = mark.get(name, 0)
            if count:
                self.parts[name] = self.parts[name][:count]
            else:
                self.parts.pop(name, None)


def rows_of(parts: Iterable[Part]) -> pl.DataFrame:
    """Return the rows of parts of one table, in order."""
    return pl.concat([part if isinstance(part, pl.DataFrame) else pl.read_parquet(part) for part in parts])
