"""Files that are attached to a chart: copied into the workspace, hashed, on record, and read as documents."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Event
from auditlib.loading.attached_document import (
    next_document_number,
    read_attachment,
    remove_attachment,
    write_attachment,
)
from auditlib.review.rebuttal import require_words
from auditlib.text import counted, is_plain
from auditlib.workspace import Workspace

FILE_ATTACHED: Final = "file attached"
TAKEN_BACK: Final = "attachment taken back"
ATTACHMENT_KINDS: Final = (FILE_ATTACHED, TAKEN_BACK)
LARGEST_ATTACHMENT_MB: Final = 50
SUFFIXES: Final = (
    *(".txt", ".rtf", ".docx", ".pdf", ".xml", ".htm", ".html"),
    *(".tif", ".tiff", ".png", ".jpg", ".jpeg"),
)
"""Endings of files that can be attached."""

_LONGEST_NAME: Final = 120
_UNSAFE: Final = re.compile(r"[^\w .()&+,-]+")
# What Windows keeps for devices: no file may be called so.
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file that is attached to a chart.

    Parameters
    ----------
    encounter_id, document_number
        The chart, and the place of the document there.
    name
        Name of the file as it was given, without its folder and without characters that mislead.
    sha256, byte_count
        Hash of its bytes, in hexadecimal, and their count.
    attached_by, attached_at
        Who attached it, and when.
    taken_back_by, taken_back_at, taken_back_reason
        Who took it back, when and why; None while it is a document of the chart.
    """

    encounter_id: str
    document_number: int
    name: str
    sha256: str
    byte_count: int
    attached_by: str
    attached_at: dt.datetime
    taken_back_by: str | None = None
    taken_back_at: dt.datetime | None = None
    taken_back_reason: str | None = None

    @property
    def document_id(self) -> str:
        """Id of the document."""
        return f"{self.encounter_id}:{self.document_number}"


def attachments_of(events: Iterable[Event]) -> list[Attachment]:
    """Return the attachments in events, in their order; those that were taken back say so.

    Raises
    ------
    StoreError
        If an event cannot be read, because another version wrote it.
    """
    attachments: list[Attachment] = []
    for event in events:
        if event.kind not in ATTACHMENT_KINDS:
            continue
        payload = event.payload
        if event.kind == TAKEN_BACK:
            attachments = [_after(one, event) for one in attachments]
            continue
        number, count = payload.get("document_number"), payload.get("byte_count")
        if not isinstance(number, int) or not isinstance(count, int):
            message = f"Event {event.event_number} of the ledger holds no attachment that can be read."
            raise StoreError(message, hint="Use the auditlib that wrote it, or a newer one.")
        attachments.append(
            Attachment(
                event.subject,
                number,
                str(payload.get("name")),
                str(payload.get("sha256")),
                count,
                event.actor,
                event.recorded_at,
            )
        )
    return attachments


def _after(attachment: Attachment, event: Event) -> Attachment:
    """Return an attachment after an event by which it, or another one, was taken back."""
    if (attachment.encounter_id, attachment.document_number) != (
        event.subject,
        event.payload.get("document_number"),
    ):
        return attachment
    return replace(
        attachment,
        taken_back_by=event.actor,
        taken_back_at=event.recorded_at,
        taken_back_reason=str(event.payload.get("reason")),
    )


def safe_name(name: str) -> str:
    r"""Return the name of a file without folders, without control and direction marks, and not too long.

    Raises
    ------
    UsageError
        If its ending is not one of `SUFFIXES`.

    Examples
    --------
    >>> safe_name("../../etc/Op note.PDF"), safe_name("C:\\x\\a<b>.txt"), safe_name("CON.txt")
    ('Op note.pdf', 'a_b_.txt', '_CON.txt')
    """
    last = re.split(r"[\\/]", name)[-1]
    plain = _UNSAFE.sub("_", "".join(mark for mark in last if is_plain(mark))).strip(" .")
    dot = plain.rfind(".")
    stem, suffix = (plain[:dot], plain[dot:]) if dot > 0 else (plain, "")
    if suffix.lower() not in SUFFIXES:
        message = "A file with this ending cannot be attached."
        raise UsageError(message, hint=f"Endings: {', '.join(SUFFIXES)}.")
    stem = stem.strip(" .")[: _LONGEST_NAME - len(suffix)] or "file"
    return f"{'_' if _DEVICE.match(stem) else ''}{stem}{suffix.lower()}"


