"""The groupings of one code in words: CC/MCC, risk categories (HCC), CCSR."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from auditlib.codes import shown_code
from auditlib.codes.systems import ICD10CM
from auditlib.codesets.readers.optional import COMPLICATION, EXCLUSION_SET

COMPLICATION_FACT: Final = COMPLICATION
HCC_FACT: Final = "HCC"
CCSR_FACT: Final = "CCSR"


def class_facts(classes: pl.DataFrame, exclusion: Callable[[str], tuple[int, str | None]]) -> dict[str, str]:
    """Return a code's class by each loaded scheme, as label and text; schemes not loaded are missing.

    Parameters
    ----------
    classes
        ``scheme``, ``category``, ``category_title`` of every scheme effective on the day; category is null if
        the code has none.
    exclusion
        Function that returns the number and the first of the principal diagnoses in an exclusion set.
    """
    by_scheme: dict[str, list[tuple[str, str | None]]] = {}
    for scheme, category, title in classes.iter_rows():
        of_scheme = by_scheme.setdefault(scheme, [])
        if category is not None:
            of_scheme.append((category, title))
    facts: dict[str, str] = {}
    sets = by_scheme.pop(EXCLUSION_SET, [])
    if COMPLICATION in by_scheme:
        levels = by_scheme.pop(COMPLICATION)
        facts[COMPLICATION_FACT] = (
            f"{levels[0][0]}{_not_beside(sets, exclusion)}" if levels else "neither CC nor MCC"
        )
    risk = {scheme: by_scheme.pop(scheme) for scheme in list(by_scheme) if scheme.split()[0].endswith("HCC")}
    if risk:
        named = [f"{scheme} {_class(*one)}" for scheme, ones in risk.items() for one in ones]
        # A mapping lists only codes with an HCC; a code new in October may be added to it later.
        facts[HCC_FACT] = "; ".join(named) or f"none named in {', '.join(risk)}"
    if CCSR_FACT in by_scheme:
        facts[CCSR_FACT] = ", ".join(category for category, _ in by_scheme[CCSR_FACT]) or "none named"
    return facts


def _class(category: str, title: str | None) -> str:
    return category if title is None else f"{category} {title}"


def _not_beside(
    sets: list[tuple[str, str | None]], exclusion: Callable[[str], tuple[int, str | None]]
) -> str:
    if not sets:
        return ""
    count, first = exclusion(sets[0][0])
    if first is None:
        return ""
    first_code = shown_code(ICD10CM, first)
    others = "" if count == 1 else f" and {count - 1:,} more"
    return f", not counted beside the principal diagnosis {first_code}{others}"
