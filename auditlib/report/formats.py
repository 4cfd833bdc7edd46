"""The formats of a report, each with what writes it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol

from auditlib.report.contents import ReportContents
from auditlib.report.html import write_html


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


def _imported_to_write(module: str, name: str) -> Writer:
    """Return a writer whose module is imported when it writes: the desk needs neither Word nor Typst."""

    def write(
        path: Path,
        contents: ReportContents,
        *,
        suppress_below: int | None = None,
        deidentified: bool = False,
    ) -> Path:
        writer: Writer = getattr(import_module(module), name)
        return writer(path, contents, suppress_below=suppress_below, deidentified=deidentified)

    return write


write_docx: Final = _imported_to_write("auditlib.report.docx", "write_docx")
write_pdf: Final = _imported_to_write("auditlib.report.pdf", "write_pdf")
write_xlsx: Final = _imported_to_write("auditlib.report.xlsx", "write_xlsx")
WRITERS: Final[Mapping[str, Writer]] = {
    "html": write_html,
    "xlsx": write_xlsx,
    "pdf": write_pdf,
    "docx": write_docx,
}
"""What writes each format, by the ending of its files."""
