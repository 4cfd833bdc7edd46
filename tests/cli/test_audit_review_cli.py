"""The plan of a review and its adjudication by commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from auditlib.cli import main
from tests.workbench.records import VISITS, records_workbench
from tests.workbench.test_adjudication import CHARTS, review

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    def call(*words: object) -> tuple[int, str, str]:
        code = main(["-w", str(tmp_path / "w"), *map(str, words)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_charts_are_assigned_and_the_plan_is_shown(run: Run, tmp_path: Path) -> None:
    records_workbench(tmp_path / "w")
    assert "No review of 'q1' is planned" in run("audit", "assign", "q1")[1]
    people = ("--reviewer", "Ann", "--reviewer", "Bo", "--reviewer", "Cy", "--codes-as", "Ann=C0")
    code, out, _ = run("audit", "assign", "q1", *people, "--second-share", "20%", "--blind", "first-reviewer")
    assert code == 0
    assert "40 charts, 8 with more than one reviewer" in out
    plan = json.loads(run("audit", "assign", "q1", "--json")[1])
    assert plan["blind"] == ["first reviewer"]
    assert sorted(plan["rounds"]) == VISITS
    assert not [chart for chart in VISITS[::2] if "Ann" in plan["rounds"][chart]]
    code, _, err = run("audit", "assign", "q1", *people[:4], "--codes-as", "Ann")
    assert code != 0
    assert "REVIEWER=CODER" in err


def test_disagreements_are_listed_decided_and_withdrawn(run: Run, tmp_path: Path) -> None:
    bench = records_workbench(tmp_path / "w")
    assert "Nothing to decide" in run("audit", "adjudicate", "q1")[1]
    chart = CHARTS[0]
    review(bench, chart, "Ann", ("agree", "agree", False))
    review(bench, chart, "Bo", ("I119", "agree", False))
    listed = run("audit", "adjudicate", "q1")[1]
    assert "1 disagreement of 1 to decide." in listed
    assert "change to I11.9" in listed
    decide = ("audit", "adjudicate", "q1", "--encounter", chart, "--code", "I10")
    assert run(*decide)[0] != 0
    decided = run(*decide, "--follow", "Bo", "--reason", "Heart disease.", "--adjudicator", "Zoe")
    assert f"Decided by Zoe in 'q1': I10 of {chart}." in decided[1]
    again = run(*decide, "--follow", "Ann", "--reason", "No.", "--adjudicator", "Yan")
    assert again[0] != 0
    assert "Zoe decided this already" in again[2]
    assert (
        "Withdrawn by Zoe" in run(*decide, "--withdraw", "--reason", "Too fast.", "--adjudicator", "Zoe")[1]
    )
