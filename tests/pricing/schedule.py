"""Rows of the physician fee schedule and lines of claims, in a few words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl

from auditlib.pricing.physician_fee import FEE_ROW
from auditlib.pricing.physician_price import LINE, physician_prices

DAY = dt.date(2024, 2, 1)
QUANTITY = pl.Decimal(18, 4)


def to_cents(amount: Decimal | str) -> Decimal:
    """An amount to the cent, half up."""
    return Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)


def line(code: str, *modifiers: str, **more: object) -> dict[str, Any]:
    """A line of a physician's claim in an office, nationally priced."""
    return {
        "code": code,
        "modifiers": list(modifiers),
        "unit_count": Decimal(1),
        "provider_day": "A",
        "group_day": "A",
        "service_date": DAY,
        "place_of_service": "11",
        "is_qualifying": False,
        "locality": "national",
        "work_index": Decimal(1),
        "practice_index": Decimal(1),
        "malpractice_index": Decimal(1),
    } | more


def fee(code: str, total: str, **more: object) -> dict[str, Any]:
    """A row of the schedule: all of the value is work, paid at $10 a unit."""
    return {
        "code": code,
        "modifier": "",
        "service_date": DAY,
        "is_qualifying": False,
        "status_code": "A",
        "global_days": "000",
        "multiple_procedure_indicator": "0",
        "bilateral_indicator": "0",
        "assistant_indicator": "0",
        "co_surgeon_indicator": "0",
        "professional_technical_indicator": "0",
        "release": "2024Q1",
        "work_rvu": Decimal(total),
        "nonfacility_practice_rvu": Decimal(0),
        "facility_practice_rvu": Decimal(0),
        "malpractice_rvu": Decimal(0),
        "conversion_factor": Decimal(10),
    } | more


def fees_frame(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame([dict(row) for row in rows], schema=FEE_ROW)


def lines_frame(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame([{"line_id": number, **row} for number, row in enumerate(rows)], schema=LINE)


def allowed(
    lines: Sequence[Mapping[str, Any]], fees: Sequence[Mapping[str, Any]] | pl.DataFrame
) -> list[Decimal | str]:
    """What is allowed for each line in dollars, or why it is not priced."""
    frame = fees if isinstance(fees, pl.DataFrame) else fees_frame(fees)
    prices = physician_prices(lines_frame(lines), frame).sort("line_id")
    return [
        Decimal(amount) / 100 if reason is None else reason
        for amount, reason in prices.select("amount", "reason").iter_rows()
    ]
