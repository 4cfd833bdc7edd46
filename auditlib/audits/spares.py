"""Use of spares: each is one event of the ledger, in the order in which the spares were drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from auditlib.errors import UsageError
from auditlib.ledger import Event, Ledger
from auditlib.sampling import Manifest

SPARE_USED = "spare used"


@dataclass(frozen=True, slots=True)
class SpareUse:
    """The replacement of one sampled unit by a spare: why, by whom and when."""

    unit_out: str
    unit_in: str
    stratum: str
    reason: str
    actor: str
    recorded_at: dt.datetime


def spare_uses(events: Iterable[Event], audit: str) -> list[SpareUse]:
    """Return the spares used in an audit, oldest first."""
    return [
        SpareUse(
            str(event.payload["unit_out"]),
            str(event.payload["unit_in"]),
            str(event.payload["stratum"]),
            str(event.payload["reason"]),
            event.actor,
            event.recorded_at,
        )
        for event in events
        if event.kind == SPARE_USED and event.audit == audit
    ]


def units_to_review(manifest: Manifest, uses: Iterable[SpareUse]) -> list[str]:
    """Return the sample in order of selection, with each used spare in place of the unit it replaced."""
    unit_ids = [unit.unit_id for unit in manifest.selected if unit.role == "sample"]
    for use in uses:
        unit_ids[unit_ids.index(use.unit_out)] = use.unit_in
    return unit_ids


def use_spare(
    ledger: Ledger,
    manifest: Manifest,
    *,
    unit_id: str,
    reason: str,
    actor: str,
    recorded_at: dt.datetime,
) -> SpareUse:
    """Replace a unit by the next spare of its stratum, and record it in the ledger.

    Parameters
    ----------
    ledger
        The workspace's ledger.
    manifest
        The sample's manifest; the reason must meet its spare policy.
    unit_id
        The unit to replace.
    reason
        Why it is not a unit of the universe. A missing record is not a reason; it is an error.
    actor, recorded_at
        Who replaces it, and when.

    Raises
    ------
    UsageError
        If the unit is not in the sample, no spare is left, or no reason is given.
    """
    uses = spare_uses(ledger.events(audit=manifest.name, kinds=[SPARE_USED]), manifest.name)
    current = units_to_review(manifest, uses)
    if unit_id not in current:
        message = f"Unit {unit_id} is not in sample '{manifest.name}', or was already replaced."
        raise UsageError(message, hint="Name a unit that is still to be reviewed.")
    if not reason.strip():
        message = "Using a spare needs a reason."
        raise UsageError(message, hint=manifest.spare_policy)
    homes = {unit.unit_id: unit.stratum for unit in manifest.selected}
    used = {use.unit_in for use in uses}
    stratum = homes[unit_id]
    spare = next(
        (
            unit.unit_id
            for unit in manifest.selected
            if unit.role == "spare" and unit.stratum == stratum and unit.unit_id not in used
        ),
        None,
    )
    if spare is None:
        message = f"No spare is left for unit {unit_id}."
        raise UsageError(
            message, hint="Review the sample without it, and say so in the report; do not pick another unit."
        )
    event = ledger.append(
        kind=SPARE_USED,
        audit=manifest.name,
        subject=unit_id,
        actor=actor,
        payload={
            "unit_out": unit_id,
            "unit_in": spare,
            "stratum": stratum,
            "reason": reason,
            "manifest_sha256": manifest.content_sha256,
        },
        recorded_at=recorded_at,
    )
    return spare_uses([event], manifest.name)[0]
