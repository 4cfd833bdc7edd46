"""The same workspace on DuckDB and on Apache Spark: models, findings, measures and draws are the same.

``make spark`` compares all checks, measures and models, which takes minutes, and says how far it is; every
other run compares a few.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from auditlib.checks import all_checks, runner
from auditlib.cli import main
from auditlib.loading.load import load_files
from auditlib.sampling.universe import Universe, build_frame
from auditlib.schema import ALL_TABLES
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.warehouse import Warehouse, graph
from auditlib.warehouse.lake import Lake
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.made_once import demo_workspace, empty_workspace
from tests.spark_cluster import Cluster, SparkMissingError, is_required, running_cluster
from tests.warehouse.asked_measures import Asked, asked_measures
from tests.warehouse.small_workspace import small_workspace
from tests.x12_texts import professional_claims, remittance

pytestmark = pytest.mark.slow
TABLES = {table.full_name: table for table in ALL_TABLES}
MEASURES = sorted(
    f"measures/{path.stem}"
    for path in (Path(__file__).parents[2] / "auditlib" / "sql" / "measures").glob("*.sql")
)


IS_WHOLE = os.environ.get("AUDITLIB_SPARK_WHOLE") == "1"
FEW_CHECKS = ("DX-06", "DUP-01", "EM-04", "PTP-01")
FEW_MEASURES = ("measures/chart_accuracy", "measures/judged_code")
# Encounters are drawn by command line.
UNITS = ("claim", "line", "code") if IS_WHOLE else ("line",)
_OF_THEIR_OWN = (
    *("AOC-01", "AOC-03", "DRG-01", "DRG-02", "DX-08", "EM-07", "HC-05"),
    *("MCE-05", "MOD-03", "MOD-09", "MUE-02", "MUE-03", "PTP-02", "PTP-03"),
)
SILENT_CHECKS = {
    **dict.fromkeys(_OF_THEIR_OWN, "its case needs lists or a provider of which other cases have rows too"),
    "REC-01": "what reviewers state of documents comes from the ledger",
    "REV-01": "its list of revenue codes is too long to be kept as a case",
}
"""The checks that find nothing in these rows, with the reason."""
STARTED = time.monotonic()


def say(text: str) -> None:
    """Say how far a run of minutes is, where it is shown."""
    sys.stdout.write(f"{time.monotonic() - STARTED:5.0f} s  {text}\n")
    sys.stdout.flush()


@pytest.fixture(scope="module", autouse=True)
def _checks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let both engines run the same checks."""
    # It is made once for all tests, and with all checks.
    demo_workspace(tmp_path_factory.mktemp("demo") / "demo")
    chosen = tuple(check for check in all_checks() if IS_WHOLE or check.id in FEW_CHECKS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "all_checks", lambda: chosen)
        yield


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    try:
        with running_cluster(tmp_path_factory.mktemp("spark")) as running:
            say("a master, two workers and Spark Connect are up")
            yield running
    except SparkMissingError as error:
        if is_required():
            pytest.fail(str(error))
        pytest.skip(f"{error}: .ci/spark installs it")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the demo with the cases of the checks' own tests, as a load leaves it."""
    return small_workspace(tmp_path_factory.mktemp("rows") / "workspace")


def assert_same_rows(ours: pl.DataFrame, theirs: pl.DataFrame, what: str) -> None:
    assert theirs.schema == ours.schema, what
    assert theirs.sort(theirs.columns).equals(ours.sort(ours.columns)), what


@pytest.fixture(scope="module")
def on_duckdb(workspace: Path) -> Workbench:
    workbench = Workbench.open(workspace)
    workbench.checks.run()
    return workbench


class _KillAfter:
    """Progress that kills a worker in the midst of a check, and starts it again."""

    def __init__(self, cluster: Cluster, *, checks: int) -> None:
        self._cluster = cluster
        self._left = checks
        self.killing = threading.Thread(target=self._kill)

    def start(self, step: str, *, total: int) -> None:
        pass

    def advance(self, parts: int = 1) -> None:
        self._left -= parts
        if self._left == 0:
            say("a worker is killed, and started again")
            self.killing.start()
        if self._left % 10 == 0:
            say("checks go on")

    def _kill(self) -> None:
        self._cluster.kill_worker("worker-1")
        self._cluster.start_worker("worker-1")


