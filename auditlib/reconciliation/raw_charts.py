"""A plain reader of charts and documents: how many encounters, codes and documents their JSON lists.

It shares no code with the readers by which they are loaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from auditlib.reconciliation.raw_records import RAW_SCHEMA, conformed


def raw_chart(path: Path) -> Iterator[pl.DataFrame]:
    """Yield the encounter, codes and documents of a chart's ``encounter.json``; see `RAW_SCHEMA`."""
    chart = json.loads(path.read_bytes())
    yield _counted(
        [
            ("encounter", 0, 1),
            ("encounter_code", 0, _count(chart, "codes")),
            ("document", 0, _count(chart, "documents")),
        ]
    )


def raw_documents(path: Path) -> Iterator[pl.DataFrame]:
    """Yield the documents of each line of a file of documents; see `RAW_SCHEMA`."""
    rows, position = [], 0
    with path.open("rb") as file:
        for line in file:
            if line.strip():
                rows.append(("document", position, _documents(line)))
            position += len(line)
    yield _counted(rows)


def raw_document_file(path: Path) -> Iterator[pl.DataFrame]:
    """Yield one document, which the file is."""
    yield _counted([("document", 0, 1 if path.stat().st_size else 0)])


def _documents(line: bytes) -> int:
    try:
        return _count(json.loads(line), "documents")
    except ValueError:
        return 0


def _count(record: object, name: str) -> int:
    values = record.get(name) if isinstance(record, dict) else None
    return len(values) if isinstance(values, list) else 0


def _counted(rows: list[tuple[str, int, int]]) -> pl.DataFrame:
    names = ("record_kind", "source_offset", "record_count")
    frame = pl.DataFrame(rows, schema={name: RAW_SCHEMA[name] for name in names}, orient="row")
    return conformed(frame.filter(pl.col("record_count") > 0))
