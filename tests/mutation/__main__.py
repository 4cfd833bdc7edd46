"""`make mutate CHECK=DX-06`: the mutants of a check's SQL before its spec tests; else of all checks."""

from __future__ import annotations

import argparse
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from auditlib.checks import all_checks
from tests.mutation.run_mutants import mutate_all

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
        total = mutate_all(chosen)
    else:
        size = max(len(chosen) // (_PARTS * given.processes), 1)
        parts = [chosen[first : first + size] for first in range(0, len(chosen), size)]
        with ProcessPoolExecutor(given.processes, mp_context=get_context("spawn")) as pool:
            total = sum(pool.map(mutate_all, parts), start=Counter())
    print(
        f"{len(chosen)} checks: {total['mutants']} mutants, {total['killed']} killed, "
        f"{total['explained']} explained, {total['unexplained']} unexplained."
    )
    return 1 if total["unexplained"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
