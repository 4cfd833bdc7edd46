"""Histories without any change raise no more alarms than stated: in the committed table, and afresh."""

from __future__ import annotations

import math
import re

import pytest

from tests.reference.accuracy_trend import CELLS, PAGE, STATED, history, tally

ROWS = {
    cells[0]: cells[1:]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ")
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
}


@pytest.mark.parametrize("alarm", STATED)
def test_the_committed_table_holds_what_is_stated(alarm: str) -> None:
    for share, histories in zip(ROWS[alarm], ROWS["histories"], strict=True):
        count = int(histories.replace(",", ""))
        found = float(str(re.match(r"[\d.]+", share)[0])) / 100  # type: ignore[index]
        assert found <= STATED[alarm] + 2 * math.sqrt(STATED[alarm] * (1 - STATED[alarm]) / count)


def test_the_first_histories_again() -> None:
    counted = tally(CELLS[0], range(20))
    assert counted["histories"] == 20
    # One in twenty is expected at most; five would have a chance below one in three hundred.
    assert all(counted[alarm] < 5 for alarm in STATED)


def test_a_history_follows_from_its_number() -> None:
    assert history(CELLS[0], 7).equals(history(CELLS[0], 7))
    assert not history(CELLS[0], 7).equals(history(CELLS[0], 8))
