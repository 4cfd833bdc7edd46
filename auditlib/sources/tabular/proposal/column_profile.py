"""Profiles of a user's columns: counts, form of the values, date form; never the values themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

import polars as pl

from auditlib.codes import is_valid_npi
from auditlib.codes.systems import ICD9CM, ICD10CM, ICD10PCS
from auditlib.sources.tabular.day_ranges import ANY_RANGE, day_of_range
from auditlib.sources.tabular.proposal.header_words import (
    LEAST_LIKENESS,
    LEFT_OUT,
    PROCEDURE_LIST,
    header_words,
    is_icd_9,
    likenesses,
    meaning,
    position,
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
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%y %I:%M %p",
    "%m/%d/%y %H:%M:%S",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%m.%d.%Y",
    "%m/%d/%y %H:%M",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y%m%d%H%M%S",
    "%m%d%Y",
    "%m-%d-%y",
)
_NO_ORDER_OF_DAYS: Final = "day and month cannot be distinguished: no day is after the 12th"
_MONTH_FIRST: Final[Mapping[str, str]] = {
    form: form.replace("%m", "%_").replace("%d", "%m").replace("%_", "%d")
    for form in DATE_FORMS
    if form.startswith("%m")
}
"""Forms with the month first, and the same with the day first."""
_EXCEL_DAY: Final = r"^[34]\d{4}$"
_NO_DIGIT: Final = r"^\D+$"
_NO_DAY: Final = r"^[-($ ]*(\d{1,4}|[\d,]*\.\d{1,2})[)-]?$"
_ISO: Final = r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
_MOST_ROWS: Final = 5_000
_MOST_WORDS: Final = 25
_CLOSED_LISTS: Final = frozenset(
    {"encounter class", "sex", "code system", "code role", "note type", "claim form", "place of service"}
)
_SURE_SHARE: Final = 0.95
_POOR_SHARE: Final = 0.5
_GUESSED: Final = 0.55
# What the header says and no value proves.
_BY_HEADER_ALONE: Final = 0.95
# Without values a header proves nothing.
_UNPROVEN: Final = 0.85
_WEAK: Final = 0.9
_CLOSE: Final = 0.03
# Forms specific enough to guess a column's meaning if its header is not understood.
_SPECIFIC_FORMS: Final = ("adjustments", "diagnosis", "icd procedure", "rendering provider")
_ID_WORDS: Final = frozenset({"id", "number", "account", "record", "ref", "reference", "zip", "phone", "key"})
_EXPLAINS: Final = frozenset(
    {"explanation", "explain", "reason", "remark", "message", "denial", "note", "status", "edit", "exception",
     "disposition"}
)  # fmt: skip
_CODE_WORDS: Final = frozenset(
    {"code", "cpt", "hcpcs", "procedure", "service", "visit", "em", "what", "done"}
)
_DX_MEANINGS: Final = frozenset({"diagnosis", "admitting diagnosis"})
_SEPARATORS: Final[Mapping[str, str]] = {
    ",": "comma", ";": "semicolon", "|": "bar", "\t": "tab", "/": "slash", "\n": "line end", " ": "blank",
}  # fmt: skip
_NUMBERS: Final = frozenset(
    {"claim number", "account", "patient", "member", "payer claim number", "check number", "payer"}
)
_DAY: Final = r"^((19|20)\d{2}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/]((19|20)\d{2}|\d{2}))([ T].*)?$"
_VISIT_WORDS: Final = frozenset({"visit", "encounter", "session", "appointment", "service", "episode"})
_PERSONS: Final = frozenset({"patient", "client", "member", "recipient", "resident"})
_LISTS_IN_A_CELL: Final = frozenset({*_DX_MEANINGS, "remark", "icd procedure", "poa"})
_MODIFIER: Final = r"^(?i)[0-9A-Z]{2}$"
_SYSTEM_WORD: Final = r"(?i)\bICD-?(?:9|10)(?:-?CM|-?PCS)?[|:]"
_NAMED_SYSTEMS: Final = r"(?i)^\s*ICD-?(9|10)(-?CM|-?PCS)?[|:]\s*[A-Z0-9]"
_WITH_MODIFIERS: Final = r"^([0-9]{4}[0-9A-Z]|[A-V][0-9]{4})[-:, ]+[0-9A-Z]{2}([-:, ]+[0-9A-Z]{2})*$"
_FIVE_CHARACTERS: Final = r"[0-9A-Z]{5}"
_CPT: Final = r"^\d{5}"
_UNDOTTED_DX: Final = r"^[A-V]\d{4}$"
_CHARGED: Final = frozenset({"line charge", "unit price"})
_CHARGES: Final = frozenset({"line charge", "claim charge", "unit price"})
_SEVEN_DIGITS: Final = r"^\d{7}$"
_LIKE_A_CODE: Final = r"^\d{5,}$"
_NUMERIC_DX: Final = r"^\d{3}"
_SHORT_PROCEDURE: Final = r"^\d{2}\.?\d{1,2}$"
_PCS: Final = r"^[0-9A-HJ-NP-Z]{7}$"
_ONLY_ICD_10: Final = r"^([A-DF-UW-Z]|[EV]\d[0-9A-Z]?[A-Z]|E[1-7]|E\d{2}\.)"


KnownCodes: TypeAlias = Mapping[str, frozenset[str]]
"""Code system to the codes of its loaded releases, upper-case without dots."""


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
        From 0 to 1: similarity of the header, lowered if the values have another form, and 1 only if values
        of a form so specific prove the meaning.
    doubts
        What a person should decide, in words; empty if there is no doubt.
    date_form
        Form of its dates, if other than 2026-01-31.
    shortest, longest
        Least and most digits of its whole numbers; 0 if there are none.
    words
        Its values, if it means a closed list.
    number
        Its position among columns of one meaning, as 10 for dx10; 0 if its header has none.
    separators
        Names of the separators between the codes in its cells.
    has_modifiers
        True if procedure codes are followed by their modifiers.
    code_system
        ICD-9-CM or ICD-10-CM, if its values or its header are of one only; "both" if of both.
    has_unknown_days
        True if it holds days, and its header is not understood.
    is_range
        True if cells hold two days, the first and the last.
    times
        Header of the units that make a charge of this price of one; None if it is no such price.
    is_filled_down
        True if its empty cells take the value above.
    system_words
        Words before its codes that name their code system, as in ICD10|E11.9.
    """

    header: str
    filled_count: int
    row_count: int
    different_count: int
    meaning: str | None
    confidence: float
    date_form: str | None = None
    shortest: int = 0
    longest: int = 0
    words: tuple[str, ...] = ()
    number: int = 0
    doubts: tuple[str, ...] = ()
    separators: tuple[str, ...] = ()
    has_modifiers: bool = False
    code_system: str | None = None
    has_unknown_days: bool = False
    is_range: bool = False
    times: str | None = None
    is_filled_down: bool = False
    system_words: tuple[str, ...] = ()

    def doubted(self, *reasons: str) -> ColumnProfile:
        """Return the profile with further doubts."""
        return replace(self, doubts=(*self.doubts, *reasons))


