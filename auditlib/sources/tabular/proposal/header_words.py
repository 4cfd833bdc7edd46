"""Meaning of the headers in billing exports: synonyms and abbreviations, compared word by word."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz, process

LEAST_LIKENESS: Final = 0.82
"""Least similarity at which a header counts as a synonym."""

_FOLDER: Final = Path(__file__).resolve().parent


def word_pairs(name: str) -> list[tuple[str, str]]:
    """Return the rows of a list of words in this folder, without its header."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return [(first, second) for first, second in csv.reader(stream)][1:]


_SYNONYMS: Final = word_pairs("header_synonyms")
"""A meaning, and a header for it."""
_ABBREVIATIONS: Final[Mapping[str, str]] = dict(word_pairs("header_abbreviations"))
_ORDINALS: Final[Mapping[str, int]] = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "first second third fourth",
    )
    for number, word in enumerate(words.split(), start=1)
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One possible meaning of a column.

    Attributes
    ----------
    name
        Name of the meaning.
    synonyms
        Headers for it, with abbreviations written out.
    shape
        Regular expression that nearly all of its values match, if there is one.
    proof
        Regular expression so specific that values of this form prove the header's meaning, if there is one.
    """

    name: str
    synonyms: tuple[str, ...]
    shape: str | None = None
    proof: str | None = None


_NPI: Final = r"^[12]\d{9}(\.0)?$"
_DX: Final = r"^'?[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?$"
_DX_9: Final = r"^'?(V\d{2}(\.?\d{1,2})?|E\d{3}(\.?\d)?|\d{3}(\.?\d{1,2})?)$"
_PCS: Final = r"^[0-9A-HJ-NP-Z]{7}$"
_SERVICE: Final = r"([0-9]{4}[0-9A-Z]|[A-V][0-9]{4})"
PROCEDURE_LIST: Final = rf"^{_SERVICE}(-[0-9A-Z]{{2}})*([\s,;|/]+{_SERVICE}(-[0-9A-Z]{{2}})*)+$"
"""Form of a cell with several codes of services."""
_PROCEDURE: Final = rf"^'?({_SERVICE}|[0-9]{{1,4}}(\.0)?)([-:, ]+[0-9A-Z]{{2}})*$|{PROCEDURE_LIST}"
_PROCEDURE_PROOF: Final = rf"^{_SERVICE}([-:, ]+[0-9A-Z]{{2}})*$|{PROCEDURE_LIST}"
_ADJUSTMENT: Final = r"(CO|PR|OA|PI|CR)[- ]?[A-Z]?\d{1,3}[ :=(/]+\$?-?[\d.,]*\d\)?"
ADJUSTMENT_LIST: Final = rf"^(?i)\s*{_ADJUSTMENT}(\s*[;|,\n]\s*{_ADJUSTMENT})*[\s;|,]*$"
"""Form of a cell with adjustments, each its group, reason and amount."""
_AMOUNT: Final = r"^\(?-?\$?\s*-?[\d.,]+\)?-?$"
_DATE: Final = (
    r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T-].*)?|\d{8}|\d{5}|\d{1,2}[- ][A-Za-z]{3}[- ]\d{2,4}([ ].*)?"
    r"|[A-Za-z]{3,9}\.? \d{1,2}, ?\d{4}([ ].*)?)$"
)
_WHOLE: Final = r"^\d{1,4}(\.0)?$"

_SHAPES: Final[Mapping[str, str]] = {
    "birth date": _DATE,
    "sex": r"^(?i)(m|f|u|male|female|unknown|other|[0-3])$",
    "service date": _DATE,
    "service end": _DATE,
    "claim start": _DATE,
    "claim end": _DATE,
    "admit date": _DATE,
    "discharge date": _DATE,
    "submit date": _DATE,
    "plain date": _DATE,
    "icd procedure date": _DATE,
    "procedure": _PROCEDURE,
    "modifier": r"^[0-9A-Z]{2}([ ,;:|/-]*[0-9A-Z]{2}){0,4}$",
    "units": r"^-?\d{1,6}([.,]\d+)?$",
    "unit price": _AMOUNT,
    "line charge": _AMOUNT,
    "claim charge": _AMOUNT,
    "diagnosis": f"{_DX}|{_DX_9}",
    "admitting diagnosis": f"{_DX}|{_DX_9}",
    "poa": r"^[YNUW1]$",
    "transaction type": r"^[A-Z].{0,30}$",
    "pointer": r"^[0-9A-L ,;:|/-]{1,16}$",
    "icd procedure": f"{_PCS}|" + r"^\d{2}\.?\d{1,2}$",
    "revenue code": r"^0?\d{3}$",
    "place of service": r"^\d{1,2}(\.0)?(\s*[-:/(].*)?$|^[A-Za-z][A-Za-z' /,()&-]{1,60}$",
    "claim form": r"^(?i)(professional|institutional|dental|pharmacy|[pidr]|837-?[pid]|cms-?1500|hcfa-?1500"
    r"|1500|ub-?0?4|hcfa|ub|inst|prof)$",
    "type of bill": r"^0?\d{2,3}[0-9A-Z]$",
    "rendering provider": _NPI,
    "billing provider": _NPI,
    "facility": _NPI,
    "coded date": _DATE,
    "frequency": r"^[1-9]$",
    "drg": r"^\d{1,3}$",
    "discharge status": r"^\d{1,2}$",
    "line number": _WHOLE,
    "ndc": r"^[\d-]{10,13}$",
    "payment date": _DATE,
    "decision date": _DATE,
    "paid amount": _AMOUNT,
    "allowed amount": _AMOUNT,
    "adjustment amount": _AMOUNT,
    "deductible": _AMOUNT,
    "coinsurance": _AMOUNT,
    "copay": _AMOUNT,
    "contractual": _AMOUNT,
    "patient responsibility": _AMOUNT,
    "adjustment group": r"^(CO|PR|OA|PI|CR)$",
    "adjustment reason": r"^((CO|PR|OA|PI|CR)[- ]?)?[A-Z]{0,1}\d{1,3}$",
    "adjustments": ADJUSTMENT_LIST,
    "remark": r"^[MN]A?\d{1,4}([ ,;]+[MN]A?\d{1,4})*$",
    "claim status": r"^\d{1,2}$",
    "note time": _DATE,
}
_PROOFS: Final[Mapping[str, str]] = {
    "procedure": _PROCEDURE_PROOF,
    "diagnosis": r"^[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?$|^\d{3}\.\d{1,2}$",
    "admitting diagnosis": r"^[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?$",
    "poa": r"^[YNUW1]$",
    "icd procedure": _PCS,
    "rendering provider": _NPI,
    "billing provider": _NPI,
    "facility": _NPI,
    "claim form": _SHAPES["claim form"],
    "adjustment group": _SHAPES["adjustment group"],
    "adjustments": ADJUSTMENT_LIST,
    "remark": _SHAPES["remark"],
    "sex": _SHAPES["sex"],
    "patient": r"^#?[A-Z-]{0,8}\d[0-9A-Z-]*$",
}
LEFT_OUT: Final = "left out"
"""Meaning of columns that name a person or have no use here; they are never proposed."""
_POA_WORDS: Final = frozenset({"poa", "present"})
# What a review found, beside what was billed.
_REVIEW_WORDS: Final = frozenset(
    {"audited", "audit", "auditor", "supported", "validated",
     "corrected", "recommended", "revised", "suggested", "verified", "proposed",
     "reviewed", "correct", "should", "new"}
)  # fmt: skip
# Before the name of a code, these say that it is the one on the claim.
_CLAIMED_WORDS: Final = frozenset({"billed", "submitted", "original", "reported"})
_CODE_WORDS: Final = frozenset(
    {"cpt", "hcpcs", "dx", "drg", "procedure", "modifier", "code", "units", "pcs", "revenue"}
)
_PERSON_WORDS: Final = frozenset({"patient", "provider", "attending", "rendering", "member", "subscriber"})
# A header with one of these is about a code, and is none.
_ABOUT_A_CODE: Final = frozenset(
    {"description", "desc", "date", "name", "amount", "charge", "units", "quantity", "fee", "paid", "count",
     "type", "category", "reason", "status", "rate"}
)  # fmt: skip
_AMOUNTS: Final = frozenset(
    {"line charge", "claim charge", "unit price", "paid amount", "allowed amount", "adjustment amount",
     "deductible", "coinsurance", "copay", "contractual", "patient responsibility"}
)  # fmt: skip
_CLAIM_WORDS: Final = frozenset({"claim", "invoice", "bill", "ticket", "voucher", "superbill"})
# Beside these, a place of service is not the code of one.
_NO_PLACE_CODE: Final = frozenset({"name", "description", "date", "amount", "npi", "id", "address"})
# Words that seldom distinguish two headers weigh less.
_WEIGHTS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("code", "number", "id", "amount", "name", "time"), 0.3),
    **dict.fromkeys(("encounter", "visit", "claim", "line", "item", "patient", "detail", "list"), 0.35),
    **dict.fromkeys(("principal", "other", "service", "billing", "final"), 0.5),
    "date": 0.6,
}
_WRITTEN_WITH_MARKS: Final[Mapping[str, str]] = {
    "dt/tm": "date time", "e/m": "em", "e&m": "em", "co-ins": "coins", "co-pay": "copay",
    "write-off": "write off", "w/o": "write off", "d/c": "discharge", "i/o": "in out", "ip/op": "in out",
    "r.c.": "revenue code",
}  # fmt: skip
_REASONS_AS_HEADERS: Final[Mapping[str, str]] = {
    "pr[- ]?0?1": "deductible",
    "pr[- ]?0?2": "coinsurance",
    "pr[- ]?0?3": "copay",
    "co[- ]?45": "contractual",
}
"""Group and reason of an adjustment that a header has for a name, and what it means."""
# In parentheses stands a unit or a remark, unless it says which of two days it is.
_REMARK_IN_PARENTHESES: Final = (
    r"\((?!\s*(?:from|to|thru|through|start|end|begin|npi|cpt|icd|dx|mrn)\s*\))[^)]*\)"
)
_LOCATOR: Final = re.compile(
    r"^(?:fl|form locator|box|field)[ _-]?(?P<place>\d{1,2}[a-z]?)(?:[ _.:-]+|$)", re.IGNORECASE
)
_LOCATED: Final[Mapping[str, str]] = {
    "6": "statement", "67[a-q]?": "dx", "69": "admit", "74[a-e]?": "pcs", "56": "billing", "76": "attending",
}  # fmt: skip
"""Places on a form that say what their own words may not."""
_DOLLARS_ALONE: Final = re.compile(r"[\s\d_.()-]*\$[\s\d_.()-]*")
"""A header that says no more than dollars, and perhaps its number: a charge."""
_SHORTEST_WORD_IN_A_RUN: Final = 2
# A word that no synonym has says little, but the header is no more than alike then.
_UNKNOWN_WEIGHT: Final = 0.15
_BY_KNOWN_WORDS: Final = 0.88
_LEAST_SPELLING: Final = 86
_SHORTEST_MISSPELT: Final = 6


@dataclass(frozen=True, slots=True)
class HeaderWords:
    """A header's words and its number: 'Dx 12' is dx, 12."""

    words: str
    number: int | None


