"""What every reader gives: rows for the core tables, and what was set aside with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from auditlib.schema.core import REJECTED_RECORD

OFFSET_BITS = 40
"""A row's id is its file's number shifted left by this many bits plus its byte offset: files up to 1 TB."""


@dataclass(frozen=True, slots=True)
class SourceBatch:
    """A part of one file, read; a file is one batch or a stream of them.

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
        Whether the keys are a user's own, so that another file may give the same ones: such a row is set
        aside when it lands.
    """

    format: str
    transaction_count: int
    frames: Mapping[str, pl.DataFrame]
    rejected: pl.DataFrame = field(default_factory=REJECTED_RECORD.empty)
    has_user_keys: bool = False
