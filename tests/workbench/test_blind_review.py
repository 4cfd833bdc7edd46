"""A planned review holds the charts of a reviewer; what it hides is in nothing that the session reaches."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from auditlib.audits.review_queue import _levels_of_strata, review_queue
from auditlib.errors import UsageError
from auditlib.ledger import Ledger
from auditlib.review import (
    AssignedCode,
    Chart,
    ChartCode,
    ChartFinding,
    CorrectedCode,
    Highlight,
    MachineCoder,
    PayerAnswer,
    StayVerdict,
    SuggestedCode,
    Verdict,
)
from auditlib.review.blindness import BLIND_TO, HIDDEN, SUGGESTED_CODES, Blindness, BlindTo
from auditlib.review.provider_query import QueryDraft
from auditlib.sampling import SampleRequest, Universe
from auditlib.widgets import ReviewCard
from auditlib.widgets.accuracy_screen.page import page
from auditlib.widgets.accuracy_screen.rows_behind import rows_behind
from auditlib.workbench import Workbench
from auditlib.workbench.report_request import Pack
from auditlib.workspace import Workspace
from tests.made_once import copied
from tests.tables import fill
from tests.widgets.test_accuracy_screen import texts

NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
CODER, PAYER, CHARGE, DETAIL, COMMENT = (
    "CODERMARK77",
    "PAYERMARK Health",
    "41237.89",
    "FINDINGMARK of a check",
    "COMMENTMARK of the first",
)
BILLED_STATUS, BILLED_DRG, PAID_DRG, FIRST_DRG = "62", "871", "869", "870"
CHARTS = ("E1", "E2", "E3")
# What each level withholds, as it could be written.
WITHHELD: dict[BlindTo, tuple[str, ...]] = {
    "codes": ("I10", "99213", "FINDINGMARK"),
    "coder": ("CODERMARK",),
    "payer": ("PAYERMARK", "41237", "41,237"),
    "findings": ("FINDINGMARK",),
    "first reviewer": ("COMMENTMARK", "E11.29", "E1129", "Firstname"),
    "machine suggestion": ("SUGGESTIONMARK", "R0602", "R06.02", "0.8317", "83.2"),
    "suggested codes": ("R0602", "0.8317", "R06.02", "83.2"),
}


def _make(root: Path) -> None:
    workspace = Workspace.create(root)
    fill(
        workspace.warehouse(),
        {
            "core.encounter": [
                {
                    "encounter_id": chart,
                    "encounter_class": "inpatient",
                    "coder_id": CODER,
                    "discharge_status_code": BILLED_STATUS,
                    "billed_drg_code": BILLED_DRG,
                    "discharge_date": dt.date(2025, 10, 1),
                }
                for chart in CHARTS
            ],
            "core.encounter_code": [
                {
                    "encounter_id": chart,
                    "code_number": number,
                    "code_system": system,
                    "code": code,
                    "code_role": role,
                }
                for chart in CHARTS
                for number, (system, code, role) in enumerate(
                    (("ICD-10-CM", "I10", "principal"), ("CPT", "99213", "procedure")), start=1
                )
            ],
            "core.machine_code": [
                {
                    "encounter_id": chart,
                    "coder_name": "Codewise",
                    "coder_version": "2.1",
                    "code_number": 1,
                    "code_system": "ICD-10-CM",
                    "code": "R0602",
                    "code_role": "principal",
                    "confidence_share": 0.8317,
                }
                for chart in CHARTS
            ],
            "core.document": [
                {
                    "document_id": f"{chart}:1",
                    "encounter_id": chart,
                    "document_number": 1,
                    "document_type": "physician note",
                    "title": "Visit",
                    "text": "Seen for hypertension.",
                }
                for chart in CHARTS
            ],
            "core.claim": [
                {
                    "claim_id": number,
                    "patient_control_number": chart,
                    "payer_name": PAYER,
                    "charge_amount": float(CHARGE),
                    "form": "837P",
                    "payer_sequence": "P",
                }
                for number, chart in enumerate(CHARTS, start=1)
            ],
            "core.answered_stay": [
                {"encounter_id": chart, "remit_claim_id": number, "paid_drg": PAID_DRG}
                for number, chart in enumerate(CHARTS, start=1)
            ],
            "mart.finding": [
                {
                    "check_id": "CL-01",
                    "finding_number": number,
                    "severity": "R",
                    "encounter_id": chart,
                    "detail": f"{DETAIL}: {CODER} billed {CHARGE} to {PAYER}",
                }
                for number, chart in enumerate(CHARTS, start=1)
            ],
        },
    )
    bench = Workbench(workspace, user="Manager", clock=lambda: NOW)
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="3", count=3), name="q1")


def workbench_of(root: Path, user: str) -> Workbench:
    return Workbench(Workspace.open(root), user=user, clock=lambda: NOW)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copied("blind-review", _make, tmp_path / "w")


def planned(root: Path, *levels: BlindTo) -> tuple[Workbench, str]:
    """Plan two reviews of each chart; the first reviewer completes all. Return the second's workbench."""
    manager = workbench_of(root, "Manager")
    # Codes of the machine are shown wherever no level hides them.
    shown = None if SUGGESTED_CODES & set(levels) else ("Codewise", "2.1")
    manager.audit("q1").plan_review(
        ["Firstname", "Second"], second_share=1.0, blind=levels, suggestions_of=shown
    )
    session = manager.audit("q1").session("Firstname")
    for chart in session.encounter_ids:
        if "codes" in levels:
            session.unblind(chart, "codes", reason="Done coding.", recorded_at=NOW)
        for code in session.assigned(chart):
            verdict = Verdict(chart, "agree", code.code_number, code.code_system, code.code)
            if code.code_system == "ICD-10-CM":
                corrected = CorrectedCode(code.code_system, "E1129", code.code_role)
                verdict = Verdict(
                    chart,
                    "change",
                    code.code_number,
                    code.code_system,
                    code.code,
                    corrected,
                    "wrong code",
                    "coder rule",
                    COMMENT,
                )
            session.decide(verdict, recorded_at=NOW)
        changed = StayVerdict(chart, "DRG", "change", BILLED_DRG, FIRST_DRG, "coder rule", COMMENT)
        session.judge_stay(changed, recorded_at=NOW)
        session.complete_chart(chart, recorded_at=NOW, go_on=False)
    chart = session.encounter_ids[0]
    draft = QueryDraft(f"{COMMENT} Which kind?", ("Seen for hypertension.",), (), "Dr Lee")
    session.send_query(chart, draft, recorded_at=NOW)
    return workbench_of(root, "Second"), chart


