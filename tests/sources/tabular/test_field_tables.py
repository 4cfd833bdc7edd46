"""Tables that people reported, each with the values that are right for it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from auditlib.sources.batch import SourceBatch
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.proposal.suggestion import suggest_mapping
from auditlib.sources.tabular.tables import read_table
from tests.sources.tabular.flat_export import claims, codes, reasons

pytestmark = pytest.mark.field

DATE = 'format: "%m/%d/%Y"'


def read_case(
    field_data: Path, case: str, mapping: str | None = None, *, name: str = ""
) -> list[SourceBatch]:
    """Return the batches of a reported table, by a mapping or as it is."""
    folder = field_data / "field_cases" / "tables" / case
    path = folder / name if name else next(iter(folder.iterdir()))
    rules = None if mapping is None else parse_mapping(mapping, name="m")
    return list(read_table(path, source_file_id=3, mapping=rules))


def proposed(field_data: Path, case: str) -> list[SourceBatch]:
    """Return what a reported export gives by the mapping that is proposed for it, unchanged."""
    (path,) = (field_data / "field_cases" / "tables" / case).iterdir()
    return list(read_table(path, source_file_id=3, mapping=parse_mapping(suggest_mapping(path), name="m")))


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("sug_total_row", [("A1", "119.00"), ("A2", "80.00")]),
        ("sug_total_footer_xlsx", [("A1", "119.00"), ("A2", "80.00")]),
        ("sug_merged_cells", [("A1", "119.00"), ("A2", "80.00")]),
        ("sug_european", [("A1", "1110.50"), ("A2", "80.25")]),
        ("utf16", [("A1", "110.00"), ("A2", "80.00")]),
        ("cr_only", [("A1", "110.00"), ("A2", "80.00")]),
        ("apostrophes", [("000123", "1110.00"), ("000124", "-80.00")]),
    ],
)
def test_an_export_loads_as_proposed(field_data: Path, case: str, expected: list[tuple[str, str]]) -> None:
    batch, *others = proposed(field_data, case)
    assert claims(batch) == expected
    assert not others


def test_a_hidden_and_a_summary_sheet_give_no_claim(field_data: Path) -> None:
    batches = proposed(field_data, "sug_hidden_sheet")
    loaded = [claim for batch in batches if "claim" in batch.frames for claim in claims(batch)]
    assert loaded == [("A1", "119.00"), ("A2", "80.00")]
    assert any("'Old' is hidden" in reason for batch in batches for _, reason in reasons(batch))


def test_tables_of_the_dictionary(field_data: Path) -> None:
    for case, expected in {
        "dict_total_row": [("A1", "119.00"), ("A2", "80.00")],
        "dict_trailing_comma": [("A1", "119.00")],
        "dict_newline": [("A1", "119.00"), ("A2", "80.00")],
    }.items():
        (batch,) = read_case(field_data, case)
        assert claims(batch) == expected
    assert batch.frames["claim"]["payer_name"].to_list() == ["Invented Health", 'Other "Plan"']


def test_cells_that_are_no_code_are_cut_or_not_loaded(field_data: Path) -> None:
    mapping = """tables:
  - table: claim_diagnosis
    columns: {claim_id: claim_id, code_system: code_system, code: {column: code, separator: comma}}
"""
    (batch,) = read_case(field_data, "dict_no_code", mapping, name="claim_diagnosis.csv")
    assert codes(batch) == ["E119", "I10", "E119"]
    assert [number for number, _ in reasons(batch)] == [2, 3]
    mapping = """tables:
  - table: claim_line
    columns:
      claim_id: claim_id
      code: {column: code, has_modifiers: true}
      charge_amount: charge_amount
      modifier_1: modifier_1
