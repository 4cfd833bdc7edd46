"""Read a RIF file into batches of core tables, whole claims at a time."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from auditlib.errors import BadInputError
from auditlib.schema.core import SOURCE_TRANSACTION
from auditlib.sources.batch import OFFSET_BITS, SourceBatch
from auditlib.sources.paid_claims import paid_claim_tables
from auditlib.sources.rif.claims import claim_columns, final_rows, line_columns, reasons, with_charges
from auditlib.sources.rif.codes import diagnoses, diagnosis_frame, pointers, procedure_frame
from auditlib.sources.rif.layout import KINDS, Kind, header_columns, kind_of
from auditlib.sources.rif.rows import DEFAULT_CHUNK_BYTE_COUNT, Rows, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST_HEADER = 1 << 20


def read_rif(
    path: Path, *, source_file_id: int, chunk_byte_count: int = DEFAULT_CHUNK_BYTE_COUNT
) -> Iterator[SourceBatch]:
    """Yield the claims of a RIF file and Medicare's payments.

    Parameters
    ----------
    path
        One row per claim line, cells separated by ``|``, under a header with Medicare's column names; each
        row repeats the columns of its claim.
    source_file_id
        Number of the file in the workspace.
    chunk_byte_count
        Bytes to read at once; memory use is a small multiple of it.

    Yields
    ------
    SourceBatch
        Whole claims; ``source_offset`` is the byte at which the row, or the claim's first row, starts.

    Raises
    ------
    BadInputError
        If the header fits no known kind of file, or has a column twice.
    """
    with path.open("rb") as file:
        columns = header_columns(file.readline(_LONGEST_HEADER))
    kind = kind_of(columns)
    if kind is None:
        message = f"{path.name} is a RIF file of an unknown kind."
        raise BadInputError(
            message,
            hint="A kind is known by one of its columns: "
            + "; ".join(f"{one.name} by {' or '.join(sorted(one.marks))}" for one in KINDS)
            + ".",
        )
    if len(set(columns)) < len(columns):
        message = f"{path.name} has a column twice in its header."
        raise BadInputError(message, hint="One different name for each column.")
    for rows in read_rows(path, columns, source_file_id=source_file_id, chunk_byte_count=chunk_byte_count):
        yield _batch(rows, kind, source_file_id)


def _batch(rows: Rows, kind: Kind, source_file_id: int) -> SourceBatch:
    shift = source_file_id << OFFSET_BITS
    rejects = rows.rejects
    final = final_rows(rows.frame, rejects)
    claims, lines = with_charges(claim_columns(final, kind, rejects), line_columns(final, kind), rejects)
    final = final.join(claims, on="claim_offset", how="semi", maintain_order="left")
    days = claims.select("claim_offset", "to_date")
    final = final.join(days, on="claim_offset", how="left", maintain_order="left")
    first = final.filter(pl.col("source_offset") == pl.col("claim_offset"))
    claim_diagnoses = diagnoses(first, final)
    lines = lines.with_columns(pointers(final, claim_diagnoses))
    tables = paid_claim_tables(
        claims.drop("claim_offset"), lines, reasons(final), source_file_id=source_file_id
    )
    frames = {
        **tables,
        "claim_diagnosis": diagnosis_frame(claim_diagnoses, source_file_id, shift),
        "claim_procedure": procedure_frame(first, source_file_id, shift),
        "source_transaction": _fingerprints(rows, source_file_id, kind),
    }
    return SourceBatch(f"RIF {kind.name}", rows.frame["claim_offset"].n_unique(), frames, rejects.frame())


def _fingerprints(rows: Rows, source_file_id: int, kind: Kind) -> pl.DataFrame:
    """Return a fingerprint of each claim: a hash of its rows as they are in the file."""
    spans = rows.frame.group_by("claim_offset", maintain_order=True).agg(pl.col("end_offset").max())
    name = f"RIF {kind.name}|".encode()
    hashes = [
        hashlib.sha256(name + rows.data[start - rows.offset : end - rows.offset]).hexdigest()
        for start, end in spans.iter_rows()
    ]
    return SOURCE_TRANSACTION.conform(
        spans.select(
            pl.Series("fingerprint", hashes, dtype=pl.String),
            pl.lit(source_file_id).alias("source_file_id"),
            pl.col("claim_offset").alias("source_offset"),
        )
    )
