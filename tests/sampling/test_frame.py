from __future__ import annotations

import csv
import datetime as dt
import hashlib
import string
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.errors import BadInputError
from auditlib.sampling.frame import canonical_frame, frame_bytes, frame_sha256, read_text_table

GOLDEN = (
    b"unit_id,stratum,service_date,charge_amount,note\n"
    b"a,office,,2.50,\n"
    b'b,,2026-01-01,1.00,""\n'
    b'\xc3\xa9,"x, ""y""",2026-02-01,-3.10,"two\nlines"\n'
)


def golden_frame() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "note": ["two\nlines", None, ""],
            "charge_amount": ["-3.1000", "2.5", "1"],
            "unit_id": ["é", "a", "b"],
            "service_date": ["2026-02-01", None, "2026-01-01"],
            "stratum": ['x, "y"', "office", None],
        }
    )


def naive_bytes(rows: dict[str, dict[str, str | None]], columns: list[str]) -> bytes:
    """The documented text, written field by field without polars."""

    def field(value: str | None) -> str:
        if value is None:
            return ""
        if value == "" or any(mark in value for mark in ',"\n\r'):
            return '"' + value.replace('"', '""') + '"'
        return value

    lines = [",".join(field(name) for name in columns)]
    lines += [
        ",".join(field(rows[unit_id][name]) for name in columns) for unit_id in sorted(rows, key=str.encode)
    ]
    return "".join(f"{line}\n" for line in lines).encode()


ids = st.text(string.ascii_letters + string.digits + ",é日-", min_size=1, max_size=6)
texts = st.none() | st.text(string.ascii_letters + ',"\n\r é', max_size=5)
amounts = st.none() | st.decimals(Decimal("-99999.99"), Decimal("99999.99"), places=2)
dates = st.none() | st.dates(dt.date(1999, 1, 1), dt.date(2031, 1, 1))
tables = st.dictionaries(ids, st.tuples(texts, texts, dates, amounts), min_size=1, max_size=12)


def test_golden_text() -> None:
    assert frame_bytes(golden_frame()) == GOLDEN
    assert frame_sha256(golden_frame()) == hashlib.sha256(GOLDEN).hexdigest()


@given(tables, st.randoms(use_true_random=False))
def test_text_is_the_documented_one_in_any_order_of_rows_and_columns(table: dict, random) -> None:  # type: ignore[no-untyped-def,type-arg] # noqa: ANN001
    columns = ["unit_id", "stratum", "service_date", "charge_amount", "note"]
    records = [
        {"unit_id": key, "stratum": a, "note": b, "service_date": c, "charge_amount": d}
        for key, (a, b, c, d) in table.items()
    ]
    expected = naive_bytes(
        {
            row["unit_id"]: {
                **row,
                "service_date": row["service_date"] and row["service_date"].isoformat(),
                "charge_amount": None if row["charge_amount"] is None else f"{row['charge_amount'] + 0:.2f}",
            }
            for row in records
        },
        columns,
    )
    random.shuffle(records)
    random.shuffle(columns)
    schema = dict.fromkeys(columns, pl.String) | {
        "service_date": pl.Date,
        "charge_amount": pl.Decimal(18, 2),
    }
    frame = pl.DataFrame(records, schema=schema)
    assert frame_bytes(frame) == expected
    again = read_text_table(expected, subject="frame file")
    assert frame_bytes(again) == expected
    assert canonical_frame(canonical_frame(again)).equals(canonical_frame(frame))


