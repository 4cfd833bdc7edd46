"""Item analysis of a class: which items are hard, which tell learners apart, and what was coded instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.codes import shown_code
from auditlib.errors import UsageError
from auditlib.practice.case import CaseKey, KeyItem, PlainCode, plain_code
from auditlib.practice.results import ScoredAttempt
from auditlib.practice.scoring import CaseScore
from auditlib.stats.items.item_analysis import FEWEST_LEARNERS, Reliability, item_statistics, reliability

ITEM_COLUMNS: Final = {
    "case_id": pl.String(),
    "item_number": pl.Int64(),
    "code_system": pl.String(),
    "code": pl.String(),
    "learner_count": pl.Int64(),
    "difficulty": pl.Float64(),
    "difficulty_lower": pl.Float64(),
    "difficulty_upper": pl.Float64(),
    "discrimination": pl.Float64(),
    "discrimination_lower": pl.Float64(),
    "discrimination_upper": pl.Float64(),
    "instead": pl.String(),
    "note": pl.String(),
}
HARD: Final = 0.4
"""Items whose mean credit is below it even at the upper limit are hard."""
_MOST_NAMED: Final = 3
_CATEGORY_LENGTH: Final = 3


@dataclass(frozen=True, slots=True)
class ItemAnalysis:
    """The item analysis of some attempts at the same cases.

    Parameters
    ----------
    items
        A row an item, the hardest first.
    reliability
        Of the whole; None where all learners have the same total.
    learner_count
        Attempts that count: the first of each learner.
    """

    items: pl.DataFrame
    reliability: Reliability | None
    learner_count: int


def analyse_items(
    scored: Sequence[ScoredAttempt], keys: Mapping[str, CaseKey], *, confidence: float = 0.95
) -> ItemAnalysis:
    """Return the item analysis of a class.

    Parameters
    ----------
    scored
        Attempts; of each learner the first counts, so that practice does not make an item easy.
    keys
        The keys.
    confidence
        Level of the limits.

    Raises
    ------
    UsageError
        If fewer than four learners have the same cases.
    """
    first: dict[str, ScoredAttempt] = {}
    for each in sorted(scored, key=lambda each: each.attempt.start.started_at):
        first.setdefault(each.attempt.start.learner, each)
    attempts = list(first.values())
    if len(attempts) < FEWEST_LEARNERS:
        message = f"Item analysis needs at least {FEWEST_LEARNERS} learners, not {len(attempts)}."
        raise UsageError(message, hint="Collect the attempts of the class into one folder.")
    case_ids = [name for name in attempts[0].scores if all(name in each.scores for each in attempts)]
    places = [
        (case_id, number, item)
        for case_id in case_ids
        for number, item in enumerate(keys[case_id].items, start=1)
        if not item.is_optional
    ]
    earned = [
        [_credit_of(each.scores[case_id], number) for case_id, number, _ in places] for each in attempts
    ]
    statistics = item_statistics(earned, confidence=confidence)
    instead = _instead(attempts, keys, case_ids)
    rows = [
        (
            case_id,
            number,
            item.code.code_system,
            shown_code(item.code.code_system, item.code.code),
            len(attempts),
            one.difficulty,
            one.difficulty_interval.lower,
            one.difficulty_interval.upper,
            one.discrimination,
            one.discrimination_interval.lower if one.discrimination_interval else None,
            one.discrimination_interval.upper if one.discrimination_interval else None,
            ", ".join(
                f"{shown_code(*code)} ({count})"
                for code, count in instead[case_id, number].most_common(_MOST_NAMED)
            ),
            _note(one.difficulty_interval.upper, one.discrimination),
        )
        for (case_id, number, item), one in zip(places, statistics, strict=True)
    ]
    frame = pl.DataFrame(rows, schema=ITEM_COLUMNS, orient="row").sort("difficulty", "case_id", "item_number")
    return ItemAnalysis(frame, reliability(earned, confidence=confidence), len(attempts))


def _credit_of(score: CaseScore, number: int) -> float:
    return max((line.credit for line in score.lines if line.item_number == number), default=0.0)


def _note(upper: float, discrimination: float | None) -> str:
    if discrimination is None:
        return "all learners alike"
    if discrimination < 0:
        return "the better miss it more often: look at the key"
    return "hard" if upper < HARD else ""


def _instead(
    attempts: Sequence[ScoredAttempt], keys: Mapping[str, CaseKey], case_ids: Sequence[str]
) -> dict[tuple[str, int], Counter[PlainCode]]:
    """Return the wrong codes by the item that they were entered instead of.

    A code that the key names as a wrong choice is that item's; any other one belongs to the missed item
    of its category, or else to the only missed item of its system.
    """
    counts = {
        (case_id, number): Counter[PlainCode]()
        for case_id in case_ids
        for number, _ in enumerate(keys[case_id].items, start=1)
    }
    for each in attempts:
        for case_id in case_ids:
            lines = each.scores[case_id].lines
            missed = [line.item_number for line in lines if line.entered is None and line.item_number]
            for line in lines:
                if line.entered is None or line.credit == 1:
                    continue
                code = plain_code(line.entered)
                number = line.item_number or _missed_for(code, missed, keys[case_id].items)
                if number and code != plain_code(keys[case_id].items[number - 1].code):
                    counts[case_id, number][code] += 1
    return counts


def _missed_for(code: PlainCode, missed: Sequence[int], items: Sequence[KeyItem]) -> int | None:
    same_system = [number for number in missed if items[number - 1].code.code_system == code[0]]
    same_category = [
        number
        for number in same_system
        if items[number - 1].code.code[:_CATEGORY_LENGTH] == code[1][:_CATEGORY_LENGTH]
    ]
    candidates = same_category or same_system
    return candidates[0] if len(candidates) == 1 else None
