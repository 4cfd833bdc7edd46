"""Words of a command read by the command line's own grammar, without running it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from cyclopts import App

from auditlib.cli.app import build_app


@cache
def _app() -> App:
    return build_app()


def parsed(words: Sequence[str]) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return the function that a command would run and its arguments.

    Raises
    ------
    CycloptsError
        If there is no such command, or an option or a value does not fit.
    """
    app = _app()
    _, outer, _ = app.meta.parse_args(list(words), exit_on_error=False, print_error=False)
    command, bound, _ = app.parse_args(list(outer.args), exit_on_error=False, print_error=False)
    return command, bound.arguments
