"""The fit with a normal prior, beside scikit-learn and scipy."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize, special
from sklearn.linear_model import LogisticRegression

from ensemble import InputError, load_dataset
from ensemble.datasets.builtin import load_table
from ensemble.datasets.splits import split
from ensemble.interpretation.logistic_regression import PRIOR_WIDTHS, Regression, coefficient_path, fit_map, scikit_learn_c

SETS = ("wine", "moons", "circles", "blobs")


def slope_of_log_posterior(data, coefficients, intercepts, width):
    x = data.x_train.astype(float)
    p = special.softmax(x @ coefficients + intercepts, axis=1)
    surprise = np.eye(data.classes)[data.y_train] - p
    return x.T @ surprise - coefficients / width**2, surprise.sum(axis=0)


def minus_log_posterior(data, parameters, width):
    table = parameters.reshape(data.features + 1, data.classes)
    log_p = special.log_softmax(data.x_train.astype(float) @ table[1:] + table[0], axis=1)
    likelihood = log_p[np.arange(len(log_p)), data.y_train].sum()
    slopes = slope_of_log_posterior(data, table[1:], table[0], width)
    return (table[1:] ** 2).sum() / (2 * width**2) - likelihood, -np.vstack([slopes[1], slopes[0]]).ravel()


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("width", [0.01, 1, 1000])
def test_the_log_posterior_is_level_at_the_fit(name, width):
    data = load_dataset(name)
    fit = fit_map(data, width)
    for slope in slope_of_log_posterior(data, fit.coefficients, fit.intercepts, width):
        np.testing.assert_allclose(slope, 0, atol=1e-6)


@pytest.mark.parametrize("name", ["wine", "moons"])
@pytest.mark.parametrize("width", [0.1, 1, 10])
def test_the_fit_is_the_minimum_that_scipy_finds_of_the_stated_posterior(name, width):
    data = load_dataset(name)
    start = np.zeros((data.features + 1) * data.classes)
    found = optimize.minimize(
        lambda parameters: minus_log_posterior(data, parameters, width), start, jac=True, method="BFGS", options={"gtol": 1e-7}
    )
    fit, table = fit_map(data, width), found.x.reshape(data.features + 1, data.classes)
    np.testing.assert_allclose(fit.coefficients, table[1:], atol=1e-5)
    np.testing.assert_allclose(fit.intercepts, table[0] - table[0].mean(), atol=1e-5)


def test_the_square_of_the_width_is_c_in_scikit_learns_words(wine):
    peer = LogisticRegression(C=0.5**2, solver="lbfgs", tol=1e-9, max_iter=10_000).fit(wine.x_train.astype(float), wine.y_train)
    np.testing.assert_allclose(fit_map(wine, 0.5).predict_proba(wine.x_test), peer.predict_proba(wine.x_test), atol=1e-6)


def test_for_two_classes_c_is_twice_the_square():
    data = load_dataset("moons")
    peer = LogisticRegression(C=2 * 0.5**2, tol=1e-9, max_iter=10_000).fit(data.x_train.astype(float), data.y_train)
    np.testing.assert_allclose(fit_map(data, 0.5).predict_proba(data.x_test), peer.predict_proba(data.x_test), atol=1e-6)


@pytest.mark.parametrize("name", SETS)
def test_coefficients_and_intercepts_sum_to_zero_over_classes(name):
    data = load_dataset(name)
    fit = fit_map(data, 3)
    assert fit.coefficients.shape == (data.features, data.classes)
    np.testing.assert_allclose(fit.coefficients.sum(axis=1), 0, atol=1e-9)
    assert fit.intercepts.sum() == pytest.approx(0, abs=1e-9)


def test_a_narrow_prior_gives_base_rates_and_a_wide_one_the_labels(wine):
    shares = np.bincount(wine.y_train) / len(wine.y_train)
    np.testing.assert_allclose(fit_map(wine, PRIOR_WIDTHS[0]).predict_proba(wine.x_train), np.tile(shares, (142, 1)), atol=2e-3)
    wide = fit_map(wine, PRIOR_WIDTHS[1]).predict_proba(wine.x_train)
    assert wide[np.arange(142), wine.y_train].min() > 0.999


def test_a_constant_feature_gets_no_coefficient(wine):
    constant = replace(wine, x_train=wine.x_train * (np.arange(13) > 0))
    np.testing.assert_allclose(fit_map(constant, 10).coefficients[0], 0, atol=1e-9)


def test_one_feature_is_enough():
    data = split(load_table("wine").only(["proline"]))
    assert fit_map(data, 1).coefficients.shape == (1, 3)


def test_probabilities_are_the_softmax_of_scores_that_can_be_worked_out_by_hand():
    fit = Regression(1.0, np.array([[1.0, -1.0]]), np.array([0.5, -0.5]))
    np.testing.assert_allclose(fit.logits([[2.0]]), [[2.5, -2.5]])
    assert fit.predict_proba([[2.0]])[0, 0] == pytest.approx(special.expit(5.0))


@pytest.mark.parametrize("rows", [[1.0], [[1.0, 2.0]], [[np.nan]], np.zeros((0, 1))])
def test_rows_of_another_shape_are_refused(rows):
    with pytest.raises(InputError, match="Rows"):
        Regression(1.0, np.zeros((1, 2)), np.zeros(2)).logits(rows)


@pytest.mark.parametrize("width", [0, 0.009, 1001, -1, np.nan, np.inf])
def test_a_width_out_of_range_is_refused(wine, width):
    with pytest.raises(InputError, match=r"0\.01 to 1000"):
        fit_map(wine, width)


def test_a_class_without_training_rows_is_refused_by_name(wine):
    kept = wine.y_train != 1
    with pytest.raises(InputError, match="Cultivar 1"):
        fit_map(replace(wine, x_train=wine.x_train[kept], y_train=wine.y_train[kept]), 1)


def test_a_path_holds_the_fits_one_by_one(wine):
    path = coefficient_path(wine, [0.01, 1, 1000])
    for width, coefficients, train, test in zip(*path, strict=True):
        fit = fit_map(wine, width)
        np.testing.assert_allclose(coefficients, fit.coefficients, rtol=1e-4, atol=1e-7)
        for nll, x, y in ((train, wine.x_train, wine.y_train), (test, wine.x_test, wine.y_test)):
            assert nll == pytest.approx(-np.log(fit.predict_proba(x)[np.arange(len(y)), y]).mean(), rel=1e-4)


@pytest.mark.parametrize("name", SETS)
def test_as_the_prior_widens_coefficients_grow_and_the_training_rows_fit_better(name):
    path = coefficient_path(load_dataset(name), np.geomspace(*PRIOR_WIDTHS, 25))
    assert (np.diff(np.linalg.norm(path.coefficients, axis=(1, 2))) > 0).all()
    assert (np.diff(path.train_nll) < 0).all()


@pytest.mark.parametrize("widths", [[], [[1.0]], [1.0, 2000.0]])
def test_a_path_without_widths_in_range_is_refused(wine, widths):
    with pytest.raises(InputError, match="width of the prior"):
        coefficient_path(wine, widths)


@pytest.mark.parametrize("width", [0.1, 1.0])
def test_the_shown_c_is_scikit_learns_for_any_number_of_classes(width):
    for name in ("moons", "wine"):
        data = load_dataset(name)
        peer = LogisticRegression(C=scikit_learn_c(width, data.classes), tol=1e-10, max_iter=10_000)
        peer.fit(data.x_train.astype(float), data.y_train)
        np.testing.assert_allclose(fit_map(data, width).predict_proba(data.x_test), peer.predict_proba(data.x_test), atol=1e-5)


def test_log_odds_are_differences_of_coefficients():
    data = load_dataset("moons")
    fit = fit_map(data, 1.0)
    at, beside = fit.predict_proba([[0.0, 0.0], [1.0, 0.0]])
    apart = np.log(beside[1] / beside[0]) - np.log(at[1] / at[0])
    assert apart == pytest.approx(fit.coefficients[0, 1] - fit.coefficients[0, 0])
    assert apart == pytest.approx(2 * fit.coefficients[0, 1])