@cache
def without_locator(header: str) -> str:
    """Return a header in lower case without the place on the UB-04 or CMS-1500 form that stands before it.

    Examples
    --------
    >>> without_locator("fl42 rev 2"), without_locator("fl 67b"), without_locator("box 24g units")
    ('rev 2', 'dx b', 'units')
    """
    located = _LOCATOR.match(header)
    if located is None:
        return header
    place, rest = located["place"], header[located.end() :].strip()
    meant = next((words for form, words in _LOCATED.items() if re.fullmatch(form, place)), "")
    if not rest and not meant:
        return header
    letter = place[-1] if meant == "dx" and place[-1].isalpha() and not rest else ""
    return " ".join(part for part in (meant, rest, letter) if part)


@cache
def header_words(header: str) -> HeaderWords:
    """Return the words of a header with abbreviations written out.

    Words that run together, as in CamelCase, are cut where all parts are known.

    Examples
    --------
    >>> header_words("Acct No"), header_words("DiagCode_03"), header_words("charge (usd)")
    (HeaderWords(words='account number', number=None), HeaderWords(words='dx code', number=3), \
HeaderWords(words='charge', number=None))
    """
    text = without_locator(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header).lower()).replace("#", " number ")
    if outside := re.sub(_REMARK_IN_PARENTHESES, " ", text).strip():
        text = outside
    for written, meant in _WRITTEN_WITH_MARKS.items():
        text = text.replace(written, meant)
    for reason, meant in _REASONS_AS_HEADERS.items():
        text = re.sub(rf"\b{reason}\b", f" {meant} ", text)
    text = re.sub(
        r"icd[-_ ]?(?:10|9)([-_ ]?(cm|pcs)(?![a-z]))?",
        lambda match: " pcs " if match[2] == "pcs" else " dx ",
        text,
    )
    if _DOLLARS_ALONE.fullmatch(text):
        text = text.replace("$", " charge ")
    parts = re.findall(r"[a-z]+|\d+", re.sub(r"\bcpt[-_ ]?4(?![0-9])", "cpt", text))
    numbers = [int(part) for part in parts if part.isdigit()]
    runs = [word for part in parts if not part.isdigit() for word in _cut(part)]
    ordinals = [_ORDINALS[word] for word in runs if word in _ORDINALS]
    plain = [word for word in runs if word not in _ORDINALS]
    if _CLAIMED_WORDS & set(plain) and _CODE_WORDS & {_ABBREVIATIONS.get(word, word) for word in plain}:
        plain = [word for word in plain if word not in _CLAIMED_WORDS]
    words = " ".join(_ABBREVIATIONS.get(word, word) for word in plain).split()
    if "date" in words:
        words = [word for word in words if word != "time"]
    found = numbers or ordinals
    return HeaderWords(" ".join(dict.fromkeys(words)), found[-1] if found else None)


