"""All checks on the claims of a workspace: python -m benchmarks.checks.all_checks WORKSPACE.

``python -m benchmarks.checks.made_claims`` makes such a workspace. The tables that checks share are built
anew, then each check is run, as ``auditlib check`` does both; findings are not kept.
"""

from __future__ import annotations

import argparse
import resource
import time
from contextlib import suppress
from pathlib import Path

import duckdb

from auditlib.checks.check_query import tables_of
from auditlib.checks.registry import all_checks
from auditlib.checks.runner import judge, write_line_rules
from auditlib.schema import REF_TABLES
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.schema.ref import DENIAL_REASON
from auditlib.warehouse import Warehouse, graph
from auditlib.workbench import Workbench
from benchmarks.measure import put


class _NotKeptError(Exception):
    """Ends the transaction, so that a second run finds what the first one found."""


def _processor_seconds() -> float:
    return time.process_time()


def run_all(warehouse: Warehouse, claim_count: int) -> None:
    """Build what checks share as where every code set has changed, run each, and print what they took."""
    checks = all_checks()
    begun, used = time.perf_counter(), _processor_seconds()
    with suppress(_NotKeptError), warehouse.writing() as writer:
        write_line_rules(writer)
        changed = {table.full_name for table in REF_TABLES if table is not DENIAL_REASON}
        graph.run(writer, changed=changed, wanted=tables_of(checks))
        print(f"shared tables: {_processor_seconds() - used:.1f} s of the processors", flush=True)
        writer.clear(FINDING)
        writer.clear(FINDING_SUMMARY)
        waiting, before = iter(checks), _processor_seconds()

        def print_seconds() -> None:
            nonlocal before
            now = _processor_seconds()
            print(f"{next(waiting).id:8} {now - before:6.2f} s", flush=True)
            before = now

        judge(writer, checks, advance=print_seconds)
        raise _NotKeptError
    clock, used = time.perf_counter() - begun, _processor_seconds() - used
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    put("clock s", clock)
    put("processor s", used)
    put("peak MB", peak_mb)
    print(
        f"{len(checks)} checks, {claim_count} claims: {clock:.1f} s on the clock, {used:.1f} s of the "
        f"processors, {claim_count / used:.0f} claims a processor second, {peak_mb:.0f} MB at the peak"
    )


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    given = parser.parse_args()
    warehouse = Workbench.open(given.workspace, user="benchmark").workspace.warehouse()
    with duckdb.connect(str(warehouse.path), read_only=True) as connection:
        counted = connection.sql("select count(*) from core.claim").fetchall()
    run_all(warehouse, int(counted[0][0]))


if __name__ == "__main__":
    main()
