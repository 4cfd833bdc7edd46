"""TEL-02, UNIT-01, UNIT-03 and OCE-02: service lines beside lists of services that a user loads."""

from __future__ import annotations

import datetime as dt

import pytest

from auditlib.schema.core_derived import TIMED_MINUTES
from auditlib.warehouse import Warehouse, graph
from tests.checks.cases import Judge, Result, Rows, claim, line
from tests.checks.reading import table
from tests.checks.service_lines import FIRST, LAST, release
from tests.tables import fill

DAY = dt.date(2026, 1, 15)
NEXT_DAY = dt.date(2026, 1, 16)
BEYOND = dt.date(2026, 4, 1)
SYSTEMS = {
    "OCE edit 9": "outpatient code editor",
    "OCE edit 28": "outpatient code editor",
    "OCE edit 50": "outpatient code editor",
}


def lists(*entries: tuple[str, str], of: str = "2026") -> dict[str, Rows]:
    """Lists of 2026's first quarter, each with a code, beside a later list of another kind."""
    systems = dict.fromkeys(SYSTEMS.get(name, name) for name, _ in entries)
    return {
        "ref.release": [
            *(release(system, of) for system in systems),
            release("POA exempt", "later", dt.date(2026, 1, 12), None),
        ],
        "ref.code_list": [
            {
                "list_name": name,
                "code_system": "CPT" if code[0].isdigit() else "HCPCS",
                "code": code,
                "release": of,
                "effective_from": FIRST,
                "effective_to": LAST,
            }
            for name, code in entries
        ],
    }


def service(
    code: str, *modifiers: str, number: int = 1, claim_id: int = 1, **columns: object
) -> dict[str, object]:
    given = {f"modifier_{place}": modifier for place, modifier in enumerate(modifiers, start=1)}
    system = "CPT" if code[0].isdigit() else "HCPCS"
    return line(
        number, claim_id, **{"code": code, "code_system": system, "charge_amount": 80, **given, **columns}
    )


TELEHEALTH = lists(("telehealth services", "11111"), ("telehealth services", "G0001"))
BILL = claim(filing_code="MB")


def of_telehealth(
    judge: Judge, lines: Rows, *, claims: Rows = (BILL,), loaded: dict[str, Rows] = TELEHEALTH
) -> Result:
    return judge("TEL-02", {**loaded, "core.claim": claims, "core.claim_line": lines})


@pytest.mark.parametrize(
    ("code", "modifiers", "place", "outcome"),
    [
        ("22222", (), "02", "failed"),
        ("22222", (), "10", "failed"),
        ("22222", ("95",), "11", "failed"),
        ("22222", ("93",), "11", "failed"),
        ("22222", ("FQ",), "11", "failed"),
        ("22222", ("25", "GT"), "11", "failed"),
        ("22222", (), None, "not applicable"),
        ("22222", ("25",), "11", "not applicable"),
        ("22222", (), "12", "not applicable"),
        ("22222", ("GY",), "02", "not applicable"),
        ("22222", ("GZ", "95"), "02", "not applicable"),
        ("22222", ("GA",), "10", "not applicable"),
        ("22222", ("GX",), "10", "not applicable"),
        ("22222", ("GB",), "10", "failed"),
        ("11111", ("95",), "02", "passed"),
        ("G0001", ("95",), "02", "passed"),
        ("G0002", ("95",), "02", "failed"),
    ],
)
def test_what_is_on_the_list_of_telehealth(
    judge: Judge, code: str, modifiers: tuple[str, ...], place: str | None, outcome: str
) -> None:
    result = of_telehealth(judge, [service(code, *modifiers, place_of_service=place)])
    count = int(outcome != "not applicable")
    assert (result.outcome, result.eligible_count, result.not_checked_count) == (outcome, count, 0)


