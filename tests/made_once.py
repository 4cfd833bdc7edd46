"""Workspaces that are made once in a run of the tests and copied for each test that changes one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from auditlib.checks import all_checks
from auditlib.checks.check_query import tables_of
from auditlib.warehouse import Warehouse, graph
from auditlib.workbench import Workbench
from auditlib.workbench.demo import run_demo
from auditlib.workspace import Workspace

FOLDER_VARIABLE = "AUDITLIB_TESTS_MADE_ONCE"
"""Names the folder that all processes of a run share; the root's conftest makes and removes it."""


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder, to be read only, that the first process to ask for it makes; the others wait."""
    shared = Path(os.environ[FOLDER_VARIABLE])
    folder, finished = shared / name, shared / f"{name}.finished"
    with FileLock(shared / f"{name}.lock"):
        if not finished.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            finished.touch()
    return folder


def copied(name: str, make: Callable[[Path], object], to: Path) -> Path:
    """Return a copy, to be changed at will, of what is made once."""
    return Path(shutil.copytree(made_once(name, make), to, dirs_exist_ok=True))


def empty_workspace(to: Path) -> Workspace:
    """Return a new workspace without code sets."""
    return Workspace.open(copied("empty", _create_with_models, to))


def _create_with_models(root: Path) -> Workspace:
    def build(warehouse: Warehouse) -> None:
        with warehouse.writing() as writer:
            graph.run(writer)

    return Workspace.create(root, fill=build)


def workspace_with_code_sets(to: Path) -> Path:
    """Return the folder of a workspace as 'auditlib init' makes it; what checks make of code sets is made."""
    return copied("with-code-sets", _create_with_code_sets, to)


def _create_with_code_sets(root: Path) -> None:
    with Workbench.create(root).workspace.warehouse().writing() as writer:
        graph.run_outdated(writer, wanted=tables_of(all_checks()))


def demo_workspace(to: Path) -> Path:
    """Return the folder of a workspace as 'auditlib demo' leaves it."""
    return copied("demo", run_demo, to)
