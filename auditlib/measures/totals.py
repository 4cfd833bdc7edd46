"""Totals of what was loaded, and payments without a claim."""

from __future__ import annotations

import polars as pl

from auditlib.measures.rates import CONFIDENCE, count_rates, total_by
from auditlib.warehouse import Warehouse

UNMATCHED_PAYMENTS = "unmatched payments"


def file_totals(warehouse: Warehouse) -> pl.DataFrame:
    """Return totals of the loaded files by format: transactions, encounters, claims, money, rejects."""
    return warehouse.query("queries/files/loaded_totals")


def claim_totals(warehouse: Warehouse) -> pl.DataFrame:
    """Return the claims in ``core`` by form: claims of each kind, lines, and charges by claim and by line.

    ``original_claim_count`` is the number of claims whose outcome the measures follow; the other claims are
    replacements, voids, resubmissions, and claims to a later payer.
    """
    return warehouse.query("measures/claim_total")


def unmatched_payments(warehouse: Warehouse, *, confidence: float = CONFIDENCE) -> pl.DataFrame:
    """Return, for each payer, the rate of claim payments without a loaded claim.

    Returns
    -------
    polars.DataFrame
        Rates with the dimensions payer_id, payer_name, unmatched_paid_amount and reasons.
    """
    payments = warehouse.query("measures/payment_total")
    unmatched = ~pl.col("is_matched")
    nothing = pl.lit(0, pl.Decimal(18, 2))
    counted = (
        payments.with_columns(
            unmatched_count=pl.when(unmatched).then(pl.col("payment_count")).otherwise(0),
            unmatched_paid_amount=pl.when(unmatched).then(pl.col("paid_amount")).otherwise(nothing),
            reason=pl.when(unmatched).then(pl.col("link_method").str.strip_prefix("unmatched: ")),
        )
        .group_by("payer_id")
        .agg(
            pl.col("payer_name").min(),
            pl.col("unmatched_count", "payment_count").sum(),
            pl.col("unmatched_paid_amount").sum().cast(pl.Decimal(18, 2)),
            pl.col("reason").drop_nulls().unique().sort().str.join("; ").alias("reasons"),
        )
        .sort("payer_id")
    )
    return count_rates(
        counted,
        UNMATCHED_PAYMENTS,
        by=["payer_id", "payer_name", "unmatched_paid_amount", "reasons"],
        numerator="unmatched_count",
        denominator="payment_count",
        empty="no payment was loaded",
        confidence=confidence,
    )


def matching_methods(warehouse: Warehouse) -> pl.DataFrame:
    """Return the claim payments by how they were matched to claims, or why not."""
    payments = warehouse.query("measures/payment_total")
    return total_by(
        payments, ["is_matched", "link_method"], ["payment_count", "charge_amount", "paid_amount"]
    )