def test_what_is_said_of_an_unlisted_service(judge: Judge) -> None:
    result = of_telehealth(judge, [service("11111", "95"), service("22222", "95", number=2)])
    words = "22222 is billed as telehealth, and is not on Medicare's list of telehealth services."
    assert result.of("item_number", "detail", "release", "at_stake_amount") == [(2, words, "2026", 80)]


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (dt.date(2025, 12, 31), "not checked"),
        (FIRST, "failed"),
        (LAST, "failed"),
        (BEYOND, "not checked"),
        (None, "not checked"),
    ],
)
def test_the_list_of_the_day_counts(judge: Judge, day: dt.date | None, outcome: str) -> None:
    result = of_telehealth(judge, [service("22222", "95", from_date=day)])
    assert (result.outcome, result.eligible_count + result.not_checked_count) == (outcome, 1)


def test_a_day_with_a_list_and_one_without(judge: Judge) -> None:
    lines = [service("22222", "95"), service("22222", "95", number=2, from_date=BEYOND)]
    result = of_telehealth(judge, lines)
    assert (result.of("item_number"), result.eligible_count, result.not_checked_count) == ([(1,)], 1, 1)


@pytest.mark.parametrize(
    ("of_claim", "outcome"),
    [
        ({}, "failed"),
        ({"filing_code": None}, "not checked"),
        ({"filing_code": "CI"}, "not applicable"),
        ({"filing_code": "MC"}, "not applicable"),
        ({"form": "I", "type_of_bill": "131"}, "not applicable"),
    ],
)
def test_whose_telehealth_list(judge: Judge, of_claim: dict[str, object], outcome: str) -> None:
    claims = [claim(**{"filing_code": "MB", **of_claim})]
    assert of_telehealth(judge, [service("22222", "95")], claims=claims).outcome == outcome


def test_no_list_of_telehealth(judge: Judge) -> None:
    result = of_telehealth(judge, [service("22222", "95")], loaded=lists(("timed services", "22222")))
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)
    assert "list of telehealth services" in str(result.not_checked_reason)


TIMED = lists(("timed services", "33333"), ("timed services", "44444"))


def note(text: str, *, day: dt.date = DAY, name: str = "A1", number: int = 1) -> dict[str, Rows]:
    return {
        "core.encounter": [{"encounter_id": name, "admit_date": day, "discharge_date": day}],
        "core.document": [
            {
                "document_id": f"{name}:{number}",
                "encounter_id": name,
                "document_number": number,
                "document_type": "therapy note",
                "text": text,
            }
        ],
    }


def of_therapy(
    judge: Judge,
    lines: Rows,
    minutes: int | None = 22,
    *,
    loaded: dict[str, Rows] = TIMED,
    claims: Rows = (BILL,),
    noted: dt.date = DAY,
) -> Result:
    text = "Gait training." if minutes is None else f"Timed code treatment minutes: {minutes}\nSigned."
    return judge(
        "UNIT-01", {**loaded, "core.claim": claims, "core.claim_line": lines, **note(text, day=noted)}
    )


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Timed code treatment minutes: 38. Total treatment time 50 minutes.", 38),
        ("Total timed minutes = 8", 8),
        ("Timed treatment time was 23 min", 23),
        ("timed-code minutes 45, untimed minutes 10", 45),
        ("TIMED CODES MINUTES\n30\n", 30),
        ("(Timed time: 15)", 15),
        ("Untimed minutes: 12", None),
        ("Total treatment minutes: 50", None),
        ("Timed minutes: 30-39", None),
        ("Timed minutes: 1 hour 10 minutes", None),
        ("Timed minutes: 7.5", None),
        ("Timed code minutes (97110, 97140): 38", None),
        ("Timed get up and go 12 seconds", None),
    ],
)
def test_what_a_note_states_of_timed_minutes(warehouse: Warehouse, text: str, minutes: int | None) -> None:
    fill(warehouse, note(text))
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"core.timed_minutes"})
    found = table(warehouse, TIMED_MINUTES).rows()
    assert found == ([] if minutes is None else [("A1", DAY, minutes)])


