"""Frozen records to JSON and back, with reproducible bytes.

Keys are in the order of the declared fields; amounts are text, dates and times ISO 8601. A field
whose metadata is `LATER` is omitted while it has its default, so that older files keep their bytes and can be
read.
"""

from __future__ import annotations

import datetime as dt
import json
import types
import typing
from dataclasses import Field, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final, TypeVar

from auditlib.errors import BadInputError

_Record = TypeVar("_Record")
LATER: Final = types.MappingProxyType({"left out while default": True})
"""Metadata of a field that was added after files had been written."""


def to_json(record: object) -> str:
    """Return a frozen dataclass as indented JSON that ends with a newline."""
    return json.dumps(_plain(record), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str, record_type: type[_Record], *, subject: str) -> _Record:
    """Return the record in JSON from `to_json`.

    Raises
    ------
    BadInputError
        If the text is not JSON, or a field is missing, unknown or of the wrong type.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"The {subject} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        raise BadInputError(message, hint="Restore the file as it was written.") from error
    read: _Record = _read(value, record_type, subject)
    return read


def time_text(moment: dt.datetime) -> str:
    """Return a time in UTC as ISO 8601 with a final Z; a time without a zone is UTC."""
    aware = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    return aware.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {
            item.name: _plain(getattr(value, item.name)) for item in fields(value) if _is_written(item, value)
        }
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.datetime):
        return time_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def _is_written(item: Field[Any], record: object) -> bool:
    return item.metadata != LATER or getattr(record, item.name) != item.default


def _read(value: object, expected: Any, where: str) -> Any:  # noqa: ANN401 - type hints are read at run time
    origin = typing.get_origin(expected)
    if origin in (typing.Union, types.UnionType):
        inner = next(item for item in typing.get_args(expected) if item is not type(None))
        return None if value is None else _read(value, inner, where)
    if origin is typing.Literal:
        if value not in typing.get_args(expected):
            raise _wrong(where, f"one of {', '.join(typing.get_args(expected))}")
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise _wrong(where, "a list")
        item_type = typing.get_args(expected)[0]
        return tuple(_read(item, item_type, f"{where}, item {n}") for n, item in enumerate(value, start=1))
    if is_dataclass(expected):
        return _read_record(value, expected, where)
    return _read_scalar(value, expected, where)


def _read_record(value: object, expected: Any, where: str) -> Any:  # noqa: ANN401 - as `_read`
    if not isinstance(value, dict):
        raise _wrong(where, "an object")
    names = [item.name for item in fields(expected)]
    needed = [item.name for item in fields(expected) if item.metadata != LATER]
    absent, unknown = [n for n in needed if n not in value], [n for n in value if n not in names]
    if absent or unknown:
        message = f"The {where}: absent {absent}, unknown {unknown}."
        raise BadInputError(message, hint=f"Its fields are {', '.join(names)}.")
    hints = _hints(expected)
    return expected(
        **{name: _read(value[name], hints[name], f"{where}, field {name}") for name in names if name in value}
    )


@cache
def _hints(record_type: type) -> dict[str, Any]:
    # A manifest has a record for every unit: the hints of one type are the same for all.
    return typing.get_type_hints(record_type)


def _read_scalar(value: object, expected: Any, where: str) -> Any:  # noqa: ANN401 - as `_read`
    if expected in (str, int, bool):
        if type(value) is not expected:
            raise _wrong(
                where, {"str": "text", "int": "a whole number", "bool": "true or false"}[expected.__name__]
            )
        return value
    try:
        if expected is Decimal:
            return Decimal(str(value))
        if expected is dt.datetime:
            return dt.datetime.fromisoformat(str(value))
        return dt.date.fromisoformat(str(value))
    except (InvalidOperation, ValueError) as error:
        kind = "an amount" if expected is Decimal else "an ISO 8601 date"
        raise _wrong(where, kind) from error


def _wrong(where: str, expected: str) -> BadInputError:
    return BadInputError(f"The {where} is not {expected}.", hint="Restore the file as it was written.")
