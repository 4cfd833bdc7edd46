"""Sample sizes: each with formula, rounding and the results of other rules."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.audits.audit import reviewed
from auditlib.errors import UsageError
from auditlib.stats.arguments import confidence_level, positive, whole
from auditlib.stats.estimators.estimate import two_sided_z
from auditlib.stats.intervals.hypergeometric import first_true, hypergeometric_tail
from auditlib.stats.intervals.net_total import NetStratum, net_sample_size
from auditlib.stats.sizes.sample_size import (
    SMALL_SAMPLE,
    SampleSize,
    attribute_sample_size,
    error_rate_sample_size,
    proportion_sample_size,
    variable_sample_size,
)
from auditlib.stats.sizes.stratified_size import (
    PlannedStratum,
    allocate,
    stratified_precision,
    stratified_sample_size,
)
from auditlib.workspace.folder import Workspace


@dataclass(frozen=True, slots=True)
class Sizing:
    """A sample size with its explanation.

    Parameters
    ----------
    count
        Units to review.
    formula, rounding
        Formula and rounding rule in words.
    unrounded
        Result of the formula before rounding.
    others
        Sizes by other rules, by name.
    notes
        Notes on the size.
    strata
        Counts by stratum, for a stratified plan.
    """

    count: int
    formula: str
    rounding: str
    unrounded: float
    others: dict[str, int]
    notes: tuple[str, ...] = ()
    strata: dict[str, int] | None = None


def size_attribute(*, rate: float, universe_count: int, width: float, confidence: float) -> Sizing:
    """Return the size whose exact interval for a share has at most the requested width."""
    size = attribute_sample_size(
        anticipated_rate=rate, universe_count=universe_count, width=width, confidence=confidence
    )
    others = {}
    # Of a share of 0 or 1 the normal approximation knows no spread, and gives no size to compare with.
    if 0 < rate < 1:
        normal = proportion_sample_size(
            anticipated_rate=rate, precision=width / 2, confidence=confidence, universe_count=universe_count
        )
        others["normal approximation, rounded up"] = normal.count
    return Sizing(
        size.count,
        "smallest n whose exact hypergeometric interval is no wider than asked (RAT-STATS CM 4-22)",
        "none: the size is searched for",
        size.unrounded,
        others,
        ("RAT-STATS prints sizes 0 to 6 units larger: its search is not documented.",),
    )


def size_share(*, rate: float, universe_count: int | None, precision: float, confidence: float) -> Sizing:
    """Return the size for a share within a half width, by the normal approximation."""
    size = proportion_sample_size(
        anticipated_rate=rate, precision=precision, confidence=confidence, universe_count=universe_count
    )
    others = {
        "without the finite universe": proportion_sample_size(
            anticipated_rate=rate, precision=precision, confidence=confidence
        ).count
    }
    if universe_count is not None:
        exact = attribute_sample_size(
            anticipated_rate=rate, universe_count=universe_count, width=2 * precision, confidence=confidence
        )
        others["exact interval of the same width"] = exact.count
    formula = "n0 = (z / E)^2 p (1 - p), n = n0 / (1 + (n0 - 1) / N) (Cochran 4.4)"
    notes = []
    if size.is_small:
        notes.append(
            f"Below {SMALL_SAMPLE} units normal theory is not to be trusted: plan on an exact interval."
        )
    return Sizing(size.count, formula, "up", size.unrounded, others, tuple(notes))


def size_discovery(*, rate: float, universe_count: int, confidence: float) -> Sizing:
    """Return the smallest sample that finds at least one error with the requested probability."""
    universe = whole(universe_count, "universe_count", minimum=1)
    level = confidence_level(confidence)
    share = positive(rate, "rate")
    if share > 1:
        message = "The rate of errors must not be above 1."
        raise UsageError(message, hint="Write 5 % as 0.05.")
    items = max(1, math.ceil(round(share * universe, 9)))

    def finds(count: int) -> bool:
        return hypergeometric_tail(0, count, universe, items, upper=False) <= 1 - level + 1e-12

    count = first_true(finds, 1, universe)
    endless = 1 if share == 1 else math.ceil(round(math.log(1 - level) / math.log(1 - share), 9))
    return Sizing(
        count,
        f"smallest n with P(no error found | {items:,} errors in the universe) at most 1 - confidence",
        "none: the size is searched for",
        float(count),
        {"without the finite universe": endless},
        ("No error found proves the rate below the one given; one error found proves nothing yet.",),
    )


def size_variable(
    *, mean: float, deviation: float, universe_count: int, precision: float, confidence: float
) -> Sizing:
    """Return the size for a total within a relative precision, from a probe's mean and standard deviation."""
    size = variable_sample_size(
        mean=mean,
        standard_deviation=deviation,
        universe_count=universe_count,
        precision=precision,
        confidence=confidence,
    )
    formula = "n = (s N)^2 / ((E / z)^2 + N s^2), E = precision |mean| N (RAT-STATS CM 4-2)"
    return _variable(
        size, formula, confidence=confidence, precision=precision, variation=deviation / abs(mean)
    )


