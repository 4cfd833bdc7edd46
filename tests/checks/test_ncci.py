"""NCCI edits: pairs, units of a line or day, add-on codes. The codes are invented."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.schema.core import CLAIM, CLAIM_LINE
from auditlib.schema.ref import RELEASE
from auditlib.schema.ref_sets import ADD_ON_CODE, MUE, PTP_EDIT
from auditlib.warehouse import Warehouse
from tests.checks.cases import Judge, Result, all_judged, claim, line
from tests.tables import fill, rows_frame

QUARTER = (dt.date(2026, 1, 1), dt.date(2026, 3, 31))
CHECKS = ("PTP-01", "PTP-02", "PTP-03", "MUE-01", "MUE-02", "MUE-03", "AOC-01", "AOC-02", "AOC-03")
Rows = Sequence[Mapping[str, object]]


def release(
    code_system: str, name: str, first: dt.date = QUARTER[0], last: dt.date = QUARTER[1]
) -> dict[str, object]:
    return {"code_system": code_system, "release": name, "effective_from": first, "effective_to": last}


def pair(
    column_1: str = "Q1001",
    column_2: str = "Q1002",
    indicator: str = "0",
    *,
    first: dt.date = dt.date(2010, 1, 1),
    last: dt.date | None = None,
    setting: str = "practitioner",
) -> dict[str, object]:
    return {
        "setting": setting,
        "column_1_code": column_1,
        "column_2_code": column_2,
        "modifier_indicator": indicator,
        "effective_from": first,
        "effective_to": last,
        "release": f"Q {setting}",
    }


def limit(
    code: str = "Q1001", most: int = 2, indicator: str = "1", setting: str = "practitioner"
) -> dict[str, object]:
    return {
        "setting": setting,
        "code": code,
        "most_unit_count": most,
        "adjudication_indicator": indicator,
        "effective_from": QUARTER[0],
        "effective_to": QUARTER[1],
        "release": f"Q {setting}",
    }


def add_on(
    code: str = "Q1009",
    primary: str = "Q1001",
    edit_type: str = "1",
    first: dt.date = dt.date(2013, 1, 1),
    last: dt.date | None = None,
) -> dict[str, object]:
    return {
        "add_on_code": code,
        "primary_code": primary,
        "edit_type": edit_type,
        "effective_from": first,
        "effective_to": last,
        "release": "Q",
    }


RELEASES = [
    release("NCCI PTP practitioner", "Q practitioner"),
    release("NCCI PTP hospital", "Q hospital"),
    release("MUE practitioner", "Q practitioner"),
    release("MUE outpatient hospital", "Q outpatient hospital"),
    release("add-on codes", "Q"),
]


def tables(
    lines: Rows,
    *,
    claims: Rows | None = None,
    releases: Rows = RELEASES,
    pairs: Rows = (),
    limits: Rows = (),
    add_ons: Rows = (),
) -> dict[str, Rows]:
    return {
        "ref.release": releases,
        "ref.ptp_edit": pairs,
        "ref.mue": limits,
        "ref.add_on_code": add_ons,
        "core.claim": claims if claims is not None else [claim()],
        "core.claim_line": lines,
    }


def two_codes(judge: Judge, check_id: str, edit: Mapping[str, object], **columns: object) -> Result:
    """The paid code on line 1 and the unpaid on line 2; keyword ``first_x`` is of line 1, ``x`` of line 2."""
    first = {
        name.removeprefix("first_"): value for name, value in columns.items() if name.startswith("first_")
    }
    second = {name: value for name, value in columns.items() if not name.startswith("first_")}
    lines = [
        line(1, **{"code": "Q1001", "charge_amount": 100, **first}),
        line(2, **{"code": "Q1002", "charge_amount": 40, **second}),
    ]
    return judge(check_id, tables(lines, pairs=[edit]))


def test_a_pair_that_no_modifier_helps(judge: Judge) -> None:
    result = two_codes(judge, "PTP-01", pair(), modifier_1="59")
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("failed", 2, 0)
    assert result.of("item_number", "code", "related_code", "at_stake_amount", "release", "detail") == [
        (
            *(2, "Q1002", "Q1001", 40, "Q practitioner"),
            "Q1002 is not paid beside Q1001 on one day, with or without a modifier.",
        )
    ]


def test_a_pair_with_indicator_1_and_no_modifier(judge: Judge) -> None:
    result = two_codes(judge, "PTP-02", pair(indicator="1"))
    assert result.of("item_number", "related_code") == [(2, "Q1001")]
    assert judge("PTP-03", {}).outcome == "passed"


def test_a_pair_with_indicator_1_and_a_modifier(judge: Judge) -> None:
    result = two_codes(judge, "PTP-03", pair(indicator="1"), modifier_1="59")
    assert (result.outcome, result.eligible_count) == ("failed", 2)
    assert result.of("item_number", "code", "related_code", "at_stake_amount", "release") == [
        (2, "Q1002", "Q1001", 40, "Q practitioner")
    ]
    assert judge("PTP-02", {}).outcome == "passed"


@pytest.mark.parametrize(
    ("columns", "is_unbundled"),
    [
        *(({"modifier_1": modifier}, True) for modifier in ("59", "XE", "XS", "XP", "XU", "25", "RT", "T5")),
        *(({"modifier_1": modifier}, True) for modifier in ("E1", "FA", "F9", "TA", "LC", "RI", "91", "27")),
        ({"modifier_2": "59", "modifier_1": "GP"}, True),
        ({"modifier_4": "LT", "modifier_1": "GP", "modifier_2": "KX", "modifier_3": "GO"}, True),
        ({"first_modifier_1": "59"}, True),
        ({"first_modifier_1": "LT"}, True),
        ({"modifier_1": "76"}, False),
        ({"modifier_1": "51"}, False),
        ({"modifier_1": "TC"}, False),
        ({"modifier_1": "FS"}, False),
        ({}, False),
    ],
)
def test_which_modifiers_count(judge: Judge, columns: dict[str, object], is_unbundled: bool) -> None:  # noqa: FBT001
    edit = pair(indicator="1")
    assert two_codes(judge, "PTP-03" if is_unbundled else "PTP-02", edit, **columns).outcome == "failed"


def test_pairs_are_looked_up_for_the_setting_and_the_quarter(judge: Judge) -> None:
    given = tables(
        [
            line(1, 1, code="Q1001"),
            line(2, 1, code="Q1002", modifier_1="59"),
            line(3, 1, code="Q1002", from_date=dt.date(2026, 4, 1)),
            line(1, 2, code="Q1001"),
            line(1, 3, code="Q1001"),
        ],
        claims=[claim(1), claim(2, form="I", type_of_bill="131"), claim(3, patient_id=None)],
        pairs=[pair(indicator="1")],
    )
    given["ref.release"] = [row for row in given["ref.release"] if "practitioner" in str(row["code_system"])]
    result = judge("PTP-03", given)
    assert (result.eligible_count, result.not_checked_count) == (2, 3)
    assert result.of("claim_id", "item_number") == [(1, 2)]


@pytest.mark.parametrize(
    ("day", "check_id"), [(dt.date(2019, 6, 30), "PTP-02"), (dt.date(2019, 7, 1), "PTP-03")]
)
def test_59_on_the_paid_code_counts_from_july_2019(judge: Judge, day: dt.date, check_id: str) -> None:
    columns = {"first_modifier_1": "59", "first_from_date": day, "from_date": day}
    assert two_codes(judge, check_id, pair(indicator="1"), **columns).outcome == "failed"


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (dt.date(2025, 12, 31), "passed"),
        (dt.date(2026, 1, 10), "failed"),
        (dt.date(2026, 2, 10), "failed"),
        (dt.date(2026, 2, 11), "passed"),
    ],
)
def test_a_pair_holds_from_its_first_to_its_last_day(judge: Judge, day: dt.date, outcome: str) -> None:
    edit = pair(first=dt.date(2026, 1, 1), last=dt.date(2026, 2, 10))
    assert two_codes(judge, "PTP-01", edit, first_from_date=day, from_date=day).outcome == outcome


@pytest.mark.parametrize(
    ("edit", "columns"),
    [
        (pair(indicator="9"), {}),
        (pair(setting="hospital"), {}),
        (pair("Q1002", "Q1003"), {}),
        (pair(), {"from_date": dt.date(2026, 1, 16)}),
        (pair("Q1001", "Q1001"), {"code": "Q1001"}),
    ],
)
def test_what_is_no_pair_of_the_day(
    judge: Judge, edit: Mapping[str, object], columns: dict[str, object]
) -> None:
    assert two_codes(judge, "PTP-01", edit, **columns).outcome == "passed"


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        ({}, "failed"),
        ({"patient_control_number": "A1"}, "failed"),
        ({"rendering_provider_id": "1999999992"}, "passed"),
        ({"patient_id": "patient two"}, "passed"),
        ({"payer_id": "P02"}, "passed"),
        ({"payer_sequence": "S"}, "passed"),
        ({"frequency_code": "7"}, "passed"),
    ],
)
def test_a_pair_on_two_claims(judge: Judge, second: dict[str, object], outcome: str) -> None:
    claims = [claim(1), claim(2, **second)]
    lines = [line(1, 1, code="Q1001"), line(1, 2, code="Q1002")]
    assert judge("PTP-01", tables(lines, claims=claims, pairs=[pair()])).outcome == outcome


@pytest.mark.parametrize(
    ("bill_type", "eligible_count"), [("131", 2), ("0131", 2), ("851", 2), ("111", 0), ("211", 0), (None, 0)]
)
def test_outpatient_bills_follow_the_hospital_edits(
    judge: Judge, bill_type: str | None, eligible_count: int
) -> None:
    bill = claim(form="I", type_of_bill=bill_type, rendering_provider_id="1999999992")
    lines = [line(1, code="Q1001"), line(2, code="Q1002")]
    result = judge("PTP-01", tables(lines, claims=[bill], pairs=[pair(setting="hospital")]))
    assert result.eligible_count == eligible_count
    assert result.outcome == ("failed" if eligible_count else "not applicable")


@pytest.mark.parametrize("check_id", CHECKS[:4])
def test_medicaid_has_tables_of_its_own(judge: Judge, check_id: str) -> None:
    lines = [line(1, code="Q1001"), line(2, code="Q1002", unit_count=9)]
    given = tables(lines, claims=[claim(filing_code="MC")], pairs=[pair()], limits=[limit("Q1002")])
    assert judge(check_id, given).outcome == "not checked"


@pytest.mark.parametrize(
    ("first", "last", "outcome"),
    [
        (dt.date(2026, 4, 1), dt.date(2026, 6, 30), "failed"),  # lists earlier edits with their days
        (dt.date(2025, 10, 1), dt.date(2025, 12, 31), "not checked"),
    ],
)
def test_a_later_file_of_pairs_is_effective_on_earlier_days(
    judge: Judge, first: dt.date, last: dt.date, outcome: str
) -> None:
    files = [release("NCCI PTP practitioner", "Q practitioner", first, last)]
    lines = [line(1, code="Q1001"), line(2, code="Q1002")]
    assert judge("PTP-01", tables(lines, releases=files, pairs=[pair()])).outcome == outcome


def test_the_quarter_of_the_day_is_asked_not_another(judge: Judge) -> None:
    files = [
        release("NCCI PTP practitioner", "Q practitioner"),
        release("NCCI PTP practitioner", "later", dt.date(2026, 4, 1), dt.date(2026, 6, 30)),
    ]
    edits = [pair(indicator="1"), {**pair(), "release": "later"}]
    lines = [line(1, code="Q1001"), line(2, code="Q1002")]
    assert judge("PTP-01", tables(lines, releases=files, pairs=edits)).outcome == "passed"


@pytest.mark.parametrize("check_id", ["PTP-01", "PTP-02", "PTP-03"])
def test_a_line_counts_once_beside_other_days_and_settings(judge: Judge, check_id: str) -> None:
    lines = [line(1), line(2, from_date=dt.date(2026, 1, 16)), line(1, 2)]
    claims = [claim(), claim(2, form="I", type_of_bill="131")]
    assert judge(check_id, tables(lines, claims=claims, limits=[limit()])).eligible_count == len(lines)


@pytest.mark.parametrize("check_id", ["PTP-01", "PTP-02"])
@pytest.mark.parametrize(
    ("of_claim", "of_line"),
    [
        ({"patient_id": None}, {}),
        ({"rendering_provider_id": None, "billing_provider_id": None}, {}),
        ({}, {"from_date": None}),
    ],
)
def test_without_patient_provider_or_date_no_pair_is_judged(
    judge: Judge, check_id: str, of_claim: dict[str, object], of_line: dict[str, object]
) -> None:
    lines = [line(1, code="Q1001", **of_line), line(2, code="Q1002", **of_line)]
    result = judge(check_id, tables(lines, claims=[claim(**of_claim)], pairs=[pair()]))
    assert (result.outcome, result.not_checked_count) == ("not checked", 2)


@pytest.mark.parametrize("check_id", CHECKS)
def test_nothing_eligible_and_nothing_loaded(judge: Judge, check_id: str) -> None:
    inpatient = claim(form="I", type_of_bill="111")
    assert judge(check_id, tables([line()], claims=[inpatient])).outcome == "not applicable"


@pytest.mark.parametrize(("unit_count", "outcome"), [(1, "passed"), (2, "passed"), (3, "failed")])
def test_units_of_a_line(judge: Judge, unit_count: int, outcome: str) -> None:
    lines = [line(1, code="Q1001", unit_count=unit_count, charge_amount=90), line(2, code="Q1001")]
    result = judge("MUE-01", tables(lines, limits=[limit()]))
    assert (result.outcome, result.eligible_count) == (outcome, 2)
    assert result.of("item_number", "at_stake_amount", "detail") == (
        [(1, 90, "3 units of Q1001 on one line; the limit of a line is 2.")] if outcome == "failed" else []
    )


@pytest.mark.parametrize("indicator", ["2", "3"])
def test_a_limit_by_day_is_none_of_a_line(judge: Judge, indicator: str) -> None:
    lines = [line(1, code="Q1001", unit_count=9), line(2, code="Q1005", unit_count=9)]
    result = judge("MUE-01", tables(lines, limits=[limit(indicator=indicator)]))
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("not checked", 0, 1)


@pytest.mark.parametrize(("to_date", "outcome"), [(16, "failed"), (17, "passed")])
def test_units_over_several_days_are_those_of_one(judge: Judge, to_date: int, outcome: str) -> None:
    lines = [line(1, code="Q1001", unit_count=6, to_date=dt.date(2026, 1, to_date))]
    assert judge("MUE-01", tables(lines, limits=[limit()])).outcome == outcome


def test_a_limit_is_of_its_code_setting_and_quarter(judge: Judge) -> None:
    later = dt.date(2026, 4, 1)
    limits = [
        limit(most=2),
        limit("Q1002", most=9),
        limit(most=3, setting="outpatient hospital"),
        {**limit(most=4), "effective_from": later, "effective_to": None, "release": "next"},
    ]
    given = tables(
        [line(1, n, unit_count=n, code="Q1001", from_date=later if n == 5 else QUARTER[0]) for n in (3, 4, 5)]
        + [line(2, 3, unit_count=9, code="Q1002", from_date=QUARTER[0])],
        claims=[claim(3), claim(4, form="I", type_of_bill="131"), claim(5, patient_id="patient two")],
        limits=limits,
    )
    given["ref.release"] = [*given["ref.release"], release("MUE practitioner", "next", later, later)]
    result = judge("MUE-01", given)
    assert (result.eligible_count, result.not_checked_count) == (4, 0)
    limits_said = {(3, 2), (4, 3), (5, 4)}
    assert result.of("claim_id", "item_number", "detail") == [
        (n, 1, f"{n} units of Q1001 on one line; the limit of a line is {most}.")
        for n, most in sorted(limits_said)
    ]


def test_a_code_without_a_published_limit_is_not_checked(judge: Judge) -> None:
    result = judge("MUE-01", tables([line(1, code="Q1005", unit_count=99)], limits=[limit()]))
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (dt.date(2025, 12, 31), "not checked"),
        (QUARTER[0], "failed"),
        (QUARTER[1], "failed"),
        (dt.date(2026, 4, 1), "not checked"),
    ],
)
def test_limits_hold_in_their_quarter_only(judge: Judge, day: dt.date, outcome: str) -> None:
    lines = [line(1, code="Q1001", unit_count=9, from_date=day)]
    assert judge("MUE-01", tables(lines, limits=[limit()])).outcome == outcome


@pytest.mark.parametrize(("check_id", "indicator"), [("MUE-02", "2"), ("MUE-03", "3")])
def test_all_units_of_the_day_count_together(judge: Judge, check_id: str, indicator: str) -> None:
    claims = [claim(1), claim(2), claim(3, patient_id="patient two")]
    lines = [
        line(1, 1, code="Q1001", charge_amount=10),
        line(2, 1, code="Q1001", modifier_1="59", charge_amount=20),
        line(1, 2, code="Q1001", charge_amount=30),
        line(1, 3, code="Q1001", charge_amount=40),
    ]
    result = judge(check_id, tables(lines, claims=claims, limits=[limit(indicator=indicator)]))
    assert (result.outcome, result.eligible_count) == ("failed", 2)
    assert result.of("claim_id", "item_number", "at_stake_amount", "detail") == [
        (1, 1, 60, "3 units of Q1001 on one day; the limit of a day is 2.")
    ]


@pytest.mark.parametrize(("check_id", "indicator"), [("MUE-02", "2"), ("MUE-03", "3")])
def test_units_of_a_practitioner_and_of_a_hospital_count_apart(
    judge: Judge, check_id: str, indicator: str
) -> None:
    hospital = "outpatient hospital"
    limits = [limit(indicator=indicator), limit(indicator=indicator, setting=hospital)]
    lines = [line(1, 1, code="Q1001", unit_count=2), line(1, 2, code="Q1001", unit_count=2)]
    claims = [claim(1), claim(2, form="I", type_of_bill="131")]
    result = judge(check_id, tables(lines, claims=claims, limits=limits))
    assert (result.outcome, result.eligible_count) == ("passed", 2)


@pytest.mark.parametrize(("check_id", "indicator"), [("MUE-02", "2"), ("MUE-03", "3")])
def test_as_many_units_as_the_limit_of_a_day(judge: Judge, check_id: str, indicator: str) -> None:
    lines = [line(1, code="Q1001"), line(2, code="Q1001")]
    assert judge(check_id, tables(lines, limits=[limit(indicator=indicator)])).outcome == "passed"


@pytest.mark.parametrize(
    ("check_id", "indicator"), [("MUE-02", "1"), ("MUE-02", "3"), ("MUE-03", "1"), ("MUE-03", "2")]
)
def test_a_limit_of_another_kind(judge: Judge, check_id: str, indicator: str) -> None:
    given = tables([line(1, code="Q1001", unit_count=9)], limits=[limit(indicator=indicator)])
    assert judge(check_id, given).outcome == "not applicable"


@pytest.mark.parametrize(("check_id", "indicator"), [("MUE-02", "2"), ("MUE-03", "3")])
def test_units_of_a_day_of_nobody_known(judge: Judge, check_id: str, indicator: str) -> None:
    given = tables(
        [line(1, code="Q1001", unit_count=9)],
        claims=[claim(patient_id=None)],
        limits=[limit(indicator=indicator)],
    )
    result = judge(check_id, given)
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


@pytest.mark.parametrize(("check_id", "edit_type"), [("AOC-01", "1"), ("AOC-02", "2"), ("AOC-03", "3")])
def test_add_on_codes_of_nobody_known(judge: Judge, check_id: str, edit_type: str) -> None:
    edits = [add_on(primary="" if edit_type == "2" else "Q1001", edit_type=edit_type)]
    result = judge(check_id, tables([line(1, code="Q1009")], claims=[claim(patient_id=None)], add_ons=edits))
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


@pytest.mark.parametrize(
    ("check_id", "edit_type", "beside", "outcome"),
    [
        ("AOC-01", "1", "Q1001", "passed"),
        ("AOC-01", "1", "Q1005", "failed"),
        ("AOC-01", "1", None, "failed"),
        ("AOC-02", "2", "Q1005", "not checked"),
        ("AOC-02", "2", None, "failed"),
        ("AOC-02", "2", "Q1009", "failed"),
        ("AOC-03", "3", "Q1001", "passed"),
        ("AOC-03", "3", "Q1005", "failed"),
    ],
)
def test_add_on_codes(judge: Judge, check_id: str, edit_type: str, beside: str | None, outcome: str) -> None:
    primary = "" if edit_type == "2" else "Q1001"
    lines = [line(1, code="Q1009", charge_amount=15)]
    lines += [line(2, code=beside)] if beside else []
    result = judge(check_id, tables(lines, add_ons=[add_on(primary=primary, edit_type=edit_type)]))
    assert result.outcome == outcome
    if outcome == "failed":
        assert result.of("code", "at_stake_amount")[0] == ("Q1009", 15)


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        ({"rendering_provider_id": "1999999992"}, "passed"),  # a partner of the group
        ({"billing_provider_id": "1999999992"}, "failed"),
        ({"from_date": dt.date(2026, 1, 16)}, "failed"),
    ],
)
def test_the_primary_may_be_on_another_claim_of_the_group(
    judge: Judge, second: dict[str, object], outcome: str
) -> None:
    day = second.pop("from_date", dt.date(2026, 1, 15))
    lines = [line(1, 1, code="Q1009"), line(1, 2, code="Q1001", from_date=day)]
    given = tables(lines, claims=[claim(1), claim(2, **second)], add_ons=[add_on()])
    assert judge("AOC-01", given).outcome == outcome


def test_the_type_that_asks_least_counts(judge: Judge) -> None:
    edits = [add_on(), add_on(primary="", edit_type="2")]
    assert judge("AOC-01", tables([line(1, code="Q1009")], add_ons=edits)).outcome == "not applicable"


@pytest.mark.parametrize(("day", "outcome"), [(10, "failed"), (11, "not applicable")])
def test_an_add_on_edit_ends_with_its_last_day(judge: Judge, day: int, outcome: str) -> None:
    lines = [line(1, code="Q1009", from_date=dt.date(2026, 1, day))]
    given = tables(lines, add_ons=[add_on(last=dt.date(2026, 1, 10))])
    assert judge("AOC-01", given).outcome == outcome


# --- The same by plain Python, on random claims.

CODES = ("Q1001", "Q1002", "Q1003", "Q1009")
UNBUNDLING = {"25", "RT", "LT", "91"}
DISTINCT = {"59", "XU"}
random_edits = st.lists(
    st.builds(
        pair,
        st.sampled_from(CODES),
        st.sampled_from(CODES),
        st.sampled_from("019"),
        first=st.sampled_from([dt.date(2010, 1, 1), dt.date(2026, 1, 15)]),
        last=st.sampled_from([None, dt.date(2026, 1, 15)]),
    ),
    max_size=6,
    unique_by=lambda edit: (edit["column_1_code"], edit["column_2_code"], edit["effective_from"]),
)
random_limits = st.lists(
    st.builds(limit, st.sampled_from(CODES), st.integers(0, 3), st.sampled_from("123")),
    max_size=4,
    unique_by=lambda row: row["code"],
)
random_claims = st.lists(
    st.tuples(
        st.fixed_dictionaries(
            {
                "patient_id": st.sampled_from(["one", "one", "two", None]),
                "rendering_provider_id": st.sampled_from(["R1", "R2", None]),
                "billing_provider_id": st.sampled_from(["B1", "B1", None]),
                "frequency_code": st.sampled_from(["1", "1", "7"]),
            }
        ),
        st.lists(
            st.fixed_dictionaries(
                {
                    "code": st.sampled_from(CODES),
                    "modifier_1": st.sampled_from([None, None, "25", "59", "76"]),
                    "modifier_2": st.sampled_from([None, None, "RT", "XU"]),
                    "unit_count": st.integers(1, 4),
                    "charge_amount": st.integers(1, 50),
                    "from_date": st.sampled_from([dt.date(2026, 1, 14), dt.date(2026, 1, 15), None]),
                }
            ),
            max_size=4,
        ),
    ),
    max_size=4,
)
Lines = list[tuple[int, int, dict[str, object], dict[str, object]]]


def days_of(lines: Lines) -> dict[tuple[object, ...], Lines]:
    """Lines by what makes them one provider's day; those that lack part of it are in none."""
    days: dict[tuple[object, ...], Lines] = defaultdict(list)
    for row in lines:
        number, _, bill, columns = row
        provider = bill["rendering_provider_id"] or bill["billing_provider_id"]
        alone = number if bill["frequency_code"] == "7" else None
        key = (alone, bill["patient_id"], provider, columns["from_date"])
        if None not in key[1:]:
            days[key].append(row)
    return days


