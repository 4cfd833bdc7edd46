"""Denials beside checks and audits, each against a plain-Python count of the same rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from statistics import fmean

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.measures.audited_and_denied import (
    audited_against_denied,
    audited_claims,
    cost_of_errors,
)
from auditlib.measures.check_history import back_test
from auditlib.measures.claim_waits import claim_waits
from auditlib.measures.denials_by_check import denials_by_check, denials_without_named
from auditlib.stats.comparison.mean_difference import mean_difference_interval, mean_interval
from auditlib.warehouse import Warehouse
from auditlib.workbench import Workbench
from tests.made_once import demo_workspace
from tests.measures.story import Cas, Claim, Payment, Story, tell
from tests.tables import empty

FEB, MAR = dt.date(2026, 2, 1), dt.date(2026, 3, 1)
SENT = dt.date(2026, 1, 10)
WANTED = frozenset({"mart.claim_outcome", "mart.denied_line"})
CHECKS_OF: dict[str, tuple[str | None, ...]] = {
    "16": ("DX-01", "DX-22"),
    "146": ("DX-01", "DX-03"),
    "197": (None,),
    "50": (None,),
}
SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)


def test_the_difference_of_students_two_soporifics() -> None:
    # Student's data (1908); R's t.test(extra ~ group, data = sleep): -3.3654832 to 0.2054832.
    found = mean_difference_interval(*SLEEP)
    assert (found.lower, found.upper) == pytest.approx((-3.3654832, 0.2054832), abs=1e-6)
    # By hand: 0.75 -+ 2.262157 * 1.78901 / sqrt(10).
    one = mean_interval(SLEEP[0])
    assert (one.lower, one.upper) == pytest.approx((-0.5297804, 2.0297804), abs=1e-6)
    assert mean_difference_interval([1, 1], [0, 0]).lower == 1


def finding(check_id: str, number: int, claim_id: int) -> dict[str, object]:
    neutral = {"code_system": "ICD-10-CM", "code": "I10", "item_number": 1}
    return {"check_id": check_id, "finding_number": number, "claim_id": claim_id, **neutral}


ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(["16", "146", "197", "50", "paid", "none"]),
        st.sampled_from([(), ("DX-01",), ("DX-22",), ("DX-01", "DX-22"), ("DX-13",)]),
    ),
    min_size=1,
    max_size=9,
)


def story(answers: list[tuple[str, tuple[str, ...]]]) -> Story:
    payments = [
        Payment(FEB, 80, [Cas("CO", "45", 20)], number=f"E{number}")
        if answer == "paid"
        else Payment(MAR, 0, [Cas("CO", answer, 100)], number=f"E{number}")
        for number, (answer, _) in enumerate(answers, 1)
        if answer != "none"
    ]
    findings = [
        finding(check_id, number, number)
        for number, (_, checks) in enumerate(answers, 1)
        for check_id in checks
    ]
    summaries: list[dict[str, object]] = [
        {"check_id": check_id, "outcome": outcome}
        for check_id, outcome in (("DX-01", "failed"), ("DX-22", "passed"), ("DX-13", "failed"))
    ]
    more: dict[str, list[dict[str, object]]] = {"mart.finding": findings, "mart.finding_summary": summaries}
    return Story([Claim(f"E{number}") for number in range(1, len(answers) + 1)], payments, more)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=ANSWERS)
def test_what_checks_would_have_named_is_what_plain_python_counts(
    warehouse: Warehouse, answers: list[tuple[str, tuple[str, ...]]]
) -> None:
    empty(warehouse)
    tell(warehouse, story(answers), wanted=WANTED)
    expected: dict[tuple[str, str | None], list[int]] = defaultdict(lambda: [0, 0])
    alarms: dict[str, int] = defaultdict(int)
    for answer, found in answers:
        for check_id in found:
            alarms[check_id] += answer == "paid"
        if answer in CHECKS_OF:
            for named in CHECKS_OF[answer]:
                counts = expected[answer, named]
                counts[0] += 1
                counts[1] += named in found
    rows = denials_by_check(warehouse)
    assert {
        (row["denial_reason_code"], row["check_id"]): row["denied_claim_count"]
        for row in rows.iter_rows(named=True)
    } == {key: counts[0] for key, counts in expected.items()}
    for row in rows.iter_rows(named=True):
        counts = expected[row["denial_reason_code"], row["check_id"]]
        if row["check_id"] in {"DX-01", "DX-22"}:
            assert row["check_outcome"] == "run"
            assert row["named_claim_count"] == counts[1]
            assert row["named_amount"] == 100 * counts[1]
            assert row["paid_claim_count"] == alarms[row["check_id"]]
            assert f"would have named {counts[1]} of them" in row["sentence"]
        else:
            assert row["check_outcome"] == ("no check" if row["check_id"] is None else "not run")
            assert row["named_claim_count"] is None

    named_count = sum(
        answer in CHECKS_OF and bool({*CHECKS_OF[answer]} & {*found}) for answer, found in answers
    )
    denied = sum(answer in CHECKS_OF for answer, _ in answers)
    answered = sum(answer != "none" for answer, _ in answers)
    assert denials_without_named(warehouse).drop("case", "rate").rows() == [
        (denied, answered, Decimal(100 * denied)),
        (denied - named_count, answered, Decimal(100 * (denied - named_count))),
    ]


def test_the_sentence_of_a_reason(warehouse: Warehouse) -> None:
    tell(
        warehouse,
        story([("146", ("DX-01",)), ("146", ()), ("paid", ("DX-01",)), ("197", ())]),
        wanted=WANTED,
    )
    assert denials_by_check(warehouse)["sentence"].to_list() == [
        (
            "Denied for Diagnosis invalid for the date: 2 claims, $200.00; "
            "check DX-01 would have named 1 of them before sending, with 1 false alarm."
        ),
        (
            "Denied for Diagnosis invalid for the date: 2 claims, $200.00; "
            "check DX-03 has not run or checked nothing."
        ),
        "Denied for No authorization: 1 claim, $100.00; no check of ours is about it.",
    ]
    history = back_test(warehouse).filter(check_id="DX-01").row(0, named=True)
    assert (history["denied_claim_count"], history["paid_claim_count"]) == (1, 1)


AUDITED = st.lists(
    st.tuples(st.sampled_from(["16", "197", "paid", "none"]), st.booleans()), min_size=1, max_size=14
)


def claims_of(warehouse: Warehouse, audited: list[tuple[str, bool]]) -> pl.DataFrame:
    empty(warehouse)
    tell(warehouse, story([(answer, ()) for answer, _ in audited]), wanted=WANTED)
    encounters = dict(
        warehouse.query("models/claim_outcome").select("patient_control_number", "encounter_id").iter_rows()
    )
    rows = [
        {"encounter_id": encounters[f"E{number}"], "is_right": not is_wrong}
        for number, (_, is_wrong) in enumerate(audited, 1)
    ]
    codes = pl.DataFrame(rows, schema={"encounter_id": pl.String, "is_right": pl.Boolean})
    return audited_claims(warehouse, claim_waits(warehouse), codes.select("encounter_id"), codes)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(audited=AUDITED)
def test_two_by_two_and_costs_are_what_plain_python_counts(
    warehouse: Warehouse, audited: list[tuple[str, bool]]
) -> None:
    claims = claims_of(warehouse, audited)
    answered = [(answer, is_wrong) for answer, is_wrong in audited if answer != "none"]
    table = {row["group"]: row for row in audited_against_denied(claims).iter_rows(named=True)}
    costs = {row["group"]: row for row in cost_of_errors(claims, MAR).iter_rows(named=True)}
    means = {}
    for group, is_wrong in (("audited wrong", True), ("audited right", False)):
        mine = [answer for answer, wrong in answered if wrong is is_wrong]
        denied = sum(answer in CHECKS_OF for answer in mine)
        row = table[group]
        counts = (row["claim_count"], row["denied_count"], row["not_denied_count"])
        assert counts == (len(mine), denied, len(mine) - denied)
        assert row["denied_amount"] == 100 * denied
        assert row["rate"] == (denied / len(mine) if mine else None)
        assert costs[group]["claim_count"] == len(mine)
        assert costs[group]["denied_amount"] == 100 * denied
        if mine:
            means[group] = fmean(100 * (answer in CHECKS_OF) for answer in mine)
            assert costs[group]["denied_amount_per_claim"] == pytest.approx(means[group])
        paid = sum(answer == "paid" for answer in mine)
        assert costs[group]["settled_count"] == paid
        assert costs[group]["waiting_count"] == sum(wrong is is_wrong for _, wrong in audited)
    assert ("difference" in table) == (len(means) == 2)
    if costs["difference"]["denied_amount_per_claim"] is not None:
        assert costs["difference"]["denied_amount_per_claim"] == pytest.approx(
            means["audited wrong"] - means["audited right"]
        )


def test_days_to_settlement_and_denials_for_coding(warehouse: Warehouse) -> None:
    audited = [("16", True)] * 3 + [("197", True)] + [("paid", False)] * 4 + [("paid", True)]
    claims = claims_of(warehouse, audited)
    wrong, right, difference = cost_of_errors(claims, MAR).iter_rows(named=True)
    assert (right["median_days"], right["settled_count"]) == ((FEB - SENT).days, 4)
    # One of five is settled: the median is not reached.
    assert (wrong["median_days"], wrong["settled_count"], wrong["waiting_count"]) == (None, 1, 5)
    assert difference["denied_amount_per_claim"] == 80
    assert 0 < difference["log_rank_p_value"] < 0.05
    coding = audited_against_denied(claims, only_coding=True)
    assert coding["denied_count"].to_list() == [0, 0, None]
    assert audited_against_denied(claims)["denied_amount"].to_list() == [Decimal(400), Decimal(0), None]


def test_the_demo_answers_with_its_caution(tmp_path: Path) -> None:
    bench = Workbench.open(demo_workspace(tmp_path / "w"))
    table, costs = bench.denials.against_audits(), bench.denials.cost_of_errors()
    assert "An association, not an effect" in table.note
    assert "An association, not an effect" in costs.note
    counted = table.frame.filter(pl.col("group") != "difference")
    assert (
        counted["claim_count"].sum()
        == counted.select(pl.col("denied_count").sum() + pl.col("not_denied_count").sum()).item()
    )
    rows = bench.denials.by_check().frame
    once = rows.unique(["denial_reason_code", "reason_label"])
    assert once["denied_claim_count"].sum() >= bench.denials.caught().frame["denominator_count"].sum()
