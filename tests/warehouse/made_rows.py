"""Rows of loaded tables that hang together in many ways: few control numbers, payers, patients and days.

What real files hold once in a thousand claims stands here in every second one: two accounts tied by the
payer's number or by an address, a number used by two patients, ids with a tilde, encounters that files give.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from decimal import Decimal

from auditlib.schema.core_columns import PATIENT_KEYS

Row = dict[str, object]
Rows = dict[str, list[Row]]

FILE_PLACES = 1 << 40
ACCOUNTS = ("A", "B", "C", "D", "E", "F", "A~1~2", "B~unknown~unknown", "C~9~P1")
_NUMBERS = ("X1", "X2", "X3", "X4", "X5", "X6")
_ADDRESSES = ("Claim/1", "Claim/2", "Claim/3")
_PATIENTS = ("P1", "P2", "P3", None)
_CODES = ("99213", "99214", "99215", "10060")
_CHARGES = (Decimal("100.00"), Decimal("250.00"))
_REASONS = ("45", "16", "50", "18", "197", "252", "97", "Z9")
_FORMATS = ("837P", "837P", "837P", "FHIR")


def _day(draw: random.Random) -> dt.date:
    return dt.date(2026, 1, 1) + dt.timedelta(days=draw.choice((0, 0, 1, 30)))


def _maybe(draw: random.Random, value: object, share: float = 0.7) -> object:
    return value if draw.random() < share else None


def _names(draw: random.Random, columns: tuple[str, ...]) -> Row:
    return {name: draw.choice(("K1", "K2", None)) for name in columns}


_KEYS = tuple(column.name for column in PATIENT_KEYS if column.name != "patient_id")


def make_file(draw: random.Random, number: int) -> Rows:
    """Return the rows of one file."""
    rows: Rows = defaultdict(list)
    place = number * FILE_PLACES
    origin = {"source_file_id": number}
    rows["core.source_file"].append(
        {**origin, "sha256": f"{number}", "format": draw.choice(_FORMATS), "load_status": "loaded"}
    )
    for offset in range(100, 100 + 100 * draw.randint(0, 7), 100):
        _claim(draw, rows, place + offset, {**origin, "source_offset": offset})
    for offset in range(2000, 2000 + 1000 * draw.randint(0, 2), 1000):
        _remittance(draw, rows, place + offset, {**origin, "source_offset": offset})
    for offset in range(5000, 5000 + 100 * draw.randint(0, 2), 100):
        _status(draw, rows, place + offset, {**origin, "source_offset": offset})
    return rows


def _claim(draw: random.Random, rows: Rows, claim_id: int, origin: Row) -> None:
    first_day = _day(draw)
    payer = draw.choice(("PAY1", "PAY2"))
    patient = draw.choice(_PATIENTS)
    rows["core.claim"].append(
        {
            **origin,
            "claim_id": claim_id,
            "form": draw.choice("PPI"),
            "patient_control_number": draw.choice(ACCOUNTS),
            "patient_id": patient,
            "payer_id": _maybe(draw, payer),
            "payer_name": _maybe(draw, payer.title()),
            "payer_sequence": draw.choice(("P", "P", "P", "S", None)),
            "frequency_code": draw.choice(("1", "1", "1", "7", "7", "8", "5", None)),
            "original_reference_number": _maybe(draw, draw.choice(_NUMBERS), 0.4),
            "submit_date": _maybe(draw, _day(draw), 0.9),
            "type_of_bill": draw.choice(("0111", "0131", None)),
            "place_of_service": draw.choice(("11", "23", None)),
            "billing_provider_id": draw.choice(("N1", "N2", None)),
            "rendering_provider_id": draw.choice(("N3", None)),
            "from_date": _maybe(draw, first_day, 0.9),
            "to_date": _maybe(draw, first_day, 0.5),
            "drg_code": _maybe(draw, draw.choice(("470", "871")), 0.3),
            "charge_amount": draw.choice(_CHARGES),
            "batch_number": "B1",
            **_names(draw, _KEYS),
        }
    )
    for line in range(1, draw.randint(1, 3)):
        rows["core.claim_line"].append(
            {
                **origin,
                "claim_id": claim_id,
                "line_number": line,
                "code_system": "CPT",
                "code": draw.choice(_CODES),
                "modifier_1": _maybe(draw, "25", 0.3),
                "from_date": first_day,
                "unit_count": Decimal(draw.randint(1, 3)),
                "charge_amount": draw.choice(_CHARGES),
                "revenue_code": _maybe(draw, "0450", 0.3),
                "line_control_number": _maybe(draw, f"L{line}", 0.5),
            }
        )
    rows["core.claim_diagnosis"].append(
        {
            **origin,
            "claim_id": claim_id,
            "diagnosis_number": 1,
            "code_system": "ICD-10-CM",
            "code": draw.choice(("I10", "E119")),
            "code_role": "principal",
        }
    )
    if draw.random() < 0.4:
        rows["core.claim_address"].append(
            {**origin, "claim_id": claim_id, "address": draw.choice(_ADDRESSES), "patient_id": patient}
        )


def _remittance(draw: random.Random, rows: Rows, remittance_id: int, origin: Row) -> None:
    payer = draw.choice(("PAY1", "PAY2"))
    rows["core.remittance"].append(
        {
            **origin,
            "remittance_id": remittance_id,
            "payer_id": _maybe(draw, payer),
            "payer_name": _maybe(draw, payer.title()),
            "payment_date": _maybe(draw, _day(draw) + dt.timedelta(days=40), 0.9),
            "payment_amount": draw.choice(_CHARGES),
            "payee_npi": draw.choice(("N1", "N2", None)),
        }
    )
    for number in range(1, draw.randint(1, 5)):
        _payment(draw, rows, remittance_id, number, origin)
    for number in range(1, draw.randint(1, 3)):
        rows["core.provider_adjustment"].append(
            {
                **origin,
                "remittance_id": remittance_id,
                "adjustment_number": number,
                "reason_code": draw.choice(("WO", "FB", "72")),
                "reference_number": _maybe(draw, draw.choice((*_NUMBERS, *ACCOUNTS)), 0.8),
                "adjustment_amount": draw.choice((Decimal("100.00"), Decimal("-100.00"))),
            }
        )


def _payment(draw: random.Random, rows: Rows, remittance_id: int, number: int, of_remittance: Row) -> None:
    payment_id = remittance_id + number * 100
    origin = {**of_remittance, "source_offset": payment_id % FILE_PLACES}
    sign = draw.choice((1, 1, 1, -1))
    status = "22" if sign < 0 else draw.choice(("1", "1", "2", "4", "23", "25", None))
    rows["core.remit_claim"].append(
        {
            **origin,
            "remit_claim_id": payment_id,
            "remittance_id": remittance_id,
            "patient_control_number": draw.choice(ACCOUNTS),
            "claim_status_code": status,
            "charge_amount": sign * draw.choice(_CHARGES),
            "paid_amount": sign * draw.choice((Decimal("0.00"), Decimal("80.00"))),
            "filing_code": draw.choice(("MB", "CI", None)),
            "payer_claim_control_number": _maybe(draw, draw.choice(_NUMBERS)),
            "frequency_code": draw.choice(("1", "7", None)),
            "drg_code": _maybe(draw, "470", 0.2),
            "from_date": _maybe(draw, _day(draw)),
            **_names(draw, _KEYS),
        }
    )
    for line in range(1, draw.randint(1, 3)):
        charge = draw.choice(_CHARGES)
        rows["core.remit_line"].append(
            {
                **origin,
                "remit_claim_id": payment_id,
                "line_number": line,
                "code_system": "CPT",
                "code": draw.choice(_CODES),
                "submitted_code": _maybe(draw, draw.choice(_CODES), 0.3),
                "charge_amount": charge,
                "paid_amount": draw.choice((Decimal("0.00"), Decimal("40.00"))),
                "unit_count": Decimal(draw.randint(1, 2)),
                "submitted_unit_count": Decimal(2),
                "from_date": _maybe(draw, _day(draw)),
                "line_control_number": _maybe(draw, f"L{line}", 0.5),
            }
        )
    for adjustment in range(1, draw.randint(1, 4)):
        rows["core.adjustment"].append(
            {
                **origin,
                "remit_claim_id": payment_id,
                "adjustment_number": adjustment,
                "line_number": draw.choice((1, None)),
                "group_code": draw.choice(("CO", "PR", "OA")),
                "reason_code": draw.choice(_REASONS),
                "adjustment_amount": draw.choice(_CHARGES),
            }
        )
    if draw.random() < 0.4:
        rows["core.remark"].append(
            {
                **origin,
                "remit_claim_id": payment_id,
                "remark_number": 1,
                "remark_code": draw.choice(("M127", "M25")),
            }
        )
    if draw.random() < 0.3:
        rows["core.answered_address"].append(
            {
                **origin,
                "remit_claim_id": payment_id,
                "preference": 1,
                "address": draw.choice(_ADDRESSES),
                "patient_id": draw.choice(_PATIENTS),
            }
        )


def _status(draw: random.Random, rows: Rows, status_id: int, origin: Row) -> None:
    kind, category = draw.choice((("277CA", "A3"), ("277CA", "A2"), ("277", "R4"), ("277", "P3")))
    rows["core.claim_status"].append(
        {
            **origin,
            "claim_status_id": status_id,
            "status_number": 1,
            "transaction_kind": kind,
            "status_level": draw.choice(("claim", "provider")),
            "status_category_code": category,
            "patient_control_number": _maybe(draw, draw.choice(ACCOUNTS), 0.9),
            "batch_trace_number": "B1",
            "status_date": _day(draw) + dt.timedelta(days=20),
        }
    )


def make_given(draw: random.Random, number: int, encounter_id: str) -> Rows:
    """Return an encounter that a file gives, with what belongs to it."""
    origin = {"source_file_id": number, "source_offset": 9000 + ord(encounter_id[0])}
    day = _day(draw)
    rows: Rows = defaultdict(list)
    rows["core.encounter"].append(
        {
            **origin,
            "encounter_id": encounter_id,
            "encounter_class": draw.choice(("office", "inpatient")),
            "patient_id": draw.choice(_PATIENTS),
            "admit_date": day,
            "discharge_date": day,
            "origin": "encounter",
        }
    )
    if draw.random() < 0.5:
        rows["core.encounter_code"].append(
            {
                **origin,
                "encounter_id": encounter_id,
                "code_number": 1,
                "code_system": "ICD-10-CM",
                "code": "J449",
                "code_role": "principal",
            }
        )
    if draw.random() < 0.5:
        rows["core.machine_code"].append(
            {
                **origin,
                "encounter_id": encounter_id,
                "coder_name": "model",
                "coder_version": draw.choice(("1", "2")),
                "code_number": 1,
                "code_system": "ICD-10-CM",
                "code": "J440",
                "code_role": "principal",
            }
        )
    if draw.random() < 0.5:
        rows["core.document"].append(
            {
                **origin,
                "document_id": f"{encounter_id}:{number}",
                "encounter_id": encounter_id,
                "document_number": number,
                "document_type": "note",
                "text": f"Total time {draw.choice((20, 35))} minutes.",
            }
        )
    return rows
