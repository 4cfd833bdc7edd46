from __future__ import annotations

import os
from pathlib import Path

import pytest

from auditlib.warehouse import Warehouse


@pytest.fixture
def warehouse() -> Warehouse:
    """An empty in-memory warehouse with every table."""
    return Warehouse.in_memory()


@pytest.fixture(scope="session")
def field_data() -> Path:
    """The folder of real files, or a skip that says what is missing."""
    folder = Path(os.environ.get("AUDITLIB_FIELD_DATA", Path(__file__).parents[2] / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no real files at {folder}: set AUDITLIB_FIELD_DATA")
    return folder
