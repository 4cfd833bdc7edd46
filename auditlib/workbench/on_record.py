"""Answers of accessors that enter themselves in the access log before they are written to a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any, Final, TypeVar

from auditlib.report.result import Result

_Accessor = TypeVar("_Accessor", bound=type)
_ANSWERS: Final = re.compile(r"\bResult\b")


def answers_on_record(accessor: _Accessor) -> _Accessor:
    """Let the answers of an accessor, which has a ``_context``, know the access log of its workspace."""
    for name, member in list(vars(accessor).items()):
        if isinstance(member, property) and member.fget is not None and returns_answer(member.fget):
            setattr(accessor, name, property(_on_record(member.fget)))
        elif isinstance(member, FunctionType) and returns_answer(member):
            setattr(accessor, name, _on_record(member))
    return accessor


def returns_answer(method: Callable[..., object]) -> bool:
    """Return whether a method says that it returns an answer with rows."""
    return _ANSWERS.search(str(method.__annotations__.get("return"))) is not None


def _on_record(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def answer(self: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the method has it
        found = method(self, *given, **named)
        return self._context.answer(found) if isinstance(found, Result) else found

    return answer
