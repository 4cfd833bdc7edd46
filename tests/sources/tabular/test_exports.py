"""What billing systems and people export: rows that are no claims, cells that are no codes, odd headers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from auditlib.errors import BadInputError
from auditlib.sources.batch import SourceBatch
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.proposal.header_words import position
from auditlib.sources.tabular.proposal.suggestion import suggest_mapping
from auditlib.sources.tabular.tables import read_table

CHARGES = "Claim ID,Acct No,DOS,CPT,Qty,Charge,Dx 1"
NO_FORM = "code has no form that its code system allows"


def proposed(path: Path, content: str = "") -> SourceBatch:
    """Return what a file gives by the mapping that is proposed for it, unchanged."""
    if content:
        path.write_text(content, encoding="utf-8")
    (batch,) = read_table(path, source_file_id=3, mapping=parse_mapping(suggest_mapping(path), name="m"))
    return batch


def direct(path: Path, content: str) -> SourceBatch:
    path.write_text(content, encoding="utf-8")
    (batch,) = read_table(path, source_file_id=3)
    return batch


def claims(batch: SourceBatch) -> list[tuple[str, str]]:
    rows = batch.frames["claim"].select("patient_control_number", "charge_amount").rows()
    return [(account, str(amount)) for account, amount in rows]


@pytest.mark.parametrize(
    "label",
    ["Total", "TOTALS:", "Grand Total", "Subtotal A1", "Sub-total", "Report total", "Total for January"],
)
def test_a_row_labelled_as_a_total_is_no_claim(tmp_path: Path, label: str) -> None:
    rows = "C1,A1,01/05/2026,99213,1,110.00,I10\nC2,A2,01/06/2026,99212,1,80.00,J06.9\n"
    batch = proposed(tmp_path / "c.csv", f"{CHARGES}\n{rows}{label},,,,2,190.00,\n")
    assert claims(batch) == [("A1", "110.00"), ("A2", "80.00")]
    assert batch.frames["claim_line"].height == 2
    assert batch.rejected.select("segment", "record_number", "reason").rows() == [
        ("total", 3, "a row of totals, by its label")
    ]


@pytest.mark.parametrize("account", ["TOTAL1", "Totally", "SUM12", "A-Total"])
def test_an_account_that_only_resembles_a_label_is_a_claim(tmp_path: Path, account: str) -> None:
    batch = proposed(tmp_path / "c.csv", f"{CHARGES}\n{account},A1,01/05/2026,99213,1,110.00,I10\n")
    assert claims(batch) == [("A1", "110.00")]


def test_a_claim_without_a_day_or_an_amount_is_not_loaded(tmp_path: Path) -> None:
    rows = "C1,P,119.00,2026-01-05\nPrinted by,P,0.00,\nC3,P,,2026-01-06\n"
    batch = direct(tmp_path / "claim.csv", f"claim_id,form,charge_amount,from_date\n{rows}")
    assert claims(batch) == [("C1", "119.00")]
    assert batch.rejected.select("record_number", "reason").rows() == [
        (2, "from_date is missing: a claim has a day"),
        (3, "charge_amount is missing"),
    ]


@pytest.mark.parametrize(
    ("cell", "code"),
    [("'E11.9", "E119"), ("' E11.9", "E119"), ("e11.9", "E119"), ("Z3A.20", "Z3A20")],
)
def test_a_diagnosis_is_cleaned_of_what_excel_and_people_add(tmp_path: Path, cell: str, code: str) -> None:
    batch = direct(tmp_path / "claim_diagnosis.csv", f'claim_id,code_system,code\n\'C1,ICD-10-CM,"{cell}"\n')
    assert batch.frames["claim_diagnosis"]["code"].to_list() == [code]
    plain = direct(tmp_path / "claim_diagnosis.csv", "claim_id,code_system,code\nC1,ICD-10-CM,I10\n")
    assert batch.frames["claim_diagnosis"]["claim_id"].equals(plain.frames["claim_diagnosis"]["claim_id"])


@pytest.mark.parametrize("cell", ["Y", "E 11 22", "N/A", "HYPERTENSION", "I10,E11.9", "99213", "E11.9 I10"])
def test_what_is_no_diagnosis_is_not_loaded(tmp_path: Path, cell: str) -> None:
    batch = direct(tmp_path / "claim_diagnosis.csv", f'claim_id,code_system,code\nC1,ICD-10-CM,"{cell}"\n')
    assert batch.frames["claim_diagnosis"].is_empty()
    assert batch.rejected["reason"].to_list() == [NO_FORM]


@pytest.mark.parametrize("cell", ["99213-25", "VISIT", "99213,36415"])
def test_what_is_no_procedure_is_not_loaded(tmp_path: Path, cell: str) -> None:
    batch = direct(tmp_path / "claim_line.csv", f'claim_id,code,charge_amount\nC1,"{cell}",19.00\n')
    assert batch.frames["claim_line"].is_empty()
    assert batch.rejected["reason"].to_list() == [NO_FORM]


@pytest.mark.parametrize("stem", ["DX", "ICD", "Diag", "Dx_", "ICD-", "DX0"])
def test_diagnoses_come_in_the_order_of_their_numbers(tmp_path: Path, stem: str) -> None:
    codes = ["E11.22", "N18.30", "I10", "", "M17.11", "J44.9", "K21.9", "F32.A", "G47.33", "Z79.4", "Z87.891"]
    header = ",".join(f"{stem}{number}".replace("01", "1") for number in range(1, len(codes) + 1))
    line = f"C1,A1,01/05/2026,99213,25,59,RT,GT,110.00,{','.join(codes)}"
    batch = proposed(
        tmp_path / "c.csv", f"Claim ID,Acct No,DOS,CPT,Mod1,Mod2,Mod3,Mod4,Charge,{header}\n{line}\n"
    )
    expected = [code.replace(".", "") for code in codes if code]
    assert batch.frames["claim_diagnosis"].sort("diagnosis_number")["code"].to_list() == expected
    modifiers = batch.frames["claim_line"].select(f"modifier_{number}" for number in range(1, 5))
    assert modifiers.rows() == [("25", "59", "RT", "GT")]


def test_a_number_is_a_position_only_beside_a_first() -> None:
    assert position("icd10", ["icd1", "icd10"]) == ("icd", 10)
    assert position("dx_02", ["dx_01", "dx_02"]) == ("dx_", 2)
    assert position("icd2 code", ["icd1 code", "icd2 code"]) == ("icd code", 2)
    assert position("icd10", ["icd10", "icd9"]) == ("icd10", None)
    assert position("cpt4", ["cpt4"]) == ("cpt4", None)


def test_a_column_without_values_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(f"{CHARGES},Dx 2\nC1,A1,01/05/2026,99213,1,110.00,I10,\n", encoding="utf-8")
    (line,) = [line for line in suggest_mapping(path).splitlines() if '"dx 2"' in line]
    assert "CHECK" in line


def test_present_on_admission_and_days_of_procedures_are_no_codes(tmp_path: Path) -> None:
    batch = proposed(
        tmp_path / "c.csv",
        "Account Number,Admit Date,Discharge Date,Type of Bill,Revenue Code,Charges,Principal Dx,"
        "Principal Dx POA,Dx 2,Dx 2 POA,Principal Procedure,Principal Procedure Date\n"
        "H1,01/02/2026,01/06/2026,111,0120,800.00,M17.11,Y,I10,N,0SRC0J9,01/03/2026\n",
    )
    assert batch.rejected.is_empty()
    assert batch.frames["claim_diagnosis"].select("code", "poa_indicator").rows() == [
        ("M1711", "Y"),
        ("I10", "N"),
    ]
    assert batch.frames["claim_procedure"].select("code", "procedure_date").rows() == [
        ("0SRC0J9", dt.date(2026, 1, 3))
    ]
    assert batch.frames["claim"]["from_date"].to_list() == [dt.date(2026, 1, 2)]


def test_a_note_column_does_not_hide_the_claims(tmp_path: Path) -> None:
    batch = proposed(tmp_path / "c.csv", f"{CHARGES},Note\nC1,A1,01/05/2026,99213,1,110.00,I10,called\n")
    assert claims(batch) == [("A1", "110.00")]
    assert "document" not in batch.frames


def test_the_form_comes_from_the_claim_type(tmp_path: Path) -> None:
    rows = "T1,professional,2026-01-05,110.00,I10\nT2,institutional,2026-01-10,300.00,J18.9\n"
    batch = proposed(tmp_path / "c.csv", f"Claim No,Claim Type,Claim Start Date,Total Charge,Dx 1\n{rows}")
    assert batch.frames["claim"].select("form", "from_date").rows() == [
        ("P", dt.date(2026, 1, 5)),
        ("I", dt.date(2026, 1, 10)),
    ]


def test_diagnoses_given_per_line_are_united_on_the_claim(tmp_path: Path) -> None:
    rows = (
        "C1,A1,01/05/2026,99214,1,210.00,I10,E11.9\n"
        "C1,A1,01/05/2026,20610,1,180.50,M17.11,I10\n"
        "C2,A2,01/07/2026,99213,1,140.00,J02.9,\n"
    )
    batch = proposed(tmp_path / "c.csv", f"{CHARGES},Dx 2\n{rows}")
    assert batch.rejected.is_empty()
    shown = batch.frames["claim_diagnosis"].select("code", "diagnosis_number", "code_role").rows()
    assert shown == [
        ("I10", 1, "principal"),
        ("E119", 2, "secondary"),
        ("M1711", 3, "secondary"),
        ("J029", 1, "principal"),
    ]


def test_a_header_named_twice_is_refused_with_both_places(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "Claim ID,Acct No,DOS,Code,Qty,Code,Charge\nC1,A1,01/05/2026,I10,1,99213,110.00\n", encoding="utf-8"
    )
    with pytest.raises(BadInputError, match=r"'code' names columns 4 and 6 of row 1"):
        suggest_mapping(path)


def test_icd_9_columns_are_not_proposed_as_icd_10(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(f"{CHARGES},ICD9_DGNS_CD_1\nC1,A1,01/05/2026,99213,1,9.00,I10,V4501\n", encoding="utf-8")
    text = suggest_mapping(path)
    assert "# Not proposed: icd9_dgns_cd_1" in text
    assert proposed(path).frames["claim_diagnosis"]["code"].to_list() == ["I10"]


def test_separators_at_the_end_of_lines_are_no_column(tmp_path: Path) -> None:
    header = "claim_id,form,charge_amount,from_date,,"
    rows = "C1,P,119.00,2026-01-05,,\nC2,P,80.00,2026-01-06,x,\n"
    batch = direct(tmp_path / "claim.csv", f"{header}\n{rows}")
    assert claims(batch) == [("C1", "119.00")]
    assert batch.rejected.select("record_number", "reason").rows() == [
        (2, "a cell is filled below no header")
    ]


@pytest.mark.field
@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("sug_total_row", [("A1", "119.00"), ("A2", "80.00")]),
        ("sug_total_footer_xlsx", [("A1", "119.00"), ("A2", "80.00")]),
        ("sug_note_column", [("A1", "110.00"), ("A2", "80.00")]),
        ("sug_trailing_comma", [("A1", "110.00"), ("A2", "80.00")]),
        ("sug_poa_as_dx", [("H1", "23000.00"), ("H2", "4000.00")]),
    ],
)
def test_reported_exports_load_as_proposed(
    field_data: Path, case: str, expected: list[tuple[str, str]]
) -> None:
    (path,) = (field_data / "field_cases" / "tables" / case).iterdir()
    assert claims(proposed(path)) == expected


@pytest.mark.field
@pytest.mark.parametrize("case", ["sug_dx12_order", "sug_icd12_order"])
def test_reported_diagnoses_keep_their_principal(field_data: Path, case: str) -> None:
    (path,) = (field_data / "field_cases" / "tables" / case).iterdir()
    diagnoses = proposed(path).frames["claim_diagnosis"]
    assert diagnoses.filter(pl.col("code_role") == "principal")["code"].to_list() == ["E1122", "C50911"]


@pytest.mark.field
def test_reported_tables_of_the_dictionary_load_no_total_and_no_false_code(field_data: Path) -> None:
    root = field_data / "field_cases" / "tables"
    (batch,) = read_table(root / "dict_total_row" / "claim.csv", source_file_id=3)
    assert claims(batch) == [("A1", "119.00"), ("A2", "80.00")]
    (batch,) = read_table(root / "dict_no_code" / "claim_diagnosis.csv", source_file_id=3)
    assert batch.frames["claim_diagnosis"]["code"].to_list() == ["E119"]
    (batch,) = read_table(root / "dict_no_code" / "claim_line.csv", source_file_id=3)
    assert batch.frames["claim_line"]["code"].to_list() == ["99213"]