@pytest.fixture(scope="module")
def on_spark(cluster: Cluster, on_duckdb: Workbench, tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """The same workspace after its checks ran on Spark, while one of two workers died and came again."""
    folder = tmp_path_factory.mktemp("elsewhere") / "our Überprüfung"
    shutil.copytree(on_duckdb.workspace.root, folder)
    with Warehouse(folder / "warehouse.duckdb").writing() as writer:
        # Nothing of what follows is there that Spark could have taken over.
        writer.clear(FINDING)
        writer.clear(FINDING_SUMMARY)
    workbench = Workbench.open(folder, engine=f"spark:{cluster.url}")
    if IS_WHOLE:
        workbench.write_lake()
        say(f"{len(graph.models())} models are built")
    progress = _KillAfter(cluster, checks=40 if IS_WHOLE else 2)
    workbench.checks.run(progress=progress)
    progress.killing.join()
    say(f"{len(runner.all_checks())} checks have run")
    return workbench


def test_every_finding_is_the_same(on_duckdb: Workbench, on_spark: Workbench, cluster: Cluster) -> None:
    # Two of the start, and one of the worker that came again.
    assert cluster.executor_count() >= 3
    for table in (FINDING, FINDING_SUMMARY):
        assert_same_rows(_rows(on_duckdb, table.full_name), _rows(on_spark, table.full_name), table.full_name)
    checks = {check.id for check in runner.all_checks()}
    assert set(_rows(on_spark, "mart.finding_summary")["check_id"]) == checks
    found = set(_rows(on_spark, "mart.finding")["check_id"])
    assert checks - found == SILENT_CHECKS.keys() & checks
    assert not IS_WHOLE or len(found) >= 95
    say(f"{len(found)} of {len(checks)} checks find something, the same as in DuckDB")


def test_every_model_is_the_same(on_duckdb: Workbench, on_spark: Workbench) -> None:
    lake = Lake(on_spark.workspace.lake_path)
    built = lake.record().models
    assert len(built) > 10
    assert not IS_WHOLE or built.keys() == {model.name for model in graph.models()}
    row_count = 0
    for model in (model for model in graph.models() if model.name in built):
        rows = _rows(on_duckdb, model.table, model.part or "true")
        if model.name == "encounter_code_from_claim":
            # Its condition names a part of what the other model adds, as it stands in the warehouse.
            rows = rows.filter(pl.col("code_source").ne_missing("model"))
        files = sorted(lake.place(f"{TABLES[model.table].schema}.{model.name}").glob("*.parquet"))
        theirs = pl.concat(pl.read_parquet(path) for path in files)
        assert_same_rows(rows, theirs.cast(dict(rows.schema)), model.name)
        row_count += rows.height
    say(f"{len(built)} models have the same {row_count:,} rows as in DuckDB")


@pytest.mark.parametrize("unit", UNITS)
def test_a_seed_draws_the_same_units(on_duckdb: Workbench, on_spark: Workbench, unit: str) -> None:
    universe = Universe(name="all", unit=unit)
    ours, theirs = (build_frame(wb.workspace.warehouse(), universe) for wb in (on_duckdb, on_spark))
    assert ours.height > 20
    # The order too: a ticket goes by the place in the frame.
    assert theirs.equals(ours)
    say(f"{ours.height} units of kind {unit} stand in the same order as in DuckDB")


def test_commands_answer_the_same(
    capsys: pytest.CaptureFixture[str], cluster: Cluster, on_duckdb: Workbench, on_spark: Workbench
) -> None:
    def answers(*words: str) -> list[str]:
        texts = []
        for where in (
            ["-w", str(on_duckdb.workspace.root)],
            ["-w", str(on_spark.workspace.root), "--engine", f"spark:{cluster.url}"],
        ):
            assert main([*where, *words]) == 0
            texts.append(capsys.readouterr().out)
        return texts

    if IS_WHOLE:
        # What payers answered follows from most of the models.
        ours, theirs = answers("denials", "rate", "--by", "payer")
        assert "P01" in ours
        assert theirs == ours
    drawn = answers("sample", "draw", "--name", "anew", "--seed", "7", "--count", "5", "--json")
    ours, theirs = (json.dumps(json.loads(text)["sample"]) for text in drawn)
    assert len(json.loads(ours)) == 5
    assert theirs == ours
    with capsys.disabled():
        say("what commands answer is the same as in DuckDB")


def test_files_are_read_where_they_lie(cluster: Cluster, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for number in range(4):
        claims = professional_claims([(f"A{number}", f"{number + 1}0.00")])
        (files / f"claims_{number}.edi").write_text(claims)
    (files / "again.edi").write_text(claims)
    (files / "payments.edi").write_text(remittance([("A1", "20.00", "15.00")]))
    (files / "half.edi").write_text(professional_claims([("A9", "90.00")])[:-120])
    (files / "poem.xyz").write_text("roses\n")
    empty_workspace(tmp_path / "here")
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    engines = {"here": None, "there": f"spark:{cluster.url}"}
    workspaces = {name: Workspace.open(tmp_path / name, engine=engine) for name, engine in engines.items()}
    for expected in ({"loaded", "rejected"}, {"already loaded"}):
        reports = [
            load_files(one, [files], loaded_at=dt.datetime(2026, 1, 2)).files  # noqa: DTZ001 - as it is recorded
            for one in workspaces.values()
        ]
        assert set(reports[0]["load_status"]) >= expected
        assert reports[0].equals(reports[1])
    row_count = 0
    for name in TABLES:
        ours, theirs = (_all_rows(one, name) for one in workspaces.values())
        assert theirs.equals(ours), name
        row_count += ours.height
    assert row_count > 100
    say(f"{reports[0].height} files read on the workers give the same {row_count} rows as read here")


def test_every_measure_is_the_same(on_duckdb: Workbench, on_spark: Workbench, tmp_path: Path) -> None:
    asked = asked_measures(Workbench.open(demo_workspace(tmp_path / "demo")))
    assert sorted(asked) == MEASURES
    for name, question in asked.items():
        if IS_WHOLE or name in FEW_MEASURES:
            assert_same_rows(_answer(on_duckdb, question), _answer(on_spark, question), name)
            say(f"{name} has the same rows as in DuckDB")


def _all_rows(workspace: Workspace, table: str) -> pl.DataFrame:
    with workspace.warehouse()._reading() as connection:
        return connection.select(f"select * from {table} order by all", None)


def _rows(workbench: Workbench, table: str, condition: str = "true") -> pl.DataFrame:
    columns = ", ".join(TABLES[table].column_names)
    with workbench.workspace.warehouse()._reading() as connection:
        return connection.select(f"select {columns} from {table} where {condition}", None)


def _answer(workbench: Workbench, asked: Asked) -> pl.DataFrame:
    return workbench.workspace.warehouse().query(asked.name, asked.params, frames=asked.frames)
