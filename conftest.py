"""The notebooks are tested on a workspace of their own, made once for the whole run."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

_MADE = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Make a demo workspace where the notebooks are to run, before any worker starts."""
    if not config.getoption("--nbval", default=False) or hasattr(config, "workerinput"):
        return
    from auditlib.workbench.demo import run_demo  # noqa: PLC0415 - only a run with notebooks needs it
    from auditlib.workspace.locate import WORKSPACE_VARIABLE  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="auditlib-notebooks-"))
    run_demo(folder / "workspace")
    os.environ[WORKSPACE_VARIABLE] = str(folder / "workspace")
    config.stash[_MADE] = folder


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove that workspace."""
    if folder := config.stash.get(_MADE, None):
        shutil.rmtree(folder, ignore_errors=True)
