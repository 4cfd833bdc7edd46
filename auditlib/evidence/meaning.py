"""What a code means in words: what its title asks for and excludes, and what its siblings say instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from auditlib.evidence.words import stem, stems_in, words_of

_SILENT: Final = frozenset(
    (
        "a", "all", "an", "and", "any", "applicable", "as", "at", "by", "classifiable", "classified", "due",
        "each", "elsewhere", "encounter", "following", "for", "from", "healing", "in", "initial", "into",
        "multiple", "nec", "no", "nos", "not", "of", "on", "or", "other", "part", "routine", "sequela",
        "specified", "subsequent", "that", "the", "to", "type", "unspecified", "use", "with", "without",
    )
)  # fmt: skip
_WEAK: Final = frozenset(
    stem(word) for word in (
        "acute", "activity", "adult", "benign", "bilateral", "care", "cause", "chronic", "closed",
        "complication", "condition", "current", "degree", "disease", "disorder", "displaced", "drugs",
        "early", "episode", "essential", "examination", "external", "first", "general", "generalized",
        "history", "initial", "late", "left", "level", "limb", "long", "lower", "major", "mellitus", "mild",
        "moderate", "native", "nondisplaced", "occurrence", "open", "oral", "personal", "place", "presence",
        "primary", "recurrent", "region", "right", "same", "second", "secondary", "severe", "single",
        "site", "stable", "stage", "status", "syndrome", "system", "term", "third", "tract",
        "uncomplicated", "upper",
        # What the names of drugs and supplies have in common.
        "injection", "inhalation", "solution", "sodium", "hydrochloride", "acetate", "acetonide", "per", "mg",
        "mcg", "ml", "unit", "units", "dose", "administered", "compounded", "final", "product", "approved",
    )
)  # fmt: skip
_NUMBER_WEIGHT: Final = 0.5
_WEAK_WEIGHT: Final = 0.3
_ASIDE_WEIGHT: Final = 0.2
_ASIDE: Final = re.compile(r"[(\[][^)\]]*[)\]]")
# "Laceration without foreign body of left finger": the absence ends before the part of the body.
_ABSENT: Final = re.compile(
    r"\bwithout\b[^,;]*(?:,(?! (?:and|or) )[^,;]*)+, (?:and|or) [^,;]*"
    r"|\b(?:without|not)\b(?:(?<=mention)\s+of|(?<=loss)\s+of|(?<=use)\s+of|(?!\s+of\b|\s+with(?:out)?\b)[^,;])*",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(
    r"\[BMI\]\s*(?:(?P<low>\d+(?:\.\d+)?)-(?P<high>\d+(?:\.\d+)?)|(?P<most>\d+(?:\.\d+)?) or less"
    r"|(?P<least>\d+(?:\.\d+)?) or greater)",
    re.IGNORECASE,
)

# Of each group a condition has one: what says another says something else.
AXES: Final = tuple(
    frozenset(map(stem, group.split())) for group in (
        "left right", "mild moderate severe remission", "single recurrent", "displaced nondisplaced",
        "open closed", "early late", "systolic diastolic", "paroxysmal persistent permanent",
        "1 2 3 3a 3b 4 5",
        "first second third fourth", "acute chronic subacute", "inner outer",
    )
)  # fmt: skip


class CategoryTitles:
    """The stems of titles of one category: read once each, and kept as the bits of one number."""

    def __init__(self) -> None:
        self._stems: dict[str, int] = {}
        self._bits: dict[str, int] = {}

    def bits_of(self, title: str) -> int:
        """Return the stems of a title, each the bit of its place in the category."""
        bits = self._bits.get(title)
        if bits is None:
            bits = 0
            for item in _title_stems(title):
                bits |= 1 << self._stems.setdefault(item, len(self._stems))
            self._bits[title] = bits
        return bits

    def stems_of(self, bits: int) -> frozenset[str]:
        """Return the stems that bits stand for."""
        return frozenset(item for item, place in self._stems.items() if bits >> place & 1)


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """The words of a code.

    Parameters
    ----------
    title
        Its title, as 'Type 2 diabetes mellitus with diabetic chronic kidney disease'.
    siblings
        The titles of the codes of its category that may be billed in its place.
    terms
        What it is also called: the inclusion terms of the tabular list, its own and its headers'.
    category
        What is kept of the titles of its category, shared by the codes of it.
    """

    title: str
    siblings: tuple[str, ...] = field(default=(), repr=False)
    terms: tuple[str, ...] = field(default=(), repr=False)
    category: CategoryTitles = field(default_factory=CategoryTitles, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sentence must say for a code, and what it must not, as stems.

    Parameters
    ----------
    weights
        The stems of the title with their weights.
    absent
        Stems of what the title excludes, as after 'without'.
    axes
        For each axis on which the title has a value: its values, and the others of the axis.
    instead
        For each sibling that says one thing in place of another, or more: stems that the code has and the
        sibling lacks, and the other way round.
    is_bare
        The title says that nothing more is known or there: 'unspecified', 'without', 'uncomplicated'.
    is_chronic_only
        The title says 'chronic' and nothing of 'acute'.
    value_range
        Least and largest body mass index that the title names.
    """

    weights: Mapping[str, float]
    absent: frozenset[str]
    axes: tuple[tuple[frozenset[str], frozenset[str]], ...]
    instead: tuple[tuple[frozenset[str], frozenset[str]], ...]
    is_bare: bool
    is_chronic_only: bool
    value_range: tuple[float, float] | None

    @property
    def telling(self) -> frozenset[str]:
        """The stems of the most weight, of which a sentence must say one."""
        strongest = max(self.weights.values(), default=0.0)
        return frozenset(item for item, weight in self.weights.items() if weight == strongest)


