"""What a call of the workbench returns: a frame with a title, a display, and a picture where one helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from auditlib.errors import UsageError
from auditlib.report.formatting import Withheld, columns_of
from auditlib.report.suppress import (
    SMALL_COUNTS_WITHHELD,
    USUAL_BELOW,
    names_single_units,
    require_smallest_count,
    withhold_small_counts,
)
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
    apart
        Shows HTML that must not be saved with a notebook, as the text of a chart; None where it may be.
    form
        What the access log says of the rows once they are written: identified, or small counts withheld.
    on_record
        Enters in the access log that the rows are written: title, file and form; None where they are of no
        workspace.
    """

    frame: pl.DataFrame
    title: str = ""
    note: str = ""
    hidden: Sequence[str] = ()
    picture: Picture | None = None
    missing: str | None = None
    row_limit: int | None = 50
    apart: Callable[[str], Mapping[str, object]] | None = None
    form: str = "identified"
    on_record: Callable[[str, Path, str], None] | None = field(default=None, compare=False)

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

    def suppressed(self, below: int = USUAL_BELOW) -> Result:
        """Return the rows as they may leave the house: small counts and what gives them away are null.

        Rows on single encounters, claims or units are left out, and so is the picture.

        Parameters
        ----------
        below
            Smallest count that is shown, 2 or more; 0 is shown too.

        Raises
        ------
        UsageError
            If the smallest count is 1 or less.
        """
        require_smallest_count(below)
        columns = columns_of(self.frame, {})
        rows = withhold_small_counts(columns, [list(row) for row in self.frame.rows()], below=below)
        frame = pl.DataFrame(
            [[None if isinstance(value, Withheld) else value for value in row] for row in rows],
            schema=self.frame.schema,
            orient="row",
        )
        if names_single_units(self.frame.columns):
            frame = frame.clear()
        said = f"Counts below {below} and what would give them away are withheld."
        return replace(
            self,
            frame=frame,
            note=f"{self.note} {said}".strip(),
            picture=None,
            form=SMALL_COUNTS_WITHHELD,
        )

    def write(self, path: Path | str) -> Path:
        """Write the rows as CSV or XLSX, by the ending of the name; a file that is there is not replaced.

        Raises
        ------
        UsageError
            If the name ends otherwise, the file is there, or it cannot be written.
        StoreError
            If the access log of the workspace cannot hold it.
        """
        from auditlib.report.claim_list import (  # noqa: PLC0415 - XlsxWriter is slow to import
            require_new_list,
            write_claim_list,
        )

        target = require_new_list(Path(path))
        if self.on_record is not None:
            self.on_record(self.title or "rows", target, self.form)
        return write_claim_list(target, self.frame.drop(self.hidden, strict=False))

    def _table(self) -> DisplayTable:
        visible = self.frame.drop(self.hidden, strict=False)
        return display_table(visible, title=self.title, note=self.note, row_limit=self.row_limit)

    def _repr_mimebundle_(self, **_kinds: object) -> Mapping[str, object]:
        return {} if self.apart is None or self.missing is not None else self.apart(self._repr_html_())

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
