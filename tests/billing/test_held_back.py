"""From reviews in a workspace to claims that go out, and to those that are held back with the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest

from auditlib.billing import corrected_claims as module
from auditlib.billing.correction import CorrectedClaim
from auditlib.billing.outgoing_findings import OutgoingFinding, new_fatal_findings
from auditlib.billing.settings import read_export_settings
from auditlib.cli.main import main
from auditlib.review import CorrectedCode, Verdict
from auditlib.sampling import SampleRequest, Universe
from auditlib.sources.x12 import read_x12
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.billing.test_round_trip import accepts
from tests.made_once import empty_workspace, workspace_with_code_sets

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*260115*0900*^*00501*000000001*0*T*:"
)
LOOPS = [
    "BHT*0019*00*1*20260115*0900*CH",
    "NM1*41*2*INVENTED BILLING*****46*SUB1",
    "PER*IC*DESK*TE*5555550100",
    "NM1*40*2*INVENTED PAYER*****46*RCV1",
    "HL*1**20*1",
    "NM1*85*2*INVENTED CLINIC*****XX*1999999984",
    "N3*1 INVENTED WAY",
    "N4*SAMPLETON*NE*689990001",
    "REF*EI*990000001",
    "HL*2*1*22*0",
    "SBR*P*18*******CI",
    "NM1*IL*1*PERSON*INVENTED****MI*M1",
    "N3*2 INVENTED WAY",
    "N4*SAMPLETON*NE*689990001",
    "DMG*D8*19600101*F",
    "NM1*PR*2*INVENTED PAYER*****PI*P01",
]
VERSIONS = {"P": "005010X222A1", "I": "005010X223A2"}


def office(number: str = "E1", frequency: str = "1", health: str = "ABK:E119*ABF:I10") -> list[str]:
    return [
        f"CLM*{number}*100***11:B:{frequency}*Y*A*Y*Y",
        f"HI*{health}",
        "LX*1",
        "SV1*HC:99213:25*100*UN*1***1:2",
        "DTP*472*D8*20260110",
    ]


def emergency(number: str = "E1", frequency: str = "1") -> list[str]:
    return [
        f"CLM*{number}*300***13:A:{frequency}**A*Y*Y",
        "DTP*434*RD8*20260110-20260110",
        "CL1*1*1*01",
        "HI*ABK:E119",
        "HI*APR:R739",
        "HI*ABF:I10",
        "NM1*71*1*CARER*ROWAN****XX*1999999992",
        "LX*1",
        "SV2*0450*HC:99284*300*UN*1",
        "DTP*472*D8*20260110",
    ]


def transaction(kind: str, group: str, version: str, body: Sequence[str]) -> str:
    rows = [
        ISA,
        f"GS*{group}*SENDER*RECEIVER*20260115*0900*1*X*{version}",
        f"ST*{kind}*0001*{version}",
        *body,
        f"SE*{len(body) + 2}*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    return "~\n".join(rows) + "~\n"


def claim_file(form: str, *claims: Sequence[str]) -> str:
    return transaction("837", "HC", VERSIONS[form], [*LOOPS, *(row for claim in claims for row in claim)])


def payment_file(*payments: str, day: str = "20260201") -> str:
    body = [
        f"BPR*I*0*C*NON************{day}",
        f"TRN*1*TRACE{day}*1999999999",
        "N1*PR*INVENTED PAYER*XV*P01",
        "N1*PE*INVENTED CLINIC*XX*1999999984",
        "LX*1",
        *payments,
    ]
    return transaction("835", "HP", "005010X221A1", body)


def payment(number: str = "E1", status: str = "1", charge: str = "100", paid: str = "80") -> str:
    adjusted = [f"CAS*CO*45*{float(charge) - float(paid):g}"] if charge != paid else []
    name = "NM1*QC*1*PERSON*INVENTED****MI*M1"
    return "~\n".join([f"CLP*{number}*{status}*{charge}*{paid}*0*CI*ICN{number}*11*1", name, *adjusted])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    empty_workspace(tmp_path / "workspace")
    return tmp_path


def bench_with(home: Path, **files: str) -> Workbench:
    paths = []
    for name, text in files.items():
        paths.append(home / f"{name}.edi")
        paths[-1].write_text(text)
    bench = Workbench(Workspace.open(home / "workspace"), user="Ada", clock=lambda: NOW)
    bench.files.load(paths)
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="7", count=1), name="q1")
    return bench


def review(
    bench: Workbench,
    changed: Mapping[str, CorrectedCode | None] | None = None,
    missed: Sequence[CorrectedCode] = (),
    *,
    encounter_id: str = "E1",
) -> None:
    """Change or delete some of the coder's codes, agree with the others, and add what was missed."""
    session = bench.audit("q1").session(reviewer="Ada")
    session.open_chart(encounter_id, recorded_at=NOW)
    session.state_record(encounter_id, "reviewed elsewhere", place="paper chart", recorded_at=NOW)
    why = {"cause": "coder rule"}
    for code in session.assigned(encounter_id):
        about = {"code_number": code.code_number, "code_system": code.code_system, "code": code.code}
        verdict = Verdict(encounter_id, "agree", **about)
        if changed and code.code in changed:
            corrected = changed[code.code]
            action = "delete" if corrected is None else "change"
            verdict = Verdict(
                encounter_id, action, **about, corrected=corrected, error_kind="wrong code", **why
            )
        session.decide(verdict, recorded_at=NOW)
    for one in missed:
        added = Verdict(encounter_id, "add", corrected=one, error_kind="missed code", **why)
        session.decide(added, recorded_at=NOW)
    session.complete_chart(encounter_id, recorded_at=NOW, go_on=False)


