"""The rules on procedures: each hard case by itself, with fees of $10 a relative value unit."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.pricing.physician_fee import PAID_STATUS, UNPAID_STATUS, UNPRICED_STATUS
from auditlib.pricing.physician_price import physician_prices
from tests.pricing.schedule import allowed, fee, fees_frame, line, lines_frame

D = Decimal
SURGERY = {"multiple_procedure_indicator": "2", "bilateral_indicator": "1"}
ENDOSCOPY = {"multiple_procedure_indicator": "3", "endoscopic_base_code": "45300"}
CAPPED = {
    "work_rvu": D(1),
    "nonfacility_practice_rvu": D(8),
    "malpractice_rvu": D(1),
    "nonfacility_capped_practice_rvu": D(5),
    "facility_capped_practice_rvu": D(5),
    "capped_malpractice_rvu": D("0.5"),
}
SCHEDULE = (
    fee("11000", "10", **SURGERY),
    fee("12000", "8", **SURGERY),
    fee("13000", "6", **SURGERY),
    fee("14000", "4"),
    fee("15000", "3", multiple_procedure_indicator="2"),
    fee("16000", "2", multiple_procedure_indicator="2", status_code="C"),
    fee(
        "17000",
        "10",
        global_days="090",
        preoperative_share=D("0.1"),
        intraoperative_share=D("0.7"),
        postoperative_share=D("0.2"),
    ),
    fee("18000", "5", bilateral_indicator="3"),
    fee("19000", "5", bilateral_indicator="9"),
    fee("20000", "5", assistant_indicator="0", co_surgeon_indicator="9"),
    fee("45300", "4", multiple_procedure_indicator="2"),
    fee("45305", "6", **ENDOSCOPY),
    fee("45307", "5", **ENDOSCOPY),
    fee("71111", "0", **CAPPED),
    fee("36000", "1", status_code="T"),
    fee("99213", "9"),
    fee("93000", "4", multiple_procedure_indicator="6", professional_technical_indicator="4"),
    fee("93306", "9", multiple_procedure_indicator="6", professional_technical_indicator="1"),
    fee("93306", "6", modifier="TC", multiple_procedure_indicator="6", professional_technical_indicator="1"),
    fee("93306", "3", modifier="26", multiple_procedure_indicator="6", professional_technical_indicator="1"),
    fee("97110", "2", multiple_procedure_indicator="5", nonfacility_practice_rvu=D(1)),
    fee("97140", "3", multiple_procedure_indicator="5", nonfacility_practice_rvu=D("0.5")),
    fee("99999", "0"),
)
UNITS = {"unit_count": D(3)}

CASES: tuple[tuple[str, list[dict[str, Any]], list[D | str]], ...] = (
    ("one procedure is paid in full", [line("11000")], [D(100)]),
    ("modifier 51 decides nothing", [line("11000", "51"), line("12000")], [D(100), D(40)]),
    (
        "another provider's procedures share no rank",
        [line("11000"), line("12000", provider_day="B")],
        [D(100), D(80)],
    ),
    ("indicator 0 is never reduced", [line("11000"), line("14000", unit_count=D(2))], [D(100), D(80)]),
    ("further units rank as procedures", [line("11000", "RT", **UNITS)], [D(200)]),
    ("units of the second procedure", [line("11000"), line("12000", "RT", **UNITS)], [D(100), D(120)]),
    (
        "beyond the fifth, by report",
        [line("11000"), line("15000", unit_count=D(5))],
        [D(100), "15000 is beyond the fifth procedure of the day, which is priced by report."],
    ),
    (
        "the rank beside a procedure without a price",
        [line("11000"), line("16000")],
        [
            "The rank of 11000 is not known: another procedure of the day cannot be priced.",
            "16000 is priced by the contractor (status C).",
        ],
    ),
    (
        "the rank beside a deleted code",
        [line("11000"), line("10000")],
        [
            "The rank of 11000 is not known: another procedure of the day cannot be priced.",
            "10000 is not in the physician fee schedule of 2024-02-01: deleted, or not yet in force.",
        ],
    ),
    (
        "both sides rank as one",
        [line("11000"), line("12000", "RT"), line("12000", "LT")],
        [D(50), D(60), D(60)],
    ),
    ("RT and LT on one line are both sides", [line("12000", "RT", "LT")], [D(120)]),
    (
        "50 and units",
        [line("12000", "50", unit_count=D(2))],
        ["12000 has modifier 50 and more than one unit."],
    ),
    (
        "three lines of two sides",
        [line("12000", "RT"), line("12000", "LT"), line("12000", "LT")],
        ["12000 is on more than one line or unit of one side."] * 3,
    ),
    ("indicator 3 pays each side", [line("18000", "50")], [D(100)]),
    ("indicator 3 on two lines", [line("18000", "RT"), line("18000", "LT")], [D(50), D(50)]),
    ("indicator 0 pays one of two sides", [line("14000", "RT"), line("14000", "LT")], [D(40), D(0)]),
    (
        "indicator 9 knows no sides",
        [line("19000", "50")],
        ["19000 has modifier 50, which does not apply to it (indicator 9)."],
    ),
    ("one endoscopy has no family", [line("45305")], [D(60)]),
    ("an endoscopy with its base code", [line("45305"), line("45300")], [D(60), D(0)]),
    ("a family ranks by its sum", [line("45305"), line("45307"), line("12000")], [D(30), D(5), D(80)]),
    ("imaging is at most the outpatient rate", [line("71111")], [D(65)]),
    ("an injection alone", [line("36000")], [D(10)]),
    ("an injection beside a visit", [line("36000"), line("99213")], [D(0), D(90)]),
    ("a return to the operating room", [line("17000", "78")], [D(70)]),
    ("preoperative care alone", [line("17000", "56")], [D(10)]),
    (
        "no package to split",
        [line("11000", "54")],
        ["11000 has no global package that the modifiers 54, 55 and 56 could split."],
    ),
    (
        "more work than usual",
        [line("11000", "22")],
        ["11000 with modifier 22 is priced by report, as more work than usual."],
    ),
    ("a team", [line("11000", "66")], ["11000 with modifier 66 is priced by report, as the work of a team."]),
    (
        "a broken-off procedure without a row",
        [line("11000", "53")],
        ["11000 with modifier 53 is priced by report."],
    ),
    (
        "a part that the schedule does not have",
        [line("11000", "26")],
        ["The schedule has no part 26 of 11000."],
    ),
    (
        "an assistant who needs documentation",
        [line("20000", "80")],
        ["An assistant at 20000 is paid only where documentation shows the need (indicator 0)."],
    ),
    ("no second surgeon", [line("20000", "62")], ["No second surgeon applies to 20000."]),
    ("two surgeons who are not paid", [line("11000", "62")], [D(0)]),
    (
        "zero relative values",
        [line("99999")],
        ["The schedule has no relative values of 99999: the contractor prices it."],
    ),
    (
        "therapy: half the practice expense of all but the dearest unit",
        [line("97110", unit_count=D(2)), line("97140")],
        [D(55), D("32.50")],
    ),
    ("another test of the heart", [line("93306"), line("93306", "TC")], [D(90), D(45)]),
    (
        "a test whose parts are not in the schedule",
        [line("93306"), line("93000")],
        [
            "The technical part of a test of the day of 93306 is not in the schedule.",
            "The technical part of a test of the day of 93000 is not in the schedule.",
        ],
    ),
    ("at most the charge", [line("99213", charge=8_000)], [D(80)]),
    ("a social worker", [line("99213", taxonomy="1041C0700X")], [D("67.50")]),
    ("a nurse-midwife since 2011", [line("99213", taxonomy="367A00000X")], [D(90)]),
    ("no place", [line("99213", place_of_service=None)], ["The place of service of 99213 is not known."]),
    (
        "no locality",
        [line("99213", work_index=None)],
        ["No payment locality of the provider of 99213 is loaded for 2024-02-01."],
    ),
    (
        "a day without a schedule",
        [line("99213", service_date=dt.date(2020, 1, 1))],
        ["No physician fee schedule is loaded for 2020-01-01."],
    ),
    (
        "units that are no number of services",
        [line("99213", unit_count=D("1.5"))],
        ["The units of 99213 are not a whole number of services."],
    ),
)


@pytest.fixture(scope="module")
def found() -> dict[str, list[D | str]]:
    """All cases priced at once, each on a day of its own."""
    lines = [
        one | {"provider_day": f"{name} {one['provider_day']}", "group_day": name}
        for name, rows, _ in CASES
        for one in rows
    ]
    prices = iter(allowed(lines, SCHEDULE))
    return {name: [next(prices) for _ in rows] for name, rows, _ in CASES}


@pytest.mark.parametrize(("name", "right"), [(case[0], case[2]) for case in CASES])
def test_a_rule_prices_or_says_why_not(
    found: dict[str, list[D | str]], name: str, right: list[D | str]
) -> None:
    assert found[name] == right


def test_every_status_is_paid_is_nothing_or_says_why_not() -> None:
    statuses = [*PAID_STATUS, *UNPAID_STATUS, *UNPRICED_STATUS, "Z"]
    rows = [fee(f"1{n:04d}", "1", status_code=status) for n, status in enumerate(statuses)]
    found = allowed([line(row["code"], provider_day=row["code"]) for row in rows], rows)
    priced = dict(zip(statuses, found, strict=True))
    assert {status for status in statuses if priced[status] == D(10)} == set(PAID_STATUS)
    assert {status for status in statuses if priced[status] == D(0)} == set(UNPAID_STATUS)
    assert all(f"status {status}" in str(priced[status]) for status in UNPRICED_STATUS)
    assert priced["Z"] == "10017 has the status Z, which is not known."


def test_the_origin_says_release_locality_site_formula_and_rules() -> None:
    prices = physician_prices(
        lines_frame([line("11000", locality="10112-00 ALABAMA"), line("12000", "50")]), fees_frame(SCHEDULE)
    )
    first, second = prices.sort("line_id").iter_rows(named=True)
    assert first["origin"] == (
        "11000: physician fee schedule 2024Q1, locality 10112-00 ALABAMA, non-facility: "
        "(10.00 x 1.000 + 0.00 x 1.000 + 0.00 x 1.000) x 10.0000 = $100.00; "
        "50 % as procedure 2 of the day = $50.00"
    )
    assert second["origin"].endswith("= $80.00; both sides by indicator 1 = $120.00")
    assert [tuple(step.values()) for step in second["steps"]] == [
        ("fee", D("80.00")),
        ("bilateral", D("120.00")),
    ]
    assert (first["release"], first["locality"]) == ("2024Q1", "10112-00 ALABAMA")


MODIFIERS = (
    "22",
    "26",
    "50",
    "51",
    "54",
    "55",
    "59",
    "62",
    "66",
    "78",
    "80",
    "AS",
    "RT",
    "LT",
    "TC",
    "53",
    "QK",
)
CODES = sorted({row["code"] for row in SCHEDULE} | {"00000", "65000"})
LINES = st.lists(
    st.builds(
        lambda code, modifiers, units, place: line(
            code, *modifiers, unit_count=D(units), place_of_service=place, charge=None
        ),
        st.sampled_from(CODES),
        st.lists(st.sampled_from(MODIFIERS), max_size=3, unique=True),
        st.sampled_from(["1", "2", "3", "0.5"]),
        st.sampled_from(["11", "22", None]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=20, deadline=None)
@given(LINES)
def test_no_amount_is_without_origin_and_nothing_is_lost(lines: list[dict[str, Any]]) -> None:
    prices = physician_prices(lines_frame(lines), fees_frame(SCHEDULE))
    assert prices["line_id"].to_list() == list(range(len(lines)))
    for row in prices.iter_rows(named=True):
        if row["reason"] is None:
            assert row["amount"] >= 0
            assert row["origin"].endswith(f"${row['amount'] / 100:.2f}")
            assert int(row["steps"][-1]["amount"] * 100) == row["amount"]
        else:
            assert (row["amount"], row["origin"], row["steps"]) == (None, None, None)
