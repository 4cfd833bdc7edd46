from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from auditlib.errors import BadInputError, UsageError
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.proposal.suggestion import suggest_mapping
from auditlib.sources.tabular.tables import read_table

Rows = Sequence[Sequence[object]]

# Headers as exports of practice management systems, hospital billing and abstracting systems write them.
STYLES: dict[str, tuple[str, dict[str, list[tuple[object, ...]]]]] = {
    "charges, abbreviated": (
        """
Acct No|DOS|CPT|Mod|Qty|Chg Amt|Dx 1|Dx 2|Pt Name|MRN
A1|01/05/2026|99213|25|1|$110.00|I10|E11.9|Doe|M1
A1|01/05/2026|36415||1|$9.00|I10|E11.9|Doe|M1
A2|01/06/2026|99214|25,59|2|$1,150.00|J45.909||Roe|M2
""",
        {
            "claim": [("A1", "119.00", "2026-01-05"), ("A2", "1150.00", "2026-01-06")],
            "claim_line": [("99213", "25"), ("36415", None), ("99214", "25")],
            "claim_diagnosis": [("I10", 1), ("E119", 2), ("J45909", 1)],
        },
    ),
    "charges, spelled out": (
        """
Claim Number|Patient Account Number|Service From Date|Service To Date|Procedure Code|Modifier 1|\
Modifier 2|Units|Line Charge|Total Charge|Diagnosis Code 1|Diagnosis Code 2|\
Diagnosis Pointer|Rendering Provider NPI|Place of Service|Payer Name
C1|A1|2026-01-05|2026-01-06|99213|25||1|110.00|119.00|I10|E119|12|1999999984|11|Invented
C1|A1|2026-01-05|2026-01-06|36415|||1|9.00|119.00|I10|E119|1|1999999984|11|Invented
""",
        {
            "claim": [("A1", "119.00", "2026-01-05")],
            "claim_line": [("99213", "25"), ("36415", None)],
            "claim_diagnosis": [("I10", 1), ("E119", 2)],
        },
    ),
    "hospital billing, squeezed": (
        """
HAR|CLM_ID|TOB|REV_CD|HCPCS_CD|SVC_DT|SVC_UNITS|CHG_AMT|TOT_CHGS|PRIN_DX|DX2|DX3|MS_DRG|\
DISCH_STATUS|FIN_CLASS
H1|C1|0111|450|99284|20260105|1|500.00|750.5|I10|E119|Z794|64|1|Invented
H1|C1|0111|0300|80053|20260105|1|250.50|750.5|I10|E119|Z794|64|1|Invented
""",
        {
            "claim": [("H1", "750.50", "2026-01-05")],
            "claim_line": [("99284", None), ("80053", None)],
            "claim_diagnosis": [("I10", 1), ("E119", 2), ("Z794", 3)],
        },
    ),
    "visits of an abstracting system": (
        """
Encounter #|Pt Class|Admit Dt|Disch Dt|Coder|Date Coded|Gender|DOB|Attending|ICD10 Dx 1|ICD10 Dx 2|\
POA 1|POA 2|ICD-10-PCS 1|Final DRG
E1|IP|1/5/2026|1/9/2026|jd|1/12/2026|Female|4/3/1950|1999999984|I21.4|E11.22|Y|N|0FB44ZZ|64
E2|ED|1/5/2026||jd|1/12/2026|Male|4/3/1951|1999999984|J45.909|||||
""",
        {
            "encounter": [("E1", "inpatient", "2026-01-05"), ("E2", "emergency", "2026-01-05")],
            "encounter_code": [("I214", 1), ("E1122", 2), ("0FB44ZZ", 3), ("J45909", 1)],
            "patient": [("F", "1950-04-03"), ("M", "1951-04-03")],
        },
    ),
    "coded lines, a row each": (
        """
CSN|Line|Code Type|Code
E1|1|ICD10|I10
E1|2|CPT4|99213
""",
        {"encounter_code": [("I10", 1), ("99213", 2)]},
    ),
    "payments": (
        """
Check #|Check Date|Payor|Acct #|DOS|CPT Code|Billed|Allowed|Paid|Adj Group|CARC|Adj Amt
T1|02/01/2026|Invented|A1|01/05/2026|99213|110.00|90.00|80.00|CO|45|20.00
T1|02/01/2026|Invented|A2|01/06/2026|99214|50.00|0.00|0.00|CO|16|50.00
""",
        {
            "remittance": [("T1", "80.00")],
            "remit_claim": [("A1", "110.00", "80.00"), ("A2", "50.00", "0.00")],
            "adjustment": [("CO", "45", "20.00"), ("CO", "16", "50.00")],
        },
    ),
    "notes": (
        """
Visit ID|Note Type|Note Date|Note Text|Author
E1|Lab Report|2026-01-05 10:20|Na 140|laboratory
""",
        {"document": [("lab report", "Na 140")]},
    ),
}

