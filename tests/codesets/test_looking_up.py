from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from auditlib.audits.chart_reader import code_finder, note_on_search
from auditlib.codesets.library import code_search
from auditlib.codesets.library.code_search import CodeSearch
from auditlib.codesets.library.page import CodeNote
from auditlib.errors import UsageError
from auditlib.schema.ref import CODE, CODE_BLOCK, CODE_NOTE, RELEASE, SEVENTH_CHARACTER
from auditlib.schema.ref_sets import CODE_CONVERSION, CODE_LIST
from auditlib.warehouse import Warehouse
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace

OLD = {"effective_from": dt.date(2024, 10, 1), "effective_to": dt.date(2025, 9, 30), "release": "FY2025"}
NEW = {"effective_from": dt.date(2025, 10, 1), "effective_to": dt.date(2026, 9, 30), "release": "FY2026"}
CM = {"code_system": "ICD-10-CM"}
HOSTILE = "<script>alert('title')</script>"


def code(text: str, title: str, parent: str | None = None, *, billable: bool = True, **more: object) -> dict:
    about = {"code": text, "long_description": title, "parent_code": parent, "is_billable": billable}
    return {**CM, **NEW, **about, **more}


def note(place: str, kind: str, text: str, number: int = 1, **more: object) -> dict:
    return {**CM, **NEW, "code": place, "note_kind": kind, "note_text": text, "note_number": number, **more}


def fill(warehouse: Warehouse) -> None:
    codes = [
        code("S72", "Fracture of femur", billable=False),
        code("S720", "Fracture of head and neck", "S72", billable=False),
        code("S72001A", "Fracture of neck, right, initial", "S720"),
        code("G35", "Multiple sclerosis", **OLD),
        code("G35", "Multiple sclerosis", billable=False),
        code("G35D", "Multiple sclerosis, unspecified", "G35"),
        code("Z99", HOSTILE),
        code("Z99", "Wheelchair", code_system="HCPCS"),
    ]
    notes = [
        note("S70-S79", "excludes2", "burns"),
        note("S60-S69", "excludes2", "of another section"),
        note("chapter 19", "excludes1", "birth trauma"),
        note("chapter 2", "note", "of another chapter"),
        note("S72", "excludes1", "amputation"),
        note("S720", "inclusion term", "hip NOS"),
        note("S720", "code first", "what was said in FY2025", **OLD),
        note("G35", "replaced by", "G35D", **OLD),
    ]
    characters = [
        {**CM, **NEW, "code": "S72", "character": sign, "meaning": meaning}
        for sign, meaning in (("A", "initial"), ("D", "subsequent"))
    ]
    spans = [
        ("chapter 19", "chapter", "Injury", "S00", "T88"),
        ("chapter 2", "chapter", "Neoplasms", "C00", "D49"),
        ("S70-S79", "section", "Injuries to the hip", "S70", "S79"),
    ]
    names = ("block", "block_kind", "title", "code_from", "code_to")
    blocks = [{**CM, **NEW, **dict(zip(names, span, strict=True))} for span in spans]
    release = {**CM, **NEW, "publisher": "p", "file_name": "f", "sha256": "0", "row_count": 6}
    with warehouse.writing() as writer:
        for table, rows in (
            (CODE, codes),
            (CODE_NOTE, notes),
            (CODE_BLOCK, blocks),
            (SEVENTH_CHARACTER, characters),
            (RELEASE, [{**release, "loaded_at": dt.datetime(2026, 1, 1)}]),  # noqa: DTZ001 - stored without zone
        ):
            writer.append(table, table.conform(pl.DataFrame(rows, infer_schema_length=None)))


@pytest.fixture
def lookup(warehouse: Warehouse) -> CodeSearch:
    fill(warehouse)
    return CodeSearch(warehouse)


def test_a_page_holds_what_stands_at_the_code_above_it_and_at_its_section(lookup: CodeSearch) -> None:
    page = lookup.page("s72.001a", date=dt.date(2026, 1, 1))
    assert page.title == "S72.001A Fracture of neck, right, initial"
    assert [above.code for above in page.ancestors] == ["S72", "S720"]
    assert page.notes == (
        CodeNote("inclusion term", "S720", "hip NOS"),
        CodeNote("excludes1", "S72", "amputation"),
        CodeNote("excludes2", "S70-S79", "burns"),
        CodeNote("excludes1", "chapter 19", "birth trauma"),
    )
    above = dict(page.sections)["Above it"]
    assert above[:2] == ["Chapter 19 (S00-T88) Injury", "S70-S79 Injuries to the hip"]
    assert (page.seventh_place, page.seventh_characters) == ("S72", (("A", "initial"), ("D", "subsequent")))
    assert [child.shown for child in lookup.page("S72").children] == ["S72.0"]
    assert dict(page.facts)["CC or MCC"] == dict(page.facts)["POA exempt"] == "not loaded"