@lru_cache(maxsize=512)
def wanted(meaning: CodeMeaning) -> Wanted:
    """Return what sentences must say for a code, read from its title and its siblings' titles."""
    weights = description_weights(meaning.title)
    own = frozenset(weights)
    lower = meaning.title.lower()
    absent = _stems(" ".join(_ABSENT.findall(lower))) - own
    bare = ("unspecified", "without", "uncomplicated", "not specified")
    return Wanted(
        weights=weights,
        absent=absent - {stem("mention"), stem("specified")},
        # "Stage 1 through stage 4" has no single value.
        axes=tuple(
            (own & axis, axis - own) for axis in AXES if len(own & axis) == 1 and "through" not in lower
        ),
        instead=tuple(_instead(meaning)),
        is_chronic_only="chronic" in lower and "acute" not in lower,
        is_bare=any(word in lower for word in bare),
        value_range=_value_range(meaning.title),
    )


def description_weights(description: str) -> dict[str, float]:
    """Return the stems of a description with their weights.

    Words after 'without' or 'not' are ignored, as charts seldom state them; words in brackets weigh little.
    """
    weights: dict[str, float] = {}
    for part, most in zip(said_and_aside(description), (1.0, _ASIDE_WEIGHT), strict=True):
        for word in words_of(part):
            if word.lower in _SILENT:
                continue
            for item in word.stems:
                weights.setdefault(item, min(most, _weight(item)))
    return weights


def said_and_aside(description: str) -> tuple[str, str]:
    """Return a description without what it excludes: outside of brackets, and inside them."""
    plain = _ABSENT.sub(" ", description)
    return _ASIDE.sub(" ", plain), " ".join(_ASIDE.findall(plain))


def is_silent(word: str) -> bool:
    """Whether a lower-case word of a title says nothing of a condition, as 'unspecified'."""
    return word in _SILENT


def is_weak(item: str) -> bool:
    """Whether many conditions share a stem, as 'chronic'."""
    return item in _WEAK


def _weight(item: str) -> float:
    if item[0].isdigit():
        return _NUMBER_WEIGHT
    return _WEAK_WEIGHT if item in _WEAK else 1.0


def _stems(text: str) -> frozenset[str]:
    return stems_in(text, but_not=_SILENT)


def _title_stems(title: str) -> frozenset[str]:
    # The pattern of what is absent is slow, and most titles have nothing to leave out.
    said = _ASIDE.sub(" ", title) if "(" in title or "[" in title else title
    return _stems(_ABSENT.sub(" ", said) if "not" in said.lower() or "without" in said.lower() else said)


def _instead(meaning: CodeMeaning) -> Iterable[tuple[frozenset[str], frozenset[str]]]:
    titles = meaning.category
    own = titles.bits_of(meaning.title)
    seen = set()
    for sibling in meaning.siblings:
        other = titles.bits_of(sibling)
        mine, theirs = own & ~other, other & ~own
        # One word in place of one is another value; words more are a complication or a closer description.
        is_other = not mine or mine.bit_count() == theirs.bit_count() == 1
        if theirs and is_other and (mine, theirs) not in seen:
            seen.add((mine, theirs))
            yield titles.stems_of(mine), titles.stems_of(theirs)


def _value_range(title: str) -> tuple[float, float] | None:
    match = _RANGE.search(title)
    if match is None:
        return None
    if match["low"]:
        return float(match["low"]), float(match["high"])
    return (0.0, float(match["most"])) if match["most"] else (float(match["least"]), float("inf"))