def modifiers_of(columns: Mapping[str, object]) -> set[object]:
    return {columns["modifier_1"], columns["modifier_2"]}


def expected_pairs(lines: Lines, edits: Rows) -> dict[str, set[tuple[int, int]]]:
    found: dict[str, set[tuple[int, int]]] = defaultdict(set)
    of_pair: dict[tuple[object, object], list[Mapping[str, object]]] = defaultdict(list)
    for edit in edits:
        of_pair[edit["column_1_code"], edit["column_2_code"]].append(edit)
    for day in days_of(lines).values():
        for paid, unpaid in itertools.permutations(day, 2):
            named = (paid[3]["code"], unpaid[3]["code"])
            for edit in of_pair.get(named, ()) if named[0] != named[1] else ():
                first, last = edit["effective_from"], edit["effective_to"] or dt.date.max
                if not first <= paid[3]["from_date"] <= last:  # type: ignore[operator]
                    continue
                if edit["modifier_indicator"] == "0":
                    found["PTP-01"].add(unpaid[:2])
                elif edit["modifier_indicator"] == "1":
                    helpers = [row for row in day if row[3]["code"] == paid[3]["code"]] + [unpaid]
                    helped = any(modifiers_of(row[3]) & (UNBUNDLING | DISTINCT) for row in helpers)
                    found["PTP-03" if helped else "PTP-02"].add(unpaid[:2])
    return found