def size_error_rate(
    *, rate: float, total: float, deviation: float, universe_count: int, precision: float, confidence: float
) -> Sizing:
    """Return the size for a total of errors, from the error rate and the standard deviation of payments."""
    size = error_rate_sample_size(
        error_rate=rate,
        reported_total=total,
        reported_standard_deviation=deviation,
        universe_count=universe_count,
        precision=precision,
        confidence=confidence,
    )
    mean = total / universe_count
    spread = math.sqrt(rate * (deviation**2 + (1 - rate) * mean**2))
    formula = "mean p mu, variance p (s^2 + (1 - p) mu^2), then as for a probe (RAT-STATS CM 4-7)"
    return _variable(
        size, formula, confidence=confidence, precision=precision, variation=spread / abs(rate * mean)
    )


def _variable(
    size: SampleSize, formula: str, *, confidence: float, precision: float, variation: float
) -> Sizing:
    endless = (two_sided_z(confidence) * variation / precision) ** 2
    notes = ["The appraisal's t limits will be a little wider than this plan, which uses z."]
    if size.is_small:
        notes.append(f"Below {SMALL_SAMPLE} units normal theory is not to be trusted (RAT-STATS prints *).")
    return Sizing(
        size.count,
        formula,
        "nearest, halves up",
        size.unrounded,
        {
            "rounded up": size.count_rounded_up,
            "without the finite universe, rounded up": math.ceil(round(endless, 9)),
        },
        tuple(notes),
    )


_PROBE_NOTE: Final = (
    "A probe that holds no rare large amount cannot foresee one, beyond the largest underpayment stated: the "
    "size is then too small."
)


def size_net(strata: Sequence[NetStratum], *, precision: float, confidence: float) -> Sizing:
    """Return the size from which the lower limit of a net total is useful, from a probe.

    Raises
    ------
    UsageError
        If the probe has no net overpayment: then no size shows one.
    """
    count = net_sample_size(strata, precision=precision, confidence=confidence, sides="two-sided")
    if count is None:
        message = "The probe has no net overpayment: no size can show one."
        raise UsageError(message, hint="Its underpayments are as large as its overpayments.")
    others = {
        "a lower limit above 0": net_sample_size(
            strata, precision=1.0, confidence=confidence, sides="two-sided"
        )
    }
    return Sizing(
        count,
        "smallest n whose lower limit by rank gaps is no further below the estimate than asked, for a sample "
        "with the values of the probe",
        "none: the size is searched for",
        float(count),
        {name: size for name, size in others.items() if size is not None},
        (_PROBE_NOTE,),
    )


def size_stratified(
    strata: dict[str, PlannedStratum], *, precision: float | None, confidence: float, count: int | None = None
) -> Sizing:
    """Return Neyman sizes for a relative precision, or the Neyman shares of a fixed count."""
    planned = list(strata.values())
    if (precision is None) == (count is None):
        message = "Give either the precision to reach or the count to allocate."
        raise UsageError(message)
    if precision is not None:
        planned_size = stratified_sample_size(planned, precision=precision, confidence=confidence)
        formula = "n = (sum N s)^2 / ((E / z)^2 + sum N s^2), shared by N s (RAT-STATS CM 4-11)"
        rounding = "up in each stratum"
    else:
        planned_size = allocate(planned, sample_count=count or 0)
        formula, rounding = "n shared by N s (Neyman; RAT-STATS CM 4-16)", "largest remainder"
    universe = sum(stratum.universe_count for stratum in planned)
    mean = math.fsum(stratum.universe_count * stratum.mean for stratum in planned) / universe
    second = math.fsum(
        stratum.universe_count * (stratum.standard_deviation**2 + (stratum.mean - mean) ** 2)
        for stratum in planned
    )
    notes = (
        [f"Strata reviewed completely: {len(planned_size.complete_strata)}."]
        if planned_size.complete_strata
        else []
    )
    usable = all(planned_size.counts)
    reached = stratified_precision(planned, planned_size.counts, confidence=confidence) if usable else None
    if reached is not None:
        notes.append(f"Precision expected: {reached:.2%} of the total at {confidence:.0%}.")
    few = sum(
        count_of_stratum < min(2, stratum.universe_count)
        for count_of_stratum, stratum in zip(planned_size.counts, planned, strict=True)
    )
    if few:
        notes.append(f"{few} strata get fewer than two units: their spread could not be estimated.")
    others = {}
    aim = precision if precision is not None else reached
    if aim:
        simple = variable_sample_size(
            mean=mean,
            standard_deviation=math.sqrt(second / universe),
            universe_count=universe,
            precision=aim,
            confidence=confidence,
            rounding="up",
        )
        others["one simple random sample of the same precision"] = simple.count
    counts = dict(zip(strata, planned_size.counts, strict=True))
    return Sizing(
        planned_size.total, formula, rounding, planned_size.unrounded_total, others, tuple(notes), counts
    )


def review_error_rate(workspace: Workspace, *, audit: str | None = None) -> float:
    """Return the share of reviewed charts with an error, over a workspace or one audit of it.

    A chart counts once for each reviewer who completed it.

    Raises
    ------
    UsageError
        If no chart was completed.
    """
    final = reviewed(workspace, audit).final
    if final.charts.is_empty():
        message = f"No chart was completed: there is no error rate to plan with. {final.note}".strip()
        raise UsageError(message, hint="Give --rate, or take a probe and give --probe.")
    wrong = final.verdicts.filter(pl.col("action") != "agree")["encounter_id"].n_unique()
    return wrong / final.charts.height
