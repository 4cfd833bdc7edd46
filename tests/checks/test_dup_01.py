from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.schema.core import CLAIM, CLAIM_LINE
from auditlib.warehouse import Warehouse
from tests.checks.cases import Judge, Result, claim, judged, line
from tests.tables import rows_frame


def two_lines(judge: Judge, **second: object) -> Result:
    return judge("DUP-01", {"core.claim": [claim()], "core.claim_line": [line(), line(2, **second)]})


def two_claims(judge: Judge, first: Mapping[str, object], second: Mapping[str, object]) -> Result:
    later = {"submit_date": dt.date(2026, 2, 20), **second}
    return judge(
        "DUP-01",
        {
            "core.claim": [claim(1, **first), claim(2, **later)],
            "core.claim_line": [line(), line(1, 2)],
        },
    )


def test_a_line_that_stands_twice_on_one_claim(judge: Judge) -> None:
    result = two_lines(judge)
    assert (result.outcome, result.eligible_count) == ("failed", 2)
    assert result.of("claim_id", "item_number", "code", "service_date", "detail") == [
        (1, 2, "G0463", dt.date(2026, 1, 15), "The same service is line 1 of this claim.")
    ]


def test_two_original_claims(judge: Judge) -> None:
    result = two_claims(judge, {}, {"frequency_code": None})
    assert result.of("claim_id", "item_number", "detail") == [
        (2, 1, "The same service is line 1 of claim A1, billed before.")
    ]


def test_the_later_claim_is_at_fault_whatever_its_number(judge: Judge) -> None:
    result = two_claims(judge, {"submit_date": dt.date(2026, 3, 1)}, {})
    assert result.of("claim_id") == [(1,)]


@pytest.mark.parametrize(
    "second",
    [
        {"code": "G0378"},
        {"code_system": "CPT"},
        {"modifier_1": "25"},
        {"modifier_1": "76"},
        {"unit_count": 2},
        {"charge_amount": 7},
        {"from_date": dt.date(2026, 1, 16)},
        {"to_date": dt.date(2026, 1, 16)},
        {"place_of_service": "23"},
        {"revenue_code": "0450"},
        {"ndc": "00000000001"},
    ],
)
def test_a_line_that_differs_is_another_service(judge: Judge, second: dict[str, object]) -> None:
    result = two_lines(judge, **second)
    assert (result.outcome, result.eligible_count) == ("passed", 2)


@pytest.mark.parametrize(
    "same",
    [
        {"diagnosis_pointer_1": 2},
        {"line_control_number": "X"},
        {"to_date": dt.date(2026, 1, 15)},
        {"unit_count": None},
    ],
)
def test_what_does_not_make_it_another_service(judge: Judge, same: dict[str, object]) -> None:
    assert two_lines(judge, **same).outcome == "failed"


@pytest.mark.parametrize("modifier", ["76", "77", "91"])
def test_a_line_that_says_it_repeats_is_no_duplicate(judge: Judge, modifier: str) -> None:
    lines = [line(1), line(2, modifier_1=modifier), line(3, modifier_1="RT", modifier_2=modifier)]
    lines.append(line(4, modifier_1=modifier))
    result = judge("DUP-01", {"core.claim": [claim()], "core.claim_line": lines})
    assert (result.outcome, result.eligible_count) == ("passed", 4)


def test_the_order_of_modifiers_does_not_matter(judge: Judge) -> None:
    lines = [line(1, modifier_1="25", modifier_2="GT"), line(2, modifier_1="GT", modifier_2="25")]
    assert judge("DUP-01", {"core.claim": [claim()], "core.claim_line": lines}).outcome == "failed"


def test_each_service_of_a_day_has_its_own_duplicates(judge: Judge) -> None:
    services: list[dict[str, object]] = [
        {"modifier_1": "59"},
        {"modifier_1": "25"},
        {"charge_amount": 7},
        {"unit_count": 2},
        {"code": "G0378"},
        {"from_date": dt.date(2026, 1, 16)},
    ]
    lines = [line(n, **service) for n, service in enumerate([*services, *services[1:]], start=1)]
    # Without a billing provider there is no group by which lines are first compared.
    claims = [claim(), claim(2, billing_provider_id=None)]
    both = [{**row, "claim_id": claim_id} for claim_id in (1, 2) for row in lines]
    result = judge("DUP-01", {"core.claim": claims, "core.claim_line": both})
    assert result.of("claim_id", "item_number") == [(n, k) for n in (1, 2) for k in range(7, 12)]
    assert result.of("detail")[0] == ("The same service is line 2 of this claim.",)


