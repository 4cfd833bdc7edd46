"""The usual metrics on a history counted by hand, and why two totals of denied dollars differ."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from auditlib.errors import UsageError
from auditlib.measures.claim_waits import (
    claim_waits,
    cohorts,
    first_answers_over_time,
    last_known_day,
    time_to_settlement,
)
from auditlib.measures.denial_metrics import Ledgered, aged_denials, denial_metrics, why_totals_differ
from auditlib.measures.denied_lines import denied_lines
from auditlib.warehouse import Warehouse
from tests.measures.story import Cas, Claim, Payment, Story, money, tell

JAN, FEB, MAR, APR = (dt.date(2026, month, 10) for month in (1, 2, 3, 4))
LAST_OF_APRIL = dt.date(2026, 4, 30)
REFUSED, PAID = [Cas("CO", "197", 100)], [Cas("CO", "45", 20)]


@pytest.fixture
def history(warehouse: Warehouse) -> Warehouse:
    """Six claims of January to March: two denied in April, one of them paid after a reversal; one open.

    One is paid and refused as a duplicate, one paid and then taken back.
    """
    story = Story(
        [
            Claim("E1", submit=JAN),
            Claim("E2", submit=FEB),
            Claim("E3", submit=MAR),
            Claim("E3", submit=APR),
            Claim("E4", submit=MAR),
            Claim("E5", submit=MAR),
            Claim("E6", submit=MAR),
        ],
        [
            Payment(dt.date(2026, 4, 1), 0, REFUSED, number="E1"),
            Payment(dt.date(2026, 4, 11), 0, [Cas("CO", "197", -100)], number="E1", status="22", charge=-100),
            Payment(dt.date(2026, 4, 11), 80, PAID, number="E1"),
            Payment(dt.date(2026, 4, 20), 0, REFUSED, number="E2"),
            Payment(dt.date(2026, 3, 20), 80, PAID, number="E3"),
            Payment(dt.date(2026, 4, 25), 0, [Cas("CO", "18", 100)], number="E3"),
            Payment(dt.date(2026, 3, 20), 80, PAID, number="E4"),
            Payment(dt.date(2026, 4, 5), -80, [Cas("CO", "45", -20)], number="E4", status="22", charge=-100),
            Payment(dt.date(2026, 4, 5), 0, REFUSED, number="E4"),
            Payment(dt.date(2026, 3, 30), 80, PAID, number="E5"),
        ],
    )
    tell(
        warehouse,
        story,
        wanted=frozenset({"mart.denied_line", "mart.claim_outcome", "core.front_end_rejection"}),
    )
    return warehouse


def named(metrics: pl.DataFrame, start: str) -> tuple[object, ...]:
    (row,) = metrics.filter(pl.col("metric").str.starts_with(start)).iter_rows(named=True)
    return row["numerator"], row["denominator"], row["value"]


def test_each_metric_divides_what_it_says(history: Warehouse) -> None:
    metrics = denial_metrics(history, LAST_OF_APRIL)
    # Two first denials in April over six claims sent in January to March: two a month.
    assert named(metrics, "initial denial rate by claims") == (2, 2, 100)
    assert named(metrics, "initial denial rate by charges") == (200, 200, 100)
    # Four weeks to April 30 begin after April 2: E1 paid, E2 and E4 refused; the duplicate is left out.
    assert named(metrics, "primary denial rate") == (2, 3, pytest.approx(200 / 3))
    assert named(metrics, "initial denials overturned") == (1, 2, 50)
    assert named(metrics, "clean claims") == (3, 5, 60)
    assert named(metrics, "first-pass resolution") == (2, 5, 40)
    assert named(metrics, "initially denied dollars") == (200, 500, 40)
    # Of the two denied at first one is paid after 10 days: half of them.
    assert named(metrics, "days from initial denial to resolution") == (1, 2, 10)
    # Settled after 91, 10 and 20 days; E2, E4 and E6 are open for 79, 51 and 51.
    assert named(metrics, "days to pay")[:2] == (3, 6)
    assert metrics["date_basis"].null_count() == 0
    for start in ("denial write-offs", "days from initial denial to appeal"):
        assert named(metrics, start)[2] is None
    reasons = dict(metrics.select("metric", "undefined_reason").rows())
    assert [reason for name, reason in reasons.items() if name.startswith("denial write-offs")] == [
        "no write-off is recorded"
    ]


def test_what_only_the_user_knows(history: Warehouse) -> None:
    claim_id = denied_lines(history)["claim_id"][0]
    appeals = pl.DataFrame({"claim_id": [claim_id], "appeal_date": [dt.date(2026, 4, 6)]})
    known = Ledgered(appeals, Decimal(50), Decimal(1000))
    metrics = denial_metrics(history, LAST_OF_APRIL, ledgered=known)
    assert named(metrics, "denial write-offs") == (50, 1000, 5)
    assert named(metrics, "days from initial denial to appeal") == (1, 1, 5)


def test_the_metrics_of_an_empty_workspace(warehouse: Warehouse) -> None:
    assert denial_metrics(warehouse).is_empty()
    assert last_known_day(claim_waits(warehouse)) is None


def test_why_two_totals_of_denied_dollars_differ(history: Warehouse) -> None:
    steps = why_totals_differ(history)
    assert steps.select("claim_count", "denied_amount").rows() == [
        (2, money(200)),
        (1, money(100)),
        (0, money(0)),
        (1, money(100)),
        (4, money(400)),
    ]
    assert "duplicate" in steps["step"][3]


def test_denials_that_are_not_paid_by_age(history: Warehouse) -> None:
    ages = aged_denials(denied_lines(history), dt.date(2026, 5, 10))
    assert ages.select("age_band", "line_count", "denied_amount").rows() == [
        ("0-30", 1, money(100)),
        ("31-60", 1, money(100)),
        *((band, 0, money(0)) for band in ("61-90", "91-120", "over 120", "no date")),
    ]


def test_open_claims_stay_in_the_curves(history: Warehouse) -> None:
    waits = claim_waits(history)
    curve = time_to_settlement(waits, LAST_OF_APRIL)
    assert curve.select("day", "at_risk_count", "settled_count").rows() == [
        (0, 6, 0),
        (10, 6, 1),
        (20, 5, 1),
        (91, 1, 1),
    ]
    answers = first_answers_over_time(waits, LAST_OF_APRIL, by="month")
    shares = ("paid_share", "partly_denied_share", "denied_share", "unmapped_share", "open_share")
    assert answers.select(pl.sum_horizontal(shares)).to_series().to_list() == pytest.approx(
        [1] * answers.height
    )
    march = answers.filter(pl.col("group") == "2026-03").row(-1, named=True)
    assert (march["claim_count"], march["paid_share"]) == (4, pytest.approx(0.75))


def test_a_month_is_complete_when_its_last_claim_is_old_enough(history: Warehouse) -> None:
    found = cohorts(claim_waits(history), LAST_OF_APRIL)
    names = ("claim_count", "answered_count", "denied_count", "settled_count", "is_complete")
    rows = {
        (row["month"].month, row["within_days"]): tuple(row[name] for name in names)
        for row in found.to_dicts()
    }
    assert rows[3, 30] == (4, 3, 0, 2, True)
    assert rows[3, 60][-1] is False
    assert rows[1, 90] == (1, 1, 1, 0, True)
    assert rows[1, 120] == (1, 1, 1, 1, False)


def test_a_day_of_looking_before_the_last_answer_is_refused(history: Warehouse) -> None:
    with pytest.raises(UsageError, match="before the last day"):
        cohorts(claim_waits(history), MAR)
