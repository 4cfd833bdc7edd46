from __future__ import annotations

import json
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
    assert run("-w", workspace, "load", files, "--json").code == 0
    return workspace


def test_the_lake_is_written_once_and_its_writing_goes_on_record(
    run: Callable[..., Ran], loaded: Path
) -> None:
    tables = {row["table"]: row for row in run("-w", loaded, "workspace", "lake", "--json").json["tables"]}
    assert tables["core.claim"] == {
        "table": "core.claim",
        "row_count": 12,
        "month_count": 1,
        "written_count": 1,
    }
    assert "Nothing has changed" in run("-w", loaded, "workspace", "lake").out
    assert "lake" in run("-w", loaded, "ledger", "access").out


def test_an_engine_that_is_none_is_refused(run: Callable[..., Ran], loaded: Path) -> None:
    refused = run("-w", loaded, "--engine", "host:15002", "check")
    assert refused.code == 2
    assert "spark:sc://host:15002" in refused.err


def test_the_whole_way_with_own_files(run: Callable[..., Ran], loaded: Path) -> None:
    checked = run("-w", loaded, "check", "--json").json["checks"]
    assert {check["check_id"]: check["outcome"] for check in checked}["DX-01"] == "passed"
    drawn = run(
        "-w",
        loaded,
        "sample",
        "draw",
        "--name",
        "first",
        "--seed",
        "7",
        "--count",
        5,
        "--spares",
        2,
        "--json",
    ).json
    assert len(drawn["sample"]) == 5
    assert len(drawn["spares"]) == 2
    assert run("sample", "verify", drawn["manifest"], "--json").json["is_verified"] is True
    summary = run("-w", loaded, "workspace", "summary", "--json").json
    assert summary["loaded"]["claim_charge_amount"] == "1200.00"
    assert summary["loaded"]["paid_amount"] == "960.00"
    assert summary["denials"][0]["denominator_count"] == 12
    reports = run("-w", loaded, "report", "--json").json["reports"]
    assert all(Path(path).stat().st_size > 1000 for path in reports)
    # The draw, and that a report was written.
    assert run("-w", loaded, "ledger", "verify", "--json").json["event_count"] == 2


def test_people_get_words_and_money_as_they_write_it(run: Callable[..., Ran], loaded: Path) -> None:
    run("-w", loaded, "check")
    run(
        "-w",
        loaded,
        "sample",
        "draw",
        "--name",
        "first",
        "--seed",
        "7",
        "--count",
        5,
        "--stratify-by",
        "payer_id",
    )
    shown = run("-w", loaded, "workspace", "summary")
    assert "12 claims with 12 lines, $1,200.00 charged" in shown.out
    assert "undefined: " in shown.out
    assert run("-w", loaded, "report").code == 0
    assert "The chain is whole" in run("-w", loaded, "ledger", "verify").out


