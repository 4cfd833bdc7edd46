"""The shape of a sample: mean, spread, skewness and kurtosis, and the skewness of an estimate made of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from auditlib.stats.arguments import finite_values, one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MomentKind = Literal["population", "sample"]
MOMENT_KINDS: tuple[str, ...] = ("population", "sample")


@dataclass(frozen=True, slots=True)
class Moments:
    """The sample's shape as RAT-STATS prints it.

    Parameters
    ----------
    value_count, nonzero_count
        Values, and values other than 0.
    mean, standard_deviation
        Divisor n - 1; the deviation is None for a single value.
    skewness, kurtosis
        By the rule that `moments` was asked for; None where undefined.
    """

    value_count: int
    nonzero_count: int
    mean: float
    standard_deviation: float | None
    skewness: float | None
    kurtosis: float | None


def moments(values: Sequence[float], *, kind: MomentKind = "population") -> Moments:
    """Return count, mean, spread, skewness and kurtosis of the values.

    Parameters
    ----------
    values
        At least one; skewness and kurtosis are None if all are equal.
    kind
        "population" as RAT-STATS has it: biased moments, kurtosis not in excess of 3. "sample" as pandas, SAS
        and spreadsheets have it: corrected for bias, kurtosis in excess of 3, None below 3 and 4 values.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 3-2 to 3-7; D. N. Joanes and C. A. Gill, The Statistician 47
    (1998), 183-189.
    """
    one_of(kind, "kind", MOMENT_KINDS)
    numbers = finite_values(values, "values")
    count = len(numbers)
    mean = math.fsum(numbers) / count
    second, third, fourth = (math.fsum((x - mean) ** power for x in numbers) / count for power in (2, 3, 4))
    # All equal up to rounding: dividing by such a spread would print noise.
    is_flat = second <= (1e-12 * max(abs(x) for x in numbers)) ** 2 or second**2 == 0
    return Moments(
        count,
        sum(x != 0 for x in numbers),
        mean,
        math.sqrt(second * count / (count - 1)) if count > 1 else None,
        None if is_flat else _skewness(third / second**1.5, count, kind),
        None if is_flat else _kurtosis(fourth / second**2, count, kind),
    )


def _skewness(biased: float, count: int, kind: MomentKind) -> float | None:
    if kind == "population":
        return biased
    if count < 3:  # noqa: PLR2004  the correction divides by n - 2
        return None
    return biased * math.sqrt(count * (count - 1)) / (count - 2)


def _kurtosis(biased: float, count: int, kind: MomentKind) -> float | None:
    if kind == "population":
        return biased
    if count < 4:  # noqa: PLR2004  the correction divides by n - 3
        return None
    return (count - 1) / ((count - 2) * (count - 3)) * ((count + 1) * (biased - 3) + 6)


def estimate_skewness(strata: Sequence[tuple[float, Sequence[float]]]) -> float:
    """Return the skewness of a total that adds up samples of independent strata.

    Parameters
    ----------
    strata
        Of each stratum the weight of a sampled unit (N/n) and the sampled values.

    Returns
    -------
    float
        Third over second cumulant to the power 1.5, each without bias; for one stratum the corrected skewness
        of the values over the root of their number. 0 if nothing varies.

    References
    ----------
    P. Hall, The Bootstrap and Edgeworth Expansion (1992), section 2.4: the error of a one-sided limit is
    proportional to it; R. A. Fisher's k-statistics for the correction.
    """
    second = third = size = 0.0
    for weight, values in strata:
        numbers = finite_values(values, "values")
        count = len(numbers)
        mean = math.fsum(numbers) / count
        square, cube = (math.fsum((x - mean) ** power for x in numbers) for power in (2, 3))
        if count > 1:
            second += weight**2 * square * count / (count - 1)
        if count > 2:  # noqa: PLR2004  the correction divides by n - 2
            third += weight**3 * cube * count**2 / ((count - 1) * (count - 2))
        size = max(size, weight * max(map(abs, numbers)))
    return third / second**1.5 if second > (1e-12 * size) ** 2 and second**2 > 0 else 0.0


@dataclass(frozen=True, slots=True)
class EstimateShape:
    """What the sample shows of an estimate's sampling distribution, beside its standard error.

    Parameters
    ----------
    skewness
        Of the estimate.
    freedom
        Degrees of freedom of its standard error.
    error_share
        Share of the sampled units that differ from 0.
    is_count
        True if the sampled values are of two kinds only, so that the estimate is a count.
    """

    skewness: float
    freedom: float
    error_share: float
    is_count: bool

    @classmethod
    def of_values(
        cls, values: Sequence[float], *, skewness: float, freedom: float | None = None
    ) -> EstimateShape:
        """Return the shape of an estimate made of the values of the sampled units.

        Parameters
        ----------
        values
            Without those of strata that were reviewed whole.
        skewness
            Of the estimate.
        freedom
            None for that of one sample.
        """
        return cls(
            skewness,
            len(values) - 1 if freedom is None else freedom,
            sum(value != 0 for value in values) / len(values),
            len(set(values)) <= 2,  # noqa: PLR2004  right, or wrong by the same amount
        )


def effective_freedom(parts: Sequence[tuple[float, int]]) -> float:
    """Return the degrees of freedom of a variance that adds up those of independent strata.

    Parameters
    ----------
    parts
        Of each stratum its part of the variance and the number of sampled units.

    References
    ----------
    F. E. Satterthwaite, Biometrics Bulletin 2 (1946), 110-114; Cochran, Sampling Techniques (1977), 5.16.
    """
    total = math.fsum(variance for variance, _ in parts)
    if total == 0:
        return float(sum(count - 1 for _, count in parts))
    return total**2 / math.fsum(variance**2 / (count - 1) for variance, count in parts if variance > 0)
