"""What a workspace writes is its owner's alone, and what killed processes left goes at the next command."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditlib.cli.main import main
from auditlib.scratch import PREFIX, remove_left, scratch_folder, scratch_name
from auditlib.workspace import Workspace
from tests.made_once import empty_workspace
from tests.x12_texts import professional_claims


@pytest.fixture
def ordinary_mode() -> Iterator[None]:
    """Let all read what this process writes, as most systems start programs."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX systems")
@pytest.mark.usefixtures("ordinary_mode")
def test_everything_that_a_workspace_writes_is_its_owners_alone(tmp_path: Path) -> None:
    claims = tmp_path / "claims.edi"
    claims.write_text(professional_claims([("A1", "100.00"), ("A2", "50.00")]))
    root = tmp_path / "workspace"
    Workspace.create(root)
    for words in (
        ("load", str(claims)),
        ("sample", "draw", "first", "--count", "1", "--seed", "7"),
        ("report", "--pack", "denials", "--format", "html,xlsx,docx"),
    ):
        assert main(["-w", str(root), *words]) == 0
    modes = {
        path.relative_to(root).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in [root, *root.rglob("*")]
    }
    assert {"warehouse.duckdb", "ledger.db", "pseudonym.key", "reports/denials.html"} <= modes.keys()
    assert any(name.startswith("manifests/") for name in modes)
    others = {name: oct(mode) for name, mode in modes.items() if mode & 0o077}
    assert not others


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX systems")
def test_an_earlier_workspace_becomes_its_owners_alone(tmp_path: Path) -> None:
    root = empty_workspace(tmp_path / "workspace").root
    (root / "reports" / "old.html").write_text("a report")
    root.chmod(0o755)
    (root / "reports" / "old.html").chmod(0o644)
    Workspace.create(root)
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert stat.S_IMODE((root / "reports" / "old.html").stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="no signal asks there whether a process lives")
def test_what_killed_processes_left_goes_and_what_live_ones_use_stays(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    name = scratch_name("staging")
    left = tmp_path / name.replace(f"-{os.getpid()}", f"-{dead.pid}")
    elsewhere = tmp_path / f"{PREFIX}staging-00000000-{dead.pid}"
    old = tmp_path / f"{PREFIX}spill-00000000-{dead.pid}"
    for folder in (left, elsewhere, old):
        folder.mkdir()
        (folder / "claim-00000.parquet").write_bytes(b"rows")
    os.utime(old, (0, 0))
    with scratch_folder(tmp_path, "staging") as own:
        assert remove_left(tmp_path) == 2
        assert own.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == [elsewhere.name]
