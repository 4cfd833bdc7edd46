"""Every benchmark in one table: ``make bench``, ``make bench-smoke`` (``python -m benchmarks --smoke``).

Each figure stands beside its peer or limit of the same run, with the ratio, the goal, and whether it is met.
``--smoke`` is the same at small sizes, in about a minute of the processors: it shows that everything runs
and roughly where it stands, and a goal that holds at a million claims is only met there if it is met here.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.suite import STEPS, Suite, all_rows
from benchmarks.table import HEADINGS, machine


def suite_of(given: argparse.Namespace, folder: Path) -> Suite:
    """Return the sizes to measure at."""
    field_data = os.environ.get("AUDITLIB_FIELD_DATA")
    folder_of_data = None if field_data is None else Path(field_data)
    if given.smoke:
        claims, megabytes = given.claims or 2_000, (0.5, 4)
        return Suite(folder, claims, megabytes, 20, 3, 1, (2_000, 1), folder_of_data)
    return Suite(folder, given.claims or 1_000_000, (2, 26), 300, 60, 2, (20_000, 25), folder_of_data)


def main() -> None:
    """Read the command line, measure, and print the table row by row."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--claims", type=int)
    parser.add_argument("--folder", type=Path, help="where files are made; what is there is used again")
    parser.add_argument("--only", nargs="+", default=list(STEPS), choices=list(STEPS))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="auditlib-bench-") as made:
        folder = given.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        suite = suite_of(given, folder)
        begun, used = time.perf_counter(), os.times()
        print(f"{machine()}\n\n{HEADINGS}", flush=True)
        rows = []
        for row in all_rows(suite, given.only, lambda line: print(line, file=sys.stderr, flush=True)):
            rows.append(row)
            print(row, flush=True)
        now = os.times()
        processor = sum(now[:4]) - sum(used[:4])
        words = ("met", "**not met**", "not measured")
        met, unmet, unmeasured = (sum(row.verdict == word for row in rows) for word in words)
        print(f"\n{met} met, {unmet} not met, {unmeasured} not measured.")
        print(f"{processor:.0f} s of the processors, {time.perf_counter() - begun:.0f} s on the clock.")


if __name__ == "__main__":
    main()
