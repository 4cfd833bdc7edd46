"""What a verified ledger held, written as one token that can be kept outside the ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from auditlib.errors import UsageError

_ANCHOR: Final = re.compile(r"(?P<count>[0-9]{1,18}):(?P<hash>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """What a verified ledger holds: how many events, and the hash of the last one.

    Kept outside the ledger, as in a report, it is an anchor: it proves years later that no event up to then
    was changed or removed, ``ledger.verify(since=check)``. The chain alone cannot prove that, because whoever
    rewrites all of it can compute all of its hashes anew.

    Parameters
    ----------
    event_count
        How many events there are.
    head_hash
        The hash of the last one.
    proved_count
        Up to which event an anchor proves that nothing was rewritten or removed; 0 without an anchor.
    proved_until
        When that event was recorded. What came after it is not provable: had events been removed from the
        end since, nothing in the ledger would show it.
    notes
        Sentences on what is no damage, as a clock that was set back.
    """

    event_count: int
    head_hash: str
    proved_count: int = field(default=0, compare=False)
    proved_until: datetime | None = field(default=None, compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)

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