def expected_units(lines: Lines, limits: Rows) -> dict[str, set[tuple[object, ...]]]:
    most = {row["code"]: (row["most_unit_count"], row["adjudication_indicator"]) for row in limits}
    found: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for number, line_number, _, columns in lines:
        units, indicator = most.get(columns["code"], (0, None))
        if indicator == "1" and columns["from_date"] and columns["unit_count"] > units:  # type: ignore[operator]
            found["MUE-01"].add((number, line_number, columns["charge_amount"]))
    for day in days_of(lines).values():
        unit_counts: Counter[object] = Counter()
        charges: Counter[object] = Counter()
        for _, _, _, columns in day:
            unit_counts[columns["code"]] += columns["unit_count"]  # type: ignore[assignment]
            charges[columns["code"]] += columns["charge_amount"]  # type: ignore[assignment]
        for code, count in unit_counts.items():
            units, indicator = most.get(code, (0, None))
            if indicator in ("2", "3") and count > units:  # type: ignore[operator]
                number, line_number = min(row[:2] for row in day if row[3]["code"] == code)
                found[f"MUE-0{indicator}"].add((number, line_number, charges[code]))
    return found


@pytest.fixture(scope="module")
def shared() -> Warehouse:
    return Warehouse.in_memory()


@settings(max_examples=25, deadline=None)
@given(random_claims, random_edits, random_limits)
def test_pairs_and_units_are_those_of_the_plain_reading(
    shared: Warehouse,
    drawn: list[tuple[dict[str, object], list[dict[str, object]]]],
    edits: Rows,
    limits: Rows,
) -> None:
    lines: Lines = [
        (number, line_number, bill, columns)
        for number, (bill, of_claim) in enumerate(drawn, start=1)
        for line_number, columns in enumerate(of_claim, start=1)
    ]
    bills = [claim(number, **bill) for number, (bill, _) in enumerate(drawn, start=1)]
    service_lines = [line(line_number, number, **columns) for number, line_number, _, columns in lines]
    with shared.writing() as writer:
        for contract, rows in (
            (CLAIM, bills),
            (CLAIM_LINE, service_lines),
            (RELEASE, RELEASES),
            (PTP_EDIT, edits),
            (MUE, limits),
            (ADD_ON_CODE, []),
        ):
            writer.replace(contract, rows_frame(contract, rows))
    pairs, units = expected_pairs(lines, edits), expected_units(lines, limits)
    results = all_judged(shared, CHECKS[:6])
    for check_id in ("PTP-01", "PTP-02", "PTP-03"):
        assert set(results[check_id].of("claim_id", "item_number")) == pairs[check_id]
    for check_id in ("MUE-01", "MUE-02", "MUE-03"):
        assert set(results[check_id].of("claim_id", "item_number", "at_stake_amount")) == units[check_id]


