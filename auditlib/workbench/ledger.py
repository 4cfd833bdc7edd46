"""The ledger of a workspace, proved."""

from __future__ import annotations

import datetime as dt

from auditlib.audits.access_log import LISTED_KINDS, AccessFilter, access_frame
from auditlib.audits.draw_history import removed_draws
from auditlib.audits.integrity import read_anchors, verify_ledger
from auditlib.ledger import LedgerCheck
from auditlib.report.result import Result, missing
from auditlib.workbench.context import Context


class LedgerProof:
    """The chain of decisions of one workspace."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def verify(self, since: LedgerCheck | str | None = None) -> LedgerCheck:
        """Prove that the chain of decisions is whole, and that nothing before an anchor was rewritten.

        Held against every anchor that reports left in the workspace, and against ``since``: the result of an
        earlier call, or the text COUNT:HASH that a report prints. Without any anchor, a chain that was
        rewritten as a whole passes.

        Raises
        ------
        LedgerBrokenError
            If that does not hold, or a sample was drawn of which the ledger knows nothing.
        """
        anchor = LedgerCheck.from_anchor(since) if isinstance(since, str) else since
        return verify_ledger(self._context.workspace, since=anchor)

    def access(
        self,
        *,
        user: str | None = None,
        audit: str | None = None,
        chart: str | None = None,
        since: dt.date | None = None,
        until: dt.date | None = None,
    ) -> Result:
        """Return who opened which chart and wrote rows of patients to files, the latest first.

        Parameters
        ----------
        user, audit, chart
            Whose access, of which audit, and of which encounter; by default all.
        since, until
            First and last day, both included, in UTC.
        """
        events = self._context.ledger.events(kinds=LISTED_KINDS)
        frame = access_frame(events, AccessFilter(user, audit, chart, since, until))
        title = "Access to charts and rows of patients"
        if frame.is_empty():
            return missing("No such access is on record.", title, frame=frame)
        return Result(frame, title)

    def removed_draws(self) -> list[str]:
        """Return a sentence for each draw of the ledger whose manifest is no longer in the folder."""
        return removed_draws(self._context.workspace)

    def anchor_count(self) -> int:
        """Return how many anchors the reports of this workspace left."""
        return len(read_anchors(self._context.workspace))
