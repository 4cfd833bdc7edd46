"""What the spec tests of the checks state, as sentences: read from the test modules themselves."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Final, cast

TESTS: Final = Path(__file__).parents[2] / "tests" / "checks"
OUTCOMES: Final = ("failed", "passed", "not checked", "not applicable")
"""A test that names one of these words says what the check's outcome is."""
_ABOUT_ALL_CHECKS: Final = frozenset(
    {
        *("test_acceptance", "test_configuration", "test_dialect", "test_docs", "test_old_lists"),
        *("test_own_rules", "test_pages", "test_registry", "test_runner"),
    }
)
_ID: Final = re.compile(r"[A-Z]{2,4}-[0-9]{2}")
_PROPER: Final = re.compile(
    r"\b(january|february|march|april|june|july|august|september|october|november|december|medicare|medicaid|"
    r"excludes1)\b"
)
_CAPITALS: Final = re.compile(r"\b(poa|ncci|mue|cpt|hcpcs|icd|rif|fhir|drg|npi|em)\b")
_MOST_ROWS: Final = 12
_MOST_CHARACTERS: Final = 70


@dataclass(frozen=True, slots=True)
class SpecCase:
    """What one test states of one check.

    Parameters
    ----------
    check_id
        The check.
    sentence
        The test's name as a sentence.
    outcomes
        Outcomes of the check that the test names, in the order of `OUTCOMES`.
    rows
        The cases of a test that has several, each in words; empty where they have no short form.
    row_count
        How many cases it has.
    """

    check_id: str
    sentence: str
    outcomes: tuple[str, ...]
    rows: tuple[str, ...]
    row_count: int


@cache
def spec_cases() -> Mapping[str, tuple[SpecCase, ...]]:
    """Return the cases of each check, by its id, in the order of the test modules."""
    by_check: dict[str, list[SpecCase]] = {}
    for path in sorted(TESTS.glob("test_*.py")):
        if path.stem not in _ABOUT_ALL_CHECKS:
            for case in cases_of_module(importlib.import_module(f"tests.checks.{path.stem}")):
                by_check.setdefault(case.check_id, []).append(case)
    return {check_id: tuple(cases) for check_id, cases in by_check.items()}


def cases_of_module(module: ModuleType) -> Iterator[SpecCase]:
    """Yield what each test of a module states, in the order of the file."""
    tests = [
        value
        for name, value in vars(module).items()
        if name.startswith("test_") and inspect.isfunction(value) and value.__module__ == module.__name__
    ]
    for test in sorted(tests, key=lambda test: _plain(test).__code__.co_firstlineno):
        yield from _cases_of_test(test)


def _cases_of_test(test: FunctionType) -> Iterator[SpecCase]:
    plain = _plain(test)
    rows = _parameter_rows(test)
    is_by_row = any(_ids_in(row.values()) for row in rows)
    named = _ids_of_function(plain, include_constants=not is_by_row)
    ids = {check_id for row in rows for check_id in _ids_in(row.values())} if is_by_row else named
    outcomes = set(OUTCOMES) & set(_constants(plain.__code__))
    for check_id in sorted(ids):
        mine = [row for row in rows if not is_by_row or check_id in _ids_in(row.values())]
        shown = tuple(dict.fromkeys(filter(None, (_row_in_words(row, check_id) for row in mine))))
        is_short = all(len(text) <= _MOST_CHARACTERS for text in shown)
        stated = outcomes | {outcome for row in mine for outcome in _outcomes_in(row.values())}
        yield SpecCase(
            check_id=check_id,
            sentence=_sentence(test.__name__),
            outcomes=tuple(outcome for outcome in OUTCOMES if outcome in stated),
            rows=shown[:_MOST_ROWS] if is_short else (),
            row_count=len(mine),
        )


def _plain(test: Callable[..., object]) -> FunctionType:
    """Return the function below a decorator such as hypothesis' ``given``."""
    inner = getattr(getattr(test, "hypothesis", None), "inner_test", test)
    return cast("FunctionType", inspect.unwrap(inner))


