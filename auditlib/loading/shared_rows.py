"""Rows whose keys are a user's own, on their way into the warehouse: the first of each key is kept."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from auditlib.loading.file_report import FileLoad
from auditlib.loading.staging import TABLES
from auditlib.schema.contract import Table
from auditlib.schema.core import DOCUMENT, REJECTED_RECORD
from auditlib.sources.documents.lone_documents import LONE_DOCUMENT
from auditlib.sources.tabular.user_tables import is_given_id, user_tables
from auditlib.warehouse import Writer

# Tables of every format in which two files may name the same thing.
SHARED = frozenset({"patient", "encounter", "encounter_code", "document"})
# That several files speak of one patient is no news.
_UNTOLD = frozenset({"patient"})


def append_first(writer: Writer, name: str, paths: list[Path], loads: list[FileLoad]) -> pl.DataFrame:
    """Append rows whose key no earlier row has and whose parent is loaded; return the others, set aside."""
    table = TABLES[name]
    keys = list(table.key)
    rows = pl.read_parquet(paths)
    if table is DOCUMENT:
        rows = _renumbered(
            writer, rows, [load.source_file_id for load in loads if load.format == LONE_DOCUMENT]
        )
    known = writer.among(table, rows.select(keys))
    first = rows.unique(keys, keep="first", maintain_order=True).join(known, on=keys, how="anti")
    rejected = [REJECTED_RECORD.empty()]
    if name not in _UNTOLD and first.height < rows.height:
        again = rows.join(first, on=["source_file_id", "source_offset", *keys], how="anti")
        reason = f"Another file gave the same {' and '.join(keys)} before."
        expected = "A row that was not loaded yet; to replace it, load into a new workspace."
        rejected.append(_set_aside(again, name, reason, expected))
    for column, parent in _parents(table):
        loaded = writer.among(parent, first.select(column))
        lost = first.join(loaded, on=column, how="anti", nulls_equal=True)
        if lost.height:
            reason = f"No {parent.name.replace('_', ' ')} of its {column} is loaded."
            expected = f"The {parent.name.replace('_', ' ')}s in the same load, or loaded before."
            rejected.append(_set_aside(lost, name, reason, expected))
            first = first.join(loaded, on=column, how="semi")
    writer.append(table, first)
    told = pl.concat(rejected)
    writer.append(REJECTED_RECORD, told)
    return told


def _renumbered(writer: Writer, rows: pl.DataFrame, lone_ids: list[int]) -> pl.DataFrame:
    """Give a document in a file of its own, whose number another has, the next free one of its chart.

    Its number says only where it lay; a text that the chart holds already keeps its number, and is set aside.
    """
    taken = writer.among(DOCUMENT, rows.select("document_id")).with_columns(is_taken=pl.lit(value=True))
    held = writer.among(DOCUMENT, rows.select("encounter_id", "text")).with_columns(
        is_held=pl.lit(value=True)
    )
    last = writer.query("queries/loading/last_document_number")
    told = (
        rows.join(taken, on="document_id", how="left", maintain_order="left")
        .join(held, on=["encounter_id", "text"], how="left", maintain_order="left")
        .join(last, on="encounter_id", how="left", maintain_order="left")
    )
    is_later = pl.int_range(pl.len()).over("document_id") > 0
    is_repeat = pl.int_range(pl.len()).over("encounter_id", "text") > 0
    is_moved = (
        pl.col("source_file_id").is_in(lone_ids)
        & (pl.col("is_taken").fill_null(value=False) | is_later)
        & ~(pl.col("is_held").fill_null(value=False) | is_repeat)
    )
    highest = pl.max_horizontal(pl.col("document_number").max().over("encounter_id"), "last_number")
    moved = told.with_columns(is_moved=is_moved).with_columns(
        document_number=pl.when("is_moved")
        .then(highest + pl.col("is_moved").cast(pl.Int64).cum_sum().over("encounter_id"))
        .otherwise("document_number")
    )
    return moved.with_columns(document_id=pl.format("{}:{}", "encounter_id", "document_number")).select(
        rows.columns
    )


def count_again(loads: list[FileLoad], again: pl.DataFrame, *, is_encounter: bool) -> None:
    """Count what was set aside when it landed."""
    counts = dict(again.group_by("source_file_id").len().iter_rows())
    for load in loads:
        if count := counts.get(load.source_file_id):
            load.rejected_count += count
            load.encounter_count -= count if is_encounter else 0
            reasons = again.filter(source_file_id=load.source_file_id)["reason"]
            load.first_reason = load.first_reason or reasons[0]
            load.status = "loaded with rejects"


def _parents(table: Table) -> list[tuple[str, Table]]:
    """Return the tables that a user's ids in a table lead to, with the column that leads there."""
    owners = {other.key: other for other in user_tables().values()}
    ids = [column.name for column in table.columns if is_given_id(column) and table.key != (column.name,)]
    return [(name, owners[name,]) for name in ids if (name,) in owners]


def _set_aside(rows: pl.DataFrame, name: str, reason: str, expected: str) -> pl.DataFrame:
    rejected = rows.select(
        "source_file_id",
        "source_offset",
        segment=pl.lit(name.replace("_", " ")),
        record_number=pl.lit(0, pl.Int64),
        reason=pl.lit(reason),
        expected=pl.lit(expected),
    )
    return REJECTED_RECORD.conform(rejected.unique(list(REJECTED_RECORD.key), maintain_order=True))
