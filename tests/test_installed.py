"""The wheel alone, and the oldest DuckDB that is supported, do all that a clone does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from auditlib.cli.grammar import NOUNS, SHORT_FORMS
from auditlib.version import __version__
from tests.made_once import demo_workspace

ROOT = Path(__file__).parents[1]
UV = Path(sys.executable).parent / "uv"
OLDEST_DUCKDB = ROOT / ".venv" / "duckdb-oldest"

pytestmark = pytest.mark.slow


def demo(folder: Path, *paths: Path) -> dict[str, object]:
    """Run the demo in a process whose modules are looked for in these places first."""
    return ran(["demo", str(folder / "w")], folder, paths)


def summary(workspace: Path, *paths: Path) -> dict[str, object]:
    """Sum up a workspace in such a process."""
    return ran(["-w", str(workspace), "workspace", "summary"], workspace.parent, paths)


def ran(words: Sequence[str], folder: Path, paths: Sequence[Path]) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "auditlib", *words, "--json"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_installed_wheel_runs_the_demo_and_every_command_of_the_readme(tmp_path: Path) -> None:
    if not UV.exists():
        pytest.skip("uv is not in this environment: 'make venv' puts it there")
    wheels, installed = tmp_path / "wheels", tmp_path / "installed"
    subprocess.run(
        [str(UV), "build", "--quiet", "--wheel", "--out-dir", str(wheels), str(ROOT)],
        check=True,
        cwd=tmp_path,
    )
    wheel = next(wheels.glob("*.whl"))
    subprocess.run(
        [str(UV), "pip", "install", "--quiet", "--no-deps", "--target", str(installed), str(wheel)],
        check=True,
        cwd=tmp_path,
    )
    assert (installed / "auditlib" / "_embedded" / "notebooks" / "00_walk_through.ipynb").is_file()
    assert (installed / "auditlib" / "widgets" / "static" / "review_card.js").is_file()
    # The README's commands, the demo among them.
    folder = tmp_path / "readme"
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (installed, ROOT)))}
    run_all = [sys.executable, "-m", "tests.readme_commands", str(folder)]
    done = subprocess.run(run_all, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    commands = done.stdout.splitlines()
    assert "demo practice" in commands
    assert len(commands) > 35
    assert {command.split()[0] for command in commands} == {*NOUNS, *SHORT_FORMS}
    assert (folder / "map.yaml").stat().st_size > 0
    assert (folder / "W" / "reports" / "q1.html").is_file()
    words = ["-w", str(folder / "practice"), "workspace", "summary", "--json"]
    summary = subprocess.run(
        [sys.executable, "-m", "auditlib", *words],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(summary.stdout)["loaded"]["rejected_count"] == 0
    where = [sys.executable, "-c", "import auditlib; print(auditlib.__file__)"]
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    told = subprocess.run(where, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert Path(told.stdout.strip()).is_relative_to(installed)


def test_uv_runs_the_program_of_a_clone() -> None:
    if not UV.exists():
        pytest.skip("uv is not in this environment: 'make venv' puts it there")
    done = subprocess.run(
        [str(UV), "run", "--no-sync", "--offline", "auditlib", "--version"],
        cwd=ROOT,
        env={**os.environ, "UV_PROJECT_ENVIRONMENT": sys.prefix},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"auditlib {__version__}\n"


def test_the_oldest_duckdb_gives_the_same_figures(tmp_path: Path) -> None:
    if not OLDEST_DUCKDB.is_dir():
        pytest.skip("the oldest DuckDB is not installed: 'make test' puts it into .venv/duckdb-oldest")
    newest = demo_workspace(tmp_path / "newest")
    with_oldest, with_newest = demo(tmp_path, OLDEST_DUCKDB, ROOT), summary(newest, ROOT)
    for figures in ("loaded", "checks", "accuracy", "denials", "manifest_sha256"):
        assert with_oldest[figures] == with_newest[figures]
    # And what the newest wrote, the oldest reads.
    assert summary(newest, OLDEST_DUCKDB, ROOT)["loaded"] == with_newest["loaded"]