def test_two_totals_of_a_day_state_none(warehouse: Warehouse) -> None:
    first, second = note("Timed minutes: 30."), note("Timed minutes: 38.", number=2)
    rows = {**first, "core.document": [*first["core.document"], *second["core.document"]]}
    fill(warehouse, rows)
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"core.timed_minutes"})
    assert table(warehouse, TIMED_MINUTES).is_empty()


@pytest.mark.parametrize(
    ("minutes", "units", "outcome"),
    [
        (7, 1, "failed"),
        (8, 1, "passed"),
        (22, 1, "passed"),
        (22, 2, "failed"),
        (23, 2, "passed"),
        (37, 3, "failed"),
        (38, 3, "passed"),
        (None, 9, "not checked"),
    ],
)
def test_units_by_the_stated_minutes(judge: Judge, minutes: int | None, units: int, outcome: str) -> None:
    result = of_therapy(judge, [service("33333", "GP", unit_count=units)], minutes)
    assert (result.outcome, result.eligible_count + result.not_checked_count) == (outcome, 1)


def test_all_timed_services_of_the_day_count_together(judge: Judge) -> None:
    lines = [
        service("55555", "GP", number=1, unit_count=4),
        service("33333", "GP", number=2, unit_count=1),
        service("44444", "GO", number=3, unit_count=1),
        service("33333", "GP", number=4, unit_count=3, from_date=NEXT_DAY),
        service("44444", number=5, unit_count=5),
    ]
    result = of_therapy(judge, lines, 22)
    words = "2 timed units are billed; the 22 minutes that the record states support 1."
    assert result.of("item_number", "code", "detail", "release", "at_stake_amount") == [
        (2, "33333", words, "2026", 160)
    ]
    assert (result.eligible_count, result.not_checked_count) == (1, 1)


def test_the_minutes_are_of_the_day(judge: Judge) -> None:
    assert of_therapy(judge, [service("33333", "GP", unit_count=9)], noted=NEXT_DAY).outcome == "not checked"


@pytest.mark.parametrize(
    ("modifier", "outcome"),
    [
        ("GN", "failed"),
        ("GO", "failed"),
        ("GP", "failed"),
        ("GQ", "not applicable"),
        (None, "not applicable"),
    ],
)
def test_what_therapy_is(judge: Judge, modifier: str | None, outcome: str) -> None:
    lines = [{**service("33333", unit_count=9), "modifier_1": modifier}]
    assert of_therapy(judge, lines).outcome == outcome


@pytest.mark.parametrize(
    ("of_claim", "outcome"),
    [
        ({"form": "I", "type_of_bill": "131"}, "failed"),
        ({"form": "I", "type_of_bill": "111"}, "not applicable"),
        ({"filing_code": "CI"}, "failed"),
    ],
)
def test_whose_therapy(judge: Judge, of_claim: dict[str, object], outcome: str) -> None:
    lines = [service("33333", "GP", unit_count=9)]
    assert of_therapy(judge, lines, claims=[claim(**of_claim)]).outcome == outcome


@pytest.mark.parametrize(
    ("code", "day", "loaded", "outcome"),
    [
        ("55555", DAY, TIMED, "not applicable"),
        ("55555", DAY, TELEHEALTH, "not checked"),
        ("33333", DAY, TELEHEALTH, "not checked"),
        ("33333", BEYOND, TIMED, "not checked"),
        ("33333", LAST, TIMED, "failed"),
        ("33333", FIRST, TIMED, "failed"),
        ("33333", None, TIMED, "not checked"),
    ],
)
def test_which_services_are_timed(
    judge: Judge, code: str, day: dt.date | None, loaded: dict[str, Rows], outcome: str
) -> None:
    lines = [service(code, "GP", unit_count=9, from_date=day)]
    result = of_therapy(judge, lines, loaded=loaded, noted=day or DAY)
    assert result.outcome == outcome
    if outcome == "not checked":
        assert "counted by 15 minutes" in str(result.not_checked_reason)


