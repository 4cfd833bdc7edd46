"""Each case is judged beside two copies of itself on claims of other patients, and must not mix with them.

A check that takes rows of one claim, stay or patient for those of another finds too much or too little then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from auditlib.sources.batch import OFFSET_BITS
from tests.checks.cases import Result, Rows

# With one copy, a check that exchanges the two would say of each what it has to say.
COPIES: Final = (1, 2)
FILES_APART: Final = 3_000_001
APART: Final = FILES_APART << OFFSET_BITS
"""How far the ids of a copy's claims are from the case's: as far as a late file's from a first one's."""
_STEPS: Final = {"claim_id": APART, "source_file_id": FILES_APART}
MARK: Final = " copy "
_NAMES: Final = frozenset(
    {"patient_id", "encounter_id", "document_id", "patient_control_number", "original_reference_number"}
)
ACROSS_PATIENTS: Final = frozenset({"EM-07", "NOTE-01"})
"""Checks of a provider's visits and notes over all patients: their cases have no copies."""


def with_copies(check_id: str, tables: Mapping[str, Rows]) -> Mapping[str, Rows]:
    """Return the tables with the rows of claims, encounters and patients three times, under other ids."""
    if check_id in ACROSS_PATIENTS:
        return tables
    return {
        name: [*rows, *_copies(rows)] if name.startswith("core.") else rows for name, rows in tables.items()
    }


def _copies(rows: Rows) -> Sequence[Mapping[str, object]]:
    copies = [
        (row, {name: _other(name, value, number) for name, value in row.items()})
        for number in COPIES
        for row in rows
    ]
    # What names no claim, encounter or patient, as a file, is of all.
    return [copy for row, copy in copies if copy != row]


def _other(name: str, value: object, number: int) -> object:
    if name in _STEPS and isinstance(value, int):
        return value + number * _STEPS[name]
    return f"{value}{MARK}{number}" if name in _NAMES and isinstance(value, str) else value


def without_copies(check_id: str, result: Result) -> Result:
    """Return what a check says of the case alone, having seen that it says as much of each copy."""
    if check_id in ACROSS_PATIENTS:
        return result
    own = [finding for finding in result.findings if _number(finding) == 0]
    said = Counter(map(_content, own))
    for number in COPIES:
        copied = (finding for finding in result.findings if _number(finding) == number)
        assert Counter(map(_content, copied)) == said, "its copy has other findings"
    eligible_count, eligible_rest = divmod(result.eligible_count, 1 + len(COPIES))
    not_checked_count, not_checked_rest = divmod(result.not_checked_count, 1 + len(COPIES))
    assert eligible_rest == not_checked_rest == 0, "its copies count otherwise"
    return replace(result, eligible_count=eligible_count, not_checked_count=not_checked_count, findings=own)


def _number(finding: Mapping[str, object]) -> int:
    """Return 0 for the case itself, else the number of its copy."""
    if isinstance(finding["claim_id"], int):
        return finding["claim_id"] // APART
    _, mark, number = str(finding["encounter_id"]).partition(MARK)
    return int(number) if mark else 0


def _content(finding: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(
        finding[name]
        for name in ("item_number", "code_system", "code", "related_code", "service_date", "release")
    )
