"""Rows of ``core.rejected_record``: records that were not loaded, with the reason and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from auditlib.schema.core import REJECTED_RECORD


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that a record must satisfy to be loaded.

    Parameters
    ----------
    is_broken
        Expression over the record's columns that is true if the rule is broken; null counts as false.
    reason
        What is wrong, without any value of the record.
    expected
        What was expected instead.
    """

    is_broken: pl.Expr
    reason: str
    expected: str


def rejected_rows(
    source_file_id: int,
    segment: str,
    records: pl.DataFrame,
    *,
    reason: str | pl.Expr,
    expected: str | pl.Expr,
) -> pl.DataFrame:
    """Return one rejected row for each record; records have ``source_offset`` and ``record_number``."""
    return REJECTED_RECORD.conform(
        records.select(
            pl.lit(source_file_id).alias("source_file_id"),
            "source_offset",
            pl.lit(segment).alias("segment"),
            "record_number",
            (pl.lit(reason) if isinstance(reason, str) else reason).alias("reason"),
            (pl.lit(expected) if isinstance(expected, str) else expected).alias("expected"),
        )
    )


def rejected_row(  # the five facts of a rejected record, and the file
    source_file_id: int, segment: str, *, offset: int = 0, number: int = 1, reason: str, expected: str
) -> pl.DataFrame:
    """Return one rejected row."""
    record = pl.DataFrame({"source_offset": [offset], "record_number": [number]})
    return rejected_rows(source_file_id, segment, record, reason=reason, expected=expected)


class RejectedRows:
    """Collects the rejected rows of one batch, once for each place and reason.

    Parameters
    ----------
    source_file_id
        File that the records were read from.
    """

    def __init__(self, source_file_id: int) -> None:
        self._source_file_id = source_file_id
        self._parts = [REJECTED_RECORD.empty()]

    def add(self, segment: str, records: pl.DataFrame, reason: str, expected: str) -> None:
        """Add rejected records, which have ``source_offset`` and ``record_number``."""
        if records.height:
            self._parts.append(
                rejected_rows(self._source_file_id, segment, records, reason=reason, expected=expected)
            )

    def forget_from(self, offset: int) -> None:
        """Drop the rows at or after an offset, which will be read again."""
        self._parts = [part.filter(pl.col("source_offset") < offset) for part in self._parts]

    def frame(self) -> pl.DataFrame:
        """Return the rejected rows, in file order."""
        key = list(REJECTED_RECORD.key)
        return pl.concat(self._parts).unique(key, keep="first", maintain_order=True).sort(key)


def whole_file(source_file_id: int, reason: str, expected: str) -> pl.DataFrame:
    """Return the one rejected row of a file from which nothing was loaded."""
    return rejected_row(source_file_id, "file", reason=reason, expected=expected)


def apply_rules(
    source_file_id: int, segment: str, records: pl.DataFrame, rules: Sequence[Rule]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the records that satisfy every rule, and one rejected row for each of the others.

    A record that breaks several rules is rejected once, with all its reasons.
    """
    if not rules:
        return records, REJECTED_RECORD.empty()
    broken = [f"__broken_{number}" for number in range(len(rules))]
    judged = records.with_columns(
        rule.is_broken.fill_null(value=False).alias(name) for name, rule in zip(broken, rules, strict=True)
    )
    is_kept = ~pl.any_horizontal(broken)

    def joined(words: Sequence[str]) -> pl.Expr:
        texts = [pl.when(name).then(pl.lit(word)) for name, word in zip(broken, words, strict=True)]
        return pl.concat_str(texts, separator="; ", ignore_nulls=True)

    rejected = rejected_rows(
        source_file_id,
        segment,
        judged.filter(~is_kept),
        reason=joined([rule.reason for rule in rules]),
        expected=joined([rule.expected for rule in rules]),
    )
    return judged.filter(is_kept).drop(broken), rejected
