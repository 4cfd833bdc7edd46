"""Use of spares: each is one event of the ledger, in the order in which the spares were drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from auditlib.errors import BadInputError
from auditlib.ledger import Event
from auditlib.sampling import Manifest

SPARE_USED = "spare used"


@dataclass(frozen=True, slots=True)
class SpareUse:
    """The replacement of one sampled unit by a spare: why, by whom and when.

    The reason is one of `auditlib.audits.replacement.SPARE_REASONS`, the note what shows it. In old ledgers
    the reason is free text without a note.
    """

    unit_out: str
    unit_in: str
    stratum: str
    reason: str
    actor: str
    recorded_at: dt.datetime
    note: str = ""

    @property
    def why(self) -> str:
        """The reason, and the note on it."""
        return f"{self.reason}: {self.note}" if self.note else self.reason


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
            str(event.payload.get("note", "")),
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