def diagnosis(code: str, role: str = "secondary", poa: str | None = None) -> CorrectedCode:
    return CorrectedCode("ICD-10-CM", code, role, poa)


def service(code: str, *modifiers: str) -> CorrectedCode:
    return CorrectedCode("CPT", code, "procedure", None, modifiers)


def settings_file(home: Path, text: str) -> Path:
    path = home / "settings.toml"
    path.write_text(text)
    return path


def only_row(frame: pl.DataFrame) -> dict[str, object]:
    (row,) = frame.iter_rows(named=True)
    return row


# What the checks find


def test_what_a_review_makes_fatal_is_held_back_until_it_is_accepted(tmp_path: Path) -> None:
    workspace_with_code_sets(tmp_path / "workspace")
    bench = bench_with(tmp_path, claims=claim_file("P", office()), paid=payment_file(payment()))
    review(bench, {"I10": diagnosis("E112")})
    held = bench.audit("q1").corrected_claims()
    row = only_row(held.frame)
    assert row["status"] == "held back"
    assert str(row["missing"]).startswith("DX-02: E11.2")
    assert held.settings_to_fill == '[[claim]]\nencounter_id = "E1"\naccepted_findings =\n'
    assert held.missing_count == 1
    filled = settings_file(tmp_path, held.settings_to_fill.replace("findings =", 'findings = ["DX-02"]'))
    accepted = bench.audit("q1").corrected_claims(settings=filled)
    assert only_row(accepted.frame)["status"] == "ready"
    assert "DX-02: E11.2" in str(only_row(accepted.frame)["notes"])


def test_what_was_fatal_as_billed_and_what_a_person_decides_stand_beside_the_claim(tmp_path: Path) -> None:
    workspace_with_code_sets(tmp_path / "workspace")
    claims = claim_file("P", office(health="ABK:E112*ABF:I10"))
    bench = bench_with(tmp_path, claims=claims, paid=payment_file(payment()))
    # The two types of diabetes exclude each other (Excludes1).
    review(bench, missed=[diagnosis("E109")])
    row = only_row(bench.audit("q1").corrected_claims().frame)
    assert row["status"] == "ready"
    assert "DX-02: E11.2" in str(row["notes"])
    assert "DX-06: Excludes1 note" in str(row["notes"])


