"""What keeps a query to a provider from leading to an answer: points that refuse it, and points that warn.

After the principles of the practice brief on compliant queries of AHIMA and ACDIS (2022), in our own words:
the facts of this record are stated, nothing is said of payment or quality figures, the question names no
wanted answer, and the choices leave the provider free.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

OTHER: Final = "other, in the provider's words"
UNDETERMINED: Final = "cannot be determined"
ALWAYS_OFFERED: Final = (OTHER, UNDETERMINED)
"""The choices that every query with choices offers beside its own."""

_OTHER: Final = re.compile(r"^other\b", re.IGNORECASE)
_UNDETERMINED: Final = re.compile(
    r"\b(?:cannot|can not|can't|unable to|not possible to)\b.*\bdetermin|\bundetermin", re.IGNORECASE
)
# Words of payment and of figures by which a provider is measured; none of them describes a patient.
_PAYMENT: Final = re.compile(
    r"reimburs\w*|\bpayments?\b|\bpayers?\b|\bpaid\b|\brevenue\b|\b(?:MS-?)?DRGs?\b|\bHCCs?\b|\bMCCs?\b"
    r"|\brisk.?adjust\w*|\bcase.?mix\b|\brelative weights?\b|\bquality (?:score|measure|metric)s?\b|\$\s?\d"
    r"|\bdollars?\b|\bbill(?:ing|able)\b",
    re.IGNORECASE,
)
_PERHAPS_PAYMENT: Final = re.compile(r"\bCC\b|\bRAF\b|\bcharges?\b|\binsur\w*|\bcompliance\b|\bbonus\b")
_LEADING: Final = re.compile(
    r"\b(?:do|would|can) you agree\b|\b(?:should|must|needs? to|has to) be documented as\b"
    r"|\bplease (?:add|document|write) (?:the diagnosis of|that)\b|\bisn't (?:it|this)\b",
    re.IGNORECASE,
)
_YES_NO: Final = frozenset({"yes", "no"})


@dataclass(frozen=True, slots=True)
class CheckPoint:
    """One point of the checklist that a query does not meet.

    Parameters
    ----------
    is_refused
        True if the query cannot be sent so; else it is a warning.
    words
        What is wrong and what to do.
    """

    is_refused: bool
    words: str


def offered(options: Sequence[str]) -> tuple[str, ...]:
    """Return the choices of a query with those that are always offered; none for an open question.

    Examples
    --------
    >>> offered(["acute", "chronic", "Unable to determine"])
    ('acute', 'chronic', 'Unable to determine', "other, in the provider's words")
    """
    own = tuple(" ".join(option.split()) for option in options if option.strip())
    if not own:
        return ()
    has_other = any(_OTHER.search(option) for option in own)
    has_undetermined = any(_UNDETERMINED.search(option) for option in own)
    return (
        *own,
        *(() if has_other else (OTHER,)),
        *(() if has_undetermined else (UNDETERMINED,)),
    )


def is_other(option: str) -> bool:
    """Return True if a choice is the one whose answer is in the provider's words."""
    return _OTHER.search(option) is not None


def clinical_options(options: Sequence[str]) -> tuple[str, ...]:
    """Return the choices that say something of the patient: neither other nor cannot be determined."""
    return tuple(option for option in options if not (_OTHER.search(option) or _UNDETERMINED.search(option)))


def check_query(question: str, indicators: Sequence[str], options: Sequence[str]) -> tuple[CheckPoint, ...]:
    """Return the points of the checklist that a query does not meet, those that refuse it first.

    Parameters
    ----------
    question
        The question in words.
    indicators
        What the record says that makes the question necessary, one fact each.
    options
        The choices, or none for an open question.
    """
    refused: list[str] = []
    warned: list[str] = []
    stated = [indicator for indicator in indicators if indicator.strip()]
    all_words = "\n".join((question, *stated, *options))
    if not stated:
        refused.append(
            "No clinical indicator is stated. Say what this record shows: finding, value, treatment."
        )
    if (found := _PAYMENT.search(all_words)) is not None:
        refused.append(f"It mentions payment or of quality figures ('{found[0]}'). Leave that out.")
    elif (found := _PERHAPS_PAYMENT.search(all_words)) is not None:
        warned.append(f"'{found[0]}' can be read as a word of payment. Write it out, or leave it out.")
    if (found := _LEADING.search(question)) is not None:
        refused.append(
            f"The question leads to an answer ('{found[0]}'). Ask what the provider's judgement is."
        )
    _check_options(question, stated, clinical_options(offered(options)), refused, warned)
    return (
        *(CheckPoint(is_refused=True, words=words) for words in refused),
        *(CheckPoint(is_refused=False, words=words) for words in warned),
    )


def _check_options(
    question: str, indicators: Sequence[str], clinical: Sequence[str], refused: list[str], warned: list[str]
) -> None:
    plain = [option.casefold() for option in clinical]
    if len(set(plain)) < len(plain):
        refused.append("A choice is offered twice. Name each once.")
    if set(plain) == _YES_NO:
        warned.append(
            "Yes or no is for what the record names already, as whether it was present on admission or what "
            "it is due to; a new diagnosis is never asked for so."
        )
        return
    if len(set(plain)) == 1:
        refused.append("Only one choice says something of the patient. Offer every one that the facts allow.")
    asked, shown = question.casefold(), "\n".join(indicators).casefold()
    named = [option for option, text in zip(clinical, plain, strict=True) if _holds(asked, text)]
    if len(clinical) > 1 and named and len(named) < len(clinical):
        if all(_holds(shown, option.casefold()) for option in named):
            warned.append(f"The question names '{named[0]}' and not the other choices.")
        else:
            refused.append(
                f"The question names '{named[0]}', which no stated fact does, and not the other choices. "
                "Ask without naming one of them."
            )
    if not clinical and not question.rstrip().endswith("?"):
        warned.append("There are no choices, and the words do not end in a question.")


def _holds(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None
