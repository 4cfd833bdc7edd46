"""The command of the desk, where it cannot start: it says what is missing, and asks for one workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.cli import main
from auditlib.workbench import desk
from tests.made_once import empty_workspace


def test_the_desk_needs_its_extra_one_workspace_and_a_port(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = str(empty_workspace(tmp_path / "w").root)
    assert main(["desk", root, "--port", "70000"]) == 2
    assert "no port number" in capsys.readouterr().err
    assert main(["-w", root, "desk", str(tmp_path / "other")]) == 2
    assert "Two workspaces are named" in capsys.readouterr().err
    assert main(["desk", str(tmp_path / "other")]) == 2
    monkeypatch.setattr(desk, "find_spec", lambda _name: None)
    assert main(["desk", root]) == 3
    assert "pip install 'auditlib[desk]'" in capsys.readouterr().err
