from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from auditlib.codesets.readers import embedded, optional
from auditlib.warehouse import Warehouse
from auditlib.workspace import Workspace
from tests.made_once import empty_workspace
from tests.tables import empty

if "CI" not in os.environ:
    # On a busy machine an example may take its time: nothing is timed in a test.
    settings.register_profile("patient", deadline=None)
    settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def _without_extras() -> Iterator[None]:
    """Make workspaces as an installation without extras does: quickly, and alike on every machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optional, "OPTIONAL_SETS", ())
        yield


@pytest.fixture(scope="session", autouse=True)
def _reading_the_embedded_icd10cm_once() -> Iterator[None]:
    """Read it, which is most of the work of making a workspace, once a process: it never differs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "embedded_icd10cm", cache(embedded.embedded_icd10cm))
        yield


@pytest.fixture(scope="module", autouse=True)
def _without_a_workspace_of_the_environment() -> Iterator[None]:
    """Let tests, and what a module makes once, find no workspace but their own, as that of the notebooks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AUDITLIB_WORKSPACE", raising=False)
        yield


@pytest.fixture(scope="session")
def _used_again() -> Warehouse:
    return Warehouse.in_memory()


@pytest.fixture
def warehouse(_used_again: Warehouse) -> Iterator[Warehouse]:
    """An empty in-memory warehouse with every table."""
    yield _used_again
    empty(_used_again)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace without code sets."""
    return empty_workspace(tmp_path / "workspace")


@pytest.fixture(scope="session")
def field_data() -> Path:
    """The folder of real files, or a skip that says what is missing."""
    folder = Path(os.environ.get("AUDITLIB_FIELD_DATA", Path(__file__).parents[2] / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no real files at {folder}: set AUDITLIB_FIELD_DATA")
    return folder
