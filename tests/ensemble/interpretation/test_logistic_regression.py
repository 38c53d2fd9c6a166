"""Logistic regression against other solvers, hand-computed information, constructed separation and simulated truth."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize, special, stats
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from statsmodels.discrete.discrete_model import MNLogit
from statsmodels.stats.multitest import multipletests

from ensemble import InputError, load_dataset
from ensemble.datasets.builtin import load_table
from ensemble.datasets.splits import split
from ensemble.interpretation.logistic_regression import (
    INTERCEPT,
    PRIOR_WIDTHS,
    Regression,
    coefficient_path,
    fit_map,
    scikit_learn_c,
)
from ensemble.interpretation.separation import separation
from ensemble.interpretation.significance import significance
from ensemble.interpretation.small_p_values import count_small_p_values
from testing.fuzz import examples

FEW = ("alcohol", "malic_acid", "magnesium")
SETS = ("wine", "moons", "circles", "blobs")


@pytest.fixture(scope="module")
def overlapping():
    return split(load_table("wine").only(FEW))


def table_of(data, **options):
    return significance(data.x_train, data.y_train, data.feature_names, data.class_names, **options)


def scaled_to_one(x):
    return (x - x.min(axis=0)) / np.ptp(x, axis=0)


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


def test_a_narrow_prior_leaves_the_shares_of_the_classes_and_a_wide_one_the_labels(wine):
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


@pytest.mark.parametrize(
    ("x", "y", "found"),
    [
        ([0, 1, 2, 3], [0, 0, 1, 1], "complete"),
        ([0, 1, 1 + 1e-6, 3], [0, 0, 1, 1], "complete"),
        ([0, 1, 1, 2], [0, 0, 1, 1], "quasi-complete"),
        ([0, 1, 1 - 1e-6, 3], [0, 0, 1, 1], "none"),
        ([0, 1, 2, 3], [0, 1, 0, 1], "none"),
        ([1, 1, 1, 1], [0, 1, 0, 1], "none"),
        ([0, 1, 2, 3, 4, 5], [0, 0, 1, 1, 2, 2], "complete"),
        ([0, 1, 1, 2, 2, 3], [0, 0, 1, 1, 2, 2], "quasi-complete"),
        ([0, 1, 2, 3, 2, 3], [0, 0, 1, 1, 2, 2], "quasi-complete"),
        ([0, 3, 1, 4, 2, 5], [0, 0, 1, 1, 2, 2], "none"),
    ],
)
def test_separation_on_the_line_is_what_the_eye_sees(x, y, found):
    assert separation(np.array(x)[:, None], y) == found


def test_three_classes_around_a_point_are_told_apart_in_the_plane_though_not_on_a_line():
    angles = np.repeat([0.0, 2.1, 4.2], 5) + np.tile(np.linspace(-0.3, 0.3, 5), 3)
    circle, y = np.column_stack([np.cos(angles), np.sin(angles)]), np.repeat([0, 1, 2], 5)
    assert separation(circle, y) == "complete"
    assert separation(circle[:, :1], y) != "complete"


def test_iris_is_separated_for_setosa_alone():
    bunch = load_iris()
    assert separation(bunch.data, bunch.target) == "quasi-complete"
    others = bunch.target > 0
    assert separation(bunch.data, others.astype(int)) == "complete"
    assert separation(bunch.data[others], bunch.target[others]) == "none"


def test_wine_is_separated_by_all_its_features_and_not_by_a_few(wine, overlapping):
    table = load_table("wine")
    assert separation(table.x, table.y) == separation(wine.x_train, wine.y_train) == "complete"
    assert separation(table.only(FEW).x, table.y) == "none"
    assert separation(overlapping.x_train, overlapping.y_train) == "none"


@pytest.mark.parametrize(("name", "found"), [("moons", "none"), ("circles", "none"), ("blobs", "quasi-complete")])
def test_points_of_the_plane_are_separated_or_not(name, found):
    table, data = load_table(name), load_dataset(name)
    assert separation(table.x, table.y) == separation(data.x_train, data.y_train) == found


@given(st.integers(0, 2**32), st.integers(2, 4), st.integers(1, 3), st.integers(4, 25))
@examples(60)
def test_separation_knows_no_units_order_or_names_and_no_feature_told_twice(seed, classes, features, n):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 6, size=(n, features)).astype(float), rng.integers(0, classes, size=n)
    y[:2] = [0, 1]
    found = separation(x, y)
    order, names = rng.permutation(n), rng.permutation(classes)
    units = x * rng.choice([-1, 1], features) * 10 ** rng.uniform(-3, 3, features) + rng.uniform(-5, 5, features)
    assert separation(units[order], names[y[order]]) == found
    assert separation(np.column_stack([x, 3 * x[:, 0] + 1, np.ones(n)]), y) == found


@given(st.integers(0, 2**32), st.integers(2, 4))
@examples(30)
def test_classes_named_by_a_linear_rule_are_told_apart_and_one_false_name_inside_ends_it(seed, classes):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, 2))
    y = (x @ rng.normal(size=(2, classes))).argmax(axis=1)
    y = np.unique(y, return_inverse=True)[1]
    assume(y.max() > 0)
    assert separation(x, y) == "complete"
    inside = x[y == 0].mean(axis=0)
    assert separation(np.vstack([x, inside]), np.append(y, 1)) != "complete"


@given(st.integers(0, 2**32))
@examples(40)
def test_a_likelihood_has_a_maximum_exactly_where_rows_overlap(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 5, size=(14, 2)).astype(float), rng.integers(0, 3, size=14)
    y[:3] = range(3)
    data = replace(load_dataset("blobs"), x_train=(x / 4).astype(np.float32), y_train=y)
    near, far = coefficient_path(data, [500, 1000]).coefficients
    grows = np.linalg.norm(far - near) > 1e-2 * np.linalg.norm(near)
    assert grows == (separation(x, y) != "none")


def test_separation_needs_two_classes_and_rows_that_fit():
    with pytest.raises(InputError, match="one class"):
        separation([[1.0], [2.0]], [0, 0])
    for y in ([0], [0.5, 1.5], [[0], [1]]):
        with pytest.raises(InputError, match="one class number for each of the 2 rows"):
            separation([[1.0], [2.0]], y)


def test_significance_is_the_table_that_statsmodels_prints(overlapping):
    table = table_of(overlapping, level=0.9)
    x = np.column_stack([np.ones(len(overlapping.x_train)), overlapping.x_train])
    fit = MNLogit(overlapping.y_train, x).fit(disp=False)
    assert list(table["feature"]) == [INTERCEPT, *FEW] * 2
    assert list(table["class"]) == ["Cultivar 1"] * 4 + ["Cultivar 2"] * 4
    printed = [row[1:] for row in fit.summary(alpha=0.1).tables[1].data if row[0].strip() in ("const", "x1", "x2", "x3")]
    np.testing.assert_allclose(
        table.drop(columns="p_holm").iloc[:, 2:].to_numpy(), np.array(printed, float), atol=6e-4, rtol=1e-3
    )


def test_standard_errors_come_from_the_inverse_observed_information(overlapping):
    table = table_of(overlapping)
    x = np.column_stack([np.ones(len(overlapping.x_train)), overlapping.x_train]).astype(float)
    beta = table["coefficient"].to_numpy().reshape(2, 4)
    p = special.softmax(np.column_stack([np.zeros(len(x)), x @ beta.T]), axis=1)[:, 1:]
    np.testing.assert_allclose((np.eye(3)[overlapping.y_train][:, 1:] - p).T @ x, 0, atol=1e-6)
    weights = p[:, :, None] * np.eye(2) - p[:, :, None] * p[:, None, :]
    information = np.einsum("nkl,ni,nj->kilj", weights, x, x).reshape(8, 8)
    error = np.sqrt(np.diag(np.linalg.inv(information)))
    np.testing.assert_allclose(table["standard_error"], error, rtol=1e-6)
    np.testing.assert_allclose(table["z"], beta.ravel() / error, rtol=1e-6)
    np.testing.assert_allclose(table["p"], 2 * stats.norm.sf(np.abs(beta.ravel() / error)), rtol=1e-5)
    np.testing.assert_allclose(table["high"] - table["low"], 2 * stats.norm.ppf(0.975) * error, rtol=1e-6)


def test_a_wide_prior_gives_the_coefficients_of_maximum_likelihood(overlapping):
    fit, table = fit_map(overlapping, 1000), table_of(overlapping)
    against_first = (fit.coefficients - fit.coefficients[:, :1])[:, 1:].T.ravel()
    np.testing.assert_allclose(table.loc[table["feature"] != INTERCEPT, "coefficient"], against_first, rtol=1e-3, atol=1e-3)


def test_some_features_of_wine_are_significant_and_some_are_not(overlapping):
    assert {(row.feature, row.p < 0.05) for row in table_of(overlapping).itertuples()} >= {
        ("alcohol", True),
        ("malic_acid", True),
        ("malic_acid", False),
        ("magnesium", False),
    }


@pytest.mark.parametrize("unit", [1e-200, 1e-9, 1e6, 1e12])
def test_the_unit_of_the_features_changes_coefficients_and_nothing_else(overlapping, unit):
    """Cases 13a: features times 1e-9 overlap as before."""
    names = overlapping.feature_names, overlapping.class_names
    x = overlapping.x_train.astype(float)
    table, other = (significance(rows, overlapping.y_train, *names) for rows in (x, x * unit))
    np.testing.assert_allclose(other[["z", "p"]], table[["z", "p"]], rtol=1e-6)
    scale = np.where(table["feature"] == INTERCEPT, 1, unit)[:, None]
    columns = ["coefficient", "standard_error", "low", "high"]
    np.testing.assert_allclose(other[columns] * scale, table[columns], rtol=1e-6)


def test_a_class_without_a_training_row_is_named_with_the_fix():
    """Cases 17a."""
    y, names = [0, 1, 0, 1, 3], ("a", "b", "c", "d")
    with pytest.raises(InputError, match=r"no training row of the class c: choose another split or a smaller test share"):
        significance([[1], [2], [3], [4], [5]], y, ["x"], names)
    many = tuple(f"c{k}" for k in range(30))
    with pytest.raises(InputError, match=r"of the classes c2, c4, c5, c6, c7 and 22 more: choose another split"):
        significance([[1], [2], [3], [4], [5]], y, ["x"], many)


def test_for_two_classes_there_is_one_coefficient_a_feature():
    table = table_of(load_dataset("moons"))
    assert list(table["class"]) == ["Class 2"] * 3
    assert list(table["feature"]) == [INTERCEPT, "first", "second"]


def test_other_units_change_the_coefficient_and_nothing_else(overlapping):
    grams = significance(overlapping.x_train * [1000.0, 1.0, 0.001], overlapping.y_train, FEW, overlapping.class_names)
    table = table_of(overlapping)
    np.testing.assert_allclose(grams[["z", "p"]], table[["z", "p"]], rtol=1e-4)
    factors = np.tile([1, 0.001, 1, 1000], 2)
    np.testing.assert_allclose(grams["coefficient"], table["coefficient"] * factors, rtol=1e-4)


@pytest.mark.parametrize(
    ("name", "words"),
    [("wine", "^These classes can be told apart without error"), ("blobs", "^Some of these classes touch at most")],
)
def test_separable_classes_get_a_reason_instead_of_numbers(name, words):
    with pytest.raises(InputError, match=words + ".*, so the likelihood has no finite maximum"):
        table_of(load_dataset(name))


def test_classes_that_only_touch_are_not_said_to_be_told_apart_truth_b1():
    with pytest.raises(InputError, match=r"^These classes touch, but do not overlap: .* or exactly on it") as refusal:
        significance(np.array([[1], [1], [2], [2], [2], [3], [3]]), [0, 0, 0, 1, 1, 1, 1], ["x"], ["a", "b"])
    assert "told apart" not in str(refusal.value)


@pytest.mark.parametrize("width", [0.1, 1.0])
def test_the_c_that_is_shown_is_scikit_learns_for_two_and_for_three_classes_truth_a7(width):
    for name in ("moons", "wine"):
        data = load_dataset(name)
        peer = LogisticRegression(C=scikit_learn_c(width, data.classes), tol=1e-10, max_iter=10_000)
        peer.fit(data.x_train.astype(float), data.y_train)
        np.testing.assert_allclose(fit_map(data, width).predict_proba(data.x_test), peer.predict_proba(data.x_test), atol=1e-5)


def test_the_log_odds_of_two_classes_are_the_difference_of_their_coefficients_truth_a7():
    data = load_dataset("moons")
    fit = fit_map(data, 1.0)
    at, beside = fit.predict_proba([[0.0, 0.0], [1.0, 0.0]])
    apart = np.log(beside[1] / beside[0]) - np.log(at[1] / at[0])
    assert apart == pytest.approx(fit.coefficients[0, 1] - fit.coefficients[0, 0])
    assert apart == pytest.approx(2 * fit.coefficients[0, 1])


def test_holms_p_values_are_his_and_leave_the_intercepts_out_truth_d7(overlapping):
    table = table_of(overlapping)
    tested = table["feature"] != INTERCEPT
    p = table["p"][tested]
    np.testing.assert_allclose(table["p_holm"][tested], multipletests(p, method="holm")[1])
    assert table["p_holm"][~tested].isna().all()
    assert len(p) == 2 * len(FEW)


def test_classes_that_overlap_by_a_hair_get_a_reason_too():
    with pytest.raises(InputError, match="almost be told apart"):
        significance([[0.0], [0.499], [0.500001], [0.5], [0.501], [1.0]], [0, 0, 0, 1, 1, 1], ["x"], ["a", "b"])


def test_features_without_a_coefficient_of_their_own_are_named(overlapping):
    x, y, classes = overlapping.x_train, overlapping.y_train, overlapping.class_names
    sums = np.column_stack([x, (x[:, 0] + x[:, 1]) / 2, 1 - x[:, 2]]).astype(np.float32)
    with pytest.raises(InputError, match="leave them out: both, opposite"):
        significance(sums, y, [*FEW, "both", "opposite"], classes)
    with pytest.raises(InputError, match="leave them out: still"):
        significance(np.column_stack([x, np.full(len(x), 7)]), y, [*FEW, "still"], classes)


def test_rows_that_are_too_few_are_refused(overlapping):
    x, y = overlapping.x_train, overlapping.y_train
    rows = np.concatenate([np.flatnonzero(y == k)[:2] for k in range(3)])[:4]
    with pytest.raises(InputError, match="4 rows are too few for 3 features"):
        significance(x[rows], np.array([0, 1, 2, 0]), FEW, overlapping.class_names)


@pytest.mark.parametrize("level", [0, 1, -1, np.nan])
def test_a_level_out_of_range_is_refused(overlapping, level):
    with pytest.raises(InputError, match="between 0 and 1"):
        table_of(overlapping, level=level)


def test_names_have_to_fit_columns_and_classes(overlapping):
    x, y = overlapping.x_train, overlapping.y_train
    with pytest.raises(InputError, match="each of the 3 features"):
        significance(x, y, FEW[:2], overlapping.class_names)
    for names in (["a"], ["a", "b"], ["a", "b", "c", "d"]):
        with pytest.raises(InputError, match=r"Give two class names or more|no training row of the class d"):
            significance(x, y, FEW, names)


def test_small_p_values_are_counted_without_the_intercepts(overlapping):
    table = table_of(overlapping)
    counted = count_small_p_values(table, level=0.1)
    rows = [row for row in table.to_dict("records") if row["feature"] != INTERCEPT]
    assert counted.tested == len(rows) == 2 * len(FEW)
    assert counted.expected == pytest.approx(0.6)
    assert counted.found == sum(row["p"] < 0.1 for row in rows)
    assert counted.after_holm == sum(row["p_holm"] < 0.1 for row in rows) <= counted.found