@cache
def _cut(run: str) -> tuple[str, ...]:
    """Cut a run of letters into the fewest words that are all known; return it whole if there are none."""
    if run in _vocabulary():
        return (run,)
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(run) + 1):
        options = [
            (*before, run[start:end])
            for start in range(end)
            if (before := best[start]) is not None and run[start:end] in _vocabulary()
        ]
        best.append(min(options, key=len, default=None))
    return best[-1] or (run,)


@cache
def _vocabulary() -> frozenset[str]:
    words = {word for pair in _SYNONYMS for text in pair for word in text.split()}
    known = {*words, *_ABBREVIATIONS, *_ORDINALS, *_REVIEW_WORDS, *_CLAIMED_WORDS}
    return frozenset(word for word in known if len(word) >= _SHORTEST_WORD_IN_A_RUN)


def position(header: str, headers: Collection[str]) -> tuple[str, int | None]:
    """Return a header without the number that is its position, and the number; None if it has none.

    A number is a position if there is also a header with the number 1 in its place, and a last letter, as on
    the CMS-1500 form, if there are also headers with a and b.

    Examples
    --------
    >>> position("icd10 code", ["icd1 code", "icd10 code"]), position("icd10", ["icd10", "icd9"])
    (('icd code', 10), ('icd10', None))
    >>> position("diag c", ["diag a", "diag b", "diag c"])
    ('diag', 3)
    """
    for match in reversed(list(re.finditer(r"(?<!\d)0*([1-9]\d?)(?!\d)", header))):
        before, after = header[: match.start()], header[match.end() :]
        if any(f"{before}{first}{after}" in headers for first in ("1", "01")):
            return " ".join(f"{before} {after}".split()), int(match[1])
    letter = re.search(r"[ _.-]([a-l])$", header)
    if letter is not None and {f"{header[:-1]}{first}" for first in "ab"} <= set(headers):
        return header[: letter.start()], 1 + "abcdefghijkl".index(letter[1])
    return header, None


