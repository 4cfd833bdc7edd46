"""Which code sets a check needs, on what terms they are had, and the command that loads them."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal, get_args

from auditlib.checks.registry import Check
from auditlib.codesets.readers.manifest import CodeSet, code_sets_of

Terms = Literal["as installed", "a free download", "an extra", "the AMA's terms", "a licence"]
TERMS: Final[tuple[Terms, ...]] = get_args(Terms)
"""From the easiest: what comes along first, what has to be paid for last."""
_FISCAL: Final = frozenset(
    {"ICD-10-CM", "ICD-10-CM notes", "ICD-10-PCS", "POA exempt", "Medicare Code Editor", "MS-DRG"}
)
_QUARTER_NAMES: Final = ("january", "april", "july", "october")
_FIRST_MONTH_OF_FISCAL_YEAR: Final = 10


def terms_of(code_set: CodeSet) -> Terms:
    """Return on what terms a code set is had."""
    match code_set.how:
        case "embedded":
            return "as installed"
        case "optional":
            return "an extra"
        case "licensed":
            return "a licence"
        case _:
            return "the AMA's terms" if "AMA's terms" in code_set.licence else "a free download"


def easiest_terms(system: str) -> Terms:
    """Return the easiest terms on which some release of a code system is had."""
    return min((terms_of(code_set) for code_set in code_sets_of(system)), key=TERMS.index)


def terms_of_check(check: Check) -> Terms:
    """Return the terms of the code set that a check needs and that is had least easily."""
    return max(map(easiest_terms, check.code_sets), key=TERMS.index, default="as installed")


def code_set_to_load(system: str) -> CodeSet | None:
    """Return the code set that brings further releases of a system: one that can be fetched before others."""
    matches = [code_set for code_set in code_sets_of(system) if code_set.how != "embedded"]
    return min(matches, key=lambda one: (not one.can_be_fetched, one.how == "optional"), default=None)


def loading_command(system: str, day: dt.date | None = None) -> str:
    """Return the command that loads the release of a code system for a day, or for a year to be filled in.

    Parameters
    ----------
    system
        As `ref.release` names it.
    day
        A day of service; None for the placeholder ``YEAR``.
    """
    code_set = code_set_to_load(system)
    if code_set is None:
        return "auditlib codesets load FILE"
    if code_set.how == "optional":
        return "auditlib codesets add-optional"
    if not code_set.can_be_fetched:
        return "auditlib codesets load FILE"
    needs_month = any("{month}" in url or "{number}" in url for url in code_set.urls)
    if day is None:
        return f"auditlib codesets fetch {code_set.id} YEAR" + (" --month MONTH" if needs_month else "")
    if system in _FISCAL:
        return (
            f"auditlib codesets fetch {code_set.id} {day.year + (day.month >= _FIRST_MONTH_OF_FISCAL_YEAR)}"
        )
    month = f" --month {_QUARTER_NAMES[(day.month - 1) // 3]}" if needs_month else ""
    return f"auditlib codesets fetch {code_set.id} {day.year}{month}"
