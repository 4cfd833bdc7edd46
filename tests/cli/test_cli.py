from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from auditlib.cli import main
from tests.made_once import workspace_with_code_sets
from tests.x12_texts import professional_claims, remittance


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def call(*words: object) -> Ran:
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def loaded(run: Callable[..., Ran], tmp_path: Path) -> Path:
    workspace = tmp_path / "w"
    files = tmp_path / "files"
    files.mkdir()
    claims = [(f"A{number:02}", "100.00") for number in range(12)]
    (files / "claims.edi").write_text(professional_claims(claims))
    payments = [(number, charge, "80.00") for number, charge in claims]
    (files / "paid.edi").write_text(remittance(payments))
    workspace_with_code_sets(workspace)
    assert run("load", workspace, files, "--json").code == 0
    return workspace


def test_the_whole_way_with_own_files(run: Callable[..., Ran], loaded: Path) -> None:
    checked = run("check", loaded, "--json").json["checks"]
    assert {check["check_id"]: check["outcome"] for check in checked}["DX-01"] == "passed"
    drawn = run(
        "sample", loaded, "--name", "first", "--seed", "7", "--count", 5, "--spares", 2, "--json"
    ).json
    assert len(drawn["sample"]) == 5
    assert len(drawn["spares"]) == 2
    assert run("sample", "verify", drawn["manifest"], "--json").json["is_verified"] is True
    summary = run("summary", loaded, "--json").json
    assert summary["loaded"]["claim_charge_amount"] == "1200.00"
    assert summary["loaded"]["paid_amount"] == "960.00"
    assert summary["denials"][0]["denominator_count"] == 12
    reports = run("report", loaded, "--json").json["reports"]
    assert all(Path(path).stat().st_size > 1000 for path in reports)
    assert run("ledger", "verify", loaded, "--json").json["event_count"] == 1


def test_people_get_words_and_money_as_they_write_it(run: Callable[..., Ran], loaded: Path) -> None:
    run("check", loaded)
    run("sample", loaded, "--name", "first", "--seed", "7", "--count", 5, "--stratify-by", "payer_id")
    shown = run("summary", loaded)
    assert "12 claims with 12 lines, $1,200.00 charged" in shown.out
    assert "undefined: " in shown.out
    assert run("report", loaded).code == 0
    assert "The chain is whole" in run("ledger", "verify", loaded).out


def test_a_load_with_rejects_ends_with_one_and_names_the_file(
    run: Callable[..., Ran], loaded: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.edi").write_text("nothing that anyone knows")
    ran = run("load", loaded, tmp_path / "bad.edi")
    assert ran.code == 1
    assert "bad.edi" in ran.out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("load", "{none}", "x"), 2, "is not a workspace"),
        (("load", "{w}", "{none}"), 2, "no file or folder"),
        (("sample", "{w}", "--name", "x", "--seed", "1", "--count", "500"), 2, "500"),
        (("sample", "{w}", "--name", "../x", "--seed", "1", "--count", "2"), 2, "name"),
        (("sample", "{w}", "--name", "x", "--seed", "1", "--count", "2", "--payer", "none"), 3, "empty"),
        (("sample", "verify", "{none}"), 3, "cannot be read"),
        (("report", "{w}"), 2, "No sample was drawn"),
        (("summary", "{w}", "--audit", "none"), 2, "no sample named"),
        (("lab", "{w}", "--port", "99999999"), 2, "no port"),
    ],
)
def test_wrong_use_and_bad_input_are_told_apart(
    run: Callable[..., Ran], loaded: Path, tmp_path: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    given = [word.format(w=loaded, none=tmp_path / "none") for word in words]
    ran = run(*given)
    assert ran.code == code
    assert message in ran.err
    assert ran.err.startswith("auditlib: ")


@pytest.mark.parametrize("words", [(), ("none",), ("sample", "w"), ("init",)])
def test_the_parser_refuses_with_two(words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    assert ended.value.code == 2


def test_load_needs_a_workspace_and_a_path_or_a_table_to_propose_for(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    for words in (("load",), ("load", tmp_path)):
        ran = run(*words)
        assert (ran.code, ran.err.splitlines()[-1]) == (2, "  auditlib load WORKSPACE PATH...")
    table = tmp_path / "charges.csv"
    table.write_text("Acct No,DOS,CPT,Chg Amt,Dx 1\nA1,01/05/2026,99213,$10.00,I10\n", encoding="utf-8")
    assert "claim_line" in run("load", "--suggest-mapping", table).out


def test_a_damaged_store_ends_with_four(run: Callable[..., Ran], loaded: Path) -> None:
    (loaded / "warehouse.duckdb").write_bytes(b"broken" * 4000)
    ran = run("check", loaded)
    assert ran.code == 4
    assert "damaged" in ran.err


def test_a_folder_with_other_things_is_not_made_a_workspace(run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "thing").write_text("x")
    assert run("init", tmp_path).code == 2
    assert run("demo", tmp_path).code == 2


def test_a_forged_sample_does_not_verify(run: Callable[..., Ran], loaded: Path) -> None:
    run("sample", loaded, "--name", "first", "--seed", "7", "--count", 5)
    frame = loaded / "manifests" / "first.frame.csv"
    frame.write_text(frame.read_text().replace("100.00", "900.00", 1))
    ran = run("sample", "verify", loaded / "manifests" / "first.manifest.json")
    assert ran.code == 3
    assert "Not verified" in ran.out


def test_every_command_is_in_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = re.findall(r"^    (\S+) ", capsys.readouterr().out, flags=re.MULTILINE)
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    missing = [name for name in listed if f"auditlib {name.replace('-', ' ')}" not in readme]
    assert not missing
