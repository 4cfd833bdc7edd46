"""Workpapers: a report as one HTML file and as a workbook, and tables for people in notebooks."""

from auditlib.report.contents import ReportChart, ReportContents, ReportTable, Section
from auditlib.report.html import write_html
from auditlib.report.table import DisplayTable, display_table
from auditlib.report.xlsx import write_xlsx

__all__ = [
    "DisplayTable",
    "ReportChart",
    "ReportContents",
    "ReportTable",
    "Section",
    "display_table",
    "write_html",
    "write_xlsx",
]
