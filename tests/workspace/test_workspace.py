"""A workspace through accidents: what can be made again is, and what cannot is never quietly replaced."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from auditlib.cli.main import main
from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Ledger
from auditlib.warehouse import Warehouse
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from auditlib.workspace.clock import utc_now
from tests.made_once import workspace_with_code_sets

# Dies the hard way after the code sets were written, before the transaction ends.
KILLED_INIT = """
import os, sys
from pathlib import Path
from auditlib.warehouse import graph
from auditlib.workbench import Workbench
graph.run = lambda *_, **__: os._exit(9)
Workbench.create(Path(sys.argv[1]))
"""


def remark(workspace: Workspace) -> str:
    """Record something, and return the hash of it."""
    given = {"audit": "october", "subject": "E1", "actor": "Ada", "payload": {}, "recorded_at": utc_now()}
    return workspace.ledger().append(kind="comment", **given).hash  # type: ignore[arg-type]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with code sets, to be spoilt."""
    return workspace_with_code_sets(tmp_path / "workspace")


def test_a_deleted_warehouse_is_made_again_with_its_code_sets_and_the_ledger_is_not_touched(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Workbench.open(root).codesets.list().frame
    head = remark(Workspace.open(root))
    (root / "warehouse.duckdb").unlink()
    (root / "warehouse.duckdb.wal").write_bytes(b"the log of the deleted one")
    assert main(["-w", str(root), "workspace", "summary"]) == 4
    assert "auditlib init" in capsys.readouterr().err
    assert main(["init", str(root)]) == 0
    again = Workbench.open(root)
    assert again.codesets.list().frame.equals(before)
    assert again.ledger.verify().head_hash == head


def test_the_hint_about_a_damaged_warehouse_leads_to_one_that_works(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "warehouse.duckdb").write_bytes(b"no database at all " * 500)
    assert main(["init", str(root)]) == 4
    assert "move it away, run 'auditlib init'" in capsys.readouterr().err
    (root / "warehouse.duckdb").rename(root / "damaged")
    assert main(["init", str(root)]) == 0
    assert not Workbench.open(root).codesets.list().frame.is_empty()


@pytest.mark.parametrize("command", ["init", "workspace summary", "ledger verify"])
def test_a_lost_ledger_is_said_and_not_replaced(
    root: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "ledger.db").unlink()
    assert main(["-w", str(root), *command.split()]) == 4
    assert "There is no ledger" in capsys.readouterr().err
    assert not (root / "ledger.db").exists()


def test_a_killed_init_is_finished_by_the_next(tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    killed = subprocess.run([sys.executable, "-c", KILLED_INIT, str(root)], check=False, timeout=120)
    assert killed.returncode == 9
    assert not (root / "warehouse.duckdb").exists()
    with pytest.raises(UsageError, match="is not a workspace"):
        Workspace.open(root)
    workbench = Workbench.create(root)
    assert not workbench.codesets.list().frame.is_empty()
    assert workbench.ledger.verify().event_count == 0
    assert {path.name for path in root.iterdir()} <= {
        "workspace.toml",
        "warehouse.duckdb",
        "ledger.db",
        "manifests",
        "reports",
        "releases",
        "pseudonym.key",
        ".init.lock",
        ".load.lock",
    }


@pytest.mark.parametrize("step", ["warehouse", "ledger"])
def test_an_init_that_fails_at_any_step_leaves_no_workspace_and_is_finished_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_given: object, **_named: object) -> None:
        message = "the disk is full"
        raise StoreError(message)

    root = tmp_path / "workspace"
    with monkeypatch.context() as broken:
        broken.setattr("auditlib.workspace.folder." + step.capitalize() + ".__init__", fail)
        with pytest.raises(StoreError, match="disk is full"):
            Workspace.create(root)
    assert not (root / "workspace.toml").exists()
    assert Workspace.create(root).ledger().verify().event_count == 0
    assert (root / "workspace.toml").is_file()


def test_a_warehouse_is_not_seen_before_it_is_filled(tmp_path: Path) -> None:
    seen = []

    def fill(warehouse: Warehouse) -> None:
        seen.append((warehouse.path.exists(), (tmp_path / "new" / "warehouse.duckdb").exists()))

    Workspace.create(tmp_path / "new", fill=fill)
    assert seen == [(True, False)]


def test_a_folder_of_other_things_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear reader")
    with pytest.raises(UsageError, match="is not a workspace"):
        Workspace.create(tmp_path)
    with pytest.raises(UsageError, match="is not a workspace"):
        Workspace.create(tmp_path / "letter.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_two_inits_at_once_make_one_workspace(tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    program = "import sys; from pathlib import Path; from auditlib.workspace import Workspace; "
    arguments = [sys.executable, "-c", program + "Workspace.create(Path(sys.argv[1]))", str(root)]
    running = [subprocess.Popen(arguments) for _ in range(2)]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    assert Workspace.open(root).ledger().verify().event_count == 0


@pytest.mark.parametrize("value", ["5", "true", '""', '["sqlite://"]'])
def test_a_ledger_url_that_is_no_text_is_said(
    workspace: Workspace, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace.root / "workspace.toml").write_text(f"version = 1\nledger_url = {value}\n")
    with pytest.raises(StoreError, match="ledger_url"):
        Workspace.open(workspace.root)
    assert main(["-w", str(workspace.root), "workspace", "summary"]) == 4
    assert "Write it as ledger_url" in capsys.readouterr().err


def test_a_ledger_elsewhere_is_made_by_init_but_not_again_once_samples_rest_on_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "shared.db"
    (workspace.root / "workspace.toml").write_text(f'version = 1\nledger_url = "sqlite:///{elsewhere}"\n')
    with pytest.raises(StoreError, match="There is no ledger"):
        Workspace.open(workspace.root).ledger()
    remark(Workspace.create(workspace.root))
    assert Ledger(elsewhere).verify().event_count == 1
    (workspace.manifests / "october.manifest.json").write_text("{}")
    elsewhere.unlink()
    with pytest.raises(StoreError, match="There is no ledger"):
        Workspace.create(workspace.root)
