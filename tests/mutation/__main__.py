"""`make mutate CHECK=DX-06`: the mutants of a check's SQL before its spec tests; else of all checks."""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from fnmatch import fnmatchcase
from multiprocessing import get_context
from pathlib import Path

from auditlib.checks import all_checks, check_named
from auditlib.checks.runner import whole_check
from tests.mutation.mutants import mutants_of
from tests.mutation.spec_cases import Bench, SpecCase, record

EXPLAINED = Path(__file__).with_name("explained.csv")


# Parts a process: one that has had little to do takes another.
_PARTS = 4


def main() -> int:
    """Run the mutants and print a line of each check and a total; 1 if one survives that nothing explains."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--check", action="append", help="id of a check; may be given again")
    parser.add_argument("--processes", type=int, default=1, help="among which the checks are shared out")
    given = parser.parse_args()
    chosen = given.check or [check.id for check in all_checks()]
    if given.processes == 1:
        total = _mutate_all(chosen)
    else:
        size = max(len(chosen) // (_PARTS * given.processes), 1)
        parts = [chosen[first : first + size] for first in range(0, len(chosen), size)]
        with ProcessPoolExecutor(given.processes, mp_context=get_context("spawn")) as pool:
            total = sum(pool.map(_mutate_all, parts), start=Counter())
    print(
        f"{len(chosen)} checks: {total['mutants']} mutants, {total['killed']} killed, "
        f"{total['explained']} explained, {total['unexplained']} unexplained."
    )
    return 1 if total["unexplained"] else 0


def _mutate_all(check_ids: Sequence[str]) -> Counter[str]:
    with EXPLAINED.open(encoding="utf-8", newline="") as lines:
        explained = [(row["check_id"], row["mutant"]) for row in csv.DictReader(lines)]
    cases = record(set(check_ids))
    return sum((_mutate(check_id, cases, explained) for check_id in check_ids), start=Counter())


def _mutate(check_id: str, cases: list[SpecCase], explained: list[tuple[str, str]]) -> Counter[str]:
    started = time.perf_counter()
    bench = Bench(check_id, cases)
    mutants = list(mutants_of(whole_check(check_named(check_id)), untouched="outcome"))
    survivors = [mutant.name for mutant in mutants if not bench.is_killed(mutant.sql)]
    left = [name for name in survivors if not _is_explained(check_id, name, explained)]
    counts = Counter(
        mutants=len(mutants),
        killed=len(mutants) - len(survivors),
        explained=len(survivors) - len(left),
        unexplained=len(left),
    )
    print(
        f"{check_id}: {', '.join(f'{count} {kind}' for kind, count in counts.items())}; "
        f"{len(bench.cases)} spec tests, {time.perf_counter() - started:.1f} s.",
        flush=True,
    )
    for name in left:
        print(f"  survived: {name}")
    return counts


def _is_explained(check_id: str, name: str, explained: list[tuple[str, str]]) -> bool:
    return any(fnmatchcase(check_id, of) and fnmatchcase(name, mutant) for of, mutant in explained)


if __name__ == "__main__":
    raise SystemExit(main())