def texts_within(value: object, seen: set[int], depth: int = 0) -> Iterator[str]:  # noqa: C901, PLR0912 - a case a type
    """Yield every text that public attributes, properties and items of a value lead to."""
    if value is None or id(value) in seen or depth > 12 or isinstance(value, (type, ModuleType, enum.Enum)):
        return
    seen.add(id(value))
    if isinstance(value, (str, int, float)) or type(value).__name__ == "Decimal":
        yield str(value)
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, pl.DataFrame):
        yield str(value.to_dicts())
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts_within(key, seen, depth + 1)
            yield from texts_within(item, seen, depth + 1)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from texts_within(item, seen, depth + 1)
    elif type(value).__module__.startswith("auditlib") and not isinstance(value, (Ledger, Workspace)):
        yield repr(value)
        for name in dir(value):
            if name.startswith("_"):
                continue
            try:
                part = getattr(value, name)
            except UsageError as error:
                yield f"{error} {error.hint}"
                continue
            if not callable(part):
                yield from texts_within(part, seen, depth + 1)
        if hasattr(value, "_repr_html_"):
            yield value._repr_html_()


def called(call: Any) -> object:  # noqa: ANN401 - whatever a public call gives
    try:
        return call()
    except UsageError as error:
        return f"{error} {error.hint}"


