"""A report as one HTML file that opens without network."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from auditlib.errors import BadInputError
from auditlib.report.contents import ReportContents, ReportTable, Section
from auditlib.report.table import DisplayTable, display_table
from auditlib.text import format_date

# Words in a chart come from files, so a drawing is let in only if it consists of these and fetches nothing.
_DRAWN = frozenset({"svg", "g", "rect", "path", "line", "text", "tspan", "circle"})
_NAMESPACE = "{http://www.w3.org/2000/svg}"


def write_html(path: Path, contents: ReportContents, *, suppress_below: int | None = None) -> Path:
    """Write the report as one self-contained HTML file.

    Parameters
    ----------
    path
        File to write; one that is there is replaced as a whole.
    contents
        The report.
    suppress_below
        Withhold counts of 1 to one less than this, and all charts, which show counts; None (internal
        workpapers) shows all. 11 is usual for what leaves the house.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    BadInputError
        If a drawing holds anything but a drawing.
    """
    environment = Environment(
        loader=PackageLoader("auditlib.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["anchor"] = _anchor
    environment.filters["unbroken"] = _unbroken
    text = environment.get_template("report.html.j2").render(
        report=contents,
        made_on=f"{format_date(contents.made_at)}, {contents.made_at:%H:%M} UTC",
        sections=[_section(section, suppress_below) for section in contents.sections],
        suppress_below=suppress_below,
    )
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(text, encoding="utf-8", newline="\n")
    return partial.replace(path)


def _section(section: Section, suppress_below: int | None) -> dict[str, object]:
    return {
        "heading": section.heading,
        "paragraphs": section.paragraphs,
        "facts": section.facts,
        "charts": [
            {"title": chart.title, "description": chart.description, "svg": _drawing(chart.svg)}
            for chart in section.charts
            if suppress_below is None
        ],
        "withheld_charts": [chart.title for chart in section.charts if suppress_below is not None],
        "tables": [_table(table, suppress_below) for table in section.tables],
        "notes": section.notes,
    }


def _table(table: ReportTable, suppress_below: int | None) -> DisplayTable:
    return display_table(
        table.frame,
        title=table.title,
        labels=table.labels,
        row_limit=table.row_limit,
        suppress_below=suppress_below if table.holds_people else None,
        note=table.note,
    )


def _drawing(svg: str) -> Markup:
    try:
        elements = list(ET.fromstring(svg).iter())  # noqa: S314 - drawn by us, without entities
    except ET.ParseError:
        elements = []
    if not elements or not all(_is_plain(element) for element in elements):
        message = "A chart of the report is no plain drawing."
        raise BadInputError(message, hint="Charts are SVG as auditlib.plots.svg_of draws them.")
    return Markup(svg)  # noqa: S704 - just looked through


def _is_plain(element: ET.Element) -> bool:
    return element.tag.removeprefix(_NAMESPACE) in _DRAWN and not any(
        name.startswith("on") or name in {"id", "style"} or "href" in name or "url(" in value
        for name, value in element.attrib.items()
    )


def _unbroken(rate: str) -> str:
    """Let a rate break only before its counts; a reason in words may break anywhere."""
    return (
        rate
        if rate.startswith("not ")
        else rate.replace(" ", "\N{NO-BREAK SPACE}").replace(",\N{NO-BREAK SPACE}", ", ")
    )


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
