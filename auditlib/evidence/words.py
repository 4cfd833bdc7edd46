"""Normalization of clinical words: stemming, abbreviations spelled out, everyday words translated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from auditlib.codes.abbreviations import ABBREVIATIONS as SHARED
from auditlib.evidence.values import measures, values_in

_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:/[A-Za-z0-9]+)*|\d+(?:\.\d+)?[A-Za-z]*")

ABBREVIATIONS: Final[dict[str, str]] = {
    **SHARED,
    "a1c": "hemoglobin a1c",
    "abx": "antibiotic",
    "aki": "acute kidney injury failure",
    "arf": "acute kidney failure",
    "asa": "aspirin",
    "bmi": "body mass index bmi",
    "cabg": "coronary artery bypass graft",
    "cad": "coronary artery atherosclerotic heart disease",
    "cap": "community acquired pneumonia",
    "chf": "congestive heart failure",
    "dvt": "deep vein thrombosis embolism",
    "esrd": "end stage kidney disease",
    "gerd": "gastroesophageal reflux disease",
    "hcv": "hepatitis c",
    "iddm": "insulin diabetes mellitus",
    "n/v": "nausea vomiting",
    "nstemi": "nonst elevation myocardial infarction",
    "pad": "peripheral vascular artery disease",
    "sob": "dyspnea",
}
EVERYDAY: Final[dict[str, str]] = {
    "adenocarcinoma": "malignant neoplasm",
    "adenoma": "benign neoplasm",
    "adenomas": "benign neoplasm",
    "alendronate": "bisphosphonates",
    "aspiration": "inhalation",
    "apixaban": "anticoagulants",
    "cancer": "malignant neoplasm",
    "carcinoma": "malignant neoplasm",
    "colorectal": "colon rectum",
    "dabigatran": "anticoagulants",
    "dapagliflozin": "oral hypoglycemic drugs",
    "empagliflozin": "oral hypoglycemic drugs",
    "drank": "alcohol",
    "drinker": "alcohol",
    "drinking": "alcohol",
    "drinks": "alcohol",
    "eczema": "dermatitis",
    "feverish": "fever",
    "glargine": "insulin",
    "glimepiride": "oral hypoglycemic drugs",
    "glipizide": "oral hypoglycemic drugs",
    "lispro": "insulin",
    "meningioma": "benign neoplasm meninges",
    "metformin": "oral hypoglycemic drugs",
    "morphine": "opiate analgesic",
    "ovarian": "ovary",
    "oxycodone": "opiate analgesic",
    "pneumonitis": "pneumonia",
    "prednisone": "steroids",
    "preeclampsia": "pre eclampsia",
    "pseudophakia": "presence intraocular lens",
    "rivaroxaban": "anticoagulants",
    "sitagliptin": "oral hypoglycemic drugs",
    "seizure": "convulsions",
    "seizures": "convulsions",
    "stroke": "cerebral infarction",
    "strokes": "cerebral infarction",
    "tarry": "melena",
    "warfarin": "anticoagulants",
}
"""Everyday words and drug names with the words of the code books that they stand for."""

CAPITALS_ONLY: Final = frozenset({"af", "als", "cap", "hf", "mi", "oa", "pad", "pe", "ra"})

_PHRASES: Final[dict[tuple[str, ...], str]] = {
    ("heart", "attack"): "myocardial infarction",
    ("high", "blood", "pressure"): "hypertension",
    ("elevated", "blood", "pressure"): "hypertension",
    ("shortness", "of", "breath"): "dyspnea",
    ("short", "of", "breath"): "dyspnea",
    ("high", "cholesterol"): "hyperlipidemia hypercholesterolemia",
    ("blood", "clot"): "thrombosis",
    ("kidney", "stone"): "calculus kidney",
    ("acid", "reflux"): "gastroesophageal reflux",
    ("passed", "out"): "syncope",
    ("throwing", "up"): "vomiting",
    ("broken", "bone"): "fracture",
    ("type", "ii"): "2",
    ("type", "i"): "1",
    ("stage", "iii"): "3",
    ("stage", "iv"): "4",
    ("stage", "v"): "5",
}

# Stem to equivalent stem, both as `stem` returns them.
_SAME: Final[dict[str, str]] = {
    "belly": "abdomin",
    "abdomen": "abdomin",
    "bleed": "hemorrhag",
    "bled": "hemorrhag",
    "broken": "fractur",
    "cardiac": "heart",
    "cardiomyo": "heart",
    "cigarett": "tobacco",
    "femur": "femor",
    "hepat": "liver",
    "intestin": "bowel",
    "lung": "pulmon",
    "nicotin": "tobacco",
    "renal": "kidn",
    "smok": "tobacco",
    "tumor": "neoplasm",
}

_ENDINGS: Final = (
    "ations", "ation", "izations", "ization", "ically", "ements", "ement", "fulness", "ness", "ities", "ity",
    "ives", "ive", "ions", "ion", "ings", "ing", "edly", "ed", "ical", "ics", "ic", "als", "al", "ous", "ary",
    "ies", "ants", "ant", "ents", "ers", "er", "es", "ly", "ia", "us", "um", "s", "e", "y", "is", "a",
)  # fmt: skip
_SHORTEST_STEM = 4


class Word(NamedTuple):
    """A word of a text: its position, its lower-case form and the stems it stands for."""

    start: int
    end: int
    lower: str
    stems: tuple[str, ...]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the stem that a word shares with related words, as hypertension and hypertensive.

    Examples
    --------
    >>> stem("Hypertensive") == stem("hypertension")
    True
    >>> stem("stenotic") == stem("stenosis")
    True
    """
    lower = word.lower()
    if not lower.isalpha() or len(lower) <= _SHORTEST_STEM:
        return _SAME.get(lower, lower)
    for ending in ("osis", "oses", "otic"):
        if lower.endswith(ending) and len(lower) > len(ending) + 2:
            return lower[: -len(ending)] + "o"
    shorter = lower
    for _ in range(2):
        for ending in _ENDINGS:
            if shorter.endswith(ending) and len(shorter) - len(ending) >= _SHORTEST_STEM:
                shorter = shorter[: -len(ending)]
                break
    return _SAME.get(shorter, shorter)


