"""Item analysis: published numbers, and the planted items of 200 simulated learners."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pytest

from auditlib.errors import UsageError
from auditlib.practice.attempt import Attempt, AttemptStart
from auditlib.practice.items import HARD, ItemAnalysis, analyse_items
from auditlib.practice.pack import CasePack
from auditlib.practice.results import ScoredAttempt, score_attempt
from auditlib.review import CorrectedCode
from tests.practice.examples import NOON, code

CASES = ("C02", "C03", "C04", "C08", "C10", "C13", "C18", "C22")
# Hard for everybody, with the wrong code that is chosen instead; and one whose key the better ones miss.
HARD_ITEMS = {("C10", 1): code("CM J98.4"), ("C13", 2): code("CM I25.110"), ("C22", 2): code("CM L97.412")}
REVERSED_ITEM = ("C18", 5)
LEARNERS = 200


def learner(number: int, entered: dict[str, tuple[CorrectedCode, ...]], *, days: int = 0) -> Attempt:
    start = AttemptStart(
        learner=f"L{number:03}",
        mode="practice",
        pack_name="casebook",
        pack_digest="x",
        case_ids=tuple(entered),
        is_messy=False,
        minutes=None,
        started_at=NOON + timedelta(days=days),
    )
    return Attempt(
        start,
        entered,
        judged={},
        completed=frozenset(),
        seconds={},
        withdrawn_count=0,
        is_handed_in=False,
        late_count=0,
        event_count=1,
        last_hash="0",
    )


@pytest.fixture(scope="module")
def simulated(casebook: CasePack) -> list[ScoredAttempt]:
    """Learners by the Rasch model: the chance of an item rises with ability and falls with its difficulty."""
    chance = np.random.default_rng(20260601)
    abilities = chance.normal(0, 1, LEARNERS)
    scored = []
    for number, ability in enumerate(abilities):
        entered = {}
        for case_id in CASES:
            codes = []
            for item_number, item in enumerate(casebook.keys[case_id].items, start=1):
                place = (case_id, item_number)
                threshold = 2.0 if place in HARD_ITEMS else -1.0
                slope = -1.5 if place == REVERSED_ITEM else 1.0
                knows = chance.random() < 1 / (1 + math.exp(-(slope * ability - threshold)))
                if knows:
                    codes.append(item.code)
                elif place in HARD_ITEMS and chance.random() < 0.8:
                    codes.append(HARD_ITEMS[place])
            entered[case_id] = tuple(codes)
        scored.append(score_attempt(f"a{number}", learner(number, entered), casebook.keys))
    return scored


@pytest.fixture(scope="module")
def analysis(simulated: list[ScoredAttempt], casebook: CasePack) -> ItemAnalysis:
    return analyse_items(simulated, casebook.keys)


def places(analysis: ItemAnalysis, note: str) -> set[tuple[str, int]]:
    frame = analysis.items.filter(analysis.items["note"].str.starts_with(note))
    return set(frame.select("case_id", "item_number").rows())


def test_200_learners_show_exactly_the_planted_hard_items(analysis: ItemAnalysis) -> None:
    assert analysis.learner_count == LEARNERS
    assert places(analysis, "hard") == set(HARD_ITEMS)
    hardest = analysis.items.head(len(HARD_ITEMS))
    assert set(hardest.select("case_id", "item_number").rows()) == set(HARD_ITEMS)
    assert hardest["difficulty_upper"].max() < HARD


def test_an_item_that_the_better_miss_is_named(analysis: ItemAnalysis) -> None:
    assert places(analysis, "the better miss it more often") == {REVERSED_ITEM}


def test_the_wrong_codes_that_were_planted_are_found(analysis: ItemAnalysis) -> None:
    instead = {
        (row["case_id"], row["item_number"]): row["instead"] for row in analysis.items.iter_rows(named=True)
    }
    assert instead["C13", 2].startswith("I25.110 (")
    assert instead["C22", 2].startswith("L97.412 (")


def test_the_other_items_tell_learners_apart(analysis: ItemAnalysis) -> None:
    usual = analysis.items.filter(analysis.items["note"] == "")
    assert usual["discrimination"].min() > 0
    assert usual.height > 25
    assert analysis.reliability is not None
    assert 0.6 < analysis.reliability.interval.lower < analysis.reliability.alpha < 0.95


def test_the_first_attempt_of_a_learner_counts(simulated: list[ScoredAttempt], casebook: CasePack) -> None:
    right = {name: tuple(item.code for item in casebook.keys[name].items) for name in CASES}
    again = [score_attempt("again", learner(n, right, days=1), casebook.keys) for n in range(LEARNERS)]
    repeated = analyse_items([*again, *simulated], casebook.keys)
    assert repeated.items.equals(analyse_items(simulated, casebook.keys).items)


def test_a_class_of_three_is_too_small(simulated: list[ScoredAttempt], casebook: CasePack) -> None:
    with pytest.raises(UsageError, match="at least 4 learners, not 3"):
        analyse_items(simulated[:3], casebook.keys)