class _Cells:
    """The filled cells of a column, in each form in which they are compared: a form is made once."""

    def __init__(self, filled: pl.Series) -> None:
        self.filled = filled
        self._shares: dict[str, float] = {}

    @cached_property
    def upper(self) -> pl.Series:
        """The cells in upper case."""
        return self.filled.str.to_uppercase()

    @cached_property
    def upper_pieces(self) -> pl.Series:
        """The parts of cells that hold several codes, in upper case."""
        return _pieces(self.upper)

    def upper_of(self, name: str) -> pl.Series:
        """Return what is compared with the form of a meaning."""
        return self.upper_pieces if name in _LISTS_IN_A_CELL else self.upper

    def share(self, name: str) -> float:
        """Return the share that has the form of a meaning; 1 where it has none, or no cell is filled."""
        if name not in self._shares:
            shape, share = meaning(name).shape, 1.0
            if shape is not None and not self.filled.is_empty():
                cells = self.upper_of(name)
                share = float(cells.str.contains(shape).sum()) / len(cells) if len(cells) else 0.0
            self._shares[name] = share
        return self._shares[name]

    def is_proven(self, name: str) -> bool:
        """Return whether their form is so specific that it proves what the header says."""
        proof = meaning(name).proof
        if proof is None or self.filled.is_empty():
            return False
        if name in {"rendering provider", "billing provider", "facility"}:
            return all(is_valid_npi(cell.removesuffix(".0")) for cell in self.filled.unique())
        return bool(self.upper_of(name).str.contains(proof).mean() == 1.0)

    def contains(self, form: str) -> bool:
        """Return whether one of them, in upper case, has a form."""
        return bool(self.upper.str.contains(form).any())

    def all_contain(self, form: str) -> bool:
        """Return whether there are any, and all have a form."""
        return not self.filled.is_empty() and bool(self.filled.str.contains(form).all())


