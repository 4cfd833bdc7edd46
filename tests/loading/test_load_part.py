"""Which files land together."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.errors import UsageError
from auditlib.loading.load_part import in_parts, most_part_bytes
from auditlib.sources.find_files import find_files


def written(folder: Path, name: str, byte_count: int, start: str = "ISA*00*") -> None:
    (folder / name).write_text(start.ljust(byte_count, " "))


def names(folder: Path, most_bytes: int) -> list[list[str]]:
    return [list(part.files.values()) for part in in_parts(find_files([folder]), most_bytes=most_bytes)]


def test_x12_files_land_in_parts_of_whole_files_in_their_order(tmp_path: Path) -> None:
    for name, byte_count in (("a.edi", 40), ("b.edi", 60), ("c.edi", 50), ("d.edi", 300), ("e.edi", 10)):
        written(tmp_path, name, byte_count)
    assert names(tmp_path, 100) == [["a.edi", "b.edi"], ["c.edi"], ["d.edi"], ["e.edi"]]
    assert names(tmp_path, 1000) == [["a.edi", "b.edi", "c.edi", "d.edi", "e.edi"]]


def test_all_other_files_land_in_the_first_part_since_tables_refer_to_each_other(tmp_path: Path) -> None:
    written(tmp_path, "a.csv", 900, "claim_line_id,code\n")
    written(tmp_path, "b.edi", 60)
    written(tmp_path, "c.edi", 60)
    written(tmp_path, "d.csv", 900, "claim_id,form\n")
    assert names(tmp_path, 100) == [["a.csv", "b.edi", "d.csv"], ["c.edi"]]


def test_troubles_are_reported_once(tmp_path: Path) -> None:
    written(tmp_path, "a.edi", 60)
    written(tmp_path, "b.edi", 60)
    (tmp_path / "link").symlink_to("/etc")
    parts = list(in_parts(find_files([tmp_path]), most_bytes=100))
    assert [len(part.troubles) for part in parts] == [0, 1]


def test_a_whole_disk_or_home_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "a.edi", 60)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for folder in (tmp_path, Path("/")):
        with pytest.raises(UsageError, match="holds everything that is yours"):
            find_files([folder])


def test_a_part_is_an_eighth_of_the_memory_that_a_write_may_take() -> None:
    assert 10_000_000 < most_part_bytes() < 10**13
