"""Search, code pages and code tree of the code sets in a warehouse."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
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
from auditlib.codesets.library.classes import CCSR_FACT, COMPLICATION_FACT, HCC_FACT, class_facts
from auditlib.codesets.library.page import CodeBlock, CodeLine, CodeNote, CodePage, CodeVersion
from auditlib.codesets.search import CodeTree, SearchHit, SearchIndex, systems_meant
from auditlib.errors import AuditError, UsageError
from auditlib.warehouse import FileStamp, Warehouse

_PAUSE_SECONDS: Final = 0.5
_MOST_MEMORY_MB: Final = 64
# Time for a screen to show its first values before the index takes the processor.
_OPENING_SECONDS: Final = 1.5
_NO_END: Final = dt.date(9999, 12, 31)
_IN_ORDER: Final = ("code_system", "code", "effective_from", "release")
# Always on a diagnosis page, so that a list that is not loaded does not look like a 'no'.
_POA_EXEMPT: Final = "POA exempt"
# The systems of codes on claims; without a loaded release, their codes are not checked.
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
    """The search index over the releases loaded at one time."""

    releases: tuple[tuple[object, ...], ...]
    codes: pl.DataFrame
    index: SearchIndex
    loaded_systems: dict[tuple[str, dt.date | None], bool] = field(default_factory=dict)


class CodeSearch:
    """Searches codes; the index is built at the first search and rebuilt when releases were loaded since.

    Parameters
    ----------
    warehouse
        The warehouse with the code sets.
    """

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._loaded: _Loaded | None = None
        self._stamp: FileStamp | None = None
        self._trees: dict[dt.date | None, CodeTree] = {}
        self._making = threading.Lock()
        self._ahead: threading.Timer | None = None
        self._has_codes: dict[tuple[FileStamp | None, str, dt.date | None], bool] = {}

    def search(
        self,
        text: str,
        *,
        date: dt.date | None = None,
        code_systems: Collection[str] = (),
        billable_only: bool = False,
        limit: int = 20,
    ) -> list[SearchHit]:
        """Return the codes that match a text; see `auditlib.codesets.search.SearchIndex.search`."""
        return self._current().index.search(
            text, date=date, code_systems=code_systems, billable_only=billable_only, limit=limit
        )

    def suggest(
        self, text: str, *, date: dt.date | None, code_systems: Collection[str], limit: int = 20
    ) -> list[SearchHit]:
        """Return what `search` finds or, while its index is made, codes by their start or the words as typed.

        The index is made in a thread after `prepare` or the first call: whoever types does not wait for it.
        """
        if self._loaded is not None or self._warehouse.stamp() is None:
            return self.search(text, date=date, code_systems=code_systems, limit=limit)
        # It is made in a pause of typing, so that the two do not take turns.
        self._make_after(_PAUSE_SECONDS)
        words = sorted(text.lower().split(), key=len)
        if not words or limit < 1:
            return []
        found = self._warehouse.query(
            "queries/codesets/suggested_code",
            {
                "code": normalise_code(text.strip()),
                "word": words[-1],
                "date": date,
                "code_systems": list(code_systems),
            },
        )
        title = pl.col("long_description").str.to_lowercase()
        has_words = pl.all_horizontal(title.str.contains(word, literal=True) for word in words)
        rows = found.filter(pl.col("is_by_code") | has_words).head(limit).iter_rows(named=True)
        return [
            SearchHit(
                code_system=row["code_system"],
                code=row["code"],
                description=row["long_description"],
                is_billable=row["is_billable"],
                effective_from=row["effective_from"],
                effective_to=row["effective_to"],
                release=row["release"],
                score=1.0,
            )
            for row in rows
        ]

    def prepare(self) -> None:
        """Let a thread make the index soon: for a screen on which a code may be typed at any time."""
        if self._loaded is None and self._warehouse.stamp() is not None:
            self._make_after(_OPENING_SECONDS)

    def _make_after(self, seconds: float) -> None:
        if self._ahead is not None:
            self._ahead.cancel()
        self._ahead = threading.Timer(seconds, self._make_ahead)
        self._ahead.daemon = True
        self._ahead.start()

    def _make_ahead(self) -> None:
        # What keeps the index from being made is said by the first search that waits for it.
        with suppress(AuditError):
            self._current()

    def not_loaded_note(
        self,
        text: str,
        *,
        date: dt.date | None = None,
        code_systems: Collection[str] = (),
    ) -> str:
        """Return a sentence that names the code systems a search looks like and that are not loaded.

        Parameters
        ----------
        text
            The search.
        date
            The day for which a release must be loaded.
        code_systems
            The systems that are searched: of those, each that is not loaded is named.

        Returns
        -------
        str
            Empty if all that the search may be about are loaded.
        """
        meant = code_systems or systems_meant(text)
        absent = [system for system in meant if not self._is_loaded(system, date)] if text.strip() else []
        if not absent:
            return ""
        names = f"{', '.join(absent[:-1])} and {absent[-1]}" if len(absent) > 1 else absent[0]
        when = "" if date is None else f" for {date}"
        return f"{names} titles are not loaded{when}: 'auditlib codesets status' shows how to get them."

    def _is_loaded(self, code_system: str, date: dt.date | None) -> bool:
        key = (code_system, date)
        if self._loaded is None and self._warehouse.stamp() is not None:
            stamped = (self._warehouse.stamp(), *key)
            if stamped not in self._has_codes:
                asked = {"code_system": code_system, "date": date}
                rows = self._warehouse.query("queries/codesets/has_code_on", asked)
                self._has_codes[stamped] = not rows.is_empty()
            return self._has_codes[stamped]
        current = self._current()
        if key not in current.loaded_systems:
            rows = current.codes.filter(pl.col("code_system") == code_system)
            if date is not None:
                last = pl.col("effective_to").fill_null(_NO_END)
                rows = rows.filter(pl.col("effective_from") <= date, last >= date)
            current.loaded_systems[key] = not rows.is_empty()
        return current.loaded_systems[key]

    @property
    def code_count(self) -> int:
        """Number of different codes."""
        return self._current().index.code_count

    def tree(self, date: dt.date | None = None) -> CodeTree:
        """Return the tree of the codes in force on a date, or of all codes."""
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
            The day of the page; by default the latest loaded.
        code_system
            May be omitted if only one loaded system has the code.

        Raises
        ------
        UsageError
            If no loaded release has the code, or several systems have it and none is named.
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
            status=self._status_on(system, date, is_in_force=not in_force.is_empty()),
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
                self._rows_on("queries/codesets/code_page_axis", about, day)
                .select("axis", "character", "label")
                .rows()
            ),
            categories=tuple(self._rows_on("queries/codesets/code_page_category", about, day).rows()),
        )

    def _rows_on(self, name: str, about: dict[str, object], day: dt.date) -> pl.DataFrame:
        return self._warehouse.query(name, {**about, "day": day})

    def _lists(self, about: dict[str, object], day: dt.date) -> tuple[tuple[str, str], ...]:
        """Return the entries of the loaded lists and schemes; for a diagnosis also those not loaded."""
        is_diagnosis = about["code_system"] == ICD10CM
        loaded = dict(self._rows_on("queries/codesets/code_page_list", about, day).iter_rows())
        facts = class_facts(self._rows_on("queries/codesets/code_page_class", about, day), self._exclusion)
        if _POA_EXEMPT in loaded:
            facts[_POA_EXEMPT] = "yes" if loaded.pop(_POA_EXEMPT) else "no"
        others = {name: "yes" for name, is_on_list in loaded.items() if is_on_list}
        noted = self._warehouse.query(
            "queries/codesets/code_page_note_count", {"code_system": about["code_system"], "day": day}
        ).item()
        notes = {"Notes": "not loaded for this release"} if is_diagnosis and noted == 0 else {}
        always = (COMPLICATION_FACT, HCC_FACT, CCSR_FACT, _POA_EXEMPT) if is_diagnosis else ()
        missing = {name: "not loaded" for name in always if name not in facts}
        return tuple({**notes, **missing, **facts, **others}.items())

    def _exclusion(self, exclusion_set: str) -> tuple[int, str | None]:
        exclusions = self._warehouse.query(
            "queries/codesets/code_page_exclusion", {"exclusion_set": exclusion_set}
        )
        return int(exclusions["code_count"][0]), exclusions["first_code"][0]

    def _system_of(self, code: str, code_system: str | None) -> str:
        """Return the system that has a code, which its form never decides."""
        codes = self._current().codes
        having = codes.filter(pl.col("code") == code)["code_system"].unique().sort().to_list()
        if code_system in having:
            return str(code_system)
        shown_code_text = code[:20] or "nothing"
        loaded = set(codes["code_system"].unique())
        if code_system is not None and code_system not in loaded:
            message = (
                f"No release of {code_system[:40]} is loaded: the code {shown_code_text} is not checked."
            )
            hint = f"'auditlib codesets status' shows how to get it. Loaded: {_listed(loaded)}."
            raise UsageError(message, hint=hint)
        if code_system is not None or not having:
            where = code_system or "any code set"
            message = f"No loaded release of {where} has the code {shown_code_text}."
            raise UsageError(message, hint=self._hint_of_absence(code_system, loaded))
        if len(having) > 1:
            message = f"{shown_code_text} is a code of {' and of '.join(having)}."
            raise UsageError(message, hint=f"Name the code system, as --system '{having[0]}'.")
        return str(having[0])

    def _hint_of_absence(self, code_system: str | None, loaded: Collection[str]) -> str:
        """Return the hint for an unknown code: what to do, and which code sets cannot rule it out."""
        search = "'auditlib codesets search' finds codes by their start or by words."
        absent = [name for name in _ON_CLAIMS if code_system is None and name not in loaded]
        if absent:
            search = f"Not loaded, so not checked: {', '.join(absent)}. {search}"
        unproved = self._warehouse.query("queries/codesets/confirming_system")
        if code_system is not None:
            unproved = unproved.filter(pl.col("code_system") == code_system)
        if unproved.is_empty():
            return search
        names = ", ".join(f"{system} ({releases})" for system, releases in unproved.iter_rows())
        return f"Old lists of {names} can only confirm codes, so the code may still exist. {search}"

    def _status_on(self, code_system: str, date: dt.date | None, *, is_in_force: bool) -> str:
        if date is None or is_in_force:
            return "in force" if is_in_force else ""
        params = {"code_system": code_system, "date": date}
        effective = self._warehouse.query("queries/codesets/code_page_release", params)
        if effective.is_empty():
            return f"not checked: no release of {code_system} is loaded for this day"
        if effective["can_only_confirm"].all():
            return f"not checked: {', '.join(effective['release'])} can only confirm codes and lacks this one"
        return "not in force"

    def _current(self) -> _Loaded:
        with self._making:
            stamp = self._warehouse.stamp()
            if self._loaded is not None and stamp is not None and stamp == self._stamp:
                return self._loaded
            releases = tuple(self._warehouse.query("queries/codesets/loaded_release").iter_rows())
            if self._loaded is None or self._loaded.releases != releases:
                with self._warehouse.kept_open(most_memory_mb=_MOST_MEMORY_MB):
                    codes = self._warehouse.query("queries/codesets/search_code").sort(*_IN_ORDER)
                    notes = self._warehouse.query("queries/codesets/search_note")
                index = SearchIndex(codes, notes)
                self._loaded = _Loaded(releases, codes, index)
                self._trees = {}
            self._stamp = stamp
            return self._loaded


def hit_frame(hits: list[SearchHit]) -> pl.DataFrame:
    """Return the hits of a search, one row each, with formatted codes."""
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
