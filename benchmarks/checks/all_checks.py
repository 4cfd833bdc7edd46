"""All checks on the claims of a workspace: python -m benchmarks.checks.all_checks WORKSPACE.

``python -m benchmarks.checks.made_claims`` makes such a workspace. The tables that checks share are built
anew, then each check is run, as ``auditlib check`` does both; findings are not kept. Then bare joins: what
an edit cannot do without, one DuckDB query without any rule, on the same tables in the same process.
"""

from __future__ import annotations

import argparse
import resource
import time
from contextlib import suppress
from pathlib import Path

import duckdb

from auditlib.checks.registry import all_checks
from auditlib.checks.runner import run_check, tables_of, write_line_rules
from auditlib.schema import REF_TABLES
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.schema.ref import DENIAL_REASON
from auditlib.warehouse import Warehouse, graph
from auditlib.workbench import Workbench

BARE_JOINS = {
    "NCCI pairs": """
        select count(*) from core.claim_line as paid
        inner join core.claim_line as unpaid on unpaid.claim_id = paid.claim_id and unpaid.code <> paid.code
        inner join ref.ptp_edit as edit
          on edit.column_1_code = paid.code and edit.column_2_code = unpaid.code""",
    "units": """
        select count(*) from core.claim_line as line
        inner join ref.mue as mue on mue.code = line.code where line.unit_count > mue.most_unit_count""",
    "add-on codes": """
        select count(*) from core.claim_line as line
        inner join (select distinct add_on_code from ref.add_on_code) as edit
          on edit.add_on_code = line.code""",
    "duplicate lines": """
        with line as (
          select claim.patient_id, line.from_date, line.code from core.claim_line as line
          inner join core.claim as claim on claim.claim_id = line.claim_id
        )
        select count(*) from line inner join (select * from line group by all having count(*) > 1) as twice
          on twice.patient_id = line.patient_id and twice.from_date = line.from_date
          and twice.code = line.code""",
    "pairs of diagnoses": """
        select count(*) from core.claim_diagnosis as lesser
        inner join core.claim_diagnosis as greater
          on greater.claim_id = lesser.claim_id and greater.code > lesser.code
        inner join ref.code_exclusion as note
          on note.code_from = substring(lesser.code, 1, 3)
          and note.excluded_from = substring(greater.code, 1, 3)""",
    "codes in force": """
        select count(*) from core.claim_diagnosis as diagnosis
        inner join core.claim as claim on claim.claim_id = diagnosis.claim_id
        inner join ref.code as code
          on code.code_system = diagnosis.code_system and code.code = diagnosis.code
          and code.effective_from <= claim.from_date
          and coalesce(code.effective_to, date '9999-12-31') >= claim.from_date""",
    "pointers": """
        select count(*) from core.claim_line as line
        inner join core.claim_diagnosis as diagnosis
          on diagnosis.claim_id = line.claim_id and diagnosis.pointer_number = line.diagnosis_pointer_1""",
}


class _NotKeptError(Exception):
    """Ends the transaction, so that a second run finds what the first one found."""


def _processor_seconds() -> float:
    return time.process_time()


def run_all(warehouse: Warehouse, claim_count: int) -> None:
    """Build what checks share, run each, and print what they took."""
    checks = all_checks()
    begun, used = time.perf_counter(), _processor_seconds()
    with suppress(_NotKeptError), warehouse.writing() as writer:
        write_line_rules(writer)
        changed = {table.full_name for table in REF_TABLES if table is not DENIAL_REASON}
        graph.run(writer, changed=changed, wanted=tables_of(checks))
        print(f"shared tables: {_processor_seconds() - used:.1f} s of the processors", flush=True)
        writer.clear(FINDING)
        writer.clear(FINDING_SUMMARY)
        for check in checks:
            before = _processor_seconds()
            run_check(writer, check)
            print(f"{check.id:8} {_processor_seconds() - before:6.2f} s", flush=True)
        raise _NotKeptError
    clock, used = time.perf_counter() - begun, _processor_seconds() - used
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(checks)} checks, {claim_count} claims: {clock:.1f} s on the clock, {used:.1f} s of the "
        f"processors, {claim_count / used:.0f} claims a processor second, {peak_mb:.0f} MB at the peak"
    )


def run_bare(path: Path, memory_mb: int) -> None:
    """Run the bare joins, and print what they took."""
    connection = duckdb.connect(str(path), read_only=True, config={"memory_limit": f"{memory_mb}MB"})
    total = 0.0
    for name, sql in BARE_JOINS.items():
        before = _processor_seconds()
        connection.sql(sql).fetchall()
        taken = _processor_seconds() - before
        total += taken
        print(f"{name:20} {taken:6.2f} s")
    connection.close()
    print(f"bare joins: {total:.1f} s of the processors")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--memory-mb", type=int, default=1200, help="of the bare joins")
    given = parser.parse_args()
    warehouse = Workbench.open(given.workspace, user="benchmark").workspace.warehouse()
    with duckdb.connect(str(warehouse.path), read_only=True) as connection:
        counted = connection.sql("select count(*) from core.claim").fetchall()
    run_all(warehouse, int(counted[0][0]))
    run_bare(warehouse.path, given.memory_mb)


if __name__ == "__main__":
    main()
