"""The chance of an event from what is known of a case: ridge logistic regression on categories."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from auditlib.errors import UsageError
from auditlib.stats.arguments import finite, finite_values, positive, same_length, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

PENALTIES: Final = (3.0, 10.0, 30.0)
HALF_LIVES: Final = (2.0, math.inf)
"""Half-lives that are tried, in the units of the times: the weight of a case halves with each."""

BLOCKS: Final = 5
_MOST_STEPS: Final = 100
_LEAST_SHARE: Final = 1e-6
_ROUNDED: Final = 1e-12
# A trial decides between settings whose losses differ in the fifth digit: its chances are right to 0.0002.
_OF_A_TRIAL: Final = 0.01
_OF_A_MODEL: Final = 1e-5
Record = Sequence[str]


@dataclass(frozen=True, slots=True)
class RidgeLogistic:
    """A fitted model.

    Parameters
    ----------
    intercept
        Log odds of a case of which nothing is known.
    coefficients
        Log odds added by each value of each feature, by position and value; a value that was not seen adds 0.
    penalty
        Of the squares of the coefficients.
    case_count
        Cases it was learned from.
    """

    intercept: float
    coefficients: Mapping[tuple[int, str], float]
    penalty: float
    case_count: int

    def chances(self, records: Sequence[Record]) -> list[float]:
        """Return the chance of the event for each record of features."""
        found = []
        for record in records:
            odds = self.intercept + sum(
                self.coefficients.get((position, value), 0.0) for position, value in enumerate(record)
            )
            found.append(1 / (1 + math.exp(-odds)))
        return found


@dataclass(frozen=True, slots=True)
class LearnedChance:
    """A model with the setting that did best on later cases, and what it said of those before it saw them.

    Parameters
    ----------
    model
        Learned from all cases.
    half_life
        In the units of the times; infinite where old cases count like new ones.
    chances, base_chances, outcomes
        Of the cases that were held out, each predicted from earlier ones only: by the model, by the share of
        events among the earlier cases, and what happened.
    """

    model: RidgeLogistic
    half_life: float
    chances: tuple[float, ...]
    base_chances: tuple[float, ...]
    outcomes: tuple[int, ...]


def fit_ridge_logistic(
    records: Sequence[Record],
    outcomes: Sequence[int],
    *,
    penalty: float,
    weights: Sequence[float] | None = None,
) -> RidgeLogistic:
    """Return the ridge logistic regression of an event on categories.

    Parameters
    ----------
    records
        For each case the values of the same features, as text.
    outcomes
        1 where the event happened, else 0.
    penalty
        Half of it times the squares of the coefficients is taken off the log likelihood; not of the
        intercept. It is the precision of a normal prior about 0: values that are rare say little.
    weights
        Of the cases; by default 1.

    Raises
    ------
    UsageError
        If there are no cases, records differ in length, an outcome is not 0 or 1, or a weight is not
        positive.

    References
    ----------
    S. le Cessie and J. C. van Houwelingen, Applied Statistics 41 (1992), 191-201. Solved as by C.-J. Lin,
    R. C. Weng and S. S. Keerthi, Journal of Machine Learning Research 9 (2008), 627-650.
    """
    cases = _cases(records, outcomes)
    case_weights = _weights(records, weights)
    return _fitted(cases, case_weights, positive(penalty, "penalty"))


def learn_chance(
    records: Sequence[Record], outcomes: Sequence[int], times: Sequence[float], *, block_count: int = BLOCKS
) -> LearnedChance:
    """Return a model whose penalty and half-life do best on cases later than those it learned from.

    Parameters
    ----------
    records, outcomes
        As for `fit_ridge_logistic`.
    times
        When each case was decided, as numbers in years.
    block_count
        Blocks of time with about as many cases each; every block but the first is predicted from those
        before it.

    Raises
    ------
    UsageError
        As for `fit_ridge_logistic`; or if all cases are of one time, so that nothing is later.
    """
    cases = _cases(records, outcomes)
    targets = cases.targets
    same_length(records, times, ("records", "times"))
    moments = np.asarray(finite_values(times, "times"))
    whole(block_count, "block_count", minimum=2)
    edges = np.unique(np.quantile(moments, np.linspace(0, 1, block_count + 1)[1:-1], method="higher"))
    block = np.searchsorted(edges, moments, side="left")
    held_out = [number for number in np.unique(block)[1:] if (block == number).any()]
    if not held_out:
        message = "All cases are of one time, so that none is later than those to learn from."
        raise UsageError(message, hint="Give each case the day on which it was decided.")
    later = block > block.min()
    tried: list[tuple[float, float, float, NDArray[np.float64], NDArray[np.float64]]] = []
    for half_life in HALF_LIVES:
        for penalty in PENALTIES:
            said, base = np.zeros(targets.size), np.zeros(targets.size)
            for number in held_out:
                earlier, now = block < number, block == number
                weights = _aged(moments[earlier], moments[earlier].max(), half_life)
                everywhere = np.zeros(targets.size)
                everywhere[earlier] = weights
                model = _solved(cases, everywhere, penalty, _OF_A_TRIAL)
                said[now] = _expit(model[0] + cases.design @ model[1:])[cases.kinds[now]]
                base[now] = np.average(targets[earlier], weights=weights)
            loss = float(((said - targets)[later] ** 2).mean())
            tried.append((loss, penalty, half_life, said[later], base[later]))
    _, penalty, half_life, said, base = min(tried, key=lambda one: one[0])
    weights = _aged(moments, moments.max(), half_life)
    return LearnedChance(
        _fitted(cases, weights, penalty),
        half_life,
        tuple(map(float, said)),
        tuple(map(float, base)),
        tuple(map(int, targets[later])),
    )


def _aged(moments: NDArray[np.float64], last: float, half_life: float) -> NDArray[np.float64]:
    aged: NDArray[np.float64] = 0.5 ** ((last - moments) / half_life)
    return aged


@dataclass(frozen=True, slots=True)
class _Cases:
    """Cases by kind: those of the same features are one row of the design.

    The log likelihood needs of a kind only the weights of its cases and of its events.
    """

    design: csr_matrix
    places: Mapping[tuple[int, str], int]
    kinds: NDArray[np.int64]
    targets: NDArray[np.float64]


def _cases(records: Sequence[Record], outcomes: Sequence[int]) -> _Cases:
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import

    same_length(records, outcomes, ("records", "outcomes"))
    if not records:
        message = "A chance cannot be learned from no cases."
        raise UsageError(message)
    if any(isinstance(record, str) for record in records) or len(set(map(len, records))) > 1:
        message = "Each record must hold the same features."
        raise UsageError(message, hint="One text for each feature, in the same order.")
    numbers: dict[tuple[str, ...], int] = {}
    kinds = np.asarray([numbers.setdefault(tuple(record), len(numbers)) for record in records])
    if any(not isinstance(value, str) for record in numbers for value in record):
        message = "Each feature of a record must be a text."
        raise UsageError(message, hint="Name a missing one, as 'not known'.")
    targets = [whole(outcome, "an outcome", minimum=0) for outcome in outcomes]
    if max(targets) > 1:
        message = "An outcome must be 0 or 1."
        raise UsageError(message)
    places: dict[tuple[int, str], int] = {}
    columns = [
        places.setdefault((position, value), len(places))
        for record in numbers
        for position, value in enumerate(record)
    ]
    starts = np.arange(len(numbers) + 1) * len(records[0])
    shape = (len(numbers), len(places))
    design = csr_matrix((np.ones(len(columns)), columns, starts), shape=shape)
    return _Cases(design, places, kinds, np.asarray(targets, dtype=float))


def _weights(records: Sequence[Record], weights: Sequence[float] | None) -> NDArray[np.float64]:
    if weights is None:
        return np.ones(len(records))
    same_length(records, weights, ("records", "weights"))
    return np.asarray([positive(finite(weight, "a weight"), "a weight") for weight in weights])


def _solved(
    cases: _Cases, weights: NDArray[np.float64], penalty: float, precision: float
) -> NDArray[np.float64]:
    """Return intercept and coefficients, by Newton's method with conjugate gradients.

    It ends where a step is shorter, in standard errors, than the precision.
    """
    from scipy.sparse.linalg import LinearOperator, cg  # noqa: PLC0415 - slow to import

    of_cases = np.bincount(cases.kinds, weights=weights, minlength=cases.design.shape[0])
    known = np.flatnonzero(of_cases)
    of_events = np.bincount(cases.kinds, weights=weights * cases.targets, minlength=of_cases.size)[known]
    of_cases, design = of_cases[known], cases.design[known]
    transposed = design.T.tocsr()
    size = design.shape[1] + 1

    def odds_of(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        odds: NDArray[np.float64] = parameters[0] + design @ parameters[1:]
        return odds

    def pulled_back(
        of_kinds: NDArray[np.float64], shrunk: NDArray[np.float64] | float
    ) -> NDArray[np.float64]:
        return np.concatenate(([of_kinds.sum()], transposed @ of_kinds + penalty * shrunk))

    def loss(parameters: NDArray[np.float64], odds: NDArray[np.float64]) -> float:
        likelihood = of_events @ odds - of_cases @ np.logaddexp(0, odds)
        return float(penalty * (parameters[1:] @ parameters[1:]) / 2 - likelihood)

    parameters = np.zeros(size)
    # From the odds of all cases it takes a third of the steps that it takes from even ones.
    share_of_events = of_events.sum() / of_cases.sum()
    if 0 < share_of_events < 1:
        parameters[0] = math.log(share_of_events / (1 - share_of_events))
    odds = odds_of(parameters)
    least = loss(parameters, odds)
    for _ in range(_MOST_STEPS):
        chances = _expit(odds)
        slopes = pulled_back(of_cases * chances - of_events, parameters[1:])
        information = of_cases * chances * (1 - chances)
        # In standard errors, each as if alone: rare values and common ones are then alike.
        scale = 1 / np.sqrt(pulled_back(information, 1.0))
        distance = float(np.linalg.norm(slopes * scale))
        if distance < precision:
            break

        def curve(
            step: NDArray[np.float64],
            information: NDArray[np.float64] = information,
            scale: NDArray[np.float64] = scale,
        ) -> NDArray[np.float64]:
            return scale * pulled_back(information * odds_of(scale * step), scale[1:] * step[1:])

        # Far from the end a rough step does; near it, an exact one doubles the digits.
        rough = min(0.1, math.sqrt(distance))
        scaled_step, _ = cg(
            LinearOperator((size, size), matvec=curve), -slopes * scale, rtol=rough, atol=precision / 3
        )
        step = scale * scaled_step
        share, now = 1.0, loss(parameters + step, odds_of(parameters + step))
        # A step may only seem to lose what the sum is rounded by.
        most = least + _ROUNDED * abs(least)
        while now > most and share > _LEAST_SHARE:
            share /= 2
            now = loss(parameters + share * step, odds_of(parameters + share * step))
        parameters, least = parameters + share * step, now
        odds = odds_of(parameters)
    return parameters


def _fitted(cases: _Cases, weights: NDArray[np.float64], penalty: float) -> RidgeLogistic:
    solved = _solved(cases, weights, penalty, _OF_A_MODEL)
    coefficients = {value: float(solved[1 + place]) for value, place in cases.places.items()}
    return RidgeLogistic(float(solved[0]), coefficients, penalty, cases.targets.size)


def _expit(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import expit  # noqa: PLC0415 - slow to import

    chances: NDArray[np.float64] = expit(odds)
    return chances
