"""The formats of a report, each with what writes it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol

from auditlib.errors import MissingExtraError
from auditlib.report.contents import ReportContents
from auditlib.report.html import write_html

_EXTRA: Final = "pdf"
_MODULES_OF_EXTRA: Final[Mapping[str, tuple[str, ...]]] = {
    "pdf": ("typst", "fontpkg_inter"),
    "docx": ("docx", "typst", "fontpkg_inter"),
}


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


def require_installed(format_name: str) -> None:
    """Refuse a format whose packages are not installed.

    Raises
    ------
    MissingExtraError
        If they are not.
    """
    if any(find_spec(module) is None for module in _MODULES_OF_EXTRA.get(format_name, ())):
        purpose = f"Writing a report as {format_name}"
        raise MissingExtraError(
            purpose, _EXTRA, otherwise="or ask for the formats html and xlsx, which need none"
        )


def _imported_to_write(format_name: str) -> Writer:
    """Return a writer whose module is imported when it writes: the desk needs neither Word nor Typst."""

    def write(
        path: Path,
        contents: ReportContents,
        *,
        suppress_below: int | None = None,
        deidentified: bool = False,
    ) -> Path:
        require_installed(format_name)
        writer: Writer = getattr(import_module(f"auditlib.report.{format_name}"), f"write_{format_name}")
        return writer(path, contents, suppress_below=suppress_below, deidentified=deidentified)

    return write


write_docx: Final = _imported_to_write("docx")
write_pdf: Final = _imported_to_write("pdf")
write_xlsx: Final = _imported_to_write("xlsx")
WRITERS: Final[Mapping[str, Writer]] = {
    "html": write_html,
    "xlsx": write_xlsx,
    "pdf": write_pdf,
    "docx": write_docx,
}
"""What writes each format, by the ending of its files."""
