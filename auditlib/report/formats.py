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
        """Write the file, which is replaced as a whole, and return its path."""
        ...


WRITERS: Final[Mapping[str, Writer]] = {
    "html": write_html,
    "xlsx": write_xlsx,
    "pdf": write_pdf,
    "docx": write_docx,
}
"""What writes each format, by the ending of its files."""