def attach(
    workspace: Workspace,
    audit: str,
    *,
    encounter_id: str,
    name: str,
    data: bytes,
    actor: str,
    recorded_at: dt.datetime,
) -> Attachment:
    """Attach a file to a chart of an audit, as its next document, and return it.

    The bytes are copied into the workspace under their hash, so that nothing is ever overwritten; then the
    file goes on record, and then into the warehouse. The same bytes again for the same chart are the same
    attachment: it is not recorded again, and read anew if the warehouse was built anew without it.

    Parameters
    ----------
    workspace
        The workspace.
    audit
        The audit in whose ledger events it stands.
    encounter_id
        The chart.
    name
        Name of the file; its folder does not count.
    data
        Its bytes.
    actor, recorded_at
        Who attaches it, and when.

    Raises
    ------
    UsageError
        If there is no such encounter, or the file is empty, too large or has another ending.
    BadInputError
        If it cannot be read as a document; then nothing is kept or recorded.
    MissingExtraError
        If reading it needs the extra 'documents' and that is not installed.
    """
    shown = safe_name(name)
    require_size(len(data))
    sha256 = hashlib.sha256(data).hexdigest()
    # Across audits: the chart is the same one in each.
    ledger, warehouse = workspace.ledger(), workspace.warehouse()
    number = next_document_number(warehouse, encounter_id)
    path = workspace.attachments / f"{sha256}{Path(shown).suffix}"
    is_new_file = _keep(path, data)
    kinds = list(ATTACHMENT_KINDS)
    existing = _same(attachments_of(ledger.events(kinds=kinds)), encounter_id, sha256)
    if existing is None:
        try:
            read_attachment(path, encounter_id=encounter_id, document_number=number, name=shown)
        except Exception:
            if is_new_file:
                path.unlink(missing_ok=True)
            raise
        with ledger.batch():
            recorded = attachments_of(ledger.events(kinds=kinds))
            existing = _same(recorded, encounter_id, sha256)
            if existing is None:
                taken = [one.document_number for one in recorded if one.encounter_id == encounter_id]
                payload = {
                    "name": shown,
                    "sha256": sha256,
                    "byte_count": len(data),
                    "document_number": max([number, *(place + 1 for place in taken)]),
                }
                event = ledger.append(
                    kind=FILE_ATTACHED,
                    audit=audit,
                    subject=encounter_id,
                    actor=actor,
                    payload=payload,
                    recorded_at=recorded_at,
                )
                existing = attachments_of([event])[0]
    write_attachment(
        workspace,
        path,
        encounter_id=encounter_id,
        document_number=existing.document_number,
        name=existing.name,
        loaded_at=recorded_at.astimezone(dt.UTC).replace(tzinfo=None),
    )
    return existing


def take_back(
    workspace: Workspace,
    audit: str,
    *,
    encounter_id: str,
    document_number: int,
    reason: str,
    actor: str,
    recorded_at: dt.datetime,
) -> Attachment:
    """Take an attachment back: it is no document of its chart any more, and return it.

    The file stays in the workspace and both events in the ledger; its number is not given again, so that a
    verdict that quotes it still names which document it was.

    Parameters
    ----------
    workspace, audit
        The workspace, and the audit in which it was attached.
    encounter_id, document_number
        The chart, and the place of the document there.
    reason
        Why: it is of another patient, or was attached twice.
    actor, recorded_at
        Who takes it back, and when.

    Raises
    ------
    UsageError
        If there is no such attachment, or no reason.
    """
    said = require_words("reason for taking it back", reason)
    ledger = workspace.ledger()
    with ledger.batch():
        attached = attachments_of(ledger.events(audit=audit, kinds=list(ATTACHMENT_KINDS)))
        mine = [one for one in attached if one.encounter_id == encounter_id and one.taken_back_by is None]
        existing = next((one for one in mine if one.document_number == document_number), None)
        if existing is None:
            message = f"Document {document_number} of {encounter_id} is no attachment of audit '{audit}'."
            numbers = ", ".join(str(one.document_number) for one in mine) or "none"
            raise UsageError(message, hint=f"Attached to this chart are the documents: {numbers}.")
        payload = {"document_number": document_number, "sha256": existing.sha256, "reason": said}
        event = ledger.append(
            kind=TAKEN_BACK,
            audit=audit,
            subject=encounter_id,
            actor=actor,
            payload=payload,
            recorded_at=recorded_at,
        )
    remove_attachment(
        workspace, encounter_id=encounter_id, document_number=document_number, sha256=existing.sha256
    )
    return _after(existing, event)


def require_size(byte_count: int) -> None:
    """Raise if a file is empty or larger than `LARGEST_ATTACHMENT_MB`."""
    if not byte_count:
        message = "The file is empty."
        raise UsageError(message)
    if byte_count > LARGEST_ATTACHMENT_MB << 20:
        message = f"The file has {byte_count / (1 << 20):,.0f} MB."
        raise UsageError(
            message,
            hint=f"At most {LARGEST_ATTACHMENT_MB} MB can be attached; 'auditlib load' takes larger ones.",
        )


def read_file(path: Path) -> bytes:
    """Return the bytes of a file that is to be attached.

    Raises
    ------
    UsageError
        If it is no file, too large or cannot be read.
    """
    try:
        if not path.is_file():
            message = f"There is no file {path.name}."
            raise UsageError(message, hint="Name a file, not a folder.")
        require_size(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        message = f"{path.name} cannot be read: {error.strerror}."
        raise UsageError(message, hint="Give your user permission to read it.") from error


def attached_sentence(attachment: Attachment) -> str:
    """Return what was attached, or taken back, in words."""
    if attachment.taken_back_by is not None:
        return (
            f"{attachment.name} is taken back: it is no document of {attachment.encounter_id} any more; the "
            "file is kept."
        )
    size = counted(attachment.byte_count, "byte")
    return (
        f"{attachment.name} ({size}) is document {attachment.document_number} of {attachment.encounter_id}."
    )


def _same(attachments: Iterable[Attachment], encounter_id: str, sha256: str) -> Attachment | None:
    return next(
        (
            one
            for one in attachments
            if (one.encounter_id, one.sha256) == (encounter_id, sha256) and one.taken_back_by is None
        ),
        None,
    )


def _keep(path: Path, data: bytes) -> bool:
    """Write the bytes under their hash unless they are there, and return whether they were written."""
    if path.exists():
        if path.read_bytes() != data:
            message = f"{path.name} in the folder of attachments was changed."
            raise StoreError(message, hint="Restore it from a backup: its name is the hash of its bytes.")
        return False
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with part.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return True
