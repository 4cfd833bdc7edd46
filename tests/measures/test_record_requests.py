"""Requests for records: what asks, until when, what became of it, and what the ledger adds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from auditlib.errors import BadInputError
from auditlib.measures.denial_worklist import worklist
from auditlib.measures.denied_lines import denied_lines
from auditlib.measures.record_requests import (
    FILE_NAME,
    REQUESTS,
    RecordsDue,
    due_date,
    read_records_due,
    record_requests,
    requests_in_files,
)
from auditlib.review.claim_entries import ClaimKey
from auditlib.review.denial_work import WorkState
from auditlib.warehouse import Warehouse
from tests.measures.story import Cas, Claim, Payment, Story, tell

FEB, MAR, APR = dt.date(2026, 2, 1), dt.date(2026, 3, 1), dt.date(2026, 4, 1)
WANTED = frozenset({"mart.record_request", "mart.denied_line"})


def remark(remit_claim_id: int, code: str) -> dict[str, object]:
    return {"remit_claim_id": remit_claim_id, "remark_number": 1, "remark_code": code}


def status(number: str, category: str, day: dt.date, place: int) -> dict[str, object]:
    return {
        "claim_status_id": place,
        "status_number": 1,
        "transaction_kind": "277",
        "status_level": "claim",
        "patient_control_number": number,
        "status_category_code": category,
        "status_date": day,
    }


@pytest.fixture
def warehouse_with_requests(warehouse: Warehouse) -> Warehouse:
    """Asked by a reason, by a remark and answered since, by a status; and three that ask for nothing."""
    numbers = ["E1", "E2", "E3", "E4", "E5", "E6"]
    payments = [
        Payment(FEB, 0, [Cas("CO", "252", 100)], number="E1", status="4"),
        Payment(FEB, 0, [Cas("CO", "16", 100)], number="E2", status="4"),
        Payment(MAR, 80, [Cas("CO", "45", 20)], number="E2"),
        # A remark beside a payment that denies nothing, and one that names no document.
        Payment(FEB, 80, [Cas("CO", "45", 20)], number="E4"),
        Payment(FEB, 0, [Cas("CO", "50", 100)], number="E5", status="4"),
    ]
    more = {
        "core.remark": [remark(102, "M127"), remark(104, "M127"), remark(105, "N115")],
        "core.claim_status": [status("E3", "R4", FEB, 1), status("E6", "F1", FEB, 2)],
    }
    reasons = {"reason_code": "252", "label": "Attachment", "denial_category": "documentation"}
    more["ref.denial_reason"] = [
        {**reasons, "is_denial": True, "reason_kind": "refused", "stated_by": "project"}
    ]
    tell(warehouse, Story([Claim(number) for number in numbers], payments, more), wanted=WANTED)
    return warehouse


def test_what_asks_for_records(warehouse_with_requests: Warehouse) -> None:
    found = requests_in_files(warehouse_with_requests)
    assert found.select("patient_control_number", "asked_in", "asked_by", "answer_date").rows() == [
        ("E1", "remittance", "CO-252", None),
        ("E2", "remittance", "M127", MAR),
        ("E3", "status report", "status R4", None),
    ]


def requested(warehouse: Warehouse, state: WorkState | None = None) -> dict[str, dict[str, object]]:
    found = requests_in_files(warehouse)
    worked = found.select(list(REQUESTS)[:7]).with_columns(last_answer_date=pl.lit(None, pl.Date))
    work = {} if state is None else {ClaimKey("E1", "P01", "2026-01-05"): state}
    dues = [
        RecordsDue("P01", "", "status report", 20, "contract"),
        RecordsDue("P01", "", "letter", 30, "contract"),
    ]
    frame = record_requests(found, worked, work, dues, MAR)
    return {row["patient_control_number"]: row for row in frame.to_dicts()}


def test_states_and_last_days(warehouse_with_requests: Warehouse) -> None:
    found = requested(warehouse_with_requests)
    assert {number: (row["records_state"], row["records_due_date"]) for number, row in found.items()} == {
        "E1": ("open", None),
        "E2": ("answered", None),
        "E3": ("late", FEB + dt.timedelta(days=20)),
    }
    assert found["E3"]["days_left"] == -8


def test_a_letter_in_the_ledger_counts_if_it_is_later(warehouse_with_requests: Warehouse) -> None:
    asked = WorkState(records_requested_date=dt.date(2026, 2, 20))
    row = requested(warehouse_with_requests, asked)["E1"]
    assert (row["asked_in"], row["records_due_date"]) == ("letter", dt.date(2026, 3, 22))
    named = WorkState(records_requested_date=dt.date(2026, 2, 20), records_due_date=APR)
    assert requested(warehouse_with_requests, named)["E1"]["records_due_date"] == APR
    sent = WorkState(records_requested_date=dt.date(2026, 2, 20), records_sent_date=dt.date(2026, 2, 25))
    row = requested(warehouse_with_requests, sent)["E1"]
    assert (row["records_state"], row["days_left"]) == ("sent", None)
    earlier = WorkState(records_requested_date=dt.date(2026, 1, 20), records_sent_date=dt.date(2026, 1, 25))
    row = requested(warehouse_with_requests, earlier)["E1"]
    assert (row["asked_in"], row["records_state"], row["records_sent_date"]) == ("remittance", "open", None)


def test_the_worklist_has_them_with_their_last_day(warehouse_with_requests: Warehouse) -> None:
    requests = pl.DataFrame(list(requested(warehouse_with_requests).values()), infer_schema_length=None)
    lines = denied_lines(warehouse_with_requests).with_columns(chance=pl.lit(0.5))
    found = worklist(lines, [], {}, MAR, order="deadline", requests=requests)
    rows = {row["patient_control_number"]: row for row in found.to_dicts()}
    assert set(rows) == {"E1", "E3", "E5"}
    assert found["patient_control_number"][0] == "E3"
    assert (rows["E3"]["action"], rows["E3"]["not_paid_amount"], rows["E3"]["records_state"]) == (
        "send records",
        0,
        "late",
    )
    assert (rows["E1"]["action"], rows["E5"]["action"]) == ("send records", "appeal")
    sent = requests.with_columns(records_state=pl.lit("sent"))
    waiting = worklist(lines, [], {}, MAR, requests=sent)
    actions = dict(waiting.select("patient_control_number", "action").iter_rows())
    assert actions == {"E1": "await answer", "E5": "appeal"}
    denied_only = worklist(lines, [], {}, MAR, requests=requests, with_requests_alone=False)
    assert set(denied_only["patient_control_number"]) == {"E1", "E5"}


def test_days_by_payer_come_from_the_users_table_first(tmp_path: Path) -> None:
    header = "payer,payer_class,asked_in,days,source\n"
    own = tmp_path / FILE_NAME
    own.write_text(
        header + "P07,,,10,contract\n,Medicare fee-for-service,letter,30,letter\n", encoding="utf-8"
    )
    dues = read_records_due(tmp_path)

    def days(payer: str, filing: str | None, asked_in: str) -> int | None:
        request = {
            "payer_id": payer,
            "payer_name": "",
            "filing_code": filing,
            "asked_in": asked_in,
            "request_date": FEB,
        }
        due = due_date(request, dues)
        return None if due is None else (due - FEB).days

    assert days("p07", "MB", "remittance") == 10
    assert (days("P01", "MB", "letter"), days("P01", "MB", "status report")) == (30, 45)
    # A denial in a remittance is no letter: its days are those of an appeal.
    assert (days("P01", "MB", "remittance"), days("P01", "CI", "letter")) == (None, None)
    own.write_text(header + "P07,,,soon,contract\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="line 2"):
        read_records_due(tmp_path)
    own.write_text(header + "P07,,fax,10,contract\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="'fax'"):
        read_records_due(tmp_path)
    own.write_text("payer,days\nP07,10\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="no column payer_class"):
        read_records_due(tmp_path)
