"""The difference of two independent shares, with limits from the limits of each."""

from __future__ import annotations

import math

from auditlib.errors import UsageError
from auditlib.stats.intervals.proportion import Interval

METHOD = "difference by the limits of both shares"


def difference_interval(
    before: float, limits_before: Interval, after: float, limits_after: Interval
) -> Interval:
    """Return the limits of ``after - before``, of two independent shares.

    Parameters
    ----------
    before, after
        The shares, 0 to 1.
    limits_before, limits_after
        Their limits, of one level: Wilson's, or those of `clustered_interval` where items come in clusters.

    Raises
    ------
    UsageError
        If a share is not from 0 to 1 or not within its limits, or if the levels of the limits differ.

    Notes
    -----
    With p1 after and p2 before, the lower limit is
    ``p1 - p2 - sqrt((p1 - l1)^2 + (u2 - p2)^2)``, the upper one mirrors it. Where the same clusters are in
    both periods the shares are positively correlated as a rule, and the limits wider than they need be.

    References
    ----------
    R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10 (with Wilson's limits); G. Y. Zou and
    A. Donner, Statistics in Medicine 27 (2008), 1693-1702 (with any limits).

    Examples
    --------
    >>> from auditlib.stats.intervals.proportion import wilson_interval
    >>> shown = difference_interval(48 / 80, wilson_interval(48, 80), 56 / 70, wilson_interval(56, 70))
    >>> round(shown.lower, 4), round(shown.upper, 4)
    (0.0524, 0.3339)
    """
    for share, limits in ((before, limits_before), (after, limits_after)):
        if not 0 <= limits.lower <= share <= limits.upper <= 1:
            message = f"A share of {share} with limits {limits.lower} to {limits.upper} is none."
            raise UsageError(message, hint="Give shares from 0 to 1, each within its limits.")
    if limits_before.confidence != limits_after.confidence:
        message = "The limits of the two shares are of different levels."
        raise UsageError(message, hint="Compute both at one level, as 0.95.")
    difference = after - before
    down = math.hypot(after - limits_after.lower, limits_before.upper - before)
    up = math.hypot(limits_after.upper - after, before - limits_before.lower)
    return Interval(max(-1.0, difference - down), min(1.0, difference + up), limits_after.confidence, METHOD)
