"""A finding that its coder may answer: a verdict on a code or a stay other than agree, and its id."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from auditlib.ledger import Event
from auditlib.ledger.event import canonical_json
from auditlib.review.adjudication import ADJUDICATED
from auditlib.review.code_entry import CorrectedCode
from auditlib.review.final_verdicts import NO_RECORD
from auditlib.review.frames import verdict_row
from auditlib.review.stay_verdict import FACT_OF_SYSTEM, STAY_JUDGED, StayVerdict, stay_verdict_row
from auditlib.review.verdict import Verdict

_ID_LENGTH: Final = 16
_JUDGING: Final = ("verdict", STAY_JUDGED, ADJUDICATED)

# The audit and what was found, as text.
FindingKey = tuple[str, str]
FoundVerdict = Verdict | StayVerdict


@dataclass(frozen=True, slots=True)
class Finding:
    """What a review found wrong with one code, or one fact of a stay.

    Parameters
    ----------
    finding_id
        Hexadecimal digits of a hash over the event that recorded the finding, and its code.
    audit, encounter_id
        The chart.
    coder_id
        Who coded it; None if no file says so.
    judges
        Everybody who entered a verdict on the chart or adjudicated it.
    verdict
        What was found, without comment, evidence and dollars.
    """

    finding_id: str
    audit: str
    encounter_id: str
    coder_id: str | None
    judges: frozenset[str]
    verdict: FoundVerdict

    @property
    def key(self) -> FindingKey:
        """What was found: the same finding recorded by another reviewer, or again, has the same key."""
        return finding_key(self.audit, self.verdict)


def finding_key(audit: str, verdict: FoundVerdict) -> FindingKey:
    """Return what a verdict found, as text, whoever recorded it."""
    found = {"encounter_id": verdict.encounter_id, **without_remarks(verdict).to_payload()}
    return audit, canonical_json(found)


def without_remarks(verdict: FoundVerdict) -> FoundVerdict:
    """Return what a verdict says is right, and why: without remarks, dollars, ticks and severity."""
    if isinstance(verdict, StayVerdict):
        return replace(verdict, comment=None, evidence=None, payment_difference=None)
    return replace(verdict, comment=None, evidence=None, payment_difference=None, visit=None, severity=None)


def found_verdict(encounter_id: str, values: Mapping[str, object]) -> FoundVerdict:
    """Return the verdict in JSON values, on a code or on a fact of a stay.

    Raises
    ------
    UsageError
        If the values are not those of a verdict.
    """
    kind = StayVerdict if "fact" in values else Verdict
    return kind.from_payload(encounter_id, values)


def found_row(verdict: FoundVerdict, event: Event) -> dict[str, object]:
    """Return a verdict on a code or a stay as a row of `VERDICT_COLUMNS`, without audit and chart."""
    if isinstance(verdict, StayVerdict):
        return stay_verdict_row(verdict, event)
    return verdict_row(verdict, event)


def verdict_of_row(row: Mapping[str, object]) -> FoundVerdict:
    """Return what a row of verdicts says is right, and why.

    Parameters
    ----------
    row
        Of `auditlib.review.verdict_frame`, or of `auditlib.review.stay_verdict.stay_verdict_frame`.
    """
    fact = FACT_OF_SYSTEM.get(str(row["code_system"]))
    if fact is not None:
        said = {name: row[name] for name in ("action", "cause")}
        billed = {"billed": row["code"], "corrected": row["corrected_code"]}
        return StayVerdict.from_payload(str(row["encounter_id"]), {"fact": fact, **said, **billed})
    corrected = None
    if row["corrected_code"] is not None:
        corrected = CorrectedCode.from_values(
            {
                "code_system": row["corrected_code_system"],
                "code": row["corrected_code"],
                "code_role": row["corrected_code_role"],
                "poa_indicator": row["corrected_poa_indicator"],
                "modifiers": row["corrected_modifiers"],
                "unit_count": row["corrected_unit_count"],
            }
        )
    names = ("action", "code_number", "code_system", "code", "error_kind", "cause")
    values = {name: row[name] for name in names}
    values["corrected"] = None if corrected is None else corrected.to_values()
    return Verdict.from_payload(str(row["encounter_id"]), values)


def findings_of(
    verdicts: pl.DataFrame, events: Mapping[int, Event], coders: Mapping[str, str | None]
) -> list[Finding]:
    """Return the findings of the verdicts that count, in their order.

    Parameters
    ----------
    verdicts
        Rows of `auditlib.review.verdict_frame`, and those on stays, that count before any rebuttal.
    events
        The events of the ledger by number.
    coders
        Who coded each encounter.

    Returns
    -------
    list of Finding
        None for a code that no record supports: whoever finds the record says so, and the code is judged.
    """
    wrong = verdicts.filter(~pl.col("action").is_in(["agree", NO_RECORD]))
    judges: dict[tuple[str, str], set[str]] = {}
    for event in events.values():
        if event.kind in _JUDGING:
            judges.setdefault((event.audit, event.subject), set()).add(event.actor)
    findings = []
    for row in wrong.iter_rows(named=True):
        event, verdict = events[row["event_number"]], verdict_of_row(row)
        findings.append(
            Finding(
                _finding_id(event, verdict),
                row["audit"],
                row["encounter_id"],
                coders.get(row["encounter_id"]),
                frozenset(judges[row["audit"], row["encounter_id"]]),
                verdict,
            )
        )
    return findings


def _finding_id(event: Event, verdict: FoundVerdict) -> str:
    # The event's hash is chained to all before it: an id of another ledger or audit is not known here.
    found = canonical_json({"event": event.hash, **without_remarks(verdict).to_payload()})
    return hashlib.sha256(found.encode()).hexdigest()[:_ID_LENGTH]
