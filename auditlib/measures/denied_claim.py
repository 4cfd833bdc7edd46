"""One claim behind a denial: what the payer did with its lines, why, and what our checks say."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from auditlib.errors import UsageError
from auditlib.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class DeniedClaim:
    """One original claim with all that was answered to it.

    Parameters
    ----------
    claim_id
        The original claim.
    patient_control_number, encounter_id
        The provider's number; the encounter whose chart it is of, or None.
    outcome
        The one row of ``mart.claim_outcome``.
    answers
        Every answer of the primary payer as a whole, in order: all that an answer without lines says.
    lines
        Lines of every answer of the primary payer, in order: billed and paid code, dollars, is_denied.
    adjustments
        Their adjustments, with label and class (denial, unmapped, contractual, other).
    remarks
        Their remark codes.
    history
        What was sent, rejected and paid, in order, with file and byte.
    findings
        Findings of our checks on the claim and those that followed it.
    """

    claim_id: int
    patient_control_number: str
    encounter_id: str | None
    outcome: pl.DataFrame
    answers: pl.DataFrame
    lines: pl.DataFrame
    adjustments: pl.DataFrame
    remarks: pl.DataFrame
    history: pl.DataFrame
    findings: pl.DataFrame


def denied_claim(warehouse: Warehouse, claim_id: int) -> DeniedClaim:
    """Return one original claim with its lines, adjustments, remarks, history and findings.

    Raises
    ------
    UsageError
        If there is no original claim to a primary payer with that id.
    """
    asked = {"claim_id": claim_id}
    outcome = warehouse.query("queries/denials/claim_outcome_of", asked)
    if outcome.is_empty():
        message = f"There is no original claim {claim_id} to a primary payer."
        raise UsageError(
            message, hint="Claim ids are in the claims behind a bar: wb.denials.claims(...).frame."
        )
    number = str(outcome["patient_control_number"].item())
    history = warehouse.query("queries/claims/claim_history", {"number": number})
    return DeniedClaim(
        claim_id=claim_id,
        patient_control_number=number,
        encounter_id=outcome["encounter_id"].item(),
        outcome=outcome,
        answers=warehouse.query("queries/denials/claim_answer", asked),
        lines=warehouse.query("queries/denials/claim_answer_line", asked),
        adjustments=warehouse.query("queries/denials/claim_answer_adjustment", asked),
        remarks=warehouse.query("queries/denials/claim_answer_remark", asked),
        # Other claims of the same account are not this one's history.
        history=history.filter(pl.col("chain_id") == claim_id),
        findings=warehouse.query("queries/denials/claim_finding", asked),
    )
