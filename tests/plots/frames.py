"""Small frames as the measures give them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl

from auditlib.measures.rates import count_rates


def accuracy() -> pl.DataFrame:
    counts = pl.DataFrame(
        {"coder_id": ["C01", "C02", "C03", "C04"], "a": [190, 60, 18, 0], "n": [200, 90, 18, 0]}
    )
    return count_rates(
        counts, "code over code", by=["coder_id"], numerator="a", denominator="n", empty="no codes"
    )


def errors() -> pl.DataFrame:
    counts = pl.DataFrame({"error_kind": ["wrong code", "POA"], "a": [3, 1], "n": [4, 4]})
    return count_rates(
        counts, "share of errors", by=["error_kind"], numerator="a", denominator="n", empty="none"
    )


def reasons(count: int = 3) -> pl.DataFrame:
    labels = ["No authorization", "unmapped", *(f"Reason {number}" for number in range(3, count + 1))][:count]
    return pl.DataFrame(
        {
            "reason_label": labels,
            "denial_category": ["authorization", "unmapped", *["coding"] * (count - 2)],
            "reason_codes": ["CO-197", "CO-X99", *["" for _ in range(count - 2)]],
            "denied_count": list(range(count, 0, -1)),
            "denied_amount": [Decimal(100 * number) for number in range(count, 0, -1)],
            "overturned_count": [1] * count,
        }
    )


def months() -> pl.DataFrame:
    counts = pl.DataFrame(
        {
            "payer_id": ["P01", "P01", "P02"],
            "payer_name": ["Harbor", "Harbor", "Cedar"],
            "month": [dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 1, 1)],
            "a": [2, 9, 0],
            "n": [40, 50, 0],
        }
    )
    names = ["payer_id", "payer_name", "month"]
    rates = count_rates(counts, "initial denial rate", by=names, numerator="a", denominator="n", empty="none")
    return rates.with_columns(rate_with_unmapped="rate")


def flow() -> pl.DataFrame:
    rows = [
        ("paid", "not reworked", "paid", 90, Decimal("9000.50")),
        ("denied", "not reworked", "denied", 6, Decimal(600)),
        ("denied", "reworked", "paid", 3, Decimal(300)),
        ("no response yet", "not reworked", "no response yet", 1, Decimal(100)),
    ]
    names = ["first_response", "rework", "final_outcome", "claim_count", "charge_amount"]
    return pl.DataFrame(rows, schema=names, orient="row")