"""
    (batch,) = read_case(field_data, "dict_no_code", mapping, name="claim_line.csv")
    assert batch.frames["claim_line"].select("code", "modifier_1").rows() == [
        ("99213", "25"),
        ("99213", "25"),
    ]


def test_times_with_zones(field_data: Path) -> None:
    (claim,) = read_case(field_data, "parquet_zone", name="claim.parquet")
    (line,) = read_case(field_data, "parquet_zone", name="claim_line.parquet")
    assert (claim.frames["claim"].height, line.frames["claim_line"].height) == (2, 3)
    assert set(line.frames["claim_line"]["from_date"]) <= {dt.date(2026, 1, 5), dt.date(2026, 1, 6)}
    assert not reasons(line)


def test_a_list_of_diagnoses_in_a_cell(field_data: Path) -> None:
    mapping = f"""tables:
  - table: claim
    one_row_per: claim_id
    columns:
      claim_id: claimid
      form: {{constant: P}}
      from_date: {{column: claim service date, {DATE}}}
      charge_amount: {{column: charge amount, take: sum}}
  - table: claim_diagnosis
    one_row_per: claim_id
    columns:
      claim_id: claimid
      code_system: {{constant: ICD-10-CM}}
      code: {{column: claim diagnosis codes, separator: comma}}
"""
    (batch,) = read_case(field_data, "sug_athena", mapping)
    assert batch.frames["claim"]["from_date"].to_list() == [dt.date(2026, 1, 9), dt.date(2026, 1, 10)]
    assert codes(batch) == ["Z0000", "E785", "Z0000"]


def test_lines_point_at_their_own_diagnoses(field_data: Path) -> None:
    batch, *_ = proposed(field_data, "sug_epic_line_dx")
    assert codes(batch)[:3] == ["I10", "E119", "M1711"]
    lines = batch.frames["claim_line"].select("code", "diagnosis_pointer_1", "diagnosis_pointer_2")
    assert lines.rows()[:2] == [("99214", 1, 2), ("20610", 3, None)]


def test_coinsurance_and_remarks_of_payments(field_data: Path) -> None:
    key = "remit_claim_id: {join: [Check Number, Claim ID]}"
    patient = "".join(
        f"""  - table: adjustment
    columns:
      {key}
      group_code: {{constant: PR}}
      reason_code: {{constant: "{reason}"}}
      adjustment_amount: {header}
"""
        for reason, header in (("1", "Deductible"), ("2", "Coins"))
    )
    mapping = f"""tables:
  - table: remit_claim
    columns:
      {key}
      remittance_id: Check Number
      patient_control_number: Patient Acct
      charge_amount: Billed
      paid_amount: Paid
  - table: adjustment
    columns: {{{key}, group_code: Adj Group, reason_code: Adj Reason, adjustment_amount: Adj Amt}}
{patient}  - table: remark
    columns: {{{key}, remark_code: Remark}}
"""
    (batch,) = read_case(field_data, "sug_payments_pr", mapping)
    taken = (
        batch.frames["adjustment"]
        .select("group_code", "reason_code", "adjustment_amount")
        .sort("group_code", "reason_code")
    )
    assert taken.rows() == [
        ("CO", "16", Decimal(80)),
        ("CO", "45", Decimal(30)),
        ("PR", "2", Decimal(16)),
    ]
    assert batch.frames["remark"]["remark_code"].to_list() == ["M51"]
    assert not reasons(batch)


@pytest.mark.parametrize("system", ["ICD-9-CM", "ICD by day", "ICD-10-CM"])
def test_diagnoses_of_2010_are_of_icd_9_or_refused(field_data: Path, system: str) -> None:
    mapping = f"""tables:
  - table: claim
    columns:
      claim_id: CLM_ID
      form: {{constant: I}}
      from_date: {{column: CLM_FROM_DT, format: "%Y%m%d"}}
      charge_amount: CLM_PMT_AMT
  - table: claim_diagnosis
    columns: {{claim_id: CLM_ID, code_system: {{constant: {system}}}, code: "ICD9_DGNS_CD_{{1-10}}"}}
"""
    (batch,) = read_case(field_data, "sug_synpuf_icd9", mapping)
    stored = batch.frames["claim_diagnosis"].select("code_system", "code").rows()
    right = [("ICD-9-CM", code) for code in ("7802", "78820", "V4501")]
    assert stored == ([] if system == "ICD-10-CM" else right)
    assert batch.rejected.height == (3 if system == "ICD-10-CM" else 0)
