"""Rows of a table that are no records: totals, repeated headers, titles and footers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.schema.contract import ColumnType
from auditlib.schema.core import REJECTED_RECORD
from auditlib.sources.rejected_rows import rejected_rows
from auditlib.sources.tabular.amounts import amount, decimal_mark
from auditlib.sources.tabular.delimited import Records, plain_name
from auditlib.sources.tabular.mapped_cells import AmountStyle, amount_headers
from auditlib.sources.tabular.table_mapping import TableRule

_LABEL: Final = (
    r"(?i)^((page|report|batch|overall|all)[- ]+)?(totals?|sum|count)\s*[:=]?$"
    r"|^(sub|grand)[- ]*totals?\b|^totals? (for|of)\b"
)
# In a row without a day and a code these words say enough, as "C1 Total", "Total Charges" and "Summe".
_BARE_LABEL: Final = (
    r"(?i)\b(sub|grand)?[- ]?(totals?|summe|gesamt|zwischensumme|totaal|totale)\b"
    r"|\b(sum|count|average|avg|min|max)\s*[:=]?$"
)
_KEYS: Final = ("claim_id", "patient_control_number", "encounter_id", "remit_claim_id", "remittance_id")
_CODES: Final = ("code", "submitted_code", "revenue_code", "reason_code")
_OTHER_DATES: Final = frozenset({"birth_date", "coded_date"})
_FEWEST_COLUMNS: Final = 4
_CENTS: Final = 100


@dataclass(frozen=True, slots=True)
class _Headers:
    """Headers that rules take keys, days, codes and amounts from; a key may be joined of several."""

    keys: tuple[tuple[str, ...], ...]
    days: tuple[str, ...]
    codes: tuple[str, ...]
    amounts: tuple[str, ...]
    texts: frozenset[str]

    @classmethod
    def of(cls, rules: Sequence[TableRule], columns: Sequence[str]) -> _Headers:
        keys: list[tuple[str, ...]] = []
        days: list[str] = []
        codes: list[str] = []
        named: set[str] = set()
        for rule in rules:
            types = {column.name: column.type for column in rule.table.columns}
            for name, field_rule in rule.fields.items():
                headers = tuple(plain_name(header) for header in field_rule.headers)
                named.update(headers)
                if types.get(name) is ColumnType.DATE and name not in _OTHER_DATES:
                    days += headers
                if name in _CODES:
                    codes += headers
            key = next((name for name in _KEYS if name in rule.fields), None)
            if key is not None and rule.fields[key].headers:
                keys.append(tuple(plain_name(header) for header in rule.fields[key].headers))
        amounts = amount_headers(rules, {ColumnType.MONEY})
        labels = {header for key in keys for header in key} | {*days, *codes}
        present = set(columns)
        return cls(
            keys=tuple(dict.fromkeys(key for key in keys if set(key) <= present)),
            days=tuple(name for name in dict.fromkeys(days) if name in present),
            codes=tuple(name for name in dict.fromkeys(codes) if name in present),
            amounts=tuple(name for name in amounts if name in present),
            texts=frozenset((named - labels - set(amounts)) & present),
        )


def without_totals(
    records: Records,
    rules: Sequence[TableRule],
    style: AmountStyle,
    source_file_id: int,
    *,
    words: Mapping[str, Sequence[str]],
    finds_totals: bool,
    filled_down: Sequence[str],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the records that are no totals, repeated headers or footers, and rejected rows for the others.

    Parameters
    ----------
    records
        The records of a sheet or file.
    rules
        How they fill tables.
    style
        How their amounts are written.
    source_file_id
        File that they were read from.
    words
        For each header the words, in lower case, by which the mapping says that a row is one of totals.
    finds_totals
        False if only these words make a total.
    filled_down
        Headers whose empty cells take the value above, once totals are left out.

    Notes
    -----
    A row whose first filled cell is a label of totals is one. Beyond that only a row is judged that is bare:
    it lacks a key or every day, and every code (if the rules have codes). It is a total by a label in another
    cell, or by an amount that is the sum of the rows since an earlier bare one, and a footer if only one
    cell is filled. A row with key and day, but without the code that others have, is a total only if it is
    the sum of two or more rows of its own key.
    """
    frame, columns = records.frame, list(records.columns)
    if frame.is_empty():
        return frame, REJECTED_RECORD.empty()
    headers = _Headers.of(rules, columns)
    judged = frame.with_columns(_facts(headers, style, frame))
    bare = judged.filter("__bare")
    reasons: list[tuple[str, pl.Expr, str, str]] = []
    if said := [pl.col(name).str.to_lowercase().is_in(list(those)) for name, those in words.items()]:
        reasons.append(("total", pl.any_horizontal(said), "a row of totals, by the mapping", _EXPECTED))
    if finds_totals:
        labelled = pl.coalesce(columns).str.contains(_LABEL) | _is_one_of(bare, _has_label(headers, columns))
        reasons.append(("total", labelled, "a row of totals, by its label", _EXPECTED))
    marked = judged.with_columns(_first_of(reasons).alias("__reason"))
    if finds_totals and headers.amounts:
        marked = _with_sums(marked, headers)
        reasons.append(("total", pl.col("__sum"), "a row of totals, by its sum", _EXPECTED))
    again = frame.filter(_repeats_header(columns[:1])).filter(_repeats_header(columns))
    filled = pl.sum_horizontal(pl.col(columns).is_not_null().cast(pl.Int64))
    is_footer = (filled == 1) & pl.lit(len(columns) >= _FEWEST_COLUMNS)
    reasons += [
        ("header", _is_one_of(again, filled > 1), "the header again", "the header once, above the records"),
        ("footer", _is_one_of(bare, is_footer), "a heading or footer: only one cell is filled", _EXPECTED),
    ]
    marked = marked.with_columns(_first_of(reasons).alias("__reason"))
    rejected = pl.concat(
        rejected_rows(
            source_file_id,
            segment,
            marked.filter(pl.col("__reason") == place),
            reason=reason,
            expected=expected,
        )
        for place, (segment, _, reason, expected) in enumerate(reasons)
    )
    is_total = pl.col("__reason").is_in(
        [place for place, (what, *_) in enumerate(reasons) if what == "total"]
    )
    below = marked.filter(~is_total.fill_null(value=False)).with_columns(pl.col(filled_down).forward_fill())
    return below.filter(pl.col("__reason").is_null()).select(frame.columns), rejected


