"""Time until a claim is paid or denied, when some are still open: Kaplan-Meier, log-rank, Aalen-Johansen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditlib.errors import UsageError
from auditlib.stats.arguments import finite, same_length, whole

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """Share still open after each time at which something happened.

    Parameters
    ----------
    times
        Ascending times of events.
    survival
        Share still open just after each time.
    standard_errors
        Greenwood's.
    at_risk_counts, event_counts
        Open just before, and events at, each time.
    """

    times: tuple[float, ...]
    survival: tuple[float, ...]
    standard_errors: tuple[float, ...]
    at_risk_counts: tuple[int, ...]
    event_counts: tuple[int, ...]

    def at(self, time: float) -> float:
        """Return the share still open after `time`."""
        share = 1.0
        for moment, value in zip(self.times, self.survival, strict=True):
            if moment > time:
                break
            share = value
        return share

    def median(self) -> float | None:
        """Return the first time at which half or more are closed; None if that is not reached."""
        return next(
            (moment for moment, share in zip(self.times, self.survival, strict=True) if share <= 0.5 + 1e-12),
            None,
        )


def _checked(times: Sequence[float], events: Sequence[int], highest: int) -> tuple[list[float], list[int]]:
    same_length(times, events, ("times", "events"))
    if not times:
        message = "A curve over no claims is undefined."
        raise UsageError(message)
    moments = [finite(time, "a time", minimum=0) for time in times]
    marks = [
        int(event) if isinstance(event, bool) else whole(event, "an event", minimum=0) for event in events
    ]
    if max(marks) > highest:
        message = f"An event mark of {max(marks)} is above {highest}; 0 marks a claim that is still open."
        raise UsageError(message)
    return moments, marks


def kaplan_meier(times: Sequence[float], events: Sequence[int]) -> SurvivalCurve:
    """Return the Kaplan-Meier curve.

    Parameters
    ----------
    times
        Time from start to event, or to the day of looking for a claim that is still open.
    events
        1 if it happened, 0 if still open.

    Raises
    ------
    UsageError
        If there are no claims, or a time is negative or missing.

    References
    ----------
    E. L. Kaplan and P. Meier, JASA 53 (1958), 457-481; by statsmodels' SurvfuncRight.
    """
    moments, marks = _checked(times, events, 1)
    if not any(marks):
        return SurvivalCurve((), (), (), (), ())
    import numpy as np  # noqa: PLC0415  with statsmodels, below
    from statsmodels.duration.survfunc import SurvfuncRight  # noqa: PLC0415  takes seconds to load

    # Greenwood's sum divides by 0 once every claim is closed; `_errors` settles that case.
    with np.errstate(all="ignore"):
        curve = SurvfuncRight(np.asarray(moments), np.asarray(marks))
    return SurvivalCurve(
        tuple(float(time) for time in curve.surv_times),
        tuple(float(share) for share in curve.surv_prob),
        _errors(curve.surv_prob, curve.surv_prob_se),
        tuple(int(count) for count in curve.n_risk),
        tuple(int(count) for count in curve.n_events),
    )


def _errors(shares: Sequence[float], errors: Sequence[float]) -> tuple[float, ...]:
    return tuple(0.0 if share == 0 else float(error) for share, error in zip(shares, errors, strict=True))


@dataclass(frozen=True, slots=True)
class LogRank:
    """Log-rank test of equal curves: chi-square and its p-value."""

    chi_square: float
    p_value: float


def log_rank(times: Sequence[float], events: Sequence[int], groups: Sequence[str]) -> LogRank:
    """Return the log-rank test that all groups (payers) have the same curve.

    References
    ----------
    N. Mantel, Cancer Chemotherapy Reports 50 (1966), 163-170; by statsmodels' survdiff.
    """
    moments, marks = _checked(times, events, 1)
    same_length(times, groups, ("times", "groups"))
    if len(set(groups)) <= 1:
        message = "A comparison needs at least two groups."
        raise UsageError(message)
    if not any(marks):
        message = "No event in any group: nothing to compare."
        raise UsageError(message)
    import numpy as np  # noqa: PLC0415  with statsmodels, below
    from statsmodels.duration.survfunc import survdiff  # noqa: PLC0415  takes seconds to load

    chi_square, p_value = survdiff(np.asarray(moments), np.asarray(marks), np.asarray(groups))
    return LogRank(float(chi_square), float(p_value))


@dataclass(frozen=True, slots=True)
class CumulativeIncidence:
    """Share closed by each kind of event up to each time.

    Parameters
    ----------
    times
        Ascending times of events.
    incidence
        For event kinds 1, 2, ...: the share closed that way.
    """

    times: tuple[float, ...]
    incidence: tuple[tuple[float, ...], ...]


def aalen_johansen(times: Sequence[float], events: Sequence[int], *, kind_count: int) -> CumulativeIncidence:
    """Return the cumulative incidence of competing events (paid, denied).

    Parameters
    ----------
    times
        Time to the first event, or to the day of looking.
    events
        0 still open, 1 to `kind_count` the kind of event.
    kind_count
        Number of kinds; a kind that never happened has incidence 0.

    Notes
    -----
    One minus Kaplan-Meier, with the other kinds as censored, would overstate each kind.

    References
    ----------
    O. O. Aalen and S. Johansen, Scandinavian Journal of Statistics 5 (1978), 141-150; by statsmodels'
    CumIncidenceRight.
    """
    kinds = whole(kind_count, "kind_count", minimum=1)
    moments, marks = _checked(times, events, kinds)
    if not any(marks):
        return CumulativeIncidence((), ((),) * kinds)
    import numpy as np  # noqa: PLC0415  with statsmodels, below
    from statsmodels.duration.survfunc import CumIncidenceRight  # noqa: PLC0415  takes seconds to load

    # The library wants kinds without gaps; they are put back after.
    present = sorted({mark for mark in marks if mark})
    number = {0: 0} | {mark: position for position, mark in enumerate(present, start=1)}
    # Its standard errors, not used here, divide by 0 once every claim is closed.
    with np.errstate(all="ignore"):
        result = CumIncidenceRight(np.asarray(moments), np.asarray([number[mark] for mark in marks]))
    closing = {moment for moment, mark in zip(moments, marks, strict=True) if mark}
    kept = [position for position, time in enumerate(result.times) if float(time) in closing]
    by_kind = {
        mark: tuple(float(result.cinc[number[mark] - 1][position]) for position in kept) for mark in present
    }
    event_times = tuple(float(result.times[position]) for position in kept)
    nothing = (0.0,) * len(event_times)
    return CumulativeIncidence(event_times, tuple(by_kind.get(kind, nothing) for kind in range(1, kinds + 1)))
