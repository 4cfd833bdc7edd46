"""PX-03: the side of a procedure against the sides of the stay's diagnoses. Codes and titles are invented."""

from __future__ import annotations

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
