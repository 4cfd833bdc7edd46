"""How sure it is that a chart names what a code describes, from 0 to 1.

A logistic regression over the features of `auditlib.evidence.naming` and their products. Its weights were
chosen on the 500 training cases of CodiEsp (CLEF eHealth 2020, CC BY 4.0); `python -m benchmarks.evidence
--fit` makes them. It says that the record names a condition, not how: what is negated is named, too.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

_FOLDER: Final = Path(__file__).parent
_FARTHEST: Final = 30.0
# On the training cases 5 % of other cases' codes reach the first, 90 % of a case's own codes the second.
NAMED: Final = 0.56
NOT_FOUND: Final = 0.17

Naming = Literal["named", "perhaps named", "not found"]
"""Whether a chart names what a code describes."""

_FLOATS = NDArray[np.float64]


def with_products(features: _FLOATS) -> _FLOATS:
    """Return features, their squares and their products two by two.

    Parameters
    ----------
    features
        One row for each code, or one such row.
    """
    first, second = np.tril_indices(features.shape[-1])
    return np.concatenate([features, features[..., first] * features[..., second]], axis=-1)


def names_of_products(names: Sequence[str]) -> list[str]:
    """Return the names of the columns of `with_products`."""
    first, second = np.tril_indices(len(names))
    return [
        *names,
        *(f"{names[i]} * {names[j]}" for i, j in zip(first.tolist(), second.tolist(), strict=True)),
    ]


@cache
def _weights(name: str) -> tuple[float, _FLOATS]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        weights = [float(row["weight"]) for row in csv.DictReader(file)]
    return weights[0], np.array(weights[1:])


def _odds(numbers: _FLOATS, name: str) -> float:
    start, weights = _weights(name)
    return float(np.clip(start + with_products(numbers) @ weights, -_FARTHEST, _FARTHEST))


def log_odds(features: _FLOATS) -> float:
    """Return the logarithm of the odds that a chart names a code, of its features."""
    return _odds(features, "confidence_weights.csv")


def log_odds_with(odds: float, learnt: Sequence[float]) -> float:
    """Return log odds corrected by what was learnt of one's own coded charts.

    Parameters
    ----------
    odds
        As `log_odds` returns them.
    learnt
        The features of `auditlib.evidence.learnt.Associations`.
    """
    return _odds(np.array([odds, *learnt]), "learnt_weights.csv")


def probability(odds: float) -> float:
    """Return the probability of log odds.

    Examples
    --------
    >>> probability(0.0)
    0.5
    """
    return float(1 / (1 + np.exp(-odds)))


def naming_of(confidence: float) -> Naming:
    """Return in words what a confidence says."""
    if confidence >= NAMED:
        return "named"
    return "perhaps named" if confidence >= NOT_FOUND else "not found"
