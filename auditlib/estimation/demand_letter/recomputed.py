"""A letter's figures computed again in one way, and the way by which a stated figure comes out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from auditlib.errors import UsageError
from auditlib.estimation.demand_letter.form import Unit
from auditlib.stats.estimators.estimate import Estimate, LimitRule, Sides
from auditlib.stats.estimators.moments import moments
from auditlib.stats.estimators.programmes import Demand, Netting, net_differences
from auditlib.stats.estimators.variable_appraisal import ValueStratum, appraise_strata, appraise_values


@dataclass(frozen=True, slots=True)
class Way:
    """One way from the sampled units to a demand.

    Parameters
    ----------
    units
        The sampled units that count.
    counts
        Stratum to units of the universe; strata without sampled units add nothing.
    netting, confidence, sides, figure
        As of a `auditlib.stats.estimators.programmes.Programme`.
    rule
        t or z; None as RAT-STATS has it: t for one sample, z for strata.
    with_correction
        Whether the standard error has the finite population correction.
    recouped
        Dollars taken off the demand, because they were taken back already.
    """

    units: tuple[Unit, ...]
    counts: Mapping[str, int]
    netting: Netting
    confidence: float
    sides: Sides
    figure: Demand
    rule: LimitRule | None = None
    with_correction: bool = True
    recouped: float = 0.0

    @property
    def values(self) -> list[float]:
        """The netted differences, in the order of the list."""
        return net_differences([unit.overpaid for unit in self.units], netting=self.netting)

    @property
    def strata(self) -> list[ValueStratum]:
        """The netted differences of each stratum that has sampled units."""
        return [
            ValueStratum(net_differences(own, netting=self.netting), count)
            for name, count in self.counts.items()
            if (own := [unit.overpaid for unit in self.units if unit.stratum == name])
        ]

    def estimate(self) -> Estimate:
        """Return the estimated total."""
        strata = self.strata
        if not strata:
            message = "No sampled unit is left to estimate from."
            raise UsageError(message)
        if len(self.counts) == 1:
            only = strata[0]
            found = appraise_values(
                only.values, universe_count=only.universe_count, limits=self.rule or "t"
            ).total
        else:
            found = appraise_strata(strata, limits=self.rule or "z").total
        if self.with_correction:
            return found
        variance = math.fsum(
            (one.universe_count * (moments(one.values).standard_deviation or 0.0)) ** 2 / len(one.values)
            for one in strata
        )
        return Estimate(found.point, math.sqrt(variance), found.degrees_of_freedom, found.method)

    def limit(self) -> float:
        """Return the lower limit."""
        return self.estimate().interval(self.confidence, sides=self.sides).lower

    def found(self) -> float:
        """Return what the sample itself found, netted."""
        return math.fsum(self.values)

    def demand(self) -> float:
        """Return the demand: the figure, no less than the sample found, less what was taken back."""
        figure = self.limit() if self.figure == "lower limit" else self.estimate().point
        return max(figure, self.found(), 0.0) - self.recouped


def is_same(stated: Decimal, computed: float) -> bool:
    """Return True if a stated figure is a computed one, rounded or cut to the digits that are stated.

    Examples
    --------
    >>> is_same(Decimal("12.35"), 12.3456), is_same(Decimal("12"), 12.9), is_same(Decimal("12.30"), 12.3456)
    (True, True, False)
    """
    exponent = stated.as_tuple().exponent
    unit = 10.0 ** min(int(exponent), 0) if isinstance(exponent, int) else 1.0
    return abs(float(stated) - computed) <= unit * (1 + 1e-9) + 1e-9 * abs(computed)


def nettings(way: Way) -> Iterator[Way]:
    """Yield a way with its own netting, then with the others."""
    yield way
    others: Sequence[Netting] = ("net", "overpayments only", "gross")
    yield from (replace(way, netting=netting) for netting in others if netting != way.netting)


def without_strata(way: Way) -> Iterator[tuple[Way, str]]:
    """Yield a way without each of its sampled strata, with the stratum's name."""
    sampled = {unit.stratum for unit in way.units}
    if len(sampled) <= 1:
        return
    for name in way.counts:
        if name in sampled:
            left = tuple(unit for unit in way.units if unit.stratum != name)
            yield replace(way, units=left), name


def mean_rounded(way: Way) -> float:
    """Return the point of a simple sample by its mean rounded to the cent, as letters compute it."""
    values, (count,) = way.values, way.counts.values()
    return count * round(math.fsum(values) / len(values), 2)


def points(way: Way) -> list[float]:
    """Return the point, and that by the rounded mean of a simple sample."""
    exact = way.estimate().point
    return [exact, mean_rounded(way)] if len(way.counts) == 1 else [exact]


def limits(way: Way) -> list[float]:
    """Return the lower limit about each of `points`."""
    reach = way.estimate().point - way.limit()
    return [point - reach for point in points(way)]


def usual_levels(way: Way) -> Iterator[Way]:
    """Yield a way with its own level, then with the other levels that are in use."""
    yield way
    levels: Sequence[tuple[float, Sides]] = (
        *((0.90, "two-sided"), (0.90, "lower"), (0.95, "two-sided"), (0.80, "two-sided")),
        *((0.95, "lower"), (0.99, "two-sided"), (0.99, "lower"), (0.80, "lower")),
    )
    yield from (replace(way, confidence=confidence, sides=sides) for confidence, sides in levels)
