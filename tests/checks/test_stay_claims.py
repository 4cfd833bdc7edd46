"""Type of bill and status of discharge: what claims prove of themselves and of one another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from auditlib.warehouse import Warehouse
from tests.checks.cases import Judge, Result, Rows, all_judged, claim, line
from tests.tables import fill

END = dt.date(2026, 1, 15)
PLAIN: Mapping[str, object] = {
    "form": "I",
    "type_of_bill": "111",
    "admit_date": dt.date(2026, 1, 10),
    "discharge_status_code": "01",
    "source_file_id": 1,
}
OUTPATIENT = {**PLAIN, "type_of_bill": "131", "admit_date": None, "discharge_status_code": None}

BILLS: tuple[tuple[str, Mapping[str, object], str | None], ...] = (
    ("a stay", PLAIN, None),
    ("a stay without admission", {**PLAIN, "admit_date": None}, "The stay has no admission day."),
    (
        "a stay without status",
        {**PLAIN, "discharge_status_code": None},
        "The stay has no status of discharge.",
    ),
    (
        "a nursing facility without admission",
        {**PLAIN, "type_of_bill": "0211", "admit_date": None},
        "The stay has no admission day.",
    ),
    *(
        (f"a stay of kind {kind} without {column}", {**PLAIN, "type_of_bill": kind, column: None}, said)
        for kind in ("181", "211")
        for column, said in (
            ("admit_date", "The stay has no admission day."),
            ("discharge_status_code", "The stay has no status of discharge."),
        )
    ),
    ("an outpatient bill", OUTPATIENT, None),
    ("home health without admission", {**OUTPATIENT, "type_of_bill": "329"}, None),
    (
        "a replacement without number",
        {**PLAIN, "frequency_code": "7"},
        "The replacement does not name the payer's control number of its original.",
    ),
    ("a replacement", {**PLAIN, "frequency_code": "7", "original_reference_number": "ICN1"}, None),
    (
        "a professional void without number",
        {"form": "P", "frequency_code": "8", "source_file_id": 1},
        "The void does not name the payer's control number of its original.",
    ),
    (
        "a professional replacement without number",
        {"form": "P", "frequency_code": "7", "source_file_id": 1},
        "The replacement does not name the payer's control number of its original.",
    ),
    ("a late charge", {**PLAIN, "frequency_code": "5"}, None),
    ("a professional original", {"form": "P", "source_file_id": 1}, None),
    ("a replacement that no 837 tells", {"form": "P", "frequency_code": "7", "source_file_id": 2}, None),
    ("a stay that no 837 tells", {**PLAIN, "admit_date": None, "source_file_id": 2}, None),
)
FILES = [{"source_file_id": 1, "format": "837I"}, {"source_file_id": 2, "format": "FHIR"}]


def test_bills_and_what_they_need(warehouse: Warehouse) -> None:
    claims = [claim(number, **columns) for number, (_, columns, _) in enumerate(BILLS, start=1)]
    fill(warehouse, {"core.source_file": FILES, "core.claim": claims})
    result = all_judged(warehouse, ("TOB-01",))["TOB-01"]
    details = dict(result.of("claim_id", "detail"))
    for number, (name, _, expected) in enumerate(BILLS, start=1):
        assert details.get(number) == expected, name
    assert result.eligible_count == 15
    assert {number for (number,) in result.of("item_number")} == {0}


@pytest.mark.parametrize(
    ("revenue_code", "bill", "is_found"),
    [
        ("0120", "131", True),
        ("100", "131", True),
        ("0219", "141", True),
        ("0220", "131", False),
        ("0099", "131", False),
        ("0450", "131", False),
        ("0120", "111", False),
        ("0120", "851", False),
        (None, "131", False),
    ],
)
def test_room_and_board_of_an_outpatient_bill(
    judge: Judge, revenue_code: str | None, bill: str, *, is_found: bool
) -> None:
    tables: dict[str, Rows] = {
        "core.source_file": FILES,
        "core.claim": [claim(1, **{**PLAIN, "type_of_bill": bill}), claim(2, **PLAIN)],
        "core.claim_line": [line(1), line(2, revenue_code=revenue_code), line(1, 2, revenue_code="0120")],
    }
    result = judge("TOB-01", tables)
    assert result.of("item_number", "code") == ([(2, revenue_code)] if is_found else [])
    assert (result.outcome, result.eligible_count) == ("failed" if is_found else "passed", 2)


def test_no_bills(judge: Judge) -> None:
    assert judge("TOB-01", {"core.claim": [claim()]}).outcome == "not applicable"


def stay(claim_id: int = 1, **columns: object) -> dict[str, object]:
    return claim(
        claim_id, **{**PLAIN, "from_date": dt.date(2026, 1, 10), "to_date": END, "drg_code": "291", **columns}
    )


def later(days: int, **columns: object) -> dict[str, object]:
    day = END + dt.timedelta(days=days)
    neutral: dict[str, object] = {"from_date": day, "to_date": day, "billing_provider_id": "1999999992"}
    return claim(2, **{**neutral, **columns})


TRANSFER_GROUPS = [
    {
        "drg": drg,
        "is_post_acute": is_post_acute,
        "effective_from": dt.date(2025, 10, 1),
        "effective_to": dt.date(2026, 9, 30),
        "release": "FY2026",
    }
    for drg, is_post_acute in (("291", True), ("195", False))
]


def disposition(
    judge: Judge, first: Mapping[str, object], second: Mapping[str, object], groups: Rows = TRANSFER_GROUPS
) -> Result:
    return judge("DISP-01", {"core.claim": [first, second], "ref.drg": groups})


@pytest.mark.parametrize(
    ("first", "second", "is_found"),
    [
        pytest.param({"discharge_status_code": "20"}, later(1), True, id="died, and seen a day later"),
        pytest.param({"discharge_status_code": "20"}, later(0), False, id="died, and seen on the day"),
        pytest.param({"discharge_status_code": "20"}, later(9, form="R"), False, id="died, and a refill"),
        pytest.param(
            {"discharge_status_code": "20"}, later(9, patient_id="another"), False, id="another patient"
        ),
        pytest.param({}, later(1), False, id="home, and seen a day later"),
        pytest.param(
            {}, later(0, form="I", type_of_bill="111"), True, id="home, and admitted elsewhere that day"
        ),
        pytest.param({}, later(1, form="I", type_of_bill="111"), False, id="admitted elsewhere a day later"),
        pytest.param(
            {},
            later(0, form="I", type_of_bill="111", billing_provider_id="1234567893"),
            False,
            id="admitted by the same hospital",
        ),
        pytest.param(
            {"discharge_status_code": "02"},
            later(0, form="I", type_of_bill="111"),
            False,
            id="a transfer as billed",
        ),
        pytest.param({}, later(1, form="I", type_of_bill="211"), True, id="nursing facility a day later"),
        pytest.param({}, later(2, form="I", type_of_bill="211"), False, id="nursing facility two days later"),
        pytest.param({}, later(3, form="I", type_of_bill="329"), True, id="home health within three days"),
        pytest.param({}, later(4, form="I", type_of_bill="329"), False, id="home health after four days"),
        pytest.param(
            {"drg_code": "195"}, later(1, form="I", type_of_bill="211"), False, id="a group not on the list"
        ),
    ],
)
def test_what_comes_after_the_stay(
    judge: Judge, first: Mapping[str, object], second: Mapping[str, object], *, is_found: bool
) -> None:
    result = disposition(judge, stay(**first), second)
    assert result.outcome == ("failed" if is_found else "passed")


def test_a_finding_names_the_later_claim(judge: Judge) -> None:
    result = disposition(judge, stay(), later(1, form="I", type_of_bill="211"))
    assert result.of("claim_id", "code", "release", "detail") == [
        (
            *(1, "01", "FY2026"),
            (
                "Discharged home from a group of post-acute transfers, and care follows: claim A2 begins on "
                "2026-01-16."
            ),
        )
    ]


def test_without_table_5_only_its_part_is_left(judge: Judge) -> None:
    assert disposition(judge, stay(), later(1, form="I", type_of_bill="211"), []).outcome == "passed"


def test_without_a_patient_it_is_not_checked(judge: Judge) -> None:
    assert judge("DISP-01", {"core.claim": [stay(patient_id=None)]}).outcome == "not checked"


def test_no_stay(judge: Judge) -> None:
    assert judge("DISP-01", {"core.claim": [claim()]}).outcome == "not applicable"
