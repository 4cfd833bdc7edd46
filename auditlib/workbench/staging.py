"""Rows on their way into the warehouse: they wait to land together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from auditlib.schema.core import CORE_TABLES

TABLES = {table.name: table for table in CORE_TABLES}

# Ends the name of staged rows whose keys another file may give again.
_GIVEN = ".given"


@dataclass(slots=True)
class Staging:
    """Parquet files that wait for the transaction in which they land."""

    folder: Path
    parts: dict[str, list[Path]] = field(default_factory=dict)

    def add(self, table_name: str, frame: pl.DataFrame, *, is_given: bool = False) -> None:
        """Keep rows of a table; those whose keys are a user's own (``is_given``) apart from the others."""
        if frame.is_empty():
            return
        name = f"{table_name}{_GIVEN}" if is_given else table_name
        paths = self.parts.setdefault(name, [])
        path = self.folder / f"{name}-{len(paths):05d}.parquet"
        TABLES[table_name].conform(frame).write_parquet(path, compression="lz4")
        paths.append(path)

    def in_order(self) -> Iterator[tuple[tuple[str, bool], list[Path]]]:
        """Yield what is staged in the order of the contracts: table, whether its keys are given, files."""
        for table_name in TABLES:
            for is_given in (False, True):
                if paths := self.parts.get(f"{table_name}{_GIVEN}" if is_given else table_name):
                    yield (table_name, is_given), paths

    def mark(self) -> dict[str, int]:
        """Return how much is staged now."""
        return {name: len(paths) for name, paths in self.parts.items()}

    def since(self, mark: dict[str, int]) -> dict[str, list[Path]]:
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
