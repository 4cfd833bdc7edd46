"""HC-01 to HC-06: CPT and HCPCS codes, their days, and what Medicare pays. Most codes are invented."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.checks.cases import Judge, Result, Rows, claim, line
from tests.checks.service_lines import fee, listed, release, tables

DAY = dt.date(2026, 1, 15)
HCPCS = [release("HCPCS")]
HCPCS_CODES = [
    listed("HCPCS", "Q1001", first=dt.date(2010, 1, 1)),
    listed("HCPCS", "Q1002", first=dt.date(2010, 1, 1), last=dt.date(2026, 1, 31)),
    listed("HCPCS", "Q1003", first=dt.date(2026, 2, 1)),
]
CPT = [
    release("CPT", "2026", last=None, row_count=11_000),
    release("CPT", "2025", dt.date(2025, 1, 1), dt.date(2025, 12, 31), row_count=11_000),
]
CPT_CODES = [
    listed("CPT", "11111", "2026", last=None),
    listed("CPT", "11111", "2025", dt.date(2025, 1, 1), None),
    listed("CPT", "22222", "2025", dt.date(2025, 1, 1), None),
]


def one(
    judge: Judge,
    check_id: str,
    code: str,
    day: dt.date = DAY,
    *,
    system: str = "HCPCS",
    releases: Rows = HCPCS,
    codes: Rows = HCPCS_CODES,
    **more: Rows,
) -> Result:
    billed = line(1, code=code, code_system=system, from_date=day, charge_amount=70)
    return judge(check_id, tables([billed], releases=releases, codes=codes, **more))


@pytest.mark.parametrize(("code", "is_invalid"), [("Q1001", False), ("Q1002", False), ("Q10O1", True)])
def test_a_hcpcs_code_that_no_file_holds(judge: Judge, code: str, is_invalid: bool) -> None:  # noqa: FBT001
    result = one(judge, "HC-01", code)
    assert (result.eligible_count, result.not_checked_count) == (1, 0)
    assert result.of("item_number", "detail", "release", "at_stake_amount") == (
        [(1, f"{code} is not a HCPCS Level II code.", "2026Q1", 70)] if is_invalid else []
    )


@pytest.mark.parametrize(
    ("code", "day", "detail"),
    [
        ("Q1002", dt.date(2026, 1, 31), None),
        ("Q1002", dt.date(2026, 2, 1), "Q1002 is not in force on 2026-02-01: its last day was 2026-01-31."),
        ("Q1003", dt.date(2026, 1, 31), "Q1003 is not in force on 2026-01-31: its first day is 2026-02-01."),
        ("Q1003", dt.date(2026, 2, 1), None),
        ("Q9999", DAY, None),
    ],
)
def test_a_hcpcs_code_on_another_day(judge: Judge, code: str, day: dt.date, detail: str | None) -> None:
    result = one(judge, "HC-02", code, day)
    assert result.of("detail") == ([] if detail is None else [(detail,)])
    assert result.outcome == ("passed" if detail is None else "failed")


def test_a_hcpcs_code_between_two_times_in_force(judge: Judge) -> None:
    first, second = (dt.date(2025, 1, 1), dt.date(2025, 12, 31)), (dt.date(2026, 3, 1), None)
    codes = [
        listed("HCPCS", "Q1004", name, first=days[0], last=days[1])
        for name, days in (("2025Q4", first), ("2026Q1", second))
    ]
    assert one(judge, "HC-02", "Q1004", DAY, codes=codes).of("detail") == [
        (f"Q1004 is not in force on {DAY}.",)
    ]


def test_the_file_names_what_to_bill_instead(judge: Judge) -> None:
    reference = {"code_system": "HCPCS", "code": "Q1002", "cross_reference": "Q1001", "release": "2026Q1"}
    others = [
        {**reference, "cross_reference": None, "release": "2026Q0"},
        {**reference, "cross_reference": "Q2999", "code_system": "CDT"},
    ]
    result = one(judge, "HC-02", "Q1002", dt.date(2026, 2, 1), ref__hcpcs_detail=[reference, *others])
    assert result.of("related_code") == [("Q1001",)]


@pytest.mark.parametrize(
    ("check_id", "found", "counts"),
    [
        (
            "HC-01",
            [
                (n, f"{code} is not a HCPCS Level II code.")
                for n, code in ((1, "Q10O1"), (16, "33333"), (17, "44444"))
            ],
            (8, 2),
        ),
        (
            "HC-02",
            [
                (4, "Q1002 is not in force on 2026-02-01: its last day was 2026-01-31."),
                (5, "Q1003 is not in force on 2026-01-31: its first day is 2026-02-01."),
            ],
            (8, 2),
        ),
        (
            "HC-03",
            [(8, "33333 is not a CPT code.")],
            (5, 3),
        ),
        (
            "HC-04",
            [
                (9, "22222 is not in force on 2026-01-15."),
                (12, "44444 is not in force on 2026-01-15: its last day was 2025-12-31."),
                (13, "55555 is not in force on 2026-01-15: its first day is 2026-02-01."),
            ],
            (5, 3),
        ),
    ],
)
def test_a_code_is_judged_on_each_day_in_its_own_list(
    judge: Judge, check_id: str, found: list[tuple[int, str]], counts: tuple[int, int]
) -> None:
    january, february, april = dt.date(2026, 1, 31), dt.date(2026, 2, 1), dt.date(2026, 4, 1)
    billed = [
        *(("HCPCS", "Q10O1", DAY), ("HCPCS", "Q10O1", april), ("HCPCS", "Q1002", january)),
        *(("HCPCS", "Q1002", february), ("HCPCS", "Q1003", january), ("HCPCS", "Q1003", february)),
        *(("HCPCS", "Q1001", DAY), ("CPT", "33333", DAY), ("CPT", "22222", DAY)),
        *(("CPT", "22222", dt.date(2025, 12, 31)), ("CPT", "33333", dt.date(2024, 12, 31))),
        *(("CPT", "44444", DAY), ("CPT", "55555", DAY)),
        # Codes of the other system, and a day of no list.
        *(("CPT", "Q10O1", DAY), ("CPT", "Q1002", february), ("HCPCS", "33333", DAY)),
        *(("HCPCS", "44444", DAY), ("HCPCS", "Q1002", april)),
    ]
    lines = [
        line(number, code_system=system, code=code, from_date=day)
        for number, (system, code, day) in enumerate(billed, start=1)
    ]
    dated = [
        listed("CPT", "44444", "2025", dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
        listed("CPT", "55555", "2026", dt.date(2026, 2, 1), None),
    ]
    given = tables(lines, releases=[*HCPCS, *CPT], codes=[*HCPCS_CODES, *CPT_CODES, *dated])
    result = judge(check_id, given)
    assert result.of("item_number", "detail") == found
    assert (result.eligible_count, result.not_checked_count) == counts


@pytest.mark.parametrize(
    ("day", "later_is_loaded", "is_checked"),
    [
        (dt.date(2026, 3, 31), False, True),
        (dt.date(2026, 4, 1), False, False),
        (dt.date(2026, 12, 31), False, False),
        (dt.date(2026, 12, 31), True, True),
    ],
)
def test_a_january_file_lacks_codes_of_later_quarters(
    judge: Judge,
    day: dt.date,
    later_is_loaded: bool,  # noqa: FBT001
    is_checked: bool,  # noqa: FBT001
) -> None:
    releases = [release("HCPCS", "2026", last=dt.date(2026, 12, 31))]
    if later_is_loaded:
        releases.append(release("HCPCS", "2027", dt.date(2027, 1, 1), dt.date(2027, 12, 31)))
    result = one(judge, "HC-01", "Q9999", day, releases=releases)
    assert result.outcome == ("failed" if is_checked else "not checked")


def test_dental_codes_are_not_judged_by_absence(judge: Judge) -> None:
    assert one(judge, "HC-01", "D0120").outcome == "not checked"


@pytest.mark.parametrize("check_id", ["HC-01", "HC-02", "HC-06"])
@pytest.mark.parametrize("releases", [[], [release("HCPCS", last=dt.date(2026, 1, 14))]])
def test_days_without_a_hcpcs_file_are_not_checked(judge: Judge, check_id: str, releases: Rows) -> None:
    result = one(judge, check_id, "Q9999", releases=releases)
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


@pytest.mark.parametrize(("code", "outcome"), [("Q9999", "not checked"), ("Q1001", "passed")])
def test_a_list_that_can_only_confirm(judge: Judge, code: str, outcome: str) -> None:
    partial = [release("HCPCS", can_only_confirm=True)]
    assert one(judge, "HC-01", code, releases=partial).outcome == outcome


@pytest.mark.parametrize(
    ("check_id", "code", "day", "outcome"),
    [
        ("HC-03", "11111", DAY, "passed"),
        ("HC-03", "33333", DAY, "failed"),
        ("HC-03", "22222", DAY, "passed"),
        ("HC-04", "22222", DAY, "failed"),
        ("HC-04", "22222", dt.date(2025, 12, 31), "passed"),
        ("HC-04", "11111", dt.date(2025, 12, 31), "passed"),
        ("HC-04", "33333", DAY, "passed"),
        ("HC-03", "33333", dt.date(2024, 12, 31), "not checked"),
        ("HC-04", "22222", dt.date(2024, 12, 31), "not checked"),
        # CPT releases these within a year.
        ("HC-03", "0999T", DAY, "not checked"),
        ("HC-03", "0999U", DAY, "not checked"),
        ("HC-03", "90280", DAY, "failed"),
        ("HC-03", "90281", DAY, "not checked"),
        ("HC-03", "90759", DAY, "not checked"),
        ("HC-03", "90760", DAY, "failed"),
        ("HC-03", "91300", DAY, "not checked"),
        ("HC-03", "87636", DAY, "not checked"),
    ],
)
def test_cpt_codes_by_the_users_list(
    judge: Judge, check_id: str, code: str, day: dt.date, outcome: str
) -> None:
    result = one(judge, check_id, code, day, system="CPT", releases=CPT, codes=CPT_CODES)
    assert result.outcome == outcome


@pytest.mark.parametrize(
    ("row_count", "code", "outcome"),
    [(8_000, "33333", "failed"), (7_999, "33333", "not checked"), (7_999, "11111", "passed")],
)
def test_a_short_cpt_list_can_only_confirm(judge: Judge, row_count: int, code: str, outcome: str) -> None:
    short = [release("CPT", "2026", last=None, row_count=row_count)]
    assert one(judge, "HC-03", code, system="CPT", releases=short, codes=CPT_CODES).outcome == outcome


@pytest.mark.parametrize(("status", "outcome"), [("A", "passed"), ("I", "passed"), ("D", "not checked")])
def test_the_fee_schedule_confirms_a_code(judge: Judge, status: str, outcome: str) -> None:
    fees = [fee("33333", status)]
    assert one(judge, "HC-03", "33333", system="CPT", releases=[], codes=[], fees=fees).outcome == outcome


def test_the_outpatient_rates_confirm_a_code(judge: Judge) -> None:
    rate = {"code": "33333", "status_indicator": "S", "effective_from": DAY, "effective_to": DAY}
    result = one(judge, "HC-03", "33333", system="CPT", releases=[], codes=[], ref__outpatient_rate=[rate])
    assert result.outcome == "passed"


@pytest.mark.parametrize(
    ("status", "columns", "filing_code", "outcome"),
    [
        ("B", {}, "MB", "failed"),
        ("I", {}, "MB", "failed"),
        ("N", {}, "MB", "failed"),
        *((status, {}, "MB", "passed") for status in ("A", "C", "R", "X", "E", "P", "T", "J", "M")),
        *(("N", {"modifier_1": modifier}, "MB", "not applicable") for modifier in ("GY", "GX", "GA", "GZ")),
        ("N", {"modifier_1": "GP"}, "MB", "failed"),
        ("N", {"charge_amount": 0}, "MB", "not applicable"),
        ("I", {"code": "2022F"}, "MB", "not applicable"),
        ("N", {}, "16", "not applicable"),
        ("N", {}, "12", "not applicable"),
        ("N", {}, None, "not checked"),
        ("N", {"from_date": dt.date(2026, 4, 1)}, "MB", "not checked"),
        ("N", {"code": "44444"}, "MB", "not checked"),
    ],
)
def test_what_the_fee_schedule_does_not_pay(
    judge: Judge, status: str, columns: dict[str, object], filing_code: str | None, outcome: str
) -> None:
    billed = line(1, **{"code": "11111", "code_system": "CPT", "charge_amount": 80, **columns})
    fees = [fee("11111", status), fee("2022F", status)]
    result = judge("HC-05", tables([billed], claims=[claim(filing_code=filing_code)], fees=fees))
    count = int(outcome != "not applicable")
    assert (result.outcome, result.eligible_count + result.not_checked_count) == (outcome, count)
    if outcome == "failed":
        assert f"(status {status})" in str(result.findings[0]["detail"])
        assert result.of("code", "release", "at_stake_amount") == [("11111", "2026Q1", 80)]


def test_what_the_fee_schedule_does_not_pay_a_hospital_or_for_a_dollar(judge: Judge) -> None:
    lines = [
        line(number, number, code="11111", code_system="CPT", charge_amount=amount)
        for number, amount in ((1, 1), (2, 80))
    ]
    claims = [claim(filing_code="MB"), claim(2, filing_code="MB", form="I", type_of_bill="131")]
    result = judge("HC-05", tables(lines, claims=claims, fees=[fee("11111", "N")]))
    assert (result.eligible_count, result.of("claim_id", "at_stake_amount")) == (1, [(1, 1)])


def test_a_title_is_of_its_code_and_day(judge: Judge) -> None:
    codes = [
        listed("HCPCS", "Q1001", title="Unlisted thing", last=dt.date(2026, 1, 31)),
        listed("HCPCS", "Q1001", title="Listed thing", first=dt.date(2026, 2, 1)),
        listed("HCPCS", "Q1002", title="Another thing"),
        listed("CPT", "Q1001", "2026", title="A thing", last=None),
    ]
    lines = [
        line(1, code="Q1001"),
        line(2, code="Q1001", from_date=dt.date(2026, 2, 1)),
        line(3, code="Q1002"),
        line(4, code="Q1001", code_system="CPT"),
    ]
    result = judge("HC-06", tables(lines, releases=[*HCPCS, *CPT], codes=codes))
    assert result.of("item_number") == [(1,)]


@pytest.mark.parametrize(
    ("title", "outcome"),
    [
        ("Not elsewhere classified", "failed"),
        ("Unlisted procedure, something", "failed"),
        ("Unclassified drugs", "failed"),
        ("Supply, not otherwise specified", "failed"),
        ("Drug, not otherwise classified, inhalation", "failed"),
        ("Injection, some drug, preservative free, not otherwise specified, 10 mg", "passed"),
        ("Examination not performed, reason not otherwise specified", "passed"),
        ("Drug services, not otherwise specified", "failed"),
        ("Listed procedure", "passed"),
    ],
)
def test_codes_for_what_has_none(judge: Judge, title: str, outcome: str) -> None:
    result = one(judge, "HC-06", "Q1001", codes=[listed("HCPCS", "Q1001", title=title)])
    assert result.outcome == outcome


@pytest.mark.parametrize("check_id", ["HC-01", "HC-02", "HC-03", "HC-04", "HC-05", "HC-06"])
def test_nothing_eligible(judge: Judge, check_id: str) -> None:
    assert judge(check_id, {"core.claim": [claim()]}).outcome == "not applicable"
