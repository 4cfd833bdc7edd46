"""Duplicate transactions: those that this or another file already loaded are dropped before they land."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from auditlib.loading.staging import Part, rows_of
from auditlib.schema.core import REJECTED_RECORD, SOURCE_TRANSACTION

_OWNER = "__transaction"


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The transactions of one file; of each duplicate, the file that was loaded first.

    Attributes
    ----------
    transactions
        Rows of ``source_transaction`` with ``earlier_file``, null where it is new.
    """

    transactions: pl.DataFrame

    @property
    def count(self) -> int:
        """Number of transactions that were loaded before."""
        return self.transactions["earlier_file"].count()

    def without(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the rows of new transactions, and the rows of duplicate ones."""
        starts = self.transactions.select(
            pl.col("source_offset").alias(_OWNER), pl.col("earlier_file").is_not_null().alias("__repeated")
        )
        owned = (
            frame.with_row_index("__row")
            .sort("source_offset", maintain_order=True)
            .join_asof(starts, left_on="source_offset", right_on=_OWNER)
            .sort("__row")
        )
        is_repeated = owned["__repeated"].fill_null(value=False)
        return frame.filter(~is_repeated), frame.filter(is_repeated)

    def rejected(self) -> pl.DataFrame:
        """Return one row of ``rejected_record`` for each duplicate transaction."""
        return REJECTED_RECORD.conform(
            self.transactions.filter(pl.col("earlier_file").is_not_null()).select(
                "source_file_id",
                "source_offset",
                segment=pl.lit("transaction"),
                record_number=pl.lit(0, pl.Int64),
                reason=pl.format("duplicate transaction: {} already holds it", "earlier_file"),
                expected=pl.lit("a transaction that was not loaded yet"),
            )
        )


def find_duplicates(parts: list[Part], known: dict[str, str], file_name: str) -> Duplicates:
    """Return the duplicates among a file's transactions; the new ones are added to ``known``."""
    frame = rows_of([SOURCE_TRANSACTION.empty(), *parts])
    earlier: list[str | None] = []
    for fingerprint in frame["fingerprint"]:
        earlier.append(known.get(fingerprint))
        known.setdefault(fingerprint, file_name)
    return Duplicates(
        frame.with_columns(earlier_file=pl.Series(earlier, dtype=pl.String)).sort("source_offset")
    )
