"""The mapping benchmark, computed anew: its page is what it gives, and no error goes without a mark."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.mapping_benchmark.__main__ import FOLDERS, page, results
from tools.mapping_benchmark.exports import EXPORTS
from tools.mapping_benchmark.stated_values import judged_by_stated_values, stated_exports

KINDS = stated_exports(EXPORTS / "kinds")
PAGE = Path(__file__).resolve().parents[3] / "docs" / "mapping_benchmark.md"
GOAL = 16


@pytest.mark.slow
def test_the_page_is_what_the_benchmark_gives_and_no_error_is_without_a_mark() -> None:
    found = {folder: results(folder) for folder in FOLDERS}
    unmarked = [row for rows in found.values() for row in rows if row.outcome == "WRONG WITHOUT A MARK"]
    assert unmarked == []
    assert len(found["first"]) == 20
    assert sum(row.outcome == "right" for row in found["first"]) >= GOAL
    assert len(found["apart"]) == 10
    assert PAGE.read_text(encoding="utf-8").endswith(page(found))


@pytest.mark.parametrize("export", KINDS, ids=[path.stem for path in KINDS])
def test_an_export_of_each_kind_loads_right_by_its_proposal(export: Path) -> None:
    assert judged_by_stated_values(export).differences == ()
