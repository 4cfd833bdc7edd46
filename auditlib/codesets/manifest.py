"""The code sets that the workbench knows: whose they are, under which licence, and how to get them."""

from __future__ import annotations

import string
import tomllib
from dataclasses import dataclass
from typing import Final

from auditlib.embedded import embedded_folder
from auditlib.errors import UsageError

_FIRST_YEAR: Final = 2015
_LAST_YEAR: Final = 2099
_COMES_ALONG: Final = ("embedded", "optional")


@dataclass(frozen=True, slots=True)
class CodeSet:
    """One entry of ``codesets/manifest.toml``.

    Parameters
    ----------
    id, title, publisher, licence
        What it is, whose, and under which terms.
    how
        embedded, optional (with an extra), file or licensed.
    files
        Names that the publisher gives its files.
    page
        Where a person finds it.
    loads
        Names under which its releases are loaded.
    url
        Pattern of the publisher's address, or None where a person has to fetch it.
    extra
        The extra of this package that brings it, if one does.
    """

    id: str
    title: str
    publisher: str
    licence: str
    how: str
    files: tuple[str, ...]
    page: str
    loads: tuple[str, ...]
    url: str | None
    extra: str | None = None

    def address(self, year: int, month: str | None = None) -> str:
        """Return the address of one release.

        Raises
        ------
        UsageError
            If a person has to fetch it, or the pattern needs a month that is not given.
        """
        if self.url is None or self.how != "file":
            message = f"{self.title} cannot be fetched."
            hint = self.by_hand(year) if self.extra is None else self.installed_by
            raise UsageError(message, hint=hint)
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            message = f"{year} is no year of a release."
            raise UsageError(message, hint="Give it with four digits, as 2027.")
        needed = {name for _, name, _, _ in string.Formatter().parse(self.url) if name}
        if "month" in needed and not month:
            message = f"{self.id} is published by the quarter: which one?"
            raise UsageError(message, hint="Say --month october, or january, april, july.")
        return self.url.format(year=year, yy=f"{year % 100:02d}", month=(month or "").lower())

    @property
    def installed_by(self) -> str:
        """How it gets into a workspace, if an extra brings it."""
        return f"uv pip install 'auditlib[{self.extra}]', then: auditlib codesets WORKSPACE add-optional"

    def by_hand(self, year: int | None = None) -> str:
        """Return what a person has to do to get it."""
        names = ", ".join(
            name.replace("{year}", str(year)).replace("{yy}", f"{year % 100:02d}") if year else name
            for name in self.files
        )
        terms = (
            "" if self.how == "licensed" or "accepting" not in self.licence else " Accept the terms there."
        )
        return (
            f"1. Open {self.page} in a browser.{terms}\n"
            f"  2. Download {names} ({self.licence}).\n"
            "  3. Run: auditlib codesets WORKSPACE load FILE"
        )


def known_code_sets() -> tuple[CodeSet, ...]:
    """Return every entry of the manifest, in its order."""
    text = (embedded_folder("codesets") / "manifest.toml").read_text(encoding="utf-8")
    return tuple(
        CodeSet(
            id=entry["id"],
            title=entry["title"],
            publisher=entry["publisher"],
            licence=entry["licence"],
            how=entry["how"],
            files=tuple(entry["files"]),
            page=entry["page"],
            loads=tuple(entry.get("loads", (entry["code_system"],))),
            url=entry.get("url"),
            extra=entry.get("extra"),
        )
        for entry in tomllib.loads(text)["code_set"]
    )


def code_set_named(name: str) -> CodeSet:
    """Return the entry of that id, or the first one to be loaded whose id begins with the name.

    Raises
    ------
    UsageError
        If there is none.
    """
    known = known_code_sets()
    for code_set in known:
        if code_set.id == name:
            return code_set
    for code_set in known:
        if code_set.id.startswith(name) and code_set.how not in _COMES_ALONG:
            return code_set
    message = f"There is no code set '{name}'."
    raise UsageError(message, hint=f"Known are {', '.join(code_set.id for code_set in known)}.")


def embedded_files() -> frozenset[tuple[str, str]]:
    """Return the name and the publisher of each file that the installation or an extra brings."""
    return frozenset(
        (name, code_set.publisher)
        for code_set in known_code_sets()
        if code_set.how in _COMES_ALONG
        for name in code_set.files
    )
