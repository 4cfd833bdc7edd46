"""A learner's attempt at a pack: one file, in which every code is on the disk before the screen moves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from auditlib.errors import BadInputError, UsageError
from auditlib.ledger import Event, Ledger
from auditlib.ledger.event import require_line
from auditlib.practice.case import PracticeCase
from auditlib.practice.messy import messy_case
from auditlib.practice.pack import CasePack
from auditlib.review.code_entry import AssignedCode, CorrectedCode
from auditlib.review.session import ReviewSession

PRACTICE, TEST, CALIBRATION = MODES = ("practice", "test", "calibration")
STARTED: Final = "practice started"
HANDED_IN: Final = "practice handed in"
ATTEMPT_SUFFIX: Final = ".attempt"
_DECIDING: Final = frozenset({"verdict", "verdict withdrawn", "chart completed", "chart reopened", HANDED_IN})
_MOST_ATTEMPTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class AttemptStart:
    """How an attempt was started; it never changes.

    Parameters
    ----------
    learner
        Whose attempt it is.
    mode
        practice: the rationale follows each code. test: timed, the key sealed. calibration: an auditor judges
        a coder's codes against gold.
    pack_name, pack_digest
        The pack, and the SHA-256 over what it showed.
    case_ids
        The cases in order.
    is_messy
        Whether the notes were shown in their messy version.
    minutes
        Time for all of them; None where nobody is timed.
    started_at
        When.
    """

    learner: str
    mode: str
    pack_name: str
    pack_digest: str
    case_ids: tuple[str, ...]
    is_messy: bool
    minutes: int | None
    started_at: datetime

    @property
    def ends_at(self) -> datetime | None:
        """When the time is over; None where nobody is timed."""
        return None if self.minutes is None else self.started_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an attempt's file says.

    Parameters
    ----------
    start
        How it was started.
    entered
        The codes of each case as they stand, in order.
    judged
        In calibration, for each case the coder's codes with what the auditor made of them: the code itself, a
        corrected one, or None where it was deleted; a code without a verdict is absent.
    completed
        The cases that were completed.
    seconds
        Time on each case.
    withdrawn_count
        How many codes were taken back.
    is_handed_in
        Whether the learner said that it is the end.
    late_count
        Decisions after the end of the time: a sound program records none.
    event_count, last_hash
        The chain of the file: who has this hash can prove that nothing was changed since.
    """

    start: AttemptStart
    entered: Mapping[str, tuple[CorrectedCode, ...]]
    judged: Mapping[str, tuple[tuple[AssignedCode, CorrectedCode | None], ...]]
    completed: frozenset[str]
    seconds: Mapping[str, float]
    withdrawn_count: int
    is_handed_in: bool
    late_count: int
    event_count: int
    last_hash: str


class PracticeSession(ReviewSession):
    """One learner's session on the cases of an attempt; its rules are those of a review, and of the mode."""

    def __init__(self, ledger: Ledger, start: AttemptStart, cases: Mapping[str, PracticeCase]) -> None:
        self.start = start
        shown = {case_id: cases[case_id] for case_id in start.case_ids}
        is_calibration = start.mode == CALIBRATION
        super().__init__(
            ledger,
            audit=start.pack_name,
            reviewer=start.learner,
            worklist={name: case.coded if is_calibration else () for name, case in shown.items()},
            without_documents=(),
        )

    @property
    def is_handed_in(self) -> bool:
        """Whether the learner said that it is the end."""
        return bool(self._ledger.events(audit=self.audit, kinds=[HANDED_IN]))

    def hand_in(self, *, recorded_at: datetime) -> None:
        """End the attempt: nothing can be changed after it.

        Raises
        ------
        UsageError
            If it is handed in already.
        """
        self._record(HANDED_IN, self.audit, {}, recorded_at)

    def complete_chart(
        self,
        encounter_id: str,
        *,
        recorded_at: datetime,
        go_on: bool = True,
        seconds: float | None = None,
        with_open_query: bool = False,
    ) -> Event:
        """Complete a case; in practice its key is shown then, so the screen stays."""
        if self.start.mode != CALIBRATION and not self.added(encounter_id):
            message = "No code is entered for this case."
            raise UsageError(message, hint="Enter at least one code first.")
        return super().complete_chart(
            encounter_id,
            recorded_at=recorded_at,
            go_on=go_on and self.start.mode != PRACTICE,
            seconds=seconds,
            with_open_query=with_open_query,
        )

    def reopen_chart(self, encounter_id: str, *, recorded_at: datetime) -> Event:
        """Reopen a completed case; not where its key was shown.

        Raises
        ------
        UsageError
            In practice.
        """
        if self.start.mode == PRACTICE:
            message = "The key of this case was shown: its codes stay as they are."
            raise UsageError(message, hint="Start another attempt to practise it again.")
        return super().reopen_chart(encounter_id, recorded_at=recorded_at)

    def entered(self, encounter_id: str) -> tuple[CorrectedCode, ...]:
        """Return the codes of a case as they stand, in order."""
        kept = []
        for assigned in self.assigned(encounter_id):
            verdict = self.current_verdict(encounter_id, assigned.code_number)
            if verdict is None or verdict.action == "agree":
                kept.append(entered_code(assigned))
            elif verdict.corrected is not None:
                kept.append(verdict.corrected)
        added = [verdict.corrected for verdict in self.added(encounter_id) if verdict.corrected is not None]
        return (*kept, *added)

    def judged(self, encounter_id: str) -> tuple[tuple[AssignedCode, CorrectedCode | None], ...]:
        """Return the coder's codes that have a verdict, each with what the auditor made of it."""
        pairs = []
        for assigned in self.assigned(encounter_id):
            verdict = self.current_verdict(encounter_id, assigned.code_number)
            if verdict is not None:
                is_agreed = verdict.action == "agree"
                pairs.append((assigned, entered_code(assigned) if is_agreed else verdict.corrected))
        return tuple(pairs)

    def _record(
        self,
        kind: str,
        encounter_id: str,
        payload: Mapping[str, object],
        recorded_at: datetime,
        *,
        seen: int | None = None,
    ) -> Event:
        ends_at = self.start.ends_at
        if kind in _DECIDING and ends_at is not None and recorded_at > ends_at and kind != HANDED_IN:
            message = "The time is over: what was entered until then counts."
            raise UsageError(message, hint="Hand the attempt in.")
        if kind in _DECIDING and self.is_handed_in:
            message = "The attempt is handed in: nothing of it can be changed."
            raise UsageError(message)
        return super()._record(kind, encounter_id, payload, recorded_at, seen=seen)


