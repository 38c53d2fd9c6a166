"""Proper scores beside scikit-learn."""

import math

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import brier_score_loss, log_loss

from ensemble.calibration.decomposition import decompose_log_loss
from ensemble.probability.scoring import brier_score, brier_scores, negative_log_likelihood, top_label
from ensemble.probability.vectors import log_softmax, softmax
from tests.ensemble.calibration.made_up import CLASSES, SEEDS, sample


@given(SEEDS, CLASSES)
def test_scores_agree_with_scikit_learn(seed, classes):
    logits, y = sample(seed, n=30, classes=classes)
    proba, labels = softmax(logits), list(range(classes))
    assert negative_log_likelihood(log_softmax(logits), y).mean() == pytest.approx(log_loss(y, proba, labels=labels))
    assert brier_score(proba, y) == pytest.approx(brier_score_loss(y, proba, labels=labels, scale_by_half=False))
    assert brier_scores(proba, y).mean() == brier_score(proba, y)


def test_scores_of_certain_forecasts_are_at_their_ends():
    proba = np.eye(3)[[0, 1]]
    np.testing.assert_array_equal(brier_scores(proba, [0, 0]), [0, 2])
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(negative_log_likelihood(np.log(proba), [0, 0]), [0, np.inf])
    assert negative_log_likelihood(log_softmax([[0.0, 1e4]], 0.01), [0])[0] == pytest.approx(1e6)


def test_single_precision_probabilities_that_exceed_one_by_rounding_are_taken():
    proba = np.array([[1.0000001, 0.0], [0.5, 0.5]], dtype=np.float32)
    assert brier_score(proba, [0, 1]) == pytest.approx(0.25)
    assert top_label(proba, [0, 0])[0].max() == 1
    assert decompose_log_loss(proba, [0, 0], 0).score == pytest.approx(math.log(2) / 2)
