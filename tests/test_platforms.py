"""What Windows and macOS do otherwise, imitated: `docs/platforms.md` has the table."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Self

import pytest

from auditlib.audits.backup import back_up
from auditlib.cli.main import print_everything
from auditlib.errors import UsageError
from auditlib.progress import SilentProgress
from auditlib.report import write_files
from auditlib.report.file_names import file_part
from auditlib.same_place import is_same_place, is_within
from auditlib.sources.documents import document_worker
from auditlib.sources.find_files import find_files
from auditlib.sources.x12.strict import strict_worker
from auditlib.workbench.lab import wait_for
from auditlib.workspace import Workspace
from tests.made_once import empty_workspace

ROOT = Path(__file__).parents[1]


def test_what_is_redirected_on_windows_is_utf_8_and_a_console_shows_what_it_can() -> None:
    words = "Ünsal-Łukasz ✓ 木"
    redirected = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    print_everything(redirected)
    redirected.write(words)
    redirected.flush()
    assert redirected.buffer.getvalue().decode("utf-8") == words

    console = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    console.isatty = lambda: True  # type: ignore[method-assign]
    print_everything(console)
    console.write(words)
    console.flush()
    assert console.buffer.getvalue().decode("cp1252") == r"Ünsal-\u0141ukasz \u2713 \u6728"


def test_every_file_that_is_read_or_written_as_text_names_its_encoding() -> None:
    ruff = Path(sys.executable).parent / "ruff"
    rule = [str(ruff), "check", "--isolated", "--no-cache", "--preview", "--select", "PLW1514"]
    done = subprocess.run([*rule, "auditlib", "tools"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def is_one_in_any_case(one: Path, other: Path) -> bool:
    return str(one).casefold() == str(other).casefold()


def test_two_spellings_of_one_folder_are_one_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = empty_workspace(tmp_path / "Audit")
    other = tmp_path / "AUDIT"
    assert not is_within(other / "backups", workspace.root)
    monkeypatch.setattr(Path, "samefile", is_one_in_any_case)
    assert is_same_place(other, workspace.root)
    assert is_within(other / "backups", workspace.root)
    assert not is_within(tmp_path / "Audits", workspace.root)
    with pytest.raises(UsageError, match="lies in the workspace"):
        back_up(workspace, other / "backups", made_at=None, progress=None)  # type: ignore[arg-type]
    # Its own files are no input, however the workspace was spelled.
    (tmp_path / "claims.837").touch()
    found = find_files([tmp_path], workspace=Path(str(tmp_path / "audit")))
    assert [path.name for path in found.files] == ["claims.837"]


@pytest.mark.parametrize(
    "refusal", [ImportError(), ValueError("current limit exceeds maximum limit"), OSError()]
)
def test_without_a_limit_of_memory_documents_and_files_are_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch, refusal: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_words: object) -> None:
        raise refusal

    def found(name: str) -> SimpleNamespace:
        assert name == "resource"
        if isinstance(refusal, ImportError):
            raise refusal
        return SimpleNamespace(RLIMIT_AS=9, setrlimit=refuse)

    for worker in (document_worker, strict_worker):
        monkeypatch.setattr(worker, "importlib", SimpleNamespace(import_module=found))
    document_worker._limit_memory()
    monkeypatch.setattr(strict_worker, "_validate", lambda _path: {"is_valid": True})
    monkeypatch.setattr(sys, "argv", ["strict_worker", "claims.837"])
    assert strict_worker.main() == 0
    assert "is_valid" in capsys.readouterr().out
    logging.disable(logging.NOTSET)


def test_ctrl_c_is_left_to_the_program_that_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupts = iter([KeyboardInterrupt(), KeyboardInterrupt()])

    class Running:
        def __init__(self, command: list[str], *, env: dict[str, str]) -> None:
            assert (command, env) == (["jupyter"], {"A": "1"})

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def wait(self) -> int:
            for interrupt in interrupts:
                raise interrupt
            return 3

    monkeypatch.setattr("auditlib.workbench.lab.subprocess.Popen", Running)
    assert wait_for(["jupyter"], {"A": "1"}) == 3


def test_a_report_that_excel_has_open_is_named_and_the_others_stay_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("q1.html", "q1.xlsx"):
        (tmp_path / name).write_text("earlier", encoding="utf-8")
    replace = Path.replace

    def open_elsewhere(path: Path, target: Path) -> Path:
        if path == tmp_path / "q1.xlsx":
            raise PermissionError(13, "The process cannot access the file", str(path))
        return replace(path, target)

    def written(path: Path, _contents: object, **_named: object) -> Path:
        path.write_text("new", encoding="utf-8")
        return path

    monkeypatch.setattr(Path, "replace", open_elsewhere)
    monkeypatch.setattr(write_files, "WRITERS", {"html": written, "xlsx": written})
    with pytest.raises(UsageError, match=r"q1\.xlsx cannot be replaced: it is open elsewhere") as raised:
        write_files.write_reports({"q1": None}, tmp_path, ("html", "xlsx"), progress=SilentProgress())  # type: ignore[dict-item]
    assert "Close it and try again" in raised.value.hint
    assert [(path.name, path.read_text(encoding="utf-8")) for path in sorted(tmp_path.iterdir())] == [
        ("q1.html", "earlier"),
        ("q1.xlsx", "earlier"),
    ]


@pytest.mark.parametrize("name", ["CON", "nul", "com1.txt", "a:b", "a/b", "a\\b", "x.", "x ", "a*b?"])
def test_no_file_is_named_as_windows_cannot_name_it(name: str) -> None:
    part = file_part(name)
    assert part != name
    assert not set(part) & set('<>:"/\\|?*')
    assert part == part.rstrip(". ")


def test_no_shipped_file_has_a_name_that_another_system_cannot_hold() -> None:
    names = [
        path.relative_to(ROOT).as_posix()
        for folder in ("auditlib", "codesets", "data", "docs", "notebooks", "tests")
        for path in (ROOT / folder).rglob("*")
        if "__pycache__" not in path.parts
    ]
    assert not [name for name in names if set(name) & set('<>:"\\|?*') or name.endswith((".", " "))]
    folded = [name.casefold() for name in names]
    assert len(folded) == len(set(folded))
    # With C:\\Users\\somebody\\...\\site-packages before it, the usual limit of 260 characters holds.
    assert max(map(len, names)) < 150


def test_a_workspace_is_opened_by_a_path_with_spaces_and_letters_of_other_scripts(tmp_path: Path) -> None:
    root = tmp_path / "Prüfung 2026 - Größe" / "日本 workspace"
    root.parent.mkdir()
    workspace = empty_workspace(root)
    assert Workspace.open(workspace.root).warehouse().query("queries/files/contents").height == 5
