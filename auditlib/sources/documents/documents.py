"""Documents of charts as JSON lines, one line per encounter, with their texts or file names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.schema.core import REJECTED_RECORD
from auditlib.sources.batch import SourceBatch
from auditlib.sources.documents.chart_text import (
    LARGEST_DOCUMENT,
    UnreadableError,
    checked_text,
    document_bytes,
    parsed_object,
    text_or_none,
)
from auditlib.sources.documents.document_content import DocumentContent, document_content
from auditlib.sources.documents.document_frames import DocumentRow, document_frames
from auditlib.sources.documents.document_types import DOCUMENT_TYPES, OTHER, document_type
from auditlib.sources.documents.named_files import name_parts
from auditlib.sources.rejected_rows import rejected_row
from auditlib.sources.tabular.coded_encounter import LONGEST_ID

_LARGEST_LINE: Final = 3 * LARGEST_DOCUMENT
_LINES_PER_BATCH: Final = 2_000
_BYTES_PER_BATCH: Final = 32 * 1024 * 1024
_DOCUMENT_KEYS: Final = frozenset({"document_type", "title", "author_role", "written_at", "text", "file"})


def looks_like_documents(head: bytes) -> bool:
    """Return True if the head of a file is that of documents as JSON lines, one line per encounter."""
    first_line = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    return (
        first_line.startswith(b"{")
        and b'"encounter_id"' in first_line
        and b'"documents"' in first_line
        and b'"encounter_class"' not in first_line
    )


def read_documents(path: Path, *, source_file_id: int) -> Iterator[SourceBatch]:
    """Yield the documents of a file of JSON lines, one line per encounter.

    Parameters
    ----------
    path
        Lines ``{"encounter_id": ..., "documents": [{"document_type", "title", "author_role", "written_at",
        "text"}, ...]}`` in UTF-8. Instead of ``text`` there may be ``file``, the name of a file below
        the folder of this one. Without ``document_type``, the type is taken from title and text.
    source_file_id
        Number of the file in the workspace.

    Yields
    ------
    SourceBatch
        Several lines each; ``source_offset`` is the byte at which the line starts. Lines and documents that
        cannot be read are rejected, the others loaded.
    """
    earlier_ids: set[str] = set()
    rows: list[DocumentRow] = []
    rejected: list[pl.DataFrame] = []
    line_count = byte_count = 0
    for number, offset, line in _lines(path):
        line_count, byte_count = line_count + 1, byte_count + (len(line) if line is not None else 0)
        try:
            encounter_id, entries = _encounter_line(line)
            if encounter_id in earlier_ids:
                reason = "encounter_id occurs earlier in this file"
                raise UnreadableError(reason, "one line for each encounter; the first was loaded")  # noqa: TRY301 - one way to reject a line
        except UnreadableError as error:
            rejected.append(
                rejected_row(
                    source_file_id,
                    "line",
                    offset=offset,
                    number=number,
                    reason=error.reason,
                    expected=error.expected,
                )
            )
        else:
            earlier_ids.add(encounter_id)
            new_rows, bad = document_rows(
                entries,
                encounter_id=encounter_id,
                source_file_id=source_file_id,
                offset=offset,
                record_number=number,
                folder=path.parent,
                may_be_inline=True,
            )
            rows += new_rows
            rejected += bad
        if line_count >= _LINES_PER_BATCH or byte_count >= _BYTES_PER_BATCH:
            yield _batch(line_count, rows, rejected)
            rows, rejected, line_count, byte_count = [], [], 0, 0
    yield _batch(line_count, rows, rejected)


def document_rows(
    entries: Sequence[object],
    *,
    encounter_id: str,
    source_file_id: int,
    offset: int,
    record_number: int,
    folder: Path,
    may_be_inline: bool = False,
    first_number: int = 1,
) -> tuple[list[DocumentRow], list[pl.DataFrame]]:
    """Return the documents for the entries of one chart, and rejected rows for unreadable ones.

    Parameters
    ----------
    entries
        Objects with ``document_type``, ``title``, ``author_role``, ``written_at`` and ``text`` (or ``file``).
        An entry's position, from 1, is the document's number, even if other entries cannot be read.
    encounter_id, source_file_id, offset
        Encounter that they belong to, and where they were read.
    record_number
        Position of the chart in the file.
    folder
        Folder of the files that entries name.
    may_be_inline
        True if an entry that names no file may carry its text.
    first_number
        Number of the first entry's document.
    """
    rows: list[DocumentRow] = []
    rejected: list[pl.DataFrame] = []
    for number, entry in enumerate(entries, start=first_number):
        try:
            cells, content = _document_cells(entry, folder=folder, may_be_inline=may_be_inline)
        except UnreadableError as error:
            reason = f"document {number}: {error.reason}"
            rejected.append(
                rejected_row(
                    source_file_id,
                    "document",
                    offset=offset,
                    number=record_number,
                    reason=reason,
                    expected=error.expected,
                )
            )
            continue
        cells = {
            "document_id": f"{encounter_id}:{number}",
            "encounter_id": encounter_id,
            "document_number": number,
            **cells,
            "source_file_id": source_file_id,
            "source_offset": offset,
        }
        rows.append(DocumentRow(cells, content.original))
    return rows, rejected


def _document_cells(
    entry: object, *, folder: Path, may_be_inline: bool
) -> tuple[dict[str, object], DocumentContent]:
    if not isinstance(entry, dict):
        reason = "it is not a JSON object"
        raise UnreadableError(reason, "an object with document_type and text")
    told_type = (text_or_none(entry, "document_type") or "").lower() or None
    if told_type is not None and told_type not in DOCUMENT_TYPES:
        reason = "document_type is not known"
        raise UnreadableError(reason, f"one of {', '.join(DOCUMENT_TYPES)}")
    if unread := sorted(set(entry) - _DOCUMENT_KEYS):
        reason = f"unknown keys: {', '.join(name[:40] for name in unread[:20])}"
        raise UnreadableError(reason, f"keys {', '.join(sorted(_DOCUMENT_KEYS))}")
    title = text_or_none(entry, "title")
    is_inline = may_be_inline and entry.get("file") is None
    path = None if is_inline else _file_in(folder, entry)
    content = (
        DocumentContent(_inline_text(entry))
        if path is None
        else document_content(document_bytes(path), "text/plain")
    )
    name = None if path is None else name_parts(path).words
    kind = told_type or document_type(content.text, title=title, name=name) or OTHER
    return {
        "document_type": kind,
        "title": title or kind.capitalize(),
        "author_role": text_or_none(entry, "author_role"),
        "written_at": _written_at(text_or_none(entry, "written_at")),
        "text": content.text,
    }, content


def _inline_text(entry: Mapping[str, object]) -> str:
    text = entry.get("text")
    if not isinstance(text, str):
        reason = "text is missing or is not text"
        raise UnreadableError(reason, "the document under the key text")
    return checked_text(text)


def _file_in(folder: Path, entry: Mapping[str, object]) -> Path:
    """Return the named file, which must be in the folder after following links."""
    name = text_or_none(entry, "file")
    if name is None:
        reason = "file is missing"
        raise UnreadableError(reason, "the name of a file beside encounter.json")
    try:
        path = (folder / name).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        reason = "file is not a file name"
        raise UnreadableError(reason, "the name of a file beside encounter.json") from error
    if not path.is_relative_to(folder.resolve()):
        reason = "file leads out of the chart's folder"
        raise UnreadableError(reason, "the name of a file beside encounter.json")
    return path


def _written_at(text: str | None) -> dt.datetime | None:
    """Return the local time; an offset from UTC is ignored."""
    if text is None:
        return None
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        reason = "written_at is not a time"
        raise UnreadableError(reason, "a time such as 2026-01-31T14:30:00") from error


def checked_encounter_id(encounter_id: str | None) -> str:
    """Return the encounter id, checked.

    Raises
    ------
    UnreadableError
        If it is absent, too long, or holds control characters.
    """
    if encounter_id is None or len(encounter_id) > LONGEST_ID or not encounter_id.isprintable():
        reason = "encounter_id is missing, too long or holds control characters"
        raise UnreadableError(reason, f"1 to {LONGEST_ID} printable characters")
    return encounter_id


def _encounter_line(line: bytes | None) -> tuple[str, list[object]]:
    if line is None:
        reason = "the line is too long"
        raise UnreadableError(reason, f"at most {_LARGEST_LINE // 1024 // 1024} MB in one line")
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = "the line is not UTF-8"
        raise UnreadableError(reason, "UTF-8 text") from error
    record = parsed_object(text)
    entries = record.get("documents")
    if not isinstance(entries, list):
        reason = "documents is missing or is not a list"
        raise UnreadableError(reason, "a list of documents")
    return checked_encounter_id(text_or_none(record, "encounter_id")), entries


def _lines(path: Path) -> Iterator[tuple[int, int, bytes | None]]:
    """Yield number, offset and bytes of each non-blank line; bytes are None if the line is too long."""
    offset = number = 0
    with path.open("rb") as stream:
        while line := stream.readline(_LARGEST_LINE):
            start, is_whole = offset, len(line) < _LARGEST_LINE or line.endswith(b"\n")
            offset += len(line)
            rest = b"" if is_whole else line
            while rest and not rest.endswith(b"\n"):
                rest = stream.readline(_LARGEST_LINE)
                offset += len(rest)
            if line.strip() or not is_whole:
                number += 1
                yield number, start, line if is_whole else None


def _batch(line_count: int, rows: list[DocumentRow], rejected: list[pl.DataFrame]) -> SourceBatch:
    rejected_rows = pl.concat(rejected) if rejected else REJECTED_RECORD.empty()
    return SourceBatch("document", line_count, document_frames(rows), rejected_rows)