def _parameter_rows(test: FunctionType) -> list[dict[str, object]]:
    """Return the rows of a parametrised test, by name of the parameter: all combinations."""
    rows: list[dict[str, object]] = []
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            names, values = mark.args[0], list(mark.args[1])
            listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
            own = [dict(zip(listed, _values_of(value, len(listed)), strict=True)) for value in values]
            rows = [{**one, **other} for one in rows for other in own] if rows else own
    return rows


def _values_of(value: object, count: int) -> Sequence[object]:
    values = getattr(value, "values", None)
    if isinstance(values, tuple):  # pytest.param
        return values
    return (value,) if count == 1 else tuple(value)  # type: ignore[arg-type]


def _ids_of_function(
    function: FunctionType, *, include_constants: bool, visited: frozenset[str] = frozenset()
) -> set[str]:
    """Return the checks that a test names itself, or by functions and constants of its module."""
    ids = {text for text in _constants(function.__code__) if _ID.fullmatch(text)}
    for name in _names(function.__code__) - visited:
        value = function.__globals__.get(name)
        if isinstance(value, FunctionType) and value.__module__ == function.__module__:
            ids |= _ids_of_function(value, include_constants=include_constants, visited=visited | {name})
        elif include_constants and isinstance(value, str | list | tuple | set | frozenset | dict):
            ids |= _ids_in([value])
    return ids


def _outcomes_in(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, tuple):
            yield from _outcomes_in(value)
        elif isinstance(value, str) and value in OUTCOMES:
            yield value


def _ids_in(values: object) -> set[str]:
    if isinstance(values, str):
        return {values} if _ID.fullmatch(values) else set()
    if isinstance(values, Mapping):
        return _ids_in(values.values()) | _ids_in(values.keys())
    if isinstance(values, list | tuple | set | frozenset) or type(values).__name__.startswith("dict_"):
        return {check_id for value in values for check_id in _ids_in(value)}  # type: ignore[attr-defined]
    return set()


def _constants(code: CodeType) -> set[str]:
    found: set[str] = set()
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _constants(constant)
        elif isinstance(constant, str):
            found.add(constant)
        elif isinstance(constant, tuple | frozenset):
            found |= {part for part in constant if isinstance(part, str)}
    return found


def _names(code: CodeType) -> set[str]:
    nested = (_names(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return set(code.co_names).union(*nested)


def _sentence(test_name: str) -> str:
    words = test_name.removeprefix("test_").replace("_", " ")
    words = _PROPER.sub(lambda match: match[0].capitalize(), words)
    words = _CAPITALS.sub(lambda match: "E/M" if match[0] == "em" else match[0].upper(), words)
    return words[:1].upper() + words[1:]


def _row_in_words(row: Mapping[str, object], check_id: str) -> str:
    """Return one case in words, the outcome last; empty if a value has no short form."""
    parts: list[str] = []
    for name, value in row.items():
        if value == check_id:
            continue
        text = _value_in_words(value)
        if text is None:
            return ""
        # A row of columns says itself which; so does an outcome.
        is_plain = isinstance(value, Mapping) or (isinstance(value, str) and value in OUTCOMES)
        parts.append(text if is_plain else f"{name.replace('_', ' ')} {text}")
    return ", ".join(parts)


def _value_in_words(value: object) -> str | None:
    """Return a value in words; None if it has no short form."""
    match value:
        case None:
            text: str | None = "none"
        case bool():
            text = "yes" if value else "no"
        case str():
            text = value or "empty"
        case int() | float() | Decimal() | dt.date():
            text = str(value)
        case Mapping():
            named = [(str(name).replace("_", " "), _value_in_words(item)) for name, item in value.items()]
            is_short = all(item is not None for _, item in named)
            text = (
                (" and ".join(f"{name} {item}" for name, item in named) or "as it is") if is_short else None
            )
        case list() | tuple():
            items = [_value_in_words(item) for item in value]
            text = None if None in items else " ".join(map(str, items)) or "none"
        case _:
            text = None
    return text
