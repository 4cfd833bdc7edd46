"""Which rows fill a table by a mapping: rows that repeat a line, kinds of rows; prices and ranges of days."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from auditlib.errors import BadInputError
from auditlib.sources.batch import SourceBatch
from auditlib.sources.tabular.day_ranges import day_of_range
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.tables import read_table


def read(tmp_path: Path, mapping: str, *lines: str) -> SourceBatch:
    path = tmp_path / "export.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (batch,) = read_table(path, source_file_id=3, mapping=parse_mapping(mapping, name="m"))
    return batch


def claims(rows: str = "", charge: str = "Charge") -> str:
    return f"""
tables:
  - table: claim
    one_row_per: claim_id
{rows}
    columns:
      claim_id: Claim
      patient_control_number: Claim
      form: {{constant: P}}
      from_date: Day
      charge_amount: {{column: {charge}, take: sum}}
  - table: claim_line
{rows}
    columns: {{claim_id: Claim, code: CPT, charge_amount: {charge}}}
"""


DIAGNOSES = """
  - table: claim_diagnosis
    one_row_per: claim_id
    columns: {claim_id: Claim, code_system: {constant: ICD-10-CM}, code: Dx}
"""


def test_rows_that_repeat_a_line_for_each_diagnosis_make_one_line_that_points_at_them(tmp_path: Path) -> None:
    batch = read(
        tmp_path, claims("    once_per: [Claim, Line]") + DIAGNOSES,
        "Claim,Day,Line,CPT,Charge,Dx",
        "C1,2026-03-02,1,99213,110.00,I10", "C1,2026-03-02,1,99213,110.00,E119",
        "C1,2026-03-02,2,36415,9.00,E119",
    )  # fmt: skip
    lines = batch.frames["claim_line"]
    assert batch.frames["claim"]["charge_amount"].to_list() == [Decimal("119.00")]
    assert lines["charge_amount"].to_list() == [Decimal("110.00"), Decimal("9.00")]
    assert batch.frames["claim_diagnosis"]["code"].to_list() == ["I10", "E119"]
    assert lines.select("diagnosis_pointer_1", "diagnosis_pointer_2").rows() == [(1, 2), (2, None)]


@pytest.mark.parametrize(
    "rows",
    [
        "    only_rows: {Kind: [charge]}",
        "    leave_out_rows: {Kind: [Payment]}",
        "    only_filled: [CPT]",
    ],
)
def test_rows_of_another_kind_fill_no_table_and_are_listed(tmp_path: Path, rows: str) -> None:
    batch = read(
        tmp_path, claims(rows), "Claim,Day,Kind,CPT,Charge",
        "C1,2026-03-02,Charge,99213,110.00", "C1,2026-03-20,Payment,,-80.00",
    )  # fmt: skip
    assert batch.frames["claim"].select("charge_amount", "to_date").rows() == [
        (Decimal("110.00"), dt.date(2026, 3, 2))
    ]
    assert batch.frames["claim_line"].height == 1
    assert batch.rejected.select("segment", "record_number").rows() == [("row of another kind", 2)]


def test_a_price_is_multiplied_by_its_units(tmp_path: Path) -> None:
    mapping = claims().replace("{column: Charge, take: sum}", "{column: Charge, times: Units, take: sum}")
    mapping = mapping.replace("charge_amount: Charge}", "charge_amount: {column: Charge, times: Units}}")
    batch = read(
        tmp_path, mapping, "Claim,Day,CPT,Charge,Units",
        "C1,2026-03-02,J3301,12.50,4", "C1,2026-03-02,20610,$182.00,1.0", "C2,2026-03-02,J3301,12.50,few",
    )  # fmt: skip
    assert batch.frames["claim_line"]["charge_amount"].to_list() == [Decimal("50.00"), Decimal("182.00")]
    assert batch.frames["claim"].filter(pl.col("patient_control_number") == "C1")[
        "charge_amount"
    ].to_list() == [Decimal("232.00")]
    assert batch.rejected["record_number"].unique().to_list() == [3]


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("05/04/2026 - 05/06/2026", "05/04/2026", "05/06/2026"),
        ("05/04/26-05/06/26", "05/04/26", "05/06/26"),
        ("2026-05-04 to 2026-05-06", "2026-05-04", "2026-05-06"),
        ("20260504-20260506", "20260504", "20260506"),
        ("5/4 - 5/6/2026", "5/4/2026", "5/6/2026"),
        ("04-May-2026 thru 06-May-2026", "04-May-2026", "06-May-2026"),
        ("05/04/2026", "05/04/2026", "05/04/2026"),
        ("2026-05-04", "2026-05-04", "2026-05-04"),
    ],
)
def test_a_cell_with_two_days_has_a_first_and_a_last(cell: str, first: str, last: str) -> None:
    cells = pl.DataFrame({"cell": [cell]})
    found = cells.select(
        day_of_range(pl.col("cell"), "first").alias("first"),
        day_of_range(pl.col("cell"), "last").alias("last"),
    )
    assert found.row(0) == (first, last)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("from_date: {column: Day, times: Units}", "from_date is no single amount"),
        ("from_date: {constant: '2026-01-01', day: first}", "from_date is no day of a column"),
        ("from_date: {column: Day, day: middle}", "day is 'middle'"),
    ],
)
def test_options_that_a_column_cannot_have_are_refused(wrong: str, message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        parse_mapping(claims().replace("from_date: Day", wrong), name="m")


def test_a_header_that_chooses_rows_must_be_in_the_file(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="lacks columns that m names: 'kind'"):
        read(
            tmp_path, claims("    only_rows: {Kind: [Charge]}"),
            "Claim,Day,CPT,Charge", "C1,2026-03-02,99213,110.00",
        )  # fmt: skip


SEVERAL_PLACES = """
tables:
  - table: claim
    columns:
      claim_id: Claim
      patient_control_number: Claim
      form: {constant: P}
      from_date: Day
      charge_amount: Total
  - table: claim_line
    columns: {claim_id: Claim, code: CPT 1, charge_amount: Charge 1}
  - table: claim_line
    columns: {claim_id: Claim, code: CPT 2, charge_amount: Charge 2}
"""
ALL_PLACES = "Claim,Day,Total,CPT 1,Charge 1,CPT 2,Charge 2"


@pytest.mark.parametrize("empty", [",", ",0.00", ",$0", ",-"])
def test_a_place_that_a_record_leaves_empty_is_no_line(tmp_path: Path, empty: str) -> None:
    batch = read(tmp_path, SEVERAL_PLACES, ALL_PLACES, f"C1,2026-03-02,110.00,99213,110.00,{empty}")
    assert batch.frames["claim_line"]["code"].to_list() == ["99213"]
    assert batch.rejected.is_empty()


def test_a_place_with_a_charge_alone_is_a_line(tmp_path: Path) -> None:
    batch = read(tmp_path, SEVERAL_PLACES, ALL_PLACES, "C1,2026-03-02,119.00,99213,110.00,,9.00")
    assert batch.frames["claim_line"]["charge_amount"].to_list() == [Decimal("110.00"), Decimal("9.00")]


def test_a_record_that_fills_no_place_is_reported(tmp_path: Path) -> None:
    batch = read(tmp_path, SEVERAL_PLACES, ALL_PLACES, "C1,2026-03-02,110.00,,,,")
    assert batch.rejected["reason"].to_list() == ["charge_amount is missing"] * 2
