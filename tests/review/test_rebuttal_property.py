"""Random reviews, answers and decisions against a plain-Python account of what must follow."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.billing.verified_codes import verified_codes
from auditlib.errors import UsageError
from auditlib.ledger import Event, Ledger
from auditlib.review import AssignedCode, CorrectedCode, FinalVerdicts, Verdict, chart_frame, verdict_frame
from auditlib.review.final_reviews import final_reviews
from auditlib.review.final_verdicts import CODE_COLUMNS, final_verdicts
from auditlib.review.finding import Finding, findings_of
from auditlib.review.rebuttal import fold_rebuttals, last_day
from auditlib.review.rebuttal_entry import AnswerGiven, RebuttalEntry
from auditlib.review.upheld import upheld_frame, with_upheld_disputes
from tests.review.conftest import NOON

CHARTS = ("E1", "E2")
CODE = AssignedCode(1, "ICD-10-CM", "E119", "principal")
MISSED = CorrectedCode("ICD-10-CM", "I10", "secondary")
SENT_ON = NOON.date()
FOUND = st.sampled_from(["agree", "change", "delete", "add"])
ANSWERS = st.sampled_from(["agrees", "disputes the finding", "disputes the cause"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.just(0), st.just("")),
        st.tuples(st.just("answer"), st.integers(0, 3), ANSWERS),
        st.tuples(st.just("withdraw"), st.integers(0, 3), st.just("")),
        st.tuples(
            st.just("decide"), st.integers(0, 3), st.sampled_from(["stands", "agree", "cause", "code"])
        ),
        st.tuples(st.just("withdraw decision"), st.integers(0, 3), st.just("")),
    ),
    max_size=12,
)


@dataclass
class Expected:
    """The plain account of one finding."""

    found: Verdict
    is_sent: bool = False
    answer: str | None = None
    decision: str | None = None

    def state(self, as_of: dt.date) -> str:
        if self.decision is not None:
            return "stands" if self.decision == "stands" else "upheld"
        if self.answer is not None:
            return "agrees" if self.answer == "agrees" else "dispute open"
        if not self.is_sent:
            return "none recorded"
        return "answer awaited" if as_of <= dt.date(2026, 11, 9) else "no answer"

    def counting(self) -> tuple[str, str | None, str | None] | None:
        """Action, corrected code and cause that count; None for an addition that does not."""
        found = (self.found.action, self.found.corrected and self.found.corrected.code, self.found.cause)
        if self.decision in {None, "stands"}:
            return found
        if self.decision == "agree":
            return None if self.found.action == "add" else ("agree", None, None)
        if self.decision == "cause":
            return (found[0], found[1], "guideline change")
        return (found[0], "E1122", found[2])


def judged(chart: str, kind: str) -> list[Verdict]:
    """Return a reviewer's verdicts on a chart of one code, to which an addition may come."""
    coded = (chart, 1, CODE.code_system, CODE.code)
    why = {"error_kind": "not specific", "cause": "coder oversight"}
    agreed = Verdict(coded[0], "agree", *coded[1:])
    if kind == "change":
        corrected = CorrectedCode("ICD-10-CM", "E1165", "principal")
        return [Verdict(coded[0], "change", *coded[1:], corrected, **why)]
    if kind == "delete":
        return [Verdict(coded[0], "delete", *coded[1:], **why)]
    if kind == "add":
        return [agreed, Verdict(chart, "add", None, None, None, MISSED, "missed code", "coder oversight")]
    return [agreed]


def record(ledger: Ledger, kind: str, chart: str, actor: str, payload: dict[str, object]) -> None:
    ledger.append(kind=kind, audit="q", subject=chart, actor=actor, payload=payload, recorded_at=NOON)


def before_rebuttal(events: list[Event]) -> FinalVerdicts:
    codes = pl.DataFrame(schema=CODE_COLUMNS)
    return final_verdicts(verdict_frame(events), chart_frame(events), without_documents=(), codes=codes)


