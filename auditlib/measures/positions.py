"""Net position of every claim after all payments and reversals."""

from __future__ import annotations

import polars as pl

from auditlib.warehouse import Warehouse

POSITIONS = (
    "rejected before adjudication",
    "no answer",
    "answered and paid",
    "answered, nothing paid",
    "answered in part",
    "answered more than once",
    "taken back",
    "reversal without its payment",
)
_MONEY = (
    "charge_amount",
    "adjudicated_amount",
    "paid_amount",
    "provider_liability_amount",
    "patient_responsibility_amount",
    "other_adjustment_amount",
    "unbalanced_amount",
)


def claim_positions(warehouse: Warehouse) -> pl.DataFrame:
    """Return the net position of each claim, in US dollars; see docs/measures/claim_position.md.

    Returns
    -------
    polars.DataFrame
        One row per claim: its chain and relation, charge, sums of its payments, the unexplained rest
        (``unbalanced_amount``), and its ``position``, one of `POSITIONS`.
    """
    return warehouse.query("measures/claim_position")


def position_totals(warehouse: Warehouse) -> pl.DataFrame:
    """Return claims and dollars by position; every claim is in exactly one row.

    ``unbalanced_claim_count`` counts the claims whose payments and adjustments do not explain the charge
    that was adjudicated.
    """
    return (
        claim_positions(warehouse)
        .group_by("position")
        .agg(
            claim_count=pl.len().cast(pl.Int64),
            unbalanced_claim_count=(pl.col("unbalanced_amount") != 0).sum().cast(pl.Int64),
            **{name: pl.col(name).sum().cast(pl.Decimal(18, 2)) for name in _MONEY},
        )
        .sort(pl.col("position").cast(pl.Enum(POSITIONS)))
    )
