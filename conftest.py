"""What a whole run of the tests shares: a folder for what is made once, and a demo for the notebooks."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest

_SHARED = pytest.StashKey[Path]()
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - only the parent of a folder of our own
_ROOM_BYTES = 8 << 30


def pytest_configure(config: pytest.Config) -> None:
    """Make the shared folder before any worker starts, and name the notebooks' workspace in it."""
    if hasattr(config, "workerinput"):
        return
    from tests.made_once import FOLDER_VARIABLE  # noqa: PLC0415 - a worker needs none of it

    shared = Path(tempfile.mkdtemp(prefix=f"auditlib-tests-{os.getpid()}-", dir=_memory_or_none()))
    config.stash[_SHARED] = shared
    os.environ[FOLDER_VARIABLE] = str(shared)
    if config.option.basetemp is None and shared.parent == _IN_MEMORY:
        config.option.basetemp = shared / "tmp"
    if config.getoption("--nbval", default=False):
        from auditlib.workspace.locate import WORKSPACE_VARIABLE  # noqa: PLC0415

        os.environ[WORKSPACE_VARIABLE] = str(shared / "notebooks")


def _memory_or_none() -> Path | None:
    """Return the system's folder in memory if it has room: stores then wait for no disk."""
    # What a run that was killed left takes memory.
    for left in _IN_MEMORY.glob("auditlib-tests-*"):
        process = left.name.split("-")[2]
        if process.isdigit() and not Path("/proc", process).exists():
            shutil.rmtree(left, ignore_errors=True)
    try:
        has_room = os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free > _ROOM_BYTES
    except OSError:
        return None
    return _IN_MEMORY if has_room else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let long modules come first, so that no worker ends long after the others."""
    of_module = Counter(item.path for item in items)
    of_long_tests = {item.path for item in items if item.path.suffix == ".ipynb"} | {
        item.path for item in items for name in ("slow", "ui") if item.get_closest_marker(name)
    }
    items.sort(key=lambda item: (item.path not in of_long_tests, -of_module[item.path], item.path))


def pytest_collection_finish() -> None:
    """Let the search for garbage pass over the tests themselves, which stay until the end."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Make the notebooks' workspace when the first of their cells is about to run."""
    if _is_cell(item):
        _state_of_notebooks_workspace()


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Fail after the last cell of a notebook if anything was written unasked."""
    is_last = nextitem is None or nextitem.path != item.path
    if _is_cell(item) and is_last:
        before, now = _state_of_notebooks_workspace()
        if now != before:
            pytest.fail(f"{item.path.name}, or a notebook beside it, wrote to its workspace")


def _is_cell(item: pytest.Item) -> bool:
    return item.path.suffix == ".ipynb" and bool(item.config.getoption("--nbval", default=False))


def _state_of_notebooks_workspace() -> tuple[dict[str, object], dict[str, object]]:
    """Return what the workspace held when it was first looked at, and what it holds now."""
    from tests.made_once import demo_workspace, made_once  # noqa: PLC0415 - few runs have notebooks
    from tests.notebooks.workspace_state import state, state_before  # noqa: PLC0415

    root = made_once("notebooks", demo_workspace)
    return state_before(root), state(root)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove that folder."""
    if shared := config.stash.get(_SHARED, None):
        shutil.rmtree(shared, ignore_errors=True)
