"""What publishers' files hold that trips a reader: one test a trap, beside those of each layout."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from auditlib.codesets.library.load_code_sets import load_code_sets
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.layouts import read_published
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import AuditError, BadInputError
from auditlib.schema.ref import CODE
from auditlib.schema.ref_sets import FEE_SCHEDULE, MUE
from auditlib.workspace.folder import Workspace
from tests.codesets.publisher_files import hcpcs_line, order_lines, write_lines, write_zip

NOON = dt.datetime(2026, 11, 2, 12, 0)  # noqa: DTZ001 - stored times carry no zone


def one(path: Path, stated: Stated | None = None) -> CodeSetRelease:
    (release,) = read_published(path, stated).releases
    return release


# ICD-10


@pytest.mark.parametrize(
    ("code_system", "name"),
    [("ICD-10-CM", "icd10cm_codes_2026.txt"), ("ICD-10-PCS", "ICD10PCS_CODES_2026.TXT")],
)
def test_a_list_of_codes_alone_is_read_and_is_all_billable(
    tmp_path: Path, code_system: str, name: str
) -> None:
    lines = [f"{line[6:13]} {line[77:]}" for line in order_lines(2026, code_system=code_system)]
    release = one(write_lines(tmp_path / name, lines))
    assert (release.code_system, release.is_complete) == (code_system, False)
    assert release.frames[CODE]["is_billable"].all()
    assert release.frames[CODE]["long_description"].unique().to_list() == ["A title"]


def test_members_in_a_folder_of_the_zip_are_read(tmp_path: Path) -> None:
    members = {
        "Code Descriptions/icd10cm_order_2026.txt": "\r\n".join(order_lines(2026)),
        "Code Descriptions/": "",
    }
    assert one(write_zip(tmp_path / "2026-code-descriptions-tabular-order.zip", members)).row_count > 0


def test_a_short_title_may_fill_its_columns(tmp_path: Path) -> None:
    long = "A title that is longer than the sixty columns of the short one, and goes on"
    release = one(write_lines(tmp_path / "icd10cm_order_2026.txt", order_lines(2026, {"I10": long})))
    row = release.frames[CODE].row(by_predicate=pl.col("code") == "I10", named=True)
    assert (len(row["short_description"]), row["long_description"]) == (60, long)


def test_letters_beyond_ascii_in_an_order_file_keep_their_columns(tmp_path: Path) -> None:
    lines = order_lines(2026, {"H8101": "M\u00e9ni\u00e8re's disease, right ear"})
    for encoding in ("utf-8", "cp1252", "utf-8-sig"):
        release = one(write_lines(tmp_path / "icd10cm_order_2026.txt", lines, encoding))
        assert "M\u00e9ni\u00e8re's disease, right ear" in set(release.frames[CODE]["long_description"]), (
            encoding
        )


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_like_and_blank_ones_may_follow(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "icd10cm_order_2026.txt"
    path.write_bytes((ending.join(order_lines(2026)) + ending * 3).encode())
    assert one(path).row_count == len(order_lines(2026))


# HCPCS


def test_hcpcs_lines_may_end_with_their_last_field_and_names_with_a_day(tmp_path: Path) -> None:
    line = hcpcs_line("A0021", "3", "Ambulance", action="20260701", ended="20261231")[:293]
    release = next(
        iter(read_published(write_lines(tmp_path / "HCPC2026_JUL_ANWEB_06172026.txt", [line])).releases)
    )
    assert (release.release, release.effective_to) == ("2026 July", dt.date(2026, 9, 30))


def test_companions_of_hcpcs_are_passed_over_with_a_reason(tmp_path: Path) -> None:
    members = {
        "HCPC2026_JUL_ANWEB.txt": hcpcs_line("A0021", "3", "Ambulance", action="20260701"),
        "HCPC2026_recordlayout.txt": "Own words about columns\r\n1-5 HCPCS code\r\n",
        "proc_notes_JUL2026.txt": "0001  Own words\r\n",
        "NOC codes_JUL 2026.pdf": b"%PDF-1.7",
    }
    read = read_published(write_zip(tmp_path / "july-2026-alpha-numeric-hcpcs-file.zip", members))
    assert {release.code_system for release in read.releases} == {"HCPCS", "modifier"}
    assert [name for name, _ in read.passed_over] == list(members)[1:]
    assert all(reason for _, reason in read.passed_over)


def test_a_diagnosis_with_the_shape_of_a_procedure_stays_a_diagnosis(tmp_path: Path) -> None:
    release = one(
        write_lines(tmp_path / "icd10cm_order_2026.txt", order_lines(2026, {"E1165": "x", "G0463": "y"}))
    )
    assert set(release.frames[CODE]["code_system"]) == {"ICD-10-CM"}
    listed = write_lines(tmp_path / "list.csv", ["code,title", "G0463,x"])
    with pytest.raises(BadInputError, match="contains no code set with a known layout"):
        read_published(listed)
    stated = Stated(effective_from=dt.date(2026, 1, 1), code_system="HCPCS")
    assert one(listed, stated).code_system == "HCPCS"


# Edits and fees

PTP = [
    "A notice\t\t\t\t\t\t",
    "Column1/Column2 Edits\t\t\t\t\t\t",
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
    "\t\t\t\t*=no data\t1=allowed\t",
    "\t\t\t\t\t9=not applicable\t",
]


def test_the_parts_of_a_quarter_and_its_neighbours_stand_beside_each_other(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    names = ("ccipra-v322r0-f1", "ccipra-v322r0-f2", "ccipra-v323r0-f1", "ccioph-v322r0-f1")
    paths = [
        write_lines(tmp_path / f"{name}.TXT", [*PTP, f"0001{number}\t36000\t\t20180701\t*\t1\tOwn words"])
        for number, name in enumerate(names)
    ]
    assert load_code_sets(workspace, paths, loaded_at=NOON).rows["load_status"].to_list() == ["loaded"] * 4
    again = load_code_sets(workspace, paths, loaded_at=NOON).rows["load_status"].to_list()
    assert again == ["already loaded"] * 4
    releases = (
        workspace.warehouse()
        .query("queries/codesets/registered_release")
        .select("code_system", "release")
        .rows()
    )
    assert ("NCCI PTP practitioner", "2026Q3 practitioner f2") in releases
    assert ("NCCI PTP hospital", "2026Q3 hospital f1") in releases


@pytest.mark.parametrize(
    ("file_setting", "heading", "setting"),
    [
        ("PractitionerServices", "Practitioner Services MUE Values", "practitioner"),
        ("OutpatientHospitalServices", "Outpatient Hospital Services MUE Values", "outpatient hospital"),
        (
            "OutpatientHospitalServices",
            "Facility Outpatient Hospital Services MUE Values",
            "outpatient hospital",
        ),
        ("DMESupplierServices", "DME Supplier Services MUE Values", "supplier"),
    ],
)
def test_unlikely_units_say_their_setting_in_their_header(
    tmp_path: Path, file_setting: str, heading: str, setting: str
) -> None:
    text = (
        '"A notice,\r\nof several ""lines""\r\n\r\nas one cell.",,,\r\n'
        f'"HCPCS/\r\nCPT Code",{heading},MUE Adjudication Indicator,MUE Rationale\r\n'
        "00100,3,3 Date of Service Edit: Clinical,Own words\r\n"
    )
    path = tmp_path / f"MCR_MUE_{file_setting}_Eff_10-01-2026.csv"
    path.write_bytes(text.encode("cp1252"))
    release = one(path)
    assert (release.code_system, release.release) == (f"MUE {setting}", f"2026Q4 {setting}")
    columns = ("setting", "code", "most_unit_count", "adjudication_indicator")
    assert release.frames[MUE].select(columns).rows() == [(setting, "00100", 3, "3")]


@pytest.mark.parametrize("banner", [0, 9, 14])
def test_the_header_of_relative_values_may_move_down(tmp_path: Path, banner: int) -> None:
    header = (
        "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,"
        "OP,OP,OP,PROC,SURG,SURG,SURG,SURG,IND,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT"
    )
    row = f"G0463,,WITHHELD \xae,A{',1' * 28}"
    lines = [*([",,x" + "," * 29] * banner), header, row]
    members = {"PPRRVU2026_Jul_nonQPP.csv": "\r\n".join(lines).encode("latin-1")}
    release = one(write_zip(tmp_path / "rvu26c-updated-06-30-2026.zip", members))
    assert (release.release, release.effective_from) == ("2026Q3 nonQPP", dt.date(2026, 7, 1))
    assert "WITHHELD" not in str(release.frames[FEE_SCHEDULE].rows())


def test_a_table_and_its_workbook_must_hold_as_much(tmp_path: Path) -> None:
    rows = [
        line.split("\t")
        for line in [*PTP, "00100\t36000\t\t20180701\t*\t1\tOwn", "00102\t36000\t\t20180701\t*\t1\tOwn"]
    ]
    book_path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(book_path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    text = "\r\n".join("\t".join(row) for row in rows)
    members = {"ccipra-v322r0-f1.TXT": text, "ccipra-v322r0-f1.xlsx": book_path.read_bytes()}
    assert one(write_zip(tmp_path / "f1.zip", members)).row_count == 2
    members["ccipra-v322r0-f1.TXT"] = text.rpartition("\r\n")[0]
    with pytest.raises(BadInputError, match="disagree on the number of rows: 1 and 2 rows"):
        read_published(write_zip(tmp_path / "f1.zip", members))


# Lists that the user licenses


@pytest.mark.parametrize(
    ("header", "rows", "system", "codes"),
    [
        ("CARC,Description", ["45,a", "A1,b"], "CARC", ["45", "A1"]),
        ("RARC,Description", ["M15,a", "N130,b"], "RARC", ["M15", "N130"]),
        ("Revenue Code,Description", ["1,a", "450,b"], "revenue code", ["0001", "0450"]),
        ("Type of Bill,Description", ["0131,a", "011X,b"], "type of bill", ["0131", "011X"]),
        ("Discharge Status Code,Description", ["1,a", "65,b"], "discharge status", ["01", "65"]),
        ("CPT Code,Long Description", ["100,a", "99213,b"], "CPT", ["00100", "99213"]),
        ("Place_of_Service_Code,Description", ["2,a", "11,b"], "place of service", ["02", "11"]),
    ],
)
def test_licensed_lists_are_known_by_their_headings(
    tmp_path: Path, header: str, rows: list[str], system: str, codes: list[str]
) -> None:
    path = write_lines(
        tmp_path / "list.csv", ["Own banner", "", f"No,{header}", *(f"1,{row}" for row in rows)]
    )
    release = one(path, Stated(effective_from=dt.date(2026, 1, 1)))
    assert (release.code_system, release.frames[CODE]["code"].to_list()) == (system, codes)
    assert not release.is_complete


# The real files

FROM_2020 = Stated(effective_from=dt.date(2020, 1, 1))
TIDY = Stated(
    effective_from=dt.date(2025, 10, 1),
    code_system="HCPCS",
    code_column="hcpcs",
    title_column="long_description",
)
LOADS = {
    "hcpcs/2019-Alpha-Numeric-HCPCS-File.zip": {"HCPCS", "modifier"},
    "hcpcs/2020-Alpha-Numeric-HCPCS-File.zip": {"HCPCS", "modifier"},
    "icd10cm/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx": {"ICD-10-CM conversion"},
    "icd10cm/cms_2025_dx.zip": {"ICD-10-CM"},
    "icd10cm/cms_2026_dx.zip": {"ICD-10-CM"},
    "icd10cm/icd10cm_order_addenda_2026.txt": {"addenda of ICD-10-CM"},
    "icd10pcs/cms_2025_pr.zip": {"ICD-10-PCS"},
    "icd10pcs/cms_2026_pr.zip": {"ICD-10-PCS"},
    "mce/mce_simple_code_edits_v37.txt": {"Medicare Code Editor"},
    "mpfs/PPRRVU2026_Jul_nonQPP.mini_excerpt.csv": {"physician fee schedule nonQPP"},
    "ncci/MCR_MUE_PractitionerServices_Eff_07-01-2026.mini_excerpt.csv": {"MUE practitioner"},
    "ncci/ccipra-v322r0-f1.mini_excerpt.txt": {"NCCI PTP practitioner"},
    "older/2017-Alpha-Numeric-HCPCS-File.zip": {"HCPCS", "modifier"},
    "older/2018-Alpha-Numeric-HCPCS-File.zip": {"HCPCS", "modifier"},
    "older/ICD-10-CM-Conversion-Table-FY18-Effective-10-1-2017.xlsx": {"ICD-10-CM conversion"},
    "older/POAexemptAddCodes2018.zip": {"POA exempt"},
    "older/POAexemptCodes2016.zip": {"POA exempt"},
    "older/POAexemptCodes2019.zip": {"POA exempt"},
    "older/cms_2016_dx.zip": {"ICD-10-CM"},
    "older/cms_2016_pr.zip": {"ICD-10-PCS"},
    "older/cms_2018_dx.zip": {"ICD-10-CM"},
    "older/cms_2018_pr.zip": {"ICD-10-PCS"},
    "older/cms_2021_dx.zip": {"ICD-10-CM"},
    "older/cms_2023_dx.zip": {"ICD-10-CM"},
    "older/icd10cm-codes-order-Jan-2021.zip": {"ICD-10-CM"},
    "poa/POAexemptCodesFY26.zip": {"POA exempt"},
    "taxonomy/nucc_taxonomy_240.csv": {"provider taxonomy"},
}
LOADS_WITH_A_DAY = {
    "terminology/discharge_disposition.csv": {"discharge status"},
    "terminology/ms_drg.csv": {"MS-DRG"},
    "terminology/place_of_service.csv": {"place of service"},
    # An excerpt has no action of its quarter: its days have to be said.
    "hcpcs/HCPC2026_OCT_ANWEB.mini_excerpt.csv": {"HCPCS", "modifier"},
}
# Row 437 is 091X, a reserved range and no code.
HOLDS_A_RANGE = "terminology/revenue_center_code.csv"
NO_PUBLISHERS_LAYOUT = {
    "hcpcs/2019-HCPCS-Record-Layout.zip": "its layout is not known",
    "hcpcs/hcpcs_level2_2025_oct_tidy.csv": "its layout is not known",
    "hcpcs/hcpcs_level2_2026q3.txt.gz": "no publisher of code sets uses",
    "older/icd10cm-addenda-files-Jan-2021.zip": "it is a document, or holds only such",
    "mce/mce_lists_fy2026.json": "its layout is not known",
    "terminology/admit_source.csv": "its layout is not known",
    "terminology/admit_type.csv": "its layout is not known",
    "terminology/code_type.csv": "its layout is not known",
    "terminology/hcpcs_level_2.csv": "its layout is not known",
    "terminology/mdc.csv": "its layout is not known",
    "terminology/present_on_admission.csv": "its layout is not known",
}


@pytest.mark.field
def test_every_real_file_is_accounted_for(field_data: Path) -> None:
    folder = field_data / "codesets"
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert there == {*LOADS, *LOADS_WITH_A_DAY, *NO_PUBLISHERS_LAYOUT, HOLDS_A_RANGE}
    with pytest.raises(BadInputError, match="row 437 below its header is not a revenue code with a title"):
        read_published(folder / HOLDS_A_RANGE, FROM_2020)


@pytest.mark.field
@pytest.mark.parametrize("name", {**LOADS, **LOADS_WITH_A_DAY})
def test_each_real_file_is_known_by_its_content(field_data: Path, name: str) -> None:
    path = field_data / "codesets" / name
    stated = None
    if name in LOADS_WITH_A_DAY:
        with pytest.raises(
            BadInputError, match=r"--from|without a first day|its year|which year|not belong to 2026"
        ):
            read_published(path)
        stated = FROM_2020
    read = read_published(path, stated)
    found = {release.code_system for release in read.releases}
    found |= {f"addenda of {addenda.code_system}" for addenda in read.addenda if not read.releases}
    assert found == {**LOADS, **LOADS_WITH_A_DAY}[name]


@pytest.mark.field
@pytest.mark.parametrize("name", NO_PUBLISHERS_LAYOUT)
def test_each_other_real_file_is_refused_with_a_reason(field_data: Path, name: str) -> None:
    with pytest.raises(AuditError) as raised:
        read_published(field_data / "codesets" / name)
    assert NO_PUBLISHERS_LAYOUT[name] in str(raised.value)
    assert raised.value.hint


@pytest.mark.field
def test_a_real_table_in_no_publishers_layout_is_read_by_its_columns(field_data: Path) -> None:
    path = field_data / "codesets/terminology/hcpcs_level_2.csv"
    with pytest.raises(BadInputError, match="row 1 below its header is not a HCPCS code with a title"):
        read_published(path, TIDY)
    tidy = field_data / "codesets/hcpcs/hcpcs_level2_2025_oct_tidy.csv"
    stated = Stated(
        effective_from=dt.date(2025, 10, 1), code_system="HCPCS", code_column="code", title_column="long"
    )
    with pytest.raises(BadInputError, match="is not a HCPCS code with a title"):
        read_published(tidy, stated)
