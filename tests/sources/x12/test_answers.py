"""277, 999, 997 and TA1: what payers and clearinghouses answer to what was sent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from tests.sources.x12 import texts

STATUSES = [
    "BHT*0085*08*B1*20260301*0900*TH",
    "HL*1**20*1",
    "NM1*PR*2*FIRST PAYER*****PI*P0001",
    "TRN*1*PAYER-TRACE",
    "HL*2*1*21*1",
    "NM1*41*2*QUIET BILLING*****46*Q1",
    "TRN*2*BATCH-77",
    "STC*A1:19:PR*20260301*WQ*250",
    "QTY*90*1",
    "HL*3*2*19*1",
    "NM1*85*2*HILLTOP CLINIC*****XX*1999999984",
    "TRN*1*0",
    "STC*A1:19**WQ*250",
    "HL*4*3*PT",
    "NM1*QC*1*MAPLE*OLIVE****MI*M-1",
    "TRN*2*E1",
    "STC*A2:20:PR*20260302*WQ*150.5",
    "REF*1K*ICN1",
    "REF*BLT*111",
    "DTP*472*RD8*20260105-20260107",
    "SVC*HC:99213*100",
    "STC*A2:20*20260302*WQ*100",
    "REF*FJ*L1",
    "DTP*472*D8*20260105",
    "SVC*HC:J1100*50.5",
    "STC*A7:21*20260302*U*50.5",
    "HL*5*3*PT",
    "NM1*QC*1*MAPLE*OSCAR",
    "TRN*2*E2",
    "STC*A7:562:85*20260302*U*80******A3:33*A3:116:85*NOT ON FILE",
    "REF*D9*CLEAR-2",
]
REQUESTED = [
    *STATUSES[:6],
    "HL*3*2*19*1",
    "NM1*1P*2*HILLTOP CLINIC*****XX*1999999984",
    "HL*4*3*22*0",
    "NM1*IL*1*MAPLE*OLIVE****MI*M-1",
    "TRN*2*REQUEST-1",
    "STC*F1:65*20260401**150.5*95.25",
    "REF*EJ*E1",
    "TRN*2*REQUEST-2",
    "STC*P1:20*20260401**80",
    "REF*EJ*E2",
]
ACCEPTANCE = [
    "AK1*HC*77*005010X222A1",
    "AK2*837*0001*005010X222A1",
    "IK5*A",
    "AK2*837*0002*005010X222A1",
    "IK3*NM1*8*2010BB*8",
    "CTX*CLM01:E9",
    "IK4*2:3*1065*I9",
    "IK3*SV1*22**3",
    "IK5*R*5*I5",
    "AK9*P*2*2*1",
]


def _file(kind: str, body: list[str], version: str, *before: str) -> bytes:
    return texts.written(list(before), texts.group("HN", texts.transaction(kind, body, version=version)))


def _rows(frame: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return frame.select(columns).rows()


def test_claim_acknowledgment_gives_a_row_for_each_status(tmp_path: Path) -> None:
    data = _file("277", STATUSES, "005010X214")
    tables, rejected, formats = texts.read(data, tmp_path)
    assert (formats, rejected.height) == (["277CA"], 0)
    statuses = tables["claim_status"]
    assert set(statuses["transaction_kind"]) == {"277CA"}
    named = ("status_level", "status_number", "patient_control_number", "line_number", "status_category_code")
    assert _rows(statuses, *named, "status_code", "entity_code", "action_code", "charge_amount") == [
        ("receiver", 1, None, None, "A1", "19", "PR", "WQ", 250),
        ("provider", 1, None, None, "A1", "19", None, "WQ", 250),
        ("claim", 1, "E1", None, "A2", "20", "PR", "WQ", Decimal("150.50")),
        ("line", 1, "E1", 1, "A2", "20", None, "WQ", 100),
        ("line", 1, "E1", 2, "A7", "21", None, "U", Decimal("50.50")),
        ("claim", 1, "E2", None, "A7", "562", "85", "U", 80),
        ("claim", 2, "E2", None, "A3", "33", None, "U", 80),
        ("claim", 3, "E2", None, "A3", "116", "85", "U", 80),
    ]
    named = ("payer_id", "submitter_id", "provider_id", "batch_trace_number", "trace_number", "response_date")
    day = date(2026, 3, 1)
    assert _rows(statuses[:3], *named) == [
        ("P0001", "Q1", None, "BATCH-77", "BATCH-77", day),
        ("P0001", "Q1", "1999999984", "BATCH-77", "0", day),
        ("P0001", "Q1", "1999999984", "BATCH-77", "E1", day),
    ]
    claim, line = statuses.rows(named=True)[2:4]
    assert (claim["payer_claim_control_number"], claim["type_of_bill"], claim["code"]) == (
        "ICN1",
        "111",
        None,
    )
    assert (claim["from_date"], claim["to_date"]) == (date(2026, 1, 5), date(2026, 1, 7))
    assert (line["code"], line["line_control_number"], line["line_charge_amount"]) == ("99213", "L1", 100)
    assert (line["from_date"], line["to_date"]) == (date(2026, 1, 5), date(2026, 1, 5))
    assert statuses["status_message"].to_list()[-1] == "NOT ON FILE"
    assert statuses["clearinghouse_number"].to_list()[-4:] == [None, "CLEAR-2", "CLEAR-2", "CLEAR-2"]
    assert data[claim["source_offset"] :].startswith(b"STC*A2:20:PR")


def test_answer_to_a_status_request_names_its_claims_by_reference(tmp_path: Path) -> None:
    tables, _, formats = texts.read(_file("277", REQUESTED, "005010X212"), tmp_path)
    assert formats == ["277"]
    named = ("transaction_kind", "patient_control_number", "trace_number", "paid_amount", "provider_id")
    assert _rows(tables["claim_status"], *named) == [
        ("277", "E1", "REQUEST-1", Decimal("95.25"), "1999999984"),
        ("277", "E2", "REQUEST-2", None, "1999999984"),
    ]


def test_composites_of_a_status_may_disagree_with_isa16(tmp_path: Path) -> None:
    body = [segment.replace(":", "|") for segment in STATUSES]
    tables, _, _ = texts.read(_file("277", body, "005010X214"), tmp_path)
    assert tables["claim_status"]["status_code"].to_list()[:3] == ["19", "19", "20"]


def test_unreadable_values_of_a_status_are_noted(tmp_path: Path) -> None:
    body = [*STATUSES[:16], "STC*A1:19*20261340*WQ*much", "STC**20260301"]
    tables, rejected, _ = texts.read(_file("277", body, "005010X214"), tmp_path)
    assert tables["claim_status"]["charge_amount"].to_list()[-1] is None
    assert rejected["segment"].to_list() == ["STC", "STC", "STC"]


def test_acceptance_tells_groups_transactions_and_errors(tmp_path: Path) -> None:
    data = _file("999", ACCEPTANCE, "005010X231A1", "TA1*000000905*260210*0900*E*024")
    tables, rejected, formats = texts.read(data, tmp_path)
    assert (formats, rejected.height) == (["999"], 0)
    verdicts = tables["acknowledgment"]
    named = ("transaction_kind", "acknowledgment_level", "group_code", "transaction_code", "control_number")
    assert _rows(verdicts, *named, "status_code", "error_codes") == [
        ("TA1", "interchange", None, None, "000000905", "E", "024"),
        ("999", "group", "HC", None, "77", "P", None),
        ("999", "transaction", None, "837", "0001", "A", None),
        ("999", "transaction", None, "837", "0002", "R", "5 I5"),
    ]
    group = verdicts["acknowledgment_id"][1]
    assert verdicts["group_acknowledgment_id"].to_list() == [None, None, group, group]
    assert _rows(verdicts[1:2], "included_count", "received_count", "accepted_count") == [(2, 2, 1)]
    errors = tables["acknowledgment_error"]
    assert set(errors["acknowledgment_id"]) == {verdicts["acknowledgment_id"][3]}
    named = ("error_number", "segment_code", "segment_number", "loop_code", "element_number")
    assert _rows(errors, *named, "component_number", "error_code") == [
        (1, "NM1", 8, "2010BB", None, None, "8"),
        (2, "NM1", 8, "2010BB", 2, 3, "I9"),
        (3, "SV1", 22, None, None, None, "3"),
    ]


def test_older_acceptance_is_read_alike(tmp_path: Path) -> None:
    body = ["AK1*HC*77", "AK2*837*0001", "AK3*NM1*8**8", "AK4*2*1065*7", "AK5*R*5", "AK9*R*1*1*0"]
    tables, _, formats = texts.read(_file("997", body, ""), tmp_path)
    assert formats == ["997"]
    assert tables["acknowledgment"]["status_code"].to_list() == ["R", "R"]
    assert tables["acknowledgment_error"]["error_code"].to_list() == ["8", "7"]


def test_verdicts_that_are_missing_are_null(tmp_path: Path) -> None:
    tables, rejected, _ = texts.read(_file("999", ["AK2*837*0001", "AK1*HC*77", "IK3*NM1*8"], ""), tmp_path)
    assert tables["acknowledgment"]["status_code"].to_list() == [None, None]
    assert tables["acknowledgment"]["group_acknowledgment_id"].to_list() == [None, None]
    assert rejected["segment"].to_list() == ["IK3"]


def test_answers_beside_claims_do_not_disturb(tmp_path: Path) -> None:
    other = texts.transaction("277", ["HL*1**20*1", "CLM*X*1***11:B:1", "STC*A1:19"], version="005010X214")
    claims = texts.transaction("837", [*texts.BILLING, *texts.SUBSCRIBER, *texts.PROFESSIONAL_CLAIM])
    tables, rejected, formats = texts.read(texts.written(texts.group("HC", other, claims, other)), tmp_path)
    assert tables["claim"]["patient_control_number"].to_list() == ["E1"]
    assert tables["claim_status"].height == 2
    assert formats == ["837P", "277CA"]
    assert rejected.is_empty()
