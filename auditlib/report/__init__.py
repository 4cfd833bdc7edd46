"""Workpapers: a report as HTML, workbook, PDF or Word document, and tables for people in notebooks."""

from typing import TYPE_CHECKING

from auditlib.names_at_use import names_at_use

if TYPE_CHECKING:
    from auditlib.report.contents import (
        Fact,
        Letter,
        Ratio,
        ReportChart,
        ReportContents,
        ReportTable,
        Section,
        ShareOfTotal,
        Signature,
        SumOf,
    )
    from auditlib.report.formats import WRITERS, Writer, write_docx, write_pdf, write_xlsx
    from auditlib.report.html import write_html
    from auditlib.report.table import DisplayTable, display_table

__all__ = [
    "WRITERS",
    "DisplayTable",
    "Fact",
    "Letter",
    "Ratio",
    "ReportChart",
    "ReportContents",
    "ReportTable",
    "Section",
    "ShareOfTotal",
    "Signature",
    "SumOf",
    "Writer",
    "display_table",
    "write_docx",
    "write_html",
    "write_pdf",
    "write_xlsx",
]

__getattr__ = names_at_use(
    __name__,
    {
        "contents": (
            "Fact",
            "Letter",
            "Ratio",
            "ReportChart",
            "ReportContents",
            "ReportTable",
            "Section",
            "ShareOfTotal",
            "Signature",
            "SumOf",
        ),
        "formats": ("WRITERS", "Writer", "write_docx", "write_pdf", "write_xlsx"),
        "html": ("write_html",),
        "table": ("DisplayTable", "display_table"),
    },
)
