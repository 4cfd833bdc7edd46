"""National Provider Identifiers: ten digits of which the last one checks the others."""

from __future__ import annotations

import re
from typing import Final

from auditlib.errors import BadInputError

_NINE_DIGITS: Final = re.compile(r"[0-9]{9}")
_TEN_DIGITS: Final = re.compile(r"[12][0-9]{9}")

# The number is checked with the issuer prefix 80840 in front of it; this is what the prefix adds to the sum.
_PREFIX_SUM: Final = 24


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
    """Tell whether a text is an NPI: ten digits, the first 1 or 2, the last the right check digit.

    Examples
    --------
    >>> is_valid_npi("1234567893")
    True
    >>> is_valid_npi("1234567890")
    False
    """
    return _TEN_DIGITS.fullmatch(npi) is not None and npi_check_digit(npi[:9]) == npi[9]