def entry_of(ledger: Ledger) -> tuple[RebuttalEntry, list[Finding]]:
    events = ledger.events(audit="q")
    by_number = {event.event_number: event for event in events}
    findings = findings_of(before_rebuttal(events).verdicts, by_number, dict.fromkeys(CHARTS, "C1"))
    last = events[-1].event_number if events else 0
    return RebuttalEntry(ledger, "q", findings, last_event_number=last), findings


def becomes(found: Verdict, how: str) -> Verdict | None:
    if how == "agree":
        return None
    values = found.to_payload()
    if how == "cause":
        values["cause"] = "guideline change"
    elif found.corrected is not None:
        values["corrected"] = {**found.corrected.to_values(), "code": "E1122"}
    return Verdict.from_payload(found.encounter_id, values)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    first=st.lists(FOUND, min_size=2, max_size=2),
    second=st.lists(st.one_of(st.none(), FOUND), min_size=2, max_size=2),
    steps=STEPS,
    late=st.integers(0, 10),
)
def test_states_verdicts_and_scores_follow_from_the_events(
    first: list[str], second: list[str | None], steps: list[tuple[str, int, str]], late: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger.db")
        for reviewer, kinds in (("Ann", first), ("Bo", second)):
            for chart, kind in zip(CHARTS, kinds, strict=True):
                for verdict in [] if kind is None else judged(chart, kind):
                    record(ledger, "verdict", chart, reviewer, verdict.to_payload())
                if kind is not None:
                    record(ledger, "chart completed", chart, reviewer, {})
        expected: dict[str, Expected] = {}
        final_kinds = {
            chart: one
            for chart, one, two in zip(CHARTS, first, second, strict=True)
            if two is None or two == one
        }
        for step in steps:
            entry, findings = entry_of(ledger)
            for finding in findings:
                expected.setdefault(finding.finding_id, Expected(finding.verdict))
            walk(entry, findings, expected, step)
        entry, findings = entry_of(ledger)
        assert sorted(finding.encounter_id for finding in findings) == sorted(
            chart for chart, kind in final_kinds.items() if kind != "agree"
        )
        accounts = {f.encounter_id: expected.get(f.finding_id, Expected(f.verdict)) for f in findings}
        check(ledger.events(audit="q"), final_kinds, accounts, SENT_ON + dt.timedelta(days=late))


def walk(
    entry: RebuttalEntry,
    findings: list[Finding],
    expected: dict[str, Expected],
    step: tuple[str, int, str],
) -> None:
    """Take one step in the ledger and in the account; what the account forbids must be refused."""
    if not findings:
        return
    if step[0] == "send":
        entry.send("C1", actor="Dee", recorded_at=NOON)
        for finding in findings:
            expected[finding.finding_id].is_sent = True
        return
    name = findings[step[1] % len(findings)].finding_id
    WALKS[step[0]](entry, expected[name], name, step[-1])


def answer(entry: RebuttalEntry, account: Expected, name: str, given_answer: str) -> None:
    is_allowed = account.decision is None or account.answer == given_answer
    answers = [AnswerGiven(name, given_answer, "Because.")]
    if taken(is_allowed, entry.answer, answers, coder="C1", actor="Dee", recorded_at=NOON):
        account.answer = given_answer


def withdraw(entry: RebuttalEntry, account: Expected, name: str, _: str) -> None:
    is_allowed = account.answer is not None and account.decision is None
    if taken(is_allowed, entry.withdraw, name, actor="Dee", recorded_at=NOON):
        account.answer = None


def decide(entry: RebuttalEntry, account: Expected, name: str, how: str) -> None:
    decision = "stands" if how == "stands" else "upheld"
    is_disputed = account.answer not in {None, "agrees"} and account.decision is None
    is_change = how != "code" or account.found.corrected is not None
    new = None if decision == "stands" else becomes(account.found, how)
    is_allowed = is_disputed and is_change
    words = {"reason": "So.", "becomes": new, "actor": "Dee", "recorded_at": NOON}
    if taken(is_allowed, entry.decide, name, decision, **words):
        account.decision = how


def withdraw_decision(entry: RebuttalEntry, account: Expected, name: str, _: str) -> None:
    is_allowed = account.decision is not None
    if taken(is_allowed, entry.withdraw_decision, name, reason="Wrong.", actor="Dee", recorded_at=NOON):
        account.decision = None


WALKS = {
    "answer": answer,
    "withdraw": withdraw,
    "decide": decide,
    "withdraw decision": withdraw_decision,
}


def taken(is_allowed: bool, attempt: Callable[..., object], *args: object, **named: object) -> bool:  # noqa: FBT001 - what the account says
    """Attempt a step, which must be refused if it is not allowed; return whether it was taken."""
    if is_allowed:
        attempt(*args, **named)
        return True
    with pytest.raises(UsageError):
        attempt(*args, **named)
    return False


def check(
    events: list[Event], final_kinds: dict[str, str], accounts: dict[str, Expected], as_of: dt.date
) -> None:
    before = before_rebuttal(events)
    final = with_upheld_disputes(before, upheld_frame(events))
    assert final.charts.equals(before.charts)
    assert final.verdicts.schema == before.verdicts.schema
    rebuttals = fold_rebuttals(events)
    right = held = 0
    for chart, kind in final_kinds.items():
        rows = final.verdicts.filter(encounter_id=chart).select("action", "corrected_code", "cause").rows()
        account = accounts.get(chart)
        agreed: list[tuple[str, str | None, str | None]] = [("agree", None, None)]
        counting = account.counting() if account is not None else None
        wanted = (agreed if kind in {"agree", "add"} else []) + ([counting] if counting else [])
        assert sorted(rows, key=str) == sorted(wanted, key=str)
        right += sum(1 for action, _, _ in wanted if action == "agree")
        held += sum(1 for action, _, _ in wanted if action != "delete")
        if account is not None:
            states = {
                rebuttal.state(as_of) for rebuttal in rebuttals.values() if rebuttal.encounter_id == chart
            }
            assert states in ({account.state(as_of)}, set())
            assert states or account.state(as_of) == "none recorded"
        # The codes that go to billing are those of the verdicts that count.
        review = final_reviews(final, events).get(chart)
        if review is not None:
            codes = verified_codes([CODE], review)
            assert sorted(code.action for code in codes) == sorted(action for action, _, _ in wanted)
    actions = final.verdicts["action"].to_list()
    assert (actions.count("agree"), len(actions) - actions.count("delete")) == (right, held)


def test_an_old_ledger_reads_as_before(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    for verdict in judged("E1", "change"):
        record(ledger, "verdict", "E1", "Ann", verdict.to_payload())
    record(ledger, "chart completed", "E1", "Ann", {})
    events = ledger.events()
    before = before_rebuttal(events)
    assert with_upheld_disputes(before, upheld_frame(events)) is before
    assert fold_rebuttals(events) == {}


@pytest.mark.parametrize(
    ("sent_on", "days", "holidays", "due"),
    [
        (dt.date(2026, 11, 2), 5, (), dt.date(2026, 11, 9)),
        (dt.date(2026, 11, 6), 1, (), dt.date(2026, 11, 9)),
        (dt.date(2026, 11, 7), 5, (), dt.date(2026, 11, 13)),
        (dt.date(2026, 11, 25), 1, (dt.date(2026, 11, 26),), dt.date(2026, 11, 27)),
        (dt.date(2026, 11, 26), 1, (dt.date(2026, 11, 26),), dt.date(2026, 11, 27)),
    ],
)
def test_the_last_day_counts_working_days_after_the_day_of_sending(
    sent_on: dt.date, days: int, holidays: tuple[dt.date, ...], due: dt.date
) -> None:
    assert last_day(sent_on, days, holidays=holidays) == due
    with pytest.raises(UsageError, match="from 1 to 366"):
        last_day(sent_on, 0)
