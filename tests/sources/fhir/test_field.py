"""The published sample files against an independent count, file by file and in a warehouse."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from auditlib.sources.fhir import read_fhir
from auditlib.sources.rif import read_rif
from auditlib.workbench import Workbench
from tests.made_once import workspace_with_code_sets
from tests.reading import gathered, read_facts
from tests.sources.fhir.plain import canonical, facts, resources
from tests.sources.rif import plain as plain_rif

pytestmark = pytest.mark.field
SMALL_CHUNK = 150_000


def _fhir_files(field_data: Path) -> list[Path]:
    return sorted(path for path in (field_data / "claims" / "fhir").rglob("*") if path.is_file())


def _rif_files(field_data: Path) -> list[Path]:
    return sorted((field_data / "claims" / "rif").glob("*.txt"))


def test_every_fhir_file_holds_what_a_plain_count_finds(field_data: Path) -> None:
    for path in _fhir_files(field_data):
        expected: Counter[str] = Counter()
        for resource in resources(path):
            expected.update(facts(resource))
        for chunk in (1 << 24, SMALL_CHUNK)[: 1 + (path.stat().st_size > SMALL_CHUNK)]:
            batches = list(read_fhir(path, source_file_id=3, chunk_byte_count=chunk))
            assert +read_facts(batches) == +expected, path.name


def test_every_rif_file_holds_what_a_plain_count_finds(field_data: Path) -> None:
    for path in _rif_files(field_data):
        expected = plain_rif.facts(path)
        present = expected.pop("present")
        for chunk in (1 << 24, SMALL_CHUNK):
            batches = list(read_rif(path, source_file_id=3, chunk_byte_count=chunk))
            found = read_facts(batches)
            assert +Counter({name: found[name] for name in expected}) == +expected, path.name
            diagnoses = gathered(batches)["claim_diagnosis"]
            external = diagnoses["code_role"] == "external cause"
            assert diagnoses.filter(~external)["poa_indicator"].count() == present


def test_one_claim_is_the_same_in_both_formats(field_data: Path) -> None:
    fhir = gathered(read_fhir(field_data / "claims/fhir/bfd_v2/eobReadInpatient.json", source_file_id=1))
    rif = gathered(read_rif(field_data / "claims/rif/sample-a-inpatient.txt", source_file_id=1))
    columns = ["form", "patient_control_number", "type_of_bill", "from_date", "to_date", "admit_date"]
    columns += ["patient_id", "payer_id", "discharge_status_code", "drg_code", "charge_amount"]
    assert fhir["claim"].select(columns).rows() == rif["claim"].select(columns).rows()
    codes = ["code_system", "code", "code_role", "poa_indicator"]
    assert sorted(fhir["claim_diagnosis"].select(codes).rows(), key=str) == sorted(
        rif["claim_diagnosis"].select(codes).rows(), key=str
    )
    procedures = ["procedure_number", "code_system", "code", "code_role", "procedure_date"]
    assert (
        fhir["claim_procedure"].select(procedures).rows() == rif["claim_procedure"].select(procedures).rows()
    )
    amounts = ["paid_amount", "charge_amount", "claim_status_code", "payer_claim_control_number"]
    assert fhir["remit_claim"].select(amounts).rows() == rif["remit_claim"].select(amounts).rows()


def test_the_whole_folder_loads_and_repeats_are_not_loaded(field_data: Path, tmp_path: Path) -> None:
    distinct: dict[str, Counter[str]] = {}
    count: Counter[str] = Counter()
    for path in _fhir_files(field_data):
        for resource in resources(path):
            found = facts(resource)
            if found:
                count["claims in files"] += 1
                distinct.setdefault(canonical(resource), found)
    expected: Counter[str] = Counter()
    for found in distinct.values():
        expected.update(found)
    for path in _rif_files(field_data):
        expected.update(plain_rif.facts(path))
    clock = lambda: dt.datetime(2026, 11, 1, tzinfo=dt.UTC)  # noqa: E731 - read as one word
    workbench = Workbench.open(workspace_with_code_sets(tmp_path / "W"), clock=clock)
    report = workbench.files.load(field_data / "claims")
    assert not report.files.filter(format="unknown").height
    money = {row["table_name"]: row for row in workbench.files.money_totals().frame.iter_rows(named=True)}
    assert money["claim"]["row_count"] == expected["claim"]
    assert money["claim"]["charge_amount"] == expected["charge"]
    assert money["claim_line"]["row_count"] == expected["line"]
    assert money["claim_line"]["charge_amount"] == expected["line charge"]
    assert money["remit_claim"]["paid_amount"] == expected["paid"]
    assert money["remittance"]["payment_amount"] == expected["paid"]
    rejected = workbench.files.not_loaded().frame["reason"]
    repeats = int(rejected.str.contains("already holds it").sum())
    assert repeats == count["claims in files"] - len(distinct)
    by_status = report.by_status
    assert by_status["claim_count"].sum() == expected["claim"]
    assert by_status["charge_amount"].sum() == expected["charge"]
    assert by_status["paid_amount"].sum() == expected["paid"]
    # Each payment finds its claim; one that three files give in different versions is one chain of claims.
    methods = workbench.claims.matching_methods().frame
    assert methods["is_matched"].all()
    # The rules by which an 835 adds up are not those of these files.
    assert workbench.files.balance_totals().frame.is_empty()
    workbench.checks.run()
    assert workbench.denials.rate().frame.height
