from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from auditlib.codesets.readers import optional
from auditlib.warehouse import Warehouse
from auditlib.workspace import Workspace

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


@pytest.fixture
def warehouse() -> Warehouse:
    """An empty in-memory warehouse with every table."""
    return Warehouse.in_memory()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace without code sets."""
    return Workspace.create(tmp_path / "workspace")


@pytest.fixture(scope="session")
def field_data() -> Path:
    """The folder of real files, or a skip that says what is missing."""
    folder = Path(os.environ.get("AUDITLIB_FIELD_DATA", Path(__file__).parents[2] / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no real files at {folder}: set AUDITLIB_FIELD_DATA")
    return folder
