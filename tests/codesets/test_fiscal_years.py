"""Lists of ICD-10 codes of all years: the year of a file, its first day, and whether it is whole."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Mapping, Sequence
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest

from auditlib.codesets.library.code_search import CodeSearch
from auditlib.codesets.library.load_code_sets import CodeSetReport, load_code_sets
from auditlib.codesets.readers.fiscal_year import Stated, days_in_names, fiscal_year_of
from auditlib.codesets.readers.icd10 import known_releases
from auditlib.codesets.readers.layouts import read_published
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import BadInputError
from auditlib.workspace.folder import Workspace
from tests.codesets.publisher_files import tabular_document, write_lines, write_zip

NOON = dt.datetime(2026, 11, 2, 12, 0)  # noqa: DTZ001 - stored times carry no zone
DIAGNOSES = ["A000", "E1122", "I10", "Z9989"]
PROCEDURES = ["0016070", "0DTJ4ZZ", "HZ99ZZZ"]


def order_text(codes: Sequence[str], headers: Sequence[str] = ("A00", "E11")) -> str:
    """An order file with these codes in this order, after its header codes."""
    rows = [*((code, 0) for code in headers), *((code, 1) for code in codes)]
    return "".join(
        f"{number:05d} {code:<7} {flag} {'A title':<60} A title\r\n"
        for number, (code, flag) in enumerate(rows, start=1)
    )


def addenda_text(
    changes: Mapping[str, Sequence[str]],
    before: tuple[str, int],
    after: tuple[str, int],
    *,
    header_count: int | None = None,
) -> str:
    """An addenda as the publisher writes it: a line a change, then both lists with their counts."""
    lines = [f"{action + ':':<13}1 {code:<7} A title" for action, codes in changes.items() for code in codes]
    if header_count is not None:
        lines += [
            "",
            "Headers",
            f"  {header_count} headers in {before[0]}",
            f"  {header_count} headers in {after[0]}",
        ]
    lines += ["", "Codes", f"  {before[1]} codes in {before[0]}", f"  {after[1]} codes in {after[0]}"]
    return "\r\n".join([*lines, "      0 revisions", ""])


def one(path: Path, stated: Stated | None = None) -> CodeSetRelease:
    (release,) = read_published(path, stated).releases
    return release


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode("ascii"))
    return path


def load(
    folder: Path, paths: Sequence[Path], stated: Stated | None = None
) -> tuple[Workspace, CodeSetReport]:
    workspace = Workspace.create(folder / "w")
    return workspace, load_code_sets(workspace, paths, loaded_at=NOON, stated=stated)


def days_of(workspace: Workspace, code: str, system: str = "ICD-10-CM") -> list[tuple[dt.date, dt.date]]:
    codes = workspace.warehouse().query("queries/codesets/code_of_system", {"code_system": system})
    return codes.filter(code=code).select("effective_from", "effective_to").sort("effective_from").rows()


# The year: what the names of files say


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("icd10cm_order_2018.txt", 2018, None),
        ("icd10cm_order_addenda_2018.txt", 2018, None),
        ("2023-code-descriptions-tabular-order-updated-01-11-2023.zip", 2023, None),
        ("april-1-2023-code-descriptions-tabular-order.zip", 2023, (2023, 4, 1)),
        ("icd10cm-Code Descriptions- April 1 2025.zip", 2025, (2025, 4, 1)),
        ("icd10cm-order-Jan-2021.txt", 2021, (2021, 1, 1)),
        ("icd10cm_order_2021jan.txt", 2021, (2021, 1, 1)),
        ("POAexemptCodesJan2021.txt", 2021, (2021, 1, 1)),
        ("icd10pcs_order_2022_Apr.txt", 2022, (2022, 4, 1)),
        ("icd10cm-order-2022-April-1.txt", 2022, (2022, 4, 1)),
        ("2020 ICD-10-PCS Order File August 1, 2020.zip", 2020, (2020, 8, 1)),
        ("ICD-10-CM-Conversion-Table-FY17-Effective-10-1-2016.xlsx", 2017, (2016, 10, 1)),
        ("Conversion-Table-FY2023-Effective-10-01-2022.xlsx", 2023, (2022, 10, 1)),
        ("Conversion-Table-FY2022-Effective-04-01-2022.xlsx", 2022, (2022, 4, 1)),
        ("Conversion_Table_FY2021-Jan.xlsx", 2021, (2021, 1, 1)),
        ("fy2022_order_20220401.txt", 2022, (2022, 4, 1)),
        ("POAexemptCodesFY26.txt", 2026, None),
        # October's list is published in summer: July without its day is no first day.
        ("icd10OrderFiles_2024_July.txt", 2024, None),
    ],
)
def test_names_say_the_fiscal_year_and_the_day(
    name: str, year: int, day: tuple[int, int, int] | None
) -> None:
    named = days_in_names([name])
    assert named.fiscal_years == {year}
    assert named.first_days == ({dt.date(*day)} if day else set())


def test_names_that_disagree_are_asked_about(tmp_path: Path) -> None:
    path = write(tmp_path, "icd10cm_order_2018_april_1_2023.txt", order_text(DIAGNOSES))
    with pytest.raises(BadInputError, match="2018 and 2023"):
        read_published(path)


# The year: what its codes say


@pytest.mark.parametrize("year", range(2014, 2020))
def test_diagnoses_end_in_chapter_z_until_2019(tmp_path: Path, year: int) -> None:
    release = one(write(tmp_path, f"icd10cm_order_{year}.txt", order_text(DIAGNOSES)))
    assert (release.release, release.effective_from, release.effective_to) == (
        f"FY{year} official",
        dt.date(year - 1, 10, 1),
        dt.date(year, 9, 30),
    )


@pytest.mark.parametrize(
    ("year", "last"), [(2014, "HZ99ZZZ"), (2015, "HZ99ZZZ"), (2016, "XW04351"), (2020, "XY0VX83")]
)
def test_procedures_end_in_section_x_from_2016(tmp_path: Path, year: int, last: str) -> None:
    text = order_text(dict.fromkeys([*PROCEDURES, last]), headers=("001",))
    assert one(write(tmp_path, f"icd10pcs_order_{year}.txt", text)).fiscal_year == year


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("icd10cm_order_2018.txt", "Y999"),
        ("icd10cm_order_2018.txt", "U071"),
        ("icd10cm_order_2021.txt", "Z9989"),
        ("icd10cm_order_2026.txt", "Z9989"),
        ("icd10pcs_order_2016.txt", "HZ99ZZZ"),
        ("icd10pcs_order_2015.txt", "XW04351"),
        ("icd10pcs_order_2014.txt", "GZJZZZZ"),
    ],
)
def test_a_list_that_ends_before_its_years_last_chapter_is_refused(
    tmp_path: Path, name: str, last: str
) -> None:
    codes = [*(PROCEDURES[:2] if "pcs" in name else DIAGNOSES[:3]), last]
    with pytest.raises(BadInputError, match=f"ends at {last}"):
        read_published(write(tmp_path, name, order_text(codes, headers=())))


def test_marks_speak_of_their_own_year_only(tmp_path: Path) -> None:
    # Deleted in 2025, and added in 2024 or before: no list of 2018 need have it.
    codes = [*PROCEDURES, "XW04351"]
    assert one(write(tmp_path, "icd10pcs_order_2018.txt", order_text(codes, ()))).fiscal_year == 2018
    # Added in 2026: the list of 2025 did not have it.
    later = order_text([*DIAGNOSES, "B8801", "U099"])
    with pytest.raises(BadInputError, match="is not fiscal year 2025"):
        read_published(write(tmp_path, "icd10cm_order_2025.txt", later))


def test_a_list_as_large_as_the_publishers_is_compared_with_its_years_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = pl.DataFrame(
        {
            "code_system": ["ICD-10-CM"] * 3,
            "effective_from": [dt.date(2016, 10, 1), dt.date(2017, 10, 1), dt.date(2022, 10, 1)],
            "billable_count": [5, 4, 6],
            "new_code": [None, None, None],
        },
        schema_overrides={"new_code": pl.String},
    )
    monkeypatch.setattr(known_releases, "_known_releases", lambda: sizes)
    assert one(write(tmp_path, "icd10cm_order_2018.txt", order_text(DIAGNOSES))).fiscal_year == 2018
    with pytest.raises(BadInputError, match="holds 3 billable codes: it is truncated"):
        read_published(write(tmp_path, "icd10cm_order_2018.txt", order_text(DIAGNOSES[1:])))
    with pytest.raises(BadInputError, match="has the 5 codes of fiscal year 2017"):
        read_published(write(tmp_path, "icd10cm_order_2018.txt", order_text(["A001", *DIAGNOSES])))
    # No list of the year is so large: an update whose day nothing shows.
    with pytest.raises(BadInputError, match="first day of this list of ICD-10-CM is not known"):
        read_published(
            write(
                tmp_path, "icd10cm_order_2018.txt", order_text([*(f"A0{n}1" for n in range(4)), *DIAGNOSES])
            )
        )


# The first day of an update


@pytest.mark.parametrize(
    ("year", "code", "day"),
    [
        (2021, "J1282", dt.date(2021, 1, 1)),
        (2022, "Z28310", dt.date(2022, 4, 1)),
        (2023, "T74A1XA", dt.date(2023, 4, 1)),
    ],
)
def test_an_update_is_known_by_the_code_that_began_with_it(
    tmp_path: Path, year: int, code: str, day: dt.date
) -> None:
    plain = write(tmp_path, f"icd10cm_order_{year}.txt", order_text([*sorted([*DIAGNOSES, code]), "U071"]))
    assert one(plain).effective_from == day
    later = write(
        tmp_path, f"icd10cm_order_{year + 1}.txt", order_text([*sorted([*DIAGNOSES, code]), "U071"])
    )
    assert one(later).effective_from == dt.date(year, 10, 1)
    with pytest.raises(BadInputError, match=f"codes that began on {day}: it cannot be effective from"):
        read_published(plain, Stated(effective_from=dt.date(year - 1, 10, 1)))


def test_an_update_of_procedures_is_known_by_its_codes_too(tmp_path: Path) -> None:
    path = write(tmp_path, "icd10pcs_order_2020.txt", order_text([*PROCEDURES, "XW033E5"], ()))
    release = one(path)
    assert (release.release, release.effective_from) == ("FY2020 August official", dt.date(2020, 8, 1))


UPDATE = [*DIAGNOSES, "U071"]


@pytest.mark.parametrize(
    ("before", "after", "first"),
    [
        ("icd10cm_order_2026.txt", "icd10cm_order_2027.txt", dt.date(2026, 10, 1)),
        ("icd10cm_order_2026.txt", "icd10cm_order_2027jan.txt", dt.date(2027, 1, 1)),
        ("icd10cm_order_2027.txt", "icd10cm-order-April-2027.txt", dt.date(2027, 4, 1)),
        ("icd10cm_order_2027.txt", "icd10cm_order_2027.txt", None),
    ],
)
def test_the_addenda_beside_a_list_shows_its_day(
    tmp_path: Path, before: str, after: str, first: dt.date | None
) -> None:
    members = {
        "icd10cm_order_2027.txt": order_text(UPDATE),
        "icd10cm_order_addenda_2027.txt": addenda_text(
            {"Add": ["U071"], "Delete": ["A009"]}, (before, 5), (after, 5), header_count=2
        ),
        "icd10OrderFiles.pdf": "%PDF-1.7",
    }
    path = write_zip(tmp_path / "cms_2027_dx.zip", members)
    if first is not None:
        assert one(path).effective_from == first
        return
    with pytest.raises(BadInputError, match="changes fiscal year 2027 within the year") as raised:
        read_published(path)
    assert "--from 2026-10-01" in str(raised.value.hint)
    assert one(path, Stated(effective_from=dt.date(2027, 4, 1))).effective_from == dt.date(2027, 4, 1)


def test_where_nothing_shows_the_day_it_is_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, "icd10cm_order_2031.txt", order_text(UPDATE))
    with pytest.raises(BadInputError, match="neither its name nor its codes nor an addenda") as raised:
        read_published(path)
    assert "--from 2030-10-01" in str(raised.value.hint)
    assert one(path, Stated(effective_from=dt.date(2030, 10, 1))).release == "FY2031 official"


def test_the_notes_of_an_update_begin_with_it(tmp_path: Path) -> None:
    document = tabular_document(2023).replace(
        '<section id="S70-S79">',
        '<section id="S70-S79"><diag><name>T74.A1XA</name><desc>A title</desc></diag>',
    )
    path = tmp_path / "icd10cm_tabular_2023.xml"
    path.write_text(document, encoding="utf-8")
    assert one(path).effective_from == dt.date(2023, 4, 1)


# Whole or not: by the addenda


@pytest.mark.parametrize(
    ("codes", "headers", "said"),
    [
        (["A000", "I10", "Z9989"], ("A00", "E11"), "holds 3 billable codes; .* counts 4"),
        (DIAGNOSES, ("A00",), "holds 1 header codes; .* counts 2"),
        (["A000", "A009", "I10", "Z9989"], ("A00", "E11"), "does not have E1122"),
    ],
)
def test_a_list_that_its_addenda_does_not_count_is_refused(
    tmp_path: Path, codes: list[str], headers: tuple[str, ...], said: str
) -> None:
    added = [] if "3 billable" in said else ["E1122"]
    addenda = addenda_text(
        {"Add": added}, ("icd10cm_order_2017.txt", 4), ("icd10cm_order_2018.txt", 4), header_count=2
    )
    if not added:
        addenda = "Revise from: 1 A000    A title\r\n" + addenda
    members = {
        "icd10cm_order_2018.txt": order_text(codes, headers),
        "icd10cm_order_addenda_2018.txt": addenda,
    }
    with pytest.raises(BadInputError, match=said):
        read_published(write_zip(tmp_path / "cms_2018_dx.zip", members))


def test_an_addenda_without_changes_is_one_too(tmp_path: Path) -> None:
    lists = "  4 codes in icd10cm_codes_2015.txt\n  4 codes in icd10cm_codes_2016.txt\n"
    totals = f"\nCodes\n  \r\n{lists}      \r\n      0 additions\n"
    members = {"icd10cm_order_2016.txt": order_text(DIAGNOSES), "icd10cm_addenda_2016.txt": totals}
    release = one(write_zip(tmp_path / "cms_2016_dx.zip", members))
    assert release.addenda is not None
    assert release.addenda.changes_nothing


def test_a_dos_end_of_file_is_no_line(tmp_path: Path) -> None:
    path = write(tmp_path, "icd10cm_order_2015.txt", order_text(DIAGNOSES) + "\x1a")
    assert one(path).row_count == 6


# Beside other years


def zipped(
    folder: Path, year: int, codes: Sequence[str], changes: Mapping[str, Sequence[str]], count: int
) -> Path:
    names = f"icd10cm_order_{year - 1}.txt", f"icd10cm_order_{year}.txt"
    members = {
        names[1]: order_text(codes),
        f"icd10cm_order_addenda_{year}.txt": addenda_text(changes, (names[0], count), (names[1], len(codes))),
    }
    return write_zip(folder / f"cms_{year}_dx.zip", members)


def ten_years(folder: Path) -> list[Path]:
    """Three Octobers and an update: A001 is of 2018 only, B001 began in January 2021."""
    return [
        write(folder, "icd10cm_order_2017.txt", order_text(["A000", "E1122", "I10", "Z9989"])),
        zipped(folder, 2018, ["A000", "A001", "E1122", "I10", "Z9989"], {"Add": ["A001"]}, 4),
        zipped(
            folder, 2019, ["A000", "E1122", "I10", "Z001", "Z9989"], {"Delete": ["A001"], "Add": ["Z001"]}, 5
        ),
        write(folder, "icd10cm_order_2021.txt", order_text(["A000", "E1122", "I10", "Z9989", "U071"])),
        write(
            folder,
            "icd10cm-order-Jan-2021.txt",
            order_text(["A000", "B001", "E1122", "I10", "Z9989", "U071"]),
        ),
    ]


def test_a_folder_of_years_is_loaded_each_in_its_place_whatever_the_order(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    years = ten_years(files)
    seen = []
    for number, order in enumerate([*permutations(years)][::17]):
        folder = tmp_path / str(number)
        folder.mkdir()
        workspace, report = load(folder, order)
        assert report.rows.filter(load_status="loaded").height == 5
        codes = workspace.warehouse().query("queries/codesets/code_of_system", {"code_system": "ICD-10-CM"})
        seen.append(codes.filter(pl.col("effective_to") < dt.date(2022, 1, 1)).rows())
    assert all(rows == seen[0] for rows in seen)
    assert days_of(workspace, "A001") == [(dt.date(2017, 10, 1), dt.date(2018, 9, 30))]
    assert days_of(workspace, "B001") == [(dt.date(2021, 1, 1), dt.date(2021, 9, 30))]
    assert days_of(workspace, "U071")[:2] == [
        (dt.date(2020, 10, 1), dt.date(2020, 12, 31)),
        (dt.date(2021, 1, 1), dt.date(2021, 9, 30)),
    ]


@pytest.mark.parametrize(("system", "last_equal"), [("cm", 2016), ("pcs", 2015)])
def test_years_before_the_first_year_of_use_may_be_equal(
    tmp_path: Path, system: str, last_equal: int
) -> None:
    text = order_text(DIAGNOSES) if system == "cm" else order_text(PROCEDURES, ())
    paths = [write(tmp_path, f"icd10{system}_order_{year}.txt", text) for year in range(2014, last_equal + 1)]
    _, report = load(tmp_path, paths)
    assert report.rows["load_status"].to_list() == ["loaded"] * len(paths)


def test_last_years_list_under_this_years_name_is_refused(tmp_path: Path) -> None:
    text = order_text(DIAGNOSES)
    same = [write(tmp_path, f"icd10cm_order_{year}.txt", text) for year in (2018, 2019)]
    _, report = load(tmp_path, same)
    assert report.refused["reason"].item().startswith("icd10cm_order_2019.txt is byte for byte")
    retitled = write(tmp_path, "icd10cm_order_2019.txt", text.replace("A title\r", "B title\r"))
    (tmp_path / "again").mkdir()
    _, report = load(tmp_path / "again", [same[0], retitled])
    assert "has exactly the codes of ICD-10-CM FY2018 official" in report.refused["reason"].item()


def test_a_list_has_to_follow_from_the_year_before_by_its_addenda(tmp_path: Path) -> None:
    before = write(tmp_path, "icd10cm_order_2018.txt", order_text(["A000", "A001", "I10", "Z9989"]))
    after = zipped(
        tmp_path, 2019, ["A000", "E1122", "I10", "Z9989"], {"Add": ["E1122"], "Delete": ["B001"]}, 4
    )
    _, report = load(tmp_path, [after, before])
    assert "does not follow from ICD-10-CM FY2018 official" in report.refused["reason"].item()
    # With another count, an update of the year before is not loaded: nothing is known against the list.
    (tmp_path / "more").mkdir()
    fewer = zipped(tmp_path / "more", 2019, ["A000", "E1122", "I10", "Z9989"], {"Add": ["E1122"]}, 3)
    _, report = load(tmp_path / "more", [before, fewer])
    assert report.refused.is_empty()


def test_a_folder_may_hold_documents_beside(tmp_path: Path) -> None:
    write(tmp_path, "icd10cm_order_2018.txt", order_text(DIAGNOSES))
    write(tmp_path, "guidelines-2018.pdf", "%PDF-1.4")
    write_zip(tmp_path / "icd10cm-addenda-files-2018.zip", {"icd10cm-drug-addenda-2018.pdf": "%PDF-1.4"})
    workspace = Workspace.create(tmp_path / "w")
    paths = sorted(path for path in tmp_path.iterdir() if path.is_file())
    report = load_code_sets(workspace, paths, loaded_at=NOON)
    assert sorted(report.rows["load_status"]) == ["loaded", "skipped", "skipped"]


# The real files


OLDER = {
    "cms_2016_dx.zip": ("ICD-10-CM", "FY2016 official", dt.date(2015, 10, 1), 69_823),
    "cms_2016_pr.zip": ("ICD-10-PCS", "FY2016 official", dt.date(2015, 10, 1), 71_974),
    "cms_2018_dx.zip": ("ICD-10-CM", "FY2018 official", dt.date(2017, 10, 1), 71_704),
    "cms_2018_pr.zip": ("ICD-10-PCS", "FY2018 official", dt.date(2017, 10, 1), 78_705),
    "cms_2021_dx.zip": ("ICD-10-CM", "FY2021 January official", dt.date(2021, 1, 1), 72_621),
    "icd10cm-codes-order-Jan-2021.zip": ("ICD-10-CM", "FY2021 January official", dt.date(2021, 1, 1), 72_621),
    "cms_2023_dx.zip": ("ICD-10-CM", "FY2023 April official", dt.date(2023, 4, 1), 73_674),
}
NEWER = {
    "icd10cm/cms_2025_dx.zip": ("ICD-10-CM", "FY2025 official", dt.date(2024, 10, 1), 74_260),
    "icd10cm/cms_2026_dx.zip": ("ICD-10-CM", "FY2026 official", dt.date(2025, 10, 1), 74_719),
    "icd10pcs/cms_2025_pr.zip": ("ICD-10-PCS", "FY2025 official", dt.date(2024, 10, 1), 78_948),
    "icd10pcs/cms_2026_pr.zip": ("ICD-10-PCS", "FY2026 official", dt.date(2025, 10, 1), 79_115),
}
EVERY_LIST = {f"older/{name}": expected for name, expected in OLDER.items()} | NEWER


@pytest.fixture(scope="module")
def all_years(tmp_path_factory: pytest.TempPathFactory, field_data: Path) -> Workspace:
    """A workspace into which the folders of real lists were loaded at once."""
    folder = field_data / "codesets"
    workspace = Workspace.create(tmp_path_factory.mktemp("years") / "w")
    paths = [folder / "icd10cm", folder / "icd10pcs", folder / "older"]
    report = load_code_sets(workspace, paths, loaded_at=NOON)
    assert report.refused.is_empty(), report.refused
    return workspace


@pytest.fixture(scope="module")
def search(all_years: Workspace) -> CodeSearch:
    return CodeSearch(all_years.warehouse())


def test_the_documentation_has_the_days_and_counts_of_every_list() -> None:
    text = (Path(__file__).parents[2] / "docs" / "code_sets.md").read_text(encoding="utf-8")
    for code_system, release, first, billable_count in EVERY_LIST.values():
        name, last = release.removesuffix(" official"), f"{fiscal_year_of(first)}-09-30"
        row = f"| {code_system} | {name} | {first} | {last} | {billable_count:,} |"
        assert row in text, row


@pytest.mark.field
@pytest.mark.parametrize("name", EVERY_LIST)
def test_every_code_of_a_real_list_is_valid_on_its_days_and_on_no_other(
    all_years: Workspace, field_data: Path, name: str
) -> None:
    code_system, release, first, billable_count = EVERY_LIST[name]
    (read,) = read_published(field_data / "codesets" / name).releases
    assert (read.code_system, read.release, read.effective_from) == (code_system, release, first)
    (codes,) = read.frames.values()
    assert codes["is_billable"].sum() == billable_count
    there = all_years.warehouse().query("queries/codesets/code_of_system", {"code_system": code_system})
    columns = ["code", "is_billable", "effective_from", "effective_to"]
    # What holds on the first or the last day of the release is the list, and each row has the list's days.
    for day in (first, read.effective_to):
        held = there.filter(pl.col("effective_from") <= day, pl.col("effective_to").fill_null(day) >= day)
        assert held.select(columns).sort("code").equals(codes.select(columns).sort("code"))
    assert there.filter(release=release, effective_from=first).height == codes.height
    assert there.filter(pl.col("release") == release, pl.col("effective_from") != first).is_empty()


@pytest.mark.field
@pytest.mark.parametrize(
    ("code", "day", "status"),
    [
        ("E11.22", dt.date(2018, 5, 1), "in force"),
        ("I10", dt.date(2016, 5, 1), "in force"),
        # The update of January 2021 says nothing of November.
        ("J12.82", dt.date(2020, 11, 15), "not checked"),
        ("J12.82", dt.date(2021, 1, 1), "in force"),
        ("J12.82", dt.date(2018, 5, 1), "not in force"),
        ("T74.A1XA", dt.date(2022, 12, 1), "not checked"),
        ("T74.A1XA", dt.date(2023, 4, 1), "in force"),
        ("A04.71", dt.date(2016, 5, 1), "not in force"),
        ("A04.71", dt.date(2018, 5, 1), "in force"),
    ],
)
def test_the_page_of_a_code_answers_for_a_day_of_any_year(
    search: CodeSearch, code: str, day: dt.date, status: str
) -> None:
    page = search.page(code, date=day, code_system="ICD-10-CM")
    assert page.status.partition(":")[0] == status


@pytest.mark.field
@pytest.mark.parametrize("lost", [1, 500, 20_000])
@pytest.mark.parametrize("name", ["cms_2016_dx.zip", "cms_2018_dx.zip", "cms_2018_pr.zip", "cms_2021_dx.zip"])
def test_a_real_list_without_its_last_lines_is_refused(
    tmp_path: Path, field_data: Path, name: str, lost: int
) -> None:
    with zipfile.ZipFile(field_data / "codesets/older" / name) as archive:
        member = next(one for one in archive.namelist() if "order_20" in one and "addenda" not in one)
        lines = archive.read(member).decode("latin-1").splitlines()
    path = write_lines(tmp_path / Path(member).name, lines[:-lost])
    with pytest.raises(BadInputError, match="truncated"):
        read_published(path)
