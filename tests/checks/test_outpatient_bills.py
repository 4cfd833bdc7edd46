"""OCE-01 and REV-01: what an outpatient bill, or any bill of an institution, cannot have on a line."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.checks.cases import Judge, Rows, claim, line
from tests.checks.service_lines import FIRST, LAST, release

BILL = claim(form="I", type_of_bill="131", filing_code="MA")
LINE = line(code="11111", code_system="CPT", charge_amount=80)


def rated(code: str, status: str, of: str = "2026Q1") -> dict[str, object]:
    return {
        "code": code,
        "status_indicator": status,
        "release": of,
        "effective_from": FIRST,
        "effective_to": LAST,
    }


def bill(status: str, *, claims: Rows = (BILL,), lines: Rows = (LINE,), more: Rows = ()) -> dict[str, Rows]:
    """A bill and Addendum B, in which another code has the status A, beside a later list of another kind."""
    return {
        "ref.release": [
            release("outpatient rates"),
            release("another list", "later", dt.date(2026, 1, 12), None),
            *more,
        ],
        "ref.outpatient_rate": [rated("11111", status), rated("22222", "A")],
        "core.claim": claims,
        "core.claim_line": lines,
    }


@pytest.mark.parametrize(
    ("status", "modifier", "words"),
    [
        ("C", None, "is paid for inpatients only (status C)."),
        ("C", "59", "is paid for inpatients only (status C)."),
        ("C", "CA", None),
        (
            "B",
            None,
            "is not recognised on an outpatient bill, where another code may stand for it (status B).",
        ),
        (
            "B",
            "CA",
            "is not recognised on an outpatient bill, where another code may stand for it (status B).",
        ),
        ("E1", None, "is not paid by Medicare for outpatients (status E1)."),
        ("E2", None, "is not paid by Medicare for outpatients (status E2)."),
        ("M", None, "is not billable to the Medicare administrative contractor (status M)."),
        ("Y", None, "is billed to the contractor for durable equipment (status Y)."),
        ("A", None, None),
        ("N", None, None),
        ("T", None, None),
    ],
)
def test_what_outpatients_are_not_paid_for(
    judge: Judge, status: str, modifier: str | None, words: str | None
) -> None:
    result = judge("OCE-01", bill(status, lines=[{**LINE, "modifier_1": modifier}]))
    assert (result.eligible_count, result.not_checked_count) == (1, 0)
    found = [("11111", f"11111 {words}", "2026Q1", 80)] if words else []
    assert result.of("code", "detail", "release", "at_stake_amount") == found
    assert result.outcome == ("failed" if words else "passed")


@pytest.mark.parametrize(
    ("columns", "outcome"),
    [
        ({"type_of_bill": "0131"}, "failed"),
        ({"type_of_bill": "121"}, "failed"),
        ({"type_of_bill": "111"}, "not applicable"),
        ({"type_of_bill": "141"}, "not applicable"),
        ({"type_of_bill": "851"}, "not applicable"),
        ({"form": "P"}, "not applicable"),
        ({"filing_code": "CI"}, "not applicable"),
        ({"filing_code": None}, "not checked"),
    ],
)
def test_whose_outpatient_bill(judge: Judge, columns: dict[str, object], outcome: str) -> None:
    assert judge("OCE-01", bill("C", claims=[{**BILL, **columns}])).outcome == outcome


@pytest.mark.parametrize(
    ("columns", "outcome"),
    [
        ({"charge_amount": 0}, "not applicable"),
        ({"charge_amount": 1}, "failed"),
        ({"modifier_1": "GY"}, "not applicable"),
        ({"modifier_1": "GZ"}, "not applicable"),
        ({"modifier_1": "59", "modifier_2": "GA"}, "not applicable"),
        ({"modifier_1": "GX"}, "not applicable"),
        ({"modifier_1": "GB"}, "failed"),
        ({"code": "22222"}, "passed"),
        ({"code": "33333"}, "not checked"),
        ({"from_date": None}, "not checked"),
        ({"from_date": dt.date(2025, 12, 31)}, "not checked"),
        ({"from_date": FIRST}, "failed"),
        ({"from_date": LAST}, "failed"),
        ({"from_date": dt.date(2026, 4, 1)}, "not checked"),
    ],
)
def test_which_outpatient_lines(judge: Judge, columns: dict[str, object], outcome: str) -> None:
    assert judge("OCE-01", bill("C", lines=[{**LINE, **columns}])).outcome == outcome


@pytest.mark.parametrize(
    ("first", "outcome"),
    [(dt.date(2026, 1, 10), "passed"), (dt.date(2026, 1, 15), "passed"), (dt.date(2026, 1, 16), "failed")],
)
def test_the_latest_addendum_of_a_day_counts(judge: Judge, first: dt.date, outcome: str) -> None:
    tables = bill("C", more=[release("outpatient rates", "update", first, None)])
    tables["ref.outpatient_rate"] = [*tables["ref.outpatient_rate"], rated("11111", "T", "update")]
    assert judge("OCE-01", tables).outcome == outcome


CODES = [f"{number:04}" for number in range(100, 500)]


def stay(
    *billed: str | None,
    codes: list[str] = CODES,
    days: tuple[dt.date, dt.date | None] = (FIRST, LAST),
    **columns: object,
) -> dict[str, Rows]:
    """Lines with revenue codes, and a list of the codes from 0100 to 0499 beside two of other codes."""
    dated = {"effective_from": days[0], "effective_to": days[1]}
    listed = {"code_system": "revenue code", "release": "own", "is_billable": True, **dated}
    other = {**listed, "code_system": "type of bill"}
    later = {**other, "release": "later", "effective_from": dt.date(2026, 1, 12)}
    return {
        "ref.release": [
            {name: row[name] for name in ("code_system", "release", *dated)} for row in (listed, other, later)
        ],
        "ref.code": [
            *({**listed, "code": code} for code in codes),
            {**other, "code": "0500"},
            *({**later, "code": code} for code in CODES),
        ],
        "core.claim": [claim(form="I", type_of_bill="111")],
        "core.claim_line": [
            line(number, revenue_code=code, charge_amount=80, **columns)
            for number, code in enumerate(billed, start=1)
        ],
    }


def test_revenue_codes_that_the_list_does_not_have(judge: Judge) -> None:
    result = judge("REV-01", stay("0120", "0500", "450", "99", None))
    assert result.eligible_count == 4
    assert result.of("item_number", "code", "detail", "release", "at_stake_amount") == [
        (number, code, f"{code} is not on your list of revenue codes for the day.", "own", 80)
        for number, code in ((2, "0500"), (4, "0099"))
    ]


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (dt.date(2025, 12, 31), "not checked"),
        (FIRST, "failed"),
        (LAST, "failed"),
        (dt.date(2026, 4, 1), "not checked"),
        # Without a day of its own a line has the first one of its claim.
        (None, "failed"),
    ],
)
def test_a_list_of_revenue_codes_holds_on_its_days(judge: Judge, day: dt.date | None, outcome: str) -> None:
    assert judge("REV-01", stay("0500", from_date=day)).outcome == outcome


def test_a_list_without_a_last_day_holds_on(judge: Judge) -> None:
    assert (
        judge("REV-01", stay("0120", days=(FIRST, None), from_date=dt.date(2030, 1, 1))).outcome == "passed"
    )


def test_a_part_of_the_list_calls_nothing_unknown(judge: Judge) -> None:
    assert judge("REV-01", stay("0120", "0500", codes=CODES[:399])).outcome == "not checked"


@pytest.mark.parametrize(("can_only_confirm", "outcome"), [(True, "not checked"), (False, "failed")])
def test_a_list_that_only_confirms_calls_nothing_unknown(
    judge: Judge, outcome: str, *, can_only_confirm: bool
) -> None:
    tables = stay("0500")
    tables["ref.release"] = [{**row, "can_only_confirm": can_only_confirm} for row in tables["ref.release"]]
    assert judge("REV-01", tables).outcome == outcome


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (CODES[50:] + [f"{number:04}" for number in range(500, 550)], [("0120", "newer")]),
        # A part of the list beside the whole one does not count.
        (["0500"], [("0500", "own")]),
    ],
)
def test_the_latest_list_of_a_day_counts(
    judge: Judge, codes: list[str], found: list[tuple[str, str]]
) -> None:
    tables, later = stay("0120", "0500"), stay(codes=codes)
    for name in ("ref.release", "ref.code"):
        newer = [
            {**row, "release": "newer", "effective_from": dt.date(2026, 1, 10)}
            for row in later[name]
            if row["code_system"] == "revenue code"
        ]
        tables[name] = [*newer, *tables[name]]
    assert judge("REV-01", tables).of("code", "release") == found


def test_a_professional_line_has_no_revenue_code_to_judge(judge: Judge) -> None:
    tables = stay("0500")
    tables["core.claim"] = [claim(form="P")]
    assert judge("REV-01", tables).outcome == "not applicable"


@pytest.mark.parametrize("check_id", ["OCE-01", "REV-01"])
def test_nothing_eligible(judge: Judge, check_id: str) -> None:
    assert judge(check_id, {"core.claim": [claim()]}).outcome == "not applicable"
