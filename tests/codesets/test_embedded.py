from __future__ import annotations

import csv
import datetime as dt
import io
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import NoReturn

import polars as pl
import pytest

from auditlib.checks.registry import all_checks
from auditlib.codes import form_of
from auditlib.codesets.readers.embedded import embedded_code_sets
from auditlib.codesets.readers.lists.denial_reasons import REASON_KINDS, read_denial_reasons
from auditlib.codesets.readers.project_tables import read_place_of_service
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.embedded import embedded_folder
from auditlib.errors import BadInputError
from auditlib.schema import Table
from auditlib.schema.ref import CODE, CODE_EXCLUSION, CODE_NOTE, DENIAL_REASON, SEVENTH_CHARACTER
from auditlib.workbench import Workbench

LOADED_AT = dt.datetime(2026, 11, 2, 9, 0)  # noqa: DTZ001 - stored times carry no zone


def current(release: CodeSetRelease, table: Table) -> pl.DataFrame:
    return release.frames[table].filter(pl.col("release") == release.release)


class CountingProgress:
    def __init__(self) -> None:
        self.done = self.total = 0

    def start(self, step: str, *, total: int) -> None:
        assert step
        self.total = total

    def advance(self, parts: int = 1) -> None:
        self.done += parts


def test_everything_conforms_and_keys_are_unique() -> None:
    progress = CountingProgress()
    rows: dict[Table, list[pl.DataFrame]] = {}
    for table, frame in embedded_code_sets(loaded_at=LOADED_AT, progress=progress):
        rows.setdefault(table, []).append(table.conform(frame))
    assert progress.done == progress.total == 3
    for table, frames in rows.items():
        assert not pl.concat(frames).select(table.key).is_duplicated().any(), table.full_name
    assert "simple_icd_10_cm" not in sys.modules


