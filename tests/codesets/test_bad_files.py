"""Files that must not land: each is refused with a reason and a hint, and the workspace stays as it was."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from auditlib.codesets.library.load_code_sets import load_code_sets
from auditlib.codesets.readers import published
from auditlib.codesets.readers.layouts import read_published
from auditlib.errors import BadInputError
from auditlib.schema import REF_TABLES
from auditlib.warehouse import Warehouse
from auditlib.workspace.folder import Workspace
from tests.codesets.publisher_files import (
    hcpcs_line,
    order_lines,
    tabular_document,
    write_lines,
    write_order,
    write_zip,
)

NOON = dt.datetime(2026, 11, 2, 12, 0)  # noqa: DTZ001 - stored times carry no zone
ORDER = "\r\n".join(order_lines(2026))
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><ICD10CM.tabular>&b;</ICD10CM.tabular>'


def truncated_zip(folder: Path) -> Path:
    path = write_zip(folder / "cms_2026_dx.zip", {"icd10cm_order_2026.txt": ORDER})
    path.write_bytes(path.read_bytes()[:-40])
    return path


def bomb(folder: Path) -> Path:
    return write_zip(folder / "cms_2026_dx.zip", {"icd10cm_order_2026.txt": b" " * (32 << 20)})


def bomb_as_workbook(folder: Path) -> Path:
    return write_zip(folder / "hcpc2026.xlsx", {"xl/workbook.xml": "<x/>", "xl/sheet.xml": b" " * (32 << 20)})


def nested_bomb(folder: Path) -> Path:
    inner = bomb(folder).read_bytes()
    return write_zip(folder / "2026.zip", {"icd10cm_order_2026.txt": ORDER, "more.zip": inner})


def only_nested(folder: Path) -> Path:
    inner = write_zip(folder / "inner.zip", {"icd10cm_order_2026.txt": ORDER}).read_bytes()
    return write_zip(folder / "2026.zip", {"inner.zip": inner})


def climbing(folder: Path) -> Path:
    return write_zip(folder / "2026.zip", {"../../icd10cm_order_2026.txt": ORDER})


def climbing_backwards(folder: Path) -> Path:
    return write_zip(folder / "2026.zip", {"..\\..\\icd10cm_order_2026.txt": ORDER})


def absolute(folder: Path) -> Path:
    return write_zip(folder / "2026.zip", {"/etc/icd10cm_order_2026.txt": ORDER})


def wrong_year(folder: Path) -> Path:
    return write_lines(folder / "icd10cm_order_2026.txt", order_lines(2024))


def same_days(folder: Path) -> Path:
    return write_order(folder, 2025, {"I10": "Another title"}, name="icd10cm-order-2025.txt")


def two_in_one(folder: Path) -> Path:
    other = "\r\n".join(order_lines(2026, {"I10": "More"}))
    return write_zip(folder / "cms_2026_dx.zip", {"one.txt": ORDER, "two.txt": other})


def header_above(folder: Path) -> Path:
    return write_lines(folder / "icd10cm_order_2026.txt", ["ORDER CODE", *order_lines(2026)])


def mixed_encodings(folder: Path) -> Path:
    path = write_lines(folder / "icd10cm_order_2026.txt", order_lines(2026, {"H81": "M\u00e9ni\u00e8re"}))
    path.write_bytes(path.read_bytes().replace("M\u00e9".encode(), b"M\xe9", 1))
    return path


def laughs(folder: Path) -> Path:
    return write_zip(folder / "2026.zip", {"icd10cm_tabular_2026.xml": LAUGHS})


def half_xml(folder: Path) -> Path:
    return write_zip(folder / "2026.zip", {"icd10cm_tabular_2026.xml": tabular_document(2026)[:-200]})


def good_beside_bad(folder: Path) -> Path:
    members = {"icd10cm_order_2026.txt": ORDER, "icd10cm_tabular_2026.xml": tabular_document(2025)}
    return write_zip(folder / "cms_2026_dx.zip", members)


def orphan(folder: Path) -> Path:
    lines = [hcpcs_line("A0021", "3", "One", action="20260101"), hcpcs_line("A0080", "4", "Of another")]
    return write_lines(folder / "HCPC2026_JAN_ANWEB.txt", lines)


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "truncated": (truncated_zip, "is a ZIP that is truncated or damaged"),
    "bomb": (bomb, "would unpack to 32 MB"),
    "workbook bomb": (bomb_as_workbook, "would unpack to 32 MB"),
    "nested bomb": (nested_bomb, r"more\.zip would unpack to 32 MB"),
    "nested": (only_nested, "contains no code set with a known layout"),
    "climbing": (climbing, "contains a path that leads out of it"),
    "climbing backwards": (climbing_backwards, "contains a path that leads out of it"),
    "absolute": (absolute, "contains a path that leads out of it"),
    "wrong year": (wrong_year, "is not fiscal year 2026: it holds B880"),
    "same days": (same_days, "has the effective dates of ICD-10-CM FY2025 official"),
    "two in one": (two_in_one, "disagree on 1 codes, as I10"),
    "header above": (header_above, "line 1 does not fit the published columns"),
    "mixed encodings": (mixed_encodings, "mixes two encodings"),
    "laughs": (laughs, "has a document type definition"),
    "half a document": (half_xml, "is not readable as XML"),
    "good beside bad": (good_beside_bad, "2025 and 2026"),
    "orphan": (orphan, "a continuation of A0080 follows another code"),
}


def everything(warehouse: Warehouse) -> dict[str, int]:
    """A fingerprint of each table of code sets."""
    with warehouse.writing() as writer:
        connection = writer._connection
        return {
            table.full_name: int(
                connection.select(f"select * from {table.full_name}", None).hash_rows().sum()
            )
            for table in REF_TABLES
        }


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("kept")
    workspace = Workspace.create(folder / "w")
    load_code_sets(workspace, [write_order(folder, 2025, {"I10": "A title"})], loaded_at=NOON)
    return workspace


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_and_nothing_changes(workspace: Workspace, tmp_path: Path, kind: str) -> None:
    build, said = BAD[kind]
    before = everything(workspace.warehouse())
    kept = sorted(path.name for path in workspace.releases.iterdir())
    report = load_code_sets(workspace, [build(tmp_path)], loaded_at=NOON)
    assert report.rows["load_status"].to_list() == ["refused"]
    reason, hint = report.refused.select("reason", "hint").row(0)
    assert pl.Series([reason]).str.contains(said).all(), reason
    assert hint
    assert everything(workspace.warehouse()) == before
    assert sorted(path.name for path in workspace.releases.iterdir()) == kept


def test_what_would_unpack_to_too_much_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "MOST_BYTES", 1 << 20)
    parts = {f"{number}.txt": bytes(range(256)) * 2048 for number in range(3)}
    with pytest.raises(BadInputError, match="would unpack to 1 MB"):
        read_published(write_zip(tmp_path / "many.zip", parts))


def test_a_member_larger_than_it_says_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "lies.zip", {"a.txt": "a" * 1000})
    data = bytearray(path.read_bytes())
    # The size after unpacking, in the local header and in the directory.
    for start in (22, data.index(b"PK\x01\x02") + 24):
        data[start : start + 4] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(BadInputError, match=r"inside it is (larger than the ZIP says|damaged or locked)"):
        read_published(path)


def test_a_zip_inside_is_told_beside_what_was_read(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.txt", "x")
    members = {"icd10cm_order_2026.txt": ORDER, "inner.zip": inner.getvalue()}
    read = read_published(write_zip(tmp_path / "cms_2026_dx.zip", members))
    assert [release.release for release in read.releases] == ["FY2026 official"]
    assert read.passed_over == (("inner.zip", "a ZIP inside the ZIP: unpack it and load it separately"),)
