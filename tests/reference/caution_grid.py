"""How often a caution fires where the limit covers what it says, and where it does not.

    python -m tests.reference.caution_grid FOLDER > tests/reference/caution_grid.md

Seeded: the same table on every machine with the same numpy. Two processes, some minutes. What is simulated is
kept in the folder, so that a run that was cut goes on.
"""

from __future__ import annotations

import hashlib
import math
import pickle
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom, norm
from scipy.stats import t as student

from auditlib.stats.estimators.cautions import cautions_for, is_doubtful
from auditlib.stats.estimators.estimate import Estimate, Sides
from auditlib.stats.estimators.limit_coverage import cautions_about, forecast_misses, limit_coverage
from auditlib.stats.estimators.moments import effective_freedom
from auditlib.stats.estimators.payment_forecast import (
    PaidStratum,
    PaymentForecast,
    SizeClasses,
    payment_forecast,
)
from auditlib.stats.estimators.variable_appraisal import ValueStratum, appraise_strata, appraise_values
from tests.reference.coverage_cells import clear_of

SEEDS: Final = {"first": 20_260_301, "second": 20_260_301, "third": 20_261_128, "fourth": 20_270_117}
UNIVERSE_COUNT = 6_000
# Of each population so many universes are drawn, and of each so many samples: the first show how often a
# limit holds, by whole columns; the second are appraised one by one, with their cautions.
UNIVERSES, COVERAGE_RUNS, WARNED_RUNS = 10, 1_500, 2
# Of the first three sets so many cells of all, in an order drawn by chance.
CHOSEN_ON, SHUFFLED_BY = 282, 2
ROOMS: Final = (0.010, 0.015, 0.020, 0.022, 0.025, 0.030)
SAMPLE_COUNTS: Final = (40, 100, 200, 400)
_SIDES: Final[tuple[Sides, ...]] = ("lower", "two-sided", "upper")
ASKED: Final = tuple(product(_SIDES, (0.90, 0.95)))
# A limit is nominal if it covers no more than this below its level.
ROOM = 0.02
SETS: Final = ("first", "second", "third", "fourth")
KNOWN: Final = ("payments known", "sample alone")
# A sample can show what makes a limit short if it holds one of the deciding units in half of the draws.
OFTEN_SHOWN = 0.5
LARGE = 800.0
# A stratum of the largest payments: fewer than are sampled of each stratum, so that it is reviewed whole.
LARGEST_COUNT = 12

INTRODUCTION: Final = f"""# How often the cautions fire

Made by `python -m tests.reference.caution_grid FOLDER`, seeds {
    ", ".join(str(seed) for seed in SEEDS.values())
} for the four sets of populations. Of each population {UNIVERSES} universes of
{UNIVERSE_COUNT:,} units are drawn, and of each universe {COVERAGE_RUNS:,} samples that show how often a
limit holds and {WARNED_RUNS} that are appraised with their cautions. Shares are in percent.

A limit is *nominal* if it covers no more than two points below its level, else *short*. *False alarms*:
samples with a caution about the limits asked for, where these are nominal; *caught*: the same where they
are short; both are means over populations and sample sizes. Guidelines for the size of a sample or stratum
are no such caution. *Payments known*: what was paid is known for every unit of the universe (a manifest
with its frame, or `--unreviewed`); *sample alone*: it is not. *Not warned*: samples without a caution, and
how often their limit holds: what the sentence "No caution about its limits fires" is worth.

With payments known, samples of universes like this one are simulated: each unit's payment times a taint
(error over payment) of the sampled units of its size. By the sample alone Hall's transformation says what
its skewness means. Skewness says too much of a few large payments: of Pareto payments of tail 2.66, 35 % of
them wrong, two limits at 90 % of samples of 100 hold in 88.6 %, by the true skewness of the universe in
84.0 %, by the simulation in 88.2 %.

The room that a forecast has before a caution fires was chosen on the first three sets, 205 of whose 480
cells, drawn by chance, were simulated for it and are shown. The fourth set is of the kinds of the third,
its numbers drawn from ranges that were written down. Room, forecast and rules were committed before any
figure of it was seen, and nothing was changed since: it is the one to quote.

A short limit *can be shown* by a rule that was written down with the third set. First, the skewness of the
true errors of the universe, which nobody knows, calls the limit short: else it is short by a hair, or for
what no skewness says, as counts that jump from one size of a sample to the next. Second, by the sample
alone, half of the draws hold at least one of the deciding units: the fewest of whose errors half of the
skewness is made. With payments known the second is asked only where payments do not show such units. Cases
that cannot be shown stay in the tables, in parentheses, and in *caught*; *caught of these* is of those that
can be shown.

What no sample shows is no part of these shares: *hidden* are the samples without one of the few large
errors that decide. With 3 % large underpayments a third of the samples of 40 have none, and their lower
limit is too high; nothing can warn of it. Large overpayments are shown by payments, where these are known.

The goal is at most 10 % false alarms and at least 90 % caught of what can be shown. On the fourth set,
false alarms are 0.7 to 9.4 % for every limit, with payments known and by the sample alone. With payments
known 94 to 95 % of one limit that can be shown are caught, of lower limits at 95 % 89.5 %; of two limits
together 92.3 % at 90 % and 89.9 % at 95 %: the goal is met but for half a point and a tenth. What is missed
is short by a hair: of limits that lack between two and three points 62 to 65 % are caught, of those that
lack more 96 to 99 %; of nominal ones that lack between one and two points 18 to 24 % are warned of, of
those that lack less 0.3 to 1.7 %. Beyond that the forecast is wrong where the part in error depends on the
payment more finely than three classes of size say: fees one level too high (forecast too mild), and
overpayments of nothing but the 5 % largest units (forecast too severe). By the sample alone 88 % of two
limits that can be shown are caught, of all short ones 85 to 86 %, because few samples hold the large units
that make a limit short; where no caution fires the workpaper says that payments are not known. The third
set has many limits between one and two points short, and 15 % false alarms for two limits: the table of the
trade-off shows what fewer of them would cost.

Limits without a caution hold as often as they say, within two points, in every set and kind of limit.

The tables by population have in each cell: how often the limit holds, with "short" where it is; warned with
payments known; warned by the sample alone; in parentheses where it cannot be shown. The table of the
trade-off has false alarms / caught for two limits together, if all rooms were the one at the head of the
column.
"""

