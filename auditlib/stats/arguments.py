"""Checks on the arguments of statistics: every refusal says what was given and what was expected."""

from __future__ import annotations

import math
import operator
from statistics import NormalDist
from typing import TYPE_CHECKING, SupportsFloat, SupportsIndex

from auditlib.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STANDARD_NORMAL = NormalDist()


def whole(value: SupportsIndex, name: str, *, minimum: int | None = None) -> int:
    """Return `value` as an int, or refuse it by name."""
    if isinstance(value, bool):
        message = f"{name} must be a whole number, not a yes/no value."
        raise UsageError(message)
    try:
        number = operator.index(value)
    except TypeError:
        message = f"{name} must be a whole number, not {value!r}."
        raise UsageError(message) from None
    if minimum is not None and number < minimum:
        message = f"{name} must be at least {minimum}, not {number}."
        raise UsageError(message)
    return number


def finite(value: SupportsFloat, name: str, *, minimum: float | None = None) -> float:
    """Return `value` as a finite float, or refuse it by name."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        message = f"{name} must be a number, not {value!r}."
        raise UsageError(message) from None
    if not math.isfinite(number):
        message = f"{name} must be a finite number, not {number}."
        raise UsageError(message)
    if minimum is not None and number < minimum:
        message = f"{name} must be at least {minimum:g}, not {number:g}."
        raise UsageError(message)
    return number


def finite_values(values: Iterable[SupportsFloat], name: str, *, minimum_count: int = 1) -> list[float]:
    """Return the values as floats; missing, infinite and too few values are refused with their position."""
    given = list(values)
    try:
        numbers = [float(value) for value in given]
    except (TypeError, ValueError, OverflowError):
        numbers = [math.nan]
    if not all(map(math.isfinite, numbers)):
        # Slow only when something is wrong: name the value that is.
        numbers = [finite(value, f"{name}[{position}]") for position, value in enumerate(given)]
    if len(numbers) < minimum_count:
        message = f"{name} must hold at least {minimum_count} value(s), not {len(numbers)}."
        raise UsageError(message)
    return numbers


def positive(value: SupportsFloat, name: str) -> float:
    """Return `value` as a finite float above 0, or refuse it by name."""
    number = finite(value, name)
    if number <= 0:
        message = f"{name} must be above 0, not {number:g}."
        raise UsageError(message)
    return number


def probability(value: SupportsFloat, name: str) -> float:
    """Return `value` if it lies in 0..1, or refuse it by name."""
    number = finite(value, name)
    if not 0.0 <= number <= 1.0:
        message = f"{name} must lie between 0 and 1, not {number:g}."
        raise UsageError(message, hint="Write 95 % as 0.95." if number > 1 else None)
    return number


def confidence_level(value: SupportsFloat, name: str = "confidence") -> float:
    """Return `value` if it lies strictly between 0 and 1, or refuse it."""
    number = finite(value, name)
    if not 0.0 < number < 1.0:
        message = f"{name} must lie between 0 and 1, not {number:g}."
        raise UsageError(message, hint="Write 95 % as 0.95.")
    return number


def count_of_total(
    count: SupportsIndex, total: SupportsIndex, *, names: tuple[str, str] = ("count", "total")
) -> tuple[int, int]:
    """Return a count and its total as ints; an empty total and a count outside 0..total are refused."""
    whole_total = whole(total, names[1])
    if whole_total < 1:
        message = f"A share of {names[1]} = {whole_total} is undefined."
        raise UsageError(message, hint="Report it as missing, with the reason, instead of as 0.")
    whole_count = whole(count, names[0], minimum=0)
    if whole_count > whole_total:
        message = f"{names[0]} ({whole_count}) is larger than {names[1]} ({whole_total})."
        raise UsageError(message)
    return whole_count, whole_total


def sample_of_universe(
    sample_count: SupportsIndex,
    universe_count: SupportsIndex,
    *,
    minimum: int = 1,
    where: str = "",
) -> tuple[int, int]:
    """Return sample and universe sizes as ints; a sample larger than its universe is refused."""
    suffix = f" of {where}" if where else ""
    sample = whole(sample_count, f"sample_count{suffix}", minimum=minimum)
    universe = whole(universe_count, f"universe_count{suffix}", minimum=1)
    if sample > universe:
        message = f"sample_count{suffix} ({sample}) is larger than universe_count ({universe})."
        raise UsageError(message)
    return sample, universe


def same_length(first: Sequence[object], second: Sequence[object], names: tuple[str, str]) -> None:
    """Refuse two sequences that should run side by side and do not."""
    if len(first) != len(second):
        message = (
            f"{names[0]} has {len(first)} value(s) and {names[1]} has {len(second)}; they must be equal."
        )
        raise UsageError(message)


def one_of(value: str, name: str, allowed: Sequence[str]) -> str:
    """Return `value` if it is one of the allowed words, or refuse it and list them."""
    if value not in allowed:
        message = f"{name} must be one of {', '.join(allowed)}; not {value!r}."
        raise UsageError(message)
    return value
