from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.cli.main import main
from auditlib.warehouse import graph
from auditlib.workspace.folder import Workspace
from tests.made_once import workspace_with_code_sets
from tests.measures.story import Cas, Claim, Payment, Story
from tests.measures.test_denials import FEB
from tests.tables import fill


def test_the_summary_states_the_range_of_a_denial_rate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace.open(workspace_with_code_sets(tmp_path / "w"))
    payments = [Payment(FEB, 0, [Cas("CO", "X99", 100)], number="E1"), Payment(FEB, 100, number="E2")]
    tables = Story([Claim("E1"), Claim("E2")], payments).tables()
    del tables["ref.denial_reason"]
    fill(workspace.warehouse(), tables)
    with workspace.warehouse().writing() as writer:
        graph.run(writer)
    assert main(["-w", str(workspace.root), "workspace", "summary"]) == 0
    text = capsys.readouterr().out
    assert "0 of 2; up to 50.0 % if unmapped reasons are denials" in text
