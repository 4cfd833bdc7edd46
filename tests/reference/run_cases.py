"""Compute every case of a reference file from its inputs and compare with what is printed there.

    python -m tests.reference.run_cases FILE

One line a case: "pass" (equal to the published digits), "near" (within the tolerance of the case, not to
the digit), "open" (the file itself calls the case unconfirmed, or a rule) or "FAIL", and a total. Exit code
1 after a FAIL.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from auditlib.errors import AuditError
from tests.reference.explanations import explained
from tests.reference.methods_quality import QUALITY_METHODS
from tests.reference.methods_sampling import LEVELS, SAMPLING_METHODS, USUAL_LEVELS

METHODS = SAMPLING_METHODS | QUALITY_METHODS
GRADES = ("pass", "near", "open", "FAIL")
# Slack for a result that lies on the rounding boundary itself.
_BOUNDARY = 1e-9
_LEVEL = re.compile(r"(?:ci)?(\d+(?:\.\d+)?)")


class CaseError(Exception):
    """A case that cannot be computed, and why."""


@dataclass(frozen=True)
class Outcome:
    case_id: str
    method: str
    grade: str
    number_count: int
    reason: str


@dataclass(frozen=True)
class Difference:
    name: str
    expected: object
    computed: object
    is_within_tolerance: bool


def half_unit(expected: Decimal | int) -> float:
    """Return half a unit of the last printed digit."""
    if isinstance(expected, int):
        return 0.5
    exponent = expected.as_tuple().exponent
    assert isinstance(exponent, int)
    return 0.5 * 10.0**exponent


def differences(
    expected: object, computed: object, *, tolerance: float, name: str = "result"
) -> Iterator[Difference | None]:
    """Yield one item for each value compared: None where the published digits agree."""
    if isinstance(expected, Mapping):
        for key, value in expected.items():
            place = f"{name}.{key}"
            try:
                part = computed[key]  # type: ignore[index]
            except (KeyError, TypeError):
                yield Difference(place, value, "nothing of this name", is_within_tolerance=False)
            else:
                yield from differences(value, part, tolerance=tolerance, name=place)
    elif isinstance(expected, list):
        if not isinstance(computed, Sequence) or len(computed) != len(expected):
            yield Difference(name, expected, computed, is_within_tolerance=False)
            return
        for position, (value, part) in enumerate(zip(expected, computed, strict=True)):
            yield from differences(value, part, tolerance=tolerance, name=f"{name}[{position}]")
    elif isinstance(expected, bool | str) or expected is None or isinstance(computed, bool | str | None):
        same = type(expected) is type(computed) and expected == computed
        yield None if same else Difference(name, expected, computed, is_within_tolerance=False)
    else:
        assert isinstance(expected, int | Decimal)
        yield _number_difference(expected, computed, tolerance=tolerance, name=name)


def _number_difference(
    expected: Decimal | int, computed: object, *, tolerance: float, name: str
) -> Difference | None:
    if not isinstance(computed, int | float):
        return Difference(name, expected, computed, is_within_tolerance=False)
    distance = abs(float(computed) - float(expected))
    # A computed whole number has no digits to round: it must be equal.
    allowed = 0.0 if isinstance(computed, int) and isinstance(expected, int) else half_unit(expected)
    if distance <= allowed + _BOUNDARY:
        return None
    return Difference(name, expected, computed, is_within_tolerance=distance <= tolerance + _BOUNDARY)


def resolved(inputs: dict[str, Any], by_id: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the inputs; a value that names another case becomes that case's value of the same name."""
    return {
        name: by_id[value]["inputs"][name] if isinstance(value, str) and value in by_id else value
        for name, value in inputs.items()
    }


def levels_in(expected: object) -> Iterator[float]:
    """Yield the levels, in percent, that the published results are named for: 90, or ci97.5."""
    if not isinstance(expected, Mapping):
        return
    for name, value in expected.items():
        if (found := _LEVEL.fullmatch(str(name))) and 50 <= float(found[1]) < 100:
            yield float(found[1])
        yield from levels_in(value)


def computed_case(case: dict[str, Any], expected: object, by_id: Mapping[str, dict[str, Any]]) -> object:
    """Return what the public functions make of a case's inputs.

    Raises
    ------
    CaseError
        If they cannot: the inputs lack something, or are refused.
    """
    token = LEVELS.set(tuple(sorted({*USUAL_LEVELS, *levels_in(expected)})))
    try:
        computed = METHODS[case["method"]](resolved(case.get("inputs", {}), by_id))
        return computed if isinstance(expected, dict) else computed["primary"]
    except KeyError as error:
        message = f"the inputs hold no {error}"
        raise CaseError(message) from error
    except (AuditError, ArithmeticError, AttributeError, IndexError, TypeError, ValueError) as error:
        # A case that cannot be read is one line of the list, not its end.
        message = f"{type(error).__name__}: {error}"
        raise CaseError(message) from error
    finally:
        LEVELS.reset(token)


def run_case(case: dict[str, Any], expected: object, by_id: Mapping[str, dict[str, Any]]) -> Outcome:
    method, case_id, status = str(case.get("method")), str(case.get("id")), str(case.get("status", ""))
    if method not in METHODS:
        reason = f"no function for this method; {status}" if status else "no function for this method"
        return Outcome(case_id, method, "open" if status.startswith("rule") else "FAIL", 0, reason)
    try:
        computed = computed_case(case, expected, by_id)
    except CaseError as error:
        return Outcome(case_id, method, "FAIL", 0, str(error))
    compared = list(differences(expected, computed, tolerance=float(case.get("tolerance", 0))))
    found = [difference for difference in compared if difference is not None]
    if not found:
        return Outcome(case_id, method, "pass", len(compared), "")
    detail = "; ".join(f"{d.name}: published {d.expected}, computed {d.computed}" for d in found)
    try:
        detail += explained(method, case, found)
    except (AuditError, ArithmeticError, LookupError, TypeError, ValueError):
        # What is published may be no possible figure: then nothing explains it, and the list goes on.
        detail += "; nothing explains the published figures"
    if all(difference.is_within_tolerance for difference in found):
        return Outcome(case_id, method, "near", len(compared), f"{detail} ({case.get('note', 'tolerance')})")
    grade = "open" if status.startswith("not confirmed") else "FAIL"
    note = f" ({case.get('note', status)})" if grade == "open" else ""
    return Outcome(case_id, method, grade, len(compared), detail + note)


def run_file(path: Path) -> list[Outcome]:
    text = path.read_text(encoding="utf-8")
    cases = json.loads(text)["cases"]
    printed = json.loads(text, parse_float=Decimal)["cases"]
    by_id = {str(case.get("id")): case for case in cases}
    return [run_case(case, twin.get("expected"), by_id) for case, twin in zip(cases, printed, strict=True)]


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.reference.run_cases FILE\n")
        return 2
    outcomes = run_file(Path(arguments[0]))
    for outcome in outcomes:
        line = f"{outcome.grade:4}  {outcome.case_id}  {outcome.method}  {outcome.number_count} values"
        sys.stdout.write(f"{line}  {outcome.reason}".rstrip() + "\n")
    totals = ", ".join(f"{sum(o.grade == grade for o in outcomes)} {grade}" for grade in GRADES)
    sys.stdout.write(f"{len(outcomes)} cases: {totals}\n")
    return 1 if any(outcome.grade == "FAIL" for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
