"""Claim outcomes: from submission through first response and rework to the latest outcome."""

from __future__ import annotations

import polars as pl

from auditlib.measures.rates import CONFIDENCE, count_rates
from auditlib.warehouse import Warehouse

REJECTED = "rejected before adjudication"
UNMAPPED = "unpaid, reason unmapped"
RESPONSES = (REJECTED, "paid", "partly denied", "denied", UNMAPPED, "no response yet")
OUTCOMES = ("paid", "partly denied", "denied", UNMAPPED, "reversed", REJECTED, "no response yet")
CLEAN_CLAIM_RATE = "clean claims"


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


def clean_claim_rate(warehouse: Warehouse, *, confidence: float = CONFIDENCE) -> pl.DataFrame:
    """Return the share of answered claims that were paid at first: neither rejected nor denied, even in part.

    A claim that a front end rejected counts as answered here, and in no denial rate.

    Returns
    -------
    polars.DataFrame
        One rate, with front_end_rejected_count and denied_or_unmapped_count, as from
        `auditlib.measures.rates.count_rates`.
    """
    flow = outcome_flow(warehouse)
    counted = pl.select(
        clean_count=_claims(flow, "paid"),
        front_end_rejected_count=_claims(flow, REJECTED),
        denied_or_unmapped_count=_claims(flow, "denied", "partly denied", UNMAPPED),
    )
    return count_rates(
        counted.with_columns(
            answered_count=pl.sum_horizontal(
                "clean_count", "front_end_rejected_count", "denied_or_unmapped_count"
            )
        ),
        CLEAN_CLAIM_RATE,
        by=["front_end_rejected_count", "denied_or_unmapped_count"],
        numerator="clean_count",
        denominator="answered_count",
        empty="no claim has been answered or rejected",
        confidence=confidence,
    )


def _claims(flow: pl.DataFrame, *responses: str) -> pl.Expr:
    return pl.lit(flow.filter(pl.col("first_response").is_in(responses))["claim_count"].sum(), pl.Int64)
