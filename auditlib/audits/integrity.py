"""What the ledger is held against: anchors of earlier reports, and the samples that were drawn."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from auditlib.audits.audit import SAMPLE_DRAWN
from auditlib.errors import LedgerBrokenError, StoreError, UsageError
from auditlib.ledger import LedgerCheck
from auditlib.sampling.manifest import MANIFEST_ENDING
from auditlib.workspace.folder import Workspace

ANCHOR_ENDING = ".anchor.json"


def verify_ledger(workspace: Workspace, *, since: LedgerCheck | None = None) -> LedgerCheck:
    """Prove the ledger whole, unchanged up to every known anchor, and to hold the draw of every sample.

    Parameters
    ----------
    workspace
        Its ledger, the anchors that its reports left, and its manifests.
    since
        One more anchor, kept elsewhere.

    Raises
    ------
    LedgerBrokenError
        If any of that does not hold.
    StoreError
        If the ledger is gone, or an anchor cannot be read.
    """
    check = verify_chain(workspace, since=since)
    missing = missing_draws(workspace)
    if missing:
        raise LedgerBrokenError(
            " ".join(missing),
            hint="Where a draw was interrupted, ask for the same draw again: it is then recorded. Otherwise "
            "this is not the ledger of these samples: put the right one back from a backup.",
        )
    return check


def verify_chain(workspace: Workspace, *, since: LedgerCheck | None = None) -> LedgerCheck:
    """Prove the chain whole, and unchanged up to every known anchor; see `verify_ledger`."""
    anchors = read_anchors(workspace)
    return workspace.ledger().verify(since=anchors if since is None else [*anchors, since])


def read_anchors(workspace: Workspace) -> list[LedgerCheck]:
    """Return the anchors that the workspace's reports left.

    Raises
    ------
    StoreError
        If one cannot be read.
    """
    return [_anchor_of(path) for path in sorted(workspace.reports.glob(f"*{ANCHOR_ENDING}"))]


def _anchor_of(path: Path) -> LedgerCheck:
    try:
        return LedgerCheck.from_anchor(json.loads(path.read_text(encoding="utf-8"))["anchor"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, UsageError) as error:
        message = f"The anchor {path.name} of an earlier report cannot be read."
        raise StoreError(
            message,
            hint="Move it away; 'auditlib ledger verify' takes the anchor that the report prints as --since.",
        ) from error


def write_anchor(workspace: Workspace, audit: str, check: LedgerCheck, *, made_at: dt.datetime) -> Path:
    """Keep beside an audit's report what the ledger held when the report was made, and return where."""
    path = workspace.reports / f"{audit}{ANCHOR_ENDING}"
    content = {"audit": audit, "anchor": check.anchor, "made_at": made_at.isoformat()}
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)
    return path


def missing_draws(workspace: Workspace) -> list[str]:
    """Return a sentence for each manifest whose draw is not in the ledger.

    Raises
    ------
    StoreError
        If the ledger is gone.
    """
    drawn: dict[str, set[object]] = {}
    for event in workspace.ledger().events(kinds=[SAMPLE_DRAWN]):
        drawn.setdefault(event.audit, set()).add(event.payload.get("manifest_sha256"))
    sentences = []
    for path in sorted(workspace.manifests.glob(f"*{MANIFEST_ENDING}")):
        audit = path.name.removesuffix(MANIFEST_ENDING)
        if audit not in drawn:
            sentences.append(f"The sample '{audit}' has a manifest, but the ledger does not hold its draw.")
        elif _content_sha256(path) not in drawn[audit]:
            sentences.append(f"The manifest of the sample '{audit}' is not the one whose draw was recorded.")
    return sentences


def _content_sha256(path: Path) -> object:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content.get("content_sha256") if isinstance(content, dict) else None
