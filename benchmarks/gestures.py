"""What a start and a gesture cost beside the least that would give it.

``python -m benchmarks.gestures WORKSPACE --scratch FOLDER``. A start is a process of its own; beside it
stands what DuckDB took of it, or a process that only imports. A measure is called in this process with a
connection that is open; beside it stands the least query over the same tables that gives the same numbers.
Seconds are of the processor, the best of some rounds; the type-ahead is what a process that has just started
waits for on the clock. Commands that write do so in the workspace: take a copy.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import duckdb

from auditlib.measures import denials, totals
from auditlib.warehouse import Warehouse

_ROUNDS: Final = 5
_STARTS: Final = ("workspace summary", "audit list", "files list", "checks list", "denials rate", "check")
# Runs a command, and writes down what DuckDB took of it, with what it gives to polars.
_WATCHED: Final = """
import sys, time
from auditlib.cli import main
from auditlib.warehouse.connection import DuckConnection
taken = []
def watched(name):
    run = getattr(DuckConnection, name)
    def running(self, *given):
        begun = time.process_time()
        try:
            return run(self, *given)
        finally:
            taken.append(time.process_time() - begun)
    return running
for name in ("select", "execute"):
    setattr(DuckConnection, name, watched(name))
code = main(sys.argv[2:])
open(sys.argv[1], "w").write(f"{len(taken)} {sum(taken)}")
sys.exit(code)
"""
_TYPE_AHEAD: Final = """
import sys, time
from auditlib.workbench import Workbench
search = Workbench.open(sys.argv[1]).codesets.code_search
search.prepare()
for pause in (0.0, 1.0, 1.0, 1.0, 1.0):
    time.sleep(pause)
    begun = time.perf_counter()
    search.suggest("diabetes", date=None, code_systems=["ICD-10-CM"])
    print((time.perf_counter() - begun) * 1000)
"""
# From nothing to the bundle that a notebook shows.
_FIRST_CHART: Final = """
import sys
from auditlib import Workbench
reasons = Workbench.open(sys.argv[1]).denials.reasons().frame
from auditlib.plots import denial_pareto, enable_renderer
enable_renderer()
denial_pareto(reasons)._repr_mimebundle_()
"""
_DRAWN: Final = """
from auditlib.address_grammars import leave_out_address_grammars
leave_out_address_grammars()
import altair, duckdb, polars, IPython, vl_convert
vl_convert.vegalite_to_svg({"mark": "bar", "data": {"values": []}}, vl_version="5.8")
"""
_MEASURES: Final[dict[str, tuple[Callable[[Warehouse], object], str]]] = {
    "claim_totals": (
        totals.claim_totals,
        """
        select form, claims.*, lines.*, originals.* from (
          select form, count(*), count(distinct patient_control_number), sum(charge_amount),
            count(*) filter (payer_sequence in ('S', 'T')),
            count(*) filter (frequency_code in ('5', '6', '7', '8'))
          from core.claim group by form) as claims
        left join (select form, count(*), sum(claim_line.charge_amount)
          from core.claim_line join core.claim using (claim_id) group by form) as lines using (form)
        left join (select form, count(*) from mart.claim_outcome group by form) as originals using (form)
        """,
    ),
    "denial_rates": (
        denials.denial_rates,
        """
        select payer_id, min(payer_name), count(*) filter (first_response <> 'no response yet'),
          count(*) filter (first_response = 'denied'), count(*) filter (first_response = 'partly denied'),
          count(*) filter (first_response = 'denied' or may_be_denied),
          count(*) filter (first_response in ('denied', 'partly denied') or unmapped_amount > 0)
        from mart.claim_outcome group by payer_id
        """,
    ),
    "denial_reasons (pareto)": (
        denials.denial_reasons,
        """
        select label, denial_category, list(distinct denial_group_code || '-' || denial_reason_code),
          count(*), sum(denied_amount),
          count(*) filter (first_response in ('denied', 'partly denied') and final_outcome = 'paid')
        from mart.claim_outcome left join mart.denial_reason_day on reason_day_id = denial_reason_day_id
        where denied_amount > 0 and (first_response in ('denied', 'partly denied')
          or final_outcome in ('denied', 'partly denied'))
        group by all
        """,
    ),
}


def processor_seconds(*command: str) -> float:
    """Return the processor seconds of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """Return the least processor seconds that the work took."""
    seconds = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def starts(workspace: Path, scratch: Path, rounds: int, commands: Sequence[str]) -> Iterator[str]:
    """Yield a row for the import of the workbench, and for each command."""
    imported = min(
        processor_seconds(sys.executable, "-c", "import auditlib.workbench") for _ in range(rounds)
    )
    libraries = min(processor_seconds(sys.executable, "-c", "import duckdb, polars") for _ in range(rounds))
    yield row("import auditlib.workbench", imported, libraries, "duckdb and polars alone")
    first = [sys.executable, "-c", _FIRST_CHART, str(workspace)]
    charted = min(processor_seconds(*first) for _ in range(rounds))
    drawn = min(processor_seconds(sys.executable, "-c", _DRAWN) for _ in range(rounds))
    yield row("first chart", charted, drawn, "altair, vl_convert, duckdb, polars and IPython alone")
    for words in commands:
        noted = scratch / f"{words}.txt"
        command = [sys.executable, "-c", _WATCHED, str(noted), "-w", str(workspace), *words.split()]
        found = []
        for _ in range(rounds):
            own = processor_seconds(*command)
            count, taken = noted.read_text().split()
            found.append((own - float(taken), own, float(taken), count))
        _, own, taken_s, count = min(found)
        yield row(words, own, taken_s, f"{count} statements in DuckDB")


def measures(workspace: Path, rounds: int) -> Iterator[str]:
    """Yield a row for each measure."""
    warehouse = Warehouse(workspace / "warehouse.duckdb")
    with warehouse.kept_open():
        own = {name: best_of(rounds, partial(measure, warehouse)) for name, (measure, _) in _MEASURES.items()}
    with duckdb.connect(str(warehouse.path), read_only=True) as connection:
        for name, (_, sql) in _MEASURES.items():
            bare = best_of(rounds, partial(_fetched, connection, sql))
            yield row(name, own[name], bare, "bare SQL")


def _fetched(connection: duckdb.DuckDBPyConnection, sql: str) -> object:
    return connection.execute(sql).fetchall()


def row(name: str, own: float, least: float, beside: str) -> str:
    """Return a row of the table."""
    return f"| {name} | {own:.3f} | {least:.3f} | {own - least:.3f} | {own / least:.1f} | {beside} |"


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("workspace", type=Path)
    asked.add_argument("--rounds", type=int, default=_ROUNDS)
    asked.add_argument("--commands", nargs="*", default=_STARTS)
    asked.add_argument("--scratch", type=Path, required=True, help="a folder for the statements of commands")
    given = asked.parse_args()
    print("| | processor s | least | more | times | beside |\n|---|---:|---:|---:|---:|---|")
    for line in starts(given.workspace, given.scratch, given.rounds, given.commands):
        print(line, flush=True)
    for line in measures(given.workspace, given.rounds):
        print(line, flush=True)
    typed = subprocess.run(
        [sys.executable, "-c", _TYPE_AHEAD, str(given.workspace)], check=True, capture_output=True, text=True
    )
    milliseconds = ", ".join(f"{float(each):.0f}" for each in typed.stdout.split())
    print(f"\ntype-ahead after a start, ms on the clock, a second apart: {milliseconds}")


if __name__ == "__main__":
    main()
