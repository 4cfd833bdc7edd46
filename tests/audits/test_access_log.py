"""Who opened which chart and wrote what: one event a chart and session, listed by whom, audit and day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditlib.audits import access_log
from auditlib.audits.access_log import CHART_SHOWN, ROWS_WRITTEN, AccessFilter, access_frame
from auditlib.cli.main import main
from auditlib.errors import StoreError
from auditlib.ledger import Event, Ledger
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from tests.widgets.test_sample_planner import small_workbench

MOMENT = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)


def event(kind: str, subject: str, actor: str, *, hour: int = 9, **payload: object) -> Event:
    audit = "q1" if kind == "chart opened" else "access log"
    return Event(1, kind, audit, subject, actor, payload, MOMENT.replace(hour=hour), "0" * 64, "1" * 64)


EVENTS = (
    event(CHART_SHOWN, "E1", "Ada", audit="q1", screen="review desk"),
    event("chart opened", "E2", "Ada", hour=10),
    event("chart opened", "E2", "Ada", hour=11),
    event(CHART_SHOWN, "E1", "Bo", audit=None, screen="notebook", hour=12),
    event(ROWS_WRITTEN, "report", "Bo", audit="q1", files=["q1.html", "q1.xlsx"], form="identified", hour=13),
)


def test_openings_are_one_row_a_user_chart_and_day_and_files_one_a_time() -> None:
    rows = access_frame(EVENTS, AccessFilter()).select(
        "actor", "access", "audit", "encounter_id", "screen", "file_names", "event_count"
    )
    assert rows.rows() == [
        ("Bo", "report", "q1", None, None, "q1.html, q1.xlsx", 1),
        ("Bo", "chart opened", None, "E1", "notebook", None, 1),
        ("Ada", "chart opened", "q1", "E2", "review desk", None, 2),
        ("Ada", "chart opened", "q1", "E1", "review desk", None, 1),
    ]


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        (AccessFilter(actor="Ada"), 2),
        (AccessFilter(audit="q1"), 3),
        (AccessFilter(encounter_id="E1"), 2),
        (AccessFilter(since=MOMENT.date() + dt.timedelta(days=1)), 0),
        (AccessFilter(until=MOMENT.date(), actor="Bo"), 2),
    ],
)
def test_the_list_is_of_a_user_an_audit_a_chart_or_days(chosen: AccessFilter, count: int) -> None:
    assert access_frame(EVENTS, chosen).height == count


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return small_workbench(tmp_path / "w")


def test_charts_that_are_shown_and_lists_that_are_written_are_on_record_once(
    bench: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    visit = bench.encounter("E003")
    visit.document(1)
    visit.evidence()
    bench.encounter("E003").document(1)
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="5", count=2), name="q1")
    bench.audit("q1").review(bench.user)._open_card(bench.user)  # type: ignore[union-attr]
    bench.reports.write(pack="denials", formats=["html"])
    listed = bench.ledger.access().frame
    shown = listed.filter(access="chart opened").select("actor", "screen", "event_count").rows()
    assert sorted(shown) == [("R. Auditor", "notebook", 1), ("R. Auditor", "review desk", 1)]
    assert listed.filter(access="report")["file_names"].to_list() == ["denials.html"]
    root = str(bench.workspace.root)
    assert main(["-w", root, "ledger", "access", "--chart", "E003"]) == 0
    assert "notebook" in capsys.readouterr().out
    assert main(["-w", root, "ledger", "access", "--user", "nobody"]) == 0
    assert "No such access is on record." in capsys.readouterr().out


def test_a_decision_is_recorded_although_its_chart_was_shown_meanwhile(bench: Workbench) -> None:
    ledger = bench.workspace.ledger()
    given = {"audit": "q1", "subject": "E004", "actor": bench.user, "payload": {}, "recorded_at": MOMENT}
    seen = ledger.append(kind="comment", **given).event_number  # type: ignore[arg-type]
    bench.encounter("E004").document(1)
    assert ledger.append(kind="comment", seen=seen, **given).event_number == seen + 2  # type: ignore[arg-type]


def test_a_chart_is_shown_where_the_ledger_can_only_be_read(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        message = "It may not be written to."
        raise StoreError(message)

    monkeypatch.setattr(Ledger, "append", refuse)
    assert "E005" in repr(bench.encounter("E005"))
    assert bench.encounter("E005").document(1) is not None
    assert not any(key[-1] == "E005" for key in access_log._shown)
