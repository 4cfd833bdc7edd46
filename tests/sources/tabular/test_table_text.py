"""Encodings, line ends, separators and headers of delimited tables, as systems write them."""

from __future__ import annotations

import codecs
import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from auditlib.sources.recognise import read_source
from auditlib.sources.tabular.delimited import header_names, read_records
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.proposal.suggestion import suggest_mapping
from auditlib.sources.tabular.table_text import ENCODINGS, table_text
from tests.sources.tabular.flat_export import HEADER, claims, codes, mapping_of, read, reasons

ROWS = "C1,2026-01-05,99213,1,110.00,I10,E11.9,Santé\nC2,2026-01-06,99212,1,80.00,J06.9,,Santé\n"
TEXT = f"{HEADER}\n{ROWS}"
LOADED = [("C1", "110.00"), ("C2", "80.00")]
TABS = TEXT.replace(",", "\t")


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("\n", "\r").encode("cp1252"),
        TABS.encode("utf-16"),
        codecs.BOM_UTF16_BE + TABS.encode("utf-16-be"),
        TABS.encode("utf-16-le"),
        TABS.encode("utf-16-be"),
        TABS.replace("\n", "\r\n").encode("utf-16"),
        TABS.encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "|").encode(),
        ("sep=;\r\n" + TEXT.replace(",", ";")).encode(),
        ('\ufeff"sep=|"\n' + TEXT.replace(",", "|")).encode(),
        TEXT.replace("\n", ",\n").encode(),
        TEXT.replace("\n", ",,,\r\n").encode(),
        TEXT.replace("Santé\n", "Santé,,\n").encode(),
        TEXT.replace("Payer\n", "Payer,,\n").encode(),
        ("\r\n\r\n" + TEXT).encode(),
    ],
)  # fmt: skip
def test_a_table_is_read_however_it_was_saved(tmp_path: Path, content: bytes) -> None:
    batch = read(tmp_path / "x.csv", content, mapping_of())
    assert claims(batch) == LOADED
    assert codes(batch) == ["I10", "E119", "J069"]
    assert set(batch.frames["claim"]["payer_name"]) == {"Santé"}
    assert reasons(batch) == []


