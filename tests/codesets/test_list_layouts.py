"""Layouts of lists without samples from their publishers: invented rows in the published form."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.layouts import read_published
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import BadInputError
from auditlib.schema.ref import CODE
from auditlib.schema.ref_sets import ADD_ON_CODE, CODE_CATEGORY, CODE_LIST, OUTPATIENT_RATE
from tests.codesets.publisher_files import write_lines, write_zip


def one(path: Path, stated: Stated | None = None) -> CodeSetRelease:
    (release,) = read_published(path, stated).releases
    return release


# Definitions of Medicare Code Edits

EDITOR = [
    "Definitions of Medicare Code Edits v43.0",
    "4. Age conflict\t8",
    "A. Perinatal/Newborn diagnoses\t9",
    "4. Age conflict",
    "Own words that name codes such as B95 and say 0 years.",
    "A. Perinatal/Newborn diagnoses",
    "A33\tOwn words",
    "B. Pediatric diagnoses (age 0 through 17)",
    "E8411\tOwn words",
    "C. Maternity diagnoses (age 9 through 64)",
    "O80\tOwn words",
    "D. Adult diagnoses (age 15 through 124)",
    "N401\tOwn words",
    "5. Sex conflict (deactivated as of 10/01/2024)",
    "6. Manifestation code as principal diagnosis",
    "D630\tOwn words",
    "8. Questionable admission",
    "E119\tOwn words",
    "9. Unacceptable principal diagnosis",
    "A few are acceptable when a secondary diagnosis is also there:",
    "Z5189\tOwn words",
    "The following are not:",
    "B950\tOwn words",
    "Z9989\tOwn words",
    "11. Non-covered procedure",
    "A. Never covered",
    "0W9G3ZZ\tOwn words",
    "XW033B3\tOwn words",
    "B. Not unless in a study",
    "02YA0Z0\tOwn words",
    "17. Limited coverage",
    "DW16FZZ\tOwn words",
    "18. Wrong procedure performed",
    "Y6551\tOwn words",
    "20. Unspecified code",
    "G8100\tOwn words",
]
LISTS = {
    ("MCE newborn only", "A33", "ICD-10-CM"),
    ("MCE pediatric only", "E8411", "ICD-10-CM"),
    ("MCE maternity only", "O80", "ICD-10-CM"),
    ("MCE adult only", "N401", "ICD-10-CM"),
    ("MCE principal manifestation", "D630", "ICD-10-CM"),
    ("MCE principal questionable admit", "E119", "ICD-10-CM"),
    ("MCE principal requires secondary", "Z5189", "ICD-10-CM"),
    ("MCE principal unacceptable", "B950", "ICD-10-CM"),
    ("MCE principal unacceptable", "Z9989", "ICD-10-CM"),
    ("MCE noncovered always", "0W9G3ZZ", "ICD-10-PCS"),
    ("MCE noncovered always", "XW033B3", "ICD-10-PCS"),
    ("MCE noncovered not unless in a study", "02YA0Z0", "ICD-10-PCS"),
    ("MCE limited coverage", "DW16FZZ", "ICD-10-PCS"),
    ("MCE wrong performed", "Y6551", "ICD-10-CM"),
    ("MCE unspecified laterality", "G8100", "ICD-10-CM"),
}


def with_blanks(lines: list[str]) -> list[str]:
    """The older form: capitals, blanks in place of tabs, dots before the numbers of pages."""
    headings = [line.upper() if ". " in line[:5] else line for line in lines]
    return [
        line.replace("\t", " ..... " if line[1:2] in ". " or line[:2].isdigit() else "    ")
        for line in headings
    ]


@pytest.mark.parametrize("lines", [EDITOR, with_blanks(EDITOR)], ids=["tabs", "blanks"])
def test_the_editors_definitions_are_read_from_the_running_text(tmp_path: Path, lines: list[str]) -> None:
    release = one(write_lines(tmp_path / "mce.txt", lines, "cp1252"))
    assert (release.code_system, release.release) == ("Medicare Code Editor", "v43")
    assert (release.effective_from, release.effective_to) == (dt.date(2025, 10, 1), dt.date(2026, 9, 30))
    assert set(release.frames[CODE_LIST].select("list_name", "code", "code_system").rows()) == LISTS


def test_an_update_of_the_editor_begins_in_april(tmp_path: Path) -> None:
    text = "\r\n".join(EDITOR).replace("v43.0", "V41.1")
    release = one(write_zip(tmp_path / "definition-medicare-code-edits-v411.zip", {"mce.txt": text}))
    assert (release.release, release.effective_from) == ("v41.1", dt.date(2024, 4, 1))


def test_definitions_of_two_versions_or_cut_off_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"it names 42\.0 and 43\.0"):
        read_published(write_lines(tmp_path / "mce-v42.txt", EDITOR))
    with pytest.raises(BadInputError, match="it names none"):
        read_published(write_lines(tmp_path / "mce.txt", [EDITOR[0][:-6], *EDITOR[1:]]))
    cut = EDITOR[: EDITOR.index("9. Unacceptable principal diagnosis")]
    with pytest.raises(BadInputError, match="does not have the list 'principal unacceptable'"):
        read_published(write_lines(tmp_path / "mce-v43.txt", cut))


# Add-on codes as fixed text

ADD_ONS = [
    ("1", "01953", "", "01952", "", "2013091", "2024366", ""),
    ("1", "11101", "2018365", "11100", "2018365", "2013091", "", ""),
    ("2", "0054T", "", "CCCCC", "", "2013091", "", "Own words"),
    ("3", "G0279", "", "77065", "", "2015001", "", ""),
]
FIRST_APRIL = dt.date(2013, 4, 1)
READ = [
    ("01953", "01952", "1", FIRST_APRIL, dt.date(2024, 12, 31)),
    ("11101", "11100", "1", FIRST_APRIL, dt.date(2018, 12, 31)),
    ("0054T", "", "2", FIRST_APRIL, None),
    ("G0279", "77065", "3", dt.date(2015, 1, 1), None),
]


def add_on_lines(gap: str) -> list[str]:
    return [
        f"{kind}{gap}{code}{ended:7}{gap}{primary}{gap}{primary_ended:7}{gap}{first}{last:7}{gap}{note}".rstrip()
        for kind, code, ended, primary, primary_ended, first, last, note in ADD_ONS
    ]


@pytest.mark.parametrize("gap", ["", " "])
@pytest.mark.parametrize(
    "notice", [[], ["CPT numbers are those of their owner.", ""]], ids=["bare", "notice"]
)
def test_add_on_text_is_read_by_what_its_columns_hold(tmp_path: Path, gap: str, notice: list[str]) -> None:
    path = write_lines(tmp_path / "AOC_V2026Q2-F-MCR.txt", [*notice, *add_on_lines(gap)])
    release = one(path)
    assert (release.code_system, release.release) == ("add-on codes", "2026Q2")
    columns = ("add_on_code", "primary_code", "edit_type", "effective_from", "effective_to")
    assert release.frames[ADD_ON_CODE].select(columns).rows() == READ


def test_add_on_text_without_types_says_them_by_the_primary(tmp_path: Path) -> None:
    lines = [line[1:] for line in add_on_lines("")]
    release = one(write_lines(tmp_path / "AOC_V2026Q2-MCR.txt", lines))
    assert release.frames[ADD_ON_CODE]["edit_type"].to_list() == ["1", "1", "2", "1"]


def test_add_on_text_with_a_broken_line_is_refused(tmp_path: Path) -> None:
    lines = add_on_lines("") * 200
    path = write_lines(tmp_path / "AOC_V2026Q2-MCR.txt", [*lines[:700], lines[0][:20]])
    with pytest.raises(BadInputError, match="row 701 below its header does not fit the columns"):
        read_published(path)


# Clinical classes

HEADER = (
    "'ICD-10-CM CODE','ICD-10-CM CODE DESCRIPTION','Default CCSR CATEGORY IP','Default CCSR CATEGORY "
    "DESCRIPTION IP','Default CCSR CATEGORY OP','Default CCSR CATEGORY DESCRIPTION OP','CCSR CATEGORY 1',"
    "'CCSR CATEGORY 1 DESCRIPTION','CCSR CATEGORY 2','CCSR CATEGORY 2 DESCRIPTION','Rationale for Default'"
)
DIAGNOSES = [
    HEADER,
    "'A000',\"Own, words\",'DIG001',Gut,'DIG001',Gut,'DIG001',Gut,'INF003',\"Germs, all\",06",
    "'V0001XA',Own words,'XXX000',Not first,'XXX111',Not first,'EXT015',Road,' ',,00",
]


def test_clinical_classes_of_diagnoses_shed_their_quotes(tmp_path: Path) -> None:
    release = one(write_lines(tmp_path / "DXCCSR_v2026-1.csv", DIAGNOSES))
    assert (release.code_system, release.release) == ("CCSR diagnoses", "v2026.1")
    assert (release.effective_from, release.row_count) == (dt.date(2025, 10, 1), 2)
    columns = ("code", "category", "category_title", "is_inpatient_default", "is_outpatient_default")
    assert set(release.frames[CODE_CATEGORY].select(columns).rows()) == {
        ("A000", "DIG001", "Gut", True, True),
        ("A000", "INF003", "Germs, all", False, False),
        ("V0001XA", "EXT015", "Road", False, False),
    }


def test_clinical_classes_take_any_order_and_case_of_columns(tmp_path: Path) -> None:
    turned = [
        ",".join(reversed(line.replace("Own, words", "Own").replace("Germs, all", "All").split(",")))
        for line in DIAGNOSES
    ]
    release = one(write_lines(tmp_path / "v2026-1.csv", ["A banner", "", turned[0].upper(), *turned[1:]]))
    assert release.frames[CODE_CATEGORY].height == 3


def test_clinical_classes_of_procedures(tmp_path: Path) -> None:
    lines = [
        "'ICD-10-PCS','ICD-10-PCS DESCRIPTION','PRCCSR','PRCCSR DESCRIPTION','CLINICAL DOMAIN'",
        "'0016070',Own words,'CNS010',Bypass,Nerves",
    ]
    release = one(write_lines(tmp_path / "PRCCSR_v2026-1.csv", lines))
    assert release.code_system == "CCSR procedures"
    assert release.frames[CODE_CATEGORY].select("code_system", "code", "category").rows() == [
        ("ICD-10-PCS", "0016070", "CNS010")
    ]


def test_clinical_classes_with_a_broken_row_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="the row of A001 has no ICD-10-CM code or no category"):
        read_published(write_lines(tmp_path / "DXCCSR_v2026-1.csv", [*DIAGNOSES, "'A001',Own"]))


# Places of service

PLACES = [(f"{number:02d}", f"Place {number}", "Own words.") for number in range(1, 50)]
PLACES[1] = (
    "02",
    "Place 2",
    "Own words. (Effective January 1, 2017) (Description change effective January 1, 2022)",
)
PLACES += [("50-52", "Unassigned", "N/A")]
HEADINGS = ("Place of Service Code(s)", "Place of Service Name", "Place of Service Description")


def place_rows() -> list[str]:
    return [",".join(f'"{cell}"' for cell in row) for row in (HEADINGS, *PLACES)]


def place_page() -> str:
    rows = "".join("<tr>" + "".join(f"<td><p>{cell}</p></td>" for cell in row) + "</tr>\n" for row in PLACES)
    head = "".join(f"<th>{cell}</th>" for cell in HEADINGS)
    table = f"<table><tr>{head}</tr>{rows}</table>"
    return f"<!DOCTYPE html>\n<html><body><p>Own &amp; words</p>{table}</body></html>"


@pytest.mark.parametrize("form", ["table", "page"])
def test_the_list_of_places_is_read_from_a_table_or_the_saved_page(tmp_path: Path, form: str) -> None:
    lines = place_rows() if form == "table" else [place_page()]
    release = one(write_lines(tmp_path / "places.html", lines))
    assert (release.code_system, release.publisher, release.row_count) == ("place of service", "CMS", 49)
    days = dict(release.frames[CODE].select("code", "effective_from").rows())
    assert (days["01"], days["02"]) == (dt.date(2003, 1, 1), dt.date(2017, 1, 1))
    assert "50-52" not in days


def test_a_part_of_the_list_of_places_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="not the complete list of places of service: it lists 11 places"):
        read_published(write_lines(tmp_path / "places.csv", place_rows()[:12]))


@pytest.mark.parametrize("start", ["<!DOCTYPE html>", "\ufeff<!-- x -->\n<HTML>"])
def test_any_other_page_is_told_as_one(tmp_path: Path, start: str) -> None:
    path = write_lines(tmp_path / "ccipra-v322r0-f1.txt", [start, "<body>I accept</body>"])
    with pytest.raises(BadInputError, match="contains no code set") as raised:
        read_published(path)
    assert "a web page, not a file" in str(raised.value.hint)


# Outpatient rates


def test_outpatient_rates_are_kept_without_descriptors(tmp_path: Path) -> None:
    header = (
        'HCPCS Code,Short Descriptor,SI,APC,Relative Weight,Payment Rate,"National Unadjusted\nCopayment"'
    )
    lines = [
        "Addendum B,,,,,,,,",
        "CPT numbers are those of their owner,,,,,,,,",
        f"{header},Minimum Unadjusted Copayment,Note",
        "00100,WITHHELD,N,,,,,,",
        '10004,WITHHELD,T,5071,8.1234,"$1,234.56",,$246.92,',
        "Own words below,,,,,,,,",
    ]
    release = one(write_lines(tmp_path / "April 2026 Addendum B.csv", lines))
    assert (release.code_system, release.release) == ("outpatient rates", "2026Q2")
    rates = release.frames[OUTPATIENT_RATE]
    assert "WITHHELD" not in str(rates.rows())
    assert rates.select("code", "status_indicator", "payment_amount", "minimum_copayment_amount").rows() == [
        ("00100", "N", None, None),
        ("10004", "T", Decimal("1234.56"), Decimal("246.92")),
    ]
    lines[4] = lines[4].replace(",T,", ",,")
    with pytest.raises(BadInputError, match="10004 has no status indicator"):
        read_published(write_lines(tmp_path / "April 2026 Addendum B.csv", lines))
