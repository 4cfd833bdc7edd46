"""Lists of all years: present on admission, conversion tables, HCPCS records of other years."""

from __future__ import annotations

import datetime as dt
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from auditlib.codesets.library.code_search import CodeSearch
from auditlib.codesets.library.load_code_sets import load_code_sets
from auditlib.codesets.readers.layouts import read_published
from auditlib.codesets.readers.lists import rule_lists
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import BadInputError
from auditlib.schema.ref import CODE
from auditlib.schema.ref_sets import CODE_CONVERSION, CODE_LIST
from auditlib.workspace.folder import Workspace
from tests.codesets.publisher_files import hcpcs_line, write_lines

NOON = dt.datetime(2026, 11, 2, 12, 0)  # noqa: DTZ001 - stored times carry no zone


def one(path: Path) -> CodeSetRelease:
    (release,) = read_published(path).releases
    return release


# Codes exempt from the indicator present on admission


@pytest.fixture
def short_lists_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_lists, "_FEWEST_EXEMPT", 2)


@pytest.mark.usefixtures("short_lists_are_whole")
@pytest.mark.parametrize(
    ("heading", "name", "year"),
    [
        ("Order", "POAexemptCodes2016.txt", 2016),
        ("Order2017", "POAexemptCodes2017.txt", 2017),
        ("Order2018", "exempt.txt", 2018),
        ("Order 2019", "POAexemptCodes2019.txt", 2019),
        ("Order20", "POAexemptCodesFY20.txt", 2020),
        ("OrderFY22", "POAexemptCodesFY2022.txt", 2022),
        ("Order26", "POAexemptCodesFY26.txt", 2026),
    ],
)
def test_the_heading_or_the_name_has_the_year(tmp_path: Path, heading: str, name: str, year: int) -> None:
    lines = [
        f"{heading}\tPOAexemptCode\tDescription",
        "01222\tB90.0\tOwn title",
        '01223\tB90.1\t"Own, title"',
    ]
    release = one(write_lines(tmp_path / name, lines))
    assert (release.code_system, release.effective_from) == ("POA exempt", dt.date(year - 1, 10, 1))
    assert release.frames[CODE_LIST]["code"].to_list() == ["B900", "B901"]


@pytest.mark.usefixtures("short_lists_are_whole")
def test_heading_and_name_have_to_agree_on_the_year(tmp_path: Path) -> None:
    lines = ["Order2018\tPOAexemptCode\tDescription", "01222\tB90.0\tOwn title", "01223\tB90.1\tOwn title"]
    with pytest.raises(BadInputError, match="holds the list of fiscal year 2018"):
        read_published(write_lines(tmp_path / "POAexemptCodes2019.txt", lines))
    lines[0] = "Order\tPOAexemptCode\tDescription"
    with pytest.raises(BadInputError, match="does not say its year"):
        read_published(write_lines(tmp_path / "exempt.txt", lines))


@pytest.mark.field
@pytest.mark.parametrize(
    ("name", "year", "count"),
    [
        ("POAexemptCodes2016.zip", 2016, 35_239),
        ("POAexemptAddCodes2018.zip", 2018, 36_877),
        ("POAexemptCodes2019.zip", 2019, 36_935),
    ],
)
def test_real_lists_of_exempt_codes_are_whole(field_data: Path, name: str, year: int, count: int) -> None:
    release = one(field_data / "codesets/older" / name)
    assert (release.effective_from, release.row_count) == (dt.date(year - 1, 10, 1), count)


# Conversion tables


def conversion(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Own notice"])
        sheet.write_row(
            1, 0, ["Current code assignment", "Effective October 1", "Previous Code(s) Assignment"]
        )
        for number, row in enumerate(rows, start=2):
            sheet.write_row(number, 0, row)
    return path


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("ICD-10-CM-Conversion-Table-FY17-Effective-10-1-2016.xlsx", "FY2017 official"),
        ("ICD-10-CM-Conversion-Table-FY18-Effective-10-1-2017.xlsx", "FY2018 official"),
        ("Conversion-Table-FY2021-Jan.xlsx", "FY2021 January official"),
        ("Conversion-Table-FY2022-Effective-04-01-2022.xlsx", "FY2022 April official"),
        ("Conversion-Table-FY2023-Effective-10-01-2022.xlsx", "FY2023 official"),
        ("Conversion-Table-FY2024-Effective-10-01-2023.xlsx", "FY2024 official"),
    ],
)
def test_the_fiscal_year_and_the_october_before_agree(tmp_path: Path, name: str, release: str) -> None:
    assert one(conversion(tmp_path / name, [("A04.71", "2017", "A04.7")])).release == release


def test_a_fiscal_year_and_the_day_of_another_do_not_agree(tmp_path: Path) -> None:
    path = conversion(
        tmp_path / "Conversion-Table-FY2023-Effective-10-01-2023.xlsx", [("A04.71", "2017", "A04.7")]
    )
    with pytest.raises(BadInputError, match="2023 and 2024"):
        read_published(path)