@pytest.mark.parametrize(
    ("wrong", "findings"),
    [
        # A manifestation listed first; a code without its seventh character, and one without placeholders.
        ("N08", ["DX-08: N08 is a manifestation and is listed first"]),
        ("S72001", ["DX-04: S72.001 lacks the seventh character; it can be A,"]),
        ("W19A", ["DX-04: W19.A lacks the placeholder X: the code is W19.XXXA."]),
    ],
)
def test_checks_that_read_other_codes_and_notes_judge_corrected_claims(
    tmp_path: Path, wrong: str, findings: list[str]
) -> None:
    workspace_with_code_sets(tmp_path / "workspace")
    bench = bench_with(tmp_path, claims=claim_file("P", office()), paid=payment_file(payment()))
    review(bench, {"E119": diagnosis(wrong)})
    row = only_row(bench.audit("q1").corrected_claims().frame)
    assert row["status"] == "held back"
    for finding in findings:
        assert finding in str(row["missing"])


def test_of_equal_findings_as_many_are_new_as_there_are_more() -> None:
    twice = OutgoingFinding("DX-13", "F", "I10", None, "I10 is already diagnosis 1.")
    other = OutgoingFinding("DX-13", "F", "E119", None, "E11.9 is already diagnosis 1.")
    asked = OutgoingFinding("DX-06", "R", "I10", "I150", "Excludes1")
    assert new_fatal_findings([twice, twice, other, asked], [twice]) == [twice, other]
    assert new_fatal_findings([twice], [twice, twice]) == []


# What does not read back as verified


