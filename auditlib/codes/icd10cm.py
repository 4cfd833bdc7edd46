"""ICD-10-CM codes: stored upper-case without a dot, shown with one after the third character."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

# A letter, a digit (since October 2025 also A, in QA0), a digit or letter (C4A, Z3A); then up to four more.
_SHAPE: Final = re.compile(r"[A-Z][0-9A][0-9A-Z]{1,5}")
_CATEGORY_LENGTH: Final = 3


def normalise_code(code: str) -> str:
    """Return a code as it is stored: upper-case, without dots and surrounding blanks.

    Examples
    --------
    >>> normalise_code(" e11.65 ")
    'E1165'
    """
    return code.strip().replace(".", "").upper()


def normalised(column: str) -> pl.Expr:
    """Return the expression that does to a whole column what `normalise_code` does to one code.

    An empty code becomes null.
    """
    stored = pl.col(column).str.strip_chars().str.replace_all(".", "", literal=True).str.to_uppercase()
    return pl.when(stored != "").then(stored).alias(column)


def has_icd10cm_shape(code: str) -> bool:
    """Tell whether a stored code could be ICD-10-CM by its shape; whether it exists depends on the date.

    Examples
    --------
    >>> has_icd10cm_shape("S72001A"), has_icd10cm_shape("99213")
    (True, False)
    """
    return _SHAPE.fullmatch(code) is not None


def format_icd10cm(code: str) -> str:
    """Return a stored code as people write it, with a dot after the category.

    Examples
    --------
    >>> format_icd10cm("E1165"), format_icd10cm("I10")
    ('E11.65', 'I10')
    """
    category, rest = code[:_CATEGORY_LENGTH], code[_CATEGORY_LENGTH:]
    return f"{category}.{rest}" if rest else category


def formatted(column: str) -> pl.Expr:
    """Return the expression that does to a whole column what `format_icd10cm` does to one code."""
    stored = pl.col(column)
    dotted = stored.str.slice(0, _CATEGORY_LENGTH) + "." + stored.str.slice(_CATEGORY_LENGTH)
    return pl.when(stored.str.len_chars() > _CATEGORY_LENGTH).then(dotted).otherwise(stored).alias(column)
