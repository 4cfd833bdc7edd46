"""The reference that is made from the code: each command's help, docstrings of what notebooks call."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from functools import cached_property
from importlib import import_module
from inspect import getsource
from typing import Final

import auditlib
from auditlib.cli import main
from auditlib.cli.grammar import NOUNS, SHORT_FORMS, first_page

ANSWERS: Final = (
    "auditlib.workbench.audit.Audit",
    "auditlib.workbench.encounter.Encounter",
    "auditlib.report.result.Result",
)
"""Classes of what the nouns answer with, and on which a notebook calls further."""

_IMPORTED: Final = re.compile(r"^    from (auditlib\.\S+) import (\w+)$", flags=re.MULTILINE)


def commands() -> str:
    """Return the first page of help and the help of each command, as Markdown."""
    parts = [_block(first_page()), "## Short forms"]
    parts += [f"### {name}\n\n{_help(name)}" for name in SHORT_FORMS]
    for noun, about in NOUNS.items():
        parts.append(f"## {noun}\n\n{about.about[0].upper()}{about.about[1:]}.")
        parts += [f"### {noun} {verb}\n\n{_help(noun, verb)}" for verb in about.verbs]
    return "\n\n".join(parts) + "\n"


def _help(*words: str) -> str:
    printed = io.StringIO()
    with redirect_stdout(printed):
        code = main([*words, "--help"])
    if code:
        message = f"auditlib {' '.join(words)} --help ended with {code}."
        raise RuntimeError(message)
    return _block(printed.getvalue())


def _block(text: str) -> str:
    return f"```\n{text.strip()}\n```"


def nouns() -> dict[str, str]:
    """Return where the class of each noun of a workbench, as ``files`` of ``wb.files``, is defined."""
    # A noun's module is imported where it is first used: its class is known by the annotation.
    workbench = auditlib.Workbench
    homes = {
        name: module for module, name in _IMPORTED.findall(getsource(import_module(workbench.__module__)))
    }
    annotated = {
        noun: str(member.func.__annotations__["return"])
        for noun, member in vars(workbench).items()
        if isinstance(member, cached_property)
    }
    return {noun: f"{homes[name]}.{name}" for noun, name in annotated.items()}


def python_names() -> str:
    """Return directives that write docstrings: of public names, nouns and what these answer with."""
    parts = ["## Names of the package"]
    parts += [_documented(f"auditlib.{name}") for name in auditlib.__all__ if not name.startswith("_")]
    parts.append("## Nouns of a workbench")
    parts += [f"### wb.{noun}\n\n{_documented(path)}" for noun, path in nouns().items()]
    parts.append("## What they answer with")
    parts += [_documented(path) for path in ANSWERS]
    return "\n\n".join(parts) + "\n"


def _documented(path: str) -> str:
    module, _, name = path.rpartition(".")
    is_class = isinstance(getattr(import_module(module), name), type)
    directive = f".. autoclass:: {path}\n   :members:" if is_class else f".. autofunction:: {path}"
    return f"```{{eval-rst}}\n{directive}\n```"


GENERATED: Final[Mapping[str, Callable[[], str]]] = {
    "docs/reference/commands.md": commands,
    "docs/reference/python.md": python_names,
}
"""Pages below whose text something is generated when the site is built."""
