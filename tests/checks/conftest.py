from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import pytest

from auditlib.checks.runner import compare_notes, write_line_rules
from auditlib.warehouse import Warehouse, Writer
from tests.checks.beside_a_copy import with_copies, without_copies
from tests.checks.beside_other_lists import with_other_lists
from tests.checks.cases import Judge, Result, Rows, judged_within
from tests.tables import append


@pytest.fixture(scope="session")
def _with_line_rules() -> Warehouse:
    warehouse = Warehouse.in_memory()
    with warehouse.writing() as writer:
        write_line_rules(writer)
    return warehouse


class _TakenBackError(Exception):
    """Ends a transaction of which nothing stays."""


@contextmanager
def _taken_back(warehouse: Warehouse) -> Iterator[Writer]:
    with suppress(_TakenBackError), warehouse.writing() as writer:
        yield writer
        raise _TakenBackError


@pytest.fixture
def judge(_with_line_rules: Warehouse) -> Judge:
    """Fill tables, derive what one check reads, and run it, beside copies and other lists.

    Nothing stays in the warehouse; a call without tables judges those of the call before.
    """
    given: Mapping[str, Rows] = {}

    def run(check_id: str, tables: Mapping[str, Rows]) -> Result:
        nonlocal given
        tables = given = tables or given
        with _taken_back(_with_line_rules) as writer:
            append(writer, with_other_lists(with_copies(check_id, tables)))
            if "core.document" in tables:
                compare_notes(writer)
            result = judged_within(writer, (check_id,))[check_id]
        return without_copies(check_id, result)

    return run