def test_lists_and_conversions_are_told_when_loaded(lookup: CodeSearch, warehouse: Warehouse) -> None:
    lists = [
        {**CM, **NEW, "list_name": name, "code": listed}
        for name, listed in (("POA exempt", "G35D"), ("MCE newborn", "G35D"), ("MCE adult", "S72001A"))
    ]
    pair = {**CM, "release": "2026", "effective_from": NEW["effective_from"], "previous_code": "S720"}
    with warehouse.writing() as writer:
        writer.append(CODE_LIST, CODE_LIST.conform(pl.DataFrame(lists)))
        conversion = pl.DataFrame(
            [{**pair, "code": "S72001A"}, {**pair, "code": "G35D", "previous_code": "G35D"}]
        )
        writer.append(CODE_CONVERSION, CODE_CONVERSION.conform(conversion))
    page = lookup.page("G35D")
    assert page.lists == (
        ("CC or MCC", "not loaded"),
        ("HCC", "not loaded"),
        ("CCSR", "not loaded"),
        ("POA exempt", "yes"),
        ("MCE newborn", "yes"),
    )
    assert [line.code for line in page.predecessors] == ["G35"]
    assert dict(lookup.page("S72001A").lists)["POA exempt"] == "no"
    assert [line.code for line in lookup.page("S720").successors] == ["S72001A"]


def test_a_release_without_notes_says_so(lookup: CodeSearch, warehouse: Warehouse) -> None:
    older = {**OLD, "effective_from": dt.date(2023, 10, 1), "effective_to": dt.date(2024, 9, 30)}
    with warehouse.writing() as writer:
        writer.append(CODE, CODE.conform(pl.DataFrame([code("S72", "Fracture of femur", **older)])))
    assert dict(lookup.page("S72", date=dt.date(2024, 1, 1)).lists)["Notes"] == "not loaded for this release"
    assert "Notes" not in dict(lookup.page("S72", date=dt.date(2026, 1, 1)).lists)


def test_a_code_stands_differently_on_different_days(lookup: CodeSearch) -> None:
    before, after = (lookup.page("G35", date=day) for day in (dt.date(2025, 9, 30), dt.date(2025, 10, 1)))
    assert (before.version.is_billable, before.status) == (True, "in force")
    assert (after.version.is_billable, after.status) == (False, "in force")
    assert [version.release for version in before.versions] == ["FY2025", "FY2026"]
    assert [line.code for line in before.successors] == ["G35D"]
    assert [line.code for line in lookup.page("G35D").predecessors] == ["G35"]


def test_a_day_that_no_release_speaks_for_is_not_checked(lookup: CodeSearch) -> None:
    assert lookup.page("G35D", date=dt.date(2020, 1, 1)).status.startswith("not checked")


def test_a_release_that_speaks_for_the_day_says_not_in_force(warehouse: Warehouse) -> None:
    fill(warehouse)
    with warehouse.writing() as writer:
        row = code("E11", "Ended", effective_to=dt.date(2026, 3, 31))
        writer.append(CODE, CODE.conform(pl.DataFrame([row])))
    assert CodeSearch(warehouse).page("E11", date=dt.date(2026, 4, 1)).status == "not in force"


