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


def where(lines: pl.DataFrame, filters: Filters) -> pl.DataFrame:
    """Return the lines that all filters let through.

    Parameters
    ----------
    lines
        As from `denied_lines`.
    filters
        For each dimension the values that are wanted, None among them for a missing one.

    Raises
    ------
    UsageError
        If a dimension is not one of `DIMENSIONS`, or the values of one are a single text.
    """
    _require_dimensions(filters)
    for name, values in filters.items():
        if isinstance(values, str):
            message = f"The values of '{name}' are one text."
            raise UsageError(message, hint=f"Give a list, as {{'{name}': ['{values}']}}.")
        wanted = pl.Series(list(values), dtype=lines.schema[name], strict=False)
        lines = lines.filter(pl.col(name).is_in(wanted.implode(), nulls_equal=True))
    return lines


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
    _require_dimensions(by)
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
    # A line that no adjustment explains has no reason, and a claim of such lines an empty list.
    reason = pl.concat_str(pl.col("group_code") + "-", "reason_code", ignore_nulls=True)
    reasons = reason.filter(pl.col("reason_code").is_not_null())
    return (
        chosen.group_by("claim_id")
        .agg(
            pl.col(
                "patient_control_number", "encounter_id", "payer_name", "provider_id", "submit_date"
            ).first(),
            pl.col("denial_date").min(),
            pl.col("code").drop_nulls().unique().sort().str.join(", ").alias("codes"),
            reasons.unique().sort().str.join(", ").alias("reason_codes"),
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


def _require_dimensions(names: Iterable[str]) -> None:
    kind = "dimension"
    for name in names:
        if name not in DIMENSIONS:
            raise unknown_name(kind, name, DIMENSIONS)
