"""Use of spares: each is one event of the ledger, in the order in which the spares were drawn."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from auditlib.errors import BadInputError, UsageError
from auditlib.ledger import Event, Ledger
from auditlib.sampling import Manifest

SPARE_USED = "spare used"
# A record, in any of its names, that somebody could not get.
_RECORD: Final = r"(?:records?|charts?|documentation|documents?|notes?)"
_ABSENT: Final = (
    r"(?:missing|lost|not (?:be )?(?:found|located|available|received|provided|sent|retrieved)|unavailable|"
    r"incomplete|illegible|destroyed|cannot be (?:found|located)|never (?:came|received|arrived|sent))"
)
_MISSING_RECORD: Final = re.compile(
    rf"\b{_RECORD}\b[^.;:]*\b{_ABSENT}\b|\b{_ABSENT} (?:\w+ )?{_RECORD}\b|"
    rf"\b(?:no|without|(?:could|can|did)(?:n't| ?not) (?:locate|find|get|obtain|receive)) "
    rf"(?:\w+ )?{_RECORD}\b",
    re.IGNORECASE,
)


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


def units_looked_at(manifest: Manifest, uses: Iterable[SpareUse]) -> dict[str, bool]:
    """Return every unit that was looked at, in the order drawn, and whether it belongs to the universe.

    Parameters
    ----------
    manifest
        Of the sample.
    uses
        The spares used, oldest first.

    Returns
    -------
    dict of str to bool
        The units drawn and the spares used. False is a unit that a spare replaced because it is not one of
        the universe: it shows how much of the frame is outside, so an estimate counts it, at zero.

    Raises
    ------
    BadInputError
        If a use does not follow the draw: each is the next spare of the replaced unit's stratum.
    """
    looked = {unit.unit_id: True for unit in manifest.selected if unit.role == "sample"}
    stratum_of = {unit.unit_id: unit.stratum for unit in manifest.selected}
    spares = [unit for unit in manifest.selected if unit.role == "spare"]
    for use in uses:
        if not looked.get(use.unit_out):
            message = f"Unit {use.unit_out} is replaced by spare {use.unit_in}, but is not under review."
            raise BadInputError(message, hint="A spare replaces one drawn unit, once.")
        stratum = stratum_of[use.unit_out]
        following = (
            unit.unit_id for unit in spares if unit.stratum == stratum and unit.unit_id not in looked
        )
        if use.unit_in != next(following, None):
            message = f"Spare {use.unit_in} for {use.unit_out} is not the next one of stratum '{stratum}'."
            raise BadInputError(message, hint="Spares are used in the order drawn, within the stratum.")
        looked |= {use.unit_out: False, use.unit_in: True}
    return looked


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
    if _MISSING_RECORD.search(reason):
        message = f"A missing record is never replaced by a spare: '{reason.strip()}' is no reason."
        hint = (
            "Leave the unit in the sample and name it with --missing: it counts as an error for the full "
            "amount. If the unit itself is not in the universe, say why it is not."
        )
        raise UsageError(message, hint=hint)
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
