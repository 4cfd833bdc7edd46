from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import auditlib

ROOT = Path(__file__).parents[1]
SLOW_MODULES = (
    "altair",
    "ipywidgets",
    "anywidget",
    "pandas",
    "scipy",
    "statsmodels",
    "sqlalchemy",
    "duckdb",
    "polars",
)
CLI_SLOW_MODULES = ("altair", "ipywidgets", "anywidget", "pandas", "statsmodels")


def test_layers_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def loaded_by(statement: str) -> set[str]:
    script = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_importing_the_package_loads_nothing_slow() -> None:
    assert loaded_by("import auditlib").isdisjoint(SLOW_MODULES)


def test_the_command_line_loads_neither_charts_nor_widgets() -> None:
    assert loaded_by("import auditlib.cli.commands").isdisjoint(CLI_SLOW_MODULES)


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="no per-process times on this system")
def test_importing_the_package_takes_less_than_a_third_of_a_second_of_user_time() -> None:
    best = min(user_seconds("import auditlib") for _ in range(3))
    assert best < 0.3


def user_seconds(statement: str) -> float:
    process = subprocess.Popen([sys.executable, "-c", statement])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime


def test_every_public_name_is_there() -> None:
    assert all(getattr(auditlib, name) is not None for name in auditlib.__all__)
    with pytest.raises(AttributeError, match="nonesuch"):
        _ = auditlib.nonesuch


def test_every_query_reads_only_the_layers_below_it() -> None:
    wrong = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "auditlib" / "sql" / "checks").glob("*.sql")
        if "mart." in path.read_text(encoding="utf-8")
    ]
    assert not wrong


def test_no_module_passes_four_hundred_lines() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): count
        for path in (ROOT / "auditlib").rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long
