"""How many items of a universe have an attribute (an error), from a random or a stratified sample."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditlib.errors import UsageError
from auditlib.stats.arguments import count_of_total, one_of, sample_of_universe
from auditlib.stats.estimators.cautions import count_cautions
from auditlib.stats.estimators.estimate import SIDES, Estimate, Sides
from auditlib.stats.estimators.expansion import add_strata, expand_count
from auditlib.stats.intervals.hypergeometric import hypergeometric_limits, tail_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditlib.stats.estimators.cautions import Caution


@dataclass(frozen=True, slots=True)
class CountLimits:
    """Whole-number limits for the items in the universe.

    Parameters
    ----------
    lower, upper
        Items; the open side of a one-sided statement is the least or most the sample allows.
    confidence, sides
        Level and sidedness.
    """

    lower: int
    upper: int
    confidence: float
    sides: Sides


@dataclass(frozen=True, slots=True)
class AttributeAppraisal:
    """An unrestricted attribute appraisal.

    Parameters
    ----------
    item_count, sample_count, universe_count
        Items found, units reviewed, units in the universe.
    share
        Items per unit in the sample.
    projected_count
        The share times the universe.
    share_standard_error, count_standard_error
        As RAT-STATS prints them; the exact limits do not use them.
    cautions
        Empty: exact limits hold for every sample.
    """

    item_count: int
    sample_count: int
    universe_count: int
    share: float
    projected_count: float
    share_standard_error: float
    count_standard_error: float
    cautions: tuple[Caution, ...] = ()

    def limits(self, confidence: float, *, sides: Sides = "two-sided") -> CountLimits:
        """Return the exact hypergeometric limits.

        Parameters
        ----------
        confidence
            Level between 0 and 1.
        sides
            "two-sided", or one side alone with the whole error probability: RAT-STATS asks when no unit, or
            every unit, has the attribute.
        """
        one_of(sides, "sides", SIDES)
        low, high = hypergeometric_limits(
            self.item_count,
            self.sample_count,
            self.universe_count,
            tail=tail_level(confidence, one_sided=sides != "two-sided"),
        )
        least, most = self.item_count, self.universe_count - self.sample_count + self.item_count
        return CountLimits(
            least if sides == "upper" else low, most if sides == "lower" else high, confidence, sides
        )


def appraise_attribute(item_count: int, *, sample_count: int, universe_count: int) -> AttributeAppraisal:
    """Return the appraisal of a simple random sample with exact hypergeometric limits.

    Parameters
    ----------
    item_count
        Sampled units with the attribute.
    sample_count, universe_count
        Units reviewed and units in the universe.

    Raises
    ------
    UsageError
        If the sample is empty, larger than the universe, or smaller than `item_count`.

    Notes
    -----
    The printed standard error is sqrt((N - n) / N p (1 - p) / (n - 1)); for a single unit it is 0 if the
    universe holds no other and undefined (an error) otherwise.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 2-2 to 2-5.

    Examples
    --------
    >>> appraisal = appraise_attribute(82, sample_count=400, universe_count=10_000)
    >>> appraisal.limits(0.90)
    CountLimits(lower=1729, upper=2403, confidence=0.9, sides='two-sided')
    """
    sample_count, universe_count = sample_of_universe(sample_count, universe_count)
    item_count, _ = count_of_total(item_count, sample_count, names=("item_count", "sample_count"))
    expanded = expand_count(item_count, sample_count, universe_count=universe_count)
    standard_error = math.sqrt(expanded.variance)
    return AttributeAppraisal(
        item_count,
        sample_count,
        universe_count,
        item_count / sample_count,
        expanded.total,
        standard_error / universe_count,
        standard_error,
    )


@dataclass(frozen=True, slots=True)
class AttributeStratum:
    """One stratum of an attribute sample: items found, units reviewed, units in the stratum."""

    item_count: int
    sample_count: int
    universe_count: int


@dataclass(frozen=True, slots=True)
class StratifiedAttributeAppraisal:
    """A stratified attribute appraisal.

    Parameters
    ----------
    total
        Items in the universe, with normal limits.
    share
        The same per unit of the universe.
    strata
        Items in each stratum, with normal limits.
    """

    total: Estimate
    share: Estimate
    strata: tuple[Estimate, ...]


def appraise_attribute_strata(strata: Sequence[AttributeStratum]) -> StratifiedAttributeAppraisal:
    """Return the appraisal of a stratified random sample: normal limits, as RAT-STATS has them.

    Parameters
    ----------
    strata
        At least one; every stratum needs two sampled units, or all of its units.

    Notes
    -----
    Limits may fall below 0; the manual sets them to 0 by hand. `bounds.stratified_count_limits` gives exact
    ones.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 2-6 to 2-10.
    """
    if not strata:
        message = "At least one stratum is needed."
        raise UsageError(message)
    method = "stratified attribute appraisal"
    expanded = [
        expand_count(
            stratum.item_count,
            stratum.sample_count,
            universe_count=stratum.universe_count,
            where=f"stratum {number}",
        )
        for number, stratum in enumerate(strata, start=1)
    ]
    estimates = tuple(
        Estimate(
            part.total,
            math.sqrt(part.variance),
            None,
            method,
            _cautions([stratum], part.variance),
        )
        for part, stratum in zip(expanded, strata, strict=True)
    )
    overall = add_strata(expanded)
    cautions = _cautions(strata, overall.variance, are_strata=True)
    total = Estimate(overall.total, math.sqrt(overall.variance), None, method, cautions)
    universe_count = sum(stratum.universe_count for stratum in strata)
    return StratifiedAttributeAppraisal(total, total.scaled(1 / universe_count), estimates)


def _cautions(
    strata: Sequence[AttributeStratum], variance: float, *, are_strata: bool = False
) -> tuple[Caution, ...]:
    """Return the cautions about normal limits, of the strata that were not reviewed whole."""
    sampled = [stratum for stratum in strata if stratum.sample_count < stratum.universe_count]
    if not sampled:
        return ()
    return count_cautions(
        sum(stratum.item_count for stratum in sampled),
        sum(stratum.sample_count for stratum in sampled),
        total_skewness=_skewness(sampled),
        stratum_sizes=[part.sample_count for part in sampled] if are_strata else (),
        has_spread=variance > 0,
    )


def _skewness(strata: Sequence[AttributeStratum]) -> float:
    """Return the skewness of the estimated number of items."""
    second = third = 0.0
    for stratum in strata:
        share, weight = (
            stratum.item_count / stratum.sample_count,
            stratum.universe_count / stratum.sample_count,
        )
        spread = stratum.sample_count * share * (1 - share)
        second += weight**2 * spread
        third += weight**3 * spread * (1 - 2 * share)
    return third / second**1.5 if second else 0.0