def is_icd_9(header: str) -> bool:
    """Return True if a header names the ninth revision; its position is taken off before."""
    return re.search(r"(?i)icd[-_ ]?9(?![0-9])", header) is not None


@cache
def likenesses(header: str) -> tuple[tuple[str, float], ...]:
    """Return the possible meanings of a header, each with its similarity from 0 to 1."""
    return tuple(_likenesses(header))


def _likenesses(header: str) -> Iterator[tuple[str, float]]:
    read = header_words(header)
    words = set(read.words.split())
    if (certain := _certain_meaning(header, words, has_number=bool(read.number))) is not None:
        yield certain, 1.0
        return
    named = {
        name
        for word, name in (("modifier", "modifier"), ("cpt", "procedure"), ("hcpcs", "procedure"))
        if word in words
    }
    alike = _synonyms_alike(words)
    for known in MEANINGS:
        best = max(
            (_likeness(read.words, synonym) for synonym in known.synonyms if synonym in alike), default=0.0
        )
        if best < 1 and _contradicts(words, known.name):
            continue
        if best >= LEAST_LIKENESS:
            yield known.name, best
        elif known.name in named and not words & _ABOUT_A_CODE:
            yield known.name, _BY_KNOWN_WORDS


def _synonyms_alike(words: Collection[str]) -> set[str]:
    """Return the synonyms that share a word with a header, or have one that a word of it resembles."""
    synonyms = _synonyms_by_word()
    resembled = {
        known
        for word in words
        if len(word) >= _SHORTEST_MISSPELT
        for known, _, _ in process.extract(
            word, synonyms.keys(), scorer=fuzz.ratio, score_cutoff=_LEAST_SPELLING, limit=None
        )
    }
    return {synonym for word in {*words, *resembled} for synonym in synonyms.get(word, ())}


