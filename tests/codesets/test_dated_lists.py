"""Releases that bring no codes: notes, index and tables hold for their days; an update ends those before."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from auditlib.checks import run_checks
from auditlib.codesets.library.code_search import CodeSearch
from auditlib.codesets.library.load_code_sets import code_set_coverage, load_code_sets
from auditlib.warehouse import graph
from auditlib.workbench import Workbench
from auditlib.workspace.folder import Workspace
from tests.codesets.publisher_files import (
    INDEX,
    PROCEDURE_TABLES,
    index_document,
    order_lines,
    tabular_document,
    write_lines,
    write_order,
    write_zip,
)
from tests.made_once import empty_workspace
from tests.tables import fill

NOON = dt.datetime(2026, 11, 2, 12, 0)  # noqa: DTZ001 - stored times carry no zone
WINTER, SPRING = dt.date(2026, 1, 15), dt.date(2026, 4, 15)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return empty_workspace(tmp_path / "w")


def load(workspace: Workspace, *paths: Path, supersede: bool = False) -> list[str]:
    report = load_code_sets(workspace, paths, loaded_at=NOON, supersede=supersede)
    return report.rows["load_status"].to_list()


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def use_additional(workspace: Workspace, day: dt.date) -> list[str]:
    page = CodeSearch(workspace.warehouse()).page("E11", date=day)
    return [note.text for note in page.notes if note.kind == "use additional"]


@pytest.mark.parametrize("october_first", [True, False])
def test_notes_of_a_spring_edition_take_over_from_its_first_day(
    workspace: Workspace, tmp_path: Path, *, october_first: bool
) -> None:
    order = write_order(tmp_path, 2026, {"E11": "Own title"})
    october = write(tmp_path, "icd10cm_tabular_2026.xml", tabular_document(2026))
    text = tabular_document(2026).replace("say more", "say even more")
    spring = write_zip(
        tmp_path / "april-1-2026-code-tables-tabular-index.zip", {"icd10cm_tabular_2026.xml": text}
    )
    assert load(workspace, order) == ["loaded"]
    editions = [october, spring] if october_first else [spring, october]
    assert load(workspace, *editions) == ["loaded", "loaded"]
    assert use_additional(workspace, WINTER) == ["say more (Z79.4)"]
    assert use_additional(workspace, SPRING) == ["say even more (Z79.4)"]
    days = (
        workspace.warehouse()
        .query("queries/codesets/registered_release")
        .filter(code_system="ICD-10-CM notes")
    )
    assert days.select("effective_from", "effective_to").rows() == [
        (dt.date(2025, 10, 1), dt.date(2026, 3, 31)),
        (dt.date(2026, 4, 1), dt.date(2026, 9, 30)),
    ]
    assert load(workspace, *editions) == ["already loaded", "already loaded"]


def test_corrected_notes_supersede_those_before(workspace: Workspace, tmp_path: Path) -> None:
    load(workspace, write_order(tmp_path, 2026, {"E11": "Own title"}))
    load(workspace, write(tmp_path, "icd10cm_tabular_2026.xml", tabular_document(2026)))
    corrected = write(
        tmp_path, "icd10cm_tabular_2026.xml", tabular_document(2026).replace("say more", "say less")
    )
    assert load(workspace, corrected) == ["refused"]
    assert use_additional(workspace, WINTER) == ["say more (Z79.4)"]
    assert load(workspace, corrected, supersede=True) == ["superseded FY2026 official"]
    assert use_additional(workspace, WINTER) == ["say less (Z79.4)"]


def test_excludes1_is_judged_by_the_notes_of_the_day(workspace: Workspace, tmp_path: Path) -> None:
    titles = {"E109": "One", "E110": "Two", "E1010": "Three"}
    load(workspace, write_order(tmp_path, 2025, titles), write_order(tmp_path, 2026, titles))
    load(workspace, write(tmp_path, "icd10cm_tabular_2026.xml", tabular_document(2026)))
    days = {1: dt.date(2025, 9, 30), 2: dt.date(2025, 10, 1)}
    rows = [
        {
            "claim_id": number,
            "diagnosis_number": place,
            "code_system": "ICD-10-CM",
            "code": code,
            "code_role": "principal" if place == 1 else "secondary",
        }
        for number in days
        for place, code in enumerate(["E109", "E110"], start=1)
    ]
    claims = [
        {"claim_id": number, "patient_control_number": f"E{number}", "form": "P", "from_date": day}
        for number, day in days.items()
    ]
    fill(workspace.warehouse(), {"core.claim": claims, "core.claim_diagnosis": rows})
    with workspace.warehouse().writing() as writer:
        graph.run_but_for_checks(writer)
    coverage = code_set_coverage(workspace).filter(code_system="ICD-10-CM notes")
    assert coverage.select("used_month", "not_checked_count", "check_ids").rows() == [
        (dt.date(2025, 9, 1), 2, "DX-06, DX-08, DX-25"),
        (dt.date(2025, 10, 1), 0, "DX-06, DX-08, DX-25"),
    ]
    run_checks(workspace.warehouse())
    summary = workspace.warehouse().query("queries/checks/finding_summary").filter(check_id="DX-06")
    assert summary.select("finding_count", "not_checked_count").row(0) == (1, 1)
    findings = workspace.warehouse().query(
        "queries/checks/finding", {"check_id": "DX-06", "encounter_id": None}
    )
    assert findings.select("code", "related_code", "service_date").rows() == [
        ("E110", "E109", dt.date(2025, 10, 1))
    ]


def test_embedded_notes_cover_their_days(made: Path, tmp_path: Path) -> None:
    workbench = Workbench.open(Path(shutil.copytree(made, tmp_path / "copy")))
    row = {"claim_id": 1, "item_number": 1, "code_system": "ICD-10-CM", "code": "I10"}
    days = [dt.date(2025, 9, 30), WINTER]
    rows = [row | {"claim_id": n, "service_date": day} for n, day in enumerate(days)]
    fill(workbench.workspace.warehouse(), {"core.diagnosis": rows})
    coverage = workbench.codesets.coverage().frame.filter(code_system="ICD-10-CM notes")
    assert coverage.select("not_checked_count", "releases").rows() == [(1, None), (0, "FY2026 April")]


def test_notes_alone_make_no_code_valid_or_invalid(workspace: Workspace, tmp_path: Path) -> None:
    load(workspace, write(tmp_path, "icd10cm_tabular_2026.xml", tabular_document(2026)))
    row = {"claim_id": 1, "item_number": 1, "code_system": "ICD-10-CM", "code": "E110"}
    fill(workspace.warehouse(), {"core.diagnosis": [row | {"service_date": WINTER}]})
    run_checks(workspace.warehouse())
    summary = workspace.warehouse().query("queries/checks/finding_summary")
    for check_id in ("DX-01", "DX-02", "DX-03"):
        counts = summary.filter(check_id=check_id).select("finding_count", "not_checked_count").row(0)
        assert counts == (0, 1), check_id


def test_words_of_the_index_find_the_code(workspace: Workspace, tmp_path: Path) -> None:
    load(workspace, write_order(tmp_path, 2026, {"F444": "Some title", "E112": "Another"}))
    search = CodeSearch(workspace.warehouse())
    assert search.search("unsteady gait") == []
    load(workspace, write(tmp_path, "icd10cm_index_2026.xml", index_document(INDEX)))
    assert [hit.code for hit in search.search("unsteady gait")] == ["F444"]
    assert search.search("unsteady gait")[0].description == "Some title"


def test_the_page_of_a_procedure_says_what_each_character_means(workspace: Workspace, tmp_path: Path) -> None:
    order = order_lines(2026, {"0016070": "One", "001U0Z4": "Two"}, code_system="ICD-10-PCS")
    load(workspace, write_lines(tmp_path / "icd10pcs_order_2026.txt", order))
    load(workspace, write(tmp_path, "icd10pcs_tables_2026.xml", PROCEDURE_TABLES))
    page = CodeSearch(workspace.warehouse()).page("001U0Z4", date=WINTER)
    assert dict(page.sections)["Characters"] == [
        *("section: 0 Surgery", "body system: 0 Nerves", "operation: 1 Detour"),
        *("body part: U Cord", "approach: 0 Open", "device: Z None", "qualifier: 4 Ureter"),
    ]
