from __future__ import annotations

from tests.checks.cases import Judge, claim, diagnoses


def test_each_repetition_is_found_and_the_first_mention_is_not(judge: Judge) -> None:
    rows = [*diagnoses("I10", role="principal"), *diagnoses("E119", "I10", "E1199", "I10", start=2)]
    rows += [
        *diagnoses("I10", role="admitting", start=6),
        *diagnoses("I10", role="reason for visit", start=7),
    ]
    rows.append({**diagnoses("I10", start=8)[0], "code_system": "ICD-9-CM"})
    result = judge("DX-13", {"core.claim": [claim()], "core.claim_diagnosis": rows})
    assert (result.outcome, result.eligible_count) == ("failed", 5)
    assert result.of("item_number", "code", "detail") == [
        (3, "I10", "I10 is already diagnosis 1."),
        (5, "I10", "I10 is already diagnosis 1."),
    ]


def test_roles_that_rightly_repeat_take_no_part(judge: Judge) -> None:
    rows = [
        *diagnoses("I10", role="principal"),
        *diagnoses("I10", role="admitting", start=2),
        *diagnoses("I10", "I10", role="reason for visit", start=3),
        *diagnoses("E119", start=5),
    ]
    result = judge("DX-13", {"core.claim": [claim()], "core.claim_diagnosis": rows})
    assert (result.outcome, result.eligible_count) == ("passed", 2)


def test_external_causes_are_a_list_of_their_own(judge: Judge) -> None:
    rows = [
        *diagnoses("W19XXXA", role="secondary"),
        *diagnoses("W19XXXA", "Y9289", "Y9289", role="external cause", start=2),
    ]
    result = judge("DX-13", {"core.claim": [claim()], "core.claim_diagnosis": rows})
    assert result.of("item_number", "code") == [(4, "Y9289")]


def test_the_same_code_on_two_claims_is_no_duplicate(judge: Judge) -> None:
    rows = [*diagnoses("I10"), *diagnoses("I10", claim_id=2)]
    result = judge("DX-13", {"core.claim": [claim(), claim(2)], "core.claim_diagnosis": rows})
    assert (result.outcome, result.eligible_count) == ("passed", 2)


def test_encounters_not_yet_billed(judge: Judge) -> None:
    coded = [
        {
            "encounter_id": name,
            "code_number": n,
            "code_system": "ICD-10-CM",
            "code": "I10",
            "code_role": "secondary",
        }
        for name, numbers in (("B1", (1, 2)), ("B2", (1,)))
        for n in numbers
    ]
    encounters = [{"encounter_id": "B1"}, {"encounter_id": "B2"}]
    result = judge("DX-13", {"core.encounter": encounters, "core.encounter_code": coded})
    assert result.of("claim_id", "encounter_id", "item_number") == [(None, "B1", 2)]


def test_no_diagnoses_at_all(judge: Judge) -> None:
    assert judge("DX-13", {"core.claim": [claim()]}).outcome == "not applicable"
