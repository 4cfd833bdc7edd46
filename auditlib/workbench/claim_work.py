"""Work on denied claims as a screen asks for it: rows of the worklist, and gestures entered in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

import polars as pl

from auditlib.errors import UsageError
from auditlib.measures.appeal_levels import FILE_NAME, read_appeal_levels
from auditlib.measures.denial_worklist import worklist
from auditlib.measures.overturn_model import OverturnModel, overturn_model
from auditlib.measures.stated_grounds import with_stated_grounds
from auditlib.report.file_names import file_part
from auditlib.report.labels import named_rows
from auditlib.review.claim_entries import ClaimKey
from auditlib.review.denial_work import DenialWork, WorkState
from auditlib.text import counted, format_date, format_dollars, read_dollars
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    from auditlib.review.denial_work import Closing, Decision
    from auditlib.workbench.denials import Denials

_DONE: Final = {
    "assign": "assigned to {assignee}",
    "note": "noted",
    "appeal": "appeal sent on {on}",
    "outcome": "appeal {decision} on {on}, {amount}",
    "close": "closed as {closing}, {amount}",
    "ground": "ground: {ground}",
}


class WorkOnClaims:
    """The worklist of the claims on a screen.

    Parameters
    ----------
    context
        The workspace, the user and the clock.
    denials
        Enters what was done.
    lines
        Denied lines, as from `auditlib.measures.denied_lines.denied_lines`.
    as_of
        The day until which the history is known.
    """

    def __init__(self, context: Context, denials: Denials, lines: pl.DataFrame, as_of: dt.date) -> None:
        self._context = context
        self._denials = denials
        self._lines = lines
        self._as_of = as_of
        self._states: Mapping[ClaimKey, WorkState] | None = None
        self._requests: pl.DataFrame | None = None

    @cached_property
    def _model(self) -> OverturnModel:
        return overturn_model(self._lines, self._as_of)

    @cached_property
    def _fatal(self) -> dict[int, str]:
        return self._denials.fatal_checks()

    @property
    def note(self) -> str:
        """Where the chance of overturn comes from, or why there is none; and where deadlines come from."""
        deadline = f"Appeal by: levels and days of {FILE_NAME}, your own before the project's."
        if self._model.why_none is not None:
            return f"No chance of overturn: {self._model.why_none}. {deadline}"
        learned, paid = self._model.learned_from_count, self._model.overturned_count
        of = f"{learned:,} denied lines of this workspace, {paid:,} of them paid"
        return f"Chance of overturn: learned from {of}. {self._model.tried} {deadline}"

    @property
    def today(self) -> dt.date:
        """The day that forms propose."""
        return self._context.now().date()

    def lines(self) -> pl.DataFrame:
        """Return the denied lines, with the grounds that users stated."""
        return with_stated_grounds(self._lines, self._known_states())

    def rows(self, claim_ids: Sequence[int] | None) -> pl.DataFrame:
        """Return the worklist of some claims, None for all."""
        lines = self._lines
        if claim_ids is not None:
            lines = lines.filter(pl.col("claim_id").is_in(list(claim_ids)))
        levels = read_appeal_levels(self._context.workspace.root)
        if self._requests is None:
            self._requests = self._denials.records(self.today).frame
        return worklist(
            self._model.with_chances(lines),
            levels,
            self._known_states(),
            self.today,
            fatal=self._fatal,
            requests=self._requests,
            with_requests_alone=claim_ids is None,
        )

    def enter(self, gesture: str, claim_ids: Sequence[int], said: Mapping[str, str]) -> str:
        """Enter in the ledger what was done about claims, and say it.

        Raises
        ------
        UsageError
            If there is no such gesture, a field cannot be read, or a claim refuses it: then nothing is
            entered.
        """
        if gesture not in _DONE:
            message = f"There is no gesture '{gesture}' on a claim."
            raise UsageError(message, hint=f"They are {', '.join(_DONE)}.")
        if len(claim_ids) > 1 and _amount(said):
            message = "Dollars are of one claim, and several are ticked."
            raise UsageError(message, hint="Enter them claim by claim.")
        self._entered(gesture, list(claim_ids), said)
        self._forget()
        return f"{counted(len(claim_ids), 'claim')}: {_DONE[gesture].format_map(_in_words(said))}."

    def letter(self, claim_id: int) -> tuple[str, str]:
        """Write the draft of an appeal into the workspace's reports; return its text, and where it is."""
        text = self._denials.letter(claim_id)
        number = self._number(claim_id)
        folder = self._context.workspace.reports / "denials"
        path = folder / f"appeal {file_part(number)} {self._context.now():%Y-%m-%d %H%M%S}.txt"
        folder.mkdir(parents=True, exist_ok=True)
        self._context.write_on_record("appeal letter", path)
        path.write_text(text, encoding="utf-8")
        return text, f"Written to {path}. Brackets mark what the files do not say."

    def unmatched(self) -> pl.DataFrame:
        """Return the payments that no claim is behind, costliest first, columns named as they are shown."""
        return named_rows(self._denials.unmatched(self.today).frame.drop("remit_claim_id"))

    def _entered(self, gesture: str, claims: list[int], said: Mapping[str, str]) -> None:
        denials = self._denials
        entries: dict[str, Callable[[], object]] = {
            "assign": lambda: denials.assign(claims, said.get("assignee", "")),
            "note": lambda: denials.note(claims, said.get("note", "")),
            "ground": lambda: denials.state_ground(claims, said.get("ground", "")),
            "appeal": lambda: denials.appeal_sent(claims, _day(said), _level(said)),
            "outcome": lambda: denials.appeal_decided(
                claims, cast("Decision", said.get("decision", "")), _day(said), _amount(said)
            ),
            "close": lambda: denials.close(
                claims, cast("Closing", said.get("closing", "")), _day(said), _amount(said)
            ),
        }
        entries[gesture]()

    def _number(self, claim_id: int) -> str:
        return str(self._lines.filter(claim_id=claim_id)["patient_control_number"][0])

    def _forget(self) -> None:
        """Ask the ledger anew: something was entered."""
        self._states = self._requests = None

    def _known_states(self) -> Mapping[ClaimKey, WorkState]:
        if self._states is None:
            context = self._context
            self._states = DenialWork(context.ledger, context.user, context.now()).states()
        return self._states


def _in_words(said: Mapping[str, str]) -> dict[str, str]:
    """Return what was entered as people write days and dollars; a field that was left empty is 0 dollars."""
    on = {"on": format_date(_day(said))} if "on" in said else {}
    return {**said, **on, "amount": format_dollars(_amount(said))}


def _day(said: Mapping[str, str]) -> dt.date:
    try:
        return dt.date.fromisoformat(said.get("on", ""))
    except ValueError as error:
        message = f"'{said.get('on', '')}' is no day."
        raise UsageError(message, hint="Write it as 2026-11-30.") from error


def _level(said: Mapping[str, str]) -> int | None:
    """Return the level of appeal that is stated; None, for the next one, where the field is empty."""
    text = said.get("level_number", "").strip()
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        message = f"'{text}' is no level of appeal."
        raise UsageError(message, hint="Levels are whole numbers from 1.")
    return int(text)


def _amount(said: Mapping[str, str]) -> Decimal:
    text = said.get("amount", "").strip()
    amount = read_dollars(text or "0")
    if amount is None:
        message = f"'{text}' are no dollars."
        raise UsageError(message, hint="Write them as 120.50.")
    return amount
