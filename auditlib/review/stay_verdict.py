"""A reviewer's verdict on a fact of a stay: the discharge status of its patient, or its DRG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import polars as pl

from auditlib.codes import form_of
from auditlib.codes.systems import DISCHARGE_STATUS, MS_DRG
from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Event
from auditlib.review.code_entry import require_choice
from auditlib.review.evidence_passage import EvidencePassage
from auditlib.review.frames import VERDICT_COLUMNS
from auditlib.review.payment_difference import ENTERED, read_difference, require_difference, require_origin
from auditlib.review.verdict import CAUSES, is_comment

STAY_JUDGED: Final = "stay judged"
STAY_VERDICT_WITHDRAWN: Final = "stay verdict withdrawn"
DRG: Final = "DRG"
SYSTEM_OF_FACT: Final = MappingProxyType({DISCHARGE_STATUS: DISCHARGE_STATUS, DRG: MS_DRG})
"""The facts of a stay that are judged, each with the system of its values."""
STAY_FACTS: Final = tuple(SYSTEM_OF_FACT)
FACT_OF_SYSTEM: Final = MappingProxyType({system: fact for fact, system in SYSTEM_OF_FACT.items()})
STAY_ACTIONS: Final = ("agree", "change")
_TEXTS: Final = ("fact", "action", "billed", "corrected", "cause", "comment")
_ORIGIN: Final = "payment_origin"

# Audit, reviewer, encounter, fact.
StayKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class StayVerdict:
    """A reviewer's verdict on one fact of a stay.

    Parameters
    ----------
    encounter_id
        The chart.
    fact
        One of `STAY_FACTS`.
    action
        agree or change.
    billed
        The value as billed: two digits of a discharge status, three of a DRG.
    corrected
        The right value; required for change.
    cause
        One of `auditlib.review.verdict.CAUSES`; required for change.
    comment
        The reviewer's own words, or None.
    payment_difference
        What was paid less what would have been right, in dollars and cents; of a DRG, for the stay as a
        whole. None if it is not priced, as an agreement never is.
    evidence
        The passage of the chart that it rests on, or None.
    payment_origin
        How the payment difference came about where it was computed; None where the reviewer entered it.

    Raises
    ------
    UsageError
        If a field is missing or not allowed; the message names it and what is valid.
    """

    encounter_id: str
    fact: str
    action: str
    billed: str
    corrected: str | None = None
    cause: str | None = None
    comment: str | None = None
    payment_difference: Decimal | None = None
    evidence: EvidencePassage | None = None
    payment_origin: str | None = None

    def __post_init__(self) -> None:
        require_choice("fact of a stay", self.fact, STAY_FACTS)
        require_choice("action", self.action, STAY_ACTIONS)
        is_changed = self.action == "change"
        for name, value in (("right value", self.corrected), ("cause", self.cause)):
            if (value is not None) != is_changed:
                message = f"To {self.action} the {self.fact}, the {name} {_must(is_needed=is_changed)}."
                raise UsageError(message)
        object.__setattr__(self, "billed", form_of(SYSTEM_OF_FACT[self.fact]).normalise(self.billed))
        if not self.billed:
            message = f"No {self.fact} was billed: there is nothing to judge."
            raise UsageError(message)
        if self.corrected is not None:
            object.__setattr__(self, "corrected", stay_value(self.fact, self.corrected))
            require_choice("cause", self.cause or "", CAUSES)
            if self.corrected == self.billed:
                message = f"The right {self.fact} is the same as the billed one."
                raise UsageError(message, hint="Change it, or agree.")
        if self.comment is not None and not is_comment(self.comment):
            message = "The comment is not valid."
            raise UsageError(message, hint="Plain text of at most 2,000 characters.")
        if self.payment_difference is not None:
            if not is_changed:
                message = f"A {self.fact} that is agreed with has no payment difference."
                raise UsageError(message, hint="Leave it empty, or say what is right.")
            require_difference(self.payment_difference)
        require_origin(self.payment_origin, self.payment_difference)
        if self.evidence is not None and self.evidence.document_id.rpartition(":")[0] != self.encounter_id:
            message = "The evidence is of another chart."
            raise UsageError(message, hint="A verdict rests on a document of its own chart.")

    def is_about(self, billed: str) -> bool:
        """Return True if a value, as billed, is the one that is judged."""
        return same_value(self.fact, billed, self.billed)

    def to_payload(self) -> dict[str, object]:
        """Return the verdict as JSON values, without its encounter, which is the subject of the event."""
        difference = self.payment_difference
        return {
            **{name: getattr(self, name) for name in _TEXTS},
            "payment_difference": None if difference is None else f"{difference:.2f}",
            "evidence": None if self.evidence is None else self.evidence.to_values(),
            # Absent where there is none, as earlier versions wrote it.
            **({} if self.payment_origin is None else {"payment_origin": self.payment_origin}),
        }

    @classmethod
    def from_payload(cls, encounter_id: str, payload: Mapping[str, object]) -> StayVerdict:
        """Return the verdict in JSON values: an event's payload, or a message of the screen.

        Raises
        ------
        UsageError
            If the values are not those of a verdict on a stay.
        """
        values = {name: payload.get(name) for name in (*_TEXTS, _ORIGIN)}
        if any(value is not None and not isinstance(value, str) for value in values.values()):
            message = "The values of a verdict on a stay are text, or null."
            raise UsageError(message)
        texts = {name: str(value).strip() or None if value else None for name, value in values.items()}
        evidence = payload.get("evidence")
        return cls(
            encounter_id,
            texts["fact"] or "",
            texts["action"] or "",
            texts["billed"] or "",
            texts["corrected"],
            texts["cause"],
            texts["comment"],
            read_difference(payload.get("payment_difference")),
            None if evidence is None else EvidencePassage.from_values(evidence),
            texts[_ORIGIN],
        )


def _must(*, is_needed: bool) -> str:
    return "is needed" if is_needed else "must be empty"


def same_value(fact: str, one: str, other: str) -> bool:
    """Return True if two texts are the same discharge status or DRG, with or without its zeros.

    Raises
    ------
    UsageError
        If there is no such fact.
    """
    require_choice("fact of a stay", fact, STAY_FACTS)
    form = form_of(SYSTEM_OF_FACT[fact])
    return form.normalise(one) == form.normalise(other)


def stay_value(fact: str, typed: str) -> str:
    """Return a discharge status or DRG in its form.

    Examples
    --------
    >>> stay_value("discharge status", "3"), stay_value("DRG", " 65")
    ('03', '065')

    Raises
    ------
    UsageError
        If it is none: two digits of a discharge status from 01 on, three of a DRG from 001 on.
    """
    require_choice("fact of a stay", fact, STAY_FACTS)
    form = form_of(SYSTEM_OF_FACT[fact])
    value = form.normalise(typed)
    if not form.has_shape(value) or not value.strip("0"):
        message = f"The right {fact} cannot be read."
        raise UsageError(message, hint=f"It has {form.described}.")
    return value


def fold_stay_verdicts(
    events: Iterable[Event], verdicts: Mapping[StayKey, tuple[StayVerdict, Event]] | None = None
) -> dict[StayKey, tuple[StayVerdict, Event]]:
    """Return the latest verdict of each reviewer on each fact of a stay; withdrawn ones are left out.

    Parameters
    ----------
    events
        Events in ledger order; those of other kinds are passed over.
    verdicts
        The state after earlier events.

    Raises
    ------
    StoreError
        If an event cannot be read, because another version wrote it.
    """
    folded = dict(verdicts or {})
    for event in events:
        if event.kind not in {STAY_JUDGED, STAY_VERDICT_WITHDRAWN}:
            continue
        verdict = stay_verdict_of(event)
        key = (event.audit, event.actor, event.subject, verdict.fact)
        # What is judged again comes last.
        folded.pop(key, None)
        if event.kind == STAY_JUDGED:
            folded[key] = verdict, event
    return folded


def stay_verdict_of(event: Event) -> StayVerdict:
    """Return the verdict of a ledger event of that kind.

    Raises
    ------
    StoreError
        If the event has none, because another version wrote it.
    """
    try:
        return StayVerdict.from_payload(event.subject, event.payload)
    except UsageError as error:
        message = f"Event {event.event_number} of the ledger holds no verdict on a stay that can be read."
        raise StoreError(message, hint="Use the auditlib that wrote it, or a newer one.") from error


def stay_verdict_row(verdict: StayVerdict, event: Event) -> dict[str, object]:
    """Return a verdict on a stay as a row of `VERDICT_COLUMNS`, without audit, reviewer and encounter."""
    system, difference, evidence = SYSTEM_OF_FACT[verdict.fact], verdict.payment_difference, verdict.evidence
    return {
        "action": verdict.action,
        "code_system": system,
        "code": verdict.billed,
        "corrected_code_system": None if verdict.corrected is None else system,
        "corrected_code": verdict.corrected,
        "cause": verdict.cause,
        "comment": verdict.comment,
        "recorded_at": event.recorded_at.astimezone(UTC).replace(tzinfo=None),
        "event_number": event.event_number,
        "payment_difference": difference,
        "payment_difference_basis": None if difference is None else verdict.payment_origin or ENTERED,
        "evidence_document_id": evidence and evidence.document_id,
        "evidence_start": evidence and evidence.start,
        "evidence_end": evidence and evidence.end,
        "evidence_sha256": evidence and evidence.sha256,
    }


def stay_verdict_frame(events: Iterable[Event]) -> pl.DataFrame:
    """Return one row per reviewer and judged fact of a stay, in the columns of `VERDICT_COLUMNS`.

    ``code_system`` says which fact it is, ``code`` the value as billed, ``corrected_code`` the right one;
    what only codes have is null. Verdicts on charts that are not completed are included.
    """
    rows = [
        {
            "audit": audit,
            "reviewer": reviewer,
            "encounter_id": encounter_id,
            **stay_verdict_row(verdict, event),
        }
        for (audit, reviewer, encounter_id, _), (verdict, event) in fold_stay_verdicts(events).items()
    ]
    return pl.DataFrame(rows, schema=VERDICT_COLUMNS).sort("audit", "reviewer", "encounter_id", "code_system")
