"""Diagnoses that usually last: those for which MEAT is asked, and that a note should not leave uncoded."""

from __future__ import annotations

from typing import Final

# The project's own choice, by category; a payer's list may differ.
_CHRONIC: Final = (
    "B18", "B20", "C", "D45", "D46", "D47", "D57", "D61", "D63", "D66", "D67", "D68", "D69", "D80",
    "D81", "D82", "D83", "D84", "D86", "E03", "E05", "E08", "E09", "E10", "E11", "E13", "E20", "E21",
    "E22", "E23", "E24", "E27", "E44", "E46", "E66", "E78", "E84", "E85", "F01", "F02", "F03", "F10",
    "F11", "F12", "F13", "F14", "F15", "F16", "F17", "F18", "F19", "F20", "F25", "F31", "F32", "F33",
    "F41", "F43", "F84", "F90", "G10", "G12", "G20", "G30", "G31", "G35", "G40", "G43", "G473", "G60",
    "G61", "G62", "G70", "G71", "G80", "G81", "G82", "H35", "H40", "I10", "I11", "I12", "I13", "I20",
    "I25", "I27", "I34", "I35", "I42", "I48", "I50", "I69", "I70", "I71", "I73", "I872", "J41", "J42",
    "J43", "J44", "J45", "J47", "J84", "J961", "K21", "K50", "K51", "K70", "K72", "K73", "K74", "K861",
    "L40", "L89", "L97", "M05", "M06", "M10", "M15", "M16", "M17", "M19", "M32", "M33", "M34", "M35",
    "M45", "M47", "M80", "M81", "N18", "N25", "N40", "Q05", "Q90", "Z21", "Z89", "Z93", "Z94", "Z992",
)  # fmt: skip


def is_chronic(code: str) -> bool:
    """Whether a diagnosis of ICD-10-CM in stored form usually lasts.

    Examples
    --------
    >>> is_chronic("E1122"), is_chronic("J189")
    (True, False)
    """
    return code.startswith(_CHRONIC)
