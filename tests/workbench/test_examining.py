"""Notes, acknowledgments and balances of a workspace, through the facade and the command line."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from auditlib.cli.main import main
from auditlib.errors import UsageError
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.made_once import copied
from tests.sources.x12 import texts
from tests.sources.x12.test_answers import ACCEPTANCE


@pytest.fixture
def workbench(tmp_path: Path) -> Workbench:
    """A workspace with claims, a payment that does not add up, and answers to the claims."""
    return Workbench.open(copied("a-claim-and-its-answers", make_folders, tmp_path) / "workspace")


def make_folders(home: Path) -> None:
    bench = Workbench(Workspace.create(home / "workspace"))
    folder = home / "in"
    folder.mkdir()
    claims = texts.professional().replace(
        b"GS*HC*SEND*TAKE*20260210*0900*1*", b"GS*HC*SEND*TAKE*20260210*0900*77*"
    )
    (folder / "claims.837").write_bytes(claims.replace(b"GE*1*1~", b"GE*3*77~"))
    (folder / "paid.835").write_bytes(texts.remittance().replace(b"BPR*I*120.25", b"BPR*I*120.30"))
    verdicts = texts.group("FA", texts.transaction("999", ACCEPTANCE), version="005010X231A1")
    swapped = texts.written(["TA1*000000009*260210*0900*R*006"], verdicts).replace(b"SEND*TAKE", b"TAKE*SEND")
    (folder / "answer.999").write_bytes(swapped)
    report = bench.files.load(folder)
    assert set(report.files["load_status"]) == {"loaded"}
    assert dict(report.files.select("file_name", "note_count").iter_rows())["claims.837"] == 1


def test_notes_name_their_file(workbench: Workbench) -> None:
    row = workbench.files.notes().frame.row(0, named=True)
    assert (row["file_name"], row["note_kind"], row["expected"], row["found"]) == (
        "claims.837",
        "transaction count",
        "1",
        "3",
    )
    files = (
        workbench.files.list()
        .frame.select("file_name", "interchange_count", "group_count", "note_count")
        .rows()
    )
    assert files == [("answer.999", 1, 1, 0), ("claims.837", 1, 1, 1), ("paid.835", 1, 1, 0)]


def test_acknowledgments_find_the_group_that_they_are_about(workbench: Workbench) -> None:
    found = workbench.files.acknowledgments().frame
    told = found.select(
        "acknowledgment_level", "status_code", "acknowledged_file_name", "candidate_count"
    ).rows()
    assert told == [
        ("interchange", "R", None, 0),
        ("group", "P", "claims.837", 1),
        ("transaction", "A", "claims.837", 1),
        ("transaction", "R", None, 0),
    ]
    assert found["error_count"].to_list() == [0, 0, 0, 3]


def test_an_acknowledgment_of_several_files_is_not_guessed(workbench: Workbench, tmp_path: Path) -> None:
    again = (tmp_path / "in" / "claims.837").read_bytes().replace(b"CLM*E", b"CLM*F")
    (tmp_path / "again.837").write_bytes(again)
    workbench.files.load(tmp_path / "again.837")
    group = workbench.files.acknowledgments().frame.row(1, named=True)
    assert (group["acknowledged_file_name"], group["candidate_count"]) == (None, 2)


def test_what_does_not_add_up_is_listed_and_summed(workbench: Workbench) -> None:
    found = workbench.files.balances("remittance payment").frame.row(0, named=True)
    assert (found["computed_amount"], found["stated_amount"]) == (Decimal("120.25"), Decimal("120.30"))
    totals = workbench.files.balance_totals().frame.filter(
        file_name="paid.835", balance_rule="remittance payment"
    )
    assert totals.select("eligible_count", "unbalanced_count", "difference_amount").row(0) == (
        1,
        1,
        Decimal("-0.05"),
    )
    with pytest.raises(UsageError, match="no balancing rule"):
        workbench.files.balances("money")


@pytest.mark.parametrize(
    ("words", "key", "line"),
    [
        (["notes"], "notes", "transaction count"),
        (["acknowledgments"], "acknowledgments", "claims.837"),
        (["balances"], "totals", "remittance payment"),
        (["balances", "remittance payment"], "unbalanced", "$120.30"),
    ],
)
def test_commands_show_the_same(
    workbench: Workbench, capsys: pytest.CaptureFixture[str], words: list[str], key: str, line: str
) -> None:
    arguments = ["-w", str(workbench.workspace.root), "files", *words]
    assert main(arguments) == 0
    assert line in capsys.readouterr().out
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[key]