def test_a_claim_that_reads_back_otherwise_is_held_back_with_the_difference(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_with(home, claims=claim_file("P", office()), paid=payment_file(payment()))
    review(bench, missed=[diagnosis("Z794")])

    def say(claims: Sequence[CorrectedClaim]) -> list[tuple[str, ...]]:
        return [("Z794 is missing (diagnosis)", "line 1 points to nothing") for _ in claims]

    monkeypatch.setattr(module, "differences", say)
    claims = bench.audit("q1").corrected_claims()
    assert only_row(claims.frame)["status"] == "held back"
    assert only_row(claims.frame)["missing"] == (
        "Read back, the claim differs from its verified codes: Z794 is missing (diagnosis); "
        "line 1 points to nothing."
    )


# Several claims of one encounter


def test_a_service_missed_on_an_encounter_of_two_claims_is_asked_for_its_claim(home: Path) -> None:
    files = {"office": claim_file("P", office()), "hospital": claim_file("I", emergency())}
    bench = bench_with(home, **files, paid=payment_file(payment(), payment(charge="300")))
    review(bench, missed=[service("36415")])
    claims = bench.audit("q1").corrected_claims()
    assert claims.frame["status"].to_list() == ["something is missing"] * 2
    assert "2 claims bill the encounter, and 36415 was added" in str(claims.frame["missing"][0])
    text = '[[service]]\ncode = "36415"\nunit_charge_amount = "18"\npoints_to = ["I10"]\n'
    reference = '[[claim]]\nencounter_id = "E1"\noriginal_reference = "ICN1"\n'
    filled = settings_file(home, f'{reference}{text}form = "837P"\n')
    exported = bench.audit("q1").corrected_claims(settings=filled)
    assert dict(exported.frame.select("form", "status").iter_rows()) == {
        "837P": "ready",
        "837I": "verified as billed",
    }
    (ready,) = exported.ready
    assert ready.claim is not None
    assert ready.claim.changes == ("line 36415 added", "charge 100 made 118")


def test_a_reason_for_visit_goes_to_the_hospital_claim_and_nowhere_else(home: Path) -> None:
    files = {"office": claim_file("P", office()), "hospital": claim_file("I", emergency())}
    bench = bench_with(home, **files, paid=payment_file(payment(), payment(charge="300")))
    review(bench, missed=[diagnosis("R350", "reason for visit")])
    reference = settings_file(home, '[[claim]]\nencounter_id = "E1"\noriginal_reference = "ICN1"\n')
    exported = bench.audit("q1").corrected_claims(settings=reference)
    assert dict(exported.frame.select("form", "changes").iter_rows()) == {
        "837P": "",
        "837I": "diagnosis R350 added as reason for visit",
    }


def test_what_no_claim_takes_is_held_back(home: Path) -> None:
    bench = bench_with(home, claims=claim_file("P", office()), paid=payment_file(payment()))
    review(
        bench, missed=[diagnosis("R350", "admitting"), CorrectedCode("ICD-10-PCS", "0SRC0JZ", "procedure")]
    )
    row = only_row(bench.audit("q1").corrected_claims().frame)
    assert row["status"] == "something is missing"
    assert "R350 was corrected in the review but is on no claim" in str(row["missing"])
    assert "0SRC0JZ was corrected in the review but is on no claim" in str(row["missing"])


# What the payer said


@pytest.mark.parametrize(
    ("payments", "said"),
    [
        ([payment(status="4", paid="0")], "The payer paid nothing on it (claim status 4)"),
        ([payment(paid="0")], "The payer paid nothing on it (claim status 1)"),
        ([payment(), payment(status="22", charge="-100", paid="-80")], "taken its last payment back"),
        ([payment()], ""),
    ],
)
def test_what_the_payer_answered_last_is_said_beside_the_claim(
    home: Path, payments: Sequence[str], said: str
) -> None:
    bench = bench_with(home, claims=claim_file("P", office()), paid=payment_file(*payments))
    review(bench, {"I10": diagnosis("I119")})
    (ready,) = bench.audit("q1").corrected_claims().ready
    about_payer = [note for note in ready.notes if "payer" in note]
    assert [said in note for note in about_payer] == ([True] if said else [])
    assert ready.claim is not None
    assert (("REF",), ("F8",), ("ICNE1",)) in ready.claim.original.claim


def test_a_replacement_that_is_not_answered_is_replaced_by_the_earlier_number(home: Path) -> None:
    again = claim_file("P", office(frequency="7")).replace("*20260115*", "*20260210*")
    bench = bench_with(home, claims=claim_file("P", office()), again=again, paid=payment_file(payment()))
    review(bench, {"I10": diagnosis("I119")})
    (ready,) = bench.audit("q1").corrected_claims().ready
    assert any("is not answered yet" in note for note in ready.notes)


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        (emergency(frequency="5"), "for late charges only (frequency 5)"),
        (emergency(frequency="3"), "billed in 2 interim claims"),
    ],
)
def test_late_charges_and_interim_claims_are_held_back(home: Path, later: list[str], reason: str) -> None:
    first = emergency(frequency="2" if "interim" in reason else "1")
    after = claim_file("I", later).replace("*20260115*", "*20260210*")
    paid = payment_file(payment(charge="300", paid="200"))
    bench = bench_with(home, first=claim_file("I", first), later=after, paid=paid)
    review(bench, {"I10": diagnosis("I119")})
    row = only_row(bench.audit("q1").corrected_claims().frame)
    assert row["status"] == "something is missing"
    assert reason in str(row["missing"])


# On the screen


