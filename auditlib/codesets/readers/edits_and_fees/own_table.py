"""A user's own table by day: its cells, its days, and the first value that is none of its column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.header_row import header_number, table_below, top_rows
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import BadInputError
from auditlib.schema import Table

_DAYS: Final = ("effective_from", "effective_to")


@dataclass(frozen=True, slots=True)
class OwnTable:
    """The layout of a user's own table.

    Parameters
    ----------
    columns
        Its columns; those that the header lacks are empty.
    headings
        The headings that show it, as in the file.
    key
        The columns, besides days, of which one row holds on a day.
    row
        What one row is, as 'fee'.
    named
        What a row is of, with its columns in braces, as '{code} of one payer'.
    hint
        What its columns are and how values are written.
    """

    columns: tuple[str, ...]
    headings: tuple[str, ...]
    key: tuple[str, ...]
    row: str
    named: str
    hint: str

    def is_in(self, file: PublishedFile) -> bool:
        """Return True if a file, by its header, is such a table."""
        return not file.is_page and header_number(top_rows(file), *self.headings) is not None

    def cells(self, file: PublishedFile) -> pl.DataFrame:
        """Return the cells as text.

        Raises
        ------
        BadInputError
            If a column is unknown, or there are no rows.
        """
        table = table_below(file, header_number(top_rows(file), *self.headings) or 0)
        table = table.rename(lambda heading: heading.replace(" ", "_"))
        if any(name not in self.columns for name in table.columns):
            message = f"{file.name} has the columns {', '.join(table.columns)}."
            raise BadInputError(message, hint=self.hint)
        if table.is_empty():
            message = f"{file.name} has no rows below its header."
            raise BadInputError(message, hint=self.hint)
        return table.select(
            (pl.col(name) if name in table.columns else pl.lit(None, pl.String())).alias(name)
            for name in self.columns
        )

    def with_days(
        self,
        cells: pl.DataFrame,
        file_name: str,
        stated: Stated,
        *,
        faults: Mapping[str, pl.Expr],
        values: Sequence[pl.Expr],
    ) -> pl.DataFrame:
        """Return the rows with their types.

        Parameters
        ----------
        cells
            From `cells`.
        file_name
            For messages.
        stated
            The first and last day, where rows do not say it.
        faults
            By column, where its text is no value of it.
        values
            The columns with their types.

        Raises
        ------
        BadInputError
            If a value is none of its column, a row has no first day and none is stated, ends before it
            begins, or two rows of one key hold on one day.
        """
        days = {name: pl.col(name).str.to_date("%Y-%m-%d", strict=False) for name in _DAYS}
        unread = {name: pl.col(name).is_not_null() & day.is_null() for name, day in days.items()}
        for name, fault in {**faults, **unread}.items():
            self._refuse(cells, fault, file_name, name)
        rows = cells.with_columns(
            *values,
            *(
                pl.coalesce(day, pl.lit(getattr(stated, name), pl.Date())).alias(name)
                for name, day in days.items()
            ),
        )
        if rows["effective_from"].null_count():
            message = f"{file_name} does not say from which day its {self.row}s hold."
            raise BadInputError(message, hint="Give effective_from in each row, or state --from.")
        if rows.filter(pl.col("effective_to") < pl.col("effective_from")).height:
            message = f"{file_name} has a {self.row} that ends before it begins."
            raise BadInputError(message, hint=self.hint)
        self._refuse_two_on_one_day(rows, file_name)
        return rows

    @staticmethod
    def release(
        file: PublishedFile, stated: Stated, code_system: str, table: Table, rows: pl.DataFrame
    ) -> CodeSetRelease:
        """Return the rows as the user's release, named after the file unless stated."""
        name = stated.release or file.name
        return CodeSetRelease(
            code_system=code_system,
            release=name,
            publisher="the user",
            effective_from=rows.select(pl.col("effective_from").min()).item(),
            effective_to=stated.effective_to,
            file_name=file.name,
            sha256=file.sha256,
            row_count=rows.height,
            frames={table: table.conform(rows.with_columns(release=pl.lit(name)))},
        )

    def _refuse(self, cells: pl.DataFrame, fault: pl.Expr, file_name: str, column: str) -> None:
        faulty = cells.with_columns(row=pl.int_range(1, pl.len() + 1)).filter(fault)
        if faulty.height:
            line, value = faulty.row(0, named=True)["row"], faulty[column][0]
            message = f"{file_name}, row {line} below the header: {column} is '{value or ''}'."
            raise BadInputError(message, hint=self.hint)

    def _refuse_two_on_one_day(self, rows: pl.DataFrame, file_name: str) -> None:
        by = [pl.col(name).str.to_uppercase() for name in self.key]
        later = rows.sort(*by, "effective_from").with_columns(
            next_from=pl.col("effective_from").shift(-1).over(by)
        )
        both = later.filter(
            pl.col("next_from").is_not_null()
            & (pl.col("effective_to").is_null() | (pl.col("effective_to") >= pl.col("next_from")))
        )
        if both.height:
            row = both.row(0, named=True)
            named = self.named.format_map(row)
            message = f"{file_name} has two {self.row}s for {named} on {row['next_from']}."
            raise BadInputError(message, hint="End the earlier one by effective_to, or keep one of them.")
