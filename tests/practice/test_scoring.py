from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.practice.case import Acceptable, CaseKey, KeyItem, Trap
from auditlib.practice.pack import CasePack
from auditlib.practice.scoring import (
    CaseScore,
    ScoredLine,
    score_case,
    score_entry,
    scores_by_definition,
    with_credit,
)
from auditlib.review import CorrectedCode
from tests.practice.examples import WALK, code

KEY = CaseKey(
    items=(
        KeyItem(
            (Acceptable(code("CM I13.0 principal Y")), Acceptable(code("CM I11.0 principal Y"), 0.5)), "one"
        ),
        KeyItem(
            (Acceptable(code("CM N18.32 secondary Y")), Acceptable(code("CM N18.4"), 0.0, (), "no")), "two"
        ),
        KeyItem((Acceptable(code("CM Z79.4 secondary 1")),), "three"),
        KeyItem((Acceptable(code("CPT 20610 RT 1"), 1.0, ("59",)),), "four"),
        KeyItem((Acceptable(code("HC J3301 4")),), "five"),
        KeyItem((Acceptable(code("CM Y93.G1 external_cause")),), "six", is_optional=True),
    ),
    traps=(
        Trap(("ICD-10-CM", "I10"), "combined"),
        Trap(("ICD-10-CM", "C3411"), "only probable", is_fatal=True),
    ),
    orders=((("ICD-10-CM", "I130"), ("ICD-10-CM", "N1832")),),
)
ALL = ("CM I13.0 principal Y", "CM N18.32 secondary Y", "CM Z79.4 secondary 1", "CPT 20610 RT", "HC J3301 4")

SPEC = {
    "all right": (ALL, 5 / 5),
    "nothing": ((), 0 / 5),
    "one missed": (ALL[:4], 4 / 5),
    "one too many": ((*ALL, "CM E11.9"), 5 / 6),
    "a trap": ((*ALL, "CM I10"), 5 / 6),
    "a fatal trap": ((*ALL, "CM C34.11"), 0),
    "optional entered": ((*ALL, "CM Y93.G1 external_cause"), 5 / 5),
    "optional entered in another role": ((*ALL, "CM Y93.G1 secondary"), 5 / 5),
    "an alternative for half": (("CM I11.0 principal Y", *ALL[1:]), 4.5 / 5),
    "a wrong choice that the key explains": ((ALL[0], "CM N18.4", *ALL[2:]), 4 / 5),
    "wrong POA": ((ALL[0], "CM N18.32 secondary N", *ALL[2:]), 4.5 / 5),
    "no POA": ((ALL[0], "CM N18.32", *ALL[2:]), 4.5 / 5),
    "exempt from POA, sent with none": ((*ALL[:2], "CM Z79.4", *ALL[3:]), 5 / 5),
    "wrong modifier": ((*ALL[:3], "CPT 20610 LT", ALL[4]), 4.5 / 5),
    "no modifier": ((*ALL[:3], "CPT 20610", ALL[4]), 4.5 / 5),
    "a modifier that may stand there": ((*ALL[:3], "CPT 20610 RT 59", ALL[4]), 5 / 5),
    "wrong units": ((*ALL[:4], "HC J3301 1"), 4.5 / 5),
    "wrong number of a procedure": ((*ALL[:3], "CPT 20605 RT", ALL[4]), 4 / 5),
    "no principal": (("CM I13.0 secondary Y", *ALL[1:]), 4.5 / 5),
    "two principals": ((ALL[0], "CM N18.32 principal Y", *ALL[2:]), 4 / 5),
    "out of order": ((ALL[1], ALL[0], *ALL[2:]), 4.5 / 5),
    "one code twice": ((*ALL, "HC J3301 JZ 4"), 5 / 6),
}


@pytest.mark.parametrize("name", SPEC)
def test_scores_as_specified(name: str) -> None:
    entered, expected = SPEC[name]
    assert score_case([code(words) for words in entered], KEY).score == pytest.approx(expected)


def test_every_line_says_what_is_wrong_and_why() -> None:
    entered = [
        code("CM N18.32 secondary N"),
        code("CM I13.0 principal Y"),
        code("CM N18.4"),
        code("CM C34.11"),
    ]
    lines = score_case(entered, KEY).lines
    assert [(line.outcome, line.credit, line.reasons, line.rationale) for line in lines[:4]] == [
        ("partly right", 0.5, ("POA", "sequence"), "two"),
        ("right", 1.0, (), "one"),
        ("wrong", 0.0, (), "no"),
        ("fatal", 0.0, (), "only probable"),
    ]
    assert [(line.item_number, line.outcome) for line in lines[4:]] == [
        (3, "missed"),
        (4, "missed"),
        (5, "missed"),
    ]


def test_a_wrong_choice_names_the_item_and_its_reason() -> None:
    line = score_entry(code("CM N18.4"), [code("CM N18.4")], KEY)
    assert (line.item_number, line.outcome, line.reasons) == (2, "wrong", ("no",))
    with pytest.raises(UsageError, match="not entered"):
        score_entry(code("CM N18.4"), [], KEY)


