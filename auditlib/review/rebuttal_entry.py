"""Enter what is sent to coders, what they answer and what is decided: each an event, many at once or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from auditlib.errors import LedgerMovedOnError, UsageError
from auditlib.ledger import Event, Ledger
from auditlib.review.code_entry import require_choice
from auditlib.review.finding import Finding, FindingKey, FoundVerdict
from auditlib.review.person import same_person
from auditlib.review.rebuttal import (
    AGREES,
    DECIDED,
    DECISION_WITHDRAWN,
    DECISIONS,
    REBUTTAL_KINDS,
    RECEIVED,
    SENT,
    UPHELD,
    WITHDRAWN,
    WORKING_DAYS,
    Rebuttal,
    finding_payload,
    fold_rebuttals,
    last_day,
    require_answer,
    require_other_person,
    require_words,
    verdict_that_counts,
)
from auditlib.review.verdict import LONGEST_COMMENT, Verdict

# What may be recorded of a chart without changing its findings; what is answered meanwhile is read again.
_HARMLESS: Final = (*REBUTTAL_KINDS, "chart opened", "comment")


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """A coder's answer to one finding.

    Parameters
    ----------
    finding_id
        The finding.
    answer
        agrees, disputes the finding, or disputes the cause.
    evidence
        The coder's evidence in words; needed for a dispute.
    """

    finding_id: str
    answer: str
    evidence: str | None = None


class RebuttalEntry:
    """Enters the rebuttals of one audit into the ledger.

    Parameters
    ----------
    ledger
        Where they are recorded.
    audit
        The audit.
    findings
        Its findings, as far as `last_event_number`.
    last_event_number
        The last event of the audit on which the findings rest.
    """

    def __init__(
        self, ledger: Ledger, audit: str, findings: Sequence[Finding], *, last_event_number: int
    ) -> None:
        self._ledger = ledger
        self._audit = audit
        self._findings = {finding.finding_id: finding for finding in findings}
        self._last_event_number = last_event_number

    def send(
        self,
        coder: str,
        *,
        actor: str,
        recorded_at: dt.datetime,
        working_days: int = WORKING_DAYS,
        holidays: Collection[dt.date] = (),
    ) -> list[Finding]:
        """Record that a coder was sent the findings, and by when to answer; return those not sent before.

        Parameters
        ----------
        coder
            Whose findings.
        actor, recorded_at
            Who sent them, and when.
        working_days, holidays
            As for `auditlib.review.rebuttal.last_day`. Sending a finding again moves no deadline.

        Raises
        ------
        UsageError
            If the coder has no findings.
        """
        own = self.of_coder(coder)
        due = last_day(recorded_at.astimezone(dt.UTC).date(), working_days, holidays=holidays)
        sent = []
        with self._batch(own) as rebuttals:
            for finding in own:
                known = rebuttals.get(finding.key)
                if known is None or known.sent_at is None:
                    payload = {**finding_payload(finding, coder), "due": due.isoformat()}
                    self._append(SENT, finding, payload, actor, recorded_at)
                    sent.append(finding)
        return sent

    def answer(
        self,
        answers: Sequence[AnswerGiven],
        *,
        coder: str,
        actor: str,
        recorded_at: dt.datetime,
        late_reason: str | None = None,
    ) -> list[Event]:
        """Record a coder's answers, all or none; the same answer again is not recorded.

        Parameters
        ----------
        answers
            The answers; an earlier one to the same finding is replaced until it is decided.
        coder
            Who answers.
        actor, recorded_at
            Who enters them, and when.
        late_reason
            Why answers after the last day are taken; None refuses them.

        Raises
        ------
        UsageError
            If a finding is not this coder's, an answer is not valid or late, or its dispute is decided.
        """
        own = [self.finding(given.finding_id) for given in answers]
        events = []
        with self._batch(own) as rebuttals:
            for finding, given in zip(own, answers, strict=True):
                self.require_own(finding, coder)
                answer, evidence = require_answer(given.answer, given.evidence)
                known = rebuttals.get(finding.key)
                if known is not None and (known.answer, known.evidence) == (answer, evidence):
                    continue
                _require_undecided(known)
                is_late = _is_late(known, recorded_at)
                if is_late and not late_reason:
                    assert known is not None  # noqa: S101 - `_is_late` knows its last day
                    message = (
                        f"The answer to finding {finding.finding_id} came after {known.due_on}, its last day."
                    )
                    raise UsageError(message, hint="Say why it is taken all the same: late_reason.")
                reason = require_words("reason for a late answer", late_reason) if is_late else None
                payload = {
                    **finding_payload(finding, coder),
                    "answer": answer,
                    "evidence": evidence,
                    "late_reason": reason,
                }
                events.append(self._append(RECEIVED, finding, payload, actor, recorded_at))
        return events

    def withdraw(self, finding_id: str, *, actor: str, recorded_at: dt.datetime) -> Event:
        """Record that a coder takes an answer back, as if none was given.

        Raises
        ------
        UsageError
            If there is no answer, or its dispute is decided.
        """
        finding = self.finding(finding_id)
        with self._batch([finding]) as rebuttals:
            known = _answered(rebuttals, finding)
            _require_undecided(known)
            return self._append(
                WITHDRAWN, finding, finding_payload(finding, known.coder_id), actor, recorded_at
            )

    def decide(
        self,
        finding_id: str,
        decision: str,
        *,
        reason: str,
        becomes: FoundVerdict | None = None,
        actor: str,
        recorded_at: dt.datetime,
        own_finding_reason: str | None = None,
    ) -> Event:
        """Record the decision on a dispute.

        Parameters
        ----------
        finding_id
            The finding.
        decision
            stands, or upheld.
        reason
            Why, in words that go back to the coder.
        becomes
            The verdict that counts if the dispute is upheld; None for agreement with the coder.
        actor, recorded_at
            Who decides, and when.
        own_finding_reason
            Why who reviewed or adjudicated the chart may decide; None refuses that.

        Raises
        ------
        UsageError
            If the finding is not disputed, is decided already, the reason is empty, or the person may not
            decide.
        """
        finding = self.finding(finding_id)
        require_choice("decision", decision, DECISIONS)
        words = require_words("reason of the decision", reason)
        counts = None
        if decision == UPHELD:
            counts = verdict_that_counts(finding.verdict, becomes)
            self._require_no_other(finding, counts)
        elif becomes is not None:
            message = "A finding that stands keeps its verdict."
            raise UsageError(message, hint="Decide 'upheld' to change it.")
        if counts is not None and counts.comment is None:
            counts = replace(counts, comment=words[:LONGEST_COMMENT])
        with self._batch([finding]) as rebuttals:
            known = _answered(rebuttals, finding)
            _require_undecided(known)
            if known.answer == AGREES:
                message = "The coder agrees with this finding: there is nothing to decide."
                raise UsageError(message, hint="A finding that is wrong is changed in the review.")
            require_other_person(finding, known.coder_id, actor, own_finding_reason)
            payload = {
                **finding_payload(finding, known.coder_id),
                "decision": decision,
                "verdict": None if counts is None else counts.to_payload(),
                "reason": words,
                "own_finding_reason": own_finding_reason,
            }
            return self._append(DECIDED, finding, payload, actor, recorded_at)

    def withdraw_decision(
        self,
        finding_id: str,
        *,
        reason: str,
        actor: str,
        recorded_at: dt.datetime,
        own_finding_reason: str | None = None,
    ) -> Event:
        """Record that a decision is taken back, so that the dispute is open again.

        Who decided may always do so; others as they may decide.

        Raises
        ------
        UsageError
            If nothing is decided, the reason is empty, or the person may not decide.
        """
        finding = self.finding(finding_id)
        words = require_words("reason", reason)
        with self._batch([finding]) as rebuttals:
            known = _answered(rebuttals, finding)
            if known.decision is None:
                message = f"Nothing is decided on finding {finding_id}."
                raise UsageError(message)
            if not same_person(actor, known.decided_by or ""):
                require_other_person(finding, known.coder_id, actor, own_finding_reason)
            payload = {
                **finding_payload(finding, known.coder_id),
                "reason": words,
                "own_finding_reason": own_finding_reason,
            }
            return self._append(DECISION_WITHDRAWN, finding, payload, actor, recorded_at)

    def finding(self, finding_id: str) -> Finding:
        """Return the finding of an id.

        Raises
        ------
        UsageError
            If the audit has none of that id, or not any more.
        """
        finding = self._findings.get(finding_id.strip().lower())
        if finding is None:
            message = f"Audit '{self._audit}' has no finding of that id, or its verdict was changed since."
            raise UsageError(message, hint="'auditlib audit rebuttals' lists the findings with their ids.")
        return finding

    def of_coder(self, coder: str) -> list[Finding]:
        """Return the findings on a coder's codes.

        Raises
        ------
        UsageError
            If there are none.
        """
        own = [finding for finding in self._findings.values() if finding.coder_id == coder]
        if not own:
            coders = sorted({finding.coder_id for finding in self._findings.values() if finding.coder_id})
            message = f"Audit '{self._audit}' has no finding on codes of coder '{coder}'."
            raise UsageError(message, hint=f"Coders with findings: {', '.join(coders) or 'none'}.")
        return own

    def require_own(self, finding: Finding, coder: str) -> None:
        """Refuse another coder's finding.

        Raises
        ------
        UsageError
            If it is one.
        """
        if finding.coder_id is not None and finding.coder_id != coder:
            message = f"Finding {finding.finding_id} is not on codes of coder '{coder}'."
            raise UsageError(message, hint="A coder answers the findings on codes of their own.")

    def _require_no_other(self, finding: Finding, counts: FoundVerdict | None) -> None:
        """Refuse an added code that the review has added already."""
        if not isinstance(counts, Verdict) or counts.action != "add":
            return
        others = [
            other
            for other in self._findings.values()
            if other.encounter_id == finding.encounter_id and other is not finding
        ]
        added = [other.verdict for other in others if isinstance(other.verdict, Verdict)]
        if any(other.key == counts.key for other in added):
            message = "The review has added that code already."
            raise UsageError(message, hint="Uphold the dispute without another code: the finding is removed.")

    @contextmanager
    def _batch(self, findings: Sequence[Finding]) -> Iterator[Mapping[FindingKey, Rebuttal]]:
        """Open a transaction and yield the rebuttals in it; refuse if a chart was reviewed meanwhile."""
        charts = {finding.encounter_id for finding in findings}
        with self._ledger.batch():
            later = self._ledger.events(audit=self._audit, after=self._last_event_number)
            if any(event.subject in charts and event.kind not in _HARMLESS for event in later):
                message = "The review of a chart went on meanwhile, so that its findings may have changed."
                raise LedgerMovedOnError(
                    message, hint="Nothing was recorded. Look again, and enter it again."
                )
            yield fold_rebuttals(self._ledger.events(audit=self._audit, kinds=REBUTTAL_KINDS))

    def _append(
        self,
        kind: str,
        finding: Finding,
        payload: Mapping[str, object],
        actor: str,
        recorded_at: dt.datetime,
    ) -> Event:
        return self._ledger.append(
            kind=kind,
            audit=self._audit,
            subject=finding.encounter_id,
            actor=actor,
            payload=payload,
            recorded_at=recorded_at,
        )


def _answered(rebuttals: Mapping[FindingKey, Rebuttal], finding: Finding) -> Rebuttal:
    known = rebuttals.get(finding.key)
    if known is None or known.answer is None:
        message = f"The coder has not answered finding {finding.finding_id}."
        raise UsageError(message, hint="Enter the answer first: 'auditlib audit rebut'.")
    return known


def _require_undecided(known: Rebuttal | None) -> None:
    if known is not None and known.decision is not None:
        message = f"The rebuttal of finding {known.finding_id} is decided: {known.decision}."
        raise UsageError(message, hint="Withdraw the decision first.")


def _is_late(known: Rebuttal | None, recorded_at: dt.datetime) -> bool:
    if known is None or known.due_on is None:
        return False
    return recorded_at.astimezone(dt.UTC).date() > known.due_on
