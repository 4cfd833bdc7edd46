"""How often a history without any change or difference raises an alarm.

Ten coders, twelve months; codes of a chart are right or wrong together (beta-binomial). Every history is made
from its number alone, so that the table can be made in pieces: ``--first`` and ``--count`` print tallies,
``--table`` sums the tallies of files into the page.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from auditlib.measures.accuracy_trend import changes, month_chart
from auditlib.measures.compared_with_rest import compare_with_rest

PAGE: Final = Path(__file__).with_suffix(".md")
CODERS, MONTHS, MOST_CODES = 10, 12, 8
AS_OF: Final = dt.date(2027, 1, 15)
CHANGE, REST, OUTSIDE, RUNS, CODER_OUTSIDE, CODER_RUNS = (
    "a change is shown for any coder",
    "any coder is shown to differ from the rest",
    "all charts: a month outside the limits",
    "all charts: a run or crossings by Anhoej's rules",
    "one coder's charts: a month outside the limits",
    "one coder's charts: a run or crossings by Anhoej's rules",
)
ALARMS: Final = (CHANGE, REST, OUTSIDE, RUNS, CODER_OUTSIDE, CODER_RUNS)
STATED: Final = {CHANGE: 0.05, REST: 0.05}


@dataclass(frozen=True)
class Cell:
    """One kind of history."""

    charts_a_month: int
    accuracy: float
    correlation: float

    @property
    def label(self) -> str:
        charts = f"{self.charts_a_month} charts a coder and month"
        return f"{charts}, {self.accuracy:.0%} right, correlation {self.correlation}"


CELLS: Final = (Cell(3, 0.95, 0.2), Cell(3, 0.85, 0.4), Cell(10, 0.95, 0.2))


def history(cell: Cell, number: int) -> pl.DataFrame:
    """Return the charts of one history in which nothing changes and nobody differs."""
    source = np.random.default_rng([2026, CELLS.index(cell), number])
    chart_count = CODERS * MONTHS * cell.charts_a_month
    totals = source.integers(1, MOST_CODES + 1, chart_count)
    strength = (1 - cell.correlation) / cell.correlation
    shares = source.beta(cell.accuracy * strength, (1 - cell.accuracy) * strength, chart_count)
    right = source.binomial(totals, shares)
    place = np.arange(chart_count)
    month = place // cell.charts_a_month % MONTHS
    return pl.DataFrame(
        {
            "encounter_id": [f"E{one:05}" for one in place],
            "coder_id": [f"C{one:02}" for one in place // (MONTHS * cell.charts_a_month)],
            "month": [dt.date(2026, int(one) + 1, 1) for one in month],
            "right_count": right,
            "reviewer_code_count": totals,
        }
    )


def alarms(counts: pl.DataFrame) -> dict[str, bool]:
    """Return which alarms a history raises."""
    whole = month_chart(counts, as_of=AS_OF)
    one = month_chart(counts.filter(coder_id="C00"), as_of=AS_OF)
    return {
        CHANGE: bool(changes(counts)["is_change"].any()),
        REST: bool(compare_with_rest(counts).rows["is_different"].any()),
        OUTSIDE: bool(whole.months["is_outside"].any()),
        RUNS: whole.runs is not None and whole.runs.is_signal,
        CODER_OUTSIDE: bool(one.months["is_outside"].any()),
        CODER_RUNS: one.runs is not None and one.runs.is_signal,
    }


def tally(cell: Cell, numbers: Iterable[int]) -> Counter[str]:
    """Return how many histories raise each alarm, and how many there were."""
    counts: Counter[str] = Counter()
    for number in numbers:
        counts["histories"] += 1
        counts.update(name for name, raised in alarms(history(cell, number)).items() if raised)
    return counts


def table(tallies: Sequence[Counter[str]]) -> str:
    """Return the page."""
    lines = [
        "# False alarms of accuracy over time",
        "",
        "Histories of ten coders over twelve months in which nothing changes and nobody differs; 1 to 8",
        "codes a chart, right or wrong together. Share of histories that raise an alarm, and two standard",
        "errors of the simulation. Stated: at most 5 % for a change and for a difference from the rest, all",
        "coders of an answer together. Limits and runs of a control chart are for looking: how often they",
        "give a false alarm in a year of months is what this table says.",
        "",
        "    python -m tests.reference.accuracy_trend --first 0 --count 1000 > tally.json",
        "    python -m tests.reference.accuracy_trend --table tally.json",
        "",
        f"| alarm | {' | '.join(cell.label for cell in CELLS)} |",
        f"| --- | {' | '.join('---' for _ in CELLS)} |",
    ]
    lines += [
        f"| {name} | {' | '.join(_share(one[name], one['histories']) for one in tallies)} |"
        for name in ALARMS
    ]
    lines.append(f"| histories | {' | '.join(format(one['histories'], ',') for one in tallies)} |")
    return "\n".join(lines) + "\n"


def _share(count: int, total: int) -> str:
    if not total:
        return "not run"
    share = count / total
    return f"{100 * share:.1f} % ± {200 * (share * (1 - share) / total) ** 0.5:.1f}"


def main() -> None:
    """Print tallies of some histories, or write the page from files of tallies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--cell", type=int, choices=range(len(CELLS)))
    parser.add_argument("--table", type=Path, nargs="+")
    arguments = parser.parse_args()
    if arguments.table:
        sums: list[Counter[str]] = [Counter() for _ in CELLS]
        for path in arguments.table:
            for one, more in zip(sums, json.loads(path.read_text(encoding="utf-8")), strict=True):
                one.update(more)
        PAGE.write_text(table(sums), encoding="utf-8")
        return
    numbers = range(arguments.first, arguments.first + arguments.count)
    chosen = range(len(CELLS)) if arguments.cell is None else [arguments.cell]
    tallies = [tally(cell, numbers) if place in chosen else {} for place, cell in enumerate(CELLS)]
    sys.stdout.write(json.dumps(tallies) + "\n")


if __name__ == "__main__":
    main()
