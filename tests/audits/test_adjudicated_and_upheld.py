"""Reviews that differ, decisions on them and upheld disputes together, against a plain-Python account."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.audits.audit import Reviewed
from auditlib.billing.verified_codes import verified_codes
from auditlib.ledger import Ledger
from auditlib.review import AssignedCode, CorrectedCode, EvidencePassage, Verdict, chart_frame, verdict_frame
from auditlib.review.adjudication import (
    ADJUDICATED,
    ADJUDICATION_WITHDRAWN,
    Decision,
    decision_frame,
    item_of,
)
from auditlib.review.final_reviews import final_reviews
from auditlib.review.final_verdicts import CODE_COLUMNS
from auditlib.review.finding import findings_of
from auditlib.review.payment_difference import ENTERED, NOT_AGREED, WHOLE_LINE
from auditlib.review.rebuttal_entry import AnswerGiven, RebuttalEntry
from auditlib.review.upheld import upheld_frame

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
CODE = AssignedCode(1, "CPT", "99214", "procedure")
ADDED = "+CPT/36415"
ITEMS = ("1", ADDED)
LINE = Decimal("25.50")
PAYMENTS = pl.DataFrame(
    [("E1", "CPT", "99214", LINE)],
    schema={
        **dict.fromkeys(("encounter_id", "code_system", "code"), pl.String()),
        "line_paid_amount": pl.Decimal(18, 2),
    },
    orient="row",
)
NOTE = "The first sentence. The second one."
WHY = {"error_kind": "wrong code", "cause": "coder rule"}


@dataclass(frozen=True)
class Counts:
    """What counts of an item: all None where nothing does."""

    action: str | None
    code: str | None = None
    cause: str | None = None
    dollars: Decimal | None = None
    basis: str | None = None
    evidence: int | None = None


def verdict_on(item: str, action: str, dollars: int | None, evidence: int | None) -> Verdict | None:
    """Return the verdict of a choice; None for a code that is not added."""
    remarks = {
        "payment_difference": None if dollars is None else Decimal(dollars),
        "evidence": None if evidence is None else EvidencePassage.of("E1:1", NOTE, evidence, evidence + 9),
    }
    if item == ADDED:
        if action != "change":
            return None
        new = CorrectedCode("CPT", "36415", "procedure")
        return Verdict("E1", "add", None, None, None, new, "missed code", "coder rule", **remarks)
    place = (1, CODE.code_system, CODE.code)
    if action == "agree":
        return Verdict("E1", "agree", *place)
    new = CorrectedCode("CPT", "99213", "procedure")
    if action == "change":
        return Verdict("E1", "change", *place, new, **WHY, **remarks)
    wrong = {**WHY, "error_kind": "unsupported code"}
    return Verdict("E1", "delete", *place, **wrong, **remarks)


def counted(verdict: Verdict | None) -> Counts:
    """Return what a verdict alone comes to."""
    if verdict is None:
        return Counts(None)
    passage, dollars = verdict.evidence, verdict.payment_difference
    return priced(
        Counts(
            verdict.action,
            verdict.corrected and verdict.corrected.code,
            verdict.cause,
            dollars,
            None if dollars is None else ENTERED,
            passage and passage.start,
        )
    )


def priced(counts: Counts) -> Counts:
    """Return what counts with the payment of its line, where a code is deleted and nobody priced it."""
    if counts.action == "delete" and counts.basis is None:
        return replace(counts, dollars=LINE, basis=WHOLE_LINE)
    return counts


def agreed(own: list[Verdict | None]) -> Counts:
    """Return what reviewers who agree come to: the last one's words, and dollars on which all agree."""
    last = counted(own[-1])
    entered = {one.payment_difference for one in own if one is not None} - {None}
    if len(entered) > 1:
        return replace(last, dollars=None, basis=NOT_AGREED)
    if entered:
        return replace(last, dollars=entered.pop(), basis=ENTERED)
    return last


def result(verdict: Verdict | None) -> tuple[object, ...]:
    return (None,) if verdict is None else (verdict.action, verdict.corrected)


CHOICE = st.tuples(
    st.sampled_from(["agree", "change", "delete"]),
    st.sampled_from([None, 10, 20]),
    st.sampled_from([None, 0, 20]),
)
REVIEW = st.tuples(CHOICE, CHOICE)
DECISIONS = st.sampled_from(["Ann", "Bo", "own", "withdrawn"])
REBUTTALS = st.sampled_from(
    ["none", "stands", "right", "cause", "cause and dollars", "another verdict", "withdrawn"]
)


def reviewed_of(ledger: Ledger) -> Reviewed:
    events = ledger.events(audit="q")
    codes = pl.DataFrame(schema=CODE_COLUMNS)
    return Reviewed(
        verdict_frame(events),
        chart_frame(events),
        frozenset(),
        codes,
        "error-in-full",
        decision_frame(events),
        upheld_frame(events),
        PAYMENTS,
    )


def record(ledger: Ledger, kind: str, actor: str, payload: dict[str, object]) -> None:
    ledger.append(kind=kind, audit="q", subject="E1", actor=actor, payload=payload, recorded_at=NOON)


def review(ledger: Ledger, reviewer: str, verdicts: list[Verdict | None]) -> None:
    for verdict in verdicts:
        if verdict is not None:
            record(ledger, "verdict", reviewer, verdict.to_payload())
    record(ledger, "chart completed", reviewer, {})


