"""One event of the ledger: its fields, its canonical form, and the hash that chains it to the last one."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from auditlib.errors import UsageError
from auditlib.text import is_plain

KINDS: Final = (
    "universe frozen",
    "sample drawn",
    "spare used",
    "chart opened",
    "verdict",
    "verdict withdrawn",
    "chart completed",
    "chart reopened",
    "record stated",
    "record statement withdrawn",
    "findings sent",
    "rebuttal received",
    "rebuttal withdrawn",
    "rebuttal decided",
    "rebuttal decision withdrawn",
    "corrective action",
    "corrective action done",
    "corrective action re-audited",
    "corrective action withdrawn",
    "comment",
    "claims exported",
    "review planned",
    "unblinded",
    "adjudicated",
    "adjudication withdrawn",
    "query sent",
    "query answered",
    "query withdrawn",
    "file attached",
    "attachment taken back",
    "document stated",
    "stay judged",
    "stay verdict withdrawn",
    "finding accepted",
    "finding acceptance withdrawn",
    "suggestion shown",
    "suggestion accepted",
    "suggestion overridden",
    "machine coder accepted",
    "machine coder reopened",
    "denial assigned",
    "denial noted",
    "denial ground stated",
    "appeal sent",
    "appeal decided",
    "denial closed",
    "records requested",
    "records sent",
    "denial work undone",
    "exemption planned",
    "overpayment identified",
    "overpayment investigated",
    "cost report due",
    "overpayment refunded",
    "overpayment entry undone",
    "practice started",
    "practice handed in",
    "practice credit overridden",
)
FIRST_PREVIOUS_HASH: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """One decision in the ledger.

    Parameters
    ----------
    event_number
        Position in the ledger, from 1, without gaps.
    kind
        One of `KINDS`.
    audit
        The audit it belongs to.
    subject
        Its subject: an encounter, or a sample by name.
    actor
        Who decided.
    payload
        The decision itself, as JSON values.
    recorded_at
        When, in UTC.
    previous_hash
        Hash of the event before it; 64 zeros for the first.
    hash
        SHA-256 over the canonical JSON of all the other fields, in hexadecimal.
    """

    event_number: int
    kind: str
    audit: str
    subject: str
    actor: str
    payload: Mapping[str, object]
    recorded_at: datetime
    previous_hash: str
    hash: str


def canonical_json(value: object) -> str:
    """Return the canonical JSON of a value: sorted keys, no spaces, unescaped characters.

    Raises
    ------
    UsageError
        If the value cannot be represented in JSON or UTF-8 without loss.
    """
    plain = _plain(value)
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = "An event's text has half of a character (an unpaired surrogate)."
        raise UsageError(message, hint="Type the text again: it was damaged on its way here.") from error
    return text


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, Mapping):
        unnamed = next((key for key in value if not isinstance(key, str)), None)
        if unnamed is not None:
            message = f"An event's names are text, not {type(unnamed).__name__}."
            raise UsageError(message)
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    message = f"An event cannot hold a {type(value).__name__} that is not finite or not JSON."
    raise UsageError(
        message,
        hint="Text, finite numbers, decimals and dates as text, true, false, null, lists and mappings.",
    )


def instant_text(recorded_at: datetime) -> str:
    """Return a time in the ledger's form: UTC, ISO 8601, microseconds.

    Raises
    ------
    UsageError
        If the moment has no time zone: two machines would then disagree on the order of events.
    """
    if recorded_at.tzinfo is None:
        message = "recorded_at has no time zone."
        raise UsageError(message, hint="Give datetime.now(UTC), or another moment with a time zone.")
    return recorded_at.astimezone(UTC).isoformat(timespec="microseconds")


def require_line(name: str, value: object) -> str:
    """Return a valid audit, subject or actor: one line of text; raise if it is not."""
    if not isinstance(value, str) or not value.strip():
        message = f"An event needs its {name}."
        raise UsageError(message, hint="One line of text that is not blank.")
    if not is_plain(value):
        message = f"The {name} of an event holds a control character."
        raise UsageError(message, hint="One line of plain text.")
    return value


def chained_hash(
    *,
    event_number: int,
    kind: str,
    audit: str,
    subject: str,
    actor: str,
    payload: object,
    recorded_at: str,
    previous_hash: str,
) -> str:
    """Return the SHA-256, in hexadecimal, over the canonical JSON of an event's fields.

    It can be recomputed with any tool: sorted keys, no spaces, UTF-8; ``recorded_at`` as in `instant_text`.
    """
    fields = {
        "event_number": event_number,
        "kind": kind,
        "audit": audit,
        "subject": subject,
        "actor": actor,
        "payload": payload,
        "recorded_at": recorded_at,
        "previous_hash": previous_hash,
    }
    return hashlib.sha256(canonical_json(fields).encode()).hexdigest()
