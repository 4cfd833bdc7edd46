"""What a simulation of an interval comes to: a cell of the table, and the tally it is made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditlib.errors import UsageError
from auditlib.stats.estimators.cautions import Caution, is_doubtful
from auditlib.stats.estimators.estimate import Estimate
from auditlib.stats.estimators.limit_coverage import cautions_about

CONFIDENCE = 0.90
ONE_SIDED = 0.95
Limits = tuple[float, float, Sequence[Caution]]


@dataclass(frozen=True)
class Cell:
    """How often one interval covered on one population; shares between 0 and 1.

    `runs` is 0 where the coverage was computed by summing over all samples. `silent` is the share of samples
    whose statement was false and that carried no warning.
    """

    interval: str
    population: str
    sample: str
    nominal: float
    coverage: float
    warned: float
    silent: float
    runs: int

    @property
    def error(self) -> float:
        """Simulation error of the coverage."""
        return math.sqrt(self.coverage * (1 - self.coverage) / self.runs) if self.runs else 0.0


@dataclass
class Tally:
    """Counts of samples by interval; `say` takes one statement about one sample."""

    population: str
    sample: str
    runs: int
    _counts: dict[str, list[float]] = field(default_factory=dict)

    def say(self, interval: str, *, nominal: float, holds: bool, warned: bool) -> None:
        covered, alarmed, silent, _ = self._counts.setdefault(interval, [0.0, 0.0, 0.0, nominal])
        self._counts[interval] = [
            covered + holds,
            alarmed + warned,
            silent + (not holds and not warned),
            nominal,
        ]

    def limits(
        self, interval: str, limits: Limits | None, truth: float, *, nominal: float = CONFIDENCE
    ) -> None:
        """Say limits about a sample; a refusal to give any is a warning."""
        if limits is None:
            self.say(interval, nominal=nominal, holds=False, warned=True)
            return
        lower, upper, cautions = limits
        slack = 1e-6 * max(1.0, abs(truth))
        holds = lower - slack <= truth <= upper + slack
        self.say(interval, nominal=nominal, holds=holds, warned=is_doubtful(cautions))

    def estimate(
        self, interval: str, truth: float, function: Callable[..., Any], *given: object, **named: object
    ) -> None:
        """Say the two-sided limits of a function's estimate, and its lower limit alone."""
        found = given_or_none(function, *given, **named)
        two_sided = lower = None
        if found is not None:
            shown = found if isinstance(found, Estimate) else found.total
            limits = shown.interval(CONFIDENCE)
            two_sided = (limits.lower, limits.upper, cautions_about(shown, [("two-sided", CONFIDENCE)]))
            lower = (limits.lower, math.inf, cautions_about(shown, [("lower", ONE_SIDED)]))
        self.limits(interval, two_sided, truth)
        self.limits(f"{interval}, lower", lower, truth, nominal=ONE_SIDED)

    def cells(self) -> list[Cell]:
        return [
            Cell(
                interval,
                self.population,
                self.sample,
                nominal,
                covered / self.runs,
                warned / self.runs,
                silent / self.runs,
                self.runs,
            )
            for interval, (covered, warned, silent, nominal) in self._counts.items()
        ]


def given_or_none(function: Callable[..., Any], *given: object, **named: object) -> Any:  # noqa: ANN401 - as the function
    """Return what a function gives, or None where it refuses."""
    try:
        return function(*given, **named)
    except UsageError:
        return None


def clear_of(
    amounts: NDArray[np.float64], rate: float, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return errors: so large a share of the units, chosen by chance, loses its whole payment."""
    errors = np.zeros(len(amounts))
    wrong = generator.permutation(len(amounts))[: round(rate * len(amounts))]
    errors[wrong] = amounts[wrong]
    return errors
