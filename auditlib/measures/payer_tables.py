"""Tables by payer or class of payer: the rows that users write in their workspace, then the project's."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from auditlib.errors import BadInputError

_MEDICARE: Final = "Medicare fee-for-service"
_CLASSES: Final = {
    "MA": _MEDICARE,
    "MB": _MEDICARE,
    "16": "Medicare Advantage",
    "MC": "Medicaid",
    "CH": "TRICARE or veterans",
    "VA": "TRICARE or veterans",
    "WC": "workers' compensation",
}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of such a table.

    Parameters
    ----------
    place
        File and line.
    cells
        Its cells by column, without blanks around them.
    """

    place: str
    cells: Mapping[str, str]

    def whole_number(self, column: str, *, least: int = 0) -> int:
        """Return a cell as a whole number.

        Raises
        ------
        BadInputError
            If it is none, or below the least.
        """
        text = self.cells[column]
        if not text.isdecimal() or int(text) < least:
            message = f"{self.place}: {column} must be a whole number of at least {least}."
            raise BadInputError(message, hint="What is not known has no row.")
        return int(text)


def table_rows(folder: Path | None, file_name: str, columns: Sequence[str]) -> Iterator[TableRow]:
    """Return the rows of the user's table in a folder, then those of the project's.

    Parameters
    ----------
    folder
        The workspace; None for the project's table alone.
    file_name
        Of both.
    columns
        What a table must have.

    Raises
    ------
    BadInputError
        If the user's table is no UTF-8 text, or lacks a column.
    """
    own = None if folder is None else folder / file_name
    if own is not None and own.is_file():
        try:
            text = own.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            message = f"{file_name} is no UTF-8 text."
            raise BadInputError(message, hint="Save it as 'CSV UTF-8'.") from error
        yield from _rows(text, file_name, columns)
    yield from _rows((files("auditlib.measures") / file_name).read_text(encoding="utf-8"), file_name, columns)


def _rows(text: str, file_name: str, columns: Sequence[str]) -> Iterator[TableRow]:
    reader = csv.DictReader(text.splitlines())
    lacking = [column for column in columns if column not in (reader.fieldnames or [])]
    if lacking:
        message = f"{file_name} has no column {', '.join(lacking)}."
        raise BadInputError(message, hint=f"Its columns are {', '.join(columns)}, with commas between them.")
    for row in reader:
        cells = {column: (row[column] or "").strip() for column in columns}
        yield TableRow(f"{file_name}, line {reader.line_num}", cells)


def fits_payer(payer: str, payer_class: str, payer_id: str, payer_name: str, filing_code: str | None) -> bool:
    """Return whether a row is of a payer.

    Parameters
    ----------
    payer, payer_class
        As the row says; empty for all.
    payer_id, payer_name, filing_code
        Of the payer; the claim filing indicator tells its class.
    """
    if payer:
        return payer.casefold() in {payer_id.casefold(), payer_name.casefold()}
    return not payer_class or payer_class == _CLASSES.get(filing_code or "", "other")
