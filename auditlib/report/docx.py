"""A report or letter as a Word document: words as text, and the same bytes each time."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import typst
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Length, Pt, RGBColor

from auditlib.report.contents import Letter, ReportContents, Signature
from auditlib.report.drawing import with_room_for_words
from auditlib.report.formatting import TableColumn
from auditlib.report.layout import (
    BETWEEN_COLUMNS,
    DEFINITIONS_HEADING,
    Link,
    PlacedChart,
    PlacedFact,
    PlacedReport,
    PlacedSection,
    PlacedTable,
    placed,
)
from auditlib.report.pdf import report_fonts

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_FONT = "Arial"
_INK, _QUIET, _ACT = (RGBColor.from_string(colour) for colour in ("181D25", "465060", "0A58A6"))
_SMALL, _NOTE = Pt(8.5), Pt(8)
_SHORT_SIDE, _LONG_SIDE, _MARGIN = Inches(8.5), Inches(11), Inches(0.8)
_CHART_PIXELS_PER_INCH = 144
_EARLIEST_ZIP_YEAR = 1980


def write_docx(
    path: Path, contents: ReportContents, *, suppress_below: int | None = None, deidentified: bool = False
) -> Path:
    """Write the report or letter as a Word document, letter size.

    Parameters, result and errors are those of `auditlib.report.formats.Writer`.
    """
    report = placed(contents, suppress_below=suppress_below, deidentified=deidentified)
    document = docx.Document()
    _set_up(document, report, contents.made_at)
    writer = _Writer(document)
    if report.letter is None:
        writer.opening(report)
    else:
        writer.letter_opening(report, report.letter)
    for section in report.sections:
        writer.section(section)
    if report.letter is not None:
        writer.signatures(report.letter)
    writer.definitions(report)
    packed = io.BytesIO()
    document.save(packed)
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(_with_one_time(packed.getvalue(), contents.made_at))
    return partial.replace(path)


def _set_up(document: Document, report: PlacedReport, made_at: dt.datetime) -> None:
    """Set properties, styles, page size, running head and page numbers."""
    properties = document.core_properties
    made = made_at.replace(microsecond=0, tzinfo=None)
    properties.title, properties.subject, properties.author = report.title, report.subtitle, report.author
    properties.comments, properties.created, properties.modified = report.software_version, made, made
    properties.last_modified_by = report.author
    for style in document.styles:
        if (font := getattr(style, "font", None)) is not None and style.name in {
            "Normal",
            "Title",
            "Heading 1",
            "Heading 2",
        }:
            font.name, font.color.rgb = _FONT, _INK
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{kind}"), None)
    sizes = {"Normal": 10, "Title": 18, "Heading 1": 13, "Heading 2": 10}
    for name, points in sizes.items():
        document.styles[name].font.size = Pt(points)
    page = document.sections[0]
    page.page_width, page.page_height = _SHORT_SIDE, _LONG_SIDE
    page.left_margin = page.right_margin = _MARGIN
    head = page.header.paragraphs[0]
    head.text = " · ".join(filter(None, (report.title, report.confidentiality)))
    _small(head)
    foot = page.footer.paragraphs[0]
    foot.add_run(f"As of {report.as_of}\tPage ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")
    _small(foot)


def _room(*, is_sideways: bool) -> Length:
    """Return the width between the margins."""
    return Length((_LONG_SIDE if is_sideways else _SHORT_SIDE) - 2 * _MARGIN)


def _small(paragraph: Paragraph) -> None:
    for run in paragraph.runs:
        run.font.size, run.font.color.rgb = _NOTE, _QUIET


def _field(paragraph: Paragraph, instruction: str) -> None:
    """Add a field that Word counts by itself."""
    for kind, text in (("begin", None), (None, instruction), ("separate", None), (None, "1"), ("end", None)):
        run = paragraph.add_run()
        if kind is not None:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run.element.append(mark)
        elif text == instruction:
            code = OxmlElement("w:instrText")
            code.text = text
            run.element.append(code)
        else:
            run.text = text or ""


class _Writer:
    """Writes the parts of a report into a document, one after the other."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._bookmark_number = 0

    def opening(self, report: PlacedReport) -> None:
        """Write title, who made it, what is withheld, and the headline."""
        self._document.add_paragraph(report.title, style="Title")
        if report.subtitle:
            self._document.add_paragraph(report.subtitle)
        self._note(report.made)
        for said in (report.confidentiality, *report.notices):
            if said:
                self._document.add_paragraph().add_run(said).bold = True
        self._facts(report.headline)

    def letter_opening(self, report: PlacedReport, letter: Letter) -> None:
        """Write sender, date, addressee, subject and salutation."""
        self._lines(letter.sender)
        self._document.add_paragraph(report.as_of)
        self._lines(letter.address)
        subject = self._document.add_paragraph(style="Heading 1")
        subject.add_run(report.title)
        if report.subtitle:
            self._document.add_paragraph(report.subtitle)
        for said in report.notices:
            self._document.add_paragraph().add_run(said).bold = True
        self._document.add_paragraph(letter.salutation)

    def signatures(self, letter: Letter) -> None:
        """Write the closing and the lines to sign on, kept together."""
        self._turn(sideways=False)
        if letter.closing:
            self._document.add_paragraph(letter.closing).paragraph_format.keep_with_next = True
        self._sign(letter.signatures)

    def section(self, section: PlacedSection) -> None:
        """Write one section, on a page of its own kind where its tables are wide."""
        if not self._turn(sideways=section.opens_sideways) and section.starts_page:
            self._document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        if section.heading:
            number = f"{section.number}. " if section.number else ""
            self._heading(f"{number}{section.heading}", section.anchor, 1)
        for paragraph in section.paragraphs:
            self._document.add_paragraph(paragraph)
        self._facts(section.facts)
        for chart in section.charts:
            self._chart(chart)
        for title in section.withheld_charts:
            self._note(f"Chart left out: {title}.")
        for table in section.tables:
            self._turn(sideways=table.is_wide)
            self._table(table)
        for said in section.notes:
            self._note(said)
        self._sign(section.signatures)

    def definitions(self, report: PlacedReport) -> None:
        """Write what each measure of the report is."""
        if not report.definitions:
            return
        self._turn(sideways=False)
        self._document.add_heading(DEFINITIONS_HEADING, 1)
        for one in report.definitions:
            paragraph = self._document.add_paragraph()
            self._bookmark(paragraph, one.anchor)
            paragraph.add_run(f"{one.definition.measure}. ").bold = True
            paragraph.add_run(f"{one.definition.text} More: docs/measures/{one.definition.page}.md.")

    def _turn(self, *, sideways: bool) -> bool:
        """Begin a page that lies on its side or stands upright; return whether one had to begin."""
        wanted = WD_ORIENT.LANDSCAPE if sideways else WD_ORIENT.PORTRAIT
        if self._document.sections[-1].orientation == wanted:
            return False
        page = self._document.add_section()
        page.orientation = wanted
        page.page_width, page.page_height = page.page_height, page.page_width
        return True

    def _heading(self, text: str, anchor: str, level: int) -> None:
        self._bookmark(self._document.add_heading(text, level), anchor)

    def _sign(self, signatures: Sequence[Signature]) -> None:
        for signature in signatures:
            line = self._document.add_paragraph("_" * 40 + (f"\t{'_' * 20}" if signature.is_dated else ""))
            line.paragraph_format.space_before = Pt(30)
            line.paragraph_format.keep_with_next = True
            under = self._document.add_paragraph(signature.text + ("\tDate" if signature.is_dated else ""))
            for paragraph in (line, under):
                paragraph.paragraph_format.tab_stops.add_tab_stop(Inches(4))

    def _lines(self, lines: Sequence[str]) -> None:
        if lines:
            self._document.add_paragraph("\n".join(lines))

    def _note(self, text: str) -> None:
        _small(self._document.add_paragraph(text))

    def _facts(self, facts: Sequence[PlacedFact]) -> None:
        if not facts:
            return
        table = self._document.add_table(rows=0, cols=2)
        table.autofit = False
        for fact in facts:
            label, value = table.add_row().cells
            label.width, value.width = Inches(1.6), Inches(5.3)
            self._linked(label.paragraphs[0], fact.label, fact.definition)
            self._linked(value.paragraphs[0], fact.value, fact.rows)
        self._document.add_paragraph()

    def _linked(self, paragraph: Paragraph, text: str, link: Link | None) -> None:
        run = paragraph.add_run(text)
        if link is None:
            return
        run.font.color.rgb = _ACT
        leading = OxmlElement("w:hyperlink")
        leading.set(qn("w:anchor"), _bookmark_name(link.anchor))
        leading.append(run.element)
        paragraph.paragraph_format.element.append(leading)

    def _bookmark(self, paragraph: Paragraph, anchor: str) -> None:
        self._bookmark_number += 1
        for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = OxmlElement(kind)
            mark.set(qn("w:id"), str(self._bookmark_number))
            if kind == "w:bookmarkStart":
                mark.set(qn("w:name"), _bookmark_name(anchor))
            paragraph.paragraph_format.element.append(mark)

    def _chart(self, chart: PlacedChart) -> None:
        run = self._document.add_paragraph().add_run()
        picture = run.add_picture(io.BytesIO(_picture_of(chart.svg)))
        room = _room(is_sideways=False)
        if picture.width > room:
            picture.height = Length(picture.height * room // picture.width)
            picture.width = room
        (properties,) = run.element.iter(qn("wp:docPr"))
        properties.set("descr", f"{chart.title}. {chart.description}")

    def _table(self, placed_table: PlacedTable) -> None:
        shown = placed_table.shown
        self._heading(shown.title, placed_table.anchor, 2)
        columns = shown.columns
        if columns:
            table = self._document.add_table(rows=0, cols=len(columns))
            table.alignment = WD_TABLE_ALIGNMENT.LEFT
            room = _room(is_sideways=placed_table.is_wide)
            wanted = [width.ideal + BETWEEN_COLUMNS for width in placed_table.widths]
            for column, width in zip(table.columns, wanted, strict=True):
                column.width = Length(room * width // sum(wanted))
            heads = _row(columns, [column.label for column in columns], is_bold=True)
            _row_property(heads, "w:tblHeader")
            # Rows as elements: python-docx's own way to a cell takes the longer the more rows there are.
            rows = table._tbl  # noqa: SLF001 - a table has no public element
            rows.append(heads)
            for number, cells in enumerate(shown.rows):
                rows.append(_row(columns, cells))
                if placed_table.beneath and any(placed_table.beneath[number]):
                    rows.append(_row_beneath(placed_table.beneath[number], len(columns)))
            if shown.totals:
                rows.append(_row(columns, shown.totals, is_bold=True))
        for said in shown.notes:
            self._note(said)
        leads = [("Rows: ", placed_table.rows)] if placed_table.rows else []
        leads += [("Defined: ", one) for one in placed_table.definitions]
        if leads:
            paragraph = self._document.add_paragraph()
            for words, link in leads:
                paragraph.add_run(words)
                self._linked(paragraph, link.text if link else "", link)
                paragraph.add_run(" ")
            _small(paragraph)


def _row(columns: Sequence[TableColumn], cells: Sequence[str], *, is_bold: bool = False) -> Any:  # noqa: ANN401 - an element
    row = OxmlElement("w:tr")
    _row_property(row, "w:cantSplit")
    for column, text in zip(columns, cells, strict=True):
        row.append(_cell(text, is_number=column.kind.is_number, is_bold=is_bold))
    return row


def _row_beneath(texts: tuple[str, str], column_count: int) -> Any:  # noqa: ANN401 - an element
    quotation, remark = texts
    quoted = f"\N{LEFT DOUBLE QUOTATION MARK}{quotation}\N{RIGHT DOUBLE QUOTATION MARK} " if quotation else ""
    row = OxmlElement("w:tr")
    _row_property(row, "w:cantSplit")
    row.append(_cell(quoted + remark, column_count=column_count))
    return row


def _row_property(row: Any, name: str) -> None:  # noqa: ANN401 - an element
    row.get_or_add_trPr().append(OxmlElement(name))


def _cell(text: str, *, is_number: bool = False, is_bold: bool = False, column_count: int = 1) -> Any:  # noqa: ANN401 - an element
    cell = OxmlElement("w:tc")
    properties = cell.get_or_add_tcPr()
    if column_count > 1:
        properties.grid_span = column_count
    paragraph = cell.add_p()
    setting = paragraph.get_or_add_pPr()
    setting.spacing_after = Pt(1)
    if is_number:
        setting.jc_val = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_r()
    style = run.get_or_add_rPr()
    style.sz_val = _SMALL
    if is_bold:
        style.get_or_add_b()
    run.text = text
    return cell


def _bookmark_name(anchor: str) -> str:
    """Return an anchor as Word allows it: letters, digits and underscores."""
    return anchor.replace("-", "_")


def _picture_of(svg: str) -> bytes:
    """Return a drawing as PNG with the report's own fonts, the same on every machine."""
    source = (
        b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    )
    pictures = typst.Compiler(
        source,
        font_paths=report_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"svg": with_room_for_words(svg)[0]},
    ).compile(format="png", ppi=_CHART_PIXELS_PER_INCH)
    return b"".join(pictures) if isinstance(pictures, list) else pictures or b""


def _with_one_time(packed: bytes, made_at: dt.datetime) -> bytes:
    """Return a zip file whose entries all have the time of the report, in their order."""
    moment = (max(made_at.year, _EARLIEST_ZIP_YEAR), *made_at.timetuple()[1:6])
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as before, zipfile.ZipFile(again, "w") as after:
        for name in before.namelist():
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, before.read(name))
    return again.getvalue()
