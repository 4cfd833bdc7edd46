from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditlib.codesets.readers.embedded import installed_tabular
from auditlib.codesets.readers.layouts import read_published
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import BadInputError
from auditlib.schema.ref import CODE_EXCLUSION, CODE_NOTE, SEVENTH_CHARACTER
from auditlib.schema.ref_sets import INDEX_TERM, PROCEDURE_AXIS
from tests.codesets.publisher_files import (
    DRUGS,
    INDEX,
    NEOPLASMS,
    PROCEDURE_TABLES,
    index_document,
    tabular_document,
    write_zip,
)


def one(path: Path) -> CodeSetRelease:
    (release,) = read_published(path).releases
    return release


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_tabular_list_gives_notes_exclusions_and_seventh_characters(tmp_path: Path) -> None:
    release = one(write(tmp_path, "download.xml", tabular_document(2026)))
    assert (release.code_system, release.release) == ("ICD-10-CM notes", "FY2026 official")
    assert (release.effective_from, release.effective_to) == (dt.date(2025, 10, 1), dt.date(2026, 9, 30))
    assert release.frames[CODE_NOTE].select("code", "note_kind", "note_text").rows() == [
        ("E11", "excludes1", "own words (E10.-)"),
        ("E11", "use additional", "say more (Z79.4)"),
        ("E110", "inclusion term", "sweet water sickness"),
    ]
    assert release.frames[CODE_EXCLUSION].select("code", "excluded_from").rows() == [("E11", "E10")]
    assert release.frames[SEVENTH_CHARACTER].select("code", "character").rows() == [
        ("S72", "A"),
        ("S72", "D"),
    ]


def test_the_installed_tabular_list_reads_as_the_publishers_own(icd10cm: CodeSetRelease) -> None:
    official = one(installed_tabular())
    assert (official.release, official.effective_from) == ("FY2026 April official", dt.date(2026, 4, 1))
    for table in (CODE_NOTE, CODE_EXCLUSION, SEVENTH_CHARACTER):
        said = [
            name for name in table.column_names if name not in {"release", "effective_from", "effective_to"}
        ]
        before = icd10cm.frames[table].filter(release=icd10cm.release).select(said)
        assert official.frames[table].select(said).equals(before), table.full_name


@pytest.mark.parametrize("year", [2025, 2024])
def test_a_tabular_list_of_another_year_is_refused(tmp_path: Path, year: int) -> None:
    text = tabular_document(2026)
    with pytest.raises(BadInputError, match=f"years in its name, {year} and 2026"):
        read_published(write(tmp_path, f"icd10cm_tabular_{year}.xml", text))
    renamed = text.replace("<version>2026<", f"<version>{year}<")
    with pytest.raises(BadInputError, match=rf"is not fiscal year {year}: it (holds|lacks) \w+, which"):
        read_published(write(tmp_path, f"icd10cm_tabular_{year}.xml", renamed))


def test_a_spring_edition_begins_in_spring(tmp_path: Path) -> None:
    members = {"Table and Index/icd10cm_tabular_2026.xml": tabular_document(2026)}
    release = one(write_zip(tmp_path / "april-1-2026-code-tables-tabular-index.zip", members))
    assert (release.release, release.effective_from) == ("FY2026 April official", dt.date(2026, 4, 1))


def test_the_day_of_an_upload_in_the_name_is_no_year_of_a_release(tmp_path: Path) -> None:
    members = {"icd10cm_tabular_2026.xml": tabular_document(2026)}
    release = one(write_zip(tmp_path / "2026-code-tables-tabular-and-index-updated-12-20-2025.zip", members))
    assert release.effective_from == dt.date(2025, 10, 1)


def test_the_index_leads_from_words_to_codes_and_headings(tmp_path: Path) -> None:
    release = one(write(tmp_path, "icd10cm_index_2026.xml", index_document(INDEX)))
    assert release.code_system == "ICD-10-CM index"
    assert set(release.frames[INDEX_TERM].select("code", "term").rows()) == {
        ("F444", "Unsteady (of gait)"),
        ("E112", "Sugar, high, kidney"),
        ("N08", "Sugar, high, kidney"),
    }


