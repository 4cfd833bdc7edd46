"""PX-03: the side of a procedure against the sides of the stay's diagnoses. Codes and titles are invented."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.checks.cases import Judge, Result, claim, code, diagnoses, release

TITLES = {
    "Q1711": "Unilateral wear, right knee",
    "Q1712": "Unilateral wear, left knee",
    "Q1710": "Unilateral wear, unspecified knee",
    "Q170": "Bilateral wear of knee",
    "Q561": "Pain in right hip",
    "Q562": "Pain in left hip",
    "E119": "Sugar",
}
PROCEDURES = {
    "0SRC0JZ": "Replacement of Right Knee Joint with Synthetic Substitute, Open Approach",
    "0SRD0JZ": "Replacement of Left Knee Joint with Synthetic Substitute, Open Approach",
    "0SRX0JZ": "Transfer from Right to Left Knee",
    "0JTC0ZZ": "Resection of Right Thumb",
    "0SJC0ZZ": "Inspection of Knee Joint",
}


def judged(judge: Judge, procedure: str, *codes: str, role: str = "secondary", **columns: object) -> Result:
    titled = [{**code(name), "long_description": title} for name, title in TITLES.items()]
    listed = [
        {**code(name), "code_system": "ICD-10-PCS", "long_description": title}
        for name, title in PROCEDURES.items()
    ]
    stay = claim(**({"form": "I", "type_of_bill": "111"} | columns))
    done = {
        "claim_id": 1,
        "procedure_number": 1,
        "code_system": "ICD-10-PCS",
        "code": procedure,
        "code_role": "other",
    }
    return judge(
        "PX-03",
        {
            "ref.release": [release()],
            "ref.code": [*titled, *listed],
            "core.claim": [stay],
            "core.claim_diagnosis": diagnoses(*codes, role=role),
            "core.claim_procedure": [done],
        },
    )


@pytest.mark.parametrize(
    ("procedure", "codes", "related"),
    [
        ("0SRC0JZ", ["Q1711"], None),
        ("0SRD0JZ", ["Q1712"], None),
        ("0SRC0JZ", ["Q1712"], "Q1712"),
        ("0SRD0JZ", ["Q1711"], "Q1711"),
        ("0SRC0JZ", ["E119", "Q1712", "Q561"], "Q1712"),
        # One diagnosis of the side, of both sides or without a side is enough.
        ("0SRC0JZ", ["Q1712", "Q1711"], None),
        ("0SRC0JZ", ["Q1712", "Q170"], None),
        ("0SRC0JZ", ["Q1712", "Q1710"], None),
    ],
)
def test_sides(judge: Judge, procedure: str, codes: list[str], related: str | None) -> None:
    result = judged(judge, procedure, *codes)
    assert (result.eligible_count, result.not_checked_count) == (1, 0)
    assert result.outcome == ("passed" if related is None else "failed")
    expected = [] if related is None else [(1, "ICD-10-PCS", procedure, related, None, None)]
    columns = ("item_number", "code_system", "code", "related_code", "release", "at_stake_amount")
    assert result.of(*columns) == expected


def test_what_it_says(judge: Judge) -> None:
    said = "0SRC0JZ is of the right knee; Q17.12 is of the other."
    assert judged(judge, "0SRC0JZ", "Q1712").of("detail") == [(said,)]


@pytest.mark.parametrize(
    ("procedure", "codes", "columns"),
    [
        ("0SRC0JZ", ["Q562"], {}),
        ("0SRC0JZ", ["E119"], {}),
        ("0SRX0JZ", ["Q1712"], {}),
        ("0JTC0ZZ", ["Q1712"], {}),
        ("0ZZZZZZ", ["Q1712"], {}),
        ("0SJC0ZZ", ["Q1711"], {}),
        ("0SRC0JZ", ["Q1712"], {"type_of_bill": "131"}),
    ],
)
def test_nothing_to_compare(
    judge: Judge, procedure: str, codes: list[str], columns: dict[str, object]
) -> None:
    assert judged(judge, procedure, *codes, **columns).outcome == "not applicable"


def test_admitting_diagnoses_take_no_part(judge: Judge) -> None:
    assert judged(judge, "0SRC0JZ", "Q1712", role="admitting").outcome == "not applicable"


def test_diagnoses_of_another_stay_take_no_part(judge: Judge) -> None:
    stays = [claim(number, form="I", type_of_bill="111") for number in (1, 2)]
    done = {
        "claim_id": 1,
        "procedure_number": 1,
        "code_system": "ICD-10-PCS",
        "code": "0SRC0JZ",
        "code_role": "other",
    }
    tables = {
        "ref.code": [
            *({**code(name), "long_description": title} for name, title in TITLES.items()),
            {**code("0SRC0JZ"), "code_system": "ICD-10-PCS", "long_description": PROCEDURES["0SRC0JZ"]},
        ],
        "core.claim": stays,
        "core.claim_diagnosis": diagnoses("Q1712", claim_id=2),
        "core.claim_procedure": [done],
    }
    assert judge("PX-03", tables).outcome == "not applicable"


ORGANS = [
    "knee",
    "hip",
    "shoulder",
    "elbow",
    "wrist",
    "ankle",
    "foot",
    "hand",
    "eye",
    "ear",
    "breast",
    "kidney",
    "lung",
]


def many(judge: Judge, pairs: list[tuple[str, str]]) -> list[object]:
    """One claim a pair of titles, of its procedure and left diagnosis; return the claims with a finding."""
    codes, coded, done = [], [], []
    for number, (procedure, diagnosis) in enumerate(pairs, start=1):
        right = diagnosis.replace("left", "right")
        for name, title in ((f"Q{number:02}2", diagnosis), (f"Q{number:02}1", right)):
            codes.append({**code(name), "long_description": title})
        pcs = f"0QQ{number:03}Z"
        codes.append({**code(pcs), "code_system": "ICD-10-PCS", "long_description": procedure})
        coded += diagnoses(f"Q{number:02}2", claim_id=number)
        done.append(
            {
                "claim_id": number,
                "procedure_number": 1,
                "code_system": "ICD-10-PCS",
                "code": pcs,
                "code_role": "other",
            }
        )
    claims = [claim(number, form="I", type_of_bill="111") for number in range(1, len(pairs) + 1)]
    tables = {
        "ref.code": codes,
        "core.claim": claims,
        "core.claim_diagnosis": coded,
        "core.claim_procedure": done,
    }
    return [claim_id for (claim_id,) in judge("PX-03", tables).of("claim_id")]


def test_every_organ(judge: Judge) -> None:
    pairs = [(f"Repair of Right {organ.title()}, Open", f"Wear of left {organ}") for organ in ORGANS]
    assert many(judge, pairs) == list(range(1, len(ORGANS) + 1))


def test_organs_are_whole_words(judge: Judge) -> None:
    pairs = [
        ("Repair of Right Forearm", "Wear of left ear"),
        ("Repair of Right Ear", "Wear of left forearm"),
        ("Right Knee Repair", "left knee wear"),
        ("Repair, Right Knee", "Wear of left knee, severe"),
        ("Repair of Knee", "Wear of left knee"),
    ]
    assert many(judge, pairs) == [3, 4]


def test_two_stays_of_one_encounter_are_judged_apart(judge: Judge) -> None:
    stays = [
        claim(number, form="I", type_of_bill="111", patient_control_number="A1", payer_id=f"P0{number}")
        for number in (1, 2)
    ]
    done = {
        "claim_id": 1,
        "procedure_number": 1,
        "code_system": "ICD-10-PCS",
        "code": "0SRC0JZ",
        "code_role": "other",
    }
    tables = {
        "ref.code": [
            *({**code(name), "long_description": title} for name, title in TITLES.items()),
            {**code("0SRC0JZ"), "code_system": "ICD-10-PCS", "long_description": PROCEDURES["0SRC0JZ"]},
        ],
        "core.claim": stays,
        "core.claim_diagnosis": [*diagnoses("Q1712"), *diagnoses("Q1711", claim_id=2)],
        "core.claim_procedure": [done],
    }
    result = judge("PX-03", tables)
    assert (result.eligible_count, result.of("claim_id", "related_code")) == (1, [(1, "Q1712")])


@pytest.mark.parametrize("is_billed", [True, False])
def test_a_procedure_beside_a_stay_is_not_of_it(judge: Judge, *, is_billed: bool) -> None:
    """An outpatient bill of the stay's encounter, or an office visit beside a stay, neither yet billed."""
    about = {"form": "I", "patient_control_number": "A1"}
    names = ("encounter_id", "code_number", "code_system", "code", "code_role")
    done = {
        "claim_id": 2,
        "procedure_number": 1,
        "code_system": "ICD-10-PCS",
        "code": "0SRC0JZ",
        "code_role": "other",
    }
    billed = {
        "core.claim": [
            claim(1, type_of_bill="111", **about),
            claim(2, type_of_bill="131", payer_id="P02", **about),
        ],
        "core.claim_diagnosis": diagnoses("Q1712", claim_id=2),
        "core.claim_procedure": [done],
    }
    coded = {
        "core.encounter": [
            {"encounter_id": "B1", "encounter_class": "inpatient"},
            {"encounter_id": "B2", "encounter_class": "office"},
        ],
        "core.encounter_code": [
            dict(zip(names, row, strict=True))
            for row in (
                ("B1", 1, "ICD-10-CM", "E119", "principal"),
                ("B2", 1, "ICD-10-CM", "Q1712", "principal"),
                ("B2", 2, "ICD-10-PCS", "0SRC0JZ", "procedure"),
            )
        ],
    }
    tables = {
        "ref.code": [
            *({**code(name), "long_description": title} for name, title in TITLES.items()),
            {**code("0SRC0JZ"), "code_system": "ICD-10-PCS", "long_description": PROCEDURES["0SRC0JZ"]},
        ],
        **(billed if is_billed else coded),
    }
    assert judge("PX-03", tables).outcome == "not applicable"


