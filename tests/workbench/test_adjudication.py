"""Reviews that differ are decided item by item; accuracy, estimate, export and report then agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from auditlib.audits.audit import reviewed
from auditlib.errors import LedgerMovedOnError, UsageError
from auditlib.ledger import Ledger
from auditlib.review import CorrectedCode, Verdict
from auditlib.review.adjudication import ADJUDICATED, label_order
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from tests.widgets.screen_line import ScreenLine
from tests.workbench.records import BARE, CODES, NOW, VISITS, records_workbench

WITH_DOCUMENTS = [visit for visit in VISITS if visit not in BARE]
CHARTS = WITH_DOCUMENTS[:3]
# What a reviewer makes of the two codes of a chart, and whether a missed code is added.
CHOICES = st.tuples(
    st.sampled_from(["agree", "delete", "I119", "I130"]),
    st.sampled_from(["agree", "delete", "99214"]),
    st.booleans(),
)
Choice = tuple[str, str, bool]


def verdict_of(chart: str, number: int, choice: str) -> Verdict:
    system, code, role = CODES[number - 1]
    if choice == "agree":
        return Verdict(chart, "agree", number, system, code)
    if choice == "delete":
        return Verdict(chart, "delete", number, system, code, None, "unsupported code", "coder oversight")
    corrected = CorrectedCode(system, choice, role)
    return Verdict(chart, "change", number, system, code, corrected, "wrong code", "coder rule")


def added(chart: str, code: str = "E119") -> Verdict:
    corrected = CorrectedCode("ICD-10-CM", code, "secondary")
    return Verdict(chart, "add", None, None, None, corrected, "missed code", "coder oversight")


def review(bench: Workbench, chart: str, reviewer: str, choice: Choice, *, audit: str = "q1") -> None:
    session = bench.audit(audit).session(reviewer)
    if session.needs_record_statement(chart):
        session.state_record(chart, "reviewed elsewhere", place="on paper", recorded_at=NOW)
    if session.is_completed(chart):
        session.reopen_chart(chart, recorded_at=NOW)
    for number in (1, 2):
        session.decide(verdict_of(chart, number, choice[number - 1]), recorded_at=NOW)
    if choice[2]:
        session.decide(added(chart), recorded_at=NOW)
    session.complete_chart(chart, recorded_at=NOW + dt.timedelta(minutes=5), go_on=False)


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return records_workbench(tmp_path / "w")


def items_of(choice: Choice) -> dict[str, str]:
    """The oracle's view of a review: what it makes of each item."""
    return {"1": choice[0], "2": choice[1], "+ICD-10-CM/E119/secondary": "add" if choice[2] else "not added"}


def counts(final: Mapping[str, Mapping[str, str]]) -> tuple[int, int]:
    """Codes right, and codes that the final review holds right."""
    results = [result for chart in final.values() for result in chart.values()]
    return results.count("agree"), sum(result not in {"delete", "not added"} for result in results)


def assert_all_agree(bench: Workbench, final: dict[str, dict[str, str]], open_charts: set[str]) -> None:
    """Accuracy, estimate and export say the same of the final verdicts as the oracle."""
    audit = bench.audit("three")
    answer = audit.accuracy()
    right, held = counts(final)
    if final:
        row = answer.frame.row(0, named=True)
        assert (row["numerator_count"], row["denominator_count"]) == (right, held)
    assert ("not adjudicated" in answer.note) == bool(open_charts)
    assert all(chart in answer.note for chart in open_charts)
    assert set(audit.reviewed.final.not_adjudicated["encounter_id"]) == open_charts
    if open_charts:
        with pytest.raises(UsageError, match="not adjudicated"):
            audit.estimate()
    else:
        wrong = [chart for chart, items in final.items() if set(items.values()) - {"agree", "not added"}]
        assert audit.estimate().error_count == len(wrong)
    report = bench.reports.write("three", formats=("html",))[0].read_text(encoding="utf-8")
    assert ("not adjudicated" in report) == bool(open_charts)
    for out in audit.corrected_claims().claims:
        gaps = " ".join(gap.reason for gap in out.reasons)
        assert ("not adjudicated" in gaps) == (out.encounter_id in open_charts), gaps
        if out.encounter_id in final:
            expected = final[out.encounter_id]
            coded = [code.verified and code.verified.code for code in out.codes if code.billed is not None]
            assert coded == [
                {"agree": CODES[number - 1][1], "delete": None}.get(
                    expected[str(number)], expected[str(number)]
                )
                for number in (1, 2)
            ]
            additions = sum(result == "add" for item, result in expected.items() if item.startswith("+"))
            assert len(out.codes) - 2 == additions


