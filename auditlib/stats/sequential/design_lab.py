"""Try a sampling plan on a universe before a chart is pulled: simulated audits under assumed errors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np

from auditlib.errors import UsageError
from auditlib.stats.arguments import (
    confidence_level,
    finite_values,
    one_of,
    positive,
    probability,
    same_length,
    sample_of_universe,
    whole,
)
from auditlib.stats.estimators.estimate import normal_quantile, student_quantile
from auditlib.stats.sequential.simulated_draws import cluster_audits, size_audits
from auditlib.stats.sequential.weighted_sequence import SequentialAudit, WeightedUniverse

if TYPE_CHECKING:
    from numpy.typing import NDArray

Method = Literal["simple", "stratified", "by size", "cluster", "sequential"]
METHODS: Final[tuple[str, ...]] = get_args(Method)
# Keys drawn at a time, so that a universe of 100,000 units needs some 40 MB.
_KEYS_AT_A_TIME: Final = 5_000_000
_HALVINGS: Final = 30


@dataclass(frozen=True, slots=True)
class ErrorPattern:
    """Errors that a universe might hold.

    Parameters
    ----------
    name
        As shown beside the results.
    error_rate
        Share of the units that are wrong.
    lowest_share, highest_share
        Least and most of its payment that a wrong unit loses; between them all are equally likely.
    rates
        Rates of single strata, in place of `error_rate`.
    follows_amount
        Whether units with larger payments are more often wrong, in proportion.
    """

    name: str
    error_rate: float
    lowest_share: float = 1.0
    highest_share: float = 1.0
    rates: Mapping[str, float] = field(default_factory=dict)
    follows_amount: bool = False


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """A way to sample.

    Parameters
    ----------
    name
        As shown beside the results.
    method
        simple; stratified; by size, with chances in proportion to it; cluster, whole or in two stages; or
        sequential: drawn by dollars, stopped as soon as the threshold is decided.
    sample_count
        Charts to review; of a sequential review, the most; of clusters, how many.
    stratum_counts
        Charts of each stratum, for a stratified plan.
    units_per_cluster
        Charts of each cluster; 0 reviews clusters whole.
    """

    name: str
    method: Method
    sample_count: int = 0
    units_per_cluster: int = 0
    stratum_counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SimulatedPlan:
    """What simulated audits of a plan came to.

    Parameters
    ----------
    plan, pattern, runs
        What was simulated, and how often.
    true_total
        The errors in the universe, in dollars.
    mean_charts, ninety_percent_charts, hours
        Charts reviewed in the mean, in all but one of ten audits at most, and hours in the mean.
    precision
        Median half width of the interval, as a share of the true total; None if that is 0.
    coverage, lower_coverage
        Share of audits whose interval, and whose lower limit, held.
    above_chance, below_chance
        Share of audits that say: more than the threshold; less than the threshold.
    """

    plan: SamplePlan
    pattern: ErrorPattern
    runs: int
    true_total: float
    mean_charts: float
    ninety_percent_charts: float
    hours: float
    precision: float | None
    coverage: float
    lower_coverage: float
    above_chance: float
    below_chance: float


class DesignLab:
    """A universe on which plans are tried.

    Parameters
    ----------
    amounts
        What was paid for each unit, none below 0.
    strata
        The stratum of each; None if there are none.
    clusters, sizes
        The cluster and the measure of size of each, for plans that draw by them.
    threshold
        Share of the dollars about which the audit is to decide.
    confidence
        Two-sided level of the intervals.
    hours_per_chart
        What a review takes.
    seed
        The same seed gives the same audits.
    """

    def __init__(
        self,
        amounts: Sequence[float],
        strata: Sequence[str] | None = None,
        *,
        clusters: Sequence[str] | None = None,
        sizes: Sequence[float] | None = None,
        threshold: float = 0.05,
        confidence: float = 0.90,
        hours_per_chart: float = 0.5,
        seed: int = 1,
    ) -> None:
        self.amounts = np.asarray(finite_values(amounts, "amounts"), dtype=np.float64)
        if float(self.amounts.min()) < 0:
            message = "Amounts must not be below 0."
            raise UsageError(message)
        self.total_amount = positive(float(self.amounts.sum()), "the sum of the amounts")
        names = [""] * len(self.amounts) if strata is None else list(strata)
        same_length(self.amounts.tolist(), names, ("amounts", "strata"))
        labels = np.asarray(names)
        self.strata = {str(name): np.flatnonzero(labels == name) for name in np.unique(labels)}
        named = np.asarray(["" for _ in names] if clusters is None else [str(name) for name in clusters])
        _, member = np.unique(named, return_inverse=True)
        # One sort, for there may be as many clusters as patients.
        self._clusters = np.split(np.argsort(member, kind="stable"), np.cumsum(np.bincount(member))[:-1])
        self._sizes = self.amounts if sizes is None else np.asarray(sizes, dtype=np.float64)
        for given, what in ((named, "clusters"), (self._sizes, "sizes")):
            same_length(self.amounts.tolist(), given.tolist(), ("amounts", what))
        self.threshold_amount = probability(threshold, "threshold") * self.total_amount
        self.confidence = confidence_level(confidence)
        self.hours_per_chart = positive(hours_per_chart, "hours_per_chart")
        self._seed = whole(seed, "seed", minimum=0)

    def errors(self, pattern: ErrorPattern) -> NDArray[np.float64]:
        """Return the errors, in dollars, of a universe that follows a pattern.

        Raises
        ------
        UsageError
            If the pattern's shares are no shares, or it names a stratum that is not there.
        """
        low = probability(pattern.lowest_share, "lowest_share")
        high = probability(pattern.highest_share, "highest_share")
        if low > high:
            message = f"Pattern '{pattern.name}': lowest_share is above highest_share."
            raise UsageError(message)
        self._check_strata(pattern.rates, f"Pattern '{pattern.name}'")
        generator = np.random.default_rng([self._seed, 1])
        # The same draws for every pattern: patterns differ by what they say, not by chance.
        keys = generator.exponential(size=len(self.amounts))
        shares = generator.uniform(size=len(self.amounts)) * (high - low) + low
        if pattern.follows_amount:
            keys = keys / np.maximum(self.amounts, 1e-12)
        errors = np.zeros(len(self.amounts))
        for name, members in self.strata.items():
            rate = probability(pattern.rates.get(name, pattern.error_rate), f"error rate of '{name}'")
            wrong = members[np.argsort(keys[members], kind="stable")[: round(rate * len(members))]]
            errors[wrong] = self.amounts[wrong] * shares[wrong]
        return errors

    def simulate(self, plan: SamplePlan, pattern: ErrorPattern, *, runs: int = 1_000) -> SimulatedPlan:
        """Return what so many audits by a plan come to, if the universe follows a pattern.

        Raises
        ------
        UsageError
            If the plan asks for what the universe does not have.

        Notes
        -----
        Fixed plans are appraised as RAT-STATS does it: Student's t for a simple sample, z for a stratified
        one and for clusters; plans by size by Horvitz and Thompson's total. A sequential review uses
        `auditlib.stats.sequential.weighted_sequence`.
        """
        whole(runs, "runs", minimum=1)
        one_of(plan.method, "method", METHODS)
        errors = self.errors(pattern)
        generator = np.random.default_rng([self._seed, 2])
        if plan.method == "sequential":
            charts, lower, upper = self._sequential(errors, plan, runs, generator)
        elif plan.method in {"by size", "cluster"}:
            charts, lower, upper = self._unequal(errors, plan, runs, generator)
        else:
            charts, lower, upper = self._fixed(errors, plan, runs, generator)
        truth = math.fsum(errors.tolist())
        slack = 1e-9 * self.total_amount
        holds_below, holds_above = lower <= truth + slack, upper >= truth - slack
        return SimulatedPlan(
            plan,
            pattern,
            runs,
            truth,
            float(charts.mean()),
            float(np.quantile(charts, 0.9)),
            float(charts.mean()) * self.hours_per_chart,
            float(np.median(upper - lower)) / 2 / truth if truth > 0 else None,
            float((holds_below & holds_above).mean()),
            float(holds_below.mean()),
            float((lower > self.threshold_amount).mean()),
            float((upper < self.threshold_amount).mean()),
        )

    def compare(
        self, plans: Sequence[SamplePlan], patterns: Sequence[ErrorPattern], *, runs: int = 1_000
    ) -> list[SimulatedPlan]:
        """Return every plan under every pattern, plan by plan."""
        return [self.simulate(plan, pattern, runs=runs) for plan in plans for pattern in patterns]

    def _check_strata(self, named: Mapping[str, object], where: str) -> None:
        unknown = sorted(set(named) - set(self.strata))
        if unknown:
            message = f"{where} names strata that the universe does not have: {', '.join(unknown)}."
            raise UsageError(message, hint=f"Strata are {', '.join(self.strata)}.")

    def _fixed(
        self, errors: NDArray[np.float64], plan: SamplePlan, runs: int, generator: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return charts, lower and upper limits of simulated audits of a fixed size."""
        probability_up = (1 + self.confidence) / 2
        if plan.method == "simple":
            groups = [(np.arange(len(errors)), plan.sample_count, "the universe")]
            critical = student_quantile(probability_up, max(1, plan.sample_count - 1))
        else:
            self._check_strata(plan.stratum_counts, f"Plan '{plan.name}'")
            groups = [
                (members, plan.stratum_counts.get(name, 0), f"stratum '{name}'")
                for name, members in self.strata.items()
            ]
            critical = normal_quantile(probability_up)
        points, variances, charts = np.zeros(runs), np.zeros(runs), 0
        for members, asked, where in groups:
            count, size = sample_of_universe(asked, len(members), minimum=min(2, len(members)), where=where)
            values = errors[members][draws(generator, size, count, runs)]
            points += size * values.mean(axis=1)
            if count < size:
                variances += size * (size - count) * values.var(axis=1, ddof=1) / count
            charts += count
        reach = critical * np.sqrt(variances)
        return np.full(runs, float(charts)), points - reach, points + reach

    def _unequal(
        self, errors: NDArray[np.float64], plan: SamplePlan, runs: int, generator: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return charts, lower and upper limits of simulated audits by size or by clusters."""
        if plan.method == "by size":
            charts, points, reach = size_audits(
                errors,
                self._sizes,
                sample_count=plan.sample_count,
                runs=runs,
                confidence=self.confidence,
                generator=generator,
            )
        else:
            charts, points, reach = cluster_audits(
                errors,
                self._clusters,
                cluster_count=plan.sample_count,
                units_per_cluster=whole(plan.units_per_cluster, "units_per_cluster", minimum=0),
                runs=runs,
                confidence=self.confidence,
                generator=generator,
            )
        return charts, points - reach, points + reach

    def _sequential(
        self, errors: NDArray[np.float64], plan: SamplePlan, runs: int, generator: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return charts, lower and upper limits of reviews that stop when the threshold is decided."""
        # A unit without a payment cannot have cost anything, and is not drawn by dollars.
        paid = self.amounts[self.amounts > 0]
        wrong = errors[self.amounts > 0]
        most, _ = sample_of_universe(plan.sample_count, len(paid), where="units with a payment")
        universe = WeightedUniverse(self.total_amount, self.total_amount, 1.0)
        target = math.log(2 / (1 - self.confidence))
        parts = []
        at_a_time = max(1, _KEYS_AT_A_TIME // len(paid))
        for start in range(0, runs, at_a_time):
            keys = generator.exponential(size=(min(at_a_time, runs - start), len(paid))) / paid
            first = np.argpartition(keys, most - 1, axis=1)[:, :most]
            order = np.take_along_axis(first, np.take_along_axis(keys, first, axis=1).argsort(axis=1), axis=1)
            audit = SequentialAudit.of(
                wrong[order],
                paid[order],
                universe=universe,
                error=(1 - self.confidence) / 2,
                threshold=self.threshold_amount,
            )
            parts.append(_stopped(audit, paid[order], self.threshold_amount, self.total_amount, target))
        charts, lower, upper = (np.concatenate(column) for column in zip(*parts, strict=True))
        return charts, lower, upper


def draws(generator: np.random.Generator, size: int, count: int, runs: int) -> NDArray[np.int64]:
    """Return simple random samples without replacement, one a row, as positions."""
    if count == size:
        return np.tile(np.arange(size), (runs, 1))
    return np.stack([generator.choice(size, count, replace=False, shuffle=False) for _ in range(runs)])


def _stopped(
    audit: SequentialAudit, paid: NDArray[np.float64], threshold: float, total: float, target: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return when each review stopped, and its limits then."""
    errors = audit.ratios * paid
    seen, unseen = np.cumsum(errors, axis=1), total - np.cumsum(paid, axis=1)
    is_decided = (audit.upper_wealth(threshold) >= target) | (seen + unseen < threshold)
    is_decided |= (audit.lower_wealth(threshold) >= target) | (seen > threshold)
    most = is_decided.shape[1]
    last = np.where(is_decided.any(axis=1), is_decided.argmax(axis=1), most - 1)
    rows = np.arange(len(last))
    is_open = np.arange(most) <= last[:, None]

    def best(wealth: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.where(is_open, wealth, -np.inf).max(axis=1))

    certain_low, certain_high = seen[rows, last], (seen + unseen)[rows, last]
    low, low_end = certain_low.copy(), certain_high.copy()
    high, high_end = certain_high.copy(), certain_low.copy()
    for _ in range(_HALVINGS):
        middle = (low + low_end) / 2
        is_out = best(audit.lower_wealth(middle[:, None])) >= target
        low, low_end = np.where(is_out, middle, low), np.where(is_out, low_end, middle)
        middle = (high + high_end) / 2
        is_out = best(audit.upper_wealth(middle[:, None])) >= target
        high, high_end = np.where(is_out, middle, high), np.where(is_out, high_end, middle)
    return (last + 1).astype(np.float64), low, high
