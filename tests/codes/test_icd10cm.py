from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.codes import format_icd10cm, formatted, has_icd10cm_shape, normalise_code, normalised

codes = st.from_regex(r"[A-Z][0-9A][0-9AB][0-9A-Z]{0,4}", fullmatch=True)


@pytest.mark.parametrize(
    ("written", "stored"), [("E11.65", "E1165"), (" i10 ", "I10"), ("s72.001a", "S72001A"), ("c4a.9", "C4A9")]
)
def test_codes_are_stored_upper_case_without_dots(written: str, stored: str) -> None:
    assert normalise_code(written) == stored


@pytest.mark.parametrize(("stored", "shown"), [("E1165", "E11.65"), ("I10", "I10"), ("T1491XA", "T14.91XA")])
def test_codes_are_shown_with_a_dot(stored: str, shown: str) -> None:
    assert format_icd10cm(stored) == shown


@given(codes)
def test_showing_and_storing_are_inverse(code: str) -> None:
    assert normalise_code(format_icd10cm(code)) == code
    assert has_icd10cm_shape(code)


@pytest.mark.parametrize("code", ["", "99213", "A0", "A0.1", "a00", "0DTJ4ZZ", "A00000000", "E1165\n"])
def test_what_cannot_be_icd10cm(code: str) -> None:
    assert not has_icd10cm_shape(code)


def test_columns_follow_the_functions() -> None:
    written = ["E11.65", " i10 ", "", None, "t14.91xa"]
    frame = pl.DataFrame({"code": written}, schema={"code": pl.String}).with_columns(normalised("code"))
    assert frame["code"].to_list() == ["E1165", "I10", None, None, "T1491XA"]
    assert frame.with_columns(formatted("code"))["code"].to_list() == [
        "E11.65",
        "I10",
        None,
        None,
        "T14.91XA",
    ]
