"""MEAT: whether a note monitors, evaluates, assesses or treats a condition where it names it.

The words are the project's own choice. A letter says that a word of its kind stands in a sentence that
supports the code or after it in its line; whether that is enough for the payer, a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from auditlib.codesets.search.phrases import alternatives, rows_of

ELEMENTS: Final = {"M": "monitor", "E": "evaluate", "A": "assess", "T": "treat"}

_DRUGS: Final = frozenset(
    name
    for _, generic, others in rows_of("drug.csv")
    for name in (generic, *alternatives(others))
    if name.isalpha()
)
# A space within an item is written as an underscore.
_WORDS: Final = {
    letter: re.compile(rf"\b(?:{'|'.join(items.split()).replace('_', ' ')})\b", re.IGNORECASE)
    for letter, items in {
        "M": r"""
            stable unchanged controlled uncontrolled compensated decompensated worse(?:ned|ning)? improv\w+
            progress\w+ symptom\w* monitor\w* recheck\w* follow(?:ed|s|ing)?(?:[_-]up)? surveillance
            at_goal above_goal in_remission exacerbat\w+ flares? tolerat\w+ readings? trend\w* repeat\w*
        """,
        "E": r"""
            labs? a1c egfr creatinine hemoglobin ldl tsh inr bnp psa ef lvef ejection_fraction echo\w* ekg
            ecg x-?rays? ct mri ultrasound spirometry pfts? biopsy exam\w* review\w* results? levels? bp
            blood_pressure bmi peak_flow score phq-?9
        """,
        "A": r"""
            assess\w* discuss\w* counsel\w* educat\w* address\w* advis\w* refer\w* order\w* plan\w* due_to
            secondary_to stage severity mild moderate severe avoid consult\w*
        """,
        "T": r"""
            continu\w* start\w* prescri\w* increas\w* decreas\w* refill\w* takes? taking mg mcg units?
            treat\w* therap\w* medicat\w* dialysis surgery inject\w* infus\w* oxygen cpap dose titrat\w*
            resum\w* switch\w* wears? uses?
        """,
    }.items()
}
_ASSESSING: Final = re.compile(r"(?:a/p|assessment|impression|plan|diagnos[ei]s)\b", re.IGNORECASE)
_WORD: Final = re.compile(r"[a-z]+")
_NOT_ADDRESSED: Final = re.compile(r"\bnot (?:addressed|discussed|evaluated|assessed)\b", re.IGNORECASE)


def is_assessing(heading: str) -> bool:
    """Whether a heading opens what the provider assessed and planned, as 'A/P:'."""
    return _ASSESSING.match(heading) is not None


def meat_elements(passages: Iterable[tuple[str, bool]]) -> str:
    """Return the letters of the elements that passages about a condition have, in the order of MEAT.

    Parameters
    ----------
    passages
        The sentences that support the code, each with what follows it in its line; and whether they stand
        under a heading as 'Assessment', which assesses.

    Examples
    --------
    >>> meat_elements([("Hypertension, stable, continue lisinopril 10 mg.", True)])
    'MAT'
    >>> meat_elements([("PMH: hypertension.", False)])
    ''
    """
    found: set[str] = set()
    for text, is_assessed in passages:
        if _NOT_ADDRESSED.search(text):
            continue
        found.update(letter for letter, words in _WORDS.items() if words.search(text))
        if is_assessed:
            found.add("A")
        if not _DRUGS.isdisjoint(_WORD.findall(text.lower())):
            found.add("T")
    return "".join(letter for letter in ELEMENTS if letter in found)
