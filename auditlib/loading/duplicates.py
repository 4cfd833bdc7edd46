"""Transactions that were loaded before, from this or another file: found and set aside before they land."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from auditlib.loading.staging import Part, rows_of
from auditlib.schema.core import REJECTED_RECORD, SOURCE_TRANSACTION

_OWNER = "__transaction"


@dataclass(frozen=True, slots=True)
class Repeats:
    """Transactions of one file, and of those that were loaded before the file that gave them.

    Attributes
    ----------
    transactions
        Rows of ``source_transaction`` with ``earlier_file``, null where it is new.
    """

    transactions: pl.DataFrame

    @property
    def count(self) -> int:
        """How many were loaded before."""
        return self.transactions["earlier_file"].count()

    def without(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the rows that stand in new transactions, and those that stand in repeated ones."""
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
        """Return the rejected record of each repeated transaction."""
        return REJECTED_RECORD.conform(
            self.transactions.filter(pl.col("earlier_file").is_not_null()).select(
                "source_file_id",
                "source_offset",
                segment=pl.lit("transaction"),
                record_number=pl.lit(0, pl.Int64),
                reason=pl.format("transaction set aside: {} gave the same one before", "earlier_file"),
                expected=pl.lit("a transaction that was not loaded yet"),
            )
        )


def find_repeats(parts: list[Part], known: dict[str, str], file_name: str) -> Repeats:
    """Compare the transactions of a file with those known, and add the new ones to them."""
    frame = rows_of([SOURCE_TRANSACTION.empty(), *parts])
    earlier: list[str | None] = []
    for fingerprint in frame["fingerprint"]:
        earlier.append(known.get(fingerprint))
        known.setdefault(fingerprint, file_name)
    return Repeats(frame.with_columns(earlier_file=pl.Series(earlier, dtype=pl.String)).sort("source_offset"))
