"""The page of questions names commands that run, on the demo and on claims and charts of somebody else."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from auditlib.cli.main import main
from auditlib.workbench import Workbench
from tests.made_once import demo_workspace
from tests.workbench.records import BARE, VISITS, agree_with_all, records_workbench

PAGE = Path(__file__).parents[1] / "docs" / "questions.md"
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
QUIET_CODES = {0, 1}


def commands() -> list[str]:
    """Return every command in the last column of the tables, once."""
    rows = [line.split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    found = [match[1] for row in rows if (match := re.fullmatch(r" `(auditlib .+)` ", row[-2]))]
    return list(dict.fromkeys(found))


def own_workspace(root: Path) -> Path:
    bench = records_workbench(root)
    agree_with_all(bench, [visit for visit in VISITS if visit not in BARE])
    bench.audit().state_record(sorted(BARE), "missing")
    return bench.workspace.root


def test_the_page_names_commands_and_notebooks_that_exist() -> None:
    assert len(commands()) >= 12
    named = set(re.findall(r"`(\d\d_\w+)`", PAGE.read_text(encoding="utf-8")))
    assert named <= {path.stem for path in NOTEBOOKS.glob("*.ipynb")}
    assert "05_accuracy" in named


@pytest.mark.slow
@pytest.mark.parametrize("make", [demo_workspace, own_workspace])
def test_every_command_answers(
    make: Callable[[Path], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(tmp_path / "w")
    name = Workbench.open(root).audit().name
    for command in commands():
        words = [name if word == "NAME" else word for word in shlex.split(command)[1:]]
        code = main(["-w", str(root), *words])
        printed = capsys.readouterr()
        assert code in QUIET_CODES, (command, printed.err)
        assert printed.out.strip(), command
