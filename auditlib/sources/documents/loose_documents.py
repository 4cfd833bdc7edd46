"""Loose documents: text, RTF, PDF and C-CDA files in a folder named for their encounter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from auditlib.errors import MissingExtraError
from auditlib.schema.core import DOCUMENT
from auditlib.sources.batch import SourceBatch
from auditlib.sources.documents.chart_text import UTF16_MARKS, UnreadableError, decoded, document_bytes
from auditlib.sources.documents.clinical_document import (
    ClinicalDocument,
    looks_like_clinical_document,
    read_clinical_document,
)
from auditlib.sources.documents.document_text import document_text
from auditlib.sources.documents.document_types import DOCUMENT_TYPES, document_type
from auditlib.sources.documents.documents import checked_encounter_id, document_frame
from auditlib.sources.rejected_rows import whole_file

LOOSE_DOCUMENT: Final = "document file"
"""Format of a file that is one document of the encounter for which its folder is named."""

SUFFIXES: Final = (".txt", ".rtf", ".doc", ".pdf", ".xml")
"""Extensions of files that can be loose documents."""

_NUMBERED_NAME: Final = re.compile(r"(?:(?P<number>[0-9]{1,4})[ _-]+)?(?P<words>.*?)(?:[ _-]*[0-9]*)")
_DELIMITERS: Final = "|\t;"
_TABLE_DELIMITERS: Final = 5
_LINE_DELIMITERS: Final = 20


def looks_like_document(head: bytes) -> bool:
    """Return True if the head of a file can be that of a document: prose, not X12, JSON, markup or a table.

    Only the caller can decide if it is one: a ``.txt`` in a folder named for its encounter.
    """
    try:
        if head.startswith(UTF16_MARKS):
            text = head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
        else:
            text = decoded(head[: head.rfind(b"\n") + 1] or head)
    except UnreadableError:
        return False
    if not text.strip() or text.lstrip()[:1] in "{[<" or re.match(r"\s*(ISA|GS|ST)[^\w\s]", text):
        return False
    first, second = [*text.splitlines(), "", ""][:2]
    # A table may have a single line, but prose never has this many delimiters in one line.
    return all(
        min(first.count(mark), second.count(mark)) < _TABLE_DELIMITERS
        and first.count(mark) < _LINE_DELIMITERS
        for mark in _DELIMITERS
    )


def is_loose_document(path: Path, head: bytes) -> bool:
    """Return True if a file is a document of a chart, by its extension and its first bytes."""
    suffix = path.suffix.lower()
    if looks_like_clinical_document(head):
        return True
    if head.startswith(b"%PDF"):
        return suffix == ".pdf"
    if head.startswith(b"{\\rtf"):
        return suffix in {".rtf", ".doc", ".txt"}
    return suffix == ".txt" and looks_like_document(head)


def read_document(path: Path, *, source_file_id: int) -> Iterator[SourceBatch]:
    """Yield the document in a file; its folder's name is the encounter's id.

    Parameters
    ----------
    path
        File such as ``A0001/lab_report.txt``, ``A0001/03_operative_report.pdf`` or ``A0001/visit.rtf``, or
        a C-CDA, which may name its encounter itself. Plain text is UTF-8, Windows-1252, or UTF-16 with its
        mark.
    source_file_id
        Number of the file in the workspace.

    Yields
    ------
    SourceBatch
        One batch. A document without a type by LOINC code, title, headings or name may not belong to a chart,
        and is rejected.

    Notes
    -----
    The document's number is the one that its name begins with. Files without a number follow the numbered
    ones of the folder, by name.
    """
    try:
        row = _row(path.absolute(), source_file_id)
    except MissingExtraError:
        raise
    except UnreadableError as error:
        rejected = whole_file(source_file_id, error.reason, error.expected)
        yield SourceBatch(LOOSE_DOCUMENT, 1, {"document": DOCUMENT.empty()}, rejected)
        return
    yield SourceBatch(LOOSE_DOCUMENT, 1, {"document": document_frame([row])})


def _row(path: Path, source_file_id: int) -> dict[str, object]:
    words = _name_parts(path)[1]
    data = document_bytes(path)
    clinical = read_clinical_document(data) if looks_like_clinical_document(data[:65_536]) else None
    content = _content(data, clinical)
    kind = document_type(content.text, loinc_code=content.loinc_code, title=content.title, name=words)
    if kind is None and clinical is None:
        reason = "no document type by its headings or its name: it may not belong to a chart"
        names = ", ".join(f"{name.replace(' ', '_')}{path.suffix.lower()}" for name in DOCUMENT_TYPES)
        raise UnreadableError(
            reason, f"a name that begins with one of {names}, in a folder named for its encounter"
        )
    encounter_id = checked_encounter_id((clinical and clinical.encounter_id) or path.parent.name)
    number = _number_in_folder(path)
    return {
        "document_id": f"{encounter_id}:{number}",
        "encounter_id": encounter_id,
        "document_number": number,
        "document_type": kind or "other",
        "title": content.title or words.capitalize(),
        "author_role": clinical and clinical.author_role,
        "written_at": clinical and clinical.written_at,
        "text": content.text,
        "source_file_id": source_file_id,
        "source_offset": 0,
    }


@dataclass(frozen=True, slots=True)
class _Content:
    text: str
    title: str | None = None
    loinc_code: str | None = None


def _content(data: bytes, clinical: ClinicalDocument | None) -> _Content:
    text = document_text(data, "text/plain")
    return _Content(text) if clinical is None else _Content(text, clinical.title, clinical.loinc_code)


def _name_parts(path: Path) -> tuple[int | None, str]:
    """Return the number that a file name begins with, if any, and the words after it."""
    parts = _NUMBERED_NAME.fullmatch(path.stem.lower())
    number = parts["number"] if parts else None
    words = parts["words"] if parts else path.stem.lower()
    return (int(number) or None) if number else None, re.sub(r"[ _-]+", " ", words).strip()


def _number_in_folder(path: Path) -> int:
    number = _name_parts(path)[0]
    if number is not None:
        return number
    beside = sorted(
        other for other in path.parent.iterdir() if other.suffix.lower() in {*SUFFIXES, path.suffix}
    )
    numbers = [_name_parts(other)[0] for other in beside]
    unnumbered = [other for other, number in zip(beside, numbers, strict=True) if number is None]
    return max((number for number in numbers if number is not None), default=0) + unnumbered.index(path) + 1
