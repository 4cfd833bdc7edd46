"""Accuracy over all audits by the workbench and the command line."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from auditlib.cli.main import main
from auditlib.errors import UsageError
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from tests.workbench.records import (
    BARE,
    NOW,
    SAMPLE,
    VISITS,
    agree_by_habit,
    agree_with_all,
    agreement,
    records_workbench,
)

WITH_DOCUMENTS = [visit for visit in VISITS if visit not in BARE]


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    made = records_workbench(tmp_path / "w")
    agree_with_all(made, WITH_DOCUMENTS)
    return made


def second_audit(bench: Workbench, visits: list[str]) -> None:
    later = Workbench(bench.workspace, user="Bea", clock=lambda: NOW + dt.timedelta(days=40))
    later.samples.draw(Universe("all"), SampleRequest("simple", seed="4", count=40), name="q2")
    session = later.audit("q2").session("Bea")
    for visit in visits:
        session.open_chart(visit, recorded_at=later.now())
        for number in session.undecided(visit):
            session.decide(agreement(visit, number), recorded_at=later.now())
        session.complete_chart(visit, recorded_at=later.now(), go_on=False)


def test_a_chart_of_two_audits_counts_once_and_the_note_says_so(bench: Workbench) -> None:
    second_audit(bench, WITH_DOCUMENTS[:4])
    asked = bench.accuracy("audit")
    assert asked.frame.select("audit", "chart_count", "denominator_count").rows() == [
        ("q1", 26, 52),
        ("q2", 4, 8),
    ]
    assert "Charts that several audits reviewed: 4; each counts once" in asked.note
    alone = bench.accuracy(audits=[SAMPLE])
    assert (alone.frame["chart_count"].item(), alone.judged.repeated_count) == (30, 0)
    by_review = bench.accuracy("month", month="review").frame
    assert by_review["month"].to_list() == [dt.date(2026, 11, 1), dt.date(2026, 12, 1)]
    since = bench.accuracy(month="review", since=dt.date(2026, 12, 1))
    assert since.frame["chart_count"].item() == 4


def test_charts_that_reviewers_differ_on_do_not_count_and_are_named(bench: Workbench) -> None:
    other = bench.audit(SAMPLE).session("Bea")
    visit = WITH_DOCUMENTS[0]
    other.open_chart(visit, recorded_at=NOW)
    for number in other.undecided(visit):
        wrong = agreement(visit, number)
        if number == 1:
            wrong = replace(wrong, action="delete", error_kind="unsupported code", cause="coder rule")
        other.decide(wrong, recorded_at=NOW)
    other.complete_chart(visit, recorded_at=NOW, go_on=False)
    asked = bench.accuracy()
    assert asked.frame["chart_count"].item() == 29
    assert (
        f"1 chart is not adjudicated and does not count: reviewers differ on its codes ({visit})"
        in asked.note
    )


def test_missing_records_count_by_their_rule(bench: Workbench) -> None:
    bench.audit(SAMPLE).state_record(BARE[:3], "missing")
    in_full = bench.accuracy(score="payment")
    assert in_full.frame["chart_count"].item() == 33
    assert in_full.frame["unpriced_chart_count"].item() == 3
    assert bench.accuracy().frame.select("numerator_count", "denominator_count").rows() == [(60, 66)]
    excluded = bench.accuracy(missing_rule="excluded")
    assert excluded.frame.select("numerator_count", "denominator_count").rows() == [(60, 60)]
    # Completed by an earlier version, and nobody said whether the record was seen.
    agree_by_habit(bench, BARE[5:6])
    stated = bench.accuracy()
    assert stated.frame["chart_count"].item() == 33
    assert "1 completed chart has no documents and does not count" in stated.note


def test_practice_is_no_audit(bench: Workbench) -> None:
    session = bench.audit("practice", encounter_ids=[BARE[0], WITH_DOCUMENTS[0]]).session("Ada")
    visit = WITH_DOCUMENTS[0]
    session.open_chart(visit, recorded_at=NOW)
    for number in session.undecided(visit):
        session.decide(agreement(visit, number), recorded_at=NOW)
    session.complete_chart(visit, recorded_at=NOW, go_on=False)
    asked = bench.accuracy("audit")
    assert asked.frame["audit"].to_list() == [SAMPLE]
    assert "Not counted, because no sample was drawn: 'practice'." in asked.note
    with pytest.raises(UsageError, match="no sample named 'practice'"):
        _ = bench.accuracy(audits=["practice"]).frame


def test_without_any_review_the_answer_says_what_to_do(tmp_path: Path) -> None:
    asked = records_workbench(tmp_path / "w").accuracy("coder", target=0.95)
    assert "No chart of any audit is reviewed to the end yet" in repr(asked)
    assert asked.frame.is_empty()


def test_the_command_shows_counts_beside_rates(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(bench.workspace.root)
    assert main(["accuracy", "--by", "coder", "--target", "0.9", "-w", root]) == 0
    shown = capsys.readouterr().out
    assert "40 of 40" in shown
    assert "too few" in shown
    assert main(["accuracy", "--score", "payment", "--since", "2025-10-02", "--json", "-w", root]) == 0
    (row,) = json.loads(capsys.readouterr().out)["accuracy"]
    assert (row["measure"], row["chart_count"]) == ("charts paid rightly", 0)
    sentences = []
    for target in ("0.95", "95", "95%"):
        assert main(["accuracy", "--target", target, "--json", "-w", root]) == 0
        sentences.append(json.loads(capsys.readouterr().out)["sentence"])
    assert len(set(sentences)) == 1
    assert "Target of 95.0 %" in sentences[0]
    assert main(["accuracy", "--target", "195", "-w", root]) == 2
    with pytest.raises(UsageError, match="between 0 and 1") as refused:
        _ = bench.accuracy(target=95).frame
    assert refused.value.hint == "Write 95 % as 0.95."


def test_a_person_reads_ten_columns_and_the_others_are_in_the_frame(tmp_path: Path) -> None:
    bench = records_workbench(tmp_path / "w")
    agree_with_all(bench, [visit for visit in VISITS if visit not in BARE])
    shown = bench.accuracy("coder", target=0.9).result
    visible = shown.frame.drop(shown.hidden)
    assert "error_count" in visible.columns
    assert "material_error_count" in shown.hidden
    assert "material_error_count" in shown.note
    assert "Errors" in repr(shown)
    assert "Findings" not in repr(shown)
