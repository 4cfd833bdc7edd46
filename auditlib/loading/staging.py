"""Staged rows: read from files, waiting to be written to the warehouse together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import polars as pl

from auditlib.schema.core import CORE_TABLES

TABLES = {table.name: table for table in CORE_TABLES}

# Staged rows of one table: in memory, or in a Parquet file.
Part: TypeAlias = pl.DataFrame | Path

_MOST_BYTES_IN_MEMORY = 64 << 20
# Suffix of staged rows with a user's own keys, which another file may hold too.
_USER_KEYS = ".given"


@dataclass(slots=True)
class Staging:
    """Rows that wait to be written in one transaction: a few in memory, the rest in Parquet files."""

    folder: Path
    parts: dict[str, list[Part]] = field(default_factory=dict)
    byte_count_in_memory: int = 0
    written_count: int = 0

    def add(self, table_name: str, frame: pl.DataFrame, *, has_user_keys: bool = False) -> None:
        """Stage rows of a table, those with a user's own keys (``has_user_keys``) separately."""
        if frame.is_empty():
            return
        name = f"{table_name}{_USER_KEYS}" if has_user_keys else table_name
        rows = TABLES[table_name].conform(frame)
        byte_count = int(rows.estimated_size())
        is_in_memory = self.byte_count_in_memory + byte_count <= _MOST_BYTES_IN_MEMORY
        self.byte_count_in_memory += byte_count if is_in_memory else 0
        self.parts.setdefault(name, []).append(rows if is_in_memory else self._written(name, rows))

    def settle(self, *, all_of_it: bool = False) -> None:
        """Write the rows in memory to Parquet files, merging small parts; earlier marks become invalid."""
        if self.byte_count_in_memory <= _MOST_BYTES_IN_MEMORY // 2 and not all_of_it:
            return
        for name, parts in self.parts.items():
            settled: list[Part] = []
            for is_in_memory, run in groupby(parts, lambda part: isinstance(part, pl.DataFrame)):
                same = list(run)
                settled += [self._written(name, rows_of(same))] if is_in_memory else same
            self.parts[name] = settled
        self.byte_count_in_memory = 0

    def in_order(self) -> Iterator[tuple[tuple[str, bool], list[Path]]]:
        """Yield tables in contract order, each with whether its keys are a user's own, and its files."""
        self.settle(all_of_it=True)
        for table_name in TABLES:
            for has_user_keys in (False, True):
                if parts := self.parts.get(f"{table_name}{_USER_KEYS}" if has_user_keys else table_name):
                    yield (table_name, has_user_keys), [part for part in parts if isinstance(part, Path)]

    def _written(self, name: str, rows: pl.DataFrame) -> Path:
        path = self.folder / f"{name}-{self.written_count:05d}.parquet"
        self.written_count += 1
        rows.write_parquet(path, compression="lz4")
        return path

    def mark(self) -> dict[str, int]:
        """Return the number of parts staged now, by table."""
        return {name: len(paths) for name, paths in self.parts.items()}

    def since(self, mark: dict[str, int]) -> dict[str, list[Part]]:
        """Return the parts staged since a mark."""
        parts = {name: paths[mark.get(name, 0) :] for name, paths in self.parts.items()}
        return {name: paths for name, paths in parts.items() if paths}

    def remove(self, condition: Mapping[str, pl.Expr]) -> dict[str, pl.DataFrame]:
        """Take rows out of the staged tables and return them.

        Parameters
        ----------
        condition
            Of each table name, which rows.
        """
        removed: dict[str, pl.DataFrame] = {}
        for name, parts in self.parts.items():
            table_name = name.removesuffix(_USER_KEYS)
            if table_name not in condition:
                continue
            for number, part in enumerate(parts):
                rows = rows_of([part])
                out = rows.filter(condition[table_name])
                if out.is_empty():
                    continue
                rest = rows.filter(~condition[table_name])
                parts[number] = rest if isinstance(part, pl.DataFrame) else self._written(name, rest)
                removed[table_name] = pl.concat([removed[table_name], out]) if table_name in removed else out
        return removed

    def values(self, column: str) -> pl.Series:
        """Return the different values of a text column in all staged tables that have it."""
        found = [pl.Series(column, [], pl.String)]
        for name, parts in self.parts.items():
            if column in TABLES[name.removesuffix(_USER_KEYS)].column_names:
                found += [rows_of([part])[column].unique() for part in parts]
        return pl.concat(found).unique().drop_nulls()

    def rewind(self, mark: dict[str, int], *names: str) -> None:
        """Drop the parts staged since a mark, of the named tables or of all."""
        for name in names or tuple(self.parts):
            count = mark.get(name, 0)
            if count:
                self.parts[name] = self.parts[name][:count]
            else:
                self.parts.pop(name, None)


def rows_of(parts: Iterable[Part]) -> pl.DataFrame:
    """Return the rows of parts of one table, in order."""
    return pl.concat([part if isinstance(part, pl.DataFrame) else pl.read_parquet(part) for part in parts])