def everything(bench: Workbench, chart: str, *, with_results: bool = True) -> str:
    """Return all that the session of the second reviewer reaches, as one text."""
    audit, encounter = bench.audit("q1"), bench.encounter(chart)
    session = audit.session()
    start = audit.review(bench.user)
    start.start()
    card = start.card
    assert isinstance(card, ReviewCard)
    # What the browser gets.
    sent = [card._answer({"kind": kind, "view": "v", "sequence": 0}) for kind in ("ready", "queue")]
    traits = {
        name: card.trait_values().get(name) for name in card.trait_names() if name not in {"_esm", "_css"}
    }
    results = [
        audit.accuracy,
        audit.stay_accuracy,
        lambda: audit.stay_accuracy("coder_id"),
        audit.errors,
        audit.compare_coders,
        audit.disagreements,
        audit.reviewers,
        audit.estimate,
        audit.may_stop,
        audit.corrected_claims,
        lambda: audit.accuracy("coder_id"),
        lambda: bench.reports.write("q1", formats=("html",)),
        lambda: bench.accuracy().sentence,
        lambda: repr(audit.adjudicate_screen()),
        lambda: repr(audit.rebuttal_screen()),
        lambda: bench.machine_coders.compare("q1", "Codewise", "2.1"),
        lambda: bench.machine_coders.calibration("q1", "Codewise", "2.1"),
        lambda: bench.machine_coders.pull("q1"),
    ]
    calls = [
        *(results if with_results else ()),
        bench.machine_coders.versions,
        bench.machine_coders.standing,
        lambda: bench.machine_coders.codes(chart),
        lambda: session.suggestions_shown(chart),
        lambda: repr(bench.start()),
        audit.verdicts,
        audit.stay_verdicts,
        audit.unblindings,
        audit.queries,
        audit.attachments,
        audit.without_documents,
        audit.sample,
        audit.draws,
        encounter.codes,
        encounter.documents,
        encounter.evidence,
        encounter.support,
        encounter.uncoded,
        lambda: bench.learnt_words([chart]),
        encounter.findings,
        encounter.verdicts,
        encounter.claims,
        encounter.claim_lines,
        encounter.payments,
        encounter.adjustments,
        encounter.outcome,
        lambda: session.assigned(chart),
        lambda: session.added(chart),
        lambda: session.blindness(chart),
        lambda: session.current_verdict(chart, 1),
        lambda: session.stay(chart),
        lambda: session.stay_verdicts(chart),
        lambda: session.stay_verdict(chart, "DRG"),
        lambda: session.codes_as_audited(chart),
        lambda: session.undecided(chart),
        lambda: session.record_statement(chart),
        lambda: session.queries(chart),
    ]
    reached = [session, audit.plan, encounter.chart, sent, traits, repr(card), *map(called, calls)]
    return "\n".join(text for value in reached for text in texts_within(value, set()))


@pytest.mark.parametrize("level", BLIND_TO)
def test_what_a_level_hides_is_nowhere_until_it_is_opened(root: Path, level: BlindTo) -> None:
    bench, chart = planned(root, level)
    found = everything(bench, chart)
    for marker in WITHHELD[level]:
        assert marker not in found, f"{marker} is reachable"
    assert HIDDEN in found
    audit = bench.audit("q1")
    audit.unblind(level, reason="The manager asked for it.")
    opened = everything(workbench_of(root, "Second"), chart, with_results=False)
    # Without code sets nothing is suggested here; the next test has a suggestion.
    for marker in () if level == "machine suggestion" else WITHHELD[level][:2]:
        assert marker in opened
    assert audit.unblindings().frame.filter(reviewer="Second")["level"].to_list() == [level]