def test_two_lines_of_one_code_answer_two_items(casebook: CasePack) -> None:
    key = casebook.keys["C21"]
    lines = score_case([code("HC J9263 JW 80"), code("HC J9263 320")], key).lines
    assert [(line.item_number, line.credit) for line in lines[:2]] == [(6, 1.0), (5, 1.0)]


def test_either_of_two_codes_may_come_first_but_one_must(casebook: CasePack) -> None:
    key = casebook.keys["C11"]
    rest = ["CM J44.1 secondary Y", "CM F17.210 secondary Y"]
    scores = [
        score_case([code(words) for words in (*first, *rest)], key).score
        for first in (
            ("CM J44.0 principal Y", "CM J18.9 secondary Y"),
            ("CM J18.9 principal Y", "CM J44.0 secondary Y"),
            ("CM J18.9 secondary Y", "CM J44.0 secondary Y"),
        )
    ]
    assert scores == [1.0, 1.0, 3.5 / 4]


def test_weights_count() -> None:
    heavy = CaseKey((KeyItem(KEY.items[0].choices, "", weight=3.0), KEY.items[1]))
    assert score_case([code(ALL[0])], heavy).score == pytest.approx(3 / 4)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("code over code", 8 / 11),
        ("penalised", 6 / 11),
        ("larger of the two", 8 / 11),
        ("precision", 8 / 10),
        ("recall", 8 / 11),
        ("F1", 16 / 21),
        ("Jaccard", 8 / 13),
        ("record over record", 0.0),
    ],
)
def test_definitions_of_accuracy_by_the_published_example(name: str, expected: float) -> None:
    """Ten codes were entered, the key has eleven, eight match."""
    right = [ScoredLine(code(f"CPT 1000{n}"), n + 1, "right", 1.0) for n in range(8)]
    extra = [ScoredLine(code(f"CPT 2000{n}"), None, "wrong", 0.0) for n in range(2)]
    missed = [ScoredLine(None, n, "missed", 0.0) for n in (9, 10, 11)]
    numerator, denominator = scores_by_definition([CaseScore((*right, *extra, *missed), (1.0,) * 11)])[name]
    assert numerator / denominator == pytest.approx(expected)


def test_an_instructor_changes_a_credit_and_the_old_one_stays(casebook: CasePack) -> None:
    key = casebook.keys["C01"]
    score = score_case([code(WALK[0]), code("CPT 20610"), code("CPT 99213")], key)
    assert score.score == pytest.approx(1.5 / 4 if score.out_of == 4 else 1.5 / 3)
    changed = with_credit(score, ("CPT", "20610"), 1.0, item_number=2)
    line = changed.lines[1]
    assert (line.credit, line.overridden_from, line.outcome) == (1.0, 0.5, "right")
    assert with_credit(changed, ("CPT", "20610"), 0.8, item_number=2).lines[1].overridden_from == 0.5
    # A code that the key calls wrong and the instructor accepts hurts no longer.
    accepted = with_credit(changed, ("CPT", "99213"), 1.0, item_number=None)
    assert (accepted.extra_count, accepted.score) == (0, pytest.approx(2 / 3))
    given = with_credit(accepted, ("HCPCS", "J3301"), 1.0, item_number=3)
    assert given.score == 1.0
    with pytest.raises(UsageError, match="is that one"):
        with_credit(score, ("CPT", "11111"), 1.0, item_number=None)
    with pytest.raises(UsageError, match="not a share"):
        with_credit(score, ("CPT", "20610"), 1.5, item_number=2)


def entries(casebook: CasePack, case_id: str) -> list[CorrectedCode]:
    key = casebook.keys[case_id]
    known = [choice.code for item in key.items for choice in item.choices]
    return [
        *known,
        *(CorrectedCode(*trap.code, "procedure") for trap in key.traps),
        code("CM R69"),
        code("CPT 99499"),
    ]


@given(data=st.data())
def test_properties(casebook: CasePack, data: st.DataObject) -> None:
    case_id = data.draw(st.sampled_from(sorted(casebook.keys)))
    key = casebook.keys[case_id]
    pool = entries(casebook, case_id)
    entered = data.draw(st.lists(st.sampled_from(pool), max_size=12))
    score = score_case(entered, key)
    assert 0 <= score.score <= 1
    assert score.earned <= score.out_of
    # Every entered code has one line, and every required item is answered or missed.
    assert [line.entered for line in score.lines if line.entered is not None] == entered
    earning = [line.item_number for line in score.lines if line.credit > 0 and line.item_number]
    assert len(earning) == len(set(earning))
    # A code that nothing supports never helps; one that is optional never hurts.
    assert score_case([*entered, code("CPT 99498")], key).score <= score.score
    for item in key.items:
        if item.is_optional and item.code not in entered:
            assert score_case([*entered, item.code], key).score == pytest.approx(score.score)
    if not key.orders:
        shuffled = data.draw(st.permutations(entered))
        assert score_case(shuffled, key).score == pytest.approx(score.score)
