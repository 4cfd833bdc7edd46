"""National Provider Identifiers (NPI): ten digits, the last of which is a check digit."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from auditlib.codes.form import CodeForm
from auditlib.codes.systems import NPI
from auditlib.errors import BadInputError

_NINE_DIGITS: Final = re.compile(r"[0-9]{9}")
_TEN_DIGITS: Final = re.compile(r"[12][0-9]{9}")

# Contribution of the issuer prefix 80840 to the Luhn sum.
_PREFIX_SUM: Final = 24
_PLACES: Final = 10


def npi_check_digit(first_nine: str) -> str:
    """Return the tenth digit that makes nine digits an NPI.

    Parameters
    ----------
    first_nine
        The nine digits in front of the check digit.

    Raises
    ------
    BadInputError
        If they are not nine digits.

    Notes
    -----
    The Luhn formula of ISO/IEC 7812-1, applied with the prefix 80840 of United States health identifiers.

    Examples
    --------
    >>> npi_check_digit("123456789")
    '3'
    """
    if _NINE_DIGITS.fullmatch(first_nine) is None:
        message = "An NPI's check digit is computed from nine digits, and this is something else."
        raise BadInputError(message, hint="Give the first nine digits as text, as '123456789'.")
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in first_nine[::2])
    single = (int(digit) for digit in first_nine[1::2])
    return str(-(_PREFIX_SUM + sum(doubled) + sum(single)) % 10)


def is_valid_npi(npi: str) -> bool:
    """Return True if a text is an NPI: ten digits, the first 1 or 2, the last the right check digit.

    Examples
    --------
    >>> is_valid_npi("1234567893")
    True
    >>> is_valid_npi("1234567890")
    False
    """
    return _TEN_DIGITS.fullmatch(npi) is not None and npi_check_digit(npi[:9]) == npi[9]


class ProviderForm(CodeForm):
    """The form of an NPI, including its check digit."""

    __slots__ = ()

    def has_shape(self, code: str) -> bool:
        """Return True if a stored number is a valid NPI; whether it is assigned is not known."""
        return is_valid_npi(code)

    def shaped(self, column: str) -> pl.Expr:
        """Return `has_shape` as an expression over a column."""
        is_ten_digits = pl.col(column).str.contains(rf"^(?:{self.shape})$")
        total = pl.lit(_PREFIX_SUM, pl.Int64)
        for place in range(_PLACES):
            digit = pl.col(column).str.slice(place, 1).cast(pl.Int64, strict=False)
            # The sum of the two digits of a doubled digit.
            total += digit if place % 2 else 2 * digit // 10 + 2 * digit % 10
        return (is_ten_digits & (total % 10 == 0)).alias(column)


NPI_FORM: Final = ProviderForm(NPI, _TEN_DIGITS.pattern, "ten digits, the last of which checks the others")