@pytest.mark.parametrize(("other_code", "is_found"), [("Q1712", False), ("Q1711", True)])
def test_stays_that_are_not_yet_billed(judge: Judge, other_code: str, is_found: bool) -> None:  # noqa: FBT001
    days = {"admit_date": dt.date(2026, 1, 10), "discharge_date": dt.date(2026, 1, 12)}
    rows = [
        ("B1", 1, "ICD-10-CM", other_code, "principal"),
        ("B1", 2, "ICD-10-PCS", "0SRD0JZ", "procedure"),
        ("B2", 1, "ICD-10-CM", "Q1712", "principal"),
    ]
    names = ("encounter_id", "code_number", "code_system", "code", "code_role")
    tables = {
        "ref.code": [
            *({**code(name), "long_description": title} for name, title in TITLES.items()),
            {**code("0SRD0JZ"), "code_system": "ICD-10-PCS", "long_description": PROCEDURES["0SRD0JZ"]},
        ],
        "core.encounter": [
            {"encounter_id": name, "encounter_class": "inpatient", **days} for name in ("B1", "B2")
        ],
        "core.encounter_code": [dict(zip(names, row, strict=True)) for row in rows],
    }
    result = judge("PX-03", tables)
    assert (result.eligible_count, len(result.findings)) == (1, int(is_found))
