"""One audit: its sample, its review, what it measures and what it sends to billing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import polars as pl

from auditlib.audits import audit as audits
from auditlib.audits.audit_plan import AuditPlan, plan_of
from auditlib.audits.chart_weights import ChartWeights, chart_weights
from auditlib.audits.draw_history import DrawHistory, draw_history
from auditlib.audits.integrity import unrecorded_draw
from auditlib.audits.spares import SPARE_USED, SpareUse, spare_uses
from auditlib.codes.visit_levels import VisitLevel, VisitWork
from auditlib.embedded import embedded_folder
from auditlib.errors import UsageError
from auditlib.estimation.levels import LEVELS
from auditlib.estimation.missing_records import missing_rule_of
from auditlib.ledger import Event
from auditlib.measures.accuracy import (
    CODE_OVER_CODE,
    Dimension,
    ErrorDimension,
    code_accuracy,
    error_shares,
    record_accuracy,
)
from auditlib.pricing.price_source import DEFAULT_SOURCES
from auditlib.progress import Progress, SilentProgress
from auditlib.report.result import Notice, Result, missing
from auditlib.report.text import DisplayMarkdown
from auditlib.review import (
    MISSING,
    MachineCoder,
    RecordStatus,
    Replayed,
    ReviewSession,
    Supplement,
    Verdict,
    VisitRationale,
    chart_frame,
    decision_frame,
    read_supplements,
    record_frame,
    record_supplements,
    verdict_frame,
)
from auditlib.review.adjudication import require_reason
from auditlib.review.blindness import HIDDEN, REVIEWERS, UNBLINDED, BlindTo, opened_levels
from auditlib.review.chart_time import chart_time_frame, review_time
from auditlib.review.document_statement import LACKING, DocumentStatement, statement_frame
from auditlib.review.own_kinds import own_kind_frame, own_kinds_from
from auditlib.review.payment_difference import read_difference
from auditlib.review.plan import PlanRequest, SecondReviewRule, blindness_of, current_plan
from auditlib.review.rebuttal import WORKING_DAYS
from auditlib.review.stay_verdict import StayVerdict, same_value, stay_verdict_frame
from auditlib.review.upheld import upheld_frame
from auditlib.review.verdict import verdict_of
from auditlib.sampling import Manifest, read_manifest, sampling_memo
from auditlib.stats.estimators.estimate import Sides
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.stats.estimators.programmes import Netting
from auditlib.text import counted
from auditlib.workbench.codesets import CodeSets
from auditlib.workbench.context import Context
from auditlib.workbench.no_sample import DRAW_HINT, NO_SAMPLE, NO_SAMPLE_YET
from auditlib.workbench.on_record import answers_on_record

if TYPE_CHECKING:
    # Altair and ipywidgets are slow to import: only a session that shows them pays for it.
    import altair as alt

    from auditlib.audits.attachments import Attachment
    from auditlib.billing.correction import Purpose
    from auditlib.estimation.audit_estimate import AuditEstimate
    from auditlib.measures.coder_comparison import CoderComparison
    from auditlib.pricing.price_source import PriceSource
    from auditlib.report.result import Picture
    from auditlib.widgets import AdjudicationScreen, RebuttalScreen, ReviewStart
    from auditlib.workbench.actions import Actions
    from auditlib.workbench.answers import VerificationAnswer
    from auditlib.workbench.audit_answers import CorrectedClaims, MayStop, PlannedReview
    from auditlib.workbench.priced_audit import PricedAudit
    from auditlib.workbench.programme_findings import ProgrammeFindings
    from auditlib.workbench.queries import Queries
    from auditlib.workbench.rebuttals import LoadedAnswers, Rebuttals

NO_PLAN = "The audit '{name}' is not planned by a programme."
PLAN_HINT = (
    "Plan one before its draw: 'auditlib audit plan NAME --programme pim', or wb.programmes.plan(...)."
)
By = Dimension | Sequence[Dimension]
ATTACHMENT_COLUMNS = {
    "encounter_id": pl.String(),
    "document_number": pl.Int64(),
    "file_name": pl.String(),
    "byte_count": pl.Int64(),
    "sha256": pl.String(),
    "attached_by": pl.String(),
    "attached_at": pl.Datetime("us"),
    "taken_back_by": pl.String(),
    "taken_back_reason": pl.String(),
}
"""Columns of `Audit.attachments`."""
_NO_REVIEW = (
    "No chart of audit '{name}' is reviewed to the end yet. Open its review by wb.audit('{name}').review()."
)


@answers_on_record
class Audit:
    """An audit of a workspace.

    Parameters
    ----------
    context
        The workspace, the user and the clock.
    codesets
        Its code sets, as the review screen searches them.
    name
        Name of the sample and its audit; None where no sample is drawn yet: then every answer says so.
    encounter_ids
        The encounters that are reviewed, where they are named and not drawn.
    missing_rule
        How a missing record counts in every answer; None for an error in full, or as a programme says.

    Notes
    -----
    The audit keeps the events that it has read of the ledger and reads only later ones, so one question reads
    the ledger once, however many measures it takes.
    """

    def __init__(
        self,
        context: Context,
        codesets: CodeSets,
        name: str | None,
        *,
        encounter_ids: Sequence[str] | None = None,
        missing_rule: MissingRecordRule | None = None,
    ) -> None:
        self._context = context
        self._codesets = codesets
        self._name = name
        self._encounter_ids = None if encounter_ids is None else list(encounter_ids)
        self._events: list[Event] = []
        self._frames: tuple[int, tuple[pl.DataFrame, ...]] | None = None
        self._reviewed: audits.Reviewed | None = None
        self._missing_rule = missing_rule
        self._rule = missing_rule_of(None, missing_rule)

    @property
    def name(self) -> str:
        """Name of the audit.

        Raises
        ------
        UsageError
            If no sample is drawn yet.
        """
        if self._name is None:
            raise UsageError(NO_SAMPLE_YET, hint=DRAW_HINT)
        return self._name

    @property
    def is_drawn(self) -> bool:
        """Whether there is a sample of that name."""
        return self._name in audits.audit_names(self._context.workspace)

    def __repr__(self) -> str:
        if self._name is None:
            return NO_SAMPLE
        if not self.is_drawn:
            return f"Audit '{self.name}' of named encounters."
        manifest = self.manifest
        drawn = f"{manifest.design.sample_count:,} of {manifest.frame.unit_count:,} {manifest.universe.unit}s"
        return f"Audit '{self.name}': {drawn}, {manifest.design.method}, seed {manifest.design.seed}."

    def _repr_html_(self) -> str:
        return Notice(repr(self))._repr_html_()

    # The sample

    @property
    def manifest_path(self) -> Path:
        """Where the manifest is."""
        return audits.manifest_path(self._context.workspace, self.name)

    @cached_property
    def manifest(self) -> Manifest:
        """The manifest of the sample."""
        return read_manifest(self.manifest_path)

    def memo(self) -> DisplayMarkdown | Notice:
        """Return the sampling memo, as a workpaper."""
        return Notice(NO_SAMPLE) if self._name is None else DisplayMarkdown(sampling_memo(self.manifest))

    def sample(self) -> Result:
        """Return the selected units in order of selection, spares included."""
        if self._name is None:
            return missing(NO_SAMPLE, "Sample")
        selected = pl.DataFrame([asdict(unit) for unit in self.manifest.selected])
        with_values = selected.select(column for column in selected if column.null_count() < column.len())
        if "payer" in self.hidden:
            # Strata by dollars and chances by size show the charge.
            with_values = with_values.drop("stratum", "hit_count", "inclusion_probability", strict=False)
        return Result(with_values, f"Sample '{self.name}'", hidden=("ticket",))

    def verify(self) -> VerificationAnswer | Notice:
        """Draw the sample again from its manifest and compare."""
        from auditlib.workbench.answers import verification_answer

        if self._name is None:
            return Notice(NO_SAMPLE)
        return verification_answer(
            self.manifest_path,
            self.draw_history().sentence,
            unrecorded_draw(self._context.workspace, self.name),
        )

    def draw_history(self) -> DrawHistory:
        """Return the draws of this universe, under any name, and of universes that share units with it."""
        return draw_history(self._context.workspace, self.name)

    def draws(self) -> Result:
        """Return the draws of this universe, under any name, and of universes that share units with it."""
        if self._name is None:
            return missing(NO_SAMPLE, "Draws of this universe")
        history = self.draw_history()
        return Result(history.draws, "Draws of this universe", history.sentence)

    def use_spare(self, unit_id: str, *, reason: str, note: str = "") -> SpareUse:
        """Put the next spare in a unit's place and enter the use in the ledger.

        The use is also written beside the manifest, for those without the ledger.

        Parameters
        ----------
        unit_id
            A unit that turned out not to be in the universe.
        reason
            Why it is not: one of `auditlib.audits.replacement.SPARE_REASONS`.
        note
            What shows it.

        Raises
        ------
        UsageError
            If the unit's record is missing or was refused: such a unit is never replaced.
        """
        from auditlib.audits.replacement import use_spare

        use = use_spare(
            self._context.workspace,
            self.manifest,
            unit_id=unit_id,
            reason=reason,
            note=note,
            actor=self._context.user,
            recorded_at=self._context.now(),
        )
        self.write_spare_file()
        return use

    def write_spare_file(self) -> Path | None:
        """Write the uses of the spares beside the manifest and return the path; None without any use."""
        from auditlib.audits.spare_file import write_spare_file

        return write_spare_file(self.manifest_path, self.manifest, self._read_events())

    def spare_uses(self) -> list[SpareUse]:
        """Return the uses of the spares, oldest first."""
        events = [event for event in self._read_events() if event.kind == SPARE_USED]
        return spare_uses(events, self.name)

    # The review

    def plan_review(
        self,
        reviewers: Sequence[str],
        *,
        second_share: float | None = None,
        rule: SecondReviewRule = "random",
        review_count: int = 2,
        only: Sequence[str] = (),
        coder_ids: Mapping[str, Collection[str]] | None = None,
        blind: Sequence[BlindTo] = (),
        seed: str = "1",
        suggestions_of: tuple[str, str] | None = None,
        shown_share: float = 1.0,
    ) -> PlannedReview:
        """Give the charts of the sample to reviewers, and enter the plan into the ledger.

        A reviewer's session then holds only these charts. Who has a chart by an earlier plan keeps it.

        Parameters
        ----------
        reviewers, second_share, rule, review_count, only, blind, seed
            See `auditlib.review.plan.PlanRequest`.
        coder_ids
            By reviewer the coder ids under which the same person codes: nobody reviews their own codes.
        suggestions_of
            Name and version of the machine coder whose codes reviewers are shown on the desk.
        shown_share
            Share of the charts on which they are shown, at random by the seed: 0.5 for a random half.

        Raises
        ------
        UsageError
            If a chart has too few reviewers who did not code it.
        """
        from auditlib.audits.review_plan import record_plan
        from auditlib.workbench.audit_answers import PlannedReview

        request = PlanRequest(
            tuple(reviewers),
            rule,
            second_share,
            review_count,
            seed,
            tuple(only),
            coder_ids or {},
            tuple(blind),
            None if suggestions_of is None else MachineCoder(*suggestions_of),
            shown_share,
        )
        plan = record_plan(
            self._context.workspace,
            self.name,
            request,
            encounter_ids=self._chosen(None) or audits.sampled_encounters(self._context.workspace, self.name),
            planned_by=self._context.user,
            recorded_at=self._context.now(),
        )
        return PlannedReview(plan)

    @property
    def plan(self) -> PlannedReview | None:
        """The review plan; None without one: then everybody reviews every chart.

        A reviewer to whom other reviewers are hidden has only the own charts in it.
        """
        from auditlib.workbench.audit_answers import PlannedReview

        plan = None if self._name is None else current_plan(self._read_events())
        if plan is not None and "first reviewer" in self.hidden:
            plan = plan.only_of(self._context.user)
        return None if plan is None else PlannedReview(plan)

    @property
    def hidden(self) -> tuple[BlindTo, ...]:
        """What is hidden of the audit from the user, who reviews it; nothing from others."""
        return () if self._name is None else self._hidden(self._read_events())

    def _hidden(self, events: Sequence[Event]) -> tuple[BlindTo, ...]:
        return blindness_of(events, self._context.user).levels

    def require_open(self) -> None:
        """Refuse results while the user reviews the audit blind; see `Context.require_open`."""
        self._context.require_open(self.name, self.hidden)

    def unblind(
        self,
        level: BlindTo | Literal["reviewers"],
        *,
        reason: str,
        encounter_id: str | None = None,
        reviewer: str | None = None,
    ) -> None:
        """Open to a reviewer what is hidden, and enter into the ledger who opened it and why.

        Parameters
        ----------
        level
            What is opened: one of `auditlib.review.blindness.BlindTo`; or 'reviewers', their names in
            `disagreements`.
        reason
            Why.
        encounter_id
            The chart; None for the audit as a whole.
        reviewer
            To whom it is opened; the user by default.

        Raises
        ------
        UsageError
            If it is not hidden.
        """
        require_reason(reason, "An unblinding")
        who = reviewer or self._context.user
        if encounter_id is not None and level != "reviewers":
            session = self.session(who)
            session.unblind(encounter_id, level, reason=reason, recorded_at=self._context.now())
            return
        hidden = blindness_of(self._read_events(), who).levels
        if level != "reviewers" and level not in hidden:
            message = f"'{level}' is not hidden from {who} in this audit."
            raise UsageError(message, hint=f"Hidden are: {', '.join(hidden) or 'nothing'}.")
        self._context.ledger.append(
            kind=UNBLINDED,
            audit=self.name,
            subject=self.name,
            actor=who,
            payload={"level": level, "reason": reason},
            recorded_at=self._context.now(),
        )

    def unblindings(self) -> Result:
        """Return who opened what was hidden, of which chart or of the whole audit, when and why."""
        rows = [
            (
                event.actor,
                event.subject,
                event.payload.get("level"),
                event.payload.get("reason"),
                event.recorded_at,
            )
            for event in self._read_events()
            if event.kind == UNBLINDED and (not self.hidden or event.actor == self._context.user)
        ]
        frame = pl.DataFrame(
            rows,
            schema={
                **dict.fromkeys(("reviewer", "chart_or_audit", "level", "reason"), pl.String()),
                "recorded_at": pl.Datetime("us", "UTC"),
            },
            orient="row",
        )
        if frame.is_empty():
            return missing("Nothing that was hidden is opened.", "Unblindings", frame=frame)
        return Result(frame, "Unblindings")

    def session(
        self, reviewer: str | None = None, *, encounter_ids: Sequence[str] | None = None
    ) -> ReviewSession:
        """Return a reviewer's session on the sample, or on the encounters given, where it was left."""
        return audits.open_review(
            self._context.workspace,
            self.name,
            reviewer=reviewer or self._context.user,
            encounter_ids=self._chosen(encounter_ids),
        )

    def review(
        self, reviewer: str | None = None, *, encounter_ids: Sequence[str] | None = None
    ) -> ReviewStart | Notice:
        """Return the review screen; it opens, and goes on record, when its button is pressed.

        Parameters
        ----------
        reviewer
            Who reviews. Without a name, the reviewers of the review plan are offered and one says who they
            are; without a plan, the user's name is proposed.
        encounter_ids
            The charts, where not all of the reviewer's are meant.
        """
        from auditlib.audits.audited_group import audited_group
        from auditlib.audits.chart_attachments import ChartAttachments
        from auditlib.audits.chart_reader import chart_source, code_finder, mention_finder, note_on_search
        from auditlib.audits.page_reader import page_source
        from auditlib.audits.review_queue import review_queue

        if self._name is None:
            return Notice(NO_SAMPLE)
        from auditlib.widgets import ReviewCard, ReviewStart

        def card(name: str) -> ReviewCard:
            session = self.session(name, encounter_ids=encounter_ids)
            plan = current_plan(self._read_events())
            suggested_by = None if plan is None or plan.suggestions is None else plan.suggestions.coder

            return ReviewCard(
                session,
                chart_source(
                    self._context.warehouse,
                    session.blindness,
                    encounter_ids=session.encounter_ids,
                    acceptances=self._context.acceptances,
                    suggested_by=suggested_by,
                ),
                self._context.now,
                find_codes=code_finder(self._codesets.code_search),
                note_on_search=note_on_search(self._codesets.code_search),
                prepare_search=self._codesets.code_search.prepare,
                draw_page=page_source(self._context.warehouse),
                find_mentions=mention_finder,
                attachments=ChartAttachments(self._context.workspace, session, self._context.now),
                suggested_by=suggested_by,
                find_group=audited_group,
                queue_facts=lambda: review_queue(
                    self._context.workspace,
                    self.name,
                    reviewer=name,
                    encounter_ids=session.encounter_ids,
                    blindness=session.blindness,
                ),
            )

        planned = self.plan if reviewer is None else None
        return ReviewStart(
            f"Review of '{self.name}'",
            reviewer=reviewer or self._context.user,
            open_card=card,
            reviewers=() if planned is None else planned.plan.reviewers,
        )

    def replay(
        self,
        recorded: Path | None = None,
        *,
        encounter_ids: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> Replayed:
        """Enter a recorded audit's verdicts (the embedded one's by default) into the ledger, each once."""
        return audits.replay_recorded(
            self._context.workspace,
            self.name,
            recorded or embedded_folder("data") / "audit" / "recorded_verdicts.ndjson",
            encounter_ids=self._chosen(encounter_ids),
            recorded_at=self._context.now(),
            progress=progress or SilentProgress(),
        )

    def state_record(
        self,
        encounter_ids: str | Sequence[str],
        status: RecordStatus,
        *,
        place: str | None = None,
        reviewer: str | None = None,
    ) -> None:
        """Enter into the ledger what is known of the record of one or several charts.

        Parameters
        ----------
        encounter_ids
            The charts.
        status
            missing, partly missing or reviewed elsewhere; see `auditlib.review.ReviewSession.state_record`.
            The chart of a missing record is then completed: there is nothing to judge.
        place
            Where the record was reviewed, or looked for; required if it was reviewed elsewhere.
        reviewer
            Whose review it is; the user by default.

        Raises
        ------
        UsageError
            If a chart is not in the worklist, or the status or place is not valid.
        """
        session = self.session(reviewer)
        for encounter_id in [encounter_ids] if isinstance(encounter_ids, str) else encounter_ids:
            moment = self._context.now()
            session.state_record(encounter_id, status, place=place, recorded_at=moment)
            if status == MISSING and not session.is_completed(encounter_id):
                session.complete_chart(encounter_id, recorded_at=moment, go_on=False, with_open_query=True)

    def withdraw_record_statement(
        self, encounter_ids: str | Sequence[str], *, reviewer: str | None = None
    ) -> None:
        """Withdraw what a reviewer said of the record of charts; a completed one is reopened first."""
        session = self.session(reviewer)
        for encounter_id in [encounter_ids] if isinstance(encounter_ids, str) else encounter_ids:
            moment = self._context.now()
            if session.is_completed(encounter_id) and session.record_statement(encounter_id) is not None:
                session.reopen_chart(encounter_id, recorded_at=moment)
            session.withdraw_record_statement(encounter_id, recorded_at=moment)

    def state_document(
        self,
        encounter_id: str,
        document_number: int,
        states: Mapping[str, str],
        *,
        reviewer: str | None = None,
    ) -> None:
        """Enter into the ledger whether a document shows what a record must show.

        Parameters
        ----------
        encounter_id, document_number
            The chart, and the place of the document there.
        states
            met or missing for each of `auditlib.review.document_statement.REQUIREMENTS` that is stated.
        reviewer
            Whose statement it is; the user by default.

        Raises
        ------
        UsageError
            If the chart is not in the worklist, or a requirement or state is not known.
        """
        stated = DocumentStatement(encounter_id, document_number, states)
        self.session(reviewer).state_document(stated, recorded_at=self._context.now())

    def document_statements(self) -> Result:
        """Return one row per document and requirement that a reviewer stated to be met or missing.

        Who reviews the audit blind is shown their own statements only.
        """
        title = "Requirements of documents"
        if self._name is None:
            return missing(NO_SAMPLE, title)
        events = self._read_events()
        own = [event for event in events if event.actor == self._context.user]
        frame = statement_frame(own if self.hidden else events)
        if frame.is_empty():
            return missing(f"Nothing is stated of documents in audit '{self.name}'.", title, frame=frame)
        lacking = frame.filter(requirement_state=LACKING).height
        return Result(frame, f"{title} of '{self.name}'", note=f"{lacking:,} of {frame.height:,} missing.")

    def judge_stay(
        self,
        encounter_id: str,
        fact: str,
        right: str | None = None,
        *,
        cause: str | None = None,
        comment: str | None = None,
        payment_difference: Decimal | str | float | None = None,
        reviewer: str | None = None,
    ) -> None:
        """Enter into the ledger a verdict on the discharge status or the DRG of a stay.

        Parameters
        ----------
        encounter_id
            The chart, which is not completed.
        fact
            discharge status or DRG.
        right
            The right value; None, or the value as billed, agrees with it.
        cause
            One of `auditlib.review.CAUSES`, for a change.
        comment
            The reviewer's own words.
        payment_difference
            What was paid less what would have been right; of a DRG for the stay as a whole.
        reviewer
            Whose verdict it is; the user's by default.

        Raises
        ------
        UsageError
            If no such fact of an inpatient stay was billed, it is hidden, a value is not valid, or the chart
            is completed or cannot be judged.
        """
        session = self.session(reviewer)
        billed = session.billed_fact(encounter_id, fact)
        why = (cause, comment, read_difference(payment_difference))
        is_changed = right is not None and not same_value(fact, right, billed)
        verdict = (
            StayVerdict(encounter_id, fact, "change", billed, right, *why)
            if is_changed
            else StayVerdict(encounter_id, fact, "agree", billed, None, *why)
        )
        session.judge_stay(verdict, recorded_at=self._context.now())

    def withdraw_stay_verdict(self, encounter_id: str, fact: str, *, reviewer: str | None = None) -> None:
        """Withdraw a reviewer's verdict on the discharge status or the DRG of a stay."""
        self.session(reviewer).withdraw_stay_verdict(encounter_id, fact, recorded_at=self._context.now())

    def stay_verdicts(self, *, encounter_id: str | None = None) -> Result:
        """Return the verdicts on discharge status and DRG of stays: before and after, why, and dollars.

        Every reviewer's verdict has a row; who reviews the audit blind is shown their own only.
        """
        title = "Verdicts on stays"
        if self._name is None:
            return missing(NO_SAMPLE, title)
        if self.hidden:
            user = self._context.user
            verdicts = stay_verdict_frame(event for event in self._read_events() if event.actor == user)
            note = f"Other reviewers' verdicts: {HIDDEN}."
        else:
            found = self.reviewed
            verdicts, note = found.stays, found.final_stays.note
        if encounter_id is not None:
            verdicts = verdicts.filter(encounter_id=encounter_id)
        frame = audits.verdicts_before_and_after(self._context.workspace, verdicts).select(
            *("encounter_id", "code_system", "before", "after", "action", "cause", "comment", "evidence"),
            *("payment_difference", "reviewer", "recorded_at"),
        )
        if frame.is_empty():
            return missing(f"No stay is judged in audit '{self.name}' yet.", title, frame=frame)
        return Result(frame, f"{title} of '{self.name}'", note=note)

    def stay_accuracy(self, by: By = ()) -> Result:
        """Return the share of judged stays whose discharge status, and whose DRG, is right as billed.

        Parameters
        ----------
        by
            coder_id, coded_month, encounter_class or reviewer, one or several.
        """
        from auditlib.measures.stay_accuracy import stay_accuracy

        title = "Discharge status and DRG"
        if self._name is None:
            return missing(NO_SAMPLE, title)
        found = self.reviewed
        verdicts = found.final_stays.verdicts
        weights = self.stay_weights
        rates = stay_accuracy(self._context.warehouse, verdicts, by=_several(by), weights=weights.frame)
        notes = [note for note in (weights.note, found.final.note, found.final_stays.note) if note]
        if verdicts.is_empty():
            none = f"No stay is judged to the end in audit '{self.name}' yet."
            return missing(" ".join((none, *notes)), title, frame=rates)
        return Result(rates, title, note=" ".join(notes))

    def add_to_verdict(
        self,
        encounter_id: str,
        code: str | int,
        *,
        payment_difference: Decimal | str | float | None = None,
        evidence: str | None = None,
        document_number: int | None = None,
        reviewer: str | None = None,
    ) -> None:
        """Enter into the ledger the dollars of a recorded verdict, the sentence it rests on, or both.

        Parameters
        ----------
        encounter_id
            The chart; a completed one is reopened for it and completed again.
        code
            The code that the verdict is on, or its position in the list.
        payment_difference
            What was paid less what would have been right: plus is overpaid, minus underpaid.
        evidence
            The sentence, word for word as in the chart.
        document_number
            The document that holds it; needed where several do.
        reviewer
            Whose verdict it is; the user's by default.

        Raises
        ------
        UsageError
            If there is no such verdict or sentence, or the amount cannot be read.
        """
        added = Supplement(
            encounter_id, str(code), read_difference(payment_difference), evidence, document_number
        )
        self.add_to_verdicts([added], reviewer=reviewer)

    def add_visit_level(
        self,
        encounter_id: str,
        code: str | int,
        *,
        problems: str | None = None,
        data: str | None = None,
        risk: str | None = None,
        minutes: int | None = None,
        service_date: dt.date | None = None,
        reviewer: str | None = None,
    ) -> VisitLevel:
        """Enter into the ledger what is ticked for the level of a visit, and return the level.

        Parameters
        ----------
        encounter_id
            The chart; a completed one is reopened for it and completed again.
        code
            The code of the visit, or its position in the list; its verdict is recorded already.
        problems, data, risk
            straightforward, low, moderate or high; None where it is not ticked.
        minutes
            Minutes on the day that the record states.
        service_date
            The day of the visit, whose rules count; the encounter's day of discharge or visit by default.
        reviewer
            Whose verdict it is; the user's by default.

        Raises
        ------
        UsageError
            If there is no such verdict, its code is not of a visit, nothing is ticked, or no day is known.
        """
        day = service_date or self._service_date(encounter_id)
        rationale = VisitRationale(day, VisitWork(problems, data, risk, minutes))
        added = Supplement(encounter_id, str(code), visit=rationale)
        documents = audits.documents_of(self._context.warehouse, [encounter_id])
        event = record_supplements(
            self.session(reviewer), [added], documents, recorded_at=self._context.now()
        )[0]
        return cast("VisitLevel", verdict_of(event).visit_level)

    def _service_date(self, encounter_id: str) -> dt.date:
        header = self._context.warehouse.query(
            "queries/encounters/chart_header", {"encounter_ids": [encounter_id]}
        )
        days = header.select(pl.coalesce("discharge_date", "admit_date")).to_series().drop_nulls()
        if days.is_empty():
            message = f"The day of service of {encounter_id} is not known."
            raise UsageError(message, hint="Give it as service_date.")
        day: dt.date = days[0]
        return day

    def add_to_verdicts(
        self, supplements: Path | str | Sequence[Supplement], *, reviewer: str | None = None
    ) -> int:
        """Enter the dollars and sentences of many recorded verdicts, all or none, and return how many.

        Parameters
        ----------
        supplements
            A CSV file with encounter_id, code, payment_difference, evidence and document_number, or its rows.
        reviewer
            Whose verdicts they are; the user's by default.

        Raises
        ------
        UsageError, BadInputError
            As for `add_to_verdict`; or if the file cannot be read.
        """
        if isinstance(supplements, (str, Path)):
            supplements = read_supplements(Path(supplements))
        charts = sorted({supplement.encounter_id for supplement in supplements})
        documents = audits.documents_of(self._context.warehouse, charts)
        session = self.session(reviewer)
        return len(record_supplements(session, supplements, documents, recorded_at=self._context.now()))

    def without_documents(self) -> Result:
        """Return the charts to review that have no document with text, and what is said of their records."""
        from auditlib.audits.charts_without_documents import charts_without_documents

        title = "Charts without documents"
        if self._name is None:
            return missing(NO_SAMPLE, title)
        encounter_ids = self._chosen(None) or audits.sampled_encounters(self._context.workspace, self.name)
        bare = charts_without_documents(self._context.warehouse, encounter_ids)
        user = self._context.user if self.hidden else None
        statements = record_frame(event for event in self._read_events() if user in {None, event.actor})
        frame = pl.DataFrame(
            {"encounter_id": [name for name in encounter_ids if name in bare]},
            schema={"encounter_id": pl.String()},
        ).join(statements.drop("audit"), on="encounter_id", how="left", maintain_order="left")
        if frame.is_empty():
            return missing("Every chart to review has documents.", title, frame=frame)
        return Result(frame, title)

    @property
    def reviewed(self) -> audits.Reviewed:
        """The verdicts and completed charts, as the ledger and the documents are now.

        Raises
        ------
        UsageError
            If the user reviews the audit blind, and it is not opened.
        """
        events = self._read_events()
        self._context.require_open(self._name, self._hidden(events))
        if self._frames is None or self._frames[0] != len(events):
            frames = (verdict_frame, chart_frame, decision_frame, upheld_frame, stay_verdict_frame)
            self._frames = (len(events), tuple(frame(events) for frame in frames))
        verdicts, charts, decisions, upheld, stays = self._frames[1]
        now = audits.with_records(
            self._context.workspace,
            verdicts,
            charts,
            decisions,
            upheld=upheld,
            missing_rule=self._rule,
            stays=stays,
        )
        if self._reviewed is None or not self._reviewed.is_same_as(now):
            self._reviewed = now
        return self._reviewed

    def own_error_kinds(self) -> Result:
        """Return how often each of the workspace's own kinds of error was found on completed charts.

        One row a standard and own kind: error_count and chart_count. Every reviewer's verdicts count; a blind
        reviewer sees their own.
        """
        title = "Own kinds of error"
        if self._name is None:
            return missing(NO_SAMPLE, title)
        is_own_only = bool(self.hidden)
        found = own_kind_frame(
            event for event in self._read_events() if not is_own_only or event.actor == self._context.user
        )
        frame = (
            found.filter("is_completed")
            .group_by("error_kind", "own_kind")
            .agg(
                error_count=pl.len().cast(pl.Int64),
                chart_count=pl.col("encounter_id").n_unique().cast(pl.Int64),
            )
            .sort("error_kind", "own_kind")
        )
        if frame.is_empty():
            return missing("No error was given a kind of this workspace's own.", title, frame=frame)
        return Result(frame, title)

    def review_time(self) -> Result:
        """Return how long each reviewer worked on a chart and on a code, as the review desk timed it.

        See `auditlib.review.chart_time.review_time`; a blind reviewer sees their own time.
        """
        title = "Time of review"
        if self._name is None:
            return missing(NO_SAMPLE, title)
        is_own_only = bool(self.hidden)
        events = [
            event for event in self._read_events() if not is_own_only or event.actor == self._context.user
        ]
        frame = review_time(chart_frame(events), chart_time_frame(events), verdict_frame(events))
        if frame.is_empty():
            return missing(_NO_REVIEW.format(name=self.name), title, frame=frame)
        not_timed = int(frame["chart_count"].sum()) - int(frame["timed_chart_count"].sum())
        note = f"{counted(not_timed, 'chart')} not timed: replayed, or completed without the review desk."
        return Result(frame, title, note=note if not_timed else "")

    def verdicts(self, *, encounter_id: str | None = None) -> Result:
        """Return the verdicts, or those on one encounter: each code before and after, and why."""
        if self._name is None:
            return missing(NO_SAMPLE, "Verdicts")
        if self.hidden:
            # A blind reviewer reads what they entered themselves, and nothing of others.
            user = self._context.user
            verdicts = verdict_frame(event for event in self._read_events() if event.actor == user)
            note = f"Other reviewers' verdicts: {HIDDEN}."
        else:
            verdicts, note = self.reviewed.verdicts, self.reviewed.final.note
        if encounter_id is not None:
            verdicts = verdicts.filter(encounter_id=encounter_id)
        frame = audits.verdicts_before_and_after(self._context.workspace, verdicts).drop("audit")
        if frame.is_empty():
            return missing(f"No verdict is recorded in audit '{self.name}' yet.", "Verdicts", frame=frame)
        return Result(frame, f"Verdicts of '{self.name}'", note=note)

    # Adjudication

    def disagreements(self) -> Result:
        """Return what reviewers of a chart judge differently, one row an item, decided or open.

        Reviewers are A, B and so on until `unblind("reviewers", reason=...)` shows their names; see
        `auditlib.audits.adjudication.disagreement_frame`.
        """
        from auditlib.audits.adjudication import disagreement_frame

        title = "Disagreements"
        if self._name is None:
            return missing(NO_SAMPLE, title)
        opened = opened_levels(self._read_events(), self._context.user).get(self.name, frozenset())
        frame = disagreement_frame(self._context.workspace, self.reviewed, with_names=REVIEWERS in opened)
        if frame.is_empty():
            return missing("All agreed items closed themselves. Nothing to decide.", title, frame=frame)
        open_count = frame.filter(state="open").height
        note = f"{counted(open_count, 'disagreement')} of {frame.height:,} to decide."
        return Result(frame, f"Disagreements of '{self.name}'", note=note)

    def adjudicate(
        self,
        encounter_id: str,
        code: str | int,
        *,
        follow: str | Verdict | StayVerdict,
        reason: str,
        replace: bool = False,
        own_review_reason: str | None = None,
        adjudicator: str | None = None,
    ) -> None:
        """Decide one disagreement of a chart, and enter the decision into the ledger.

        A chart counts once every disagreement of it is decided. A decision does not count any more when a
        reviewer changes the verdict on its code afterwards.

        Parameters
        ----------
        encounter_id, code
            The chart, and the code, its position or its item as `disagreements` lists it.
        follow
            'A', 'B' ... or the name of a reviewer, or a `auditlib.review.Verdict` of one's own; of a fact of
            the stay a `auditlib.review.stay_verdict.StayVerdict`.
        reason
            Why.
        replace
            Whether it takes the place of an earlier decision.
        own_review_reason
            Why a reviewer of the chart may decide it; without it that is refused.
        adjudicator
            Who decides; the user by default.

        Raises
        ------
        UsageError
            If the reviewers do not differ on it, it is decided already, the adjudicator reviewed or coded the
            chart, or the user reviews the audit blind.
        """
        from auditlib.audits.adjudication import adjudicate

        self.require_open()
        adjudicate(
            self._context.workspace,
            self.name,
            encounter_id=encounter_id,
            code=code,
            follow=follow,
            reason=reason,
            adjudicator=adjudicator or self._context.user,
            recorded_at=self._context.now(),
            replace=replace,
            own_review_reason=own_review_reason,
        )

    def adjudicate_screen(self, adjudicator: str | None = None) -> AdjudicationScreen | Notice:
        """Return the screen on which the disagreements are decided.

        Parameters
        ----------
        adjudicator
            Who decides, the user by default. Charts that this person reviewed are not shown.

        Raises
        ------
        UsageError
            If the adjudicator reviews the audit blind, and it is not opened.
        """
        from auditlib.audits.chart_reader import code_finder, note_on_search
        from auditlib.audits.page_reader import page_source

        if self._name is None:
            return Notice(NO_SAMPLE)
        if adjudicator is not None and adjudicator != self._context.user:
            return self._as_seen_by(adjudicator).adjudicate_screen()
        from auditlib.widgets import AdjudicationScreen
        from auditlib.workbench.adjudication import ChartAdjudication

        return AdjudicationScreen(
            ChartAdjudication(self._context, self, self._read_events),
            self._context.now,
            find_codes=code_finder(self._codesets.code_search),
            note_on_search=note_on_search(self._codesets.code_search),
            draw_page=page_source(self._context.warehouse),
            own_kinds=own_kinds_from(dict(self._context.workspace.error_kinds)),
        )

    def withdraw_adjudication(
        self, encounter_id: str, code: str | int, *, reason: str, adjudicator: str | None = None
    ) -> None:
        """Withdraw the decision on a disagreement, which is open again."""
        from auditlib.audits.adjudication import withdraw_adjudication

        self.require_open()
        withdraw_adjudication(
            self._context.workspace,
            self.name,
            encounter_id=encounter_id,
            code=code,
            reason=reason,
            adjudicator=adjudicator or self._context.user,
            recorded_at=self._context.now(),
        )

    def reviewers(self) -> Result:
        """Return how the reviewers do: charts, minutes, codes that two judged, and how often overruled.

        See `auditlib.measures.overruled.overruled_reviewers`; the note says how far pairs of them agree, by
        `auditlib.measures.auditor_agreement.auditor_agreement`.
        """
        from auditlib.measures.overruled import overruled_reviewers, overruled_sentence

        title = "Reviewers"
        if self._name is None:
            return missing(NO_SAMPLE, title)
        from auditlib.measures.auditor_agreement import auditor_agreement

        found = self.reviewed
        events = self._read_events()
        opened = [event.actor for event in events if event.kind == UNBLINDED]
        times = chart_time_frame(events)
        rows = overruled_reviewers(found.verdicts, found.charts, found.final.disagreements, times)
        counts = (
            pl.DataFrame({"reviewer": opened}, schema={"reviewer": pl.String()})
            .group_by("reviewer")
            .len("unblinding_count")
        )
        frame = rows.join(counts, on="reviewer", how="left", maintain_order="left").with_columns(
            pl.col("unblinding_count").fill_null(0).cast(pl.Int64)
        )
        if frame.is_empty():
            return missing(_NO_REVIEW.format(name=self.name), title, frame=frame)
        agreement = auditor_agreement(found.verdicts, found.charts).sentence
        return Result(frame, title, note=f"{agreement} {overruled_sentence(found.final.disagreements)}")

    # What it measures

    def accuracy(self, by: By = (), *, unit: Literal["code", "record"] = "code") -> Result:
        """Return the accuracy of coding; by no dimension, of all charts together.

        Parameters
        ----------
        by
            coder_id, coded_month, encounter_class or reviewer, one or several.
        unit
            code for code over code, precision and Jaccard; record for charts without any error.
        """
        dimensions = _several(by)
        measure = code_accuracy if unit == "code" else record_accuracy
        title = "Accuracy of codes" if unit == "code" else "Charts without error"
        if self._name is None:
            return missing(NO_SAMPLE, title)
        reviewed = self.reviewed
        charts = reviewed.final.charts if unit == "code" else reviewed.final.whole_charts
        weights = self._weights(charts)
        rates = measure(
            self._context.warehouse, reviewed.final.verdicts, charts, by=dimensions, weights=weights.frame
        )
        picture = self._by_coder if (unit, dimensions) == ("code", ("coder_id",)) else None
        return self._measured(reviewed, rates, title, picture, weights.note)

    @property
    def weights(self) -> ChartWeights:
        """The weights of the reviewed charts in rates."""
        return ChartWeights() if self._name is None else self._weights(self.reviewed.final.charts)

    @property
    def stay_weights(self) -> ChartWeights:
        """The weights of the judged stays in rates."""
        return self._weights(self.reviewed.final_stays.verdicts.select("encounter_id").unique())

    @property
    def weights_note(self) -> str:
        """How the reviewed charts are weighted in rates; empty where they count alike."""
        return self.weights.note

    # What its coders answer

    @property
    def rebuttal(self) -> Rebuttals:
        """The coders' answers to the findings, and the decisions on them: send, answer, decide, scores."""
        from auditlib.workbench.rebuttals import Rebuttals

        return Rebuttals(self._context, self, self._read_events)

    def rebuttals(self, *, as_of: dt.date | None = None, coder: str | None = None) -> Result:
        """Return one row per finding with its answer, decision, days and state on a day, today by default."""
        if self._name is None:
            return missing(NO_SAMPLE, "Rebuttals")
        return self.rebuttal.list(as_of=as_of, coder=coder)

    def rebuttal_screen(
        self, coder: str | None = None, *, decider: str | None = None
    ) -> RebuttalScreen | Notice:
        """Return the screen of disputes, of workbooks that go out and come in, and of corrective actions.

        Parameters
        ----------
        coder
            Only the charts of this coder; all by default.
        decider
            Who decides, the user by default.

        Raises
        ------
        UsageError
            If the decider reviews the audit blind, and it is not opened.
        """
        from auditlib.audits.chart_reader import code_finder, note_on_search
        from auditlib.audits.page_reader import page_source

        if self._name is None:
            return Notice(NO_SAMPLE)
        if decider is not None and decider != self._context.user:
            return self._as_seen_by(decider).rebuttal_screen(coder)
        from auditlib.widgets import RebuttalScreen
        from auditlib.workbench.chart_rebuttals import ChartRebuttals

        return RebuttalScreen(
            ChartRebuttals(self._context, self, self._read_events, coder=coder),
            self._context.now,
            find_codes=code_finder(self._codesets.code_search),
            note_on_search=note_on_search(self._codesets.code_search),
            draw_page=page_source(self._context.warehouse),
            own_kinds=own_kinds_from(dict(self._context.workspace.error_kinds)),
        )

    @property
    def corrective(self) -> Actions:
        """The corrective actions: plan, done, reaudit, withdraw."""
        from auditlib.workbench.actions import Actions

        return Actions(self._context, self, self._read_events)

    def actions(self, *, as_of: dt.date | None = None) -> Result:
        """Return one row per corrective action with its state on a day, today by default."""
        return (
            missing(NO_SAMPLE, "Corrective actions")
            if self._name is None
            else self.corrective.list(as_of=as_of)
        )

    def attach(self, encounter_id: str, path: Path | str) -> Attachment:
        """Attach a file to a chart, as its next document; see `auditlib.audits.attachments.attach`.

        Parameters
        ----------
        encounter_id
            The chart, one of the audit.
        path
            A PDF, picture, text, RTF, DOCX, HTML or C-CDA file; it is copied, and may be deleted then.

        Raises
        ------
        UsageError, BadInputError, MissingExtraError
            If the chart is not of the audit, or the file is too large, has another ending or cannot be read.
        """
        from auditlib.audits.attachments import attach, read_file

        self._context.require_known("chart", encounter_id, self._charts())
        file = Path(path).expanduser()
        return attach(
            self._context.workspace,
            self.name,
            encounter_id=encounter_id,
            name=file.name,
            data=read_file(file),
            actor=self._context.user,
            recorded_at=self._context.now(),
        )

    def take_back_attachment(self, encounter_id: str, document_number: int, *, reason: str) -> Attachment:
        """Take an attachment back, which is kept and listed; see `auditlib.audits.attachments.take_back`.

        Raises
        ------
        UsageError
            If the document is no attachment of this audit, or no reason is given.
        """
        from auditlib.audits.attachments import take_back

        return take_back(
            self._context.workspace,
            self.name,
            encounter_id=encounter_id,
            document_number=document_number,
            reason=reason,
            actor=self._context.user,
            recorded_at=self._context.now(),
        )

    def attachments(self) -> Result:
        """Return one row per file that was attached to a chart of the audit: where, what, by whom and when.

        One that was taken back says by whom and why. Who it was is withheld from a user who reviews the audit
        blind to the first reviewer.
        """
        from auditlib.audits.attachments import attachments_of

        title = "Attachments"
        if self._name is None:
            return missing(NO_SAMPLE, title)
        attached = attachments_of(self._read_events())
        is_hidden = "first reviewer" in self.hidden

        def shown(name: str | None) -> str | None:
            return HIDDEN if is_hidden and name not in {None, self._context.user} else name

        rows = [
            (
                one.encounter_id,
                one.document_number,
                one.name,
                one.byte_count,
                one.sha256,
                shown(one.attached_by),
                one.attached_at.astimezone(dt.UTC).replace(tzinfo=None),
                shown(one.taken_back_by),
                one.taken_back_reason,
            )
            for one in attached
        ]
        frame = pl.DataFrame(rows, schema=ATTACHMENT_COLUMNS, orient="row")
        if frame.is_empty():
            return missing(f"No file is attached to a chart of audit '{self.name}'.", title, frame=frame)
        return Result(frame, f"{title} of '{self.name}'")

    def _charts(self) -> list[str]:
        return self._chosen(None) or audits.sampled_encounters(self._context.workspace, self.name)

    @property
    def provider_queries(self) -> Queries:
        """What providers are asked about charts, and what they answer."""
        from auditlib.workbench.queries import Queries

        return Queries(self._context, self, self._read_events, self._charts)

    def queries(self, *, as_of: dt.date | None = None) -> Result:
        """Return one row per query to a provider; see `auditlib.workbench.queries.Queries.list`."""
        if self._name is None:
            return missing(NO_SAMPLE, "Queries to providers")
        return self.provider_queries.list(as_of=as_of)

    def rebuttal_workbook(self, path: Path | str, coder: str, *, working_days: int = WORKING_DAYS) -> Path:
        """Write the workbook of a coder's findings; see `auditlib.workbench.rebuttals.Rebuttals.workbook`."""
        return self.rebuttal.workbook(path, coder, working_days=working_days)

    def load_rebuttals(
        self, path: Path | str, coder: str, *, late_reason: str | None = None
    ) -> LoadedAnswers:
        """Enter the answers of such a workbook; see `auditlib.workbench.rebuttals.Rebuttals.load`."""
        return self.rebuttal.load(path, coder, late_reason=late_reason)

    def compare_coders(self, *, unit: Literal["code", "record"] = "code") -> Result:
        """Return whether coders differ: every pair tested over charts, corrected for the number of pairs.

        Parameters
        ----------
        unit
            code for code over code, record for charts without any error.
        """
        title = "Coders compared"
        if self._name is None:
            return missing(NO_SAMPLE, title)
        compared = self.coder_comparison(unit=unit)
        note = f"{compared.sentence} {compared.method}"
        measured = self._measured(self.reviewed, compared.pairs, title, None, note)
        return replace(measured, hidden=("is_different", "p_value"))

    def coder_comparison(self, *, unit: Literal["code", "record"] = "code") -> CoderComparison:
        """Return the comparison behind `compare_coders`, with its conclusion in words."""
        from auditlib.measures.coder_comparison import compare_coders

        final = self.reviewed.final
        charts = final.charts if unit == "code" else final.whole_charts
        return compare_coders(self._context.warehouse, final.verdicts, charts, unit=unit)

    def errors(self, by: ErrorDimension = "error_kind") -> Result:
        """Return the errors by kind, cause or another dimension, most frequent first."""
        title = f"Errors by {by.removesuffix('_id').replace('_', ' ').removeprefix('error ')}"
        if self._name is None:
            return missing(NO_SAMPLE, title)
        final = (reviewed := self.reviewed).final
        weights = self._weights(final.charts)
        shares = error_shares(
            self._context.warehouse, final.verdicts, final.charts, by=by, weights=weights.frame
        )
        picture = _by_kind if by == "error_kind" else None
        return self._measured(reviewed, shares, title, picture, weights.note)

    def _weights(self, charts: pl.DataFrame) -> ChartWeights:
        """Return what the charts that count represent; alike where encounters are named and not drawn."""
        if not self.is_drawn:
            return ChartWeights()
        encounter_ids = charts["encounter_id"].to_list()
        return chart_weights(self._context.workspace, self.manifest, self.spare_uses(), encounter_ids)

    def _by_coder(self, rates: pl.DataFrame, *, reference: float | None = None) -> alt.LayerChart:
        from auditlib.plots import accuracy_by_coder

        return accuracy_by_coder(
            rates, measure=CODE_OVER_CODE, reference=reference, comparison=self.coder_comparison().sentence
        )

    def _measured(
        self,
        reviewed: audits.Reviewed,
        frame: pl.DataFrame,
        title: str,
        picture: Picture | None,
        note: str,
    ) -> Result:
        if reviewed.charts.is_empty():
            return missing(_NO_REVIEW.format(name=self.name), title, frame=frame)
        notes = " ".join(filter(None, (note, reviewed.final.note)))
        return Result(frame, title, note=notes, picture=picture)

    def estimate(
        self,
        *,
        amounts: Path | str | None = None,
        missing: Sequence[str] = (),
        programme: str | None = None,
        confidence: Sequence[float] = LEVELS,
        sides: Sides = "two-sided",
        all_methods: bool = False,
        largest_underpayment: float | None = None,
        reason: str = "",
    ) -> AuditEstimate:
        """Return the units, and with amounts the dollars, in error in the universe.

        Of an audit that was planned by a programme, the figure is that programme's, and the dollars are those
        of the verdicts where no amounts are given; see `auditlib.estimation.audit_estimate.estimate`.

        Parameters
        ----------
        reason
            Why the figure is another programme's than the planned one; it is printed.

        Raises
        ------
        UsageError
            If another programme is named without a reason.
        """
        from auditlib.estimation.audit_estimate import EstimateRequest, estimate
        from auditlib.workbench.programme_findings import planned_estimate

        self.require_open()
        asked = EstimateRequest(
            None if amounts is None else Path(amounts),
            missing,
            programme,
            self._missing_rule,
            confidence,
            sides,
            all_methods,
            largest_underpayment,
        )
        if self.audit_plan is None:
            return estimate(self._context.workspace, self.name, asked)
        return planned_estimate(self._context, self, self.audit_plan, asked, reason=reason)

    # Its programme

    @property
    def audit_plan(self) -> AuditPlan | None:
        """The plan of the audit by its programme; None without one."""
        return None if self._name is None else plan_of(self._read_events())

    def next_step(self, *, amounts: Path | str | None = None) -> Notice:
        """Return what the sample found and what follows by the audit's programme, in sentences.

        Parameters
        ----------
        amounts
            CSV of unit_id, examined and audited, in the place of the verdicts' dollars.
        """
        plan = self.audit_plan
        if plan is None:
            return Notice(NO_PLAN.format(name=self._name))
        return Notice(" ".join([*self.findings(amounts=amounts).sentences, *self.compare_rounds()]))

    def findings(self, *, amounts: Path | str | None = None) -> ProgrammeFindings:
        """Return what the reviewed sample found by the rules of the audit's programme.

        Raises
        ------
        UsageError
            If the audit has no plan, or the user reviews it blind.
        """
        from auditlib.workbench.programme_findings import audited_units, programme_findings, with_amounts

        self.require_open()
        plan = self.audit_plan
        if plan is None:
            raise UsageError(NO_PLAN.format(name=self._name), hint=PLAN_HINT)
        units = audited_units(self._context, self, as_of=self._context.now().date(), plan=plan)
        units = with_amounts(units, None if amounts is None else Path(amounts))
        return programme_findings(self._context, self, plan, units)

    def units(self) -> Result:
        """Return every drawn unit: what was paid, what the verdicts change of it, result and reviewer."""
        from auditlib.workbench.programme_findings import audited_units

        if self._name is None:
            return missing(NO_SAMPLE, "Units")
        self.require_open()
        units = audited_units(self._context, self, as_of=self._context.now().date(), plan=self.audit_plan)
        return Result(units, f"Units of '{self.name}'")

    def compare_rounds(self) -> list[str]:
        """Return how the rate of errors stands to the rounds of review before this one, a sentence each."""
        from auditlib.workbench.programme_findings import compare_planned_rounds

        return compare_planned_rounds(self._context, self)

    def may_stop(
        self,
        *,
        threshold: float = 0.05,
        confidence: float = 0.90,
        amounts: Path | str | None = None,
        missing: Sequence[str] = (),
    ) -> MayStop:
        """Return whether the review may stop; see `auditlib.estimation.audit_bound`."""
        from auditlib.estimation.audit_bound import bound_of_audit
        from auditlib.workbench.audit_answers import MayStop

        self.require_open()
        return MayStop(
            bound_of_audit(
                self._context.workspace,
                self.name,
                threshold=threshold,
                confidence=confidence,
                amounts=None if amounts is None else Path(amounts),
                missing=missing,
                missing_rule=self._missing_rule,
            )
        )

    def price(
        self,
        *,
        sources: Sequence[PriceSource | str] = DEFAULT_SOURCES,
        programme: str | None = None,
        estimate_reason: str | None = None,
        refunds: Path | str | None = None,
        netting: Netting | None = None,
    ) -> PricedAudit:
        """Return what the findings change in dollars, each with its origin, and the units' sums.

        See `auditlib.workbench.priced_audit.priced_audit`; ``accept()`` of the answer enters them into the
        ledger.
        """
        from auditlib.pricing.price_source import PriceSource
        from auditlib.workbench.priced_audit import priced_audit

        self.require_open()
        return priced_audit(
            self._context,
            self,
            sources=[PriceSource(source) for source in sources],
            programme=programme,
            estimate_reason=estimate_reason,
            refunds=None if refunds is None else Path(refunds),
            netting=netting,
        )

    # What it sends to billing, and what is handed over

    def corrected_claims(
        self,
        *,
        purpose: Purpose = "replacement",
        settings: Path | str | None = None,
        encounter_ids: Sequence[str] | None = None,
        reviewer: str | None = None,
        progress: Progress | None = None,
    ) -> CorrectedClaims:
        """Return what the review sends to billing, without writing it.

        See `auditlib.billing.corrected_claims.claims_out`.
        """
        from auditlib.billing.corrected_claims import claims_out
        from auditlib.billing.settings import ExportSettings, read_export_settings
        from auditlib.workbench.audit_answers import CorrectedClaims

        self.require_open()
        claims = claims_out(
            self._context.workspace,
            self.name,
            purpose=purpose,
            settings=read_export_settings(Path(settings)) if settings else ExportSettings(),
            encounter_ids=self._chosen(encounter_ids),
            reviewer=reviewer,
            progress=progress,
        )
        return CorrectedClaims(
            claims.audit, claims.purpose, claims.claims, claims.parties, context=self._context
        )

    # Inside

    def _chosen(self, encounter_ids: Sequence[str] | None) -> list[str] | None:
        chosen = self._encounter_ids if encounter_ids is None else encounter_ids
        return None if chosen is None else list(chosen)

    def _as_seen_by(self, user: str) -> Audit:
        """Return this audit as another person sees it."""
        return Audit(
            replace(self._context, user=user),
            self._codesets,
            self._name,
            encounter_ids=self._encounter_ids,
            missing_rule=self._missing_rule,
        )

    def of_name(self, name: str) -> Audit:
        """Return the audit of another name as the same person sees it, missing records counted alike."""
        return Audit(self._context, self._codesets, name, missing_rule=self._missing_rule)

    def _read_events(self) -> list[Event]:
        last_number = self._events[-1].event_number if self._events else 0
        self._events += self._context.ledger.events(audit=self.name, after=last_number)
        return self._events


def _several(by: By) -> tuple[Dimension, ...]:
    return (by,) if isinstance(by, str) else tuple(by)


def _by_kind(shares: pl.DataFrame) -> alt.LayerChart:
    from auditlib.plots import errors_by_kind

    return errors_by_kind(shares)
