"""A note as it often is: shorthand, stale lines, slips of typing. The facts that decide codes stay."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from auditlib.practice.case import PracticeCase

_SHORTHAND: Final = (
    ("type 2 diabetes mellitus", "T2DM"),
    ("type 1 diabetes mellitus", "T1DM"),
    ("type 2 diabetes", "T2DM"),
    ("chronic kidney disease", "CKD"),
    ("atrial fibrillation", "AF"),
    ("coronary artery disease", "CAD"),
    ("essential hypertension", "HTN"),
    ("hyperlipidemia", "HLD"),
    ("emergency department", "ED"),
    ("shortness of breath", "SOB"),
    ("history and physical", "H&P"),
    ("history", "hx"),
    ("fracture", "fx"),
    ("treatment", "tx"),
    ("diagnoses", "dxs"),
    ("diagnosis", "dx"),
    ("procedure", "proc"),
    ("patient", "pt"),
    ("without", "w/o"),
    ("with", "w/"),
    ("before", "pre"),
    ("after", "s/p"),
    ("bilateral", "bilat"),
    ("weeks", "wk"),
    ("months", "mo"),
    ("years", "yr"),
)
# Words that decide codes are typed rightly: a slip in them would be another case.
_SLIP_LENGTH: Final = 9
_SLIPS_OUT_OF: Final = 6
_DECISIVE: Final = re.compile(
    r"(?i)\d|left|right|acute|chronic|unspec|embol|thromb|osteo|strepto|pneumo|arthr|fract|hemipl|persist|"
    r"screen|puncture|incision|percut|laparo|uncement|hypert|diast|systol|neph|neuro|anemi|adenoma|jaund|"
    r"periton|perfor|gangren|sprain|calcane|lacerat|recurr|moderate|depress|anxiety|nodule|nicotine|ulcer|"
    r"hemorr|divertic|purul|iron|debrid|subcut|collagen|oxali|triam|cyanoc|infusion|discard|single|multi"
)
_WORD: Final = re.compile(r"[A-Za-z]+")


def messy_case(case: PracticeCase) -> PracticeCase:
    """Return the case with its documents as a busy clinic writes them; the same case gives the same text.

    Notes
    -----
    Common words become shorthand, the case's stale lines stand above the first document as if copied from an
    earlier visit, about every sixth of the long words that decide nothing has two letters swapped, and blank
    lines go.
    """
    documents = [
        replace(document, text=messy_text(document.text, seed=f"{case.case_id}/{document.document_number}"))
        for document in case.documents
    ]
    if case.carried_forward:
        stale = _block(case.carried_forward)
        documents[0] = replace(documents[0], text=f"{stale}\n{documents[0].text}")
    return replace(case, documents=tuple(documents))


def messy_text(text: str, *, seed: str) -> str:
    """Return a text with shorthand and slips of typing; headings and figures stay.

    Parameters
    ----------
    text
        The note.
    seed
        Decides which words have a slip.
    """
    for words, short in _SHORTHAND:
        text = re.sub(rf"\b{words}\b", short, text, flags=re.IGNORECASE)
    number = 0

    def slipped(match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        word = match[0]
        if len(word) < _SLIP_LENGTH or word.isupper() or _DECISIVE.search(word):
            return word
        ticket = hashlib.sha256(f"{seed}/{number}/{word}".encode()).digest()
        if ticket[0] % _SLIPS_OUT_OF:
            return word
        place = 2 + ticket[1] % (len(word) - 4)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]

    lines = (_WORD.sub(slipped, line) for line in text.splitlines() if line.strip())
    return "\n".join(lines) + "\n"


def _block(lines: Sequence[str]) -> str:
    return "\n".join(("[copied forward from prior encounter, not reviewed]", *lines, "[end of copied text]"))
