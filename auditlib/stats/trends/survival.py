"""Time until a claim is paid or denied, when some are still open: Kaplan-Meier, log-rank, Aalen-Johansen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from auditlib.errors import UsageError
from auditlib.stats.arguments import confidence_level, finite, same_length, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


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

    def limits(self, *, confidence: float = 0.95) -> tuple[tuple[float, float], ...]:
        """Return two-sided log-log limits of the share still open after each time.

        Parameters
        ----------
        confidence
            Level of each pair of limits by itself, not of the curve as a whole.

        Notes
        -----
        With S the share and e Greenwood's error, S ** exp(-+ z e / (S ln S)): limits within 0 and 1. Where
        all claims are closed there are none, and both limits are 0.

        References
        ----------
        J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data, Wiley 1980,
        section 1.3.
        """
        quantile = NormalDist().inv_cdf((1 + confidence_level(confidence)) / 2)
        found = []
        for share, error in zip(self.survival, self.standard_errors, strict=True):
            if share <= 0:
                found.append((0.0, 0.0))
                continue
            spread = math.exp(quantile * error / (share * abs(math.log(share))))
            found.append((share**spread, share ** (1 / spread)))
        return tuple(found)

    def median(self) -> float | None:
        """Return the first time at which half or more are closed; None if that is not reached."""
        return next(
            (moment for moment, share in zip(self.times, self.survival, strict=True) if share <= 0.5 + 1e-12),
            None,
        )


def _checked(
    times: Sequence[float], events: Sequence[int], counts: Sequence[int] | None, highest: int
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
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
    if counts is None:
        weights = [1] * len(moments)
    else:
        same_length(times, counts, ("times", "counts"))
        weights = [whole(count, "a count", minimum=1) for count in counts]
    return np.asarray(moments), np.asarray(marks), np.asarray(weights, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Risk:
    """Who was open just before each time of an event, and what happened then by kind (rows)."""

    times: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]


def _risk(
    moments: NDArray[np.float64], marks: NDArray[np.int64], weights: NDArray[np.int64], kind_count: int
) -> _Risk:
    times, place = np.unique(moments, return_inverse=True)
    by_kind = np.zeros((kind_count + 1, times.size), dtype=np.int64)
    np.add.at(by_kind, (marks, place), weights)
    at_risk = np.cumsum(by_kind.sum(axis=0)[::-1])[::-1]
    happened = by_kind[1:].sum(axis=0) > 0
    return _Risk(times[happened], at_risk[happened], by_kind[1:, happened])


def kaplan_meier(
    times: Sequence[float], events: Sequence[int], *, counts: Sequence[int] | None = None
) -> SurvivalCurve:
    """Return the Kaplan-Meier curve.

    Parameters
    ----------
    times
        Time from start to event, or to the day of looking for a claim that is still open.
    events
        1 if it happened, 0 if still open.
    counts
        How many claims each pair stands for; by default one.

    Raises
    ------
    UsageError
        If there are no claims, or a time is negative or missing.

    Notes
    -----
    A claim that is open at a time at which others close counts as at risk there.

    References
    ----------
    E. L. Kaplan and P. Meier, JASA 53 (1958), 457-481.
    """
    risk = _risk(*_checked(times, events, counts, 1), 1)
    closed, at_risk = risk.events[0], risk.at_risk
    survival = np.cumprod(1 - closed / at_risk)
    left = at_risk - closed
    # Greenwood's sum divides by 0 once every claim is closed: nothing is left to be uncertain about.
    terms = np.divide(closed, at_risk * left, out=np.zeros(closed.size), where=left > 0)
    errors = survival * np.sqrt(np.cumsum(terms))
    return SurvivalCurve(
        tuple(map(float, risk.times)),
        tuple(map(float, survival)),
        tuple(map(float, errors)),
        tuple(map(int, at_risk)),
        tuple(map(int, closed)),
    )


@dataclass(frozen=True, slots=True)
class LogRank:
    """Log-rank test of equal curves: chi-square and its p-value."""

    chi_square: float
    p_value: float


def log_rank(times: Sequence[float], events: Sequence[int], groups: Sequence[str]) -> LogRank:
    """Return the log-rank test that all groups (payers) have the same curve.

    References
    ----------
    N. Mantel, Cancer Chemotherapy Reports 50 (1966), 163-170; for several groups R. Peto and J. Peto,
    Journal of the Royal Statistical Society A 135 (1972), 185-207, with the hypergeometric covariance.
    """
    moments, marks, _ = _checked(times, events, None, 1)
    same_length(times, groups, ("times", "groups"))
    names = sorted(set(groups))
    if len(names) <= 1:
        message = "A comparison needs at least two groups."
        raise UsageError(message)
    if not marks.any():
        message = "No event in any group: nothing to compare."
        raise UsageError(message)
    from scipy.special import chdtrc  # noqa: PLC0415  scipy is slow to load; the curves do not need it

    happened = np.unique(moments[marks > 0])
    is_of = np.asarray(groups) == np.asarray(names)[:, None]
    still_open = moments >= happened[:, None]
    at_risk = np.array([(still_open & own).sum(axis=1) for own in is_of])
    closed = np.array([((moments == happened[:, None]) & (marks > 0) & own).sum(axis=1) for own in is_of])
    everybody, events_then = at_risk.sum(axis=0), closed.sum(axis=0)
    share = at_risk / everybody
    difference = (closed - share * events_then).sum(axis=1)[1:]
    # The last claim at risk closes with certainty: it has no variance.
    spread = events_then * (everybody - events_then) / np.maximum(everybody - 1, 1)
    covariance = np.diag((spread * share).sum(axis=1)) - (spread * share) @ share.T
    try:
        chi_square = float(difference @ np.linalg.solve(covariance[1:, 1:], difference))
    except np.linalg.LinAlgError as error:
        message = "The groups cannot be compared: one has no claim open at any event, or all closed at once."
        raise UsageError(message, hint="Leave out groups without claims that were open so long.") from error
    return LogRank(chi_square, float(chdtrc(len(names) - 1, chi_square)))


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


def aalen_johansen(
    times: Sequence[float], events: Sequence[int], *, kind_count: int, counts: Sequence[int] | None = None
) -> CumulativeIncidence:
    """Return the cumulative incidence of competing events (paid, denied).

    Parameters
    ----------
    times
        Time to the first event, or to the day of looking.
    events
        0 still open, 1 to `kind_count` the kind of event.
    kind_count
        Number of kinds; a kind that never happened has incidence 0.
    counts
        How many claims each pair stands for; by default one.

    Notes
    -----
    One minus Kaplan-Meier, with the other kinds as censored, would overstate each kind.

    References
    ----------
    O. O. Aalen and S. Johansen, Scandinavian Journal of Statistics 5 (1978), 141-150.
    """
    kinds = whole(kind_count, "kind_count", minimum=1)
    risk = _risk(*_checked(times, events, counts, kinds), kinds)
    left = np.cumprod(1 - risk.events.sum(axis=0) / risk.at_risk)
    before = np.concatenate(([1.0], left))[: left.size]
    incidence = np.cumsum(before * risk.events / risk.at_risk, axis=1)
    return CumulativeIncidence(
        tuple(map(float, risk.times)), tuple(tuple(map(float, shares)) for shares in incidence)
    )
