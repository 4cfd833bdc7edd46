"""Logistic regression with a penalty on squared weights, by Newton's method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.evidence.corpus import Asked

_FLOATS = NDArray[np.float64]
PENALTY: Final = 50.0
# Siblings count less: that most of them are not meant is easily learnt, and says little of the record.
_SIBLING_SHARE: Final = 0.6
_MOST_STEPS: Final = 25
_CLOSE: Final = 1e-4
_FOLDS: Final = 5
_TINY: Final = 1e-9


def fit(columns: _FLOATS, asked: Sequence[Asked]) -> tuple[float, _FLOATS]:
    """Return the constant and the weights, for columns as they are."""
    kinds = np.array([each.kind for each in asked])
    own = kinds == "own"
    importance = np.where(own, 1.0, own.sum() / max((kinds == "of another case").sum(), 1))
    siblings = kinds == "sibling"
    importance[siblings] = _SIBLING_SHARE * own.sum() / max(siblings.sum(), 1)
    mean, scale = columns.mean(axis=0), columns.std(axis=0) + _TINY
    design = np.column_stack([np.ones(len(columns)), (columns - mean) / scale])
    penalty = np.full(design.shape[1], PENALTY)
    penalty[0] = 0.0
    weights = np.zeros(design.shape[1])
    for _ in range(_MOST_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (importance * (chance - own)) + penalty * weights
        bend = (design.T * (importance * chance * (1 - chance))) @ design + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < _CLOSE:
            break
    plain = weights[1:] / scale
    return float(weights[0] - plain @ mean), plain


def fold_of(cases: Sequence[str]) -> dict[str, int]:
    """Return the part of each case, so that what is learnt of a case is learnt from the others."""
    return {case: at % _FOLDS for at, case in enumerate(sorted(set(cases)))}


def cross_fitted(columns: _FLOATS, asked: Sequence[Asked]) -> _FLOATS:
    """Return log odds of each row by weights that were fitted on the cases of the other parts."""
    part = fold_of([each.case for each in asked])
    parts = np.array([part[each.case] for each in asked])
    odds = np.zeros(len(asked))
    for at in range(_FOLDS):
        here = parts == at
        start, weights = fit(
            columns[~here], [each for each, is_here in zip(asked, here, strict=True) if not is_here]
        )
        odds[here] = start + columns[here] @ weights
    return odds