def profiles(
    records: pl.DataFrame, columns: Sequence[str], known_codes: KnownCodes | None = None
) -> list[ColumnProfile]:
    """Return the profiles of a table's columns, from its first rows.

    Parameters
    ----------
    records
        The rows, as text.
    columns
        The headers.
    known_codes
        Code system to the codes of its loaded releases, without dots; codes of ICD are looked up there.
    """
    head = records.head(_MOST_ROWS)
    headers = frozenset(columns)
    found = [_profile(head[name], name, headers) for name in columns]
    if known_codes:
        found = [_looked_up(column, head[column.header], known_codes) for column in found]
    found = [_of_services(column, head[column.header], found) for column in found]
    return _with_one_order_of_days(head, found)


def are_understood(records: pl.DataFrame, columns: Sequence[str]) -> list[bool]:
    """Return whether the profile of each column would have a meaning, without making the profiles."""
    head = records.head(_MOST_ROWS)
    headers = frozenset(columns)
    return [_judged(head[name], name, headers).meaning is not None for name in columns]


def _of_services(column: ColumnProfile, values: pl.Series, others: Sequence[ColumnProfile]) -> ColumnProfile:
    """Return a column headed no more than "Code" as that of services, if charges stand beside CPT codes."""
    meanings = {other.meaning for other in others}
    if column.meaning != "code" or "procedure" in meanings or not meanings & _CHARGED:
        return column
    codes = values.drop_nulls().str.strip_chars_start("'\u2019")
    cells = _Cells(codes)
    if codes.is_empty() or not cells.is_proven("procedure") or not codes.str.contains(_CPT).any():
        return column
    doubts = (
        ("some values have the form of a diagnosis too: are all of them services?",)
        if codes.str.contains(_UNDOTTED_DX).any()
        else ()
    )
    return replace(column, meaning="procedure", has_modifiers=cells.contains(_WITH_MODIFIERS)).doubted(
        *doubts
    )


def _looked_up(column: ColumnProfile, values: pl.Series, known_codes: KnownCodes) -> ColumnProfile:
    """Return a profile that says how many of its codes no loaded release has, if that is many."""
    system = {"diagnosis": ICD10CM, "icd procedure": ICD10PCS}.get(str(column.meaning), "")
    known = known_codes.get(system)
    if not known or column.code_system != ICD10CM:
        return column
    codes = _pieces(values.drop_nulls()).str.to_uppercase().str.replace_all(r"[.']", "")
    unknown_count = int((~codes.is_in(list(known))).sum())
    if unknown_count <= (1 - _SURE_SHARE) * len(codes):
        return column
    reason = f"{unknown_count:,} of {len(codes):,} codes are in no loaded release of {system}"
    return replace(column, confidence=min(column.confidence, _UNPROVEN)).doubted(reason)


class _Judged(NamedTuple):
    """What the filled cells and the header of a column say that it holds."""

    written: pl.Series
    system_words: tuple[str, ...]
    cells: _Cells
    name: str
    number: int | None
    meaning: str | None
    confidence: float
    doubts: tuple[str, ...]


def _judged(values: pl.Series, header: str, headers: frozenset[str]) -> _Judged:
    written = values.drop_nulls().str.strip_chars_start("'\u2019")
    system_words = _system_words(written)
    cells = _Cells(_without_systems(written) if system_words else written)
    name, place = position(header, headers)
    number = header_words(header).number if place is None else place
    judged = _meaning(cells, name if place is None else f"{name} {place}")
    return _Judged(written, system_words, cells, name, number, *judged)


