"""Corrective actions: what is done about findings, by whom, until when, and the audit that looks again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Event, Ledger
from auditlib.review.code_entry import require_choice
from auditlib.review.rebuttal import require_words
from auditlib.text import is_plain

PLANNED: Final = "corrective action"
DONE: Final = "corrective action done"
REAUDITED: Final = "corrective action re-audited"
WITHDRAWN: Final = "corrective action withdrawn"
ACTION_KINDS: Final = (PLANNED, DONE, REAUDITED, WITHDRAWN)

ABOUT: Final = ("finding", "cause", "coder")
OPEN_STATE: Final = "open"
OVERDUE_STATE: Final = "overdue"
DONE_STATE: Final = "done"
CONFIRMED_STATE: Final = "confirmed by re-audit"
NOT_CONFIRMED_STATE: Final = "done, not confirmed by re-audit"
ACTION_STATES: Final = (OPEN_STATE, OVERDUE_STATE, DONE_STATE, CONFIRMED_STATE, NOT_CONFIRMED_STATE)
_LONGEST_OWNER: Final = 200


@dataclass(frozen=True, slots=True)
class CorrectiveAction:
    """One corrective action.

    Parameters
    ----------
    action_id
        A1, A2, ... in the order of the audit.
    about, name
        What it is about: finding with its id, cause with its name, or coder.
    action, owner, due_on
        What is to be done, who does it, and the last day.
    planned_by, planned_at
        Who planned it, and when.
    done_on, result
        The day it was done, and what came of it in words.
    reaudit
        Name of the audit that looks again.
    """

    action_id: str
    about: str
    name: str
    action: str
    owner: str
    due_on: dt.date
    planned_by: str
    planned_at: dt.datetime
    done_on: dt.date | None = None
    result: str | None = None
    reaudit: str | None = None

    def state(self, as_of: dt.date, *, is_confirmed: bool | None = None) -> str:
        """Return one of `ACTION_STATES` on a day.

        Parameters
        ----------
        as_of
            The day: an action is overdue after its last day.
        is_confirmed
            Whether the re-audit shows fewer errors; None if there is no re-audit, or it is not reviewed yet.
        """
        if self.done_on is None:
            return OPEN_STATE if as_of <= self.due_on else OVERDUE_STATE
        if is_confirmed is None:
            return DONE_STATE
        return CONFIRMED_STATE if is_confirmed else NOT_CONFIRMED_STATE


def fold_actions(events: Iterable[Event]) -> dict[str, CorrectiveAction]:
    """Return the corrective actions of one audit by their ids, from its events in ledger order.

    Raises
    ------
    StoreError
        If an event cannot be read, because another version wrote it.
    """
    actions: dict[str, CorrectiveAction] = {}
    for event in events:
        if event.kind not in ACTION_KINDS:
            continue
        try:
            _apply(actions, event)
        except (UsageError, KeyError, TypeError, ValueError) as error:
            message = f"Event {event.event_number} of the ledger holds no corrective action that can be read."
            raise StoreError(message, hint="Use the auditlib that wrote it, or a newer one.") from error
    return actions


def _apply(actions: dict[str, CorrectiveAction], event: Event) -> None:
    payload = event.payload
    if event.kind == PLANNED:
        actions[event.subject] = CorrectiveAction(
            event.subject,
            require_choice("subject of the action", payload["about"], ABOUT),
            str(payload["name"]),
            str(payload["action"]),
            str(payload["owner"]),
            dt.date.fromisoformat(str(payload["due"])),
            event.actor,
            event.recorded_at,
        )
    elif event.kind == DONE:
        done_on = dt.date.fromisoformat(str(payload["done"]))
        actions[event.subject] = replace(
            actions[event.subject], done_on=done_on, result=str(payload["result"])
        )
    elif event.kind == REAUDITED:
        actions[event.subject] = replace(actions[event.subject], reaudit=str(payload["reaudit"]))
    else:
        del actions[event.subject]


class ActionEntry:
    """Enters the corrective actions of one audit into the ledger.

    Parameters
    ----------
    ledger
        Where they are recorded.
    audit
        The audit.
    """

    def __init__(self, ledger: Ledger, audit: str) -> None:
        self._ledger = ledger
        self._audit = audit

    def plan(
        self,
        about: str,
        name: str,
        *,
        action: str,
        owner: str,
        due_on: dt.date,
        actor: str,
        recorded_at: dt.datetime,
    ) -> str:
        """Record an action and return its id.

        Parameters
        ----------
        about, name
            What it is about: finding, cause or coder, and which.
        action, owner, due_on
            What is to be done, who does it, and the last day.
        actor, recorded_at
            Who plans it, and when.

        Raises
        ------
        UsageError
            If something is empty or not valid, or the last day is before the day of planning.
        """
        require_choice("subject of the action", about, ABOUT)
        words = require_words("action", action)
        if not owner.strip() or len(owner) > _LONGEST_OWNER or not is_plain(owner):
            message = "The owner of the action is not valid."
            raise UsageError(message, hint="Name who does it, in one line.")
        if due_on < recorded_at.astimezone(dt.UTC).date():
            message = f"The last day of the action, {due_on}, is past."
            raise UsageError(message, hint="Name a day from today on.")
        with self._ledger.batch():
            planned = self._ledger.events(audit=self._audit, kinds=[PLANNED])
            action_id = f"A{len(planned) + 1}"
            payload = {
                "about": about,
                "name": name,
                "action": words,
                "owner": owner.strip(),
                "due": due_on.isoformat(),
            }
            self._append(PLANNED, action_id, payload, actor, recorded_at)
        return action_id

    def done(
        self, action_id: str, *, result: str, done_on: dt.date, actor: str, recorded_at: dt.datetime
    ) -> None:
        """Record that an action is done, on which day and what came of it.

        Raises
        ------
        UsageError
            If there is no such action, it is done already, or the day is before its planning or to come.
        """
        words = require_words("result of the action", result)
        with self._ledger.batch():
            known = self._known(action_id)
            if known.done_on is not None:
                message = f"Action {action_id} was done on {known.done_on}."
                raise UsageError(message, hint="Plan a new action for what is still to do.")
            first, last = (moment.astimezone(dt.UTC).date() for moment in (known.planned_at, recorded_at))
            if not first <= done_on <= last:
                message = f"An action is done between the day it was planned, {first}, and today."
                raise UsageError(message)
            payload = {"done": done_on.isoformat(), "result": words}
            self._append(DONE, action_id, payload, actor, recorded_at)

    def reaudit(self, action_id: str, audit: str, *, actor: str, recorded_at: dt.datetime) -> None:
        """Record which audit looks again, after the action.

        Raises
        ------
        UsageError
            If there is no such action, it is not done, or the audit is the same.
        """
        with self._ledger.batch():
            known = self._known(action_id)
            if known.done_on is None:
                message = f"Action {action_id} is not done: there is nothing to confirm yet."
                raise UsageError(message, hint="Record first that it is done.")
            if audit == self._audit:
                message = "An audit cannot be its own re-audit."
                raise UsageError(message, hint="Draw a new sample of later charts, and name it.")
            self._append(REAUDITED, action_id, {"reaudit": audit}, actor, recorded_at)

    def withdraw(self, action_id: str, *, reason: str, actor: str, recorded_at: dt.datetime) -> None:
        """Record that an action is not to be done.

        Raises
        ------
        UsageError
            If there is no such action, it is done, or the reason is empty.
        """
        words = require_words("reason", reason)
        with self._ledger.batch():
            if self._known(action_id).done_on is not None:
                message = f"Action {action_id} is done and stays on record."
                raise UsageError(message)
            self._append(WITHDRAWN, action_id, {"reason": words}, actor, recorded_at)

    def _known(self, action_id: str) -> CorrectiveAction:
        actions = fold_actions(self._ledger.events(audit=self._audit, kinds=ACTION_KINDS))
        if action_id not in actions:
            message = f"Audit '{self._audit}' has no corrective action {action_id}."
            raise UsageError(message, hint=f"Its actions are {', '.join(actions) or 'none yet'}.")
        return actions[action_id]

    def _append(
        self, kind: str, action_id: str, payload: Mapping[str, object], actor: str, recorded_at: dt.datetime
    ) -> None:
        self._ledger.append(
            kind=kind,
            audit=self._audit,
            subject=action_id,
            actor=actor,
            payload=payload,
            recorded_at=recorded_at,
        )