_EXPECTED: Final = "records of claims, encounters or payments"


def _first_of(reasons: Sequence[tuple[str, pl.Expr, str, str]]) -> pl.Expr:
    """Return the place of the first reason that holds, or null."""
    return pl.coalesce(
        pl.lit(None, pl.Int64),
        *(pl.when(holds).then(pl.lit(place, pl.Int64)) for place, (_, holds, _, _) in enumerate(reasons)),
    )


def _is_one_of(rows: pl.DataFrame, holds: pl.Expr) -> pl.Expr:
    """Return whether a record is one of a few rows for which something holds."""
    return pl.col("record_number").is_in(rows.filter(holds)["record_number"].implode())


def _has_label(headers: _Headers, columns: Sequence[str]) -> pl.Expr:
    """Return whether a bare row has a label of totals.

    In columns that the mapping does not name, as descriptions of procedures, the whole cell is the label.
    """
    judged = {header for key in headers.keys for header in key} | {*headers.days, *headers.codes}
    others = [name for name in columns if name not in judged | headers.texts]
    return pl.any_horizontal(
        pl.lit(value=False),
        *(pl.col(name).str.contains(_BARE_LABEL) for name in sorted(judged)),
        *(pl.col(name).str.contains(_LABEL) for name in others),
    ).fill_null(value=False)


