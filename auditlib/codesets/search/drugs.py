"""Drugs and household poisons by generic and brand name: what they mean for coding.

A name leads to a row of the table of drugs (T36 to T65), in whose code a character is the intent:
1 accidental, 2 self-harm, 3 assault, 4 undetermined, 5 adverse effect, 6 underdosing; to a code of long-term
use (Z79) and one of allergy status (Z88). The words around the drug decide which is meant.
`codesets/search/drug.csv` and `drug_class.csv` hold the names and the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from auditlib.codesets.search.phrases import alternatives, rows_of
from auditlib.codesets.search.spelling import Speller
from auditlib.codesets.search.words import words_in

_SURE: Final = 0.98
_STEP: Final = 0.01
# Beside other content words, long-term use is one reading of several.
_BESIDE_OTHERS: Final = 0.6
_LEAST_LIKENESS: Final = 0.7
_SHORTEST_MISSPELLED: Final = 6
_OTHER_LONG_TERM: Final = "Z79899"


def _phrases(*texts: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words_in(text)) for text in texts)


_POISONING: Final = _phrases(
    "overdose", "overdosed", "od", "poisoning", "poisoned", "ingestion", "ingested", "swallowed",
    "took too much", "took too many", "drank", "inhaled", "inhalation", "fumes", "exposure", "toxicity",
    "toxic", "intoxication",
)  # fmt: skip
_SELF_HARM: Final = _phrases(
    "suicide", "suicidal", "suicide attempt", "self harm", "intentional", "intentionally", "attempt",
    "on purpose",
)  # fmt: skip
_ASSAULT: Final = _phrases("assault", "given by another", "drugged")
_UNDETERMINED: Final = _phrases("undetermined", "unknown intent", "unclear intent")
_ACCIDENTAL: Final = _phrases(
    "accidental", "accidentally", "unintentional", "by accident", "child", "toddler"
)
_ADVERSE: Final = _phrases(
    "adverse", "adverse effect", "adverse reaction", "reaction", "reaction to", "side effect",
    "side effects", "induced", "related", "caused by", "due to", "d/t", "2/2", "from", "secondary to",
    "taken as prescribed",
)  # fmt: skip
_SYMPTOM: Final = _phrases(
    "bleeding", "bleed", "bleeds", "hemorrhage", "rash", "hives", "itching", "angioedema", "swelling",
    "cough", "nausea", "vomiting", "diarrhea", "myopathy", "myalgia", "nephropathy", "neuropathy",
    "hypoglycemia", "hyperkalemia", "hypotension", "bradycardia", "hepatitis", "neutropenia",
    "coagulopathy", "constipation", "drowsiness",
)  # fmt: skip
_UNDERDOSING: Final = _phrases(
    "underdosing", "underdose", "underdosed", "not taking", "stopped taking", "stopped", "ran out",
    "ran out of", "noncompliance", "noncompliant", "nonadherence", "missed doses", "missed dose",
    "skipping", "forgot", "noncompliant with", "did not take", "cannot afford", "non compliant",
    "not compliant", "non adherence",
)  # fmt: skip
_ALLERGY: Final = _phrases("allergy", "allergic", "allergies", "allergic to", "allergy to")
_ADMINISTERED: Final = _phrases(
    "injection", "inj", "per", "vial", "iv", "im", "infusion", "mg", "units", "hcpcs", "j code",
    "administration",
)  # fmt: skip
_LONG_TERM: Final = _phrases(
    "on", "long term", "longterm", "long term use", "use", "current use", "current", "takes", "taking",
    "daily", "uses", "using", "chronic", "therapy", "treatment", "user", "maintenance", "med", "meds",
    "medication", "drug", "drugs", "pill", "pills", "tablet", "inhaler", "patch", "patient", "status", "of",
    "with", "for", "the", "to", "and", "a", "is", "was", "has", "her", "his", "s", "p", "h", "o", "hx",
    "history", "accidental", "effect", "poisoning",
)  # fmt: skip
_SUBSEQUENT: Final = _phrases("subsequent", "follow up", "f/u")
_SEQUELA: Final = _phrases("sequela", "sequelae", "late effect", "late effects")
_SUBSTANCE_USE: Final = _phrases(
    "abuse", "dependence", "dependent", "addiction", "addict", "withdrawal", "use disorder", "remission",
    "pump", "resistance", "screening", "level", "deficiency", "positive",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DrugClass:
    """A row of the table of drugs.

    Parameters
    ----------
    table_code
        First six characters of its T code, with a question mark for the intent.
    long_term_code, allergy_code
        Z codes of long-term use and allergy status; empty if there is none.
    """

    table_code: str
    long_term_code: str
    allergy_code: str

    @property
    def is_toxin(self) -> bool:
        """True of what nobody takes as a drug (T51 to T65)."""
        return not self.long_term_code and self.table_code >= "T51"


_CLASSES: Final = {name: DrugClass(*codes) for name, *codes in rows_of("drug_class.csv")}
_CLASS_OF: Final = {
    tuple(words_in(name)): _CLASSES[drug_class]
    for drug_class, generic, others in rows_of("drug.csv")
    for name in (generic, *alternatives(others))
}
_LONGEST: Final = max(map(len, _CLASS_OF))
_SPELLER: Final = Speller(
    sorted({name[0] for name in _CLASS_OF if len(name) == 1}),
    [1] * len({n[0] for n in _CLASS_OF if len(n) == 1}),
)

GENERIC_NAMES: Final[dict[str, tuple[str, ...]]] = {
    other: (generic,)
    for _, generic, others in rows_of("drug.csv")
    for other in alternatives(others)
    if generic not in other
}
"""Brand and short names of drugs with their generic name, by which HCPCS lists them."""


def codes_of_drug(text: str) -> dict[str, float]:
    """Return the ICD-10-CM codes that a search for a drug means, with their score.

    Parameters
    ----------
    text
        The search. Without the name of a drug the result is empty.

    Examples
    --------
    >>> codes_of_drug("on Eliquis")
    {'Z7901': 0.98}
    >>> list(codes_of_drug("Tylenol overdose"))
    ['T391X1A', 'T391X2A', 'T391X4A', 'T391X3A']
    >>> list(codes_of_drug("underdosing of Lasix"))
    ['T501X6A']
    >>> codes_of_drug("fracture")
    {}
    """
    words = words_in(text)
    drug, rest = _drug_in(words)
    if drug is None:
        return {}
    if _has(rest, _SUBSTANCE_USE) and not _has(rest, _POISONING | _ALLERGY | _UNDERDOSING):
        return {}
    episode = "S" if _has(rest, _SEQUELA) else "D" if _has(rest, _SUBSEQUENT) else "A"
    long_term = [drug.long_term_code] if drug.long_term_code else []
    if _has(rest, _ALLERGY):
        codes = [drug.allergy_code]
    elif intents := _intents(rest) or ("1243" if drug.is_toxin else ""):
        codes = [f"{drug.table_code.replace('?', intent)}{episode}" for intent in intents]
        codes += long_term if intents == "5" else []
    elif _has(rest, _ADMINISTERED):
        return {}
    elif all((word,) in _LONG_TERM or word.isdigit() for word in rest):
        codes = long_term
    else:
        codes = long_term
        return {code: _BESIDE_OTHERS for code in codes if code != _OTHER_LONG_TERM}
    return {code: round(_SURE - _STEP * at, 2) for at, code in enumerate(codes)}


def _intents(words: list[str]) -> str:
    """Return the sixth characters of the T codes that words mean, the likeliest first."""
    is_toxicity = _has(words, _phrases("toxicity", "toxic")) and not _has(words, _phrases("overdose", "od"))
    if _has(words, _UNDERDOSING):
        return "6"
    for intent, names in (("2", _SELF_HARM), ("3", _ASSAULT), ("4", _UNDETERMINED)):
        if _has(words, names):
            return intent
    if _has(words, _ACCIDENTAL):
        return "1"
    if is_toxicity:
        return "51"
    if _has(words, _POISONING):
        return "1243"
    return "5" if _has(words, _ADVERSE | _SYMPTOM) else ""


def _has(words: list[str], phrases: frozenset[tuple[str, ...]]) -> bool:
    return any(
        tuple(words[at : at + length]) in phrases for at in range(len(words)) for length in range(1, 5)
    )


def _drug_in(words: list[str]) -> tuple[DrugClass | None, list[str]]:
    """Return the class of the longest drug name in a search, and the other words."""
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for at in range(len(words) - length + 1):
            drug = _CLASS_OF.get(tuple(words[at : at + length]))
            if drug is not None:
                return drug, words[:at] + words[at + length :]
    return None, words


def drug_spelled(word: str) -> str | None:
    """Return the name of a drug that an unknown word resembles.

    Examples
    --------
    >>> drug_spelled("elequis"), drug_spelled("fracture")
    ('eliquis', None)
    """
    if len(word) < _SHORTEST_MISSPELLED:
        return None
    near = _SPELLER.near(word)
    return near[0][0] if near and near[0][1] >= _LEAST_LIKENESS and near[0][0][0] == word[0] else None
