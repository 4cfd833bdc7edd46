"""The ledger: every decision of an audit, appended once, chained by hash, never changed."""

from auditlib.ledger.anchors import Anchor, AnchorFile, AnchorKeeper
from auditlib.ledger.check import LedgerCheck
from auditlib.ledger.event import FIRST_PREVIOUS_HASH, KINDS, Event
from auditlib.ledger.store import Ledger

__all__ = [
    "FIRST_PREVIOUS_HASH",
    "KINDS",
    "Anchor",
    "AnchorFile",
    "AnchorKeeper",
    "Event",
    "Ledger",
    "LedgerCheck",
]
