from __future__ import annotations

from collections.abc import Mapping

import pytest

from auditlib.warehouse import Warehouse
from tests.checks.beside_a_copy import with_copies, without_copies
from tests.checks.beside_other_lists import with_other_lists
from tests.checks.cases import Judge, Result, Rows, judged
from tests.tables import fill


@pytest.fixture
def judge(warehouse: Warehouse) -> Judge:
    """Fill tables, derive the diagnoses as a load does, and run one check, beside copies and other lists."""

    def run(check_id: str, tables: Mapping[str, Rows]) -> Result:
        fill(warehouse, with_other_lists(with_copies(check_id, tables)))
        return without_copies(check_id, judged(warehouse, check_id))

    return run
