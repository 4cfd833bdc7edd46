"""The known code sets: publisher, licence and how to get them."""

from __future__ import annotations

import string
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Final

from auditlib.embedded import embedded_folder
from auditlib.errors import UsageError

_FIRST_YEAR: Final = 2015
_LAST_YEAR: Final = 2099
_COMES_ALONG: Final = ("embedded", "optional")
_MONTHS: Final = ("january", "april", "july", "october")
_FIRST_MONTH: Final = "october"


@dataclass(frozen=True, slots=True)
class CodeSet:
    """One entry of ``codesets/manifest.toml``.

    Parameters
    ----------
    id, title, publisher, licence
        Name, title, publisher and licence.
    how
        embedded, optional (with an extra), file or licensed.
    files
        The publisher's file names.
    page
        Web page for a download by hand.
    loads
        Code systems of its releases.
    urls
        Patterns of the publisher's addresses, in the order to try, since publishers rename files. Empty if it
        must be downloaded by hand.
    update_urls
        The same for an update within the year, as in April.
    steps
        Steps on the page, if there is more to do than download.
    extra
        The extra of this package that includes it, if any.
    """

    id: str
    title: str
    publisher: str
    licence: str
    how: str
    files: tuple[str, ...]
    page: str
    loads: tuple[str, ...]
    urls: tuple[str, ...] = ()
    update_urls: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    extra: str | None = None

    @property
    def can_be_fetched(self) -> bool:
        """True if it can be downloaded automatically."""
        return self.how == "file" and bool(self.urls)

    def addresses(self, year: int, month: str | None = None) -> tuple[str, ...]:
        """Return the possible addresses of a release, the likeliest first.

        Raises
        ------
        UsageError
            If it must be downloaded by hand, or a month is needed and missing.
        """
        if not self.can_be_fetched:
            message = f"{self.title} cannot be fetched."
            hint = self.by_hand(year, month) if self.extra is None else self.installed_by
            raise UsageError(message, hint=hint)
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            message = f"{year} is not the year of a release."
            raise UsageError(message, hint="Give it with four digits, as 2027.")
        if month is not None and month.lower() not in _MONTHS:
            message = f"'{month}' is not a month in which releases begin."
            raise UsageError(message, hint=f"State --month {', '.join(_MONTHS[:-1])} or {_MONTHS[-1]}.")
        is_update = month is not None and month.lower() != _FIRST_MONTH and bool(self.update_urls)
        patterns = self.update_urls if is_update else self.urls
        needed = {name for url in patterns for _, name, _, _ in string.Formatter().parse(url) if name}
        if "month" in needed and not month:
            message = f"{self.id} is published quarterly: which quarter?"
            raise UsageError(message, hint="State --month october, or january, april, july.")
        return tuple(url.format(**_parts(year, month)) for url in patterns)

    @property
    def installed_by(self) -> str:
        """How to add it to a workspace, if an extra includes it."""
        return f"uv pip install 'auditlib[{self.extra}]', then: auditlib codesets add-optional"

    def by_hand(self, year: int | None = None, month: str | None = None) -> str:
        """Return the steps to get it by hand."""

        def filled_in(text: str) -> str:
            return text.format(**_parts(year, month)) if year else text

        files = ", ".join(map(filled_in, self.files))
        steps = [f"Open {self.page} in a browser."]
        if self.steps:
            steps += map(filled_in, self.steps)
        else:
            steps.append(f"Download {files} ({self.licence}).")
        # A licensed list does not state its first day.
        days = " --from YYYY-MM-DD" if self.how == "licensed" else ""
        steps.append(f"Run: auditlib codesets load FILE{days}")
        return "\n  ".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))


def _parts(year: int, month: str | None) -> dict[str, object]:
    """Return the values for the patterns: parts of the year, and publishers' version numbers."""
    known: dict[str, object] = {
        "year": year,
        "yy": f"{year % 100:02d}",
        # The first version of the editor for ICD-10 was 33 in 2016.
        "editor": year - 1983,
        "half": 0,
    }
    named = (month or "").lower()
    if named not in _MONTHS:
        return known | dict.fromkeys(("month", "Mon", "number", "quarter", "quarter_letter", "edits"), "...")
    quarter = _MONTHS.index(named) + 1
    return known | {
        "month": named,
        "Mon": named[:3].capitalize(),
        "number": f"{3 * quarter - 2:02d}",
        "quarter": quarter,
        "quarter_letter": "abcd"[quarter - 1],
        # The specialties are published in January and July.
        "half": int(named == "july"),
        # The first version of the edits was 1994's, and quarters count from 0.
        "edits": f"{year - 1994}{quarter - 1}",
    }


@cache
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
            urls=tuple(entry.get("urls", ())),
            update_urls=tuple(entry.get("update_urls", ())),
            steps=tuple(entry.get("steps", ())),
            extra=entry.get("extra"),
        )
        for entry in tomllib.loads(text)["code_set"]
    )


def code_set_named(name: str) -> CodeSet:
    """Return the entry with that id, or the first one to be loaded whose id begins with it.

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


def code_sets_of(system: str) -> tuple[CodeSet, ...]:
    """Return the entries whose files bring releases of a code system, in the manifest's order."""
    return tuple(code_set for code_set in known_code_sets() if system in code_set.loads)


@cache
def loadable_systems() -> tuple[str, ...]:
    """Return every code system of which releases can be loaded, in alphabetical order."""
    return tuple(sorted({system for code_set in known_code_sets() for system in code_set.loads}))


def embedded_files() -> frozenset[tuple[str, str]]:
    """Return the name and publisher of each file that comes with the installation or an extra."""
    return frozenset(
        (name, code_set.publisher)
        for code_set in known_code_sets()
        if code_set.how in _COMES_ALONG
        for name in code_set.files
    )
