"""What a reviewer attaches to the charts of an audit from the desk, and takes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from auditlib.audits.attachments import (
    ATTACHMENT_KINDS,
    LARGEST_ATTACHMENT_MB,
    attach,
    attachments_of,
    take_back,
)
from auditlib.audits.charts_without_documents import charts_without_documents
from auditlib.review import ReviewSession
from auditlib.workspace import Workspace


class ChartAttachments:
    """The attachments of one reviewer's session.

    Parameters
    ----------
    workspace
        The workspace.
    session
        The session, which then knows of a chart whether it has documents.
    now
        Gives the time, with its zone.
    """

    most_bytes: Final = LARGEST_ATTACHMENT_MB << 20

    def __init__(self, workspace: Workspace, session: ReviewSession, now: Callable[[], dt.datetime]) -> None:
        self._workspace = workspace
        self._session = session
        self._now = now

    def attach(self, encounter_id: str, name: str, data: bytes) -> None:
        """Attach a file to a chart; see `auditlib.audits.attachments.attach`."""
        attach(
            self._workspace,
            self._session.audit,
            encounter_id=encounter_id,
            name=name,
            data=data,
            actor=self._session.reviewer,
            recorded_at=self._now(),
        )
        self._note_documents(encounter_id)

    def take_back(self, encounter_id: str, document_number: int, reason: str) -> None:
        """Take an attachment back; see `auditlib.audits.attachments.take_back`."""
        take_back(
            self._workspace,
            self._session.audit,
            encounter_id=encounter_id,
            document_number=document_number,
            reason=reason,
            actor=self._session.reviewer,
            recorded_at=self._now(),
        )
        self._note_documents(encounter_id)

    def numbers(self, encounter_id: str) -> frozenset[int]:
        """Return the numbers of the documents of a chart that were attached in this audit."""
        events = self._workspace.ledger().events(audit=self._session.audit, kinds=list(ATTACHMENT_KINDS))
        return frozenset(
            one.document_number
            for one in attachments_of(events)
            if one.encounter_id == encounter_id and one.taken_back_by is None
        )

    def _note_documents(self, encounter_id: str) -> None:
        bare = charts_without_documents(self._workspace.warehouse(), [encounter_id])
        self._session.note_documents(encounter_id, has_text=not bare)
