"""PDFs and scans with their pages and words: each is written once, for the documents that were loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from auditlib.schema.contract import Table
from auditlib.schema.core import DOCUMENT
from auditlib.warehouse import Writer


def append_originals(writer: Writer, table: Table, paths: Sequence[Path]) -> None:
    """Append the rows of originals that a loaded document has, and that are not loaded yet.

    The same PDF in two charts is stored once. Rows of a document that was rejected on landing are not
    written: the document itself is in the rejected records.
    """
    # One part at a time: the files themselves are large.
    for path in paths:
        append_original_rows(writer, table, pl.read_parquet(path))


def append_original_rows(writer: Writer, table: Table, rows: pl.DataFrame) -> None:
    """Append those of some rows of originals that a loaded document has, and that are not loaded yet."""
    rows = rows.unique(list(table.key), keep="first", maintain_order=True)
    ids = rows.select("original_id").unique()
    loaded = writer.matching_keys(table, ids)
    wanted = writer.matching_keys(DOCUMENT, ids).join(loaded, on="original_id", how="anti")
    writer.append(table, rows.join(wanted, on="original_id", how="semi", maintain_order="left"))
