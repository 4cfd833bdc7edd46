"""The command of the desk, where it cannot start: it says what is missing, and asks for one workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.cli import main
from auditlib.workbench import Workbench, desk, lab
from auditlib.workspace import Workspace
from auditlib.workspace.locate import WORKSPACE_VARIABLE
from tests.made_once import empty_workspace


def test_the_desk_needs_its_extra_one_workspace_and_a_port(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = str(empty_workspace(tmp_path / "w").root)
    assert main(["desk", root, "--port", "70000"]) == 2
    assert "no port number" in capsys.readouterr().err
    assert main(["-w", root, "desk", str(tmp_path / "other")]) == 2
    assert "Two workspaces are named" in capsys.readouterr().err
    monkeypatch.setattr(desk, "find_spec", lambda _name: None)
    assert main(["desk", str(tmp_path / "other")]) == 3
    assert "pip install 'auditlib[desk]'" in capsys.readouterr().err
    # Nothing is made for a desk that cannot be opened.
    assert not (tmp_path / "other").exists()


def test_jupyterlab_opens_the_start_screen_first(tmp_path: Path) -> None:
    folder = lab.copy_notebooks(empty_workspace(tmp_path / "w"))
    command = lab.lab_command(folder, port=8888, browser=True)
    (first,) = [word for word in command if word.startswith("--ServerApp.default_url=")]
    assert (folder / first.removeprefix("--ServerApp.default_url=/lab/tree/")).is_file()
    assert first.endswith("00_start.ipynb")


@pytest.mark.parametrize("screen", ["lab", "desk"])
def test_a_workspace_that_is_not_there_yet_is_made_without_files_and_never_among_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    opened: list[Path] = []

    def note(workspace: Workspace, **_named: object) -> int:
        opened.append(workspace.root)
        return 0

    monkeypatch.setattr(lab, "open_lab", note)
    monkeypatch.setattr(desk, "open_desk", note)
    monkeypatch.setattr(Workbench, "create", lambda root, **_: Workbench(empty_workspace(root)))
    monkeypatch.delenv(WORKSPACE_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    assert main([screen]) == 0
    assert "Workspace workspace (the usual folder; made now, without files)." in capsys.readouterr().err
    assert main([screen]) == 0
    assert "Workspace workspace (the usual folder)." in capsys.readouterr().err
    assert opened == [Path("workspace"), Path("workspace")]
    claims = tmp_path / "claims"
    claims.mkdir()
    assert main(["-w", str(claims), screen]) == 0
    assert "(given; made now, without files)" in capsys.readouterr().err
    other = tmp_path / "letters"
    other.mkdir()
    (other / "claims.837").touch()
    assert main(["-w", str(other), screen]) == 2
    assert f"auditlib -w FOLDER load {other}" in capsys.readouterr().err
    assert [path.name for path in other.iterdir()] == ["claims.837"]
