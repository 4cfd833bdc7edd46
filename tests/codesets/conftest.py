from __future__ import annotations

import pytest

from auditlib.codesets import CodeSetRelease, embedded_icd10cm


@pytest.fixture(scope="session")
def icd10cm() -> CodeSetRelease:
    return embedded_icd10cm()