DRUGS = lists(("single-dose drugs", "J0001"), ("single-dose drugs", "Q0001"))


def of_drugs(judge: Judge, lines: Rows, *, claims: Rows = (BILL,), loaded: dict[str, Rows] = DRUGS) -> Result:
    return judge("UNIT-03", {**loaded, "core.claim": claims, "core.claim_line": lines})


@pytest.mark.parametrize(
    ("lines", "found", "eligible"),
    [
        ([service("J0001")], [1], 1),
        ([service("Q0001")], [1], 1),
        ([service("J0001", "JZ")], [], 1),
        ([service("J0001", "59", "JW")], [], 1),
        ([service("J0001", "JA")], [1], 1),
        ([service("J0001"), service("J0001", "JW", number=2)], [], 2),
        ([service("J0001"), service("J0001", "JZ", number=2)], [1], 2),
        ([service("J0001"), service("Q0001", "JW", number=2)], [1], 2),
        ([service("J0001"), service("J0001", "JW", number=2, from_date=NEXT_DAY)], [1], 2),
        ([service("J0002")], [], 0),
        ([service("11111")], [], 0),
    ],
)
def test_single_dose_drugs(judge: Judge, lines: Rows, found: list[int], eligible: int) -> None:
    result = of_drugs(judge, lines)
    assert [row[0] for row in result.of("item_number")] == found
    assert (result.eligible_count, result.not_checked_count) == (eligible, 0)
    assert result.outcome == ("failed" if found else "passed" if eligible else "not applicable")


def test_what_is_said_of_a_single_dose_drug(judge: Judge) -> None:
    words = (
        "J0001 comes in single-dose containers: what was discarded is stated by JW, that nothing was by JZ."
    )
    assert of_drugs(judge, [service("J0001")]).of("detail", "release", "at_stake_amount") == [
        (words, "2026", 80)
    ]


def test_the_discarded_part_is_of_the_same_patient(judge: Judge) -> None:
    claims = [BILL, claim(2, filing_code="MB", patient_id="patient two")]
    lines = [service("J0001"), service("J0001", "JW", claim_id=2)]
    assert of_drugs(judge, lines, claims=claims).of("claim_id") == [(1,)]
    same = [BILL, claim(2, filing_code="MB")]
    assert of_drugs(judge, lines, claims=same).findings == []


@pytest.mark.parametrize(
    ("of_claim", "outcome"),
    [
        ({}, "failed"),
        ({"form": "I", "type_of_bill": "131", "filing_code": "MA"}, "failed"),
        ({"form": "I", "type_of_bill": "131", "filing_code": "MB"}, "failed"),
        ({"form": "I", "type_of_bill": "111", "filing_code": "MA"}, "not applicable"),
        ({"filing_code": None}, "not checked"),
        ({"filing_code": "MC"}, "not applicable"),
        ({"filing_code": "CI"}, "not applicable"),
        ({"patient_id": None}, "not checked"),
    ],
)
def test_whose_single_dose_drug(judge: Judge, of_claim: dict[str, object], outcome: str) -> None:
    claims = [claim(**{"filing_code": "MB", **of_claim})]
    assert of_drugs(judge, [service("J0001")], claims=claims).outcome == outcome


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (dt.date(2023, 6, 30), "not applicable"),
        (dt.date(2023, 7, 1), "not checked"),
        (FIRST, "failed"),
        (LAST, "failed"),
        (BEYOND, "not checked"),
        (None, "not checked"),
    ],
)
def test_the_days_of_single_dose_drugs(judge: Judge, day: dt.date | None, outcome: str) -> None:
    assert of_drugs(judge, [service("J0001", from_date=day)]).outcome == outcome


@pytest.mark.parametrize(
    ("code", "outcome"), [("J0002", "not checked"), ("Q0001", "not applicable"), ("11111", "not applicable")]
)
def test_no_list_of_drugs(judge: Judge, code: str, outcome: str) -> None:
    result = of_drugs(judge, [service(code)], loaded=TIMED)
    assert result.outcome == outcome
    if outcome == "not checked":
        assert "single-dose containers" in str(result.not_checked_reason)


