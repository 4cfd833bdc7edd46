from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from auditlib.report.formatting import Kind, columns_of, dotted, format_rate, written


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (dt.date(2026, 3, 3), Kind.DATE, "Mar 3, 2026"),
        (dt.date(2026, 3, 1), Kind.MONTH, "Mar 2026"),
        (dt.datetime(2026, 3, 3, 9, 5), Kind.TIME, "Mar 3, 2026, 09:05 UTC"),  # noqa: DTZ001 - as stored
        (Decimal("1234.5"), Kind.AMOUNT, "$1,234.50"),
        (Decimal("-0.05"), Kind.AMOUNT, "-$0.05"),
        (1234567, Kind.COUNT, "1,234,567"),
        (0.934, Kind.SHARE, "93.4 %"),
        (1.0, Kind.SHARE, "100.0 %"),
        (Decimal("2.5000"), Kind.NUMBER, "2.5"),
        (False, Kind.FLAG, "no"),
        (None, Kind.AMOUNT, "-"),
        ("00100", Kind.TEXT, "00100"),
    ],
)
def test_values_are_written_for_people(value: object, kind: Kind, text: str) -> None:
    assert written(value, kind) == text


def test_a_rate_is_written_with_its_interval_or_its_reason() -> None:
    assert format_rate(0.934, 0.901, 0.957, None) == "93.4 % (90.1-95.7 %)"
    assert format_rate(0.48, None, None, None) == "48.0 %"
    assert format_rate(None, None, None, "no claim was denied") == "not defined: no claim was denied"
    assert format_rate(None, None, None, None) == "-"


def test_kinds_follow_name_and_type() -> None:
    frame = pl.DataFrame(
        schema={
            "payer_id": pl.String,
            "submit_month": pl.Date,
            "submit_date": pl.Date,
            "loaded_at": pl.Datetime,
            "paid_amount": pl.Decimal(18, 2),
            "claim_count": pl.Int64,
            "amount_share": pl.Float64,
            "unit_quantity": pl.Decimal(18, 4),
            "sha256": pl.String,
            "is_reworked": pl.Boolean,
        }
    )
    columns = columns_of(frame, {"payer_id": "Who pays"})
    assert [column.kind.value for column in columns] == [
        "text", "month", "date", "time", "amount", "count", "share", "number", "code", "flag",
    ]  # fmt: skip
    assert [column.label for column in columns][:3] == ["Who pays", "Submit month", "Submit date"]


def test_codes_of_icd_10_cm_carry_their_dots_and_no_others_do() -> None:
    assert dotted("E1165", "ICD-10-CM") == "E11.65"
    assert dotted("G35A, G35B0", "ICD-10-CM") == "G35.A, G35.B0"
    assert dotted("99213", "CPT") == "99213"
    assert dotted(None, "ICD-10-CM") is None