@cache
def _synonyms_by_word() -> dict[str, tuple[str, ...]]:
    synonyms: dict[str, list[str]] = {}
    for synonym in dict.fromkeys(synonym for known in MEANINGS for synonym in known.synonyms):
        for word in _words_of(synonym):
            synonyms.setdefault(word, []).append(synonym)
    return {word: tuple(those) for word, those in synonyms.items()}


def _contradicts(words: set[str], name: str) -> bool:
    """Return True if a header that only resembles a meaning lacks its word, or has one of another."""
    if name in _AMOUNTS:
        return "code" in words
    return name == "claim number" and not words & _CLAIM_WORDS


def _certain_meaning(header: str, words: set[str], *, has_number: bool) -> str | None:
    """Return the meaning that some words of a header decide, whatever the others are; None if none do."""
    is_of_procedure = bool(words & {"procedure", "pcs"})
    is_of_stay = has_number or bool(words & {"principal", "other", "secondary", "pcs"})
    is_of_payer = bool(words & {"payer", "insurance", "plan"})
    says_billed = re.search(r"(?i)\bbilled\b", header) is not None
    decided: tuple[tuple[bool, str], ...] = (
        (bool(words & _REVIEW_WORDS and words & _CODE_WORDS), LEFT_OUT),
        # A share is no amount.
        ("%" in header or bool(words & {"percent", "pct"}), LEFT_OUT),
        ("date" in words and says_billed and not words & {"service", "from", "to"}, "submit date"),
        (bool(words & _POA_WORDS), "poa"),
        # The patient's reason for a visit has a place of its own on the claim, as the admitting diagnosis.
        ({"reason", "visit"} <= words, "admitting diagnosis"),
        ("date" in words and is_of_procedure and is_of_stay, "icd procedure date"),
        ({"place", "service"} <= words and not words & _NO_PLACE_CODE, "place of service"),
        ("name" in words and bool(words & _PERSON_WORDS) and not is_of_payer, LEFT_OUT),
    )
    return next((meant for is_so, meant in decided if is_so), None)


@cache
def _likeness(words: str, synonym: str) -> float:
    mine, theirs = _words_of(words), _words_of(synonym)
    if mine == theirs:
        return 1.0
    common = sum(_weight(word) for word in mine & theirs)
    unknown = mine - _known_words()
    total = sum(_weight(word) for word in mine - unknown) + _weight_of(synonym)
    total += _UNKNOWN_WEIGHT * len(unknown)
    # A misspelt word counts nearly as the word it resembles.
    for word in mine - theirs:
        if len(word) >= _SHORTEST_MISSPELT and any(
            fuzz.ratio(word, other) >= _LEAST_SPELLING for other in theirs - mine
        ):
            common += 0.9 * _weight(word)
    return min(0.97 * 2 * common / total, _BY_KNOWN_WORDS if unknown else 1.0) if total else 0.0


@cache
def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


@cache
def _weight_of(synonym: str) -> float:
    return sum(_weight(word) for word in _words_of(synonym))


def _weight(word: str) -> float:
    return _WEIGHTS.get(word, 1.0)


def _meanings() -> Iterator[Meaning]:
    headers: dict[str, list[str]] = {}
    for name, header in _SYNONYMS:
        headers.setdefault(name, []).append(header_words(header).words)
    for name, synonyms in headers.items():
        yield Meaning(name, tuple(dict.fromkeys(synonyms)), _SHAPES.get(name), _PROOFS.get(name))


MEANINGS: Final = tuple(_meanings())
"""All meanings."""


@cache
def _known_words() -> frozenset[str]:
    return frozenset(word for known in MEANINGS for synonym in known.synonyms for word in synonym.split())


_BY_NAME: Final = {meaning.name: meaning for meaning in MEANINGS}


def meaning(name: str) -> Meaning:
    """Return the meaning with this name."""
    return _BY_NAME[name]
