"""What a reviewer says of the requirements of a document: signature, author, date of service, legibility."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import polars as pl

from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Event
from auditlib.review.code_entry import require_choice

DOCUMENT_STATED: Final = "document stated"
REQUIREMENTS: Final = ("signature", "author with credentials", "date of service", "legible pages")
"""What a record must show, by the Medicare Program Integrity Manual (100-08), chapter 3, section 3.3.2.4."""
MET: Final = "met"
LACKING: Final = "missing"
REQUIREMENT_STATES: Final = (MET, LACKING)
STATEMENT_COLUMNS: Final = {
    "encounter_id": pl.String(),
    "document_number": pl.Int64(),
    "requirement": pl.String(),
    "requirement_state": pl.String(),
    "stated_by": pl.String(),
}


@dataclass(frozen=True, slots=True)
class DocumentStatement:
    """A reviewer's statement on the requirements of one document.

    Parameters
    ----------
    encounter_id, document_number
        The chart, and the place of the document there.
    states
        One of `REQUIREMENT_STATES` for each of `REQUIREMENTS` that is stated; the others are not stated.

    Raises
    ------
    UsageError
        If a requirement or state is not known, or the number is no place in a chart.
    """

    encounter_id: str
    document_number: int
    states: Mapping[str, str]

    def __post_init__(self) -> None:
        if isinstance(self.document_number, bool) or self.document_number < 1:
            message = "The document of a statement has no number."
            raise UsageError(message, hint="Documents of a chart are numbered from 1.")
        for requirement, state in self.states.items():
            require_choice("requirement of a document", requirement, REQUIREMENTS)
            require_choice("state of a requirement", state, REQUIREMENT_STATES)
        in_order = {name: self.states[name] for name in REQUIREMENTS if name in self.states}
        object.__setattr__(self, "states", MappingProxyType(in_order))

    def to_payload(self) -> dict[str, object]:
        """Return the payload of its ledger event; the encounter is the event's subject."""
        return {"document_number": self.document_number, "states": dict(self.states)}

    @classmethod
    def from_payload(cls, encounter_id: str, payload: Mapping[str, object]) -> DocumentStatement:
        """Return the statement in JSON values: an event's payload, or a message of the screen.

        Raises
        ------
        UsageError
            If the values are not those of a statement.
        """
        number, states = payload.get("document_number"), payload.get("states")
        if not isinstance(number, int) or not isinstance(states, Mapping):
            message = "A statement on a document names its number and the state of each requirement."
            raise UsageError(message)
        return cls(encounter_id, number, {str(name): str(state) for name, state in states.items()})


def fold_statements(
    events: Iterable[Event], statements: Mapping[tuple[str, str, int], DocumentStatement] | None = None
) -> dict[tuple[str, str, int], DocumentStatement]:
    """Return the latest statement of each reviewer on each document, by reviewer, encounter and number.

    Parameters
    ----------
    events
        Events in ledger order; those of other kinds are passed over.
    statements
        The state after earlier events.

    Raises
    ------
    StoreError
        If an event cannot be read, because another version wrote it.
    """
    folded = dict(statements or {})
    for event in events:
        if event.kind != DOCUMENT_STATED:
            continue
        try:
            stated = DocumentStatement.from_payload(event.subject, event.payload)
        except UsageError as error:
            message = (
                f"Event {event.event_number} of the ledger holds no statement on a document that can be read."
            )
            raise StoreError(message, hint="Use the auditlib that wrote it, or a newer one.") from error
        key = (event.actor, stated.encounter_id, stated.document_number)
        # What is said again comes last.
        folded.pop(key, None)
        if stated.states:
            folded[key] = stated
    return folded


def statement_frame(events: Iterable[Event]) -> pl.DataFrame:
    """Return one row per document and stated requirement: `STATEMENT_COLUMNS`; the latest word counts."""
    latest: dict[tuple[str, int, str], tuple[str, str]] = {}
    for (reviewer, _, _), stated in fold_statements(events).items():
        for requirement, state in stated.states.items():
            latest[stated.encounter_id, stated.document_number, requirement] = state, reviewer
    rows = [(*key, *value) for key, value in latest.items()]
    return pl.DataFrame(rows, schema=STATEMENT_COLUMNS, orient="row").sort(
        "encounter_id", "document_number", "requirement"
    )
