"""Strict validation of X12 files by pyx12, protected against its failures."""

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
"""Largest file to validate, in bytes; pyx12 takes about ten seconds per megabyte."""
LONGEST_VALIDATION_SECONDS: Final = 180
ACCEPTED, REFUSED, NO_MAP, NOT_VALIDATED = "accepted", "errors", "no map", "not validated"

# X12 acknowledgment error codes, in the project's wording.
_SEGMENT_ERRORS: Final = {
    "1": "is not a segment of the guide",
    "2": "is not expected here",
    "3": "is required and missing",
    "4": "exceeds the repeats of its loop",
    "5": "exceeds its repeats",
    "6": "is not in this transaction",
    "7": "is out of order",
    "8": "has errors in its elements",
}
_ELEMENT_ERRORS: Final = {
    "1": "is required and missing",
    "2": "is required beside another",
    "3": "exceeds the number of elements",
    "4": "is too short",
    "5": "is too long",
    "6": "holds a character that is not allowed",
    "7": "is not in its list of codes",
    "8": "is not a date",
    "9": "is not a time",
    "10": "must be empty here",
}
_ENVELOPE_ERRORS: Final = {
    ("transaction", "2"): "its trailer is missing",
    ("transaction", "3"): "header and trailer have different control numbers",
    ("transaction", "4"): "its trailer has a wrong segment count",
    ("transaction", "5"): "segments of it have errors",
    ("group", "3"): "its trailer is missing",
    ("group", "4"): "header and trailer have different control numbers",
    ("group", "5"): "its trailer has a wrong transaction count",
    ("interchange", "1"): "header and trailer have different control numbers",
    ("interchange", "21"): "its trailer has a wrong group count",
    ("interchange", "23"): "its trailer is missing",
}


@dataclass(frozen=True, slots=True)
class StrictVerdict:
    """pyx12's verdict on a file.

    Parameters
    ----------
    verdict
        accepted, errors, no map (pyx12 has no guide for its kind and version), or not validated.
    error_count
        Number of errors.
    first_error
        Place and kind of the first error, without the value; or why the file was not validated.
    """

    verdict: str
    error_count: int = 0
    first_error: str | None = None


def require_validator() -> None:
    """Raise if pyx12 is not installed.

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
        Largest file to validate, in bytes.
    longest_seconds
        Time limit.
    """
    try:
        answer = _answer(path, largest, longest_seconds)
    except subprocess.TimeoutExpired:
        answer = {"failed": f"pyx12 took longer than {longest_seconds:,.0f} seconds"}
    except (OSError, ValueError):
        answer = {"failed": "pyx12 ended without an answer"}
    if failed := answer.get("failed"):
        return StrictVerdict(NOT_VALIDATED, 0, str(failed))
    if answer.get("without_guide"):
        return StrictVerdict(NO_MAP, 0, "pyx12 has no guide for this kind and version")
    if answer.get("accepted"):
        return StrictVerdict(ACCEPTED)
    first = answer.get("first")
    error_text = _error_text(first) if isinstance(first, dict) else "it does not begin like X12"
    return StrictVerdict(REFUSED, max(int(str(answer.get("error_count", 0))), 1), error_text)


def _answer(path: Path, largest: int, longest_seconds: float) -> dict[str, object]:
    """Return the worker's answer on a file, or why it was not validated."""
    if path.stat().st_size > largest:
        size = largest / (1 << 20)
        return {"failed": f"larger than {size:,.0f} MB, for which strict validation is too slow"}
    command = [sys.executable, "-P", str(Path(strict_worker.__file__)), str(path.resolve())]
    done = subprocess.run(command, capture_output=True, timeout=longest_seconds, check=False)  # noqa: S603 - our own script
    answer = json.loads(done.stdout)
    return answer if isinstance(answer, dict) else {}


def _error_text(error: Mapping[str, object]) -> str:
    """Return an error in the project's wording: place and kind."""
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
