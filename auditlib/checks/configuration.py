"""Severity and switches of checks by payer and setting, with days: ``checks.toml`` of a workspace."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final, NoReturn, cast, get_args

import polars as pl

from auditlib.checks.registry import Severity
from auditlib.errors import BadInputError
from auditlib.nearest import unknown_name
from auditlib.warehouse import Writer

FILE: Final = "checks.toml"
SETTINGS: Final = ("professional", "dental", "institutional", "inpatient", "outpatient", "not billed")
_KEYS: Final = ("check", "severity", "run", "payer", "setting", "from", "to", "because")
_BEGIN: Final = re.compile(r"\s*\[\[\s*rule\s*\]\]")
_SCHEMA: Final = {
    "setting_number": pl.Int64,
    "check_id": pl.String,
    "severity": pl.String,
    "is_run": pl.Boolean,
    "payer_id": pl.String,
    "claim_setting": pl.String,
    "first_day": pl.Date,
    "last_day": pl.Date,
    "reason": pl.String,
}


@dataclass(frozen=True, slots=True)
class CheckSetting:
    """One entry of ``checks.toml``: a severity or a switch of a check.

    Parameters
    ----------
    check_id
        The check, or a rule of one's own.
    severity
        Severity of its findings in place of its own; None where it is switched off.
    payer_id
        On claims to this payer; None for all.
    claim_setting
        One of `SETTINGS`; None for all.
    first_day, last_day
        Days of service on which it holds; None for no bound.
    reason
        Why.
    line
        Line of the file where it begins.
    """

    check_id: str
    severity: Severity | None
    payer_id: str | None
    claim_setting: str | None
    first_day: dt.date | None
    last_day: dt.date | None
    reason: str
    line: int


def read_configuration(root: Path, known_ids: Collection[str]) -> tuple[CheckSetting, ...]:
    """Read ``checks.toml`` of a workspace; no file is no setting.

    Parameters
    ----------
    root
        The folder of the workspace.
    known_ids
        Ids of all checks and own rules.

    Raises
    ------
    BadInputError
        If anything in it is wrong, with the line and what to do: then no setting holds.
    """
    path = root / FILE
    if not path.is_file():
        return ()
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{FILE} is no TOML: {error}."
        raise BadInputError(
            message, hint="Each entry begins with [[rule]]; text stands in quotes."
        ) from error
    unknown = [key for key in tables if key != "rule"]
    entries = tables.get("rule", [])
    if unknown or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        message = f"{FILE} has {unknown[0] if unknown else 'rule'}, which is no list of entries."
        raise BadInputError(message, hint="Each entry begins with [[rule]] on a line of its own.")
    lines = text.splitlines()
    begins = [number for number, line in enumerate(lines, start=1) if _BEGIN.match(line)]
    if len(begins) != len(entries):
        message = f"{FILE} has entries that do not begin with [[rule]] on a line of their own."
        raise BadInputError(message, hint="Write each entry as [[rule]], then a line for each key.")
    read = tuple(
        _setting(entry, _Place(lines, begin), known_ids) for entry, begin in zip(entries, begins, strict=True)
    )
    _require_apart(read)
    return read


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry stands in the file."""

    lines: list[str]
    begin: int

    def of(self, key: str) -> int:
        """Return the line of a key of the entry, or the line where the entry begins."""
        for number, line in enumerate(self.lines[self.begin :], start=self.begin + 1):
            if _BEGIN.match(line):
                break
            if re.match(rf"\s*{re.escape(key)}\s*=", line):
                return number
        return self.begin

    def refuse(self, key: str, fault: str, expected: str) -> NoReturn:
        """Say what is wrong at a key."""
        message = f"{FILE}, line {self.of(key)}: {fault}."
        raise BadInputError(message, hint=expected)


