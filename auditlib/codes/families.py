"""Code families: the chapter, section, letter or number range in which a code lies.

The divisions are those of the publishers' tables of contents; titles of ICD-10 are shortened, CPT has numbers
only.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from auditlib.codes.systems import CPT, HCPCS, ICD10CM, ICD10PCS

_CHAPTERS: Final = (
    ("A00", "B99", "infectious and parasitic"),
    ("C00", "D49", "neoplasms"),
    ("D50", "D89", "blood and immune"),
    ("E00", "E89", "endocrine and metabolic"),
    ("F01", "F99", "mental and behavioral"),
    ("G00", "G99", "nervous system"),
    ("H00", "H59", "eye"),
    ("H60", "H95", "ear"),
    ("I00", "I99", "circulatory"),
    ("J00", "J99", "respiratory"),
    ("K00", "K95", "digestive"),
    ("L00", "L99", "skin"),
    ("M00", "M99", "musculoskeletal"),
    ("N00", "N99", "genitourinary"),
    ("O00", "O9A", "pregnancy and childbirth"),
    ("P00", "P96", "perinatal"),
    ("Q00", "Q99", "congenital"),
    ("R00", "R99", "symptoms and signs"),
    ("S00", "T88", "injury and poisoning"),
    ("U00", "U85", "special purposes"),
    ("V00", "Y99", "external causes"),
    ("Z00", "Z99", "factors influencing health"),
)
_SECTIONS: Final = {
    "0": "medical and surgical",
    "1": "obstetrics",
    "2": "placement",
    "3": "administration",
    "4": "measurement and monitoring",
    "5": "extracorporeal assistance",
    "6": "extracorporeal therapies",
    "7": "osteopathic",
    "8": "other procedures",
    "9": "chiropractic",
    "B": "imaging",
    "C": "nuclear medicine",
    "D": "radiation therapy",
    "F": "rehabilitation and audiology",
    "G": "mental health",
    "H": "substance abuse treatment",
    "X": "new technology",
}
# From, to, and the last character of the codes: none where it is a digit.
_NUMBER_RANGES: Final = (
    ("00100", "01999", ""),
    ("10004", "69990", ""),
    ("70010", "79999", ""),
    ("80047", "89398", ""),
    ("90281", "99199", ""),
    ("99202", "99499", ""),
    ("99500", "99607", ""),
    ("0001", "9999", "F"),
    ("0001", "9999", "T"),
    ("0001", "9999", "U"),
)

FAMILY_COLUMNS: Final = {
    "code_system": pl.String(),
    "code_from": pl.String(),
    "code_to": pl.String(),
    "last_letter": pl.String(),
    "code_family": pl.String(),
}


@cache
def code_families() -> pl.DataFrame:
    """Return one row a family: code_system, code_from, code_to, last_letter and code_family, its label.

    A code lies in a family if its first characters, as many as ``code_from`` has, lie between both ends, and,
    where ``last_letter`` is not null, its fifth character is that letter ('' for a digit).
    """
    rows: list[tuple[str, str, str, str | None, str]] = [
        (ICD10CM, first, last, None, f"{first}-{last} {title}") for first, last, title in _CHAPTERS
    ]
    rows += [
        (ICD10PCS, section, section, None, f"{ICD10PCS} {section} {title}")
        for section, title in _SECTIONS.items()
    ]
    rows += [
        (HCPCS, letter, letter, None, f"{HCPCS} {letter}")
        for letter in map(chr, range(ord("A"), ord("Z") + 1))
    ]
    rows += [
        (CPT, first, last, letter, f"{CPT} {first}{letter}-{last}{letter}")
        for first, last, letter in _NUMBER_RANGES
    ]
    return pl.DataFrame(rows, schema=FAMILY_COLUMNS, orient="row")
