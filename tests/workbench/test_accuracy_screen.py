"""The accuracy screen on workspaces: every number opens its rows, and every state has its words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from auditlib.review import Verdict
from auditlib.sampling import SampleRequest, Universe
from auditlib.widgets.accuracy_screen import AccuracyFigures
from auditlib.widgets.accuracy_screen.page import page
from auditlib.widgets.accuracy_screen.rows_behind import rows_behind
from auditlib.workbench import Workbench
from tests.made_once import demo_workspace, workspace_with_code_sets
from tests.widgets.test_accuracy_screen import months, numbers, texts
from tests.workbench.records import BARE, NOW, VISITS, agree_with_all, agreement, records_workbench

WITH_DOCUMENTS = [visit for visit in VISITS if visit not in BARE]
DOLLARS = {"overpaid", "underpaid", "priced"}


def demo(root: Path) -> Workbench:
    return Workbench.open(demo_workspace(root))


def own(root: Path) -> Workbench:
    bench = records_workbench(root)
    agree_with_all(bench, WITH_DOCUMENTS)
    bench.audit().state_record(sorted(BARE), "missing")
    return bench


def deletion(visit: str, number: int) -> Verdict:
    return replace(
        agreement(visit, number), action="delete", error_kind="unsupported code", cause="coder oversight"
    )


def assert_numbers_open_their_rows(figures: AccuracyFigures) -> int:
    """Hold every count of the page against the rows that it opens; return how many there are."""
    whole = page(figures)
    counts = [
        (int(words.split()[0].replace(",", "")), rows)
        for words, rows in numbers(whole)
        if re.match(r"[\d,]+($| )", words) and "%" not in words and rows.get("state") not in DOLLARS
    ]
    for label, rows in months(whole):
        counts.append((int(label.rpartition(" of ")[2].split(",")[0]), rows))
    for count, rows in counts:
        title = texts(rows_behind(figures, rows)[2])
        assert title.startswith(f"{count:,} "), (count, rows, title)
    return len(counts)


@pytest.mark.slow
@pytest.mark.parametrize("make", [demo, own])
@pytest.mark.parametrize("score", ["codes", "payment"])
def test_every_number_opens_its_rows(make: Callable[[Path], Workbench], score: str, tmp_path: Path) -> None:
    bench = make(tmp_path / "w")
    screen = bench.accuracy_screen(score=score, target=0.9)  # type: ignore[arg-type]
    assert assert_numbers_open_their_rows(screen.figures) > 10


def test_before_any_audit_and_before_any_review_the_screen_says_what_to_do(tmp_path: Path) -> None:
    empty = Workbench.open(workspace_with_code_sets(tmp_path / "empty"))
    assert "There is no audit yet." in repr(empty.accuracy_screen())
    drawn = records_workbench(tmp_path / "drawn")
    assert "No chart that counts is reviewed to the end yet in 1 audit." in repr(drawn.accuracy_screen())


def test_one_audit_of_one_month_has_no_limits_and_its_missing_records_are_named(tmp_path: Path) -> None:
    words = texts(page(own(tmp_path / "w").accuracy_screen().figures))
    assert "Is it changing? The department: cannot be told yet." in words
    assert f"{len(BARE)} records are missing" in words
    assert "It cannot be told: no chart was reviewed by two." in words


def test_a_chart_that_is_not_adjudicated_is_left_out_and_named(tmp_path: Path) -> None:
    bench = own(tmp_path / "w")
    before = bench.accuracy_screen().figures.charts.height
    visit = WITH_DOCUMENTS[0]
    session = bench.audit().session("Bea")
    moment = NOW + dt.timedelta(hours=2)
    session.open_chart(visit, recorded_at=moment)
    first, *others = session.undecided(visit)
    session.decide(deletion(visit, first), recorded_at=moment)
    for number in others:
        session.decide(agreement(visit, number), recorded_at=moment)
    session.complete_chart(visit, recorded_at=moment, go_on=False)
    figures = bench.accuracy_screen().figures
    assert figures.charts.height == before - 1
    words = texts(page(figures))
    assert f"1 chart is not adjudicated and does not count: reviewers differ on its codes ({visit})." in words
    pair = figures.pairs.row(0, named=True)
    assert (pair["chart_count"], pair["code_count"] - pair["same_count"]) == (1, 1)


def test_audits_and_days_are_chosen(tmp_path: Path) -> None:
    bench = own(tmp_path / "w")
    later = Workbench(bench.workspace, user="Bea", clock=lambda: NOW + dt.timedelta(days=40))
    later.samples.draw(Universe("all"), SampleRequest("simple", seed="4", count=40), name="q2")
    assert later.accuracy_screen().figures.audit_names == ("q1", "q2")
    assert later.accuracy_screen(audits=["q2"]).figures.charts.is_empty()
    assert later.accuracy_screen(since=dt.date(2026, 1, 1)).figures.charts.is_empty()
