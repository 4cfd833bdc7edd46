"""Verdicts on discharge status and DRG: what counts, what they are worth, who sees them, who decides."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from auditlib.audits.review_queue import review_queue
from auditlib.cli.main import main
from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Ledger
from auditlib.report.contents import Fact, Section
from auditlib.review import StayVerdict, Verdict
from auditlib.review.final_stays import WITHIN_DRG
from auditlib.review.stay_verdict import fold_stay_verdicts
from auditlib.workbench import Workbench
from tests.widgets.example_stays import CHARTS, NOW, OFFICE, STAYS, bench_of, complete, stays
from tests.widgets.screen_line import ScreenLine


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return stays(tmp_path / "w")


def test_stays_have_an_accuracy_of_their_own_and_codes_keep_theirs(root: Path) -> None:
    bench = bench_of(root)
    audit = bench.audit("q1")
    assert "No stay is judged" in repr(audit.stay_verdicts())
    for chart in STAYS[:3]:
        audit.judge_stay(chart, "discharge status", reviewer="Ann")
    audit.judge_stay("S1", "DRG", "193", cause="coder rule", comment="MCC.", reviewer="Ann")
    audit.judge_stay("S2", "DRG", reviewer="Ann")
    # A status that was billed with one digit is the same value.
    audit.judge_stay("S4", "discharge status", "01", reviewer="Ann")
    for chart in (*STAYS, OFFICE):
        complete(bench, chart, "Ann")
    rates = audit.stay_accuracy().frame.select("measure", "numerator_count", "denominator_count", "lower")
    assert [row[:3] for row in rates.rows()] == [("discharge status accuracy", 4, 4), ("DRG accuracy", 1, 2)]
    # Wilson's limit of 1 in 2, by hand: (0.5 + z²/4 - z sqrt(1/8 + z²/16)) / (1 + z²/2).
    assert rates["lower"][1] == pytest.approx(0.0945, abs=1e-4)
    by_coder = audit.stay_accuracy("coder_id").frame.filter(measure="DRG accuracy")
    assert by_coder.select("coder_id", "numerator_count", "denominator_count").rows() == [("C1", 1, 2)]
    codes = audit.accuracy().frame.filter(measure="code over code")
    assert codes.select("numerator_count", "denominator_count").row(0) == (10, 10)
    assert audit.accuracy(unit="record").frame["numerator_count"].item() == 5
    listed = audit.stay_verdicts(encounter_id="S1").frame
    columns = ("code_system", "before", "after", "action", "cause", "comment")
    assert listed.select(columns).rows() == [
        ("MS-DRG", "194", "193", "change", "coder rule", "MCC."),
        ("discharge status", "01", "01", "agree", None, None),
    ]


@pytest.mark.parametrize(
    ("chart", "fact", "right", "said"),
    [
        (OFFICE, "DRG", None, "No DRG of an inpatient stay"),
        ("S1", "ward", None, "fact of a stay"),
        ("S1", "DRG", "19", "cause is needed"),
        ("S1", "DRG", "1934", "DRG cannot be read"),
        ("S1", "discharge status", "00", "discharge status cannot be read"),
        ("X", "DRG", None, "not in the worklist"),
    ],
)
def test_what_cannot_be_judged_is_refused(
    root: Path, chart: str, fact: str, right: str | None, said: str
) -> None:
    cause = None if right == "19" else "coder rule"
    with pytest.raises(UsageError, match=said):
        bench_of(root).audit("q1").judge_stay(chart, fact, right, cause=cause)


def test_dollars_beside_a_value_that_is_agreed_with_are_refused_and_not_left_out(root: Path) -> None:
    with pytest.raises(UsageError, match="agreed with has no payment difference"):
        bench_of(root).audit("q1").judge_stay("S1", "DRG", "194", payment_difference=500)


def test_a_verdict_is_valid_or_refused() -> None:
    for wrong in (
        {"action": "delete"},
        {"action": "agree", "corrected": "193"},
        {"action": "agree", "payment_difference": Decimal(3)},
        {"action": "change", "corrected": "194", "cause": "coder rule"},
        {"action": "change", "corrected": "193", "cause": "weather"},
        {"action": "agree", "comment": "\x07"},
    ):
        with pytest.raises(UsageError):
            StayVerdict("S1", "DRG", billed="194", **wrong)  # type: ignore[arg-type]


def test_a_completed_chart_is_judged_after_it_is_reopened_and_a_verdict_can_be_taken_back(root: Path) -> None:
    bench = bench_of(root)
    audit = bench.audit("q1")
    for _ in range(2):
        audit.judge_stay("S1", "DRG", "193", cause="coder rule", payment_difference="-1200")
    kinds = [event.kind for event in bench.workspace.ledger().events(audit="q1")]
    assert kinds.count("stay judged") == 1
    complete(bench, "S1", "Manager")
    with pytest.raises(UsageError, match="completed"):
        audit.judge_stay("S1", "DRG")
    session = audit.session()
    session.reopen_chart("S1", recorded_at=NOW)
    audit.withdraw_stay_verdict("S1", "DRG")
    with pytest.raises(UsageError, match="no such verdict"):
        audit.withdraw_stay_verdict("S1", "DRG")
    assert audit.stay_verdicts().frame.is_empty()


def test_the_dollars_of_a_stay_count_once_and_the_report_lists_each_change(root: Path) -> None:
    bench = bench_of(root)
    audit = bench.audit("q1")
    audit.judge_stay(
        "S1", "DRG", "193", cause="coder rule", comment="MCC.", payment_difference="4000", reviewer="Ann"
    )
    audit.judge_stay(
        "S1", "discharge status", "03", cause="coder oversight", payment_difference="700", reviewer="Ann"
    )
    audit.judge_stay(
        "S2", "discharge status", "06", cause="coder oversight", payment_difference="-250.50", reviewer="Ann"
    )
    complete(bench, "S1", "Ann", wrong_dollars=Decimal(500))
    complete(bench, "S2", "Ann", wrong_dollars=Decimal(10))
    final = audit.reviewed.final
    deleted = final.verdicts.filter(action="delete").sort("encounter_id")
    assert deleted.select("payment_difference", "payment_difference_basis").rows() == [
        (Decimal("0.00"), WITHIN_DRG),
        (Decimal("10.00"), "entered by the reviewer"),
    ]
    assert (
        "S1: $500.00 entered at its codes is part of the $4,000.00 at its DRG" in final.dollars_not_agreed[0]
    )
    sections = {section.heading: section for section in bench.reports.contents("q1").sections}
    said = facts_of(sections["The answer"])
    assert said["Overpaid"] == "$4,010.00"
    assert said["Underpaid"] == "$250.50"
    section = sections["Discharge status and DRG"]
    facts = facts_of(section)
    assert facts["DRG"].startswith("0 of 1 stay right")
    assert facts["Discharge status"].startswith("0 of 2 stays right")
    changes = next(table for table in section.tables if table.title == "Changes of discharge status and DRG")
    assert changes.frame.select("encounter_id", "before", "after", "payment_difference").rows() == [
        ("S1", "194", "193", Decimal("4000.00")),
        ("S2", "01", "06", Decimal("-250.50")),
        ("S1", "01", "03", Decimal("0.00")),
    ]
    (page,) = bench.reports.write("q1", formats=("html",))
    assert "MCC." in page.read_text(encoding="utf-8").partition("Changes of discharge status and DRG")[2]
    units = sections["Appendix: every unit in the order drawn"].tables[0].frame
    differences = dict(units.select("unit_id", "payment_difference").iter_rows())
    assert (differences["S1"], differences["S2"]) == (Decimal("4000.00"), Decimal("-240.50"))
    # A change that nobody priced leaves the unit without a difference.
    session = audit.session("Ann")
    session.reopen_chart("S2", recorded_at=NOW)
    audit.judge_stay("S2", "DRG", "195", cause="coder rule", reviewer="Ann")
    session.complete_chart("S2", recorded_at=NOW, go_on=False)
    sections = {section.heading: section for section in bench.reports.contents("q1").sections}
    units = sections["Appendix: every unit in the order drawn"].tables[0].frame
    assert dict(units.select("unit_id", "payment_difference").iter_rows())["S2"] is None


def facts_of(section: Section) -> dict[str, str]:
    return dict((fact.label, fact.value) if isinstance(fact, Fact) else fact for fact in section.facts)


def differ(root: Path) -> Workbench:
    """Let two reviewers differ on the DRG of S1 only, and agree on the rest."""
    bench = bench_of(root)
    audit = bench.audit("q1")
    for reviewer, drg in (("Ann", "193"), ("Bo", "195")):
        audit.judge_stay("S1", "DRG", drg, cause="coder rule", reviewer=reviewer)
        audit.judge_stay("S1", "discharge status", reviewer=reviewer)
        complete(bench, "S1", reviewer)
    return bench


def test_reviewers_who_differ_on_a_stay_are_adjudicated_and_the_codes_count_meanwhile(root: Path) -> None:
    bench = differ(root)
    audit = bench.audit("q1")
    rates = {row["measure"]: row for row in audit.stay_accuracy().frame.to_dicts()}
    assert (rates["DRG accuracy"]["rate"], rates["discharge status accuracy"]["rate"]) == (None, 1.0)
    assert "reviewers differ (S1: DRG)" in audit.stay_accuracy().note
    assert audit.accuracy().frame["denominator_count"][0] == 2
    rows = audit.disagreements().frame
    assert rows.select("item", "code", "state").rows() == [("DRG", "194", "open")]
    assert {rows["verdict_A"][0], rows["verdict_B"][0]} == {
        "change to 193: coder rule",
        "change to 195: coder rule",
    }
    queue = review_queue(
        bench.workspace,
        "q1",
        reviewer="Ann",
        encounter_ids=CHARTS,
        blindness=audit.session("Ann").blindness,
    )
    assert queue.filter("is_not_adjudicated")["encounter_id"].to_list() == ["S1"]
    audit.adjudicate("S1", "DRG", follow="Bo", reason="CC only.")
    final = audit.reviewed.final_stays.verdicts.filter(code_system="MS-DRG")
    assert final.select("reviewer", "corrected_code").rows() == [("Manager", "195")]
    assert audit.disagreements().frame["final_verdict"].to_list() == ["change to 195: coder rule"]
    audit.withdraw_adjudication("S1", "DRG", reason="Looked again.")
    third = StayVerdict("S1", "DRG", "agree", "194")
    for wrong in (StayVerdict("S1", "DRG", "agree", "199"), Verdict("S1", "agree", 1, "ICD-10-CM", "J189")):
        with pytest.raises(UsageError):
            audit.adjudicate("S1", "DRG", follow=wrong, reason="As billed.")
    audit.adjudicate("S1", "DRG", follow=third, reason="As billed.")
    assert audit.stay_accuracy().frame.filter(measure="DRG accuracy")["rate"].item() == 1.0
    # A reviewer who judges anew reopens what was decided on the verdict before.
    session = audit.session("Ann")
    session.reopen_chart("S1", recorded_at=NOW)
    audit.judge_stay("S1", "DRG", "192", cause="coder rule", reviewer="Ann")
    session.complete_chart("S1", recorded_at=NOW, go_on=False)
    assert audit.disagreements().frame["state"].to_list() == ["open"]


def test_a_stay_is_decided_on_the_screen_by_following_or_by_another_value(root: Path) -> None:
    bench = differ(root)
    screen = ScreenLine(bench.audit("q1").adjudicate_screen())
    row = screen.row("DRG")
    assert (row["billed"], row["state"], row["stay"]["billed"]) == ("DRG 194", "open", "194")
    assert sorted(one["after"] for one in row["judgements"]) == ["193", "195"]
    assert [one["state"] for one in screen.status["rows"]] == ["agreed", "agreed", "open"]
    screen.press("decide", item="DRG", follow="A", reason="So.")
    assert screen.row("DRG")["final"]["after"] == row["judgements"][0]["after"]
    screen.press("withdraw", item="DRG")
    third = {"kind": "stay", "fact": "DRG", "corrected": "192", "cause": "coder rule"}
    screen.press("decide", item="DRG", verdict=third, reason="Neither.")
    assert (screen.row("DRG")["state"], screen.row("DRG")["final"]["after"]) == ("decided", "192")


def test_a_stay_is_adjudicated_by_command(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    differ(root)
    words = ("--encounter", "S1", "--code", "DRG", "--follow", "Bo", "--reason", "CC only.")
    assert main(["-w", str(root), "audit", "adjudicate", "q1", *words, "--adjudicator", "Zoe"]) == 0
    assert "Decided by Zoe in 'q1': DRG of S1." in capsys.readouterr().out
    final = bench_of(root).audit("q1").reviewed.final_stays.verdicts.filter(code_system="MS-DRG")
    assert final["corrected_code"].to_list() == ["195"]


def test_who_did_not_judge_a_stay_neither_agrees_nor_differs(root: Path) -> None:
    bench = bench_of(root)
    audit = bench.audit("q1")
    audit.judge_stay("S1", "DRG", "193", cause="coder rule", reviewer="Ann")
    for reviewer in ("Ann", "Bo"):
        complete(bench, "S1", reviewer)
    assert audit.disagreements().frame.is_empty()
    assert audit.stay_accuracy().frame.filter(measure="DRG accuracy")["denominator_count"].item() == 1


def test_a_stay_whose_record_is_missing_for_one_reviewer_does_not_count(root: Path) -> None:
    bench = bench_of(root)
    audit = bench.audit("q1")
    audit.judge_stay("S1", "DRG", "193", cause="coder rule", reviewer="Ann")
    complete(bench, "S1", "Ann")
    audit.state_record("S1", "missing", place="archive", reviewer="Bo")
    assert audit.reviewed.final_stays.verdicts.is_empty()
    audit.adjudicate("S1", "record", follow="Ann", reason="It is here.")
    assert audit.reviewed.final_stays.verdicts["corrected_code"].to_list() == ["193"]


def test_no_claim_is_corrected_by_codes_alone_where_the_stay_is_changed(root: Path) -> None:
    bench = bench_of(root)
    audit = bench.audit("q1")
    audit.judge_stay("S1", "discharge status", "03", cause="coder rule")
    audit.judge_stay("S2", "discharge status")
    for chart in ("S1", "S2"):
        complete(bench, chart, "Manager")
    reasons = {
        out.encounter_id: " ".join(gap.reason for gap in out.gaps)
        for out in audit.corrected_claims(encounter_ids=["S1", "S2"]).claims
    }
    assert "mended on the claim by hand" in reasons["S1"]
    assert "by hand" not in reasons.get("S2", "")


def test_events_of_another_version_are_refused(tmp_path: Path) -> None:
    event = Ledger(tmp_path / "ledger.db").append(
        kind="stay judged", audit="q1", subject="S1", actor="Ann", payload={"fact": "ward"}, recorded_at=NOW
    )
    with pytest.raises(StoreError, match="no verdict on a stay"):
        fold_stay_verdicts([event])
