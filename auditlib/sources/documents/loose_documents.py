"""Loose documents: text, RTF, DOCX, HTML, PDF, scan and C-CDA files in a folder named for their encounter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from auditlib.errors import MissingExtraError
from auditlib.schema.core import DOCUMENT
from auditlib.sources.batch import SourceBatch
from auditlib.sources.documents.chart_text import UTF16_MARKS, UnreadableError, decoded, document_bytes
from auditlib.sources.documents.clinical_document import looks_like_clinical_document, read_clinical_document
from auditlib.sources.documents.document_content import (
    OLD_OFFICE,
    document_content,
    image_type,
    looks_like_html,
)
from auditlib.sources.documents.document_frames import DocumentRow, document_frames
from auditlib.sources.documents.document_types import OTHER, document_type, type_of_name
from auditlib.sources.documents.documents import checked_encounter_id
from auditlib.sources.documents.named_files import name_parts
from auditlib.sources.documents.word_document import looks_like_word_document
from auditlib.sources.rejected_rows import whole_file

LOOSE_DOCUMENT: Final = "document file"
"""Format of a file that is one document of the encounter for which its folder is named."""

SUFFIXES: Final = frozenset(
    {".txt", ".text", ".rtf", ".doc", ".docx", ".docm", ".dotx", ".pdf", ".xml", ".htm", ".html"}
    | {".tif", ".tiff", ".png", ".jpg", ".jpeg"}
)
"""Usual extensions of loose documents; all but plain text are recognised by their content."""

_OF_TEXT: Final = frozenset({".txt", ".text"})
_OF_WORD: Final = frozenset({".docx", ".docm", ".dotx"})
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
    if looks_like_clinical_document(head) or image_type(head) is not None or looks_like_html(head):
        return True
    if b"%PDF-" in head[:1024] or head.startswith(b"{\\rtf"):
        return True
    if head.startswith(b"PK\x03\x04"):
        return suffix in _OF_WORD or looks_like_word_document(head)
    if head.startswith(OLD_OFFICE):
        return suffix in {*_OF_WORD, ".doc"}
    if not looks_like_document(head):
        return not head.strip() and suffix in SUFFIXES
    # Any prose may be called .txt; other names must say what it is, or be those of documents.
    return suffix in SUFFIXES or (not suffix and type_of_name(name_parts(path).words) is not None)


def read_document(path: Path, *, source_file_id: int) -> Iterator[SourceBatch]:
    """Yield the document in a file; its folder's name is the encounter's id.

    Parameters
    ----------
    path
        File such as ``A0001/lab_report.txt``, ``A0001/H&P.pdf`` or ``A0001/03 visit.docx``, or a C-CDA, which
        may name its encounter itself. Plain text is UTF-8, Windows-1252, or UTF-16 with its mark.
    source_file_id
        Number of the file in the workspace.

    Yields
    ------
    SourceBatch
        One batch. A document without a type by LOINC code, title, headings or name is of the type other.

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
    yield SourceBatch(LOOSE_DOCUMENT, 1, document_frames([row]))


def attached_row(
    path: Path, *, encounter_id: str, document_number: int, name: str, source_file_id: int
) -> DocumentRow:
    """Return the document in a file that is attached to a chart, whatever its folder and name on the disk.

    Parameters
    ----------
    path
        The file.
    encounter_id, document_number
        The chart, and the document's place there.
    name
        The name that the file was given by, whose words are the title.
    source_file_id
        Number of the file in the workspace.

    Raises
    ------
    UnreadableError
        If it cannot be read, or is a clinical document of another encounter.
    """
    row = _row(path, source_file_id, words=name_parts(Path(name)).words, number=document_number)
    of_file = row.cells["encounter_id"]
    is_clinical = looks_like_clinical_document(document_bytes(path)[:65_536])
    if is_clinical and of_file not in {encounter_id, path.parent.name}:
        reason = "it is a clinical document of another encounter"
        raise UnreadableError(reason, "a document of this chart")
    about = {"encounter_id": encounter_id, "document_id": f"{encounter_id}:{document_number}"}
    return DocumentRow({**row.cells, **about}, row.original)


def _row(
    path: Path, source_file_id: int, *, words: str | None = None, number: int | None = None
) -> DocumentRow:
    words = name_parts(path).words if words is None else words
    data = document_bytes(path)
    clinical = read_clinical_document(data) if looks_like_clinical_document(data[:65_536]) else None
    content = document_content(data, "text/plain")
    title, loinc_code = (clinical.title, clinical.loinc_code) if clinical else (None, None)
    kind = document_type(content.text, loinc_code=loinc_code, title=title, name=words)
    encounter_id = checked_encounter_id((clinical and clinical.encounter_id) or path.parent.name)
    number = _number_in_folder(path) if number is None else number
    cells = {
        "document_id": f"{encounter_id}:{number}",
        "encounter_id": encounter_id,
        "document_number": number,
        "document_type": kind or OTHER,
        "title": title or _title(words) or OTHER.capitalize(),
        "author_role": clinical and clinical.author_role,
        "written_at": clinical and clinical.written_at,
        "text": content.text,
        "source_file_id": source_file_id,
        "source_offset": 0,
    }
    return DocumentRow(cells, content.original)


def _title(words: str) -> str:
    """Return the words of a file name as a title; they are in lower case, but H&P stays H&P."""
    return words.upper() if re.fullmatch(r"\w ?& ?\w", words) else words[:1].upper() + words[1:]


def _number_in_folder(path: Path) -> int:
    number = name_parts(path).number
    if number is not None:
        return number
    beside = sorted(
        other
        for other in path.parent.iterdir()
        if other.suffix.lower() in SUFFIXES or other.suffix == path.suffix
    )
    numbers = [name_parts(other).number for other in beside]
    unnumbered = [other for other, number in zip(beside, numbers, strict=True) if number is None]
    return max((number for number in numbers if number is not None), default=0) + unnumbered.index(path) + 1
