from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from auditlib.errors import BadInputError
from tools.synthetic.dice import Dice
from tools.synthetic.readme import render_readme
from tools.synthetic.universe import Universe, make_universe, universe_files, write_universe

WRITTEN = ("audit", "claims", "encounters", "machine", "remittances")


@pytest.fixture(scope="module")
def files(universe: Universe) -> dict[str, str]:
    return {**universe_files(universe), "README.md": render_readme(universe)}


def test_the_committed_files_are_those_of_the_seed_byte_for_byte(
    files: dict[str, str], data_folder: Path
) -> None:
    committed = {
        path.relative_to(data_folder).as_posix(): path.read_bytes()
        for folder in WRITTEN
        for path in (data_folder / folder).rglob("*")
        if path.is_file()
    }
    committed["README.md"] = (data_folder / "README.md").read_bytes()
    assert sorted(committed) == sorted(files)
    different = [name for name, text in files.items() if committed[name] != text.encode()]
    assert different == []


def test_writing_removes_files_of_an_earlier_universe_and_nothing_else(tmp_path: Path) -> None:
    files = {"claims/837P_2026-01.edi": "new", "README.md": "read"}
    for name in ("claims/837P_2020-01.edi", "claims/mine.txt", "charts/A0001/note.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("old")
    write_universe(tmp_path, files)
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["README.md", "charts/A0001/note.txt", "claims/837P_2026-01.edi", "claims/mine.txt"]


def test_a_universe_does_not_depend_on_the_hash_seed_of_the_interpreter() -> None:
    script = (
        "import hashlib; from tools.synthetic.universe import *; "
        "f = universe_files(make_universe(7, encounter_count=60)); "
        "print(hashlib.sha256(repr(sorted(f.items())).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "99")
    }
    assert len(digests) == 1


def test_another_seed_gives_another_universe() -> None:
    one, two = (universe_files(make_universe(seed, encounter_count=20)) for seed in (1, 2))
    assert one["encounters/encounters.csv"] != two["encounters/encounters.csv"]


def test_dice_are_pinned() -> None:
    # These are the first choices of the seed; another Python must give the same.
    dice = Dice("pinned")
    assert [dice.below(1000) for _ in range(5)] == [466, 117, 625, 171, 394]
    assert Dice("pinned").fork("a").digits(8) == "84852654"


def test_files_are_small_plain_and_end_with_a_line_feed(files: dict[str, str]) -> None:
    assert sum(len(text.encode()) for text in files.values()) < 12_000_000
    for name, text in files.items():
        assert "\r" not in text, name
        assert text.endswith("\n"), name
    assert all(text.isascii() for name, text in files.items() if name.endswith(".edi"))


def test_an_authored_chart_that_cannot_be_billed_is_named(tmp_path: Path) -> None:
    chart = tmp_path / "charts" / "A0099" / "encounter.json"
    chart.parent.mkdir(parents=True)
    chart.write_text("{}")
    with pytest.raises(BadInputError, match="A0099"):
        make_universe(folder=tmp_path, encounter_count=1)
