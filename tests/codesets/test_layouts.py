from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.layouts import read_published
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import BadInputError
from auditlib.schema.ref import CODE
from auditlib.schema.ref_sets import (
    ADD_ON_CODE,
    CODE_CONVERSION,
    CODE_LIST,
    DRG,
    FEE_LOCALITY,
    FEE_SCHEDULE,
    HCPCS_DETAIL,
    MUE,
    PROVIDER_RATE,
    PTP_EDIT,
)
from tests.codesets.publisher_files import (
    hcpcs_line,
    marked_codes,
    order_lines,
    write_lines,
    write_order,
    write_zip,
)

FROM_2026 = Stated(effective_from=dt.date(2026, 1, 1))


def one(path: Path, stated: Stated | None = None) -> CodeSetRelease:
    (release,) = read_published(path, stated).releases
    return release


def write_workbook(path: Path, rows: list[list[str]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


# Order files, lists of codes, addenda


def test_an_order_file_gives_codes_headings_titles_and_parents(tmp_path: Path) -> None:
    titles = {
        "I26": "Heading",
        "I260": "With acute cor pulmonale",
        "T1491": "Attempt",
        "T1491XA": "Attempt, initial",
    }
    release = one(write_order(tmp_path, 2026, titles))
    assert (release.release, release.effective_from, release.effective_to) == (
        "FY2026 official",
        dt.date(2025, 10, 1),
        dt.date(2026, 9, 30),
    )
    rows = {row["code"]: row for row in release.frames[CODE].iter_rows(named=True)}
    assert (rows["I26"]["is_billable"], rows["I260"]["is_billable"]) == (False, True)
    assert (rows["I260"]["parent_code"], rows["T1491XA"]["parent_code"]) == ("I26", "T1491")
    assert rows["I260"]["long_description"] == "With acute cor pulmonale"


def test_a_file_is_known_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "download(3).dat", order_lines(2026))
    with pytest.raises(BadInputError, match="does not say its year"):
        read_published(path)
    assert one(path, Stated(effective_from=dt.date(2025, 10, 1))).release == "FY2026 official"


def test_the_hyphenated_name_of_the_other_publisher_is_read_too(tmp_path: Path) -> None:
    assert one(write_order(tmp_path, 2026, name="icd10cm-order-2026.txt")).release == "FY2026 official"


def test_a_spring_update_begins_in_spring(tmp_path: Path) -> None:
    members = {"icd10cm_order_2026.txt": "\r\n".join(order_lines(2026))}
    release = one(write_zip(tmp_path / "april-1-2026-code-descriptions-tabular-order.zip", members))
    assert (release.release, release.effective_from) == ("FY2026 April official", dt.date(2026, 4, 1))


def test_procedures_are_told_from_diagnoses_by_their_codes(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "order_2026.txt", order_lines(2026, code_system="ICD-10-PCS"))
    assert one(path).code_system == "ICD-10-PCS"


@pytest.mark.parametrize(("named", "is_of"), [(2026, 2025), (2025, 2026)])
def test_the_file_of_another_year_is_refused_naming_a_code(tmp_path: Path, named: int, is_of: int) -> None:
    path = write_lines(tmp_path / f"icd10cm_order_{named}.txt", order_lines(is_of))
    with pytest.raises(BadInputError, match=rf"is not fiscal year {named}: it (holds|lacks) \w+, which"):
        read_published(path)


def test_a_zip_of_one_year_with_the_file_of_another_is_refused(tmp_path: Path) -> None:
    members = {"icd10cm_order_2025.txt": "\r\n".join(order_lines(2025))}
    with pytest.raises(BadInputError, match="2025 and 2026"):
        read_published(write_zip(tmp_path / "cms_2026_dx.zip", members))


def test_an_order_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    lines = order_lines(2026)
    with pytest.raises(BadInputError, match="it is truncated"):
        read_published(write_lines(tmp_path / "icd10cm_order_2026.txt", lines[:-1]))
    with pytest.raises(BadInputError, match=f"line {len(lines)} does not fit the published columns"):
        read_published(write_lines(tmp_path / "icd10cm_order_2026.txt", [*lines[:-1], lines[-1][:40]]))


def test_an_order_file_with_a_line_missing_or_moved_is_refused(tmp_path: Path) -> None:
    lines = order_lines(2026)
    with pytest.raises(BadInputError, match="line 4 does not fit the published columns or is out of order"):
        read_published(write_lines(tmp_path / "icd10cm_order_2026.txt", [*lines[:3], *lines[4:]]))
    with pytest.raises(BadInputError, match="line 1 does not fit"):
        read_published(write_lines(tmp_path / "icd10cm_order_2026.txt", ["order code", *lines]))


def test_a_list_of_codes_beside_the_order_file_must_agree(tmp_path: Path) -> None:
    order = order_lines(2026, {"I10": "Hypertension"})
    codes = [f"{line[6:13]} {line[77:]}" for line in order]
    members = {"icd10cm_codes_2026.txt": "\r\n".join(codes), "icd10cm_order_2026.txt": "\r\n".join(order)}
    read = read_published(write_zip(tmp_path / "cms_2026_dx.zip", members))
    assert [release.file_name for release in read.releases] == ["icd10cm_order_2026.txt"]
    members["icd10cm_codes_2026.txt"] = "\r\n".join(code for code in codes if not code.startswith("I10"))
    with pytest.raises(BadInputError, match="disagree on 1 codes, as I10"):
        read_published(write_zip(tmp_path / "cms_2026_dx.zip", members))


@pytest.mark.parametrize(
    ("line", "said"),
    [("Add:         1 I11    x   x", "does not have I11"), ("Delete:      1 I10    x   x", "has I10")],
)
def test_an_order_file_must_agree_with_the_addenda_beside_it(tmp_path: Path, line: str, said: str) -> None:
    order = "\r\n".join(order_lines(2026, {"I10": "Hypertension"}))
    members = {"icd10cm_order_2026.txt": order, "icd10cm_order_addenda_2026.txt": f"{line}\r\n"}
    with pytest.raises(BadInputError, match=said):
        read_published(write_zip(tmp_path / "cms_2026_dx.zip", members))


def test_the_totals_at_the_end_of_an_addenda_are_compared(tmp_path: Path) -> None:
    order = "\r\n".join(order_lines(2026, {"I10": "Hypertension"}))
    addenda = "Add:         1 I10     x      x\r\n\r\nCodes\r\n     5 codes in icd10cm_order_2026.txt\r\n"
    members = {"icd10cm_order_2026.txt": order, "icd10cm_order_addenda_2026.txt": addenda}
    with pytest.raises(BadInputError, match="counts 5"):
        read_published(write_zip(tmp_path / "cms_2026_dx.zip", members))


# HCPCS


def hcpcs_lines() -> list[str]:
    return [
        hcpcs_line("AD", "7", "Medical supervision by a physician: more than four concurrent"),
        hcpcs_line("AD", "8", "anesthesia procedures", sequence=200),
        hcpcs_line(
            "A0021", "3", "Ambulance service, outside state per mile", short="Ambulance", action="20260101"
        ),
        hcpcs_line("A0080", "3", "Ended before", added="19990101", ended="20240630"),
        hcpcs_line("A0090", "3", "Ends within", added="19990101", ended="20260215"),
    ]


def test_hcpcs_joins_continuations_and_sets_modifiers_apart(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "HCPC2026_JAN_ANWEB.txt", ["A notice \u2013 above", "", *hcpcs_lines()], "cp1252"
    )
    codes, modifiers = read_published(path).releases
    assert (codes.release, codes.effective_from, codes.effective_to) == (
        "2026 January",
        dt.date(2026, 1, 1),
        dt.date(2026, 3, 31),
    )
    assert modifiers.frames[CODE].select("code", "long_description").rows() == [
        ("AD", "Medical supervision by a physician: more than four concurrent anesthesia procedures")
    ]
    days = {
        row[0]: row[1:] for row in codes.frames[CODE].select("code", "effective_from", "effective_to").rows()
    }
    # A record keeps its own days, of years before the release too.
    assert days["A0021"] == (dt.date(2020, 1, 1), dt.date(2026, 3, 31))
    assert days["A0090"] == (dt.date(1999, 1, 1), dt.date(2026, 2, 15))
    assert days["A0080"] == (dt.date(1999, 1, 1), dt.date(2024, 6, 30))
    assert codes.frames[HCPCS_DETAIL].select("effective_from", "effective_to").rows() == [
        (dt.date(2026, 1, 1), dt.date(2026, 3, 31)),
        (dt.date(2024, 6, 30), dt.date(2024, 6, 30)),
        (dt.date(2026, 1, 1), dt.date(2026, 2, 15)),
    ]
    assert codes.frames[HCPCS_DETAIL]["coverage_code"].to_list() == ["C", "C", "C"]


def test_hcpcs_of_another_year_is_refused(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "HCPC2024_JAN_ANWEB.txt", [hcpcs_line("A0021", "3", "x", added="20200101")])
    with pytest.raises(
        BadInputError, match="not belong to 2024 January: its newest action took effect on 2020-01-01"
    ):
        read_published(path)


def test_a_continuation_under_another_code_is_refused(tmp_path: Path) -> None:
    lines = hcpcs_lines()
    path = write_lines(tmp_path / "HCPC2026_JAN_ANWEB.txt", [lines[0], lines[2], lines[1]])
    with pytest.raises(BadInputError, match="a continuation of AD follows another code"):
        read_published(path)


def test_records_under_the_mark_of_another_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "HCPC2026_JAN_ANWEB.txt"
    path.write_bytes(b"\xff\xfe\n" + b"\n".join(line.encode() for line in hcpcs_lines()))
    with pytest.raises(BadInputError, match="holds no HCPCS record as text"):
        read_published(path)


def test_the_header_of_a_hcpcs_workbook_is_found_below_its_banner(tmp_path: Path) -> None:
    header = [
        "HCPC",
        "SEQNUM",
        "RECID",
        "LONG DESCRIPTION",
        "SHORT DESCRIPTION",
        "PRICE1",
        "MULT_PI",
        "STATUTE",
    ]
    header += [
        "XREF1",
        "XREF2",
        "COV",
        "BETOS",
        "TOS1",
        "TOS2",
        "ADD DT",
        "ACT EFF DT",
        "TERM DT",
        "ACTION CD",
    ]
    row = ["A0021", "0010", "3", "Ambulance", "Amb", "00", "9", "", "A0080", "A0090", "I", "O1A", "D", "E"]
    row += ["19820101", "20260101", "", "N"]
    for banner in (0, 7, 12):
        rows = [["***Disclaimers"], *([[""]] * banner), header, row]
        (release,) = [
            release
            for release in read_published(write_workbook(tmp_path / "HCPC2026_JAN_ANWEB.xlsx", rows)).releases
            if release.code_system == "HCPCS"
        ]
        detail = release.frames[HCPCS_DETAIL].row(0, named=True)
        assert (detail["cross_reference"], detail["type_of_service"]) == ("A0080 A0090", "DE")
    header[header.index("TERM DT")] = "SOMETHING"
    with pytest.raises(BadInputError, match="lacks term dt"):
        read_published(write_workbook(tmp_path / "HCPC2026_JAN_ANWEB.xlsx", [header, row]))


# Edits and fees

PTP_HEADER = [
    "CPT only copyright.\t\t\t\t\t\t",
    "Column1/Column2 Edits\t\t\t\t\t\t",
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
    "\t\t\t\t*=no data\t1=allowed\t",
    "\t\t\t\t\t9=not applicable\t",
]
PTP_ROWS = [
    "00100\t36000\t*\t19960101\t*\t1\tStandards",
    "0001U\t0029U\t\t20180701\t20260630\t0\tMisuse",
    "0001A\t90473\t\t20220101\t20220101\t9\tNever in force",
]


def test_ptp_edits_keep_leading_zeros_and_leave_out_what_never_was(tmp_path: Path) -> None:
    release = one(write_lines(tmp_path / "ccipra-v322r0-f1.TXT", PTP_HEADER + PTP_ROWS))
    assert (release.code_system, release.release) == ("NCCI PTP practitioner", "2026Q3 practitioner f1")
    assert (release.effective_from, release.effective_to) == (dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    columns = ("column_1_code", "is_before_1996", "effective_to", "modifier_indicator")
    assert release.frames[PTP_EDIT].select(columns).rows() == [
        ("00100", True, None, "1"),
        ("0001U", False, dt.date(2026, 6, 30), "0"),
    ]


def test_ptp_edits_come_as_a_workbook_too(tmp_path: Path) -> None:
    rows = [line.split("\t") for line in PTP_HEADER + PTP_ROWS]
    release = one(write_workbook(tmp_path / "ccioph-v320r0-f2.xlsx", rows))
    assert (release.code_system, release.release) == ("NCCI PTP hospital", "2026Q1 hospital f2")
    assert release.row_count == 2


def test_ptp_edits_without_a_setting_or_with_a_broken_row_are_refused(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "edits-v322r0-f1.txt", PTP_HEADER + PTP_ROWS)
    with pytest.raises(BadInputError, match="practitioners or hospitals"):
        read_published(path)
    assert one(path, Stated(setting="hospital")).code_system == "NCCI PTP hospital"
    broken = [*PTP_ROWS, "00100\t36001\t\t2018"]
    with pytest.raises(BadInputError, match="does not fit the columns"):
        read_published(write_lines(tmp_path / "ccipra-v322r0-f1.txt", PTP_HEADER + broken))


def test_ptp_edits_that_lack_a_column_are_refused(tmp_path: Path) -> None:
    lines = [line.rpartition("\t")[0] for line in PTP_HEADER[2:] + PTP_ROWS]
    with pytest.raises(BadInputError, match="has 6 columns, but PTP edits have 7"):
        read_published(write_lines(tmp_path / "ccipra-v322r0-f1.TXT", lines))


def test_headings_that_come_again_are_numbered_apart(tmp_path: Path) -> None:
    header = ["Column 1", "Column 2", "a", "Effective", "Deletion", "Modifier", "a 2", "a", "a", ""]
    rows = [header, ["00100", "36000", "*", "19960101", "*", "1", "Standards", "x", "y", "z"]]
    assert one(write_workbook(tmp_path / "ccipra-v322r0-f1.xlsx", rows)).row_count == 1
    text = ["\t".join(row) for row in rows]
    assert one(write_lines(tmp_path / "ccipra-v322r0-f1.txt", text)).row_count == 1


def test_mue_has_a_notice_of_several_lines_and_a_heading_of_two(tmp_path: Path) -> None:
    text = (
        '"Copyright, all rights reserved.\r\n\r\nSome terms apply.",,,\r\n'
        '"HCPCS/\r\nCPT Code",Outpatient Hospital Services MUE Values,'
        "MUE Adjudication Indicator,MUE Rationale\r\n"
        "0001U,1,2 Date of Service Edit: Policy,Code Descriptor\r\n"
        '00100,3,1 Line Edit,"Nature, of Service"\r\n'
    )
    path = tmp_path / "MCR_MUE_OutpatientHospitalServices_Eff_10-01-2026.csv"
    path.write_bytes(text.encode())
    release = one(path)
    assert (release.code_system, release.effective_from) == ("MUE outpatient hospital", dt.date(2026, 10, 1))
    assert release.frames[MUE].select("code", "most_unit_count", "adjudication_indicator").rows() == [
        ("0001U", 1, "2"),
        ("00100", 3, "1"),
    ]


def test_add_on_codes_count_the_days_of_the_year(tmp_path: Path) -> None:
    rows = [
        ["A notice"],
        [
            *("AOC_Edit_Type", "Add-On_Code", "AOC_DelDT", "Primary_Code", "Primary_Code_DelDT"),
            *("AOC_Edit_EffDT", "AOC_Edit_DelDT", "Special_Instruction_Notes"),
        ],
        ["1", "01953", "", "01952", "", "2013091", "2024366", ""],
        ["2", "0054T", "", "CCCCC", "", "2013091", "", "Contractor defined"],
    ]
    release = one(write_workbook(tmp_path / "AOC_V2026Q2-MCR.xlsx", rows))
    assert release.frames[ADD_ON_CODE].select("primary_code", "effective_from", "effective_to").rows() == [
        ("01952", dt.date(2013, 4, 1), dt.date(2024, 12, 31)),
        ("", dt.date(2013, 4, 1), None),
    ]


RVU_LAST = (
    "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,"
    "OP,OP,OP,PROC,SURG,SURG,SURG,SURG,IND,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT"
)
RVU_ROW = (
    "00100,26,Withheld \xa9,A,,1.20,0.50,,0.40,,0.10,1.80,1.70,1,010,0,0,0,2,1,0,0,0,9,,33.4009,"
    "09,0,99,0.00,0.00,0.00"
)


def test_relative_values_are_addressed_by_position_below_the_banner(tmp_path: Path) -> None:
    banner = [",,2026 National Physician Fee Schedule" + "," * 29, *(["," * 31] * 8)]
    path = write_lines(tmp_path / "PPRRVU2026_Jul_nonQPP.csv", [*banner, RVU_LAST, RVU_ROW], "latin-1")
    release = one(path)
    row = release.frames[FEE_SCHEDULE].row(0, named=True)
    assert (row["code"], row["modifier"], row["status_code"], row["global_days"]) == (
        "00100",
        "26",
        "A",
        "010",
    )
    assert (row["work_rvu"], row["facility_practice_rvu"]) == (Decimal("1.2000"), Decimal("0.4000"))
    assert row["conversion_factor"] == Decimal("33.4009")
    moved = RVU_LAST.replace("CODE,PAYMENT", "PAYMENT,CODE")
    with pytest.raises(BadInputError, match="column 4 should be headed 'CODE'"):
        read_published(write_lines(path, [*banner, moved, RVU_ROW], "latin-1"))


def test_relative_values_before_2026_have_no_pricing_indicator(tmp_path: Path) -> None:
    header = RVU_LAST.replace("SURG,IND,BASE", "SURG,BASE")
    row = (
        "66984,,Withheld,A,,7.35,8.29,,8.29,,0.50,16.14,16.14,0,090,0.10,0.70,0.20,2,1,1,0,0,45378,32.7442,"
        "09,0,88,1.00,2.00,0.25"
    )
    banner = [",,2024 National Physician Fee Schedule" + "," * 28]
    path = write_lines(tmp_path / "PPRRVU2024_Jan.csv", [*banner, header, row])
    first, last = dt.date(2024, 3, 9), dt.date(2024, 3, 31)
    release = one(path, Stated(release="RVU24AR", effective_from=first, effective_to=last))
    found = release.frames[FEE_SCHEDULE].row(0, named=True)
    assert (found["endoscopic_base_code"], found["conversion_factor"]) == ("45378", Decimal("32.7442"))
    shares = [found[f"{part}operative_share"] for part in ("pre", "intra", "post")]
    assert shares == [Decimal("0.1"), Decimal("0.7"), Decimal("0.2")]
    assert found["imaging_family_indicator"] == "88"
    capped = [
        found[f"{part}_rvu"]
        for part in ("nonfacility_capped_practice", "facility_capped_practice", "capped_malpractice")
    ]
    assert capped == [1, 2, Decimal("0.25")]
    assert (found["release"], found["effective_from"], found["effective_to"]) == ("RVU24AR", first, last)


def test_a_users_table_of_providers_is_read_or_refused(tmp_path: Path) -> None:
    header = ",".join(name for name in PROVIDER_RATE.column_names if name != "release")
    rows = ["1999999984,1112,5,,,yes,2026-01-01,", ',10112,00,"6,234.10",0.9876,,2026-01-01,2026-12-31']
    release = one(write_lines(tmp_path / "providers.csv", [header, *rows]))
    named, others = release.frames[PROVIDER_RATE].iter_rows(named=True)
    assert (named["contractor"], named["locality"], named["is_qualifying_participant"]) == (
        "01112",
        "05",
        True,
    )
    assert (others["provider"], others["base_rate_amount"], others["wage_index"]) == (
        "",
        Decimal("6234.10"),
        Decimal("0.9876"),
    )
    assert release.code_system == "provider rates"
    for wrong, said in (
        ("19,10112,00,,,,2026-01-01,", "row 1 below the header: provider is '19'"),
        (",10112,00,much,,,2026-01-01,", "base_rate_amount is 'much'"),
        (",10112,00,,,maybe,2026-01-01,", "is_qualifying_participant is 'maybe'"),
    ):
        with pytest.raises(BadInputError, match=said):
            read_published(write_lines(tmp_path / "wrong.csv", [header, wrong]))
    with pytest.raises(BadInputError, match="two rows for provider '' on 2026-02-01"):
        read_published(
            write_lines(tmp_path / "two.csv", [header, ",1,0,,,,2026-01-01,", ",2,0,,,,2026-02-01,"])
        )


def test_localities_take_the_work_index_with_its_floor(tmp_path: Path) -> None:
    header = (
        "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,"
        "2026 PW GPCI (without 1.0 Floor),2026 PW GPCI (with 1.0 Floor),2026 PE GPCI,2026 MP GPCI"
    )
    row = "10112,AL,00,ALABAMA,0.983,1.000,0.869,0.575"
    release = one(write_lines(tmp_path / "GPCI2026.csv", ["ADDENDUM E" + "," * 7, "," * 7, header, row]))
    locality = release.frames[FEE_LOCALITY].row(0, named=True)
    assert (locality["locality"], locality["work_index"]) == ("00", Decimal("1.0000"))


# Lists


def test_poa_exempt_says_its_year_in_its_header(tmp_path: Path) -> None:
    codes = [f"{n:05d}\tS{n // 1000:02d}.{n % 1000:03d}\tTitle" for n in range(10_001)]
    header = "Order26\tPOAexemptCode\tDescription"
    release = one(write_lines(tmp_path / "list.txt", [header, *codes]))
    assert (release.code_system, release.effective_from) == ("POA exempt", dt.date(2025, 10, 1))
    assert release.frames[CODE_LIST]["code"][1] == "S00001"
    with pytest.raises(BadInputError, match="holds the list of fiscal year 2026"):
        read_published(write_lines(tmp_path / "POAexemptCodesFY25.txt", [header, *codes]))
    with pytest.raises(BadInputError, match="not the complete list"):
        read_published(write_lines(tmp_path / "POAexemptAddCodesFY26.txt", [header, *codes[:9]]))


def test_the_conversion_table_splits_several_codes_and_ranges(tmp_path: Path) -> None:
    rows = [
        ["The National Center"],
        ["Current code assignment", "Effective", "Previous Code(s) Assignment"],
        ["G35.A", "2025", "G35"],
        ["A41.54", "2023", "A41.5, A41.9"],
    ]
    release = one(write_workbook(tmp_path / "ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx", rows))
    assert set(release.frames[CODE_CONVERSION].select("code", "previous_code", "effective_from").rows()) == {
        ("G35A", "G35", dt.date(2025, 10, 1)),
        ("A4154", "A415", dt.date(2023, 10, 1)),
        ("A4154", "A419", dt.date(2023, 10, 1)),
    }


def test_table_5_takes_the_capped_weight(tmp_path: Path) -> None:
    text = (
        '"TABLE 5.\x97LIST OF GROUPS,\r\nAND STAYS\x97FY 2026 Final Rule"\t\t\t\t\t\t\t\t\t\r\n'
        "MS-DRG \tFY 2026 Final Post-Acute DRG\tSpecial\tMDC\tTYPE\tMS-DRG Title\tWeights - Before Cap\t"
        "Weights - 10% Cap Applied \tGeometric mean LOS\tArithmetic mean LOS\r\n"
        "001\tNo\tNo\tPRE\tSURG\tHEART TRANSPLANT\t28.1\t27.5\t27.9\t36.5\r\n"
        "Notes stand below\t\t\t\t\t\t\t\t\t\r\n"
    )
    path = tmp_path / "table5.txt"
    path.write_bytes(text.encode("latin-1"))
    release = one(path)
    assert release.release == "FY2026 official"
    group = release.frames[DRG].row(0, named=True)
    assert (group["drg"], group["drg_type"], group["weight"]) == ("001", "surgical", Decimal("27.5000"))
    assert group["is_post_acute"] is False


def test_a_licensed_list_needs_its_first_day_and_puts_zeros_back(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "revenue.csv", ["\ufeffrevenue_center_code,description", "1,Total", "0450,ER"]
    )
    with pytest.raises(BadInputError, match="without a first day"):
        read_published(path)
    assert one(path, FROM_2026).frames[CODE]["code"].to_list() == ["0001", "0450"]


def test_a_licensed_list_is_mapped_by_column(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "cpt.csv", ["Concept,Number,Own words", "1,00100,a", "2,99213,b"])
    stated = Stated(
        effective_from=dt.date(2026, 1, 1), code_system="CPT", code_column="Number", title_column="Own words"
    )
    release = one(path, stated)
    assert (release.code_system, release.frames[CODE]["code"].to_list()) == ("CPT", ["00100", "99213"])
    with pytest.raises(BadInputError, match="contains no code set with a known layout"):
        read_published(path, FROM_2026)
    with pytest.raises(BadInputError, match="row 1 below its header is not a modifier code"):
        read_published(path, Stated(**{**vars_of(stated), "code_system": "modifier"}))


def vars_of(stated: Stated) -> dict[str, object]:
    return {name: getattr(stated, name) for name in Stated.__slots__}


# What must not be opened


def test_damaged_and_hostile_files_are_refused(tmp_path: Path) -> None:
    whole = write_zip(
        tmp_path / "cms_2026_dx.zip", {"icd10cm_order_2026.txt": "\r\n".join(order_lines(2026))}
    )
    data = whole.read_bytes()
    whole.write_bytes(data[: len(data) // 2])
    with pytest.raises(BadInputError, match="a ZIP that is truncated"):
        read_published(whole)
    damaged = bytearray(data)
    damaged[60:80] = b"\x00" * 20
    whole.write_bytes(bytes(damaged))
    with pytest.raises(BadInputError, match="is damaged or locked"):
        read_published(whole)
    with pytest.raises(BadInputError, match="would unpack to 48 MB"):
        read_published(write_zip(tmp_path / "bomb.zip", {"a.txt": b"0" * (48 << 20)}))
    (tmp_path / "empty.txt").touch()
    with pytest.raises(BadInputError, match=r"empty\.txt is empty"):
        read_published(tmp_path / "empty.txt")


def test_mixed_encodings_are_refused(tmp_path: Path) -> None:
    header = b"Code,Grouping,Classification,Specialization\n"
    path = tmp_path / "nucc_taxonomy_240.csv"
    path.write_bytes(header + b"207K00000X,Caf\xc3\xa9,a,b\n207L00000X,Caf\xe9,a,b\n")
    with pytest.raises(BadInputError, match="mixes two encodings"):
        read_published(path)
    path.write_bytes(header + b"207K00000X,Caf\xe9,Caf\xe9,b\n")
    assert one(path).frames[CODE]["long_description"].to_list() == ["Café, b"]


def test_the_marks_differ_from_year_to_year() -> None:
    for code_system in ("ICD-10-CM", "ICD-10-PCS"):
        years = [marked_codes(code_system, year) for year in (2024, 2025, 2026)]
        assert len({frozenset(year) for year in years}) == 3
    assert pl.Series(sorted(marked_codes("ICD-10-CM", 2026))).is_unique().all()
