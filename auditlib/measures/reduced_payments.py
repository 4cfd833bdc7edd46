"""Reduced payments, each line or stay once: what was paid as less than was billed, and never refused.

They stand beside the denied lines and never among them: a line whose latest answer refuses it is a denial.
The rows are read once; filters and bars work on that frame, so that a bar's number is the sum of its rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from auditlib.measures.appeal_levels import AppealLevel, level_of
from auditlib.measures.claim_work import with_next_level, with_work
from auditlib.measures.denial_worklist import Order
from auditlib.measures.denied_lines import Filters, require_dimensions, where
from auditlib.nearest import unknown_name
from auditlib.review.claim_entries import ClaimKey
from auditlib.review.denial_work import ENDED, WorkState
from auditlib.warehouse import Warehouse

DIMENSIONS: Final = (
    "payer_name",
    "reduction",
    "billed_code",
    "paid_code",
    "provider_id",
    "payment_month",
    "form",
    "appeal_level",
)
"""What reduced payments are counted and filtered by."""
KINDS: Final = ("code", "payment group", "units", "visit level", "bundled", "below contract")
"""What a reduction can be; of a line the first that holds."""
ORDERS: Final[Mapping[str, tuple[tuple[str, ...], list[bool]]]] = {
    "amount": (("lost_amount", "claim_id"), [True, False]),
    "deadline": (("last_appeal_date", "lost_amount", "claim_id"), [False, True, False]),
}
_MONEY: Final = pl.Decimal(18, 2)
_PAYER: Final = ("payer_id", "payer_name", "filing_code")
_SHOWN: Final = (
    *("claim_id", "encounter_id", "patient_control_number", "form", "payer_id", "payer_name", "filing_code"),
    *(
        "provider_id",
        "submit_date",
        "from_date",
        "remit_claim_id",
        "line_number",
        "reduction",
        "service_date",
    ),
    *("payment_date", "payment_month", "code_system", "billed_code", "paid_code", "billed_unit_count"),
    *(
        "paid_unit_count",
        "allowed_amount",
        "contract_amount",
        "lost_amount",
        "appeal_level",
        "last_appeal_date",
    ),
)


def reduced_payments(warehouse: Warehouse, levels: Sequence[AppealLevel]) -> pl.DataFrame:
    """Return the reduced payments of original claims to primary payers, those that lack most first.

    Parameters
    ----------
    warehouse
        Holds ``core.reduced_payment``, made at the load.
    levels
        Levels of appeal, as from `auditlib.measures.appeal_levels.read_appeal_levels`.

    Returns
    -------
    polars.DataFrame
        One row a billed line, or a stay (``line_number`` null): its claim, payer and provider, ``reduction``
        (one of `KINDS`), codes and units as billed and as paid, ``allowed_amount`` (dollars; of a stay, what
        was paid), ``contract_amount`` (null without a fee), ``lost_amount`` (null where nothing shows it),
        ``appeal_level`` and ``last_appeal_date`` of the first level of appeal (null where no table has it).
    """
    rows = warehouse.query("measures/reduced_payment")
    payers = rows.select(_PAYER).unique()
    found = [_first_level(levels, payer) for payer in payers.iter_rows(named=True)]
    of_payer = payers.with_columns(
        pl.Series("appeal_level", [None if level is None else level.level for level in found], pl.String),
        pl.Series(
            "days", [None if level is None else level.days + level.receipt_days for level in found], pl.Int64
        ),
    )
    return (
        rows.join(of_payer, on=_PAYER, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(last_appeal_date=pl.col("payment_date") + pl.duration(days="days"))
        .select(_SHOWN)
    )


def _first_level(levels: Sequence[AppealLevel], payer: Mapping[str, Any]) -> AppealLevel | None:
    return level_of(
        levels,
        1,
        payer_id=payer["payer_id"],
        payer_name=payer["payer_name"],
        filing_code=payer["filing_code"],
    )


def reduced_bars(rows: pl.DataFrame, by: Sequence[str], filters: Filters | None = None) -> pl.DataFrame:
    """Return counts and dollars of reduced payments by dimensions, costliest first.

    Parameters
    ----------
    rows
        As from `reduced_payments`.
    by
        Some of `DIMENSIONS`; empty for all together.
    filters
        For each dimension the values that are wanted, None among them for a missing one.

    Returns
    -------
    polars.DataFrame
        The dimensions, payment_count (lines and stays), claim_count, lost_amount (dollars that the payments
        lack, as far as it is known) and unpriced_count (payments of which it is not).

    Raises
    ------
    UsageError
        If a dimension or a value is none.
    """
    require_dimensions(by, DIMENSIONS)
    chosen = where(rows, filters or {}, DIMENSIONS)
    if not by:
        return chosen.select(_sums())
    return (
        chosen.group_by(list(by))
        .agg(_sums())
        .sort(
            "lost_amount",
            "payment_count",
            *by,
            descending=[True, True, *(False for _ in by)],
            nulls_last=True,
        )
    )


def reduced_claims(rows: pl.DataFrame, filters: Filters | None = None) -> pl.DataFrame:
    """Return the claims behind a bar, costliest first.

    Parameters
    ----------
    rows, filters
        As for `reduced_bars`; give each dimension of the bar with its value.

    Returns
    -------
    polars.DataFrame
        One row a claim: claim_id, patient_control_number, encounter_id, payer_name, provider_id, submit_date,
        payment_date (the latest), reductions, billed_codes, paid_codes, payment_count, lost_amount,
        unpriced_count and last_appeal_date (the earliest). They add up to the bar.

    Raises
    ------
    UsageError
        As for `reduced_bars`.
    """
    return by_claim(where(rows, filters or {}, DIMENSIONS)).select(
        *("claim_id", "patient_control_number", "encounter_id", "payer_name", "provider_id", "submit_date"),
        *("payment_date", "reductions", "billed_codes", "paid_codes", "payment_count", "lost_amount"),
        *("unpriced_count", "last_appeal_date"),
    )


def reduced_worklist(
    rows: pl.DataFrame,
    levels: Sequence[AppealLevel],
    work: Mapping[ClaimKey, WorkState],
    as_of: dt.date,
    *,
    order: Order = "amount",
) -> pl.DataFrame:
    """Return the claims with reduced payments that somebody may still work on.

    Parameters
    ----------
    rows
        As from `reduced_payments`, filtered.
    levels
        Levels of appeal; after an appeal the next one counts, from the day of the decision.
    work
        What the ledger says, as from `auditlib.review.denial_work.DenialWork.states`.
    as_of
        The day of looking.
    order
        By dollars, or by deadline; what is not known comes last.

    Returns
    -------
    polars.DataFrame
        The columns of `reduced_claims`, and rank, level, last_appeal_date, days_left, assignee, state and
        last_note. An appeal that waits for its decision has no deadline.

    Raises
    ------
    UsageError
        If there is no such order: nobody knows a chance of winning, so there are no expected dollars.
    """
    kind = "order"
    if order not in ORDERS:
        raise unknown_name(kind, order, tuple(ORDERS))
    claims = with_work(by_claim(rows).drop("last_appeal_date"), work)
    by, is_descending = ORDERS[order]
    return (
        with_next_level(claims, levels, "first_payment_date")
        .filter(~pl.col("state").is_in(ENDED))
        .sort(*by, descending=is_descending, nulls_last=True)
        .select(
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("rank"),
            *("claim_id", "patient_control_number", "payer_name", "from_date", "payment_date", "reductions"),
            *("billed_codes", "paid_codes", "payment_count", "lost_amount", "unpriced_count", "level"),
            "last_appeal_date",
            (pl.col("last_appeal_date") - pl.lit(as_of)).dt.total_days().alias("days_left"),
            *("assignee", "state", "last_note"),
        )
    )


def by_claim(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a claim with all that its reduced payments say, costliest first.

    Parameters
    ----------
    rows
        As from `reduced_payments`.
    """

    def named(column: str, name: str) -> pl.Expr:
        return pl.col(column).drop_nulls().unique().sort().str.join(", ").alias(name)

    return (
        rows.group_by("claim_id")
        .agg(
            pl.col(
                *("patient_control_number", "encounter_id", "payer_id", "payer_name", "filing_code"),
                *("provider_id", "submit_date", "from_date"),
            ).first(),
            pl.col("payment_date").max(),
            pl.col("payment_date").min().alias("first_payment_date"),
            named("reduction", "reductions"),
            named("billed_code", "billed_codes"),
            named("paid_code", "paid_codes"),
            *(one for one in _sums() if one.meta.output_name() != "claim_count"),
            pl.col("last_appeal_date").min(),
        )
        .sort("lost_amount", "claim_id", descending=[True, False])
    )


def _sums() -> tuple[pl.Expr, ...]:
    return (
        pl.len().cast(pl.Int64).alias("payment_count"),
        pl.col("claim_id").n_unique().cast(pl.Int64).alias("claim_count"),
        pl.col("lost_amount").sum().cast(_MONEY),
        pl.col("lost_amount").null_count().cast(pl.Int64).alias("unpriced_count"),
    )
