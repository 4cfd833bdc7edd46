"""A second opinion on X12 files: pyx12's strict validation, whatever it does on a file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from auditlib.errors import MissingExtraError
from auditlib.sources.x12.strict import strict_worker

LARGEST_VALIDATED: Final = 5 * 1024 * 1024
"""Bytes; pyx12 takes about ten seconds a megabyte."""
LONGEST_VALIDATION_SECONDS: Final = 180
ACCEPTED, REFUSED, NO_MAP, NOT_VALIDATED = "accepted", "errors", "no map", "not validated"

# The codes by which X12 acknowledges errors, in our own words.
_SEGMENT_ERRORS: Final = {
    "1": "is no segment of the guide",
    "2": "is not expected here",
    "3": "is required and missing",
    "4": "begins a loop once too often",
    "5": "stands there once too often",
    "6": "is not in this transaction",
    "7": "stands out of order",
    "8": "has errors in its elements",
}
_ELEMENT_ERRORS: Final = {
    "1": "is required and missing",
    "2": "is missing beside another",
    "3": "is one too many",
    "4": "is too short",
    "5": "is too long",
    "6": "holds a character that is not allowed",
    "7": "is not in its list of codes",
    "8": "is no date",
    "9": "is no time",
    "10": "must be empty here",
}
_ENVELOPE_ERRORS: Final = {
    ("transaction", "2"): "its trailer is missing",
    ("transaction", "3"): "header and trailer have different control numbers",
    ("transaction", "4"): "its trailer counts other segments than there are",
    ("transaction", "5"): "segments of it have errors",
    ("group", "3"): "its trailer is missing",
    ("group", "4"): "header and trailer have different control numbers",
    ("group", "5"): "its trailer counts other transactions than there are",
    ("interchange", "1"): "header and trailer have different control numbers",
    ("interchange", "21"): "its trailer counts other groups than there are",
    ("interchange", "23"): "its trailer is missing",
}


@dataclass(frozen=True, slots=True)
class StrictVerdict:
    """What pyx12 says of a file.

    Parameters
    ----------
    verdict
        accepted, errors, no map (of its kind and version pyx12 knows no guide), or not validated.
    error_count
        Errors that it found.
    first_error
        Where the first one is and what it is, without its value; or why the file was not validated.
    """

    verdict: str
    error_count: int = 0
    first_error: str | None = None


def require_validator() -> None:
    """Make sure that pyx12 is there.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    if find_spec("pyx12") is None:
        purpose = "Strict validation"
        raise MissingExtraError(purpose, "validate")


def validate_strictly(
    path: Path, *, largest: int = LARGEST_VALIDATED, longest_seconds: float = LONGEST_VALIDATION_SECONDS
) -> StrictVerdict:
    """Return pyx12's verdict on a file.

    Parameters
    ----------
    path
        An X12 file.
    largest
        Larger files, in bytes, are not validated.
    longest_seconds
        After this the validation is given up.
    """
    try:
        found = _answer(path, largest, longest_seconds)
    except subprocess.TimeoutExpired:
        found = {"failed": f"pyx12 took longer than {longest_seconds:,.0f} seconds"}
    except (OSError, ValueError):
        found = {"failed": "pyx12 ended without an answer"}
    if failed := found.get("failed"):
        return StrictVerdict(NOT_VALIDATED, 0, str(failed))
    if found.get("without_guide"):
        return StrictVerdict(NO_MAP, 0, "pyx12 has no guide for this kind and version")
    if found.get("accepted"):
        return StrictVerdict(ACCEPTED)
    first = found.get("first")
    said = _said(first) if isinstance(first, dict) else "it does not begin as X12 must"
    return StrictVerdict(REFUSED, max(int(str(found.get("error_count", 0))), 1), said)


def _answer(path: Path, largest: int, longest_seconds: float) -> dict[str, object]:
    """Return what the worker says of a file, or why it was not asked."""
    if path.stat().st_size > largest:
        size = largest / (1 << 20)
        return {"failed": f"larger than {size:,.0f} MB, for which strict validation is too slow"}
    command = [sys.executable, "-P", str(Path(strict_worker.__file__)), str(path.resolve())]
    done = subprocess.run(command, capture_output=True, timeout=longest_seconds, check=False)  # noqa: S603 - our own script
    found = json.loads(done.stdout)
    return found if isinstance(found, dict) else {}


def _said(error: Mapping[str, object]) -> str:
    """Return an error in our own words: its place and its kind."""
    code, level = str(error.get("code")), str(error.get("level"))
    line = f"segment {error['cur_line']}, " if "cur_line" in error else ""
    name = str(error.get("seg_id") or level)
    if level == "element":
        component = f"-{error['component']}" if error.get("component") else ""
        number = f"{int(str(error['element'])):02d}" if str(error.get("element")).isdigit() else ""
        return f"{line}{name}{number}{component} {_ELEMENT_ERRORS.get(code, f'has error {code}')}"
    if level == "segment":
        return f"{line}{name} {_SEGMENT_ERRORS.get(code, f'has error {code}')}"
    return f"{line}{level}: {_ENVELOPE_ERRORS.get((level, code.lstrip('0')), f'error {code}')}"
