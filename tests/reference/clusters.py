"""Simulate rates of clustered codes: how often their intervals cover, how often coders falsely differ.

    python -m tests.reference.clusters > tests/reference/clusters.md

Seeded: the same table on every machine with the same numpy.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditlib.stats.comparison.clustered_shares import compare_pairs
from auditlib.stats.intervals.clustered_share import ClusterSums, cluster_sums, clustered_interval
from auditlib.stats.intervals.proportion import wilson_interval

RUNS, SEED, ALARM_RUNS = 2_000, 20_260_301, 1_000
CODES_PER_CHART = 12
CORRELATIONS = (0.0, 0.1, 0.2, 0.35)
RATES = (0.80, 0.95, 0.98)
CHART_COUNTS = (5, 10, 30, 100)
SIZES = ("equal", "unequal")
# Charts of each coder, where none differs from another.
TEAMS = {"2 coders of 30": (30, 30), "5 coders of 30": (30,) * 5, "10 coders of 10": (10,) * 10,
         "5 to 60 charts": (5, 5, 10, 30, 60)}  # fmt: skip
NOMINAL, STATED_ALARM = 0.95, 0.05
# No cell may cover less, beyond what chance explains.
LEAST = 0.92
HEADS = ("codes a chart", "charts", "right", "correlation", "Wilson of codes", "by chart", "width",
         "by chart", "Jaccard: percentile bootstrap", "Jaccard: by chart")  # fmt: skip
ALARM_HEADS = ("coders", "codes a chart", "right", "correlation", "a false difference")

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Setting:
    """Charts whose codes are right with one rate, and right or wrong together."""

    sizes: str
    chart_count: int
    rate: float
    correlation: float


def drawn(setting: Setting, runs: int, generator: np.random.Generator) -> tuple[Counts, Counts, Counts]:
    """Return codes right, the reviewer's codes and the codes in either list, for each chart of each run."""
    shape = (runs, setting.chart_count)
    codes = (
        np.full(shape, CODES_PER_CHART)
        if setting.sizes == "equal"
        else generator.geometric(1 / CODES_PER_CHART, shape)
    )
    if setting.correlation:
        weight = 1 / setting.correlation - 1
        chance = generator.beta(setting.rate * weight, (1 - setting.rate) * weight, shape)
    else:
        chance = np.full(shape, setting.rate)
    right = generator.binomial(codes, chance)
    # Of the codes that are not right, each was changed: it is in both lists.
    return right, codes, codes + (codes - right)


@dataclass(frozen=True)
class ClusterCell:
    """What one setting gave, as shares of the runs."""

    setting: Setting
    wilson: float
    by_chart: float
    wilson_width: float
    by_chart_width: float
    bootstrap_jaccard: float
    by_chart_jaccard: float
    runs: int


def simulate(setting: Setting, *, runs: int = RUNS, seed: int = SEED) -> ClusterCell:
    """Return the coverage of one setting."""
    generator = np.random.default_rng([seed, *_numbers(setting)])
    right, codes, union = drawn(setting, runs, generator)
    truth, jaccard = setting.rate, setting.rate / (2 - setting.rate)
    covered = np.zeros(4)
    width = np.zeros(2)
    for row in range(runs):
        one = (right[row].tolist(), codes[row].tolist(), union[row].tolist())
        plain = wilson_interval(sum(one[0]), sum(one[1]))
        clustered = clustered_interval(cluster_sums(one[0], one[1]))
        sets = clustered_interval(cluster_sums(one[0], one[2]))
        picked = generator.integers(setting.chart_count, size=(199, setting.chart_count))
        resampled = right[row][picked].sum(axis=1) / union[row][picked].sum(axis=1)
        low, high = np.quantile(resampled, [0.025, 0.975])
        covered += [truth in plain, truth in clustered, low <= jaccard <= high, jaccard in sets]
        width += [plain.upper - plain.lower, clustered.upper - clustered.lower]
    shares, widths = covered / runs, width / runs
    return ClusterCell(setting, shares[0], shares[1], widths[0], widths[1], shares[2], shares[3], runs)


def _numbers(setting: Setting) -> list[int]:
    return [
        SIZES.index(setting.sizes),
        setting.chart_count,
        round(1_000 * setting.rate),
        round(1_000 * setting.correlation),
    ]


def settings() -> list[Setting]:
    """Return every setting of the table, in its order."""
    return [
        Setting(sizes, count, rate, correlation)
        for sizes in SIZES
        for count in CHART_COUNTS
        for rate in RATES
        for correlation in CORRELATIONS
    ]


def false_alarms(
    team: str, sizes: str, rate: float, correlation: float, *, runs: int = ALARM_RUNS, seed: int = SEED
) -> float:
    """Return the share of audits that show any difference between coders who are all alike."""
    charts = TEAMS[team]
    setting = Setting(sizes, sum(charts), rate, correlation)
    generator = np.random.default_rng([seed, list(TEAMS).index(team), *_numbers(setting)])
    right, codes, _ = drawn(setting, runs, generator)
    ends = np.cumsum(charts)
    alarms = 0
    for row in range(runs):
        groups: dict[str, ClusterSums] = {
            f"C{coder:02}": cluster_sums(
                right[row, end - count : end].tolist(), codes[row, end - count : end].tolist()
            )
            for coder, (count, end) in enumerate(zip(charts, ends.tolist(), strict=True))
        }
        alarms += any(pair.is_different for pair in compare_pairs(groups))
    return alarms / runs


def row_of(cell: ClusterCell) -> list[str]:
    """Return a cell as a row of the table, shares in percent."""
    setting = cell.setting
    return [
        f"{CODES_PER_CHART}" if setting.sizes == "equal" else f"1 and more, {CODES_PER_CHART} on average",
        str(setting.chart_count),
        f"{100 * setting.rate:.0f}",
        f"{setting.correlation:g}",
        *(
            f"{100 * share:.1f}"
            for share in (
                cell.wilson,
                cell.by_chart,
                cell.wilson_width,
                cell.by_chart_width,
                cell.bootstrap_jaccard,
                cell.by_chart_jaccard,
            )
        ),
    ]


INTRODUCTION = f"""# Rates of codes that come in charts

Made by `python -m tests.reference.clusters`, seed {SEED}; shares are in percent.

## How often intervals of 95 % cover

{RUNS:,} samples a row. The codes of a chart are right or wrong together with the correlation stated
(beta-binomial). *Wilson of codes* takes all codes as independent. *By chart* is the interval of this project.
Jaccard is that of a coder whose wrong codes were each changed; beside it the percentile bootstrap over
charts, which fails where charts or errors are few.
"""
ALARMS = f"""
## How often coders falsely differ

{ALARM_RUNS:,} audits a row, in which every coder is right equally often. The stated chance that any
difference is shown is {STATED_ALARM:.0%}.
"""


def _heading(heads: tuple[str, ...]) -> str:
    return "\n| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|\n"


def main() -> int:
    """Print the table."""
    write = sys.stdout.write
    write(INTRODUCTION + _heading(HEADS))
    for setting in settings():
        write("| " + " | ".join(row_of(simulate(setting))) + " |\n")
        sys.stdout.flush()
    write(ALARMS + _heading(ALARM_HEADS))
    for team in TEAMS:
        for sizes in SIZES:
            for rate in (0.80, 0.95):
                for correlation in CORRELATIONS:
                    share = false_alarms(team, sizes, rate, correlation)
                    row = (team, sizes, f"{100 * rate:.0f}", f"{correlation:g}", f"{100 * share:.1f}")
                    write("| " + " | ".join(row) + " |\n")
                    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
