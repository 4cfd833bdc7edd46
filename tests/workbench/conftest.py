from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.workbench import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace without code sets."""
    return Workspace.create(tmp_path / "workspace")
