"""One flipped bit of a ledger's files is found, or changes nothing; make soak flips thousands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.ledger.flipped_bits import flips, leave_write_ahead_file, make_ledger


def test_a_flipped_bit_of_the_ledger_is_found_or_harmless(tmp_path: Path) -> None:
    folder = tmp_path / "sound"
    folder.mkdir()
    make_ledger(folder / "ledger.db", 150)
    outcomes = list(flips(folder, "ledger.db", 30, 1, known_count=150))
    assert set(outcomes) == {"found", "harmless"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_flipped_bit_of_the_write_ahead_file_loses_nothing_acknowledged(tmp_path: Path) -> None:
    folder = tmp_path / "sound"
    folder.mkdir()
    make_ledger(folder / "ledger.db", 30)
    leave_write_ahead_file(folder / "ledger.db")
    assert set(flips(folder, "ledger.db-wal", 12, 1, known_count=30)) <= {"found", "harmless"}
