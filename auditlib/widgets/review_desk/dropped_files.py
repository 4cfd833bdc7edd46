"""Files that the browser sends in parts, to be attached to a chart once the last part is there."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Protocol

from auditlib.errors import UsageError


class Attachments(Protocol):
    """Where the desk attaches files, as `auditlib.audits.chart_attachments.ChartAttachments` does."""

    @property
    def most_bytes(self) -> int:
        """Largest file that is taken."""

    def attach(self, encounter_id: str, name: str, data: bytes) -> None:
        """Attach a file to a chart."""

    def take_back(self, encounter_id: str, document_number: int, reason: str) -> None:
        """Take an attached document back."""

    def numbers(self, encounter_id: str) -> frozenset[int]:
        """Return the numbers of the documents of a chart that are attached."""


class DroppedFiles:
    """The parts of the file that is being sent, one file at a time."""

    def __init__(self, attachments: Attachments) -> None:
        self._attachments = attachments
        self._parts: dict[tuple[str, str, str], bytearray] = {}

    def take(self, message: Mapping[str, object]) -> bool:
        """Take one part; return whether it was the last, with which the file is attached.

        Raises
        ------
        UsageError
            If the part is none, damaged or missing, or the file is too large or cannot be attached.
        """
        encounter_id, name, data = (message.get(key) for key in ("encounter_id", "name", "data"))
        part, count = message.get("part"), message.get("part_count")
        if (
            not isinstance(encounter_id, str)
            or not isinstance(name, str)
            or not isinstance(data, str)
            or not isinstance(part, int)
            or not isinstance(count, int)
        ):
            text = "The screen sent a file that cannot be attached here."
            raise UsageError(text, hint="Use 'auditlib audit attach'.")
        key = (str(message.get("view")), encounter_id, name)
        if part == 0:
            # What was begun before and not ended is dropped.
            self._parts = {key: bytearray()}
        held = self._parts.get(key)
        if held is None:
            text = "A part of the file is missing."
            raise UsageError(text, hint="Drop the file again.")
        try:
            held += base64.b64decode(data, validate=True)
        except ValueError as error:
            text = "A part of the file is damaged."
            raise UsageError(text, hint="Drop the file again.") from error
        if len(held) > self._attachments.most_bytes:
            self._parts.clear()
            text = "The file is too large."
            raise UsageError(text, hint=f"At most {self._attachments.most_bytes >> 20} MB can be attached.")
        if part + 1 < count:
            return False
        self._parts.clear()
        self._attachments.attach(encounter_id, name, bytes(held))
        return True
