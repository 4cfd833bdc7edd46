"""Charts of a worklist are read ahead, and are as they would be when read alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditlib.audits.chart_reader import chart_source, read_chart
from auditlib.checks.acceptance import AcceptedScope, accept, acceptances
from auditlib.errors import UsageError
from auditlib.review import Chart, ChartFinding
from auditlib.schema.mart import FINDING
from auditlib.workbench import Workbench
from tests.made_once import demo_workspace


def findings_of(chart: Chart) -> list[ChartFinding]:
    return [*chart.findings, *(finding for code in chart.codes for finding in code.findings)]


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
    checked = next(chart for chart in charts if chart.findings or any(code.findings for code in chart.codes))
    accepted = findings_of(checked)[0].check_id
    ledger = workbench.workspace.ledger()
    scope = AcceptedScope(check_id=accepted, claim=checked.encounter_id)
    until = dt.date(2099, 12, 31)
    accept(ledger, scope, reason="As agreed.", until=until, actor="Ada", recorded_at=dt.datetime.now(dt.UTC))
    marked = read_chart(warehouse, checked.encounter_id, acceptances=lambda: acceptances(ledger))
    for finding in findings_of(marked):
        is_accepted = finding.check_id == accepted
        assert finding.accepted_because == ("As agreed." if is_accepted else None)
        assert finding.accepted_until == (until if is_accepted else None)
    with warehouse.writing() as writer:
        writer.clear(FINDING)
    for chart in map(source, found.head(20)):
        assert chart.findings == ()
        assert not any(code.findings for code in chart.codes)
    with pytest.raises(UsageError, match="There is no encounter"):
        source("NOBODY")
