"""Choose the reader for a file by its content, never by its name alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from auditlib.errors import BadInputError
from auditlib.sources import fhir, rif, x12
from auditlib.sources.batch import SourceBatch
from auditlib.sources.documents import charts, document_list, documents, loose_documents
from auditlib.sources.documents.chart_text import UTF16_MARKS
from auditlib.sources.tabular import tables
from auditlib.sources.tabular.table_mapping import TableMapping

HEAD_BYTE_COUNT = 65_536

Reader = Callable[[Path, int], Iterator[SourceBatch]]


@dataclass(frozen=True, slots=True)
class _Kind:
    looks_like: Callable[[bytes], bool]
    read: Reader


def _reader(function: Callable[..., Iterator[SourceBatch]]) -> Reader:
    return lambda path, source_file_id: function(path, source_file_id=source_file_id)


_KINDS = (
    _Kind(x12.looks_like_x12, _reader(x12.read_x12)),
    _Kind(charts.looks_like_chart, _reader(charts.read_chart)),
    _Kind(documents.looks_like_documents, _reader(documents.read_documents)),
    _Kind(document_list.looks_like_document_list, _reader(document_list.read_document_list)),
    _Kind(rif.looks_like_rif, _reader(rif.read_rif)),
    _Kind(fhir.looks_like_fhir, _reader(fhir.read_fhir)),
)

_FOREIGN = (
    (
        b"PK\x03\x04",
        "a ZIP archive or an Office file",
        "Unpack it and load what is inside; of Office files only .xlsx and .docx are read.",
    ),
    *(
        (
            mark,
            "text in UTF-16",
            "Save it as UTF-8; only X12, tables and documents (.txt) are read in UTF-16.",
        )
        for mark in UTF16_MARKS
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Office file",
        "Save a sheet as .xlsx or CSV, and a document as .docx, RTF or PDF.",
    ),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and load what is inside."),
)


def read_source(
    path: Path, *, source_file_id: int, mapping: TableMapping | None = None
) -> Iterator[SourceBatch]:
    """Read a file with the reader that fits its content; a table by the mapping, if there is one.

    Raises
    ------
    BadInputError
        If nothing in it can be read; the message says what the file is and what was expected.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTE_COUNT)
    if tables.looks_like_table(path, head, mapping):
        return tables.read_table(path, source_file_id=source_file_id, mapping=mapping)
    if loose_documents.is_loose_document(path, head):
        return loose_documents.read_document(path, source_file_id=source_file_id)
    if x12.is_utf_16_x12(head):
        return x12.read_x12(path, source_file_id=source_file_id)
    if x12.is_ebcdic_x12(head):
        message = f"{path.name} is X12 in EBCDIC, the character set of mainframes."
        raise BadInputError(message, hint="Transfer it again in text mode, or convert it to ASCII (iconv).")
    is_table = tables.may_be_table(path, head)
    for magic, what, hint in _FOREIGN:
        if head.startswith(magic) and not (magic in UTF16_MARKS and is_table):
            message = f"{path.name} is {what}."
            raise BadInputError(message, hint=hint)
    for kind in _KINDS:
        if kind.looks_like(head):
            return kind.read(path, source_file_id)
    if mapping is not None and is_table:
        return tables.read_table(path, source_file_id=source_file_id, mapping=mapping)
    raise _not_known(path, head, is_table=is_table)


def _not_known(path: Path, head: bytes, *, is_table: bool) -> BadInputError:
    """Return the error of a file that no reader takes; of a table that lacks columns it names them."""
    near = tables.nearly_table(head) if is_table else None
    if near is not None:
        name, lacking = near
        message = f"{path.name} has columns of the table '{name}' and lacks {', '.join(lacking)}."
        hint = (
            "Add them under the names of docs/data_dictionary.md; or, if they are there under other names, "
            "'auditlib load --suggest-mapping' proposes a mapping."
        )
        return BadInputError(message, hint=hint)
    message = f"{path.name} is {'empty' if not head.strip() else 'of a format that is not known'}."
    hint = (
        "Expected X12 (837 or 835, starting with ISA, GS or ST), a table (CSV, XLSX, Parquet) under the "
        "names of docs/data_dictionary.md or with a mapping ('auditlib load --suggest-mapping' proposes "
        "one), FHIR resources as JSON, a RIF file with its header, a chart's encounter.json, a list of "
        "documents, or a document (text, RTF, DOCX, PDF, scan, HTML, C-CDA)."
    )
    return BadInputError(message, hint=hint)
