"""Queries of an audit by Python and by command, and who is shown them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from auditlib.cli import main
from auditlib.errors import UsageError
from auditlib.review import Verdict
from auditlib.workbench import Workbench
from tests.workbench.records import NOW, SAMPLE, VISITS, records_workbench

FACTS = ("Blood pressure 190/110",)


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return records_workbench(tmp_path / "ws")


def test_queries_are_listed_with_their_days_and_answers(bench: Workbench) -> None:
    audit = bench.audit(SAMPLE)
    assert "No query" in repr(audit.queries())
    assert audit.provider_queries.check("Which?", indicators=(), provider="Dr Lee")[0].is_refused
    sent = audit.provider_queries.send(
        VISITS[1], "Which kind?", indicators=FACTS, options=("a kind", "b kind"), provider="Dr Lee"
    )
    audit.provider_queries.send(VISITS[2], "Why?", indicators=FACTS, provider="Dr Lee")
    with pytest.raises(UsageError, match="no chart 'E99'"):
        audit.provider_queries.send("E99", "Why?", indicators=FACTS, provider="Dr Lee")
    with pytest.raises(UsageError, match="no query 'Q9'"):
        audit.provider_queries.answer("Q9", "a kind")
    audit.provider_queries.answer(sent.query_id, "a kind")
    audit.provider_queries.withdraw("Q2", reason="Found.")
    frame = audit.queries().frame
    assert frame["query_state"].to_list() == ["answered", "withdrawn"]
    assert frame["answer"].to_list() == ["a kind", None]
    assert frame["day_count"].to_list() == [0, 0]
    assert audit.queries().note == "0 of 2 open."


def completed_with_query(bench: Workbench, chart: str, reviewer: str = "Ada") -> None:
    session = bench.audit(SAMPLE).session(reviewer)
    for code in session.assigned(chart):
        agreed = Verdict(chart, "agree", code.code_number, code.code_system, code.code)
        session.decide(agreed, recorded_at=NOW)
    session.complete_chart(chart, recorded_at=NOW, go_on=False, with_open_query=True)


def test_charts_completed_with_an_open_query_are_counted_and_reported(bench: Workbench) -> None:
    audit = bench.audit(SAMPLE)
    for chart in VISITS[1:4]:
        audit.provider_queries.send(chart, "SECRET why?", indicators=FACTS, provider="Dr Lee")
    completed_with_query(bench, VISITS[1])
    completed_with_query(bench, VISITS[2])
    later = Workbench(bench.workspace, user="Ada", clock=lambda: NOW + dt.timedelta(days=3))
    later.audit(SAMPLE).provider_queries.answer("Q2", words="Because.")
    assert later.audits().frame["open_query_chart_count"].to_list() == [1]
    contents = later.reports.contents(SAMPLE)
    section = next(one for one in contents.sections if one.heading == "Queries to providers")
    assert section.facts == (
        ("Asked", "3"),
        ("Answered", "1, median 3 days until the answer"),
        ("Open", "2, median 3 days so far"),
        ("Withdrawn", "0"),
        ("Charts completed with an open query", "1"),
    )
    assert "SECRET" not in repr(section)
    assert section.tables[0].frame["query_id"].to_list() == ["Q1", "Q2", "Q3"]


def test_a_blind_reviewer_counts_only_their_own_charts_with_an_open_query(bench: Workbench) -> None:
    plan = bench.audit(SAMPLE).plan_review(["Rita", "Sam"], second_share=1.0, blind=["first reviewer"]).plan
    rita, sam = (Workbench(bench.workspace, user=name, clock=lambda: NOW) for name in ("Rita", "Sam"))
    chart = next(name for name in VISITS[1:4] if name in plan.rounds)
    rita.audit(SAMPLE).provider_queries.send(chart, "Why?", indicators=FACTS, provider="Dr Lee")
    completed_with_query(rita, chart, "Rita")
    counts = [one.audits().frame["open_query_chart_count"].to_list() for one in (rita, sam, bench)]
    assert counts == [[1], [0], [1]]


def test_a_blind_reviewer_is_shown_their_own_queries(bench: Workbench) -> None:
    bench.audit(SAMPLE).plan_review(["Rita", "Sam"], second_share=1.0, blind=["first reviewer"])
    rita, sam = (Workbench(bench.workspace, user=name, clock=lambda: NOW) for name in ("Rita", "Sam"))
    rita.audit(SAMPLE).provider_queries.send(VISITS[1], "Why?", indicators=FACTS, provider="Dr Lee")
    assert rita.audit(SAMPLE).queries().frame.height == 1
    assert sam.audit(SAMPLE).queries().frame.is_empty()
    with pytest.raises(UsageError, match="no query 'Q1'"):
        sam.audit(SAMPLE).provider_queries.withdraw("Q1", reason="Not mine.")
    assert bench.audit(SAMPLE).queries().frame.height == 1


def test_the_command_sends_answers_and_lists(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del bench
    base = ["-w", str(tmp_path / "ws"), "audit"]
    about = ["--provider", "Dr Lee", "--indicator", FACTS[0]]
    refused = [*base, "query", VISITS[1], "Do you agree it is X?", *about]
    assert main(refused) == 2
    assert "leads to an answer" in capsys.readouterr().err
    sent = [
        *base,
        "query",
        VISITS[1],
        "Was it there on admission?",
        *about,
        "--option",
        "yes",
        "--option",
        "no",
    ]
    assert main(sent) == 0
    shown = capsys.readouterr().out
    assert "query Q1: sent to Dr Lee" in shown
    assert "Look again: Yes or no" in shown
    assert main([*base, "query", "Q1", "--answer", "yes", "--withdrawn", "x"]) == 2
    assert "one at a time" in capsys.readouterr().err
    assert main([*base, "query", "Q1", "--answer", "yes"]) == 0
    capsys.readouterr()
    assert main([*base, "queries", SAMPLE, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["queries"]
    assert [(row["query_id"], row["answer"]) for row in listed] == [("Q1", "yes")]
