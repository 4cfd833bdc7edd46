"""Search, pages and tree of the code sets that a warehouse holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.codes import normalise_code, shown_code
from auditlib.codes.systems import (
    CARC,
    CPT,
    DISCHARGE_STATUS,
    HCPCS,
    ICD10CM,
    ICD10PCS,
    MODIFIER,
    RARC,
    REVENUE_CODE,
    TYPE_OF_BILL,
)
from auditlib.codesets.library.classes import CCSR_FACT, COMPLICATION_FACT, HCC_FACT, classes_said
from auditlib.codesets.library.page import CodeBlock, CodeLine, CodeNote, CodePage, CodeVersion
from auditlib.codesets.search import CodeTree, SearchHit, SearchIndex
from auditlib.errors import UsageError
from auditlib.warehouse import Warehouse

_Stamp = tuple[int, int] | None
_NO_END: Final = dt.date(9999, 12, 31)
# What a page of a diagnosis always answers: without a list it must not look as if the answer were no.
_POA_EXEMPT: Final = "POA exempt"
# The systems of the codes on claims: what is not loaded of them says nothing of a code.
_ON_CLAIMS: Final = (
    ICD10CM,
    ICD10PCS,
    CPT,
    HCPCS,
    MODIFIER,
    REVENUE_CODE,
    TYPE_OF_BILL,
    DISCHARGE_STATUS,
    CARC,
    RARC,
)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The index over what was loaded at one time."""

    releases: tuple[tuple[object, ...], ...]
    codes: pl.DataFrame
    index: SearchIndex