def adjudicate(ledger: Ledger, item: str, how: str, own: dict[str, Verdict | None]) -> Counts | None:
    """Record a decision and return what it comes to; None where it is withdrawn."""
    rows = reviewed_of(ledger).final.disagreements.filter(item=item)
    seen = tuple(rows.sort("reviewer").select("reviewer", "result").iter_rows())
    third = verdict_on(item, "change" if item == ADDED else "delete", None, 0)
    final = own.get(how, third)
    decision = Decision(item, how if how in own else None, final, "So it says.", seen)
    record(ledger, ADJUDICATED, "Zoe", decision.to_payload())
    if how == "withdrawn":
        record(ledger, ADJUDICATION_WITHDRAWN, "Zoe", {"item": item, "reason": "Not yet."})
        return None
    return counted(final)


def rebut(ledger: Ledger, item: str, how: str, before: Counts) -> Counts:
    """Record an answer and its decision and return what counts then."""
    events = ledger.events(audit="q")
    final = reviewed_of(ledger).final_before_rebuttal
    findings = findings_of(final.verdicts, {event.event_number: event for event in events}, {"E1": "C1"})
    (finding,) = [one for one in findings if item_of(one.verdict) == item]
    entry = RebuttalEntry(ledger, "q", findings, last_event_number=events[-1].event_number)
    by = {"actor": "Dee", "recorded_at": NOON}
    entry.answer([AnswerGiven(finding.finding_id, "disputes the finding", "Why.")], coder="C1", **by)
    found = finding.verdict
    becomes, after = found, before
    if how == "right":
        becomes, after = None, Counts(None) if item == ADDED else Counts("agree")
    elif how.startswith("cause"):
        becomes, after = replace(found, cause="guideline change"), replace(before, cause="guideline change")
        if how.endswith("dollars"):
            becomes = replace(becomes, payment_difference=Decimal(7))
            after = replace(after, dollars=Decimal(7), basis=ENTERED)
    elif how == "another verdict":
        other = {"1": "delete" if found.action == "change" else "change", ADDED: "change"}[item]
        becomes = verdict_on(item, other, None, None)
        if item == ADDED and becomes is not None:
            becomes = replace(becomes, corrected=CorrectedCode("CPT", "36416", "procedure"))
        after = counted(becomes)
    decision = "stands" if how == "stands" else "upheld"
    named = None if how in {"stands", "right", "withdrawn"} else becomes
    entry.decide(finding.finding_id, decision, reason="So.", becomes=named, **by)
    if how == "withdrawn":
        entry.withdraw_decision(finding.finding_id, reason="Too early.", **by)
    return after


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    first=REVIEW,
    second=REVIEW,
    decisions=st.tuples(DECISIONS, DECISIONS),
    rebuttals=st.tuples(REBUTTALS, REBUTTALS),
    is_completed_again=st.booleans(),
)
def test_what_counts_follows_from_reviews_decisions_and_disputes(
    first: tuple[tuple[str, int | None, int | None], ...],
    second: tuple[tuple[str, int | None, int | None], ...],
    decisions: tuple[str, str],
    rebuttals: tuple[str, str],
    is_completed_again: bool,  # noqa: FBT001 - drawn
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger.db")
        own = {
            name: dict(
                zip(
                    ITEMS, (verdict_on(item, *c) for item, c in zip(ITEMS, choices, strict=True)), strict=True
                )
            )
            for name, choices in (("Ann", first), ("Bo", second))
        }
        for name, verdicts in own.items():
            review(ledger, name, list(verdicts.values()))
        expected: dict[str, Counts | None] = {}
        for item, how in zip(ITEMS, decisions, strict=True):
            of_item = {name: verdicts[item] for name, verdicts in own.items()}
            if len(set(map(result, of_item.values()))) == 1:
                expected[item] = agreed(list(of_item.values()))
            else:
                expected[item] = adjudicate(ledger, item, how, of_item)
        if None in expected.values():
            assert reviewed_of(ledger).final.charts.is_empty()
            assert reviewed_of(ledger).final.not_adjudicated.height == 1
            assert final_reviews(reviewed_of(ledger).final, ledger.events()) == {}
            return
        for item, how in zip(ITEMS, rebuttals, strict=True):
            counts = expected[item]
            if counts is not None and counts.action not in {None, "agree"} and how != "none":
                expected[item] = rebut(ledger, item, how, counts)
        if is_completed_again:
            # The same verdicts again: what was decided on them holds.
            record(ledger, "chart reopened", "Bo", {})
            review(ledger, "Bo", list(own["Bo"].values()))
        check(ledger, [counts for counts in expected.values() if counts and counts.action])


def check(ledger: Ledger, expected: list[Counts]) -> None:
    final = reviewed_of(ledger).final
    assert final.charts.height == 1
    names = (
        "action",
        "corrected_code",
        "cause",
        "payment_difference",
        "payment_difference_basis",
        "evidence_start",
    )
    rows = [Counts(*row) for row in final.verdicts.select(names).iter_rows()]
    assert sorted(rows, key=repr) == sorted(expected, key=repr)
    # The codes that go to billing are those of the verdicts that count.
    codes = verified_codes([CODE], final_reviews(final, ledger.events())["E1"])
    out = [(one.action, one.verified.code if one.verified else None) for one in codes]
    wanted = [(one.action, CODE.code if one.action == "agree" else one.code) for one in expected]
    assert sorted(out, key=repr) == sorted(wanted, key=repr)
