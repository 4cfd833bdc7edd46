"""Figures of scores for own codes against others: area under the curve, pairs won, recall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.evidence.corpus import Asked

_FLOATS = NDArray[np.float64]
FALSE_ALARMS = 0.05


@dataclass(frozen=True, slots=True)
class Figures:
    """Area under the curve and recall against codes of other cases; share of pairs won against siblings."""

    area: float
    pairs_won: float
    recall: float


def figures(asked: Sequence[Asked], scores: _FLOATS) -> Figures:
    """Return the figures of scores, higher for what a case more surely has; a tie is half a win."""
    kinds = np.array([each.kind for each in asked])
    own, others = scores[kinds == "own"], np.sort(scores[kinds == "of another case"])
    below = (np.searchsorted(others, own, "left") + np.searchsorted(others, own, "right")) / 2
    own_score = {
        (each.case, each.of): score for each, score in zip(asked, scores, strict=True) if each.kind == "own"
    }
    pairs = np.array(
        [
            np.sign(own_score[each.case, each.of] - score)
            for each, score in zip(asked, scores, strict=True)
            if each.kind == "sibling"
        ]
    )
    return Figures(
        area=float(below.mean() / len(others)),
        pairs_won=float((pairs.mean() + 1) / 2),
        recall=_recall(own, others, threshold(asked, scores)),
    )


def _recall(own: _FLOATS, others: _FLOATS, least: float) -> float:
    """Return the share of own codes at 5 % of others; of scores that tie at the border as many as fit."""
    over, tied = float((others > least).mean()), float((others == least).mean())
    part = (FALSE_ALARMS - over) / tied
    return float((own > least).mean() + part * (own == least).mean())


def threshold(asked: Sequence[Asked], scores: _FLOATS) -> float:
    """Return the score that 5 % of the codes of other cases pass."""
    others = scores[np.array([each.kind == "of another case" for each in asked])]
    return float(np.quantile(others, 1 - FALSE_ALARMS, method="higher"))
