"""Type of bill and status of discharge: what claims prove of themselves and of one another."""

from __future__ import annotations

import datetime as dt
import re
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


DIED, ELSEWHERE = "Died", "Discharged home, and another hospital admits on that day"
CARE = "Discharged home from a group of post-acute transfers, and care follows"
HOSPITAL: Mapping[str, object] = {"form": "I", "type_of_bill": "111"}
NURSING: Mapping[str, object] = {"form": "I", "type_of_bill": "0211"}
HOME_HEALTH: Mapping[str, object] = {"form": "I", "type_of_bill": "329"}


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        *(
            pytest.param({"discharge_status_code": status}, later(1), DIED, id=f"died ({status}), seen later")
            for status in ("20", "40", "41", "42")
        ),
        *(
            pytest.param({"discharge_status_code": status}, later(1), None, id=f"status {status}, seen later")
            for status in ("21", "30", "43", "02", "1")
        ),
        *(
            pytest.param({"discharge_status_code": "20"}, second, said, id=f"died, and {name}")
            for name, second, said in (
                ("seen on the day", later(0), None),
                ("a refill", later(9, form="R"), None),
                ("another patient is seen", later(9, patient_id="another"), None),
                ("admitted later by the same hospital", later(1, **HOSPITAL, billing_provider_id="1"), DIED),
                ("admitted elsewhere on the day", later(0, **HOSPITAL), None),
                ("in a nursing facility the next day", later(1, **NURSING), DIED),
                ("in a nursing facility on the day", later(0, **NURSING), None),
                ("a void that is later", later(1, frequency_code="8"), None),
            )
        ),
        *(
            pytest.param({}, second, said, id=f"home, and {name}")
            for name, second, said in (
                ("seen a day later", later(1), None),
                ("admitted elsewhere on the day", later(0, **HOSPITAL), ELSEWHERE),
                ("in another hospital's outpatient bill", later(0, form="I", type_of_bill="131"), None),
                ("admitted elsewhere a day later", later(1, **HOSPITAL), None),
                ("a physician's bill of the day", later(0, type_of_bill="111"), None),
                (
                    "admitted by the same hospital",
                    later(0, **HOSPITAL, billing_provider_id="1234567893"),
                    None,
                ),
                ("admitted by nobody named", later(0, **HOSPITAL, billing_provider_id=None), None),
                ("in a swing bed on the day", later(0, form="I", type_of_bill="181"), CARE),
                ("in a nursing facility a day later", later(1, **NURSING), CARE),
                ("in a nursing facility two days later", later(2, **NURSING), None),
                ("in a nursing facility the day before", later(-1, **NURSING), None),
                ("home health within three days", later(3, **HOME_HEALTH), CARE),
                ("home health after four days", later(4, **HOME_HEALTH), None),
                (
                    "a facility that admitted earlier and bills later",
                    later(1, **NURSING, admit_date=END - dt.timedelta(days=9)),
                    None,
                ),
            )
        ),
        pytest.param({"discharge_status_code": "02"}, later(0, **HOSPITAL), None, id="a transfer as billed"),
        pytest.param(
            {"discharge_status_code": "1"}, later(0, **HOSPITAL), ELSEWHERE, id="a status written 1"
        ),
        pytest.param({"discharge_status_code": "06"}, later(1, **NURSING), None, id="care as billed"),
        pytest.param({"drg_code": "195"}, later(1, **NURSING), None, id="a group not on the list"),
        pytest.param({"drg_code": "292"}, later(1, **NURSING), None, id="a group that is not in the table"),
        pytest.param({"drg_code": None}, later(1, **NURSING), None, id="no group"),
    ],
)
def test_what_comes_after_the_stay(
    judge: Judge, first: Mapping[str, object], second: Mapping[str, object], said: str | None
) -> None:
    result = disposition(judge, stay(**first), second)
    assert (result.outcome, result.not_checked_count) == ("failed" if said else "passed", 0)
    details = [re.split("(?:, and|:) claim ", str(detail))[0] for (detail,) in result.of("detail")]
    assert details == ([said] if said else [])


def test_a_finding_names_the_later_claim(judge: Judge) -> None:
    result = disposition(judge, stay(), later(1, form="I", type_of_bill="211"))
    assert result.of("claim_id", "item_number", "code", "release", "detail") == [
        (
            *(1, 0, "01", "FY2026"),
            (
                "Discharged home from a group of post-acute transfers, and care follows: claim A2 begins on "
                "2026-01-16."
            ),
        )
    ]


