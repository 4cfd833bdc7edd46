"""How often limits of a net total cover, and how near they come, where large under- or overpayments are rare.

    python -m tests.reference.net_bounds > tests/reference/net_bounds.md

Seeded: the same table on every machine with the same numpy. One process, some minutes; `--from NAME` goes on
with the rows from that population.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as student

from auditlib.errors import UsageError
from auditlib.stats.intervals.bounds import empirical_likelihood_interval
from auditlib.stats.intervals.hypergeometric import hypergeometric_limits
from auditlib.stats.intervals.net_total import NetStratum, net_sample_size
from tests.reference.coverage_cells import clear_of

RUNS, SLOW_RUNS, SEED, UNIVERSE_COUNT = 1_000, 200, 20_260_701, 3_000
SAMPLE_COUNTS: Final = (30, 100, 200, 400)
DRAWS: Final = 1_999
TAILS: Final = (0.10, 0.05, 0.025)
RANK_GAPS, STUDENT, TWO_PARTS = "rank gaps", "Student's t (z for strata)", "two parts"
BETTING, LIKELIHOOD = "betting", "empirical likelihood"
HEADS = (
    "population", "sample", "method", "lower 90", "lower 95", "upper 90", "upper 95", "two-sided 90",
    "two-sided 95", "room below", "room above",
)  # fmt: skip

Amounts = NDArray[np.float64]

INTRODUCTION: Final = f"""# Limits of a net total

