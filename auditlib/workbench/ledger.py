"""The ledger of a workspace, proved."""

from __future__ import annotations

import datetime as dt

from auditlib.audits.access_log import LISTED_KINDS, AccessFilter, access_frame
from auditlib.audits.draw_history import removed_draws
from auditlib.audits.integrity import read_anchors, verify_ledger
from auditlib.errors import StoreError
from auditlib.ledger import AnchorKeeper, LedgerCheck
from auditlib.progress import Progress
from auditlib.report.result import Result, missing
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record


@answers_on_record
class LedgerProof:
    """The chain of decisions of one workspace."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def verify(
        self, since: LedgerCheck | str | None = None, *, progress: Progress | None = None
    ) -> LedgerCheck:
        """Prove that the ledger is whole, and that nothing before an anchor was rewritten.

        Held against every anchor that reports and completed charts left, here and elsewhere, and against
        ``since``: the result of an earlier call, or the text COUNT:HASH that a report prints. Without any
        anchor, a chain that was rewritten as a whole passes.

        Raises
        ------
        LedgerBrokenError
            If that does not hold, or a sample was drawn of which the ledger knows nothing.
        """
        anchor = LedgerCheck.from_anchor(since) if isinstance(since, str) else since
        return verify_ledger(self._context.workspace, since=anchor, progress=progress)

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
        """Return how many anchors reports and completed charts left."""
        return len(read_anchors(self._context.workspace))

    def anchor(self, *, is_moved: bool = False) -> LedgerCheck:
        """Prove the ledger, and keep an anchor of it in every place that is configured; return it.

        Parameters
        ----------
        is_moved
            Whether the workspace was moved to where it lies now, and keeps its anchors elsewhere in the files
            in which it kept them before. A copy of it names files of its own in ``workspace.toml``.

        Raises
        ------
        LedgerBrokenError
            If the ledger does not hold.
        StoreError
            If a place cannot be written to, or belongs to another workspace.
        """
        check = self.verify()
        workspace = self._context.workspace
        keeper = AnchorKeeper(workspace.anchor_files())
        chain = workspace.ledger().chain()
        refused = keeper.keep(check, recorded_at=self._context.now(), chain=chain, is_moved=is_moved)
        if refused:
            message = f"The anchor is not kept everywhere. {' '.join(refused)}"
            raise StoreError(message, hint=f"Keep it elsewhere yourself: {check.anchor}")
        return check

    def upgrade(self) -> bool:
        """Give a ledger of an earlier version what protects one of this; return False if it has it."""
        return self._context.ledger.upgrade()
