"""Measures of denials beside bare SQL for the same counts: python -m benchmarks.denials.measures WORKSPACE.

Both read the tables of the workspace through DuckDB in one process, and give the same numbers; the bare query
has neither intervals, nor names, nor reasons why something is undefined.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import polars as pl

from auditlib.measures.denials import denial_rates, denial_reasons
from auditlib.measures.totals import claim_totals
from auditlib.warehouse import Warehouse
from auditlib.workbench import Workbench
from benchmarks.measure import put, timed

ROUNDS = 5
BARE = {
    "denial rates": """
        select payer_id, count(*) filter (first_response <> 'no response yet') as answered,
          count(*) filter (first_response = 'denied') as denied,
          count(*) filter (first_response = 'partly denied') as partly_denied
        from mart.claim_outcome group by payer_id""",
    "denials by reason": """
        select denial_group_code, denial_reason_code, count(*) as denied, sum(denied_amount) as dollars,
          count(*) filter (final_outcome = 'paid') as overturned
        from mart.claim_outcome where denied_amount > 0 group by all order by dollars desc""",
    "claim totals": """
        select form, count(*) as claims, sum(charge_amount) as dollars, sum(lines.line_count) as lines
        from core.claim as claim left join (
          select claim_id, count(*) as line_count, sum(charge_amount) as dollars
          from core.claim_line group by claim_id
        ) as lines on lines.claim_id = claim.claim_id group by form""",
}
OURS: dict[str, Callable[[Warehouse], pl.DataFrame]] = {
    "denial rates": denial_rates,
    "denials by reason": denial_reasons,
    "claim totals": claim_totals,
}


def main() -> None:
    """Read the argument, measure and print; of some rounds the best counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    warehouse = Workbench.open(parser.parse_args().workspace, user="benchmark").workspace.warehouse()
    with warehouse.kept_open():
        ours = {name: _best_ms(partial(measure, warehouse)) for name, measure in OURS.items()}
    with duckdb.connect(str(warehouse.path), read_only=True) as connection:
        for name, sql in BARE.items():
            bare = _best_ms(lambda: connection.execute(sql).fetchall())  # noqa: B023 - run at once
            print(f"{name}: {ours[name]:.1f} ms of the processors, bare SQL {bare:.1f}")
            put(f"{name}, ms", ours[name])
            put(f"{name}, bare SQL, ms", bare)


def _best_ms(work: Callable[[], object]) -> float:
    return min(1000 * timed(work)[1].processor for _ in range(ROUNDS))


if __name__ == "__main__":
    main()