@pytest.mark.slow
@settings(
    max_examples=3,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    reviews=st.lists(st.lists(CHOICES, min_size=1, max_size=3), min_size=3, max_size=3),
    follows=st.lists(st.integers(0, 3), min_size=9, max_size=9),
)
def test_final_verdicts_are_what_is_agreed_and_what_is_decided(
    tmp_path_factory: pytest.TempPathFactory, reviews: list[list[Choice]], follows: list[int]
) -> None:
    bench = records_workbench(tmp_path_factory.mktemp("a") / "w")
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="3", count=3), name="three")
    charts = bench.audit("three").session("Ann").encounter_ids
    names = ("Ann", "Bo", "Cy")
    final: dict[str, dict[str, str]] = {}
    differing: dict[str, list[str]] = {}
    for chart, choices in zip(charts, reviews, strict=True):
        for name, choice in zip(names, choices, strict=False):
            review(bench, chart, name, choice, audit="three")
        views = [items_of(choice) for choice in choices]
        agreed = {item: views[0][item] for item in views[0] if len({view[item] for view in views}) == 1}
        final[chart] = dict(agreed)
        if items := [item for item in views[0] if item not in agreed]:
            differing[chart] = items
    decided = {chart: items for chart, items in final.items() if chart not in differing}
    assert_all_agree(bench, decided, set(differing))
    listed = bench.audit("three").disagreements().frame
    expected = {(chart, item) for chart, items in differing.items() for item in items}
    assert {(row["encounter_id"], row["item"]) for row in listed.iter_rows(named=True)} == expected
    turns = iter(follows)
    # Decided on the screen, where a reviewer is a letter.
    screen = ScreenLine(bench.audit("three").adjudicate_screen("Zoe"))
    for chart, items in differing.items():
        choices = reviews[charts.index(chart)]
        order = label_order("three", chart, names[: len(choices)])
        screen.press("open", chart=chart)
        for item in items:
            turn = next(turns)
            if turn < len(choices):
                choice: dict[str, object] = {"follow": "ABC"[order.index(names[turn])]}
                result = items_of(choices[turn])[item]
            elif item.startswith("+"):
                choice, result = {"verdict": added(chart, "E1122").to_payload()}, "add"
            else:
                choice, result = {"verdict": verdict_of(chart, int(item), "delete").to_payload()}, "delete"
            assert screen.row(item)["state"] == "open"
            assert "error" not in screen.press("decide", item=item, reason="The note says so.", **choice)
            final[chart][item] = result
    assert screen.status["open_count"] == 0
    assert_all_agree(bench, final, set())


def test_a_chart_counts_only_when_every_disagreement_is_decided(bench: Workbench) -> None:
    chart = CHARTS[0]
    review(bench, chart, "Ann", ("agree", "delete", True))
    review(bench, chart, "Bo", ("I119", "delete", False))
    audit = bench.audit("q1")
    frame = audit.disagreements().frame
    assert frame["item"].to_list() == ["1", "+ICD-10-CM/E119/secondary"]
    assert frame["code"].to_list() == ["I10", "(nothing)"]
    assert set(frame.select("verdict_A", "verdict_B").row(0)) == {
        "agree",
        "change to I11.9: wrong code, coder rule",
    }
    shown = str(frame.to_dicts())
    assert "Ann" not in shown
    assert "Bo" not in shown
    audit.adjudicate(chart, "I10", follow="Bo", reason="Heart disease in the note.", adjudicator="Zoe")
    assert bench.audit("q1").reviewed.final.charts.is_empty()
    audit.adjudicate(chart, "E11.9", follow="Ann", reason="Treated.", adjudicator="Zoe")
    final = bench.audit("q1").reviewed.final
    assert final.charts["reviewer"].to_list() == ["Zoe"]
    assert sorted(final.verdicts["action"]) == ["add", "change", "delete"]
    audit.withdraw_adjudication(chart, 1, reason="Wrong chart.", adjudicator="Zoe")
    assert bench.audit("q1").reviewed.final.not_adjudicated["encounter_id"].to_list() == [chart]


