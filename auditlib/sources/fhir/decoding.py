"""Texts of resources to columns, by the schema of their kind; one out of shape is put into it alone."""

from __future__ import annotations

import json

import polars as pl

_BLOCK = 512
_FAILURES = (pl.exceptions.ComputeError, pl.exceptions.InvalidOperationError, pl.exceptions.SchemaError)


def decoded(texts: pl.Series, schema: pl.Struct) -> pl.Series:
    """Return resources as a struct column; null where a text is no JSON object.

    Notes
    -----
    polars decodes all texts at once. Where one of them has an object where the standard has an array, or the
    reverse, its block of texts is gone through one by one, and those are put into shape: one value becomes an
    array of one, of an array where one value belongs the first is taken.
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
    """Return what the text says, numbers as written; None where it is no JSON object."""
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
    told = str(value).lower() if isinstance(value, bool) else value
    # A lone surrogate cannot be stored: it is written as a question mark.
    return told.encode("utf-8", "replace").decode() if isinstance(told, str) else None


def _members(value: dict[str, object], kind: pl.Struct) -> dict[str, object]:
    return {field.name: _shaped(value.get(field.name), _instance(field.dtype)) for field in kind.fields}


def _inner(kind: pl.List) -> pl.DataType:
    return _instance(kind.inner)


def _instance(kind: object) -> pl.DataType:
    return kind if isinstance(kind, pl.DataType) else pl.String()
