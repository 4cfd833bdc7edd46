"""Worklists: action, deadline, chance and what the ledger says; files, letters, and what is refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from auditlib.errors import BadInputError, UsageError
from auditlib.ledger import Ledger
from auditlib.measures.appeal_levels import FILE_NAME, level_of, read_appeal_levels
from auditlib.measures.denial_worklist import worklist
from auditlib.measures.denied_lines import denied_lines
from auditlib.review.claim_entries import ClaimKey
from auditlib.review.denial_work import DenialWork
from auditlib.warehouse import Warehouse
from auditlib.workbench import Workbench
from tests.made_once import demo_workspace
from tests.measures.story import Cas, Claim, Payment, Story, money, tell

FEB, NOW = dt.date(2026, 2, 1), dt.datetime(2026, 3, 3, tzinfo=dt.UTC)
TODAY = NOW.date()


@pytest.fixture
def lines(warehouse: Warehouse) -> pl.DataFrame:
    """Denied claims: one of Medicare, one unprocessable, one for records, one unmapped, one paid since."""
    refused = [
        ("E1", "197"),
        ("E2", "16"),
        ("E3", "50"),
        ("E4", "X99"),
        ("E5", "197"),
    ]
    payments = [
        Payment(FEB, 0, [Cas("CO", reason, 100)], number=number, status="4") for number, reason in refused
    ]
    payments.append(Payment(TODAY, 80, [Cas("CO", "45", 20)], number="E5"))
    remark = {"remit_claim_id": 102, "remark_number": 1, "remark_code": "MA130"}
    claims = [Claim(number) for number, _ in refused]
    more = {"core.remark": [remark]}
    tell(warehouse, Story(claims, payments, more), wanted=frozenset({"mart.denied_line"}))
    filing = pl.col("patient_control_number").replace_strict({"E1": "MB"}, default="CI")
    chance = pl.col("patient_control_number").replace_strict({"E1": 0.2, "E3": 0.7}, default=0.4)
    return denied_lines(warehouse).with_columns(filing_code=filing, chance=chance)


def key(number: str) -> ClaimKey:
    return ClaimKey(number, "P01", "2026-01-05")


@pytest.fixture
def work(tmp_path: Path) -> DenialWork:
    return DenialWork(Ledger(tmp_path / "ledger.db"), "ann", NOW)


def rows(frame: pl.DataFrame) -> dict[str, dict[str, object]]:
    return {row["patient_control_number"]: row for row in frame.to_dicts()}


def test_what_to_do_and_by_when(lines: pl.DataFrame) -> None:
    found = rows(worklist(lines, read_appeal_levels(), {}, TODAY))
    assert {number: row["action"] for number, row in found.items()} == {
        "E1": "appeal",
        "E2": "corrected claim",
        "E3": "appeal",
        "E4": "not known",
    }
    # Medicare: 5 days until receipt and 120 to ask; of the commercial payer nothing is known.
    assert (found["E1"]["level"], found["E1"]["last_appeal_date"]) == (
        "redetermination",
        FEB + dt.timedelta(days=125),
    )
    assert found["E1"]["days_left"] == (FEB + dt.timedelta(days=125) - TODAY).days
    assert {number: row["last_appeal_date"] for number, row in found.items() if number != "E1"} == {
        "E2": None,
        "E3": None,
        "E4": None,
    }
    assert (found["E3"]["chance"], found["E3"]["expected_amount"]) == (pytest.approx(0.7), money(70))


def test_the_patients_share_and_our_own_fatal_findings_are_no_appeals(warehouse: Warehouse) -> None:
    share, necessity = Cas("PR", "31", 100), Cas("CO", "50", 100)
    payments = [
        Payment(FEB, 0, [share], number="E1", status="4"),
        Payment(FEB, 0, [Cas("PR", "31", 40), Cas("CO", "50", 60)], number="E2", status="4"),
        Payment(FEB, 0, [necessity], number="E3", status="4"),
    ]
    # A deductible is no denial at all.
    payments.append(Payment(FEB, 0, [Cas("PR", "1", 100)], number="E4"))
    eligibility = {"reason_code": "31", "label": "Not insured", "denial_category": "eligibility"}
    reasons = [{**eligibility, "is_denial": True, "reason_kind": "refused", "stated_by": "project"}]
    story = Story([Claim(f"E{n}") for n in range(1, 5)], payments, {"ref.denial_reason": reasons})
    tell(warehouse, story, wanted=frozenset({"mart.denied_line"}))
    lines = denied_lines(warehouse).with_columns(filing_code=pl.lit("MB"), chance=pl.lit(0.5))
    found = rows(worklist(lines, read_appeal_levels(), {}, TODAY, fatal={3: "DX-01"}))
    assert {number: (row["action"], row["level"]) for number, row in found.items()} == {
        "E1": ("patient's share", None),
        "E2": ("appeal", "redetermination"),
        "E3": ("corrected claim", "redetermination"),
    }
    assert (found["E1"]["days_left"], found["E3"]["fatal_checks"]) == (None, "DX-01")


@pytest.mark.parametrize(("order", "first"), [("expected", "E3"), ("deadline", "E1"), ("amount", "E1")])
def test_orders(lines: pl.DataFrame, order: str, first: str) -> None:
    found = worklist(lines, read_appeal_levels(), {}, TODAY, order=order)  # type: ignore[arg-type]
    assert found["patient_control_number"][0] == first
    assert found["rank"].to_list() == [1, 2, 3, 4]


def test_an_unknown_order_is_refused(lines: pl.DataFrame) -> None:
    with pytest.raises(UsageError, match="order"):
        worklist(lines, [], {}, TODAY, order="dollars")  # type: ignore[arg-type]


def test_a_chance_that_is_not_known_comes_last_and_stays_unknown(lines: pl.DataFrame) -> None:
    some = lines.with_columns(chance=pl.when(pl.col("patient_control_number") != "E3").then("chance"))
    last = worklist(some, [], {}, TODAY).row(-1, named=True)
    assert (last["patient_control_number"], last["chance"], last["expected_amount"]) == ("E3", None, None)


def test_work_from_the_appeal_to_its_end(lines: pl.DataFrame, work: DenialWork) -> None:
    levels = read_appeal_levels()

    def row() -> dict[str, object]:
        return rows(worklist(lines, levels, work.states(), TODAY))["E1"]

    work.assign(key("E1"), "bob")
    work.note(key("E1"), "order asked for")
    work.state_ground(key("E1"), "clinical validation")
    assert (row()["state"], row()["assignee"], row()["last_note"]) == (
        "assigned",
        "bob",
        "order asked for",
    )
    assert row()["stated_ground"] == "clinical validation"
    work.appeal_sent(key("E1"), 1, dt.date(2026, 2, 10))
    assert (row()["state"], row()["last_appeal_date"]) == ("appeal sent", None)
    with pytest.raises(UsageError, match="on record already"):
        work.appeal_sent(key("E1"), 1, TODAY)
    work.decided(key("E1"), "lost", dt.date(2026, 3, 1), Decimal(0))
    assert (row()["level"], row()["last_appeal_date"]) == (
        "reconsideration",
        dt.date(2026, 3, 1) + dt.timedelta(days=185),
    )
    work.close(key("E1"), "written off", TODAY, Decimal(100))
    assert "E1" not in rows(worklist(lines, levels, work.states(), TODAY))
    assert work.states()[key("E1")].written_off_amount == 100


def test_impossible_work_is_refused(work: DenialWork) -> None:
    with pytest.raises(UsageError, match="No appeal"):
        work.decided(key("E1"), "won", TODAY, Decimal(1))
    with pytest.raises(UsageError, match="future"):
        work.appeal_sent(key("E1"), 1, TODAY + dt.timedelta(days=1))
    with pytest.raises(UsageError, match="no ground"):
        work.state_ground(key("E1"), "upcoding")
    with pytest.raises(UsageError, match="blank"):
        work.note(key("E1"), " ")
    with pytest.raises(UsageError, match="below 0"):
        work.close(key("E1"), "written off", TODAY, Decimal(-1))
    assert work.states() == {}


def test_the_users_table_comes_first(tmp_path: Path) -> None:
    header = "payer,payer_class,level_number,level,days,receipt_days,source\n"
    own = tmp_path / FILE_NAME
    own.write_text(header + "P07,,1,first appeal,90,0,contract\n", encoding="utf-8")
    levels = read_appeal_levels(tmp_path)
    of_payer = level_of(levels, 1, payer_id="p07", payer_name="", filing_code="MB")
    of_class = level_of(levels, 1, payer_id="P01", payer_name="", filing_code="MA")
    assert (of_payer and of_payer.days, of_class and of_class.days) == (90, 120)
    assert level_of(levels, 1, payer_id="P01", payer_name="", filing_code="CI") is None
    for wrong in ("1,first appeal,soon,0", "1,first appeal,-5,0", "0,first appeal,90,0"):
        own.write_text(f"{header}P07,,{wrong},contract\n", encoding="utf-8")
        with pytest.raises(BadInputError, match="line 2"):
            read_appeal_levels(tmp_path)
    own.write_text(header + "Économie,,1,first appeal,90,0,contract\n", encoding="cp1252")
    with pytest.raises(BadInputError, match="no UTF-8 text"):
        read_appeal_levels(tmp_path)
    own.write_text("payer,days\nP07,90\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="no column payer_class"):
        read_appeal_levels(tmp_path)


def test_the_worklist_of_the_demo_to_files_letters_and_metrics(tmp_path: Path) -> None:
    workbench = Workbench.open(
        demo_workspace(tmp_path), clock=lambda: dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    )
    denials = workbench.denials
    listed = denials.worklist()
    bars = denials.bars().frame
    assert listed.frame["not_paid_amount"].sum() == bars["not_paid_amount"].item()
    assert listed.frame["chance"].null_count() == 0
    for name in ("worklist.csv", "worklist.xlsx"):
        denials.write_worklist(tmp_path / name, listed)
    assert pl.read_csv(tmp_path / "worklist.csv").height == listed.frame.height
    sheet = fastexcel.read_excel(tmp_path / "worklist.xlsx").load_sheet(0)
    assert sheet.height == listed.frame.height
    with pytest.raises(UsageError, match="is no new"):
        denials.write_worklist(tmp_path / "worklist.pdf", listed)
    row = listed.frame.filter(action="appeal").row(0, named=True)
    denials.assign([row["claim_id"]], "bob")
    denials.appeal_sent(row["claim_id"], dt.date(2026, 11, 1))
    again = denials.worklist({"payer_name": [row["payer_name"]]}).frame.filter(claim_id=row["claim_id"])
    assert again.select("assignee", "state").row(0) == ("bob", "appeal sent")
    metrics = denials.metrics().frame
    appealed = metrics.filter(pl.col("metric").str.contains("HFMA 4"))
    assert appealed["numerator"].item() == 1
    letter = denials.letter(row["patient_control_number"])
    assert letter == denials.letter(row["claim_id"])
    assert row["patient_control_number"] in letter
    assert row["payer_name"] in letter
    assert f"${row['not_paid_amount']:,}" in letter or letter.count("denied on") > 1
    corrected = listed.frame.filter(action="corrected claim")
    unprocessable = corrected.filter(pl.col("remark_codes").str.contains("MA130"))["claim_id"][0]
    with pytest.raises(UsageError, match="unprocessable"):
        denials.letter(unprocessable)
    # A fatal finding of our own asks for a corrected claim, until somebody accepts it.
    wrong = corrected.filter(pl.col("fatal_checks").is_not_null() & (pl.col("claim_id") != unprocessable))
    claim_id, checks = wrong.select("claim_id", "fatal_checks").row(0)
    with pytest.raises(UsageError, match=f"fatal finding on this claim: {checks}"):
        denials.letter(claim_id)
    number = wrong["patient_control_number"][0]
    for check_id in checks.split(", "):
        workbench.checks.accept(check_id, claim=number, reason="as the payer wants it")
    accepted = denials.worklist().frame.filter(claim_id=claim_id).row(0, named=True)
    assert (accepted["fatal_checks"], accepted["action"]) == (None, "appeal")
    with pytest.raises(UsageError, match="There is no claim"):
        denials.note(-1, "a note")
