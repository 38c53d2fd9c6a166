"""Two heads for rows with several true labels, against scikit-learn, numerical minimisation and simulation."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from ensemble import InputError
from ensemble.probability import several_labels as toy

PHOTOS = 200


@pytest.fixture(scope="module")
def counts():
    return toy.draw_labels(PHOTOS, np.random.default_rng(0))


def rows_of(counts):
    """One row for each photo and label: the hour as an indicator, the label, and whether it is true."""
    hours = np.eye(len(toy.HOURS))
    hour, label = np.indices(counts.shape)
    return hours, hour.ravel(), label.ravel(), counts.ravel()


def test_the_labels_come_as_often_as_their_probabilities_say():
    found = toy.draw_labels(100_000, np.random.default_rng(1)) / 100_000
    np.testing.assert_allclose(found, toy.true_marginals(), atol=0.01)


def test_true_probabilities_add_up_to_less_than_1_and_to_more():
    sums = toy.true_marginals().sum(axis=1)
    assert sums.min() < 0.5
    assert sums.max() > 2


@pytest.mark.parametrize("label", range(len(toy.LABELS)))
def test_sigmoids_are_logistic_regressions_of_each_label(counts, label):
    hours = np.eye(len(toy.HOURS))
    y = np.repeat([1, 0], len(hours))
    weights = np.concatenate([counts[:, label], PHOTOS - counts[:, label]])
    used = weights > 0
    model = LogisticRegression(C=1e8, fit_intercept=False, tol=1e-12, max_iter=10_000)
    model.fit(np.tile(hours, (2, 1))[used], y[used], sample_weight=weights[used])
    expected = toy.sigmoid_head(counts, PHOTOS)[:, label]
    np.testing.assert_allclose(model.predict_proba(hours)[:, 1], expected, atol=1e-3)


def test_the_softmax_is_multinomial_regression_of_one_row_for_each_true_label(counts):
    hours, hour, label, weights = rows_of(counts)
    used = weights > 0
    model = LogisticRegression(C=1e8, fit_intercept=False, tol=1e-12, max_iter=10_000)
    model.fit(hours[hour[used]], label[used], sample_weight=weights[used])
    np.testing.assert_allclose(model.predict_proba(hours), toy.softmax_head(counts), atol=1e-3)


def test_no_other_outputs_of_either_head_have_a_lower_loss():
    counts, rng = np.array([70, 66, 71]), np.random.default_rng(2)

    def loss_of_sigmoids(q):
        return -(counts * np.log(q) + (100 - counts) * np.log1p(-q)).sum()

    def loss_of_softmax(q):
        return -(counts * np.log(q)).sum()

    best = loss_of_sigmoids(toy.sigmoid_head([counts], 100)[0])
    assert all(best <= loss_of_sigmoids(q) for q in expit(rng.normal(size=(2000, 3))))
    best = loss_of_softmax(toy.softmax_head([counts])[0])
    assert all(best <= loss_of_softmax(q) for q in rng.dirichlet(np.ones(3), 2000))


def test_sigmoids_converge_to_the_truth_and_softmax_to_label_shares():
    truth, counts = toy.true_marginals(), toy.draw_labels(100_000, np.random.default_rng(3))
    np.testing.assert_allclose(toy.sigmoid_head(counts, 100_000), truth, atol=0.01)
    shares = toy.softmax_head(counts)
    np.testing.assert_allclose(shares, toy.softmax_head(truth), atol=0.01)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-12)
    assert toy.distance(truth, toy.sigmoid_head(counts, 100_000)) < 0.01
    assert toy.distance(truth, shares) > 0.15
    assert np.isnan(toy.softmax_head([[0, 0, 0]])).all()


def test_too_few_photos_are_refused():
    with pytest.raises(InputError, match="at least 20"):
        toy.draw_labels(19, np.random.default_rng(0))
