"""Document types: by LOINC code, title and headings, and last by file name."""

from __future__ import annotations

import re
from typing import Final

from auditlib.schema.vocabulary import WORDS

DOCUMENT_TYPES: Final = WORDS["document", "document_type"]
NOTE, LAB, DISCHARGE, OPERATIVE, OTHER = DOCUMENT_TYPES

_LOINC: Final = {
    NOTE: "11488-4 11506-3 28636-9 34108-1 34109-9 34111-5 34112-3 34117-2 34131-3 51845-6 51847-2 59258-4",
    LAB: "11502-2 11526-1 18725-2 26436-6 60567-5",
    DISCHARGE: "11490-0 18842-5 28655-9 34105-7 34106-5",
    OPERATIVE: "11504-8 28570-0 34137-0",
}
_OF_LOINC: Final = {code: kind for kind, codes in _LOINC.items() for code in codes.split()}

_TITLES: Final = (
    (DISCHARGE, r"discharge (?:summary|note)|summary of (?:stay|hospitali[sz]ation)"),
    (
        OPERATIVE,
        r"operati(?:ve|on) (?:report|note|record)|(?:op|procedure|surgical) (?:note|report)",
    ),
    (
        LAB,
        r"lab(?:oratory)? (?:reports?|results?|studies)|(?:pathology|microbiology|cytology|culture) report",
    ),
    (
        NOTE,
        (
            r"(?:progress|physician|clinic|office|visit|consult(?:ation)?|admission|soap|h ?& ?p|"
            r"emergency(?: department)?|ed|er) notes?|history (?:and|&) physical|h ?& ?p|"
            r"consultation(?: report)?|office visit|emergency department (?:visit|report|record)"
        ),
    ),
)
_NAMES: Final = (
    (DISCHARGE, r"d ?[/ ]?c ?(?:summ?(?:ary)?|note)|disch(?:arge)?(?: summ?)?|dcsumm?(?:ary)?"),
    (OPERATIVE, r"op ?(?:report|rpt|note)|operative|operation|surg(?:ery|ical)?|procedure"),
    (
        LAB,
        r"labs?|laborator(?:y|ies)|path(?:ology)?(?: rpt)?|cbc|cmp|bmp|cultures?|microbiology|cytology",
    ),
    (
        NOTE,
        (
            r"h ?(?:&|and|n)? ?p|hist(?:ory)? (?:and|&) phys(?:ical)?|pn|prog(?:ress)?|soap|"
            r"consult(?:ation)?s?|clinic|office|visit|er|ed|notes?"
        ),
    ),
)
"""Short forms that file names have, and titles do not."""
_HEADINGS: Final = {
    NOTE: "chief complaint|history of present illness|hpi|review of systems|physical exam(?:ination)?|"
    "assessment(?: (?:and|&|/) plan)?|plan|subjective|objective|past medical history|social history|"
    "family history|impression",
    LAB: "specimen(?: type| source)?|collected|received|reported|reference (?:range|interval)|test(?: name)?|"
    "accession(?: number)?|flag|units|result(?:s)?|gross description|microscopic description|final diagnosis",
    DISCHARGE: "hospital course|discharge diagnos[ei]s|discharge medications?|discharge instructions|"
    "condition (?:at|on) discharge|discharge condition|disposition|date of discharge|discharge date|"
    "admission date|date of admission|admitting diagnos[ei]s|admission diagnos[ei]s|follow[- ]?up",
    OPERATIVE: "pre-?operative diagnos[ei]s|post-?operative diagnos[ei]s|procedures?(?: performed)?|"
    "operations?(?: performed)?|surgeon|assistant|an(?:a)?esthesia|estimated blood loss|ebl|"
    "description of procedure|findings|complications|drains|specimens",
}
_TITLE_LINES: Final = 6
_LONGEST_TITLE: Final = 80
_LEAST_HEADINGS: Final = 2
_TYPED_CHARACTERS: Final = 200_000


def type_of_loinc(code: str | None) -> str | None:
    """Return the document type of a LOINC code, or None."""
    return _OF_LOINC.get(code or "")


def type_of_title(title: str | None) -> str | None:
    """Return the document type of a title, or None."""
    words = re.sub(r"[\s_-]+", " ", title or "").lower()
    return next((kind for kind, form in _TITLES if re.search(rf"\b(?:{form})\b", words)), None)


def type_of_text(text: str) -> str | None:
    """Return the document type by a text's first lines or its headings, or None.

    A title is alone on one of the first lines. A heading fills a line, or begins one and ends in a colon; a
    type needs two different headings, and more than any other type.
    """
    looked_at = text[:_TYPED_CHARACTERS]
    first = [line.strip() for line in looked_at.splitlines() if line.strip()][:_TITLE_LINES]
    for line in first:
        kind = type_of_title(line) if len(line) <= _LONGEST_TITLE and not line.endswith(".") else None
        if kind is not None:
            return kind
    counts = {
        kind: len(
            {
                heading.lower()
                for heading in re.findall(
                    rf"^[ \t]*({form})[ \t]*(?::|\||$)", looked_at, re.IGNORECASE | re.MULTILINE
                )
            }
        )
        for kind, form in _HEADINGS.items()
    }
    most = max(counts.values())
    leading = [kind for kind, count in counts.items() if count == most]
    return leading[0] if most >= _LEAST_HEADINGS and len(leading) == 1 else None


def type_of_name(words: str) -> str | None:
    """Return the document type that a file name says, in full or in the usual short forms, or None.

    Parameters
    ----------
    words
        The words of the name in lower case, as ``h&p final`` or ``op report``.
    """
    begins = next((kind for kind in DOCUMENT_TYPES if words == kind or words.startswith(f"{kind} ")), None)
    by_form = (kind for kind, form in _NAMES if re.search(rf"(?<![a-z0-9])(?:{form})(?![a-z0-9])", words))
    return begins or type_of_title(words) or next(by_form, None)


def document_type(
    text: str, *, loinc_code: str | None = None, title: str | None = None, name: str | None = None
) -> str | None:
    """Return the type of a document by LOINC code, title, text or file name, in that order, or None.

    Parameters
    ----------
    text
        The document.
    loinc_code
        Its LOINC code, if known.
    title
        Its title, if known.
    name
        Words of its file name in lower case, without number and extension.
    """
    return type_of_loinc(loinc_code) or type_of_title(title) or type_of_text(text) or type_of_name(name or "")
