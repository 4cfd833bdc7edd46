"""What a verdict must hold, and that the ledger gives it back as it was."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.review import ACTIONS, CAUSES, CODE_ROLES, ERROR_KINDS, POA_INDICATORS, CorrectedCode, Verdict
from auditlib.review.verdict import error_kinds_of

ABOUT = {"code_number": 2, "code_system": "ICD-10-CM", "code": "E119"}
BETTER = CorrectedCode("ICD-10-CM", "E1122", "principal", "Y")

comments = (
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool)
)
codes = st.one_of(
    st.tuples(st.just("ICD-10-CM"), st.from_regex(r"[A-Z][0-9][0-9A-Z]{1,5}", fullmatch=True)),
    st.tuples(st.just("ICD-10-PCS"), st.from_regex(r"[0-9A-HJ-NP-Z]{7}", fullmatch=True)),
    st.tuples(st.just("HCPCS"), st.from_regex(r"[A-V][0-9]{4}", fullmatch=True)),
)
corrected_codes = st.builds(
    lambda pair, **rest: CorrectedCode(*pair, **rest),
    codes,
    code_role=st.sampled_from(CODE_ROLES),
    poa_indicator=st.none() | st.sampled_from(POA_INDICATORS),
    modifiers=st.lists(st.from_regex(r"[0-9A-Z]{2}", fullmatch=True), max_size=4).map(tuple),
    unit_count=st.none() | st.decimals("0.0001", 999_999, places=4),
)


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    action = draw(st.sampled_from(ACTIONS))
    system, code = draw(codes)
    about = (
        {}
        if action == "add"
        else {"code_number": draw(st.integers(1, 60)), "code_system": system, "code": code}
    )
    error = (
        {}
        if action == "agree"
        else {
            "error_kind": draw(st.sampled_from(error_kinds_of(action))),
            "cause": draw(st.sampled_from(CAUSES)),
        }
    )
    corrected = draw(corrected_codes) if action in {"change", "add"} else None
    comment = draw(st.none() | comments)
    return Verdict("E00001", action, **about, **error, corrected=corrected, comment=comment)


@given(verdicts())
def test_a_verdict_comes_back_from_its_payload_as_it_was(verdict: Verdict) -> None:
    stored = json.loads(json.dumps(verdict.to_payload()))
    assert Verdict.from_payload("E00001", stored) == verdict


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"action": "approve"}, "agree, change, delete, add"),
        ({"action": "agree"}, "the code_number is needed"),
        ({"action": "agree", **ABOUT, "corrected": BETTER}, "corrected code must be empty"),
        ({"action": "agree", **ABOUT, "error_kind": "POA"}, "error kind must be empty"),
        ({"action": "change", **ABOUT}, "corrected code is needed"),
        ({"action": "change", **ABOUT, "corrected": BETTER}, "wrong code, missed code, unsupported code"),
        (
            {"action": "change", **ABOUT, "corrected": BETTER, "error_kind": "POA"},
            "coder rule, coder oversight",
        ),
        (
            {"action": "change", **ABOUT, "corrected": BETTER, "error_kind": "typo", "cause": "coder rule"},
            "wrong code, missed code, unsupported code",
        ),
        (
            {"action": "change", **ABOUT, "corrected": BETTER, "error_kind": "POA", "cause": "the weather"},
            "documentation missing, documentation conflicting",
        ),
        (
            {
                "action": "change",
                **ABOUT,
                "corrected": BETTER,
                "error_kind": "missed code",
                "cause": "coder rule",
            },
            "'missed code' does not go with 'change'",
        ),
        (
            {"action": "add", "corrected": BETTER, "error_kind": "wrong code", "cause": "coder rule"},
            "'add' goes with: missed code",
        ),
        ({"action": "add", **ABOUT, "corrected": BETTER}, "code_number must be empty"),
        ({"action": "delete", **ABOUT, "cause": "coder rule"}, "error kind is needed"),
        ({"action": "agree", **ABOUT, "comment": "x" * 2001}, "at most 2000"),
        ({"action": "agree", **ABOUT, "comment": "bell \a"}, "Plain text"),
    ],
)
def test_a_verdict_that_lacks_or_exceeds_what_its_action_needs_says_so(
    fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        Verdict("E00001", **fields)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"code_system": "SNOMED"}, "ICD-10-CM, ICD-10-PCS, CPT, HCPCS"),
        ({"code": "11E9"}, "does not look like ICD-10-CM"),
        ({"code": ""}, "does not look like ICD-10-CM"),
        ({"code": None}, "does not look like ICD-10-CM"),
        ({"code": "<b>"}, "does not look like ICD-10-CM"),
        ({"code_system": "CPT", "code": "9921"}, "five digits"),
        ({"code_system": "ICD-10-PCS", "code": "0DTJ4ZI"}, "without I and O"),
        ({"code_role": "main"}, "principal, secondary"),
        ({"poa_indicator": "X"}, "Y, N, U, W, 1"),
        ({"modifiers": ["25", "LT", "59", "76", "77"]}, "Up to four"),
        ({"modifiers": "2 5"}, "two letters or digits"),
        ({"modifiers": 25}, "modifiers cannot be read"),
        ({"unit_count": 0}, "more than zero"),
        ({"unit_count": "many"}, "number such as"),
        ({"unit_count": True}, "number such as"),
        ({"unit_count": "Infinity"}, "number such as"),
        ({"price": 3}, "fields are code, code_role"),
    ],
)
def test_a_corrected_code_that_cannot_be_one_says_what_is_possible(
    values: dict[str, object], said: str
) -> None:
    good = {"code_system": "ICD-10-CM", "code": "E11.22", "code_role": "principal"}
    with pytest.raises(UsageError, match=said):
        CorrectedCode.from_values({**good, **values})


def test_a_corrected_code_is_read_as_people_type_it() -> None:
    typed = {
        "code_system": "HCPCS",
        "code": " j1885 ",
        "code_role": "procedure",
        "poa_indicator": "",
        "modifiers": "jz, lt",
        "unit_count": "2.50",
    }
    assert CorrectedCode.from_values(typed) == CorrectedCode(
        "HCPCS", "J1885", "procedure", None, ("JZ", "LT"), Decimal("2.5")
    )


def test_the_vocabulary_is_closed() -> None:
    assert set(error_kinds_of("add")) | set(error_kinds_of("change")) == set(ERROR_KINDS)
    assert error_kinds_of("agree") == ()


@pytest.mark.parametrize("number", ["1", 1.5, True])
def test_a_position_is_a_whole_number(number: object) -> None:
    with pytest.raises(UsageError, match="position in the list"):
        Verdict.from_payload("E00001", {"action": "agree", "code_number": number})