@pytest.mark.parametrize(
    ("level", "values"),
    [
        ("codes", (BILLED_STATUS, BILLED_DRG)),
        ("payer", (PAID_DRG,)),
        ("first reviewer", (FIRST_DRG,)),
    ],
)
def test_a_stay_as_billed_as_paid_and_as_the_first_judged_it_is_withheld(
    root: Path, level: BlindTo, values: tuple[str, ...]
) -> None:
    bench, chart = planned(root, level)

    def shown(bench: Workbench, value: str) -> bool:
        # As a value of its own: the digits stand in hashes and ids, too.
        found = everything(bench, chart, with_results=False)
        return (
            re.search(rf"^{value}$|'{value}'|(?:DRG|status|to|as) {value}\b", found, re.MULTILINE) is not None
        )

    assert [value for value in values if shown(bench, value)] == []
    verdict = StayVerdict(chart, "DRG", "agree", BILLED_DRG)
    if level == "codes":
        with pytest.raises(UsageError, match="hidden in this audit"):
            bench.audit("q1").session().judge_stay(verdict, recorded_at=NOW)
        with pytest.raises(UsageError, match="hidden in this audit"):
            bench.audit("q1").judge_stay(chart, "DRG")
    bench.audit("q1").unblind(level, reason="The manager asked for it.")
    assert all(shown(workbench_of(root, "Second"), value) for value in values)
    bench.audit("q1").session().judge_stay(verdict, recorded_at=NOW)


def test_what_a_payer_reduced_is_withheld_with_the_payer() -> None:
    found = ChartFinding("RED-02", "R", "Billed group 871, paid as 869 by Northway, about $900.00 less.")
    chart = Chart("E1", "inpatient", (), (), findings=(found,))
    assert Blindness.of(["payer"]).of_chart(chart).findings == ()
    assert Blindness.of(["coder"]).of_chart(chart).findings == (found,)


def test_suggested_sentences_are_withheld_by_their_level_and_with_the_codes() -> None:
    suggested = Chart("E1", "office", (), (), highlights={1: (Highlight(1, 0, 4, negated=False),)})
    for level in BLIND_TO:
        found = Blindness.of([level]).of_chart(suggested).highlights
        assert found == ({} if level in {"machine suggestion", "codes"} else suggested.highlights)


def test_what_is_at_stake_is_withheld_with_the_charge_and_with_the_findings() -> None:
    found = ChartFinding("PTP-01", "D", "not paid beside another", Decimal(40), "2026Q1")
    chart = Chart("E1", "office", (), (), charge_amount=Decimal(90), findings=(found,))
    shown = {
        level: [(one.at_stake_amount, one.release) for one in Blindness.of([level]).of_chart(chart).findings]
        for level in BLIND_TO
    }
    open_ = [(Decimal(40), "2026Q1")]
    hidden = {"payer": [(None, "2026Q1")], "findings": [], "codes": []}
    assert shown == {level: hidden.get(level, open_) for level in BLIND_TO}


def test_what_is_hidden_is_not_in_the_reason_of_an_accepted_finding() -> None:
    found = ChartFinding("PTP-01", "D", "not paid", accepted_because="C01 agreed this with Northway.")
    chart = Chart("E1", "office", (), (), coder_id="C01", payer_name="Northway", findings=(found,))
    hidden = Blindness.of(["coder", "payer"]).of_chart(chart).findings[0].accepted_because
    assert hidden == "hidden in this audit agreed this with hidden in this audit."


def test_what_the_payer_answered_is_withheld_with_the_payer() -> None:
    answer = PayerAnswer(Decimal(90), Decimal("41.5"), 0, 1, ("CO-45",))
    code = ChartCode(AssignedCode(1, "CPT", "99213", "procedure"), payer_answer=answer)
    chart = Chart("E1", "office", (), (code,))
    shown = {
        level: [each.payer_answer for each in Blindness.of([level]).of_chart(chart).codes]
        for level in BLIND_TO
    }
    assert shown == {level: {"payer": [None], "codes": []}.get(level, [answer]) for level in BLIND_TO}


