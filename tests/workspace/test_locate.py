from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.errors import UsageError
from auditlib.nearest import nearest_names, unknown_name
from auditlib.workspace.locate import find_workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "w"
    (root / "deep" / "deeper").mkdir(parents=True)
    (root / "workspace.toml").write_text("version = 1\n")
    return root


def test_the_named_workspace_comes_before_the_environment_and_that_before_the_nearest(root: Path) -> None:
    environment = {"AUDITLIB_WORKSPACE": "/elsewhere"}
    named = find_workspace(Path("x"), environment=environment, start=root)
    assert (named.path, named.how) == (Path("x"), "given")
    of_environment = find_workspace(None, environment=environment, start=root)
    assert (of_environment.path, of_environment.how) == (Path("/elsewhere"), "AUDITLIB_WORKSPACE")
    for start in (root, root / "deep" / "deeper"):
        above = find_workspace(None, environment={"AUDITLIB_WORKSPACE": ""}, start=start)
        assert (above.path, above.how) == (root, "found from the current folder upwards")


def test_the_nearest_of_two_workspaces_is_taken(root: Path) -> None:
    (root / "deep" / "workspace.toml").write_text("version = 1\n")
    assert find_workspace(None, environment={}, start=root / "deep" / "deeper").path == root / "deep"


def test_where_there_is_none_the_error_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        find_workspace(None, environment={}, start=tmp_path)
    assert "-w WORKSPACE" in str(raised.value)
    assert "AUDITLIB_WORKSPACE" in str(raised.value)


def test_the_nearest_names_come_first_and_the_command_that_lists_all_is_named() -> None:
    assert nearest_names("DX6", ["DUP-01", "DX-01", "DX-06"])[0] == "DX-06"
    assert nearest_names("zzzz", ["a", "b"]) == ["a", "b"]
    error = unknown_name("audit", "q11", [f"q{n}" for n in range(20)], listed_by="auditlib audit list")
    assert error.hint is not None
    assert error.hint.startswith("Nearest: q1")
    assert error.hint.endswith("'auditlib audit list' lists all 20.")
    assert unknown_name("audit", "x", ["q1"]).hint == "All: q1."
    assert unknown_name("audit", "x", []).hint == "There is no audit at all yet."
