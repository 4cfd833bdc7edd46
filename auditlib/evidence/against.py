"""What a sentence that names a condition says against a code for it, as another side or a complication."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from auditlib.evidence.context import Status, clauses_of
from auditlib.evidence.meaning import Wanted
from auditlib.evidence.words import Word

_NEAR: Final = 10
_MOST_OF_IT: Final = 0.6
_FULL_WEIGHT: Final = 1.0
# What stands in a list beside a condition is no part of it; after a comma alone it may be.
_LISTED: Final = re.compile(r"[,;.]|\b(?:and|or|plus)\b", re.IGNORECASE)
_ADDED: Final = re.compile(r"[;.]|\b(?:and|plus)\b", re.IGNORECASE)
_ACUTE_ON_CHRONIC: Final = re.compile(r"\bacute[- ]on[- ]chronic\b", re.IGNORECASE)
_BMI: Final = re.compile(r"\b(?:BMI|body mass index)\D{0,12}(?P<value>\d{2}(?:\.\d+)?)", re.IGNORECASE)
_PART_NEGATED: Final = "says that a part of the code is not there"

Against = tuple[Status, str]


@dataclass(frozen=True, slots=True)
class NamedCondition:
    """A sentence that asserts the condition of a code.

    Parameters
    ----------
    text
        The document.
    words
        The words of the sentence.
    statuses
        How the sentence says each word; what supports the code is 'support'.
    core
        The places of the words that name the condition.
    """

    text: str
    words: Sequence[Word]
    statuses: Sequence[Status]
    core: Sequence[int]
    asserted: dict[str, int] = field(default_factory=dict)
    negated: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Read what is asserted and negated near the condition."""
        clauses = clauses_of(self.words, self.text)
        near = {
            at
            for place in self.core
            for at in range(max(0, place - _NEAR), min(len(clauses), place + _NEAR + 1))
            if clauses[at] == clauses[place]
        }
        for at in sorted(near):
            word, status = self.words[at], self.statuses[at]
            if status == "support":
                for item in word.stems:
                    self.asserted.setdefault(item, at)
            elif status == "negated":
                self.negated.update(word.stems)

    def sentence(self) -> str:
        """Return the text of the sentence."""
        return self.text[self.words[0].start : self.words[-1].end]

    def shown(self, stems: Sequence[str]) -> str:
        """Return the words that said some stems, as written."""
        places = sorted({self.asserted[item] for item in stems})
        return " ".join(self.text[self.words[at].start : self.words[at].end] for at in places)

    def is_joined(self, item: str, apart: re.Pattern[str]) -> bool:
        """Whether an asserted word stands with the condition, not beside it."""
        at = self.asserted[item]
        nearest = min(self.core, key=lambda place: abs(place - at))
        return at <= nearest or not apart.search(self.text[self.words[nearest].end : self.words[at].start])


def what_is_said_against(said: NamedCondition, asked: Wanted) -> Against | None:
    """Return what a sentence that names the condition of a code says against the code, and why."""
    return next((found for rule in _RULES if (found := rule(said, asked)) is not None), None)


def _out_of_range(said: NamedCondition, asked: Wanted) -> Against | None:
    match = _BMI.search(said.sentence())
    if asked.value_range is None or match is None:
        return None
    low, high = asked.value_range
    # Titles name ranges to one decimal place.
    if low <= round(float(match["value"]), 1) <= high:
        return None
    return "contradicts", f"says {match['value']}, which is not in the range of the code"


def _excluded(said: NamedCondition, asked: Wanted) -> Against | None:
    excluded = [item for item in asked.absent if item in said.asserted and said.is_joined(item, _ADDED)]
    return ("contradicts", f"says {said.shown(excluded)}, which the code excludes") if excluded else None


def _other_value(said: NamedCondition, asked: Wanted) -> Against | None:
    for mine, others in asked.axes:
        other = [item for item in others if item in said.asserted]
        if other and mine.isdisjoint(said.asserted):
            return "contradicts", f"says {said.shown(other)}, which the code does not"
    return None


def _acute_on_chronic(said: NamedCondition, asked: Wanted) -> Against | None:
    if asked.is_chronic_only and _ACUTE_ON_CHRONIC.search(said.sentence()):
        return "contradicts", "says acute on chronic, the code chronic"
    return None


def _other_code(said: NamedCondition, asked: Wanted) -> Against | None:
    for mine, theirs in asked.instead:
        if not mine.isdisjoint(said.asserted):
            continue
        if mine and mine <= said.negated:
            return "negated", _PART_NEGATED
        other = [item for item in theirs if item in said.asserted]
        is_other = len(other) >= _MOST_OF_IT * len(theirs)
        if is_other and (mine or (asked.is_bare and all(said.is_joined(item, _LISTED) for item in other))):
            return "contradicts", f"says {said.shown(other)}, for which there is another code"
    return None


def _part_negated(said: NamedCondition, asked: Wanted) -> Against | None:
    asserted = {
        item
        for word, status in zip(said.words, said.statuses, strict=True)
        if status == "support"
        for item in word.stems
    }
    negated = {
        item
        for word, status in zip(said.words, said.statuses, strict=True)
        if status == "negated"
        for item in word.stems
    }
    only_negated = asked.weights.keys() & negated - asserted
    if any(asked.weights[item] >= _FULL_WEIGHT for item in only_negated):
        return "negated", _PART_NEGATED
    return None


_RULES: Final[tuple[Callable[[NamedCondition, Wanted], Against | None], ...]] = (
    _out_of_range,
    _excluded,
    _other_value,
    _acute_on_chronic,
    _other_code,
    _part_negated,
)
