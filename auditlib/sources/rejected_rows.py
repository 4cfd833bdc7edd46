"""Rows of ``core.rejected_record``: what a reader set aside, and what it had expected instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from auditlib.schema.core import REJECTED_RECORD


@dataclass(frozen=True, slots=True)
class Rule:
    """What a record must keep to be loaded.

    Parameters
    ----------
    is_broken
        Expression over the record's columns; null counts as not broken.
    reason
        What is wrong where it is broken, without any value of the record.
    expected
        What was expected instead.
    """

    is_broken: pl.Expr
    reason: str
    expected: str


def set_aside(
    source_file_id: int,
    segment: str,
    records: pl.DataFrame,
    *,
    reason: str | pl.Expr,
    expected: str | pl.Expr,
) -> pl.DataFrame:
    """Return rejected rows for records that carry ``source_offset`` and ``record_number``."""
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


def set_aside_one(  # the five facts of a rejected record, and the file
    source_file_id: int, segment: str, *, offset: int = 0, number: int = 1, reason: str, expected: str
) -> pl.DataFrame:
    """Return one rejected row."""
    record = pl.DataFrame({"source_offset": [offset], "record_number": [number]})
    return set_aside(source_file_id, segment, record, reason=reason, expected=expected)


class Gathered:
    """Rejected rows of one batch of records, gathered as they are found; each place and reason stands once.

    Parameters
    ----------
    source_file_id
        File that the records come from.
    """

    def __init__(self, source_file_id: int) -> None:
        self._source_file_id = source_file_id
        self._parts = [REJECTED_RECORD.empty()]

    def add(self, segment: str, records: pl.DataFrame, reason: str, expected: str) -> None:
        """Note records that carry ``source_offset`` and ``record_number``."""
        if records.height:
            self._parts.append(
                set_aside(self._source_file_id, segment, records, reason=reason, expected=expected)
            )

    def forget_from(self, offset: int) -> None:
        """Leave out what stands at an offset or behind it: it will be read again."""
        self._parts = [part.filter(pl.col("source_offset") < offset) for part in self._parts]

    def frame(self) -> pl.DataFrame:
        """Return them in order of the file."""
        key = list(REJECTED_RECORD.key)
        return pl.concat(self._parts).unique(key, keep="first", maintain_order=True).sort(key)


def whole_file(source_file_id: int, reason: str, expected: str) -> pl.DataFrame:
    """Return the one rejected row of a file of which nothing was loaded."""
    return set_aside_one(source_file_id, "file", reason=reason, expected=expected)


def keep_rules(
    source_file_id: int, segment: str, records: pl.DataFrame, rules: Sequence[Rule]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the records that keep every rule, and one rejected row for each of the others.

    A record that breaks several rules is set aside once, with all its reasons.
    """
    if not rules:
        return records, REJECTED_RECORD.empty()
    broken = [f"__broken_{number}" for number in range(len(rules))]
    judged = records.with_columns(
        rule.is_broken.fill_null(value=False).alias(name) for name, rule in zip(broken, rules, strict=True)
    )
    is_kept = ~pl.any_horizontal(broken)

    def joined(words: Sequence[str]) -> pl.Expr:
        said = [pl.when(name).then(pl.lit(word)) for name, word in zip(broken, words, strict=True)]
        return pl.concat_str(said, separator="; ", ignore_nulls=True)

    rejected = set_aside(
        source_file_id,
        segment,
        judged.filter(~is_kept),
        reason=joined([rule.reason for rule in rules]),
        expected=joined([rule.expected for rule in rules]),
    )
    return judged.filter(is_kept).drop(broken), rejected