def test_codes_of_an_update_begin_on_its_day(tmp_path: Path) -> None:
    rows = [("A04.71", "2017", "A04.7"), ("J12.82", "2021-01-01", "J12.89"), ("Z28.39", "4/1/2022", "Z28.3")]
    frame = one(conversion(tmp_path / "Conversion-Table-FY2024.xlsx", rows)).frames[CODE_CONVERSION]
    assert dict(frame.select("code", "effective_from").rows()) == {
        "A0471": dt.date(2017, 10, 1),
        "J1282": dt.date(2021, 1, 1),
        "Z2839": dt.date(2022, 4, 1),
    }


# HCPCS: a record keeps its own days, whatever year's file has it


def hcpcs_years(folder: Path) -> list[Path]:
    always = {
        year: hcpcs_line("A0021", "3", f"Ambulance as of {year}", added="20000101", action=f"{year}0101")
        for year in (2017, 2018, 2019)
    }
    within = hcpcs_line("C9484", "3", "Own words", added="20170401", action="20180101", ended="20171231")
    later = hcpcs_line("C9447", "3", "Own words", added="20170701", action="20170701")
    again = [
        hcpcs_line("A0080", "3", "Own words", added="20000101", action="20160101", ended="20151231"),
        hcpcs_line("A0080", "3", "Own words", added="20000101", action="20190101"),
    ]
    return [
        write_lines(folder / "HCPC2017_CONTR_ANWEB.txt", [always[2017], again[0]]),
        write_lines(folder / "HCPC2018_CONTR_ANWEB.txt", [always[2018], again[0], within, later]),
        write_lines(folder / "HCPC2019_CONTR_ANWEB.txt", [always[2019], again[1], within, later]),
    ]


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_a_code_added_and_ended_within_a_year_keeps_its_days(tmp_path: Path, order: tuple[int, ...]) -> None:
    years = hcpcs_years(tmp_path)
    workspace = Workspace.create(tmp_path / "w")
    for number in order:
        report = load_code_sets(workspace, [years[number]], loaded_at=NOON)
        assert set(report.rows["load_status"]) == {"loaded"}
    codes = workspace.warehouse().query("queries/codesets/code_of_system", {"code_system": "HCPCS"})
    assert codes.filter(code="C9484").select("effective_from", "effective_to").rows() == [
        (dt.date(2017, 4, 1), dt.date(2017, 12, 31))
    ]
    july = dt.date(2017, 7, 1)
    held = codes.filter(pl.col("effective_from") <= july, pl.col("effective_to") >= july)
    assert held.select("code", "long_description").rows() == [
        ("A0021", "Ambulance as of 2017"),
        ("C9447", "Own words"),
        ("C9484", "Own words"),
    ]
    # The files of 2017 and 2018 have a record of A0080: it had ended. A later one does not overrule them.
    for day, is_held in (
        (dt.date(2016, 7, 1), None),
        (july, False),
        (dt.date(2018, 7, 1), False),
        (dt.date(2019, 7, 1), True),
    ):
        rows = codes.filter(pl.col("effective_from") <= day, pl.col("effective_to") >= day, code="A0080")
        assert is_held is None or rows.height == is_held
    spans = codes.sort("code", "effective_from").with_columns(
        before=pl.col("effective_to").shift().over("code")
    )
    assert spans.filter(pl.col("before") >= pl.col("effective_from")).is_empty()
    for day, status in (
        (dt.date(2017, 3, 31), "not in force"),
        (dt.date(2017, 4, 1), "in force"),
        (dt.date(2018, 1, 1), "not in force"),
    ):
        page = CodeSearch(workspace.warehouse()).page("C9484", date=day, code_system="HCPCS")
        assert page.status.partition(":")[0] == status


def test_an_announced_code_with_both_days_keeps_them(tmp_path: Path) -> None:
    lines = [
        hcpcs_line("A0021", "3", "Ambulance", action="20260401"),
        hcpcs_line("C9999", "3", "Own words", added="20260701", ended="20260930"),
        hcpcs_line("C9998", "3", "Own words", added="20260701"),
    ]
    codes, _ = read_published(write_lines(tmp_path / "HCPC2026_APR_ANWEB.txt", lines)).releases
    days = {
        row[0]: row[1:] for row in codes.frames[CODE].select("code", "effective_from", "effective_to").rows()
    }
    assert days["C9999"] == (dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    assert days["C9998"] == (dt.date(2026, 7, 1), dt.date(2026, 7, 1))


@pytest.mark.field
@pytest.mark.parametrize("years", [(2017, 2018), (2018, 2017), (2019, 2017, 2020, 2018)])
def test_real_records_keep_their_own_days(tmp_path: Path, field_data: Path, years: tuple[int, ...]) -> None:
    workspace = Workspace.create(tmp_path / "w")
    for year in years:
        folder = field_data / "codesets" / ("older" if year < 2019 else "hcpcs")
        load_code_sets(workspace, [folder / f"{year}-Alpha-Numeric-HCPCS-File.zip"], loaded_at=NOON)
    codes = workspace.warehouse().query("queries/codesets/code_of_system", {"code_system": "HCPCS"})
    days = {
        code: codes.filter(code=code).select("effective_from", "effective_to").rows()
        for code in ("C9484", "C9490")
    }
    assert days == {
        "C9484": [(dt.date(2017, 4, 1), dt.date(2017, 12, 31))],
        "C9490": [(dt.date(2017, 7, 1), dt.date(2017, 12, 31))],
    }
