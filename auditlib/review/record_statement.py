"""What a reviewer says of the record of a visit that is not here, or not whole, to be judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Event
from auditlib.review.code_entry import require_choice
from auditlib.text import is_plain

MISSING: Final = "missing"
PARTLY_MISSING: Final = "partly missing"
REVIEWED_ELSEWHERE: Final = "reviewed elsewhere"
RecordStatus = Literal["missing", "partly missing", "reviewed elsewhere"]
RECORD_STATUSES: Final = (MISSING, PARTLY_MISSING, REVIEWED_ELSEWHERE)
LONGEST_PLACE: Final = 300


@dataclass(frozen=True, slots=True)
class RecordStatement:
    """A reviewer's statement on the record of a chart.

    Parameters
    ----------
    encounter_id
        The chart.
    status
        One of `RECORD_STATUSES`.
    place
        Where the record was reviewed, or where it was looked for and what of it is missing; required if it
        was reviewed elsewhere.

    Raises
    ------
    UsageError
        If the status is not known, or the place is needed, too long or not plain text.
    """

    encounter_id: str
    status: str
    place: str | None = None

    def __post_init__(self) -> None:
        require_choice("status of the record", self.status, RECORD_STATUSES)
        if self.status == REVIEWED_ELSEWHERE and self.place is None:
            message = "It is not said where the record was reviewed."
            raise UsageError(message, hint="Name the system, archive or binder, so that others find it.")
        if self.place is not None and not (is_plain(self.place) and 0 < len(self.place) <= LONGEST_PLACE):
            message = "The place of the record is not valid."
            raise UsageError(message, hint=f"One line of plain text of at most {LONGEST_PLACE} characters.")

    def to_payload(self) -> dict[str, object]:
        """Return the payload of its ledger event; the encounter is the event's subject."""
        return {"status": self.status, "place": self.place}

    @classmethod
    def from_payload(cls, encounter_id: str, payload: Mapping[str, object]) -> RecordStatement:
        """Return the statement in JSON values: an event's payload, or part of a recorded audit.

        Raises
        ------
        UsageError
            If the values are not those of a statement.
        """
        status, place = payload.get("status"), payload.get("place")
        if place is not None and not isinstance(place, str):
            message = "The place of the record is text, or null."
            raise UsageError(message)
        return cls(encounter_id, status if isinstance(status, str) else "", (place or "").strip() or None)


def record_statement_of(event: Event) -> RecordStatement:
    """Return the statement of a ledger event of that kind.

    Raises
    ------
    StoreError
        If the event has no valid statement, because another version wrote it.
    """
    try:
        return RecordStatement.from_payload(event.subject, event.payload)
    except UsageError as error:
        message = f"Event {event.event_number} of the ledger holds no statement on a record that can be read."
        raise StoreError(message, hint="Use the auditlib that wrote it, or a newer one.") from error
