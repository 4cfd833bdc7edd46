"""A reconciliation as a person reads it: totals side by side, and every difference as an equation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from auditlib.reconciliation.equations import DOLLARS, Equation
from auditlib.reconciliation.reconcile import Reconciliation
from auditlib.report.formatting import Kind, TableColumn
from auditlib.report.table import DisplayTable
from auditlib.text import counted

_HEADINGS: Final = (
    ("Total", Kind.TEXT),
    ("In the product", Kind.NUMBER),
    ("From the raw files", Kind.NUMBER),
    ("Explained", Kind.NUMBER),
    ("Difference", Kind.NUMBER),
    ("Shown in", Kind.TEXT),
)
_MOST_RECORDS: Final = 20
_MEASURES: Final = ("charge_amount", "paid_amount", "other_amount", "record_count")


def written_value(value: Decimal, unit: str) -> str:
    """Return dollars to the cent and counts as whole numbers, with thousands separated."""
    return f"{value:,.2f}" if unit == DOLLARS else f"{int(value):,}"


@dataclass(frozen=True, slots=True)
class ReconciliationReport:
    """A reconciliation with its display.

    Parameters
    ----------
    reconciliation
        The totals, equations, differing records and files.
    """

    reconciliation: Reconciliation

    @property
    def frame(self) -> pl.DataFrame:
        """The totals; see `auditlib.reconciliation.reconcile.Reconciliation`."""
        return self.reconciliation.totals

    @property
    def equations(self) -> pl.DataFrame:
        """The equations, a row a term."""
        return self.reconciliation.equation_frame

    @property
    def is_reconciled(self) -> bool:
        """Whether every file was compared and no difference of a total, equation or record is unexplained."""
        return self.reconciliation.unexplained_count == 0 and self.reconciliation.not_compared.is_empty()

    @property
    def verdict(self) -> str:
        """What the reconciliation comes to, in a sentence or two."""
        whole = self.reconciliation
        if whole.unexplained_count == 0:
            text = (
                f"All {whole.totals.height:,} totals agree with the raw files or are explained, to the cent; "
                f"all {len(whole.equations):,} equations add up."
            )
        else:
            differing = whole.totals.filter(pl.col("difference") != 0).height
            unbalanced = sum(one.difference != 0 for one in whole.equations)
            text = (
                f"Not reconciled: {differing:,} totals, {unbalanced:,} equations and "
                f"{whole.records.height:,} records differ, and nothing on record explains it."
            )
        if whole.not_compared.is_empty():
            return text
        reasons = "; ".join(
            f"{state} ({count:,})"
            for state, count in whole.not_compared["state"].value_counts(sort=True).rows()
        )
        return (
            f"{counted(whole.not_compared.height, 'file')} of {whole.files.height:,} could not be compared, "
            f"and what is loaded of them is not proved: {reasons}. Of the others: {text}"
        )

    @property
    def totals_table(self) -> DisplayTable:
        """The totals in the product beside those of the raw files."""
        columns = tuple(TableColumn(label, label, kind) for label, kind in _HEADINGS)
        names = ("product_value", "raw_value", "accounted_value", "difference")
        rows = tuple(
            (row["total"], *(written_value(row[name], row["unit"]) for name in names), row["shown_in"])
            for row in self.reconciliation.totals.iter_rows(named=True)
        )
        return DisplayTable("Totals beside the raw files", columns, rows)

    @property
    def files_table(self) -> DisplayTable:
        """The files that are not compared, by format and reason."""
        counted = self.reconciliation.not_compared.group_by("state", "format", maintain_order=True).agg(
            pl.len().alias("file_count"), pl.col("file_name").head(3).str.join(", ").alias("names")
        )
        columns = (
            TableColumn("Not compared", "Not compared", Kind.TEXT),
            TableColumn("Format", "Format", Kind.TEXT),
            TableColumn("Files", "Files", Kind.NUMBER),
            TableColumn("As", "As", Kind.TEXT),
        )
        rows = tuple(
            (state, file_format, f"{count:,}", names)
            for state, file_format, count, names in counted.iter_rows()
        )
        return DisplayTable("Files that are not compared", columns, rows)

    @property
    def records_table(self) -> DisplayTable:
        """The records that differ unexplained, with both sides of what differs."""
        records = self.reconciliation.records
        columns = (
            TableColumn("Record", "Record", Kind.TEXT),
            TableColumn("File", "File", Kind.TEXT),
            TableColumn("At byte", "At byte", Kind.NUMBER),
            TableColumn("Which", "Which", Kind.TEXT),
            TableColumn("In the product", "In the product", Kind.NUMBER),
            TableColumn("In the file", "In the file", Kind.NUMBER),
        )
        rows = []
        for row in records.head(_MOST_RECORDS).iter_rows(named=True):
            name = next(name for name in _MEASURES if row[name] != row[f"loaded_{name}"])
            unit = DOLLARS if name.endswith("_amount") else "records"
            rows.append(
                (
                    row["record_kind"].replace("_", " "),
                    row["file_name"],
                    f"{row['source_offset']:,}",
                    name.removesuffix("_amount").replace("_", " "),
                    written_value(Decimal(row[f"loaded_{name}"]), unit),
                    written_value(Decimal(row[name]), unit),
                )
            )
        rest = records.height - len(rows)
        notes = (f"{rest:,} more records differ; they are in .reconciliation.records.",) if rest > 0 else ()
        return DisplayTable("Records that differ, unexplained", columns, tuple(rows), notes)

    @property
    def tables(self) -> Iterator[DisplayTable]:
        """The tables, those without rows left out."""
        yield self.totals_table
        yield from (table for table in (self.records_table, self.files_table) if table.rows)

    def equation_lines(self) -> Iterator[str]:
        """Yield the equations as lines of text, each under its title."""
        for equation in self.reconciliation.equations:
            yield ""
            yield equation.title
            yield from _lines(equation)

    def __repr__(self) -> str:
        return "\n".join([self.verdict, "", *map(repr, self.tables), *self.equation_lines()])

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>{self.verdict}</strong></p>", self.totals_table._repr_html_()]
        parts += [_equation_table(equation)._repr_html_() for equation in self.reconciliation.equations]
        parts += [table._repr_html_() for table in (self.records_table, self.files_table) if table.rows]
        return "".join(parts)


def _terms(equation: Equation) -> Iterator[tuple[str, Decimal, str]]:
    """Yield the sign, the amount without it, and the words of each term."""
    yield "", equation.start[1], equation.start[0]
    for text, value in equation.steps:
        yield "-" if value < 0 else "+", abs(value), text
    if equation.difference:
        yield "?", equation.difference, "not explained"
    yield "=", equation.result[1], equation.result[0]


def _lines(equation: Equation) -> Iterator[str]:
    terms = [(sign, written_value(value, equation.unit), text) for sign, value, text in _terms(equation)]
    width = max(len(value) for _, value, _ in terms)
    for sign, value, text in terms:
        yield f"  {sign or ' '} {value:>{width}}  {text}"


def _equation_table(equation: Equation) -> DisplayTable:
    columns = (
        TableColumn("", "", Kind.TEXT),
        TableColumn("value", equation.unit.capitalize(), Kind.NUMBER),
        TableColumn("What it is", "What it is", Kind.TEXT),
    )
    rows = tuple((sign, written_value(value, equation.unit), text) for sign, value, text in _terms(equation))
    return DisplayTable(equation.title, columns, rows)
