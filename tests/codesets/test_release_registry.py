from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from pathlib import Path

import polars as pl
import pytest

from auditlib.checks import run_checks
from auditlib.codesets.library.load_code_sets import (
    CodeSetReport,
    code_set_coverage,
    code_set_difference,
    code_set_status,
    load_code_sets,
)
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.workspace.folder import Workspace
from tests.codesets.publisher_files import hcpcs_line, order_lines, write_lines, write_order, write_zip
from tests.made_once import empty_workspace
from tests.tables import fill

LoadedFiles = tuple[Workspace, CodeSetReport]
NOON = dt.datetime(2026, 11, 2, 12, 0)  # noqa: DTZ001 - stored times carry no zone
LAST_OLD, FIRST_NEW = dt.date(2025, 9, 30), dt.date(2025, 10, 1)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return empty_workspace(tmp_path / "w")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def load(
    workspace: Workspace, *paths: Path, stated: Stated | None = None, supersede: bool = False
) -> CodeSetReport:
    return load_code_sets(workspace, paths, loaded_at=NOON, stated=stated, supersede=supersede)


def statuses(report: CodeSetReport) -> list[str]:
    return report.rows["load_status"].to_list()


def state(workspace: Workspace) -> list[tuple[object, ...]]:
    warehouse = workspace.warehouse()
    rows: list[tuple[object, ...]] = warehouse.query("queries/codesets/registered_release").rows()
    for system in ("ICD-10-CM", "HCPCS", "modifier"):
        rows += warehouse.query("queries/codesets/code_of_system", {"code_system": system}).rows()
    return (
        rows
        + warehouse.query("queries/codesets/release_change", {"code_system": None, "release": None}).rows()
    )


def on(
    workspace: Workspace, code: str, day: dt.date, code_system: str = "ICD-10-CM"
) -> list[tuple[str, str]]:
    codes = workspace.warehouse().query("queries/codesets/code_of_system", {"code_system": code_system})
    found = codes.filter(
        (pl.col("code") == code)
        & (pl.col("effective_from") <= day)
        & (pl.col("effective_to").is_null() | (pl.col("effective_to") >= day))
    )
    return found.select("release", "long_description").rows()


def test_releases_coexist_and_the_day_chooses(workspace: Workspace, files: Path) -> None:
    old = write_order(files, 2025, {"I10": "Old title", "G35": "Multiple sclerosis"})
    new = write_order(files, 2026, {"I10": "New title", "G35A": "Relapsing"})
    assert statuses(load(workspace, old, new)) == ["loaded", "loaded"]
    assert on(workspace, "I10", LAST_OLD) == [("FY2025 official", "Old title")]
    assert on(workspace, "I10", FIRST_NEW) == [("FY2026 official", "New title")]
    assert on(workspace, "G35", FIRST_NEW) == on(workspace, "G35A", LAST_OLD) == []
    changes = code_set_difference(workspace, "FY2025", "FY2026")
    assert ("deleted", "G35") in changes.select("change_kind", "code").rows()
    assert ("retitled", "I10") in changes.select("change_kind", "code").rows()


def test_the_same_release_twice_changes_nothing(workspace: Workspace, files: Path) -> None:
    path = write_order(files, 2026)
    load(workspace, path)
    before = state(workspace)
    assert statuses(load(workspace, path)) == ["already loaded"]
    packed = write_zip(files / "cms_2026_dx.zip", {path.name: path.read_bytes()})
    assert statuses(load(workspace, packed)) == ["already loaded"]
    assert state(workspace) == before


