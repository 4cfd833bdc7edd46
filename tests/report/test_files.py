from __future__ import annotations

import datetime as dt
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from auditlib.errors import BadInputError, MissingExtraError, UsageError
from auditlib.plots import errors_by_kind, svg_of
from auditlib.report import (
    Fact,
    ReportChart,
    ReportContents,
    ReportTable,
    Section,
    formats,
    write_html,
    write_xlsx,
)
from auditlib.report.write_files import require_formats, require_new_report
from tests.plots import frames

EVIL = '<script>alert("x")</script>'
MADE_AT = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def report(*tables: ReportTable, svg: str | None = None) -> ReportContents:
    drawn = svg or svg_of(errors_by_kind(frames.errors()))
    section = Section(
        f"Scope {EVIL}",
        paragraphs=(f"A paragraph {EVIL}",),
        facts=(("Seed", f"12 {EVIL}"),),
        charts=(ReportChart("Errors by kind", drawn, f"described {EVIL}"),),
        tables=tables,
        notes=("A note.",),
    )
    return ReportContents(
        title=f"Audit {EVIL}",
        subtitle="of a quarter",
        made_at=MADE_AT,
        made_by="an auditor",
        software_version="auditlib 0",
        headline=(("Code over code", "93.4 %"),),
        sections=(section,),
    )


CODES = ReportTable(
    "Codes: of [one] claim/visit",
    pl.DataFrame(
        {
            "code_system": ["ICD-10-CM", "CPT", "CPT"],
            "code": ["E1165", "00100", "=1+1"],
            "payer_name": [EVIL, "=cmd|' /C calc'!A0", "@SUM(A1)"],
            "service_date": [dt.date(2026, 3, 3), None, None],
            "charge_amount": [Decimal("1234.50"), Decimal("-1.00"), None],
            "claim_count": [12, 3, 40],
        }
    ),
)