def _profile(values: pl.Series, header: str, headers: frozenset[str]) -> ColumnProfile:
    judged = _judged(values, header, headers)
    written, system_words, cells, name, number, meaning, confidence, doubts = judged
    filled = cells.filled
    if filled.is_empty():
        confidence = min(confidence, _UNPROVEN)
    # Pointers are numbers or letters: AB is the first and the second diagnosis.
    whole = r"(?i)^[0-9A-L]+$" if meaning == "pointer" else r"^\d+$"
    digits = filled.filter(filled.str.contains(whole)).str.len_chars().unique().to_list()
    is_dated = meaning is not None and meaning.endswith(("date", "end", "time", "start"))
    is_range = is_dated and bool(filled.str.contains(ANY_RANGE).any())
    days = (
        filled.to_frame("cell").select(day_of_range(pl.col("cell"), "first"))["cell"] if is_range else filled
    )
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
        _date_form(days) if is_dated else None,
        min(digits, default=0),
        max(digits, default=0),
        tuple(filled.unique().sort()) if is_list else (),
        number or 0,
        doubts,
        _marks_of_adjustments(written)
        if meaning == "adjustments"
        else _marks_of_systems(written, meaning)
        if system_words
        else _separators(cells, meaning)
        if meaning in _LISTS_IN_A_CELL or _is_list_of_services(cells, meaning)
        else (),
        meaning == "procedure"
        and cells.contains(_WITH_MODIFIERS)
        and not _is_list_of_services(cells, meaning),
        _icd_system(cells, name, is_procedure=meaning == "icd procedure")
        if meaning in _DX_MEANINGS or meaning == "icd procedure"
        else None,
        meaning is None and not _is_left_out(name) and _holds_days(filled),
        is_range,
        system_words=system_words,
    )


def _system_words(filled: pl.Series) -> tuple[str, ...]:
    """Return the words that name a code system before each code of a column, as in ICD10|E11.9:ICD10|I10."""
    if filled.is_empty() or not filled.str.contains(_NAMED_SYSTEMS).all():
        return ()
    words = filled.str.extract_all(_SYSTEM_WORD).explode().drop_nulls().str.strip_chars_end("|:")
    return tuple(words.unique().sort())


def _marks_of_adjustments(filled: pl.Series) -> tuple[str, ...]:
    """Return the separators between adjustments in one cell, as in CO-45 33.60; PR-3 12.48."""
    return tuple(
        word
        for mark, word in _SEPARATORS.items()
        if mark != " " and filled.str.contains(rf"(?i){re.escape(mark)}\s*(CO|PR|OA|PI|CR)").any()
    )


def _without_systems(filled: pl.Series) -> pl.Series:
    return filled.str.replace_all(_SYSTEM_WORD, "").str.replace_all(":", ";").str.strip_chars(";|, ")


def _marks_of_systems(filled: pl.Series, name: str | None) -> tuple[str, ...]:
    """Return the separators of cells in which each code follows its system."""
    if name not in _LISTS_IN_A_CELL:
        return ()
    marks = {**_SEPARATORS, ":": "colon"}
    return tuple(word for mark, word in marks.items() if filled.str.contains(mark, literal=True).any())


def _is_left_out(header: str) -> bool:
    return max(likenesses(header), key=lambda pair: pair[1], default=("", 0.0))[0] == LEFT_OUT


