"""What a verified ledger held, written as one token that can be kept outside the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from auditlib.errors import UsageError
from auditlib.ledger.event import FIRST_PREVIOUS_HASH

_ANCHOR: Final = re.compile(r"(?P<count>[0-9]{1,18}):(?P<hash>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """What a verified ledger holds: how many events, and the hash of the last one.

    Kept outside the ledger, as in a report, it is an anchor: it proves years later that no event up to then
    was changed or removed, ``ledger.verify(since=check)``. The chain alone cannot prove that, because whoever
    rewrites all of it can compute all of its hashes anew.
    """

    event_count: int
    head_hash: str

    @property
    def anchor(self) -> str:
        """The anchor as text to store elsewhere: ``COUNT:HASH``."""
        return f"{self.event_count}:{self.head_hash}"

    @classmethod
    def from_anchor(cls, token: str) -> LedgerCheck:
        """Return the check in an anchor text.

        Raises
        ------
        UsageError
            If it is not an anchor.
        """
        match = _ANCHOR.fullmatch(token.strip().lower())
        if match is None:
            message = "The anchor is not of the form COUNT:HASH."
            raise UsageError(
                message,
                hint="Copy it whole from a report or from 'auditlib ledger verify': a number, a colon and 64 "
                "hexadecimal digits.",
            )
        return cls(int(match["count"]), match["hash"])


class Anchors:
    """Earlier checks, compared with the events one by one."""

    def __init__(self, since: LedgerCheck | Iterable[LedgerCheck] | None) -> None:
        checks = [since] if isinstance(since, LedgerCheck) else list(since or ())
        self._hashes: dict[int, set[str]] = {0: {FIRST_PREVIOUS_HASH}}
        for check in checks:
            self._hashes.setdefault(check.event_count, set()).add(check.head_hash)

    @property
    def event_count(self) -> int:
        """Least number of events."""
        return max(self._hashes)

    def agree(self, event_number: int, own_hash: str) -> bool:
        """Return True if no earlier check has another hash for this event."""
        return self._hashes.get(event_number, set()) <= {own_hash}