EDITS = (("OCE edit 9", "11111"), ("OCE edit 28", "22222"), ("OCE edit 50", "33333"), ("OCE edit 9", "33333"))
OUTPATIENT = claim(form="I", type_of_bill="131", filing_code="MA")


def of_editor(
    judge: Judge, lines: Rows, *, claims: Rows = (OUTPATIENT,), edits: tuple[tuple[str, str], ...] = EDITS
) -> Result:
    return judge("OCE-02", {**lists(*edits), "core.claim": claims, "core.claim_line": lines})


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("11111", "is not covered by Medicare for outpatients (edit 9)."),
        ("22222", "is not recognised by Medicare, which may have another code (edit 28)."),
        ("33333", "is excluded by statute from what Medicare pays for outpatients (edit 50)."),
        ("44444", None),
    ],
)
def test_what_the_outpatient_editor_lists(judge: Judge, code: str, words: str | None) -> None:
    result = of_editor(judge, [service(code)])
    found = [(code, f"{code} {words}", "2026", 80)] if words else []
    assert result.of("code", "detail", "release", "at_stake_amount") == found
    assert (result.outcome, result.eligible_count) == ("failed" if words else "passed", 1)


OTHERS = (("timed services", "22222"), ("telehealth services", "44444"))


@pytest.mark.parametrize(
    ("code", "edits", "outcome"),
    [
        ("11111", (*EDITS, *OTHERS), "failed"),
        ("44444", (*EDITS, *OTHERS), "passed"),
        ("22222", (*EDITS[1:3], OTHERS[1]), "not checked"),
    ],
)
def test_other_lists_of_the_day_are_none_of_the_editor(
    judge: Judge, code: str, edits: tuple[tuple[str, str], ...], outcome: str
) -> None:
    assert of_editor(judge, [service(code)], edits=edits).outcome == outcome


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_all_three_lists_have_to_be_loaded(judge: Judge, missing: int) -> None:
    edits = tuple(entry for place, entry in enumerate(EDITS[:3]) if place != missing)
    result = of_editor(judge, [service("11111"), service("22222", number=2)], edits=edits)
    assert (result.outcome, result.not_checked_count) == ("not checked", 2)
    assert "edits 9, 28 and 50" in str(result.not_checked_reason)


@pytest.mark.parametrize(
    ("columns", "outcome"),
    [
        ({"type_of_bill": "0131"}, "failed"),
        ({"type_of_bill": "121"}, "failed"),
        ({"type_of_bill": "111"}, "not applicable"),
        ({"type_of_bill": "851"}, "not applicable"),
        ({"form": "P"}, "not applicable"),
        ({"filing_code": "CI"}, "not applicable"),
        ({"filing_code": None}, "not checked"),
    ],
)
def test_whose_bill_the_editor_judges(judge: Judge, columns: dict[str, object], outcome: str) -> None:
    assert of_editor(judge, [service("11111")], claims=[{**OUTPATIENT, **columns}]).outcome == outcome


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
        ({"from_date": None}, "not checked"),
        ({"from_date": dt.date(2025, 12, 31)}, "not checked"),
        ({"from_date": FIRST}, "failed"),
        ({"from_date": LAST}, "failed"),
        ({"from_date": BEYOND}, "not checked"),
    ],
)
def test_which_lines_the_editor_judges(judge: Judge, columns: dict[str, object], outcome: str) -> None:
    assert of_editor(judge, [{**service("11111"), **columns}]).outcome == outcome


@pytest.mark.parametrize("check_id", ["TEL-02", "UNIT-01", "UNIT-03", "OCE-02"])
def test_nothing_eligible(judge: Judge, check_id: str) -> None:
    rows = {**TELEHEALTH, "core.claim": [BILL], "core.claim_line": [service("99999")]}
    assert judge(check_id, rows).outcome == "not applicable"
