"""The cases that are shipped: enough of them, graded, and every code is in force on the day of its case."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from auditlib.codesets.readers.embedded import embedded_icd10cm
from auditlib.practice.messy import messy_case
from auditlib.practice.pack import CasePack
from auditlib.practice.scoring import score_case
from tests.practice.examples import CASEBOOK

FISCAL_YEAR = ("2025-10-01", "2026-09-30")


def codes_of(pack: CasePack, system: str) -> dict[str, set[str]]:
    """Return the codes of a system by case, right and wrong ones, the coder's among them."""
    found = {}
    for case_id, case in pack.cases.items():
        named = pack.keys[case_id].codes() | {(code.code_system, code.code) for code in case.coded}
        found[case_id] = {code for code_system, code in named if code_system == system}
    return found


def test_there_are_enough_cases_of_each_difficulty_and_system(casebook: CasePack) -> None:
    assert len(casebook.cases) >= 24
    assert min(Counter(case.difficulty for case in casebook.cases.values()).values()) >= 4
    for system in ("ICD-10-CM", "ICD-10-PCS", "CPT", "HCPCS"):
        assert sum(bool(codes) for codes in codes_of(casebook, system).values()) >= 5
    assert sum(bool(case.coded) for case in casebook.cases.values()) >= 5


def test_the_key_of_each_case_scores_full_marks(casebook: CasePack) -> None:
    for key in casebook.keys.values():
        assert score_case([item.code for item in key.items], key).score == 1
        assert score_case([item.code for item in key.required], key).score == 1


def test_a_coder_to_be_judged_is_wrong_somewhere(casebook: CasePack) -> None:
    for case_id, case in casebook.cases.items():
        if case.coded:
            codes = [(code.code_system, code.code) for code in case.coded]
            firsts = {(item.code.code_system, item.code.code) for item in casebook.keys[case_id].items}
            assert not set(codes) <= firsts or len(codes) != len(firsts)


def test_every_day_is_of_the_fiscal_year_that_is_shipped(casebook: CasePack) -> None:
    days = [day for case in casebook.cases.values() for day in (case.admit_date, case.discharge_date)]
    assert all(FISCAL_YEAR[0] <= str(day) <= FISCAL_YEAR[1] for day in days)


def test_every_diagnosis_is_billable_in_the_embedded_release(casebook: CasePack) -> None:
    frame = next(frame for table, frame in embedded_icd10cm().frames.items() if table.name == "code")
    billable = set(frame.filter(frame["is_billable"])["code"])
    assert {c for codes in codes_of(casebook, "ICD-10-CM").values() for c in codes} <= billable


@pytest.mark.field
def test_every_procedure_and_supply_is_in_the_publishers_files(casebook: CasePack, field_data: Path) -> None:
    with zipfile.ZipFile(field_data / "codesets/icd10pcs/cms_2026_pr.zip") as archive:
        order = archive.read("icd10pcs_order_2026.txt").decode("latin-1")
    billable = {line[6:13].strip() for line in order.splitlines() if line[14:15] == "1"}
    assert {c for codes in codes_of(casebook, "ICD-10-PCS").values() for c in codes} <= billable
    hcpcs = gzip.decompress((field_data / "codesets/hcpcs/hcpcs_level2_2026q3.txt.gz").read_bytes())
    before = (field_data / "codesets/hcpcs/hcpcs_level2_2025_oct_tidy.csv").read_text(encoding="utf-8-sig")
    known = set(hcpcs.decode().split()) & {line.partition(",")[0] for line in before.splitlines()}
    assert {c for codes in codes_of(casebook, "HCPCS").values() for c in codes} <= known


@pytest.mark.field
def test_poa_stands_on_inpatient_diagnoses_and_1_on_exempt_ones(casebook: CasePack, field_data: Path) -> None:
    with zipfile.ZipFile(field_data / "codesets/poa/POAexemptCodesFY26.zip") as archive:
        text = archive.read("POAexemptCodesFY26.txt").decode("latin-1")
    exempt = set(re.findall(r"^\d+\t(\S+)\t", text, flags=re.MULTILINE))
    for case_id, case in casebook.cases.items():
        for item in casebook.keys[case_id].required:
            if item.code.code_system != "ICD-10-CM":
                continue
            dotted = re.sub(r"^(.{3})(?=.)", r"\1.", item.code.code)
            expected = (
                ({"1"} if dotted in exempt else {"Y", "N"}) if case.encounter_class == "inpatient" else {None}
            )
            assert item.code.poa_indicator in expected, (case_id, dotted)


def test_a_note_has_between_80_and_250_words(casebook: CasePack) -> None:
    for case in casebook.cases.values():
        words = sum(len(document.text.split()) for document in case.documents)
        assert 80 <= words <= 250, case.case_id


def test_no_title_gives_the_answer_away(casebook: CasePack) -> None:
    for case_id, case in casebook.cases.items():
        shown = (
            (CASEBOOK / "cases" / case_id / "case.toml").read_text(encoding="utf-8").partition("[[coded]]")[0]
        )
        for item in casebook.keys[case_id].items:
            assert item.code.code not in shown.replace(".", "")
            assert item.code.code not in "".join(document.text for document in case.documents)


def test_messy_notes_are_repeatable_keep_every_figure_and_hold_the_stale_lines(casebook: CasePack) -> None:
    changed = 0
    for case in casebook.cases.values():
        messy = messy_case(case)
        assert messy == messy_case(case)
        assert case.carried_forward[0] in messy.documents[0].text
        for clean, other in zip(case.documents, messy.documents, strict=True):
            text = other.text.partition("[end of copied text]")[2] or other.text
            # Figures, sides and times decide codes.
            assert re.findall(r"\d+", text) == re.findall(r"\d+", clean.text)
            for word in ("right", "left", "acute"):
                assert text.lower().count(word) == clean.text.lower().count(word)
            changed += text != clean.text
    assert changed > 30
