"""`auditlib ledger`: prove the record of every decision, and list who saw what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from auditlib.cli.outcome import Outcome
from auditlib.cli.session import InSession
from auditlib.cli.values import converted_day
from auditlib.text import counted

if TYPE_CHECKING:
    from auditlib.ledger import LedgerCheck

app = App(name="ledger")


@app.command
def verify(*, since: str | None = None, session: InSession) -> Outcome:
    """Prove that the chain of decisions is whole, and that nothing before an anchor was rewritten.

    Parameters
    ----------
    since
        An anchor, COUNT:HASH, printed by an earlier verify or in a report; those kept with reports are
        compared anyway.
    """
    ledger = session.workbench().ledger
    with session.progress() as progress:
        check = ledger.verify(since=since, progress=progress)
    removed = ledger.removed_draws()
    compared_count = ledger.anchor_count() + (since is not None)
    return Outcome(
        lambda: {
            "event_count": check.event_count,
            "head_hash": check.head_hash,
            "anchor": check.anchor,
            "compared_anchor_count": compared_count,
            "proved_count": check.proved_count,
            "proved_until": check.proved_until,
            "notes": check.notes,
            "removed_draws": removed,
        },
        _verify_lines(check, compared_count, removed),
    )


def _verify_lines(check: LedgerCheck, compared_count: int, removed: Sequence[str]) -> Iterator[str]:
    held = counted(check.event_count, "event")
    yield f"The chain is whole: {held}, and the draw of every sample is among them."
    if check.proved_until is not None:
        named = "the anchor" if compared_count == 1 else f"any of {compared_count:,} anchors"
        yield f"Nothing before {named} was rewritten."
        yield (
            f"Not provable since {check.proved_until:%Y-%m-%d %H:%M:%S} UTC (event {check.proved_count:,}): "
            "had events been removed from the end after that, nothing here would show it."
        )
    else:
        yield "There is no anchor to compare with: a chain rewritten as a whole would look the same."
    yield from check.notes
    yield from removed
    yield f"Anchor: {check.anchor}"
    yield "Keep it away from this folder, and give it later with --since."


@app.command
def anchor(*, moved_here: bool = False, session: InSession) -> Outcome:
    """Prove the ledger, keep an anchor in every place of workspace.toml, and print it as a line to mail.

    Parameters
    ----------
    moved_here
        The workspace was moved to where it lies now, and is no copy: it goes on with its files of anchors.
    """
    workbench = session.workbench_to_write()
    check = workbench.ledger.anchor(is_moved=moved_here)
    return Outcome(
        lambda: {"anchor": check.anchor, "event_count": check.event_count},
        (f"{workbench.now():%Y-%m-%d %H:%M:%S} UTC {workbench.workspace.root.name} {check.anchor}",),
    )


@app.command
def upgrade(*, session: InSession) -> Outcome:
    """Give a ledger of an earlier version what protects one of this version; no event changes."""
    is_upgraded = session.workbench_to_write().ledger.upgrade()
    said = "The ledger is of this version now." if is_upgraded else "The ledger is of this version already."
    return Outcome(lambda: {"is_upgraded": is_upgraded}, (said,))


@app.command
def access(
    *,
    user: str | None = None,
    audit: str | None = None,
    chart: str | None = None,
    since: Annotated[dt.date | None, Parameter(name="--since", converter=converted_day)] = None,
    until: Annotated[dt.date | None, Parameter(name="--until", converter=converted_day)] = None,
    session: InSession,
) -> Outcome:
    """List who opened which chart, and who wrote rows of patients to which files, the latest first.

    Parameters
    ----------
    user
        Only this user's access.
    audit
        Only that of this audit.
    chart
        Only that to this encounter.
    since
        First day, as 2026-11-30 or 11/30/2026, in UTC.
    until
        Last day.
    """
    result = session.workbench().ledger.access(user=user, audit=audit, chart=chart, since=since, until=until)
    return Outcome(lambda: {"access": result.frame}, (result,))