class CodeSearch:
    """Looks codes up; the index is built at the first search and again when releases were loaded since.

    Parameters
    ----------
    warehouse
        Where the code sets are.
    """

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._loaded: _Loaded | None = None
        self._stamp: _Stamp = None
        self._trees: dict[dt.date | None, CodeTree] = {}

    def search(
        self,
        text: str,
        *,
        date: dt.date | None = None,
        code_systems: Collection[str] = (),
        billable_only: bool = False,
        limit: int = 20,
    ) -> list[SearchHit]:
        """Return the codes that a text means; see `auditlib.codesets.search.SearchIndex.search`."""
        return self._current().index.search(
            text, date=date, code_systems=code_systems, billable_only=billable_only, limit=limit
        )

    @property
    def code_count(self) -> int:
        """How many codes can be found, each counted once."""
        return self._current().index.code_count

    def tree(self, date: dt.date | None = None) -> CodeTree:
        """Return the tree of the codes in force on a date; without one, of every code."""
        codes = self._current().codes
        if date not in self._trees:
            self._trees[date] = CodeTree(codes, date=date)
        return self._trees[date]

    def page(self, code: str, *, date: dt.date | None = None, code_system: str | None = None) -> CodePage:
        """Return a code's page.

        Parameters
        ----------
        code
            With or without its dot.
        date
            The day asked about; by default the latest that is loaded.
        code_system
            May be left out where only one loaded system has the code.

        Raises
        ------
        UsageError
            If no loaded release has the code, or several systems have it and none was named.
        """
        stored = normalise_code(code)
        system = self._system_of(stored, code_system)
        about: dict[str, object] = {"code_system": system, "code": stored}
        dated = {**about, "date": date}
        versions = self._warehouse.query("queries/codesets/code_page_version", dated)
        in_force = versions.filter("is_in_force")
        chosen = (versions if in_force.is_empty() else in_force).tail(1)
        version = _versions(chosen)[0]
        line = self._warehouse.query("queries/codesets/code_page_line", dated)
        day = date if date is not None and not in_force.is_empty() else version.effective_to or _NO_END
        blocks = self._warehouse.query("queries/codesets/code_page_block", {**about, "day": day})
        places = {"places": [*line["code"], *blocks["block"]], "day": day}
        notes = self._warehouse.query("queries/codesets/code_page_note", {"code_system": system, **places})
        seventh = self._warehouse.query(
            "queries/codesets/code_page_seventh", {"code_system": system, **places}
        )
        changes = self._warehouse.query("queries/codesets/code_page_change", about)
        return CodePage(
            code_system=system,
            code=stored,
            date=date,
            standing=self._standing(system, date, is_in_force=not in_force.is_empty()),
            version=version,
            versions=_versions(versions),
            blocks=tuple(CodeBlock(*row) for row in blocks.iter_rows()),
            ancestors=_lines(system, line.filter(pl.col("step") > 0)),
            children=_lines(system, self._warehouse.query("queries/codesets/code_page_child", dated)),
            notes=tuple(CodeNote(*row) for row in notes.iter_rows()),
            seventh_place=None if seventh.is_empty() else seventh["place"][0],
            seventh_characters=tuple(seventh.select("character", "meaning").iter_rows()),
            predecessors=_lines(system, changes.filter(pl.col("role") == "predecessor")),
            successors=_lines(system, changes.filter(pl.col("role") == "successor")),
            lists=self._lists(about, date or day),
            axes=tuple(
                self._told("queries/codesets/code_page_axis", about, day)
                .select("axis", "character", "label")
                .rows()
            ),
            categories=tuple(self._told("queries/codesets/code_page_category", about, day).rows()),
        )

    def _told(self, name: str, about: dict[str, object], day: dt.date) -> pl.DataFrame:
        return self._warehouse.query(name, {**about, "day": day})

    def _lists(self, about: dict[str, object], day: dt.date) -> tuple[tuple[str, str], ...]:
        """Return what the loaded lists and schemes say; for a diagnosis also which of them are not loaded."""
        is_diagnosis = about["code_system"] == ICD10CM
        loaded = dict(self._told("queries/codesets/code_page_list", about, day).iter_rows())
        said = classes_said(self._told("queries/codesets/code_page_class", about, day), self._exclusion)
        if _POA_EXEMPT in loaded:
            said[_POA_EXEMPT] = "yes" if loaded.pop(_POA_EXEMPT) else "no"
        others = {name: "yes" for name, is_on_list in loaded.items() if is_on_list}
        noted = self._warehouse.query(
            "queries/codesets/code_page_note_count", {"code_system": about["code_system"], "day": day}
        ).item()
        notes = {"Notes": "not loaded for this release"} if is_diagnosis and noted == 0 else {}
        always = (COMPLICATION_FACT, HCC_FACT, CCSR_FACT, _POA_EXEMPT) if is_diagnosis else ()
        missing = {name: "not loaded" for name in always if name not in said}
        return tuple({**notes, **missing, **said, **others}.items())

    def _exclusion(self, exclusion_set: str) -> tuple[int, str | None]:
        found = self._warehouse.query(
            "queries/codesets/code_page_exclusion", {"exclusion_set": exclusion_set}
        )
        return int(found["code_count"][0]), found["first_code"][0]

    def _system_of(self, code: str, code_system: str | None) -> str:
        """Return the system that has a code; a code's shape never decides it."""
        codes = self._current().codes
        having = codes.filter(pl.col("code") == code)["code_system"].unique().sort().to_list()
        if code_system in having:
            return str(code_system)
        shown = code[:20] or "nothing"
        loaded = set(codes["code_system"].unique())
        if code_system is not None and code_system not in loaded:
            message = f"No release of {code_system[:40]} is loaded: the code {shown} is not checked."
            hint = f"'auditlib codesets WORKSPACE status' says how to get it. Loaded: {_listed(loaded)}."
            raise UsageError(message, hint=hint)
        if code_system is not None or not having:
            where = code_system or "any code set"
            message = f"No loaded release of {where} has the code {shown}."
            raise UsageError(message, hint=self._hint_of_absence(code_system, loaded))
        if len(having) > 1:
            message = f"{shown} is a code of {' and of '.join(having)}."
            raise UsageError(message, hint=f"Name the code system, as --system '{having[0]}'.")
        return str(having[0])

    def _hint_of_absence(self, code_system: str | None, loaded: Collection[str]) -> str:
        """Say how to go on, and that what is not loaded or can only confirm proves nothing by its silence."""
        search = "'auditlib search' finds codes by their start or by words."
        absent = [name for name in _ON_CLAIMS if code_system is None and name not in loaded]
        if absent:
            search = f"Not loaded, so not checked: {', '.join(absent)}. {search}"
        unproved = self._warehouse.query("queries/codesets/confirming_system")
        if code_system is not None:
            unproved = unproved.filter(pl.col("code_system") == code_system)
        if unproved.is_empty():
            return search
        names = ", ".join(f"{system} ({releases})" for system, releases in unproved.iter_rows())
        return f"Old lists can only confirm, so this says nothing of a code of {names}. {search}"

    def _standing(self, code_system: str, date: dt.date | None, *, is_in_force: bool) -> str:
        if date is None or is_in_force:
            return "in force" if is_in_force else ""
        params = {"code_system": code_system, "date": date}
        speaking = self._warehouse.query("queries/codesets/code_page_release", params)
        if speaking.is_empty():
            return f"not checked: no release of {code_system} is loaded for this day"
        if speaking["can_only_confirm"].all():
            return f"not checked: {', '.join(speaking['release'])} can confirm a code and lacks this one"
        return "not in force"

    def _current(self) -> _Loaded:
        stamp = self._file_stamp()
        if self._loaded is not None and stamp is not None and stamp == self._stamp:
            return self._loaded
        releases = tuple(self._warehouse.query("queries/codesets/loaded_release").iter_rows())
        if self._loaded is None or self._loaded.releases != releases:
            codes = self._warehouse.query("queries/codesets/search_code")
            index = SearchIndex(codes, self._warehouse.query("queries/codesets/search_note"))
            self._loaded = _Loaded(releases, codes, index)
            self._trees = {}
        self._stamp = stamp
        return self._loaded

    def _file_stamp(self) -> _Stamp:
        """Return what changes when the warehouse is written; None for one in memory."""
        if not self._warehouse.path.exists():
            return None
        status = self._warehouse.path.stat()
        return status.st_mtime_ns, status.st_size


def hit_frame(hits: list[SearchHit]) -> pl.DataFrame:
    """Return the hits of a search, a row each, with codes as people write them."""
    return pl.DataFrame(
        [
            (
                hit.code_system,
                shown_code(hit.code_system, hit.code),
                hit.description,
                hit.is_billable,
                hit.effective_from,
                hit.effective_to,
                hit.score,
            )
            for hit in hits
        ],
        schema={
            "code_system": pl.String,
            "code": pl.String,
            "description": pl.String,
            "is_billable": pl.Boolean,
            "effective_from": pl.Date,
            "effective_to": pl.Date,
            "score": pl.Float64,
        },
        orient="row",
    )


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _versions(rows: pl.DataFrame) -> tuple[CodeVersion, ...]:
    return tuple(CodeVersion(*row) for row in rows.drop("is_in_force").iter_rows())


def _lines(code_system: str, rows: pl.DataFrame) -> tuple[CodeLine, ...]:
    columns = ("code", "long_description", "is_billable")
    return tuple(CodeLine(code_system, *row) for row in rows.select(columns).iter_rows())
