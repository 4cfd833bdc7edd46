"""Amounts with a decimal comma or point: read where values prove the mark, asked for where they do not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from auditlib.sources.tabular.amounts import amount, decimal_mark
from tests.sources.tabular.flat_export import HEADER, claims, mapping_of, read, reasons

UNCLEAR = "has three digits after its only mark: decimals or thousands"


@pytest.mark.parametrize(
    ("cells", "mark", "amounts"),
    [
        (["1.110,50", "80"], "comma", ["1110.50", "80"]),
        (["80,25", "1.110"], "comma", ["80.25", "1110"]),
        (["1\N{NO-BREAK SPACE}110,5"], "comma", ["1110.5"]),
        (["1.110.000"], "comma", ["1110000"]),
        (["0,500"], "comma", ["0.50"]),
        (["(1.110,50)", "80,25-"], "comma", ["-1110.50", "-80.25"]),
        (["1,110.50", "80"], "point", ["1110.50", "80"]),
        (["80.25", "1,110"], "point", ["80.25", "1110"]),
        (["1110.500", "1.110"], "point", ["1110.50", "1.11"]),
        (["1'110.50"], "point", ["1110.50"]),
        (["\N{MINUS SIGN}80.00", "$ -", "USD 5.00"], "point", ["-80.00", "0", "5.00"]),
        (["80,25", "80.25"], "mixed", ["80.25", "80.25"]),
        (["1,110"], "ambiguous", ["1110"]),
        (["80", "7"], None, ["80", "7"]),
    ],
)
def test_a_column_proves_its_decimal_mark(cells: list[str], mark: str | None, amounts: list[str]) -> None:
    texts = pl.Series("cell", cells)
    proven = decimal_mark(texts)
    assert proven == mark
    assert texts.to_frame().select(amount(pl.col("cell"), None, proven))["cell"].to_list() == amounts


@given(st.lists(st.decimals(0, 9_999_999, places=2), min_size=1, max_size=9), st.sampled_from([",", "."]))
def test_written_amounts_are_read_back_under_either_mark(values: list[Decimal], mark: str) -> None:
    american = [f"{value:,.2f}" for value in values]
    swapped = {",": ".", ".": ","}
    european = ["".join(swapped.get(each, each) for each in text) for text in american]
    texts = pl.Series("cell", american if mark == "." else european)
    read_back = texts.to_frame().select(amount(pl.col("cell"), None, decimal_mark(texts)))["cell"]
    assert [Decimal(text) for text in read_back] == values


def test_a_european_export_is_read(tmp_path: Path) -> None:
    cells = [("C1", "1,5", "1.110,50"), ("C2", "2", "80,25"), ("C3", "1", "1.000")]
    rows = "".join(f"{claim};2026-01-05;99213;{units};{charge};I10;;P\n" for claim, units, charge in cells)
    batch = read(tmp_path / "x.csv", f"{HEADER.replace(',', ';')}\n{rows}", mapping_of())
    assert claims(batch) == [("C1", "1110.50"), ("C2", "80.25"), ("C3", "1000.00")]
    assert batch.frames["claim_line"]["unit_count"].to_list() == [Decimal("1.5"), Decimal(2), Decimal(1)]
    assert reasons(batch) == []


@pytest.mark.parametrize(
    ("file", "expected"),
    [("", []), ("decimal: comma", [("C1", "1110.00")]), ("decimal: point", [("C1", "1.11")])],
)
def test_one_or_its_thousandfold_is_asked_for(
    tmp_path: Path, file: str, expected: list[tuple[str, str]]
) -> None:
    body = f"{HEADER.replace(',', ';')}\nC1;2026-01-05;99213;1;1.110;I10;;P\n"
    batch = read(tmp_path / "x.csv", body, mapping_of(file=file))
    assert claims(batch) == expected
    assert all(UNCLEAR in reason for _, reason in reasons(batch))
    assert batch.rejected.height == (0 if expected else 2)
    if not expected:
        assert "'decimal: comma' or 'decimal: point'" in batch.rejected["expected"][0]


def test_units_of_a_thousand_are_asked_for_and_dollars_are_not(tmp_path: Path) -> None:
    body = f'{HEADER}\nC1,2026-01-05,99213,"1,000","1,110",I10,,P\n'
    batch = read(tmp_path / "x.csv", body, mapping_of())
    assert claims(batch) == [("C1", "1110.00")]
    assert [UNCLEAR in reason for _, reason in reasons(batch)] == [True]
    line = mapping_of().replace("unit_count: Qty", "unit_count: {column: Qty, decimal: point}")
    lines = read(tmp_path / "x.csv", body, line).frames["claim_line"]
    assert lines["unit_count"].to_list() == [Decimal(1000)]


def test_an_amount_that_does_not_have_the_stated_mark_is_not_loaded(tmp_path: Path) -> None:
    body = f"{HEADER}\nC1,2026-01-05,99213,1,110.50,I10,,P\n"
    assert claims(read(tmp_path / "x.csv", body, mapping_of(file="decimal: comma"))) == []


def test_numbers_that_a_workbook_stores_have_a_point(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, ["C1", "2026-01-05", "99213", 1.125, 119, "I10", "", "P"])
    batch = read(path, None, mapping_of())
    assert claims(batch) == [("C1", "119.00")]
    assert batch.frames["claim_line"]["unit_count"].to_list() == [Decimal("1.125")]
