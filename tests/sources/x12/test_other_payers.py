"""Other payers of a claim, their adjustments and decisions, and amounts beside charges."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from tests.sources.x12 import texts

CLAIM = ["CLM*E1*100***11:B:1*Y*A*Y*Y", "AMT*F5*12.5", "QTY*PT*3", "HI*ABK:I10"]
FIRST_PAYER = [
    "SBR*P*18*GROUP-1**12****CI",
    "CAS*CO*45*10*1*253*2.5",
    "AMT*D*60",
    "AMT*A8*5",
    "AMT*EAF*27.5",
    "AMT*B6*90",
    "OI***Y***I",
    "MOA*.5*20**MA01*N130***3",
    "NM1*IL*1*ELM*IVY****MI*OTHER",
    "NM1*PR*2*OTHER PAYER*****PI*P9999",
    "REF*F8*OTHER-NUMBER",
    "DTP*573*D8*20260131",
]
SECOND_PAYER = ["SBR*S*18*******MB", "AMT*D*1", "MIA*2*30**400*MA02", "NM1*PR*2*THIRD PAYER*****PI*P7777"]
LINES = [
    "LX*1",
    "SV1*HC:99499*60*UN*1***1",
    "AMT*T*4",
    "SVD*P9999*50*HC:99498:25**2*2",
    "CAS*CO*45*8",
    "CAS*PR*1*2",
    "DTP*573*D8*20260201",
    "AMT*EAF*2",
    "SVD*P7777*1*HC:99499**1",
    "CAS*OA*23*59",
    "LX*2",
    "SV1*HC:99498*40*UN*1***1",
]


def _claims(*bodies: list[str]) -> bytes:
    body = [*texts.BILLING, *texts.SUBSCRIBER, *(segment for one in bodies for segment in one)]
    return texts.written(texts.group("HC", texts.transaction("837", body)))


def _rows(frame: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return frame.select(columns).rows()


def test_other_payers_are_read_in_full(tmp_path: Path) -> None:
    data = _claims([*CLAIM, *FIRST_PAYER, *SECOND_PAYER, *LINES], [*CLAIM, *LINES])
    tables, rejected, _ = texts.read(data, tmp_path)
    assert rejected.is_empty()
    first, second = tables["claim_other_payer"].rows(named=True)
    claim_id = tables["claim"]["claim_id"][0]
    assert first == {
        "claim_id": claim_id,
        "other_payer_number": 1,
        "payer_sequence": "P",
        "relationship_code": "18",
        "group_number": "GROUP-1",
        "insurance_type_code": "12",
        "filing_code": "CI",
        "payer_id": "P9999",
        "payer_name": "OTHER PAYER",
        "payer_claim_control_number": "OTHER-NUMBER",
        "adjudication_date": date(2026, 1, 31),
        "paid_amount": Decimal(60),
        "non_covered_amount": Decimal(5),
        "remaining_liability_amount": Decimal("27.50"),
        "benefits_assignment_code": "Y",
        "release_code": "I",
        "remark_codes": "MA01 N130",
        "source_file_id": 5,
        "source_offset": data.index(b"SBR*P*18*GROUP"),
    }
    assert (second["claim_id"], second["other_payer_number"], second["payer_sequence"]) == (claim_id, 2, "S")
    assert (second["paid_amount"], second["remark_codes"], second["adjudication_date"]) == (1, "MA02", None)
    assert tables["claim"]["payer_id"].to_list() == ["P0001", "P0001"]


def test_line_adjudications_are_read_in_full(tmp_path: Path) -> None:
    data = _claims([*CLAIM, *FIRST_PAYER, *LINES])
    tables, rejected, _ = texts.read(data, tmp_path)
    assert rejected.is_empty()
    first, second = tables["line_adjudication"].drop("claim_id", "source_file_id").rows(named=True)
    assert first == {
        "adjudication_number": 1,
        "line_number": 1,
        "payer_id": "P9999",
        "paid_amount": Decimal(50),
        "code_system": "CPT",
        "code": "99498",
        "modifier_1": "25",
        "modifier_2": None,
        "modifier_3": None,
        "modifier_4": None,
        "revenue_code": None,
        "unit_count": Decimal(2),
        "bundled_line_number": 2,
        "adjudication_date": date(2026, 2, 1),
        "remaining_liability_amount": Decimal(2),
        "source_offset": data.index(b"SVD*P9999"),
    }
    assert (second["adjudication_number"], second["payer_id"], second["bundled_line_number"]) == (
        2,
        "P7777",
        None,
    )
    assert second["remaining_liability_amount"] is None


def test_adjustments_of_other_payers_stand_apart_from_those_of_remittances(tmp_path: Path) -> None:
    tables, _, _ = texts.read(_claims([*CLAIM, *FIRST_PAYER, *LINES], [*CLAIM, *FIRST_PAYER]), tmp_path)
    assert "adjustment" not in tables
    named = ("adjustment_number", "other_payer_number", "line_number", "adjudication_number", "reason_code")
    assert _rows(tables["claim_adjustment"], *named, "adjustment_amount") == [
        (1, 1, None, None, "45", 10),
        (2, 1, None, None, "253", Decimal("2.50")),
        (3, None, 1, 1, "45", 8),
        (4, None, 1, 1, "1", 2),
        (5, None, 1, 2, "23", 59),
        (1, 1, None, None, "45", 10),
        (2, 1, None, None, "253", Decimal("2.50")),
    ]


def test_amounts_beside_the_charges_are_kept(tmp_path: Path) -> None:
    tables, _, _ = texts.read(_claims([*CLAIM, *FIRST_PAYER, *SECOND_PAYER, *LINES]), tmp_path)
    named = ("other_payer_number", "line_number", "segment", "element_number", "qualifier")
    assert _rows(tables["claim_amount"], *named, "stated_amount", "stated_quantity") == [
        (None, None, "AMT", 2, "F5", Decimal("12.50"), None),
        (None, None, "QTY", 2, "PT", None, 3),
        (1, None, "AMT", 2, "B6", 90, None),
        (1, None, "MOA", 1, None, None, Decimal("0.5")),
        (1, None, "MOA", 2, None, 20, None),
        (1, None, "MOA", 8, None, 3, None),
        (2, None, "MIA", 1, None, None, 2),
        (2, None, "MIA", 2, None, 30, None),
        (2, None, "MIA", 4, None, 400, None),
        (None, 1, "AMT", 2, "T", 4, None),
    ]


def test_what_stands_nowhere_is_noted(tmp_path: Path) -> None:
    claim = [*CLAIM, "CAS*CO*45*1", "SVD*P9999*1*HC:99498**1", "TOO*JP*12*L"]
    tables, rejected, _ = texts.read(_claims(claim), tmp_path)
    assert tables["claim_adjustment"].is_empty()
    assert tables["line_adjudication"].is_empty()
    assert rejected["segment"].to_list() == ["CAS", "SVD", "TOO"]


def test_unreadable_money_of_other_payers_is_noted(tmp_path: Path) -> None:
    claim = [*CLAIM, "SBR*P*18*******CI", "AMT*D*much", "CAS*CO*45*few", "AMT*F2*x", *LINES[:2], "SVD*P*none"]
    tables, rejected, _ = texts.read(_claims(claim), tmp_path)
    assert tables["claim_other_payer"]["paid_amount"].to_list() == [None]
    assert tables["claim_adjustment"].is_empty()
    assert tables["line_adjudication"].is_empty()
    assert rejected["segment"].to_list() == ["AMT", "CAS", "AMT", "SVD"]


def test_codes_for_billing_keep_dates_and_amounts(tmp_path: Path) -> None:
    codes = [
        "HI*BE:a1:::100.25*BG:02",
        "HI*BH:11:D8:20260101*BI:71:RD8:20260101-20260102*TC:X",
        "HI*BP:00100",
    ]
    tables, rejected, _ = texts.read(_claims([*CLAIM, *codes], [*CLAIM, "HI*BG:09"]), tmp_path)
    assert rejected.is_empty()
    named = ("claim_code_number", "code_kind", "code", "from_date", "to_date", "value_amount")
    first, second = date(2026, 1, 1), date(2026, 1, 2)
    assert _rows(tables["claim_code"], *named) == [
        (1, "value", "A1", None, None, Decimal("100.25")),
        (2, "condition", "02", None, None, None),
        (3, "occurrence", "11", first, first, None),
        (4, "occurrence span", "71", first, second, None),
        (5, "treatment", "X", None, None, None),
        (6, "anesthesia principal", "00100", None, None, None),
        (1, "condition", "09", None, None, None),
    ]


def test_teeth_surfaces_and_drug_units_are_read(tmp_path: Path) -> None:
    line = ["LX*1", "SV3*AD:D2391*100**10:20**1", "TOO*JP*12*L:O:D", "TOO*JP*13", "LX*2", "SV3*AD:D0120*0"]
    tables, _, _ = texts.read(_claims([*CLAIM, *line]), tmp_path)
    assert tables["claim_line"]["oral_cavity_codes"].to_list() == ["10 20", None]
    named = ("line_number", "tooth_number", "tooth_code", "surface_codes")
    assert _rows(tables["claim_tooth"], *named) == [(1, 1, "12", "L O D"), (1, 2, "13", None)]
    drugs = texts.read(texts.professional(), tmp_path)[0]["claim_line"]
    assert _rows(drugs[1:2], "ndc", "ndc_unit_count", "ndc_unit_code") == [("00409123401", 2, "ML")]


def test_sums_and_amounts_of_a_remittance_are_read(tmp_path: Path) -> None:
    body = [*texts.PAYMENT_HEADER, "TS2*10*20*****3", *texts.PAYMENTS, *texts.PLB]
    body.insert(body.index("LQ*HE*M76"), "AMT*AU*59.5")
    data = texts.written(texts.group("HP", texts.transaction("835", body)))
    tables, rejected, _ = texts.read(data, tmp_path)
    assert rejected.is_empty()
    named = ("provider_id", "facility_code", "fiscal_period_date", "claim_count", "charge_amount")
    assert _rows(tables["provider_summary"], *named) == [("1999999984", "11", date(2026, 12, 31), 1, 200)]
    first, *_, last = tables["remit_claim"]["remit_claim_id"].to_list()
    named = ("remit_claim_id", "line_number", "segment", "element_number", "qualifier")
    assert _rows(tables["remit_amount"], *named, "stated_amount", "stated_quantity") == [
        (None, None, "TS2", 1, None, 10, None),
        (None, None, "TS2", 2, None, 20, None),
        (None, None, "TS2", 7, None, None, 3),
        (first, None, "MIA", 1, None, None, 0),
        (last, None, "AMT", 2, "AU", Decimal("59.50"), None),
    ]
    assert tables["remit_line"]["allowed_amount"].to_list() == [80, None]
