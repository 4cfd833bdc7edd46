"""Bytes to values, column by column: text, money, quantities and dates, with what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from auditlib.sources.x12.segments import Field, Mask, Segments

if TYPE_CHECKING:
    from collections.abc import Mapping

MAXIMUM_DIGITS = 15
NO_DAY = np.int32(np.iinfo(np.int32).min)
_DAYS_IN_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)
_DATE_LENGTH, _RANGE_LENGTH, _MINUTE_LENGTHS = 8, 17, (12, 14)


def trimmed(segments: Segments, field: Field) -> Field:
    """Return the field without blanks at either end."""
    start, end, buffer = field.start, field.end, segments.buffer
    limit = len(buffer) - 1
    if limit < 0 or not len(start):
        return field
    for _ in range(2):
        before = (end > start) & (buffer[np.minimum(start, limit)] <= 32)  # noqa: PLR2004 - control and blank
        after = (end > start) & (buffer[np.maximum(end - 1, 0)] <= 32)  # noqa: PLR2004 - as above
        if not (before.any() or after.any()):
            return Field(start, end)
        blank = np.concatenate((np.flatnonzero(buffer > 32), [np.int64(1) << 62]))  # noqa: PLR2004 - as above
        start = np.minimum(np.where(before, blank[np.searchsorted(blank, start)], start), end)
        solid = np.concatenate(([np.int64(-1)], blank))
        end = np.maximum(np.where(after, solid[np.searchsorted(blank, end)] + 1, end), start)
    return Field(start, end)


def texts(segments: Segments, fields: Mapping[str, Field]) -> pl.DataFrame:
    """Return fields of one length as text columns; empty is null."""
    columns: dict[str, pl.Series] = {}
    expressions: list[pl.Expr] = []
    buffer = pl.lit(pl.Series("buffer", [segments.data]))
    is_ascii = segments.is_ascii
    for name, field in fields.items():
        tight = trimmed(segments, field)
        length = tight.end - tight.start
        if not length.any():
            expressions.append(pl.lit(pl.Series(name, [None] * 0, dtype=pl.String).extend_constant(None, len(length))))
            continue
        columns[f"{name} start"] = pl.Series(tight.start)
        columns[f"{name} length"] = pl.Series(length)
        value = buffer.bin.slice(pl.col(f"{name} start"), pl.col(f"{name} length"))
        if is_ascii:
            value = value.cast(pl.String)
        if not length.all():
            value = pl.when(pl.col(f"{name} length") > 0).then(value)
        expressions.append(value.alias(name))
    frame = pl.DataFrame(columns).select(expressions) if expressions else pl.DataFrame()
    return frame if is_ascii else frame.with_columns(_decoded(frame[name]) for name in frame.columns)


def text(segments: Segments, field: Field) -> pl.Series:
    """Return one field as text; empty is null."""
    return texts(segments, {"text": field})["text"]


def _decoded(series: pl.Series) -> pl.Series:
    """UTF-8 where it is, else Windows-1252: a name in another encoding does not lose its claim."""
    if series.dtype == pl.String:
        return series
    decoded = series.cast(pl.String, strict=False)
    if decoded.null_count() == series.null_count():
        return decoded
    other = series.to_frame("raw").select(
        pl.when(decoded.is_null() & series.is_not_null())
        .then(pl.col("raw"))
        .map_elements(lambda raw: raw.decode("cp1252", "replace"), return_dtype=pl.String)
    )
    return decoded.fill_null(other.to_series()).alias(series.name)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers read from a field, as whole multiples of ``10 ** -scale``.

    Attributes
    ----------
    units
        The multiples; 0 where unreadable or absent.
    present
        Where the field holds anything.
    readable
        Where it holds a number.
    exact
        False where decimals were lost by rounding.
    """

    units: npt.NDArray[np.int64]
    present: Mask
    readable: Mask
    exact: Mask
    scale: int

    @property
    def unreadable(self) -> Mask:
        """Where something stands that is not a number."""
        return self.present & ~self.readable

    def series(self) -> pl.Series:
        """Return decimals; null where absent or unreadable."""
        step = Decimal(1).scaleb(-self.scale)
        units = pl.Series("units", self.units)
        return pl.select(
            (pl.when(pl.Series(self.readable)).then(units) * pl.lit(step)).cast(pl.Decimal(18, self.scale)).alias("v")
        )["v"]


