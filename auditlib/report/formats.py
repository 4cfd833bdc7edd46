"""The formats of a report, each with what writes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from auditlib.report.contents import ReportContents
from auditlib.report.docx import write_docx
from auditlib.report.html import write_html
from auditlib.report.pdf import write_pdf
from auditlib.report.xlsx import write_xlsx


class Writer(Protocol):
    """Writes a report into a file, without small counts or identifiers where that is wanted."""

    def __call__(
        self,
        path: Path,
        contents: ReportContents,
        *,
        suppress_below: int | None = None,
        deidentified: bool = False,
    ) -> Path:
        """Write the report as one file and return its path.

        Parameters
        ----------
        path
            File to write; one that is there is replaced as a whole.
        contents
            The report.
        suppress_below
            Withhold counts of 1 to one less than this, and all charts, which show counts; None (internal
            workpapers) shows all. 11 is usual for what leaves the house.
        deidentified
            Leave out what names a patient, a chart or a person; see `auditlib.report.deidentify`.

        Raises
        ------
        BadInputError
            If a drawing holds anything but a drawing.
        UsageError
            If a figure names a table for its rows that the report does not have, or a table has more rows
            than a sheet of a workbook can hold.
        """
        ...


WRITERS: Final[Mapping[str, Writer]] = {
    "html": write_html,
    "xlsx": write_xlsx,
    "pdf": write_pdf,
    "docx": write_docx,
}
"""What writes each format, by the ending of its files."""
