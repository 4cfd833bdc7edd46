"""Calls in sentences, as ``wb.audit("q1").queries()``, followed through the signatures of the workbench."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from functools import cache, cached_property
from pathlib import Path
from types import FunctionType

from auditlib.workbench import Workbench


class NoSuchCallError(Exception):
    """A call names something that there is not."""

    def __init__(self, text: str, what: str) -> None:
        super().__init__(f"{text}: there is no {what}.")


def followed(text: str) -> object:
    """Return the class that a call ends with, or None where its signature leaves it open.

    Raises
    ------
    NoSuchCallError
        If a name or a keyword in it does not exist.
    """
    # What a sentence leaves to its reader, as in ``draw(..., count=)``, has some value here.
    filled = re.sub(r"=(?=[,)])", "=0", text.replace(", ...)", ")"))
    return _of(ast.parse(filled, mode="eval").body, text)


def _of(node: ast.expr, text: str) -> object:
    if isinstance(node, ast.Name):
        return Workbench if node.id in {"wb", "Workbench"} else None
    if isinstance(node, ast.Call):
        called = _member(node.func, text) if isinstance(node.func, ast.Attribute) else None
        if called is None:
            return None
        for keyword in node.keywords:
            if keyword.arg and not _takes(called, keyword.arg):
                raise NoSuchCallError(text, f"parameter {keyword.arg}")
        return _returned(called)
    if isinstance(node, ast.Attribute):
        member = _member(node, text)
        return None if member is None or callable(member) else _returned(member)
    return None


def _member(node: ast.Attribute, text: str) -> object:
    """Return the method or property that an attribute names, or None where the class is open."""
    owner = _of(node.value, text)
    if not isinstance(owner, type):
        return None
    try:
        return inspect.getattr_static(owner, node.attr)
    except AttributeError:
        if node.attr in _fields(owner) or "__getattr__" in dir(owner):
            return None
        raise NoSuchCallError(text, f"{node.attr} of {owner.__name__}") from None


def _fields(owner: type) -> set[str]:
    return {name for one in owner.__mro__ for name in vars(one).get("__annotations__", {})}


def _function(member: object) -> FunctionType | None:
    if isinstance(member, property):
        member = member.fget
    if isinstance(member, cached_property):
        member = member.func
    if isinstance(member, classmethod | staticmethod):
        member = member.__func__
    unwrapped = inspect.unwrap(member) if callable(member) else None
    return unwrapped if isinstance(unwrapped, FunctionType) else None


def _takes(member: object, keyword: str) -> bool:
    function = _function(member)
    if function is None:
        return True
    parameters = inspect.signature(function).parameters
    return keyword in parameters or any(one.kind is one.VAR_KEYWORD for one in parameters.values())


def _returned(member: object) -> type | None:
    """Return the class that the first name of a return annotation means."""
    function = _function(member)
    if function is None:
        return None
    name = re.split(r"[\s\[|.]", str(function.__annotations__.get("return", "")))[0]
    found = vars(sys.modules[function.__module__]).get(name) or _imported(function.__module__, name)
    return found if isinstance(found, type) and found.__module__.startswith("auditlib") else None


@cache
def _imported(module: str, name: str) -> object:
    """Return what a module imports under a name, also for its types only."""
    path = Path(str(sys.modules[module].__file__))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and name in {alias.asname or alias.name for alias in node.names}:
            return getattr(importlib.import_module(str(node.module)), name, None)
    return None
