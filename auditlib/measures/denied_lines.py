"""Denied lines, each once: bars by any of their dimensions, and the rows and claims behind each bar.

The rows of ``mart.denied_line`` are read once; filters and bars work on that frame, so that a bar's number
and the rows that it leads to are of the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from auditlib.errors import UsageError
from auditlib.nearest import unknown_name
from auditlib.warehouse import Warehouse

DIMENSIONS: Final = (
    "payer_name",
    "denial_category",
    "reason_label",
    "reason_code",
    "group_code",
    "code",
    "provider_id",
    "denial_month",
    "submit_month",
    "form",
    "hardness",
    "stated_ground",
    "owner",
    "is_preventable",
    "check_state",
    "final_state",
    "is_initial",
)
"""What denied lines are counted and filtered by."""

PAID: Final = "paid"
_MONEY: Final = pl.Decimal(18, 2)
_HELD: Final = {pl.Boolean: "true and false", pl.Date: "days; a month is its first"}

Filters = Mapping[str, Sequence[Any]]


def denied_lines(warehouse: Warehouse) -> pl.DataFrame:
    """Return the denied lines of original claims to primary payers, each once.

    Returns
    -------
    polars.DataFrame
        One row a line, with its first denial (``denial_date``, ``reason_code``, ``denied_amount`` in dollars
        of charge, ...), its latest (``latest_denial_date``, ``latest_reason_code``) and ``final_state``, what
        the latest answer that stands says. ``line_number`` is null for what was denied of a claim beyond its
        lines. Columns as in ``auditlib/sql/measures/denied_line.sql``.
    """
    return warehouse.query("measures/denied_line")


def where(lines: pl.DataFrame, filters: Filters, dimensions: Sequence[str] = DIMENSIONS) -> pl.DataFrame:
    """Return the lines that all filters let through.

    Parameters
    ----------
    lines
        As from `denied_lines`.
    filters
        For each dimension the values that are wanted, None among them for a missing one.
    dimensions
        What may be filtered by.

    Raises
    ------
    UsageError
        If a dimension is not one of them, or the values of one are a single text.
    """
    require_filters(filters, dimensions)
    for name, values in filters.items():
        lines = lines.filter(pl.col(name).is_in(_wanted(name, values, lines.schema[name]), nulls_equal=True))
    return lines


def require_filters(filters: Filters, dimensions: Sequence[str]) -> None:
    """Raise if filters are of an unknown dimension, or give one text for a list of values.

    Raises
    ------
    UsageError
        The message names the dimension and what is valid.
    """
    require_dimensions(filters, dimensions)
    for name, values in filters.items():
        if isinstance(values, str):
            message = f"The values of '{name}' are one text."
            raise UsageError(message, hint=f"Give a list, as {{'{name}': ['{values}']}}.")


def _wanted(name: str, values: Sequence[Any], kind: pl.DataType) -> pl.Series:
    """Return the values of a filter as the column holds them; one that it cannot hold is no missing one."""
    wanted = pl.Series(list(values), dtype=kind, strict=False)
    unread = [value for value, read in zip(values, wanted, strict=True) if read is None and value is not None]
    if unread:
        message = f"'{unread[0]}' is no value of '{name}'."
        raise UsageError(message, hint=f"It holds {_HELD.get(kind.base_type(), 'texts')}.")
    return wanted.implode()


def reason_number() -> pl.Expr:
    """Return group and reason of lines as a remittance writes them, CO-197; null where no reason is given."""
    number = pl.concat_str(pl.col("group_code") + "-", "reason_code", ignore_nulls=True)
    return pl.when(pl.col("reason_code").is_not_null()).then(number)


def bars(lines: pl.DataFrame, by: Sequence[str], filters: Filters | None = None) -> pl.DataFrame:
    """Return counts and dollars of denied lines by dimensions, costliest first.

    Parameters
    ----------
    lines
        As from `denied_lines`.
    by
        Some of `DIMENSIONS`; empty for all lines together.
    filters
        As for `where`.

    Returns
    -------
    polars.DataFrame
        The dimensions, line_count, claim_count, denied_amount (dollars of charge, by the first denial) and
        not_paid_amount (of the lines whose final state is not paid).

    Raises
    ------
    UsageError
        As for `where`.
    """
    require_dimensions(by, DIMENSIONS)
    chosen = where(lines, filters or {})
    sums = (
        pl.len().cast(pl.Int64).alias("line_count"),
        pl.col("claim_id").n_unique().cast(pl.Int64).alias("claim_count"),
        pl.col("denied_amount").sum().cast(_MONEY),
        _not_paid(),
    )
    if not by:
        return chosen.select(sums)
    return (
        chosen.group_by(list(by))
        .agg(sums)
        .sort(
            "denied_amount",
            "line_count",
            *by,
            descending=[True, True, *(False for _ in by)],
            nulls_last=True,
        )
    )


def claims_of(lines: pl.DataFrame, filters: Filters | None = None) -> pl.DataFrame:
    """Return the claims behind a bar or a cell, costliest first.

    Parameters
    ----------
    lines, filters
        As for `where`; give each dimension of the bar with its value.

    Returns
    -------
    polars.DataFrame
        One row a claim: claim_id, patient_control_number, encounter_id, payer_name, provider_id,
        submit_date, denial_date (the earliest), codes, reason_codes, line_count, denied_amount,
        not_paid_amount and final_states. Counts and dollars are of the filtered lines only, so that they add
        up to those of the bar.

    Raises
    ------
    UsageError
        As for `where`.
    """
    chosen = where(lines, filters or {})
    return (
        chosen.group_by("claim_id")
        .agg(
            pl.col(
                "patient_control_number", "encounter_id", "payer_name", "provider_id", "submit_date"
            ).first(),
            pl.col("denial_date").min(),
            pl.col("code").drop_nulls().unique().sort().str.join(", ").alias("codes"),
            reason_number().drop_nulls().unique().sort().str.join(", ").alias("reason_codes"),
            pl.len().cast(pl.Int64).alias("line_count"),
            pl.col("denied_amount").sum().cast(_MONEY),
            _not_paid(),
            pl.col("final_state").unique().sort().str.join(", ").alias("final_states"),
        )
        .sort("denied_amount", "claim_id", descending=[True, False])
    )


def _not_paid() -> pl.Expr:
    return (
        pl.col("denied_amount")
        .filter(pl.col("final_state") != PAID)
        .sum()
        .cast(_MONEY)
        .alias("not_paid_amount")
    )


def require_dimensions(names: Iterable[str], dimensions: Sequence[str]) -> None:
    """Raise if a name is none of the dimensions.

    Raises
    ------
    UsageError
        The message names the nearest.
    """
    kind = "dimension"
    for name in names:
        if name not in dimensions:
            raise unknown_name(kind, name, dimensions)
