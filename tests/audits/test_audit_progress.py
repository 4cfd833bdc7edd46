"""How far an audit is, whom it waits for and since when, and what a blind reviewer sees of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from auditlib.audits.audit_progress import AuditProgress, Waiting, audits_in_progress, progress_frame
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.made_once import copied
from tests.tables import fill
from tests.widgets.test_sample_planner import small_workbench
from tests.workbench.records import BARE, NOW, SAMPLE, agree_with_all
from tests.workbench.test_rebuttals import CHANGED, WHOLE, coder_of, dispute, make_findings

DAY = dt.date(2026, 11, 2)


def seen(bench: Workbench, *, by: str = "manager", on: dt.date = DAY) -> list[AuditProgress]:
    return audits_in_progress(bench.workspace, seen_by=by, as_of=on)


def only(bench: Workbench, *, by: str = "manager") -> tuple[str, str, tuple[str, ...]]:
    [progress] = seen(bench, by=by)
    done = f"{progress.done_count} of {progress.chart_count}"
    return progress.state, done, tuple(waiting.words for waiting in progress.waits_for)


def complete(bench: Workbench, reviewer: str, charts: list[str]) -> None:
    session = bench.audit("q1").session(reviewer)
    for chart in charts:
        session.complete_chart(chart, recorded_at=bench.now(), go_on=False)


def drawn(root: Path, *, count: int = 4) -> Workbench:
    bench = small_workbench(root)
    bench.samples.draw(Universe("All"), SampleRequest("simple", seed="1", count=count), name="q1")
    return bench


def test_an_audit_goes_from_a_frozen_universe_to_adjudication_and_its_end(tmp_path: Path) -> None:
    bench = small_workbench(tmp_path / "w")
    assert seen(bench) == []
    bench.universes.freeze(Universe("fy2026"))
    assert only(bench) == ("planned", "0 of 240", ("R. Auditor, a sample to be drawn",))

    bench.samples.draw("fy2026", SampleRequest("simple", seed="1", count=4), name="q1")
    assert only(bench) == ("drawn", "0 of 4", ("reviewers to be named",))

    plan = bench.audit("q1").plan_review(["Ann", "Bo"], second_share=0.25, rule="share").plan
    second = next(chart for chart, names in plan.rounds.items() if len(names) > 1)
    first, other = plan.rounds[second]
    loads = {name: len(plan.charts_of(name)) for name in ("Ann", "Bo")}
    words = [
        f"{name}, {loads[name]} chart{'s' * (loads[name] > 1)}"
        for name in sorted(loads, key=lambda n: (-loads[n], n))
    ]
    assert only(bench) == ("first review", "0 of 4", tuple(words))

    for name in ("Ann", "Bo"):
        complete(bench, name, [chart for chart, names in plan.rounds.items() if names[0] == name])
    assert only(bench) == ("second review", "3 of 4", (f"{other}, 1 chart",))

    bench.audit("q1").state_record(second, "missing", reviewer=other)
    assert only(bench) == ("adjudication", "4 of 4", ("an adjudicator, 1 disagreement",))
    bench.audit("q1").adjudicate(
        second, "record", follow=first, reason="It is in the archive.", adjudicator="Cy"
    )
    assert only(bench) == ("closed", "4 of 4", ())
    # A chart that is reopened is open again.
    bench.audit("q1").session(first).reopen_chart(second, recorded_at=bench.now())
    assert only(bench)[:2] == ("first review", "3 of 4")


def test_without_a_plan_an_audit_waits_for_who_began_it(tmp_path: Path) -> None:
    bench = drawn(tmp_path / "w")
    charts = list(bench.audit("q1").session("Ann").encounter_ids)
    complete(bench, "Ann", charts[:3])
    assert only(bench) == ("first review", "3 of 4", ("Ann, 1 chart",))
    complete(bench, "Bo", charts[3:])
    assert only(bench) == ("closed", "4 of 4", ())


def test_an_audit_of_which_only_charts_without_record_are_open_waits_for_the_records(tmp_path: Path) -> None:
    bench = small_workbench(tmp_path / "w")
    bare = [
        {"encounter_id": f"B{n}", "encounter_class": "other", "discharge_date": dt.date(2026, 1, n)}
        for n in range(1, 4)
    ]
    fill(bench.workspace.warehouse(), {"core.encounter": bare})
    universe = Universe("Without documents", encounter_class="other")
    bench.samples.draw(universe, SampleRequest("simple", seed="1", count=3), name="q1")
    bench.audit("q1").plan_review(["Ann"], second_share=0)
    assert only(bench) == ("records asked for", "0 of 3", ("records of 3 charts",))
    bench.audit("q1").state_record("B1", "reviewed elsewhere", place="the archive", reviewer="Ann")
    assert only(bench) == ("first review", "0 of 3", ("Ann, 3 charts",))


def test_a_reviewer_blind_to_others_sees_their_own_charts_only(tmp_path: Path) -> None:
    bench = drawn(tmp_path / "w", count=6)
    plan = bench.audit("q1").plan_review(["Ann", "Bo"], second_share=1, blind=["first reviewer"]).plan
    complete(bench, "Ann", list(plan.charts_of("Ann")))
    assert only(bench, by="Bo") == ("review", "0 of 6", ("Bo, 6 charts",))
    assert only(bench, by="Ann") == ("review", "6 of 6", ())
    assert only(bench)[1:] == ("0 of 6", ("Bo, 6 charts",))
    [for_bo] = seen(bench, by="Bo")
    assert "Ann" not in repr(for_bo)
    # Whatever is hidden: how many findings there are is a result.
    other = drawn(tmp_path / "other")
    other.audit("q1").plan_review(["Ann"], second_share=0, blind=["payer"])
    complete(other, "Ann", list(other.audit("q1").plan.plan.rounds))
    assert (only(other, by="Ann")[0], only(other)[0]) == ("review", "closed")
    bench.audit("q1").unblind("first reviewer", reason="Both are done.", reviewer="Bo")
    assert "Bo, 6 charts" in only(bench, by="Bo")[2]


def test_what_waits_for_the_person_comes_first_and_what_waits_for_nobody_last(tmp_path: Path) -> None:
    bench = drawn(tmp_path / "w")
    complete(bench, "Ann", list(bench.audit("q1").session("Ann").encounter_ids))
    for name, seed in (("q2", "2"), ("q3", "3")):
        bench.samples.draw(Universe("All"), SampleRequest("simple", seed=seed, count=2), name=name)
    bench.audit("q3").plan_review(["Bo"], second_share=0)
    assert [one.audit for one in seen(bench)] == ["q2", "q3", "q1"]
    assert [one.audit for one in seen(bench, by="Bo")] == ["q3", "q2", "q1"]
    frame = progress_frame(seen(bench, by="Bo"))
    assert frame.select("audit", "state", "waits_for", "since").row(0) == (
        "q3",
        "first review",
        "Bo, 2 charts",
        DAY,
    )
    assert bench.audits().frame["audit"].to_list() == ["q2", "q3", "q1"]
    assert seen(bench)[0].waits_for == (Waiting("", "reviewers to be named"),)


def test_named_charts_are_an_audit_once_their_review_is_planned(tmp_path: Path) -> None:
    bench = small_workbench(tmp_path / "w")
    practice = bench.audit("practice", encounter_ids=["E001", "E002"])
    practice.session("Ann").complete_chart("E001", recorded_at=bench.now(), go_on=False)
    assert seen(bench) == []
    practice.plan_review(["Ann"], second_share=0)
    assert only(bench) == ("first review", "1 of 2", ("Ann, 1 chart",))


def test_findings_that_are_sent_wait_for_their_coders_and_disputes_for_who_decides(tmp_path: Path) -> None:
    root = copied("forty-visits-three-findings", make_findings, tmp_path / "ws")
    bench = Workbench(Workspace.open(root), user="Ada", clock=lambda: NOW)
    audit = bench.audit(SAMPLE)
    agree_with_all(bench, WHOLE[6:], reviewer="Rita")
    audit.state_record(list(BARE), "missing", reviewer="Rita")
    [progress] = seen(bench)
    assert (progress.state, progress.waits_for, progress.unsent_finding_count > 0) == ("closed", (), True)

    sent = audit.rebuttal.send(coder_of(CHANGED))
    [progress] = seen(bench, on=NOW.date())
    answers = f"{sent} answer{'s' * (sent > 1)}"
    assert (progress.state, progress.due_on) == ("rebuttal", dt.date(2026, 11, 9))
    assert progress.waits_for == (Waiting(f"coder {coder_of(CHANGED)}", answers),)

    found = dispute(bench, CHANGED)
    assert seen(bench, on=NOW.date())[0].waits_for[0] == Waiting("who decides disputes", "1 dispute")
    bench.audit(SAMPLE).rebuttal.decide(found, "stands", reason="The note does not support it.")
    # Who does not answer until the last day has not disputed.
    assert seen(bench, on=dt.date(2026, 11, 10))[0].state == "closed"
