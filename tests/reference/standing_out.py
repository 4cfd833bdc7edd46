"""How often an error kind of somebody is shown to stand out where everybody errs alike.

Codes of a chart are right or wrong together (beta-binomial); the kinds of errors are drawn alike for all,
each error by itself or one kind a chart. Every history is made from its number alone, so that the table can
be made in pieces: ``--case`` and ``--count`` print a tally,
``--table`` sums the tallies of files into the page.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from auditlib.measures.standing_out import kinds_that_stand_out

PAGE: Final = Path(__file__).with_suffix(".md")
MOST_CODES: Final = 8
STATED: Final = 0.05
# A frequent kind, and several that are rare.
KIND_SHARES: Final = {
    "not specific": 0.36, "units": 0.27, "modifier": 0.14, "POA": 0.08, "missed code": 0.06,
    "wrong code": 0.05, "unsupported code": 0.03, "sequencing": 0.01,
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One kind of history."""

    words: str
    chart_counts: tuple[int, ...]
    accuracy: float
    correlation: float
    one_kind_a_chart: bool = False


CASES: Final = (
    Case("ten coders, one with 147 charts, the others with 40", (40,) * 6 + (147,) + (40,) * 3, 0.94, 0.15),
    Case(
        "ten coders with 40 charts, errors of a chart of one kind",
        (40,) * 10, 0.94, 0.4, one_kind_a_chart=True,
    ),
    Case(
        "one coder with 400 charts, eight with 10, errors of a chart of one kind",
        (10,) * 8 + (400,), 0.9, 0.5, one_kind_a_chart=True,
    ),
    Case("40 coders with 30 charts", (30,) * 40, 0.95, 0.2),
)  # fmt: skip


def history(case: Case, number: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the charts of one history and their errors."""
    source = np.random.default_rng([2027, CASES.index(case), number])
    chart_count = sum(case.chart_counts)
    totals = source.integers(1, MOST_CODES + 1, chart_count)
    strength = (1 - case.correlation) / case.correlation
    shares = source.beta(case.accuracy * strength, (1 - case.accuracy) * strength, chart_count)
    wrong = totals - source.binomial(totals, shares)
    names = np.array([f"E{place:05}" for place in range(chart_count)])
    drawn = chart_count if case.one_kind_a_chart else int(wrong.sum())
    kinds = source.choice(list(KIND_SHARES), drawn, p=list(KIND_SHARES.values()))
    charts = pl.DataFrame(
        {
            "encounter_id": names,
            "person": np.repeat([f"C{one:02}" for one in range(len(case.chart_counts))], case.chart_counts),
            "code_count": totals,
        }
    )
    errors = pl.DataFrame(
        {
            "encounter_id": names.repeat(wrong),
            "error_kind": kinds.repeat(wrong) if case.one_kind_a_chart else kinds,
        }
    )
    return charts, errors


def is_alarm(case: Case, number: int) -> bool:
    """Return whether any kind of anybody is shown to stand out in a history."""
    charts, errors = history(case, number)
    return bool(kinds_that_stand_out(charts, errors, denominator="code_count")["stands_out"].any())


def table(tallies: Sequence[Counter[str]]) -> str:
    """Return the page."""
    lines = [
        "# False alarms of error kinds that stand out",
        "",
        "Histories in which everybody errs alike; 1 to 8 codes a chart, right or wrong together. Share of",
        "histories in which any kind of anybody is shown to stand out, and two standard errors of the",
        "simulation. Stated: at most 5 %.",
        "",
        "    python -m tests.reference.standing_out --case 0 --count 100 > tally.json",
        "    python -m tests.reference.standing_out --table tally*.json",
        "",
        "| case | alarms | histories |",
        "| --- | --- | --- |",
    ]
    for case, one in zip(CASES, tallies, strict=True):
        share = one["alarms"] / one["histories"]
        error = 200 * (share * (1 - share) / one["histories"]) ** 0.5
        lines.append(f"| {case.words} | {100 * share:.1f} % ± {error:.1f} | {one['histories']:,} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print a tally of some histories, or write the page from files of tallies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--case", type=int, choices=range(len(CASES)), default=0)
    parser.add_argument("--table", type=Path, nargs="+")
    arguments = parser.parse_args()
    if arguments.table:
        sums: list[Counter[str]] = [Counter() for _ in CASES]
        for path in arguments.table:
            tally = json.loads(path.read_text(encoding="utf-8"))
            sums[tally.pop("case")].update(tally)
        PAGE.write_text(table(sums), encoding="utf-8")
        return
    numbers = range(arguments.first, arguments.first + arguments.count)
    alarms = sum(is_alarm(CASES[arguments.case], number) for number in numbers)
    tally = {"case": arguments.case, "alarms": alarms, "histories": arguments.count}
    sys.stdout.write(json.dumps(tally) + "\n")


if __name__ == "__main__":
    main()
