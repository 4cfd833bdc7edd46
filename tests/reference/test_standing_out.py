"""Histories in which everybody errs alike show no more kinds that stand out than stated."""

from __future__ import annotations

import math
import re

import pytest

from tests.reference.standing_out import CASES, PAGE, STATED, history, is_alarm

ROWS = {
    cells[0]: cells[1:]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ")
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.words)
def test_the_committed_table_holds_what_is_stated(case: object) -> None:
    share, histories = ROWS[case.words]  # type: ignore[attr-defined]
    count = int(histories.replace(",", ""))
    found = float(str(re.match(r"[\d.]+", share)[0])) / 100  # type: ignore[index]
    assert found <= STATED + 2 * math.sqrt(STATED * (1 - STATED) / count)


def test_the_first_histories_again() -> None:
    # One in twenty is expected at most; four of ten would have a chance of one in a thousand.
    assert sum(is_alarm(CASES[1], number) for number in range(10)) < 4


def test_a_history_follows_from_its_number() -> None:
    for one, again in zip(history(CASES[0], 7), history(CASES[0], 7), strict=True):
        assert one.equals(again)
    assert not history(CASES[0], 7)[0].equals(history(CASES[0], 8)[0])
