"""Remark codes in the notes of claim answers: of the lines that point to a note, else of the claim."""

from __future__ import annotations

import polars as pl

from auditlib.sources.paid_claims import REASON_SCHEMA

_KEY = "source_offset"
_REMARK = r"^((?:MA?|N)[0-9]{1,3})(?:\s*$|\s*:|\s+-\s)"


def noted_remarks(resources: pl.DataFrame, *lines: pl.DataFrame) -> pl.DataFrame:
    """Return the remark codes of process notes, in the form of reasons.

    Parameters
    ----------
    resources
        Explanations or responses with ``processNote``.
    lines
        Items with ``line_number``, ``noteNumber`` and ``detail``.

    Notes
    -----
    A note is a remark if it is a remark code, or starts with one before a colon or a dash between blanks;
    other notes are words for people and are not loaded.
    """
    notes = (
        resources.select(_KEY, "processNote")
        .drop_nulls("processNote")
        .explode("processNote", empty_as_null=False)
        .unnest("processNote")
        .with_columns(
            pl.col("text").str.strip_chars().str.to_uppercase().str.extract(_REMARK, 1).alias("code")
        )
        .drop_nulls("code")
        .select(_KEY, "number", "code")
    )
    pointed = pl.concat(_pointed(frame) for frame in lines).unique(maintain_order=True)
    of_lines = pointed.join(notes, on=[_KEY, "number"], how="inner", maintain_order="left")
    of_claims = notes.join(pointed, on=[_KEY, "number"], how="anti").with_columns(
        pl.lit(None, pl.Int64).alias("line_number")
    )
    columns = (_KEY, "line_number", "code")
    rows = pl.concat([of_lines.select(columns), of_claims.select(columns)])
    nothing = (
        name for name in REASON_SCHEMA if name not in {"claim_offset", _KEY, "line_number", "remark_code"}
    )
    return (
        rows.with_columns(
            pl.col(_KEY).alias("claim_offset"),
            pl.col("code").alias("remark_code"),
            *(pl.lit(None).alias(name) for name in nothing),
        )
        .select(REASON_SCHEMA.names())
        .cast(REASON_SCHEMA)
    )


def _pointed(items: pl.DataFrame) -> pl.DataFrame:
    """Return the note numbers of items and of their details."""
    place = (_KEY, "line_number")
    details = (
        items.select(*place, "detail")
        .drop_nulls("detail")
        .explode("detail", empty_as_null=False)
        .unnest("detail")
    )
    parts = (
        details.select(*place, "subDetail")
        .drop_nulls("subDetail")
        .explode("subDetail", empty_as_null=False)
        .unnest("subDetail")
    )
    numbers = pl.concat(frame.select(*place, "noteNumber") for frame in (items, details, parts))
    return (
        numbers.drop_nulls("noteNumber")
        .explode("noteNumber", empty_as_null=False)
        .rename({"noteNumber": "number"})
        .drop_nulls("number")
    )
