"""The corrective actions of one audit: planned, done, and confirmed by a re-audit or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import polars as pl

from auditlib.audits.audit import audit_names, reviewed
from auditlib.errors import UsageError
from auditlib.ledger import Event
from auditlib.measures.before_and_after_audit import METHOD, AccuracyChange, accuracy_change
from auditlib.report.result import Result, missing
from auditlib.review.code_entry import require_choice
from auditlib.review.corrective_action import ActionEntry, CorrectiveAction, fold_actions
from auditlib.review.verdict import CAUSES
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record

if TYPE_CHECKING:
    from auditlib.workbench.audit import Audit

_TITLE: Final = "Corrective actions"
_NONE: Final = "No corrective action is planned in audit '{name}'."
ACTION_COLUMNS: Final = {
    "action_id": pl.String(),
    "about": pl.String(),
    "name": pl.String(),
    "corrective_action": pl.String(),
    "owner": pl.String(),
    "due_date": pl.Date(),
    "done_date": pl.Date(),
    "action_result": pl.String(),
    "reaudit": pl.String(),
    "before_share": pl.Float64(),
    "before_lower": pl.Float64(),
    "before_upper": pl.Float64(),
    "before_chart_count": pl.Int64(),
    "after_share": pl.Float64(),
    "after_lower": pl.Float64(),
    "after_upper": pl.Float64(),
    "after_chart_count": pl.Int64(),
    "p_value": pl.Float64(),
    "conclusion": pl.String(),
    "action_state": pl.String(),
}
"""Columns of `Actions.list`; before and after are shares."""


@answers_on_record
class Actions:
    """The corrective actions of an audit.

    Parameters
    ----------
    context
        The workspace, the user and the clock.
    audit
        The audit.
    events
        Gives the events of the audit as they are now.
    """

    def __init__(self, context: Context, audit: Audit, events: Callable[[], Sequence[Event]]) -> None:
        self._context = context
        self._audit = audit
        self._events = events

    def list(self, *, as_of: dt.date | None = None) -> Result:
        """Return one row per action: what, who, until when, its state, and before and after the re-audit.

        Parameters
        ----------
        as_of
            The day of the states; today by default.

        Raises
        ------
        UsageError
            If the user reviews the audit, or the re-audit of an action, blind.
        """
        self._audit.require_open()
        day = as_of or self._context.now().astimezone(dt.UTC).date()
        actions = fold_actions(self._events()).values()
        frame = pl.DataFrame([self._row(action, day) for action in actions], schema=ACTION_COLUMNS)
        if frame.is_empty():
            return missing(_NONE.format(name=self._audit.name), _TITLE, frame=frame)
        note = METHOD if frame["reaudit"].null_count() < frame.height else ""
        return Result(frame, f"{_TITLE} of '{self._audit.name}'", note=note)

    def plan(
        self,
        action: str,
        *,
        owner: str,
        due: dt.date,
        coder: str | None = None,
        cause: str | None = None,
        finding: str | None = None,
    ) -> str:
        """Enter a corrective action about one coder, cause or finding, and return its id.

        Raises
        ------
        UsageError
            If it is not about exactly one of them, there is none such, or something is empty or past.
        """
        about, name = self._subject({"coder": coder, "cause": cause, "finding": finding})
        return self._entry.plan(
            about,
            name,
            action=action,
            owner=owner,
            due_on=due,
            actor=self._context.user,
            recorded_at=self._context.now(),
        )

    def done(self, action_id: str, *, result: str, on: dt.date | None = None) -> None:
        """Enter that an action is done, today by default, and what came of it."""
        moment = self._context.now()
        self._entry.done(
            action_id,
            result=result,
            done_on=on or moment.astimezone(dt.UTC).date(),
            actor=self._context.user,
            recorded_at=moment,
        )

    def reaudit(self, action_id: str, audit: str) -> None:
        """Enter which audit looks again after an action is done.

        Raises
        ------
        UsageError
            If no sample has that name, or the action is not done.
        """
        self._context.require_known("sample", audit, audit_names(self._context.workspace))
        self._entry.reaudit(action_id, audit, actor=self._context.user, recorded_at=self._context.now())

    def withdraw(self, action_id: str, *, reason: str) -> None:
        """Enter that an action is not to be done, and why."""
        self._entry.withdraw(
            action_id, reason=reason, actor=self._context.user, recorded_at=self._context.now()
        )

    @property
    def _entry(self) -> ActionEntry:
        return ActionEntry(self._context.ledger, self._audit.name)

    def _subject(self, subjects: dict[str, str | None]) -> tuple[str, str]:
        named = [(about, name) for about, name in subjects.items() if name is not None]
        if len(named) != 1:
            message = "A corrective action is about one coder, one cause or one finding."
            raise UsageError(message, hint="Name exactly one of coder, cause and finding.")
        about, name = named[0]
        if about == "cause":
            require_choice("cause", name, CAUSES)
        elif about == "finding":
            self._audit.rebuttal.entry().finding(name)
        else:
            coders = self._audit.accuracy("coder_id").frame["coder_id"].unique().sort().to_list()
            self._context.require_known("coder", name, coders)
        return about, name

    def _row(self, action: CorrectiveAction, as_of: dt.date) -> dict[str, object]:
        change = self._change(action)
        values: dict[str, object] = {
            "action_id": action.action_id,
            "about": action.about,
            "name": action.name,
            "corrective_action": action.action,
            "owner": action.owner,
            "due_date": action.due_on,
            "done_date": action.done_on,
            "action_result": action.result,
            "reaudit": action.reaudit,
            "action_state": action.state(as_of, is_confirmed=None if change is None else change.is_better),
        }
        if change is not None:
            values |= {name: value for name, value in asdict(change).items() if name in ACTION_COLUMNS}
        return values

    def _change(self, action: CorrectiveAction) -> AccuracyChange | None:
        if action.reaudit is None:
            return None
        self._context.require_open(action.reaudit)
        after = reviewed(
            self._context.workspace, action.reaudit, missing_rule=self._audit.reviewed.missing_rule
        )
        about, name = action.about, action.name
        if about == "finding":
            coders = {finding.finding_id: finding.coder_id for finding in self._audit.rebuttal.findings()}
            coder = coders.get(name)
            about, name = ("finding", name) if coder is None else ("coder", coder)
        return accuracy_change(
            self._context.warehouse, self._audit.reviewed.final, after.final, about=about, name=name
        )
