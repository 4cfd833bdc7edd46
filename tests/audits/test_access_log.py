"""Who opened which chart and wrote what: one event a chart and session, listed by whom, audit and day."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import pkgutil
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from auditlib import workbench
from auditlib.audits.access_log import CHART_SHOWN, ROWS_WRITTEN, AccessFilter, access_frame
from auditlib.cli.main import main
from auditlib.errors import StoreError
from auditlib.ledger import Event, Ledger
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from auditlib.workbench.on_record import returns_answer
from tests.widgets.test_sample_planner import small_workbench
from tests.without_permissions import open_folder, run_without_permissions

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


def refuse(*_given: object, **_named: object) -> None:
    message = "The ledger cannot be used: the disk is full."
    raise StoreError(message, hint="Make room on the disk.")


def test_a_chart_whose_opening_cannot_be_recorded_is_not_shown(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ledger, "append", refuse)
    for _ in range(2):
        with pytest.raises(StoreError, match=r"the disk is full.*No chart is shown that the access log"):
            bench.encounter("E005").document(1)
    monkeypatch.undo()
    bench.encounter("E005").document(1)
    assert bench.ledger.access(chart="E005").frame.height == 1


WRITERS: dict[str, Callable[[Workbench, Path], object]] = {
    "denials.html": lambda bench, path: bench.reports.write(
        pack="denials", formats=["html"], folder=path.parent
    ),
    "answer.csv": lambda bench, path: bench.files.list().write(path),
    "answer_of_answer.xlsx": lambda bench, path: bench.files.list().top(3).suppressed().write(path),
    "list.csv": lambda bench, path: bench.denials.write_worklist(path, bench.denials.worklist()),
    "lost.xlsx": lambda bench, path: bench.denials.reduced_payments.write(path, bench.denials.worklist()),
    "refunds.html": lambda bench, path: bench.refunds.write(path),
}


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_written_is_on_record_before_it_is_and_is_not_written_if_it_cannot_be(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "append", refuse)
        with pytest.raises(StoreError, match=r"the disk is full.*that the access log cannot hold"):
            WRITERS[name](bench, folder / name)
    assert not list(folder.iterdir())
    WRITERS[name](bench, folder / name)
    assert (folder / name).exists()
    (entry,) = bench.ledger.access().frame.iter_rows(named=True)
    assert (entry["file_names"], entry["actor"]) == (name, bench.user)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_ledger_that_cannot_be_written_to_in_a_workspace_that_can_stops_charts_and_reports(
    bench: Workbench,
) -> None:
    program = (
        "import sys\nfrom auditlib import Workbench\nfrom auditlib.errors import StoreError\n"
        "bench = Workbench.open(sys.argv[1])\n"
        "for look in (lambda: bench.encounter('E006').document(1),\n"
        "    lambda: bench.reports.write(pack='denials', formats=['html'])):\n"
        "    try:\n        look()\n"
        "    except StoreError as error:\n        print(error)\n"
    )
    with open_folder() as folder:
        root = Path(shutil.copytree(bench.workspace.root, folder / "workspace"))
        (root / "ledger.db").chmod(0o444)
        said = run_without_permissions(sys.executable, "-c", program, str(root))
        assert not list((root / "reports").iterdir())
    for refused in ("No chart is shown", "No file with rows of patients is written"):
        assert f"this account may read it and not write to it. {refused}" in said


def test_every_answer_of_an_accessor_knows_the_access_log() -> None:
    without = []
    for module in pkgutil.iter_modules(workbench.__path__, "auditlib.workbench."):
        for name, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if kind.__module__ != module.name or "self._context" not in inspect.getsource(kind):
                continue
            for member_name, member in vars(kind).items():
                method = member.fget if isinstance(member, property) else member
                if not inspect.isfunction(method) or not returns_answer(method):
                    continue
                if not hasattr(method, "__wrapped__"):
                    without.append(f"{name}.{member_name}")
    assert not without, "put @answers_on_record on the class"


def test_a_backup_is_on_record_and_is_made_even_if_that_cannot_be(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = bench.backup(tmp_path / "backups", ledger_only=True)
    assert bench.ledger.access().frame.select("access", "file_names").rows() == [("backup", made.path.name)]
    monkeypatch.setattr(Ledger, "append", refuse)
    root = str(bench.workspace.root)
    assert main(["-w", root, "backup", "--ledger-only", str(tmp_path / "others")]) == 0
    assert "The access log does not hold this backup" in capsys.readouterr().out
