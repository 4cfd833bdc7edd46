from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.sources.tabular.delimited import header_names, read_records

# Line ends inside cells are LF: a cell's own CRLF is the same line end to a reader of text.
CELLS = st.text(st.sampled_from(list('ab1é ,"\n.|<&\t')), max_size=8)
BOMS = st.sampled_from([b"", b"\xef\xbb\xbf"])
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12)


def written(rows: list[tuple[str, str, str]], *, line_end: str, quoting: int) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator=line_end, quoting=quoting)
    writer.writerow(("one", "two", "three"))
    writer.writerows(rows)
    return stream.getvalue()


@given(ROWS, st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), BOMS)
def test_cells_and_offsets_are_those_that_were_written(
    rows: list[tuple[str, str, str]], line_end: str, quoting: int, bom: bytes
) -> None:
    text = written(rows, line_end=line_end, quoting=quoting)
    content = bom + text.encode()
    records = read_records(content, source_file_id=1, kind="row")
    expected = [tuple(cell.strip() or None for cell in row) for row in rows]
    expected_numbers = [number for number, row in enumerate(expected, start=1) if any(row)]
    assert records.columns == ("one", "two", "three")
    assert records.rejected.is_empty()
    assert records.frame.select(records.columns).rows() == [row for row in expected if any(row)]
    assert records.frame["record_number"].to_list() == expected_numbers
    for offset, number in records.frame.select("source_offset", "record_number").rows():
        rest = content[offset:].decode()
        assert next(csv.reader(io.StringIO(rest, newline=""))) == [*rows[number - 1]]


@given(st.binary(max_size=200))
def test_any_bytes_after_a_header_are_loaded_or_not_loaded_each_line_once(body: bytes) -> None:
    records = read_records(b"one,two\n" + body, source_file_id=1, kind="row")
    numbers = [*records.frame["record_number"], *records.rejected["record_number"]]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("stray", ['5" x,2', '"5,2', '"5"x,2', '5,2"', 'a""b,2', '"a" ,2'])
def test_a_stray_quote_costs_its_own_line_only(stray: str) -> None:
    content = f'one,two\n1,2\n{stray}\n3,4\n"5","6"\n{stray}\n7,8\n'.encode()
    records = read_records(content, source_file_id=3, kind="row")
    assert records.frame["one"].to_list() == ["1", "3", "5", "7"]
    assert records.rejected["record_number"].to_list() == [2, 5]
    assert records.rejected["source_offset"].to_list() == [12, 12 + len(stray) + 1 + 4 + 8]
    assert set(records.rejected["reason"]) == {"a quote opens inside a cell or never closes"}


def test_rows_with_too_few_or_too_many_cells_are_not_loaded() -> None:
    records = read_records(b"one,two\r\n1,2\r\n1\r\n1,2,3\r\n\r\n3,4", source_file_id=1, kind="row")
    assert records.frame.select("one", "two").rows() == [("1", "2"), ("3", "4")]
    assert records.frame["source_offset"].to_list() == [9, 26]
    assert records.rejected.select("source_offset", "record_number", "expected").rows() == [
        (14, 2, "2 cells"),
        (17, 3, "2 cells"),
    ]


def test_only_records_with_bytes_that_are_not_utf8_are_not_loaded() -> None:
    content = "one,two\nJosé,1\n".encode() + "José,2\n".encode("cp1252") + b"a\xef\xbf\xbdb,3\n"
    records = read_records(content, source_file_id=1, kind="row")
    assert records.frame["two"].to_list() == ["1"]
    assert records.rejected["reason"].unique().to_list() == ["the record holds bytes that are not UTF-8"]
    whole = read_records("one,two\na\N{REPLACEMENT CHARACTER}b,3\n".encode(), source_file_id=1, kind="row")
    assert whole.frame.height == 1


@pytest.mark.parametrize("header", [b"one,one\n1,2\n", b",one\n1,2\n", b"one,,two\n1,2,3\n"])
def test_a_header_that_names_a_column_twice_or_not_at_all_loads_nothing(header: bytes) -> None:
    records = read_records(header, source_file_id=1, kind="row")
    assert records.columns == ()
    assert records.rejected["segment"].to_list() == ["file"]


@pytest.mark.parametrize("text", [b",one,,two\n,1,,2\n", b"one,,,two,\n1,,,2,\n", b"one,two,\n1,2,\n"])
def test_spacer_columns_without_name_and_values_are_no_columns(text: bytes) -> None:
    records = read_records(text, source_file_id=1, kind="row")
    assert records.columns == ("one", "two")
    assert records.frame.select("one", "two").rows() == [("1", "2")]
    assert records.rejected.is_empty()


def test_header_names_of_what_is_no_header_are_none() -> None:
    assert header_names(b"\xff\xfe,x\n") == ()
    assert header_names(b"a\0,b\0\0\n") == ()
    assert header_names(b"") == ()
    assert header_names(b'\xef\xbb\xbf Encounter_ID ,"code"\r\n') == ("encounter_id", "code")
