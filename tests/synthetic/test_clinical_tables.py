"""The tables against the releases: every code is what the table says it is."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditlib.codes.npi import is_valid_npi
from tools.synthetic.clinical import clinic, code_system, sided, undotted
from tools.synthetic.coding import _UNSUPPORTED_DIAGNOSES
from tools.synthetic.organisation import GROUP, HOSPITAL, OFFICES, PROVIDERS

if TYPE_CHECKING:
    from tests.synthetic.conftest import Tabular

DIAGNOSES = clinic().diagnoses.values()


def test_every_diagnosis_is_billable(tabular: Tabular) -> None:
    wanted = {row.code for row in DIAGNOSES} | set(_UNSUPPORTED_DIAGNOSES)
    assert [code for code in sorted(wanted) if not tabular.is_billable(code)] == []


def test_wrong_turns_are_what_they_claim_to_be(tabular: Tabular) -> None:
    for row in DIAGNOSES:
        for code in (*row.wrong, row.vague, row.clash):
            assert code is None or tabular.is_billable(code), (row.code, code)
            assert code != row.code
        assert row.header is None or tabular.is_header(row.header), row.code
        assert row.header is None or row.code.startswith(row.header), row.code
        assert row.old is None or not tabular.is_billable(row.old), row.code
        assert row.clash is None or tabular.forbids(row.code, row.clash), row.code


def test_a_digit_too_many_never_makes_a_code(tabular: Tabular) -> None:
    for row in DIAGNOSES:
        assert not any(undotted(row.code) + str(digit) in tabular.listed for digit in range(10))


def test_profiles_name_only_codes_of_the_tables() -> None:
    tables = clinic()
    for profiles in tables.profiles.values():
        for profile in profiles:
            keys = [*profile.principal, *profile.also, *profile.acquired, *profile.admitting]
            codes = {
                code for key in keys for side in ("right", "left") for code in sided(key, side).split("+")
            }
            assert codes <= tables.diagnoses.keys(), profile.name
            steps = {
                sided(key, side) for step in profile.steps for key in step.pick for side in ("right", "left")
            }
            assert steps <= tables.procedures.keys(), profile.name
            assert len(profile.drg) == (3 if profile.encounter_class == "inpatient" else 0), profile.name


def test_npis_are_valid_and_used_once() -> None:
    npis = [row.npi for row in (GROUP, HOSPITAL, *OFFICES)]
    npis.extend(row.npi for group in PROVIDERS.values() for row in group)
    assert all(map(is_valid_npi, npis))
    assert len(npis) == len(set(npis))


def test_codes_deleted_in_2025_were_deleted_in_2025(tabular: Tabular) -> None:
    assert {row.old for row in DIAGNOSES if row.old} == {"E78.01", "G35", "R10.2", "S30.1XXA", "T78.1XXA"}
    assert all(not tabular.is_billable(row.old) for row in DIAGNOSES if row.old)


@pytest.mark.field
def test_deleted_codes_are_in_the_official_addenda(field_data: Path) -> None:
    text = (field_data / "codesets/icd10cm/icd10cm_order_addenda_2026.txt").read_text(encoding="latin-1")
    deleted = {line.split()[2] for line in text.splitlines() if line.startswith("Delete:")}
    assert {undotted(row.old) for row in DIAGNOSES if row.old} <= deleted


@pytest.mark.field
def test_inpatient_procedures_are_valid_in_fy2026(field_data: Path) -> None:
    with zipfile.ZipFile(field_data / "codesets/icd10pcs/cms_2026_pr.zip") as archive:
        lines = archive.read("icd10pcs_order_2026.txt").decode("latin-1").splitlines()
    valid = {line[6:13].strip() for line in lines if line[14] == "1"}
    rows = [row for row in clinic().procedures.values() if code_system(row.code) == "ICD-10-PCS"]
    # A wrong code of a sided procedure keeps both sides until it is used.
    used = {
        sided(code, side) for row in rows for code in (row.code, *row.wrong) for side in ("right", "left")
    }
    assert used <= valid


@pytest.mark.field
def test_hcpcs_codes_are_in_force(field_data: Path) -> None:
    with gzip.open(field_data / "codesets/hcpcs/hcpcs_level2_2026q3.txt.gz", "rt") as stream:
        valid = set(stream.read().split())
    rows = [row for row in clinic().procedures.values() if code_system(row.code) == "HCPCS"]
    assert {code for row in rows for code in (row.code, *row.wrong)} <= valid


@pytest.mark.field
def test_only_exempt_diagnoses_go_without_a_poa_indicator(field_data: Path) -> None:
    with zipfile.ZipFile(field_data / "codesets/poa/POAexemptCodesFY26.zip") as archive:
        text = "\n".join(archive.read(name).decode("latin-1") for name in archive.namelist())
    rows = [line.split("\t") for line in text.splitlines() if "\t" in line]
    exempt = {row[1].strip() for row in rows}
    for row in DIAGNOSES:
        assert row.exempt == (row.code in exempt or undotted(row.code) in exempt), row.code


@pytest.mark.field
def test_drgs_exist(field_data: Path) -> None:
    text = (field_data / "codesets/terminology/ms_drg.csv").read_text(encoding="utf-8")
    listed = {line.split(",")[0] for line in text.splitlines()}
    # These two came after the release that lies in the folder.
    newer = {"321", "322", "397", "398", "399"}
    used = {drg for profile in clinic().profiles["inpatient"] for drg in profile.drg}
    assert used - newer <= listed
