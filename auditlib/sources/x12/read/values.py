"""Bytes to numbers and dates, column by column, with masks of unreadable values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from auditlib.sources.x12.read.segments import Field, Mask, Rows, Segments, Words

if TYPE_CHECKING:
    from typing import TypeAlias

MAXIMUM_DIGITS = 15
NO_DAY = np.int32(np.iinfo(np.int32).min)

Units: TypeAlias = "npt.NDArray[np.int64]"
DayNumbers: TypeAlias = "npt.NDArray[np.int32]"

_SPACE = 32
# Blanks to skip one by one; beyond that, all bytes of the chunk are searched once.
_BLANK_STEPS = 24
_LONGEST_NUMBER = MAXIMUM_DIGITS + 8
_WORD = 8
_DAYS_IN_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)
_DATE_LENGTH, _RANGE_LENGTH, _MINUTE_LENGTHS = 8, 17, (12, 14)

_ZEROS = np.uint64(0x3030303030303030)
_HIGH_NIBBLES = np.uint64(0xF0F0F0F0F0F0F0F0)
_SIXES = np.uint64(0x0606060606060606)
_POINTS = np.uint64(0x2E2E2E2E2E2E2E2E)
_LOW_BITS, _HIGH_BITS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
_EIGHT_BITS = np.uint64(8)
_POWERS = 10 ** np.arange(9, dtype=np.int64)
# By number of bytes: shift that right-aligns a value in eight bytes, and zeros that fill the front.
_RIGHT_SHIFT = np.array([(64 - 8 * length) % 64 for length in range(9)], dtype=np.uint64)
_FRONT_ZEROS = np.array([0x3030303030303030 & ((1 << (64 - 8 * n)) - 1) for n in range(9)], dtype=np.uint64)


def trimmed(segments: Segments, field: Field) -> Field:
    """Return the field without blanks at either end."""
    if not segments.may_hold_padding:
        return field
    start, end, buffer = field.start, field.end, segments.buffer
    filled = end > start
    before = filled & (buffer.take(start) <= _SPACE)
    after = filled & (buffer.take(end - 1) <= _SPACE)
    if not (before.any() or after.any()):
        return field
    start, end = start.copy(), end.copy()
    left, right = np.flatnonzero(before), np.flatnonzero(after)
    for _ in range(_BLANK_STEPS):
        start[left] += 1
        left = left[(start[left] < end[left]) & (buffer.take(start[left], mode="clip") <= _SPACE)]
        if not len(left):
            break
    for _ in range(_BLANK_STEPS):
        end[right] -= 1
        right = right[(end[right] > start[right]) & (buffer.take(end[right] - 1) <= _SPACE)]
        if not len(right):
            break
    if len(left) or len(right):
        solid = np.flatnonzero(buffer > _SPACE)
        bounded = np.concatenate(([np.int64(-1)], solid, [np.int64(len(buffer))]))
        start[left] = np.minimum(bounded[np.searchsorted(bounded, start[left])], end[left])
        end[right] = np.maximum(bounded[np.searchsorted(bounded, end[right]) - 1] + 1, start[right])
    end = np.maximum(start, end)
    return Field(start, end)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers read from a field, as whole multiples of ``10 ** -scale``.

    Attributes
    ----------
    units
        The multiples; 0 if unreadable or absent.
    present
        True if the field is not empty.
    readable
        True if it is a number.
    exact
        False if decimals were lost by rounding.
    scale
        Number of decimals.
    """

    units: Units
    present: Mask
    readable: Mask
    exact: Mask
    scale: int

    @property
    def unreadable(self) -> Mask:
        """True if the field is not empty and not a number."""
        return self.present & ~self.readable


def numbers(segments: Segments, field: Field, scale: int) -> Numbers:
    """Return decimal numbers (sign, digits, one point), rounded half away from zero beyond the scale."""
    length = field.end - field.start
    present = length > 0
    exact = np.ones(len(length), dtype=np.bool_)
    if not present.any():
        return Numbers(np.zeros(len(length), dtype=np.int64), present, present, exact, scale)
    units, readable = _short_numbers(segments, field.start, length, scale)
    rest = np.flatnonzero(present & ~readable)
    if len(rest):
        tight = trimmed(segments, field.pick(rest))
        start, length = tight.start, tight.end - tight.start
        present[rest] = length > 0
        units[rest], readable[rest], exact[rest] = _any_numbers(segments, start, length, scale)
    return Numbers(units, present, readable, exact, scale)


def _short_numbers(segments: Segments, start: Rows, length: Rows, scale: int) -> tuple[Units, Mask]:
    """Return unsigned numbers of up to eight bytes and few decimals, read as words of eight digits."""
    size = np.minimum(length, _WORD)
    word = (segments.words(start) << _RIGHT_SHIFT.take(size)) | _FRONT_ZEROS.take(size)
    difference = word ^ _POINTS
    point = (difference - _LOW_BITS) & ~difference & _HIGH_BITS
    point &= ~point + np.uint64(1)
    has_point = point != 0
    # Bytes before the point move over it; a zero enters at the front.
    below = np.where(has_point, (point >> np.uint64(7)) - np.uint64(1), np.uint64(0))
    at_point = np.where(has_point, (point >> np.uint64(7)) * np.uint64(0xFF), np.uint64(0))
    digits = (word & ~(below | at_point)) | ((word & below) << _EIGHT_BITS)
    digits = np.where(has_point, digits | np.uint64(0x30), digits)
    decimals = np.where(has_point, 7 - (np.bitwise_count(below) >> 3).astype(np.int64), 0)
    readable = (
        (length > 0) & (length <= _WORD) & _all_digits(digits) & (decimals <= scale) & (length > has_point)
    )
    units = _eight_digits(digits) * _POWERS.take(np.maximum(scale - decimals, 0))
    return np.where(readable, units, 0), readable