@pytest.mark.parametrize(
    "second",
    [
        {"frequency_code": "7"},
        {"frequency_code": "5"},
        {"frequency_code": "8"},
        {"payer_sequence": "S", "payer_id": "P02"},
        {"payer_sequence": "S"},
        {"payer_id": "P02"},
        {"patient_id": "patient two"},
        {"rendering_provider_id": "1999999992"},
        {"billing_provider_id": "1999999992"},
    ],
)
def test_a_claim_that_is_no_second_original(judge: Judge, second: dict[str, object]) -> None:
    assert two_claims(judge, {}, second).outcome == "passed"


def test_two_secondary_originals_to_one_payer_are_duplicates(judge: Judge) -> None:
    second = {"payer_sequence": "S"}
    assert two_claims(judge, second, second).outcome == "failed"


def test_a_replacement_may_still_repeat_itself(judge: Judge) -> None:
    lines = [line(), line(1, 2), line(2, 2)]
    tables = {"core.claim": [claim(), claim(2, frequency_code="7")], "core.claim_line": lines}
    assert judge("DUP-01", tables).of("claim_id", "item_number") == [(2, 2)]


def test_a_voided_original_may_be_billed_anew(judge: Judge) -> None:
    claims = [
        claim(1),
        claim(2, frequency_code="8", patient_control_number="A1", submit_date=dt.date(2026, 2, 1)),
        claim(3, submit_date=dt.date(2026, 2, 5)),
        claim(4, submit_date=dt.date(2026, 2, 6)),
    ]
    lines = [line(1, number) for number in (1, 2, 3, 4)]
    result = judge("DUP-01", {"core.claim": claims, "core.claim_line": lines})
    assert result.of("claim_id") == [(4,)]
    assert result.eligible_count == 2


@pytest.mark.parametrize(
    ("file_format", "second", "outcome"),
    [
        ("FHIR", {"patient_control_number": "A1"}, "passed"),
        ("RIF carrier", {"patient_control_number": "A1"}, "passed"),
        ("837P", {"patient_control_number": "A1"}, "failed"),
        ("FHIR", {}, "failed"),
        ("FHIR", {"patient_control_number": "A1", "payer_id": "P02"}, "passed"),
    ],
)
def test_two_versions_of_a_claim_in_a_payers_records(
    judge: Judge, file_format: str, second: dict[str, object], outcome: str
) -> None:
    claims = [claim(1, source_file_id=1), claim(2, source_file_id=2, **second)]
    tables = {
        "core.source_file": [{"source_file_id": n, "format": file_format} for n in (1, 2)],
        "core.claim": claims,
        "core.claim_line": [line(), line(1, 2)],
    }
    assert judge("DUP-01", tables).outcome == outcome


def test_the_latest_version_may_still_repeat_itself(judge: Judge) -> None:
    records = [
        claim(n, patient_control_number="A1", source_file_id=1, submit_date=dt.date(2026, 2, day))
        for n, day in ((1, 3), (2, 1))
    ]
    tables = {
        "core.source_file": [{"source_file_id": 1, "format": "FHIR"}],
        "core.claim": records,
        "core.claim_line": [line(n, claim_id) for claim_id in (1, 2) for n in (1, 2)],
    }
    result = judge("DUP-01", tables)
    assert (result.of("claim_id", "item_number"), result.eligible_count) == ([(1, 2)], 2)


def test_a_masked_code_does_not_say_which_service_it_was(judge: Judge) -> None:
    lines = [line(n, code="99999", code_system=None) for n in (1, 2)]
    result = judge("DUP-01", {"core.claim": [claim()], "core.claim_line": [*lines, line(3), line(4)]})
    assert result.of("item_number") == [(4,)]
    assert (result.eligible_count, result.not_checked_count) == (2, 2)


def test_lines_without_a_procedure_are_not_eligible(judge: Judge) -> None:
    lines = [line(n, code=None, code_system=None, revenue_code="0250") for n in (1, 2)]
    assert (
        judge("DUP-01", {"core.claim": [claim(form="I")], "core.claim_line": lines}).outcome
        == "not applicable"
    )


@pytest.mark.parametrize(
    ("of_claim", "of_line"),
    [
        ({"patient_id": None}, {}),
        ({"rendering_provider_id": None, "billing_provider_id": None}, {}),
        ({}, {"from_date": None}),
    ],
)
def test_without_patient_provider_or_date_nothing_is_judged(
    judge: Judge, of_claim: dict[str, object], of_line: dict[str, object]
) -> None:
    tables = {"core.claim": [claim(**of_claim)], "core.claim_line": [line(1, **of_line), line(2, **of_line)]}
    result = judge("DUP-01", tables)
    assert (result.outcome, result.not_checked_count) == ("not checked", 2)
    assert result.not_checked_reason == (
        "Needs patient, provider and date of service of the line, and the code system of its code."
    )


