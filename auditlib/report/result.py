"""What a call of the workbench returns: a frame with a title, a display, and a picture where one helps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

from auditlib.errors import UsageError
from auditlib.report.table import DisplayTable, display_table

if TYPE_CHECKING:
    # Altair is slow to import: only a session that draws pays for it.
    import altair as alt

    Picture = Callable[..., "alt.TopLevelMixin"]


@dataclass(frozen=True, slots=True)
class Result:
    """One answer of the workbench.

    Parameters
    ----------
    frame
        The rows.
    title
        What the rows are, as a heading.
    note
        A sentence below the table.
    hidden
        Columns of the frame that the display leaves out.
    picture
        Draws the frame; None where no picture makes sense.
    missing
        Why there is nothing to show and what to do about it; None where there is.
    row_limit
        Most rows shown; the rest is counted below. None shows all.
    """

    frame: pl.DataFrame
    title: str = ""
    note: str = ""
    hidden: Sequence[str] = ()
    picture: Picture | None = None
    missing: str | None = None
    row_limit: int | None = 50

    def __len__(self) -> int:
        return self.frame.height

    def plot(self, **options: Any) -> alt.TopLevelMixin | Notice:  # noqa: ANN401 - options of the picture
        """Return the rows as a chart.

        Parameters
        ----------
        **options
            Options of the picture, as ``reference`` of the accuracy by coder.

        Raises
        ------
        UsageError
            If there is no picture of these rows.
        """
        if self.missing is not None:
            return Notice(self.missing)
        if self.picture is None:
            message = f"There is no picture of {self.title.lower() or 'these rows'}."
            raise UsageError(message, hint="The rows are in .frame.")
        if self.frame.is_empty():
            return Notice(f"{self.title}: no rows, so there is nothing to draw.")
        from auditlib.plots import enable_renderer  # noqa: PLC0415 - see above

        enable_renderer()
        return self.picture(self.frame, **options)

    def top(self, row_count: int) -> Result:
        """Return the same answer with no more than so many rows shown."""
        return replace(self, row_limit=row_count)

    def where(self, **values: object) -> Result:
        """Return the rows whose columns have these values.

        Raises
        ------
        UsageError
            If the rows have no such column.
        """
        if unknown := sorted(set(values) - set(self.frame.columns)):
            if self.missing is not None:
                return self
            message = f"There is no column '{unknown[0]}'."
            raise UsageError(message, hint=f"Columns: {', '.join(self.frame.columns)}.")
        return replace(self, frame=self.frame.filter(**values))

    def _table(self) -> DisplayTable:
        visible = self.frame.drop(self.hidden, strict=False)
        return display_table(visible, title=self.title, note=self.note, row_limit=self.row_limit)

    def _repr_html_(self) -> str:
        return self._table()._repr_html_() if self.missing is None else Notice(self.missing)._repr_html_()

    def __repr__(self) -> str:
        return repr(self._table()) if self.missing is None else self.missing


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence in the place of an answer: what is missing, and what to do."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        line = "border-left:3px solid var(--jp-border-color0, #8d99a8)"
        style = f"{line};padding:6px 12px;margin:6px 0;max-width:90ch"
        return f'<div style="{style}">{escape(self.text)}</div>'


def missing(text: str, title: str = "", *, frame: pl.DataFrame | None = None) -> Result:
    """Return an answer without rows that says what is missing, and what to do."""
    return Result(pl.DataFrame() if frame is None else frame, title, missing=text)
