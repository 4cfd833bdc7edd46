"""Chances from history: against a library, on published figures, and honest about what comes later."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import expit
from statsmodels.discrete.discrete_model import Logit

from auditlib.errors import UsageError
from auditlib.stats.prediction.reliability import brier_score, reliability_bands
from auditlib.stats.prediction.ridge_logistic import fit_ridge_logistic, learn_chance


def test_without_much_penalty_the_model_is_the_librarys() -> None:
    generator = np.random.default_rng(3)
    yes = generator.integers(0, 2, 400)
    outcomes = (generator.random(400) < expit(-0.5 + 1.2 * yes)).astype(int)
    library = Logit(outcomes, np.column_stack([np.ones(400), yes])).fit(disp=0)
    model = fit_ridge_logistic([["yes" if one else "no"] for one in yes], outcomes.tolist(), penalty=1e-6)
    assert model.chances([["no"], ["yes"]]) == pytest.approx(
        [float(expit(library.params[0])), float(expit(library.params.sum()))], abs=1e-6
    )


@pytest.mark.parametrize("penalty", [0.1, 3, 30])
def test_no_other_coefficients_are_likelier(penalty: float) -> None:
    # Common and rare values, and one feature that joins the two others, as payer with reason does.
    generator = np.random.default_rng(11)
    parts = [generator.zipf(1.6, 3_000) % 40, generator.zipf(1.3, 3_000) % 200]
    records = [[str(one), str(other), f"{one} {other}"] for one, other in zip(*parts, strict=True)]
    outcomes = (generator.random(3_000) < expit(0.1 * parts[0] - 0.01 * parts[1])).astype(int)
    weights = generator.uniform(0.01, 1, 3_000)
    model = fit_ridge_logistic(records, outcomes.tolist(), penalty=penalty, weights=weights.tolist())
    slopes = weights * (np.asarray(model.chances(records)) - outcomes)
    assert slopes.sum() == pytest.approx(0, abs=1e-4)
    for position in range(3):
        values = np.asarray([record[position] for record in records])
        for value in np.unique(values):
            pulled = penalty * model.coefficients[position, str(value)]
            assert slopes[values == value].sum() + pulled == pytest.approx(0, abs=1e-4)


def test_the_penalty_draws_rare_values_to_the_rest() -> None:
    records = [["common"]] * 100 + [["rare"]]
    outcomes = [1, 0] * 50 + [1]
    (rare,) = fit_ridge_logistic(records, outcomes, penalty=3).chances([["rare"]])
    assert 0.5 < rare < 0.65
    (unseen,) = fit_ridge_logistic(records, outcomes, penalty=3).chances([["never seen"]])
    assert 0.5 < unseen < rare


def test_weights_are_copies() -> None:
    twice = fit_ridge_logistic([["a"], ["a"], ["b"]], [1, 1, 0], penalty=1)
    weighed = fit_ridge_logistic([["a"], ["b"]], [1, 0], penalty=1, weights=[2, 1])
    assert twice.chances([["a"]]) == pytest.approx(weighed.chances([["a"]]), abs=1e-5)


def test_held_out_cases_are_predicted_from_earlier_ones_only() -> None:
    # The event never happens until the last block, so that nothing can foresee it.
    times = [year for year in (1.0, 2.0, 3.0, 4.0, 5.0) for _ in range(20)]
    outcomes = [0] * 80 + [1] * 20
    learned = learn_chance([["same"]] * 100, outcomes, times)
    # The first block holds the first two years: the others are held out.
    assert learned.outcomes == (0,) * 40 + (1,) * 20
    assert max(learned.base_chances) == 0
    assert max(learned.chances) < 0.05
    assert learned.model.case_count == 100


def test_recent_cases_count_more_where_the_share_drifts() -> None:
    generator = np.random.default_rng(8)
    times = np.repeat(np.arange(10.0), 150)
    outcomes = (generator.random(times.size) < 0.1 + 0.08 * times).astype(int)
    learned = learn_chance([["same"]] * times.size, outcomes.tolist(), times.tolist())
    assert learned.half_life < math.inf
    assert learned.model.chances([["same"]])[0] > outcomes.mean()


def test_brier_score_and_bands_by_hand() -> None:
    assert brier_score([0.9, 0.1, 0.8, 0.3], [1, 0, 0, 1]) == pytest.approx((0.01 + 0.01 + 0.64 + 0.49) / 4)
    bands = reliability_bands([0.1] * 10 + [0.6] * 10, [1] + [0] * 9 + [1] * 6 + [0] * 4, band_count=2)
    assert [(band.mean_chance, band.case_count, band.event_count) for band in bands] == [
        (pytest.approx(0.1), 10, 1),
        (pytest.approx(0.6), 10, 6),
    ]
    assert bands[0].lower < 0.1 < bands[0].upper


def test_nothing_later_and_uneven_records_are_refused() -> None:
    with pytest.raises(UsageError, match="of one time"):
        learn_chance([["a"], ["b"]], [0, 1], [1.0, 1.0])
    with pytest.raises(UsageError, match="same features"):
        fit_ridge_logistic([["a"], ["a", "b"]], [0, 1], penalty=1)
    with pytest.raises(UsageError, match="0 or 1"):
        brier_score([0.5], [2])
