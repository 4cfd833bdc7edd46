"""Whether a sentence asserts a word, negates it, or mentions it as family history or as suspected.

Cues before a word apply forward to the end of their clause, cues after it apply back. The cue lists are
the project's own; the method is that of W. W. Chapman et al., "A simple algorithm for identifying negated
findings and diseases in discharge summaries", J Biomed Inform 2001;34:301-310.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from auditlib.evidence.words import Word

Status = Literal["support", "negated", "family history", "uncertain"]

_Reach = Literal["forward", "to comma", "backward"]
_Cue = tuple[tuple[str, ...], Status, _Reach]


def _cues(status: Status, reach: _Reach, *phrases: str) -> list[_Cue]:
    return [(tuple(phrase.split()), status, reach) for phrase in phrases]


def _longest_first(*cues: _Cue) -> list[_Cue]:
    return sorted(cues, key=lambda cue: -len(cue[0]))


# A cue that ends at a comma continues past it if an "or" shows that the list continues.
_CUES: Final = _longest_first(
    *_cues(
        "negated", "forward", "denies", "denied", "denying", "negative for", "no evidence of", "no sign of"
    ),
    *_cues(
        "negated", "forward", "no signs of", "no history of", "no hx of", "absence of", "free of", "never had"
    ),
    *_cues("negated", "forward", "ruled out for", "without evidence of", "no complaints of", "no known"),
    *_cues("negated", "forward", "not consistent with", "no indication of"),
    *_cues("negated", "to comma", "does not have", "did not have", "has no", "had no", "w/o", "no", "not"),
    *_cues("negated", "to comma", "without", "never", "neither", "nor"),
    *_cues(
        "negated", "backward", "ruled out", "was negative", "were negative", "is negative", "are negative"
    ),
    *_cues("negated", "backward", "negative", "not present", "not seen", "not identified", "not found"),
    *_cues("negated", "backward", "is absent", "was absent", "absent", "none", "unlikely", "is denied"),
    *_cues("negated", "backward", "was denied", "denied"),
    *_cues(
        "family history", "forward", "family history", "family hx", "fhx", "fh", "mother", "father", "sister"
    ),
    *_cues("family history", "forward", "brother", "grandmother", "grandfather", "aunt", "uncle"),
    *_cues("family history", "forward", "maternal", "paternal"),
    *_cues(
        "uncertain", "forward", "rule out", "r/o", "possible", "possibly", "probable", "probably", "suspected"
    ),
    *_cues(
        "uncertain", "forward", "suspect", "suspicion of", "suspicious for", "concern for", "concerning for"
    ),
    *_cues("uncertain", "forward", "questionable", "likely", "cannot exclude", "cannot rule out", "consider"),
    *_cues("uncertain", "forward", "versus", "vs", "evaluate for", "screening for", "risk of", "risk for"),
    *_cues("uncertain", "forward", "at risk"),
    *_cues("uncertain", "backward", "not ruled out", "not excluded", "suspected", "is possible", "is likely"),
)
# Phrases that contain a cue and negate nothing.
_FALSE: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        "no change", "no changes", "no longer tolerated", "no further", "no increase", "no improvement",
        "not only", "not certain whether", "gram negative", "no doubt", "not necessarily",
        "without difficulty", "no new", "not well controlled", "not controlled", "not at goal",
        "not compliant", "not adherent",
    )
)  # fmt: skip
_CLAUSE_TURNS: Final = frozenset({"but", "however", "although", "though", "except", "yet", "because"})
_TURNS: Final = _CLAUSE_TURNS | {
    "still",
    "presents",
    "complains",
    "reports",
    "admits",
    "is",
    "has",
    "who",
    "which",
}


def statuses(words: Sequence[Word], text: str) -> list[Status]:
    """Return the status of each word of a sentence: support, negated, family history or uncertain."""
    result: list[Status] = ["support"] * len(words)
    lowers = [word.lower for word in words]
    clauses = _clauses(words, text)
    is_used = [False] * len(words)
    for phrase in _FALSE:
        for at in _places(lowers, phrase, is_used):
            _take(is_used, at, phrase)
    for phrase, status, reach in _CUES:
        for at in _places(lowers, phrase, is_used):
            if reach == "backward":
                reached = [place for place in range(at) if clauses[place] == clauses[at]]
            else:
                first = at + len(phrase)
                end = _end(words, text, clauses, first, is_narrow=reach == "to comma")
                reached = list(range(first, end))
            if reached:
                _take(is_used, at, phrase)
                _mark(result, reached, status)
    for at in range(len(lowers) - 1):
        if lowers[at] == "non" and text[words[at].end : words[at + 1].start] == "-":
            _mark(result, [at + 1], "negated")
    return result


def _take(is_used: list[bool], at: int, phrase: tuple[str, ...]) -> None:
    is_used[at : at + len(phrase)] = [True] * len(phrase)


def _places(lowers: Sequence[str], phrase: tuple[str, ...], is_used: Sequence[bool]) -> list[int]:
    if phrase[0] not in lowers:
        return []
    length = len(phrase)
    return [
        at
        for at, lower in enumerate(lowers)
        if lower == phrase[0]
        and tuple(lowers[at : at + length]) == phrase
        and not any(is_used[at : at + length])
    ]


def _mark(result: list[Status], places: Sequence[int], status: Status) -> None:
    for place in places:
        if result[place] == "support":
            result[place] = status


def _clauses(words: Sequence[Word], text: str) -> list[int]:
    """Return the clause number of each word; 'but' or a semicolon starts a new clause."""
    numbers = []
    number = 0
    for at, word in enumerate(words):
        gap = text[words[at - 1].end : word.start] if at else ""
        if at and (word.lower in _CLAUSE_TURNS or ";" in gap):
            number += 1
        numbers.append(number)
    return numbers


def _end(words: Sequence[Word], text: str, clauses: Sequence[int], first: int, *, is_narrow: bool) -> int:
    for at in range(first, len(words)):
        if clauses[at] != clauses[first - 1] or (at > first and words[at].lower in _TURNS):
            return at
        gap = text[words[at - 1].end : words[at].start]
        if is_narrow and "," in gap and not _list_goes_on(words, clauses, at):
            return at
    return len(words)


def _list_goes_on(words: Sequence[Word], clauses: Sequence[int], at: int) -> bool:
    rest = [word.lower for place, word in enumerate(words) if place >= at and clauses[place] == clauses[at]]
    return "or" in rest or "nor" in rest
