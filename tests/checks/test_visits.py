"""Checks on visits: levels beside stated minutes, prolonged services, G2211, FS, equal minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from auditlib.codes.visit_levels import visit_codes
from auditlib.schema.core_derived import LEVELED_VISIT, STATED_MINUTES, VISIT_RULE
from auditlib.warehouse import Warehouse, graph
from tests.checks.cases import Judge, Result, claim, line
from tests.checks.reading import table
from tests.tables import fill

DAY = dt.date(2025, 3, 4)


def visit(
    code: str = "99214", *, day: dt.date = DAY, claim_id: int = 1, line_number: int = 1, **columns: object
) -> dict[str, object]:
    about: dict[str, object] = {"code_system": "CPT", "code": code, "from_date": day, "charge_amount": 120}
    return line(line_number, claim_id, **{**about, **columns})


def chart(
    text: str | None, *, day: dt.date = DAY, name: str = "A1", number: int = 1
) -> dict[str, list[dict[str, object]]]:
    encounter = {"encounter_id": name, "admit_date": day, "discharge_date": day}
    document = {
        "document_id": f"{name}:{number}",
        "encounter_id": name,
        "document_number": number,
        "document_type": "physician note",
        "text": text,
    }
    return {"core.encounter": [encounter], "core.document": [] if text is None else [document]}


def bill(
    *lines: dict[str, object], text: str | None = None, day: dt.date = DAY, **columns: object
) -> dict[str, Sequence[dict[str, object]]]:
    return {
        "core.claim": [claim(from_date=day, to_date=day, **columns)],
        "core.claim_line": list(lines),
        **chart(text, day=day),
    }


def said(result: Result) -> tuple[str, list[object]]:
    return result.outcome, [row[0] for row in result.of("related_code")]


def test_the_rules_of_visits_are_those_of_the_calculator(warehouse: Warehouse) -> None:
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"core.visit_rule"})
    rules = {
        (row["visit_kind"], row["code"], row["least_minutes"], row["first_date"], row["last_date"])
        for row in table(warehouse, VISIT_RULE).iter_rows(named=True)
    }
    end = dt.date(9999, 12, 31)
    assert rules == {
        (code.family, code.code, code.minutes, code.first_day, code.last_day or end) for code in visit_codes()
    }


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Total time: 35 minutes.", 35),
        ("Total time spent on the date of this encounter was 42 min", 42),
        ("I spent a total of 25 minutes on the day of the visit.", 25),
        ("45 minutes of total time on this date.", 45),
        ("TOTAL VISIT TIME - 30 MINUTES", 30),
        ("Total time 30-39 minutes", None),
        ("Total time: 1 hour 10 minutes", None),
        ("Total critical care time: 40 minutes", None),
        ("Total fluoroscopy time: 3 minutes", None),
        ("Total face-to-face time 20 minutes", None),
        ("30-39 minutes total time", None),
        ("Total knee arthroplasty in 20 minutes", None),
        ("Cast time 30 minutes", None),
    ],
)
def test_the_minutes_that_a_record_states(warehouse: Warehouse, text: str, minutes: int | None) -> None:
    fill(warehouse, chart(text))
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"core.stated_minutes"})
    assert table(warehouse, STATED_MINUTES)["minute_count"].to_list() == (
        [] if minutes is None else [minutes]
    )


def test_two_totals_of_a_day_state_none_and_a_day_of_a_stay_has_its_own(warehouse: Warehouse) -> None:
    stay = {"encounter_id": "A1", "admit_date": DAY, "discharge_date": DAY + dt.timedelta(3)}
    documents = [
        {
            "document_id": f"A1:{number}",
            "encounter_id": "A1",
            "document_number": number,
            "document_type": "physician note",
            "text": f"Total time {minutes} minutes",
            "written_at": written and dt.datetime.combine(written, dt.time(9)),
        }
        for number, (minutes, written) in enumerate(
            [(35, DAY), (35, DAY), (50, DAY + dt.timedelta(1)), (25, DAY + dt.timedelta(1)), (90, None)]
        )
    ]
    fill(warehouse, {"core.encounter": [stay], "core.document": documents})
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"core.stated_minutes"})
    assert table(warehouse, STATED_MINUTES).rows() == [("A1", DAY, 35)]


LEVELS = [
    ("99214", "Total time: 30 minutes.", ("passed", []), ("passed", [])),
    ("99214", "Total time: 29 minutes.", ("failed", ["99213"]), ("passed", [])),
    ("99214", "Total time: 40 minutes.", ("passed", []), ("failed", ["99215"])),
    ("99203", "Total time: 10 minutes.", ("failed", [None]), ("passed", [])),
    ("99211", "Total time: 5 minutes.", ("passed", []), ("passed", [])),
    ("99239", "Total time: 30 minutes.", ("failed", ["99238"]), ("passed", [])),
    ("99238", "Total time: 31 minutes.", ("passed", []), ("failed", ["99239"])),
    ("99214", "Seen for a cough.", ("not checked", []), ("not checked", [])),
    ("99284", "Total time: 30 minutes.", ("not applicable", []), ("not applicable", [])),
    ("11042", "Total time: 30 minutes.", ("not applicable", []), ("not applicable", [])),
]


@pytest.mark.parametrize(("code", "text", "above", "below"), LEVELS)
def test_a_level_beside_the_stated_minutes(
    judge: Judge, code: str, text: str, above: tuple[str, list[object]], below: tuple[str, list[object]]
) -> None:
    result = judge("EM-01", bill(visit(code), text=text))
    assert said(result) == above
    if result.eligible_count:
        assert result.eligible_count == 1
    levels = judge("EM-02", {})
    assert said(levels) == below
    assert levels.eligible_count == result.eligible_count


@pytest.mark.parametrize(
    ("code", "day", "outcome"),
    [
        ("99214", dt.date(2020, 12, 31), "not applicable"),
        ("99214", dt.date(2021, 1, 1), "failed"),
        ("99223", dt.date(2022, 12, 31), "not applicable"),
        ("99223", dt.date(2023, 1, 1), "failed"),
    ],
)
def test_levels_have_rules_from_their_first_day(judge: Judge, code: str, day: dt.date, outcome: str) -> None:
    found = judge("EM-01", bill(visit(code, day=day), text="Total time: 12 minutes.", day=day))
    assert found.outcome == outcome


def test_99306_needs_five_minutes_more_from_2024(judge: Judge) -> None:
    for day, supported in ((dt.date(2023, 12, 31), "passed"), (dt.date(2024, 1, 1), "failed")):
        name = f"A{day.year}"
        rows = {
            "core.claim": [claim(day.year, patient_control_number=name)],
            "core.claim_line": [visit("99306", day=day, claim_id=day.year)],
            **chart("Total time: 45 minutes.", day=day, name=name),
        }
        result = judge("EM-01", rows)
        assert [row for row in result.of("service_date") if row == (day,)] == (
            [(day,)] if supported == "failed" else []
        )


def test_minutes_are_nobodys_where_two_providers_saw_the_patient(judge: Judge) -> None:
    other = claim(
        2, patient_control_number="A1", rendering_provider_id="1111111112", from_date=DAY, to_date=DAY
    )
    rows = bill(visit(), text="Total time: 12 minutes.")
    rows["core.claim"] = [*rows["core.claim"], other]
    rows["core.claim_line"] = [*rows["core.claim_line"], visit("99215", claim_id=2)]
    result = judge("EM-01", rows)
    assert (result.outcome, result.not_checked_count) == ("not checked", 2)


def test_what_the_finding_says(judge: Judge) -> None:
    office = judge("EM-01", bill(visit("99215"), text="Total time: 25 minutes."))
    [[detail]] = office.of("detail")
    assert detail == (
        "The record states 25 minutes, which support 99213; undetermined: decision making would have to "
        "support 99215."
    )


def test_what_the_finding_of_a_discharge_says(judge: Judge) -> None:
    [[detail]] = judge("EM-01", bill(visit("99239"), text="Total time: 30 minutes.")).of("detail")
    assert detail == "The record states 30 minutes, which support 99238; nothing else supports 99239."


def prolonged(
    code: str, minutes: int, units: int = 1, visit_code: str = "99215"
) -> dict[str, Sequence[dict[str, object]]]:
    extra = line(2, code=code, code_system="CPT", from_date=DAY, unit_count=units, charge_amount=50)
    return bill(visit(visit_code), extra, text=f"Total time: {minutes} minutes.")


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        (prolonged("G2212", 69), "passed"),
        (prolonged("G2212", 68), "failed"),
        (prolonged("G2212", 83, 2), "failed"),
        (prolonged("G2212", 84, 2), "passed"),
        (prolonged("G2212", 89, visit_code="99205"), "passed"),
        (prolonged("G2212", 88, visit_code="99205"), "failed"),
        (prolonged("99417", 55), "passed"),
        (prolonged("99417", 54), "failed"),
        (prolonged("99417", 75, visit_code="99205"), "passed"),
        (prolonged("99417", 70, visit_code="99245"), "passed"),
        (prolonged("99417", 69, visit_code="99245"), "failed"),
        (prolonged("99417", 60, visit_code="99345"), "failed"),
        (prolonged("99417", 60, visit_code="99350"), "failed"),
        (prolonged("99417", 90, visit_code="99214"), "not applicable"),
        (prolonged("G2212", 60, visit_code="99214"), "not applicable"),
        (bill(visit("99215"), line(2, code="G2212", from_date=DAY), text=None), "not checked"),
    ],
)
def test_prolonged_services_need_their_minutes(
    judge: Judge, rows: dict[str, Sequence[dict[str, object]]], outcome: str
) -> None:
    result = judge("EM-03", rows)
    count = int(outcome != "not applicable")
    assert (result.outcome, result.eligible_count + result.not_checked_count) == (outcome, count)


def test_what_a_prolonged_service_needs(judge: Judge) -> None:
    assert judge("EM-03", prolonged("G2212", 70, 10)).of("item_number", "detail") == [
        (2, "The record states 70 minutes; 10 units of G2212 beside 99215 need 204.")
    ]


def test_a_prolonged_service_beside_two_visits_is_not_checked_and_counts_once(judge: Judge) -> None:
    extra = line(3, code="99417", code_system="CPT", from_date=DAY, charge_amount=50)
    rows = bill(visit("99205"), visit("99215", line_number=2), extra, text="Total time: 60 minutes.")
    result = judge("EM-03", rows)
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


@pytest.mark.parametrize("code", ["G2212", "99417"])
def test_a_prolonged_service_on_the_first_day_of_its_rule(judge: Judge, code: str) -> None:
    day = dt.date(2021, 1, 1)
    extra = line(2, code=code, code_system="CPT", from_date=day, charge_amount=50)
    rows = bill(visit("99215", day=day), extra, text="Total time: 45 minutes.", day=day)
    assert judge("EM-03", rows).outcome == "failed"


@pytest.mark.parametrize("way", ["another day of the claim", "another claim of the day"])
def test_a_prolonged_service_belongs_to_the_visit_of_its_claim_and_day(judge: Judge, way: str) -> None:
    extra = line(2, code="G2212", code_system="CPT", from_date=DAY, charge_amount=50)
    day = DAY - dt.timedelta(1) if way == "another day of the claim" else DAY
    rows = bill(visit("99215", day=day), extra, text="Total time: 60 minutes.")
    if way == "another claim of the day":
        rows["core.claim"] = [
            *rows["core.claim"],
            claim(2, patient_control_number="A1", from_date=DAY, to_date=DAY),
        ]
        rows["core.claim_line"] = [visit("99215", claim_id=2), extra]
    assert judge("EM-03", rows).outcome == "not applicable"


def complex_visit(
    *, modifier: str | None = "25", payer: str | None = "MB", day: dt.date = DAY, other: str | None = None
) -> dict[str, Sequence[dict[str, object]]]:
    lines = [visit(day=day, modifier_1=modifier), line(2, code="G2211", from_date=day, charge_amount=16)]
    if other:
        lines.append(line(3, code=other, from_date=day))
    return bill(*lines, day=day, filing_code=payer)


LAST_2023, FIRST_2024, LAST_2024, FIRST_2025 = (
    dt.date(2023, 12, 31),
    dt.date(2024, 1, 1),
    dt.date(2024, 12, 31),
    dt.date(2025, 1, 1),
)


@pytest.mark.parametrize(
    ("rows", "of_2024", "since_2025"),
    [
        (complex_visit(day=LAST_2023), "not applicable", "not applicable"),
        (complex_visit(day=FIRST_2024), "failed", "not applicable"),
        (complex_visit(day=LAST_2024, other="G0439"), "failed", "not applicable"),
        (complex_visit(day=LAST_2024, modifier=None), "passed", "not applicable"),
        (complex_visit(day=FIRST_2025), "not applicable", "failed"),
        (complex_visit(day=FIRST_2025, other="G0439"), "not applicable", "passed"),
        (complex_visit(day=FIRST_2025, other="90471"), "not applicable", "passed"),
        (complex_visit(day=FIRST_2025, modifier="95"), "not applicable", "passed"),
        (complex_visit(day=FIRST_2024, payer="CI"), "not applicable", "not applicable"),
        (complex_visit(day=FIRST_2024, payer=None), "not checked", "not applicable"),
        (complex_visit(day=FIRST_2025, payer=None), "not applicable", "not checked"),
    ],
)
def test_g2211_beside_modifier_25(
    judge: Judge, rows: dict[str, Sequence[dict[str, object]]], of_2024: str, since_2025: str
) -> None:
    for check_id, given, outcome in (("EM-04", rows, of_2024), ("EM-05", {}, since_2025)):
        result = judge(check_id, given)
        count = int(outcome != "not applicable")
        assert (result.outcome, result.eligible_count + result.not_checked_count) == (outcome, count)


@pytest.mark.parametrize(
    ("columns", "place", "outcome"),
    [
        ({"modifier_2": "FS"}, "11", "failed"),
        ({"modifier_2": "FS", "place_of_service": "21"}, "11", "passed"),
        ({"modifier_1": "FS", "place_of_service": "11"}, "21", "failed"),
        ({"modifier_4": "FS"}, "11", "failed"),
        ({"modifier_1": "FS"}, None, "not checked"),
        ({"modifier_1": "25"}, "11", "not applicable"),
        ({"modifier_1": "FS", "day": dt.date(2021, 12, 31)}, "11", "not applicable"),
        ({"modifier_1": "FS", "day": dt.date(2022, 1, 1)}, "11", "failed"),
        ({"modifier_1": "FS", "code": "99223"}, "11", "passed"),
    ],
)
def test_a_split_visit_is_in_a_facility(
    judge: Judge, columns: dict[str, object], place: str | None, outcome: str
) -> None:
    result = judge("EM-06", bill(visit(**columns), place_of_service=place))
    count = int(outcome != "not applicable")
    assert (result.outcome, result.eligible_count + result.not_checked_count) == (outcome, count)


def test_the_split_line_of_a_claim(judge: Judge) -> None:
    rows = bill(
        visit(modifier_3="25", place_of_service="21"),
        visit(line_number=2, modifier_3="FS"),
        visit(line_number=3, modifier_4="FS", place_of_service="22"),
        place_of_service="11",
    )
    assert judge("EM-06", rows).of("item_number") == [(2,)]


def test_a_split_visit_of_a_hospital_takes_no_part(judge: Judge) -> None:
    rows = bill(visit(modifier_1="FS"), form="I", type_of_bill="131", place_of_service="11")
    assert judge("EM-06", rows).outcome == "not applicable"


def many(minutes: Sequence[int]) -> dict[str, list[dict[str, object]]]:
    rows: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("core.claim", "core.claim_line", "core.encounter", "core.document")
    }
    for number, count in enumerate(minutes, start=1):
        rows["core.claim"].append(claim(number, patient_id=f"patient {number}"))
        rows["core.claim_line"].append(visit(claim_id=number))
        for name, more in chart(f"Total time: {count} minutes.", name=f"A{number}").items():
            rows[name] += more
    return rows


@pytest.mark.parametrize(
    ("minutes", "outcome"),
    [
        ([30] * 10, "failed"),
        ([30] * 9 + [31], "passed"),
        ([30] * 9, "not applicable"),
    ],
)
def test_the_same_minutes_in_every_record(judge: Judge, minutes: list[int], outcome: str) -> None:
    result = judge("EM-07", many(minutes))
    assert result.outcome == outcome
    if outcome == "failed":
        assert result.of("claim_id", "detail") == [
            (1, "All 10 records of this provider and kind of visit with minutes state 30.")
        ]


def test_two_visits_on_the_first_claim_are_one_finding(judge: Judge) -> None:
    rows = many([30] * 10)
    rows["core.claim_line"].append(visit("99213", claim_id=1, line_number=2))
    result = judge("EM-07", rows)
    assert result.of("claim_id", "item_number") == [(1, 1)]
    assert result.eligible_count == 1


def test_records_without_minutes_and_of_nobody_known_take_no_part(judge: Judge) -> None:
    rows = many([30] * 11)
    rows["core.document"][0]["text"] = "Seen for a cough."
    rows["core.claim"][1] |= {"rendering_provider_id": None, "billing_provider_id": None}
    assert judge("EM-07", rows).outcome == "not applicable"


def test_visits_of_no_known_provider_are_nobodys(judge: Judge) -> None:
    rows = many([30] * 10)
    for one in rows["core.claim"]:
        one |= {"rendering_provider_id": None, "billing_provider_id": None}
    assert judge("EM-07", rows).outcome == "not applicable"


def test_the_first_visit_with_minutes_is_named(judge: Judge) -> None:
    rows = many([30] * 11)
    rows["core.document"][0]["text"] = "Seen for a cough."
    assert judge("EM-07", rows).of("claim_id") == [(2,)]


def test_providers_and_kinds_of_visits_are_looked_at_apart(judge: Judge) -> None:
    rows = many([30] * 10 + [20, 25] * 5 + [40] * 9 + [41])
    for number, (one, visited) in enumerate(zip(rows["core.claim"], rows["core.claim_line"], strict=True)):
        if 10 <= number < 20:
            one["rendering_provider_id"] = "1111111112"
        if number >= 20:
            visited["code"] = "99204"
    result = judge("EM-07", rows)
    assert (result.eligible_count, result.of("claim_id")) == (3, [(1,)])


def test_a_corrected_claim_does_not_hide_the_minutes(judge: Judge) -> None:
    rows = bill(visit(), text="Total time: 12 minutes.")
    rows["core.claim"] = [
        *rows["core.claim"],
        claim(2, patient_control_number="A1", frequency_code="7", from_date=DAY),
    ]
    rows["core.claim_line"] = [*rows["core.claim_line"], visit("99213", claim_id=2)]
    assert judge("EM-01", rows).of("claim_id", "code") == [(1, "99214"), (2, "99213")]


def test_a_visit_keeps_what_minutes_support(warehouse: Warehouse) -> None:
    fill(warehouse, bill(visit(), text="Total time: 45 minutes."))
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"core.leveled_visit"})
    columns = ("minute_count", "minutes_code", "visit_kind")
    assert table(warehouse, LEVELED_VISIT).select(columns).rows() == [(45, "99215", "later office visit")]
