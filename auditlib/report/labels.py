"""What columns and measures are called in tables for people."""

from __future__ import annotations

from typing import Final

import polars as pl

_KEYS_OF_WAREHOUSE: Final = (
    "remit_claim_id",
    "chain_id",
    "source_file_id",
    "source_offset",
    "claim_id",
    "finding_id",
)

_LABELS = {
    "adjustment_amount": "Amount (+ lowers the payment)",
    "reference_number": "Refers to",
    "tied_by": "Tied by",
    "why_not_tied": "Why not tied",
    "open_amount": "Open",
    "not_carried_amount": "Settled, not carried",
    "reversal_date": "Reversed",
    "reversed_accounts": "Reversed accounts",
    "adjustment_count": "Adjustments",
    "tied_count": "Tied",
    "tied_amount": "Tied dollars",
    "not_tied_count": "Not tied",
    "not_tied_amount": "Dollars not tied",
    "step_amount": "Dollars",
    "records_state": "Records",
    "records_due_date": "Records due",
    "records_sent_date": "Records sent",
    "asked_in": "Asked in",
    "asked_by": "Asked by",
    "request_date": "Requested",
    "fatal_checks": "Fatal checks",
    "needed": "What would tie it",
    "age_days": "Days old",
    "is_accepted": "Accepted",
    "later_not_checked_count": "Not checked later",
    "later_eligible_count": "Of, later",
    "new_at_stake_amount": "New at stake",
    "gone_finding_count": "Gone",
    "new_finding_count": "New",
    "later_finding_count": "Findings later",
    "is_reason_of_check": "Its reason",
    "denied_amount_per_hour": "Denied dollars an hour",
    "reviewer_hours": "Reviewer hours",
    "false_alarms_per_hit": "False alarms per hit",
    "paid_claim_count": "Paid claims",
    "explained_claim_count": "Of them, for its reason",
    "denied_claim_count": "Denied claims",
    "source": "Form",
    "result": "What it said",
    "case": "Case",
    "is_met": "Met",
    "expected": "Expected",
    "fault": "What is wrong",
    "row_number": "Row",
    "command": "What loads it",
    "missing": "What it lacks",
    "claim": "Claim",
    "acceptance_number": "No.",
    "accepted_until": "Accepted until",
    "accepted_by": "Accepted by",
    "accepted_because": "Accepted because",
    "accepted_count": "Accepted",
    "group_code": "Group",
    "reason_code": "Reason code",
    "is_denial": "A denial",
    "interchange_count": "Interchanges",
    "group_count": "Groups",
    "note_count": "Notes",
    "balance_rule": "Rule",
    "balanced_count": "Add up",
    "unbalanced_count": "Do not add up",
    "gross_difference_amount": "Without offsets",
    "spare_count": "Spares",
    "sample_count": "Sample",
    "unit_count": "Units",
    "poa_indicator": "POA",
    "action_state": "State",
    "action_result": "What came of it",
    "payment_difference_basis": "Basis of the difference",
    "visit_result": "Billed level",
    "visit_rationale": "What was ticked, and what it supports",
    "after": "Audited",
    "after_chart_count": "Charts after",
    "after_denominator_count": "Of, after",
    "after_numerator_count": "Count after",
    "after_share": "After",
    "answered_date": "Answered",
    "before_chart_count": "Charts before",
    "before_denominator_count": "Of, before",
    "before_numerator_count": "Count before",
    "before_share": "Before",
    "change": "What changes",
    "coder_evidence": "Coder's evidence",
    "corrective_action": "Action",
    "day_count": "Days",
    "decided_date": "Decided on",
    "decision_reason": "Reason",
    "done_date": "Done",
    "due_date": "Answer or done by",
    "last_appeal_date": "Last day to appeal",
    "chance": "Chance of overturn",
    "late_reason": "Taken late because",
    "own_finding_reason": "Decided by the reviewer because",
    "reaudit": "Re-audit",
    "rebuttal_state": "State",
    "query_id": "Query",
    "requirement": "Requirement",
    "requirement_state": "State",
    "stated_by": "Stated by",
    "query_state": "State",
    "open_query_chart_count": "Completed with an open query",
    "score_of": "Score of",
    "sent_date": "Sent",
    "before": "Billed",
    "completed_at": "Reviewed at",
    "draw_number": "Draw",
    "chart_count": "Charts",
    "done_count": "Charts done",
    "error_count": "Errors",
    "finding_number": "No.",
    "recorded_at": "Recorded at",
    "recorded_date": "Decided",
    "account_count": "Account numbers",
    "amount_share": "Share of dollars",
    "caught_amount": "Caught dollars",
    "charge_amount": "Charges",
    "check_version": "Version",
    "checked_count": "A check ran",
    "adjusted_p_value": "p, corrected",
    "claim_count": "Claims",
    "count_share": "Share of denials",
    "denial_category": "Class",
    "denial_reason_code": "Reason code",
    "denied_amount": "Denied dollars",
    "denied_count": "Denials",
    "detectable_difference": "Could have shown",
    "denominator_amount": "Of dollars",
    "denominator_count": "Of",
    "effective_from": "From",
    "effective_to": "To",
    "eligible_count": "Checked",
    "encounter_count": "Encounters",
    "error_kind": "Error",
    "error_severity": "Severity of the error",
    "file_count": "Files",
    "finding_count": "Findings",
    "load_status": "Status",
    "later_payer_claim_count": "To a later payer",
    "line_charge_amount": "Charges of lines",
    "line_count": "Lines",
    "link_method": "Matched by",
    "no_record_count": "Codes without a record",
    "not_checked_count": "Not checked",
    "not_checked_reason": "Why not",
    "numerator_amount": "Dollars",
    "numerator_count": "Count",
    "original_claim_count": "Originals",
    "overturned_count": "Paid in the end",
    "paid_amount": "Paid",
    "payer_id": "Payer",
    "payer_name": "Payer name",
    "payment_count": "Claim payments",
    "reason_codes": "Reason codes",
    "record_place": "Where",
    "record_status": "Record",
    "reason_label": "Reason",
    "rate_with_unpriced": "If errors not priced change nothing",
    "unpriced_error_count": "Errors not priced",
    "unpriced_chart_count": "Charts not priced",
    "net_amount": "Net dollars",
    "absolute_amount": "Absolute dollars",
    "target_state": "Target",
    "rate_with_unmapped": "Rate if unmapped reasons are denials",
    "rejected_count": "Not loaded",
    "front_end_rejected_count": "Rejected before adjudication",
    "denied_or_unmapped_count": "Denied, in part, or unpaid for unmapped reasons",
    "unknown_claim_count": "Of claims that are not loaded",
    "replacement_claim_count": "Replacements and voids",
    "row_count": "Codes",
    "transaction_count": "Transactions",
    "unit_id": "Unit",
    "sha256": "SHA-256",
    "source_offset": "At byte",
    "unmatched_paid_amount": "Unmatched dollars",
}