@pytest.mark.parametrize("content", [TABS.encode("utf-16"), TEXT.replace("\n", "\r").encode()])
def test_the_loader_and_the_proposal_know_the_same_tables(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "export.txt"
    path.write_bytes(content)
    (batch,) = read_source(path, source_file_id=3, mapping=parse_mapping(suggest_mapping(path), name="m"))
    assert claims(batch) == LOADED


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoding_that_no_file_shows_is_stated(tmp_path: Path, encoding: str) -> None:
    batch = read(
        tmp_path / "x.csv", TEXT.encode(ENCODINGS[encoding]), mapping_of(file=f"encoding: {encoding}")
    )
    assert set(batch.frames["claim"]["payer_name"]) == {"Santé"}


def test_a_line_end_within_a_cell_ends_no_record(tmp_path: Path) -> None:
    rows = TEXT.replace("E11.9,Santé", '"E11.9\n","Invented\r\nHealth"').encode()
    batch = read(tmp_path / "x.csv", rows, mapping_of())
    assert claims(batch) == LOADED
    assert batch.frames["claim"]["payer_name"].to_list() == ["Invented Health", "Santé"]
    assert codes(batch) == ["I10", "E119", "J069"]
    # A spreadsheet that ends rows with CR ends lines within cells with LF.
    with_cr = TEXT.replace("\n", "\r").replace("E11.9,Santé", 'E11.9,"Invented\nHealth"').encode()
    again = read(tmp_path / "x.csv", with_cr, mapping_of())
    assert again.frames["claim"]["payer_name"].to_list() == ["Invented Health", "Santé"]


def test_positions_stay_those_of_the_file_with_any_line_end() -> None:
    with_cr = table_text(b"a,b\r1,2\r3,4\r")
    assert with_cr == b"a,b\n1,2\n3,4\n"
    records = read_records(b"a,b\r1,2\r3,4\r", source_file_id=1, kind="row")
    assert records.frame["source_offset"].to_list() == [4, 8]


@pytest.mark.parametrize(
    ("title", "header_row"),
    [
        ("Report\n\n", 3),
        ("Report\n\n\nRun 01/31\n", 5),
        ('Gauge 5" report\n', 2),
        ('"Two\nlines"\n', 2),
        ("\n\n", 1),
    ],
)
def test_the_header_is_counted_as_a_spreadsheet_counts_rows(
    tmp_path: Path, title: str, header_row: int
) -> None:
    batch = read(tmp_path / "x.csv", title + TEXT, mapping_of(file=f"header_row: {header_row}"))
    assert claims(batch) == LOADED


def test_a_header_cell_may_hold_a_line_end() -> None:
    assert header_names(b'"Claim\nNo","Dx\r\n1"\nC1,I10\n') == ("claim no", "dx 1")
    assert header_names(b'"a;b;c",d,e\n') == ("a;b;c", "d", "e")


def test_a_header_of_two_rows_names_columns_by_both(tmp_path: Path) -> None:
    top = "Visit,,Line,,,Dx,,Payer\nNo,Day,CPT,Qty,Charge,1,2,Name\n"
    mapping = (
        mapping_of(file="header_row: 1, header_rows: 2", code="Line CPT")
        .replace("Claim\n", "Visit No\n").replace("claim_id: Claim,", "claim_id: Visit No,")
        .replace("DOS", "Visit Day").replace("Charge", "Line Charge").replace("Qty", "Line Qty")
        .replace("payer_name: Payer", "payer_name: Payer Name")
    )  # fmt: skip
    batch = read(tmp_path / "x.csv", top + ROWS, mapping)
    assert claims(batch) == LOADED
    assert codes(batch) == ["I10", "E119", "J069"]


@pytest.mark.parametrize(
    "day",
    ["2026-01-05T23:30:00Z", "2026-01-05 23:30:00+00:00", "2026-01-05T00:00:00.000000-05:00",
     "2026-01-05 10:20 UTC", "2026-01-05T10:20:30.123456789+0530"],
)  # fmt: skip
def test_the_day_of_a_time_with_a_zone_is_the_one_that_is_written(tmp_path: Path, day: str) -> None:
    batch = read(tmp_path / "x.csv", TEXT.replace("2026-01-05", day), mapping_of())
    assert batch.frames["claim"]["from_date"].to_list() == [dt.date(2026, 1, 5), dt.date(2026, 1, 6)]


def test_times_of_a_parquet_file_have_a_zone(tmp_path: Path) -> None:
    days = pl.Series([dt.datetime(2026, 1, 5), dt.datetime(2026, 1, 6)])  # noqa: DTZ001 - the zone is set below
    frame = pl.read_csv(TEXT.encode(), infer_schema=False).with_columns(
        days.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").alias("DOS"),
        pl.Series("Charge", ["110.000", "80.000"]).cast(pl.Decimal(18, 3)),
    )
    frame.write_parquet(tmp_path / "x.parquet")
    batch = read(tmp_path / "x.parquet", None, mapping_of())
    assert claims(batch) == LOADED
    assert batch.frames["claim"]["from_date"].to_list() == [dt.date(2026, 1, 5), dt.date(2026, 1, 6)]


def test_days_before_months_are_not_read_as_months(tmp_path: Path) -> None:
    body = TEXT.replace("2026-01-05", "16/01/2026").replace("2026-01-06", "05/01/2026")
    american = mapping_of().replace("from_date: DOS", 'from_date: {column: DOS, format: "%m/%d/%Y"}')
    batch = read(tmp_path / "x.csv", body, american)
    assert batch.frames["claim"].is_empty()
    assert all("has days before months in all its rows" in reason for _, reason in reasons(batch))
    batch = read(tmp_path / "x.csv", body, american.replace("%m/%d", "%d/%m"))
    assert batch.frames["claim"]["from_date"].to_list() == [dt.date(2026, 1, 16), dt.date(2026, 1, 5)]
