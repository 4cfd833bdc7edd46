"""Which code sets a check needs, on what terms they are had, and the command that loads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal, get_args

import polars as pl

from auditlib.checks.registry import Check
from auditlib.codesets.readers.manifest import CodeSet, code_sets_of

Terms = Literal[
    "as installed", "a free download", "an extra", "the AMA's terms", "a list of your own", "a licence"
]
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
        case _ if code_set.publisher == "the user":
            return "a list of your own"
        case _:
            return "the AMA's terms" if "AMA's terms" in code_set.licence else "a free download"


def easiest_terms(system: str) -> Terms:
    """Return the easiest terms on which some release of a code system is had."""
    return min((terms_of(code_set) for code_set in code_sets_of(system)), key=TERMS.index)


def terms_of_check(check: Check) -> Terms:
    """Return the terms of what a check needs, a code set or an extra, and is had least easily."""
    own: Terms = "as installed" if check.extra is None else "an extra"
    return max([own, *map(easiest_terms, check.code_sets)], key=TERMS.index)


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
    if code_set is not None and code_set.how == "optional":
        return "auditlib codesets add-optional"
    if code_set is None or not code_set.can_be_fetched:
        which = "" if code_set is None else f"  # {code_set.id}"
        quarter = "" if day is None or not which else f" of {day.year}Q{(day.month - 1) // 3 + 1}"
        return f"auditlib codesets load FILE{which}{quarter}"
    needs_month = any("{month}" in url or "{number}" in url for url in code_set.urls)
    if day is None:
        return f"auditlib codesets fetch {code_set.id} YEAR" + (" --month MONTH" if needs_month else "")
    if system in _FISCAL:
        return (
            f"auditlib codesets fetch {code_set.id} {day.year + (day.month >= _FIRST_MONTH_OF_FISCAL_YEAR)}"
        )
    month = f" --month {_QUARTER_NAMES[(day.month - 1) // 3]}" if needs_month else ""
    return f"auditlib codesets fetch {code_set.id} {day.year}{month}"


@dataclass(frozen=True, slots=True)
class MissingCodeSets:
    """What a check lacks to check what it could not.

    Parameters
    ----------
    names
        The code systems, each with the months of service that have no release of it.
    commands
        The commands that load them, in the order of their days.
    """

    names: tuple[str, ...]
    commands: tuple[str, ...]


def missing_code_sets(
    check: Check, coverage: pl.DataFrame, loaded_systems: Collection[str]
) -> MissingCodeSets:
    """Return the code sets whose release for some days of the claims a check needs and does not find.

    Parameters
    ----------
    check
        The check.
    coverage
        ``code_system``, ``used_month`` and ``not_checked_count``: see
        `auditlib.codesets.library.load_code_sets.code_set_coverage`.
    loaded_systems
        Code systems of which any release is loaded.
    """
    names: list[str] = []
    commands: dict[str, None] = {}
    for system in check.code_sets:
        used = coverage.filter(
            pl.col("code_system") == system,
            pl.col("used_month").is_null()
            | pl.col("used_month").is_between(
                check.effective_from.replace(day=1), check.effective_to or dt.date.max
            ),
        )
        months = used.filter(pl.col("not_checked_count") > 0)["used_month"].drop_nulls().sort().to_list()
        if months:
            first, last = f"{months[0]:%Y-%m}", f"{months[-1]:%Y-%m}"
            names.append(f"{system} {first}" + ("" if first == last else f" to {last}"))
            commands |= dict.fromkeys(loading_command(system, month) for month in months)
        elif used.is_empty() and system not in loaded_systems:
            names.append(system)
            commands[loading_command(system)] = None
    return MissingCodeSets(tuple(names), tuple(commands))