def numbers(segments: Segments, field: Field, scale: int) -> Numbers:
    """Read decimal numbers: sign, digits, one point; rounded half away from zero beyond the scale."""
    tight = trimmed(segments, field)
    start, length = tight.start, tight.end - tight.start
    count, limit = len(start), len(segments.buffer) - 1
    units = np.zeros(count, dtype=np.int64)
    digit_count, decimal_count = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    after_point, readable, exact = np.zeros(count, np.bool_), length > 0, np.ones(count, np.bool_)
    round_up, negative = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    for step in range(min(int(length.max(initial=0)), MAXIMUM_DIGITS + 8)):
        byte = segments.buffer[np.minimum(start + step, limit)]
        inside = step < length
        digit = byte - np.uint8(48)
        is_digit = inside & (digit <= 9)  # noqa: PLR2004 - one decimal digit
        is_point = inside & (byte == ord("."))
        is_sign = inside & (byte == ord("-")) if step == 0 else np.zeros(count, np.bool_)
        readable &= ~inside | is_digit | is_sign | (is_point & ~after_point)
        counted = is_digit & (~after_point | (decimal_count < scale))
        units = np.where(counted, units * 10 + digit, units)
        dropped = is_digit & ~counted
        round_up |= dropped & (decimal_count == scale) & (digit >= 5)  # noqa: PLR2004 - half rounds away from zero
        exact &= ~dropped | (digit == 0)
        decimal_count += is_digit & after_point
        digit_count += is_digit
        after_point |= is_point
        negative |= is_sign
    readable &= (digit_count > 0) & (length <= MAXIMUM_DIGITS + 8) & (digit_count - decimal_count <= MAXIMUM_DIGITS - scale)
    units *= 10 ** np.maximum(scale - decimal_count, 0)
    units = np.where(readable, np.where(negative, -(units + round_up), units + round_up), 0)
    return Numbers(units, length > 0, readable, exact | ~readable, scale)


@dataclass(frozen=True, slots=True)
class Days:
    """Dates read from a field, as days since 1970, `NO_DAY` where absent or unreadable; a range has two."""

    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    unreadable: Mask


def days(segments: Segments, field: Field) -> Days:
    """Read CCYYMMDD, CCYYMMDD-CCYYMMDD or CCYYMMDDHHMM."""
    tight = trimmed(segments, field)
    length = tight.end - tight.start
    first = _day(segments, tight.start, length >= _DATE_LENGTH)
    last = first.copy()
    is_range = length == _RANGE_LENGTH
    known = np.isin(length, (_DATE_LENGTH, _RANGE_LENGTH, *_MINUTE_LENGTHS))
    first[~known] = last[~known] = NO_DAY
    if is_range.any():
        dash = segments.buffer[np.minimum(tight.start + _DATE_LENGTH, len(segments.buffer) - 1)] == ord("-")
        second = _day(segments, tight.start + _DATE_LENGTH + 1, is_range & dash)
        last = np.where(is_range, second, last)
        first = np.where(is_range & (second == NO_DAY), NO_DAY, first)
        last = np.where(is_range & (first == NO_DAY), NO_DAY, last)
    return Days(first, last, (length > 0) & (first == NO_DAY))


def _day(segments: Segments, start: npt.NDArray[np.int64], asked: Mask) -> npt.NDArray[np.int32]:
    limit = len(segments.buffer) - 1
    number = np.zeros(len(start), dtype=np.int64)
    good = asked.copy()
    for step in range(_DATE_LENGTH):
        digit = segments.buffer[np.clip(start + step, 0, max(limit, 0))] - np.uint8(48) if limit >= 0 else number
        good &= digit <= 9  # noqa: PLR2004 - one decimal digit
        number = number * 10 + digit
    year, month, day = number // 10000, number // 100 % 100, number % 100
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    good &= (year > 0) & (month >= 1) & (month <= 12)  # noqa: PLR2004 - months
    longest = _DAYS_IN_MONTH[np.where(good, month, 0)] + (leap & (month == 2))  # noqa: PLR2004 - February
    good &= (day >= 1) & (day <= longest)
    # Days from the civil calendar, counted in years that start in March.
    shifted_year = year - (month <= 2)  # noqa: PLR2004 - January and February end the year
    shifted_month = (month + 9) % 12
    day_number = (
        365 * shifted_year
        + shifted_year // 4
        - shifted_year // 100
        + shifted_year // 400
        + (153 * shifted_month + 2) // 5
        + day
        - 1
        - 719468
    )
    return np.where(good, day_number, NO_DAY).astype(np.int32)


def dates(day: npt.NDArray[np.int32]) -> pl.Series:
    """Return days as dates, null for `NO_DAY`."""
    series = pl.Series("day", day)
    return pl.select(pl.when(series != NO_DAY).then(series).cast(pl.Date).alias("day"))["day"]
