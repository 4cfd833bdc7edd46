"""What the recorded auditor adds to findings: the sentence of the chart, and dollars by the payer's rules."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tools.synthetic.adjudication import LineResult, paid_line
from tools.synthetic.billing import Line
from tools.synthetic.clinical import Procedure
from tools.synthetic.coding import CoderCode, Coding
from tools.synthetic.encounters import GoldCode
from tools.synthetic.episodes import Episode, RemitClaim
from tools.synthetic.notes import Document
from tools.synthetic.organisation import payers

_SERVICES = frozenset({"CPT", "HCPCS"})
_REVERSAL = "22"
_SECOND_SUBMISSION = "claim twice"
_REPLACEMENT = "7"


def with_evidence_and_dollars(
    verdicts: Sequence[Mapping[str, object]],
    *,
    encounter_id: str,
    coding: Coding,
    gold: Sequence[GoldCode],
    documents: Sequence[Document],
    episode: Episode,
) -> list[dict[str, object]]:
    """Return the verdicts of one chart, each finding with its sentence and its payment difference.

    A finding rests on the sentence that states the right code; where nothing in the chart speaks for a code,
    it has none. It is priced by how the payer pays lines: with the charge of the right service, and with the
    same copay and deductible. Nobody prices a stay, a claim without an answer, or one that was refused as a
    whole; the payment of a deleted line is left to the workbench.
    """
    gold_numbers = [row.gold_number for row in coding.codes] + [number for number, _ in coding.missed]
    coded: list[CoderCode | None] = [*coding.codes, *(None for _ in coding.missed)]
    answer = standing_answer(episode)
    added = []
    for verdict, gold_number, row in zip(verdicts, gold_numbers, coded, strict=True):
        if verdict["action"] == "agree":
            added.append(dict(verdict))
            continue
        right = None if gold_number is None else gold[gold_number]
        cents = None if answer is None else _difference_cents(answer, coding.codes, row, right)
        added.append(
            {
                **verdict,
                "evidence": right and _passage(encounter_id, documents, right.sentence),
                "payment_difference": None if cents is None else f"{cents / 100:.2f}",
            }
        )
    return added


def standing_answer(episode: Episode) -> RemitClaim | None:
    """Return the primary payer's last answer, or None where there is none or it was taken back."""
    answers = [
        remit
        for remit in episode.remits
        if remit.claim.sequence == "P"
        and (remit.decision.denial is None or remit.decision.denial.cause != _SECOND_SUBMISSION)
    ]
    return answers[-1] if answers and answers[-1].decision.status != _REVERSAL else None


def _passage(encounter_id: str, documents: Sequence[Document], sentence: str) -> dict[str, object] | None:
    for number, document in enumerate(documents, start=1):
        start = document.text.find(sentence)
        if start >= 0:
            sha256 = hashlib.sha256(sentence.encode()).hexdigest()
            place = {"start": start, "end": start + len(sentence), "sha256": sha256}
            return {"document_id": f"{encounter_id}:{number}", **place}
    return None


def _difference_cents(
    answer: RemitClaim, codes: Sequence[CoderCode], row: CoderCode | None, right: GoldCode | None
) -> int | None:
    """Return what was paid for a code less what would have been right; None where nobody can say."""
    decision = answer.decision
    is_stay = answer.claim.visit.encounter_class == "inpatient" or not decision.lines
    if is_stay or not decision.paid_cents:
        return None
    if answer.claim.frequency == _REPLACEMENT:
        # The corrected claim carried the right codes.
        return 0
    judged = row.code if row is not None else None if right is None else right.code
    if judged is None or judged.code_system not in _SERVICES:
        # Lines are paid by their service; a diagnosis changes nothing unless the payer refused for it.
        refused_for = decision.denial and decision.denial.cause
        return None if row is not None and refused_for == row.error_kind else 0
    return _service_cents(answer, codes, row, right)


def _service_cents(
    answer: RemitClaim, codes: Sequence[CoderCode], row: CoderCode | None, right: GoldCode | None
) -> int | None:
    if row is None:
        return -_right_cents(answer, answer.claim.lines[0], LineResult(0, 0, ()), right)
    services = [each for each in codes if each.code.code_system in _SERVICES]
    place = services.index(row)
    line, result = answer.claim.lines[place], answer.decision.lines[place]
    if right is None:
        return None if result.paid_cents else 0
    return result.paid_cents - _right_cents(answer, line, result, right)


def _right_cents(answer: RemitClaim, line: Line, result: LineResult, right: GoldCode | None) -> int:
    """Return what the payer pays for the right service, with the patient's share of the line as it was."""
    entry = right.entry if right else None
    if right is None or not isinstance(entry, Procedure):
        return 0
    owed = {reason: cents for group, reason, cents in result.adjustments if group == "PR"}
    units = right.code.unit_count or 1
    as_right = replace(line, charge_cents=entry.charge_cents * units, units=units)
    payer = payers()[answer.claim.payer_id]
    return paid_line(payer, as_right, copay=owed.get("3", 0), deductible=owed.get("1", 0), cut=0).paid_cents
