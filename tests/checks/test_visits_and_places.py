"""FRQ-01 to FRQ-05, POS-01, POS-02, TEL-01, UNIT-02 and INF-01: visits, places, drugs and infusions."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.checks.cases import Judge, Result, Rows, claim, line
from tests.checks.service_lines import listed, release, tables

DAY = dt.date(2026, 1, 15)
SURGEON, INTERNIST = "208600000X", "207R00000X"
PARTNER = {"rendering_provider_id": "1999999992"}


def visit(
    code: str, *modifiers: str, number: int = 1, claim_id: int = 1, **columns: object
) -> dict[str, object]:
    given = {f"modifier_{place}": modifier for place, modifier in enumerate(modifiers, start=1)}
    named = {"code": code, "code_system": "CPT", "charge_amount": 90}
    return line(number, claim_id, **{**named, **given, **columns})


def earlier_and_now(
    judge: Judge,
    check_id: str,
    earlier: str,
    now: str,
    earlier_day: dt.date = dt.date(2025, 12, 1),
    *,
    day: dt.date = DAY,
    of_earlier: dict[str, object] | None = None,
    of_now: dict[str, object] | None = None,
) -> Result:
    claims = [
        claim(1, **{"rendering_taxonomy_code": INTERNIST, **(of_earlier or {})}),
        claim(2, **{"rendering_taxonomy_code": INTERNIST, **(of_now or {})}),
    ]
    lines = [
        visit(earlier, claim_id=1, from_date=earlier_day),
        visit(now, claim_id=2, from_date=day),
    ]
    return judge(check_id, tables(lines, claims=claims, releases=[]))


@pytest.mark.parametrize(
    ("earlier_day", "outcome"),
    [
        (dt.date(2023, 1, 14), "passed"),
        (dt.date(2023, 1, 15), "passed"),
        (dt.date(2023, 1, 16), "failed"),
        (dt.date(2026, 1, 14), "failed"),
        (DAY, "passed"),
        (dt.date(2026, 1, 16), "passed"),
    ],
)
def test_a_new_patient_was_not_seen_for_three_years(judge: Judge, earlier_day: dt.date, outcome: str) -> None:
    result = earlier_and_now(judge, "FRQ-01", "99213", "99203", earlier_day)
    assert (result.outcome, result.eligible_count) == (outcome, 1)
    if outcome == "failed":
        detail = f"99203 is of a new patient, and the group saw the patient on {earlier_day}."
        assert result.of("claim_id", "code", "detail", "at_stake_amount") == [(2, "99203", detail, 90)]


def test_three_years_end_on_the_last_of_february(judge: Judge) -> None:
    result = earlier_and_now(
        judge, "FRQ-01", "99213", "99203", dt.date(2024, 2, 29), day=dt.date(2027, 2, 28)
    )
    assert result.outcome == "passed"


@pytest.mark.parametrize(
    ("earlier", "now", "outcome"),
    [
        ("99283", "99203", "failed"),
        ("99204", "92002", "failed"),
        ("99213", "99385", "failed"),
        ("99213", "99341", "failed"),
        ("99211", "99203", "passed"),
        ("93010", "99203", "passed"),
        ("99213", "99213", "not applicable"),
        ("99213", "99221", "not applicable"),
    ],
)
def test_which_visits_count(judge: Judge, earlier: str, now: str, outcome: str) -> None:
    assert earlier_and_now(judge, "FRQ-01", earlier, now).outcome == outcome


@pytest.mark.parametrize(
    ("of_earlier", "of_now", "outcome"),
    [
        ({}, {}, "failed"),
        ({"rendering_taxonomy_code": SURGEON}, {}, "failed"),  # the same provider
        (PARTNER, {}, "failed"),
        ({**PARTNER, "rendering_taxonomy_code": SURGEON}, {}, "passed"),
        ({**PARTNER, "rendering_taxonomy_code": None}, {}, "passed"),
        (PARTNER, {"rendering_taxonomy_code": None}, "passed"),
        ({**PARTNER, "billing_provider_id": "1999999992"}, {}, "passed"),
        (
            {**PARTNER, "billing_provider_id": "1999999992", "billing_tax_id": "12"},
            {"billing_tax_id": "12"},
            "failed",
        ),
        ({"payer_id": "P02"}, {}, "failed"),
        ({"patient_id": "patient two"}, {}, "passed"),
        ({"frequency_code": "8"}, {}, "passed"),
        ({"patient_control_number": "A2"}, {"frequency_code": "7"}, "passed"),  # a corrected day
        ({"form": "I", "type_of_bill": "131"}, {}, "passed"),
        ({}, {"patient_id": None}, "not checked"),
        ({}, {"form": "I", "type_of_bill": "131"}, "not applicable"),
    ],
)
def test_who_saw_the_patient(
    judge: Judge, of_earlier: dict[str, object], of_now: dict[str, object], outcome: str
) -> None:
    result = earlier_and_now(judge, "FRQ-01", "99213", "99203", of_earlier=of_earlier, of_now=of_now)
    assert result.outcome == outcome


@pytest.mark.parametrize(
    ("of_earlier", "of_now", "outcome"),
    [
        ({**PARTNER, "rendering_taxonomy_code": None}, {}, "failed"),
        (PARTNER, {"rendering_taxonomy_code": None}, "failed"),
        (PARTNER, {}, "passed"),
        ({}, {}, "passed"),
        ({"rendering_taxonomy_code": None}, {}, "passed"),
        ({**PARTNER, "rendering_taxonomy_code": None, "billing_provider_id": "1999999992"}, {}, "passed"),
        ({**PARTNER, "rendering_taxonomy_code": None, "patient_id": "patient two"}, {}, "passed"),
        (
            {**PARTNER, "rendering_taxonomy_code": None, "patient_control_number": "A2"},
            {"frequency_code": "7"},
            "passed",
        ),
        ({}, {"patient_id": None}, "not checked"),
    ],
)
def test_a_partner_whose_specialty_is_not_known(
    judge: Judge, of_earlier: dict[str, object], of_now: dict[str, object], outcome: str
) -> None:
    result = earlier_and_now(judge, "FRQ-04", "99213", "99203", of_earlier=of_earlier, of_now=of_now)
    assert result.outcome == outcome


NOBODY: dict[str, object] = {
    "rendering_provider_id": None,
    "billing_provider_id": None,
    "billing_tax_id": "12",
}


@pytest.mark.parametrize(
    ("check_id", "earlier", "now"),
    [
        ("FRQ-01", "99213", "99203"),
        ("FRQ-04", "99213", "99203"),
        ("FRQ-05", "99222", "99223"),
    ],
)
def test_visits_of_no_known_provider(judge: Judge, check_id: str, earlier: str, now: str) -> None:
    day = dt.date(2026, 1, 12)
    unknown: dict[str, object] = {**PARTNER, "billing_tax_id": "12"}
    result = earlier_and_now(judge, check_id, earlier, now, day, of_earlier=unknown, of_now=NOBODY)
    assert result.findings == []
    assert result.not_checked_count == 1


def test_a_new_patient_of_no_known_group(judge: Judge) -> None:
    unknown = {"billing_provider_id": None, "billing_tax_id": None}
    day = dt.date(2026, 1, 12)
    result = earlier_and_now(judge, "FRQ-04", "99213", "99203", day, of_earlier=unknown, of_now=unknown)
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


@pytest.mark.parametrize(
    ("check_id", "earlier_day", "code", "days"),
    [
        ("FRQ-01", dt.date(2023, 1, 15), "99203", (15, 14)),
        ("FRQ-04", dt.date(2023, 1, 15), "99203", (15, 14)),
        ("FRQ-02", dt.date(2026, 1, 14), "G0439", (14, 15)),
        ("FRQ-05", dt.date(2026, 1, 7), "99223", (15, 14)),
    ],
)
def test_the_line_of_a_claim_that_comes_too_soon(
    judge: Judge, check_id: str, earlier_day: dt.date, code: str, days: tuple[int, int]
) -> None:
    partner = {**PARTNER, "rendering_taxonomy_code": None if check_id == "FRQ-04" else INTERNIST}
    claims = [claim(1, **partner), claim(2, rendering_taxonomy_code=INTERNIST)]
    earlier = {"FRQ-02": "G0438", "FRQ-05": "99222"}.get(check_id, "99213")
    lines = [visit(earlier, claim_id=1, from_date=earlier_day)]
    lines += [
        visit(code, number=number, claim_id=2, from_date=dt.date(2026, 1, day))
        for number, day in enumerate(days, start=1)
    ]
    result = judge(check_id, tables(lines, claims=claims, releases=[]))
    assert result.of("claim_id", "item_number") == [(2, 2)]


@pytest.mark.parametrize(
    ("earlier", "earlier_day", "outcome"),
    [
        ("99211", dt.date(2025, 12, 1), "passed"),
        ("99213", dt.date(2023, 1, 15), "passed"),
        ("99213", dt.date(2023, 1, 16), "failed"),
        ("99213", DAY, "passed"),
        ("99213", dt.date(2026, 1, 16), "passed"),
    ],
)
def test_when_a_partner_saw_the_patient(
    judge: Judge, earlier: str, earlier_day: dt.date, outcome: str
) -> None:
    partner = {**PARTNER, "rendering_taxonomy_code": None}
    result = earlier_and_now(judge, "FRQ-04", earlier, "99203", earlier_day, of_earlier=partner)
    assert (result.outcome, result.eligible_count, result.not_checked_count) == (outcome, 1, 0)


@pytest.mark.parametrize(
    ("earlier", "now", "earlier_day", "outcome"),
    [
        ("G0438", "G0439", dt.date(2025, 1, 1), "passed"),
        ("G0438", "G0439", dt.date(2025, 1, 31), "passed"),
        ("G0438", "G0439", dt.date(2025, 2, 1), "failed"),
        ("G0439", "G0439", dt.date(2025, 1, 31), "passed"),
        ("G0439", "G0439", dt.date(2025, 2, 1), "failed"),
        ("G0402", "G0438", dt.date(2025, 1, 31), "passed"),
        ("G0402", "G0438", dt.date(2025, 2, 1), "failed"),
        ("G0402", "G0439", dt.date(2025, 12, 31), "failed"),
        ("G0438", "G0438", dt.date(2020, 1, 1), "failed"),
        ("G0402", "G0402", dt.date(2020, 1, 1), "failed"),
        ("G0439", "G0402", dt.date(2025, 12, 31), "passed"),
        ("G0439", "G0439", DAY, "passed"),
    ],
)
def test_wellness_visits(judge: Judge, earlier: str, now: str, earlier_day: dt.date, outcome: str) -> None:
    result = earlier_and_now(judge, "FRQ-02", earlier, now, earlier_day)
    assert (result.outcome, result.eligible_count) == (outcome, 2)


@pytest.mark.parametrize(
    ("of_earlier", "outcome"),
    [
        ({"patient_id": "patient two"}, "passed"),
        ({"billing_provider_id": "1999999992", "rendering_provider_id": "1999999992"}, "failed"),
        ({"patient_control_number": "A2"}, "passed"),
        ({"frequency_code": "8"}, "passed"),
    ],
)
def test_whose_wellness_visit(judge: Judge, of_earlier: dict[str, object], outcome: str) -> None:
    assert earlier_and_now(judge, "FRQ-02", "G0439", "G0439", of_earlier=of_earlier).outcome == outcome


def test_wellness_visits_of_nobody_known(judge: Judge) -> None:
    result = judge("FRQ-02", tables([visit("G0439")], claims=[claim(patient_id=None)]))
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


def test_a_wellness_visit_without_a_day(judge: Judge) -> None:
    result = judge("FRQ-02", tables([visit("G0439", from_date=None)]))
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


def two_of_a_day(
    judge: Judge,
    first: dict[str, object],
    second: dict[str, object],
    of_first: dict[str, object] | None = None,
    of_second: dict[str, object] | None = None,
) -> Result:
    claims = [
        claim(1, **{"rendering_taxonomy_code": INTERNIST, **(of_first or {})}),
        claim(2, **{"rendering_taxonomy_code": INTERNIST, **(of_second or {})}),
    ]
    return judge("FRQ-03", tables([first, {**second, "claim_id": 2}], claims=claims, releases=[]))


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (visit("99213"), visit("99214"), "failed"),
        (visit("99284"), visit("99222"), "failed"),
        (visit("99238"), visit("99232"), "failed"),
        (visit("99222"), visit("99222", charge_amount=80), "failed"),
        (visit("99222"), visit("99222", "GC"), "failed"),
        (visit("99222", "76"), visit("99222", "76"), "failed"),
        (visit("99222"), visit("99222"), "passed"),
        (visit("99213"), visit("99214", "25"), "passed"),
        (visit("99213", "25"), visit("99214"), "passed"),
        (visit("99238"), visit("99305"), "passed"),
        (visit("99305"), visit("99239"), "passed"),
        (visit("99396"), visit("99213"), "passed"),
        (visit("G0439"), visit("99213"), "passed"),
        (visit("G0402"), visit("99213"), "passed"),
        (visit("99232"), visit("99305"), "failed"),
        (visit("99238"), visit("99308"), "failed"),
        (visit("99305"), visit("99308"), "failed"),
        (visit("99213"), visit("99214", from_date=dt.date(2026, 1, 16)), "passed"),
    ],
)
def test_two_visits_of_a_day(
    judge: Judge, first: dict[str, object], second: dict[str, object], outcome: str
) -> None:
    result = two_of_a_day(judge, first, second)
    assert result.outcome == outcome
    assert result.not_checked_count == 0
    if outcome == "failed":
        assert result.eligible_count == 2
        assert result.of("claim_id", "code", "related_code") == [(2, second["code"], first["code"])]


def test_two_visits_of_a_day_on_one_claim(judge: Judge) -> None:
    later = dt.date(2026, 1, 16)
    lines = [
        visit("99213"),
        visit("99214", number=2),
        visit("99215", number=3, from_date=later),
        visit("99212", "25", number=4),
    ]
    result = judge("FRQ-03", tables(lines, claims=[claim(rendering_taxonomy_code=INTERNIST)], releases=[]))
    assert result.of("item_number", "code", "related_code") == [(2, "99214", "99213")]
    assert result.eligible_count == 4


def test_visits_of_two_days_of_two_providers_are_no_second_visit(judge: Judge) -> None:
    claims = [
        claim(1, rendering_taxonomy_code=INTERNIST),
        claim(2, rendering_taxonomy_code=SURGEON, **PARTNER),
    ]
    lines = [
        visit(code, number=number, claim_id=claim_id, from_date=dt.date(2026, 1, 15 + number))
        for claim_id, codes in ((1, ("99213", "99215")), (2, ("99214", "99212")))
        for number, code in enumerate(codes, start=1)
    ]
    result = judge("FRQ-03", tables(lines, claims=claims, releases=[]))
    assert (result.outcome, result.eligible_count) == ("passed", 4)


def test_the_line_of_the_later_claim_is_found_whatever_its_number(judge: Judge) -> None:
    result = two_of_a_day(judge, visit("99213", number=2), visit("99214", number=1))
    assert result.of("claim_id", "item_number") == [(2, 1)]


def test_a_discharge_after_another_visit_of_the_day_is_found(judge: Judge) -> None:
    assert two_of_a_day(judge, visit("99232"), visit("99238")).outcome == "failed"


@pytest.mark.parametrize("of_both", [{"patient_id": None}, NOBODY])
def test_two_visits_of_nobody_known(judge: Judge, of_both: dict[str, object]) -> None:
    result = two_of_a_day(judge, visit("99213"), visit("99214"), of_both, of_both)
    assert (result.outcome, result.not_checked_count) == ("not checked", 2)


def test_a_visit_of_no_known_provider_on_a_day_of_two_others(judge: Judge) -> None:
    claims = [
        claim(1, rendering_taxonomy_code=INTERNIST, billing_tax_id="12"),
        claim(2, rendering_taxonomy_code=SURGEON, **{**PARTNER, "billing_tax_id": "12"}),
        claim(3, rendering_taxonomy_code=INTERNIST, **NOBODY),
    ]
    lines = [visit("99213", claim_id=number) for number in (1, 2, 3)]
    result = judge("FRQ-03", tables(lines, claims=claims, releases=[]))
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("passed", 2, 1)


@pytest.mark.parametrize(
    ("of_second", "outcome"),
    [
        (PARTNER, "failed"),
        ({**PARTNER, "rendering_taxonomy_code": SURGEON}, "passed"),
        ({**PARTNER, "rendering_taxonomy_code": None}, "passed"),
        ({"rendering_taxonomy_code": SURGEON}, "failed"),
        ({"payer_id": "P02"}, "passed"),
        ({"payer_sequence": "S"}, "passed"),
        ({"frequency_code": "7"}, "passed"),
        ({"billing_provider_id": "1999999992"}, "passed"),
    ],
)
def test_whose_visits_of_a_day(judge: Judge, of_second: dict[str, object], outcome: str) -> None:
    assert two_of_a_day(judge, visit("99213"), visit("99214"), of_second=of_second).outcome == outcome


def test_two_partners_with_the_same_visit_are_no_repetition(judge: Judge) -> None:
    assert two_of_a_day(judge, visit("99213"), visit("99213"), of_second=PARTNER).outcome == "failed"


@pytest.mark.parametrize(
    ("days", "discharge_day", "more", "outcome"),
    [
        (1, None, {}, "failed"),
        (7, None, {}, "failed"),
        (8, None, {}, "passed"),
        (0, None, {}, "passed"),
        (3, dt.date(2026, 1, 14), {}, "passed"),
        (3, DAY, {}, "passed"),
        (3, dt.date(2026, 1, 12), {}, "passed"),
        (3, dt.date(2026, 1, 11), {}, "failed"),
        (3, None, PARTNER, "failed"),
        (3, None, {**PARTNER, "rendering_taxonomy_code": SURGEON}, "passed"),
        (3, None, {"patient_id": None}, "passed"),
        (3, None, {"patient_id": "patient two"}, "passed"),
        (3, None, {"rendering_taxonomy_code": SURGEON}, "failed"),
        (3, None, {"billing_provider_id": "1999999992"}, "passed"),
    ],
)
def test_first_hospital_visits(
    judge: Judge, days: int, discharge_day: dt.date | None, more: dict[str, object], outcome: str
) -> None:
    internist: dict[str, object] = {"rendering_taxonomy_code": INTERNIST}
    claims = [claim(1, **{**internist, **more}), claim(2, **internist), claim(3, **internist)]
    lines = [
        visit("99222", claim_id=1, from_date=DAY - dt.timedelta(days=days)),
        visit("99223", claim_id=2, from_date=DAY),
    ]
    if discharge_day:
        lines.append(visit("99238", claim_id=3, from_date=discharge_day))
    result = judge("FRQ-05", tables(lines, claims=claims, releases=[]))
    unknown = int("patient_id" in more and more["patient_id"] is None)
    assert (result.outcome, result.eligible_count, result.not_checked_count) == (
        outcome,
        2 - unknown,
        unknown,
    )


@pytest.mark.parametrize("code", ["99232", "99238", "99213"])
def test_another_visit_of_the_week_is_no_first_one(judge: Judge, code: str) -> None:
    result = earlier_and_now(judge, "FRQ-05", code, "99223", dt.date(2026, 1, 12))
    assert (result.outcome, result.eligible_count) == ("passed", 1)


def test_a_discharge_after_the_visit_says_nothing(judge: Judge) -> None:
    claims = [claim(number, rendering_taxonomy_code=INTERNIST) for number in (1, 2, 3)]
    lines = [
        visit("99222", claim_id=1, from_date=dt.date(2026, 1, 12)),
        visit("99223", claim_id=2, from_date=DAY),
        visit("99238", claim_id=3, from_date=dt.date(2026, 1, 16)),
    ]
    result = judge("FRQ-05", tables(lines, claims=claims, releases=[]))
    assert result.of("claim_id", "detail") == [
        (2, "99223 is a first hospital visit, and so was that of 2026-01-12, with no discharge since.")
    ]


@pytest.mark.parametrize(
    ("code", "of_discharge"),
    [
        ("99232", {}),
        ("99238", {"patient_id": "patient two"}),
        ("99238", {"billing_provider_id": "1999999992"}),
    ],
)
def test_what_is_no_discharge_between_two_first_visits(
    judge: Judge, code: str, of_discharge: dict[str, object]
) -> None:
    internist: dict[str, object] = {"rendering_taxonomy_code": INTERNIST}
    claims = [claim(1, **internist), claim(2, **internist), claim(3, **{**internist, **of_discharge})]
    lines = [
        visit("99222", claim_id=1, from_date=dt.date(2026, 1, 12)),
        visit("99223", claim_id=2, from_date=DAY),
        visit(code, claim_id=3, from_date=dt.date(2026, 1, 13)),
    ]
    result = judge("FRQ-05", tables(lines, claims=claims, releases=[]))
    assert (result.outcome, result.eligible_count) == ("failed", 2)


# The days of another list, and its code, say nothing of places.
PLACES = [
    release("place of service", "own", dt.date(2003, 1, 1), None),
    release("HCPCS", first=dt.date(1990, 1, 1)),
]
PLACE_CODES = [
    listed("modifier", "30", first=dt.date(1990, 1, 1)),
    listed("place of service", "09", "own", dt.date(2003, 1, 1), dt.date(2026, 1, 14)),
    listed("place of service", "11", "own", dt.date(2003, 1, 1), None),
    listed("place of service", "10", "own", dt.date(2022, 1, 1), None),
]


@pytest.mark.parametrize(
    ("place", "day", "outcome"),
    [
        ("11", DAY, "passed"),
        ("10", dt.date(2021, 12, 31), "failed"),
        ("10", dt.date(2022, 1, 1), "passed"),
        ("1", DAY, "failed"),
        ("30", DAY, "failed"),
        ("30", dt.date(2003, 1, 1), "failed"),
        ("09", dt.date(2026, 1, 14), "passed"),
        ("09", DAY, "failed"),
        (None, DAY, "not checked"),
        ("", DAY, "not checked"),
        ("30", dt.date(2002, 12, 31), "not checked"),
        ("30", None, "not checked"),
    ],
)
@pytest.mark.parametrize("is_of_line", [True, False])
def test_places(judge: Judge, place: str | None, day: dt.date | None, outcome: str, is_of_line: bool) -> None:  # noqa: FBT001
    lines = [visit("99213", from_date=day, place_of_service=place if is_of_line else None)]
    claims = [claim(place_of_service="11" if is_of_line and place else place)]
    result = judge("POS-01", tables(lines, claims=claims, releases=PLACES, codes=PLACE_CODES))
    assert result.outcome == outcome
    if outcome == "failed":
        assert result.of("item_number", "related_code") == [(1, place)]


def test_a_place_is_judged_on_each_day(judge: Judge) -> None:
    before, after = dt.date(2021, 12, 31), dt.date(2022, 1, 1)
    billed = [("10", before), ("10", after), ("11", before), ("11", after)]
    lines = [
        visit("99213", number=number, place_of_service=place, from_date=day)
        for number, (place, day) in enumerate(billed, start=1)
    ]
    lines.append(visit("99213", claim_id=2, place_of_service="10", from_date=before))
    claims = [claim(), claim(2, form="I", type_of_bill="131")]
    result = judge("POS-01", tables(lines, claims=claims, releases=PLACES, codes=PLACE_CODES))
    assert result.of("claim_id", "item_number") == [(1, 1)]
    assert (result.eligible_count, result.not_checked_count) == (4, 0)


def test_places_of_other_bills_take_no_part(judge: Judge) -> None:
    bill = claim(form="I", type_of_bill="131", place_of_service="30")
    given = tables([visit("99213")], claims=[bill], releases=PLACES, codes=PLACE_CODES)
    assert judge("POS-01", given).outcome == "not applicable"


@pytest.mark.parametrize(
    ("code", "place", "outcome"),
    [
        ("99284", "23", "passed"),
        ("99284", "11", "failed"),
        ("99284", "02", "passed"),
        ("99222", "21", "passed"),
        ("99222", "12", "failed"),
        ("99213", "21", "failed"),
        ("99213", "22", "passed"),
        ("99308", "31", "passed"),
        ("99308", "11", "failed"),
        ("99348", "13", "passed"),
        ("99348", "31", "failed"),
        ("99213", None, "not checked"),
        ("11111", "21", "not applicable"),
    ],
)
def test_visits_at_places(judge: Judge, code: str, place: str | None, outcome: str) -> None:
    result = judge("POS-02", tables([visit(code, place_of_service=place)]))
    count = int(outcome != "not applicable")
    assert (result.outcome, result.eligible_count + result.not_checked_count) == (outcome, count)


@pytest.mark.parametrize(
    ("modifiers", "place", "day", "outcome"),
    [
        (("93", "95"), "10", DAY, "failed"),
        (("FQ", "GT"), "02", DAY, "failed"),
        (("93", "FQ"), "10", DAY, "passed"),
        (("95",), "02", DAY, "passed"),
        ((), "10", DAY, "passed"),
        (("95",), "11", dt.date(2023, 12, 31), "passed"),
        (("95",), "11", dt.date(2024, 1, 1), "failed"),
        (("95",), None, DAY, "not checked"),
        ((), "11", DAY, "not applicable"),
        (("93", "95"), "10", dt.date(2021, 12, 31), "not applicable"),
        (("93", "95"), "10", dt.date(2022, 1, 1), "failed"),
        (("93", "95"), None, DAY, "not checked"),
        (("95",), "02", None, "not checked"),
        ((), "02", DAY, "passed"),
    ],
)
def test_telehealth(
    judge: Judge, modifiers: tuple[str, ...], place: str | None, day: dt.date | None, outcome: str
) -> None:
    lines = [visit("99213", *modifiers, place_of_service=place, from_date=day)]
    result = judge("TEL-01", tables(lines))
    count = int(outcome != "not applicable")
    assert (result.outcome, result.eligible_count + result.not_checked_count) == (outcome, count)


@pytest.mark.parametrize(
    ("of_claim", "outcome"),
    [({"filing_code": "MC"}, "failed"), ({"form": "I", "type_of_bill": "131"}, "not applicable")],
)
def test_whose_telehealth(judge: Judge, of_claim: dict[str, object], outcome: str) -> None:
    lines = [visit("99213", "93", "95", place_of_service="10")]
    assert judge("TEL-01", tables(lines, claims=[claim(**of_claim)])).outcome == outcome


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        ([visit("J1001", "JW")], "failed"),
        ([visit("J1001", "JW"), visit("J1001", number=2)], "passed"),
        ([visit("J1001", "JW"), visit("J1002", number=2)], "failed"),
        ([visit("J1001", "JW"), visit("J1001", number=2, from_date=dt.date(2026, 1, 16))], "failed"),
        ([visit("J1001", "JW"), visit("J1001", "JZ", number=2)], "failed"),
        ([visit("J1001", "JZ")], "not applicable"),
    ],
)
def test_discarded_drugs(judge: Judge, lines: Rows, outcome: str) -> None:
    result = judge("UNIT-02", tables(lines))
    assert (result.outcome, result.eligible_count) == (outcome, int(outcome != "not applicable"))


def test_what_is_said_of_a_discarded_drug(judge: Judge) -> None:
    alone = judge(
        "UNIT-02",
        tables([visit("J1001", "JW"), visit("J1002", "JW", number=2), visit("J1002", "JZ", number=3)]),
    )
    assert alone.of("item_number", "detail") == [
        (1, "J1001 was billed as discarded, and no given dose is billed that day."),
        (2, "J1002 was billed as discarded, and on another line as not discarded (JZ)."),
    ]


def test_the_dose_is_of_the_drug_the_day_and_the_patient(judge: Judge) -> None:
    later = dt.date(2026, 1, 16)
    lines = [
        visit("J1001", "JW"),
        visit("J1001", number=2),
        visit("J1002", "JW", number=3),
        visit("J1001", "JW", number=4, from_date=later),
        visit("J1002", claim_id=2),
        visit("J1001", number=2, claim_id=2, from_date=later),
    ]
    result = judge("UNIT-02", tables(lines, claims=[claim(), claim(2, patient_id="patient two")]))
    assert result.of("claim_id", "item_number") == [(1, 3), (1, 4)]
    assert result.eligible_count == 3


@pytest.mark.parametrize(
    ("of_claim", "outcome"),
    [({"patient_id": None}, "not checked"), ({"form": "I", "type_of_bill": "111"}, "not applicable")],
)
def test_whose_discarded_drug(judge: Judge, of_claim: dict[str, object], outcome: str) -> None:
    lines = [visit("J1001", "JW"), visit("J1002", "JW", "JZ", number=2)]
    result = judge("UNIT-02", tables(lines, claims=[claim(**of_claim)]))
    assert (result.outcome, result.findings) == (outcome, [])


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ([visit("96365")], 0),
        ([visit("96365"), visit("96374", number=2)], 1),
        ([visit("96365"), visit("96374", "59", number=2)], 0),
        ([visit("96365", "XE"), visit("96374", number=2)], 0),
        ([visit("96365"), visit("96374", "59", number=2), visit("96360", number=3)], 2),
        ([visit("96365"), visit("96375", number=2)], 0),
        ([visit("96365"), visit("96374", number=2, from_date=dt.date(2026, 1, 16))], 0),
        ([visit("96365"), visit("96365", "76", number=2)], 0),
        ([visit("96365", "77"), visit("96365", "77", number=2)], 1),
        ([visit("96365"), visit("96365", number=2)], 0),
        ([visit("96365"), visit("96365", number=2, charge_amount=80)], 1),
        ([visit("96365"), visit("96365", number=2), visit("96374", number=3)], 1),
        ([visit("96365"), visit("96374", "59", number=2), visit("96374", "59", number=3)], 0),
    ],
)
def test_initial_infusions(judge: Judge, lines: Rows, count: int) -> None:
    result = judge("INF-01", tables(lines))
    assert len(result.findings) == count
    initial = [row for row in lines if row["code"] != "96375"]
    assert (result.eligible_count, result.not_checked_count) == (len(initial), 0)
    assert result.outcome == ("failed" if count else "passed")


def test_an_infusion_of_a_stay_takes_no_part(judge: Judge) -> None:
    stay = claim(form="I", type_of_bill="111")
    assert judge("INF-01", tables([visit("96365")], claims=[stay])).outcome == "not applicable"


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (dt.date(2008, 12, 31), "not applicable"),
        (dt.date(2009, 1, 1), "failed"),
        (dt.date(2009, 1, 2), "failed"),
    ],
)
def test_infusions_have_codes_of_their_own_since_2009(judge: Judge, day: dt.date, outcome: str) -> None:
    lines = [visit("96365", from_date=day), visit("96374", number=2, from_date=day)]
    assert judge("INF-01", tables(lines, claims=[claim(from_date=day, to_date=day)])).outcome == outcome


def test_an_infusion_of_nobody_known(judge: Judge) -> None:
    lines = [visit("96365"), visit("96374", number=2)]
    result = judge("INF-01", tables(lines, claims=[claim(patient_id=None)]))
    assert (result.outcome, result.not_checked_count) == ("not checked", 2)


CHECKS = (
    *("FRQ-01", "FRQ-02", "FRQ-03", "FRQ-04", "FRQ-05"),
    *("POS-02", "TEL-01", "UNIT-02", "INF-01"),
)


@pytest.mark.parametrize("check_id", CHECKS)
def test_nothing_eligible(judge: Judge, check_id: str) -> None:
    assert judge(check_id, tables([visit("11111")])).outcome == "not applicable"
