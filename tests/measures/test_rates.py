from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from auditlib.measures.rates import NOT_A_SAMPLE, amount_shares, count_rates, total_by

COLUMNS = [
    "measure", "payer_id", "numerator_count", "denominator_count", "rate", "lower", "upper", "confidence",
    "interval_method", "undefined_reason",
]  # fmt: skip


def test_a_rate_carries_its_counts_interval_and_method() -> None:
    counts = pl.DataFrame({"payer_id": ["P01", "P02"], "part": [81, 0], "whole": [263, 0]})
    rates = count_rates(
        counts, "m", by=["payer_id"], numerator="part", denominator="whole", empty="nothing came"
    )
    assert rates.columns == COLUMNS
    first, second = rates.to_dicts()
    # Newcombe 1998, table I: 81/263, score method without continuity correction.
    assert (first["rate"], first["lower"], first["upper"]) == pytest.approx(
        (0.3080, 0.2553, 0.3662), abs=5e-5
    )
    assert (first["confidence"], first["interval_method"], first["undefined_reason"]) == (
        0.95,
        "Wilson",
        None,
    )
    assert second["undefined_reason"] == "nothing came"
    assert [second[name] for name in ("rate", "lower", "upper", "confidence", "interval_method")] == [
        None
    ] * 5


def test_a_share_of_money_is_exact_and_has_no_interval() -> None:
    amounts = pl.DataFrame({"part": [Decimal("0.10"), Decimal(0)], "whole": [Decimal("0.40"), Decimal(0)]})
    rates = amount_shares(amounts, "m", by=[], numerator="part", denominator="whole", empty="nothing came")
    first, second = rates.to_dicts()
    assert (first["rate"], first["lower"], first["interval_method"]) == (0.25, None, NOT_A_SAMPLE)
    assert (second["rate"], second["interval_method"], second["undefined_reason"]) == (
        None,
        None,
        "nothing came",
    )
    assert rates.schema["numerator_amount"] == amounts.schema["part"]


def test_no_dimension_gives_one_row_even_of_nothing() -> None:
    empty = pl.DataFrame(schema={"part": pl.Int64, "whole": pl.Int64})
    totals = total_by(empty, [], ["part", "whole"])
    assert totals.rows() == [(0, 0)]
    assert count_rates(totals, "m", by=[], numerator="part", denominator="whole", empty="e").height == 1
