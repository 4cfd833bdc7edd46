"""`make mutate CHECK=DX-06`: the mutants of a check's SQL before its spec tests; else of all checks."""

from __future__ import annotations

import argparse
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import accumulate
from multiprocessing import get_context

from auditlib.checks import all_checks, check_named
from auditlib.checks.check_query import whole_check
from tests.mutation.run_mutants import mutate_all


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
        parts = _parts(chosen, given.processes)
        with ProcessPoolExecutor(given.processes, mp_context=get_context("spawn")) as pool:
            total = sum(pool.map(mutate_all, parts), start=Counter())
    print(
        f"{len(chosen)} checks: {total['mutants']} mutants, {total['killed']} killed, "
        f"{total['explained']} explained, {total['unexplained']} unexplained."
    )
    return 1 if total["unexplained"] else 0


def _parts(check_ids: list[str], count: int) -> list[list[str]]:
    """Cut the checks into parts with as much SQL, in their order, since neighbours share tests."""
    sizes = list(accumulate(len(whole_check(check_named(check_id))) for check_id in check_ids))
    parts: list[list[str]] = [[] for _ in range(count)]
    for check_id, size in zip(check_ids, sizes, strict=True):
        parts[(size - 1) * count // sizes[-1]].append(check_id)
    return [part for part in parts if part]


if __name__ == "__main__":
    raise SystemExit(main())
