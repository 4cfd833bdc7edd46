"""DocumentReference resources to documents: text of the attachment and document type."""

from __future__ import annotations

import polars as pl

from auditlib.schema.core import DOCUMENT
from auditlib.sources.documents.chart_text import LARGEST_SCAN, UnreadableError
from auditlib.sources.documents.document_content import DocumentContent, document_content
from auditlib.sources.documents.document_frames import original_frames
from auditlib.sources.documents.document_types import OTHER, document_type
from auditlib.sources.fhir.charts import Numbers
from auditlib.sources.fhir.systems import codings_of
from auditlib.sources.rejected_rows import RejectedRows
from auditlib.sources.tabular.coded_encounter import id_rules

_KEY = "source_offset"
_LOINC = "http://loinc.org"
_IN_FORCE = "current"


def document_frames(
    resources: pl.DataFrame, numbers: Numbers, rejects: RejectedRows, *, source_file_id: int
) -> dict[str, pl.DataFrame]:
    """Return the frames of ``document`` and of PDFs and scans.

    Documents without encounter or readable text are rejected.
    """
    context = pl.col("context").struct
    rows = resources.with_columns(
        context.field("encounter")
        .list.first()
        .struct.field("reference")
        .str.strip_chars()
        .str.extract(r"([^/:#]+)/?$", 1)
        .alias("encounter_id"),
        pl.col("content").list.first().struct.field("attachment").alias("attachment"),
    )
    superseded = (pl.col("status") != _IN_FORCE).fill_null(value=False)
    reason = "DocumentReference not loaded: it is superseded or an error"
    rejects.add("DocumentReference", rows.filter(superseded), reason, "status current")
    nowhere = pl.any_horizontal(rule.is_broken.fill_null(value=False) for rule in id_rules())
    reason = "DocumentReference not loaded: it refers to no encounter"
    rejects.add("DocumentReference", rows.filter(~superseded & nowhere), reason, "context.encounter")
    rows = rows.filter(~superseded & ~nowhere)
    contents = _contents(rows, rejects)
    rows = rows.with_columns(
        pl.Series("text", [content and content.text for content in contents], dtype=pl.String),
        pl.Series(
            "original_id",
            [content and content.original and content.original.id for content in contents],
            dtype=pl.String,
        ),
    )
    originals = [
        (content.original, source_file_id, offset)
        for content, offset in zip(contents, rows[_KEY], strict=True)
        if content and content.original
    ]
    rows = rows.drop_nulls("text")
    rows = numbers.give("document", rows, "document_number")
    rows = rows.with_columns(_types(rows).alias("document_type"))
    title = pl.coalesce(
        pl.col("attachment").struct.field("title"),
        "description",
        pl.col("document_type").str.slice(0, 1).str.to_uppercase() + pl.col("document_type").str.slice(1),
    )
    documents = DOCUMENT.conform(
        rows.select(
            pl.concat_str("encounter_id", pl.lit(":"), "document_number").alias("document_id"),
            "encounter_id",
            "document_number",
            "document_type",
            title.alias("title"),
            # Local time: an offset from UTC is ignored.
            pl.col("date")
            .str.slice(0, 19)
            .str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False)
            .alias("written_at"),
            "text",
            "original_id",
            pl.lit(source_file_id).alias("source_file_id"),
            _KEY,
        )
    )
    return {"document": documents, **original_frames(originals)}


def _types(rows: pl.DataFrame) -> pl.Series:
    """Return the type of each document, by LOINC code, else by title and text."""
    codes = (
        codings_of(
            rows.select("record_number", pl.col("type").struct.field("coding").alias("type")),
            "type",
            ["record_number"],
        )
        .filter(pl.col("system") == _LOINC)
        .unique("record_number", keep="first", maintain_order=True)
    )
    facts = rows.select(
        "record_number",
        pl.coalesce(pl.col("attachment").struct.field("title"), "description").alias("title"),
        "text",
    ).join(codes.select("record_number", "code"), on="record_number", how="left", maintain_order="left")
    types = [
        document_type(text, loinc_code=code, title=title) or OTHER
        for title, text, code in facts.select("title", "text", "code").iter_rows()
    ]
    return pl.Series("document_type", types, dtype=pl.String)


def _contents(rows: pl.DataFrame, rejects: RejectedRows) -> list[DocumentContent | None]:
    """Return the content of each document, None for rejected ones."""
    attachment = pl.col("attachment").struct
    attachments = rows.select(
        attachment.field("contentType").alias("content_type"),
        attachment.field("data").str.strip_chars().str.replace_all(r"\s", "").alias("data"),
        attachment.field("data").str.len_bytes().alias("size"),
    ).with_columns(
        # Four characters of base64 are three bytes.
        pl.when(pl.col("size") < LARGEST_SCAN // 3 * 4)
        .then(pl.col("data").str.decode("base64", strict=False))
        .alias("content")
    )
    contents: list[DocumentContent | None] = []
    for number, (content_type, is_there, content) in enumerate(
        attachments.select("content_type", pl.col("data").is_not_null(), "content").iter_rows()
    ):
        try:
            contents.append(_content(content_type, content, is_there=is_there))
        except UnreadableError as error:
            contents.append(None)
            reason = f"DocumentReference not loaded: {error.reason}"
            rejects.add("DocumentReference", rows.slice(number, 1), reason, error.expected)
    return contents


def _content(content_type: str | None, content: bytes | None, *, is_there: bool) -> DocumentContent:
    """Return the content of an attachment.

    Raises
    ------
    UnreadableError
        If there is no attachment, or it cannot be read.
    """
    if not is_there:
        reason = "its document is not in the file"
        raise UnreadableError(reason, "the document in attachment.data")
    if content is None:
        reason = "its attachment is not base64, or too large"
        raise UnreadableError(reason, f"base64 of at most {LARGEST_SCAN >> 20} MB")
    return document_content(content, content_type or "")