def _repeats_header(columns: Sequence[str]) -> pl.Expr:
    """Return whether each filled cell is the name of its column."""
    return pl.all_horizontal(
        (pl.col(name).str.to_lowercase().str.replace_all(r"\s+", " ") == name).fill_null(value=True)
        for name in columns
    )


def _facts(headers: _Headers, style: AmountStyle, frame: pl.DataFrame) -> list[pl.Expr]:
    """Return what every row is judged by: whether it is bare or has no code, and its cents."""
    never, always = pl.lit(value=False), pl.lit(value=True)
    no_key = pl.any_horizontal(never, *(pl.col(name).is_null() for key in headers.keys for name in key))
    no_day = pl.all_horizontal(pl.col(headers.days).is_null()) if headers.days else never
    is_no_code = [pl.col(name).is_null() | pl.col(name).str.contains(_BARE_LABEL) for name in headers.codes]
    no_code = pl.all_horizontal(always, *is_no_code)
    marks = {name: style.stated or decimal_mark(frame[name]) or style.proven for name in headers.amounts}
    cents = [
        (amount(pl.col(name), None, mark).cast(pl.Decimal(38, 2), strict=False) * _CENTS)
        .cast(pl.Int64, strict=False)
        .alias(f"__cents_{name}")
        for name, mark in marks.items()
    ]
    return [
        ((no_key | no_day) & no_code).fill_null(value=False).alias("__bare"),
        (no_code if headers.codes else never).alias("__no_code"),
        *cents,
    ]


def _with_sums(rows: pl.DataFrame, headers: _Headers) -> pl.DataFrame:
    """Return the rows with ``__sum``: whether an amount is the sum of the records above."""
    sums = [_is_sum_since_a_total(rows, f"__cents_{name}") for name in headers.amounts]
    if headers.keys and headers.codes:
        sums += [_is_sum_of_its_key(rows, headers.keys[0], f"__cents_{name}") for name in headers.amounts]
    together = pl.DataFrame([is_sum.alias(str(place)) for place, is_sum in enumerate(sums)])
    return rows.with_columns(together.select(pl.any_horizontal(pl.all()).alias("__sum")).to_series())


def _is_sum_since_a_total(rows: pl.DataFrame, cents: str) -> pl.Series:
    """Return whether a bare row has the sum of the records since the first, or since an earlier bare row."""
    is_apart = pl.col("__reason").is_not_null() | pl.col("__bare")
    above = pl.when(is_apart).then(0).otherwise(pl.col(cents).fill_null(0)).cum_sum()
    running = rows.select(
        (pl.col("__bare") & (pl.col(cents) != 0)).fill_null(value=False).alias("is_judged"),
        is_apart.alias("is_apart"),
        above.alias("above"),
        (above - pl.col(cents).fill_null(0)).alias("since"),
        pl.int_range(pl.len()).alias("row"),
    )
    earlier = (
        running.filter("is_apart").group_by(pl.col("above").alias("since")).agg(start=pl.col("row").min())
    )
    placed = running.join(earlier, on="since", how="left", maintain_order="left")
    is_sum = pl.col("is_judged") & (
        (pl.col("since") == 0) | (pl.col("start") < pl.col("row")).fill_null(value=False)
    )
    return placed.select(is_sum).to_series()


def _is_sum_of_its_key(rows: pl.DataFrame, key: Sequence[str], cents: str) -> pl.Series:
    """Return whether a row without a code has the sum of two or more rows above that have its key and one."""
    has_code = ~pl.col("__no_code")
    above = pl.when(has_code).then(pl.col(cents)).otherwise(0).cum_sum().over(key)
    count = has_code.cast(pl.Int64).cum_sum().over(key)
    is_sum = pl.col("__no_code") & (count > 1) & (pl.col(cents) != 0) & (pl.col(cents) == above)
    return rows.select(is_sum.fill_null(value=False)).to_series()
