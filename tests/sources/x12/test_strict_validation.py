"""The second opinion: what pyx12 says of a file, and that nothing it does can harm a load."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import polars as pl
import pytest

from auditlib.cli.main import main
from auditlib.embedded import embedded_folder
from auditlib.errors import MissingExtraError
from auditlib.loading.strict_report import with_strict_verdicts
from auditlib.sources.x12.strict import strict_validation
from auditlib.sources.x12.strict.strict_validation import StrictVerdict, require_validator, validate_strictly
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.sources.x12 import texts


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace without code sets."""
    return Workspace.create(tmp_path / "workspace")


@pytest.fixture
def valid(tmp_path: Path) -> Path:
    """The first transaction of a generated file."""
    text = (embedded_folder("data") / "claims" / "837P_2025-10.edi").read_text(encoding="ascii")
    first = text[: text.index("ST*837*0002")]
    path = tmp_path / "valid.edi"
    path.write_text(first + "GE*1*1014~\nIEA*1*000001014~\n", encoding="ascii")
    return path


def changed(path: Path, old: str, new: str) -> StrictVerdict:
    other = path.with_name("changed.edi")
    other.write_text(path.read_text().replace(old, new))
    return validate_strictly(other)


def test_a_file_as_the_guide_asks_is_accepted(valid: Path) -> None:
    assert validate_strictly(valid) == StrictVerdict("accepted")


def test_the_first_error_is_told_by_place_and_kind_and_never_by_value(valid: Path) -> None:
    found = changed(valid, "SBR*P*18", "SBR*P*ZZTOP")
    assert found.verdict == "errors"
    assert found.first_error is not None
    assert found.first_error.startswith("segment 15, SBR02 is ")
    assert "ZZTOP" not in found.first_error
    assert changed(valid, "DMG*D8*19950412*M~\n", "").first_error is not None
    counts = changed(valid, "SE*30*", "SE*31*")
    assert counts.first_error == "segment 32, transaction: its trailer has a wrong segment count"


def test_what_pyx12_cannot_judge_is_not_called_wrong(valid: Path, tmp_path: Path) -> None:
    assert changed(valid, "005010X222A1", "005010X999").verdict == "no map"
    small = validate_strictly(valid, largest=100)
    assert (small.verdict, small.error_count) == ("not validated", 0)
    assert "too slow" in str(small.first_error)
    slow = validate_strictly(valid, longest_seconds=0.01)
    assert slow.first_error == "pyx12 took longer than 0 seconds"
    assert validate_strictly(tmp_path / "none").first_error == "pyx12 ended without an answer"
    other = tmp_path / "other.edi"
    other.write_bytes(b"ST*837*1~BHT*0019~SE*3*1~")
    assert validate_strictly(other) == StrictVerdict("errors", 1, "it does not begin like X12")


def test_a_worker_that_dies_is_no_answer(
    valid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "worker.py"
    broken.write_text("import os\nos.abort()\n")
    monkeypatch.setattr(strict_validation.strict_worker, "__file__", str(broken))
    assert validate_strictly(valid).first_error == "pyx12 ended without an answer"


def test_without_the_extra_nothing_is_loaded(
    valid: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        strict_validation,
        "find_spec",
        lambda name: None if name == "pyx12" else importlib.util.find_spec(name),
    )
    with pytest.raises(MissingExtraError, match="needs the optional extra 'validate'"):
        require_validator()
    workbench = Workbench(workspace)
    with pytest.raises(MissingExtraError):
        workbench.files.load(valid, validate=True)
    assert workbench.files.list().frame.is_empty()


def test_both_verdicts_stand_side_by_side(
    valid: Path, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    (valid.parent / "other.csv").write_text("encounter_id,encounter_class,admit_date,discharge_date\n")
    (valid.parent / "odd.edi").write_bytes(texts.professional())
    root = str(workspace.root)
    main(
        ["load", root, str(valid.parent / "valid.edi"), str(valid.parent / "odd.edi"), "--validate", "--json"]
    )
    rows = {row["file_name"]: row for row in json.loads(capsys.readouterr().out)["files"]}
    assert [(row["load_status"], row["strict_verdict"]) for row in rows.values()] == [
        ("loaded", "accepted"),
        ("loaded", "errors"),
    ]
    main(["load", root, str(valid), "--validate"])
    assert "already loaded  accepted" in capsys.readouterr().out


def test_what_is_not_x12_has_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n")
    files = pl.DataFrame({"file_path": [str(tmp_path / "a.csv"), str(tmp_path / "gone.edi")]})
    assert with_strict_verdicts(files)["strict_verdict"].to_list() == [None, None]
