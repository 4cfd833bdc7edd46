from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.stats.estimators.programmes import (
    CERT,
    CIA,
    OIG,
    PIM,
    PROGRAMMES,
    SDP,
    Netting,
    financial_error_rate,
    full_sample_size,
    net_differences,
    overpayment,
)
from auditlib.stats.estimators.variable_appraisal import ValueStratum

DIFFERENCES = [100.0] * 12 + [-200.0] + [0.0] * 37
STRATA = [ValueStratum(DIFFERENCES, 1000)]


def test_one_sample_five_answers() -> None:
    demands = {name: overpayment(STRATA, programme=rule).demand for name, rule in PROGRAMMES.items()}
    assert demands["CIA"] == pytest.approx(20_000)
    assert demands["SDP"] == pytest.approx(24_000)
    assert demands["CERT"] == pytest.approx(28_000)
    assert round(demands["PIM"]) == 10_429
    assert demands["OIG"] < demands["PIM"]


def test_one_sided_ninety_is_the_lower_limit_of_two_sided_eighty() -> None:
    finding = overpayment(STRATA, programme=PIM)
    assert finding.demand == pytest.approx(finding.estimate.interval(0.80).lower)
    oig = overpayment(STRATA, programme=OIG)
    assert oig.demand == pytest.approx(oig.estimate.interval(0.90).lower)


def test_the_rule_travels_with_the_figure() -> None:
    finding = overpayment(STRATA, programme=SDP)
    assert finding.programme is SDP
    assert not finding.is_sample_large_enough
    assert "small sample" in {caution.rule for caution in finding.estimate.cautions}
    assert overpayment(STRATA, programme=CIA).is_sample_large_enough


def test_a_negative_limit_demands_nothing() -> None:
    finding = overpayment([ValueStratum([50.0, -60.0, 0.0, 0.0], 100)], programme=PIM)
    assert finding.interval.lower < 0
    assert finding.demand == 0


def test_a_demand_is_never_below_what_the_sample_itself_found() -> None:
    finding = overpayment([ValueStratum([50.0, -40.0, 0.0, 0.0], 100)], programme=PIM)
    assert finding.interval.lower < 0
    assert finding.demand == 10


def test_strata_use_normal_limits_unless_told_otherwise() -> None:
    strata = [*STRATA, ValueStratum([5.0, 9.0, 1.0], 60)]
    assert overpayment(strata, programme=OIG).estimate.degrees_of_freedom is None
    assert overpayment(strata, programme=OIG, limits="t").estimate.degrees_of_freedom == 51
    with pytest.raises(UsageError, match="At least one"):
        overpayment([], programme=OIG)


@pytest.mark.parametrize(
    ("netting", "expected"),
    [("net", [5.0, -3.0, 0.0]), ("overpayments only", [5.0, 0.0, 0.0]), ("gross", [5.0, 3.0, 0.0])],
)
def test_netting(netting: Netting, expected: list[float]) -> None:
    assert net_differences([5.0, -3.0, 0.0], netting=netting) == expected


@pytest.mark.parametrize(
    ("net", "answer"),
    [("999.99", "no"), ("1000.00", "full sample"), ("1000.01", "full sample"), ("-50", "no")],
)
def test_five_percent_is_decided_to_the_cent(net: str, answer: str) -> None:
    rate = financial_error_rate(Decimal(net), Decimal(20_000))
    assert rate.is_full_sample_required == (answer == "full sample")


@settings(deadline=None)
@given(st.integers(1, 10**9))
def test_exactly_five_percent_always_requires_a_full_sample(cents: int) -> None:
    paid = Decimal(cents * 20) / 100
    assert financial_error_rate(Decimal(cents) / 100, paid).is_full_sample_required
    assert not financial_error_rate(Decimal(cents - 1) / 100, paid).is_full_sample_required


def test_full_sample_after_the_discovery_sample() -> None:
    assert full_sample_size(DIFFERENCES, universe_count=1000).count == 123
    with pytest.raises(UsageError, match="mean of 0"):
        full_sample_size([-5.0, 0.0, 0.0], universe_count=1000)


def test_a_rate_of_nothing_paid_is_refused() -> None:
    with pytest.raises(UsageError, match="above 0"):
        financial_error_rate(Decimal(5), Decimal(0))


def test_every_programme_names_its_authority() -> None:
    assert all(rule.authority and rule.missing_record_rule for rule in PROGRAMMES.values())
    assert CERT.netting == "gross"
