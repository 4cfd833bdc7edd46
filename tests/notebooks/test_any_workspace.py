"""The notebooks run on anybody's workspace: no cell that runs unasked writes, and none ends in a traceback.

On the demo's `make test` runs them itself, each in a kernel of its own, and compares what they show; the root's
conftest holds that nothing was written there. Here one process runs them all, each in a shell of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from auditlib.workbench import Workbench
from auditlib.workspace.locate import WORKSPACE_VARIABLE
from tests.made_once import workspace_with_code_sets
from tests.notebooks.workspace_state import state
from tests.x12_texts import professional_claims, remittance

RUN = """
import sys
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell

for path in sorted(Path(sys.argv[1]).glob("*.ipynb")):
    shell = InteractiveShell()
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and not shell.run_cell(cell.source).success:
            sys.exit(f"{path.name}: {cell.source}")
    print("ran", path.stem)
"""
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def only_claims(root: Path) -> Workbench:
    workbench = Workbench.open(workspace_with_code_sets(root))
    (root / "claims.837").write_text(
        professional_claims([("C1", "100.00"), ("C2", "50.00")]), encoding="ascii"
    )
    (root / "paid.835").write_text(remittance([("C1", "100.00", "80.00")]), encoding="ascii")
    report = workbench.files.load([root / "claims.837", root / "paid.835"])
    assert report.rejected_count == 0
    return workbench


def empty(root: Path) -> Workbench:
    return Workbench.open(workspace_with_code_sets(root))


@pytest.mark.slow
@pytest.mark.parametrize("make", [only_claims, empty])
def test_all_notebooks_run_and_nothing_is_written(make: Callable[[Path], Workbench], tmp_path: Path) -> None:
    workbench = make(tmp_path / "workspace")
    before = state(workbench.workspace.root)
    environment = {**os.environ, WORKSPACE_VARIABLE: str(workbench.workspace.root)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(NOTEBOOKS)],
        env=environment,
        cwd=NOTEBOOKS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    ran = [line.removeprefix("ran ") for line in done.stdout.splitlines() if line.startswith("ran ")]
    assert ran == sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
    assert state(workbench.workspace.root) == before
