"""A spare in the place of a drawn unit: the reasons for which it may, and those for which it never may."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from auditlib.audits.audit import charts_of_units
from auditlib.audits.spares import SPARE_USED, SpareUse, spare_uses, units_to_review
from auditlib.errors import UsageError
from auditlib.review import MISSING, record_frame
from auditlib.sampling import Manifest
from auditlib.text import is_plain
from auditlib.workspace.folder import Workspace

# Each says why a unit is not in the universe; nothing else lets a spare in.
SPARE_REASONS: Final = {
    "other payer": "another payer's, which the universe does not cover",
    "not paid": "denied or never paid, in a universe of paid units",
    "duplicate": "the same service as another unit of the frame",
    "voided": "voided, reversed or replaced before the universe was frozen",
    "other dates": "outside the dates of the universe",
    "other provider": "of a provider or place that the universe does not cover",
    "other service": "of a service or kind of claim that the universe does not cover",
    "other patient": "of a patient whom the universe does not cover, as one not enrolled",
    "test data": "made for a test; nobody was treated",
}
LONGEST_NOTE: Final = 300
# A record, in any of its names, that somebody could not get.
_RECORD: Final = r"(?:records?|charts?|documentation|documents?|notes?)"
_ABSENT: Final = (
    r"(?:missing|lost|not (?:be )?(?:found|located|available|received|provided|sent|retrieved)|unavailable|"
    r"incomplete|illegible|destroyed|cannot be (?:found|located)|never (?:came|received|arrived|sent))"
)
# Somebody who holds the record and did not give it; a payer who refuses to pay is another matter.
_HOLDER: Final = (
    r"(?:providers?|physicians?|doctors?|practices?|offices?|clinics?|hospitals?|facilit(?:y|ies)|custodians?|"
    r"vendors?|patients?)"
)
_REFUSAL: Final = (
    r"(?:refus\w+|declin\w+|uncooperative|no (?:response|answer|reply)|"
    r"(?:did|does|do|would|will|could|can)(?:n't| ?not) "
    r"(?:respond|answer|reply|release|send|provide|cooperate|submit|produce)|"
    r"(?:closed|out of business|unreachable))"
)
_NO_RECORD: Final = (
    rf"\b{_RECORD}\b[^.;:]*\b{_ABSENT}\b|\b{_ABSENT} (?:\w+ )?{_RECORD}\b|"
    rf"\b(?:no|without|(?:could|can|did)(?:n't| ?not) (?:locate|find|get|obtain|receive)) "
    rf"(?:\w+ )?{_RECORD}\b|"
    rf"\b{_HOLDER}\b[^.;:]*\b{_REFUSAL}|\b{_REFUSAL}[^.;:]*\b(?:{_HOLDER}|{_RECORD})\b"
)


def use_spare(
    workspace: Workspace,
    manifest: Manifest,
    *,
    unit_id: str,
    reason: str,
    note: str = "",
    actor: str,
    recorded_at: dt.datetime,
) -> SpareUse:
    """Replace a unit that is not in the universe by the next spare of its stratum, and record it.

    Parameters
    ----------
    workspace
        Whose ledger holds the use.
    manifest
        The sample's manifest.
    unit_id
        The unit to replace.
    reason
        One of `SPARE_REASONS`.
    note
        What shows it, in one line of plain text.
    actor, recorded_at
        Who replaces it, and when.

    Raises
    ------
    UsageError
        If the unit is not in the sample, its record is missing, no spare is left, or the reason is none of
        those that take a unit out of the universe.
    """
    ledger = workspace.ledger()
    uses = spare_uses(ledger.events(audit=manifest.name, kinds=[SPARE_USED]), manifest.name)
    if unit_id not in units_to_review(manifest, uses):
        message = f"Unit {unit_id} is not in sample '{manifest.name}', or was already replaced."
        raise UsageError(message, hint="Name a unit that is still to be reviewed.")
    _require_record(workspace, manifest, unit_id)
    known_reason = _known_reason(reason, note, audit=manifest.name)
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
            "reason": known_reason,
            "note": note.strip(),
            "manifest_sha256": manifest.content_sha256,
        },
        recorded_at=recorded_at,
    )
    return spare_uses([event], manifest.name)[0]


def _require_record(workspace: Workspace, manifest: Manifest, unit_id: str) -> None:
    chart = charts_of_units(workspace, manifest.universe.unit, [unit_id])
    stated = record_frame(workspace.ledger().events(audit=manifest.name)).filter(record_status=MISSING)
    if chart.get(unit_id) in set(stated["encounter_id"]):
        message = f"The record of {unit_id} is missing: a missing record is never replaced by a spare."
        raise UsageError(
            message,
            hint="It counts by the rule for missing records. If it was found, withdraw the statement.",
        )


def _known_reason(reason: str, note: str, *, audit: str) -> str:
    """Return the reason as it is recorded; a record that nobody gave is none, by whatever name."""
    said = " ".join(reason.lower().replace("-", " ").replace("_", " ").split())
    for text in (reason, note):
        if re.search(_NO_RECORD, text, re.IGNORECASE):
            message = (
                f"A record that is missing, lost or refused is never replaced by a spare: '{text.strip()}'."
            )
            raise UsageError(message, hint=_what_to_do_instead(audit))
    if said not in SPARE_REASONS:
        message = (
            "Using a spare needs a reason." if not said else f"'{reason.strip()}' is no reason for a spare."
        )
        reasons = "; ".join(f"'{name}' ({meaning})" for name, meaning in SPARE_REASONS.items())
        hint = f"The unit is not in the universe because it is: {reasons}. {_what_to_do_instead(audit)}"
        raise UsageError(message, hint=hint)
    if not is_plain(note) or len(note) > LONGEST_NOTE:
        message = "The note on a spare is not valid."
        raise UsageError(message, hint=f"One line of plain text of at most {LONGEST_NOTE} characters.")
    return said


def _what_to_do_instead(audit: str) -> str:
    return (
        "If the record is missing, lost or refused, leave the unit in the sample and state that: "
        f"'auditlib audit record {audit} --encounter E --status missing'. It counts as an error for the full "
        "amount, or as the programme's rule says."
    )
