"""From a completed review to the claims that go to billing, and what is on record of them."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import stat
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from auditlib.billing.settings import read_export_settings
from auditlib.cli.main import main
from auditlib.errors import BadInputError, StoreError, UsageError
from auditlib.ledger import Ledger
from auditlib.review import CorrectedCode, Verdict
from auditlib.sampling import SampleRequest, Universe
from auditlib.sources.x12 import read_x12
from auditlib.sources.x12.strict.strict_validation import StrictVerdict, validate_strictly
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.made_once import copied
from tests.x12_texts import professional_claims, remittance

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
UNANSWERED, UNCHANGED, CHANGED, OPEN = "A00", "A01", "A02", "A03"


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """Four billed visits, three of them answered and reviewed: two with a corrected diagnosis."""
    return workbench_in(copied("four-billed-visits", make_billed_visits, tmp_path))


def workbench_in(home: Path) -> Workbench:
    return Workbench(Workspace.open(home / "workspace"), user="Ada", clock=lambda: NOW)


def make_billed_visits(home: Path) -> None:
    Workspace.create(home / "workspace")
    names = (UNANSWERED, UNCHANGED, CHANGED, OPEN)
    (home / "claims.edi").write_text(professional_claims([(name, "100") for name in names]))
    (home / "paid.edi").write_text(remittance([(name, "100", "80") for name in names[1:]]))
    workbench = workbench_in(home)
    workbench.files.load([home / "claims.edi", home / "paid.edi"])
    workbench.samples.draw(Universe("all"), SampleRequest("simple", seed="7", count=4), name="q1")
    for name in (UNANSWERED, UNCHANGED, CHANGED):
        review(workbench, name, None if name == UNCHANGED else "I119")


def review(bench: Workbench, encounter_id: str, diagnosis: str | None, *, reviewer: str = "Ada") -> None:
    """Agree with every code, or correct the diagnosis."""
    session = bench.audit("q1").session(reviewer=reviewer)
    session.open_chart(encounter_id, recorded_at=NOW)
    session.state_record(encounter_id, "reviewed elsewhere", place="paper chart", recorded_at=NOW)
    for code in session.assigned(encounter_id):
        about = {"encounter_id": encounter_id, "code_number": code.code_number}
        as_coded = {"code_system": code.code_system, "code": code.code}
        verdict = Verdict(action="agree", **about, **as_coded)
        if diagnosis and code.code_system == "ICD-10-CM":
            corrected = CorrectedCode("ICD-10-CM", diagnosis, code.code_role)
            why = {"error_kind": "wrong code", "cause": "coder rule"}
            verdict = Verdict(action="change", corrected=corrected, **about, **as_coded, **why)
        session.decide(verdict, recorded_at=NOW)
    session.complete_chart(encounter_id, recorded_at=NOW, go_on=False)


def statuses(frame: pl.DataFrame) -> dict[str, str]:
    return dict(frame.select("encounter_id", "status").sort("encounter_id").iter_rows())


def test_corrected_claims_replace_those_that_the_payer_has(bench: Workbench, tmp_path: Path) -> None:
    claims = bench.audit("q1").corrected_claims()
    assert statuses(claims.frame) == {
        UNANSWERED: "something is missing",
        UNCHANGED: "verified as billed",
        CHANGED: "ready",
        OPEN: "review not completed",
    }
    done = claims.export_837(tmp_path / "out.edi")
    (batch,) = read_x12(done.paths[0], source_file_id=1)
    claim = batch.frames["claim"].row(0, named=True)
    assert (claim["patient_control_number"], claim["frequency_code"]) == (CHANGED, "7")
    assert claim["original_reference_number"] == f"ICN{CHANGED}"
    assert batch.frames["claim_diagnosis"]["code"].to_list() == ["I119"]
    assert stat.S_IMODE(done.paths[0].stat().st_mode) == 0o600


def test_a_code_without_a_record_is_neither_verified_nor_sent(bench: Workbench) -> None:
    audit = bench.audit("q1")
    for visit, status in ((UNCHANGED, "missing"), (CHANGED, "partly missing")):
        audit.withdraw_record_statement(visit)
        session = audit.session()
        if status == "partly missing":
            verdict = session.current_verdict(visit, 1)
            assert verdict is not None
            session.state_record(visit, status, recorded_at=NOW)
            session.withdraw(verdict, recorded_at=NOW)
            session.complete_chart(visit, recorded_at=NOW, go_on=False)
        else:
            audit.state_record(visit, "missing")
    found = audit.corrected_claims().frame
    assert {statuses(found)[visit] for visit in (UNCHANGED, CHANGED)} == {"review not completed"}
    assert "no record that supports them" in str(found.filter(encounter_id=CHANGED)["missing"].item())
    # What was paid without a record can still be voided.
    voids = audit.corrected_claims(purpose="void", encounter_ids=[UNCHANGED]).frame
    assert statuses(voids) == {UNCHANGED: "ready"}


def test_what_is_missing_is_given_in_a_file(bench: Workbench, tmp_path: Path) -> None:
    missing = bench.audit("q1").corrected_claims().settings_to_fill
    assert missing == f'[[claim]]\nencounter_id = "{UNANSWERED}"\noriginal_reference =\n'
    filled = tmp_path / "filled.toml"
    filled.write_text(missing.replace("reference =", 'reference = "ICN-GIVEN"'))
    claims = bench.audit("q1").corrected_claims(settings=filled)
    assert (len(claims.ready), claims.missing_count) == (2, 0)
    with pytest.raises(BadInputError, match="cannot be read as TOML"):
        read_export_settings(_written(tmp_path, missing))


def test_every_file_is_on_record_and_counts_on(bench: Workbench, tmp_path: Path) -> None:
    first = bench.audit("q1").corrected_claims().export_837(tmp_path / "one.edi")
    with pytest.raises(UsageError, match="exists already"):
        bench.audit("q1").corrected_claims().export_837(tmp_path / "one.edi")
    again = bench.audit("q1").corrected_claims()
    assert again.ready[0].notes == ("Exported before, on 2026-03-01 as replacement.",)
    second = again.export_837(tmp_path / "two.edi")
    assert (first.control_number, second.control_number) == (1, 3)
    event = bench.workspace.ledger().events(kinds=["claims exported"])[-1]
    assert (event.payload["encounter_ids"], event.payload["control_number"]) == ([CHANGED], 3)
    assert bench.ledger.verify().event_count == event.event_number


def test_claims_not_sent_yet_go_out_changed_or_not(bench: Workbench, tmp_path: Path) -> None:
    claims = bench.audit("q1").corrected_claims(purpose="original")
    assert {out.encounter_id for out in claims.ready} == {UNANSWERED, UNCHANGED, CHANGED}
    text = claims.export_837(tmp_path / "out.edi").paths[0].read_text()
    assert text.count("11:B:1") == 3
    assert "REF*F8" not in text


def test_a_void_names_its_encounters(bench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must be named"):
        bench.audit("q1").corrected_claims(purpose="void")
    with pytest.raises(UsageError, match="B1 has no codes"):
        bench.audit("q1").corrected_claims(purpose="void", encounter_ids=["B1"])
    claims = bench.audit("q1").corrected_claims(purpose="void", encounter_ids=[OPEN])
    text = claims.export_837(tmp_path / "out.edi").paths[0].read_text()
    assert "11:B:8" in text
    assert f"REF*F8*ICN{OPEN}" in text


def test_a_file_that_changed_since_it_was_loaded_is_not_read(tmp_path: Path) -> None:
    make_billed_visits(tmp_path)
    bench = workbench_in(tmp_path)
    (tmp_path / "claims.edi").write_text("ISA changed")
    claims = bench.audit("q1").corrected_claims(encounter_ids=[CHANGED])
    assert claims.claims[0].gaps[0].reason.startswith("claims.edi has changed since it was loaded")
    (tmp_path / "claims.edi").unlink()
    assert (
        "cannot be read where it was loaded from"
        in bench.audit("q1").corrected_claims().frame["missing"].str.join(" ").item()
    )
    with pytest.raises(UsageError, match="No claim of 'q1' is ready"):
        claims.export_837(tmp_path / "out.edi")


def test_reviewers_who_differ_are_not_chosen_among(bench: Workbench) -> None:
    review(bench, CHANGED, "I130", reviewer="Bo")
    claims = bench.audit("q1").corrected_claims(encounter_ids=[CHANGED])
    assert claims.claims[0].gaps[0].reason.startswith("not adjudicated: 2 reviewers differ")
    assert len(bench.audit("q1").corrected_claims(encounter_ids=[CHANGED], reviewer="Bo").ready) == 1


def test_csv_holds_the_claims_of_the_837_file(bench: Workbench, tmp_path: Path) -> None:
    done = bench.audit("q1").corrected_claims(purpose="original").export_csv(tmp_path / "csv")
    tables = {path.stem: pl.read_csv(path, infer_schema=False) for path in done.paths}
    assert {name: frame.height for name, frame in tables.items()} == {
        "claim": 3,
        "claim_diagnosis": 3,
        "claim_procedure": 0,
        "claim_line": 3,
    }
    assert dict(tables["claim_diagnosis"].select("encounter_id", "code").iter_rows()) == {
        UNANSWERED: "I119",
        UNCHANGED: "I10",
        CHANGED: "I119",
    }
    assert tables["claim"]["charge_amount"].unique().to_list() == ["100.00"]


def exported(folder: Path) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_csv(path, infer_schema=False) for path in folder.glob("*.csv")}


@pytest.mark.parametrize("form", ["deidentified", "pseudonymised"])
def test_claims_for_others_name_no_patient_and_hang_together(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    plain, folder = tmp_path / "plain", tmp_path / "others"
    bench.audit("q1").corrected_claims(purpose="original").export_csv(plain)
    named = ["--purpose", "original", "--form", "csv", "--out", str(folder), f"--{form}"]
    for command in ("audit", "claims"):
        assert main(["-w", str(bench.workspace.root), command, "export", "--audit", "q1", *named]) == 0
        said = "".join(path.read_text() for path in sorted(folder.iterdir())) + capsys.readouterr().out
        texts = {path.name: path.read_text() for path in folder.iterdir()}
        shutil.rmtree(folder)
    rows = "".join(text for name, text in texts.items() if name.endswith(".csv"))
    for value in (UNANSWERED, UNCHANGED, CHANGED, "encounter_id," if form == "deidentified" else "Ada"):
        assert value not in said
    days = {
        day
        for frame in exported(plain).values()
        for name in frame.columns
        if name.endswith("_date")
        for day in frame[name].drop_nulls()
    }
    assert days
    assert not any(day in rows for day in days)
    assert ("safe harbor" if form == "deidentified" else "still protected health information") in texts[
        "about.txt"
    ]
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text)
    made, given = exported(folder), exported(plain)
    pairs = [
        sorted(
            frames["claim_diagnosis"]
            .join(frames["claim_line"], on="claim_number")
            .select("code", "code_right", "charge_amount")
            .rows()
        )
        for frames in (made, given)
    ]
    assert pairs[0] == pairs[1]
    entry = bench.ledger.access().frame.row(0, named=True)
    assert (entry["access"], entry["audit"]) == ("claims", "q1")
    # Nothing of this went to billing.
    assert not bench.workspace.ledger().events(kinds=["claims exported"])[1:]


def test_counts_of_claims_hold_no_rows_and_no_small_count(bench: Workbench, tmp_path: Path) -> None:
    claims = bench.audit("q1").corrected_claims(purpose="original")
    folder = tmp_path / "counts"
    claims.export_apart(folder, suppress_below=11)
    made = exported(folder)
    assert set(made) == {"payer_count", "code_count"}
    assert all(frame["claim_count"].null_count() == frame.height for frame in made.values())
    wide = claims.export_apart(tmp_path / "wide", suppress_below=2).paths
    counts = pl.read_csv(next(path for path in wide if path.stem == "code_count"))
    assert "I10" not in counts.drop_nulls()["code"].to_list()
    with pytest.raises(UsageError, match="one of them"):
        claims.export_apart(folder, suppress_below=11, deidentified=True)
    with pytest.raises(UsageError, match="cannot be withheld"):
        claims.export_apart(tmp_path / "no", suppress_below=1)


def test_an_837_file_and_the_screen_have_no_form_for_others(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = ["-w", str(bench.workspace.root), "claims", "export", "--deidentified"]
    assert main([*start, "--out", str(tmp_path / "out.edi")]) == 2
    assert main([*start, "--form", "csv"]) == 2
    said = capsys.readouterr()
    assert "an 837 file names its patients" in said.err
    assert CHANGED not in said.out


def test_what_goes_to_billing_is_on_record_or_not_written(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        message = "The ledger cannot be used: the disk is full."
        raise StoreError(message)

    claims = bench.audit("q1").corrected_claims()
    monkeypatch.setattr(Ledger, "append", refuse)
    for write in (
        lambda: claims.export_837(tmp_path / "o" / "out.edi"),
        lambda: claims.export_csv(tmp_path / "o"),
    ):
        with pytest.raises(StoreError, match="the disk is full"):
            write()
    assert not list((tmp_path / "o").iterdir())


@pytest.fixture
def unbilled(tmp_path: Path) -> Workbench:
    """Two reviewed visits, one of them in a hospital, that no claim bills."""
    return workbench_in(copied("two-unbilled-visits", make_unbilled_visits, tmp_path))


def make_unbilled_visits(home: Path) -> None:
    Workspace.create(home / "workspace")
    workbench = workbench_in(home)
    (home / "encounters.csv").write_text(
        "encounter_id,encounter_class,admit_date,discharge_date,provider_id,discharge_status_code\n"
        "E1,office,2026-01-10,2026-01-10,1999999992,\nE2,emergency,2026-01-11,2026-01-11,1999999992,01\n"
    )
    (home / "codes.csv").write_text(
        "encounter_id,code_number,code_system,code,code_role,unit_count,modifier_1\n"
        "E1,1,ICD-10-CM,I10,principal,,\nE1,2,CPT,99213,procedure,1,25\n"
        "E2,1,ICD-10-CM,I10,principal,,\nE2,2,CPT,99283,procedure,1,\n"
    )
    workbench.files.load([home / "encounters.csv", home / "codes.csv"])
    workbench.samples.draw(Universe("all"), SampleRequest("simple", seed="7", count=2), name="q1")
    for name in ("E1", "E2"):
        review(workbench, name, "I119")


def test_encounters_without_a_claim_are_listed_with_their_codes(unbilled: Workbench, tmp_path: Path) -> None:
    claims = unbilled.audit("q1").corrected_claims()
    assert statuses(claims.frame) == dict.fromkeys(("E1", "E2"), "no claim loaded")
    done = claims.export_csv(tmp_path / "csv")
    lines = pl.read_csv(next(path for path in done.paths if path.stem == "claim_line"), infer_schema=False)
    listed = lines.select("encounter_id", "code", "modifier_1").sort("encounter_id").rows()
    assert listed == [("E1", "99213", "25"), ("E2", "99283", None)]
    with pytest.raises(UsageError, match="No claim of 'q1' is ready"):
        claims.export_837(tmp_path / "out.edi")


DEMOGRAPHICS = """
[submitter]
id = "OFFICE1"
name = "INVENTED BILLING"
contact = "DESK"
phone = "5555550100"
[receiver]
id = "HOUSE1"
name = "INVENTED HOUSE"
[billing_provider]
npi = "1999999984"
tax_id = "990000001"
name = "INVENTED CLINIC"
street = "1 INVENTED WAY"
city = "SAMPLETON"
state = "NE"
zip = "689990001"
[[provider]]
npi = "1999999992"
last_name = "CARER"
first_name = "ROWAN"
[[claim]]
encounter_id = "E1"
place_of_service = "11"
[[claim]]
encounter_id = "E2"
type_of_bill = "13"
admission_type = "1"
admission_source = "1"
[[service]]
code = "99213"
unit_charge_amount = "142.00"
points_to = ["I11.9"]
[[service]]
code = "99283"
unit_charge_amount = "310.00"
revenue_code = "0450"
"""
PATIENT = """
[[patient]]
encounter_id = "{encounter_id}"
last_name = "PERSON"
first_name = "INVENTED"
birth_date = 1960-01-01
sex = "F"
street = "2 INVENTED WAY"
city = "SAMPLETON"
state = "NE"
zip = "689990001"
member_id = "M1"
payer_id = "P01"
payer_name = "INVENTED PAYER"
filing_code = "CI"
signatures_on_file = "Y"
"""


def test_with_demographics_they_become_claims_that_a_strict_validator_accepts(
    unbilled: Workbench, tmp_path: Path
) -> None:
    patients = "".join(PATIENT.format(encounter_id=name) for name in ("E1", "E2"))
    settings = _written(tmp_path, DEMOGRAPHICS + patients)
    claims = unbilled.audit("q1").corrected_claims(settings=settings)
    assert [out.gaps for out in claims.claims] == [(), ()]
    (path,) = claims.export_837(tmp_path / "out.edi").paths
    assert validate_strictly(path) == StrictVerdict("accepted")
    (batch,) = read_x12(path, source_file_id=1)
    found = batch.frames["claim"].sort("patient_control_number")
    assert found.select("form", "frequency_code", "charge_amount", "type_of_bill").rows() == [
        ("P", "1", Decimal("142.00"), None),
        ("I", "1", Decimal("310.00"), "131"),
    ]
    assert batch.frames["claim_line"]["from_date"].unique().sort().to_list() == [
        dt.date(2026, 1, 10),
        dt.date(2026, 1, 11),
    ]


def test_what_demographics_lack_is_named_key_by_key(unbilled: Workbench, tmp_path: Path) -> None:
    audit = unbilled.audit("q1")
    claims = audit.corrected_claims(settings=_written(tmp_path, "[billing_provider]\nnpi = '1999999984'\n"))
    missing = {out.encounter_id: [gap.reason for gap in out.gaps] for out in claims.claims}
    assert "[submitter] lacks id, name, contact, phone." in missing["E1"]
    assert "Of the patient, last_name is not given." in missing["E1"]
    assert "member_id =" in claims.settings_to_fill
    stay = DEMOGRAPHICS.replace('type_of_bill = "13"', 'type_of_bill = "11"')
    refused = audit.corrected_claims(settings=_written(tmp_path, stay), encounter_ids=["E2"])
    assert "lines of a stay" in refused.frame["missing"].item()
    unsigned = DEMOGRAPHICS + PATIENT.format(encounter_id="E1").replace('file = "Y"', 'file = "N"')
    refused = audit.corrected_claims(settings=_written(tmp_path, unsigned), encounter_ids=["E1"])
    assert "signatures on file" in refused.frame["missing"].item()


def test_the_command_shows_then_writes(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, out = str(bench.workspace.root), tmp_path / "out.edi"
    assert main(["-w", root, "audit", "export"]) == 1
    shown = capsys.readouterr().out
    assert "diagnosis I10 changed to I119" in shown
    assert "original_reference =" in shown
    assert not out.exists()
    assert (
        main(["-w", root, "audit", "export", "--audit", "q1", "--form", "837", "--out", str(out), "--json"])
        == 1
    )
    said = json.loads(capsys.readouterr().out)
    assert (said["ready_count"], said["missing_count"], said["paths"]) == (1, 1, [str(out)])
    folder = str(tmp_path / "csv")
    assert (
        main(["-w", root, "audit", "export", "--form", "csv", "--out", folder, "--encounter", CHANGED]) == 0
    )
    assert "claim_line.csv" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("billing_provider = 1", "billing_provider is not a table"),
        ("[billing_provider]\nnpi = 1", "npi cannot be read"),
        ("[[patient]]\nlast_name = 'X'", "names no encounter"),
        ("[[provider]]\nlast_name = 'X'", "names no npi"),
        ("[billing]\nid = 'X'", "holds 'billing', which export does not know"),
        ("[submitter]\nid = 'X'", r"has no table \[receiver\]"),
        ("[submitter]\nid = 'X'\nusage = 'Q'\n[receiver]\nid = 'Y'", "neither T"),
        ("[submitter]\nid = 'XXXXXXXXXXXXXXXX'\n[receiver]\nid = 'Y'", "missing or longer than 15"),
        ("[[claim]]\ndrg_code = '470'", "names no encounter"),
        ("[[claim]]\nencounter_id = 'E*1'", "encounter_id cannot be read"),
        ("[claim]\nencounter_id = 'E1'", "not a list of tables"),
        ("[[service]]\nunit_charge_amount = '1'", "names no code"),
        ("[[service]]\ncode = '99213'\nunit_charge_amount = 75.1", "unit_charge_amount cannot be read"),
        ("[[service]]\ncode = '99213'\nunit_charge_amount = '1e400'", "unit_charge_amount cannot be read"),
        ("[[service]]\ncode = '99213'\npoints_to = []", "points_to cannot be read"),
        ("[[service]]\ncode = '99213'\nservice_date = '2026'", "service_date cannot be read"),
        ("[[procedure]]\ncode = '0SRD0JZ'\nday = 1", "holds 'day', which export does not know"),
        ("\x00", "cannot be read as TOML"),
    ],
)
def test_settings_say_what_is_wrong_with_them(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        read_export_settings(_written(tmp_path, text))


def test_entries_that_name_an_encounter_go_before_general_ones(tmp_path: Path) -> None:
    settings = read_export_settings(
        _written(
            tmp_path,
            '[[service]]\nencounter_id = "E1"\ncode = "j1100"\nunit_charge_amount = "5.50"\n'
            '[[service]]\ncode = "J1100"\nunit_charge_amount = 4\npoints_to = ["E11.9"]\n'
            '[submitter]\nid = "ME"\nusage = "P"\n[receiver]\nid = "YOU"\nqualifier = "30"\n',
        )
    )
    own, general = (settings.supplement(name).services["J1100"] for name in ("E1", "E2"))
    assert (str(own.unit_charge_amount), str(general.unit_charge_amount)) == ("5.50", "4")
    assert own.points_to == general.points_to == ("E119",)
    assert settings.parties is not None
    assert (settings.parties.receiver, settings.parties.usage) == (("30", "YOU"), "P")


def _written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text)
    return path