def test_a_correction_supersedes_only_when_said_and_leaves_a_record(
    workspace: Workspace, files: Path
) -> None:
    load(workspace, write_order(files, 2026, {"I10": "Hypertension", "I11": "Gone later"}))
    before = state(workspace)
    corrected = write_order(files, 2026, {"I10": "Essential hypertension", "I12": "New"})
    refused = load(workspace, corrected)
    assert statuses(refused) == ["refused"]
    assert "has the effective dates of ICD-10-CM FY2026 official" in refused.refused["reason"][0]
    assert state(workspace) == before
    assert statuses(load(workspace, corrected, supersede=True)) == ["superseded FY2026 official"]
    changes = workspace.warehouse().query(
        "queries/codesets/release_change", {"code_system": "ICD-10-CM", "release": None}
    )
    assert set(changes.select("code", "change_kind", "before", "after").rows()) >= {
        ("I10", "retitled", "Hypertension", "Essential hypertension"),
        ("I11", "removed", "Gone later", None),
        ("I12", "added", None, "New"),
    }
    assert on(workspace, "I11", FIRST_NEW) == []
    assert workspace.warehouse().query("queries/codesets/registered_release").height == 1


def test_a_refused_file_leaves_the_registry_as_it_was(workspace: Workspace, files: Path) -> None:
    good = write_order(files, 2025)
    load(workspace, good)
    before = state(workspace)
    lines = order_lines(2026)
    bad = [
        write_lines(files / "icd10cm_order_2024.txt", order_lines(2025)),
        write_lines(files / "icd10cm_order_2026.txt", lines[:-1]),
        write_lines(files / "icd10cm-order-2026.txt", ["a header", *lines]),
        write_zip(
            files / "two_2026.zip", {"icd10cm_order_2026.txt": "\r\n".join(lines), "x_2025.txt": lines[0]}
        ),
    ]
    bad[3].write_bytes(bad[3].read_bytes()[:-30])
    report = load(workspace, *bad)
    assert statuses(report) == ["refused"] * 4
    assert report.refused["reason"].is_not_null().all()
    assert report.refused["hint"].is_not_null().all()
    assert state(workspace) == before
    assert len(list(workspace.releases.iterdir())) == 1


def test_the_bytes_of_one_year_are_not_taken_for_another(workspace: Workspace, files: Path) -> None:
    load(workspace, write_order(files, 2026))
    report = load(workspace, write_order(files, 2026, name="icd10cm_order_october_1_2027.txt"))
    assert "is byte for byte ICD-10-CM FY2026 official" in report.refused["reason"][0]


@pytest.mark.parametrize("october_first", [True, False])
def test_a_spring_update_takes_over_from_its_first_day(
    workspace: Workspace, files: Path, *, october_first: bool
) -> None:
    october = write_order(files, 2026, {"I10": "October"})
    spring = files / "april-1-2026-order.zip"
    write_zip(
        spring, {"icd10cm_order_2026.txt": "\r\n".join(order_lines(2026, {"I10": "April", "U999": "New"}))}
    )
    paths = [october, spring] if october_first else [spring, october]
    assert statuses(load(workspace, *paths)) == ["loaded", "loaded"]
    assert on(workspace, "I10", dt.date(2026, 3, 31)) == [("FY2026 official", "October")]
    assert on(workspace, "I10", dt.date(2026, 4, 1)) == [("FY2026 April official", "April")]
    assert on(workspace, "U999", dt.date(2026, 3, 31)) == []


def test_hcpcs_quarters_leave_each_code_one_row_a_day(workspace: Workspace, files: Path) -> None:
    ended = hcpcs_line("A0080", "3", "Ended", added="19990101", ended="20260331", action="20260101")
    first = write_lines(files / "HCPC2026_JAN_ANWEB.txt", [ended, hcpcs_line("A0021", "3", "Ambulance")])
    second = write_lines(
        files / "HCPC2026_APR_ANWEB.txt", [ended, hcpcs_line("A0021", "3", "Ambulance", action="20260401")]
    )
    for paths in ((first, second), (second, first)):
        fresh = Workspace.create(workspace.root.parent / paths[0].stem)
        load(fresh, *paths)
        for day in (dt.date(2026, 1, 1), dt.date(2026, 3, 31)):
            assert on(fresh, "A0080", day, "HCPCS") == [("2026 January", "Ended")]
        assert on(fresh, "A0080", dt.date(2026, 4, 1), "HCPCS") == []
        assert len(on(fresh, "A0021", dt.date(2026, 4, 1), "HCPCS")) == 1