Made by `python -m tests.reference.net_bounds`, seed {SEED}: {RUNS:,} samples a row from universes of
{UNIVERSE_COUNT:,} units ({SLOW_RUNS} for betting, {SLOW_RUNS // 2} for two parts and empirical likelihood).
Shares are in percent.

*Covers* columns: samples whose limit was true, by side and level. *Room*: the median distance of the 90 %
limit of that side from the truth, in percent of what the universe was paid; less is better among methods
that hold. A dash: the method has no limit on that side.

| method | what it is |
|---|---|
| {RANK_GAPS} | `auditlib.stats.intervals.net_total`: offered by `--method net` and `--largest-underpayment` |
| {STUDENT} | what RAT-STATS prints |
| {TWO_PARTS} | minimum sum, less the exact upper count of underpaid units at the largest underpayment |
| {BETTING} | bets on the units above the worst case; proved for any population, too wide to offer |
| {LIKELIHOOD} | Owen's, with the finite correction; samples of up to 100 here |

Rank gaps hold in every row, and are nearer than the other methods that do; a test also tries arbitrary
small universes, most of whose units are reviewed. Student's limits, empirical
likelihood and any method that knows the sample only fail where what is rare was not drawn. What
the rank gaps cost is the price of what was not seen: with no underpayment in n units, one in n may still
have the largest one. Where that is too wide to be of use, the last table says how many units it takes;
`auditlib sample size net` answers it for a probe.
"""


@dataclass(frozen=True)
class Stratum:
    """Errors and payments of a stratum, and the most by which a unit of it can be underpaid."""

    errors: Amounts
    paid: Amounts
    underpaid_at_most: float | Amounts = 0.0


@dataclass(frozen=True)
class NetCell:
    """One method on one population; shares between 0 and 1, None where the method has no such limit."""

    population: str
    sample_count: int
    method: str
    lower: tuple[float, ...] | None
    upper: tuple[float, ...] | None
    two_sided: tuple[float, ...] | None
    room_below: float | None
    room_above: float | None
    runs: int


def populations(seed: int = SEED) -> dict[str, tuple[Stratum, ...]]:
    """Return the populations of the table, by stratum."""
    generator = np.random.default_rng(seed)
    count = UNIVERSE_COUNT
    even = generator.uniform(50, 400, count).round(2)
    skewed = generator.lognormal(5, 0.8, count).round(2)
    equal = np.full(count, 100.0)
    found: dict[str, tuple[Stratum, ...]] = {}
    for rate in (0.05, 0.30):
        found[f"overpayments only, {rate:.0%}"] = (Stratum(clear_of(skewed, rate, generator), skewed),)
    signs = np.where(generator.random(count) < 0.3, -0.5, 1.0)
    mixed = (clear_of(even, 0.40, generator) * signs).round(2)
    found["over and under, 40%"] = (Stratum(mixed, even, 200.0),)
    found["over and under, 40%, worst stated tenfold"] = (Stratum(mixed, even, 2_000.0),)
    signs = np.where(generator.random(count) < 0.3, -1.0, 1.0)
    double = (clear_of(skewed, 0.40, generator) * signs).round(2)
    found["over and under, worst by unit"] = (Stratum(double, skewed, 2 * skewed),)
    for rate in (0.005, 0.01, 0.02, 0.05):
        errors = clear_of(even, 0.40, generator)
        errors[_rare(rate, count, generator)] = -2_500.0
        found[f"frequent over, {rate:.1%} large under"] = (Stratum(errors, even, 2_500.0),)
    errors = np.full(count, 50.0)
    errors[_rare(0.01, count, generator)] = -2_500.0
    found["all over alike, 1% large under"] = (Stratum(errors, equal, 2_500.0),)
    heavy = clear_of(even, 0.50, generator)
    under = _rare(0.10, count, generator)
    heavy[under] = -generator.lognormal(5, 1.2, len(under)).round(2).clip(max=4_000)
    found["frequent over, 10% skewed under"] = (Stratum(heavy, even, 4_000.0),)
    for rate in (0.005, 0.02):
        paid, errors = even.copy(), clear_of(even, 0.20, generator)
        rare = _rare(rate, count, generator)
        paid[rare] = errors[rare] = 4_000.0
        found[f"frequent over, {rate:.1%} large over"] = (Stratum(errors, paid),)
    found["nearly universal, equal payments, 97%"] = (Stratum(clear_of(equal, 0.97, generator), equal),)
    found["nearly universal, skewed payments, 95%"] = (Stratum(clear_of(skewed, 0.95, generator), skewed),)
    # Equal payments in the order they were made, on every processor.
    order = np.argsort(skewed, kind="stable")
    by_size = np.array_split(skewed[order], 3)
    wrong = np.array_split(clear_of(skewed, 0.30, generator)[order], 3)
    found["three strata, overpayments only, 30%"] = tuple(
        Stratum(part, paid) for part, paid in zip(wrong, by_size, strict=True)
    )
    wrong = np.array_split(clear_of(skewed, 0.40, generator)[order], 3)
    for part in wrong:
        part[_rare(0.02, len(part), generator)] = -1_500.0
    found["three strata, 2% large under"] = tuple(
        Stratum(part, paid, 1_500.0) for part, paid in zip(wrong, by_size, strict=True)
    )
    return found


def _rare(rate: float, count: int, generator: np.random.Generator) -> NDArray[np.int64]:
    return generator.permutation(count)[: round(rate * count)]


def random_strata(generator: np.random.Generator) -> tuple[tuple[Stratum, ...], list[int]]:
    """Return one to four small strata of an arbitrary kind, and how many units of each to review."""
    found, counts = [], []
    for _ in range(generator.integers(1, 5)):
        size = int(generator.integers(4, 120))
        paid = generator.lognormal(4, 1.5 * generator.random(), size).round(2)
        worst = float(generator.choice([0, 10, 100, 1_000, 5_000]))
        is_rare, part = generator.random(size) < 0.2 * generator.random(), generator.random(size)
        errors = (
            np.where(generator.random(size) < generator.random(), paid, 0.0),
            np.where(is_rare, -worst, paid * part),
            np.where(generator.random(size) < generator.random(), -worst * part, paid * part),
            np.where(np.arange(size) < generator.integers(1, 4), -worst, float(paid.min())),
        )[generator.integers(4)]
        found.append(Stratum(errors.clip(-worst, paid), paid, worst))
        counts.append(int(generator.integers(1, max(2, min(size, 40)))))
    return tuple(found), counts


Limits = tuple[Amounts, Amounts]
"""Lower and upper limits, an array of tails by samples each; NaN where a method has none."""


def draws_of(
    name: str, strata: Sequence[Stratum], sample_count: int, runs: int, seed: int
) -> list[NDArray[np.int64]]:
    """Return the places of the sampled units of each stratum, samples by units, in equal parts."""
    generator = np.random.default_rng([seed, sample_count, *name.encode()])
    each = sample_count // len(strata)
    return [
        np.stack([generator.choice(len(part.errors), each, replace=False) for _ in range(runs)])
        for part in strata
    ]


def rank_gaps(strata: Sequence[Stratum], chosen: Sequence[NDArray[np.int64]]) -> Limits:
    """Return the limits of `net_total_limits`, many samples at once on the same simulated gaps."""
    lower = upper = np.zeros(())
    generator = np.random.default_rng(1)
    for part, places in zip(strata, chosen, strict=True):
        count = places.shape[1]
        rest = len(part.errors) - count
        gaps = generator.multinomial(rest, generator.dirichlet(np.ones(count + 1), size=DRAWS))
        sampled = np.sort(part.errors[places], axis=1)
        found = sampled.sum(axis=1, keepdims=True)
        under = np.broadcast_to(part.underpaid_at_most, part.errors.shape)
        lower = lower + found + sampled @ gaps[:, 1:].T - _worst_sums(under, places, gaps[:, 0])
        upper = upper + found + sampled @ gaps[:, :-1].T + _worst_sums(part.paid, places, gaps[:, -1])
    ends = []
    for totals, sign in ((lower, 1), (-upper, -1)):
        ordered = np.sort(totals, axis=1)
        ends.append(sign * np.stack([ordered[:, max(1, int(tail * (DRAWS + 1))) - 1] for tail in TAILS]))
    return ends[0], ends[1]


def _worst_sums(amounts: Amounts, places: NDArray[np.int64], counts: NDArray[np.int64]) -> Amounts:
    if float(amounts.min()) == float(amounts.max()):
        return np.asarray(counts * float(amounts[0]))[None, :]
    is_left = np.ones((len(places), len(amounts)), dtype=bool)
    np.put_along_axis(is_left, places, values=False, axis=1)
    left = np.broadcast_to(amounts, is_left.shape)[is_left].reshape(len(places), -1)
    sums = np.cumsum(-np.sort(-left, axis=1), axis=1)
    return np.concatenate([np.zeros((len(places), 1)), sums], axis=1)[:, counts]


def textbook(strata: Sequence[Stratum], chosen: Sequence[NDArray[np.int64]]) -> Limits:
    """Return what RAT-STATS prints: Student's t for one sample, z for strata."""
    total, variance = np.zeros(()), np.zeros(())
    for part, places in zip(strata, chosen, strict=True):
        sampled, size, count = part.errors[places], len(part.errors), places.shape[1]
        total = total + size * sampled.mean(axis=1)
        variance = variance + size * (size - count) * sampled.var(axis=1, ddof=1) / count
    factors = [
        float(student.ppf(1 - tail, chosen[0].shape[1] - 1) if len(strata) == 1 else norm.ppf(1 - tail))
        for tail in TAILS
    ]
    reach = np.stack([factor * np.sqrt(variance) for factor in factors])
    return total - reach, total + reach


def two_parts(strata: Sequence[Stratum], chosen: Sequence[NDArray[np.int64]]) -> Limits | None:
    """Return the minimum sum less the most underpaid units at the largest amount, half the tail each."""
    if len(strata) > 1 or not isinstance(strata[0].underpaid_at_most, float):
        return None
    part, worst = strata[0], float(strata[0].underpaid_at_most)
    size, count = len(part.errors), chosen[0].shape[1]

    @lru_cache
    def items(found: int, tail: Fraction) -> tuple[int, int]:
        return hypergeometric_limits(found, count, size, tail=tail)

    lower = np.empty((len(TAILS), len(chosen[0])))
    for run, places in enumerate(chosen[0]):
        sampled = part.errors[places]
        altogether = int(np.sum((sampled > 0) & (sampled >= part.paid[places])))
        under = int(np.sum(sampled < 0))
        smallest = np.cumsum(np.concatenate(([0.0], np.sort(np.delete(part.paid, places)))))
        for position, tail in enumerate(TAILS):
            half = Fraction(str(tail)) / 2
            fewest, most = items(altogether, half)[0], items(under, half)[1]
            hidden = smallest[fewest - altogether] - (most - under) * worst
            lower[position, run] = sampled.sum() + hidden
    return lower, np.full(lower.shape, np.nan)


_STAKES: Final = tuple(np.geomspace(0.003, 0.999, 12))


def betting(strata: Sequence[Stratum], chosen: Sequence[NDArray[np.int64]]) -> Limits | None:
    """Return lower limits by a mixture of bets on each unit above the worst case.

    The product over units of 1 + f (x / m - 1), x above 0 with mean m or less, has at most mean 1: sampled
    units without replacement are negatively associated (Joag-Dev and Proschan 1983).
    """
    if len(strata) > 1 or not isinstance(strata[0].underpaid_at_most, float):
        return None
    part, worst = strata[0], float(strata[0].underpaid_at_most)
    above = part.errors[chosen[0]] + worst
    stakes = np.asarray(_STAKES)[None, :, None]

    def wealth(means: Amounts) -> Amounts:
        logs = np.log1p(stakes * (above / means[:, None] - 1)[:, None, :]).sum(axis=2)
        most = logs.max(axis=1)
        return np.asarray(most + np.log(np.exp(logs - most[:, None]).mean(axis=1)))

    lower = []
    for tail in TAILS:
        low, high = np.full(len(above), 1e-9), above.mean(axis=1).clip(min=1e-6)
        for _ in range(25):
            middle = (low + high) / 2
            is_out = wealth(middle) >= math.log(1 / tail)
            low, high = np.where(is_out, middle, low), np.where(is_out, high, middle)
        lower.append(len(part.errors) * (low - worst))
    return np.asarray(lower), np.full((len(TAILS), len(above)), np.nan)


# Larger samples take minutes; `tests/reference/coverage.md` has them.
_MOST_RESAMPLED: Final = 100


def likelihood(strata: Sequence[Stratum], chosen: Sequence[NDArray[np.int64]]) -> Limits | None:
    """Return the limits of empirical likelihood; a sample that it refuses has no limit that is true."""
    if len(strata) > 1 or chosen[0].shape[1] > _MOST_RESAMPLED:
        return None
    part = strata[0]
    lower = np.full((len(TAILS), len(chosen[0])), math.inf)
    upper = -lower
    for run, places in enumerate(chosen[0]):
        for position, tail in enumerate(TAILS):
            try:
                found = empirical_likelihood_interval(
                    part.errors[places].tolist(), universe_count=len(part.errors), confidence=1 - 2 * tail
                )
            except UsageError:
                continue
            lower[position, run], upper[position, run] = found.lower, found.upper
    return lower, upper


METHODS: Final[dict[str, tuple[Callable[..., Limits | None], int]]] = {
    RANK_GAPS: (rank_gaps, RUNS),
    STUDENT: (textbook, RUNS),
    LIKELIHOOD: (likelihood, SLOW_RUNS // 2),
    BETTING: (betting, SLOW_RUNS),
    TWO_PARTS: (two_parts, SLOW_RUNS // 2),
}


def cells(
    name: str,
    strata: Sequence[Stratum],
    sample_count: int,
    *,
    methods: Sequence[str] = tuple(METHODS),
    seed: int = SEED,
) -> Iterator[NetCell]:
    """Yield one cell for each method that has limits for such a sample."""
    drawn = draws_of(name, strata, sample_count, RUNS, seed)
    truth = math.fsum(float(part.errors.sum()) for part in strata)
    paid = math.fsum(float(part.paid.sum()) for part in strata)
    for method in methods:
        limits_of, runs = METHODS[method]
        limits = limits_of(strata, [places[:runs] for places in drawn])
        if limits is not None:
            yield _cell(name, sample_count, method, limits, truth, paid)


def _cell(name: str, count: int, method: str, limits: Limits, truth: float, paid: float) -> NetCell:
    lower, upper = limits
    slack = 1e-6 * max(1.0, abs(truth))
    is_below, is_above = lower <= truth + slack, upper >= truth - slack
    has_upper = not np.isnan(upper).any()

    def shares(holds: NDArray[np.bool_]) -> tuple[float, ...]:
        return tuple(float(share) for share in holds.mean(axis=1))

    both = is_below & is_above
    return NetCell(
        name,
        count,
        method,
        shares(is_below)[:2],
        shares(is_above)[:2] if has_upper else None,
        shares(both)[1:] if has_upper else None,
        float(np.median(truth - lower[0])) / paid,
        float(np.median(upper[0] - truth)) / paid if has_upper else None,
        lower.shape[1],
    )


def row_of(cell: NetCell) -> list[str]:
    def pair(shares: tuple[float, ...] | None) -> list[str]:
        return ["-", "-"] if shares is None else [f"{100 * share:.1f}" for share in shares]

    def room(share: float | None) -> str:
        return "-" if share is None or not math.isfinite(share) else f"{100 * share:.1f}"

    return [
        *(cell.population, str(cell.sample_count), cell.method),
        *(*pair(cell.lower), *pair(cell.upper), *pair(cell.two_sided)),
        *(room(cell.room_below), room(cell.room_above)),
    ]


SIZE_HEADS = ("population", "net total", "lower 90 above 0 from", "within half of the total from")


def size_rows() -> Iterator[list[str]]:
    """Yield how many units make the lower limit useful, for the populations with a net overpayment."""
    for name, strata in populations().items():
        truth = math.fsum(float(part.errors.sum()) for part in strata)
        paid = math.fsum(float(part.paid.sum()) for part in strata)
        sizes = [useful_size(strata, precision) for precision in (1.0, 0.5)]
        texts = ["none" if size is None else f"{size:,}" for size in sizes]
        yield [name, f"{100 * truth / paid:.1f} %", *texts]


def useful_size(strata: Sequence[Stratum], precision: float) -> int | None:
    """Return the size by `net_sample_size` for whoever knew the whole population."""
    # To the nearest ten dollars: fewer values to simulate.
    known = [
        NetStratum(
            part.errors.round(-1).tolist(), len(part.errors), math.ceil(np.max(part.underpaid_at_most))
        )
        for part in strata
    ]
    return net_sample_size(known, precision=precision, confidence=0.90)


def main(words: Sequence[str]) -> int:
    """Print the table, or its rows from a population on."""
    write = sys.stdout.write
    first = words[1] if len(words) > 1 else None
    if first is None:
        write(INTRODUCTION)
        write("\n| " + " | ".join(HEADS) + " |\n" + "|---" * len(HEADS) + "|\n")
    for name, strata in populations().items():
        if first not in {None, name}:
            continue
        first = None
        for count in SAMPLE_COUNTS:
            for cell in cells(name, strata, count):
                write("| " + " | ".join(row_of(cell)) + " |\n")
            sys.stdout.flush()
    write("\n## How many units it takes\n\nBy `net_sample_size`, for whoever knew the whole population.\n")
    write("\n| " + " | ".join(SIZE_HEADS) + " |\n" + "|---" * len(SIZE_HEADS) + "|\n")
    for row in size_rows():
        write("| " + " | ".join(row) + " |\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
