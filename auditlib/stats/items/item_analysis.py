"""Classical item analysis: how hard an item is, how well it tells learners apart, how reliable a test is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from auditlib.errors import UsageError
from auditlib.stats.arguments import STANDARD_NORMAL, confidence_level, finite_values, probability
from auditlib.stats.intervals.proportion import Interval, wilson_interval

FEWEST_LEARNERS: Final = 4
FEWEST_ITEMS: Final = 2
_LARGEST_CORRELATION: Final = 1 - 1e-12


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """How one item did.

    Parameters
    ----------
    difficulty
        Mean credit, from 0 (nobody) to 1 (everybody).
    difficulty_interval
        Wilson's where credit is all or nothing, else Student's for a mean, within 0 to 1.
    discrimination
        Correlation of the item's credit with the credit of all other items; None where one of the two
        does not vary.
    discrimination_interval
        By Fisher's transformation, which takes both for normal: a guide where credit is all or nothing.
    """

    difficulty: float
    difficulty_interval: Interval
    discrimination: float | None
    discrimination_interval: Interval | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha with Feldt's limits; it is KR-20 where credit is all or nothing."""

    alpha: float
    interval: Interval
    name: str


def item_statistics(earned: Sequence[Sequence[float]], *, confidence: float = 0.95) -> list[ItemStatistics]:
    """Return difficulty and discrimination of each item.

    Parameters
    ----------
    earned
        A row a learner, a column an item, each from 0 to 1.
    confidence
        Two-sided level of the limits.

    Raises
    ------
    UsageError
        If there are fewer than four learners or two items, rows differ in length, or a credit is no share.

    Notes
    -----
    The discrimination is the item-rest correlation: the item is taken out of the total, so that it does not
    correlate with itself. For credit of all or nothing it is the corrected point-biserial correlation.

    References
    ----------
    Henrysson (1963), Correction of item-total correlations in item analysis, Psychometrika 28:211.
    Crocker and Algina (1986), Introduction to Classical and Modern Test Theory, chapter 14.
    """
    table = _checked(earned)
    level = confidence_level(confidence)
    totals = table.sum(axis=1)
    return [_one_item(table[:, item], totals - table[:, item], level) for item in range(table.shape[1])]


def reliability(earned: Sequence[Sequence[float]], *, confidence: float = 0.95) -> Reliability | None:
    """Return Cronbach's alpha of a test, or None where all learners have the same total.

    Parameters
    ----------
    earned, confidence
        As for `item_statistics`.

    Raises
    ------
    UsageError
        As `item_statistics`.

    Notes
    -----
    alpha = k / (k - 1) (1 - sum of item variances / variance of totals). Limits: (1 - alpha true) over
    (1 - alpha) is distributed as F with (n - 1) and (n - 1)(k - 1) degrees of freedom, for
    items alike in variance.

    References
    ----------
    Cronbach (1951), Psychometrika 16:297; Kuder and Richardson (1937), Psychometrika 2:151 (formula 20);
    Feldt, Woodruff and Salih (1987), Applied Psychological Measurement 11:93.
    """
    table = _checked(earned)
    level = confidence_level(confidence)
    learners, items = table.shape
    total_variance = float(table.sum(axis=1).var())
    if total_variance <= 0:
        return None
    alpha = items / (items - 1) * (1 - float(table.var(axis=0).sum()) / total_variance)
    freedom = (learners - 1, (learners - 1) * (items - 1))
    tail = (1 - level) / 2
    lower = 1 - (1 - alpha) * float(stats.f.ppf(1 - tail, *freedom))
    upper = 1 - (1 - alpha) * float(stats.f.ppf(tail, *freedom))
    is_all_or_nothing = bool(np.isin(table, (0.0, 1.0)).all())
    name = "KR-20" if is_all_or_nothing else "Cronbach's alpha"
    return Reliability(alpha, Interval(lower, min(1.0, upper), level, "Feldt"), name)


def _checked(earned: Sequence[Sequence[float]]) -> np.ndarray:
    rows = [
        [probability(value, f"earned[{row}]") for value in finite_values(values, f"earned[{row}]")]
        for row, values in enumerate(earned)
    ]
    if len(rows) < FEWEST_LEARNERS:
        message = f"Item analysis needs at least {FEWEST_LEARNERS} learners, not {len(rows)}."
        raise UsageError(message)
    if any(len(row) != len(rows[0]) for row in rows):
        message = "earned must hold the same items for every learner."
        raise UsageError(message)
    if len(rows[0]) < FEWEST_ITEMS:
        message = f"Item analysis needs at least {FEWEST_ITEMS} items, not {len(rows[0])}."
        raise UsageError(message)
    return np.array(rows)


def _one_item(item: np.ndarray, rest: np.ndarray, level: float) -> ItemStatistics:
    learners = len(item)
    difficulty = float(item.mean())
    correlation = _correlation(item, rest)
    limits = None
    if correlation is not None:
        half = STANDARD_NORMAL.inv_cdf((1 + level) / 2) / math.sqrt(learners - 3)
        centre = math.atanh(max(-_LARGEST_CORRELATION, min(_LARGEST_CORRELATION, correlation)))
        limits = Interval(math.tanh(centre - half), math.tanh(centre + half), level, "Fisher z")
    return ItemStatistics(difficulty, _difficulty_interval(item, level), correlation, limits)


def _difficulty_interval(item: np.ndarray, level: float) -> Interval:
    learners = len(item)
    if np.isin(item, (0.0, 1.0)).all():
        return wilson_interval(int(item.sum()), learners, confidence=level)
    half = float(stats.t.ppf((1 + level) / 2, learners - 1) * item.std(ddof=1)) / math.sqrt(learners)
    mean = float(item.mean())
    return Interval(max(0.0, mean - half), min(1.0, mean + half), level, "Student")


def _correlation(item: np.ndarray, rest: np.ndarray) -> float | None:
    first, second = item - item.mean(), rest - rest.mean()
    spread = float(np.sqrt((first**2).sum() * (second**2).sum()))
    # Rounding leaves a trace of spread where there is none.
    if spread <= 1e-12 * len(item):
        return None
    return float((first * second).sum()) / spread