def test_a_workspace_without_the_newer_tables_gains_them(workspace: Workspace, files: Path) -> None:
    with workspace.warehouse().writing() as writer:
        writer._connection.execute("drop table ref.release_change", None)
    assert statuses(load(workspace, write_order(files, 2026))) == ["loaded"]


def test_coverage_says_what_is_not_checked(workspace: Workspace, files: Path) -> None:
    load(workspace, write_order(files, 2026, {"I10": "Hypertension"}))
    days = [LAST_OLD, FIRST_NEW, None]
    rows = [
        {"claim_id": n, "item_number": 1, "code_system": "ICD-10-CM", "code": "I10", "service_date": day}
        for n, day in enumerate(days)
    ]
    fill(workspace.warehouse(), {"core.diagnosis": rows})
    coverage = code_set_coverage(workspace)
    columns = ("used_month", "item_count", "not_checked_count", "consequence")
    assert coverage.filter(code_system="ICD-10-CM").select(columns).rows() == [
        (None, 1, 1, "not checked: the claims have no date"),
        (dt.date(2025, 9, 1), 1, 1, "not checked: no release is loaded for these days"),
        (dt.date(2025, 10, 1), 1, 0, "a release is effective for every item"),
    ]
    run_checks(workspace.warehouse())
    summary = (
        workspace.warehouse().query("queries/checks/finding_summary").filter(pl.col("check_id") == "DX-01")
    )
    assert summary["not_checked_count"].to_list() == [2]
    assert (
        code_set_status(workspace).filter(pl.col("id") == "icd10cm-order")["releases"][0] == "FY2026 official"
    )


# The real files


@pytest.fixture(scope="module")
def loaded(made: Path, tmp_path_factory: pytest.TempPathFactory, field_data: Path) -> LoadedFiles:
    workspace = Workspace.open(Path(shutil.copytree(made, tmp_path_factory.mktemp("official") / "w")))
    # All years at once: test_fiscal_years.
    recent = [folder for folder in sorted((field_data / "codesets").iterdir()) if folder.name != "older"]
    return workspace, load(workspace, *recent)


@pytest.fixture(scope="module")
def official(loaded: LoadedFiles) -> Workspace:
    return loaded[0]


@pytest.mark.field
def test_every_real_file_loads_or_is_refused_with_a_reason(loaded: LoadedFiles, field_data: Path) -> None:
    workspace, report = loaded
    not_loaded = report.rows.filter(pl.col("load_status").is_in(["refused", "skipped"]))
    assert not_loaded["reason"].is_not_null().all()
    kept = report.rows.filter(~pl.col("load_status").is_in(["refused", "skipped"]))
    assert set(kept["load_status"]) == {"loaded", "agrees"}
    assert kept["code_system"].n_unique() == 11
    assert len(report.refused) == 15
    again = load(workspace, field_data / "codesets" / "icd10cm").rows
    assert set(again["load_status"]) == {"already loaded", "agrees", "skipped"}


@pytest.mark.field
def test_each_real_code_has_one_row_a_day_and_the_official_title(
    official: Workspace, field_data: Path
) -> None:
    for system, billable in (("ICD-10-CM", 74_719), ("ICD-10-PCS", 79_115)):
        codes = official.warehouse().query("queries/codesets/code_of_system", {"code_system": system})
        for day in (dt.date(2024, 10, 1), LAST_OLD, FIRST_NEW, dt.date(2026, 9, 30)):
            valid = codes.filter((pl.col("effective_from") <= day) & (pl.col("effective_to") >= day))
            assert valid["code"].is_unique().all()
        assert valid["is_billable"].sum() == billable
    with zipfile.ZipFile(field_data / "codesets/icd10cm/cms_2026_dx.zip") as archive:
        lines = archive.read("icd10cm_order_2026.txt").decode("ascii").splitlines()
    diagnoses = official.warehouse().query("queries/codesets/code_of_system", {"code_system": "ICD-10-CM"})
    titles = diagnoses.filter(pl.col("effective_from") == FIRST_NEW).select("code", "long_description").rows()
    assert dict(titles) == {line[6:13].strip(): line[77:].strip() for line in lines}
    changes = official.warehouse().query(
        "queries/codesets/release_change", {"code_system": "ICD-10-CM", "release": None}
    )
    assert changes.filter(pl.col("previous_release") == "FY2026 April")["change_kind"].unique().to_list() == [
        "retitled"
    ]