class Page(HTMLParser):
    """Tags and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "data", "action")]


def page_of(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def cells(path: Path, sheet: int) -> list[list[tuple[str | None, str]]]:
    """Type and text of each cell of a sheet, read without a spreadsheet library."""
    with zipfile.ZipFile(path) as parts:
        shared = ET.fromstring(parts.read("xl/sharedStrings.xml"))
        texts = ["".join(text.text or "" for text in item.iter(f"{SHEET}t")) for item in shared]
        rows = ET.fromstring(parts.read(f"xl/worksheets/sheet{sheet}.xml")).iter(f"{SHEET}row")
        found = []
        for row in rows:
            line = []
            for cell in row:
                kind, value = cell.get("t"), cell.findtext(f"{SHEET}v") or ""
                assert cell.find(f"{SHEET}f") is None
                line.append((kind, texts[int(value)] if kind == "s" else value))
            found.append(line)
        return found


def test_the_page_needs_no_network_and_runs_nothing(tmp_path: Path) -> None:
    page = page_of(write_html(tmp_path / "report.html", report(CODES)))
    assert "script" not in page.tags
    assert {"svg", "table", "figure", "nav"} <= set(page.tags)
    assert all(address.startswith("#") for address in page.addresses)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in text
    assert "&lt;script&gt;" in text
    assert "E11.65" in text
    assert "Mar 3, 2026" in text
    assert "-$1.00" in text


def test_the_same_contents_give_the_same_page(tmp_path: Path) -> None:
    first = write_html(tmp_path / "a.html", report(CODES)).read_bytes()
    assert first == write_html(tmp_path / "b.html", report(CODES)).read_bytes()
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a.html", "b.html"]


@pytest.mark.parametrize(
    "svg",
    [
        "<p>no drawing</p>",
        "not even markup <",
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><path fill="url(http://example.org/x)"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><a href="http://example.org"><text>x</text></a></svg>',
    ],
)
def test_a_chart_that_is_more_than_a_drawing_is_refused(tmp_path: Path, svg: str) -> None:
    with pytest.raises(BadInputError):
        write_html(tmp_path / "report.html", report(svg=svg))
    assert list(tmp_path.iterdir()) == []


def test_words_of_a_file_stay_words_in_a_chart(tmp_path: Path) -> None:
    shares = frames.errors().with_columns(error_kind=pl.lit(EVIL) + pl.col("error_kind"))
    path = write_html(tmp_path / "report.html", report(svg=svg_of(errors_by_kind(shares))))
    assert "script" not in page_of(path).tags


def test_withholding_leaves_out_small_counts_and_charts(tmp_path: Path) -> None:
    open_table = ReportTable("Files", pl.DataFrame({"file_count": [2]}), holds_people=False)
    path = write_html(tmp_path / "report.html", report(CODES, open_table), suppress_below=11)
    page = page_of(path)
    text = path.read_text(encoding="utf-8")
    assert "svg" not in page.tags
    assert "withheld" in text
    assert re.search(r'<td class="count number short">2</td>', text)
    written = cells(write_xlsx(tmp_path / "report.xlsx", report(CODES, open_table), suppress_below=11), 2)
    assert [row[-1] for row in written[1:]] == [("s", "withheld"), ("s", "withheld"), (None, "40")]


def test_a_workbook_holds_values_as_values_and_text_as_text(tmp_path: Path) -> None:
    written = cells(write_xlsx(tmp_path / "report.xlsx", report(CODES)), 2)
    assert [text for _, text in written[0]] == [
        "Code system",
        "Code",
        "Payer name",
        "Service date",
        "Charges",
        "Claims",
    ]
    assert written[1][1:] == [("s", "E11.65"), ("s", EVIL), (None, "46084"), (None, "1234.50"), (None, "12")]
    assert written[2][1:3] == [("s", "00100"), ("s", "=cmd|' /C calc'!A0")]
    assert written[3][1:3] == [("s", "=1+1"), ("s", "@SUM(A1)")]


def test_text_that_looks_like_a_formula_keeps_its_guard_when_saved_as_csv(tmp_path: Path) -> None:
    with zipfile.ZipFile(write_xlsx(tmp_path / "report.xlsx", report(CODES))) as parts:
        styles = parts.read("xl/styles.xml").decode()
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
    assert 'quotePrefix="1"' in styles
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet


def test_sheets_have_short_names_that_are_permitted_and_differ(tmp_path: Path) -> None:
    long = "A title that is much longer than a sheet's name may be"
    tables = [
        ReportTable(title, pl.DataFrame({"a": [1]}))
        for title in (long, long.upper(), "History", "[]:*?/\\", "")
    ]
    with zipfile.ZipFile(write_xlsx(tmp_path / "report.xlsx", report(CODES, *tables))) as parts:
        names = re.findall(r'<sheet name="([^"]*)"', parts.read("xl/workbook.xml").decode())
    assert len({name.lower() for name in names}) == len(names) == 8
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    assert names[:2] == ["Contents", "Codes  of  one  claim visit"]
    assert names[-1] == "Definitions"


def test_the_first_sheet_tells_what_the_others_hold_and_how(tmp_path: Path) -> None:
    cover = [text for row in cells(write_xlsx(tmp_path / "report.xlsx", report(CODES)), 1) for _, text in row]
    assert cover[0] == f"Audit {EVIL}"
    assert "93.4 %" in cover
    assert f"A paragraph {EVIL}" in cover
    assert f"Seed: 12 {EVIL}" in cover


def test_values_a_sheet_cannot_hold_are_told(tmp_path: Path) -> None:
    table = ReportTable(
        "Odd", pl.DataFrame({"text": ["x" * 40_000, "y"], "rate": [float("nan"), float("inf")]})
    )
    written = cells(write_xlsx(tmp_path / "report.xlsx", report(table)), 2)
    assert len(written[1][0][1]) == 32_767
    assert written[1][0][1].endswith(" ... (cut)")
    assert [row[1] for row in written[1:]] == [("s", "nan"), ("s", "inf")]


def test_a_figure_that_names_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    contents = replace(report(), headline=(Fact("Paid", "$1", rows="Nowhere"),))
    with pytest.raises(UsageError, match="Nowhere"):
        write_html(tmp_path / "report.html", contents)


@pytest.mark.parametrize("name", ["pdf", "docx"])
def test_without_its_extra_a_format_says_what_to_install_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda module: None if module == "typst" else module)
    for ask in (lambda: require_formats(["html", name]), lambda: require_new_report(tmp_path / f"q1.{name}")):
        with pytest.raises(MissingExtraError, match=f"as {name} needs the optional extra 'pdf'") as raised:
            ask()
        assert "auditlib[pdf]" in raised.value.hint
        assert "html and xlsx" in raised.value.hint
    assert require_formats(["html", "xlsx"]) == ("html", "xlsx")
