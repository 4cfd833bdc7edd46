"""How payers answer in FHIR: for whole claims, with added lines, by reference, in other currencies."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from auditlib.sources.fhir import read_fhir
from auditlib.sources.tabular.coded_encounter import pseudonym
from tests.reading import gathered
from tests.sources.fhir.texts import (
    ADJUDICATION,
    CARC,
    CARIN,
    CPT,
    GROUP,
    NPI,
    RARC,
    concept,
    explanation,
    judged,
)

ADJUSTMENT = ["line_number", "group_code", "reason_code", "adjustment_amount"]


def read(tmp_path: Path, *resources: object, chunk: int = 1 << 20) -> dict[str, pl.DataFrame]:
    path = tmp_path / "file.json"
    path.write_text("\n".join(json.dumps(one) for one in resources), encoding="utf-8")
    return gathered(read_fhir(path, source_file_id=1, chunk_byte_count=chunk))


def bare_items(count: int) -> list[dict]:
    return [{"sequence": n, "productOrService": concept(CPT, "99213")} for n in range(1, count + 1)]


def total(**amounts: float) -> list[dict]:
    return [
        {"category": concept(ADJUDICATION, name), "amount": {"value": value}}
        for name, value in amounts.items()
    ]


def whole(*adjudications: dict, paid: float = 0, **changes: object) -> dict:
    """A claim of two lines that was adjudicated as a whole."""
    return explanation(
        item=bare_items(2),
        adjudication=list(adjudications),
        total=total(submitted=500),
        payment={"amount": {"value": paid}},
        **changes,
    )


@pytest.mark.parametrize(
    ("adjudications", "paid", "expected"),
    [
        ([judged("denialreason", None, (CARC, "197"))], 0, [(None, "OA", "197", 500)]),
        (
            [judged("deductible", 100), judged("denialreason", None, (CARC, "CO-197"))],
            0,
            [(None, "PR", "1", 100), (None, "CO", "197", 400)],
        ),
        (
            [judged("noncovered", 300), judged("copay", 20), judged("denialreason", None, (CARC, "96"))],
            180,
            [(None, "PR", "3", 20), (None, "OA", "96", 300)],
        ),
        (
            [judged("adjustmentreason", 450, (CARC, "45"), (GROUP, "CO")), judged("coinsurance", 10)],
            40,
            [(None, "PR", "2", 10), (None, "CO", "45", 450)],
        ),
        ([judged("noncovered", 500)], 0, [(None, "OA", None, 500)]),
        ([judged("denialreason", None, ("http://example.org/own", "X"))], 0, [(None, "OA", None, 500)]),
    ],
)
def test_a_claim_adjudicated_as_a_whole(
    tmp_path: Path, adjudications: list[dict], paid: float, expected: list[tuple]
) -> None:
    found = read(tmp_path, whole(*adjudications, paid=paid))
    rows = [(line, group, reason, Decimal(amount)) for line, group, reason, amount in expected]
    assert found["adjustment"].select(ADJUSTMENT).rows() == rows
    assert found["claim_line"].height == 2
    assert found["remit_line"].is_empty()
    assert "a line has no charge: taken as 0" not in found["rejected"]["reason"]


def test_a_share_that_the_total_repeats_is_stated_once(tmp_path: Path) -> None:
    lines = explanation()["item"]
    found = read(tmp_path, explanation(item=lines, total=total(submitted=200.1, deductible=20, copay=5.5)))
    shares = found["adjustment"].filter(group_code="PR").select(ADJUSTMENT).rows()
    assert shares == [(1, "PR", "1", Decimal(20)), (1, "PR", "3", Decimal("5.50"))]


def test_a_payment_called_denied_needs_no_amount(tmp_path: Path) -> None:
    refused = {"type": concept(f"{CARIN}/C4BBPayerClaimPaymentStatusCode", "denied")}
    found = read(tmp_path, {**whole(judged("denialreason", None, (CARC, "29"))), "payment": refused})
    assert found["remit_claim"].select("claim_status_code", "paid_amount").rows() == [("4", Decimal(0))]
    assert found["adjustment"]["adjustment_amount"].to_list() == [Decimal(500)]


def test_a_denied_line_needs_no_payment(tmp_path: Path) -> None:
    item = bare_items(1)[0] | {
        "adjudication": [judged("submitted", 80), judged("denialreason", None, (CARC, "50"))]
    }
    found = read(tmp_path, explanation(item=[item], total=[], payment={}))
    assert found["remit_line"]["paid_amount"].to_list() == [Decimal(0)]
    assert found["adjustment"].select(ADJUSTMENT).rows() == [(1, "OA", "50", Decimal(80))]


def test_added_lines_have_details_and_notes(tmp_path: Path) -> None:
    parts = [{"adjudication": [judged("benefit", 10)]}, {"adjudication": [judged("benefit", 5)]}]
    added = {
        "itemSequence": [2],
        "productOrService": concept(CPT, "99212"),
        "noteNumber": [1],
        "detail": [
            {"adjudication": [judged("benefit", 30), judged("adjustmentreason", 7, (CARC, "45"))]},
            {"subDetail": parts},
        ],
    }
    notes = [
        {"number": 1, "text": "N130: see the plan's documents"},
        {"number": 2, "text": "MA01"},
        {"number": 3, "text": "N95 masks are not covered"},
    ]
    found = read(tmp_path, explanation(addItem=[added], processNote=notes))
    line = found["remit_line"].row(2, named=True)
    assert (line["line_number"], line["code"], line["submitted_code"], line["paid_amount"]) == (
        3,
        "99212",
        "J1100",
        Decimal(45),
    )
    assert line["line_control_number"] == "2"
    assert found["claim_line"].height == 2
    assert (3, "OA", "45", Decimal(7)) in found["adjustment"].select(ADJUSTMENT).rows()
    assert found["remark"].select("line_number", "remark_code").rows() == [
        (2, "N56"),
        (3, "N130"),
        (None, "MA01"),
    ]


CLAIM = {
    "resourceType": "Claim",
    "id": "g1",
    "status": "active",
    "use": "claim",
    "identifier": [{"system": "urn:pcn", "value": "PCN-1"}, {"system": "urn:other", "value": "REF-9"}],
    "total": {"value": 100, "currency": "USD"},
    "item": [],
}
OTHER = {**CLAIM, "id": "g2", "identifier": [{"system": "urn:pcn", "value": "PCN-2"}]}


def response(request: dict, **changes: object) -> dict:
    return {
        "resourceType": "ClaimResponse",
        "id": "r1",
        "status": "active",
        "identifier": [{"value": "OWN-1"}],
        "insurer": {"display": "Sample Plan"},
        "outcome": "complete",
        "request": request,
        "payment": {"amount": {"value": 0}},
        "adjudication": [judged("submitted", 100), judged("denialreason", None, (CARC, "197"), (RARC, "M1"))],
        **changes,
    }


REQUESTS = [
    {"reference": "Claim/g1"},
    {"reference": "Claim/g1/_history/2"},
    {"reference": "https://payer.example/fhir/Claim/g1"},
    {"reference": "urn:uuid:3f0e"},
    {"reference": "urn:uuid:3f0e/_history/1"},
    {"identifier": {"system": "urn:pcn", "value": "PCN-1"}},
    {"identifier": {"value": "REF-9"}},
    {"reference": "Claim?identifier=urn:other|REF-9"},
]


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("first", ["claim", "response"])
def test_a_response_has_the_number_of_the_claim_it_names(tmp_path: Path, request_: dict, first: str) -> None:
    entries = [
        {"fullUrl": "urn:uuid:3f0e", "resource": CLAIM},
        {"fullUrl": "urn:uuid:77aa", "resource": OTHER},
        {"fullUrl": "urn:uuid:9999", "resource": response(request_)},
    ]
    bundle = {"resourceType": "Bundle", "entry": entries if first == "claim" else entries[::-1]}
    found = read(tmp_path, bundle, chunk=500)
    assert found["remit_claim"]["patient_control_number"].to_list() == ["PCN-1"]
    assert found["remittance"]["payer_name"].to_list() == ["Sample Plan"]
    assert found["adjustment"].select(ADJUSTMENT).rows() == [(None, "OA", "197", Decimal(100))]


def test_a_response_without_its_claim_never_has_its_own_number(tmp_path: Path) -> None:
    lines = [
        response({"reference": "Claim/elsewhere/_history/3"}),
        response({"identifier": {"value": "PCN-7"}}),
    ]
    assert read(tmp_path, *lines)["remit_claim"]["patient_control_number"].to_list() == ["elsewhere", "PCN-7"]


def test_a_version_chooses_and_two_claims_under_one_id_are_not_guessed(tmp_path: Path) -> None:
    second = {**OTHER, "id": "g1", "meta": {"versionId": "2"}}
    first = {**CLAIM, "meta": {"versionId": "1"}}
    asked = [response({"reference": "Claim/g1/_history/2"}), response({"reference": "Claim/g1"}, id="r2")]
    assert read(tmp_path, first, second, *asked)["remit_claim"]["patient_control_number"].to_list() == [
        "PCN-2",
        "g1",
    ]


def test_a_contained_claim_gives_its_number(tmp_path: Path) -> None:
    inside = [{"resourceType": "Claim", "id": "c", "identifier": [{"value": "PCN-5"}]}]
    found = read(tmp_path, response({"reference": "#c"}, contained=inside))
    assert found["remit_claim"]["patient_control_number"].to_list() == ["PCN-5"]


PAYER = {
    "resourceType": "Organization",
    "id": "pay",
    "name": "Delta Plan",
    "identifier": [{"value": "PAYER7"}],
}
CLINIC = {
    "resourceType": "Organization",
    "id": "clinic",
    "identifier": [{"system": NPI, "value": "1234567893"}],
}
DOCTOR = {"resourceType": "Practitioner", "id": "doc", "identifier": [{"system": NPI, "value": "1999999992"}]}
ROLE = {"resourceType": "PractitionerRole", "id": "role", "practitioner": {"reference": "Practitioner/doc"}}
COVER = {"resourceType": "Coverage", "id": "cov", "payor": [{"reference": "urn:uuid:pay"}]}
WHO = {"resourceType": "Patient", "id": "P1", "gender": "female"}


def test_resources_of_the_file_give_names_and_numbers(tmp_path: Path) -> None:
    billed = {
        **CLAIM,
        "patient": {"reference": "urn:uuid:who"},
        "provider": {"reference": "Organization/clinic"},
        "careTeam": [{"provider": {"reference": "PractitionerRole/role"}, "role": concept("x", "rendering")}],
        "insurance": [{"focal": True, "coverage": {"reference": "Coverage/cov"}}],
    }
    answered = explanation(insurer={"reference": "Organization/pay/_history/4"})
    named = {
        "pay": PAYER,
        "who": WHO,
        "a": CLINIC,
        "b": DOCTOR,
        "c": ROLE,
        "d": COVER,
        "e": billed,
        "f": answered,
    }
    entries = [{"fullUrl": f"urn:uuid:{name}", "resource": one} for name, one in reversed(named.items())]
    found = read(tmp_path, {"resourceType": "Bundle", "entry": entries}, chunk=700)
    claims = {row["patient_control_number"]: row for row in found["claim"].iter_rows(named=True)}
    assert {row["payer_name"] for row in claims.values()} == {"Delta Plan"}
    assert {row["payer_id"] for row in claims.values()} == {"PAYER7"}
    assert claims["PCN-1"]["billing_provider_id"] == "1234567893"
    assert claims["PCN-1"]["rendering_provider_id"] == "1999999992"
    assert claims["PCN-1"]["patient_id"] == pseudonym("", "P1") == found["patient"]["patient_id"].item()
    assert found["rejected"].is_empty()


def test_contained_payers_by_any_place(tmp_path: Path) -> None:
    inside = [{"resourceType": "Patient", "id": "p", "name": [{"text": "x"}]}, {**PAYER, "id": "o"}]
    found = read(tmp_path, explanation(contained=inside, insurer={"reference": "#o"}))
    assert found["claim"].select("payer_id", "payer_name").row(0) == ("PAYER7", "Delta Plan")


@pytest.mark.parametrize(
    ("currency", "reason"),
    [
        ("CAD", "The amounts are in CAD; the columns hold US dollars"),
        ("1234567", "The amounts are in another currency; the columns hold US dollars"),
    ],
)
def test_other_currencies_are_not_loaded(tmp_path: Path, currency: str, reason: str) -> None:
    foreign = explanation(payment={"amount": {"value": 5, "currency": currency}})
    older = explanation(totalCost={"value": 1, "system": "urn:iso:std:iso:4217", "code": currency})
    found = read(
        tmp_path,
        foreign,
        older,
        explanation(id="E3"),
        response({}, total=[{"amount": {"currency": currency}}]),
    )
    assert found["claim"].height == 1
    assert found["rejected"]["reason"].to_list() == [reason] * 3


def test_odd_references_break_nothing(tmp_path: Path) -> None:
    loop = [
        {"resourceType": "PractitionerRole", "id": "l", "practitioner": {"reference": "PractitionerRole/l"}},
        {"resourceType": "Coverage", "id": "l", "payor": [{"reference": "Coverage/l"}]},
        PAYER,
        {**PAYER, "name": "Another Plan"},
    ]
    twice = [{"resourceType": "Organization", "id": "o", "name": name} for name in ("A", "B")]
    odd = [
        explanation(id="1", insurer={"reference": "#nowhere"}),
        explanation(id="2", insurer={"reference": "Organization/pay"}, contained=twice),
        explanation(
            id="3", insurer={"reference": "#o"}, contained=twice, provider={"reference": "PractitionerRole/l"}
        ),
        explanation(
            id="4", insurer={"reference": "////"}, contained={"resourceType": "Organization", "name": [1]}
        ),
        explanation(id="5", addItem=[{}], processNote=[{}], adjudication=[{}], claim={}),
        response({"reference": "#"}, id="6"),
        response({}, id="7"),
    ]
    found = read(tmp_path, *loop, *odd)
    assert found["claim"].height == 5
    # Two organizations under one address: neither is taken.
    assert found["claim"]["payer_name"].to_list()[:3] == [None, None, "A"]
    assert found["remit_claim"].height == 7
