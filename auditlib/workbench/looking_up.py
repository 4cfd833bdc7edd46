"""What can be looked up in the loaded code sets: by search, on a code's page, in a browser of the tree."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from auditlib.codesets.library.code_search import CodeSearch, hit_frame
from auditlib.codesets.library.page import CodePage
from auditlib.workspace.folder import Workspace

if TYPE_CHECKING:
    # anywidget is slow to import: only a session that shows a widget pays for it.
    from auditlib.widgets import CodeBrowser


class LookingUp:
    """Codes by search, by page and by tree; a lookup is by code and date."""

    workspace: Workspace

    @cached_property
    def code_search(self) -> CodeSearch:
        """The search over all loaded code sets."""
        return CodeSearch(self.workspace.warehouse())

    def search(
        self,
        text: str,
        *,
        date: dt.date | None = None,
        code_system: str | None = None,
        billable_only: bool = False,
        limit: int = 20,
    ) -> pl.DataFrame:
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
            Leave headings out.
        limit
            How many at most.
        """
        systems = [] if code_system is None else [code_system]
        found = self.code_search.search(
            text, date=date, code_systems=systems, billable_only=billable_only, limit=limit
        )
        return hit_frame(found)

    def code_page(
        self, code: str, *, date: dt.date | None = None, code_system: str | None = None
    ) -> CodePage:
        """Return all that the loaded releases say about a code; see `CodeSearch.page`."""
        return self.code_search.page(code, date=date, code_system=code_system)

    def code_browser(self, *, date: dt.date | None = None) -> CodeBrowser:
        """Return the screen that walks the tree of codes and searches as one types."""
        from auditlib.widgets import CodeBrowser  # noqa: PLC0415 - see above

        return CodeBrowser(self.code_search, date=date)