_COUNTS_OF = {
    "codes right": ("Right", "Reviewer's codes"),
    "charts paid rightly": ("Paid rightly", "Charts"),
    "code over code": ("Agreed", "Reviewer's codes"),
    "precision": ("Agreed", "Coder's codes"),
    "Jaccard": ("Agreed", "In either list"),
    "record over record": ("Without error", "Charts reviewed"),
    "share of errors": ("Errors", "All errors"),
    "initial denial rate": ("Denied", "Answered"),
    "partial denial rate": ("Partly denied", "Answered"),
    "initial denial rate, partial included": ("Denied or partly denied", "Answered"),
    "overturned denials": ("Paid in the end", "Denied at first"),
    "denials caught by checks": ("Caught", "Denials"),
    "unmatched payments": ("Unmatched", "Claim payments"),
}


def label_of(name: str) -> str:
    """Return the label of a column.

    Examples
    --------
    >>> label_of("claim_count"), label_of("submit_date"), label_of("coder_id")
    ('Claims', 'Submit date', 'Coder')
    """
    plain = name.removesuffix("_id").removesuffix("_amount").replace("_", " ")
    return _LABELS.get(name) or plain[:1].upper() + plain[1:]


def counts_of(measure: str) -> tuple[str, str]:
    """Return what numerator and denominator of a measure are called."""
    return _COUNTS_OF.get(measure, (label_of("numerator_count"), label_of("denominator_count")))


def named_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows as a screen shows them: labelled, without keys of the warehouse and empty columns."""
    shown = [
        name
        for name in rows.columns
        if name not in _KEYS_OF_WAREHOUSE and (rows.is_empty() or rows[name].null_count() < rows.height)
    ]
    # Two columns may have one label, as an identifier and its name.
    labels: dict[str, str] = {}
    for name in shown:
        label = label_of(name)
        labels[name] = label if label not in labels.values() else name.replace("_", " ")
    return rows.select(shown).rename(labels)