def test_a_queue_names_what_is_withheld_of_each_chart_and_holds_none_of_it(root: Path) -> None:
    bench, chart = planned(root, "coder", "payer")
    audit = bench.audit("q1")
    session = audit.session()

    def queue() -> dict[str, Any]:
        frame = review_queue(
            bench.workspace,
            "q1",
            reviewer="Second",
            encounter_ids=session.encounter_ids,
            blindness=session.blindness,
        )
        assert frame["encounter_id"].to_list() == list(session.encounter_ids)
        return dict(zip(frame["encounter_id"], frame.drop("encounter_id").to_dicts(), strict=True))

    before = queue()[chart]
    assert (before["coder_id"], before["charge_amount"], before["finding_count"]) == (None, None, 1)
    assert before["hidden"] == ["coder_id", "charge_amount"]
    order = workbench_of(root, "Manager").audit("q1").plan.plan.rounds[chart]
    assert (before["account"], before["check_ids"]) == (chart, ["CL-01"])
    assert order[before["round"] - 1] == "Second"
    session.unblind(chart, "payer", reason="The dollars are asked for.", recorded_at=NOW)
    after = queue()
    assert (str(after[chart]["charge_amount"]), after[chart]["hidden"]) == (CHARGE, ["coder_id"])
    assert [after[name]["charge_amount"] for name in session.encounter_ids if name != chart] == [None, None]


def test_a_queue_says_which_charts_wait_for_an_adjudicator_unless_the_other_review_is_hidden(
    root: Path,
) -> None:
    bench, chart = planned(root)
    session = bench.audit("q1").session()
    for code in session.assigned(chart):
        agreed = Verdict(chart, "agree", code.code_number, code.code_system, code.code)
        session.decide(agreed, recorded_at=NOW)
    session.complete_chart(chart, recorded_at=NOW, go_on=False)

    def waiting(blindness: Blindness) -> list[str]:
        charts = session.encounter_ids
        frame = review_queue(
            bench.workspace, "q1", reviewer="Second", encounter_ids=charts, blindness=lambda _: blindness
        )
        return frame.filter("is_not_adjudicated")["encounter_id"].to_list()

    assert waiting(Blindness()) == [chart]
    assert waiting(Blindness.of(["first reviewer"])) == []


@pytest.mark.parametrize(
    ("stratify_by", "hidden"),
    [
        ("coder_id", {"coder"}),
        ("payer_id", {"payer"}),
        ("encounter_class", set()),
        ("dollars", {"payer"}),
        ("", {"codes", "coder", "payer", "findings"}),
    ],
)
def test_a_stratum_is_withheld_by_the_levels_that_its_name_would_show(
    root: Path, stratify_by: str, hidden: set[str]
) -> None:
    manifest = workbench_of(root, "Manager").audit("q1").manifest
    universe = replace(manifest.universe, stratify_by=stratify_by or None)
    design = replace(manifest.design, boundaries=(Decimal(100),) if stratify_by == "dollars" else ())
    assert set(_levels_of_strata(replace(manifest, universe=universe, design=design))) == hidden


def test_all_levels_together_hide_everything(root: Path) -> None:
    bench, chart = planned(root, *BLIND_TO)
    found = everything(bench, chart)
    assert [marker for markers in WITHHELD.values() for marker in markers if marker in found] == []


def test_a_chart_opens_for_its_reviewer_only_and_with_a_reason(root: Path) -> None:
    bench, chart = planned(root, "coder")
    audit = bench.audit("q1")
    with pytest.raises(UsageError, match="needs its reason"):
        audit.unblind("coder", reason=" ", encounter_id=chart)
    audit.unblind("coder", reason="A question to the coder.", encounter_id=chart)
    assert bench.encounter(chart).chart.coder_id == CODER
    other = next(name for name in audit.session().encounter_ids if name != chart)
    assert bench.encounter(other).chart.coder_id is None
    assert workbench_of(root, "Firstname").encounter(chart).chart.coder_id is None
    with pytest.raises(UsageError, match="'payer' is not hidden"):
        audit.unblind("payer", reason="Why not.", encounter_id=chart)


