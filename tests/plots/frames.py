"""Small frames as the measures give them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl

from auditlib.measures.accuracy_trend import MonthChart, month_chart
from auditlib.measures.compared_with_rest import RestComparison, compare_with_rest
from auditlib.measures.rates import count_rates
from auditlib.measures.visit_level_change import level_changes


def accuracy() -> pl.DataFrame:
    counts = pl.DataFrame(
        {"coder_id": ["C01", "C02", "C03", "C04"], "a": [190, 60, 18, 0], "n": [200, 90, 18, 0]}
    )
    return count_rates(
        counts, "code over code", by=["coder_id"], numerator="a", denominator="n", empty="no codes"
    )


def levels() -> pl.DataFrame:
    """Visits of A before and after, and of B before only."""
    names = ["provider_id", "visit_kind", "code", "level_number", "highest_level_number"]
    names += ["patient_id", "is_after", "visit_count"]
    rows = [
        (provider, "later office visit", code, number, 4, f"{provider}{is_after}{code}{patient}", is_after, 1)
        for provider, is_after, code, number, count in (
            ("A", False, "99213", 2, 75),
            ("A", False, "99214", 3, 25),
            ("A", True, "99213", 2, 100),
            ("A", True, "99214", 3, 100),
            ("B", False, "99215", 4, 3),
        )
        for patient in range(count)
    ]
    return level_changes(pl.DataFrame(rows, schema=names, orient="row"))


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


def charts_of_a_year() -> pl.DataFrame:
    """Four charts of five codes a coder and month; C03 has two wrong in each from September on."""
    return pl.DataFrame(
        [
            {
                "encounter_id": f"{coder}-{month}-{number}",
                "coder_id": coder,
                "month": dt.date(2026, month, 1),
                "right_count": 3 if coder == "C03" and month > 8 else 5 - (number + month) % 4 // 3,
                "reviewer_code_count": 5,
            }
            for coder in ("C01", "C02", "C03")
            for month in range(1, 13)
            for number in range(4)
        ]
    )


def control_months() -> MonthChart:
    """The months of C03 as they stand on 15 December: the last one is not complete."""
    counts = charts_of_a_year().filter(coder_id="C03")
    return month_chart(counts, as_of=dt.date(2026, 12, 15), began=dt.date(2026, 9, 1))


def against_the_rest() -> RestComparison:
    return compare_with_rest(charts_of_a_year())