@pytest.fixture(scope="module")
def shared() -> Warehouse:
    return Warehouse.in_memory()


DAYS = (None, dt.date(2026, 1, 15), dt.date(2026, 1, 16))
claim_columns = st.fixed_dictionaries(
    {
        "frequency_code": st.sampled_from([None, "1", "1", "7", "8"]),
        "payer_sequence": st.sampled_from(["P", "P", "S", None]),
        "payer_id": st.sampled_from(["P01", "P01", "P02", None]),
        "patient_control_number": st.sampled_from(["A1", "A2"]),
        "patient_id": st.sampled_from(["one", "one", "two", None]),
        "billing_provider_id": st.sampled_from(["B1", None]),
        "rendering_provider_id": st.sampled_from(["R1", None]),
        "submit_date": st.sampled_from([*DAYS, dt.date(2026, 1, 17)]),
    }
)
line_columns = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["G1", "G1", "G2", None]),
        "modifier_1": st.sampled_from([None, None, "25", "59", "76"]),
        "modifier_2": st.sampled_from([None, None, "25", "59"]),
        "unit_count": st.sampled_from([None, 1, 2]),
        "from_date": st.sampled_from(DAYS),
        "to_date": st.sampled_from(DAYS),
    }
)
bills = st.lists(st.tuples(claim_columns, st.lists(line_columns, max_size=4)), max_size=5)


def expected_duplicates(
    claims: list[tuple[int, dict[str, object]]], lines: list[tuple[int, int, dict[str, object]]]
) -> tuple[set[tuple[int, int]], int, int]:
    """Read the rule aloud: compare each line with every line before it."""
    of = dict(claims)

    def original(number: int) -> bool:
        return of[number]["frequency_code"] in (None, "1")

    def voided(number: int) -> bool:
        own = of[number]["submit_date"] or dt.date.min
        return original(number) and any(
            other["frequency_code"] == "8"
            and other["patient_control_number"] == of[number]["patient_control_number"]
            and other["payer_id"] == of[number]["payer_id"]
            and (other["submit_date"] or dt.date.max) >= own  # type: ignore[operator]
            for _, other in claims
        )

    ordered = sorted(lines, key=lambda row: (of[row[0]]["submit_date"] or dt.date.min, row[0], row[1]))
    duplicates: set[tuple[int, int]] = set()
    earlier: list[tuple[int, tuple[object, ...]]] = []
    eligible = not_checked = 0
    for number, line_number, columns in ordered:
        bill = of[number]
        if columns["code"] is None or bill["frequency_code"] == "8" or voided(number):
            continue
        provider = bill["rendering_provider_id"] or bill["billing_provider_id"]
        if bill["patient_id"] is None or columns["from_date"] is None or provider is None:
            not_checked += 1
            continue
        eligible += 1
        modifiers = sorted(str(m) for m in (columns["modifier_1"], columns["modifier_2"]) if m)
        if "76" in modifiers:
            continue
        key = (
            *(
                bill["payer_sequence"] or "P",
                bill["payer_id"],
                bill["patient_id"],
                bill["billing_provider_id"],
                provider,
            ),
            *(
                columns["from_date"],
                columns["to_date"] or columns["from_date"],
                columns["code"],
                columns["unit_count"] or 1,
            ),
            *modifiers,
        )
        if any(
            key == other_key and (other == number or (original(other) and original(number)))
            for other, other_key in earlier
        ):
            duplicates.add((number, line_number))
        earlier.append((number, key))
    return duplicates, eligible, not_checked


@settings(max_examples=50, deadline=None)
@given(bills)
def test_duplicates_are_those_of_the_plain_reading(
    shared: Warehouse, drawn: list[tuple[dict[str, object], list[dict[str, object]]]]
) -> None:
    claims = [(number, columns) for number, (columns, _) in enumerate(drawn, start=1)]
    lines = [
        (number, line_number, columns)
        for number, (_, of_claim) in enumerate(drawn, start=1)
        for line_number, columns in enumerate(of_claim, start=1)
    ]
    with shared.writing() as writer:
        writer.replace(CLAIM, rows_frame(CLAIM, [claim(number, **columns) for number, columns in claims]))
        writer.replace(
            CLAIM_LINE,
            rows_frame(
                CLAIM_LINE, [line(line_number, number, **columns) for number, line_number, columns in lines]
            ),
        )
    result = judged(shared, "DUP-01")
    duplicates, eligible, not_checked = expected_duplicates(claims, lines)
    assert set(result.of("claim_id", "item_number")) == duplicates
    assert (result.eligible_count, result.not_checked_count) == (eligible, not_checked)
