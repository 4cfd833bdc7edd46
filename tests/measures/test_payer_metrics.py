"""One payer beside all others: shares and days of made claims that are counted by hand."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from auditlib.errors import UsageError
from auditlib.measures.payer_metrics import payer_ids, payer_metrics

SENT = dt.date(2026, 1, 1)
AS_OF = dt.date(2026, 6, 1)


def claim(payer: tuple[str, str], first: str, final: str, days: int | None) -> dict[str, object]:
    answered = None if first == "no response yet" else SENT + dt.timedelta(days=10)
    return {
        "payer_id": payer[0],
        "payer_name": payer[1],
        "submit_date": SENT,
        "charge_amount": 100.0,
        "first_response": first,
        "first_response_date": answered,
        "is_reworked": False,
        "final_outcome": final,
        "settled_date": None if days is None else SENT + dt.timedelta(days=days),
        "first_denial_date": answered if "denied" in first else None,
        "initial_denied_amount": 100.0 if first == "denied" else 0.0,
    }


OWN, OTHER, NAMELESS = ("P1", "Cedar"), ("P2", "Harbor"), ("unknown", "unknown")
WAITS = pl.DataFrame(
    [
        claim(OWN, "denied", "paid", 40),
        claim(OWN, "denied", "denied", None),
        claim(OWN, "partly denied", "partly denied", 10),
        claim(OWN, "paid", "paid", 20),
        claim(OWN, "no response yet", "no response yet", None),
        claim(OTHER, "paid", "paid", 10),
        claim(OTHER, "denied", "paid", 30),
        claim(NAMELESS, "paid", "paid", 10),
    ],
    infer_schema_length=None,
)


def row(metrics: pl.DataFrame, start: str) -> dict[str, object]:
    return metrics.filter(pl.col("metric").str.starts_with(start)).row(0, named=True)


def test_each_metric_stands_beside_that_of_all_others() -> None:
    metrics = payer_metrics(WAITS, payer_ids(WAITS, " cedar "), AS_OF)
    denied = row(metrics, "denied in full or in part")
    assert (denied["numerator"], denied["denominator"], denied["value"]) == (3, 4, 75)
    assert (denied["others_numerator"], denied["others_denominator"]) == (1, 3)
    assert row(metrics, "denied in full,")["numerator"] == 2
    overturned = row(metrics, "initial denials overturned")
    assert (overturned["numerator"], overturned["denominator"]) == (1, 3)
    # Of five claims three are settled, on days 10, 20 and 40: half of them by day 40.
    assert row(metrics, "days to pay")["value"] == 40
    assert row(metrics, "days to pay")["others_value"] == 10


def test_a_payer_is_named_by_name_or_identifier_and_an_unknown_one_is_refused() -> None:
    assert payer_ids(WAITS, "p2") == ["P2"]
    assert payer_ids(WAITS, "unknown") == ["unknown"]
    with pytest.raises(UsageError, match="Harbour"):
        payer_ids(WAITS, "Harbour")
    with pytest.raises(UsageError, match="No claim of a payer"):
        payer_ids(WAITS.clear(), "Cedar")


def test_what_no_claim_tells_is_undefined_with_its_reason() -> None:
    metrics = payer_metrics(WAITS.filter(payer_id="P1"), ["P1"], AS_OF)
    assert row(metrics, "denied in full,")["others_value"] is None
    open_only = payer_metrics(WAITS.filter(first_response="no response yet"), ["P1"], AS_OF)
    assert row(open_only, "denied in full,")["undefined_reason"] == "no claim has been answered"
