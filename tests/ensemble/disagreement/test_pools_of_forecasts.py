"""Models that were trained elsewhere, pooled: beside loops, out of sample, and where a probability is 0."""

import numpy as np
import pytest

from ensemble import InputError
from ensemble.disagreement import pooling
from ensemble.disagreement.pooling import FOLDS, MIN_ROWS_FOR_A_WEIGHT, WAYS, fit_weights, pools_of_forecasts
from ensemble.disagreement.scoreboards import MODELS_ALONE, score_pools_of_forecasts
from ensemble.probability.vectors import linear_pool, log_pool, log_softmax, softmax

LINEAR, LOG, _, LEARNED = WAYS


def models_and_truth(rows=200, models=3, classes=4, seed=0):
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (models, rows, classes))
    p = softmax(logits.mean(axis=0))
    y = (rng.random((rows, 1)) > p.cumsum(axis=1)).sum(axis=1).clip(max=classes - 1)
    return log_softmax(logits), y


def test_both_fixed_pools_are_those_of_the_members():
    log_proba, y = models_and_truth()
    pooled = pools_of_forecasts(log_proba, y, np.random.default_rng(0))
    np.testing.assert_allclose(np.exp(pooled.log_proba[LINEAR]), linear_pool(np.exp(log_proba)), rtol=1e-12)
    np.testing.assert_allclose(np.exp(pooled.log_proba[LOG]), log_pool(np.exp(log_proba)), rtol=1e-12)
    assert pooled.ruled_out == 0


def test_no_row_is_judged_by_weights_that_were_fitted_to_it(monkeypatch):
    log_proba, y = models_and_truth()
    fitted_to = []
    monkeypatch.setattr(pooling, "fit_weights", lambda members, *rest: fitted_to.append(members) or fit_weights(members, *rest))
    pooled = pools_of_forecasts(log_proba, y, np.random.default_rng(0))
    assert len(fitted_to) == FOLDS
    seen = {tuple(row) for row in log_proba[0]}
    for members, weights in zip(fitted_to, pooled.weights, strict=True):
        others = seen - {tuple(row) for row in members[0]}
        assert len(others) == len(y) // FOLDS
        for n in (n for n, row in enumerate(log_proba[0]) if tuple(row) in others):
            expected = (weights[:, None] * np.exp(log_proba[:, n])).sum(axis=0)
            np.testing.assert_allclose(np.exp(pooled.log_proba[LEARNED][n]), expected, rtol=1e-9)
    np.testing.assert_allclose(pooled.weights.sum(axis=1), 1)


def test_few_rows_have_no_learned_weights():
    log_proba, y = models_and_truth(rows=3 * MIN_ROWS_FOR_A_WEIGHT)
    assert LEARNED in pools_of_forecasts(log_proba, y, np.random.default_rng(0)).log_proba
    fewer = pools_of_forecasts(log_proba[:, 1:], y[1:], np.random.default_rng(0))
    assert list(fewer.log_proba) == [LINEAR, LOG]
    assert fewer.weights is None


def test_a_class_that_one_model_rules_out_stays_ruled_out_in_the_log_pool_alone():
    log_proba, y = models_and_truth()
    log_proba[0, 5] = np.log([0.5, 0.5, 1e-300, 1e-300])
    log_proba[0, 5, 2:] = -np.inf
    pooled = pools_of_forecasts(log_proba, y, np.random.default_rng(0)).log_proba
    assert np.isneginf(pooled[LOG][5]).tolist() == [False, False, True, True]
    assert np.isfinite(pooled[LINEAR][5]).all()


def test_models_that_rule_out_everything_between_them_have_no_log_pool():
    log_proba, y = models_and_truth()
    log_proba[:2, 5] = -np.inf
    log_proba[0, 5, 0] = log_proba[1, 5, 1] = 0
    board, pooled = score_pools_of_forecasts(log_proba, y, np.random.default_rng(0))
    assert pooled.ruled_out == 1
    assert board.forecasts["name"].tolist() == [LINEAR, LEARNED]
    assert len(board.members[MODELS_ALONE]) == 3


def test_one_model_is_no_pool():
    log_proba, y = models_and_truth(models=1)
    with pytest.raises(InputError, match="two models"):
        pools_of_forecasts(log_proba, y, np.random.default_rng(0))
