from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.codesets.readers.icd10.icd10cm_tabular import Tabular, read_tabular
from auditlib.codesets.readers.published import published_files
from auditlib.errors import BadInputError

XML = """<?xml version="1.0"?>
<ICD10CM.tabular><version>2026</version>
<chapter><name>19</name><desc>Injuries (S00-T88)</desc>
 <excludes1><note>birth trauma (P10-P15)</note></excludes1>
 <section id="S70-S79"><desc>Hip and thigh (S70-S79)</desc>
  <excludes1><note>burns (T20.-)</note><note>see elsewhere</note></excludes1>
  <diag><name>S72</name><desc>Fracture</desc>
   <notes><note>one\tof   these</note></notes>
   <excludes1><note>amputation (S78.-, S79.0)</note></excludes1>
   <useAdditionalCode><note>first</note></useAdditionalCode>
   <useAdditionalCode><note>second</note></useAdditionalCode>
   <sevenChrDef><extension char="A">initial</extension><note>as well</note>
   <extension char="S">sequela</extension>
   </sevenChrDef>
   <diag><name>S72.0</name><desc>Neck</desc>
    <diag><name>S72.00</name><desc>Part</desc>
     <sevenChrDef><extension char="B">open</extension></sevenChrDef></diag></diag>
   <diag><name>S72.1</name><desc>Shaft</desc></diag>
  </diag>
  <diag><name>S76</name><desc>Muscle</desc></diag>
 </section>
 <section id="T07"><desc>Unspecified (T07)</desc><includes><note>multiple</note></includes>
  <diag><name>T07</name><desc>Injuries</desc><includes><note>many</note></includes></diag></section>
</chapter></ICD10CM.tabular>"""
LISTED = "19 S70-S79 S72 S720 S7200 S7200XB S721 S721XXA S721XXS S76 T07 T07"


def read(tmp_path: Path, xml: str = XML, listed: str = LISTED) -> Tabular:
    (tmp_path / "tabular.xml").write_text(xml, encoding="utf-8")
    (tmp_path / "codes.txt").write_text("\n".join(listed.split()), encoding="utf-8")
    (xml_file,) = published_files(tmp_path / "tabular.xml")
    (code_list,) = published_files(tmp_path / "codes.txt")
    return read_tabular(xml_file, code_list)


def test_codes_have_parents_titles_and_are_billable_at_the_leaves(tmp_path: Path) -> None:
    frame = read(tmp_path).codes
    assert frame.select("code", "parent_code", "is_billable", "long_description").rows() == [
        ("S72", None, False, "Fracture"),
        ("S720", "S72", False, "Neck"),
        ("S7200", "S720", False, "Part"),
        ("S7200XB", "S7200", True, "Part, open"),
        ("S721", "S72", False, "Shaft"),
        ("S721XXA", "S721", True, "Shaft, initial"),
        ("S721XXS", "S721", True, "Shaft, sequela"),
        ("S76", None, True, "Muscle"),
        ("T07", None, True, "Injuries"),
    ]


def test_notes_are_numbered_within_their_kind(tmp_path: Path) -> None:
    assert read(tmp_path).notes.rows() == [
        ("chapter 19", "excludes1", 1, "birth trauma (P10-P15)"),
        ("S70-S79", "excludes1", 1, "burns (T20.-)"),
        ("S70-S79", "excludes1", 2, "see elsewhere"),
        ("S72", "excludes1", 1, "amputation (S78.-, S79.0)"),
        ("S72", "use additional", 1, "first"),
        ("S72", "use additional", 2, "second"),
        ("S72", "note", 1, "one of these"),
        ("T07-T07", "includes", 1, "multiple"),
        ("T07", "includes", 1, "many"),
    ]


def test_exclusions_name_both_sides(tmp_path: Path) -> None:
    assert read(tmp_path).exclusions.rows() == [
        ("chapter 19", "S00", "T88", "P10", "P15", 1),
        ("S70-S79", "S70", "S79", "T20", "T20", 1),
        ("S72", "S72", "S72", "S78", "S78", 1),
        ("S72", "S72", "S72", "S790", "S790", 1),
    ]


def test_seventh_characters(tmp_path: Path) -> None:
    assert read(tmp_path).seventh_characters.rows() == [
        ("S72", "A", "initial"),
        ("S72", "S", "sequela"),
        ("S7200", "B", "open"),
    ]


@pytest.mark.parametrize("code", ["S7200XA", "S721XXB", "S731XXA", "S7211"])
def test_a_listed_code_that_the_tree_does_not_explain_is_an_error(tmp_path: Path, code: str) -> None:
    with pytest.raises(BadInputError, match=code):
        read(tmp_path, listed=f"{LISTED} {code}")


@pytest.mark.parametrize("xml", ["<ICD10CM.tabular>", "<other/>", "<ICD10CM.tabular/>", " "])
def test_another_file_is_an_error(tmp_path: Path, xml: str) -> None:
    with pytest.raises(BadInputError, match=r"tabular\.xml"):
        read(tmp_path, xml=xml)


def test_an_empty_list_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"codes\.txt"):
        read(tmp_path, listed="19 S70-S79")


def test_a_section_holds_its_own_categories_wherever_the_alphabet_puts_them(tmp_path: Path) -> None:
    def section(span: str, *names: str, note: str = "") -> str:
        diags = "".join(f"<diag><name>{name}</name><desc>{name}</desc></diag>" for name in names)
        return f'<section id="{span}"><desc>{span} ({span})</desc>{note}{diags}</section>'

    barred = "<excludes1><note>unspecified (D49.-)</note></excludes1>"
    found = read(
        tmp_path,
        "<ICD10CM.tabular><version>2026</version><chapter><name>2</name><desc>All (A00-Z99)</desc>"
        + section("D3A", "D3A")
        + section("D37-D48", "D37", "D39", "D40", "D48", note=barred)
        + section("D49", "D49")
        + section("M00-M25")
        + section("M05-M14", "M05", "M08", "M1A", "M10", "M14")
        + section("M15-M19", "M15")
        + "</chapter></ICD10CM.tabular>",
        "D3A D37 D39 D40 D48 D49 M05 M08 M1A M10 M14 M15",
    )
    runs = found.blocks.filter(block_kind="section").select("block", "code_from", "code_to").rows()
    assert runs == [
        ("D3A-D3A", "D3A", "D3A"),
        ("D37-D48", "D37", "D39"),
        ("D37-D48", "D40", "D48"),
        ("D49-D49", "D49", "D49"),
        ("M00-M25", "M00", "M25"),
        ("M05-M14", "M05", "M14"),
        ("M05-M14", "M1A", "M1A"),
        ("M15-M19", "M15", "M19"),
    ]
    assert found.exclusions.select("code", "code_from", "code_to", "excluded_from").rows() == [
        ("D37-D48", "D37", "D39", "D49"),
        ("D37-D48", "D40", "D48", "D49"),
    ]
