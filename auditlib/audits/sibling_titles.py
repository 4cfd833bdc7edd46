"""What a code means: its title, what it is also called, and the titles of its category by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

import polars as pl

from auditlib.codes.systems import ICD10CM, ICD10PCS
from auditlib.evidence import CategoryTitles, CodeMeaning
from auditlib.warehouse import Warehouse

_CATEGORY_LENGTH: Final = 3
_SYSTEMS: Final = (ICD10CM, ICD10PCS)


class SiblingTitles:
    """Titles by category; what was read once is kept, so that a worklist reads each category once."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._rows: dict[str, pl.DataFrame] = {}
        # A title is kept once, however many codes have it as a sibling.
        self._titles: dict[str, list[str]] = {}
        self._terms: dict[str, dict[str, tuple[str, ...]]] = {}
        self._stems: dict[str, CategoryTitles] = {}

    def read(self, codes: Iterable[tuple[str, str]]) -> None:
        """Read the categories of code systems and codes that are not read yet."""
        categories = {code[:_CATEGORY_LENGTH] for system, code in codes if system in _SYSTEMS}
        missing = sorted(categories - self._rows.keys())
        if not missing:
            return
        rows = self._warehouse.query(
            "queries/codesets/category_title", {"categories": missing, "code_systems": list(_SYSTEMS)}
        )
        parts = rows.partition_by("category", as_dict=True, include_key=False)
        found = {category: parts.get((category,), rows.clear()) for category in missing}
        self._titles |= {category: part["title"].to_list() for category, part in found.items()}
        self._rows |= {
            category: part.drop("title").with_row_index("place") for category, part in found.items()
        }
        terms = self._warehouse.query("queries/codesets/category_term", {"categories": missing})
        by_code = terms.group_by("code", maintain_order=True).agg("term").iter_rows()
        self._terms |= {category: {} for category in missing}
        for code, listed in by_code:
            self._terms[code[:_CATEGORY_LENGTH]][code] = tuple(listed)

    def _terms_of(self, code: str) -> tuple[str, ...]:
        """Return the inclusion terms of a diagnosis, its own first, then its headers'."""
        terms = self._terms.get(code[:_CATEGORY_LENGTH], {})
        levels = (code[:length] for length in range(len(code), _CATEGORY_LENGTH - 1, -1))
        return tuple(dict.fromkeys(term for level in levels for term in terms.get(level, ())))

    def meaning(self, code_system: str, code: str, title: str, day: dt.date | None) -> CodeMeaning:
        """Return what a code means on a day, with the titles of its siblings then.

        Parameters
        ----------
        code_system, code
            The code in stored form, of a category that was read.
        title
            Its title.
        day
            The day of service; none knows no siblings.
        """
        category = code[:_CATEGORY_LENGTH]
        rows = self._rows.get(category)
        if rows is None or day is None or code_system not in _SYSTEMS:
            return CodeMeaning(title)
        places = rows.filter(
            pl.col("code_system") == code_system,
            pl.col("code") != code,
            pl.col("effective_from") <= day,
            pl.col("effective_to") >= day,
        )["place"].to_list()
        titles = self._titles[category]
        siblings = dict.fromkeys(titles[place] for place in places)
        terms = self._terms_of(code) if code_system == ICD10CM else ()
        kept = self._stems.setdefault(category, CategoryTitles())
        return CodeMeaning(title, tuple(siblings), terms, kept)
