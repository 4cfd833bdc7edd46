"""One appraisal as a whole: figures, cautions, limits by other rules and methods, a programme's figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from auditlib.errors import UsageError
from auditlib.estimation.method_input import Appraised, Figure, Given, values_of, with_values
from auditlib.estimation.methods import LIMIT_CHOICES, appraise
from auditlib.estimation.robust_methods import OtherLimits, other_limits
from auditlib.stats.arguments import confidence_level
from auditlib.stats.estimators.cautions import Caution, remedies
from auditlib.stats.estimators.estimate import LimitRule, Sides
from auditlib.stats.estimators.programmes import (
    PROGRAMMES,
    OverpaymentFinding,
    Programme,
    demand_of,
    net_differences,
    overpayment,
)

LEVELS: Final = (0.80, 0.90, 0.95)
# Designs whose units are netted one by one before they are expanded.
NETTED_METHODS: Final = ("post-stratified", "two-stage", "three-stage", "cluster", "rhc", "unequal")


@dataclass(frozen=True, slots=True)
class Appraisal:
    """All that is reported of a sample.

    Parameters
    ----------
    found
        The textbook's figures, as RAT-STATS has them.
    levels, sides
        Of the limits.
    other
        The same with t for z, or z for t; None where there is no choice.
    beside
        Limits by other methods; empty where nothing speaks against the textbook's and none were asked for.
    demanded
        The figure of a programme, if one was named.
    """

    found: Appraised
    levels: tuple[float, ...]
    sides: Sides
    other: Appraised | None
    beside: tuple[OtherLimits, ...]
    demanded: OverpaymentFinding | None

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """What speaks against the textbook interval of the first figure."""
        return self.found.figures[0].cautions

    @property
    def may_fail(self) -> bool:
        """Whether the textbook interval may cover less than it says; a small sample alone is no reason."""
        return is_doubtful(self.cautions)

    @property
    def advice(self) -> list[str]:
        """What holds instead, in sentences."""
        return remedies(self.cautions)

    def limits(self, figure: Figure) -> list[dict[str, float | None]]:
        """Return the limits of a figure at every level; an open side is None."""
        rows = []
        for level in self.levels:
            lower, upper = figure.limits(level, self.sides)
            rows.append({"confidence": level, "lower": _finite(lower), "upper": _finite(upper)})
        return rows

    def to_values(self) -> dict[str, object]:
        """Return everything as JSON values."""
        found, other = self.found, self.other
        return {
            "method": found.method,
            "sides": self.sides,
            "textbook_interval_may_fail": self.may_fail,
            "cautions": [asdict(caution) for caution in self.cautions],
            "what_holds": self.advice,
            "moments": None if found.moments is None else asdict(found.moments),
            "figures": [
                {
                    "name": figure.name,
                    "point": figure.point,
                    "standard_error": figure.standard_error,
                    "rule": figure.rule,
                    "limits": self.limits(figure),
                }
                for figure in found.figures
            ],
            "other_rule": None
            if other is None
            else {"rule": other.figures[0].rule, "limits": self.limits(other.figures[0])},
            "other_methods": [asdict(limits) for limits in self.beside],
            "programme": None if self.demanded is None else _programme(self.demanded),
        }


def is_doubtful(cautions: Sequence[Caution]) -> bool:
    """Whether cautions speak against an interval, beyond the size of the sample."""
    return any(caution.rule != "small sample" for caution in cautions)


def make_appraisal(
    method: str,
    given: Given,
    *,
    levels: Sequence[float] = LEVELS,
    sides: Sides = "two-sided",
    programme: str | None = None,
    all_methods: bool = False,
) -> Appraisal:
    """Return the appraisal of reviewed units.

    Parameters
    ----------
    method, given
        As for `auditlib.estimation.methods.appraise`.
    levels, sides
        Levels of the limits, and their sidedness.
    programme
        A name of `PROGRAMMES`, for the figure that it demands.
    all_methods
        Whether other methods' limits are wanted also where nothing speaks against the textbook's.

    Raises
    ------
    UsageError
        If a level is none, or a programme is named and the method is none that it takes.
    """
    for level in levels:
        confidence_level(level)
    found = appraise(method, given)
    other = None
    if method in LIMIT_CHOICES:
        rule: LimitRule = "t" if found.figures[0].rule == "z" else "z"
        other = appraise(method, replace(given, limits=rule))
    demanded = None if programme is None else _demanded(method, given, found, PROGRAMMES[programme])
    wanted = all_methods or is_doubtful(found.figures[0].cautions)
    beside = other_limits(found, given, list(levels), sides=sides) if wanted else []
    return Appraisal(found, tuple(levels), sides, other, tuple(beside), demanded)


def _demanded(method: str, given: Given, found: Appraised, programme: Programme) -> OverpaymentFinding:
    if found.strata:
        return overpayment(found.strata, programme=programme, limits=given.limits)
    if method not in NETTED_METHODS:
        message = f"A programme's figure needs the differences of one sample, not the method {method}."
        raise UsageError(message, hint=f"Methods are variable, stratified, {', '.join(NETTED_METHODS)}.")
    netted = net_differences(values_of(given.table), netting=programme.netting)
    total = appraise(method, replace(given, table=with_values(given.table, netted))).figures[0].estimate
    assert total is not None  # noqa: S101 - these methods give an estimate
    return demand_of(total, programme=programme, sample_count=len(netted))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _programme(demanded: OverpaymentFinding) -> dict[str, object]:
    rule = demanded.programme
    return {
        "name": rule.name,
        "netting": rule.netting,
        "demand_is": rule.demand,
        "confidence": rule.confidence,
        "sides": rule.sides,
        "authority": rule.authority,
        "missing_record_rule": rule.missing_record_rule,
        "demand": demanded.demand,
        "point": demanded.estimate.point,
        "lower": _finite(demanded.interval.lower),
        "upper": _finite(demanded.interval.upper),
        "sample_count": demanded.sample_count,
        "minimum_sample_count": rule.minimum_sample_count,
        "is_sample_large_enough": demanded.is_sample_large_enough,
    }