def test_a_report_says_what_is_not_adjudicated_until_it_is(bench: Workbench) -> None:
    chart = CHARTS[0]
    review(bench, chart, "Ann", ("agree", "agree", False))
    review(bench, chart, "Bo", ("I130", "agree", False))
    review(bench, CHARTS[1], "Ann", ("I119", "agree", False))
    report = bench.reports.write("q1", formats=("html",))[0]
    assert "1 chart is not adjudicated and does not count" in report.read_text(encoding="utf-8")
    bench.audit("q1").adjudicate(chart, 1, follow="Bo", reason="So it says.", adjudicator="Zoe")
    text = bench.reports.write("q1", formats=("html",))[0].read_text(encoding="utf-8")
    assert "not adjudicated" not in text
    assert "I13.0" in text


def test_a_decision_does_not_outlive_the_verdicts_that_it_decided(bench: Workbench) -> None:
    chart = CHARTS[0]
    review(bench, chart, "Ann", ("agree", "agree", False))
    review(bench, chart, "Bo", ("I119", "agree", False))
    bench.audit("q1").adjudicate(chart, 1, follow="Ann", reason="As coded.", adjudicator="Zoe")
    assert bench.audit("q1").reviewed.final.charts.height == 1
    review(bench, chart, "Bo", ("delete", "agree", False))
    assert bench.audit("q1").reviewed.final.not_adjudicated.height == 1


def test_a_reviewer_of_the_chart_decides_only_with_a_reason(bench: Workbench) -> None:
    chart = CHARTS[0]
    review(bench, chart, "Ann", ("agree", "agree", False))
    review(bench, chart, "Bo", ("I119", "agree", False))
    audit = bench.audit("q1")
    with pytest.raises(UsageError, match="Bo reviewed this chart and cannot adjudicate it"):
        audit.adjudicate(chart, 1, follow="Bo", reason="Mine.", adjudicator="Bo")
    with pytest.raises(UsageError, match="bo reviewed this chart"):
        audit.adjudicate(chart, 1, follow="Bo", reason="Mine.", adjudicator=" bo")
    audit.adjudicate(
        chart, 1, follow="Bo", reason="Agreed by both.", adjudicator="Bo", own_review_reason="Two of us here."
    )
    event = bench.workspace.ledger().events()[-1]
    assert event.payload["own_review_reason"] == "Two of us here."
    with pytest.raises(UsageError, match="Ann reviewed this chart"):
        bench.audit("q1").withdraw_adjudication(chart, 1, reason="I lost.", adjudicator="Ann")
    bench.audit("q1").withdraw_adjudication(chart, 1, reason="Too early.", adjudicator="Bo")


def test_nobody_adjudicates_their_own_coding(bench: Workbench) -> None:
    chart = CHARTS[0]
    review(bench, chart, "Ann", ("agree", "agree", False))
    review(bench, chart, "Bo", ("I119", "agree", False))
    coder = bench.encounter(chart).chart.coder_id
    assert coder is not None
    with pytest.raises(UsageError, match="coded this chart"):
        bench.audit("q1").adjudicate(chart, 1, follow="Ann", reason="Right.", adjudicator=coder.lower())
    bench.audit("q1").adjudicate(chart, 1, follow="Bo", reason="Heart.", adjudicator="Zoe")
    with pytest.raises(UsageError, match="coded this chart"):
        bench.audit("q1").withdraw_adjudication(chart, 1, reason="No.", adjudicator=coder)


def test_nobody_who_judged_a_chart_decides_on_its_rebuttal(bench: Workbench) -> None:
    """The reviewer followed, the one who was overruled, and each adjudicator of the chart."""
    chart = CHARTS[0]
    coder = bench.encounter(chart).chart.coder_id
    assert coder is not None
    review(bench, chart, "Ann", ("agree", "delete", False))
    review(bench, chart, "Bo", ("I119", "agree", False))
    bench.audit("q1").adjudicate(chart, 1, follow="Bo", reason="Heart.", adjudicator="Yan")
    bench.audit("q1").adjudicate(chart, 2, follow="Bo", reason="Supported.", adjudicator="Zoe")
    rebuttal = bench.audit("q1").rebuttal
    found = rebuttal.find(chart, 1).finding_id
    rebuttal.answer(found, "disputes the finding", coder=coder, evidence="The note.")
    for who in ("Ann", "Bo", "Yan", "zoe"):
        with pytest.raises(UsageError, match="judged this chart"):
            bench.audit("q1").rebuttal.decide(found, "stands", reason="So.", decided_by=who)
    bench.audit("q1").rebuttal.decide(found, "stands", reason="So.", decided_by="Dee")