@pytest.mark.parametrize(
    ("text", "system", "said"),
    [
        ("E11", None, "has the code E11"),
        ("99213", "CPT", "No release of CPT is loaded: the code 99213 is not checked"),
        ("", None, "has the code nothing"),
        ("S72", "HCPCS", "No loaded release of HCPCS"),
        ("Z99", None, "of HCPCS and of ICD-10-CM"),
    ],
)
def test_what_no_page_can_be_of_is_said(lookup: CodeSearch, text: str, system: str | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        lookup.page(text, code_system=system)


def test_the_system_tells_apart_what_the_shape_cannot(lookup: CodeSearch) -> None:
    assert lookup.page("Z99", code_system="HCPCS").title == "Z99 Wheelchair"


def test_a_title_is_text_on_the_page(lookup: CodeSearch) -> None:
    page = lookup.page("Z99", code_system="ICD-10-CM")
    assert HOSTILE in repr(page)
    assert "<script" not in page._repr_html_()


def test_what_is_loaded_later_is_found(lookup: CodeSearch, warehouse: Warehouse) -> None:
    assert lookup.search("asthma") == []
    release = {
        **CM,
        **NEW,
        "release": "FY2026 X",
        "publisher": "p",
        "file_name": "f",
        "sha256": "1",
        "row_count": 1,
    }
    with warehouse.writing() as writer:
        writer.append(CODE, CODE.conform(pl.DataFrame([code("J45", "Asthma")])))
        loaded_at = dt.datetime(2026, 1, 2)  # noqa: DTZ001 - stored without zone
        writer.append(RELEASE, RELEASE.conform(pl.DataFrame([{**release, "loaded_at": loaded_at}])))
    assert [hit.code for hit in lookup.search("asthma")] == ["J45"]
    assert "J45" in [node.key for node in lookup.tree().children("ICD-10-CM")]


def test_the_review_screen_finds_codes_by_misspelled_words(lookup: CodeSearch) -> None:
    find = code_finder(lookup)
    found = find("ICD-10-CM", "femur fractur", dt.date(2026, 1, 1))
    assert found[0].code == "S72"
    assert not found[0].is_billable
    assert find("HCPCS", "femur fractur", None) == []


def test_whoever_types_gets_codes_at_once_and_better_ones_when_the_index_is_made(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_search, "_PAUSE_SECONDS", 600.0)
    codes = (("S72", "Fracture of femur"), ("S720", "Fracture of head and neck of femur"), ("J45", "Asthma"))
    rows = [
        {**code(*given), "effective_from": day}
        for given in codes
        for day in (dt.date(2024, 10, 1), dt.date(2025, 10, 1))
    ]
    with workspace.warehouse().writing() as writer:
        writer.append(CODE, CODE.conform(pl.DataFrame(rows)))
    search = CodeSearch(workspace.warehouse())
    monkeypatch.setattr(code_search, "_OPENING_SECONDS", 600.0)
    search.prepare()
    assert search._ahead is not None

    def suggested(text: str, date: dt.date | None = dt.date(2026, 1, 1)) -> list[str]:
        found = search.suggest(text, date=date, code_systems=["ICD-10-CM"])
        assert all(hit.effective_from == dt.date(2025, 10, 1) for hit in found)
        return [hit.code for hit in found]

    assert suggested("femur fract") == ["S72", "S720"]
    assert suggested("s72.0") == ["S720"]
    assert suggested("s72", None) == ["S72", "S720"]
    assert suggested("femr") == suggested(" ") == suggested("femur", dt.date(2020, 1, 1)) == []
    assert search.suggest("femur", date=None, code_systems=["HCPCS"]) == []
    assert search.not_loaded_note("femur", code_systems=["ICD-10-CM"]) == ""
    assert search.not_loaded_note("femur", code_systems=["HCPCS"]).startswith("HCPCS titles are not loaded")
    assert search._loaded is None
    search._ahead.cancel()
    search._ahead.function()
    assert search._loaded is not None
    assert "S72" in suggested("femr")
    made = search._ahead
    search.prepare()
    assert search._ahead is made


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("office visit", "CPT titles are not loaded: "),
        ("99213", "CPT titles are not loaded: "),
        ("99213-25", "CPT titles are not loaded: "),
        ("knee arthroscopy", "CPT and ICD-10-PCS titles are not loaded: "),
        ("0FT44ZZ", "ICD-10-PCS titles are not loaded: "),
    ],
)
def test_a_system_that_is_not_loaded_is_named(lookup: CodeSearch, text: str, note: str) -> None:
    assert lookup.not_loaded_note(text).startswith(note)


@pytest.mark.parametrize(
    "text", ["", "asthma", "knee replacement status", "colostomy malfunction", "S72.001A"]
)
def test_a_search_for_what_is_loaded_names_nothing(lookup: CodeSearch, text: str) -> None:
    assert lookup.not_loaded_note(text) == ""


def test_only_the_system_asked_for_is_named_and_by_its_day(lookup: CodeSearch) -> None:
    assert lookup.not_loaded_note("asthma", code_systems=["CPT"]).startswith("CPT titles are not loaded: ")
    day = dt.date(1999, 1, 1)
    assert lookup.not_loaded_note("S72.001A", date=day).startswith(
        "ICD-10-CM titles are not loaded for 1999-01-01"
    )
    note = note_on_search(lookup)
    assert note("ICD-10-CM", "femur", dt.date(2026, 1, 1)) == ""
    assert note("CPT", "femur", None) == lookup.not_loaded_note("femur", code_systems=["CPT"])


def test_a_workbench_without_code_sets_finds_nothing(workspace: Workspace) -> None:
    assert Workbench(workspace).codesets.search("asthma").frame.is_empty()
    with pytest.raises(UsageError, match="No loaded release"):
        Workbench(workspace).codesets.page("J45")


def test_a_code_that_nothing_has_is_said_with_the_systems_that_are_not_loaded(lookup: CodeSearch) -> None:
    with pytest.raises(UsageError) as absent:
        lookup.page("99213")
    assert "Not loaded, so not checked: ICD-10-PCS, CPT, modifier" in (absent.value.hint or "")