def test_a_load_with_rejects_ends_with_one_and_names_the_file(
    run: Callable[..., Ran], loaded: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.edi").write_text("nothing that anyone knows")
    ran = run("-w", loaded, "load", tmp_path / "bad.edi")
    assert ran.code == 1
    assert "bad.edi" in ran.out
    # There is nothing to check.
    assert "files not-loaded" in ran.out
    assert "Next:" not in ran.out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("-w", "{none}", "load", "x"), 2, "is not a workspace"),
        (("-w", "{w}", "load", "{none}"), 2, "no file or folder"),
        (("-w", "{w}", "sample", "draw", "--name", "x", "--seed", "1", "--count", "500"), 2, "500"),
        (("-w", "{w}", "sample", "draw", "--name", "../x", "--seed", "1", "--count", "2"), 2, "name"),
        (
            ("-w", "{w}", "sample", "draw", "--name", "x", "--seed", "1", "--count", "2", "--payer", "none"),
            2,
            "no payer",
        ),
        (("sample", "verify", "{none}.manifest.json"), 3, "cannot be read"),
        (("-w", "{w}", "report"), 2, "No sample is drawn"),
        (("-w", "{w}", "workspace", "summary", "--audit", "none"), 2, "no audit 'none'"),
        (("-w", "{w}", "lab", "--port", "99999999"), 2, "no port"),
    ],
)
def test_wrong_use_and_bad_input_are_told_apart(
    run: Callable[..., Ran], loaded: Path, tmp_path: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    given = [word.format(w=loaded, none=tmp_path / "none") for word in words]
    ran = run(*given)
    assert ran.code == code
    assert message in ran.err
    assert any(line.startswith("auditlib: ") for line in ran.err.splitlines())
    assert "Traceback" not in ran.err


def test_load_needs_a_path_or_a_table_to_propose_for(run: Callable[..., Ran], tmp_path: Path) -> None:
    ran = run("load")
    assert (ran.code, ran.err.splitlines()[-1]) == (2, "  auditlib load PATH...")
    table = tmp_path / "charges.csv"
    table.write_text("Acct No,DOS,CPT,Chg Amt,Dx 1\nA1,01/05/2026,99213,$10.00,I10\n", encoding="utf-8")
    assert "claim_line" in run("load", "--suggest-mapping", table).out
    assert "claim_line" in str(run("load", "--suggest-mapping", table, "--json").json["mapping"])


def test_a_proposal_looks_codes_up_where_there_is_a_workspace(
    run: Callable[..., Ran], loaded: Path, tmp_path: Path
) -> None:
    table = tmp_path / "charges.csv"
    table.write_text("Acct No,DOS,CPT,Chg Amt,Dx 1\nA1,01/15/2026,99213,$10.00,I99.00\n", encoding="utf-8")
    asked = "1 of 1 codes are in no loaded release of ICD-10-CM"
    assert asked in run("-w", loaded, "load", "--suggest-mapping", table).out
    assert asked not in run("load", "--suggest-mapping", table).out


def test_a_damaged_store_ends_with_four(run: Callable[..., Ran], loaded: Path) -> None:
    (loaded / "warehouse.duckdb").write_bytes(b"broken" * 4000)
    ran = run("-w", loaded, "check")
    assert ran.code == 4
    assert "damaged" in ran.err


def test_a_folder_with_other_things_is_not_made_a_workspace(run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "thing").write_text("x")
    assert run("init", tmp_path).code == 2
    assert run("demo", tmp_path).code == 2


def test_the_demo_is_never_made_in_a_workspace_of_ones_own(run: Callable[..., Ran], loaded: Path) -> None:
    before = run("-w", loaded, "files", "list", "--json").json
    ran = run("demo", loaded)
    assert ran.code == 2
    assert "invented data are never loaded into it" in ran.err
    assert f"{loaded.name}-demo" in ran.err
    assert run("-w", loaded, "files", "list", "--json").json == before


def test_a_forged_sample_does_not_verify(run: Callable[..., Ran], loaded: Path) -> None:
    run("-w", loaded, "sample", "draw", "--name", "first", "--seed", "7", "--count", 5)
    frame = loaded / "manifests" / "first.frame.csv"
    frame.write_text(frame.read_text().replace("100.00", "900.00", 1))
    ran = run("sample", "verify", loaded / "manifests" / "first.manifest.json")
    assert ran.code == 3
    assert "Not verified" in ran.out


def test_a_payer_and_a_coder_that_no_unit_has_get_the_nearest(run: Callable[..., Ran], loaded: Path) -> None:
    everything = run("-w", loaded, "universe", "freeze", "all", "--unit", "claim", "--json").json
    assert everything["unit_count"] == 12
    ran = run("-w", loaded, "sample", "draw", "x", "--seed", 1, "--count", 2, "--payer", "PO1")
    assert ran.code == 2
    assert "There is no payer 'PO1'." in ran.err
    assert "All: P01 (INVENTED PAYER)" in ran.err
    narrowed = run(
        "-w", loaded, "universe", "freeze", "some", "--payer", "P01", "--to", "12/31/2030", "--json"
    )
    assert narrowed.json["universe"]["filters"] == [
        {"name": "to_date", "value": "2030-12-31"},
        {"name": "payer_id", "value": "P01"},
    ]


def test_a_universe_is_compared_with_what_it_would_be_today(
    run: Callable[..., Ran], loaded: Path, tmp_path: Path
) -> None:
    words = ("--unit", "claim", "--from", "2020-01-01", "--risk", "--stratify-by", "payer_id")
    assert "Not all checks have run" in run("-w", loaded, "universe", "freeze", "spring", *words).err
    run("-w", loaded, "check")
    assert run("-w", loaded, "universe", "freeze", "spring", *words).code == 0
    same = run("-w", loaded, "universe", "diff", "spring", "--json").json
    assert (same["is_different"], same["new"], same["changed"]) == (False, [], [])
    (tmp_path / "more.edi").write_text(professional_claims([("A99", "500.00")]))
    run("-w", loaded, "load", tmp_path / "more.edi")
    run("-w", loaded, "check")
    differs = run("-w", loaded, "universe", "diff", "spring")
    assert differs.code == 0
    assert "1 new" in differs.out
    listed = run("-w", loaded, "universe", "list", "--json").json["universes"]
    assert [(row["universe"], row["unit_count"]) for row in listed] == [("spring", 12)]


def test_records_that_were_not_loaded_are_listed_with_their_reason(
    run: Callable[..., Ran], loaded: Path, tmp_path: Path
) -> None:
    assert run("-w", loaded, "files", "not-loaded").out == "Every record of every file was loaded.\n"
    (tmp_path / "bad.edi").write_text("nothing that anyone knows")
    run("-w", loaded, "load", tmp_path / "bad.edi")
    assert "bad.edi" in run("-w", loaded, "files", "not-loaded").out
    assert len(run("-w", loaded, "files", "not-loaded", "--json").json["not_loaded"]) == 1


def test_an_audit_is_the_latest_by_default_and_claims_export_is_audit_export(
    run: Callable[..., Ran], loaded: Path
) -> None:
    for name in ("first", "second"):
        run("-w", loaded, "sample", "draw", name, "--seed", "7", "--count", 2, "--spares", 1)
    listed = run("-w", loaded, "audit", "list", "--json").json["audits"]
    assert [row["audit"] for row in listed] == ["first", "second"]
    assert [row["audit"] for row in run("-w", loaded, "sample", "list", "--json").json["samples"]] == [
        "first",
        "second",
    ]
    assert run("-w", loaded, "sample", "verify", "second", "--json").json["is_verified"]
    assert run("-w", loaded, "workspace", "summary", "--json").json["audit"] == "second"
    shown = [run("-w", loaded, *words, "--json") for words in (("audit", "export"), ("claims", "export"))]
    assert shown[0] == shown[1]
    assert shown[0].json["audit"] == "second"
    assert run("-w", loaded, "audit", "export", "first", "--json").json["audit"] == "first"


def test_a_statement_on_a_record_is_confirmed_with_whose_it_is(run: Callable[..., Ran], loaded: Path) -> None:
    assert run("-w", loaded, "sample", "draw", "first", "--seed", "7", "--count", "2").code == 0
    listed = run("-w", loaded, "audit", "record", "first")
    assert "2 charts to review have no documents." in listed.out
    chart = run("-w", loaded, "audit", "record", "--json").json["charts_without_documents"][0]["encounter_id"]
    said = run(
        *("-w", loaded, "audit", "record", "first", "--encounter", chart),
        *("--status", "missing", "--reviewer", "Bo"),
    )
    assert f"Entered by Bo in 'first': {chart}, record missing; the chart is completed" in said.out
    taken_back = run(
        *("-w", loaded, "audit", "record", "first", "--encounter", chart),
        *("--status", "withdrawn", "--reviewer", "Bo"),
    )
    assert f"Withdrawn by Bo in 'first': what was said of {chart}." in taken_back.out


def test_nothing_is_written_outside_of_the_workspace(
    run: Callable[..., Ran], loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    monkeypatch.setenv("HOME", str(home))
    for words in (
        "universe freeze all",
        "sample draw q1 --seed 7 --count 3 --universe all",
        "workspace summary",
        "ledger verify",
    ):
        assert run("-w", loaded, *words.split()).code == 0, words
    assert (loaded / "manifests" / "q1.manifest.json").is_file()
    assert {path.name for path in tmp_path.iterdir()} == {"w", "files", "home"}
    assert list(home.iterdir()) == []
