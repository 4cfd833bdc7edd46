"""Document lists: a table that says which file is a document of which encounter."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.schema.core import REJECTED_RECORD
from auditlib.sources.batch import SourceBatch
from auditlib.sources.documents.chart_text import UnreadableError
from auditlib.sources.documents.document_frames import DocumentRow, document_frames
from auditlib.sources.documents.documents import (
    checked_encounter_id,
    document_rows,
    looks_like_documents,
)
from auditlib.sources.documents.named_files import existing_files
from auditlib.sources.rejected_rows import rejected_row
from auditlib.sources.tabular.delimited import header_names, read_records

_REQUIRED_COLUMNS: Final = frozenset({"encounter_id", "file"})
_OPTIONAL_COLUMNS: Final = ("file", "document_type", "title", "author_role", "written_at")
_HEAD_BYTES: Final = 65_536


def looks_like_document_list(head: bytes) -> bool:
    """Return True if the head of a file is that of a table that lists document files."""
    return set(header_names(head)) >= _REQUIRED_COLUMNS


def read_document_list(path: Path, *, source_file_id: int) -> Iterator[SourceBatch]:
    """Yield the documents that a table names, one row per document.

    Parameters
    ----------
    path
        Delimited file with the columns ``encounter_id`` and ``file``, and if known ``document_type``,
        ``title``, ``author_role`` and ``written_at``. Files lie in its folder or below.
    source_file_id
        Number of the table in the workspace; the documents' rows belong to it.

    Yields
    ------
    SourceBatch
        One batch. A document's number is its position among the documents of its encounter; one that cannot
        be read is rejected alone.
    """
    records = read_records(path.read_bytes(), source_file_id=source_file_id, kind="document")
    rows: list[DocumentRow] = []
    rejected: list[pl.DataFrame] = [REJECTED_RECORD.empty(), records.rejected]
    if unread := [name for name in records.columns if name not in {*_REQUIRED_COLUMNS, *_OPTIONAL_COLUMNS}]:
        reason = f"columns that were not read: {', '.join(name[:40] for name in unread[:20])}"
        expected = f"columns encounter_id, {', '.join(_OPTIONAL_COLUMNS)}"
        rejected.append(rejected_row(source_file_id, "header", reason=reason, expected=expected))
    counts: Counter[str] = Counter()
    # This loop is over files to open, not over values.
    for record in records.frame.iter_rows(named=True):
        place = {"offset": record["source_offset"], "number": record["record_number"]}
        try:
            encounter_id = checked_encounter_id(record["encounter_id"])
        except UnreadableError as error:
            rejected.append(
                rejected_row(
                    source_file_id, "document", **place, reason=error.reason, expected=error.expected
                )
            )
            continue
        counts[encounter_id] += 1
        new_rows, bad = document_rows(
            [{name: record[name] for name in _OPTIONAL_COLUMNS if name in record}],
            encounter_id=encounter_id,
            source_file_id=source_file_id,
            offset=place["offset"],
            record_number=place["number"],
            folder=path.parent,
            first_number=counts[encounter_id],
        )
        rows += new_rows
        rejected += bad
    yield SourceBatch("document", records.frame.height, document_frames(rows), pl.concat(rejected))


def listed_files(path: Path) -> frozenset[Path]:
    """Return the existing files that a document list names, which are read with it.

    Parameters
    ----------
    path
        Any file; one that is not a document list, as a table or as JSON lines, names none.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        if looks_like_document_list(head):
            frame = read_records(path.read_bytes(), source_file_id=0, kind="document").frame
            names = frame["file"].drop_nulls().to_list() if "file" in frame.columns else []
        elif looks_like_documents(head):
            names = list(_named_in_lines(path))
        else:
            return frozenset()
    except OSError:
        return frozenset()
    return existing_files(path.parent, names)


def _named_in_lines(path: Path) -> Iterator[str]:
    with path.open("rb") as lines:
        for line in lines:
            if b'"file"' not in line:
                continue
            try:
                documents = json.loads(line).get("documents")
            except (ValueError, AttributeError, RecursionError):
                continue
            entries = documents if isinstance(documents, list) else []
            yield from (
                entry["file"]
                for entry in entries
                if isinstance(entry, dict) and isinstance(entry.get("file"), str)
            )
