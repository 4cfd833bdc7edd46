"""Allocation of a sample to strata, in whole units that add up to the requested number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import polars as pl

from auditlib.errors import BadInputError, UsageError


def allocate_proportionally(
    sizes: Mapping[str, int],
    *,
    sample_count: int,
    minimum_per_stratum: int = 0,
    certainty_strata: Sequence[str] = (),
    weights: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """Return the sample counts of strata in proportion to their sizes, by largest remainder.

    Certainty strata are taken completely first. Then each stratum gets the integer part of its share, and the
    remaining units go to the largest remainders; ties go to the larger stratum, then to the first name.
    A stratum that would fall below the minimum is set to it, or to its size, and the others share the rest.

    Parameters
    ----------
    sizes
        Units of each stratum.
    sample_count
        Units to allocate, including those of certainty strata.
    minimum_per_stratum
        Least number of each stratum.
    certainty_strata
        Strata taken completely.
    weights
        Weights for the shares instead of the sizes; no stratum gets more than its size.

    Raises
    ------
    UsageError
        If the sample is larger than the universe, or too small for the certainty strata and the minimum.

    Examples
    --------
    >>> allocate_proportionally({"inpatient": 500, "office": 1000, "emergency": 1501}, sample_count=30)
    {'inpatient': 5, 'office': 10, 'emergency': 15}
    """
    _refuse_unknown(certainty_strata, sizes)
    if minimum_per_stratum < 0:
        message = "The minimum per stratum cannot be negative."
        raise UsageError(message)
    if sample_count > sum(sizes.values()):
        message = f"Asked for {sample_count:,} units; the universe has {sum(sizes.values()):,}."
        raise UsageError(message, hint="Request fewer, or review every unit.")
    fixed = {name: sizes[name] for name in sizes if name in set(certainty_strata)}
    least = {name: min(minimum_per_stratum, size) for name, size in sizes.items() if name not in fixed}
    needed = sum(fixed.values()) + sum(least.values())
    if needed > sample_count:
        message = (
            f"{sample_count:,} units do not suffice: certainty strata take {sum(fixed.values()):,} and "
            f"{minimum_per_stratum:,} of each other stratum make {sum(least.values()):,}."
        )
        raise UsageError(message, hint=f"Ask for at least {needed:,}, or lower the minimum per stratum.")
    while True:
        free = {name: size for name, size in sizes.items() if name not in fixed}
        by = {name: free[name] if weights is None else weights[name] for name in free}
        shares = _largest_remainder(by if any(by.values()) else free, sample_count - sum(fixed.values()))
        short = {name: free[name] for name in free if shares[name] > free[name]}
        # Full strata first: units they cannot take go to the others, which may then reach the minimum.
        short = short or {name: least[name] for name in free if shares[name] < least[name]}
        if not short:
            return {name: fixed.get(name, shares.get(name, 0)) for name in sizes}
        fixed |= short


def neyman_weights(units: pl.DataFrame) -> dict[str, int]:
    """Return for each stratum its units times the standard deviation of their charges, as a whole number.

    Integer arithmetic throughout, so that every machine gets the same result; every unit needs a charge.

    Raises
    ------
    BadInputError
        If the frame has no charges, or not all of them.
    """
    if "charge_amount" not in units.columns or units["charge_amount"].null_count():
        message = "Neyman's allocation needs the charge of every unit."
        raise BadInputError(
            message, hint="Allocate in proportion to the units, or filter out those without a charge."
        )
    weights = {}
    for (name,), part in units.group_by("stratum"):
        cents = [int(amount.scaleb(2)) for amount in part["charge_amount"]]
        count = len(cents)
        # N^2 s^2 = N (N sum x^2 - (sum x)^2) / (N - 1), scaled so that the root keeps six further digits.
        squares = count * (count * sum(x * x for x in cents) - sum(cents) ** 2)
        weights[str(name)] = math.isqrt(squares * 10**12 // (count - 1)) if count > 1 else 0
    return weights


def check_stratum_counts(sizes: Mapping[str, int], counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts in the order of the strata.

    Raises
    ------
    UsageError
        If a stratum is not named, one is named that does not exist, or a count is negative or above its size.
    """
    _refuse_unknown(list(counts), sizes)
    unnamed = [name for name in sizes if name not in counts]
    if unnamed:
        message = f"No count was given for stratum {_quoted(unnamed)}."
        raise UsageError(message, hint="Give 0 for a stratum that is not to be sampled.")
    for name, size in sizes.items():
        if not 0 <= counts[name] <= size:
            message = f"Asked for {counts[name]:,} units of stratum '{name}', which has {size:,}."
            raise UsageError(message, hint="Ask for no more than the stratum has.")
    return {name: counts[name] for name in sizes}


def _largest_remainder(sizes: Mapping[str, int], count: int) -> dict[str, int]:
    total = sum(sizes.values())
    if total == 0:
        return dict.fromkeys(sizes, 0)
    quotas = {name: Fraction(count * size, total) for name, size in sizes.items()}
    shares = {name: int(quota) for name, quota in quotas.items()}
    order = sorted(sizes, key=lambda name: (shares[name] - quotas[name], -sizes[name], name.encode()))
    for name in order[: count - sum(shares.values())]:
        shares[name] += 1
    return shares


def _refuse_unknown(names: Sequence[str], sizes: Mapping[str, int]) -> None:
    unknown = sorted(set(names) - set(sizes))
    if unknown:
        message = f"The frame has no stratum {_quoted(unknown)}."
        raise UsageError(message, hint=f"Its strata are {_quoted(list(sizes))}.")


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
