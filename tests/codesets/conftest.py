from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.codesets.readers.embedded import embedded_icd10cm
from auditlib.codesets.readers.release import CodeSetRelease
from tests.made_once import workspace_with_code_sets


@pytest.fixture(scope="session")
def icd10cm() -> CodeSetRelease:
    return embedded_icd10cm()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace as it is made, with the embedded code sets: not to be written to."""
    return workspace_with_code_sets(tmp_path_factory.mktemp("made") / "w")