def test_file_format_of_the_source_does_not_matter(tmp_path: Path) -> None:
    frame = canonical_frame(golden_frame())
    frame.write_parquet(tmp_path / "frame.parquet")
    frame.write_ndjson(tmp_path / "frame.ndjson")
    with (tmp_path / "frame.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\r\n")
        writer.writerow(["charge_amount", "unit_id", "service_date", "stratum"])
        writer.writerows([["-3.1", "é", "2026-02-01", 'x, "y"'], ["2.50", "a", "", "office"]])
    as_float = frame.with_columns(pl.col("charge_amount").cast(pl.Float64))
    as_moment = frame.with_columns(pl.col("service_date").cast(pl.Datetime))
    others = [
        pl.read_parquet(tmp_path / "frame.parquet"),
        pl.read_ndjson(tmp_path / "frame.ndjson"),
        as_float,
        as_moment,
    ]
    assert [frame_sha256(other) for other in others] == [frame_sha256(frame)] * 4
    two = frame.filter(pl.col("unit_id") != "b").drop("note")
    from_csv = read_text_table((tmp_path / "frame.csv").read_bytes(), subject="frame file")
    assert frame_sha256(from_csv) == frame_sha256(two)


def test_null_and_empty_are_different_frames() -> None:
    null = pl.DataFrame({"unit_id": ["a"], "coder_id": [None]}, schema_overrides={"coder_id": pl.String})
    empty = pl.DataFrame({"unit_id": ["a"], "coder_id": [""]})
    assert frame_sha256(null) != frame_sha256(empty)


@given(st.integers(-(10**12), 10**12))
def test_floats_that_are_cents_become_those_cents(cents: int) -> None:
    frame = pl.DataFrame({"unit_id": ["a"], "charge_amount": [cents / 100]})
    assert canonical_frame(frame).item(0, "charge_amount") == Decimal(cents) / 100


def test_ids_are_ordered_by_bytes_not_by_locale() -> None:
    frame = canonical_frame(pl.DataFrame({"unit_id": ["é", "b", "B", "10", "9", "z"]}))
    assert frame["unit_id"].to_list() == ["10", "9", "B", "b", "z", "é"]


def test_whole_numbers_may_be_ids() -> None:
    assert canonical_frame(pl.DataFrame({"unit_id": [10, 9]}))["unit_id"].to_list() == ["10", "9"]


@pytest.mark.parametrize(
    ("unit_ids", "reason"),
    [
        ([], "empty"),
        (["a", None], "no unit_id"),
        (["a", "b", "a", "a"], "repeat the unit_id of another row, as a"),
        (["a", ""], "are empty"),
        (["a", " b"], "space"),
        (["a", "b\n"], "control"),
    ],
)
def test_unfit_ids_are_refused(unit_ids: list[str | None], reason: str) -> None:
    with pytest.raises(BadInputError, match=reason):
        canonical_frame(pl.DataFrame({"unit_id": unit_ids}, schema={"unit_id": pl.String}))


def test_a_frame_without_ids_is_refused() -> None:
    with pytest.raises(BadInputError, match="unit_id"):
        canonical_frame(pl.DataFrame({"claim": ["a"]}))


@pytest.mark.parametrize(
    "value",
    [
        "1.005",
        "x",
        "1,000",
        "$5",
        "1e3",
        "",
        1.005,
        float("nan"),
        float("inf"),
        Decimal("1.005"),
        True,
        dt.date(2026, 1, 1),
    ],
)
def test_amounts_that_are_not_dollars_and_cents_are_refused(value: object) -> None:
    with pytest.raises(BadInputError, match=r"'charge_amount' of the frame: 1 values .* row 2"):
        canonical_frame(pl.DataFrame({"unit_id": ["a", "b"], "charge_amount": [None, value]}))


@pytest.mark.parametrize("value", ["2026-13-01", "2026-1-1", "01/02/2026", "", 5, dt.datetime(2026, 1, 1, 3)])  # noqa: DTZ001
def test_dates_that_are_not_days_are_refused(value: object) -> None:
    with pytest.raises(BadInputError, match=r"'service_date' of the frame: 1 values .* row 1"):
        canonical_frame(pl.DataFrame({"unit_id": ["a"], "service_date": [value]}))


def test_a_float_column_that_is_not_money_is_refused() -> None:
    with pytest.raises(BadInputError, match="risk"):
        canonical_frame(pl.DataFrame({"unit_id": ["a"], "risk": [0.1]}))
