"""What columns and measures are called in tables for people."""

from __future__ import annotations

_LABELS = {
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
    "after": "Audited",
    "before": "Billed",
    "completed_at": "Reviewed at",
    "draw_number": "Draw",
    "chart_count": "Charts",
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
    "payer_name": "Name",
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
