"""The checks there are, as their SQL files declare themselves.

A check is one file below ``auditlib/sql/checks`` with a header (see `auditlib.warehouse.header`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, cast, get_args

from auditlib.codesets.readers.manifest import loadable_systems
from auditlib.errors import UsageError
from auditlib.warehouse.header import read_header, refuse

Severity = Literal["F", "D", "R", "I"]

_KEYS: Final = (
    "id",
    "title",
    "version",
    "unit",
    "severity",
    "settings",
    "authority",
    "needs",
    "fix",
    "effective",
)
_OPTIONAL_KEYS: Final = ("codesets", "extra", "closer")
_ID: Final = re.compile(r"[A-Z]{2,4}-[0-9]{2}")
_DATE: Final = re.compile(r"(?P<first>\d{4}-\d{2}-\d{2})(?: to (?P<last>\d{4}-\d{2}-\d{2}))?")


@dataclass(frozen=True, slots=True)
class Check:
    """One check as its header declares it.

    Parameters
    ----------
    id
        As ``DX-01``.
    title
        What it looks for: the title of a finding.
    version
        Version of the rule; a change that can change results raises it.
    unit
        What one row of the denominator is.
    severity
        ``F`` fatal, ``D`` denied, ``R`` review, ``I`` information.
    settings
        Where the rule applies.
    authority
        Whose rule it is, with the section.
    needs
        What must be loaded for it to be checked.
    code_sets
        The code systems whose releases it reads, as `ref.release` names them; none if it needs no list.
    extra
        The extra of this package without which it checks nothing; None if it needs none.
    closer
        The check that says more of the same fault: where it has a finding on a code of a bill, the finding of
        this one is left to it. None if there is none.
    fix
        What mends a finding.
    effective_from, effective_to
        Days of service between which the rule holds.
    query
        Name of its query, which ends after `violating`: `judge` adds the tail.
    """

    id: str
    title: str
    version: str
    unit: str
    severity: Severity
    settings: tuple[str, ...]
    authority: str
    needs: str
    code_sets: tuple[str, ...]
    extra: str | None
    closer: str | None
    fix: str
    effective_from: dt.date
    effective_to: dt.date | None
    query: str


@cache
def all_checks() -> tuple[Check, ...]:
    """Return every check, by id.

    Raises
    ------
    BadInputError
        If a header is wrong; the message names the file and the line.
    """
    folder = files("auditlib").joinpath("sql", "checks")
    resources = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda e: e.name
    )
    checks = [parse_header(entry.name, entry.read_text(encoding="utf-8")) for entry in resources]
    return tuple(sorted(checks, key=lambda check: check.id))


def check_named(check_id: str) -> Check:
    """Return one check by its id.

    Raises
    ------
    UsageError
        If there is no such check; the hint lists those there are.
    """
    for check in all_checks():
        if check.id == check_id:
            return check
    message = f"There is no check '{check_id}'."
    raise UsageError(message, hint=f"Checks are {', '.join(check.id for check in all_checks())}.")


def parse_header(file_name: str, sql: str) -> Check:
    """Read the header of one check file.

    Raises
    ------
    BadInputError
        If a key is unknown, twice, absent or its value wrong.
    """
    entries = read_header(file_name, sql, required=_KEYS, optional=_OPTIONAL_KEYS)
    check_id, line = entries["id"]
    stem = file_name.removesuffix(".sql")
    if _ID.fullmatch(check_id) is None or check_id.lower().replace("-", "_") != stem:
        refuse(file_name, line, f"the id '{check_id}' does not fit the file's name", "dx_01.sql holds DX-01")
    severity, line = entries["severity"]
    if severity not in get_args(Severity):
        refuse(file_name, line, f"the severity is '{severity}'", "a severity is F, D, R or I")
    effective_from, effective_to = _effective(file_name, entries)
    return Check(
        id=check_id,
        title=entries["title"][0],
        version=entries["version"][0],
        unit=entries["unit"][0],
        severity=cast("Severity", severity),
        settings=_listed(entries["settings"][0]),
        authority=entries["authority"][0],
        needs=entries["needs"][0],
        code_sets=_code_sets(file_name, entries),
        extra=entries["extra"][0] if "extra" in entries else None,
        closer=entries["closer"][0] if "closer" in entries else None,
        fix=entries["fix"][0],
        effective_from=effective_from,
        effective_to=effective_to,
        query=f"checks/{stem}",
    )


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(","))


def _code_sets(file_name: str, entries: Mapping[str, tuple[str, int]]) -> tuple[str, ...]:
    if "codesets" not in entries:
        return ()
    value, line = entries["codesets"]
    named, known = _listed(value), loadable_systems()
    for system in named:
        if system not in known:
            refuse(file_name, line, f"no release of '{system}' can be loaded", f"one of {', '.join(known)}")
    return named


def _effective(file_name: str, entries: Mapping[str, tuple[str, int]]) -> tuple[dt.date, dt.date | None]:
    value, line = entries["effective"]
    expected = "days are written 2015-10-01, or 2015-10-01 to 2024-09-30"
    match = _DATE.fullmatch(value)
    if match is None:
        refuse(file_name, line, f"'{value}' is no day or range of days", expected)
    try:
        last = match["last"]
        return dt.date.fromisoformat(match["first"]), dt.date.fromisoformat(last) if last else None
    except ValueError:
        refuse(file_name, line, f"'{value}' holds a day that does not exist", expected)
