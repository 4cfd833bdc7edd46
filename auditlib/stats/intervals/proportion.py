"""Intervals for a proportion: Wilson for display, Clopper-Pearson and hypergeometric for sure coverage."""

from __future__ import annotations

import math
from dataclasses import dataclass

from auditlib.stats.arguments import STANDARD_NORMAL, confidence_level, count_of_total, sample_of_universe
from auditlib.stats.estimators.cautions import Caution, rare_cautions


@dataclass(frozen=True, slots=True)
class Interval:
    """Limits of an estimate, with the level and the method that made them.

    Parameters
    ----------
    lower, upper
        The limits, in the unit of the estimate.
    confidence
        The level, between 0 and 1.
    method
        Name of the method, as printed beside the interval.
    cautions
        Why it may cover less than its level; empty if it has no caution.
    """

    lower: float
    upper: float
    confidence: float
    method: str
    cautions: tuple[Caution, ...] = ()

    def __contains__(self, value: object) -> bool:
        return isinstance(value, (int, float)) and self.lower <= value <= self.upper


def wilson_interval(count: int, total: int, *, confidence: float = 0.95) -> Interval:
    """Return Wilson's score interval for the share `count` / `total`.

    Parameters
    ----------
    count, total
        Successes and trials; both whole, 0 <= count <= total.
    confidence
        Two-sided level between 0 and 1.

    Returns
    -------
    Interval
        Always inside 0..1; the lower limit is exactly 0 at count 0, the upper exactly 1 at count = total.

    Raises
    ------
    UsageError
        If `total` is 0 (the share is undefined) or an argument is out of range.

    References
    ----------
    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927),
    209-212; R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, method 3.

    Examples
    --------
    >>> limits = wilson_interval(81, 263)
    >>> round(limits.lower, 4), round(limits.upper, 4)
    (0.2553, 0.3662)
    """
    count, total = count_of_total(count, total)
    z = STANDARD_NORMAL.inv_cdf((1 + confidence_level(confidence)) / 2)
    share = count / total
    scale = 1 + z * z / total
    centre = (share + z * z / (2 * total)) / scale
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / scale
    lower = 0.0 if count == 0 else max(0.0, centre - half)
    upper = 1.0 if count == total else min(1.0, centre + half)
    return Interval(lower, upper, confidence, "Wilson", rare_cautions(count, total))


def clopper_pearson_interval(count: int, total: int, *, confidence: float = 0.95) -> Interval:
    """Return the Clopper-Pearson interval: at least the stated coverage, in an endless universe.

    Parameters
    ----------
    count, total
        Successes and trials; both whole, 0 <= count <= total.
    confidence
        Two-sided level between 0 and 1.

    Raises
    ------
    UsageError
        If `total` is 0 (the share is undefined) or an argument is out of range.

    References
    ----------
    C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), 404-413.

    Examples
    --------
    >>> limits = clopper_pearson_interval(0, 20)
    >>> limits.lower, round(limits.upper, 4)
    (0.0, 0.1684)
    """
    from scipy.special import betaincinv  # noqa: PLC0415  scipy is slow to load; Wilson does not need it

    count, total = count_of_total(count, total)
    tail = (1 - confidence_level(confidence)) / 2
    lower = 0.0 if count == 0 else float(betaincinv(count, total - count + 1, tail))
    upper = 1.0 if count == total else float(betaincinv(count + 1, total - count, 1 - tail))
    return Interval(lower, upper, confidence, "Clopper-Pearson")


def hypergeometric_interval(
    count: int, sample_count: int, universe_count: int, *, confidence: float = 0.95
) -> Interval:
    """Return the exact interval for the share of items in a finite universe of known size.

    Parameters
    ----------
    count
        Items found in the sample.
    sample_count, universe_count
        Sizes of the simple random sample and of the universe it was drawn from.
    confidence
        Two-sided level between 0 and 1.

    Returns
    -------
    Interval
        Limits as shares of the universe; a full count gives lower = upper.

    Raises
    ------
    UsageError
        If the sample is empty (the share is undefined), larger than the universe, or smaller than `count`.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 2-2 to 2-5.

    Examples
    --------
    >>> limits = hypergeometric_interval(82, 400, 10_000)
    >>> limits.lower, limits.upper
    (0.1673, 0.247)
    """
    from auditlib.stats.intervals.hypergeometric import hypergeometric_limits, tail_level  # noqa: PLC0415  loads numpy; Wilson does not need it

    count, sample_count = count_of_total(count, sample_count, names=("count", "sample_count"))
    sample_count, universe_count = sample_of_universe(sample_count, universe_count)
    low, high = hypergeometric_limits(
        count, sample_count, universe_count, tail=tail_level(confidence, one_sided=False)
    )
    return Interval(low / universe_count, high / universe_count, confidence, "hypergeometric")


def least_share(
    count: int, total: int, *, universe_count: int | None = None, confidence: float = 0.95
) -> Interval:
    """Return the exact one-sided lower limit of a share: it is at least that, with the confidence stated.

    Parameters
    ----------
    count, total
        Items found and items looked at, by simple random selection; both whole, 0 <= count <= total.
    universe_count
        Size of the universe they were drawn from: then the limit is hypergeometric, for the share of that
        universe; None for Clopper and Pearson's, for an endless one.
    confidence
        One-sided level between 0 and 1.

    Returns
    -------
    Interval
        ``upper`` is 1.

    Raises
    ------
    UsageError
        If `total` is 0 (the share is undefined), larger than the universe, or an argument is out of range.

    Notes
    -----
    Clopper and Pearson's limit is the share p at which P(X >= count) is 1 - confidence. The hypergeometric
    one is the least number of items in the universe, over its size, at which that probability is larger.

    References
    ----------
    C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), 404-413; J. P. Buonaccorsi, "A Note on Confidence
    Intervals for Proportions in Finite Populations", The American Statistician 41 (1987), 215-218.

    Examples
    --------
    >>> round(least_share(59, 59).lower, 4), round(least_share(58, 58).lower, 4)
    (0.9505, 0.9497)
    >>> least_share(45, 45, universe_count=100).lower
    0.96
    """
    count, total = count_of_total(count, total)
    if universe_count is None:
        from scipy.special import betaincinv  # noqa: PLC0415  scipy is slow to load; Wilson does not need it

        tail = 1 - confidence_level(confidence)
        lower = 0.0 if count == 0 else float(betaincinv(count, total - count + 1, tail))
        return Interval(lower, 1.0, confidence, "Clopper-Pearson, one-sided")
    from auditlib.stats.intervals.hypergeometric import hypergeometric_limits, tail_level  # noqa: PLC0415  loads numpy; Wilson does not need it

    total, universe_count = sample_of_universe(total, universe_count)
    low, _ = hypergeometric_limits(count, total, universe_count, tail=tail_level(confidence, one_sided=True))
    return Interval(low / universe_count, 1.0, confidence, "hypergeometric, one-sided")
