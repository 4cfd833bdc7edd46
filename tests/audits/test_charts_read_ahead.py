"""Charts of a worklist are read ahead, and are as they would be when read alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.audits.chart_reader import chart_source, read_chart
from auditlib.errors import UsageError
from auditlib.schema.mart import FINDING
from auditlib.workbench import Workbench
from tests.made_once import demo_workspace


def test_a_chart_that_was_read_ahead_is_the_one_that_is_read_alone_until_the_warehouse_is_written(
    tmp_path: Path,
) -> None:
    workbench = Workbench.open(demo_workspace(tmp_path))
    warehouse = workbench.workspace.warehouse()
    found = workbench.checks.findings().frame["encounter_id"].drop_nulls().unique().sort()
    sampled = [unit.unit_id for unit in workbench.audit("demo").manifest.selected]
    worklist = list(dict.fromkeys([*sampled[:90], *found.head(20)]))
    source = chart_source(warehouse, encounter_ids=worklist)
    charts = [source(encounter_id) for encounter_id in (*worklist[:3], *worklist[85:], worklist[2])]
    for chart in charts:
        assert chart == read_chart(warehouse, chart.encounter_id)
    assert any(chart.findings or any(code.findings for code in chart.codes) for chart in charts)
    with warehouse.writing() as writer:
        writer.clear(FINDING)
    for chart in map(source, found.head(20)):
        assert chart.findings == ()
        assert not any(code.findings for code in chart.codes)
    with pytest.raises(UsageError, match="There is no encounter"):
        source("NOBODY")