def start_attempt(
    folder: Path,
    pack: CasePack,
    *,
    learner: str,
    mode: str,
    recorded_at: datetime,
    case_ids: Sequence[str] = (),
    minutes: int | None = None,
    is_messy: bool = False,
) -> Path:
    """Start an attempt in a file of its own, and return the file.

    Parameters
    ----------
    folder
        Where attempts are kept; it is made where it is absent.
    pack
        The pack.
    learner
        Name or number of the learner.
    mode
        One of `MODES`.
    recorded_at
        When.
    case_ids
        The cases in order; by default all that fit the mode, the easy ones first.
    minutes
        Time for all of them; by default the pack's in a test, and none otherwise.
    is_messy
        Whether notes are shown in their messy version.

    Raises
    ------
    UsageError
        If the mode does not go with the pack: a test needs sealed keys, practice open ones, and calibration
        cases with a coder's codes.
    """
    if mode not in MODES:
        message = f"There is no mode '{mode}'."
        raise UsageError(message, hint=f"Choose among: {', '.join(MODES)}.")
    if mode == TEST and not pack.is_sealed:
        message = f"The keys of '{pack.name}' lie open: a test on it would hide nothing."
        raise UsageError(message, hint="Seal a copy first: auditlib practice seal PACK --out FOLDER.")
    if mode == PRACTICE and pack.is_sealed:
        message = f"The keys of '{pack.name}' are sealed: there is no rationale to show."
        raise UsageError(message, hint="Choose --mode test, or an open pack.")
    fitting = [case for case in pack.cases.values() if mode != CALIBRATION or case.coded]
    in_order = sorted(fitting, key=lambda case: (case.case_id != pack.walk_case, case.difficulty))
    chosen = [pack.case(case_id) for case_id in dict.fromkeys(case_ids)] or in_order
    if mode == CALIBRATION and not all(case.coded for case in chosen):
        message = "A case without a coder's codes cannot be judged."
        raise UsageError(
            message, hint=f"Cases with codes: {', '.join(case.case_id for case in fitting) or 'none'}."
        )
    if minutes is not None and minutes < 1:
        message = "The time of an attempt is at least one minute."
        raise UsageError(message)
    require_line("learner's name", learner)
    folder.mkdir(parents=True, exist_ok=True)
    path = _free_path(folder, f"{pack.name}.{mode}.{_slug(learner)}")
    values = {
        "mode": mode,
        "pack_digest": pack.digest,
        "case_ids": [case.case_id for case in chosen],
        "is_messy": is_messy,
        "minutes": pack.minutes if minutes is None and mode == TEST else minutes,
    }
    Ledger(path).append(
        kind=STARTED,
        audit=pack.name,
        subject=pack.name,
        actor=learner.strip(),
        payload=values,
        recorded_at=recorded_at,
    )
    return path


