"""What the rebuttal screen needs: findings with answers, files that go out and in, actions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from auditlib.review import Chart, EvidencePassage
from auditlib.review.finding import FoundVerdict


@dataclass(frozen=True, slots=True)
class ChartWithFindings:
    """A chart with findings that its coder answers.

    Parameters
    ----------
    encounter_id, coder_id
        The chart and who coded it.
    finding_count, agreed_count, disputed_count, open_count
        Findings, those the coder agrees with, those disputed, and disputes that are to be decided.
    """

    encounter_id: str
    coder_id: str | None
    finding_count: int
    agreed_count: int
    disputed_count: int
    open_count: int


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code of a chart or fact of its stay, billed and audited, with the finding on it and its rebuttal.

    Parameters
    ----------
    code_number
        Position of the coder's code; None for an added one and for a fact of the stay.
    before, after, change, is_stay
        Billed, audited, what was changed, and whether it is a fact of the stay.
    finding_id, found
        The finding and its verdict; None where the code is as billed or has no record.
    error_kind, cause, comment, evidence, sentence, sentence_status
        Why, the passage, its words and what they say of the code.
    is_own
        Whether who decides judged the chart.
    state, answer, coder_evidence, quoted
        The state of the rebuttal, the coder's answer, evidence in words, and passages that it quotes.
    decision, counts_as, reason, decided_by
        The decision, what counts, and why.
    score_if_upheld
        Codes right and codes listed, if the dispute is upheld; None where none is open.
    """

    code_number: int | None
    before: str
    after: str
    change: str
    finding_id: str | None = None
    found: FoundVerdict | None = None
    error_kind: str | None = None
    cause: str | None = None
    comment: str | None = None
    evidence: EvidencePassage | None = None
    sentence: str | None = None
    sentence_status: str = ""
    is_own: bool = False
    state: str | None = None
    answer: str | None = None
    coder_evidence: str | None = None
    quoted: tuple[EvidencePassage, ...] = ()
    decision: str | None = None
    counts_as: str | None = None
    reason: str | None = None
    decided_by: str | None = None
    score_if_upheld: tuple[int, int] | None = None
    is_stay: bool = False


@dataclass(frozen=True, slots=True)
class ShownAction:
    """A corrective action in words: what it is about, who does it, until when, before and after."""

    action_id: str
    about: str
    action: str
    owner: str
    due: str
    done: str
    reaudit: str
    before: str
    after: str
    conclusion: str
    state: str


class RebuttalWork(Protocol):
    """The rebuttals and corrective actions of one audit, as one person decides on them."""

    @property
    def audit(self) -> str:
        """Name of the audit."""

    @property
    def decider(self) -> str:
        """Who decides."""

    @property
    def nothing(self) -> str:
        """Why there is no chart to show."""

    def reading(self) -> AbstractContextManager[None]:
        """Return what keeps the data open for many questions."""

    def refresh(self) -> None:
        """Read documents, reviews and answers anew."""

    def charts(self) -> Sequence[ChartWithFindings]:
        """Return the charts with findings."""

    def chart(self, encounter_id: str) -> Chart:
        """Return a chart; the same object while it is the same."""

    def lines(self, encounter_id: str) -> Sequence[CodeLine]:
        """Return the codes of a chart, billed and audited, with findings and answers."""

    def deadline(self, encounter_id: str) -> str:
        """Return until when the coder answers, and how many working days are left."""

    def scores(self, encounter_id: str) -> Sequence[tuple[str, str, str]]:
        """Return scores in words: of what, codes right of codes, share."""

    def decide(self, finding_id: str, decision: str, *, becomes: FoundVerdict | None, reason: str) -> None:
        """Record the decision on a dispute."""

    def withdraw(self, finding_id: str) -> None:
        """Record that a decision is taken back."""

    def answer(self, coder: str, finding_id: str, answer: str, evidence: str, late_reason: str) -> None:
        """Record a coder's answer to a finding; empty texts are none."""

    def new_workbook(self, coder: str) -> str:
        """Return the path of a file that is not there, for a coder's workbook."""

    def write_workbook(self, path: str, coder: str, working_days: str) -> str:
        """Write a coder's workbook and return what was written, in words."""

    def load_workbook(
        self, path: str, coder: str, late_reason: str
    ) -> tuple[str, Sequence[tuple[str, str, str]]]:
        """Enter the answers of a workbook; return what came of it: in words, and of rows that matter."""

    def subjects(self, encounter_id: str | None) -> Sequence[tuple[str, str]]:
        """Return what a corrective action can be about: a value, and words."""

    def actions(self) -> Sequence[ShownAction]:
        """Return the corrective actions."""

    def audits(self) -> Sequence[str]:
        """Return the audits that can look again."""

    def plan_action(self, subject: str, action: str, owner: str, due: str) -> str:
        """Record a corrective action and return its id."""

    def finish_action(self, action_id: str, result: str) -> None:
        """Record that an action is done."""

    def reaudit_action(self, action_id: str, audit: str) -> None:
        """Record which audit looks again."""

    def withdraw_action(self, action_id: str, reason: str) -> None:
        """Record that an action is not to be done."""
