"""What the words and figures of the accuracy screen mean, as they stand at its foot."""

from __future__ import annotations

from typing import Final

from auditlib.measures.target_rates import LEAST_CHARTS

MONTHS_FOR_LIMITS: Final = 8

_TEXT: Final = f"""\
Codes right
Code over code: codes on which the reviewer agrees, over the codes that the reviewer holds right.
A code without a record that supports it is not right.

Charts paid rightly
Charts of which no error changed the payment, over all charts. A chart with an error that is not
priced is not known to be paid rightly: the interval reaches from the one case to the other.

Interval
95 %, Wilson, with the charts as the independent units: the codes of a chart are right or wrong
together.

Target
Met: the lower limit of the interval reaches it. Not met: the upper limit does not. Cannot be told:
the interval holds it. Too few: under {LEAST_CHARTS} charts.

Control chart
A p chart: limits at three standard deviations, from {MONTHS_FOR_LIMITS} complete months on, that
vary with the number of codes and allow for the codes of a chart being right or wrong together. A
diamond is a month outside its limits. Where a change is shown, centre and limits are those of the
months before it. A dashed line leads to a month that is not over yet.

Differs from the rest, or changed
Changed: the largest difference between a coder's charts before and since any month is more than
chance explains. Differs: a test of each coder against all others together. Both take charts as
independent and are corrected for the number of coders (Holm). Coders with other kinds of charts
may differ for that reason.

Error that stands out
A kind of error that the coder makes more often, by judged codes, than all others together, by the
same test, corrected for the number of coders and kinds.

Dollars
What was paid less what would have been right, of the reviewed charts, not extrapolated. Net is
overpaid less underpaid, absolute is both together. An error that nobody priced has no dollars and
is counted.

Overruled, and disputes upheld
Of the codes that an adjudicator decided, those decided otherwise than this reviewer judged. Of the
disputes of this reviewer's findings that were decided, those in which the coder was right.

AC1 and kappa
Agreement of two reviewers beyond chance (Gwet; Cohen). Where nearly all codes are right, kappa
falls although reviewers agree; read AC1.
"""


def definitions() -> list[tuple[str, str]]:
    """Return each term with its meaning."""
    terms = (part.strip().split("\n") for part in _TEXT.split("\n\n"))
    return [(term, " ".join(lines)) for term, *lines in terms]
