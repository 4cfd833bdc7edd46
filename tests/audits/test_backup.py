"""Backups: whole while others write; brought back where nothing is, and never if tampered with."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from auditlib.audits import backup as backing_up
from auditlib.audits.backup import back_up, restore
from auditlib.audits.integrity import verify_ledger
from auditlib.cli.main import main
from auditlib.errors import BadInputError, LedgerBrokenError, UsageError
from auditlib.ledger import Ledger, LedgerCheck
from auditlib.progress import SilentProgress
from auditlib.sampling import Universe
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from auditlib.workspace.pseudonym_key import PSEUDONYM_KEY_NAME
from tests.audits.test_integrity import draw, make_folders
from tests.made_once import copied

NOON = dt.datetime(2026, 11, 29, 12, 0, tzinfo=dt.UTC)


def record(ledger: Ledger, number: int) -> int:
    event = ledger.append(
        kind="comment",
        audit="first",
        subject=f"E{number}",
        actor="Ada",
        payload={"n": number},
        recorded_at=NOON + dt.timedelta(seconds=number),
    )
    return event.event_number


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    home = copied("twelve-claims", make_folders, tmp_path)
    bench = Workbench(Workspace.open(home / "workspace"), user="Ada", clock=lambda: NOON)
    draw(bench)
    root = bench.workspace.root
    (root / "releases" / "list.txt").write_text("a release")
    # What somebody works with at this moment.
    for name in (".ledger.db.turn-1-1-1", ".load.lock", ".q1.json.unfinished"):
        (root / name).touch()
    (root / ".staging").mkdir(exist_ok=True)
    (root / ".staging" / "part.parquet").touch()
    return bench


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def test_a_backup_holds_both_stores_and_everything_beside_them_and_comes_back(
    bench: Workbench, backups: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = bench.workspace.root
    key = (root / PSEUDONYM_KEY_NAME).read_bytes()
    check = bench.ledger.verify()
    made = bench.backup(backups)
    # That it was made is on record, after it.
    assert bench.ledger.verify().event_count == check.event_count + 1
    assert made.path.name == "workspace-20261129T120000Z"
    names = {path.relative_to(made.path).as_posix() for path in made.path.rglob("*") if path.is_file()}
    assert names == {
        "backup.json",
        "workspace.toml",
        "ledger.db",
        "warehouse.duckdb",
        PSEUDONYM_KEY_NAME,
        "anchors.jsonl",
        "releases/list.txt",
        *(path.relative_to(root).as_posix() for path in (root / "manifests").iterdir()),
    }
    assert all(path.stat().st_mode & 0o077 == 0 for path in made.path.rglob("*") if path.is_file())
    to = tmp_path / "again"
    assert main(["restore", str(made.path), str(to)]) == 0
    assert made.check.anchor in capsys.readouterr().out
    again = Workbench.open(to, user="Ada")
    assert again.ledger.verify() == check
    assert again.files.totals().frame.equals(bench.files.totals().frame)
    assert (to / PSEUDONYM_KEY_NAME).read_bytes() == key
    assert not (to / "backup.json").exists()
    record(again.workspace.ledger(), 1)
    with pytest.raises(UsageError, match="exists, and nothing is written over"):
        restore(made.path, to)
    with pytest.raises(UsageError, match="exists, and nothing is written over"):
        restore(made.path)
    shutil.rmtree(root)
    assert restore(made.path).path == root.resolve()


@pytest.mark.skipif(sys.platform == "win32", reason="links take a right there")
def test_a_folder_that_lies_on_another_disk_is_in_the_backup(
    bench: Workbench, backups: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "other disk"
    elsewhere.mkdir()
    (elsewhere / "scan.pdf").write_bytes(b"a scan")
    root = bench.workspace.root
    (root / "attachments").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(root)
    made = bench.backup(backups)
    assert (made.path / "attachments" / "scan.pdf").read_bytes() == b"a scan"
    assert not (made.path / "attachments" / "back").exists()
    assert (restore(made.path, tmp_path / "again").path / "attachments" / "scan.pdf").is_file()


def test_a_lake_is_left_out_and_a_copy_writes_none_of_the_workspace_that_goes_on(
    bench: Workbench, backups: Path, tmp_path: Path
) -> None:
    root = bench.workspace.root
    config = (root / "workspace.toml").read_text(encoding="utf-8")
    (root / "workspace.toml").write_text(f'lake = "parquet"\n{config}', encoding="utf-8")
    for name in ("parquet/core/claim/rows.parquet", "notebooks/lake/mine.ipynb"):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text("rows", encoding="utf-8")
    workspace = Workspace.open(root)
    made = back_up(workspace, backups, made_at=NOON)
    assert not (made.path / "parquet").exists()
    assert (made.path / "notebooks" / "lake" / "mine.ipynb").is_file()
    restored = Workspace.open(restore(made.path, tmp_path / "again").path)
    assert restored.lake_path == restored.root / "lake"


def test_the_ledger_alone_leaves_out_what_can_be_loaded_again(
    bench: Workbench, backups: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-w", str(bench.workspace.root), "backup", str(backups), "--ledger-only", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["has_warehouse"] is False
    path = Path(said["path"])
    assert not (path / "warehouse.duckdb").exists()
    assert not (path / "releases").exists()
    assert (path / PSEUDONYM_KEY_NAME).exists()
    restored = restore(path, tmp_path / "again")
    assert restored.check.anchor == said["anchor"]


def test_a_backup_is_whole_while_others_write(bench: Workbench, backups: Path) -> None:
    acknowledged: list[int] = []
    stop = threading.Event()

    def write() -> None:
        ledger = bench.workspace.ledger()
        while not stop.is_set():
            acknowledged.append(record(ledger, len(acknowledged)))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(acknowledged) < 3:
            pass
        for number in range(2):
            known = len(acknowledged)
            made = back_up(
                bench.workspace, backups, made_at=NOON + dt.timedelta(seconds=number), ledger_only=True
            )
            events = Ledger(made.path / "ledger.db").events()
            assert {event.event_number for event in events} >= set(acknowledged[:known])
    finally:
        stop.set()
        writer.join()


def test_a_draw_that_is_made_meanwhile_is_in_the_backup_whole_or_not_at_all(
    bench: Workbench, backups: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_ledger = backing_up._copy_ledger
    draw(bench, "after.first")

    def late(workspace: Workspace, target: Path) -> None:
        draw(bench, "before")
        bench.universes.freeze(Universe("frozen before"))
        copy_ledger(workspace, target)
        draw(bench, "after")

    monkeypatch.setattr(backing_up, "_copy_ledger", late)
    made = back_up(bench.workspace, backups, made_at=NOON, ledger_only=True)
    manifests = made.path / "manifests"
    drawn = {path.name.removesuffix(".manifest.json") for path in manifests.glob("*.manifest.json")}
    assert drawn == {"first", "after.first", "before"}
    assert not list(manifests.glob("after.[!f]*"))
    assert (manifests / "after.first.memo.md").is_file()
    copy = Workbench.open(restore(made.path, tmp_path / "again").path, user="Ada")
    assert copy.universes.names() == ["frozen before"]


def test_an_interrupted_backup_leaves_nothing(
    bench: Workbench, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(backing_up, "_copy_ledger", stop)
    with pytest.raises(KeyboardInterrupt):
        back_up(bench.workspace, backups, made_at=NOON)
    assert not list(backups.iterdir())
    assert bench.ledger.verify().event_count == 1


# Copies the files, says that it has, and goes no further until it is ended.
UNENDING = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from auditlib.audits import backup
from auditlib.workspace import Workspace

def stay(*given):
    print("copied", flush=True)
    time.sleep(600)

backup._copy_ledger = stay
backup.back_up(Workspace.open(Path(sys.argv[1])), Path(sys.argv[2]), made_at=datetime.now(UTC))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows what is left goes after a week")
def test_what_a_killed_backup_left_goes_at_the_next_one_and_what_a_running_one_copies_stays(
    bench: Workbench, backups: Path
) -> None:
    command = [sys.executable, "-c", UNENDING, str(bench.workspace.root), str(backups)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as killed,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running,
    ):
        for process in (killed, running):
            assert process.stdout is not None
            assert process.stdout.readline() == "copied\n"
        killed.kill()
        killed.wait()
        left = sorted(backups.iterdir())
        assert len(left) == 2
        with pytest.raises(UsageError, match="no finished backup"):
            restore(left[0], backups.parent / "again")
        made = bench.backup(backups)
        kept = {path.name for path in backups.iterdir()}
        running.kill()
    assert len(kept) == 2
    assert made.path.name in kept
    (of_running,) = kept - {made.path.name}
    assert f"-{running.pid}-" in of_running


def test_a_backup_comes_back_though_later_anchors_lie_elsewhere(
    bench: Workbench,
    backups: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root, elsewhere = bench.workspace.root, tmp_path / "elsewhere.jsonl"
    with (root / "workspace.toml").open("a", encoding="utf-8") as config:
        config.write(f'\n[anchors]\nfiles = [\n  "{elsewhere}",\n]\n\n[error_kinds]\n"side" = "other"\n')
    workspace = Workspace.open(root)
    copy_ledger = backing_up._copy_ledger

    def copy_and_go_on(of: Workspace, target: Path) -> None:
        copy_ledger(of, target)
        record(of.ledger(), 8_000)

    monkeypatch.setattr(backing_up, "_copy_ledger", copy_and_go_on)
    made = back_up(workspace, backups, made_at=NOON)
    kept = elsewhere.read_bytes()
    assert kept
    again = tmp_path / "again"
    assert main(["restore", str(made.path), str(again)]) == 0
    assert f"no longer kept in {elsewhere}" in capsys.readouterr().out
    restored = Workspace.open(again)
    assert (restored.anchors_elsewhere, restored.error_kinds) == ((), workspace.error_kinds)
    record(restored.ledger(), 20_000)
    assert verify_ledger(restored).event_count == 2
    assert elsewhere.read_bytes() == kept
    assert verify_ledger(workspace).event_count == 2


def test_a_backup_in_the_workspace_is_refused(bench: Workbench) -> None:
    with pytest.raises(UsageError, match="lies in the workspace"):
        bench.backup(bench.workspace.root / "backups")


def edit_ledger(path: Path) -> None:
    with closing(sqlite3.connect(path / "ledger.db")) as connection, connection:
        connection.execute("drop trigger event_is_never_updated")
        connection.execute("update event set actor = 'Eve'")


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (edit_ledger, "ledger.db was changed"),
        (lambda path: (path / PSEUDONYM_KEY_NAME).unlink(), "pseudonym.key is missing"),
        (lambda path: (path / "extra.txt").touch(), "extra.txt does not belong to it"),
        (lambda path: (path / "backup.json").write_text("{}"), "not the list of a backup"),
    ],
)
def test_a_backup_that_was_tampered_with_is_not_brought_back(
    bench: Workbench, backups: Path, tmp_path: Path, tamper: Callable[[Path], object], said: str
) -> None:
    made = back_up(bench.workspace, backups, made_at=NOON, ledger_only=True)
    tamper(made.path)
    with pytest.raises(BadInputError, match=said):
        restore(made.path, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_backup_rewritten_with_all_of_its_hashes_is_found_by_an_anchor_kept_elsewhere(
    bench: Workbench, backups: Path, tmp_path: Path
) -> None:
    made = back_up(bench.workspace, backups, made_at=NOON, ledger_only=True)
    listed = json.loads((made.path / "backup.json").read_text())
    events = Ledger(made.path / "ledger.db").events()
    (made.path / "ledger.db").unlink()
    (made.path / "anchors.jsonl").unlink()
    forged = Ledger(made.path / "ledger.db")
    for event in events:
        forged.append(
            kind=event.kind,
            audit=event.audit,
            subject=event.subject,
            actor="Eve",
            payload=event.payload,
            recorded_at=event.recorded_at,
        )
    listed["anchor"] = forged.verify().anchor
    listed["files"] = backing_up._listed(made.path, SilentProgress())
    (made.path / "backup.json").write_text(json.dumps(listed))
    with pytest.raises(LedgerBrokenError, match="differs from the earlier check"):
        restore(made.path, tmp_path / "again", since=LedgerCheck.from_anchor(made.check.anchor))
    assert not (tmp_path / "again").exists()