def results_of(bench: Workbench, audit_name: str) -> dict[str, Callable[[], object]]:
    """Return whatever shows the results of an audit."""
    audit, day = bench.audit(audit_name), NOW.date()

    def packs(pack: Pack) -> Callable[[], object]:
        return lambda: bench.reports.write(audit_name, pack=pack, formats=("html",))

    return {
        "accuracy": audit.accuracy,
        "accuracy of charts": lambda: audit.accuracy(unit="record"),
        "accuracy of stays": audit.stay_accuracy,
        "accuracy of coders": lambda: audit.accuracy("coder_id"),
        "errors": audit.errors,
        "coders compared": audit.compare_coders,
        "reviewers": audit.reviewers,
        "disagreements": audit.disagreements,
        "a decision": lambda: audit.adjudicate(CHARTS[0], "nothing", follow="A", reason="So."),
        "a decision withdrawn": lambda: audit.withdraw_adjudication(CHARTS[0], "nothing", reason="So."),
        "rebuttals": audit.rebuttals,
        "findings": audit.rebuttal.findings,
        "scores": audit.rebuttal.scores,
        "workbook": lambda: audit.rebuttal_workbook("findings.xlsx", CODER),
        "actions": audit.actions,
        "actions of a day": lambda: audit.actions(as_of=day),
        "estimate": audit.estimate,
        "stopping": audit.may_stop,
        "corrected claims": audit.corrected_claims,
        "summary": lambda: bench.reports.summary(audit_name),
        "accuracy of all": lambda: bench.accuracy().sentence,
        "report": packs("audit"),
        "scorecard": packs("scorecard"),
        "letters": packs("education"),
        "workpaper": packs("workpaper"),
    }


def test_a_blind_reviewer_has_no_results_until_they_are_opened(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    bench, _ = planned(root, "coder")
    manager = workbench_of(root, "Manager").audit("q1")
    manager.corrective.plan("Teach it.", owner="Lee", due=NOW.date(), coder=CODER)
    for name, show in results_of(bench, "q1").items():
        with pytest.raises(UsageError, match=HIDDEN):
            pytest.fail(f"{name} shows {show()}")
    bench.audit("q1").unblind("coder", reason="The review is done.")
    opened = {name: called(show) for name, show in results_of(bench, "q1").items()}
    assert [name for name, shown in opened.items() if HIDDEN in str(shown)] == []
    assert CODER in str(opened["actions"])


def test_results_of_one_audit_show_none_of_another_that_is_reviewed_blind(root: Path) -> None:
    planned(root)
    bench = workbench_of(root, "Manager")
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="4", count=3), name="q2")
    bench.audit("q2").plan_review(["Ann"], second_share=0, blind=("coder",))
    corrective = bench.audit("q1").corrective
    action = corrective.plan("Teach it.", owner="Lee", due=NOW.date(), coder=CODER)
    corrective.done(action, result="Taught.")
    assert workbench_of(root, "Ann").audit("q1").actions().frame.height == 1
    corrective.reaudit(action, "q2")
    ann = workbench_of(root, "Ann")
    with pytest.raises(UsageError, match=f"'q2': {HIDDEN}"):
        ann.audit("q1").actions()
    with pytest.raises(UsageError, match=f"all audits: {HIDDEN}"):
        ann.reports.write("q1", pack="scorecard", formats=("html",))
    assert ann.audit("q1").accuracy().frame.height


def test_a_reviewer_is_blind_however_the_name_is_typed(root: Path) -> None:
    planned(root, "coder")
    bench = workbench_of(root, " SECOND")
    assert bench.audit("q1").hidden == ("coder",)
    bench.audit("q1").unblind("coder", reason="The manager asked for it.")
    assert workbench_of(root, "Second").audit("q1").hidden == ()


def test_a_manager_is_not_blind(root: Path) -> None:
    _, chart = planned(root, *BLIND_TO)
    manager = workbench_of(root, "Manager")
    assert manager.audit("q1").reviewed.verdicts.height == 6
    assert manager.encounter(chart).chart.coder_id == CODER