@pytest.mark.field
def test_the_full_size_tables_agree_with_the_plain_reading(warehouse: Warehouse, field_data: Path) -> None:
    """Real edits, a day of 2024 a patient: a random pair, a code that is named often, a random limit."""
    folder = field_data / "benchmarks_data" / "ncci"
    if not folder.is_dir():
        pytest.skip(f"no NCCI tables at {folder}")
    first, last = dt.date(2024, 7, 1), dt.date(2024, 9, 30)
    edits = (
        pl.read_parquet(folder / "ncci_ptp_prac_2024q3.parquet")
        .filter(pl.col("deletion").is_null() | (pl.col("deletion") >= first))
        .select(
            setting=pl.lit("practitioner"),
            column_1_code="column1",
            column_2_code="column2",
            modifier_indicator=pl.col("modifier").cast(pl.String),
            is_before_1996=pl.lit(value=False),
            effective_from=pl.lit(dt.date(1996, 1, 1)),
            effective_to="deletion",
            release=pl.lit("Q practitioner"),
        )
        .unique(["column_1_code", "column_2_code"])
    )
    limits = pl.read_csv(
        folder / "ncci_mue_prac_2024.csv", schema_overrides={"hcpcs_code": pl.String}
    ).select(
        setting=pl.lit("practitioner"),
        code="hcpcs_code",
        most_unit_count=pl.col("mue_units").cast(pl.Int64),
        adjudication_indicator=pl.col("mue_mai").cast(pl.String),
        effective_from=pl.lit(first),
        effective_to=pl.lit(last),
        release=pl.lit("Q practitioner"),
    )
    common = edits.group_by("column_2_code").len().sort("len", "column_2_code").tail(60)["column_2_code"]
    few = limits.filter(pl.col("most_unit_count") < 8).sort("code")
    drawn = edits.sort("column_1_code", "column_2_code").sample(1_000, seed=19)
    often = common.sample(1_000, with_replacement=True, seed=20)
    # Limits of each kind alike: few codes have a limit by line.
    of_kinds = [few.filter(adjudication_indicator=kind)["code"] for kind in ("1", "2", "3")]
    limited = pl.concat(
        [
            codes.sample(count, with_replacement=True, seed=20)
            for codes, count in zip(of_kinds, (334, 333, 333), strict=True)
        ]
    )
    four = zip(drawn["column_1_code"], drawn["column_2_code"], often, limited, strict=True)
    codes = [code for day in four for code in day]
    units = pl.Series(range(1, 9)).sample(4_000, with_replacement=True, seed=21)
    modifier = pl.Series([None, None, None, "59", "25", "76"]).sample(4_000, with_replacement=True, seed=22)
    bills = [
        claim(n, patient_id=f"p{n}", from_date=first, submit_date=dt.date(2024, 8, 1)) for n in range(1, 1001)
    ]
    lines: Lines = [
        (
            *(i // 4 + 1, i % 4 + 1, bills[i // 4]),
            {
                "code": codes[i],
                "modifier_1": modifier[i],
                "modifier_2": None,
                "unit_count": units[i],
                "charge_amount": 1,
                "from_date": first,
            },
        )
        for i in range(4_000)
    ]
    of_quarter = [
        release("NCCI PTP practitioner", "Q practitioner", first, last),
        release("MUE practitioner", "Q practitioner", first, last),
    ]
    fill(
        warehouse,
        {
            "core.claim": bills,
            "core.claim_line": [line(k, number, **columns) for number, k, _, columns in lines],
            "ref.release": of_quarter,
        },
    )
    with warehouse.writing() as writer:
        writer.append(PTP_EDIT, PTP_EDIT.conform(edits))
        writer.append(MUE, MUE.conform(limits))
    named = {row["code"] for *_, row in lines}
    billed = edits.filter(pl.col("column_1_code").is_in(named), pl.col("column_2_code").is_in(named))
    pairs = expected_pairs(lines, billed.to_dicts())
    of_codes = limits.filter(pl.col("code").is_in(named))
    expected = expected_units(lines, of_codes.to_dicts())
    results = all_judged(warehouse, CHECKS[:6])
    for check_id in ("PTP-01", "PTP-02", "PTP-03"):
        result = results[check_id]
        assert (result.eligible_count, result.not_checked_count) == (4_000, 0)
        assert set(result.of("claim_id", "item_number")) == pairs[check_id]
    assert min(len(pairs[check_id]) for check_id in ("PTP-01", "PTP-02", "PTP-03")) > 50
    for check_id in ("MUE-01", "MUE-02", "MUE-03"):
        result = results[check_id]
        assert set(result.of("claim_id", "item_number", "at_stake_amount")) == expected[check_id]
    assert min(len(expected[check_id]) for check_id in ("MUE-01", "MUE-02", "MUE-03")) > 20


@pytest.mark.field
def test_the_full_size_add_on_edits_agree_with_the_plain_reading(
    warehouse: Warehouse, field_data: Path
) -> None:
    """Real add-on codes, each alone, beside a primary of its own or of another's, or another add-on."""
    path = field_data / "benchmarks_data" / "ncci" / "ncci_aoc_2024.csv"
    if not path.is_file():
        pytest.skip(f"no add-on edits at {path}")
    first, last = dt.date(2024, 7, 1), dt.date(2024, 9, 30)
    published = pl.read_csv(path, infer_schema=False)
    listed: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for primary, code, edit_type in published.iter_rows():
        listed[code][edit_type].add(primary)
    add_on_codes, primaries = sorted(listed), sorted({row[0] for row in published.iter_rows()} - {"CCCCC"})
    draw = random.Random(23)
    days: list[list[str]] = []
    for _ in range(2_000):
        code = draw.choice(add_on_codes)
        own = sorted(set().union(*listed[code].values()) - {"CCCCC"}) or primaries
        beside = draw.choice([[], [draw.choice(own)], [draw.choice(primaries)], [draw.choice(add_on_codes)]])
        days.append([code, *beside])
    edits = published.select(
        "add_on_code",
        primary_code=pl.col("primary_code").replace("CCCCC", ""),
        edit_type="aoc_edit_type",
        effective_from=pl.lit(first),
        effective_to=pl.lit(last),
        release=pl.lit("Q"),
    )
    fill(
        warehouse,
        {
            "core.claim": [
                claim(n, patient_id=f"p{n}", from_date=first, submit_date=last)
                for n in range(1, len(days) + 1)
            ],
            "core.claim_line": [
                line(k, n, code=code, from_date=first)
                for n, codes in enumerate(days, start=1)
                for k, code in enumerate(codes, start=1)
            ],
            "ref.release": [release("add-on codes", "Q", first, last)],
        },
    )
    with warehouse.writing() as writer:
        writer.append(ADD_ON_CODE, ADD_ON_CODE.conform(edits))
    expected: dict[str, set[tuple[int, int]]] = defaultdict(set)
    open_count = 0
    for n, codes in enumerate(days, start=1):
        for k, code in enumerate(codes, start=1):
            if code not in listed:
                continue
            edit_type = next(kind for kind in "231" if kind in listed[code])
            if edit_type == "2":
                is_alone = all(other in listed for other in codes)
                open_count += not is_alone
                is_found = is_alone
            else:
                is_found = not set().union(*listed[code].values()) & set(codes)
            expected[f"AOC-0{edit_type}"] |= {(n, k)} if is_found else set()
    results = all_judged(warehouse, CHECKS[6:])
    for check_id in CHECKS[6:]:
        assert set(results[check_id].of("claim_id", "item_number")) == expected[check_id], check_id
        assert len(expected[check_id]) > 10, check_id
    assert results["AOC-02"].not_checked_count == open_count > 0