def attempt_files(folder: Path) -> list[Path]:
    """Return the attempts in a folder, in order of their names."""
    return (
        sorted(path for path in folder.glob(f"*{ATTEMPT_SUFFIX}") if path.is_file())
        if folder.is_dir()
        else []
    )


def open_session(path: Path, pack: CasePack) -> PracticeSession:
    """Return the session of an attempt, which goes on where it stopped.

    Raises
    ------
    UsageError
        If the pack is not the one that the attempt was started with.
    BadInputError
        If the file is no attempt.
    """
    ledger = Ledger(path, make_if_absent=False)
    start = _start_of(ledger, path)
    _require_same_pack(start, pack)
    return PracticeSession(ledger, start, pack.cases)


def shown_cases(start: AttemptStart, pack: CasePack) -> dict[str, PracticeCase]:
    """Return the cases of an attempt as they are shown in it."""
    cases = {case_id: pack.case(case_id) for case_id in start.case_ids}
    return {name: messy_case(case) for name, case in cases.items()} if start.is_messy else cases


def read_start(path: Path) -> AttemptStart:
    """Return how an attempt was started.

    Raises
    ------
    BadInputError
        If the file is no attempt.
    """
    return _start_of(Ledger(path, make_if_absent=False), path)


def read_attempt(path: Path, pack: CasePack) -> Attempt:
    """Return what an attempt's file says, after its chain was proven whole.

    Raises
    ------
    LedgerBrokenError
        If an event in it was changed, removed or added by hand.
    BadInputError
        If the file is no attempt.
    UsageError
        If the pack is not the one that the attempt was started with.
    """
    check = Ledger(path, make_if_absent=False).verify()
    session = open_session(path, pack)
    start = session.start
    events = Ledger(path, make_if_absent=False).events(audit=start.pack_name)
    ends_at = start.ends_at
    return Attempt(
        start=start,
        entered={name: session.entered(name) for name in start.case_ids},
        judged={name: session.judged(name) for name in start.case_ids},
        completed=frozenset(name for name in start.case_ids if session.is_completed(name)),
        seconds={name: session.seconds_on(name) for name in start.case_ids},
        withdrawn_count=sum(event.kind == "verdict withdrawn" for event in events),
        is_handed_in=session.is_handed_in,
        late_count=sum(
            ends_at is not None and event.kind in _DECIDING - {HANDED_IN} and event.recorded_at > ends_at
            for event in events
        ),
        event_count=check.event_count,
        last_hash=check.head_hash,
    )


def entered_code(assigned: AssignedCode) -> CorrectedCode:
    """Return a coder's code as an entry."""
    return CorrectedCode(
        assigned.code_system,
        assigned.code,
        assigned.code_role,
        assigned.poa_indicator,
        assigned.modifiers,
        assigned.unit_count,
    )


def _require_same_pack(start: AttemptStart, pack: CasePack) -> None:
    if (start.pack_name, start.pack_digest) != (pack.name, pack.digest):
        message = f"The attempt was started with another pack, or with another state of '{start.pack_name}'."
        raise UsageError(message, hint="Use the pack as it was handed out.")


def _start_of(ledger: Ledger, path: Path) -> AttemptStart:
    events = ledger.events(kinds=[STARTED])
    if len(events) != 1:
        message = f"{path.name} is no attempt: it does not say how it was started."
        raise BadInputError(message, hint="Attempts are made by 'auditlib practice start'.")
    values, event = events[0].payload, events[0]
    case_ids, minutes = values.get("case_ids"), values.get("minutes")
    is_sound = (
        values.get("mode") in MODES
        and isinstance(values.get("pack_digest"), str)
        and isinstance(case_ids, list)
        and case_ids
        and all(isinstance(each, str) for each in case_ids)
        and isinstance(values.get("is_messy"), bool)
        and (minutes is None or (isinstance(minutes, int) and minutes > 0))
    )
    if not is_sound or not isinstance(case_ids, list):
        message = f"{path.name} was started by another version of auditlib, or is damaged."
        raise BadInputError(message, hint="Use the auditlib that wrote it.")
    return AttemptStart(
        learner=event.actor,
        mode=str(values["mode"]),
        pack_name=event.audit,
        pack_digest=str(values["pack_digest"]),
        case_ids=tuple(map(str, case_ids)),
        is_messy=values["is_messy"] is True,
        minutes=minutes if isinstance(minutes, int) else None,
        started_at=event.recorded_at,
    )


def _slug(learner: str) -> str:
    return re.sub(r"[^\w-]+", "-", learner.strip()).strip("-")[:40] or "learner"


def _free_path(folder: Path, stem: str) -> Path:
    numbered = (folder / f"{stem}.{number}{ATTEMPT_SUFFIX}" for number in range(1, _MOST_ATTEMPTS))
    return next(path for path in numbered if not path.exists())
