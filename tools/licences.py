"""The licences of everything that an installation brings, and whether one of them is copyleft.

Run it by ``python -m tools.licences``: it writes ``docs/licences.md`` from what this environment holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PAGE: Final = Path(__file__).parents[1] / "docs" / "licences.md"

# What packages call a permissive licence, in their expression, classifier or licence field.
_PERMISSIVE: Final = re.compile(
    r"0BSD|Apache( Software License|-2\.0| 2\.0| License,? Version 2\.0| License 2\.0)|"
    r"([23]-[Cc]lause )?BSD( License| [23]-Clause License|-[23]-Clause)?|CC0-1\.0|HPND|"
    r"ISC( License \(ISCL\)| license)?|MIT(-0|-CMU| License| license)?|OFL-1\.1|PSF-2\.0|PSFL|"
    r"Python Software Foundation License|Unlicense|Zlib"
)
_JOINS: Final = re.compile(r" AND | OR ")
_STRONG: Final = re.compile(r"GPL|GNU|EUPL|SSPL")

EXPLAINED: Final[Mapping[str, str]] = {
    "certifi": "MPL-2.0: a list of certificates that JupyterLab's HTTP libraries read, used as it is",
    "fqdn": "MPL-2.0: a check of host names that JupyterLab's events need, used as it is",
    "psycopg": "LGPL-3.0-only: the driver of a ledger in PostgreSQL, used as it is (only an extra)",
    "psycopg-binary": "LGPL-3.0-only: the same, with libpq under PostgreSQL's licence (only an extra)",
    "pypdfium2": "BSD-3-Clause and Apache-2.0, and carries PDFium with the licences of its parts (an extra)",
}
"""Packages whose licence is not simply permissive, and why they are permitted. MPL-2.0 binds changes of its
own files, and nothing that uses them."""

EXPLAINED_OF_DOCS: Final[Mapping[str, str]] = {
    "certifi": EXPLAINED["certifi"],
    "docutils": "public domain and BSD; GPL is its mode for the editor Emacs alone, which no package holds",
}
"""The same of what `make docs` installs beside the environment: it builds pages, and nothing is shipped."""

_LOCKED: Final = re.compile(r"^([\w.-]+)==", flags=re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Brought:
    """A package that an installation brings.

    Attributes
    ----------
    name
        Its normal name.
    licence
        As the package states it: its expression, else its classifiers, else its field.
    by
        The extra that brings it, or "core".
    """

    name: str
    licence: str
    by: str

    @property
    def is_permissive(self) -> bool:
        """Whether each licence that it names is permissive."""
        return all(_PERMISSIVE.fullmatch(part) for part in _JOINS.split(self.licence))


def brought(project: str = "auditlib") -> list[Brought]:
    """Return what the core brings, then what each extra brings beside it, by name."""
    extras = metadata.metadata(project).get_all("Provides-Extra") or []
    core = _closure(project, ())
    found = [Brought(name, _licence(name), "core") for name in sorted(core)]
    for extra in sorted(extras):
        beside = sorted(_closure(project, (extra,)) - core)
        found += [Brought(name, _licence(name), extra) for name in beside]
    return found


def locked(lock: Path) -> list[Brought]:
    """Return what a file of locks names, as far as it is installed; by the file's name."""
    names = dict.fromkeys(_LOCKED.findall(lock.read_text(encoding="utf-8")))
    found = {canonicalize_name(one.name) for one in metadata.distributions()}
    return [Brought(name, _licence(name), lock.stem) for name in names if canonicalize_name(name) in found]


def not_permitted(packages: Iterable[Brought], explained: Mapping[str, str] = EXPLAINED) -> list[str]:
    """Return packages whose licence is not permissive nor explained, and those of the core under a GPL."""
    return [
        f"{one.name} ({one.by}): {one.licence}"
        for one in packages
        if not one.is_permissive
        and (one.name not in explained or (one.by == "core" and _STRONG.search(one.licence)))
    ]


def _closure(project: str, extras: Iterable[str]) -> set[str]:
    """Return the names of all that a project needs on this system; what is not installed is left out."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [(canonicalize_name(project), frozenset(extras))]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        name, wanted = one
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        found.add(one)
        for need in map(Requirement, needs):
            asked = [need.marker is None or need.marker.evaluate({"extra": extra}) for extra in ("", *wanted)]
            if any(asked):
                waiting.append((canonicalize_name(need.name), frozenset(need.extras)))
    return {name for name, _ in found} - {canonicalize_name(project)}


def _licence(name: str) -> str:
    about = metadata.metadata(name).json
    if expression := about.get("license_expression"):
        return str(expression)
    classifiers = [text for text in about.get("classifier", ()) if text.startswith("License :: ")]
    if named := [text.rsplit(" :: ", 1)[-1] for text in classifiers if text.count(" :: ") > 1]:
        return " AND ".join(named)
    return str(about.get("license") or "not stated").strip().splitlines()[0]


def page(packages: Iterable[Brought]) -> str:
    """Return the page of licences."""
    lines = [
        "# Licences of what an installation brings",
        "",
        "Made by `python -m tools.licences` from the environment of `requirements.lock` on Linux; a test",
        "holds it to what is installed, and fails where a licence is neither permissive nor explained here.",
        "",
        *(f"- `{name}` is under {why}." for name, why in EXPLAINED.items()),
        "",
        "`make docs` installs what `docs.lock` names beside the environment; nothing of it is shipped.",
        "It fails where a licence there is neither permissive nor explained:",
        "",
        *(f"- `{name}` is under {why}." for name, why in EXPLAINED_OF_DOCS.items()),
        "",
        "| package | licence as it states it | brought by |",
        "| --- | --- | --- |",
        *(f"| {one.name} | {one.licence} | {one.by} |" for one in packages),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(brought()), encoding="utf-8")
