"""Findings of a review on loaded claims: each is priced with its origin, or says why it is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from auditlib.pricing.finding_price import PriceRequest, accepted_origin, priced_findings
from auditlib.pricing.price_source import DEFAULT_SOURCES, PriceSource
from auditlib.review import NO_RECORD
from auditlib.review.frames import VERDICT_COLUMNS
from auditlib.review.payment_difference import ENTERED, NOT_AGREED, WHOLE_LINE
from auditlib.warehouse import Warehouse, graph
from tests.measures.story import SERVICE_DATE, Cas, Claim, Payment, Story, money
from tests.tables import fill

D = Decimal
PAID_ON = dt.date(2026, 2, 1)
NPI = "1999999984"
RELATIVE_VALUES = {"99213": 9, "99214": 12, "11000": 10, "12000": 8, "14000": 4}
RANKED = {"11000", "12000"}
Lines = tuple[tuple[str, float], ...]
Findings = dict[tuple[str, str | None], dict[str, Any]]
# What the schedule allows for each line as billed; the payer is Medicare unless said otherwise.
BILLED: dict[str, Lines] = {
    "CHANGED": (("99214", 120),),
    "DELETED": (("11000", 100), ("12000", 40)),
    "DOUBLED": (("99213", 90), ("99214", 120)),
    "ADDED": (("99213", 90),),
    "UNKNOWN": (("99213", 90),),
    "CONTRACT": (("99214", 100),),
    "ENTERED": (("99214", 120),),
    "NOLINE": (("99213", 90),),
    "NORECORD": (("99213", 90),),
}
COMMERCIAL = "CONTRACT"
STAY = "STAY"


def medicare(allowed: float) -> D:
    """80 % of the amount allowed, less 2 %."""
    return money(D(str(allowed)) * D("0.8") * D("0.98"))


def tables() -> dict[str, list[dict[str, Any]]]:
    claims = [
        Claim(name, charge=1000 * len(lines), payer="P02" if name == COMMERCIAL else "P01", biller=NPI)
        for name, lines in BILLED.items()
    ]
    payments = []
    for name, lines in BILLED.items():
        paid = [money(allowed * 0.7) if name == COMMERCIAL else medicare(allowed) for _, allowed in lines]
        adjustments = [
            adjustment
            for number, (_, allowed) in enumerate(lines, start=1)
            for adjustment in (
                Cas("CO", "45", 1000 - allowed, number),
                Cas("PR", "2", allowed * (0.3 if name == COMMERCIAL else 0.2), number),
                *(() if name == COMMERCIAL else (Cas("CO", "253", allowed * 0.016, number),)),
            )
        ]
        payments.append(
            Payment(
                PAID_ON,
                float(sum(paid)),
                adjustments,
                charge=1000 * len(lines),
                lines=[(1000, float(one)) for one in paid],
                number=name,
                payer="P02" if name == COMMERCIAL else "P01",
                billed_lines=[f"L{number}" for number, _ in enumerate(lines, start=1)],
                filing="12" if name == COMMERCIAL else "MB",
            )
        )
    claims.append(Claim(STAY, charge=9000, form="I", biller=NPI))
    payments.append(
        Payment(PAID_ON, 7800, [Cas("PR", "1", 1200, None)], charge=9000, lines=[], number=STAY, filing="MA")
    )
    rows = Story(claims, payments).tables()
    for claim in rows["core.claim"]:
        claim["patient_id"] = claim["patient_control_number"]
        claim["place_of_service"] = "11"
        if claim["patient_control_number"] == STAY:
            claim |= {"type_of_bill": "111", "discharge_status_code": "01", "filing_code": "MA"}
    billed = [
        (claim_id, name, *line)
        for claim_id, name in enumerate(BILLED, start=1)
        for line in enumerate(BILLED[name], 1)
    ]
    rows["core.claim_line"] = [
        {
            "claim_id": claim_id,
            "line_number": number,
            "code_system": "CPT",
            "code": code,
            "from_date": SERVICE_DATE,
            "unit_count": 1,
            "unit_code": "UN",
            "charge_amount": money(1000),
            "line_control_number": f"L{number}",
        }
        for claim_id, _, number, (code, _) in billed
    ]
    codes = [code for _, _, _, (code, _) in billed]
    for line, code in zip(rows["core.remit_line"], codes, strict=True):
        line |= {"code_system": "CPT", "code": code, "unit_count": 1, "from_date": SERVICE_DATE}
    rows["core.encounter"] = [
        {
            "encounter_id": name,
            "encounter_class": "inpatient" if name == STAY else "office",
            "billed_drg_code": "193" if name == STAY else None,
        }
        for name in (*BILLED, STAY)
    ]
    rows["core.encounter_code"] = [
        {"encounter_id": name, "code_number": number, "code_system": "CPT", "code": code}
        for _, name, number, (code, _) in billed
    ] + [{"encounter_id": "NOLINE", "code_number": 2, "code_system": "CPT", "code": "14000"}]
    days = {"effective_from": dt.date(2026, 1, 1)}
    rows["ref.release"] = [{"code_system": "physician fee schedule nonQPP", "release": "2026Q1", **days}]
    rows["ref.fee_schedule"] = [
        {
            "code": code,
            "status_code": "A",
            "work_rvu": D(value),
            "nonfacility_practice_rvu": D(0),
            "facility_practice_rvu": D(0),
            "malpractice_rvu": D(0),
            "conversion_factor": D(10),
            "global_days": "000",
            "multiple_procedure_indicator": "2" if code in RANKED else "0",
            "bilateral_indicator": "0",
            "assistant_indicator": "0",
            "release": "2026Q1",
            **days,
        }
        for code, value in RELATIVE_VALUES.items()
    ]
    rows["ref.provider_rate"] = [
        {
            "provider": NPI,
            "contractor": "10112",
            "locality": "00",
            "base_rate_amount": D(6000),
            "release": "rates.csv",
            **days,
        }
    ]
    rows["ref.fee_locality"] = [
        {
            "contractor": "10112",
            "state": "AL",
            "locality": "00",
            "locality_name": "ALABAMA",
            "work_index": D(1),
            "practice_index": D(1),
            "malpractice_index": D(1),
            "release": "2026",
            **days,
        }
    ]
    rows["ref.contract_fee"] = [
        {"payer": "P02", "code": "99213", "fee_amount": D(80), "release": "fees.csv", **days}
    ]
    rows["ref.drg"] = [{"drg": "194", "title": "PNEUMONIA", "weight": D("0.9"), "release": "FY2026", **days}]
    return rows


@pytest.fixture(scope="module")
def loaded() -> Warehouse:
    warehouse = Warehouse.in_memory()
    fill(warehouse, tables())
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"core.answered_line", "mart.claim_outcome", "mart.take_back"})
    return warehouse


def verdict(
    chart: str, action: str, code: str | None, after: str | None = None, **more: object
) -> dict[str, object]:
    return {
        "audit": "q1",
        "reviewer": "Ann",
        "encounter_id": chart,
        "action": action,
        "code_number": None if code is None else 1,
        "code_system": None if code is None else "CPT",
        "code": code,
        "corrected_code_system": None if after is None else "CPT",
        "corrected_code": after,
    } | more


DIAGNOSIS = {"code_system": "ICD-10-CM", "corrected_code_system": "ICD-10-CM"}
VERDICTS = (
    verdict("CHANGED", "change", "99214", "99213"),
    verdict("CHANGED", "change", "I10", "I119", **DIAGNOSIS),
    verdict("DELETED", "delete", "11000"),
    verdict("DOUBLED", "change", "99213", "99214"),
    verdict("ADDED", "add", None, "14000"),
    verdict("UNKNOWN", "change", "99213", "99998"),
    verdict("CONTRACT", "change", "99214", "99213"),
    verdict("ENTERED", "change", "99214", "99213", payment_difference=D(5), payment_difference_basis=ENTERED),
    verdict("NOLINE", "change", "14000", "99213", code_number=2),
    verdict("NORECORD", NO_RECORD, "99213"),
    verdict(STAY, "change", "J189", "J159", **DIAGNOSIS),
)
STAYS = (
    verdict(
        STAY, "change", "193", "194", code_system="MS-DRG", corrected_code_system="MS-DRG", code_number=None
    ),
)


def priced(
    warehouse: Warehouse,
    verdicts: Sequence[dict[str, object]] = VERDICTS,
    stays: Sequence[dict[str, object]] = STAYS,
    sources: tuple[PriceSource, ...] = DEFAULT_SOURCES,
) -> pl.DataFrame:
    frames = [
        pl.DataFrame(
            [row | {"event_number": first + n} for n, row in enumerate(rows)], schema=VERDICT_COLUMNS
        )
        for first, rows in ((1, verdicts), (101, stays))
    ]
    return priced_findings(warehouse, *frames, encounter_ids=[*BILLED, STAY], request=PriceRequest(sources))


@pytest.fixture(scope="module")
def findings(loaded: Warehouse) -> Findings:
    return {(row["encounter_id"], row["before"]): row for row in priced(loaded).iter_rows(named=True)}


def test_a_changed_code_is_paid_less_by_the_payers_part(findings: Findings) -> None:
    found = findings["CHANGED", "99214"]
    assert (found["paid_amount"], found["audited_amount"], found["payment_difference"]) == (
        D("94.08"),
        D("70.56"),
        D("23.52"),
    )
    assert found["origin"] == (
        "99213: physician fee schedule 2026Q1, locality 10112-00 ALABAMA, non-facility: (9.00 x 1.000 + "
        "0.00 x 1.000 + 0.00 x 1.000) x 10.0000 = $90.00; less the patient's deductible $0.00, coinsurance "
        "$18.00 and copay $0.00 = $72.00; less 2 % sequestration = $70.56"
    )
    assert [step["rule"] for step in found["steps"]] == ["fee", "patient's share", "sequestration"]
    assert (found["price_source"], found["release"], found["locality"]) == (
        "schedule",
        "2026Q1",
        "10112-00 ALABAMA",
    )


def test_a_deleted_procedure_raises_the_rank_of_the_next(findings: Findings) -> None:
    found = findings["DELETED", "11000"]
    # $78.40 was paid for it; the other one would have been paid $62.72 and not $31.36.
    assert (found["paid_amount"], found["payment_difference"]) == (D("78.40"), D("47.04"))
    assert found["origin"] == (
        "11000: nothing is paid for a deleted code = $0.00; other lines of the day, whose rank changes: "
        "$31.36 more"
    )


def test_a_code_that_the_claim_bills_already_is_paid_once(findings: Findings) -> None:
    found = findings["DOUBLED", "99213"]
    assert (found["payment_difference"], found["price_source"]) == (D("70.56"), "nothing due")
    assert "the claim bills it on another line of the day" in found["origin"]


def test_an_added_service_is_underpaid(findings: Findings) -> None:
    found = findings["ADDED", None]
    assert (found["paid_amount"], found["payment_difference"]) == (D("0.00"), D("-31.36"))


def test_other_payers_are_priced_by_their_contract_and_the_shares_of_the_line(findings: Findings) -> None:
    found = findings["CONTRACT", "99214"]
    # $80 by contract, 30 % of it the patient's.
    assert (found["paid_amount"], found["audited_amount"], found["price_source"]) == (
        D("70.00"),
        D("56.00"),
        "contract",
    )


def test_a_stay_is_priced_by_weight_and_its_diagnosis_within_it(findings: Findings) -> None:
    found = findings[STAY, "193"]
    # 0.9 x $6,000 less the deductible of $1,200, less 2 %.
    assert (found["audited_amount"], found["payment_difference"]) == (D("4116.00"), D("3684.00"))
    assert found["origin"].startswith(
        "DRG 194: relative weights FY2026, 0.9000 x base rate $6000.00 (rates.csv) = $5400.00"
    )
    assert findings[STAY, "J189"]["origin"] == "within the difference of the DRG of the stay"


def test_what_cannot_be_priced_is_listed_with_its_reason(findings: Findings) -> None:
    reasons = {key: row["reason"] for key, row in findings.items() if row["payment_difference"] is None}
    assert reasons == {
        ("UNKNOWN", "99213"): (
            "99998 is not in the physician fee schedule of 2026-01-05: deleted, or not yet in force. "
            "No contract fee of the payer for 99998 is loaded."
        ),
        ("NOLINE", "14000"): "No answered claim line bills 14000 as the coder listed it.",
    }


def test_what_reviewers_entered_stays_and_diagnoses_set_no_price(findings: Findings) -> None:
    entered = findings["ENTERED", "99214"]
    assert (entered["payment_difference"], entered["audited_amount"], entered["origin"]) == (
        D(5),
        D("89.08"),
        "entered by Ann",
    )
    assert (findings["CHANGED", "I10"]["payment_difference"], findings["CHANGED", "I10"]["price_source"]) == (
        D(0),
        "no effect",
    )
    record = findings["NORECORD", "99213"]
    assert (record["payment_difference"], record["origin"]) == (
        D("70.56"),
        "nothing is paid for a code without a record, by the rule for missing records",
    )


def test_no_amount_is_without_its_origin(findings: Findings) -> None:
    for row in findings.values():
        has_amount = row["payment_difference"] is not None
        assert (
            has_amount == bool(row["origin"]) == (row["reason"] is None) == (row["price_source"] is not None)
        )
        assert not row["is_estimate"]


def test_an_accepted_price_keeps_its_source_and_origin(loaded: Warehouse) -> None:
    origin = accepted_origin("usual", "99213: estimate = $70.00")
    rows = (
        verdict(
            "CHANGED", "change", "99214", "99213", payment_difference=D(7), payment_difference_basis=origin
        ),
        verdict("DOUBLED", "change", "99213", "99214", payment_difference_basis=NOT_AGREED),
        verdict(
            "DELETED", "delete", "11000", payment_difference=D("78.40"), payment_difference_basis=WHOLE_LINE
        ),
    )
    found = {row["encounter_id"]: row for row in priced(loaded, rows, ()).iter_rows(named=True)}
    kept = found["CHANGED"]
    assert (kept["payment_difference"], kept["price_source"], kept["is_estimate"]) == (D(7), "usual", True)
    assert kept["origin"] == "usual: 99213: estimate = $70.00"
    assert found["DOUBLED"]["reason"] == "Reviewers agree on the code and not on its dollars."
    assert found["DELETED"]["payment_difference"] == D("47.04")


def test_without_a_source_only_what_is_due_to_nothing_is_priced(loaded: Warehouse) -> None:
    found = {
        row["encounter_id"]: row
        for row in priced(loaded, sources=()).iter_rows(named=True)
        if row["code_system"] == "CPT"
    }
    assert found["CHANGED"]["reason"] == "No source of prices was asked for."
    assert found["DELETED"]["payment_difference"] == D("78.40")


def test_an_audit_without_findings_is_priced_as_empty(loaded: Warehouse) -> None:
    assert priced(loaded, (), ()).is_empty()
