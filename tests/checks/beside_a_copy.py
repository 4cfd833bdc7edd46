"""Each case is judged beside a copy of itself on other claims of other patients, and must not mix with it.

A check that compares rows of one claim, stay or patient with those of another finds too much or too little then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from tests.checks.cases import Result, Rows

APART: Final = 1_000_000
MARK: Final = " copy"
_NAMES: Final = frozenset(
    {"patient_id", "encounter_id", "document_id", "patient_control_number", "original_reference_number"}
)
ACROSS_PATIENTS: Final = frozenset({"EM-07", "NOTE-01"})
"""Checks of a provider's visits and notes over all patients: their cases have no copy."""


def with_copy(check_id: str, tables: Mapping[str, Rows]) -> Mapping[str, Rows]:
    """Return the tables with the rows of claims, encounters and patients twice, under other ids."""
    if check_id in ACROSS_PATIENTS:
        return tables
    return {
        name: [*rows, *_copies(rows)] if name.startswith("core.") else rows for name, rows in tables.items()
    }


def _copies(rows: Rows) -> Sequence[Mapping[str, object]]:
    copies = [{name: _other(name, value) for name, value in row.items()} for row in rows]
    # What names no claim, encounter or patient, as a file, is of both.
    return [copy for copy, row in zip(copies, rows, strict=True) if copy != row]


def _other(name: str, value: object) -> object:
    if name == "claim_id" and isinstance(value, int):
        return value + APART
    return f"{value}{MARK}" if name in _NAMES and isinstance(value, str) else value


def without_copy(check_id: str, result: Result) -> Result:
    """Return what a check says of the case alone, having seen that it says as much of the copy."""
    if check_id in ACROSS_PATIENTS:
        return result
    own = [finding for finding in result.findings if not _is_copy(finding)]
    copied = [finding for finding in result.findings if _is_copy(finding)]
    assert Counter(map(_content, own)) == Counter(map(_content, copied)), "its copy has other findings"
    assert result.eligible_count % 2 == result.not_checked_count % 2 == 0, "its copy counts otherwise"
    return replace(
        result,
        eligible_count=result.eligible_count // 2,
        not_checked_count=result.not_checked_count // 2,
        findings=own,
    )


def _is_copy(finding: Mapping[str, object]) -> bool:
    claim_id = finding["claim_id"]
    is_of_copied_claim = isinstance(claim_id, int) and claim_id >= APART
    return is_of_copied_claim or str(finding["encounter_id"]).endswith(MARK)


def _content(finding: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(
        finding[name]
        for name in ("item_number", "code_system", "code", "related_code", "service_date", "release")
    )
