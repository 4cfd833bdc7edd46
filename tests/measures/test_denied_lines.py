"""Denied lines: each once, first denial and final state, and bars that equal the rows they lead to."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.measures.denials import denied_dollars
from auditlib.measures.denied_claim import denied_claim
from auditlib.measures.denied_lines import DIMENSIONS, bars, claims_of, denied_lines, where
from auditlib.warehouse import Warehouse
from auditlib.workspace import Workspace
from tests.made_once import demo_workspace
from tests.measures.story import Cas, Claim, Payment, Story, money, tell

FEB, MAR, APR = (dt.date(2026, month, 1) for month in (2, 3, 4))
TABLES = frozenset({"mart.denied_line", "mart.claim_outcome"})


def lines_of(warehouse: Warehouse, story: Story) -> list[dict[str, object]]:
    tell(warehouse, story, wanted=TABLES)
    return denied_lines(warehouse).to_dicts()


def some(row: dict[str, object], *names: str) -> tuple[object, ...]:
    return tuple(row[name] for name in names)


def test_a_line_that_is_denied_three_times_is_one_denial(warehouse: Warehouse) -> None:
    payments = [
        Payment(FEB, 0, [Cas("CO", "197", 100)]),
        Payment(MAR, 0, [Cas("CO", "50", 100)]),
        Payment(APR, 0, [Cas("CO", "16", 100)]),
    ]
    (row,) = lines_of(warehouse, Story([Claim(), Claim(frequency="7", submit=FEB)], payments))
    assert some(row, "reason_code", "denial_date", "denied_amount", "denial_count") == (
        "197",
        FEB,
        money(100),
        3,
    )
    assert some(row, "latest_reason_code", "latest_denial_date", "final_state") == ("16", APR, "still denied")


def test_a_denial_that_was_reversed_and_paid_is_overturned(warehouse: Warehouse) -> None:
    payments = [
        Payment(FEB, 0, [Cas("CO", "197", 100)]),
        Payment(MAR, 0, [Cas("CO", "197", -100)], status="22", charge=-100),
        Payment(MAR, 80, [Cas("CO", "45", 20)]),
    ]
    (row,) = lines_of(warehouse, Story([Claim()], payments))
    assert some(row, "denied_amount", "denial_count", "final_state") == (money(100), 1, "paid")


def test_lines_of_one_claim_end_apart(warehouse: Warehouse) -> None:
    first = Payment(
        FEB,
        20,
        [Cas("CO", "16", 30, 1), Cas("CO", "50", 50, 2)],
        lines=[(30, 0), (50, 0), (20, 20)],
        billed_lines=["1", "2", "3"],
    )
    second = Payment(
        MAR, 50, [Cas("CO", "50", 50, 2)], lines=[(30, 30), (50, 0), (20, 20)], billed_lines=["1", "2", "3"]
    )
    taken_back = Payment(MAR, -20, first.adjustments, status="22", charge=-100)
    rows = lines_of(warehouse, Story([Claim()], [first, taken_back, second]))
    assert [some(row, "line_number", "reason_code", "final_state", "denial_count") for row in rows] == [
        (1, "16", "paid", 1),
        (2, "50", "still denied", 2),
    ]


def test_a_refused_duplicate_of_a_paid_claim_is_no_denied_line(warehouse: Warehouse) -> None:
    payments = [Payment(FEB, 80, [Cas("CO", "45", 20)]), Payment(MAR, 0, [Cas("CO", "18", 100)])]
    assert lines_of(warehouse, Story([Claim(), Claim(submit=FEB)], payments)) == []


def test_what_a_claim_level_denies_is_a_row_without_a_line(warehouse: Warehouse) -> None:
    (row,) = lines_of(warehouse, Story([Claim()], [Payment(FEB, 0, [Cas("CO", "197", 100, None)])]))
    assert some(row, "line_number", "code", "reason_code", "denied_amount") == (None, None, "197", money(100))


def test_a_value_that_a_column_cannot_hold_is_refused_and_not_taken_for_a_missing_one(
    warehouse: Warehouse,
) -> None:
    tell(warehouse, Story([Claim()], [Payment(FEB, 0, [Cas("CO", "197", 100)])]), wanted=TABLES)
    line = denied_lines(warehouse)
    with pytest.raises(UsageError, match="'spring' is no value of 'denial_month'"):
        where(line, {"denial_month": ["spring"]})
    with pytest.raises(UsageError, match="is no value of 'is_initial'"):
        where(line, {"is_initial": ["perhaps"]})
    assert where(line, {"denial_month": [FEB, None]}).height == 1


def test_a_line_without_a_reason_adds_nothing_to_the_reasons_of_its_claim(warehouse: Warehouse) -> None:
    tell(warehouse, Story([Claim()], [Payment(FEB, 0, [Cas("CO", "197", 100)])]), wanted=TABLES)
    line = denied_lines(warehouse)
    bare = line.with_columns(pl.lit(None, pl.String).alias(name) for name in ("group_code", "reason_code"))
    assert claims_of(pl.concat([line, bare]))["reason_codes"].to_list() == ["CO-197"]
    assert claims_of(bare)["reason_codes"].to_list() == [""]


@pytest.mark.parametrize(
    ("remarks", "reason", "ground", "is_unprocessable", "hardness"),
    [
        (["N115"], "16", "medical necessity", False, "soft"),
        (["N22"], "16", "coding downgrade", False, "soft"),
        (["N22", "N115"], "16", "not stated", False, "soft"),
        ([], "50", "not stated", False, "hard"),
        (["MA130"], "16", "not stated", True, "soft"),
        (["MA130"], "50", "not stated", False, "hard"),
        ([], "X99", "not stated", False, "unmapped"),
    ],
)
def test_the_ground_is_what_a_remark_states(
    warehouse: Warehouse,
    remarks: list[str],
    reason: str,
    *,
    ground: str,
    is_unprocessable: bool,
    hardness: str,
) -> None:
    more = {
        "core.remark": [
            {"remit_claim_id": 101, "remark_number": number, "remark_code": remark}
            for number, remark in enumerate(remarks, start=1)
        ]
    }
    payment = Payment(FEB, 0, [Cas("CO", reason, 100)], status="4")
    (row,) = lines_of(warehouse, Story([Claim()], [payment], more))
    assert some(row, "stated_ground", "is_unprocessable", "hardness") == (ground, is_unprocessable, hardness)
    assert row["remark_codes"] == (", ".join(sorted(remarks)) or None)


def test_a_reason_of_no_list_is_a_bar_of_its_own(warehouse: Warehouse) -> None:
    tell(warehouse, Story([Claim()], [Payment(FEB, 0, [Cas("CO", "X99", 100)], status="4")]), wanted=TABLES)
    found = bars(denied_lines(warehouse), ["denial_category", "reason_label"])
    assert found.rows() == [("unmapped", "unmapped", 1, 1, money(100), money(100))]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return Workspace.open(demo_workspace(tmp_path_factory.mktemp("demo"))).warehouse()


@pytest.fixture(scope="module")
def demo_lines(demo: Warehouse) -> pl.DataFrame:
    return denied_lines(demo)


def test_the_first_denials_are_the_initially_denied_dollars(
    demo: Warehouse, demo_lines: pl.DataFrame
) -> None:
    of_first_answers = bars(demo_lines, [], {"is_initial": [True]})["denied_amount"].item()
    assert of_first_answers == denied_dollars(demo, by=())["numerator_amount"].item()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_bar_equals_the_rows_that_it_leads_to(demo_lines: pl.DataFrame, data: st.DataObject) -> None:
    names = st.sampled_from(DIMENSIONS)
    chosen = data.draw(st.sets(names, max_size=2))
    filters = {
        name: data.draw(
            st.lists(st.sampled_from(demo_lines[name].unique().to_list()), min_size=1, max_size=4)
        )
        for name in sorted(chosen)
    }
    by = data.draw(st.lists(names, max_size=2, unique=True))
    found = bars(demo_lines, by, filters)
    kept = [
        row for row in demo_lines.to_dicts() if all(row[name] in values for name, values in filters.items())
    ]
    assert found["line_count"].sum() == len(kept)
    assert (found["denied_amount"].sum() or 0) == sum((row["denied_amount"] for row in kept), Decimal(0))
    for bar in found.head(5).iter_rows(named=True):
        of_bar = {name: [bar[name]] for name in by}
        narrowed = filters | of_bar
        rows, claims = where(demo_lines, narrowed), claims_of(demo_lines, narrowed)
        assert (rows.height, claims.height) == (bar["line_count"], bar["claim_count"])
        assert claims["line_count"].sum() == bar["line_count"]
        assert rows["denied_amount"].sum() == claims["denied_amount"].sum() == bar["denied_amount"]
        assert claims["not_paid_amount"].sum() == bar["not_paid_amount"]


def test_unknown_dimensions_and_single_texts_are_refused(demo_lines: pl.DataFrame) -> None:
    with pytest.raises(UsageError, match="payer_nam"):
        bars(demo_lines, ["payer_nam"])
    with pytest.raises(UsageError, match="one text"):
        where(demo_lines, {"code": "99213"})


def test_a_claim_leads_to_its_lines_adjustments_history_chart_and_findings(
    demo: Warehouse, demo_lines: pl.DataFrame
) -> None:
    row = demo_lines.filter(pl.col("code").is_not_null(), check_state="caught", denial_count=2).row(
        0, named=True
    )
    claim = denied_claim(demo, row["claim_id"])
    assert claim.encounter_id == row["encounter_id"]
    denied = claim.lines.filter(pl.col("is_denied"), remit_claim_id=row["remit_claim_id"])
    assert row["code"] in denied["billed_code"].to_list()
    assert (
        row["reason_label"] in claim.adjustments.filter(adjustment_class="denial")["reason_label"].to_list()
    )
    assert claim.remarks["remark_code"].to_list() or row["remark_codes"] is None
    assert set(claim.history["chain_id"]) == {row["claim_id"]}
    assert claim.history["event"][0].startswith("claim")
    assert set(row["check_id"].split(",")) & set(claim.findings["check_id"])


def test_a_claim_that_is_not_there_is_refused(demo: Warehouse) -> None:
    with pytest.raises(UsageError, match="no original claim"):
        denied_claim(demo, -1)
