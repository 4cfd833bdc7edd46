"""How a missing record counts: the rules, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

MissingRecordRule = Literal["error-in-full", "increment", "excluded", "not-reviewed"]


@dataclass(frozen=True, slots=True)
class MissingRecordCount:
    """One way to count a missing record.

    Parameters
    ----------
    of_unit
        What a unit without its record counts as.
    of_code
        What a code counts as that nothing in the record supports, because a part of it is missing.
    source
        Where the rule stands.
    """

    of_unit: str
    of_code: str
    source: str


MISSING_RECORD_RULES: Final[dict[MissingRecordRule, MissingRecordCount]] = {
    "error-in-full": MissingRecordCount(
        "an error for the full amount paid; no spare replaces it",
        "an error",
        "OIG Corporate Integrity Agreements, claims review appendix (paid claims without supporting "
        "documentation); Medicare Program Integrity Manual (Pub. 100-08), chapter 3, section 3.2.3.8 (no "
        "response to a request for documentation: the claim is denied)",
    ),
    "increment": MissingRecordCount(
        "an error for the payment increment of the HCC that the record should support; no spare replaces it",
        "an error",
        "42 CFR 422.310(e) and 422.311 (risk adjustment data validation): a risk category without a "
        "supporting record is deleted, and the payment is computed without it",
    ),
    "excluded": MissingRecordCount(
        "excluded, as if the missing records were like the others, which nothing proves",
        "excluded",
        "the audit's own choice; none of the programmes here permits it",
    ),
    "not-reviewed": MissingRecordCount(
        "not reviewed: the review is not finished before the record is found",
        "not reviewed",
        "the audit's own choice; none of the programmes here permits it",
    ),
}