def test_of_several_later_claims_the_first_is_named(judge: Judge) -> None:
    others = [
        {**later(days, **columns), "claim_id": number, "patient_control_number": f"A{number}"}
        for number, days, columns in (
            (2, 3, HOME_HEALTH),
            (4, 1, NURSING),
            (3, 1, NURSING),
            (5, 0, {}),
        )
    ]
    result = judge("DISP-01", {"core.claim": [stay(), *others], "ref.drg": TRANSFER_GROUPS})
    assert [str(detail).partition("follows: ")[2] for (detail,) in result.of("detail")] == [
        "claim A3 begins on 2026-01-16."
    ]
    assert result.eligible_count == 1


@pytest.mark.parametrize("kind", ["died", "transferred"])
def test_a_finding_that_needs_no_list_names_none(judge: Judge, kind: str) -> None:
    first = stay(discharge_status_code="20") if kind == "died" else stay()
    second = later(1) if kind == "died" else later(0, **HOSPITAL)
    assert disposition(judge, first, second).of("release") == [(None,)]


def table_5(name: str, first: dt.date, last: dt.date | None, *, is_listed: bool | None) -> dict[str, object]:
    return {
        "drg": "291",
        "is_post_acute": is_listed,
        "effective_from": first,
        "effective_to": last,
        "release": name,
    }


@pytest.mark.parametrize(
    ("groups", "release"),
    [
        ([table_5("v43", END, END, is_listed=True)], "v43"),
        ([table_5("v43", END, None, is_listed=True)], "v43"),
        ([table_5("v43", END + dt.timedelta(days=1), None, is_listed=True)], None),
        ([table_5("v43", dt.date(2025, 10, 1), END - dt.timedelta(days=1), is_listed=True)], None),
        (
            [
                table_5("v43", dt.date(2025, 10, 1), None, is_listed=True),
                table_5("v43.1", dt.date(2026, 1, 1), None, is_listed=False),
            ],
            None,
        ),
        (
            [
                table_5("v43", dt.date(2025, 10, 1), None, is_listed=False),
                table_5("v43.1", dt.date(2026, 1, 1), None, is_listed=True),
            ],
            "v43.1",
        ),
        (
            [
                table_5("v43", dt.date(2025, 10, 1), None, is_listed=True),
                table_5("weights only", dt.date(2026, 1, 1), None, is_listed=None),
            ],
            "v43",
        ),
        (
            [
                table_5("v43", dt.date(2025, 10, 1), None, is_listed=True),
                table_5("v43 corrected", dt.date(2025, 10, 1), None, is_listed=True),
            ],
            "v43 corrected",
        ),
    ],
    ids=["of the day", "open", "later", "ended", "taken off", "put on", "without the list", "corrected"],
)
def test_one_table_decides_which_is_in_force_on_the_day_of_discharge(
    judge: Judge, groups: Rows, release: str | None
) -> None:
    result = disposition(judge, stay(), later(1, **NURSING), groups)
    assert result.of("release") == ([] if release is None else [(release,)])


def test_without_table_5_only_its_part_is_left(judge: Judge) -> None:
    assert disposition(judge, stay(), later(1, form="I", type_of_bill="211"), []).outcome == "passed"


@pytest.mark.parametrize("columns", [{"patient_id": None}, {"from_date": None, "to_date": None}])
def test_without_a_patient_or_a_last_day_it_is_not_checked(judge: Judge, columns: dict[str, object]) -> None:
    result = judge("DISP-01", {"core.claim": [stay(**columns), later(1)]})
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("not checked", 0, 1)


@pytest.mark.parametrize(
    "columns",
    [{"discharge_status_code": None}, {"type_of_bill": "131"}, {"form": "P"}, {"frequency_code": "8"}],
)
def test_what_is_no_stay_with_a_status(judge: Judge, columns: dict[str, object]) -> None:
    assert disposition(judge, stay(**columns), later(1, **NURSING)).outcome == "not applicable"


def test_a_stay_that_is_not_yet_billed_has_no_later_claims(judge: Judge) -> None:
    encounter = {
        "encounter_id": "B1",
        "encounter_class": "inpatient",
        "patient_id": "patient one",
        "discharge_date": END,
        "discharge_status_code": "20",
    }
    tables = {"core.encounter": [encounter], "core.claim": [later(1)]}
    assert judge("DISP-01", tables).outcome == "not applicable"


def test_no_stay(judge: Judge) -> None:
    assert judge("DISP-01", {"core.claim": [claim()]}).outcome == "not applicable"
