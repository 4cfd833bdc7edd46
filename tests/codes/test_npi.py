from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.codes.npi import is_valid_npi, npi_check_digit
from auditlib.errors import BadInputError

nine_digits = st.from_regex(r"[12][0-9]{8}", fullmatch=True)


def luhn_sum(digits: str) -> int:
    """Plain Luhn, from the right, over the number with its check digit."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total


def test_the_example_of_the_standard() -> None:
    assert npi_check_digit("123456789") == "3"
    assert is_valid_npi("1234567893")


@given(nine_digits)
def test_the_check_digit_satisfies_luhn_with_the_prefix(first_nine: str) -> None:
    assert luhn_sum("80840" + first_nine + npi_check_digit(first_nine)) % 10 == 0


@given(nine_digits, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(first_nine: str, position: int, shift: int) -> None:
    npi = first_nine + npi_check_digit(first_nine)
    wrong = npi[:position] + str((int(npi[position]) + shift) % 10) + npi[position + 1 :]
    assert is_valid_npi(npi)
    assert not is_valid_npi(wrong)


@pytest.mark.parametrize("text", ["", "12345", "123456789X", "12345678901", "3234567893", "\uff11234567893"])
def test_what_is_not_an_npi(text: str) -> None:
    assert not is_valid_npi(text)


@pytest.mark.parametrize("text", ["", "12345678", "1234567890", "12345678a", "\uff1123456789"])
def test_a_check_digit_needs_nine_digits(text: str) -> None:
    with pytest.raises(BadInputError, match="nine digits"):
        npi_check_digit(text)
