"""Rows on their way into the warehouse: they wait to land together."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from auditlib.schema.core import CORE_TABLES

TABLES = {table.name: table for table in CORE_TABLES}


@dataclass(slots=True)
class Staging:
    """Parquet files that wait for the transaction in which they land."""

    folder: Path
    parts: dict[str, list[Path]] = field(default_factory=dict)

    def add(self, table_name: str, frame: pl.DataFrame) -> None:
        """Keep rows of a table."""
        if frame.is_empty():
            return
        paths = self.parts.setdefault(table_name, [])
        path = self.folder / f"{table_name}-{len(paths):05d}.parquet"
        TABLES[table_name].conform(frame).write_parquet(path, compression="lz4")
        paths.append(path)

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
