"""One encounter: its chart, its codes, its claims and what became of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from auditlib.audits.audit import verdicts_before_and_after
from auditlib.audits.chart_reader import evidence_frame, read_chart
from auditlib.audits.line_payments import line_payments, with_line_payments
from auditlib.audits.record_support import code_support, uncoded_conditions
from auditlib.errors import UsageError
from auditlib.evidence import Associations
from auditlib.progress import Progress
from auditlib.report.result import Notice, Result, missing
from auditlib.report.text import DisplayText
from auditlib.review import Chart, verdict_frame
from auditlib.review.blindness import BLIND_TO, HIDDEN, BlindTo
from auditlib.workbench.audit import Audit
from auditlib.workbench.audit_answers import CorrectedClaims
from auditlib.workbench.codesets import CodeSets
from auditlib.workbench.context import Context, shown_apart
from auditlib.workbench.on_record import answers_on_record

if TYPE_CHECKING:
    # ipywidgets is slow to import: only a session that shows a widget pays for it.
    from auditlib.widgets import ActionPanel, ReviewStart

PRACTICE_AUDIT = "walk-through"

_NO_CHART = "No chart is loaded in this workspace, so there is no visit to walk through."
_CHART_HINT = (
    "Load charts by 'auditlib load', or make a separate workspace with practice charts by 'auditlib demo "
    "FOLDER' and open it by Workbench.open('FOLDER')."
)
NO_CHART = f"{_NO_CHART} {_CHART_HINT}"


@answers_on_record
class Encounter:
    """One encounter of a workspace.

    Parameters
    ----------
    context
        The workspace.
    codesets
        Its code sets, as the review screen searches them.
    encounter_id
        Which one; None where no encounter has a chart: then every answer says so.
    """

    def __init__(self, context: Context, codesets: CodeSets, encounter_id: str | None) -> None:
        self._context = context
        self._codesets = codesets
        self._encounter_id = encounter_id

    @property
    def id(self) -> str:
        """Its id.

        Raises
        ------
        UsageError
            If no encounter has a chart.
        """
        if self._encounter_id is None:
            raise UsageError(_NO_CHART, hint=_CHART_HINT)
        return self._encounter_id

    @property
    def chart(self) -> Chart:
        """Documents, codes, findings and supporting sentences, without what is hidden from the user."""
        self._context.chart_shown(self.id, "notebook")
        return self._context.blindness(self.id).of_chart(self._whole_chart)

    @cached_property
    def _whole_chart(self) -> Chart:
        return read_chart(self._context.warehouse, self.id)

    def _hides(self, *levels: BlindTo) -> bool:
        """Return True if the user reviews this chart blind to one of the levels."""
        return not self._context.blindness(self.id).hidden.isdisjoint(levels)

    def documents(self) -> Result:
        """Return the documents of the chart, each with its author and time."""
        return self._part("document", "Documents of the chart")

    def document(self, document_number: int) -> DisplayText | Notice:
        """Return one document of the chart, to be read; a notice where the chart has fewer.

        Raises
        ------
        UsageError
            If there can be no document of that number.
        """
        if self._encounter_id is None:
            return Notice(NO_CHART)
        if document_number < 1:
            message = f"The chart of {self.id} has no document {document_number}."
            raise UsageError(message, hint="Documents are numbered from 1; documents() lists them.")
        for document in self.chart.documents:
            if document.document_number == document_number:
                title = f"{document.document_type.capitalize()}: {document.title}"
                return DisplayText(title, document.text, shown_apart)
        return Notice(f"The chart of {self.id} has no document {document_number}.")

    def codes(self, *code_systems: str) -> Result:
        """Return the coder's codes, of some code systems or of all, without empty columns."""
        title = " and ".join(code_systems) or "Codes"
        if self._encounter_id is None:
            return missing(NO_CHART, title)
        if self._hides("codes"):
            return missing(f"{title}: {HIDDEN}.", title)
        codes = self._context.query("encounters/chart_code", {"encounter_ids": [self.id]}).drop(
            "encounter_id"
        )
        if code_systems:
            codes = codes.filter(pl.col("code_system").is_in(code_systems))
        modifiers = [f"modifier_{number}" for number in range(1, 5)]
        together = pl.concat_str(modifiers, separator=" ", ignore_nulls=True).replace("", None)
        readable = codes.select(
            pl.exclude(*modifiers, "description"), modifiers=together, title="description"
        )
        frame = readable.select(
            column for column in readable if column.null_count() < column.len() or column.name == "code"
        )
        if frame.is_empty():
            return missing(f"The coder assigned no code of {title} to {self.id}.", title, frame=frame)
        return Result(frame, title)

    def evidence(self) -> Result:
        """Return the sentences of the chart that speak of what its codes describe."""
        title = "Sentences about the codes"
        if self._encounter_id is None:
            return missing(NO_CHART, title)
        return Result(evidence_frame(self.chart), title, apart=shown_apart)

    def support(self, associations: Associations | None = None) -> Result:
        """Return what the record says of each code, what no sentence supports first; and MEAT.

        A code that is not found, negated or said of somebody else is for review: no row is a verdict.

        Parameters
        ----------
        associations
            What was learnt of coded charts by `Workbench.learnt_words`, to count for the confidence.
        """
        title = "What the record says of each code"
        if self._encounter_id is None:
            return missing(NO_CHART, title)
        if self._hides("codes", "machine suggestion"):
            return missing(f"{title}: {HIDDEN}.", title)
        frame = code_support(self.chart, self._context.warehouse, associations)
        if frame.is_empty():
            return missing(f"{self.id} has no code with a title.", title, frame=frame)
        return Result(frame, title, apart=shown_apart)

    def uncoded(self) -> Result:
        """Return the conditions that the assessment names, and that no code of the chart stands for.

        Each is for review: whether it is reportable, a person decides.
        """
        title = "Documented conditions without a code"
        if self._encounter_id is None:
            return missing(NO_CHART, title)
        if self._hides("codes", "machine suggestion"):
            return missing(f"{title}: {HIDDEN}.", title)
        frame = uncoded_conditions(self.chart, self._context.warehouse, self._codesets.code_search)
        if frame.is_empty():
            return missing(
                f"The assessment of {self.id} names no condition without a code.", title, frame=frame
            )
        return Result(frame, title, apart=shown_apart)

    def findings(self) -> Result:
        """Return what the checks found on it."""
        if self._encounter_id is None:
            return missing(NO_CHART, "Findings")
        if self._hides("codes", "coder", "payer", "findings"):
            return missing(f"Findings: {HIDDEN}; the review screen shows what is not.", "Findings")
        params: dict[str, object] = {"check_id": None, "encounter_id": self.id}
        hidden = ("item_number", "finding_number", "release")
        note = self._context.checks_not_run()
        return self._context.result("checks/finding", params, title="Findings", note=note, hidden=hidden)

    def verdicts(self) -> Result:
        """Return what reviewers decided on it, in every audit, what was corrected and why."""
        title = "Verdicts"
        if self._encounter_id is None:
            return missing(NO_CHART, title)
        events = self._context.ledger.events(kinds=["verdict", "verdict withdrawn"])
        only = self._context.user if self._hides(*BLIND_TO) else None
        verdicts = verdict_frame(
            event for event in events if event.subject == self.id and only in {None, event.actor}
        )
        if verdicts.is_empty():
            return missing(f"Nobody has reviewed {self.id} yet.", title, frame=verdicts)
        payments = line_payments(self._context.warehouse, verdicts["encounter_id"])
        priced = verdicts if only else with_line_payments(verdicts, payments)
        return Result(verdicts_before_and_after(self._context.workspace, priced).drop("encounter_id"), title)

    def practice(self) -> ReviewStart | Notice:
        """Return the review screen on this chart alone, as an audit of its own named walk-through."""
        return Notice(NO_CHART) if self._encounter_id is None else self._practice_audit().review()

    def replay_panel(self) -> ActionPanel | Notice:
        """Return a button that enters the practice chart's recorded verdicts into the ledger."""
        if self._encounter_id is None:
            return Notice(NO_CHART)
        from auditlib.widgets import ActionPanel  # noqa: PLC0415 - ipywidgets is slow to import

        def replay(progress: Progress) -> Result:
            self._practice_audit().replay(progress=progress)
            return self.verdicts()

        return ActionPanel(
            f"What an auditor decided on {self.id}, where it is one of the practice charts",
            button="Enter the recorded verdicts",
            action=replay,
        )

    def corrected_claims(self) -> CorrectedClaims | Notice:
        """Return what the walk-through's review sends to billing."""
        if self._encounter_id is None:
            return Notice(NO_CHART)
        if self._hides("codes", "payer"):
            return Notice(f"Claims: {HIDDEN}.")
        if self.codes().frame.is_empty():
            return Notice(f"{self.id} has no codes, so nothing goes to billing.")
        return self._practice_audit().corrected_claims()

    def _practice_audit(self) -> Audit:
        return Audit(self._context, self._codesets, PRACTICE_AUDIT, encounter_ids=[self.id])

    def claims(self) -> Result:
        """Return its claims as they went out, replacements and voids among them."""
        return self._part("claim", "Claims")

    def claim_lines(self) -> Result:
        """Return the service lines of its claims, with the diagnoses that they point at."""
        return self._part("claim_line", "Service lines")

    def payments(self) -> Result:
        """Return every answer of a payer, in order of payment."""
        return self._part("payment", "Payments")

    def adjustments(self) -> Result:
        """Return what the payers took off, and why."""
        return self._part("adjustment", "Adjustments")

    def outcome(self) -> Result:
        """Return what became of its claims."""
        return self._part("outcome", "Outcome")

    def _part(self, part: str, title: str) -> Result:
        if self._encounter_id is None:
            return missing(NO_CHART, title)
        if part != "document" and self._hides("codes", "payer"):
            return missing(f"{title}: {HIDDEN}.", title)
        frame = self._context.query(f"encounters/encounter_{part}", {"encounter_id": self.id})
        if frame.is_empty():
            return missing(f"{title}: none are loaded for {self.id}.", title, frame=frame)
        return Result(frame, title)

    def __repr__(self) -> str:
        return NO_CHART if self._encounter_id is None else f"Encounter {self.id}"

    def _repr_html_(self) -> str:
        return Notice(repr(self))._repr_html_()
