"""What each measure of a report is: its definition in a sentence or two, and where more is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Definition:
    """A measure in words.

    Parameters
    ----------
    measure
        Name, as in the column ``measure`` of its frame.
    text
        Numerator, denominator and what is left out.
    page
        Its page in ``docs/measures``, without the ending.
    """

    measure: str
    text: str
    page: str


_DEFINITIONS: Final = (
    Definition(
        "code over code",
        "Codes on which the reviewer agrees, over all codes that the reviewer holds right: agreed, changed, "
        "added, and those without a record where the rule counts them. Charts reviewed to the end.",
        "code_over_code",
    ),
    Definition(
        "precision",
        "Codes on which the reviewer agrees, over all codes that the coder gave: agreed, changed, deleted, "
        "and those without a record where the rule counts them.",
        "code_over_code",
    ),
    Definition(
        "Jaccard",
        "Codes on which the reviewer agrees, over all codes in either list; a changed code is in both lists "
        "and counts twice.",
        "code_over_code",
    ),
    Definition(
        "record over record",
        "Charts without any error, over charts reviewed to the end. One wrong code makes a chart wrong.",
        "record_over_record",
    ),
    Definition(
        "share of errors",
        "Errors of one kind or cause, over all errors of the charts that count.",
        "share_of_errors",
    ),
    Definition(
        "initial denial rate",
        "Original claims to the primary payer whose first answer denies them in full, over such claims that "
        "have an answer, each claim once.",
        "initial_denial_rate",
    ),
    Definition(
        "partial denial rate",
        "Original claims to the primary payer whose first answer denies them in part, over such claims that "
        "have an answer.",
        "initial_denial_rate",
    ),
    Definition(
        "initial denial rate, partial included",
        "Original claims to the primary payer whose first answer denies them in full or in part, over such "
        "claims that have an answer.",
        "initial_denial_rate",
    ),
    Definition(
        "overturned denials",
        "Claims denied at first, in full or in part, whose latest answer is paid without any denied line, "
        "over claims denied at first.",
        "overturned_denials",
    ),
    Definition(
        "denials caught by checks",
        "Denials on whose claim a check that explains the reason has a finding, over all denials of the "
        "reason.",
        "denials_caught",
    ),
    Definition(
        "codes right",
        "Codes on which the reviewer agrees, over all codes that the reviewer holds right (code over code), "
        "each "
        "chart once.",
        "accuracy_over_time",
    ),
    Definition(
        "charts paid rightly",
        "Charts without an error, or with errors that change no payment, over charts reviewed to the end. A "
        "chart "
        "with an error without dollars is not known to be paid rightly: the upper limit counts it as if it "
        "were.",
        "accuracy_over_time",
    ),
    Definition("unmatched payments", "Payments without a loaded claim, over claim payments.", "totals"),
)
DEFINITIONS: Final = {definition.measure: definition for definition in _DEFINITIONS}
"""Definitions by the name of their measure."""

_OTHER_NAMES: Final = {"charts without error": "record over record"}


def definition_of(name: str) -> Definition | None:
    """Return the definition of a measure by its name or a usual other name, in any case; None if it has none.

    Examples
    --------
    >>> definition_of("Charts without error").measure
    'record over record'
    """
    wanted = _OTHER_NAMES.get(name.lower(), name.lower())
    return next((one for measure, one in DEFINITIONS.items() if measure.lower() == wanted), None)
