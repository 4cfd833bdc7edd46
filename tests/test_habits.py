"""A change is judged alike everywhere: on a developer's machine, before a commit, and on each system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ACTION = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}")


def target_commands() -> dict[str, list[str]]:
    """Return the commands of each target of the Makefile, with its variables filled in."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    values = dict(re.findall(r"^(\w+) [?:]= (.*)$", text, flags=re.MULTILINE))
    commands: dict[str, list[str]] = {}
    for line in text.splitlines():
        if target := re.match(r"([^\s#:][^:=]*):(?!=)", line):
            commands[filled(target[1], values)] = recipe = []
        elif line.startswith("\t"):
            recipe.append(filled(line.strip(), values))
    return commands


def filled(text: str, values: dict[str, str]) -> str:
    while (after := re.sub(r"\$\((\w+)\)", lambda name: values.get(name[1], ""), text)) != text:
        text = after
    return text


WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in (ROOT / ".github" / "workflows").glob("*.yml")
}


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    return dict(WORKFLOWS["tests"]["jobs"])


def run_lines(job: dict[str, Any]) -> dict[str, list[str]]:
    return {step.get("name", step["run"]): step["run"].splitlines() for step in job["steps"] if "run" in step}


def test_every_system_and_every_version_is_tried(jobs: dict[str, Any]) -> None:
    for job in jobs.values():
        assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert jobs["make"]["strategy"]["matrix"]["system"] == ["ubuntu-24.04", "macos-15"]
    assert jobs["windows"]["runs-on"] == "windows-2025"


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_action_is_pinned_by_its_commit_and_writes_nothing(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
    steps = [step for job in WORKFLOWS[name]["jobs"].values() for step in job["steps"]]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used
    assert all(ACTION.fullmatch(action) for action in used)


def test_linux_and_macos_call_make(jobs: dict[str, Any]) -> None:
    assert list(run_lines(jobs["make"])) == ["make check", "make test"]
    assert list(run_lines(WORKFLOWS["docs"]["jobs"]["make"])) == ["make docs"]


def test_windows_runs_what_make_calls(jobs: dict[str, Any]) -> None:
    made = target_commands()
    expected = {
        "make venv": [*made[".venv/.ready"], *made[".venv/duckdb-oldest/.ready"]],
        "make check": made["check"],
        "make test": made["test"],
    }
    left_out = re.compile(r"touch |\.ci/")
    for step, commands in expected.items():
        on_windows = [
            re.sub("^python3 ", "python ", command.replace(".venv/bin/", ".venv/Scripts/"))
            for command in commands
            if not left_out.match(command)
        ]
        assert run_lines(jobs["windows"])[step] == on_windows


def test_what_decides_and_what_runs_before_a_commit_are_the_same_targets() -> None:
    decides = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in decides if line.startswith("make ")] == [
        "make venv",
        "make check &",
        "make test || status=$?",
    ]
    (before_commit,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [hook["entry"] for hook in before_commit["hooks"]] == ["make check"]


@pytest.mark.skipif(os.name != "posix", reason="a script for a shell")
@pytest.mark.parametrize("failing", ["", "venv", "check", "test"])
def test_what_decides_fails_where_any_of_its_targets_does(failing: str, tmp_path: Path) -> None:
    folder = tmp_path / ".ci"
    folder.mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder)
    stand_ins = {folder / path.name: "exit 0" for path in (ROOT / ".ci").iterdir() if path.name != "run"}
    for path, line in {**stand_ins, tmp_path / "make": f"[ $1 != '{failing}' ] || exit 3"}.items():
        path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        path.chmod(0o700)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    assert subprocess.run([folder / "run"], env=environment, check=False).returncode == (3 if failing else 0)
