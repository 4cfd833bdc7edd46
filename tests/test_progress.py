"""Bars of progress: full where the work was done, and where they were where it failed."""

from __future__ import annotations

import contextlib

import pytest

from auditlib.progress import BarProgress


class _RefusedError(Exception):
    pass


@pytest.mark.parametrize(
    ("fails", "counts"),
    [(False, ["2/2", "3/3"]), (True, ["2/2", "1/3"])],
    ids=["done", "failed"],
)
def test_a_bar_is_full_only_where_its_work_is_done(
    capsys: pytest.CaptureFixture[str], *, fails: bool, counts: list[str]
) -> None:
    with contextlib.suppress(_RefusedError), BarProgress() as progress:
        progress.start("Reading files", total=2)
        progress.start("Running checks", total=3)
        progress.advance()
        if fails:
            raise _RefusedError
    lines = capsys.readouterr().err.splitlines()
    assert [next(word for word in line.split() if "/" in word) for line in lines[-2:]] == counts


def test_work_that_is_refused_at_once_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.suppress(_RefusedError), BarProgress():
        raise _RefusedError
    assert capsys.readouterr().err == ""
