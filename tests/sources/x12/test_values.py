"""Numbers and dates against Python's own, whatever bytes are written."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from auditlib.sources.x12.read.chunks import Chunk, Piece
from auditlib.sources.x12.read.delimiters import Delimiters
from auditlib.sources.x12.read.segments import Field, Segments, packed
from auditlib.sources.x12.read.values import NO_DAY, days, numbers, trimmed

NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
EPOCH = dt.date(1970, 1, 1)


def _field(values: list[str]) -> tuple[Segments, Field]:
    text = "".join(f"REF*{value}~" for value in values).encode("latin-1")
    segments = Segments(Chunk((Piece(0, text),), Delimiters(ord("*"), ord(":"), ord("~"))))
    return segments, segments.element(segments.rows("REF"), 1)


numerals = st.one_of(
    st.decimals(-(10**9), 10**9, places=2).map(str),
    st.integers(-(10**6), 10**6).map(str),
    st.text("0123456789.-", min_size=1, max_size=12),
    st.text("0123456789. -+eE,$x", max_size=10),
    st.from_regex(r"\A0{0,6}[0-9]{0,7}\.[0-9]{1,6}\Z"),
)


@given(st.lists(numerals, min_size=1, max_size=30), st.sampled_from([0, 2, 4]))
def test_numbers_are_what_decimal_says(values: list[str], scale: int) -> None:
    segments, field = _field(values)
    read = numbers(segments, field, scale)
    for position, written in enumerate(value.strip() for value in values):
        whole_digits = len(written.lstrip("-").split(".")[0])
        is_number = bool(NUMBER.fullmatch(written)) and len(written) <= 23 and whole_digits <= 15 - scale
        assert read.readable[position] == is_number, written
        assert read.present[position] == bool(written)
        if is_number:
            exact = Decimal(written)
            rounded = exact.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
            assert Decimal(int(read.units[position])).scaleb(-scale) == rounded, written
            assert read.exact[position] == (rounded == exact), written
        else:
            assert read.units[position] == 0


def _day(text: str) -> dt.date | None:
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:8])) if text[:8].isdigit() else None
    except ValueError:
        return None


written_days = st.one_of(
    st.dates().map(lambda day: day.strftime("%Y%m%d").zfill(8)),
    st.tuples(st.dates(), st.dates()).map(
        lambda pair: "-".join(day.strftime("%Y%m%d").zfill(8) for day in pair)
    ),
    st.dates().map(lambda day: day.strftime("%Y%m%d").zfill(8) + "0815"),
    st.text("0123456789", min_size=8, max_size=8),
    st.text("0123456789-", max_size=18),
)


@given(st.lists(written_days, min_size=1, max_size=30))
def test_dates_are_what_the_calendar_says(values: list[str]) -> None:
    segments, field = _field(values)
    read = days(segments, field)
    for position, written in enumerate(values):
        first = last = None
        if len(written) == 17 and written[8] == "-" and written[9:].isdigit() and written[:8].isdigit():
            first, last = _day(written[:8]), _day(written[9:])
            if first is None or last is None:
                first = last = None
        elif len(written) in {8, 12, 14} and written[:8].isdigit():
            first = last = _day(written[:8])
        expected = [NO_DAY if day is None else (day - EPOCH).days for day in (first, last)]
        assert [read.first[position], read.last[position]] == expected, written
        assert read.unreadable[position] == (bool(written) and first is None)


@given(st.lists(st.text("abXYZ019 ", max_size=6), min_size=1, max_size=20))
def test_short_codes_are_numbers_of_their_upper_case(values: list[str]) -> None:
    segments, field = _field(values)
    expected = [packed(value.upper()) if len(value) <= 4 else 0 for value in values]
    assert segments.code(field).tolist() == expected


@given(st.lists(st.lists(st.text("ABC019 :", max_size=9), min_size=1, max_size=6), min_size=1, max_size=20))
def test_elements_and_components_are_what_split_says(rows: list[list[str]]) -> None:
    text = "".join(f"HI*{'*'.join(row)}~\n" for row in rows)
    segments = Segments(Chunk((Piece(7, text.encode()),), Delimiters(ord("*"), ord(":"), ord("~"))))
    found = segments.rows("HI")
    for number in range(1, 8):
        field = segments.element(found, number)
        expected = [row[number - 1] if number <= len(row) else "" for row in rows]
        assert [text[start:end] for start, end in zip(field.start, field.end, strict=True)] == expected
        composite = segments.composite(field)
        for component in range(1, 11):
            part = composite[component]
            parts = [[*value.split(":"), *[""] * 12][component - 1] for value in expected]
            assert [text[start:end] for start, end in zip(part.start, part.end, strict=True)] == parts
    starts = [7, *(7 + place.end() for place in re.finditer("~\n", text))]
    assert segments.offset(found).tolist() == starts[:-1]
    assert all(end > start for start, end in pairwise(starts))
    assert segments.count.tolist() == [len(row) + 1 for row in rows]
    assert np.array_equal(segments.start, np.array(starts[:-1]) - 7)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["", "A", "A B"]), st.integers(0, 60)), max_size=6)
)
def test_blanks_at_either_end_are_left_out_however_many(values: list[tuple[int, str, int]]) -> None:
    segments, field = _field([" " * before + value + " " * after for before, value, after in values] or ["A"])
    tight = trimmed(segments, field)
    found = [segments.data[start:end].decode() for start, end in zip(tight.start, tight.end, strict=True)]
    assert found == ([value for _, value, _ in values] or ["A"])
