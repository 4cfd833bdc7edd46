"""Resource texts to columns by the schema of their type; resources that deviate are repaired one by one."""

from __future__ import annotations

import json

import polars as pl

_BLOCK = 512
_FAILURES = (pl.exceptions.ComputeError, pl.exceptions.InvalidOperationError, pl.exceptions.SchemaError)


def decoded(texts: pl.Series, schema: pl.Struct) -> pl.Series:
    """Return resources as a struct column; null if a text is not a JSON object.

    Notes
    -----
    polars decodes all texts at once. If one has an object where the standard has an array, or the reverse,
    its block of texts is repaired one by one: a single value becomes an array, and of an array in place of a
    single value the first is taken.
    """
    try:
        return texts.str.json_decode(schema)
    except _FAILURES:
        if len(texts) > _BLOCK:
            blocks = (texts.slice(start, _BLOCK) for start in range(0, len(texts), _BLOCK))
            return pl.concat([decoded(block, schema) for block in blocks])
        return pl.concat([_one(texts.slice(number, 1), schema) for number in range(len(texts))])


def _one(text: pl.Series, schema: pl.Struct) -> pl.Series:
    try:
        return text.str.json_decode(schema)
    except _FAILURES:
        return pl.Series(text.name, [_shaped(_parsed(text[0]), schema)], dtype=schema)


def _parsed(text: str | None) -> object:
    """Return the JSON object in a text, numbers as text; None if it is not one."""
    try:
        value = json.loads(text or "", parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _shaped(value: object, kind: pl.DataType) -> object:
    """Return a parsed value in the shape of a type."""
    if value is None:
        return None
    if isinstance(kind, pl.List):
        members = value if isinstance(value, list) else [value]
        return [_shaped(member, _inner(kind)) for member in members]
    if isinstance(value, list):
        return _shaped(value[0], kind) if value else None
    if isinstance(kind, pl.Struct):
        return _members(value, kind) if isinstance(value, dict) else None
    plain = str(value).lower() if isinstance(value, bool) else value
    # An unpaired surrogate cannot be stored and becomes a question mark.
    return plain.encode("utf-8", "replace").decode() if isinstance(plain, str) else None


def _members(value: dict[str, object], kind: pl.Struct) -> dict[str, object]:
    return {field.name: _shaped(value.get(field.name), _instance(field.dtype)) for field in kind.fields}


def _inner(kind: pl.List) -> pl.DataType:
    return _instance(kind.inner)


def _instance(kind: object) -> pl.DataType:
    return kind if isinstance(kind, pl.DataType) else pl.String()
