"""The table form of own rules: a CSV or XLSX file, a rule a row; wrong rows are rejected and reported."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NoReturn, cast, get_args

import polars as pl

from auditlib.errors import BadInputError

Action = Literal["deny", "review", "add modifier"]
SEVERITY_OF: Final[Mapping[str, str]] = {"deny": "D", "review": "R", "add modifier": "D"}
PAYER_CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    "medicare fee-for-service": ("MA", "MB"),
    "medicare advantage": ("16",),
    "medicaid": ("MC",),
    "tricare or veterans": ("CH", "VA"),
    "workers' compensation": ("WC",),
    "liability": ("AM", "LM", "LI"),
    "commercial": ("12", "13", "14", "15", "17", "BL", "CI", "DS", "HM"),
}
COLUMNS: Final = (
    *("rule", "message", "action", "hcpcs", "icd", "payer", "payer_class", "modifier", "without_modifier"),
    *("add_modifier", "place_of_service", "sex", "age_from", "age_to", "from", "to"),
)
_REQUIRED: Final = ("rule", "message", "action")
_RULE_ID: Final = re.compile(r"[A-Z0-9][A-Z0-9_.-]{0,23}")
_CODE: Final = re.compile(r"[A-Z0-9]{1,8}")
_MODIFIER: Final = re.compile(r"[A-Z0-9]{2}")
_PLACE: Final = re.compile(r"[0-9]{2}")
_PAYER: Final = re.compile(r"[^|;,]{1,80}")
_BLANKS: Final = re.compile(r"[ _-]+")
_MOST_YEARS: Final = 150
# After every character of a code: up to it lie all codes that begin so.
_AFTER_ALL: Final = "~"


@dataclass(frozen=True, slots=True)
class CodePattern:
    """Codes from one to another, both included, as text."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class TableRule:
    """One rule of a table; an empty condition is none.

    Parameters
    ----------
    rule_id, message, action
        Its id, what a finding says, and what is to be done.
    hcpcs, icd
        Codes of the line, and diagnoses of its claim, one of which is needed.
    payer_ids, filing_codes
        Payers, and claim filing indicators of their class.
    modifiers, absent_modifiers
        One of which the line has; of which it has none.
    add_modifier
        The one that it should have, of the action "add modifier".
    places
        Places of service of the line, else of the claim.
    sex
        F or M.
    first_age_years, last_age_years
        Age in whole years on the day of service.
    first_day, last_day
        Days of service on which it holds.
    """

    rule_id: str
    message: str
    action: Action
    hcpcs: tuple[CodePattern, ...]
    icd: tuple[CodePattern, ...]
    payer_ids: tuple[str, ...]
    filing_codes: tuple[str, ...]
    modifiers: tuple[str, ...]
    absent_modifiers: tuple[str, ...]
    add_modifier: str | None
    places: tuple[str, ...]
    sex: str | None
    first_age_years: int | None
    last_age_years: int | None
    first_day: dt.date | None
    last_day: dt.date | None


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One row that is no rule: where it is, what is wrong with it, what was expected."""

    file_name: str
    row_number: int
    fault: str
    expected: str


class _WrongCellError(Exception):
    """A cell that cannot be read: what is wrong, what was expected."""

    def __init__(self, fault: str, expected: str) -> None:
        super().__init__(fault)
        self.fault, self.expected = fault, expected


def read_rule_table(path: Path, *, taken_ids: Collection[str]) -> tuple[list[TableRule], list[RejectedRow]]:
    """Return the rules of a table, and the rows that are none.

    Parameters
    ----------
    path
        A .csv (UTF-8) or .xlsx file whose first row has names of `COLUMNS`.
    taken_ids
        Ids of other rules and checks.

    Raises
    ------
    BadInputError
        If it cannot be read, or a column is unknown, repeated or absent.
    """
    cells = read_cells(path, columns=COLUMNS, required=_REQUIRED)
    rules: list[TableRule] = []
    rejected: list[RejectedRow] = []
    ids = set(taken_ids)
    for number, row in enumerate(cells.iter_rows(named=True), start=2):
        given = {name: value for name, value in row.items() if value}
        if not given:
            continue
        try:
            rule = _rule(given)
            if rule.rule_id in ids:
                _refuse(f"the id {rule.rule_id} is taken", "an id of its own for each rule")
        except _WrongCellError as error:
            rejected.append(RejectedRow(path.name, number, error.fault, error.expected))
            continue
        ids.add(rule.rule_id)
        rules.append(rule)
    return rules, rejected


def read_cells(path: Path, *, columns: Collection[str], required: Iterable[str]) -> pl.DataFrame:
    """Return the cells of a table as stripped text, empty as null, under the names of known columns.

    Raises
    ------
    BadInputError
        If it cannot be read, or a column is unknown, repeated or absent.
    """
    try:
        if path.suffix.lower() == ".csv":
            raw = pl.read_csv(path, infer_schema=False, encoding="utf8", has_header=False)
        else:
            raw = pl.read_excel(path, engine="calamine", infer_schema_length=0, has_header=False).cast(
                pl.String
            )
    except (pl.exceptions.PolarsError, OSError, ValueError, UnicodeError) as error:
        message = f"{path.name} cannot be read as a table."
        raise BadInputError(message, hint="Expected a CSV file in UTF-8, or an XLSX workbook.") from error
    if raw.is_empty():
        message = f"{path.name} is empty."
        raise BadInputError(message, hint=f"Its first row has the columns {', '.join(columns)}.")
    names = [_BLANKS.sub("_", (name or "").strip().lower()) for name in raw.row(0)]
    for fault, wrong in (
        ("has columns that are not known", [name for name in names if name not in columns]),
        ("repeats columns", sorted({name for name in names if names.count(name) > 1})),
        ("lacks columns", [name for name in required if name not in names]),
    ):
        if wrong:
            message = f"{path.name} {fault}: {', '.join(name or '(without a name)' for name in wrong)}."
            raise BadInputError(message, hint=f"Columns are {', '.join(columns)}.")
    text = pl.all().str.strip_chars()
    cells = raw.slice(1).rename(dict(zip(raw.columns, names, strict=True))).select(text)
    return cells.with_columns(pl.all().replace({"": None}))


def _rule(given: Mapping[str, str]) -> TableRule:
    for name in _REQUIRED:
        if name not in given:
            _refuse(f"{name} is empty", "a rule has an id, a message and an action")
    rule_id = given["rule"].upper()
    if _RULE_ID.fullmatch(rule_id) is None:
        _refuse(f"'{given['rule']}' is no id of a rule", "up to 24 letters, digits, dots and dashes")
    action = " ".join(_BLANKS.split(given["action"].lower()))
    if action not in get_args(Action):
        _refuse(f"the action is '{given['action']}'", f"one of {', '.join(get_args(Action))}")
    _require_consistent(given, action)
    first_age, last_age = _age(given, "age_from"), _age(given, "age_to")
    first_day, last_day = _day(given, "from"), _day(given, "to")
    if first_age is not None and last_age is not None and first_age > last_age:
        _refuse("age_from is above age_to", "the lower age first")
    if first_day is not None and last_day is not None and first_day > last_day:
        _refuse("from is after to", "the earlier day first")
    added = _listed(given, "add_modifier", _MODIFIER, "one modifier of two characters")
    if len(added) > 1:
        _refuse("add_modifier names several", "one modifier")
    return TableRule(
        rule_id=rule_id,
        message=given["message"],
        action=cast("Action", action),
        hcpcs=_patterns(given, "hcpcs"),
        icd=_patterns(given, "icd"),
        payer_ids=_listed(given, "payer", _PAYER, "identifiers of payers", upper=False),
        filing_codes=_filing_codes(given),
        modifiers=_listed(given, "modifier", _MODIFIER, "modifiers of two characters"),
        absent_modifiers=_listed(given, "without_modifier", _MODIFIER, "modifiers of two characters"),
        add_modifier=added[0] if added else None,
        places=_listed(given, "place_of_service", _PLACE, "places of service of two digits"),
        sex=given["sex"].upper()[0] if "sex" in given else None,
        first_age_years=first_age,
        last_age_years=last_age,
        first_day=first_day,
        last_day=last_day,
    )


def _require_consistent(given: Mapping[str, str], action: str) -> None:
    """Refuse conditions that need each other and are not both there."""
    if (action == "add modifier") != ("add_modifier" in given):
        _refuse("action and add_modifier do not go together", "the modifier, with 'add modifier' only")
    if not {"hcpcs", "icd"} & given.keys():
        _refuse("it names no code", "hcpcs, icd or both")
    of_line = {"modifier", "without_modifier", "add_modifier", "place_of_service"} & given.keys()
    if of_line and "hcpcs" not in given:
        _refuse(f"{min(of_line)} without hcpcs", "what is asked of a line needs the line's codes")
    if "sex" in given and given["sex"].lower() not in {"f", "m", "female", "male"}:
        _refuse(f"the sex is '{given['sex']}'", "F or M")


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[|;,]", text) if part.strip()]


def _listed(
    given: Mapping[str, str], name: str, form: re.Pattern[str], expected: str, *, upper: bool = True
) -> tuple[str, ...]:
    parts = _parts(given.get(name, ""))
    values = tuple(part.upper() if upper else part for part in parts)
    for value in values:
        if form.fullmatch(value) is None:
            _refuse(f"{name} has '{value}'", expected)
    return values


def _patterns(given: Mapping[str, str], name: str) -> tuple[CodePattern, ...]:
    """Read codes: ``99213``, ``99201-99205`` (between), ``G04*`` (starts with), several apart by ``|``."""
    patterns = []
    for part in _parts(given.get(name, "")):
        text = part.upper().replace(".", "").replace(" ", "")
        first, dash, last = text.partition("-")
        is_start = first.endswith("*") and not dash
        first = first.removesuffix("*") if is_start else first
        last = last if dash else first
        if _CODE.fullmatch(first) is None or _CODE.fullmatch(last) is None:
            _refuse(f"{name} has '{part}'", "codes as 99213, 99201-99205 or G04*, several apart by |")
        if len(first) != len(last) or first > last:
            _refuse(f"{name} has the range '{part}'", "two codes of one length, the lower first")
        # Diagnoses below the last one of a range belong to it: A00-B99 holds B9989.
        ends_with_all = is_start or (name == "icd" and bool(dash))
        patterns.append(CodePattern(first, last + _AFTER_ALL if ends_with_all else last))
    return tuple(patterns)


def _filing_codes(given: Mapping[str, str]) -> tuple[str, ...]:
    known = {code for codes in PAYER_CLASSES.values() for code in codes}
    codes: list[str] = []
    for part in _parts(given.get("payer_class", "")):
        if part.lower() in PAYER_CLASSES:
            codes += PAYER_CLASSES[part.lower()]
        elif part.upper() in known:
            codes.append(part.upper())
        else:
            _refuse(
                f"payer_class has '{part}'", f"{', '.join(PAYER_CLASSES)}, or a claim filing indicator as MB"
            )
    return tuple(dict.fromkeys(codes))


def _age(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    text = text.removesuffix(".0")
    if not (text.isascii() and text.isdigit() and int(text) <= _MOST_YEARS):
        _refuse(f"{name} is '{text}'", f"whole years, 0 to {_MOST_YEARS}")
    return int(text)


def _day(given: Mapping[str, str], name: str) -> dt.date | None:
    text = given.get(name)
    if text is None:
        return None
    day = None
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y"):
        with suppress(ValueError):
            day = day or dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
    if day is None:
        _refuse(f"{name} is '{text}'", "a day as 2026-01-31 or 1/31/2026")
    return day


def _refuse(fault: str, expected: str) -> NoReturn:
    raise _WrongCellError(fault, expected)
