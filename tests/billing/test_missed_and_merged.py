"""What a review added is never lost, and what it made equal is written once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from auditlib.billing.correction import CorrectedClaim
from auditlib.billing.differences import differences
from auditlib.billing.original import OriginalClaim
from auditlib.billing.verified import CodeValue, ServiceSupplement, Supplement, VerifiedCode
from auditlib.sources.x12.write.segment import segment
from tests.billing.test_correction import (
    DRUG,
    E119,
    I10,
    J449,
    KNEE,
    LEFT,
    PRESSURE,
    RIGHT,
    VISIT,
    add,
    agree,
    change,
    corrected,
    delete,
    lines_of,
    original,
    reasons,
)
from tests.sources.x12 import texts

DRG = Supplement("ICN-7", "469")


def diagnosis(code: str, role: str = "secondary", poa: str | None = None) -> CodeValue:
    return CodeValue("ICD-10-CM", code, role, poa)


def service(code: str, *modifiers: str, units: int | None = None) -> CodeValue:
    system = "CPT" if code.isdigit() else "HCPCS"
    return CodeValue(system, code, "procedure", None, modifiers, None if units is None else Decimal(units))


def health_codes(claim: CorrectedClaim) -> list[str]:
    return [line for line in lines_of(claim) if line.startswith("HI")]


def services(claim: CorrectedClaim) -> list[str]:
    return [line for line in lines_of(claim) if line.startswith(("SV1", "SV2"))]


@pytest.fixture
def office(tmp_path: Path) -> OriginalClaim:
    return original(tmp_path, texts.professional())


@pytest.fixture
def stay(tmp_path: Path) -> OriginalClaim:
    return original(tmp_path, texts.institutional())


@pytest.fixture
def joints(tmp_path: Path) -> OriginalClaim:
    """One knee injected, arthrosis of both: 20610-RT at 150 dollars a unit."""
    text = texts.professional().replace(b"HI*ABK:E11.9*abf:I10*ABF:J449", b"HI*ABK:M1711*ABF:M1712")
    text = text.replace(b"SV1*HC:99213:25:GT:59:76*100*UN*1***1:2", b"SV1*HC:20610:RT*100*UN*1***1")
    text = text.replace(b"20260106-20260107", b"20260105").replace(b"DTP*472*RD8*", b"DTP*472*D8*")
    return original(tmp_path, text.replace(b"2.5*12**3", b"2.5*12**2"))


JOINT = service("20610", "RT", units=1)
FIRST_KNEE, SECOND_KNEE = diagnosis("M1711", "principal"), diagnosis("M1712")


# Added in another role


@pytest.mark.parametrize(
    ("code", "role"), [("M1711", "admitting"), ("R079", "reason for visit"), ("W010XXA", "external cause")]
)
def test_a_missed_diagnosis_that_stands_there_in_another_role_is_added_in_its_own(
    stay: OriginalClaim, code: str, role: str
) -> None:
    missed = diagnosis(code, poa="Y")
    rest = [] if code == "M1711" else agree(KNEE)
    found = corrected(stay, *rest, *agree(PRESSURE, RIGHT, LEFT), add(missed), supplement=DRG)
    if code == "M1711":
        # The principal diagnosis is the same code in the same list: there is nothing to add.
        assert found.changes == ()
        assert f"Diagnosis {code}, added in the review, is on the claim already." in found.notes
        return
    assert f"HI*ABF:I10:::::::N*ABF:{code}:::::::Y" in health_codes(found)
    assert any(code in line and "ABF" not in line for line in health_codes(found)), role
    assert differences([found]) == [()]


def test_what_was_known_at_the_door_can_be_added_and_does_not_regroup(stay: OriginalClaim) -> None:
    visit, cause = diagnosis("I10", "reason for visit"), diagnosis("Y92239", "external cause", "Y")
    found = corrected(stay, *agree(KNEE, PRESSURE, RIGHT, LEFT), add(visit))
    assert (found.gaps, found.changes) == ((), ("diagnosis I10 added as reason for visit",))
    assert "HI*APR:R079*APR:I10" in health_codes(found)
    assert "HI*DR:470" in health_codes(found)
    caused = corrected(stay, *agree(KNEE, PRESSURE, RIGHT, LEFT), add(cause), supplement=DRG)
    assert "HI*ABN:W010XXA:::::::Y*ABN:Y92239:::::::Y" in health_codes(caused)
    assert differences([found, caused]) == [(), ()]


@pytest.mark.parametrize(
    ("role", "most", "what"),
    [
        ("secondary", 24, "secondary diagnoses"),
        ("admitting", 1, "admitting diagnoses"),
        ("reason for visit", 3, "reasons for visit"),
        ("external cause", 12, "external causes"),
        ("procedure", 25, "procedures"),
    ],
)
def test_a_stay_has_room_for_so_many_codes(stay: OriginalClaim, role: str, most: int, what: str) -> None:
    many = [
        CodeValue("ICD-10-PCS", f"0SR{place:02}JZ", role) if role == "procedure"
        else diagnosis(f"R{place:03}", role)
        for place in range(most + 1)
    ]  # fmt: skip
    assert f"room for {most} {what}" in reasons(corrected(stay, *agree(KNEE, PRESSURE), *map(add, many)))
    few = corrected(stay, *agree(KNEE, PRESSURE), *map(add, many[: most // 2]))
    assert "room for" not in reasons(few)


def test_a_professional_claim_has_causes_among_its_diagnoses_and_nothing_of_the_door(
    office: OriginalClaim,
) -> None:
    found = corrected(office, *agree(E119, I10, J449), add(diagnosis("W010XXA", "external cause")))
    assert "HI*ABK:E11.9*abf:I10*ABF:J449*ABF:W010XXA" in health_codes(found)
    refused = corrected(office, *agree(E119, I10, J449), add(diagnosis("R0600", "admitting")))
    assert (refused.changes, refused.not_on_claim) == ((), ("R0600",))
    moved = corrected(office, change(J449, diagnosis("J449", "admitting")))
    assert "which an 837P does not carry" in reasons(moved)


def test_an_addition_as_principal_takes_the_place_of_one_that_is_made_secondary(stay: OriginalClaim) -> None:
    demoted = diagnosis("M1711", "secondary", "Y")
    found = corrected(stay, change(KNEE, demoted), add(diagnosis("I10", "principal", "N")), supplement=DRG)
    assert health_codes(found)[0] == "HI*ABK:I10:::::::N"
    assert "HI*ABF:M1711:::::::Y" in health_codes(found)
    assert "diagnosis I10 made principal" in found.changes
    two = corrected(stay, *agree(KNEE), add(diagnosis("I10", "principal", "N")), supplement=DRG)
    assert "two principal diagnoses, M1711 and I10" in reasons(two)


# Merged


def test_a_change_to_a_diagnosis_of_the_claim_is_written_once(office: OriginalClaim) -> None:
    found = corrected(office, change(E119, diagnosis("I10", "principal")), *agree(I10, J449, VISIT, DRUG))
    assert health_codes(found) == ["HI*ABK:I10*ABF:J449"]
    assert [line.split("*")[-1] for line in services(found)] == ["1", "2"]
    assert "I10 would be on the claim 2 times: it is written once, and pointers lead there." in found.notes
    assert differences([found]) == [()]


def test_of_merged_diagnoses_the_principal_stays_first_and_one_indicator_is_kept(stay: OriginalClaim) -> None:
    merged = corrected(stay, *agree(KNEE), change(PRESSURE, diagnosis("M1711", poa="Y")), supplement=DRG)
    assert health_codes(merged)[0] == "HI*ABK:M1711:::::::Y"
    assert not any("ABF" in line for line in health_codes(merged))
    blank = corrected(stay, *agree(KNEE), change(PRESSURE, diagnosis("M1711")), supplement=DRG)
    assert health_codes(blank)[0] == "HI*ABK:M1711:::::::Y"
    differing = corrected(stay, *agree(KNEE), change(PRESSURE, diagnosis("M1711", poa="N")), supplement=DRG)
    assert "M1711 would have two POA indicators, N and Y" in reasons(differing)
    twice = corrected(stay, *agree(KNEE), add(diagnosis("D62", poa="N")), add(diagnosis("D62", poa="Y")))
    assert "D62 would have two POA indicators, N and Y" in reasons(twice)


def test_pointers_to_a_deleted_diagnosis_lead_to_the_one_that_became_it(office: OriginalClaim) -> None:
    codes = (change(E119, diagnosis("J449", "principal")), *agree(I10), delete(J449), *agree(VISIT, DRUG))
    found = corrected(office, *codes)
    assert health_codes(found) == ["HI*ABK:J449*abf:I10"]
    assert [line.split("*")[-1] for line in services(found)] == ["1:2", "1"]
    assert found.gaps == ()


def test_lines_stay_with_their_diagnoses_where_two_change_places_by_their_codes(
    office: OriginalClaim,
) -> None:
    codes = (
        change(E119, diagnosis("I10", "principal")),
        change(I10, diagnosis("E119")),
        *agree(J449, VISIT, DRUG),
    )
    found = corrected(office, *codes)
    assert health_codes(found) == ["HI*ABK:I10*ABF:E119*ABF:J449"]
    assert [line.split("*")[-1] for line in services(found)] == ["2:1", "3"]
    assert differences([found]) == [()]


def test_a_code_that_the_coder_listed_twice_and_the_claim_bills_once_stays(office: OriginalClaim) -> None:
    found = corrected(office, delete(E119), *agree(E119, I10, J449, VISIT, DRUG), add(diagnosis("Z794")))
    assert health_codes(found) == ["HI*ABK:E11.9*abf:I10*ABF:J449*ABF:Z794"]
    assert differences([found]) == [()]


def test_what_a_coders_list_does_not_say_stays_as_the_claim_has_it(stay: OriginalClaim) -> None:
    listed = diagnosis("M1711", "secondary"), diagnosis("M1712", "secondary")
    found = corrected(stay, change(*listed), *agree(PRESSURE), supplement=DRG)
    assert health_codes(found)[0] == "HI*ABK:M1712:::::::Y"
    assert (found.gaps, differences([found])) == ((), [()])


def test_what_was_billed_twice_and_not_reviewed_stays_as_it_is(tmp_path: Path) -> None:
    twice = texts.professional().replace(b"abf:I10", b"ABF:J449")
    claim = original(tmp_path, twice)
    found = corrected(claim, *agree(E119, J449, J449), add(diagnosis("Z794")))
    assert health_codes(found) == ["HI*ABK:E11.9*ABF:J449*ABF:J449*ABF:Z794"]
    assert differences([found]) == [()]


# Indicators


def test_an_exempt_diagnosis_has_no_indicator_and_one_that_lacks_is_noted(stay: OriginalClaim) -> None:
    exempt = corrected(stay, *agree(KNEE, PRESSURE), add(diagnosis("Z9641", poa="1")), supplement=DRG)
    assert "HI*ABF:I10:::::::N*ABF:Z9641" in health_codes(exempt)
    assert not any("POA" in note for note in exempt.notes)
    blank = corrected(stay, *agree(KNEE, PRESSURE), add(diagnosis("D62")), supplement=DRG)
    assert "D62 has no POA indicator: right only for a diagnosis that is exempt from it." in blank.notes
    assert differences([exempt, blank]) == [(), ()]


def test_claims_that_report_no_indicator_are_given_none(office: OriginalClaim, tmp_path: Path) -> None:
    found = corrected(office, *agree(E119, I10, J449), add(diagnosis("Z794", poa="Y")))
    assert "The POA indicator of Z794 is not written: an 837P reports none." in found.notes
    only = corrected(office, change(E119, diagnosis("E119", "principal", "N")))
    assert (
        only.changes,
        "The POA indicator of E119 is not written: an 837P reports none." in only.notes,
    ) == ((), True)
    bare = (
        texts.institutional()
        .replace(b":::::::Y", b"")
        .replace(b":::::::N", b"")
        .replace(b"11:A:1", b"13:A:1")
    )
    claim = original(tmp_path, bare)
    outpatient = corrected(claim, *agree(KNEE, PRESSURE), add(diagnosis("D62", poa="N")), supplement=DRG)
    assert "HI*ABF:I10*ABF:D62" in health_codes(outpatient)
    assert "The POA indicator of D62 is not written: this claim reports none." in outpatient.notes
    assert differences([found, outpatient]) == [(), ()]


# Lines


def test_a_missed_side_is_a_line_of_its_own_at_the_charge_of_the_other(joints: OriginalClaim) -> None:
    codes = (*agree(FIRST_KNEE, SECOND_KNEE, JOINT, DRUG), add(service("20610", "LT", units=1)))
    asked = corrected(joints, *codes)
    assert [(gap.key, gap.code, gap.modifiers) for gap in asked.gaps] == [("points_to", "20610", ("LT",))]
    answers = Supplement("ICN-7", services={"20610": ServiceSupplement(points_to=("M1712",))})
    found = corrected(joints, *codes, supplement=answers)
    assert lines_of(found)[-3:] == ["LX*3", "SV1*HC:20610:LT*100*UN*1***2", "DTP*472*D8*20260105"]
    assert found.charge_amount == Decimal("250.50")
    assert "20610-LT is charged 100 a unit, as the claim charges 20610." in found.notes
    assert differences([found]) == [()]


def test_a_modifier_that_sets_a_price_asks_for_it(joints: OriginalClaim) -> None:
    answers = Supplement("ICN-7", services={"20610": ServiceSupplement(points_to=("M1712",))})
    found = corrected(joints, *agree(JOINT, DRUG), add(service("20610", "LT", "52")), supplement=answers)
    assert [gap.key for gap in found.gaps] == ["unit_charge_amount"]
    priced = {
        "20610": ServiceSupplement(points_to=("M1712",)),
        "20610-LT-52": ServiceSupplement(Decimal(60)),
    }
    filled = corrected(
        joints,
        *agree(JOINT, DRUG),
        add(service("20610", "LT", "52")),
        supplement=Supplement("ICN-7", services=priced),
    )
    assert "SV1*HC:20610:LT:52*60*UN*1***2" in services(filled)


def test_the_only_diagnosis_justifies_an_added_line(tmp_path: Path) -> None:
    one = (
        texts.professional()
        .replace(b"*abf:I10*ABF:J449", b"")
        .replace(b"***1:2", b"***1")
        .replace(b"12**3", b"12**1")
    )
    claim = original(tmp_path, one.replace(b"RD8*20260106-20260107", b"D8*20260105"))
    answers = Supplement("ICN-7", services={"36415": ServiceSupplement(Decimal(18))})
    found = corrected(claim, *agree(E119, VISIT, DRUG), add(service("36415")), supplement=answers)
    assert found.gaps == ()
    assert "SV1*HC:36415*18*UN*1***1" in services(found)


def test_the_same_service_again_is_held_back_unless_it_says_that_it_repeats(joints: OriginalClaim) -> None:
    answers = {"20610": ServiceSupplement(points_to=("M1712",))}
    settings = Supplement("ICN-7", services=answers)
    found = corrected(joints, *agree(JOINT, DRUG), add(JOINT), supplement=settings)
    assert "Lines 1 and 3 would bill 20610 with the same modifiers on one day" in reasons(found)
    other_day = {"20610": replace(answers["20610"], service_date=dt.date(2026, 1, 8))}
    later = corrected(joints, *agree(JOINT, DRUG), add(JOINT), supplement=Supplement("I", services=other_day))
    assert later.gaps == ()
    repeated = service("20610", "RT", "76", units=1)
    again = corrected(joints, *agree(JOINT, DRUG), add(repeated), supplement=settings)
    assert again.gaps == ()
    changed = corrected(joints, *agree(JOINT), change(DRUG, service("20610", "RT", units=1)))
    assert "Lines 1 and 2 would bill 20610 with the same modifiers on one day" in reasons(changed)


def test_an_addition_that_the_claim_bills_otherwise_and_the_coder_not_at_all_is_asked_about(
    joints: OriginalClaim,
) -> None:
    found = corrected(joints, *agree(DRUG), add(service("20610", "LT")))
    assert "the claim bills 20610-RT with other modifiers or units" in reasons(found)
    there = corrected(joints, *agree(DRUG), add(service("20610", "RT")))
    assert (there.changes, there.gaps) == ((), ())
    assert "20610-RT, added in the review, is on the claim already." in there.notes


def test_of_two_missed_sides_the_one_that_the_claim_bills_keeps_its_line(joints: OriginalClaim) -> None:
    answers = Supplement("ICN-7", services={"20610": ServiceSupplement(points_to=("M1712",))})
    left, right = add(service("20610", "LT")), add(service("20610", "RT"))
    for order in ((left, right), (right, left)):
        found = corrected(joints, *agree(DRUG), *order, supplement=answers)
        assert found.gaps == ()
        assert "20610-RT, added in the review, is on the claim already." in found.notes
        assert [row for row in services(found) if ":20610:" in row] == [
            "SV1*HC:20610:RT*100*UN*1***1",
            "SV1*HC:20610:LT*100*UN*1***2",
        ]


def test_what_two_missed_sides_lack_is_asked_for_each(joints: OriginalClaim) -> None:
    both = (add(service("20611", "RT")), add(service("20611", "LT")))
    found = corrected(joints, *agree(JOINT, DRUG), *both)
    asked = {(gap.key, gap.code, gap.modifiers) for gap in found.gaps}
    assert asked == {
        (key, "20611", (side,)) for key in ("unit_charge_amount", "points_to") for side in ("RT", "LT")
    }


def test_a_revenue_line_is_added_as_the_claim_bills_the_same_code(stay: OriginalClaim) -> None:
    other_side = service("27447", "LT", units=1)
    knee = CodeValue("CPT", "27447", "procedure", None, ("RT",), Decimal(1))
    found = corrected(stay, *agree(KNEE, PRESSURE, RIGHT, LEFT, knee), add(other_side))
    assert "SV2*0360*HC:27447:LT*3000*UN*1" in services(found)
    assert lines_of(found)[0].startswith("CLM*S1*12000*")
    assert differences([found]) == [()]


def test_a_diagnosis_changed_to_a_service_leaves_the_one_list_for_the_other(joints: OriginalClaim) -> None:
    answers = dict.fromkeys(("20610", "J1100"), ServiceSupplement(points_to=("M1711",)))
    found = corrected(
        joints,
        *agree(FIRST_KNEE, JOINT, DRUG),
        change(SECOND_KNEE, service("20610", "LT")),
        supplement=Supplement("ICN-7", services=answers),
    )
    assert health_codes(found) == ["HI*ABK:M1711"]
    assert services(found)[-1] == "SV1*HC:20610:LT*100*UN*1***1"
    assert differences([found]) == [()]


def test_amounts_of_another_payer_forbid_another_charge(joints: OriginalClaim) -> None:
    decided = replace(
        joints, claim=(*joints.claim[:2], segment("SBR", "S"), segment("AMT", "D", "20"), *joints.claim[2:])
    )
    assert "what another payer paid of its charge" in reasons(corrected(decided, delete(JOINT), *agree(DRUG)))
    assert corrected(decided, change(FIRST_KNEE, diagnosis("M170", "principal"))).gaps == ()


def test_another_drug_keeps_a_drug_code_that_is_to_be_checked(office: OriginalClaim) -> None:
    priced = {"J1094": ServiceSupplement(Decimal(2))}
    found = corrected(
        office, *agree(VISIT), change(DRUG, service("J1094")), supplement=Supplement("I", services=priced)
    )
    assert "The drug code (NDC) of J1094 stays that of J1100: check it." in found.notes


# Procedures


def test_procedures_are_written_once_a_day_and_added_on_other_days(stay: OriginalClaim) -> None:
    other_day = corrected(stay, *agree(RIGHT), change(LEFT, RIGHT), supplement=DRG)
    assert "HI*BBR:0SRD0JZ:D8:20260102" in health_codes(other_day)
    assert "HI*BBQ:0SRD0JZ:D8:20260103" in health_codes(other_day)
    same_day = replace(DRG, procedure_dates={"0SRC0JZ": dt.date(2026, 1, 3)})
    held = corrected(stay, *agree(RIGHT, LEFT), add(LEFT), supplement=same_day)
    assert "0SRC0JZ is on the claim on the same day" in reasons(held)
    again = replace(DRG, procedure_dates={"0SRC0JZ": dt.date(2026, 1, 4)})
    added = corrected(stay, *agree(RIGHT, LEFT), add(LEFT), supplement=again)
    assert "HI*BBQ:0SRC0JZ:D8:20260103*BBQ:0SRC0JZ:D8:20260104" in health_codes(added)
    there = corrected(stay, *agree(RIGHT), add(LEFT), supplement=DRG)
    assert "Procedure 0SRC0JZ, added in the review, is on the claim already." in there.notes
    assert differences([other_day, added, there]) == [(), (), ()]


def test_procedures_made_equal_on_one_day_are_written_once(tmp_path: Path) -> None:
    text = texts.institutional().replace(b"BBQ:0SRC0JZ:D8:20260103", b"BBQ:0SRC0JZ:D8:20260102")
    found = corrected(original(tmp_path, text), *agree(RIGHT), change(LEFT, RIGHT), supplement=DRG)
    assert [line for line in health_codes(found) if "BB" in line] == ["HI*BBR:0SRD0JZ:D8:20260102"]
    assert "Procedure 0SRD0JZ would be on the claim twice on one day: it is written once." in found.notes
    assert differences([found]) == [()]


def test_a_procedure_can_be_made_principal(stay: OriginalClaim) -> None:
    first = replace(LEFT, code_role="principal")
    found = corrected(stay, *agree(RIGHT), change(LEFT, first), supplement=DRG)
    assert "HI*BBR:0SRC0JZ:D8:20260103" in health_codes(found)
    assert "HI*BBQ:0SRD0JZ:D8:20260102" in health_codes(found)
    assert found.changes[0] == "procedure 0SRC0JZ made principal"
    two = corrected(stay, *agree(RIGHT), change(LEFT, first), add(replace(RIGHT, code_role="principal")))
    assert "two principal procedures" in reasons(two)


# Read back


@pytest.mark.parametrize(
    ("text", "other", "phrase"),
    [
        ("ABF:Z794", "ABF:Z7984", "Z794 is missing (diagnosis)"),
        ("ABK:E11.9*abf:I10", "ABK:I10*abf:E11.9", "the principal diagnosis is I10"),
        ("abf:I10*ABF:J449", "ABF:J449*abf:I10", "unchanged diagnoses are in another order"),
        ("ABF:J449", "ABF:J449*ABF:I10", "I10 is there 2 times (diagnosis)"),
        ("HC:99213:25:GT", "HC:99213:GT", "a line that the review did not change is another"),
        ("*100*UN", "*10*UN", "a line that the review did not change is another"),
        ("SV1*HC:36415*18", "SV1*HC:36416*18", "36415 is on 0 lines instead of 1"),
        ("*18*UN*1***3", "*18*UN*2***3", "36415 has other modifiers or units"),
        ("***1:2", "***2:1", "line 1 points to I10, E119"),
        ("***1:2", "***1:7", "line 1 points to no diagnosis of the claim"),
        ("11:B:7", "11:B:1", "the frequency code is not 7"),
        ("REF*F8*ICN-7", "REF*D9*ICN-7", "the payer's number is missing"),
        ("CLM*E1*168.5", "CLM*E1*168", "the charge is 168.00 and not 168.50"),
        ("CLM*E1*", "CLM*E2*", "patient control number is another"),
    ],
)
def test_what_is_written_otherwise_than_verified_is_named(
    office: OriginalClaim, text: str, other: str, phrase: str
) -> None:
    answers = {"36415": ServiceSupplement(Decimal(18), dt.date(2026, 1, 6), None, ("J449",))}
    codes: list[VerifiedCode] = [
        *agree(E119, I10, J449, VISIT, DRUG),
        add(diagnosis("Z794")),
        add(service("36415")),
    ]
    found = corrected(office, *codes, supplement=Supplement("ICN-7", services=answers))
    assert differences([found]) == [()]
    written = "~".join(lines_of(found))
    assert text in written
    rows = [
        segment(*(tuple(element.split(":")) for element in row.split("*")))
        for row in written.replace(text, other, 1).split("~")
    ]
    wrong = replace(found, original=replace(found.original, claim=tuple(rows)))
    assert phrase in differences([wrong, found])[0]
    assert differences([wrong, found])[1] == ()


@pytest.mark.parametrize(
    ("text", "other", "phrase"),
    [
        ("ABF:D62:::::::N", "ABF:D62:::::::Y", "the POA indicator of D62 is Y"),
        ("ABJ:M1711", "ABJ:M1712", "M1712 is there, which the chart has not (admitting)"),
        ("BBQ:0SRC0JZ", "BBQ:0SRB0JZ", "procedure 0SRC0JZ is there 0 times instead of 1"),
        ("ABK:M1711", "ABF:M1711", "the principal diagnosis is missing"),
    ],
)
def test_a_stay_written_otherwise_is_named(stay: OriginalClaim, text: str, other: str, phrase: str) -> None:
    found = corrected(
        stay,
        *agree(PRESSURE, RIGHT, LEFT),
        change(KNEE, replace(KNEE, poa_indicator="N")),
        add(diagnosis("D62", poa="N")),
        supplement=DRG,
    )
    assert differences([found]) == [()]
    written = "~".join(lines_of(found))
    assert text in written
    rows = [
        segment(*(tuple(element.split(":")) for element in row.split("*")))
        for row in written.replace(text, other, 1).split("~")
    ]
    assert phrase in differences([replace(found, original=replace(found.original, claim=tuple(rows)))])[0]


def test_a_claim_that_cannot_be_written_holds_back_itself_only(office: OriginalClaim) -> None:
    found = corrected(office, *agree(E119, I10, J449, VISIT, DRUG))
    broken = replace(found.original, claim=(*found.original.claim, segment("NTE", "ADD", "two\nlines")))
    phrases = differences([replace(found, original=broken), found])
    assert "cannot be written and read again" in phrases[0][0]
    assert phrases[1] == ()
