from __future__ import annotations

import re
from importlib.resources import files

import pytest

QUERIES = sorted(
    (query.name.removesuffix(".sql"), query.read_text(encoding="utf-8"))
    for query in files("auditlib").joinpath("sql", "checks").iterdir()
)
# Reads releases of notes, which always speak in full: no list of codes that can only confirm has any.
OF_NOTES = frozenset({"dx_06", "dx_08", "dx_25"})
# They read categories, places of service, payment statuses and sides of titles, and call no code invalid.
JUDGE_NO_CODE = frozenset({"oce_01", "oig_08", "pos_01", "px_03"})


def test_there_are_queries_that_read_releases() -> None:
    assert {name for name, query in QUERIES if "core.release_day as" in query} >= {"dx_01", "dx_02", "dx_03"}


@pytest.mark.parametrize(("name", "query"), QUERIES, ids=[name for name, _ in QUERIES])
def test_a_check_of_codes_asks_whether_the_release_can_only_confirm(name: str, query: str) -> None:
    reads = re.search(r"\b(ref\.(release|code)|core\.release_day)\b", query) is not None
    assert not reads or name in OF_NOTES | JUDGE_NO_CODE or "can_only_confirm" in query
