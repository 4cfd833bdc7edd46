"""A plugin of pytest that adds to ``judged_cases.jsonl`` what it lacks of the checks' own tests.

``python -m pytest -p tests.warehouse.recorded_cases tests/checks`` keeps for each check the first case in
which it finds something. It changes what tests import, so it comes before them.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditlib.schema.ref_sets import LINE_RULE
from auditlib.warehouse import Writer, graph
from tests.checks import beside_a_copy, beside_other_lists, cases
from tests.warehouse.judged_cases import Rows, judged_cases, write_cases

_MOST_ROWS = 300
_kept: dict[str, dict[str, Rows]] = judged_cases()
_judged_within = cases.judged_within


def judged_within(writer: Writer, check_ids: Sequence[str]) -> dict[str, cases.Result]:
    """Judge, and keep the loaded rows for the checks that find something for the first time."""
    results = _judged_within(writer, check_ids)
    known = {check_id for several in _kept for check_id in several.split()}
    new = [check_id for check_id, result in results.items() if result.findings and check_id not in known]
    if new:
        case = {
            table.full_name: writer._connection.select(
                f"select * from {table.full_name} where {condition}", None
            ).to_dicts()
            for table, condition in graph.loaded_rows().items()
            if table.schema != "mart" and table != LINE_RULE
        }
        if sum(map(len, case.values())) <= _MOST_ROWS:
            _kept[" ".join(new)] = {name: rows for name, rows in case.items() if rows}
            write_cases(_kept)
    return results


cases.judged_within = judged_within
# A case alone, without what the tests put beside it.
beside_a_copy.with_copies = lambda _, given: given
beside_a_copy.without_copies = lambda _, result: result
beside_other_lists.with_other_lists = lambda given: given
