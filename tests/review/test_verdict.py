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
from auditlib.review.evidence_passage import LONGEST_PASSAGE, EvidencePassage
from auditlib.review.payment_difference import LARGEST_DIFFERENCE, read_difference
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

differences = st.decimals(-LARGEST_DIFFERENCE, LARGEST_DIFFERENCE, places=2)
passages = st.builds(
    lambda number, before, passage: EvidencePassage.of(
        f"E00001:{number}", before + passage, len(before), len(before + passage)
    ),
    st.integers(1, 99),
    st.text(max_size=20),
    comments,
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
    difference = draw(st.none() | differences) if action != "agree" else None
    return Verdict(
        "E00001",
        action,
        **about,
        **error,
        corrected=corrected,
        comment=comment,
        evidence=draw(st.none() | passages),
        payment_difference=difference,
    )


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


def test_a_verdict_of_an_earlier_version_has_neither_evidence_nor_dollars() -> None:
    payload = Verdict("E00001", "agree", **ABOUT).to_payload()
    del payload["evidence"], payload["payment_difference"]
    earlier = Verdict.from_payload("E00001", payload)
    assert (earlier.evidence, earlier.payment_difference) == (None, None)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("45.20", "45.20"),
        ("-45.2", "-45.20"),
        ("$1,234.50", "1234.50"),
        ("- $7", "-7.00"),
        ("10,000,000", "10000000.00"),
        (12, "12.00"),
        (0.1, "0.10"),
        ("-0.00", "0.00"),
    ],
)
def test_dollars_are_read_as_they_are_typed(typed: object, amount: str) -> None:
    assert str(read_difference(typed)) == amount


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "1,23",
            "1.234",
            "1,2345",
            "45.2.0",
            "1e5",
            "NaN",
            "Infinity",
            "forty",
            "1.234,50",
            "(45)",
            "€5",
            "--5",
        ),
        *("10000000.01", True, [5], "٤٥"),
    ],
)
def test_what_is_no_amount_in_cents_is_refused(typed: object) -> None:
    with pytest.raises(UsageError):
        read_difference(typed)


@pytest.mark.parametrize("value", [Decimal("0.001"), Decimal("NaN"), Decimal(10_000_001), 5.0, "5"])
def test_a_verdict_takes_only_dollars_and_cents(value: object) -> None:
    with pytest.raises(UsageError, match="payment difference"):
        Verdict("E00001", "delete", **ABOUT, error_kind="POA", cause="coder rule", payment_difference=value)


def test_an_agreement_has_no_payment_difference() -> None:
    with pytest.raises(UsageError, match="agreed with"):
        Verdict("E00001", "agree", **ABOUT, payment_difference=Decimal(1))


def test_evidence_is_of_the_chart_itself() -> None:
    passage = EvidencePassage.of("E00002:1", "Seen.", 0, 5)
    with pytest.raises(UsageError, match="another chart"):
        Verdict("E00001", "agree", **ABOUT, evidence=passage)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 2), (0, 7), (0, 1), (6, 9)], ids=str)
def test_evidence_lies_in_its_document_and_holds_text(start: int, end: int) -> None:
    with pytest.raises(UsageError, match=r"does not lie|holds no text"):
        EvidencePassage.of("E00001:1", " Seen ", start, end)


def test_a_passage_is_no_whole_chart() -> None:
    text = "x" * (LONGEST_PASSAGE + 1)
    with pytest.raises(UsageError, match="no passage"):
        EvidencePassage.of("E00001:1", text, 0, len(text))


@pytest.mark.parametrize(
    "values",
    [
        "Seen.",
        {"document_id": "E00001:1", "start": 0, "end": 5},
        {"document_id": "E00001:1", "start": 0, "end": 5, "sha256": "0" * 63},
        {"document_id": "E00001:1", "start": True, "end": 5, "sha256": "0" * 64},
        {"document_id": 1, "start": 0, "end": 5, "sha256": "0" * 64},
    ],
)
def test_evidence_that_cannot_be_read_is_refused(values: object) -> None:
    with pytest.raises(UsageError):
        Verdict.from_payload("E00001", {"action": "agree", **ABOUT, "evidence": values})


def test_the_origin_of_dollars_is_kept_and_stands_beside_an_amount() -> None:
    values = {
        "action": "delete",
        "code_number": 1,
        "code_system": "CPT",
        "code": "81002",
        "error_kind": "unsupported code",
        "cause": "coder oversight",
    }
    verdict = Verdict.from_payload(
        "E1", {**values, "payment_difference": "8.12", "payment_origin": "nothing due: x"}
    )
    assert verdict.to_payload()["payment_origin"] == "nothing due: x"
    assert Verdict.from_payload("E1", verdict.to_payload()) == verdict
    assert (
        "payment_origin"
        not in Verdict.from_payload("E1", {**values, "payment_difference": "8.12"}).to_payload()
    )
    with pytest.raises(UsageError, match="stands beside its amount"):
        Verdict.from_payload("E1", {**values, "payment_origin": "nothing due: x"})
    with pytest.raises(UsageError, match="is not valid"):
        Verdict.from_payload("E1", {**values, "payment_difference": "8.12", "payment_origin": "a\nb"})
