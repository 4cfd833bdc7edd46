"""Profiles of a user's columns: counts, form of the values, date form; never the values themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.sources.tabular.header_words import (
    LEAST_LIKENESS,
    LEFT_OUT,
    header_words,
    is_numbered,
    likenesses,
    meaning,
)

DATE_FORMS: Final = (
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%Y%m%d",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M:%S",
)
_EXCEL_DAY: Final = r"^[34]\d{4}$"
_ISO: Final = r"^\d{4}-\d{2}-\d{2}"
_MOST_ROWS: Final = 5_000
_MOST_WORDS: Final = 25
_CLOSED_LISTS: Final = frozenset({"encounter class", "sex", "code system", "code role", "note type"})
_SURE_SHARE: Final = 0.95
_POOR_SHARE: Final = 0.5
_GUESSED: Final = 0.55
# Without values a header proves nothing.
_UNPROVEN: Final = 0.85
# Forms specific enough to guess a column's meaning if its header is not understood.
_SPECIFIC_FORMS: Final = ("diagnosis", "icd procedure", "rendering provider")


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column of a user's table.

    Attributes
    ----------
    header
        The header in lower case.
    filled_count, row_count, different_count
        Numbers of non-empty cells, of rows examined, and of distinct values.
    meaning
        Likely meaning, or None.
    confidence
        From 0 to 1: similarity of the header, lowered if the values have another form.
    date_form
        Form of its dates, if other than 2026-01-31.
    shortest, longest
        Least and most digits of its whole numbers; 0 if there are none.
    words
        Its values, if it means a closed list.
    number
        Its position among columns of one meaning, as 10 for dx10; 0 if its header has none.
    """

    header: str
    filled_count: int
    row_count: int
    different_count: int
    meaning: str | None
    confidence: float
    date_form: str | None
    shortest: int
    longest: int
    words: tuple[str, ...]
    number: int


def profiles(records: pl.DataFrame, columns: Sequence[str]) -> list[ColumnProfile]:
    """Return the profiles of a table's columns, from its first rows."""
    head = records.head(_MOST_ROWS)
    return [_profile(head[name], name, columns) for name in columns]


def _profile(values: pl.Series, header: str, headers: Sequence[str]) -> ColumnProfile:
    filled = values.drop_nulls()
    number = (
        int(re.findall(r"\d+", header)[-1]) if is_numbered(header, headers) else header_words(header).number
    )
    # A position is no name: icd9 and icd10 beside icd1 are the ninth and tenth diagnosis.
    name = re.sub(r"\d+$", " 1", header) if is_numbered(header, headers) else header
    meaning, confidence = _meaning(filled, name)
    if filled.is_empty():
        confidence = min(confidence, _UNPROVEN)
    digits = filled.filter(filled.str.contains(r"^\d+$")).str.len_chars().unique().to_list()
    is_dated = meaning is not None and meaning.endswith(("date", "end", "time"))
    different = filled.n_unique()
    # Values are kept only for columns that mean a closed list, whose words are not personal data.
    is_list = meaning in _CLOSED_LISTS and different <= _MOST_WORDS
    return ColumnProfile(
        header,
        len(filled),
        len(values),
        different,
        meaning,
        confidence,
        _date_form(filled) if is_dated else None,
        min(digits, default=0),
        max(digits, default=0),
        tuple(filled.unique().sort()) if is_list else (),
        number or 0,
    )


def _meaning(filled: pl.Series, header: str) -> tuple[str | None, float]:
    candidates = [(name, like * _fit(filled, name)) for name, like in likenesses(header)]
    name, confidence = max(candidates, key=lambda pair: pair[1], default=(None, 0.0))
    if name == LEFT_OUT:
        return None, 0.0
    if confidence >= LEAST_LIKENESS * _POOR_SHARE:
        return name, confidence
    for guess in _SPECIFIC_FORMS:
        if len(filled) and _share(filled, guess) >= _SURE_SHARE:
            return guess, _GUESSED
    return None, 0.0


def _fit(filled: pl.Series, name: str) -> float:
    """Return a factor from 0.5 to 1 for the share of values that have the form of a meaning."""
    share = _share(filled, name)
    return 1.0 if share >= _SURE_SHARE else _POOR_SHARE + share * _POOR_SHARE


def _share(filled: pl.Series, name: str) -> float:
    shape = meaning(name).shape
    if shape is None or filled.is_empty():
        return 1.0
    return float(filled.str.contains(shape).sum()) / len(filled)


def _date_form(filled: pl.Series) -> str | None:
    if filled.is_empty() or filled.str.contains(_ISO).all():
        return None
    if filled.str.contains(_EXCEL_DAY).all():
        return "excel"
    counts = {form: _parsed(filled, form) for form in DATE_FORMS}
    best = max(counts, key=lambda form: counts[form])
    return best if counts[best] and best != DATE_FORMS[0] else None


def _parsed(filled: pl.Series, form: str) -> int:
    # polars also reads %Y from two digits, and a form without a time from a text with one.
    lengths = r"\d{4}" if "%Y" in form else r"\d{2}"
    pattern = re.sub(r"%[mdHMSI]", r"\\d{1,2}", form.replace("%Y", lengths).replace("%y", lengths))
    pattern = pattern.replace("%b", "[A-Za-z]{3}").replace("%p", "[AaPp][Mm]").replace(".", r"\.")
    matching = filled.filter(filled.str.contains(f"^{pattern}$"))
    parsed = (
        matching.str.to_datetime(form, strict=False)
        if "%H" in form or "%I" in form
        else matching.str.to_date(form, strict=False)
    )
    return len(parsed) - parsed.null_count()