def _setting(entry: Mapping[str, object], place: _Place, known_ids: Collection[str]) -> CheckSetting:
    for key in entry:
        if key not in _KEYS:
            place.refuse(key, f"'{key}' is no key", f"Keys are {', '.join(_KEYS)}.")
    check_id = _text(entry, place, "check")
    if check_id is None:
        place.refuse("check", "the entry names no check", 'Write check = "DX-13".')
    if check_id.upper() not in known_ids:
        nearest = unknown_name("check", check_id, known_ids, listed_by="auditlib checks list")
        place.refuse(
            "check", f"there is no check '{check_id}'", nearest.hint or "See 'auditlib checks list'."
        )
    severity = _severity(entry, place)
    reason = _text(entry, place, "because")
    if reason is None:
        place.refuse("check", "it is not said why", 'Write because = "...".')
    first_day, last_day = _day(entry, place, "from"), _day(entry, place, "to")
    if first_day is not None and last_day is not None and first_day > last_day:
        place.refuse("to", "its last day is before its first", "Write the earlier day in from.")
    return CheckSetting(
        check_id=check_id.upper(),
        severity=severity,
        payer_id=_text(entry, place, "payer"),
        claim_setting=_claim_setting(entry, place),
        first_day=first_day,
        last_day=last_day,
        reason=reason,
        line=place.begin,
    )


def _severity(entry: Mapping[str, object], place: _Place) -> Severity | None:
    """Return the severity that an entry sets; None where it switches the check off."""
    severity, is_run = _text(entry, place, "severity"), entry.get("run")
    if severity is not None and severity not in get_args(Severity):
        place.refuse("severity", f"the severity is '{severity}'", "Write F, D, R or I.")
    if is_run is not None and is_run is not False:
        place.refuse("run", "run is not false", "Every check runs: leave run out, or write run = false.")
    if (severity is None) == (is_run is None):
        place.refuse(
            "check", "it is not said what changes", 'Write severity = "R", or run = false: one of them.'
        )
    return cast("Severity | None", severity)


def _claim_setting(entry: Mapping[str, object], place: _Place) -> str | None:
    claim_setting = _text(entry, place, "setting")
    if claim_setting is not None and claim_setting not in SETTINGS:
        place.refuse("setting", f"the setting is '{claim_setting}'", f"Write one of {', '.join(SETTINGS)}.")
    return claim_setting


def _text(entry: Mapping[str, object], place: _Place, key: str) -> str | None:
    value = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        place.refuse(key, f"{key} is no text", f'Write {key} = "...".')
    return value.strip()


def _day(entry: Mapping[str, object], place: _Place, key: str) -> dt.date | None:
    value = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        place.refuse(key, f"{key} is no day", f"Write {key} = 2026-01-31, without quotes.")
    return value


def _require_apart(settings: tuple[CheckSetting, ...]) -> None:
    """Refuse two entries of one check, payer and setting whose days overlap."""
    for one, other in combinations(settings, 2):
        is_same = (one.check_id, one.payer_id, one.claim_setting) == (
            other.check_id,
            other.payer_id,
            other.claim_setting,
        )
        latest_first = max(one.first_day or dt.date.min, other.first_day or dt.date.min)
        earliest_last = min(one.last_day or dt.date.max, other.last_day or dt.date.max)
        if is_same and latest_first <= earliest_last:
            message = f"{FILE}, line {other.line}: its days overlap those of the entry in line {one.line}."
            raise BadInputError(message, hint="End the earlier entry the day before the later one begins.")


def setting_frame(settings: tuple[CheckSetting, ...]) -> pl.DataFrame:
    """Return the settings, one row each."""
    rows = [
        {
            "setting_number": number,
            "check_id": one.check_id,
            "severity": one.severity,
            "is_run": one.severity is not None,
            "payer_id": one.payer_id,
            "claim_setting": one.claim_setting,
            "first_day": one.first_day,
            "last_day": one.last_day,
            "reason": one.reason,
        }
        for number, one in enumerate(settings, start=1)
    ]
    return pl.DataFrame(rows, schema=_SCHEMA)


def apply_configuration(writer: Writer, settings: tuple[CheckSetting, ...]) -> None:
    """Give findings the severity of their setting, and count those that are switched off as not checked.

    Of several settings of a check the one counts that says most: payer and setting before payer, payer before
    setting, setting before none.
    """
    if not settings:
        return
    writer.show("check_setting", setting_frame(settings))
    writer.keep("configured_finding", "statements/configured_finding")
    for statement in ("change_severity", "count_switched_off", "delete_switched_off", "switch_off_checks"):
        writer.run(f"statements/{statement}")
    writer.drop_kept("configured_finding")
    writer.drop_kept("check_setting")