Amounts = NDArray[np.float64]
Generator = np.random.Generator


@dataclass(frozen=True)
class Universe:
    """What was paid for each unit and what of it was wrong, by stratum."""

    paid: tuple[Amounts, ...]
    errors: tuple[Amounts, ...]


@dataclass(frozen=True)
class Population:
    """A rule by which universes are made.

    Parameters
    ----------
    pay
        What was paid for so many units.
    err
        Which part of it was wrong; below 0 where too little was paid.
    cut
        "" for one stratum; three strata of equally many "units", or of equal "dollars"; or the "largest"
        payments, reviewed whole, and two halves of the others.
    is_rare
        Whether a few large errors decide: a sample without one of them shows nothing of them.
    is_in_payments
        Whether payments show where such errors may be.
    """

    pay: Callable[[Generator], Amounts]
    err: Callable[[Amounts, Generator], Amounts]
    cut: str = ""
    is_rare: bool = False
    is_in_payments: bool = False

    def universe(self, generator: Generator) -> Universe:
        paid = self.pay(generator).round(2)
        errors = self.err(paid, generator).round(2)
        if not self.cut:
            return Universe((paid,), (errors,))
        order = np.argsort(paid, kind="stable")
        ends = np.array([len(paid) // 3, 2 * len(paid) // 3])
        if self.cut == "dollars":
            running = np.cumsum(paid[order])
            ends = np.searchsorted(running, [running[-1] / 3, 2 * running[-1] / 3])
        if self.cut == "largest":
            ends = np.array([(len(paid) - LARGEST_COUNT) // 2, len(paid) - LARGEST_COUNT])
        parts = np.split(order, ends)
        return Universe(tuple(paid[part] for part in parts), tuple(errors[part] for part in parts))


def wrong(rate: float) -> Callable[[Amounts, Generator], Amounts]:
    return lambda paid, generator: clear_of(paid, rate, generator)


def partly(rate: float, first: float, second: float) -> Callable[[Amounts, Generator], Amounts]:
    def err(paid: Amounts, generator: Generator) -> Amounts:
        taints = generator.beta(first, second, len(paid))
        return paid * np.where(generator.random(len(paid)) < rate, taints, 0)

    return err


def signed(rate: float, below: float, factor: float) -> Callable[[Amounts, Generator], Amounts]:
    """Return errors of which a share is below 0, times a factor."""

    def err(paid: Amounts, generator: Generator) -> Amounts:
        signs = np.where(generator.random(len(paid)) < below, -factor, 1.0)
        return clear_of(paid, rate, generator) * signs

    return err


def rare_under(rate: float, amount: float) -> Callable[[Amounts, Generator], Amounts]:
    """Return frequent overpayments, and a few large underpayments beyond what was paid."""
    return lambda paid, generator: (
        clear_of(paid, 0.4, generator) - np.where(generator.random(len(paid)) < rate, amount, 0.0)
    )


def rare_over(paid: Amounts, generator: Generator) -> Amounts:
    """Return frequent small overpayments, and large ones wherever much was paid."""
    return np.where(paid > LARGE, paid, clear_of(paid, 0.4, generator))


def with_large(rate: float, amount: float) -> Callable[[Generator], Amounts]:
    return lambda generator: _even(generator) + np.where(generator.random(UNIVERSE_COUNT) < rate, amount, 0.0)


def by_size(rate: float) -> Callable[[Amounts, Generator], Amounts]:
    """Return errors that are the likelier, the more was paid."""

    def err(paid: Amounts, generator: Generator) -> Amounts:
        chosen = generator.choice(len(paid), round(rate * len(paid)), replace=False, p=paid / paid.sum())
        errors = np.zeros(len(paid))
        errors[chosen] = paid[chosen]
        return errors

    return err


def smaller_likelier(rate: float) -> Callable[[Amounts, Generator], Amounts]:
    """Return errors that are the likelier, the less was paid."""

    def err(paid: Amounts, generator: Generator) -> Amounts:
        chances = 1 / np.sqrt(paid)
        chosen = generator.choice(
            len(paid), round(rate * len(paid)), replace=False, p=chances / chances.sum()
        )
        errors = np.zeros(len(paid))
        errors[chosen] = paid[chosen]
        return errors

    return err


def one_level_too_high(rate: float) -> Callable[[Amounts, Generator], Amounts]:
    """Return errors of one level of a fee schedule; at the lowest nothing is payable."""

    def err(paid: Amounts, generator: Generator) -> Amounts:
        levels = np.unique(paid)
        lower = np.concatenate([[0.0], levels])[np.searchsorted(levels, paid)]
        return np.where(generator.random(len(paid)) < rate, paid - lower, 0.0)

    return err


def _even(generator: Generator) -> Amounts:
    return generator.uniform(50, 400, UNIVERSE_COUNT)


def _lognormal(spread: float) -> Callable[[Generator], Amounts]:
    return lambda generator: generator.lognormal(5, spread, UNIVERSE_COUNT)


def _mild(generator: Generator) -> Amounts:
    return generator.gamma(4, 60, UNIVERSE_COUNT) + 1


def _equal(generator: Generator) -> Amounts:  # noqa: ARG001 - as the others
    return np.full(UNIVERSE_COUNT, 100.0)


def _waiting(generator: Generator) -> Amounts:
    return generator.weibull(0.9, UNIVERSE_COUNT) * 200 + 20


def _fees(generator: Generator) -> Amounts:
    fees, shares = [80, 95, 130, 180, 260, 420, 900], [0.3, 0.2, 0.2, 0.12, 0.1, 0.05, 0.03]
    return generator.choice(fees, UNIVERSE_COUNT, p=shares).astype(float)


def _two_kinds(generator: Generator) -> Amounts:
    large = generator.random(UNIVERSE_COUNT) < 0.2
    return np.where(
        large, generator.lognormal(6.5, 0.5, UNIVERSE_COUNT), generator.lognormal(4.6, 0.4, UNIVERSE_COUNT)
    )


def _heavy(generator: Generator) -> Amounts:
    return np.minimum(60 * (1 - generator.random(UNIVERSE_COUNT)) ** (-1 / 2.2), 6_000.0)


def _triangular(generator: Generator) -> Amounts:
    return generator.triangular(40, 120, 300, UNIVERSE_COUNT)


def _gamma(generator: Generator) -> Amounts:
    return generator.gamma(0.7, 300, UNIVERSE_COUNT) + 15


def _pareto(generator: Generator) -> Amounts:
    return np.minimum(40 * (1 - generator.random(UNIVERSE_COUNT)) ** (-1 / 2.6), 10_000.0)


def _three_kinds(generator: Generator) -> Amounts:
    """Return payments of office visits, of surgery and of inpatient stays."""
    kind = generator.choice(3, UNIVERSE_COUNT, p=[0.75, 0.2, 0.05])
    visits = np.maximum(30, generator.normal(110, 25, UNIVERSE_COUNT))
    surgery = generator.lognormal(6.6, 0.4, UNIVERSE_COUNT)
    stays = generator.lognormal(8.6, 0.35, UNIVERSE_COUNT)
    return np.choose(kind, [visits, surgery, stays])


def _wide(generator: Generator) -> Amounts:
    return generator.uniform(10, 1_000, UNIVERSE_COUNT)


def _groups(generator: Generator) -> Amounts:
    """Return payments by diagnosis group: weights that grow by a quarter, the larger ones the rarer."""
    steps = np.arange(12)
    shares = 0.8**steps
    return np.asarray(6_500 * 0.6 * 1.25 ** generator.choice(steps, UNIVERSE_COUNT, p=shares / shares.sum()))


def first() -> dict[str, Population]:
    """Return the populations on which cautions were chosen from the beginning."""
    skewed, very = _lognormal(0.8), _lognormal(1.4)
    found: dict[str, Population] = {}
    for rate in (0.03, 0.10, 0.30, 0.60):
        found[f"skewed payments, {rate:.0%} wrong"] = Population(skewed, wrong(rate))
    for rate in (0.05, 0.40):
        found[f"even payments, {rate:.0%} wrong"] = Population(_even, wrong(rate))
    for rate in (0.15, 0.50):
        found[f"very skewed payments, {rate:.0%} wrong"] = Population(very, wrong(rate))
    for rate in (0.10, 0.50, 0.80):
        found[f"mildly skewed payments, {rate:.0%} wrong"] = Population(_mild, wrong(rate))
    found["even payments, 50% partly wrong"] = Population(_even, partly(0.5, 2, 2))
    found["skewed payments, 30% partly wrong"] = Population(skewed, partly(0.3, 0.5, 2))
    found["over and under, 30%"] = Population(skewed, signed(0.3, 0.3, 0.6))
    found["over and under alike, 50%"] = Population(_even, signed(0.5, 0.5, 1))
    found["under only, 20%"] = Population(skewed, signed(0.2, 1, 1))
    found["under only, even payments, 50%"] = Population(_even, signed(0.5, 1, 0.5))
    for rate in (0.90, 0.97):
        found[f"nearly universal, equal payments, {rate:.0%}"] = Population(_equal, wrong(rate))
    found["nearly universal, skewed payments, 95%"] = Population(skewed, wrong(0.95))
    found["nearly universal, mildly skewed payments, 95%"] = Population(_mild, wrong(0.95))
    found["universal, even payments"] = Population(_even, wrong(1))
    found["frequent small over, 3% large under"] = Population(_even, rare_under(0.03, 2_500), is_rare=True)
    found["frequent small over, 3% large over"] = Population(
        with_large(0.03, 4_000), rare_over, is_rare=True, is_in_payments=True
    )
    for cut, rate in product(("units", "dollars"), (0.03, 0.30)):
        found[f"strata by {cut}, skewed payments, {rate:.0%} wrong"] = Population(skewed, wrong(rate), cut)
    found["strata by units, over and under, 30%"] = Population(skewed, signed(0.3, 0.3, 0.6), "units")
    found["strata by units, under only, 20%"] = Population(skewed, signed(0.2, 1, 1), "units")
    found["strata by units, mildly skewed payments, 50% wrong"] = Population(_mild, wrong(0.5), "units")
    found["strata by dollars, skewed payments, 95% wrong"] = Population(skewed, wrong(0.95), "dollars")
    return found


def second() -> dict[str, Population]:
    """Return other populations, with heavier tails."""
    named = {
        "exponential payments": _waiting,
        "fee schedule": _fees,
        "two kinds of payments": _two_kinds,
        "heavy-tailed payments": _heavy,
        "triangular payments": _triangular,
        "lognormal payments": _lognormal(0.6),
    }
    found = {
        f"{name}, {rate:.0%} wrong": Population(pay, wrong(rate))
        for (name, pay), rate in product(named.items(), (0.05, 0.20, 0.45, 0.75))
    }
    found["two kinds of payments, 20% wrong, larger ones likelier"] = Population(_two_kinds, by_size(0.2))
    found["lognormal payments, 40% partly wrong"] = Population(_lognormal(0.6), partly(0.4, 1, 3))
    found["exponential payments, over and under, 40%"] = Population(_waiting, signed(0.4, 0.25, 1))
    found["triangular payments, over and under alike, 60%"] = Population(_triangular, signed(0.6, 0.5, 1))
    found["two kinds of payments, under only, 30%"] = Population(_two_kinds, signed(0.3, 1, 0.7))
    found["fee schedule, under only, 50%"] = Population(_fees, signed(0.5, 1, 0.4))
    for rate in (0.85, 0.95):
        found[f"nearly universal, equal payments, {rate:.0%}"] = Population(_equal, wrong(rate))
    found["nearly universal, exponential payments, 90%"] = Population(_waiting, wrong(0.9))
    found["nearly universal, triangular payments, 95%"] = Population(_triangular, wrong(0.95))
    found["frequent small over, 5% large under"] = Population(
        _triangular, rare_under(0.05, 900), is_rare=True
    )
    found["frequent small over, 5% large over"] = Population(
        with_large(0.05, 1_500), rare_over, is_rare=True, is_in_payments=True
    )
    for cut in ("units", "dollars"):
        found[f"strata by {cut}, two kinds, 20% wrong"] = Population(_two_kinds, wrong(0.2), cut)
        found[f"strata by {cut}, exponential payments, 45% wrong"] = Population(_waiting, wrong(0.45), cut)
    found["strata by units, lognormal payments, 75% wrong"] = Population(
        _lognormal(0.6), wrong(0.75), "units"
    )
    found["strata by units, two kinds, under only, 30%"] = Population(
        _two_kinds, signed(0.3, 1, 0.7), "units"
    )
    return found


def third() -> dict[str, Population]:
    """Return a third set: it showed that skewness alone says too much of heavy tails."""
    named = {
        "gamma payments": _gamma,
        "Pareto payments": _pareto,
        "three kinds of payments": _three_kinds,
        "wide even payments": _wide,
        "payments by diagnosis group": _groups,
        "wide lognormal payments": _lognormal(1.0),
    }
    found = {
        f"{name}, {rate:.0%} wrong": Population(pay, wrong(rate))
        for (name, pay), rate in product(named.items(), (0.04, 0.15, 0.35, 0.65))
    }
    wide = _lognormal(1.0)
    found["three kinds of payments, 15% wrong, smaller ones likelier"] = Population(
        _three_kinds, smaller_likelier(0.15)
    )
    found["fee levels, 30% one level too high"] = Population(_fees, one_level_too_high(0.3))
    found["payments by diagnosis group, 25% one group too high"] = Population(
        _groups, one_level_too_high(0.25)
    )
    found["gamma payments, 50% partly wrong"] = Population(_gamma, partly(0.5, 2, 5))
    found["wide lognormal payments, over and under, 25%"] = Population(wide, signed(0.25, 0.4, 0.8))
    found["wide even payments, over and under alike, 40%"] = Population(_wide, signed(0.4, 0.5, 1))
    found["gamma payments, under only, 15%"] = Population(_gamma, signed(0.15, 1, 1))
    found["payments by diagnosis group, under only, 40%"] = Population(_groups, signed(0.4, 1, 0.3))
    for rate in (0.88, 0.98):
        found[f"nearly universal, equal payments, {rate:.0%}"] = Population(_equal, wrong(rate))
    found["nearly universal, gamma payments, 92%"] = Population(_gamma, wrong(0.92))
    found["frequent small over, 2% large under"] = Population(
        _triangular, rare_under(0.02, 1_500), is_rare=True
    )
    found["frequent small over, 4% large over"] = Population(
        with_large(0.04, 2_500), rare_over, is_rare=True, is_in_payments=True
    )
    for cut in ("units", "dollars", "largest"):
        found[f"strata by {cut}, three kinds, 15% wrong"] = Population(_three_kinds, wrong(0.15), cut)
        found[f"strata by {cut}, gamma payments, 35% wrong"] = Population(_gamma, wrong(0.35), cut)
    found["strata by largest, wide lognormal payments, 15% wrong"] = Population(wide, wrong(0.15), "largest")
    found["strata by largest, three kinds, under only, 15%"] = Population(
        _three_kinds, signed(0.15, 1, 0.5), "largest"
    )
    found["strata by units, payments by diagnosis group, 65% wrong"] = Population(
        _groups, wrong(0.65), "units"
    )
    return found


# The fourth set is drawn by chance from these ranges, of the kinds of the third.
RANGES_OF_RATES: Final = ((0.03, 0.06), (0.10, 0.20), (0.25, 0.45), (0.50, 0.80))
LOGNORMAL_SPREADS, GAMMA_SHAPES, PARETO_TAILS, WEIBULL_SHAPES = (0.4, 1.2), (0.6, 4), (2.2, 3.2), (0.7, 1.4)
SHARES_OF_LARGE, TIMES_LARGER, SPREADS_OF_KINDS = (0.05, 0.30), (3, 8), (0.3, 0.6)
LOWEST_EVEN, HIGHEST_EVEN = (10, 80), (300, 1_000)


def _tailed(tail: float) -> Callable[[Generator], Amounts]:
    return lambda generator: np.minimum(50 * (1 - generator.random(UNIVERSE_COUNT)) ** (-1 / tail), 10_000.0)


def _gamma_of(shape: float) -> Callable[[Generator], Amounts]:
    return lambda generator: generator.gamma(shape, 250 / shape, UNIVERSE_COUNT) + 15


def _weibull(shape: float) -> Callable[[Generator], Amounts]:
    return lambda generator: generator.weibull(shape, UNIVERSE_COUNT) * 220 + 20


def _even_between(lowest: float, highest: float) -> Callable[[Generator], Amounts]:
    return lambda generator: generator.uniform(lowest, highest, UNIVERSE_COUNT)


def _mixed(share: float, times: float, spread: float) -> Callable[[Generator], Amounts]:
    def pay(generator: Generator) -> Amounts:
        is_large = generator.random(UNIVERSE_COUNT) < share
        return generator.lognormal(4.7, spread, UNIVERSE_COUNT) * np.where(is_large, times, 1.0)

    return pay


def fourth() -> dict[str, Population]:  # noqa: C901, PLR0915 - one list
    """Return populations of the kinds of the third set, their numbers drawn from stated ranges."""
    chance = np.random.default_rng(SEEDS["fourth"])

    def within(bounds: tuple[float, float]) -> float:
        return round(float(chance.uniform(*bounds)), 2)

    named: dict[str, Callable[[Generator], Amounts]] = {}
    spread = within(LOGNORMAL_SPREADS)
    named[f"lognormal payments of spread {spread}"] = _lognormal(spread)
    shape = within(GAMMA_SHAPES)
    named[f"gamma payments of shape {shape}"] = _gamma_of(shape)
    tail = within(PARETO_TAILS)
    named[f"Pareto payments of tail {tail}"] = _tailed(tail)
    shape = within(WEIBULL_SHAPES)
    named[f"Weibull payments of shape {shape}"] = _weibull(shape)
    lowest, highest = within(LOWEST_EVEN), within(HIGHEST_EVEN)
    named[f"payments between {lowest:.0f} and {highest:.0f}"] = _even_between(lowest, highest)
    share, times, spread = within(SHARES_OF_LARGE), within(TIMES_LARGER), within(SPREADS_OF_KINDS)
    named[f"a share of {share} paid {times:.1f} times more"] = _mixed(share, times, spread)
    found: dict[str, Population] = {}
    for (name, pay), bounds in product(named.items(), RANGES_OF_RATES):
        rate = within(bounds)
        found[f"{name}, {rate:.0%} wrong"] = Population(pay, wrong(rate))
    pays = list(named.items())

    def any_pay() -> tuple[str, Callable[[Generator], Amounts]]:
        return pays[int(chance.integers(len(pays)))]

    name, pay = any_pay()
    rate = within((0.1, 0.4))
    found[f"{name}, {rate:.0%} wrong, smaller ones likelier"] = Population(pay, smaller_likelier(rate))
    name, pay = any_pay()
    rate = within((0.1, 0.4))
    found[f"{name}, {rate:.0%} wrong, larger ones likelier still"] = Population(pay, by_size(rate))
    for schedule in ("fees", "groups"):
        rate = within((0.2, 0.5))
        found[f"payments by {schedule}, {rate:.0%} one level too high in the fourth set"] = Population(
            _fees if schedule == "fees" else _groups, one_level_too_high(rate)
        )
    for _ in range(2):
        name, pay = any_pay()
        rate, left, right = within((0.2, 0.6)), within((0.5, 3)), within((1, 5))
        found[f"{name}, {rate:.0%} partly wrong, beta {left} {right}"] = Population(
            pay, partly(rate, left, right)
        )
    for _ in range(2):
        name, pay = any_pay()
        rate, below, factor = within((0.2, 0.6)), within((0.2, 0.5)), within((0.5, 1))
        found[f"{name}, over and under, {rate:.0%}, {below:.0%} of them under"] = Population(
            pay, signed(rate, below, factor)
        )
    for _ in range(2):
        name, pay = any_pay()
        rate, factor = within((0.1, 0.5)), within((0.3, 1))
        found[f"{name}, under only, {rate:.0%}, {factor:.0%} of each"] = Population(
            pay, signed(rate, 1, factor)
        )
    rate = within((0.84, 0.99))
    found[f"nearly universal in the fourth set, equal payments, {rate:.0%}"] = Population(_equal, wrong(rate))
    name, pay = any_pay()
    rate = within((0.85, 0.98))
    found[f"nearly universal, {name}, {rate:.0%}"] = Population(pay, wrong(rate))
    rate, amount = within((0.02, 0.06)), within((800, 3_000))
    found[f"frequent small over, {rate:.0%} under by {amount:,.0f}"] = Population(
        _triangular, rare_under(rate, amount), is_rare=True
    )
    rate, amount = within((0.02, 0.06)), within((1_500, 5_000))
    found[f"frequent small over, {rate:.0%} over by {amount:,.0f}"] = Population(
        with_large(rate, amount), rare_over, is_rare=True, is_in_payments=True
    )
    for cut in ("units", "dollars", "largest"):
        for _ in range(2):
            name, pay = any_pay()
            rate = within((0.05, 0.7))
            found[f"strata by {cut}, {name}, {rate:.0%} wrong"] = Population(pay, wrong(rate), cut)
    for cut in ("units", "largest"):
        name, pay = any_pay()
        rate, factor = within((0.1, 0.4)), within((0.4, 1))
        found[f"strata by {cut}, {name}, under only, {rate:.0%}, {factor:.0%} of each"] = Population(
            pay, signed(rate, 1, factor), cut
        )
    return found


POPULATIONS: Final = {"first": first, "second": second, "third": third, "fourth": fourth}


def draws(unit_count: int, sample_count: int, runs: int, generator: Generator) -> NDArray[np.int64]:
    """Return simple random samples, as many from one shuffling as fit: each by itself is one."""
    per_shuffle = unit_count // sample_count
    found = [
        generator.permutation(unit_count)[: per_shuffle * sample_count].reshape(per_shuffle, sample_count)
        for _ in range(math.ceil(runs / per_shuffle))
    ]
    return np.concatenate(found)[:runs]


def sizes(universe: Universe, sample_count: int) -> list[int]:
    """Return the sampled units of each stratum: equal parts."""
    return [min(sample_count // len(universe.paid), len(paid)) for paid in universe.paid]


def errors_of_estimates(
    universe: Universe, sample_count: int, runs: int, generator: Generator
) -> tuple[Amounts, Amounts]:
    """Return by how much the totals of samples are too high, and their standard errors."""
    excess, variance = np.zeros(runs), np.zeros(runs)
    for errors, count in zip(universe.errors, sizes(universe, sample_count), strict=True):
        # Samples of a stratum are shuffled, so that those of several strata meet by chance.
        values = generator.permutation(errors[draws(len(errors), count, runs, generator)], axis=0)
        excess += len(errors) * (values.mean(axis=1) - errors.mean())
        variance += len(errors) * (len(errors) - count) / count * values.var(axis=1, ddof=1)
    return excess, np.sqrt(variance)


def own_forecasts(universe: Universe, sample_count: int) -> dict[tuple[Sides, float], float]:
    """Return how often each limit would hold by the forecast that cautions make, from the true errors."""
    second = third = 0.0
    parts = []
    for errors, count in _sampled(universe, sample_count):
        deviations = errors - errors.mean()
        variance = len(errors) ** 2 / count * float(deviations.var())
        second += variance
        third += len(errors) ** 3 / count**2 * float((deviations**3).mean())
        parts.append((variance * (1 - count / len(errors)), count))
    is_simple = len(universe.paid) == 1
    freedom = sample_count - 1.0 if is_simple else effective_freedom(parts)
    skewness = third / second**1.5 if second > 0 else 0.0
    return {
        (sides, level): limit_coverage(
            skewness,
            level=level,
            sides=sides,
            freedom=freedom,
            limit_freedom=freedom if is_simple else None,
        )
        for sides, level in ASKED
    }


def chance_to_show(universe: Universe, sample_count: int) -> float:
    """Return the share of samples with a unit of those few that make half of the estimate's skewness."""
    parts = _sampled(universe, sample_count)
    cubes = np.concatenate(
        [len(errors) ** 2 / count**2 * (errors - errors.mean()) ** 3 for errors, count in parts]
    )
    stratum = np.repeat(np.arange(len(parts)), [len(errors) for errors, _ in parts])
    towards = cubes if cubes.sum() >= 0 else -cubes
    order = np.argsort(-towards, kind="stable")
    needed = 1 + int(np.searchsorted(np.cumsum(towards[order]), towards.sum() / 2))
    deciding = np.bincount(stratum[order[:needed]], minlength=len(parts))
    missed = [
        float(hypergeom.pmf(0, len(errors), number, count))
        for (errors, count), number in zip(parts, deciding.tolist(), strict=True)
    ]
    return 1 - math.prod(missed)


def _sampled(universe: Universe, sample_count: int) -> list[tuple[Amounts, int]]:
    """Return the strata that are not reviewed whole, each with the number of its sampled units."""
    counted = zip(universe.errors, sizes(universe, sample_count), strict=True)
    return [(errors, count) for errors, count in counted if count < len(errors)]


def holding(
    excess: Amounts, standard_error: Amounts, sides: Sides, level: float, *, freedom: int | None
) -> NDArray[np.bool_]:
    """Return for each estimate if its limits hold."""
    probability = (1 + level) / 2 if sides == "two-sided" else level
    reach = norm.ppf(probability) if freedom is None else student.ppf(probability, freedom)
    room = reach * standard_error + 1e-6
    above, below = excess <= room, excess >= -room
    return np.asarray(above if sides == "lower" else below if sides == "upper" else above & below)


@dataclass(frozen=True)
class KeptForecast:
    """Of a forecast by payments what it says of the limits asked for; a forecast is too large to keep."""

    missed: dict[tuple[Sides, float], tuple[float, float]]

    def misses(self, level: float, sides: Sides, *, limit_freedom: float | None) -> tuple[float, float]:  # noqa: ARG002 - as a forecast
        return self.missed[sides, level]


@dataclass(frozen=True)
class Appraised:
    """One sample, appraised by the product: its estimate, the truth, and the forecast by payments."""

    estimate: Estimate
    truth: float
    by_payments: KeptForecast
    shows_rare: bool

    def holds(self, sides: Sides, level: float) -> bool:
        limits = self.estimate.interval(level, sides=sides)
        return limits.lower - 1e-6 <= self.truth <= limits.upper + 1e-6

    def is_warned(self, sides: Sides, level: float, known: str) -> bool:
        forecast = cast("PaymentForecast", self.by_payments) if known == KNOWN[0] else None
        return is_doubtful(cautions_about(self.estimate, [(sides, level)], forecast=forecast))

    def lacking(self, sides: Sides, level: float, known: str) -> float:
        """Return by how much a forecast calls the limits short; infinite where another caution fires."""
        if is_doubtful(cautions_for(self.estimate.cautions, [sides])):
            return math.inf
        forecast = cast("PaymentForecast", self.by_payments) if known == KNOWN[0] else None
        return sum(forecast_misses(self.estimate, sides, level, forecast=forecast)) - (1 - level)


def appraise(universe: Universe, sample_count: int, runs: int, generator: Generator) -> Iterator[Appraised]:
    """Yield samples of a universe, appraised."""
    classes = [SizeClasses.of(paid) for paid in universe.paid]
    counts = sizes(universe, sample_count)
    truth = math.fsum(float(errors.sum()) for errors in universe.errors)
    for _ in range(runs):
        chosen = [
            generator.choice(len(paid), count, replace=False)
            for paid, count in zip(universe.paid, counts, strict=True)
        ]
        paid = [part[rows] for part, rows in zip(universe.paid, chosen, strict=True)]
        values = [part[rows] for part, rows in zip(universe.errors, chosen, strict=True)]
        strata = [
            ValueStratum(part.tolist(), len(whole))
            for part, whole in zip(values, universe.errors, strict=True)
        ]
        if len(strata) == 1:
            estimate = appraise_values(strata[0].values, universe_count=strata[0].universe_count).total
        else:
            estimate = appraise_strata(strata).total
        forecast = payment_forecast(
            [
                PaidStratum(stratum.values, part.tolist(), sorted_by_size)
                for stratum, part, sorted_by_size in zip(strata, paid, classes, strict=True)
            ]
        )
        assert forecast is not None
        kept = KeptForecast(
            {
                (sides, level): forecast.misses(level, sides, limit_freedom=estimate.degrees_of_freedom)
                for sides, level in ASKED
            }
        )
        yield Appraised(estimate, truth, kept, any(bool((abs(part) > LARGE).any()) for part in values))


@dataclass(frozen=True)
class Tally:
    """Of the samples appraised of one population and size: warned, and right though not warned.

    Parameters
    ----------
    warned
        Share with a caution among samples that show what the population has.
    unwarned_count, unwarned_right
        Samples without one, and those of them in which the limit holds.
    """

    warned: float
    unwarned_count: int
    unwarned_right: int


@dataclass(frozen=True)
class GridCell:
    """One population, sample size and kind of limit; shares between 0 and 1.

    Parameters
    ----------
    coverage
        How often the limit is right.
    hidden
        Share of samples that show none of the few large errors.
    forecast
        How often it would be, by the forecast from the true errors.
    shown
        Share of samples with one of the units that make half of the skewness.
    is_rare_unpaid
        Whether a few large errors decide that payments do not show.
    tallies
        By what is known.
    """

    kind: str
    population: str
    sample_count: int
    sides: Sides
    level: float
    coverage: float
    hidden: float
    forecast: float
    shown: float
    is_rare_unpaid: bool
    tallies: dict[str, Tally]

    @property
    def is_nominal(self) -> bool:
        return self.coverage >= self.level - ROOM

    def can_be_shown(self, known: str) -> bool:
        """Return True if a short limit is one that the frame, or the sample alone, can show."""
        if self.forecast > self.level - ROOM:
            return False
        return self.shown >= OFTEN_SHOWN or (known == KNOWN[0] and not self.is_rare_unpaid)


@dataclass(frozen=True)
class Simulated:
    """Samples of one population and size: how often each limit holds, and some of them appraised."""

    kind: str
    name: str
    sample_count: int
    coverage: dict[tuple[Sides, float], float]
    forecast: dict[tuple[Sides, float], float]
    shown: float
    appraised: list[Appraised]


def simulate(kind: str, name: str, sample_count: int, *, universes: int = UNIVERSES) -> Simulated:
    population = POPULATIONS[kind]()[name]
    generator = np.random.default_rng([SEEDS[kind], sample_count, *name.encode()])
    coverage, forecast, shown = dict.fromkeys(ASKED, 0.0), dict.fromkeys(ASKED, 0.0), 0.0
    appraised: list[Appraised] = []
    for _ in range(universes):
        universe = population.universe(generator)
        excess, error = errors_of_estimates(universe, sample_count, COVERAGE_RUNS, generator)
        freedom = None if population.cut else sample_count - 1
        for sides, level in ASKED:
            found = holding(excess, error, sides, level, freedom=freedom)
            coverage[sides, level] += float(found.mean()) / universes
        for asked, share in own_forecasts(universe, sample_count).items():
            forecast[asked] += share / universes
        shown += chance_to_show(universe, sample_count) / universes
        appraised += appraise(universe, sample_count, WARNED_RUNS, generator)
    return Simulated(kind, name, sample_count, coverage, forecast, shown, appraised)


def cells(simulated: Simulated) -> list[GridCell]:
    """Return the cells of one population and sample size, one for each kind of limit."""
    population = POPULATIONS[simulated.kind]()[simulated.name]
    appraised = simulated.appraised
    hidden = sum(population.is_rare and not sample.shows_rare for sample in appraised) / len(appraised)
    return [
        GridCell(
            simulated.kind,
            simulated.name,
            simulated.sample_count,
            sides,
            level,
            simulated.coverage[sides, level],
            hidden,
            simulated.forecast[sides, level],
            simulated.shown,
            population.is_rare and not population.is_in_payments,
            {known: _tally(population, appraised, sides, level, known) for known in KNOWN},
        )
        for sides, level in ASKED
    ]


def _tally(
    population: Population, appraised: Sequence[Appraised], sides: Sides, level: float, known: str
) -> Tally:
    can_hide = population.is_rare and not (population.is_in_payments and known == KNOWN[0])
    shown = [sample for sample in appraised if sample.shows_rare or not can_hide]
    warned = [sample.is_warned(sides, level, known) for sample in shown]
    unwarned = [sample for sample, is_warned in zip(shown, warned, strict=True) if not is_warned]
    right = sum(sample.holds(sides, level) for sample in unwarned)
    return Tally(sum(warned) / max(1, len(warned)), len(unwarned), right)


def kept(folder: Path, kind: str, name: str, sample_count: int) -> Simulated:
    """Return what is simulated, from the folder if it is there."""
    path = folder / f"{hashlib.sha256(f'{kind} {name} {sample_count}'.encode()).hexdigest()[:16]}.pickle"
    if not path.exists():
        part = path.with_suffix(".part")
        part.write_bytes(pickle.dumps(simulate(kind, name, sample_count)))
        part.rename(path)
    found = pickle.loads(path.read_bytes())
    assert isinstance(found, Simulated)
    return found


def jobs() -> list[tuple[str, str, int]]:
    """Return what is simulated: all of the fourth set, and of the others what choosing was done on."""
    every = [
        (kind, name, sample_count)
        for kind in SETS
        for name, sample_count in product(POPULATIONS[kind](), SAMPLE_COUNTS)
    ]
    shuffled = every.copy()
    random.Random(SHUFFLED_BY).shuffle(shuffled)
    chosen_on = set(shuffled[:CHOSEN_ON])
    return [job for job in every if job[0] == "fourth" or job in chosen_on]


def main(folder: str) -> int:
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    with get_context("spawn").Pool(2) as pool:
        found = pool.starmap(kept, [(place, *job) for job in jobs()], chunksize=1)
    for line in table(found):
        sys.stdout.write(line + "\n")
    return 0


@dataclass(frozen=True)
class Totals:
    """Of a set of cells: shares warned where limits are nominal and short, and how unwarned limits do.

    Parameters
    ----------
    false_alarms, caught
        Mean shares of warned samples over nominal cells, and over short ones.
    short_count, shown_count
        Short cells, and those of them that frame or sample can show.
    caught_of_shown
        Mean share of warned samples over these.
    unwarned
        Share of samples without a caution.
    unwarned_coverage
        How often their limits hold.
    """

    false_alarms: float
    caught: float
    short_count: int
    shown_count: int
    caught_of_shown: float
    unwarned: float
    unwarned_coverage: float


def totals(found: Sequence[GridCell], known: str) -> Totals:
    nominal = [cell.tallies[known].warned for cell in found if cell.is_nominal]
    short = [cell for cell in found if not cell.is_nominal]
    shown = [cell for cell in short if cell.can_be_shown(known)]
    unwarned = sum(cell.tallies[known].unwarned_count for cell in found)
    right = sum(cell.tallies[known].unwarned_right for cell in found)
    return Totals(
        sum(nominal) / max(1, len(nominal)),
        sum(cell.tallies[known].warned for cell in short) / max(1, len(short)),
        len(short),
        len(shown),
        sum(cell.tallies[known].warned for cell in shown) / max(1, len(shown)),
        unwarned / max(1, len(found) * UNIVERSES * WARNED_RUNS),
        right / max(1, unwarned),
    )


TOTAL_HEADS: Final = (
    "populations",
    "known",
    "limits",
    "false alarms",
    "caught",
    "short",
    "can be shown",
    "caught of these",
    "not warned",
    "of these the limit holds",
)
TRADE_HEADS: Final = ("populations", "known", "limits", *(f"{100 * room:.1f}" for room in ROOMS))
HEADS: Final = ("population", "sample", "hidden", *(f"{sides} {100 * level:.0f}" for sides, level in ASKED))


def total_rows(found: Sequence[GridCell]) -> Iterator[list[str]]:
    for kind, known, (sides, level) in product(SETS, KNOWN, ASKED):
        chosen = [cell for cell in found if (cell.kind, cell.sides, cell.level) == (kind, sides, level)]
        shown = totals(chosen, known)
        yield [
            *(kind, known, f"{sides} {100 * level:.0f}"),
            *(f"{100 * shown.false_alarms:.1f}", f"{100 * shown.caught:.1f}"),
            *(str(shown.short_count), str(shown.shown_count), f"{100 * shown.caught_of_shown:.1f}"),
            *(f"{100 * shown.unwarned:.1f}", f"{100 * shown.unwarned_coverage:.1f}"),
        ]


def row_of(found: Sequence[GridCell]) -> list[str]:
    """Return the cells of one population and sample size as a row of the table."""
    first = found[0]
    return [
        first.population,
        str(first.sample_count),
        f"{100 * first.hidden:.0f}",
        *(
            " / ".join(
                [
                    f"{100 * cell.coverage:.1f}{'' if cell.is_nominal else ' short'}",
                    *(_warned(cell, known) for known in KNOWN),
                ]
            )
            for cell in found
        ),
    ]


def _warned(cell: GridCell, known: str) -> str:
    share = f"{100 * cell.tallies[known].warned:.0f}"
    return share if cell.is_nominal or cell.can_be_shown(known) else f"({share})"


def trade_off(found: Sequence[Simulated], sides: Sides, level: float, known: str) -> Iterator[str]:
    """Yield false alarms and caught, if a caution fired where a forecast lacks each of the rooms."""
    lacking: dict[bool, list[list[float]]] = {True: [], False: []}
    for simulated in found:
        population = POPULATIONS[simulated.kind]()[simulated.name]
        can_hide = population.is_rare and not (population.is_in_payments and known == KNOWN[0])
        samples = [
            sample.lacking(sides, level, known)
            for sample in simulated.appraised
            if sample.shows_rare or not can_hide
        ]
        if samples:
            lacking[simulated.coverage[sides, level] >= level - ROOM].append(samples)
    for room in ROOMS:
        alarms, caught = (
            100 * np.mean([np.mean([lack >= room for lack in samples]) for samples in lacking[is_nominal]])
            for is_nominal in (True, False)
        )
        yield f"{alarms:.1f} / {caught:.1f}"


def trade_off_rows(found: Sequence[Simulated]) -> Iterator[list[str]]:
    for (name, kinds), known, level in product(
        {"first three": SETS[:3], "fourth": SETS[3:]}.items(), KNOWN, (0.90, 0.95)
    ):
        chosen = [simulated for simulated in found if simulated.kind in kinds]
        yield [name, known, f"two-sided {100 * level:.0f}", *trade_off(chosen, "two-sided", level, known)]


def table(simulated: Sequence[Simulated]) -> Iterator[str]:
    """Yield the lines of the committed file."""
    found = [cell for one in simulated for cell in cells(one)]
    yield from INTRODUCTION.splitlines()
    yield from ("", "| " + " | ".join(TOTAL_HEADS) + " |", "|---" * len(TOTAL_HEADS) + "|")
    for row in total_rows(found):
        yield "| " + " | ".join(row) + " |"
    yield from ("", "## If a caution fired where a forecast lacks so many points", "")
    yield from ("| " + " | ".join(TRADE_HEADS) + " |", "|---" * len(TRADE_HEADS) + "|")
    for row in trade_off_rows(simulated):
        yield "| " + " | ".join(row) + " |"
    for kind in SETS:
        yield from ("", f"## {kind.capitalize()} populations", "")
        yield from ("| " + " | ".join(HEADS) + " |", "|---" * len(HEADS) + "|")
        chosen = [cell for cell in found if cell.kind == kind]
        for start in range(0, len(chosen), len(ASKED)):
            yield "| " + " | ".join(row_of(chosen[start : start + len(ASKED)])) + " |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
