"""Rows of the document tables: the documents of charts, and the files, pages and words of PDFs and scans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import polars as pl

from auditlib.schema.core import DOCUMENT, DOCUMENT_ORIGINAL, DOCUMENT_PAGE, DOCUMENT_WORD, ORIGINAL_TABLES
from auditlib.sources.documents.document_content import Original
from auditlib.sources.documents.document_pages import Page


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A row of ``document``, and the PDF or scan that it was read from, if it was one."""

    cells: Mapping[str, object]
    original: Original | None = None


def document_frames(rows: Sequence[DocumentRow]) -> dict[str, pl.DataFrame]:
    """Return documents as frames of ``document`` and of the tables of originals that have rows."""
    documents = pl.DataFrame(
        [{**row.cells, "original_id": row.original.id if row.original else None} for row in rows],
        schema=DOCUMENT.polars_schema,
        orient="row",
    )
    originals = [
        (row.original, row.cells["source_file_id"], row.cells["source_offset"])
        for row in rows
        if row.original
    ]
    return {"document": DOCUMENT.conform(documents), **original_frames(originals)}


def original_frames(originals: Iterable[tuple[Original, object, object]]) -> dict[str, pl.DataFrame]:
    """Return the frames of PDFs and scans; none if there are no originals.

    Parameters
    ----------
    originals
        Each with the number of its source file and the offset of its record.
    """
    first = {original.id: (original, (file_id, offset)) for original, file_id, offset in originals}
    if not first:
        return {}
    files: list[tuple[object, ...]] = []
    pages: list[tuple[object, ...]] = []
    words: list[tuple[object, ...]] = []
    for original, origin in first.values():
        files.append((original.id, original.media_type, len(original.pages), original.content, *origin))
        for page in original.pages:
            pages.append(
                (original.id, page.number, page.start, page.end, page.text_origin, _confidence(page), *origin)
            )
            words += [
                (
                    original.id,
                    page.number,
                    number,
                    placed.start,
                    placed.end,
                    placed.word.left,
                    placed.word.top,
                    placed.word.right,
                    placed.word.bottom,
                    placed.word.confidence,
                    *origin,
                )
                for number, placed in enumerate(page.words, start=1)
            ]
    rows = {DOCUMENT_ORIGINAL.name: files, DOCUMENT_PAGE.name: pages, DOCUMENT_WORD.name: words}
    return {
        table.name: pl.DataFrame(rows[table.name], schema=table.polars_schema, orient="row")
        for table in ORIGINAL_TABLES
    }


def _confidence(page: Page) -> float | None:
    known = [placed.word.confidence for placed in page.words if placed.word.confidence is not None]
    return round(fmean(known), 1) if known else None