def _all_digits(word: Words) -> Mask:
    is_digits: Mask = ((word & _HIGH_NIBBLES) == _ZEROS) & (((word + _SIXES) & _HIGH_NIBBLES) == _ZEROS)
    return is_digits


def _eight_digits(word: Words) -> Units:
    """Return the value of eight digits, the first in the lowest byte."""
    word = ((word & np.uint64(0x0F0F0F0F0F0F0F0F)) * np.uint64(2561)) >> np.uint64(8)
    word = ((word & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601)) >> np.uint64(16)
    word = ((word & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001)) >> np.uint64(32)
    return word.astype(np.int64)


def _any_numbers(segments: Segments, start: Rows, length: Rows, scale: int) -> tuple[Units, Mask, Mask]:
    """Return numbers of any form, read byte by byte: the few that `_short_numbers` leaves."""
    count = len(start)
    units = np.zeros(count, dtype=np.int64)
    digit_count, decimal_count = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    after_point, exact = np.zeros(count, np.bool_), np.ones(count, np.bool_)
    round_up, negative = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    readable = (length > 0) & (length <= _LONGEST_NUMBER)
    for step in range(min(int(length.max(initial=0)), _LONGEST_NUMBER)):
        byte = segments.buffer.take(start + step, mode="clip")
        inside = step < length
        digit = byte - np.uint8(48)
        is_digit = inside & (digit <= 9)  # noqa: PLR2004 - one decimal digit
        is_point = inside & (byte == ord("."))
        is_sign = inside & (byte == ord("-")) if step == 0 else np.zeros(count, np.bool_)
        readable &= ~inside | is_digit | is_sign | (is_point & ~after_point)
        counted = is_digit & (~after_point | (decimal_count < scale))
        units = np.where(counted & (digit_count <= MAXIMUM_DIGITS), units * 10 + digit, units)
        dropped = is_digit & ~counted
        round_up |= dropped & (decimal_count == scale) & (digit >= 5)  # noqa: PLR2004 - half rounds away from zero
        exact &= ~dropped | (digit == 0)
        decimal_count += is_digit & after_point
        digit_count += is_digit
        after_point |= is_point
        negative |= is_sign
    readable &= (digit_count > 0) & (digit_count - decimal_count <= MAXIMUM_DIGITS - scale)
    units = (units + round_up) * 10 ** np.maximum(scale - decimal_count, 0)
    units = np.where(readable, np.where(negative, -units, units), 0)
    return units, readable, exact | ~readable


@dataclass(frozen=True, slots=True)
class Days:
    """Dates read from a field, as days since 1970, `NO_DAY` if absent or unreadable; a range has two."""

    first: DayNumbers
    last: DayNumbers
    unreadable: Mask


def days(segments: Segments, field: Field) -> Days:
    """Return dates from CCYYMMDD, CCYYMMDD-CCYYMMDD or CCYYMMDDHHMM."""
    tight = trimmed(segments, field)
    length = tight.end - tight.start
    if not length.any():
        none = np.full(len(length), NO_DAY, dtype=np.int32)
        return Days(none, none, np.zeros(len(length), dtype=np.bool_))
    known = length == _DATE_LENGTH
    is_range = length == _RANGE_LENGTH
    for minutes in _MINUTE_LENGTHS:
        known |= length == minutes
    first = _day(segments, tight.start, known | is_range)
    last = first
    if is_range.any():
        dash = segments.buffer.take(tight.start + _DATE_LENGTH, mode="clip") == ord("-")
        second = _day(segments, tight.start + _DATE_LENGTH + 1, is_range & dash)
        broken = is_range & ((second == NO_DAY) | (first == NO_DAY))
        last = np.where(is_range, second, first)
        first = np.where(broken, NO_DAY, first)
        last = np.where(broken, NO_DAY, last)
    return Days(first, last, (length > 0) & (first == NO_DAY))


def _day(segments: Segments, start: Rows, is_date: Mask) -> DayNumbers:
    word = segments.words(start)
    good = is_date & _all_digits(word)
    number = np.where(good, _eight_digits(word), 0)
    year, in_year = np.divmod(number, 10000)
    month, day = np.divmod(in_year, 100)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    good &= (year > 0) & (month >= 1) & (month <= 12)  # noqa: PLR2004 - months
    longest = _DAYS_IN_MONTH.take(np.where(good, month, 0)) + (leap & (month == 2))  # noqa: PLR2004 - February
    good &= (day >= 1) & (day <= longest)
    # Days from the civil calendar, counted in years that start in March.
    march_year = year - (month <= 2)  # noqa: PLR2004 - January and February end the year
    march_month = (month + 9) % 12
    leap_days = march_year // 4 - march_year // 100 + march_year // 400
    day_number = 365 * march_year + leap_days + (153 * march_month + 2) // 5 + day - 1 - 719468
    return np.where(good, day_number, NO_DAY).astype(np.int32)
