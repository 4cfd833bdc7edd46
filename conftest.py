"""What a whole run of the tests shares: a folder for what is made once, and a demo for the notebooks."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

_SHARED = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the shared folder, and in it the notebooks' workspace, before any worker starts."""
    if hasattr(config, "workerinput"):
        return
    from tests.made_once import FOLDER_VARIABLE, demo_workspace  # noqa: PLC0415 - a worker needs none of it

    shared = Path(tempfile.mkdtemp(prefix="auditlib-tests-"))
    config.stash[_SHARED] = shared
    os.environ[FOLDER_VARIABLE] = str(shared)
    if config.getoption("--nbval", default=False):
        from auditlib.workspace.locate import WORKSPACE_VARIABLE  # noqa: PLC0415

        os.environ[WORKSPACE_VARIABLE] = str(demo_workspace(shared / "notebooks"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove that folder."""
    if shared := config.stash.get(_SHARED, None):
        shutil.rmtree(shared, ignore_errors=True)