def test_a_chart_coded_blind_is_completed_after_it_was_compared_with_the_coders_codes(root: Path) -> None:
    bench, chart = planned(root, "codes")
    session = bench.audit("q1").session()
    assert session.assigned(chart) == ()
    own = CorrectedCode("ICD-10-CM", "I10", "principal")
    added = Verdict(chart, "add", None, None, None, own, "missed code", "coder oversight")
    session.decide(added, recorded_at=NOW)
    with pytest.raises(UsageError, match="codes are hidden in this audit"):
        session.complete_chart(chart, recorded_at=NOW)
    session.unblind(chart, "codes", reason="Coded.", recorded_at=NOW)
    for code in session.assigned(chart):
        agreed = Verdict(chart, "agree", code.code_number, code.code_system, code.code)
        session.decide(agreed, recorded_at=NOW)
    with pytest.raises(UsageError, match="You coded I10 as the coder did"):
        session.complete_chart(chart, recorded_at=NOW)
    session.withdraw(added, recorded_at=NOW)
    session.complete_chart(chart, recorded_at=NOW)


def test_a_session_holds_the_charts_of_the_plan_in_order(root: Path) -> None:
    manager = workbench_of(root, "Manager")
    in_order = manager.audit("q1").session("Ann").encounter_ids
    plan = manager.audit("q1").plan_review(["Ann", "Bo"], second_share=0).plan
    for name in ("Ann", "Bo"):
        own = manager.audit("q1").session(name).encounter_ids
        assert own == tuple(chart for chart in in_order if plan.rounds[chart] == (name,))
    with pytest.raises(UsageError, match="Zoe has no chart in the review plan of 'q1'"):
        manager.audit("q1").session("Zoe")
    others = [chart for chart in in_order if plan.rounds[chart] == ("Bo",)]
    with pytest.raises(UsageError, match="does not give"):
        manager.audit("q1").session("Ann", encounter_ids=others[:1])
    before = len(manager.workspace.ledger().events())
    manager.audit("q1").plan_review(["Ann", "Bo"], second_share=0)
    assert len(manager.workspace.ledger().events()) == before


def test_reviewers_are_overruled_by_what_was_decided(root: Path) -> None:
    bench, chart = planned(root)
    session = bench.audit("q1").session()
    for code in session.assigned(chart):
        agreed = Verdict(chart, "agree", code.code_number, code.code_system, code.code)
        session.decide(agreed, recorded_at=NOW)
    session.complete_chart(chart, recorded_at=NOW, go_on=False, seconds=90)
    manager = workbench_of(root, "Manager").audit("q1")
    assert manager.reviewers().frame.select("reviewer", "median_minutes").rows() == [
        ("Firstname", None),
        ("Second", 1.5),
    ]
    columns = ("reviewer", "code_count", "disagreement_count", "overruled_count", "agreed_with_final")
    assert manager.reviewers().frame.select(columns).rows() == [
        ("Firstname", 1, 0, 0, 1.0),
        ("Second", 1, 0, 0, 1.0),
    ]
    manager.adjudicate(chart, 1, follow="Second", reason="As coded.")
    answer = manager.reviewers()
    assert answer.frame.select(columns).rows() == [("Firstname", 2, 1, 1, 0.5), ("Second", 2, 1, 0, 1.0)]
    assert "judged 1 of 2 codes the same" in answer.note
    assert answer.note.endswith("Overruled by an adjudicator: 1 verdict, in 1 disagreement decided.")
    auditors = workbench_of(root, "Manager").accuracy().auditors().sentence
    assert "Overruled by an adjudicator: 1 verdict, in 1 disagreement decided." in auditors
    assert auditors.endswith("Disputes of coders upheld: none, because none was decided.")
    figures = workbench_of(root, "Manager").accuracy_screen().figures
    shown = texts(page(figures))
    assert "1 of 1 none decided" in shown.partition("Firstname ")[2].partition("Second ")[0]
    assert "0 of 1 none decided" in shown.partition(" Second ")[2]
    overruled = {"unit": "adjudicated codes", "reviewer": "Firstname", "state": "overruled"}
    assert "As coded." in texts(rows_behind(figures, overruled))
    assert "Firstname" not in str(manager.disagreements().frame.to_dicts())
    manager.unblind("reviewers", reason="To talk to both.")
    assert "Firstname" in str(manager.disagreements().frame.to_dicts())


