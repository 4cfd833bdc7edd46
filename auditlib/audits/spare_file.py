"""The uses of a sample's spares as a file beside its manifest, for those without the ledger.

Each use is the ledger's own event, with the hash that signs it and the hash of the event before it. Whoever
has the ledger confirms a use by its anchor: ``auditlib ledger verify --since NUMBER:HASH``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from auditlib.audits.spares import SPARE_USED, SpareUse, spare_uses, units_looked_at
from auditlib.errors import AuditError, BadInputError
from auditlib.ledger import Event
from auditlib.ledger.event import canonical_json, chained_hash, instant_text
from auditlib.sampling import Manifest
from auditlib.sampling.manifest import MANIFEST_ENDING

FORMAT: Final = "auditlib spare uses 1"
SPARES_ENDING: Final = ".spares.json"
_EVENT_FIELDS: Final = ("event_number", "kind", "audit", "subject", "actor", "payload", "recorded_at")
_FIELDS: Final = {"format", "sample", "manifest_sha256", "events", "content_sha256"}


def spare_file_path(manifest_path: Path) -> Path:
    """Return the path of the file of spares beside a manifest."""
    return manifest_path.with_name(manifest_path.name.removesuffix(MANIFEST_ENDING) + SPARES_ENDING)


def write_spare_file(manifest_path: Path, manifest: Manifest, events: Iterable[Event]) -> Path | None:
    """Write the uses of a sample's spares beside its manifest; return the path, or None without any use.

    Parameters
    ----------
    manifest_path, manifest
        The sample.
    events
        Of the ledger; only the uses of this sample's spares are written.
    """
    used = [event for event in events if event.kind == SPARE_USED and event.audit == manifest.name]
    if not used:
        return None
    content: dict[str, object] = {
        "format": FORMAT,
        "sample": manifest.name,
        "manifest_sha256": manifest.content_sha256,
        "events": [
            {
                **{name: getattr(event, name) for name in _EVENT_FIELDS},
                "payload": dict(event.payload),
                "recorded_at": instant_text(event.recorded_at),
                "previous_hash": event.previous_hash,
                "hash": event.hash,
            }
            for event in used
        ],
    }
    content["content_sha256"] = _own_sha256(content)
    path = spare_file_path(manifest_path)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    unfinished.replace(path)
    return path


def read_spare_file(manifest_path: Path, manifest: Manifest) -> list[SpareUse]:
    """Return the uses in the file of spares beside a manifest, oldest first; none without a file.

    Raises
    ------
    BadInputError
        If the file was edited, belongs to another sample, or holds a use that does not follow the draw.
    """
    path = spare_file_path(manifest_path)
    if not path.exists():
        return []
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        events = _events(content, manifest, path.name)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, AuditError):
            raise
        raise _refused(path.name, "cannot be read") from error
    uses = spare_uses(events, manifest.name)
    units_looked_at(manifest, uses)
    return uses


def _events(content: Mapping[str, object], manifest: Manifest, name: str) -> list[Event]:
    if set(content) != _FIELDS or content["format"] != FORMAT:
        raise _refused(name, f"is not of the format '{FORMAT}'")
    unsigned = {key: value for key, value in content.items() if key != "content_sha256"}
    if content["content_sha256"] != _own_sha256(unsigned):
        raise _refused(name, "was changed after it was written")
    if content["sample"] != manifest.name or content["manifest_sha256"] != manifest.content_sha256:
        raise _refused(name, "belongs to another sample")
    listed = content["events"]
    if not isinstance(listed, Sequence):
        raise _refused(name, "has no list of events")
    events = []
    for fields in listed:
        signed = {key: value for key, value in fields.items() if key != "hash"}
        if fields["hash"] != chained_hash(**signed):
            raise _refused(name, f"has an event ({fields['event_number']}) that its hash does not sign")
        payload = fields["payload"]
        if fields["kind"] != SPARE_USED or fields["audit"] != manifest.name:
            raise _refused(name, "has an event that is not the use of a spare of this sample")
        if payload["manifest_sha256"] != manifest.content_sha256:
            raise _refused(name, "has the use of a spare of another draw")
        recorded_at = dt.datetime.fromisoformat(fields["recorded_at"])
        events.append(Event(**{**fields, "recorded_at": recorded_at}))
    numbers = [event.event_number for event in events]
    if numbers != sorted(set(numbers)):
        raise _refused(name, "has its events out of order")
    return events


def _own_sha256(content: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def _refused(name: str, what: str) -> BadInputError:
    return BadInputError(
        f"The file of spares {name} {what}.",
        hint="Write it anew by 'auditlib sample spare NAME' in the workspace that holds the ledger.",
    )
