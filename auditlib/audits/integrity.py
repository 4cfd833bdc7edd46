"""Verification of the ledger: its hash chain, the anchors of earlier reports, and the drawn samples."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

from auditlib.audits.access_log import ACCESS_KINDS
from auditlib.audits.audit import SAMPLE_DRAWN
from auditlib.errors import AuditError, BadInputError, LedgerBrokenError, StoreError, UsageError
from auditlib.ledger import FIRST_PREVIOUS_HASH, Anchor, LedgerCheck
from auditlib.ledger.anchors import owned_elsewhere
from auditlib.progress import Progress
from auditlib.sampling import read_manifest
from auditlib.sampling.manifest import MANIFEST_ENDING, stated_sha256
from auditlib.workspace.folder import Workspace

ANCHOR_ENDING = ".anchor.json"


def verify_ledger(
    workspace: Workspace, *, since: LedgerCheck | None = None, progress: Progress | None = None
) -> LedgerCheck:
    """Verify the ledger: chain intact, unchanged up to every known anchor, every sample's draw recorded.

    Parameters
    ----------
    workspace
        The workspace whose ledger, report anchors and manifests are compared.
    since
        One more anchor, stored outside the workspace.
    progress
        Shown to whoever waits.

    Raises
    ------
    LedgerBrokenError
        If any of this fails.
    StoreError
        If the ledger is gone, or an anchor cannot be read.
    """
    check = verify_chain(workspace, since=since, progress=progress)
    missing = missing_draws(workspace)
    if missing:
        raise LedgerBrokenError(
            " ".join(missing),
            hint="If a draw was interrupted, run the same draw again to record it. Otherwise "
            "this is not the ledger of these samples: restore the right one from a backup.",
        )
    return check


def verify_chain(
    workspace: Workspace, *, since: LedgerCheck | None = None, progress: Progress | None = None
) -> LedgerCheck:
    """Verify the chain, and that it is unchanged up to every known anchor; see `verify_ledger`."""
    anchors, notes = _kept_anchors(workspace)
    given = [] if since is None else [Anchor(since, "what was given")]
    ledger = workspace.ledger()
    home = ledger.chain().home
    of_others = [
        owned_elsewhere(file.path, owner)
        for file in workspace.anchor_files()[1:]
        if (owner := file.owner()) is not None and not owner.is_same(home)
    ]
    try:
        check = ledger.verify(since=[*anchors, *given], progress=progress)
    except LedgerBrokenError as error:
        if not of_others:
            raise
        # They are compared all the same: else whoever renames the folder is rid of them.
        raise LedgerBrokenError(" ".join((error.message, *of_others)), hint=error.hint) from error
    return replace(check, notes=(*check.notes, *notes, *of_others))


def verify_decisions(workspace: Workspace) -> LedgerCheck:
    """Verify the chain, and return what it was after the last event that is more than an access.

    A report that says this is the same however often it is written, though each writing is on record.
    """
    check = verify_chain(workspace)
    events = workspace.ledger().events()
    last = next((event for event in reversed(events) if event.kind not in ACCESS_KINDS), None)
    count, head = (0, FIRST_PREVIOUS_HASH) if last is None else (last.event_number, last.hash)
    return replace(check, event_count=count, head_hash=head)


def read_anchors(workspace: Workspace) -> list[Anchor]:
    """Return the anchors saved with the workspace's reports and in its files of anchors.

    Raises
    ------
    StoreError
        If one cannot be read.
    LedgerBrokenError
        If a line of a file was edited.
    """
    return _kept_anchors(workspace)[0]


def _kept_anchors(workspace: Workspace) -> tuple[list[Anchor], list[str]]:
    """Return the anchors, and a sentence for each file of them that cannot be read or is behind."""
    with_reports = sorted(workspace.reports.glob(f"*{ANCHOR_ENDING}"))
    anchors = [Anchor(_anchor_of(path), path.name) for path in with_reports]
    notes = []
    last_count = 0
    for file in workspace.anchor_files():
        try:
            kept = file.anchors()
        except OSError as error:
            notes.append(f"The anchors in {file.path} cannot be read: {error.strerror}.")
            continue
        anchors += kept
        count = max((each.check.event_count for each in kept), default=0)
        if count < last_count:
            notes.append(
                f"The anchors in {file.path} end at event {count:,}, those in the workspace at "
                f"{last_count:,}: that place could not be written to since."
            )
        last_count = max(last_count, count)
    return anchors, notes


def _anchor_of(path: Path) -> LedgerCheck:
    try:
        return LedgerCheck.from_anchor(json.loads(path.read_text(encoding="utf-8"))["anchor"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, UsageError) as error:
        message = f"The anchor {path.name} of an earlier report cannot be read."
        raise StoreError(
            message,
            hint="Its report prints the anchor: delete the file, and pass that as --since to "
            "'auditlib ledger verify'.",
        ) from error


def write_anchor(folder: Path, audit: str, check: LedgerCheck, *, made_at: dt.datetime) -> Path:
    """Save the ledger's anchor beside an audit's report, and return its path."""
    path = folder / f"{audit}{ANCHOR_ENDING}"
    content = {"audit": audit, "anchor": check.anchor, "made_at": made_at.isoformat()}
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)
    return path


def require_recorded_draw(workspace: Workspace, audit: str) -> None:
    """Raise if the ledger does not hold the draw of an audit's manifest as it is now.

    Raises
    ------
    BadInputError
        If so: somebody wrote another manifest, with a hash of its own.
    """
    sentence = unrecorded_draw(workspace, audit)
    if sentence:
        raise BadInputError(
            sentence, hint="Restore the manifest; the ledger holds the hash of the right one."
        )


def unrecorded_draw(workspace: Workspace, audit: str) -> str:
    """Return what the ledger says against an audit's manifest; empty if it holds that draw."""
    about = f"The sample '{audit}' ", f"The manifest of the sample '{audit}' "
    return next((one for one in missing_draws(workspace) if one.startswith(about)), "")


def missing_draws(workspace: Workspace) -> list[str]:
    """Return one sentence for each manifest whose draw is not in the ledger.

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


def _content_sha256(path: Path) -> str | None:
    """Return the hash that a manifest states if it is that of what it says; None if not, or if unreadable."""
    try:
        stated = stated_sha256(path)
        if stated is not None:
            return stated
        manifest = read_manifest(path)
    except AuditError:
        return None
    return manifest.content_sha256 if manifest.content_sha256 == manifest.own_sha256() else None