def test_the_tables_of_the_index_lead_by_column(tmp_path: Path) -> None:
    members = {
        "icd10cm_index_2026.xml": index_document(INDEX),
        "icd10cm_neoplasm_2026.xml": index_document(NEOPLASMS),
        "icd10cm_drug_2026.xml": index_document(DRUGS),
        "icd10cm_eindex_2026.xml": index_document(
            "<letter><mainTerm><title>Bump</title><code>W22.8</code></mainTerm></letter>"
        ),
    }
    found = read_published(write_zip(tmp_path / "2026-code-tables-tabular-and-index.zip", members)).releases
    terms = {
        release.code_system: release.frames[INDEX_TERM].select("code", "term").rows() for release in found
    }
    assert sorted(terms.pop("ICD-10-CM table of neoplasms")) == [
        ("C349", "Growth, chest, Malignant Primary"),
        ("D381", "Growth, chest, Uncertain Behavior"),
    ]
    assert sorted(terms.pop("ICD-10-CM table of drugs")) == [
        ("T39311", "Pain pill, Poisoning Accidental"),
        ("T39316", "Pain pill, Underdosing"),
    ]
    assert terms.pop("ICD-10-CM index of external causes") == [("W228", "Bump")]
    assert list(terms) == ["ICD-10-CM index"]


def test_an_index_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    text = index_document("<letter><mainTerm><title>See</title><see>Elsewhere</see></mainTerm></letter>")
    with pytest.raises(BadInputError, match="contains no codes"):
        read_published(write(tmp_path, "icd10cm_index_2026.xml", text))


def test_procedure_tables_say_what_each_character_means(tmp_path: Path) -> None:
    release = one(write(tmp_path, "icd10pcs_tables_2026.xml", PROCEDURE_TABLES))
    assert (release.code_system, release.effective_from) == ("ICD-10-PCS tables", dt.date(2025, 10, 1))
    labels = release.frames[PROCEDURE_AXIS]
    assert labels.filter(place=3).select("table_code", "label", "definition").rows() == [
        ("001", "Detour", "Going another way")
    ]
    assert labels.filter(row_number=2, place=5)["character"].to_list() == ["0", "3"]


def test_a_procedure_table_that_lost_a_label_is_refused(tmp_path: Path) -> None:
    text = PROCEDURE_TABLES.replace('<label code="3">Through the skin</label>', "")
    with pytest.raises(BadInputError, match="row 2 of table 001 does not have the stated number of values"):
        read_published(write(tmp_path, "icd10pcs_tables_2026.xml", text))
    first = PROCEDURE_TABLES.replace('<label code="1">Detour</label>', "")
    with pytest.raises(BadInputError, match="does not name its first three characters; it gives '00'"):
        read_published(write(tmp_path, "icd10pcs_tables_2026.xml", first))


LAUGHS = """<?xml version="1.0"?><!-- innocent --><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;">]><ICD10CM.tabular><version>&c;</version></ICD10CM.tabular>"""
READS_A_FILE = """<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><ICD10CM.index>&f;</ICD10CM.index>"""


@pytest.mark.parametrize("text", [LAUGHS, READS_A_FILE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_defines_its_own_entities_is_refused_unread(
    tmp_path: Path, text: str, encoding: str
) -> None:
    path = tmp_path / "icd10cm_tabular_2026.xml"
    path.write_bytes(text.replace('version="1.0"', f'version="1.0" encoding="{encoding}"').encode(encoding))
    with pytest.raises(BadInputError, match="has a document type definition and was not read"):
        read_published(path)


def test_xml_that_is_cut_off_or_nested_without_end_is_refused(tmp_path: Path) -> None:
    text = tabular_document(2026)
    with pytest.raises(BadInputError, match="is not readable as XML"):
        read_published(write(tmp_path, "icd10cm_tabular_2026.xml", text[: len(text) // 2]))
    deep = "<diag><name>A00</name><desc>x</desc>" * 5000 + "</diag>" * 5000
    start, end = (
        "<ICD10CM.tabular><version>2026</version><chapter><section id='A00-A09'>",
        "</section></chapter>",
    )
    with pytest.raises(BadInputError, match="nested more than 12 deep"):
        read_published(write(tmp_path, "icd10cm_tabular_2026.xml", f"{start}{deep}{end}</ICD10CM.tabular>"))
    terms = "<term><title>x</title>" * 5000 + "</term>" * 5000
    below = f"<letter><mainTerm><title>First</title>{terms}</mainTerm></letter>"
    with pytest.raises(BadInputError, match="nested more than 15 deep below 'First'"):
        read_published(write(tmp_path, "icd10cm_index_2026.xml", index_document(below)))


def test_xml_of_no_known_kind_is_no_code_set(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="contains no code set with a known layout"):
        read_published(write(tmp_path, "icd10cm_tabular_2026.xml", "<ICD10CM.other/>"))
