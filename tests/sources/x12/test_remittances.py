from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from auditlib.schema.core import ANSWERED_ADDRESS, REMITTANCE_TABLES
from tests.sources.x12 import texts


def _rows(frame: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return frame.select(columns).rows()


def test_remittance_header_is_read_in_full(tmp_path: Path) -> None:
    data = texts.remittance()
    tables, rejected, formats = texts.read(data, tmp_path)
    assert rejected.is_empty()
    assert formats == ["835"]
    assert tables["remittance"].drop("remittance_id").rows(named=True) == [
        {
            "payer_name": "FIRST PAYER",
            "payer_id": "P0001",
            "payee_id": "1999999984",
            "trace_number": "CHECK-9",
            "payment_date": date(2026, 3, 1),
            "payment_amount": Decimal("120.25"),
            "payee_npi": "1999999984",
            "payee_tax_id": None,
            "source_file_id": 5,
            "source_offset": data.index(b"ST*835"),
        }
    ]


def test_claim_payments_are_read_in_full(tmp_path: Path) -> None:
    tables, _, _ = texts.read(texts.remittance(), tmp_path)
    claim = tables["remit_claim"]
    first = claim.row(0, named=True)
    expected = {
        "patient_control_number": "E1",
        "claim_status_code": "1",
        "charge_amount": Decimal("150.50"),
        "paid_amount": Decimal("95.25"),
        "patient_responsibility_amount": Decimal("20.00"),
        "filing_code": "12",
        "payer_claim_control_number": "ICN1",
        "facility_code": "11",
        "frequency_code": "1",
        "drg_code": "470",
        "from_date": date(2026, 1, 5),
        "to_date": date(2026, 1, 7),
        "received_date": date(2026, 2, 15),
    }
    assert {name: first[name] for name in expected} == expected
    columns = (
        "claim_status_code",
        "charge_amount",
        "paid_amount",
        "patient_responsibility_amount",
        "from_date",
    )
    assert _rows(claim[1:], *columns) == [
        ("22", Decimal(-60), Decimal(-30), None, None),
        ("4", Decimal(60), Decimal(0), Decimal(0), None),
    ]


def test_lines_of_payments_are_read_in_full(tmp_path: Path) -> None:
    line = texts.read(texts.remittance(), tmp_path)[0]["remit_line"]
    first, second = line.drop("remit_claim_id", "source_file_id", "source_offset").rows(named=True)
    assert first == {
        "line_number": 1,
        "code_system": "CPT",
        "code": "99213",
        "modifier_1": "25",
        "modifier_2": None,
        "modifier_3": None,
        "modifier_4": None,
        "submitted_code": "99214",
        "revenue_code": None,
        "charge_amount": Decimal(100),
        "paid_amount": Decimal(75),
        "allowed_amount": Decimal(80),
        "unit_count": Decimal(1),
        "submitted_unit_count": Decimal(2),
        "from_date": date(2026, 1, 5),
        "to_date": date(2026, 1, 5),
        "line_control_number": "L1",
    }
    assert (second["code"], second["code_system"], second["revenue_code"]) == (None, None, "0250")
    assert (second["unit_count"], second["submitted_unit_count"]) == (Decimal(1), None)
    assert (second["from_date"], second["to_date"]) == (date(2026, 1, 6), date(2026, 1, 7))


def test_adjustments_keep_level_order_and_sign(tmp_path: Path) -> None:
    tables, _, _ = texts.read(texts.remittance(), tmp_path)
    claim_ids = tables["remit_claim"]["remit_claim_id"].to_list()
    columns = (
        "remit_claim_id",
        "adjustment_number",
        "line_number",
        "group_code",
        "reason_code",
        "adjustment_amount",
    )
    adjustment = tables["adjustment"]
    assert _rows(adjustment, *columns) == [
        (claim_ids[0], 1, None, "OA", "23", Decimal("5.25")),
        (claim_ids[0], 2, 1, "CO", "45", Decimal("20.00")),
        (claim_ids[0], 3, 1, "CO", "1", Decimal("-1.50")),
        (claim_ids[0], 4, 1, "CO", "97", Decimal("1.50")),
        (claim_ids[0], 5, 1, "PR", "1", Decimal("5.00")),
        (claim_ids[0], 6, 2, "PR", "2", Decimal("15.00")),
        (claim_ids[0], 7, 2, "CO", "45", Decimal("15.25")),
        (claim_ids[1], 1, None, "CO", "45", Decimal("-30.00")),
        (claim_ids[2], 1, None, "CO", "16", Decimal("60.00")),
    ]
    assert adjustment["adjustment_quantity"].to_list() == [
        None,
        None,
        Decimal(2),
        None,
        None,
        None,
        Decimal(3),
        None,
        None,
    ]


def test_six_triplets_with_holes_are_all_read(tmp_path: Path) -> None:
    cas = "CAS*CO*1*1**2*2**3*3**4*4**5*5**6*6"
    body = [*texts.PAYMENT_HEADER, "CLP*E1*1*21*0*0*12*ICN1", cas, "CAS*PR****7*7"]
    tables, _, _ = texts.read(texts.written(texts.group("HP", texts.transaction("835", body))), tmp_path)
    assert tables["adjustment"]["reason_code"].to_list() == list("1234567")
    assert tables["adjustment"]["adjustment_amount"].sum() == Decimal(28)


def test_remarks_come_from_mia_moa_and_lq(tmp_path: Path) -> None:
    tables, _, _ = texts.read(texts.remittance(), tmp_path)
    assert _rows(tables["remark"], "remark_number", "line_number", "remark_code") == [
        (1, None, "MA01"),
        (2, None, "MA02"),
        (3, None, "N1"),
        (4, None, "N130"),
        (5, None, "MA67"),
        (6, 1, "N115"),
        (1, None, "M76"),
    ]


def test_provider_adjustments_keep_their_sign(tmp_path: Path) -> None:
    frame = texts.read(texts.remittance(), tmp_path)[0]["provider_adjustment"]
    columns = (
        "adjustment_number",
        "provider_id",
        "fiscal_period_date",
        "reason_code",
        "reference_number",
        "adjustment_amount",
    )
    assert _rows(frame, *columns) == [
        (1, "1999999984", date(2026, 12, 31), "WO", "REF-1", Decimal(-50)),
        (2, "1999999984", date(2026, 12, 31), "L6", None, Decimal(-5)),
    ]


def test_transactions_of_one_file_stay_apart(tmp_path: Path) -> None:
    first = texts.transaction("835", [*texts.PAYMENT_HEADER, "CLP*A*1*10*10"])
    header = [
        segment.replace("CHECK-9", "CHECK-10").replace("120.25", "7") for segment in texts.PAYMENT_HEADER
    ]
    second = texts.transaction("835", [*header, "CLP*B*1*7*7", "SVC*HC:99213*7*7"], number="0002")
    tables, _, _ = texts.read(texts.written(texts.group("HP", first, second)), tmp_path)
    assert tables["remittance"]["trace_number"].to_list() == ["CHECK-9", "CHECK-10"]
    assert tables["remit_claim"]["remittance_id"].to_list() == tables["remittance"]["remittance_id"].to_list()


def test_remittance_without_a_payment_is_not_loaded_whole(tmp_path: Path) -> None:
    broken = texts.transaction(
        "835", ["BPR*I*TEN", *texts.PAYMENT_HEADER[1:], "CLP*A*1*10*10", "CAS*CO*45*1", *texts.PLB]
    )
    whole = texts.transaction("835", [*texts.PAYMENT_HEADER, "CLP*B*1*7*7"], number="0002")
    tables, rejected, _ = texts.read(texts.written(texts.group("HP", broken, whole)), tmp_path)
    assert tables["remit_claim"]["patient_control_number"].to_list() == ["B"]
    assert tables["adjustment"].is_empty()
    assert tables["provider_adjustment"].is_empty()
    assert rejected["segment"].to_list() == ["ST"]


def test_payment_date_falls_back_to_the_production_date(tmp_path: Path) -> None:
    body = ["BPR*I*1*C*CHK", *texts.PAYMENT_HEADER[1:], "CLP*A*1*1*1"]
    tables, _, _ = texts.read(texts.written(texts.group("HP", texts.transaction("835", body))), tmp_path)
    assert tables["remittance"]["payment_date"].to_list() == [date(2026, 2, 28)]


def test_tables_keep_their_contracts(tmp_path: Path) -> None:
    tables, _, _ = texts.read(texts.remittance(), tmp_path)
    for table in REMITTANCE_TABLES:
        if table is ANSWERED_ADDRESS:
            # Only FHIR names claims by address.
            assert table.name not in tables
            continue
        assert table.conform(tables[table.name]).equals(tables[table.name])
