"""`make mutate CHECK=DX-06`: the mutants of a check's SQL before its spec tests; else of all checks."""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path

from auditlib.checks import all_checks, check_named
from auditlib.checks.runner import whole_check
from tests.mutation.mutants import mutants_of
from tests.mutation.spec_cases import Bench, SpecCase, record

EXPLAINED = Path(__file__).with_name("explained.csv")


def main() -> int:
    """Run the mutants and print a line of each check and a total; 1 if one survives that nothing explains."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--check", action="append", help="id of a check; may be given again")
    chosen = parser.parse_args().check or [check.id for check in all_checks()]
    with EXPLAINED.open(encoding="utf-8", newline="") as lines:
        explained = [(row["check_id"], row["mutant"]) for row in csv.DictReader(lines)]
    cases = record(set(chosen))
    total = sum((_mutate(check_id, cases, explained) for check_id in chosen), start=Counter())
    print(
        f"{len(chosen)} checks: {total['mutants']} mutants, {total['killed']} killed, "
        f"{total['explained']} explained, {total['unexplained']} unexplained."
    )
    return 1 if total["unexplained"] else 0


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