SHOWN = {
    "claim": ("patient_control_number", "charge_amount", "from_date"),
    "claim_line": ("code", "modifier_1"),
    "claim_diagnosis": ("code", "diagnosis_number"),
    "encounter": ("encounter_id", "encounter_class", "admit_date"),
    "encounter_code": ("code", "code_number"),
    "patient": ("sex", "birth_date"),
    "remittance": ("trace_number", "payment_amount"),
    "remit_claim": ("patient_control_number", "charge_amount", "paid_amount"),
    "adjustment": ("group_code", "reason_code", "adjustment_amount"),
    "document": ("document_type", "text"),
}


def table(content: str) -> Rows:
    return [line.split("|") for line in content.strip().splitlines()]


def written(path: Path, rows: Rows) -> Path:
    if path.suffix == ".csv":
        path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows), encoding="utf-8")
    else:
        header = [str(cell) for cell in rows[0]]
        pl.DataFrame(rows[1:], schema=dict.fromkeys(header, pl.String()), orient="row").write_parquet(path)
    return path


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("style", STYLES)
def test_what_is_proposed_loads_as_it_stands(tmp_path: Path, style: str, ending: str) -> None:
    rows, expected = table(STYLES[style][0]), STYLES[style][1]
    path = written(tmp_path / f"export.{ending}", rows)
    text = suggest_mapping(path)
    (batch,) = read_table(path, source_file_id=3, mapping=parse_mapping(text, name="map.yaml"))
    assert batch.rejected["reason"].to_list() == []
    for name, told in expected.items():
        frame = batch.frames[name]
        order = ["source_offset", frame.columns[1]] if name == "encounter_code" else ["source_offset"]
        found = frame.sort(order, maintain_order=True).select(SHOWN[name]).rows()
        plain = [tuple(cell if isinstance(cell, int | None) else str(cell) for cell in row) for row in found]
        assert plain == told


def test_no_value_of_a_patient_is_printed(tmp_path: Path) -> None:
    for style, (content, _) in STYLES.items():
        rows = table(content)
        text = suggest_mapping(written(tmp_path / "export.csv", rows))
        header = {str(cell).lower() for cell in rows[0]}
        values = {str(cell) for row in rows[1:] for cell in row if len(str(cell)) > 3} - {"Female", "Male"}
        # Words of closed lists are no one's data; all else that stands in cells must not be shown.
        listed = {"ICD10", "CPT4", "Lab Report"}
        assert not [value for value in values - listed if value.lower() not in header and value in text], (
            style
        )


def test_what_is_not_sure_is_marked_and_what_names_a_person_is_left_out(tmp_path: Path) -> None:
    rows = table(STYLES["charges, abbreviated"][0])
    text = suggest_mapping(written(tmp_path / "export.csv", rows))
    assert "# Not proposed: pt name" in text
    assert "form: {constant: P}" in text
    assert "CHECK: P professional" in text
    assert "3 of 3 filled, 2 distinct" in text


def test_a_header_below_a_title_and_days_as_numbers_are_found(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("January")
    sheet.write(0, 0, "Charges of January")
    sheet.write_row(2, 0, ["Acct No", "DOS", "CPT", "Chg Amt"])
    sheet.write_row(3, 0, ["A1", 46027, 99213, 10.5])
    sheet.write_row(4, 0, ["A2", 46028, 100, 10.5])
    book.close()
    text = suggest_mapping(path)
    assert "header_row: 3" in text
    assert 'format: "excel"' in text
    assert "pad: 5" in text
    (batch,) = read_table(path, source_file_id=3, mapping=parse_mapping(text, name="m"))
    assert batch.frames["claim_line"].select("code", "from_date").rows() == [
        ("99213", dt.date(2026, 1, 5)),
        ("00100", dt.date(2026, 1, 6)),
    ]


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no file"):
        suggest_mapping(tmp_path / "none.csv")
    path = tmp_path / "x.csv"
    for content in (b"", b"alpha,beta\n1,2\n", b"\xff\xfea\0", b"%PDF-1.7"):
        path.write_bytes(content)
        with pytest.raises(BadInputError, match=r"x\.csv"):
            suggest_mapping(path)
