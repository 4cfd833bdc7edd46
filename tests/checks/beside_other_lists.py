"""Each case is judged beside rows of lists that its check does not ask, which hold all of its codes.

A check that reads rows of another code system, list, kind of note, setting or release says too much.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tests.checks.cases import Rows

OTHER: Final = "other "
_SELECTORS: Final[Mapping[str, tuple[str, ...]]] = {
    # Of the releases of one code system a code is in force by its days, whichever holds it.
    "ref.code": ("code_system",),
    "ref.code_note": ("code_system", "note_kind", "release"),
    "ref.code_exclusion": ("code_system", "release"),
    "ref.code_list": ("list_name", "code_system", "release"),
    "ref.code_category": ("scheme", "code_system", "release"),
    "ref.hcpcs_detail": ("code_system",),
    "ref.ptp_edit": ("setting",),
    "ref.mue": ("setting",),
    "ref.fee_schedule": ("release",),
    "ref.outpatient_rate": ("release",),
}


def with_other_lists(tables: Mapping[str, Rows]) -> Mapping[str, Rows]:
    """Return the tables with each row of a list again under another name of what selects it."""
    coded = sorted(
        {
            row["code"]
            for name, rows in tables.items()
            if name.startswith("core.")
            for row in rows
            if isinstance(row.get("code"), str)
        },
        key=str,
    )
    return {
        name: [*_others(name, rows, coded), *rows] if name in _SELECTORS else rows
        for name, rows in tables.items()
    }


def _others(name: str, rows: Rows, coded: list[object]) -> Iterator[Mapping[str, object]]:
    written: set[tuple[object, ...]] = set()
    for row in rows:
        for selector in _SELECTORS[name]:
            # What replaced a code is asked of all releases.
            if not isinstance(row.get(selector), str) or (
                selector == "release" and row.get("note_kind") == "replaced by"
            ):
                continue
            # Not the row itself: a check that asks for all lists but its own would find it there.
            for code in coded if "code" in row else (None,):
                other = {**row, selector: f"{OTHER}{row[selector]}"}
                if "code" in row:
                    other["code"] = code
                content = tuple(other.values())
                if content not in written:
                    written.add(content)
                    yield other