def test_a_workspace_that_is_there_is_opened_without_reading_a_code_set(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        pytest.fail("a code set was read again")

    monkeypatch.setattr("auditlib.codesets.readers.icd10.icd10cm_tabular.parsed_xml", refuse)
    monkeypatch.setattr("auditlib.codesets.readers.project_tables._read", refuse)
    workbench = Workbench.open(made)
    assert {"ICD-10-CM", "place of service"} <= set(workbench.codesets.list().frame["code_system"])
    assert workbench.codesets.status().frame.height > 0


def test_the_fiscal_year_is_the_release(icd10cm: CodeSetRelease) -> None:
    assert (icd10cm.release, icd10cm.effective_from, icd10cm.effective_to) == (
        "FY2026 April",
        dt.date(2025, 10, 1),
        dt.date(2026, 9, 30),
    )
    codes = current(icd10cm, CODE)
    assert codes.height == icd10cm.row_count == 98_186
    assert codes["is_billable"].sum() == 74_719
    assert all(map(form_of("ICD-10-CM").has_shape, codes["code"]))


def test_seventh_characters_make_codes_with_titles(icd10cm: CodeSetRelease) -> None:
    codes = dict(current(icd10cm, CODE).select("code", "long_description").iter_rows())
    assert codes["S72001A"].endswith("right femur, initial encounter for closed fracture")
    assert codes["T1491XA"] == "Suicide attempt, initial encounter"
    assert "S061X7D" not in codes
    characters = current(icd10cm, SEVENTH_CHARACTER)
    assert characters.filter(pl.col("code") == "S72").height == 16


def test_exclusions_of_type_2_diabetes(icd10cm: CodeSetRelease) -> None:
    rows = current(icd10cm, CODE_EXCLUSION).filter(pl.col("code") == "E11")
    assert set(rows["excluded_from"]) == {"E08", "E09", "O244", "P702", "E13", "E10"}
    notes = current(icd10cm, CODE_NOTE).filter(
        (pl.col("code") == "E11") & (pl.col("note_kind") == "excludes1")
    )
    linked = rows.join(notes, on=["code", "note_number"])
    assert linked.height == rows.height
    assert linked.filter(pl.col("excluded_from") == "E10")["note_text"].to_list() == [
        "type 1 diabetes mellitus (E10.-)"
    ]


def test_every_exclusion_means_codes_that_exist(icd10cm: CodeSetRelease) -> None:
    codes = current(icd10cm, CODE)["code"].sort().to_list()
    known = set(codes)
    for first, last in current(icd10cm, CODE_EXCLUSION).select("excluded_from", "excluded_to").iter_rows():
        assert first <= last
        assert first in known or any(first <= code <= f"{last}~" for code in codes)


def test_nearly_all_notes_that_name_a_code_are_resolved(icd10cm: CodeSetRelease) -> None:
    notes = current(icd10cm, CODE_NOTE).filter(
        (pl.col("note_kind") == "excludes1") & pl.col("note_text").str.contains(r"\b[A-Z]\d[0-9A-Z]\b")
    )
    unresolved = notes.join(current(icd10cm, CODE_EXCLUSION), on=["code", "note_number"], how="anti")
    assert sorted(unresolved["code"]) == ["E872", "I01", "S060", "S069", "S51", "T887"]


def test_deleted_codes_keep_their_last_day_and_their_replacements(icd10cm: CodeSetRelease) -> None:
    deleted = icd10cm.frames[CODE].filter(pl.col("release") != icd10cm.release)
    assert deleted.height == 28
    assert deleted["is_billable"].all()
    assert set(deleted["effective_to"]) == {dt.date(2025, 9, 30)}
    titles = dict(deleted.select("code", "long_description").iter_rows())
    assert titles["G35"] == "Multiple sclerosis"
    assert titles["S301XXD"] == "Contusion of abdominal wall, subsequent encounter"
    replacements = icd10cm.frames[CODE_NOTE].filter(pl.col("note_kind") == "replaced by")
    assert set(replacements["code"]) == set(deleted["code"])
    billable = current(icd10cm, CODE).filter("is_billable")["code"]
    assert set(replacements["note_text"]) <= set(billable)
    assert set(deleted["code"]).isdisjoint(billable)


def test_places_of_service() -> None:
    places = read_place_of_service(embedded_folder("codesets")).frames[CODE]
    assert places.height == 52
    assert places["code"].str.contains(r"^[0-9]{2}$").all()


def test_denial_reasons() -> None:
    reasons = read_denial_reasons(embedded_folder("codesets")).frames[DENIAL_REASON]
    assert set(reasons["reason_kind"]) == set(REASON_KINDS)
    assert reasons["is_denial"].eq(reasons["reason_kind"] == "refused").all()
    assert reasons["source", "as_of_date"].null_count().sum_horizontal().item() == 0
    assert reasons["effective_from"].null_count() == reasons.height
    for_all = reasons.filter(pl.col("payer_class").is_null())
    kinds = dict(for_all.select("reason_code", "reason_kind").iter_rows())
    refused = {code for code, kind in kinds.items() if kind == "refused"}
    adjustments = "1 2 3 23 24 45 66 85 94 100 104 105 131 137 142 144 161 178 187 246 247 248 253 275 P12"
    assert refused.isdisjoint(adjustments.split()), "no refusals by themselves"
    for code in "16 18 26 27 29 31 49 50 96 97 119 197 204".split():  # noqa: SIM905
        assert code in refused, "a refusal in any group"
    assert reasons.filter(reason_code="24").select("payer_class", "reason_kind").rows() == [
        (None, "capitation"),
        ("Medicare fee-for-service", "refused"),
    ]
    assert set(reasons.filter("depends_on_remark")["reason_code"]) >= {"16", "96", "A1", "226", "252"}
    assert not set(reasons.filter("is_denial")["denial_category"]) & {"not a denial"}
    assert set(reasons["is_coding_related"]) == {"yes", "partly", "no"}
    assert set(reasons["is_preventable"]) == {"yes", "no", "unknown"}


def test_the_checks_that_denial_reasons_name_exist() -> None:
    reasons = read_denial_reasons(embedded_folder("codesets")).frames[DENIAL_REASON]
    named = reasons["check_id"].drop_nulls().str.split(",").explode()
    assert "PTP-01" in set(named)
    assert set(named) <= {check.id for check in all_checks()}
    assert set(reasons["denial_category"]) == {
        *("eligibility", "authorization", "coding", "bundling", "medical necessity", "documentation"),
        *(
            "duplicate",
            "timely filing",
            "credential",
            "coverage",
            "technical",
            "COB",
            "contract",
            "not a denial",
        ),
    }
    checks = reasons["check_id"].drop_nulls().str.split(",").explode()
    assert checks.str.contains(r"^[A-Z]{2,4}-[0-9]{1,2}$").all()


def test_a_damaged_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"place_of_service.csv cannot be read"):
        read_place_of_service(tmp_path)
    (tmp_path / "place_of_service.csv").write_text("code,name\n11,Office\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="has the columns code, name"):
        read_place_of_service(tmp_path)


def test_the_manifest_says_where_each_set_comes_from() -> None:
    folder = embedded_folder("codesets")
    sets = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))["code_set"]
    assert len({entry["id"] for entry in sets}) == len(sets)
    for entry in sets:
        assert {"id", "code_system", "title", "publisher", "files", "page", "licence", "how"} <= entry.keys()
        assert entry["how"] in {"embedded", "optional", "file", "licensed"}
        assert (entry["how"] == "optional") == ("extra" in entry)
    own = {name for entry in sets if entry["publisher"] == "auditlib" for name in entry["files"]}
    assert own == {path.name for path in folder.glob("*.csv")}


@pytest.mark.field
def test_codes_are_those_of_the_official_order_file(icd10cm: CodeSetRelease, field_data: Path) -> None:
    with zipfile.ZipFile(field_data / "codesets/icd10cm/cms_2026_dx.zip") as archive:
        lines = archive.read("icd10cm_order_2026.txt").decode("ascii").splitlines()
    official = {line[6:13].strip(): line[14] == "1" for line in lines}
    codes = current(icd10cm, CODE)
    assert dict(codes.select("code", "is_billable").iter_rows()) == official
    titles = {line[6:13].strip(): line[77:].strip() for line in lines}
    differing = [
        title for code, title in codes.select("code", "long_description").iter_rows() if title != titles[code]
    ]
    # The XML spells names with their accents.
    assert len(differing) < 160
    assert all(not title.isascii() for title in differing)


@pytest.mark.field
def test_deleted_codes_are_those_of_the_official_files(field_data: Path) -> None:
    billable = []
    for year in (2025, 2026):
        with zipfile.ZipFile(field_data / f"codesets/icd10cm/cms_{year}_dx.zip") as archive:
            lines = archive.read(f"icd10cm_codes_{year}.txt").decode("ascii").splitlines()
        billable.append({line[:7].strip() for line in lines})
    text = (embedded_folder("codesets") / "icd10cm_deleted_2026.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["code"] for row in rows} == billable[0] - billable[1]
    assert {code for row in rows for code in row["replacements"].split()} <= billable[1] - billable[0]
