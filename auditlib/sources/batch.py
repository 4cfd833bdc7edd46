"""What every reader returns: rows for the core tables, and rejected records with their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from auditlib.schema.core import REJECTED_RECORD

OFFSET_BITS = 40
"""A row's id is its file's number shifted left by this many bits plus its byte offset: files up to 1 TB."""


@dataclass(frozen=True, slots=True)
class SourceBatch:
    """Rows read from a part of one file; a file is read as one batch or several.

    Parameters
    ----------
    format
        Format of the file as ``source_file.format`` names it.
    transaction_count
        Transactions (or records of a table) in this batch.
    frames
        Core table name, without schema, to a frame that conforms to its contract.
    rejected
        Rows of ``core.rejected_record``.
    has_user_keys
        True if the keys are a user's own, so that another file may hold the same ones: such a row is
        rejected when the batch is written to the warehouse.
    """

    format: str
    transaction_count: int
    frames: Mapping[str, pl.DataFrame]
    rejected: pl.DataFrame = field(default_factory=REJECTED_RECORD.empty)
    has_user_keys: bool = False
