"""Rows with a user's own keys, which several files may hold: the first row of each key is loaded."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from auditlib.loading.file_report import FileLoad
from auditlib.loading.staging import TABLES
from auditlib.schema.contract import Table
from auditlib.schema.core import DOCUMENT, REJECTED_RECORD
from auditlib.sources.documents.loose_documents import LOOSE_DOCUMENT
from auditlib.sources.tabular.user_tables import is_user_id, user_tables
from auditlib.warehouse import Writer

# Tables in which files of any format may hold the same key.
SHARED = frozenset({"patient", "encounter", "encounter_code", "machine_code", "document"})
# Several files with the same patient are expected, and not reported.
_UNREPORTED = frozenset({"patient"})


def append_new(writer: Writer, name: str, paths: list[Path], loads: list[FileLoad]) -> None:
    """Append rows with a new key and a loaded parent; the others are rejected, and counted in their files."""
    table = TABLES[name]
    keys = list(table.key)
    rows = pl.read_parquet(paths)
    if table is DOCUMENT:
        rows = _renumbered(
            writer, rows, [load.source_file_id for load in loads if load.format == LOOSE_DOCUMENT]
        )
    loaded_keys = writer.matching_keys(table, rows.select(keys))
    first = rows.unique(keys, keep="first", maintain_order=True).join(loaded_keys, on=keys, how="anti")
    rejected = [REJECTED_RECORD.empty()]
    if name not in _UNREPORTED and first.height < rows.height:
        duplicates = rows.join(first, on=["source_file_id", "source_offset", *keys], how="anti")
        reason = f"A file loaded before has the same {' and '.join(keys)}."
        expected = "A row that is not loaded yet; to replace one, load into a new workspace."
        rejected.append(_rejected(duplicates, name, reason, expected))
    for column, parent in _parents(table):
        loaded = writer.matching_keys(parent, first.select(column))
        orphans = first.join(loaded, on=column, how="anti", nulls_equal=True)
        if orphans.height:
            reason = f"No {parent.name.replace('_', ' ')} with its {column} is loaded."
            expected = f"The {parent.name.replace('_', ' ')} in the same load, or loaded before."
            rejected.append(_rejected(orphans, name, reason, expected))
            first = first.join(loaded, on=column, how="semi")
    writer.append(table, first)
    all_rejected = pl.concat(rejected)
    writer.append(REJECTED_RECORD, all_rejected)
    if first.height < rows.height:
        left_out = rows.join(first, on=["source_file_id", "source_offset", *keys], how="anti")
        _count_left_out(loads, name, left_out, all_rejected)


def _renumbered(writer: Writer, rows: pl.DataFrame, loose_ids: list[int]) -> pl.DataFrame:
    """Return the rows with loose documents renumbered where their number is already used in the chart.

    A loose document's number only reflects its file name. A text that the chart already holds keeps its
    number, and is rejected as a duplicate.
    """
    same_number = writer.matching_keys(DOCUMENT, rows.select("document_id")).with_columns(
        is_number_used=pl.lit(value=True)
    )
    # Two scans without text have the same words, and are different documents.
    rows = rows.with_columns(_content=pl.coalesce("original_id", "text"))
    same_text = pl.concat(
        [
            writer.matching_keys(
                DOCUMENT, rows.filter(is_of_kind).select("encounter_id", column).unique()
            ).rename({column: "_content"})
            for column, is_of_kind in (
                ("text", pl.col("original_id").is_null()),
                ("original_id", pl.col("original_id").is_not_null()),
            )
        ]
    ).with_columns(is_same_text=pl.lit(value=True))
    last_numbers = writer.query("queries/loading/last_document_number")
    numbered = (
        rows.join(same_number, on="document_id", how="left", maintain_order="left")
        .join(same_text, on=["encounter_id", "_content"], how="left", maintain_order="left")
        .join(last_numbers, on="encounter_id", how="left", maintain_order="left")
    )
    is_later = pl.int_range(pl.len()).over("document_id") > 0
    is_repeat = pl.int_range(pl.len()).over("encounter_id", "_content") > 0
    is_moved = (
        pl.col("source_file_id").is_in(loose_ids)
        & (pl.col("is_number_used").fill_null(value=False) | is_later)
        & ~(pl.col("is_same_text").fill_null(value=False) | is_repeat)
    )
    highest = pl.max_horizontal(pl.col("document_number").max().over("encounter_id"), "last_number")
    moved = numbered.with_columns(is_moved=is_moved).with_columns(
        document_number=pl.when("is_moved")
        .then(highest + pl.col("is_moved").cast(pl.Int64).cum_sum().over("encounter_id"))
        .otherwise("document_number")
    )
    return moved.with_columns(document_id=pl.format("{}:{}", "encounter_id", "document_number")).select(
        DOCUMENT.column_names
    )


def _count_left_out(loads: list[FileLoad], name: str, left_out: pl.DataFrame, rejected: pl.DataFrame) -> None:
    """Take rows that were left out on landing from the counts of their files, and count the rejected ones."""
    for load in loads:
        of_file = pl.col("source_file_id") == load.source_file_id
        load.discount({name: left_out.filter(of_file)})
        reasons = rejected.filter(of_file)["reason"]
        load.rejected_count += reasons.len()
        if reasons.len():
            load.first_reason = load.first_reason or reasons[0]
            load.status = "loaded with rejects"


def _parents(table: Table) -> list[tuple[str, Table]]:
    """Return the foreign keys of a table that hold a user's ids: column and parent table."""
    owners = {other.key: other for other in user_tables().values()}
    ids = [column.name for column in table.columns if is_user_id(column) and table.key != (column.name,)]
    return [(name, owners[name,]) for name in ids if (name,) in owners]


def _rejected(rows: pl.DataFrame, name: str, reason: str, expected: str) -> pl.DataFrame:
    rejected = rows.select(
        "source_file_id",
        "source_offset",
        segment=pl.lit(name.replace("_", " ")),
        record_number=pl.lit(0, pl.Int64),
        reason=pl.lit(reason),
        expected=pl.lit(expected),
    )
    return REJECTED_RECORD.conform(rejected.unique(list(REJECTED_RECORD.key), maintain_order=True))
