"""`auditlib backup` and `auditlib restore`: a copy of everything, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from auditlib.cli.outcome import Outcome
from auditlib.cli.session import InSession

if TYPE_CHECKING:
    from auditlib.audits.backup import Backup


def backup(
    to: Annotated[Path, Parameter(name="TO")], *, ledger_only: bool = False, session: InSession
) -> Outcome:
    """Copy the workspace into a new dated folder while others work, and verify the copy.

    Parameters
    ----------
    to
        The folder that holds backups, best on another disk.
    ledger_only
        Leave out what can be loaded again: the warehouse and the releases of code sets.
    """
    workbench = session.workbench_to_write()
    with session.progress() as progress:
        made = workbench.backup(to, ledger_only=ledger_only, progress=progress)
    return _outcome(made, f"Backup {made.path} is whole and verified")


def restore(
    backup: Annotated[Path, Parameter(name="FROM")],
    to: Annotated[Path | None, Parameter(name="TO")] = None,
    *,
    since: str | None = None,
    ledger_url: str | None = None,
    session: InSession,
) -> Outcome:
    """Bring a backup back as a workspace, where nothing is yet, and verify it.

    Parameters
    ----------
    backup
        The dated folder of the backup.
    to
        The folder that the workspace is to be; by default the one of which the backup was made.
    since
        An anchor, COUNT:HASH, kept elsewhere: it shows whether somebody rewrote the backup as a whole.
    ledger_url
        An empty PostgreSQL database for the ledger; by default the ledger is a file of the workspace.
    """
    from auditlib.audits.backup import restore as bring_back
    from auditlib.ledger import LedgerCheck

    anchor = None if since is None else LedgerCheck.from_anchor(since)
    with session.progress() as progress:
        restored = bring_back(backup, to, since=anchor, ledger_url=ledger_url, progress=progress)
    return _outcome(restored, f"Workspace {restored.path} is back")


def _outcome(done: Backup, said: str) -> Outcome:
    lines = [
        f"{said}: {done.check.event_count:,} decisions, {done.file_count:,} files.",
        f"Anchor: {done.check.anchor}",
    ]
    if done.anchors_elsewhere:
        lines.append(
            f"Anchors are no longer kept in {', '.join(map(str, done.anchors_elsewhere))}, which may hold "
            "later ones: 'auditlib restore --since' compares with one. Name new files in workspace.toml."
        )
    if not done.is_on_record:
        lines.append("The access log does not hold this backup: the ledger cannot be written to now.")
    if not done.has_warehouse:
        lines.append("The warehouse is not in it: 'auditlib init' makes it anew, then load the files again.")
    return Outcome(
        lambda: {
            "path": str(done.path),
            "made_at": done.made_at,
            "event_count": done.check.event_count,
            "anchor": done.check.anchor,
            "file_count": done.file_count,
            "byte_count": done.byte_count,
            "has_warehouse": done.has_warehouse,
        },
        lines,
    )