@pytest.mark.field
@pytest.mark.parametrize(("system", "added", "deleted"), [("ICD-10-CM", 487, 28), ("ICD-10-PCS", 206, 39)])
def test_what_the_year_added_and_deleted(official: Workspace, system: str, added: int, deleted: int) -> None:
    changes = code_set_difference(official, "FY2025", "FY2026", code_system=system)
    counts = dict(changes.group_by("change_kind").len().rows())
    assert (counts["added"], counts["deleted"]) == (added, deleted)
    for kind, on_old, on_new in (("added", 0, 1), ("deleted", 1, 0)):
        codes = changes.filter(pl.col("change_kind") == kind)["code"]
        there = official.warehouse().query("queries/codesets/code_of_system", {"code_system": system})
        for day, expected in ((LAST_OLD, on_old), (FIRST_NEW, on_new)):
            valid = there.filter(
                (pl.col("effective_from") <= day) & (pl.col("effective_to") >= day) & pl.col("is_billable")
            )
            assert codes.is_in(valid["code"].implode()).sum() == expected * len(codes)
    if system == "ICD-10-CM":
        named = changes.filter(pl.col("change_kind") == "deleted")["replacements"]
        assert named.is_not_null().all()


@pytest.mark.field
def test_checks_judge_by_the_official_files(official: Workspace) -> None:
    pairs = [
        ("G35", LAST_OLD),
        ("G35", FIRST_NEW),
        ("G35A", LAST_OLD),
        ("G35A", FIRST_NEW),
        ("I10", FIRST_NEW),
    ]
    pairs += [("I10", dt.date(2024, 9, 30))]
    rows = [
        {"claim_id": n, "item_number": 1, "code_system": "ICD-10-CM", "code": code, "service_date": day}
        for n, (code, day) in enumerate(pairs)
    ]
    fill(official.warehouse(), {"core.diagnosis": rows})
    run_checks(official.warehouse())
    findings = official.warehouse().query(
        "queries/checks/finding", {"check_id": "DX-03", "encounter_id": None}
    )
    assert findings.select("code", "service_date").rows() == [("G35", FIRST_NEW), ("G35A", LAST_OLD)]
    assert findings["related_code"][0].startswith("G35A, G35B0")
    summary = official.warehouse().query("queries/checks/finding_summary")
    assert summary.filter(pl.col("check_id") == "DX-01").select("finding_count", "not_checked_count").row(
        0
    ) == (0, 1)


@pytest.mark.parametrize("year", [2027, 2028])
def test_last_years_codes_under_the_name_of_a_year_without_marks_are_refused(
    workspace: Workspace, files: Path, year: int
) -> None:
    # Taken for next year's, they would call every code invalid that is new then.
    load(workspace, write_order(files, 2026))
    before = state(workspace)
    lines = (files / "icd10cm_order_2026.txt").read_text(encoding="utf-8")
    path = files / f"icd10cm_order_October_1_{year - 1}.txt"
    path.write_text(lines.replace("A title", "B title"), encoding="utf-8")
    report = load(workspace, path)
    assert "has exactly the codes of ICD-10-CM FY2026 official" in report.refused["reason"][0]
    assert state(workspace) == before


@pytest.mark.parametrize("last", [dt.date(2026, 10, 1), dt.date(2027, 9, 30), dt.date(2025, 9, 30)])
def test_a_years_codes_cannot_be_said_to_speak_for_the_next(
    workspace: Workspace, files: Path, last: dt.date
) -> None:
    before = state(workspace)
    stated = Stated(effective_from=FIRST_NEW, effective_to=last)
    report = load(workspace, write_order(files, 2026), stated=stated)
    assert "cannot be effective from 2025-10-01" in report.refused["reason"][0]
    assert state(workspace) == before