def test_the_command_says_what_the_claim_does_not_report(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = bench_with(home, claims=claim_file("P", office()), paid=payment_file(payment()))
    review(bench, {"I10": diagnosis("I10", poa="N")})
    assert main(["-w", str(home / "workspace"), "audit", "export"]) == 0
    said = "E1: The POA indicator of I10 is not written: an 837P reports none."
    assert said in capsys.readouterr().out


def test_settings_name_modifiers_forms_and_what_to_leave_out(tmp_path: Path) -> None:
    text = (
        '[[claim]]\nencounter_id = "E1"\nleave_out = ["Z87.891"]\naccepted_findings = ["DX-13", "DUP-01"]\n'
        '[[service]]\ncode = "20610"\nunit_charge_amount = "150"\nform = "837I"\n'
        '[[service]]\ncode = "20610"\nmodifiers = ["lt", "59"]\nunit_charge_amount = "90"\n'
    )
    supplement = read_export_settings(settings_file(tmp_path, text)).supplement("E1")
    assert supplement.leave_out == ("Z87891",)
    assert supplement.accepted_findings == ("DX-13", "DUP-01")
    assert supplement.service("20610", ("RT",)).unit_charge_amount == 150
    assert supplement.service("20610", ("LT", "59")).unit_charge_amount == 90
    assert supplement.service("20610", ("LT", "59")).form == "I"


# Missed twice


def test_a_code_missed_on_both_sides_goes_out_as_two_lines(tmp_path: Path) -> None:
    workspace_with_code_sets(tmp_path / "workspace")
    claims = claim_file("P", office(health="ABK:M1711*ABF:M1712"))
    bench = bench_with(tmp_path, claims=claims, paid=payment_file(payment()))
    review(bench, missed=[service("20610", "RT"), service("20610", "LT")])
    asked = bench.audit("q1").corrected_claims().settings_to_fill
    assert [line for line in asked.splitlines() if line.startswith("modifiers")] == [
        'modifiers = ["RT"]',
        'modifiers = ["LT"]',
    ]
    settings = settings_file(
        tmp_path,
        '[[service]]\ncode = "20610"\nunit_charge_amount = "150"\n'
        '[[service]]\ncode = "20610"\nmodifiers = ["RT"]\npoints_to = ["M17.11"]\n'
        '[[service]]\ncode = "20610"\nmodifiers = ["LT"]\npoints_to = ["M17.12"]\n',
    )
    audit = bench.audit("q1")
    out = audit.corrected_claims(settings=settings)
    assert [one.gaps for one in out.claims] == [()]
    (path,) = out.export_837(tmp_path / "out.edi").paths
    text = path.read_text()
    (batch,) = read_x12(path, source_file_id=1)
    assert batch.frames["claim_line"].select("code", "modifier_1", "diagnosis_pointer_1").rows() == [
        ("99213", "25", 1),
        ("20610", "RT", 1),
        ("20610", "LT", 2),
    ]
    assert batch.frames["claim"]["charge_amount"].item() == 400
    is_accepted, report = accepts(text)
    assert is_accepted, report[:2_000]
    # Both are missed codes in the accuracy: three agreed codes of the five that should have been billed.
    rates = audit.accuracy().frame.filter(measure="code over code")
    assert rates.select("numerator_count", "denominator_count").rows() == [(3, 5)]
    shown = audit.verdicts().frame.filter(action="add")
    assert shown["after"].to_list() == ["20610-RT", "20610-LT"]


def test_a_diagnosis_missed_in_two_roles_is_written_in_both(tmp_path: Path) -> None:
    workspace_with_code_sets(tmp_path / "workspace")
    bench = bench_with(
        tmp_path,
        claims=claim_file("I", emergency()),
        paid=payment_file(payment(charge="300", paid="200")),
    )
    roles = ("secondary", "reason for visit")
    review(bench, missed=[diagnosis("J449", role) for role in roles])
    out = bench.audit("q1").corrected_claims()
    assert [one.gaps for one in out.claims] == [()]
    (path,) = out.export_837(tmp_path / "out.edi").paths
    (batch,) = read_x12(path, source_file_id=1)
    written = batch.frames["claim_diagnosis"].filter(code="J449")["code_role"].to_list()
    assert sorted(written) == sorted(roles)
    is_accepted, report = accepts(path.read_text())
    assert is_accepted, report[:2_000]
