"""How the program ends when something breaks: never with the code of a load with rejects."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from auditlib.cli import main
from auditlib.workbench import Workbench
from tests.made_once import workspace_with_code_sets


def break_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Workbench, "open", fail)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (OSError(28, "No space left on device", "/data/w"), 4, "No space left on device (/data/w)"),
        (KeyboardInterrupt(), 130, "stopped"),
        (ZeroDivisionError("1 / 0"), 70, "ZeroDivisionError"),
    ],
)
def test_each_end_has_its_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    words: str,
) -> None:
    break_with(monkeypatch, error)
    assert main(["-w", "w", "workspace", "summary"]) == code
    told = capsys.readouterr().err
    assert words in told
    assert "Traceback" not in told


def test_a_name_that_steers_a_terminal_is_shown_harmless(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = workspace_with_code_sets(tmp_path / "w")
    (tmp_path / "b\x1b[31mred.edi").write_text("nothing")
    assert main(["-w", str(workspace), "load", str(tmp_path / "b\x1b[31mred.edi")]) == 1
    assert "\x1b[31m" not in capsys.readouterr().out


def test_output_that_nobody_reads_to_the_end_is_no_error(tmp_path: Path) -> None:
    workspace = workspace_with_code_sets(tmp_path / "w")
    command = [sys.executable, "-m", "auditlib", "-w", str(workspace), "codesets", "list", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait() == 0
        assert process.stderr.read() == ""