def _holds_days(filled: pl.Series) -> bool:
    return bool(len(filled) and filled.str.contains(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}").all())


def _meaning(cells: _Cells, header: str) -> tuple[str | None, float, tuple[str, ...]]:
    """Return the likely meaning of a column, the confidence in it, and what is in doubt."""
    says_modifier = "modifier" in header_words(header).words.split()

    def is_vague(like: float) -> bool:
        return like < _WEAK or says_modifier

    candidates = sorted(
        (
            (name, like * fit)
            for name, like in likenesses(header)
            if (fit := _fit(cells, name)) is not None and not (is_vague(like) and _is_all_short(cells, name))
        ),
        key=lambda pair: -pair[1],
    )
    if candidates and candidates[0][0] in _NUMBERS and cells.all_contain(_DAY):
        return _days_for_a_number(header)
    name, confidence = candidates[0] if candidates else (None, 0.0)
    if name == LEFT_OUT and header_words(header).words in _PERSONS and cells.is_proven("patient"):
        # Under a header that says no more, names are left out, and numbers are taken.
        name = "patient"
    if name == LEFT_OUT:
        return None, 0.0, ()
    if name is not None and confidence >= LEAST_LIKENESS * _POOR_SHARE:
        others = [other for other, like in candidates[1:] if confidence - like < _CLOSE and other != LEFT_OUT]
        doubts = [f"it could also be the {other}" for other in others]
        if cells.filled.is_empty():
            doubts.append("no row that was examined fills it")
        elif (share := cells.share(name)) < _SURE_SHARE:
            doubts.append(f"{round((1 - share) * 100)} percent of the values have another form")
        doubts += _doubts_of_charges(cells.filled, name)
        if confidence < _WEAK and not doubts:
            doubts.append("the header only resembles this")
        if not cells.is_proven(name):
            confidence = min(confidence, _BY_HEADER_ALONE)
        return name, confidence, tuple(doubts)
    return _guessed(cells, header)


def _days_for_a_number(header: str) -> tuple[str | None, float, tuple[str, ...]]:
    """Return the meaning of days under the header of a number: those of a visit, or none."""
    if not _VISIT_WORDS & set(header_words(header).words.split()):
        return None, 0.0, ()
    return "service date", _UNPROVEN, ("the header does not say that these days are those of the service",)


def _doubts_of_charges(filled: pl.Series, name: str) -> list[str]:
    """Return the doubt that charges are codes: whole numbers of five digits or more, all of one length."""
    is_code = name in _CHARGES and not filled.is_empty() and bool(filled.str.contains(_LIKE_A_CODE).all())
    is_code = is_code and filled.str.len_chars().n_unique() == 1
    return ["the values have the form of codes: are they amounts?"] if is_code else []


def _is_all_short(cells: _Cells, name: str) -> bool:
    """Return True if all codes of services would have lost zeros: days or counts, more likely."""
    return name == "procedure" and not cells.filled.is_empty() and not cells.contains(_FIVE_CHARACTERS)


def _guessed(cells: _Cells, header: str) -> tuple[str | None, float, tuple[str, ...]]:
    """Return the meaning that the form of the values alone suggests."""
    filled = cells.filled
    words = set(header_words(header).words.split())
    forms = [] if _ID_WORDS & words else list(_SPECIFIC_FORMS)
    if _EXPLAINS & words:
        # A payer's own code, as Z12, may have the form of a diagnosis.
        forms = [form for form in forms if form != "diagnosis"]
    if "dx" in words:
        # "Diagnosis ID" may hold the codes themselves, as their form shows.
        forms = ["diagnosis"]
    if not filled.str.contains(r"\d").all() or not filled.str.contains("[A-Za-z]").any():
        # A word of seven letters has the form of an ICD-10-PCS code, and so have seven digits.
        forms = [form for form in forms if form != "icd procedure"]
    if _CODE_WORDS & words:
        forms.insert(0, "procedure")
    if len(filled) and filled.str.contains(_MODIFIER).all() and _are_in_header(filled, header):
        return "modifier", _GUESSED, ("the header names them, and does not say that they are modifiers",)
    for guess in forms:
        if len(filled) and cells.share(guess) >= _SURE_SHARE and cells.is_proven(guess):
            return guess, _GUESSED, ("the header is not understood; the values have this form",)
    return None, 0.0, ()


def _are_in_header(filled: pl.Series, header: str) -> bool:
    """Return True if a header has all values of its column as words, as "Tele (95)"."""
    words = set(re.findall(r"[0-9A-Z]+", header.upper()))
    return set(filled.str.to_uppercase().unique().head(_MOST_WORDS)) <= words


def _fit(cells: _Cells, name: str) -> float | None:
    """Return a factor from 0.5 to 1 for the share of values that have the form of a meaning.

    None if most have another form, unless it is a day: a day may be written in any way.
    """
    share = cells.share(name)
    if name.endswith(("date", "end", "start")) and (
        cells.all_contain(_NO_DIGIT) or cells.all_contain(_NO_DAY)
    ):
        # Words or amounts under a header that resembles a day's, as "To do" or dollars "Collected".
        return None
    if name in _CHARGES and not cells.filled.is_empty() and cells.filled.is_in(["0", "1"]).all():
        # Yes and no, as of "billed".
        return None
    if name == "icd procedure" and cells.all_contain(_SEVEN_DIGITS):
        # A hospital's own codes of charges; codes of ICD-10-PCS have letters.
        return None
    if share < _POOR_SHARE and not name.endswith(("date", "end", "start")):
        return None
    return 1.0 if share >= _SURE_SHARE else _POOR_SHARE + share * _POOR_SHARE


def _pieces(filled: pl.Series) -> pl.Series:
    """Return the parts of cells that hold several codes."""
    parts = filled.str.replace_all(r"[\s,;|/]+", " ").str.strip_chars().str.split(" ").explode()
    return parts.filter(parts != "")


def _separators(cells: _Cells, name: str | None) -> tuple[str, ...]:
    """Return the names of the separators between codes, if each part of each cell is a code."""
    if name is None or cells.share(name) < _SURE_SHARE:
        return ()
    plain = cells.filled.str.replace_all(r"\s*([,;|/\n])\s*", "$1")
    found = [word for mark, word in _SEPARATORS.items() if bool(plain.str.contains(mark, literal=True).any())]
    return tuple(found)


def _is_list_of_services(cells: _Cells, name: str | None) -> bool:
    """Return True if a cell holds several codes of services."""
    return name == "procedure" and cells.contains(PROCEDURE_LIST)


def _icd_system(cells: _Cells, header: str, *, is_procedure: bool) -> str | None:
    """Return the revision of ICD that the values or the header show."""
    pieces = cells.upper_pieces
    ninth, tenth = (_SHORT_PROCEDURE, _PCS) if is_procedure else (_NUMERIC_DX, _ONLY_ICD_10)
    is_numeric, is_tenth = bool(pieces.str.contains(ninth).any()), bool(pieces.str.contains(tenth).any())
    if is_icd_9(header):
        return "both" if is_tenth else ICD9CM
    if is_numeric and is_tenth:
        return "both"
    return ICD9CM if is_numeric else ICD10CM if is_tenth else None


def _with_one_order_of_days(head: pl.DataFrame, columns: list[ColumnProfile]) -> list[ColumnProfile]:
    """Return the profiles with one order of day and month in the whole file, as its columns prove it."""
    day_first = set(_MONTH_FIRST.values())
    plain = [
        column for column in columns if column.date_form in _MONTH_FIRST or column.date_form in day_first
    ]
    last_days = [
        head.select(day_of_range(pl.col(column.header), "last")).to_series().drop_nulls() for column in plain
    ]
    proven = {form for days in last_days for form in (*_MONTH_FIRST, *day_first) if _proves(days, form)}
    has_day_first, has_month_first = bool(proven & day_first), bool(proven & set(_MONTH_FIRST))
    if has_day_first and not has_month_first:
        return [
            replace(column, date_form=_MONTH_FIRST.get(str(column.date_form), column.date_form))
            for column in columns
        ]
    if proven:
        return columns
    return [column.doubted(_NO_ORDER_OF_DAYS) if column in plain else column for column in columns]


def _proves(filled: pl.Series, form: str) -> bool:
    """Return True if a day after the 12th shows that dates have this order of day and month."""
    other = {**_MONTH_FIRST, **{day: month for month, day in _MONTH_FIRST.items()}}[form]
    parsed = _parsed(filled, form)
    return parsed == len(filled) > 0 and _parsed(filled, other) < parsed


def _date_form(filled: pl.Series) -> str | None:
    if filled.is_empty() or filled.str.contains(_ISO).all():
        return None
    if filled.str.contains(_EXCEL_DAY).all():
        return "excel"
    counts = {form: _parsed(filled, form) for form in (*DATE_FORMS, *_MONTH_FIRST.values())}
    best = max(counts, key=lambda form: counts[form])
    return best if counts[best] and best != DATE_FORMS[0] else None


def _parsed(filled: pl.Series, form: str) -> int:
    # polars also reads %Y from two digits, and a form without a time from a text with one.
    lengths = r"\d{4}" if "%Y" in form else r"\d{2}"
    is_unmarked = "%Y%m" in form or "%m%d" in form or "%d%m" in form
    digits = r"\\d{2}" if is_unmarked else r"\\d{1,2}"
    pattern = re.sub(r"%[mdHMSI]", digits, form.replace("%Y", lengths).replace("%y", lengths))
    pattern = (
        pattern.replace("%b", "[A-Za-z]{3}")
        .replace("%B", "[A-Za-z]{3,9}")
        .replace("%p", "[AaPp][Mm]")
        .replace(".", r"\.")
    )
    matching = filled.filter(filled.str.contains(f"^{pattern}$"))
    if matching.is_empty():
        return 0
    parsed = (
        matching.str.to_datetime(form, strict=False)
        if "%H" in form or "%I" in form
        else matching.str.to_date(form, strict=False)
    )
    return len(parsed) - parsed.null_count()


def date_form_of(values: pl.Series) -> str | None:
    """Return the form of the days in a column, if other than 2026-01-31."""
    return _date_form(values.drop_nulls())


def holds_codes_of(values: pl.Series, code_system: str) -> bool:
    """Return True if nearly all values of a column have the form of ICD-10-CM or ICD-9-CM codes."""
    filled = values.drop_nulls().str.to_uppercase()
    form = meaning("diagnosis").proof if code_system == ICD10CM else _NUMERIC_DX
    is_formed = filled.str.contains(str(form)) & ~filled.str.contains(r"^\d{6,}$")
    return bool(len(filled) and is_formed.sum() >= _SURE_SHARE * len(filled))
