"""A goal is called met only where its figure, or its ratio, was measured and is on the good side."""

from __future__ import annotations

import sys

import pytest

from benchmarks.growth import TOGETHER, Step, committed, figure, table, verdicts, with_totals
from benchmarks.measure import run, timed
from benchmarks.table import HEADINGS, Goal, Row, markdown


def row(goal: Goal | None, figure: float | None, peer: float | None = None, fault: str = "") -> Row:
    return Row("load", "10 claims", goal, figure, "processor s", "bare SQL", peer, fault)


@pytest.mark.parametrize(
    ("goal", "figure", "peer", "verdict"),
    [
        (Goal(4, "processor s"), 4.0, None, "met"),
        (Goal(4, "processor s"), 4.1, None, "**not met**"),
        (Goal(0, "lost"), 0.0, None, "met"),
        (Goal(3, "times"), 6.0, 2.0, "met"),
        (Goal(3, "times"), 6.2, 2.0, "**not met**"),
        (Goal(10, "times", "at least"), 2.0, 20.0, "met"),
        (Goal(10, "times", "at least"), 2.0, 19.0, "**not met**"),
        (Goal(3, "times"), 6.0, None, "not measured"),
        (Goal(4, "processor s"), None, None, "not measured"),
        (None, 4.0, 2.0, "shown"),
    ],
)
def test_verdicts(goal: Goal | None, figure: float | None, peer: float | None, verdict: str) -> None:
    assert row(goal, figure, peer).verdict == verdict


def test_what_failed_is_not_measured_and_says_why() -> None:
    failed = row(Goal(4, "processor s"), 1.0, fault="pandas is not here")
    assert failed.verdict == "not measured"
    assert "pandas is not here" in str(failed)
    assert "1.0" not in str(failed)


def test_each_row_has_the_cells_of_the_headings() -> None:
    lines = markdown([row(Goal(3, "times", at="1 million claims"), 0.01234, 0.5)]).splitlines()
    assert lines[:2] == HEADINGS.splitlines()
    assert lines[2] == (
        "| load | 10 claims | 0.0123 processor s | bare SQL: 0.5 processor s | 0.0247 "
        "| at most 3 times at 1 million claims | met |"
    )


def test_the_time_of_a_process_holds_that_of_its_children() -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    parent = f"import subprocess, sys; print('done'); subprocess.run([sys.executable, '-c', {busy!r}])"
    ran = run([sys.executable, "-c", parent])
    assert (ran.output, ran.fault) == ("done\n", "")
    assert ran.taken.processor > 0.3
    assert ran.taken.peak_mb > 1


def test_a_program_that_fails_or_never_ends_has_a_fault() -> None:
    assert run([sys.executable, "-c", "raise SystemExit('no tables')"]).fault == "no tables"
    assert run([sys.executable, "-c", "import time; time.sleep(60)"], patience=0.2).fault.startswith(
        "not done"
    )


def test_figures_are_handed_on() -> None:
    ran = run([sys.executable, "-c", "from benchmarks.measure import put; print('x'); put('p95, ms', 12.5)"])
    assert ran.figures == {"p95, ms": 12.5}


def test_work_in_this_process_is_timed() -> None:
    made, taken = timed(lambda: sum(range(100_000)))
    assert made == 4_999_950_000
    assert 0 < taken.processor < 5


def test_exponents_and_verdicts_of_growth() -> None:
    steps = [
        Step(1_000, "load", 1, 1, 100),
        Step(10_000, "load", 10, 8, 200),
        Step(100_000, "load", 200, 9, 9000),
    ]
    rows = table(with_totals(steps))
    loads = [one for one in rows if one["step"] == "load"]
    assert [one["times those of the fewest"] for one in loads] == ["1.00", "1.00", "2.00"]
    assert [one["exponent"] for one in loads] == ["", "1.00", "1.15"]
    assert sum(one["step"] == TOGETHER for one in rows) == 3
    same, twice = verdicts(steps)
    assert "1.00 times" in same
    assert "(goal 1.3: met)" in same
    assert "(goal 1.3: not met)" in twice
    assert "(goal 8,000: not met)" in twice


def test_the_figure_shows_each_row_of_the_committed_table() -> None:
    rows = committed()
    assert rows
    drawn = figure().to_dict()["data"]["values"]
    assert [(one["claims"], one["step"]) for one in drawn] == [
        (int(one["claims"].replace(",", "")), one["step"]) for one in rows
    ]
