"""Chart folders: ``encounter.json`` with the visit and its codes, and the documents that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.schema.core import DOCUMENT, ENCOUNTER, ENCOUNTER_CODE, PATIENT, REJECTED_RECORD
from auditlib.sources.batch import SourceBatch
from auditlib.sources.documents.chart_text import (
    LARGEST_DOCUMENT,
    UnreadableError,
    parsed_object,
    text_or_none,
)
from auditlib.sources.documents.document_frames import document_frames
from auditlib.sources.documents.documents import document_rows
from auditlib.sources.documents.named_files import existing_files
from auditlib.sources.rejected_rows import rejected_row, whole_file
from auditlib.sources.tabular.coded_encounter import (
    CODE_CELLS,
    ENCOUNTER_CELLS,
    MODIFIER_COLUMNS,
    SPAN_COLUMNS,
    Codes,
    read_codes,
    read_encounters,
)

_ENCOUNTER_KEYS: Final = frozenset({*ENCOUNTER_CELLS, "documents", "codes"})
_PLAIN_CODE_KEYS: Final = tuple(
    name
    for name in CODE_CELLS
    if name not in {"encounter_id", "code_number", "confidence_share", *MODIFIER_COLUMNS, *SPAN_COLUMNS}
)
_NUMBER_KEYS: Final = ("confidence_share", *SPAN_COLUMNS)
_CODE_KEYS: Final = frozenset({*_PLAIN_CODE_KEYS, *_NUMBER_KEYS, "modifiers"})
_MOST_MODIFIERS: Final = len(MODIFIER_COLUMNS)


def looks_like_chart(head: bytes) -> bool:
    """Return True if the head of a file is that of an ``encounter.json``."""
    return (
        head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
        and b'"encounter_id"' in head
        and b'"encounter_class"' in head
    )


def chart_files(path: Path) -> frozenset[Path]:
    """Return the existing files that an ``encounter.json`` names, which `read_chart` reads with it.

    Parameters
    ----------
    path
        The ``encounter.json``; one that cannot be read names no files.
    """
    try:
        entries = _object_of(path).get("documents")
    except (UnreadableError, OSError):
        return frozenset()
    names = (
        [entry.get("file") for entry in entries if isinstance(entry, dict)]
        if isinstance(entries, list)
        else []
    )
    return existing_files(path.parent, (name for name in names if isinstance(name, str)))


def read_chart(path: Path, *, source_file_id: int) -> Iterator[SourceBatch]:
    """Yield the encounter, patient, codes and documents of one chart folder.

    Parameters
    ----------
    path
        The folder's ``encounter.json``; its documents are text files in the same folder.
    source_file_id
        Number of the file in the workspace; the documents' rows belong to ``encounter.json`` too.

    Yields
    ------
    SourceBatch
        One batch. If the encounter cannot be read, the whole chart is rejected; a code or document that
        cannot be read is rejected alone, and the others keep their numbers.
    """
    try:
        chart = _object_of(path)
        encounter_cells = pl.DataFrame(
            {name: [text_or_none(chart, name)] for name in ENCOUNTER_CELLS},
            schema=dict.fromkeys(ENCOUNTER_CELLS, pl.String()),
        )
        lists = [_list_of(chart, name) for name in ("codes", "documents")]
    except UnreadableError as error:
        yield _nothing(whole_file(source_file_id, error.reason, error.expected))
        return
    origin = {"source_offset": pl.lit(0, pl.Int64), "record_number": pl.lit(1, pl.Int64)}
    encounters = read_encounters(encounter_cells.with_columns(**origin), source_file_id=source_file_id)
    if encounters.encounter.is_empty():
        yield _nothing(encounters.rejected)
        return

    encounter_id: str = encounters.encounter["encounter_id"].item()
    codes = _codes(lists[0], encounter_id=encounter_id, source_file_id=source_file_id)
    rows, bad_documents = document_rows(
        lists[1],
        encounter_id=encounter_id,
        source_file_id=source_file_id,
        offset=0,
        record_number=1,
        folder=path.parent,
    )
    unread = _unread_keys(chart, _ENCOUNTER_KEYS)
    noted = (
        [rejected_row(source_file_id, "encounter", reason=unread, expected=_keys(_ENCOUNTER_KEYS))]
        if unread
        else []
    )
    yield SourceBatch(
        "chart",
        1,
        {
            "encounter": encounters.encounter,
            "patient": encounters.patient,
            "encounter_code": codes.encounter_code,
            "machine_code": codes.machine_code,
            **document_frames(rows),
        },
        pl.concat([REJECTED_RECORD.empty(), encounters.rejected, *noted, codes.rejected, *bad_documents]),
    )


def _codes(entries: list[object], *, encounter_id: str, source_file_id: int) -> Codes:
    """Return the codes that can be stored, numbered by position, and rejected rows for the others."""
    cells: list[dict[str, object]] = []
    rejected: list[pl.DataFrame] = [REJECTED_RECORD.empty()]
    for number, entry in enumerate(entries, start=1):
        try:
            code_cells = _code_cells(entry)
        except UnreadableError as error:
            rejected.append(
                rejected_row(
                    source_file_id, "code", number=number, reason=error.reason, expected=error.expected
                )
            )
            continue
        cells.append(
            {
                "encounter_id": encounter_id,
                "code_number": str(number),
                **code_cells,
                "source_offset": 0,
                "record_number": number,
            }
        )
    schema = {
        **dict.fromkeys(CODE_CELLS, pl.String()),
        "source_offset": pl.Int64(),
        "record_number": pl.Int64(),
    }
    codes = read_codes(pl.DataFrame(cells, schema=schema, orient="row"), source_file_id=source_file_id)
    # Every record of a chart starts at byte 0, so the reason names the code.
    named = pl.concat([*rejected, codes.rejected]).with_columns(
        pl.format("code {}: {}", "record_number", "reason").alias("reason")
    )
    return replace(codes, rejected=named.sort("record_number", maintain_order=True))


def _code_cells(entry: object) -> dict[str, str | None]:
    if not isinstance(entry, dict):
        reason = "it is not a JSON object"
        raise UnreadableError(reason, _keys(_CODE_KEYS))
    if unread := _unread_keys(entry, _CODE_KEYS):
        raise UnreadableError(unread, _keys(_CODE_KEYS))
    modifiers = entry.get("modifiers") or []
    if (
        not isinstance(modifiers, list)
        or len(modifiers) > _MOST_MODIFIERS
        or not all(isinstance(modifier, str) for modifier in modifiers)
    ):
        reason = "modifiers is not a list of modifiers"
        raise UnreadableError(reason, f"a list of at most {_MOST_MODIFIERS} texts")
    padded = [*modifiers, *[None] * (_MOST_MODIFIERS - len(modifiers))]
    return {
        **{name: text_or_none(entry, name) for name in _PLAIN_CODE_KEYS},
        **{name: _number_text(entry, name) for name in _NUMBER_KEYS},
        **dict(zip(MODIFIER_COLUMNS, padded, strict=True)),
    }


def _number_text(entry: Mapping[str, object], key: str) -> str | None:
    """Return a number as it is written, or the text in its place."""
    value = entry.get(key)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else text_or_none(entry, key)


def _object_of(path: Path) -> dict[str, object]:
    if path.stat().st_size > LARGEST_DOCUMENT:
        reason = "the file is too large"
        raise UnreadableError(reason, f"at most {LARGEST_DOCUMENT // 1024 // 1024} MB")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = "the file is not UTF-8"
        raise UnreadableError(reason, "UTF-8 text") from error
    return parsed_object(text)


def _list_of(chart: Mapping[str, object], key: str) -> list[object]:
    value = chart.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        reason = f"{key} is not a list"
        raise UnreadableError(reason, f"{key} as a list")
    return value


def _unread_keys(record: Mapping[str, object], known: frozenset[str]) -> str | None:
    unread = sorted(set(record) - known)
    return f"unknown keys: {', '.join(name[:40] for name in unread[:20])}" if unread else None


def _keys(known: frozenset[str]) -> str:
    return f"keys {', '.join(sorted(known))}"


def _nothing(rejected: pl.DataFrame) -> SourceBatch:
    tables = (ENCOUNTER, PATIENT, ENCOUNTER_CODE, DOCUMENT)
    return SourceBatch("chart", 1, {table.name: table.empty() for table in tables}, rejected)
