"""Options for a proposed column: date form, zero padding, and translations into closed lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from auditlib.sources.tabular.proposal.column_profile import ColumnProfile
from auditlib.sources.tabular.proposal.header_words import header_words, word_pairs

_WIDTHS: Final[Mapping[str, int]] = {
    "code": 5,
    "revenue_code": 4,
    "drg_code": 3,
    "billed_drg_code": 3,
    "place_of_service": 2,
    "discharge_status_code": 2,
}
_LAST_DAYS: Final = frozenset({"to_date", "discharge_date"})
_SEXES: Final[Mapping[str, str]] = {
    "male": "M",
    "female": "F",
    "unknown": "U",
    "other": "U",
    "1": "M",
    "2": "F",
    "0": "U",
    "3": "U",
}
_CLASSES: Final[Mapping[str, str]] = {
    "ip": "inpatient",
    "inpatient": "inpatient",
    "i": "inpatient",
    "acute inpatient": "inpatient",
    "ed": "emergency",
    "er": "emergency",
    "e": "emergency",
    "emergency": "emergency",
    "emergency department": "emergency",
    "emergency room": "emergency",
    "op": "office",
    "outpatient": "office",
    "o": "office",
    "clinic": "office",
    "office": "office",
    "office visit": "office",
    "ambulatory": "office",
    "amb": "office",
    "telehealth": "office",
    "telemedicine": "office",
    "virtual visit": "office",
    "video visit": "office",
    "awv": "office",
    "annual wellness visit": "office",
    "wellness visit": "office",
    "surgery": "outpatient surgery",
    "sds": "outpatient surgery",
    "same day surgery": "outpatient surgery",
    "day surgery": "outpatient surgery",
    "ambulatory surgery": "outpatient surgery",
    "outpatient surgery": "outpatient surgery",
    "asc": "outpatient surgery",
    "hospital outpatient surgery": "outpatient surgery",
}
_SYSTEMS: Final[Mapping[str, str]] = {
    "icd10": "ICD-10-CM",
    "icd-10": "ICD-10-CM",
    "icd10-cm": "ICD-10-CM",
    "dx": "ICD-10-CM",
    "pcs": "ICD-10-PCS",
    "cpt4": "CPT",
    "cpt-4": "CPT",
    "hcpcs ii": "HCPCS",
}
_PLACES: Final[Mapping[str, str]] = dict(word_pairs("places_of_service"))
"""How a place of service is written in words, and its code."""
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "sex": _SEXES,
    "encounter_class": _CLASSES,
    "code_system": _SYSTEMS,
}


def options_of(target: str, profiles: Sequence[ColumnProfile]) -> Iterator[str]:
    """Yield, as YAML, the options that a column of a core table needs to take the user's columns."""
    first = profiles[0]
    forms = {profile.date_form for profile in profiles if profile.date_form}
    if target.endswith(("_date", "_at")) and len(forms) == 1:
        yield f'format: "{forms.pop()}"'
    if target.endswith("_date") and any(profile.is_range for profile in profiles):
        yield "day: last" if target in _LAST_DAYS else "day: first"
    longest = max(profile.longest for profile in profiles)
    shortest = min((profile.shortest for profile in profiles if profile.shortest), default=0)
    width = _WIDTHS.get(target)
    is_code = target != "code" or first.meaning == "procedure"
    if width is not None and is_code and 0 < shortest < width and longest <= width:
        yield f"pad: {width}"
    if target.endswith("_amount") and "cents" in header_words(first.header).words.split():
        yield "multiply_by: 0.01"
    if target == "diagnosis_pointers" and longest > 1:
        # Pointers without a separator: 12 means the first and the second diagnosis.
        yield "width: 1"
    if target in _WORDS:
        yield from _words(target, first.words)


def places_of_service(words: Sequence[str]) -> dict[str, str]:
    """Return the place of service of each word that has one: a code alone, before its name, or a name.

    Examples
    --------
    >>> places_of_service(["Office", "23 - Emergency Room", "11", "somewhere"])
    {'Office': '11', '23 - Emergency Room': '23', '11': '11'}
    """
    meant = {}
    for word in words:
        coded = re.match(r"^0?(\d{1,2})(?:\.0)?(?:\s*[-:/(].*|\s+[A-Za-z].*)?$", word)
        plain = " ".join(re.findall("[a-z]+", word.lower().replace("'", "")))
        code = coded[1].zfill(2) if coded else _PLACES.get(plain)
        if code is not None:
            meant[word] = code
    return meant


def is_known_class(word: str) -> bool:
    """Return True if a word for a kind of visit has an encounter class of its own."""
    return word.lower() in _CLASSES or word.lower() in _CLASSES.values()


def encounter_class_of(is_hospital: bool) -> str:  # noqa: FBT001 - the only criterion
    """Return the encounter class to propose for a table without one."""
    return "inpatient" if is_hospital else "office"


def _words(target: str, words: Sequence[str]) -> Iterator[str]:
    known = _WORDS[target]
    pairs = [
        (word, known.get(word.lower(), word.lower() if word.lower() in known.values() else "FILL IN"))
        for word in words
        if word.lower() in known or target == "encounter_class"
    ]
    translations = [f'"{word}": {meant}' for word, meant in pairs if word.lower() != meant]
    if translations:
        yield f"values: {{{', '.join(translations)}}}"
