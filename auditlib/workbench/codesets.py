"""Releases of code sets: load, fetch, compare, cover; and codes by search, by page and by tree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.progress import Progress
from auditlib.report.result import Result
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record

if TYPE_CHECKING:
    # anywidget is slow to import: only a session that shows a widget pays for it.
    from auditlib.codesets.library.code_search import CodeSearch
    from auditlib.codesets.library.page import CodePage
    from auditlib.codesets.readers.fiscal_year import Stated
    from auditlib.widgets import CodeBrowser
    from auditlib.workbench.answers import CodeSetAnswer


@answers_on_record
class CodeSets:
    """The code sets of one workspace; every release is kept, and a lookup is by code and date."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def load(
        self,
        paths: Iterable[Path | str] | Path | str,
        *,
        stated: Stated | None = None,
        supersede: bool = False,
        progress: Progress | None = None,
    ) -> CodeSetAnswer:
        """Load publishers' files, ZIPs and folders; see `auditlib.codesets.library.load_code_sets`."""
        from auditlib.codesets.library import load_code_sets as library
        from auditlib.workbench.answers import CodeSetAnswer

        several = [paths] if isinstance(paths, Path | str) else paths
        report = library.load_code_sets(
            self._context.workspace,
            [Path(path).expanduser() for path in several],
            loaded_at=self._context.recorded_at(),
            stated=stated,
            supersede=supersede,
            progress=progress,
        )
        return CodeSetAnswer(report.rows)

    def fetch(
        self,
        name: str,
        year: int,
        *,
        month: str | None = None,
        url: str | None = None,
        progress: Progress | None = None,
    ) -> CodeSetAnswer:
        """Download one release and load it; see `auditlib.codesets.library.load_code_sets`."""
        from auditlib.codesets.library import load_code_sets as library
        from auditlib.workbench.answers import CodeSetAnswer

        report = library.fetch_code_set(
            self._context.workspace,
            name,
            year,
            loaded_at=self._context.recorded_at(),
            month=month,
            url=url,
            progress=progress,
        )
        return CodeSetAnswer(report.rows)

    def add_optional(self, *, progress: Progress | None = None) -> CodeSetAnswer:
        """Load what the installed extras bring; see `auditlib.codesets.library.optional_sets`."""
        from auditlib.codesets.library.optional_sets import add_optional
        from auditlib.workbench.answers import CodeSetAnswer

        report = add_optional(
            self._context.workspace, loaded_at=self._context.recorded_at(), progress=progress
        )
        return CodeSetAnswer(report.rows)

    def list(self) -> Result:
        """Return the releases that are loaded, and the days on which each is effective."""
        return self._context.result(
            "codesets/loaded_release", title="Code sets", hidden=("file_name", "sha256")
        )

    def status(self) -> Result:
        """Return every code set that is known, with what is loaded of it and how to get it."""
        from auditlib.codesets.library import load_code_sets as library

        return Result(library.code_set_status(self._context.workspace), "Known code sets")

    def coverage(self) -> Result:
        """Return which months of the claims have which code sets, and what is therefore not checked."""
        from auditlib.codesets.library import load_code_sets as library

        return Result(library.code_set_coverage(self._context.workspace), "Coverage by code sets")

    def diff(self, old: str, new: str, *, code_system: str | None = None) -> Result:
        """Return what differs between two releases: codes added, deleted and retitled."""
        from auditlib.codesets.library import load_code_sets as library

        changes = library.code_set_difference(self._context.workspace, old, new, code_system=code_system)
        return Result(changes, f"From {old} to {new}")

    def changes(self, code_system: str | None = None, release: str | None = None) -> Result:
        """Return what loading releases changed, code by code."""
        params = {"code_system": code_system, "release": release}
        return self._context.result("codesets/release_change", params, title="Changes by release")

    @cached_property
    def code_search(self) -> CodeSearch:
        """The search over all loaded code sets, as screens use it."""
        from auditlib.codesets.library.code_search import CodeSearch

        return CodeSearch(self._context.warehouse)

    def search(
        self,
        text: str,
        *,
        date: dt.date | None = None,
        code_system: str | None = None,
        billable_only: bool = False,
        limit: int = 20,
    ) -> Result:
        """Return the codes that a text means, the best first.

        Parameters
        ----------
        text
            A code, the start of one, or words in any order; misspellings and abbreviations are understood.
        date
            Only codes in force on this day.
        code_system
            Only this system's codes.
        billable_only
            Leave header codes out.
        limit
            How many at most.
        """
        from auditlib.codesets.library.code_search import hit_frame

        systems = [] if code_system is None else [code_system]
        hits = self.code_search.search(
            text, date=date, code_systems=systems, billable_only=billable_only, limit=limit
        )
        note = self.code_search.not_loaded_note(text, date=date, code_systems=systems)
        return Result(hit_frame(hits), f"Codes for '{text}'", note=note)

    def page(self, code: str, *, date: dt.date | None = None, code_system: str | None = None) -> CodePage:
        """Return all that the loaded releases say about a code; see `CodeSearch.page`."""
        return self.code_search.page(code, date=date, code_system=code_system)

    def browse(self, *, date: dt.date | None = None) -> CodeBrowser:
        """Return the screen that walks the tree of codes and searches as one types."""
        from auditlib.widgets import CodeBrowser

        return CodeBrowser(self.code_search, date=date)