def test_a_random_half_of_the_charts_is_reviewed_without_the_suggestions(root: Path) -> None:
    manager = workbench_of(root, "Manager")
    audit = manager.audit("q1")
    plan = audit.plan_review(
        ["Second"], second_share=0, suggestions_of=("Codewise", "2.1"), shown_share=0.5, seed="7"
    ).plan
    assert plan.suggestions is not None
    # Half of three is two, rounded up; the same seed chooses the same again.
    assert len(plan.suggestions.shown) == 2
    assert (
        plan
        == audit.plan_review(
            ["Second"], second_share=0, suggestions_of=("Codewise", "2.1"), shown_share=0.5, seed="7"
        ).plan
    )
    (without,) = set(CHARTS) - plan.suggestions.shown
    bench = workbench_of(root, "Second")
    session = bench.audit("q1").session()
    suggested = (SuggestedCode("ICD-10-CM", "R0602", "principal", confidence_share=0.8317),)
    with pytest.raises(UsageError, match="hidden of this chart"):
        session.show_suggestions(without, MachineCoder("Codewise", "2.1"), suggested, recorded_at=NOW)
    session.open_chart(without, recorded_at=NOW)
    found = everything(bench, without)
    assert [marker for marker in WITHHELD["suggested codes"] if marker in found] == []
    shown = min(plan.suggestions.shown)
    session.open_chart(shown, recorded_at=NOW)
    # On the desk it is there, with its confidence in percent, and goes on record once.
    start = bench.audit("q1").review("Second")
    start.start()
    for _ in range(2):
        sent = start.card._answer({"kind": "ready", "view": "v", "sequence": 0})
        (suggestion,) = sent["chart"]["suggestions"]
    assert (suggestion["shown"], suggestion["confidence"]) == ("R06.02", "83.2 %")
    kinds = [event.kind for event in manager.workspace.ledger().events(audit="q1")]
    assert kinds.count("suggestion shown") == 1


def test_what_reviewers_make_of_a_suggestion_is_on_record_when_the_chart_is_completed(root: Path) -> None:
    manager = workbench_of(root, "Manager")
    coder = MachineCoder("Codewise", "2.1")
    manager.audit("q1").plan_review(["Second"], second_share=0, suggestions_of=coder)
    session = workbench_of(root, "Second").audit("q1").session()
    chart = session.encounter_id
    codes = [SuggestedCode("ICD-10-CM", code, "secondary") for code in ("R0602", "I10", "E119")]
    session.show_suggestions(chart, coder, codes, recorded_at=NOW)
    for code in session.assigned(chart):
        agreed = Verdict(chart, "agree", code.code_number, code.code_system, code.code)
        session.decide(agreed, recorded_at=NOW)
    own = CorrectedCode("ICD-10-CM", "R0602", "secondary")
    added = Verdict(chart, "add", None, None, None, own, "missed code", "coder oversight")
    session.decide(added, recorded_at=NOW)

    def answers() -> list[tuple[str, object]]:
        events = manager.workspace.ledger().events(audit="q1")
        return [
            (event.kind.removeprefix("suggestion "), event.payload["code"])
            for event in events
            if event.kind in {"suggestion accepted", "suggestion overridden"}
        ]

    session.complete_chart(chart, recorded_at=NOW, go_on=False)
    first = [("accepted", "R0602"), ("accepted", "I10"), ("overridden", "E119")]
    assert answers() == first
    # After a change of mind only what changed is recorded.
    session.reopen_chart(chart, recorded_at=NOW)
    session.withdraw(added, recorded_at=NOW)
    session.complete_chart(chart, recorded_at=NOW, go_on=False)
    assert answers() == [*first, ("overridden", "R0602")]


def test_suggestions_are_shown_or_hidden_not_both(root: Path) -> None:
    audit = workbench_of(root, "Manager").audit("q1")
    with pytest.raises(UsageError, match="blind to 'suggested codes'"):
        audit.plan_review(["A"], second_share=0, blind=("suggested codes",), suggestions_of=("C", "1"))
    with pytest.raises(UsageError, match="no share of charts"):
        audit.plan_review(["A"], second_share=0, suggestions_of=("C", "1"), shown_share=2)
