"""A plugin of pytest that adds to ``judged_cases.jsonl`` what it lacks of the checks' own tests.

``python -m pytest -p tests.warehouse.recorded_cases tests/checks`` keeps for each check the first case in
which it finds something. It changes what tests import, so it comes before them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from auditlib.warehouse import Warehouse
from tests import tables
from tests.checks import beside_a_copy, beside_other_lists, cases
from tests.warehouse.judged_cases import Rows, judged_cases, write_cases

_MOST_ROWS = 300
_kept: dict[str, dict[str, Rows]] = judged_cases()
_filled: dict[int, dict[str, list[Mapping[str, Any]]]] = {}
_fill, _all_judged = tables.fill, cases.all_judged


def fill(warehouse: Warehouse, given: Mapping[str, Rows]) -> None:
    """Fill tables, and note with what."""
    filled = _filled.setdefault(id(warehouse), defaultdict(list))
    for name, rows in given.items():
        filled[name] += rows
    _fill(warehouse, given)


def all_judged(warehouse: Warehouse, check_ids: Sequence[str]) -> dict[str, cases.Result]:
    """Judge, and keep what was filled for the checks that find something in it for the first time."""
    results = _all_judged(warehouse, check_ids)
    known = {check_id for several in _kept for check_id in several.split()}
    new = [check_id for check_id, result in results.items() if result.findings and check_id not in known]
    filled = _filled.get(id(warehouse), {})
    if new and sum(map(len, filled.values())) <= _MOST_ROWS:
        _kept[" ".join(new)] = dict(filled)
        write_cases(_kept)
    return results


def pytest_runtest_setup() -> None:
    """Forget what earlier tests filled."""
    _filled.clear()


tables.fill, cases.all_judged = fill, all_judged
# A case alone, without what the tests put beside it.
beside_a_copy.with_copies = lambda _, given: given
beside_a_copy.without_copies = lambda _, result: result
beside_other_lists.with_other_lists = lambda given: given
