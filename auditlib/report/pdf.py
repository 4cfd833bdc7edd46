"""A report as PDF, set by typst without network: the same bytes on every machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import fontpkg_inter
import typst

from auditlib.report.contents import ReportContents, Signature
from auditlib.report.drawing import with_room_for_words
from auditlib.report.layout import (
    BETWEEN_COLUMNS,
    SIDEWAYS_CHARACTERS,
    UPRIGHT_CHARACTERS,
    ColumnWidth,
    Link,
    PlacedChart,
    PlacedFact,
    PlacedReport,
    PlacedSection,
    PlacedTable,
    placed,
)

_POINTS, _LEAST_POINTS = 8.0, 6.0
_POINTS_OF_PIXEL = 0.75
_NO_GLYPH = "could not be displayed with font"
# Inter is wider than the font for which a chart was measured: what reaches its right edge must not be cut.
_ROOM_FOR_WORDS = 1.1


def write_pdf(
    path: Path, contents: ReportContents, *, suppress_below: int | None = None, deidentified: bool = False
) -> Path:
    """Write the report as a tagged PDF with its own fonts, letter size, always light.

    The file keeps PDF/UA-1, the standard for accessible PDF, unless a text is in a script that the fonts lack
    (Inter: Latin, Greek, Cyrillic): such characters are shown as boxes.

    Parameters, result and errors are those of `auditlib.report.formats.Writer`.
    """
    report = placed(contents, suppress_below=suppress_below, deidentified=deidentified)
    made_at = contents.made_at.replace(microsecond=0)
    partial = path.with_name(f".{path.name}.part")
    try:
        _compiler(report).compile(output=partial, format="pdf", timestamp=made_at, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        if _NO_GLYPH not in error.message:
            raise
        _compiler(report).compile(output=partial, format="pdf", timestamp=made_at)
    return partial.replace(path)


def _compiler(report: PlacedReport) -> typst.Compiler:
    return typst.Compiler(
        files("auditlib.report").joinpath("templates", "report.typ").read_bytes(),
        font_paths=report_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(_data(report))},
    )


@cache
def report_fonts() -> typst.Fonts:
    """Return the fonts of reports: Inter from its wheel and those that typst brings, none of the system."""
    folder = Path(fontpkg_inter.__file__).parent / "files"
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


def _data(report: PlacedReport) -> dict[str, Any]:
    """Return what the template sets, as plain values."""
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "author": report.author,
        "running_title": report.title,
        "made": report.made,
        "as_of": report.as_of,
        "confidentiality": report.confidentiality,
        "notices": report.notices,
        "headline": [_fact(fact) for fact in report.headline],
        "sections": [_section(section) for section in report.sections],
        "definitions": [
            {
                "anchor": one.anchor,
                "name": one.definition.measure,
                "text": one.definition.text,
                "page": f"docs/measures/{one.definition.page}.md",
            }
            for one in report.definitions
        ],
        "letter": None
        if report.letter is None
        else {
            "sender": report.letter.sender,
            "address": report.letter.address,
            "salutation": report.letter.salutation,
            "closing": report.letter.closing,
            "signatures": _signatures(report.letter.signatures),
        },
    }


def _section(section: PlacedSection) -> dict[str, Any]:
    return {
        "anchor": section.anchor,
        "number": section.number,
        "is_answer": section.number == "1",
        "heading": section.heading,
        "starts_page": section.starts_page,
        "paragraphs": section.paragraphs,
        "facts": [_fact(fact) for fact in section.facts],
        "charts": [_chart(chart) for chart in section.charts],
        "withheld_charts": section.withheld_charts,
        "opens_sideways": section.opens_sideways,
        "tables": [_table(table) for table in section.tables],
        "notes": section.notes,
        "signatures": _signatures(section.signatures),
    }


def _signatures(signatures: tuple[Signature, ...]) -> list[dict[str, Any]]:
    return [{"text": signature.text, "is_dated": signature.is_dated} for signature in signatures]


def _fact(fact: PlacedFact) -> dict[str, Any]:
    return {
        "label": fact.label,
        "value": fact.value,
        "rows": fact.rows and fact.rows.anchor,
        "definition": fact.definition and fact.definition.anchor,
    }


def _chart(chart: PlacedChart) -> dict[str, Any]:
    svg, pixels = with_room_for_words(chart.svg)
    return {
        "title": chart.title,
        "description": chart.description,
        "svg": svg,
        "points": pixels * _POINTS_OF_PIXEL,
    }


def _table(table: PlacedTable) -> dict[str, Any]:
    room = SIDEWAYS_CHARACTERS if table.is_wide else UPRIGHT_CHARACTERS
    between = BETWEEN_COLUMNS * len(table.widths)
    least = sum(width.least for width in table.widths) + between
    fits = sum(width.ideal for width in table.widths) + between <= room
    shown = table.shown
    return {
        "anchor": table.anchor,
        "is_wide": table.is_wide,
        "title": shown.title,
        "columns": [
            {"label": column.label, "kind": column.kind.value, "is_number": column.kind.is_number}
            for column in shown.columns
        ],
        "rows": shown.rows,
        "totals": shown.totals,
        "beneath": table.beneath,
        "notes": shown.notes,
        "rows_link": _link(table.rows),
        "definitions": [_link(one) for one in table.definitions],
        "widths": [None] * len(table.widths) if fits else _shares(table.widths, room - between),
        "points": max(_LEAST_POINTS, _POINTS * min(1.0, room / max(least, 1))),
    }


def _shares(widths: Sequence[ColumnWidth], room: int) -> list[float]:
    """Return the width of each column: its longest word, and a share of the rest by what it would like."""
    rest = max(0, room - sum(width.least for width in widths))
    wished = sum(width.ideal - width.least for width in widths)
    part = min(1.0, rest / wished) if wished else 0.0
    return [width.least + part * (width.ideal - width.least) + BETWEEN_COLUMNS for width in widths]


def _link(link: Link | None) -> dict[str, str] | None:
    return None if link is None else {"text": link.text, "anchor": link.anchor}
