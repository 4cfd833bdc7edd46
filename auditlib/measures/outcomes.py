"""Claim outcomes: from submission through first response and rework to the latest outcome."""

from __future__ import annotations

import polars as pl

from auditlib.warehouse import Warehouse

RESPONSES = ("paid", "partly denied", "denied", "unpaid, reason unmapped", "no response yet")
OUTCOMES = ("paid", "partly denied", "denied", "unpaid, reason unmapped", "reversed", "no response yet")


def outcome_flow(warehouse: Warehouse) -> pl.DataFrame:
    """Return the paths of the original claims to the primary payer, each claim on exactly one.

    Returns
    -------
    polars.DataFrame
        first_response, rework ('reworked' or 'not reworked'), final_outcome, claim_count, charge_amount,
        denied_amount and paid_amount, in the order of the claims' path. The counts add up
        to the rows of ``mart.claim_outcome``, which are the original claims.
    """
    paths = warehouse.query("measures/outcome_flow")
    response, outcome = pl.Enum(RESPONSES), pl.Enum(OUTCOMES)
    return (
        paths.with_columns(
            rework=pl.when(pl.col("is_reworked")).then(pl.lit("reworked")).otherwise(pl.lit("not reworked")),
        )
        .select(
            "first_response",
            "rework",
            "final_outcome",
            "claim_count",
            "charge_amount",
            "denied_amount",
            "paid_amount",
        )
        .sort(
            pl.col("first_response").cast(response),
            pl.col("rework"),
            pl.col("final_outcome").cast(outcome),
        )
    )
