"""`auditlib ledger`: prove the record of every decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cyclopts import App

from auditlib.cli.outcome import Outcome
from auditlib.cli.session import InSession

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
    check = ledger.verify(since=since)
    removed = ledger.removed_draws()
    compared_count = ledger.anchor_count() + (since is not None)
    return Outcome(
        lambda: {
            "event_count": check.event_count,
            "head_hash": check.head_hash,
            "anchor": check.anchor,
            "compared_anchor_count": compared_count,
            "removed_draws": removed,
        },
        _verify_lines(check, compared_count, removed),
    )


def _verify_lines(check: LedgerCheck, compared_count: int, removed: Sequence[str]) -> Iterator[str]:
    yield f"The chain is whole: {check.event_count:,} events, and the draw of every sample is among them."
    if compared_count:
        named = "the anchor" if compared_count == 1 else f"any of {compared_count:,} anchors"
        yield f"Nothing before {named} was rewritten."
    else:
        yield "There is no anchor to compare with: a chain rewritten as a whole would look the same."
    yield from removed
    yield f"Anchor: {check.anchor}"
    yield "Keep it away from this folder, and give it later with --since."
