"""Codes that do not go together: DX-10, DX-11, DX-14, DX-16, DX-17 and DX-24."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from tests.checks.cases import Judge, Result, Rows, claim, code, diagnoses, line, release

PAIR_CHECKS = ["DX-10", "DX-14", "DX-16", "DX-17"]


def titled(name: str, title: str, parent: str | None = None, *, billable: bool = True) -> dict[str, object]:
    return {**code(name, parent=parent, billable=billable), "long_description": title}


TITLES: Mapping[str, Rows] = {
    "ref.release": [release()],
    "ref.code": [
        # Pairs by their words.
        titled("Q170", "Bilateral wear of knee", "Q17"),
        titled("Q1711", "Unilateral wear, right knee", "Q171"),
        titled("Q1712", "Unilateral wear, left knee", "Q171"),
        titled("Q1710", "Unilateral wear, unspecified knee", "Q171"),
        # By their parent, where the bilateral title lacks the organ.
        titled("Q2511", "Clouding, right eye", "Q251"),
        titled("Q2512", "Clouding, left eye", "Q251"),
        titled("Q2513", "Clouding, bilateral", "Q251"),
        titled("Q2519", "Clouding, unspecified eye", "Q251"),
        # Without a bilateral code.
        titled("Q561", "Pain in right hip", "Q56"),
        titled("Q562", "Pain in left hip", "Q56"),
        # The same words in another category, a heading, and titles that are of no pair.
        titled("Q611", "Pain of right toe", "Q61"),
        titled("Q612", "Pain of left toe", "Q61"),
        titled("Q62", "Bilateral pain of toe", billable=False),
        titled("Q639", "Bilateral pain of toe", "Q63"),
        titled("Q700", "Loss of right and left arm"),
        titled("Q799", "Unspecified cough"),
        titled("E119", "Sugar without complications"),
    ],
}


def judged(
    judge: Judge, check_id: str, *codes: str, ref: Mapping[str, Rows] = TITLES, role: str = "principal"
) -> Result:
    rows = [*diagnoses(codes[0], role=role), *diagnoses(*codes[1:], start=2)]
    return judge(check_id, {**ref, "core.claim": [claim()], "core.claim_diagnosis": rows})


def pairs(result: Result) -> list[tuple[object, ...]]:
    return result.of("item_number", "code", "related_code")


@pytest.mark.parametrize(
    ("check_id", "codes"),
    [
        ("DX-10", ("Q1711", "Q1712")),
        ("DX-14", ("R05", "J189")),
        ("DX-16", ("Z853", "C50911")),
        ("DX-17", ("I10", "N189")),
    ],
)
def test_the_two_codes_are_on_one_bill(judge: Judge, check_id: str, codes: tuple[str, str]) -> None:
    apart = [diagnoses(name, claim_id=number)[0] for number, name in enumerate(codes, start=1)]
    result = judge(check_id, {**TITLES, "core.claim": [claim(), claim(2)], "core.claim_diagnosis": apart})
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("passed", 1, 0)


@pytest.mark.parametrize(
    ("check_id", "codes"),
    [
        ("DX-10", ("Q1711", "Q1712")),
        ("DX-14", ("R05", "J189")),
        ("DX-16", ("Z853", "C50911")),
        ("DX-17", ("I10", "N189")),
    ],
)
@pytest.mark.parametrize("role", ["admitting", "reason for visit"])
def test_admitting_diagnoses_take_no_part(
    judge: Judge, check_id: str, codes: tuple[str, str], role: str
) -> None:
    rows = [diagnoses(codes[0])[0], *diagnoses(codes[1], role=role, start=2)]
    tables = {**TITLES, "core.claim": [claim()], "core.claim_diagnosis": rows}
    assert judge(check_id, tables).outcome == "passed"


@pytest.mark.parametrize(
    ("check_id", "codes"),
    [
        ("DX-10", ("Q1712", "Q1711", "Q1711")),
        ("DX-14", ("J189", "R05", "R05")),
        ("DX-16", ("C50911", "Z853", "Z853")),
        ("DX-17", ("N189", "I10", "I10")),
    ],
)
def test_a_code_counts_once_a_bill_in_either_order(
    judge: Judge, check_id: str, codes: tuple[str, ...]
) -> None:
    result = judged(judge, check_id, *codes)
    assert (result.outcome, result.eligible_count) == ("failed", 1)
    assert pairs(result) == [(2, codes[1], codes[0])]
    assert result.of("claim_id", "encounter_id", "code_system", "release", "at_stake_amount") == [
        (1, "A1", "ICD-10-CM", None, None)
    ]


@pytest.mark.parametrize("check_id", PAIR_CHECKS)
def test_nothing_to_judge(judge: Judge, check_id: str) -> None:
    assert judged(judge, check_id, "E119" if check_id != "DX-17" else "E1165").outcome == "not applicable"


@pytest.mark.parametrize(
    ("check_id", "codes"),
    [
        ("DX-10", ("Q1711", "Q1712")),
        ("DX-14", ("R05", "J189")),
        ("DX-16", ("Z853", "C50911")),
        ("DX-17", ("I10", "N189")),
    ],
)
def test_an_encounter_not_yet_billed(judge: Judge, check_id: str, codes: tuple[str, str]) -> None:
    coded = [
        {
            "encounter_id": "B1",
            "code_number": number,
            "code_system": "ICD-10-CM",
            "code": name,
            "code_role": "secondary",
        }
        for number, name in enumerate(codes, start=1)
    ]
    tables = {**TITLES, "core.encounter": [{"encounter_id": "B1"}], "core.encounter_code": coded}
    result = judge(check_id, tables)
    assert result.of("claim_id", "encounter_id", "code") == [(None, "B1", codes[0])]


# Right and left


@pytest.mark.parametrize(
    ("codes", "related", "eligible_count"),
    [
        (("Q1711", "Q1712"), "Q1712", 1),
        (("Q2511", "Q2512"), "Q2512", 1),
        (("Q1711", "Q2512"), None, 1),
        (("Q1711", "Q170"), None, 1),
        (("Q1711", "Q1710"), None, 1),
        (("Q1712", "Q1710"), None, 0),
        (("Q561", "Q562"), None, 0),
        (("Q611", "Q612"), None, 0),
    ],
)
def test_right_and_left(
    judge: Judge, codes: tuple[str, str], related: str | None, eligible_count: int
) -> None:
    result = judged(judge, "DX-10", *codes)
    assert result.eligible_count == eligible_count
    assert pairs(result) == ([] if related is None else [(1, codes[0], related)])


def test_what_right_and_left_says(judge: Judge) -> None:
    assert judged(judge, "DX-10", "Q1711", "Q1712").of("detail", "service_date") == [
        ("Q17.11 and Q17.12 are right and left; Q17.0 names both.", dt.date(2026, 1, 15))
    ]


def test_without_titles_no_side_is_known(judge: Judge) -> None:
    assert judged(judge, "DX-10", "Q1711", "Q1712", ref={}).outcome == "not applicable"


def marked(
    judge: Judge, codes: Sequence[str], *, ref: Mapping[str, Rows] = TITLES, **columns: object
) -> Result:
    row = line(**({"modifier_1": "RT", "charge_amount": Decimal("90.00")} | columns))
    return judge(
        "DX-11",
        {**ref, "core.claim": [claim()], "core.claim_line": [row], "core.claim_diagnosis": diagnoses(*codes)},
    )


@pytest.mark.parametrize(
    ("modifier", "codes", "detail"),
    [
        ("RT", ["Q1711"], None),
        ("LT", ["Q1712"], None),
        ("RT", ["Q1712"], "The line is for the right side; Q17.12 is of the other side."),
        ("LT", ["Q1711"], "The line is for the left side; Q17.11 is of the other side."),
        ("RT", ["Q1710"], "The line is for the right side; Q17.10 leaves the side open."),
        ("LT", ["Q2519"], "The line is for the left side; Q25.19 leaves the side open."),
        ("RT", ["Q170"], None),
        ("LT", ["Q2513"], None),
    ],
)
def test_the_side_of_a_line(judge: Judge, modifier: str, codes: list[str], detail: str | None) -> None:
    result = marked(judge, codes, modifier_1=modifier)
    assert (result.eligible_count, result.not_checked_count) == (1, 0)
    assert result.outcome == ("passed" if detail is None else "failed")
    assert result.of("item_number", "code", "detail", "at_stake_amount") == (
        [] if detail is None else [(1, codes[0], detail, Decimal("90.00"))]
    )


@pytest.mark.parametrize("place", [1, 2, 3, 4])
@pytest.mark.parametrize(("modifier", "own", "other"), [("RT", "Q1711", "Q1712"), ("LT", "Q1712", "Q1711")])
def test_the_side_may_be_any_modifier_and_any_pointer(
    judge: Judge, place: int, modifier: str, own: str, other: str
) -> None:
    others = {f"modifier_{number}": "59" for number in (1, 2, 3, 4)}
    pointers = {f"diagnosis_pointer_{number}": None for number in (1, 2, 3, 4)}
    columns = others | pointers | {f"modifier_{place}": modifier, f"diagnosis_pointer_{place}": 3}
    assert marked(judge, [own, own, other], **columns).of("code", "code_system") == [(other, "ICD-10-CM")]


@pytest.mark.parametrize("modifier", ["RT", "LT"])
def test_a_side_in_the_place_of_another_modifier(judge: Judge, modifier: str) -> None:
    columns = {"modifier_1": None, "modifier_4": modifier}
    assert marked(judge, ["Q2513"], **columns).eligible_count == 1


def test_diagnoses_of_another_claim_and_of_the_older_code_set_do_not_count(judge: Judge) -> None:
    older = {**diagnoses("Q1712")[0], "code_system": "ICD-9-CM"}
    rows = [older, *diagnoses("Q1712", claim_id=2)]
    tables = {
        **TITLES,
        "core.claim": [claim(), claim(2)],
        "core.claim_line": [line(modifier_1="RT")],
        "core.claim_diagnosis": rows,
    }
    assert judge("DX-11", tables).outcome == "not applicable"


def test_one_diagnosis_of_the_side_is_enough(judge: Judge) -> None:
    columns = {"diagnosis_pointer_1": 1, "diagnosis_pointer_2": 2}
    assert marked(judge, ["Q1712", "Q2511"], **columns).outcome == "passed"
    assert marked(judge, ["Q1712", "Q170"], **columns).outcome == "passed"


def test_the_first_pointed_diagnosis_of_several_is_named(judge: Judge) -> None:
    columns = {"diagnosis_pointer_1": 3, "diagnosis_pointer_2": 2}
    result = marked(judge, ["E119", "Q1712", "Q2519"], **columns)
    said = "The line is for the right side; Q17.12 is of the other side."
    assert result.of("code", "detail") == [("Q1712", said)]


@pytest.mark.parametrize(
    ("codes", "columns"),
    [
        (["Q1712"], {"modifier_2": "LT"}),
        (["Q1712"], {"modifier_1": "59"}),
        (["Q1712"], {"modifier_1": None}),
        (["Q1712"], {"diagnosis_pointer_1": None}),
        (["E119", "Q1712"], {}),
        (["Q700"], {}),
        (["Q799"], {}),
    ],
)
def test_lines_without_one_side_take_no_part(
    judge: Judge, codes: list[str], columns: dict[str, object]
) -> None:
    assert marked(judge, codes, **columns).outcome == "not applicable"


def test_without_titles_no_line_has_a_side(judge: Judge) -> None:
    assert marked(judge, ["Q1712"], ref={}).outcome == "not applicable"


# Symptoms


@pytest.mark.parametrize(
    ("symptom", "disease", "is_found"),
    [
        ("R051", "J189", True),
        ("R05", "J45901", True),
        ("R0602", "I5020", True),
        ("R0600", "J9601", True),
        ("R0902", "J9601", True),
        ("R079", "I214", True),
        ("R0789", "I200", True),
        ("R509", "N10", True),
        ("R509", "A419", True),
        ("R1031", "K3580", True),
        ("R1084", "N201", True),
        ("R112", "A084", True),
        ("R1110", "K529", True),
        ("R197", "A09", True),
        ("R300", "N3000", True),
        ("R350", "N3000", True),
        ("R600", "I5020", True),
        ("R0602", "A09", False),
        ("R509", "I5020", False),
        ("R05", "I214", False),
        ("R350", "N10", False),
        ("R079", "J189", False),
    ],
)
def test_symptoms_of_a_disease(judge: Judge, symptom: str, disease: str, *, is_found: bool) -> None:
    result = judged(judge, "DX-14", disease, symptom)
    assert result.eligible_count == 1
    assert pairs(result) == ([(2, symptom, disease)] if is_found else [])


def found_of_many(judge: Judge, check_id: str, bills: Sequence[Sequence[str]]) -> list[int]:
    """Judge many bills at once; return the places of those that have a finding, from 0."""
    rows = [row for number, codes in enumerate(bills) for row in diagnoses(*codes, claim_id=number)]
    claims = [claim(number) for number in range(len(bills))]
    result = judge(check_id, {**TITLES, "core.claim": claims, "core.claim_diagnosis": rows})
    return sorted(int(str(number)) for (number,) in result.of("claim_id"))


SYMPTOMS = {
    "lung infection": ["R051", "R0602", "R509"],
    "airways": ["R051", "R0602", "R062"],
    "heart failure": ["R0602", "R600"],
    "respiratory failure": ["R0602", "R0902"],
    "heart attack": ["R0789", "R079"],
    "sepsis": ["R509"],
    "kidney infection": ["R509", "R300"],
    "urinary infection": ["R300", "R350"],
    "abdomen": ["R1031"],
    "gastroenteritis": ["R1110", "R112", "R197"],
}
DISEASES = {
    "lung infection": ["J101", "J111", "J129", "J13", "J14", "J159", "J168", "J189"],
    "airways": ["J209", "J449", "J4520"],
    "heart failure": ["I509"],
    "respiratory failure": ["J9601"],
    "heart attack": ["I200", "I214", "I229"],
    "sepsis": ["A409", "A419"],
    "kidney infection": ["N10"],
    "urinary infection": ["N3000"],
    "abdomen": ["K3580", "K8000", "K810", "K859", "N200"],
    "gastroenteritis": ["A084", "A09", "K529"],
}


@pytest.mark.parametrize("group", DISEASES)
def test_every_symptom_with_every_disease(judge: Judge, group: str) -> None:
    symptoms = sorted({name for names in SYMPTOMS.values() for name in names})
    bills = [(symptom, disease) for disease in DISEASES[group] for symptom in symptoms]
    expected = [place for place, (symptom, _) in enumerate(bills) if symptom in SYMPTOMS[group]]
    assert found_of_many(judge, "DX-14", bills) == expected


@pytest.mark.parametrize(
    ("check_id", "with_both", "others"),
    [
        ("DX-14", ("R051", "R197", "J189"), [("R051", "E119"), ("R0602", "E119")]),
        ("DX-16", ("Z853", "Z8546", "C50911"), [("Z853", "E119"), ("Z8551", "E119")]),
        ("DX-17", ("I10", "E119", "I509"), [("I10", "E1165"), ("I129", "E1165")]),
    ],
)
def test_each_code_of_each_bill_is_judged_by_itself(
    judge: Judge, check_id: str, with_both: tuple[str, str, str], others: list[tuple[str, str]]
) -> None:
    bills = [with_both, *others]
    assert found_of_many(judge, check_id, bills) == [0]


def test_what_a_symptom_says(judge: Judge) -> None:
    assert judged(judge, "DX-14", "J189", "J129", "R051").of("related_code", "detail") == [
        ("J129", "R05.1 belongs to J12.9 as a rule.")
    ]


@pytest.mark.parametrize("name", ["R042", "R0781", "R5081", "R55", "J189"])
def test_other_symptoms_take_no_part(judge: Judge, name: str) -> None:
    assert judged(judge, "DX-14", name, "I214").outcome == "not applicable"


# Cancers


@pytest.mark.parametrize(
    ("history", "cancer"),
    [
        ("Z85038", "C189"),
        ("Z85048", "C20"),
        ("Z85048", "C19"),
        ("Z85118", "C3490"),
        ("Z853", "C50911"),
        ("Z8546", "C61"),
        ("Z8551", "C679"),
        ("Z85528", "C641"),
        ("Z85820", "C439"),
        ("Z85850", "C73"),
        ("Z8571", "C8190"),
        ("Z8507", "C259"),
    ],
)
def test_history_beside_the_active_cancer(judge: Judge, history: str, cancer: str) -> None:
    result = judged(judge, "DX-16", cancer, history)
    assert pairs(result) == [(2, history, cancer)]


SITES = {
    "Z8501": ["C159"],
    "Z85028": ["C169"],
    "Z85038": ["C189"],
    "Z85048": ["C19", "C20", "C218"],
    "Z8505": ["C220"],
    "Z8507": ["C259"],
    "Z85118": ["C3490"],
    "Z8521": ["C329"],
    "Z853": ["C50911"],
    "Z8541": ["C539"],
    "Z8542": ["C541", "C55"],
    "Z8543": ["C569"],
    "Z8546": ["C61"],
    "Z8547": ["C6290"],
    "Z8551": ["C679"],
    "Z85528": ["C649"],
    "Z8553": ["C659"],
    "Z85820": ["C439"],
    "Z85850": ["C73"],
    "Z8571": ["C8190"],
}


def test_every_history_with_every_cancer(judge: Judge) -> None:
    cancers = [name for names in SITES.values() for name in names]
    bills = [(history, cancer) for history in SITES for cancer in cancers]
    expected = [place for place, (history, cancer) in enumerate(bills) if cancer in SITES[history]]
    assert found_of_many(judge, "DX-16", bills) == expected


@pytest.mark.parametrize(
    ("history", "cancer", "eligible_count"),
    [
        ("Z853", "C61", 1),
        ("Z8546", "C50911", 1),
        ("Z85828", "C439", 0),
        ("Z8589", "C61", 0),
        ("Z853", "C7981", 1),
    ],
)
def test_history_of_another_cancer(judge: Judge, history: str, cancer: str, eligible_count: int) -> None:
    result = judged(judge, "DX-16", cancer, history)
    assert (result.findings, result.eligible_count) == ([], eligible_count)


def test_what_history_beside_active_says(judge: Judge) -> None:
    assert judged(judge, "DX-16", "C50911", "Z853").of("detail") == [
        ("Z85.3 says that the cancer is past, C50.911 that it is active.",)
    ]


# Combinations


@pytest.mark.parametrize(
    ("own", "partner", "combined"),
    [
        ("I10", "N183", "I12"),
        ("I10", "I5020", "I11"),
        ("I119", "N184", "I13"),
        ("I110", "I129", "I13"),
        ("I129", "I509", "I13"),
        ("E119", "N183", "E11.22"),
        ("E109", "G629", "E10.42"),
        ("E089", "I739", "E08.51"),
        ("E099", "I70201", "E09.51"),
        ("E139", "K3184", "E13.43"),
        ("E119", "L97509", "E11.62"),
        ("E119", "R739", "E11.65"),
        ("E119", "E162", "E11.64"),
    ],
)
def test_one_code_for_both(judge: Judge, own: str, partner: str, combined: str) -> None:
    result = judged(judge, "DX-17", own, partner)
    shown, other = (f"{name[:3]}.{name[3:]}" if len(name) > 3 else name for name in (own, partner))
    found = [one for one in result.of("code", "related_code", "detail") if one[0] == own]
    assert found == [
        (own, partner, f"{shown} and {other} are presumed to belong together: {combined} names both.")
    ]


@pytest.mark.parametrize(
    ("own", "partner"),
    [("I10", "N19"), ("I119", "I509"), ("I129", "N183"), ("E119", "I10"), ("E119", "E1122"), ("I10", "N1")],
)
def test_codes_that_stand_together_rightly(judge: Judge, own: str, partner: str) -> None:
    result = judged(judge, "DX-17", own, partner)
    assert result.outcome == "passed"


@pytest.mark.parametrize("name", ["E1122", "E1165", "I130", "I150", "R6510"])
def test_other_codes_need_no_partner(judge: Judge, name: str) -> None:
    assert judged(judge, "DX-17", name, "N183").outcome == "not applicable"


def test_the_first_partner_is_named(judge: Judge) -> None:
    result = judged(judge, "DX-17", "I10", "N183", "I509", "I5020")
    assert pairs(result) == [(1, "I10", "N183")]
    assert pairs(judged(judge, "DX-17", "I10", "I509", "N183")) == [(1, "I10", "I509")]


@pytest.mark.parametrize("severe", ["R6520", "R6521"])
@pytest.mark.parametrize(
    ("infection", "is_found"),
    [
        *(
            (name, False)
            for name in ("A419", "A403", "P369", "O85", "A021", "B377", "T8144XA", "A5486", "O8604")
        ),
        *((name, True) for name in ("J189", "N390", "A020")),
    ],
)
def test_severe_sepsis(judge: Judge, severe: str, infection: str, *, is_found: bool) -> None:
    result = judged(judge, "DX-17", infection, severe)
    assert result.of("item_number", "code", "related_code", "detail") == (
        [(2, severe, None, f"R65.{severe[3:]} stands without the infection that led to the sepsis.")]
        if is_found
        else []
    )
    assert result.eligible_count == 1


def test_every_code_of_sepsis(judge: Judge) -> None:
    infections = [
        *(
            "A409",
            "A419",
            "P369",
            "O85",
            "A021",
            "A207",
            "A217",
            "A227",
            "A241",
            "A267",
            "A327",
            "A392",
            "A393",
        ),
        *("A394", "A427", "B007", "B377", "T80211A", "T8144XA", "A5486", "O0337", "O0387", "O0487", "O0737"),
        *("O0882", "O8604"),
    ]
    others = ["A020", "O0338", "B378", "J189"]
    bills = [("R6521", name) for name in (*infections, *others)]
    assert found_of_many(judge, "DX-17", bills) == list(range(len(infections), len(bills)))


# The principal diagnosis


def stay(judge: Judge, *codes: tuple[str, str | None], **columns: object) -> Result:
    rows = [*diagnoses(codes[0][0], role="principal"), *diagnoses(*(name for name, _ in codes[1:]), start=2)]
    for row, (_, indicator) in zip(rows, codes, strict=True):
        row["poa_indicator"] = indicator
    own = claim(**({"form": "I", "type_of_bill": "111"} | columns))
    return judge("DX-24", {"core.claim": [own], "core.claim_diagnosis": rows})


@pytest.mark.parametrize(
    ("code_", "indicator", "expected"),
    [
        ("I214", "N", ("failed", 1)),
        ("I214", "Y", ("passed", 1)),
        ("I214", "U", ("passed", 1)),
        ("I214", "W", ("passed", 1)),
        ("I214", "1", ("passed", 1)),
        ("I214", None, ("not applicable", 0)),
        ("O721", "N", ("not applicable", 0)),
        ("P220", "N", ("not applicable", 0)),
    ],
)
def test_a_principal_diagnosis_was_present(
    judge: Judge, code_: str, indicator: str | None, expected: tuple[str, int]
) -> None:
    result = stay(judge, (code_, indicator), ("E119", "N"))
    assert (result.outcome, result.eligible_count) == expected
    assert result.not_checked_count == 0


def test_what_a_principal_diagnosis_that_was_not_present_says(judge: Judge) -> None:
    assert stay(judge, ("I214", "N")).of("item_number", "code_system", "code", "detail") == [
        (1, "ICD-10-CM", "I214", "I21.4 is principal, and was not present on admission.")
    ]


@pytest.mark.parametrize("columns", [{"type_of_bill": "131"}, {"form": "P"}])
def test_other_bills_have_no_admission(judge: Judge, columns: dict[str, object]) -> None:
    assert stay(judge, ("I214", "N"), **columns).outcome == "not applicable"