def test_a_second_adjudicator_replaces_only_knowingly(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = CHARTS[0]
    review(bench, chart, "Ann", ("agree", "agree", False))
    review(bench, chart, "Bo", ("I119", "agree", False))
    audit = bench.audit("q1")
    append = Ledger.append
    raced: list[str] = []

    def with_a_race(ledger: Ledger, **fields: Any) -> object:  # noqa: ANN401 - those of append
        if fields["kind"] == ADJUDICATED and not raced:
            raced.append("now")
            bench.audit("q1").adjudicate(chart, 1, follow="Ann", reason="First.", adjudicator="Yan")
        return append(ledger, **fields)

    monkeypatch.setattr(Ledger, "append", with_a_race)
    with pytest.raises(UsageError, match="Yan decided this already"):
        audit.adjudicate(chart, 1, follow="Bo", reason="Second.", adjudicator="Zoe")
    assert raced
    audit.adjudicate(chart, 1, follow="Bo", reason="Second.", adjudicator="Zoe", replace=True)
    assert bench.audit("q1").reviewed.final.charts["reviewer"].to_list() == ["Zoe"]


def test_the_ledger_refuses_what_rests_on_an_older_state_of_anyone(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    event = {"kind": "comment", "audit": "q1", "subject": "E1", "payload": {}, "recorded_at": NOW}
    ledger.append(actor="Yan", **event)
    ledger.append(actor="Zoe", seen=0, **event)
    with pytest.raises(LedgerMovedOnError):
        ledger.append(actor="Abe", seen=0, seen_of_all=True, **event)


def test_whether_the_record_is_missing_is_decided_first(bench: Workbench) -> None:
    chart = CHARTS[0]
    audit = bench.audit("q1")
    audit.state_record(chart, "missing", reviewer="Ann")
    review(bench, chart, "Bo", ("I119", "agree", False))
    review(bench, chart, "Cy", ("agree", "agree", False))
    audit = bench.audit("q1")
    assert audit.disagreements().frame["item"].to_list() == ["record"]
    audit.adjudicate(chart, "record", follow="Bo", reason="It is here.", adjudicator="Zoe")
    assert bench.audit("q1").disagreements().frame.filter(state="open")["item"].to_list() == ["1"]
    audit.adjudicate(chart, 1, follow="Cy", reason="As coded.", adjudicator="Zoe")
    final = bench.audit("q1").reviewed.final
    assert (final.charts.height, final.missing_charts) == (1, frozenset())
    audit.adjudicate(chart, "record", follow="Ann", reason="Lost.", adjudicator="Zoe", replace=True)
    final = reviewed(bench.workspace, "q1").final
    assert final.missing_charts == {chart}
    assert final.verdicts["action"].to_list() == ["no record", "no record"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"code": "Z00"}, "do not differ on 'Z00'"),
        ({"code": 2}, "do not differ on '2'"),
        ({"follow": "C"}, "'C' is none of the reviewers"),
        ({"reason": " "}, "needs its reason"),
        ({"follow": verdict_of(CHARTS[1], 1, "delete")}, "about another code"),
        ({"follow": verdict_of(CHARTS[0], 2, "delete")}, "about another code"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(
    bench: Workbench, arguments: dict[str, Any], problem: str
) -> None:
    review(bench, CHARTS[0], "Ann", ("agree", "agree", False))
    review(bench, CHARTS[0], "Bo", ("I119", "agree", False))
    given_well = {"code": 1, "follow": "A", "reason": "So.", "adjudicator": "Zoe"}
    decision = {**given_well, **arguments}
    with pytest.raises(UsageError, match=problem):
        bench.audit("q1").adjudicate(CHARTS[0], decision.pop("code"), **decision)
