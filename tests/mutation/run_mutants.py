"""The mutants of some checks before their spec tests, with a line of each check."""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from auditlib.checks import check_named
from auditlib.checks.check_query import whole_check
from tests.mutation.mutants import mutants_of
from tests.mutation.spec_cases import Bench, SpecCase, record

EXPLAINED = Path(__file__).with_name("explained.csv")


def mutate_all(check_ids: Sequence[str]) -> Counter[str]:
    """Record the spec tests of checks, run their mutants, and count them by what became of them."""
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
    line = (
        f"{check_id}: {', '.join(f'{count} {kind}' for kind, count in counts.items())}; "
        f"{len(bench.cases)} spec tests, {time.perf_counter() - started:.1f} s."
    )
    lines = [line, *(f"  survived: {name}" for name in left)]
    # Of several processes, each writes all that it says of a check at once.
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
    return counts


def _is_explained(check_id: str, name: str, explained: list[tuple[str, str]]) -> bool:
    return any(fnmatchcase(check_id, of) and fnmatchcase(name, mutant) for of, mutant in explained)
