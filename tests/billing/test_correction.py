"""A claim corrected: only what the review changed, and all that follows from it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from auditlib.billing.correction import CorrectedClaim, Purpose, correct_claim
from auditlib.billing.original import OriginalClaim, read_original_claims
from auditlib.billing.verified import CodeValue, ServiceSupplement, Supplement, VerifiedCode
from auditlib.sources.x12.write.segment import Delimiters
from tests.sources.x12 import texts

REFERENCE = Supplement(original_reference="ICN-7")
E119 = CodeValue("ICD-10-CM", "E119", "principal")
I10 = CodeValue("ICD-10-CM", "I10", "secondary")
J449 = CodeValue("ICD-10-CM", "J449", "secondary")
VISIT = CodeValue("CPT", "99213", "procedure", None, ("25", "GT", "59", "76"), Decimal(1))
DRUG = CodeValue("HCPCS", "J1100", "procedure", None, (), Decimal("2.5"))
KNEE = CodeValue("ICD-10-CM", "M1711", "principal", "Y")
PRESSURE = CodeValue("ICD-10-CM", "I10", "secondary", "N")
RIGHT = CodeValue("ICD-10-PCS", "0SRD0JZ", "procedure")
LEFT = CodeValue("ICD-10-PCS", "0SRC0JZ", "procedure")


def original(tmp_path: Path, data: bytes, number: int = 0) -> OriginalClaim:
    path = tmp_path / "one.edi"
    path.write_bytes(data)
    offsets = texts.read(data, tmp_path)[0]["claim"]["source_offset"].to_list()
    (found,) = read_original_claims(path, [sorted(offsets)[number]])
    return found


def agree(*values: CodeValue) -> list[VerifiedCode]:
    return [VerifiedCode("agree", value, value) for value in values]


def change(billed: CodeValue, verified: CodeValue) -> VerifiedCode:
    return VerifiedCode("change", billed, verified)


def delete(billed: CodeValue) -> VerifiedCode:
    return VerifiedCode("delete", billed, None)


def add(verified: CodeValue) -> VerifiedCode:
    return VerifiedCode("add", None, verified)


def corrected(
    claim: OriginalClaim,
    *codes: VerifiedCode,
    purpose: Purpose = "replacement",
    supplement: Supplement = REFERENCE,
) -> CorrectedClaim:
    return correct_claim(claim, codes, purpose=purpose, supplement=supplement)


def lines_of(claim: CorrectedClaim | OriginalClaim) -> list[str]:
    segments = claim.original.claim if isinstance(claim, CorrectedClaim) else claim.claim
    return Delimiters(line_break="").text(segments).split("~")[:-1]


def reasons(claim: CorrectedClaim) -> str:
    return " ".join(gap.reason for gap in claim.gaps)


@pytest.fixture
def office(tmp_path: Path) -> OriginalClaim:
    return original(tmp_path, texts.professional())


@pytest.fixture
def stay(tmp_path: Path) -> OriginalClaim:
    return original(tmp_path, texts.institutional())


@pytest.mark.parametrize(
    "delimiters", [{}, {"element": "|", "component": ">", "terminator": "\n", "line_break": ""}]
)
def test_a_claim_is_read_with_its_loops_byte_for_byte(tmp_path: Path, delimiters: dict[str, str]) -> None:
    found = original(tmp_path, texts.professional(**delimiters))
    assert lines_of(found) == texts.PROFESSIONAL_CLAIM
    assert [segment[0][0] for segment in found.subscriber] == ["HL", "SBR", "NM1", "DMG", "NM1"]
    assert (found.patient, found.version) == ((), "005010X222A1")
    dependent = original(tmp_path, texts.professional(**delimiters), 1)
    assert lines_of(dependent) == texts.COORDINATED_CLAIM
    assert [segment[0][0] for segment in dependent.patient] == ["HL", "PAT", "NM1", "DMG"]


def test_without_changes_only_frequency_and_reference_change(office: OriginalClaim) -> None:
    found = corrected(office, *agree(E119, I10, J449, VISIT, DRUG))
    assert (found.changes, found.notes, found.gaps) == ((), (), ())
    before = lines_of(office)
    assert lines_of(found) == ["CLM*E1*150.5***11:B:7*Y*A*Y*Y", "REF*F8*ICN-7", *before[1:]]
    assert lines_of(corrected(office, *agree(E119), purpose="original")) == before


def test_a_void_takes_no_code_and_an_earlier_reference_gives_way(tmp_path: Path) -> None:
    claim = original(tmp_path, texts.professional(), 1)
    found = corrected(claim, delete(E119), purpose="void")
    assert lines_of(found)[:3] == ["CLM*E2*80***22:B:8*Y*A*Y*Y", "REF*F8*ICN-7", "HI*ABK:Z0000"]
    assert "REF*F8*OTHER-REFERENCE" in lines_of(found)
    assert found.changes == ()


def test_without_the_payers_number_nothing_replaces_a_claim(office: OriginalClaim) -> None:
    found = corrected(office, supplement=Supplement())
    assert [(gap.table, gap.key) for gap in found.gaps] == [("claim", "original_reference")]
    answered = correct_claim(office, [], purpose="void", supplement=Supplement(), payer_reference="ICN-9")
    assert "REF*F8*ICN-9" in lines_of(answered)


def test_a_deleted_diagnosis_renumbers_the_pointers_of_every_line(office: OriginalClaim) -> None:
    found = corrected(office, *agree(E119), delete(I10), *agree(J449, VISIT, DRUG))
    assert "HI*ABK:E11.9*ABF:J449" in lines_of(found)
    assert "SV1*HC:99213:25:GT:59:76*100*UN*1***1" in lines_of(found)
    assert "SV1*HC:j1100*50.5*UN*2.5*12**2" in lines_of(found)
    assert found.changes == ("diagnosis I10 deleted",)


def test_a_line_that_points_to_deleted_diagnoses_only_asks_for_one(office: OriginalClaim) -> None:
    codes = (*agree(E119, I10), delete(J449), *agree(VISIT, DRUG))
    found = corrected(office, *codes)
    assert [(gap.table, gap.key, gap.code) for gap in found.gaps] == [("service", "points_to", "J1100")]
    given = {"J1100": ServiceSupplement(points_to=("I10", "E119"))}
    filled = corrected(office, *codes, supplement=Supplement("ICN-7", services=given))
    assert filled.gaps == ()
    assert "SV1*HC:j1100*50.5*UN*2.5*12**2:1" in lines_of(filled)
    wrong = {"J1100": ServiceSupplement(points_to=("Z999",))}
    assert "no diagnosis of the claim" in reasons(
        corrected(office, *codes, supplement=Supplement("I", None, wrong))
    )


def test_sequencing_moves_pointers_with_their_diagnoses(office: OriginalClaim) -> None:
    first, second = CodeValue("ICD-10-CM", "I10", "principal"), CodeValue("ICD-10-CM", "E119", "secondary")
    found = corrected(office, change(E119, second), change(I10, first), *agree(J449, VISIT, DRUG))
    assert "HI*ABK:I10*ABF:E119*ABF:J449" in lines_of(found)
    assert "SV1*HC:99213:25:GT:59:76*100*UN*1***2:1" in lines_of(found)
    assert "SV1*HC:j1100*50.5*UN*2.5*12**3" in lines_of(found)
    two = corrected(office, *agree(E119), change(I10, first), *agree(J449))
    assert "two principal diagnoses, E119 and I10" in reasons(two)


def test_where_the_principal_is_deleted_the_next_is_first_on_a_professional_claim_only(
    office: OriginalClaim, stay: OriginalClaim
) -> None:
    found = corrected(office, delete(E119), *agree(I10, J449, VISIT, DRUG))
    assert "HI*ABK:I10*ABF:J449" in lines_of(found)
    assert found.notes[0] == "I10 is now the first diagnosis, as the first of those that are left."
    drg = Supplement("ICN-7", "469")
    assert "No principal diagnosis is left" in reasons(corrected(stay, delete(KNEE), supplement=drg))


def test_no_more_diagnoses_than_a_professional_claim_carries(office: OriginalClaim) -> None:
    more = [add(CodeValue("ICD-10-CM", f"Z00{number:02}", "secondary")) for number in range(12)]
    held = corrected(office, *agree(E119, I10, J449), *more)
    assert "room for 11 secondary diagnoses, and 14 are to be written (Z0009, Z0010, Z0011" in reasons(held)
    assert [(gap.table, gap.key) for gap in held.gaps] == [("claim", "leave_out")]
    named = Supplement("ICN-7", leave_out=("Z0003", "Z0004", "Z0005", "I10"))
    found = corrected(office, *agree(E119, I10, J449), *more, supplement=named)
    (row,) = (line for line in lines_of(found) if line.startswith("HI"))
    assert row.count("*") == 12
    assert found.gaps == ()
    assert found.left_out == ("Z0003", "Z0004", "Z0005")
    assert [note for note in found.notes if "left out" in note] == [
        f"Z000{number} is left out, as the settings say: no room." for number in (3, 4, 5)
    ]
    unneeded = corrected(office, *agree(E119, I10, J449), *more[:2], supplement=named)
    assert (unneeded.left_out, unneeded.gaps) == ((), ())


def test_a_changed_service_needs_its_charge_and_changes_that_of_the_claim(office: OriginalClaim) -> None:
    less = CodeValue("CPT", "99212", "procedure", None, ("25",), Decimal(1))
    codes = (*agree(E119, I10, J449, DRUG), change(VISIT, less))
    assert [(gap.table, gap.key, gap.code) for gap in corrected(office, *codes).gaps] == [
        ("service", "unit_charge_amount", "99212")
    ]
    priced = Supplement("ICN-7", services={"99212": ServiceSupplement(Decimal("70.25"))})
    found = corrected(office, *codes, supplement=priced)
    assert "SV1*HC:99212:25*70.25*UN*1***1:2" in lines_of(found)
    assert lines_of(found)[0].startswith("CLM*E1*120.75*")


def test_units_scale_the_charge_where_cents_allow_and_modifiers_leave_it(office: OriginalClaim) -> None:
    double = CodeValue("HCPCS", "J1100", "procedure", None, (), Decimal(5))
    plain = CodeValue("CPT", "99213", "procedure", None, ("25",), Decimal(1))
    found = corrected(office, change(VISIT, plain), change(DRUG, double))
    assert found.gaps == ()
    assert "SV1*HC:99213:25*100*UN*1***1:2" in lines_of(found)
    assert "SV1*HC:j1100*101*UN*5*12**3" in lines_of(found)
    assert found.charge_amount == Decimal("201.00")
    uneven = CodeValue("HCPCS", "J1100", "procedure", None, (), Decimal("1.333"))
    assert "charge of J1100" in reasons(corrected(office, change(DRUG, uneven)))


def test_deleted_lines_renumber_the_others_and_lower_the_charge(office: OriginalClaim) -> None:
    found = corrected(office, delete(VISIT), *agree(DRUG))
    assert lines_of(found)[0] == "CLM*E1*50.5***11:B:7*Y*A*Y*Y"
    assert lines_of(found)[-5:-3] == ["LX*1", "SV1*HC:j1100*50.5*UN*2.5*12**3"]
    assert not any("99213" in line for line in lines_of(found))
    assert "void the claim" in reasons(corrected(office, delete(VISIT), delete(DRUG)))


def test_an_added_service_needs_charge_day_and_diagnoses(office: OriginalClaim) -> None:
    missed = CodeValue("CPT", "36415", "procedure", None, (), None)
    found = corrected(office, *agree(VISIT, DRUG), add(missed))
    assert {gap.key for gap in found.gaps} == {"unit_charge_amount", "points_to", "service_date"}
    given = ServiceSupplement(Decimal(18), dt.date(2026, 1, 6), None, ("J449",))
    filled = corrected(office, add(missed), supplement=Supplement("ICN-7", services={"36415": given}))
    assert lines_of(filled)[-3:] == ["LX*3", "SV1*HC:36415*18*UN*1***3", "DTP*472*D8*20260106"]
    assert filled.charge_amount == Decimal("168.50")


def test_more_than_fifty_lines_are_refused(office: OriginalClaim) -> None:
    given = ServiceSupplement(Decimal(18), dt.date(2026, 1, 6), None, ("J449",))
    names = [f"3{number:04}" for number in range(49)]
    many = [add(CodeValue("CPT", name, "procedure")) for name in names]
    found = corrected(office, *many, supplement=Supplement("I", services=dict.fromkeys(names, given)))
    assert "would have 51 lines; an 837P carries 50" in reasons(found)


def test_more_than_999_lines_of_a_stay_are_refused(stay: OriginalClaim) -> None:
    stated = ServiceSupplement(Decimal(18), dt.date(2026, 1, 6), "0300")
    names = [f"3{number:04}" for number in range(999)]
    many = [add(CodeValue("CPT", name, "procedure")) for name in names]
    found = corrected(stay, *many, supplement=Supplement("I", services=dict.fromkeys(names, stated)))
    assert "an 837I carries 999" in reasons(found)


def test_lines_that_tell_what_another_payer_paid_are_not_touched(tmp_path: Path) -> None:
    claim = original(tmp_path, texts.professional(), 1)
    visit = CodeValue("CPT", "99499", "procedure", None, (), Decimal(1))
    assert "another payer decided" in reasons(corrected(claim, delete(visit)))


def test_one_code_on_two_lines_is_changed_on_both_or_asked_for(tmp_path: Path) -> None:
    twice = texts.professional().replace(b"SV1*HC:j1100*50.5*UN*2.5*12**3", b"SV1*HC:99213*50.5*UN*1***3")
    claim = original(tmp_path, twice)
    assert len([line for line in lines_of(corrected(claim, delete(VISIT))) if line.startswith("LX")]) == 0
    more = CodeValue("CPT", "99213", "procedure", None, ("25", "GT", "59", "76"), Decimal(2))
    assert "stands on 2 lines" in reasons(corrected(claim, change(VISIT, more)))
    second = CodeValue("CPT", "99213", "procedure", None, (), Decimal(1))
    found = corrected(claim, delete(second), *agree(VISIT))
    assert [line for line in lines_of(found) if line.startswith("SV1")] == [
        "SV1*HC:99213:25:GT:59:76*100*UN*1***1:2"
    ]
    third = [delete(second), *agree(VISIT), *agree(VISIT)]
    assert "3 of the coder's codes but 2 lines" in reasons(corrected(claim, *third))


def test_poa_and_codes_of_a_stay_in_the_order_of_the_guide(stay: OriginalClaim) -> None:
    exempt = CodeValue("ICD-10-CM", "I10", "secondary", "Y")
    missed = CodeValue("ICD-10-CM", "D62", "secondary", "N")
    found = corrected(
        stay, *agree(KNEE), change(PRESSURE, exempt), add(missed), supplement=Supplement("ICN-7", "469")
    )
    assert [line for line in lines_of(found) if line.startswith("HI")] == [
        "HI*ABK:M1711:::::::Y",
        "HI*ABJ:M1711",
        "HI*APR:R079",
        "HI*ABN:W010XXA:::::::Y",
        "HI*DR:469",
        "HI*ABF:I10:::::::Y*ABF:D62:::::::N",
        "HI*BBR:0SRD0JZ:D8:20260102",
        "HI*BBQ:0SRC0JZ:D8:20260103",
        "HI*BH:11:D8:20260101",
    ]
    assert "DRG 470 changed to 469" in found.changes
    ungrouped = corrected(stay, *agree(KNEE), change(PRESSURE, exempt))
    assert [(gap.table, gap.key) for gap in ungrouped.gaps] == [("claim", "drg_code")]


def test_procedures_of_a_stay_keep_their_days_and_their_first(stay: OriginalClaim) -> None:
    drg = Supplement("ICN-7", "470")
    found = corrected(stay, delete(RIGHT), *agree(LEFT), supplement=drg)
    assert "HI*BBR:0SRC0JZ:D8:20260103" in lines_of(found)
    assert "0SRC0JZ is now the principal procedure, as the first of those that are left." in found.notes
    missed = CodeValue("ICD-10-PCS", "3E0T3BZ", "procedure")
    dated = Supplement("ICN-7", "470", procedure_dates={"3E0T3BZ": dt.date(2026, 1, 4)})
    assert "procedure_date" in {gap.key for gap in corrected(stay, add(missed), supplement=drg).gaps}
    filled = corrected(stay, *agree(RIGHT, LEFT), add(missed), supplement=dated)
    assert "HI*BBQ:0SRC0JZ:D8:20260103*BBQ:3E0T3BZ:D8:20260104" in lines_of(filled)


def test_what_another_claim_corrected_before_is_right_as_it_is(office: OriginalClaim) -> None:
    earlier = CodeValue("CPT", "99214", "procedure", None, ("25", "GT", "59", "76"), Decimal(1))
    gone = CodeValue("ICD-10-CM", "R079", "secondary")
    found = corrected(office, change(earlier, VISIT), delete(gone), *agree(DRUG))
    assert (found.changes, found.not_on_claim, found.gaps) == ((), (), ())
    again = corrected(office, *agree(E119, J449, DRUG), add(I10), add(VISIT))
    assert (again.changes, again.gaps) == ((), ())
    assert again.notes == (
        "Diagnosis I10, added in the review, is on the claim already.",
        "99213-25-GT-59-76, added in the review, is on the claim already.",
    )
    nowhere = CodeValue("CPT", "99215", "procedure")
    assert corrected(office, change(earlier, nowhere)).not_on_claim == ("99214",)


def test_what_is_given_for_a_code_in_general_leaves_other_lines_alone(office: OriginalClaim) -> None:
    given = {"99213": ServiceSupplement(Decimal(1), points_to=("Z999",))}
    found = corrected(
        office, *agree(E119, I10, J449, VISIT, DRUG), supplement=Supplement("I", services=given)
    )
    assert (found.changes, found.gaps) == ((), ())
    assert "SV1*HC:99213:25:GT:59:76*100*UN*1***1:2" in lines_of(found)


def test_claims_without_their_loops_or_their_place_are_refused(tmp_path: Path) -> None:
    bare = b"~".join(row for row in texts.professional().split(b"~") if not row.strip().startswith(b"HL*"))
    assert "no billing provider or no subscriber" in reasons(corrected(original(tmp_path, bare)))
    placeless = texts.professional().replace(b"CLM*E1*150.5***11:B:1*", b"CLM*E1*150.5****")
    assert "no place of service" in reasons(corrected(original(tmp_path, placeless)))


def test_dental_and_older_claims_are_refused(tmp_path: Path) -> None:
    dental = original(tmp_path, texts.dental())
    assert "not an 837P or 837I of version 005010" in reasons(corrected(dental))
    older = texts.professional().replace(b"005010X222A1", b"004010X098A1")
    assert "not an 837P or 837I of version 005010" in reasons(corrected(original(tmp_path, older)))
