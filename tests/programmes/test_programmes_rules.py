"""Templates name their sources; what follows from samples, rounds and risk categories, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from auditlib.audits.audit_plan import AuditPlan, Terms
from auditlib.cli.audit_programmes import ProgrammeName
from auditlib.errors import BadInputError, UsageError
from auditlib.programmes import find_template, templates
from auditlib.programmes.next_step import SampleFindings, next_step
from auditlib.programmes.risk_categories import category_payments, read_category_rows, validate_enrollee
from auditlib.programmes.rounds import ReviewRound, compare_rounds, difference_interval
from auditlib.programmes.template import NOT_CONFIRMED
from auditlib.sampling import Universe

DOCS = Path(__file__).parents[2] / "docs" / "programmes.md"
PAID = Universe("paid", unit="claim", is_paid_only=True)


def found(*differences: str, paid: str = "1000", units: int = 1000) -> SampleFindings:
    amounts = [Decimal(one) for one in differences]
    return SampleFindings(Decimal(paid), amounts, units, sum(one != 0 for one in amounts))


def plan(programme: str, count: int, **further: object) -> AuditPlan:
    return AuditPlan("a", programme, PAID, "simple", count, **further)  # type: ignore[arg-type]


def test_the_command_line_names_every_template() -> None:
    assert get_args(ProgrammeName) == tuple(templates())


@pytest.mark.parametrize("name", templates())
def test_a_template_prints_each_choice_with_a_numbered_source(name: str) -> None:
    template = templates()[name]
    lines = template.lines()
    assert all(choice.words in "\n".join(lines) for choice in template.choices)
    sources = {choice.source for choice in template.choices}
    sources |= {source for years in template.years for source in years.sources}
    printed = [line for line in lines if line.startswith("[")]
    assert len(printed) == len(sources)
    assert sum(NOT_CONFIRMED in line for line in printed) == sum(not one.confirmed for one in sources)
    assert all(one.dated for one in sources)
    assert template.is_extrapolated or any("Not extrapolated" in line for line in lines)


def test_the_page_lists_every_source_that_is_not_confirmed() -> None:
    page = DOCS.read_text(encoding="utf-8")
    sources = {choice.source for one in templates().values() for choice in one.choices} | {
        source for one in templates().values() for years in one.years for source in years.sources
    }
    for source in sources:
        assert (f"- {source.where}" in page) == (not source.confirmed), source.where
    assert all(f"`{name}`" in page for name in templates())


def test_exactly_five_percent_brings_a_full_sample_and_a_cent_less_does_not() -> None:
    template = find_template("cia-discovery")
    fails = next_step(template, found(*["0"] * 48, "30", "20"))
    assert fails.sample_count is not None
    assert not fails.is_finished
    assert "5.00 %" in fails.sentences[0]
    # RAT-STATS: mean 1, s = sqrt((900 + 400 - 50) / 49) = 5.0508, N = 1000:
    # (s N)^2 / ((0.25 N / 1.6449)^2 + N s^2) = 524.8.
    assert fails.sample_count == 525
    passes = next_step(template, found(*["0"] * 48, "30", "19.99"))
    assert passes.is_finished
    assert passes.sample_count is None


def test_a_full_sample_is_never_smaller_than_its_discovery_sample_nor_larger_than_the_universe() -> None:
    template = find_template("cia-discovery")
    alike = next_step(template, found(*["10"] * 50, units=5000))
    assert alike.sample_count == 50
    sparse = next_step(template, found(*["0"] * 49, "900", units=60))
    assert sparse.sample_count is not None
    assert 50 < sparse.sample_count <= 60


def test_underpayments_beyond_overpayments_pass() -> None:
    step = next_step(find_template("cia-discovery"), found("100", "-400", "0"))
    assert step.is_finished
    assert "-30.00 %" in step.sentences[0]


def test_nothing_paid_gives_no_rate() -> None:
    assert not next_step(find_template("cia-discovery"), found("0", "0", paid="0")).is_finished


@pytest.mark.parametrize(
    ("number", "goal", "expected", "is_finished"),
    [
        (1, None, "states its goal", False),
        (1, 0.25, "released", True),
        (1, 0.20, "then round 2", False),
        (3, 0.20, "refers to CMS", True),
    ],
)
def test_what_follows_a_round(number: int, goal: float | None, expected: str, *, is_finished: bool) -> None:
    step = next_step(find_template("tpe"), found("50", "0", "0", "0"), round_number=number, goal=goal)
    assert expected in step.sentences[-1]
    assert "Not extrapolated" in step.sentences[1]
    assert step.is_finished is is_finished


def test_rounds_are_compared_by_newcombes_interval() -> None:
    # Newcombe (1998), table II, example a: 56/70 against 48/80, 95 %: 0.0524 to 0.3339.
    limits = difference_interval(
        ReviewRound("1", "visits", 70, 56), ReviewRound("2", "visits", 80, 48), confidence=0.95
    )
    assert (limits.lower, limits.upper) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    fell = compare_rounds([ReviewRound("1", "visits", 40, 30), ReviewRound("2", "Visits", 40, 10)])
    assert "fell by more than chance" in fell[0]
    assert "chance" in compare_rounds([ReviewRound("1", "a", 20, 5), ReviewRound("2", "a", 20, 4)])[0]
    other = compare_rounds([ReviewRound("1", "visits", 40, 30), ReviewRound("2", "scans", 40, 10)])
    assert "not compared" in other[0]
    with pytest.raises(UsageError, match="more errors than claims"):
        difference_interval(ReviewRound("1", "a", 2, 3), ReviewRound("2", "a", 2, 0))


PAYMENTS = category_payments(
    [("36", "1600", "37 38"), ("37", "1500", "38"), ("38", "1000", ""), ("85", "2000", "")]
)


@pytest.mark.parametrize(
    ("submitted", "supported", "has_credit", "paid", "audited"),
    [
        ({"37"}, {"37": ["c1"]}, True, 1500, 1500),
        # Supported in another chart than the one it was billed for: it is validated all the same.
        ({"37"}, {"37": ["c2"]}, True, 1500, 1500),
        ({"37"}, {}, True, 1500, 0),
        # The higher one falls, and the lower one that it trumped is paid for.
        ({"37", "38"}, {"38": ["c1"]}, True, 1500, 1000),
        # A record shows the lower category instead: credit for it.
        ({"37"}, {"38": ["c1"]}, True, 1500, 1000),
        ({"37"}, {"38": ["c1"]}, False, 1500, 0),
        # An additional category counts, or is trumped by one that is validated.
        ({"38"}, {"38": ["c1"], "85": ["c1"]}, True, 1000, 3000),
        ({"37"}, {"37": ["c1"], "38": ["c1"]}, True, 1500, 1500),
        (set(), {}, True, 0, 0),
    ],
)
def test_an_enrollees_payment_follows_what_records_support(
    submitted: set[str],
    supported: Mapping[str, list[str]],
    *,
    has_credit: bool,
    paid: int,
    audited: int,
) -> None:
    result = validate_enrollee(submitted, supported, PAYMENTS, has_credit=has_credit)
    assert (result.paid_amount, result.audited_amount) == (Decimal(paid), Decimal(audited))


def test_a_table_of_payments_is_read_or_refused(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    table.write_text("category,payment_amount,trumps\n37,1500.00,38\n38,1000,\n", encoding="utf-8")
    assert category_payments(read_category_rows(table)).paid_for({"37", "38"}) == {"37"}
    for text, message in (
        ("category\n37\n", "no column 'payment_amount'"),
        ("category,payment_amount\n37,x\n", "Row 1"),
        ("category,payment_amount\n37,1\n37,2\n", "Row 2"),
        ("category,payment_amount\n37,-1\n", "Row 1"),
    ):
        table.write_text(text, encoding="utf-8")
        with pytest.raises(BadInputError, match=message):
            read_category_rows(table)
    with pytest.raises(BadInputError, match="no row for category 99"):
        PAYMENTS.payment({"99"})


@pytest.mark.parametrize(
    ("planned", "message"),
    [
        (plan("cia-discovery", 49), "fewer than 50"),
        (plan("cia-discovery", 50, spare_count=2), "2 spares"),
        (plan("sdp", 99), "fewer than 100"),
        (plan("tpe", 41), "more than 40"),
        (plan("oig", 100, universe_name=""), ""),
        (replace(plan("oig", 100), universe=Universe("all", unit="claim")), "paid nothing stay"),
        (replace(plan("cia", 100), design="stratified"), "design is stratified"),
    ],
)
def test_a_departure_needs_a_reason_and_is_printed(planned: AuditPlan, message: str) -> None:
    if not message:
        assert planned.deviations == ()
        return
    with pytest.raises(UsageError, match="departs"):
        planned.require_sound()
    excused = replace(planned, reason="The agreement says so.")
    excused.require_sound()
    last = excused.sentences()[-1]
    assert message in last
    assert "Reason: The agreement says so." in last


@pytest.mark.parametrize(
    ("planned", "message"),
    [
        (plan("pim", 100), "after a finding"),
        (plan("pim", 100, ground="high error rate", evidence=" "), "after a finding"),
        (plan("contract", 100), "terms of a contract"),
        (plan("oig", 100, terms=Terms("Contract 1")), "programme's own"),
        (plan("radv", 100), "payment year"),
        (plan("radv", 100, payment_year=2010), "no parameters for payment year 2010"),
        (plan("radv", 100, payment_year=2024, reason="a test"), "paid a year for each"),
        (plan("tpe", 30, goal=15.0), "between 0 and 1"),
        (plan("sdp", 0, reason="a test"), "at least one unit"),
    ],
)
def test_a_plan_without_what_its_programme_asks_for_is_refused(planned: AuditPlan, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        planned.require_sound()


def test_figures_follow_year_and_terms() -> None:
    assert plan("radv", 200, payment_year=2013).programme is None
    assert plan("radv", 200, payment_year=2021).programme is not None
    assert "vacated on 2025-09-25" in (plan("radv", 200, payment_year=2021).years or 0).words  # type: ignore[union-attr]
    terms = plan("contract", 80, terms=Terms("Plan A, section 4", "net", "point estimate", 0.95)).programme
    assert terms is not None
    assert (terms.demand, terms.confidence) == ("point estimate", 0.95)
    assert plan("hhs-radv", 200).programme is None