def tokens_in(text: str, start: int, end: int) -> list[str]:
    """Return the words of a text range as written, "and/or" as one."""
    return _TOKEN.findall(text, start, end)


def phrases() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the phrases and measures that stand for other words: their words, and the stems of the others."""
    for words, meaning in (*_PHRASES.items(), *measures()):
        yield words, tuple(stem(part) for part in meaning.split())


def spelled_out() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the abbreviations and everyday words with the stems of the words that they stand for."""
    for word, meaning in (*ABBREVIATIONS.items(), *EVERYDAY.items()):
        yield word, tuple(stem(part) for part in meaning.split())


def equal_stems() -> Iterable[tuple[str, str]]:
    """Return the stems in whose place another stands, with that other."""
    return _SAME.items()


def words_of(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """Return the words of a text range, with the stems of what abbreviations and phrases stand for."""
    words: list[Word] = []
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        at = match.start()
        for length, lower, stems in _parts(match.group()).parts:
            words.append(Word(at, at + length, lower, stems))
            at += length + 1
    return _with_values(_with_phrases(words), text, start, len(text) if end is None else end)


def stems_in(
    text: str, start: int = 0, end: int | None = None, *, but_not: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the stems of the words of a text range, which are found faster than the words.

    Parameters
    ----------
    text, start, end
        The text, and its characters from ``start`` to before ``end``, or to its end.
    but_not
        Lower-case words that are passed over.

    Examples
    --------
    >>> stems_in("Type II") == {item for word in words_of("Type II") for item in word.stems}
    True
    """
    end = len(text) if end is None else end
    tokens = [_parts(token) for token in tokens_in(text, start, end)]
    if values_in(text, start, end):
        words = words_of(text, start, end)
        return frozenset(item for word in words if word.lower not in but_not for item in word.stems)
    lowers = [lower for token in tokens for _, lower, _ in token.parts]
    kept = [
        token.stems
        if but_not.isdisjoint(token.lowers)
        else [item for _, lower, stems in token.parts if lower not in but_not for item in stems]
        for token in tokens
    ]
    added = (
        stems for first, last, stems in _phrases_in(lowers) if not {lowers[first], lowers[last]} <= but_not
    )
    return frozenset().union(*kept, *added)


class _Token(NamedTuple):
    """The words of a token: the length, lower-case form and stems of each; all lower-case forms and stems."""

    parts: tuple[tuple[int, str, tuple[str, ...]], ...]
    lowers: frozenset[str]
    stems: frozenset[str]


@lru_cache(maxsize=20_000)
def _parts(token: str) -> _Token:
    whole = "/" not in token or token.lower() in _WHOLE
    parts = tuple(
        (len(part), part.lower(), _stems(part)) for part in ([token] if whole else token.split("/"))
    )
    return _Token(
        parts,
        frozenset(lower for _, lower, _ in parts),
        frozenset(item for _, _, stems in parts for item in stems),
    )


@lru_cache(maxsize=20_000)
def _stems(token: str) -> tuple[str, ...]:
    lower = token.lower()
    if lower in ABBREVIATIONS and (token.isupper() or lower not in CAPITALS_ONLY):
        return tuple(stem(part) for part in ABBREVIATIONS[lower].split())
    if lower in EVERYDAY:
        return (stem(lower), *(stem(part) for part in EVERYDAY[lower].split()))
    return (stem(lower),)


def _with_phrases(words: Sequence[Word]) -> list[Word]:
    found = list(words)
    for first, last, added in _phrases_in([word.lower for word in words]):
        found[last] = _also(found[last], added)
        found[first] = _also(found[first], added)
    return found


def _phrases_in(lowers: Sequence[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield the places of the first and last word of each phrase, with the stems that it stands for."""
    for at, lower in enumerate(lowers):
        if lower not in _PHRASES_BY_FIRST:
            continue
        for phrase, meaning in _PHRASES_BY_FIRST[lower]:
            if tuple(lowers[at : at + len(phrase)]) == phrase:
                yield at, at + len(phrase) - 1, tuple(stem(part) for part in meaning.split())


def _with_values(words: list[Word], text: str, start: int, end: int) -> list[Word]:
    for value in values_in(text, start, end):
        stems = tuple(stem(part) for part in value.words.split())
        words = [_also(word, stems) if word.start == value.start else word for word in words]
    return words


def _also(word: Word, stems: tuple[str, ...]) -> Word:
    return Word(word.start, word.end, word.lower, (*word.stems, *stems))


_PHRASES_BY_FIRST: Final[dict[str, list[tuple[tuple[str, ...], str]]]] = {}
for _phrase, _meaning in _PHRASES.items():
    _PHRASES_BY_FIRST.setdefault(_phrase[0], []).append((_phrase, _meaning))
_WHOLE: Final = frozenset({name for name in ABBREVIATIONS if "/" in name} | {"r/o", "w/o", "s/p"})
