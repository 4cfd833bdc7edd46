"""How a sentence says a word: asserted, negated, taken back, of somebody else, of earlier, or as possible.

Cues before a word apply forward to the end of their clause, cues after it apply back. The cue lists are
the project's own; the method is that of W. W. Chapman et al., "A simple algorithm for identifying negated
findings and diseases in discharge summaries", J Biomed Inform 2001;34:301-310.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from auditlib.evidence.words import Word

Status = Literal["support", "contradicts", "corrected", "negated", "family history", "past", "uncertain"]
"""How a sentence stands to a code, or says one of its words."""

_RANK: Final[dict[Status, int]] = {
    "support": 0,
    "uncertain": 1,
    "past": 2,
    "family history": 3,
    "negated": 4,
    "corrected": 5,
    "contradicts": 6,
}

_YEAR_LENGTH: Final = 4
_Reach = Literal["forward", "to comma", "of a person", "backward"]
_Cue = tuple[tuple[str, ...], Status, _Reach]


def _cues(status: Status, reach: _Reach, *phrases: str) -> list[_Cue]:
    return [(tuple(phrase.split()), status, reach) for phrase in phrases]


def _longest_first(*cues: _Cue) -> list[_Cue]:
    return sorted(cues, key=lambda cue: -len(cue[0]))


# A cue that ends at a comma continues past it if an "or" shows that the list continues.
_CUES: Final = _longest_first(
    *_cues(
        "negated",
        "forward",
        "denies",
        "denied",
        "denying",
        "negative for",
        "no evidence of",
        "no sign of",
        "no signs of",
        "no history of",
        "no hx of",
        "absence of",
        "free of",
        "never had",
        "ruled out for",
        "without evidence of",
        "no complaints of",
        "no known",
        "not consistent with",
        "no indication of",
        "has never had",
        "have never had",
        "vaccinated against",
        "immunized against",
    ),
    *_cues(
        "negated",
        "to comma",
        "does not have",
        "did not have",
        "has no",
        "had no",
        "w/o",
        "no",
        "not",
        "without",
        "showed a normal",
        "shows a normal",
        "never",
        "neither",
        "nor",
    ),
    *_cues(
        "negated",
        "backward",
        "ruled out",
        "was negative",
        "were negative",
        "is negative",
        "are negative",
        "negative",
        "not present",
        "not seen",
        "not identified",
        "not found",
        "is absent",
        "was absent",
        "absent",
        "none",
        "none seen",
        "unlikely",
        "is denied",
        "was denied",
        "denied",
        "not heard",
        "not needed",
        "not expected",
        "and excluded",
        "was excluded",
        "were excluded",
        "is excluded",
        "no recurrence",
        "no evidence of recurrence",
        "no evidence of disease",
    ),
    *_cues(
        "family history",
        "forward",
        "family history",
        "family hx",
        "fhx",
        "fh",
        "maternal",
        "paternal",
    ),
    *_cues(
        "family history",
        "of a person",
        "mother",
        "father",
        "sister",
        "brother",
        "grandmother",
        "grandfather",
        "aunt",
        "uncle",
        "cousin",
        "niece",
        "nephew",
        "daughter",
        "son",
        "husband",
        "wife",
        "spouse",
        "roommate",
        "coworker",
        "sibling",
        "siblings",
        "parents",
        "twin",
    ),
    *_cues("family history", "backward", "runs in the family", "run in the family"),
    *_cues(
        "past",
        "forward",
        "former",
        "formerly",
        "past history of",
        "past history",
        "previously had",
        "remote history of",
        "prior history of",
        "was treated for",
        "in her teens",
        "in his teens",
        "in her twenties",
        "in his twenties",
        "in her thirties",
        "in his thirties",
        "in her youth",
        "in his youth",
    ),
    *_cues(
        "past",
        "backward",
        "in childhood",
        "as a child",
        "in remission since",
        "years ago",
        "quit",
        "sober for",
        "sober since",
        "none since",
        "in the past",
        "at age",
    ),
    *_cues(
        "uncertain",
        "forward",
        "rule out",
        "r/o",
        "possible",
        "possibly",
        "probable",
        "probably",
        "suspected",
        "suspect",
        "suspicion of",
        "suspicious for",
        "concern for",
        "concerning for",
        "questionable",
        "likely",
        "cannot exclude",
        "cannot rule out",
        "consider",
        "versus",
        "vs",
        "evaluate for",
        "screening for",
        "risk of",
        "risk for",
        "at risk",
        "return if",
        "call if",
        "come back if",
        "if signs of",
        "if you develop",
        "if symptoms of",
        "watch for",
        "in case of",
        "should she develop",
        "should he develop",
        "if",
        "worries that",
    ),
    *_cues(
        "uncertain",
        "backward",
        "not ruled out",
        "not excluded",
        "suspected",
        "is possible",
        "is likely",
        "doubtful",
        "is doubtful",
        "pending",
        "is pending",
        "test pending",
        "cannot be excluded",
        "was considered",
        "is considered",
    ),
    *_cues(
        "corrected",
        "backward",
        "listed in error",
        "was listed in error",
        "entered in error",
        "in error",
        "has been refuted",
        "refuted",
        "was refuted",
        "not so",
        "was an artifact",
        "is an artifact",
        "no longer considered",
        "was thought likely",
        "was wrong",
        "is incorrect",
        "was incorrect",
        "was disproved",
        "has been disproved",
    ),
    *_cues(
        "corrected",
        "forward",
        "disagree with",
        "previously thought to have",
        "previously thought to be",
        "once thought to have",
        "was thought to show",
        "was thought to have",
        "was thought to be",
        "formerly thought to have",
    ),
)
# "In 2016", "until 2015": what a sentence in the past tense says of then.
_YEAR_WORDS: Final = frozenset({"in", "until", "since", "during"})
_PAST_VERBS: Final = frozenset(
    {"had", "was", "were", "drank", "smoked", "abused", "used", "underwent", "quit"}
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
# Where the phrases of each first word stand: most sentences have few of them.
_CUES_BY_FIRST: Final[dict[str, list[int]]] = {}
for _at, _cue in enumerate(_CUES):
    _CUES_BY_FIRST.setdefault(_cue[0][0], []).append(_at)
_FALSE_BY_FIRST: Final[dict[str, list[int]]] = {}
for _at, _phrase in enumerate(_FALSE):
    _FALSE_BY_FIRST.setdefault(_phrase[0], []).append(_at)
_CLAUSE_TURNS: Final = frozenset({"but", "however", "although", "though", "except", "yet", "because"})
# Relatives report about the patient, too.
_SAYING: Final = frozenset(
    {"reports", "says", "states", "notes", "noticed", "brought", "brings", "complains", "feels", "describes"}
)
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
    "start",
    "started",
    "given",
    "give",
    "treat",
    "treated",
}


def statuses(words: Sequence[Word], text: str) -> list[Status]:
    """Return how a sentence says each of its words: asserted, negated, of somebody else and so on."""
    result: list[Status] = ["support"] * len(words)
    lowers = [word.lower for word in words]
    clauses = clauses_of(words, text)
    is_used = [False] * len(words)
    present = set(lowers)
    for phrase in (_FALSE[place] for place in _begun_by(present, _FALSE_BY_FIRST)):
        for at in _places(lowers, phrase, is_used):
            _take(is_used, at, phrase)
    for phrase, status, reach in (_CUES[place] for place in _begun_by(present, _CUES_BY_FIRST)):
        for at in _places(lowers, phrase, is_used):
            if reach == "backward":
                reached = [place for place in range(at) if clauses[place] == clauses[at]]
            elif reach == "of a person":
                end = _end_of_person(words, clauses, at + len(phrase))
                reached = [] if _is_saying(lowers, at + len(phrase)) else list(range(at + len(phrase), end))
            else:
                first = at + len(phrase)
                end = _end(words, text, clauses, first, is_narrow=reach == "to comma")
                reached = list(range(first, end))
            if reached:
                _take(is_used, at, phrase)
                _mark(result, reached, status)
    _mark_years(lowers, clauses, result)
    for at in range(len(lowers) - 1):
        if lowers[at] == "non" and text[words[at].end : words[at + 1].start] == "-":
            _mark(result, [at + 1], "negated")
    return result


def _begun_by(words: Iterable[str], by_first: Mapping[str, Sequence[int]]) -> list[int]:
    """Return the places of the phrases that begin with one of some words, in their order."""
    return sorted(place for word in words for place in by_first.get(word, ()))


def _is_saying(lowers: Sequence[str], at: int) -> bool:
    return not _SAYING.isdisjoint(lowers[at : at + 2])


def _end_of_person(words: Sequence[Word], clauses: Sequence[int], first: int) -> int:
    for at in range(first, len(words)):
        if clauses[at] != clauses[first - 1] or words[at].lower == "who":
            return at
    return len(words)


def _mark_years(lowers: Sequence[str], clauses: Sequence[int], result: list[Status]) -> None:
    """Mark what a clause says of a year that it names, as "she had cancer in 2016"."""
    for at in range(1, len(lowers)):
        year = lowers[at]
        if not (year.isdecimal() and len(year) == _YEAR_LENGTH and year[:2] in {"19", "20"}):
            continue
        clause = [place for place in range(at) if clauses[place] == clauses[at]]
        if lowers[at - 1] not in _YEAR_WORDS:
            continue
        if any(lowers[place] in _PAST_VERBS or lowers[place] == "history" for place in clause):
            _mark(result, clause, "past")


def prevailing(found: Iterable[Status]) -> Status:
    """Return the status that prevails over the others."""
    return max(found, key=_RANK.__getitem__)


def _take(is_used: list[bool], at: int, phrase: tuple[str, ...]) -> None:
    is_used[at : at + len(phrase)] = [True] * len(phrase)


def _places(lowers: Sequence[str], phrase: tuple[str, ...], is_used: Sequence[bool]) -> list[int]:
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
        if _RANK[status] > _RANK[result[place]]:
            result[place] = status


def clauses_of(words: Sequence[Word], text: str) -> list[int]:
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
