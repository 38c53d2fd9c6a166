"""Standard errors and p-values, beside statsmodels."""

import numpy as np
import pytest
from scipy import special, stats
from statsmodels.discrete.discrete_model import MNLogit
from statsmodels.stats.multitest import multipletests

from ensemble import InputError, load_dataset
from ensemble.interpretation.logistic_regression import INTERCEPT, fit_map
from ensemble.interpretation.significance import significance
from ensemble.interpretation.small_p_values import count_small_p_values
from tests.ensemble.interpretation.conftest import FEW


def table_of(data, **options):
    return significance(data.x_train, data.y_train, data.feature_names, data.class_names, **options)


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
    """Features times 1e-9 overlap as before."""
    names = overlapping.feature_names, overlapping.class_names
    x = overlapping.x_train.astype(float)
    table, other = (significance(rows, overlapping.y_train, *names) for rows in (x, x * unit))
    np.testing.assert_allclose(other[["z", "p"]], table[["z", "p"]], rtol=1e-6)
    scale = np.where(table["feature"] == INTERCEPT, 1, unit)[:, None]
    columns = ["coefficient", "standard_error", "low", "high"]
    np.testing.assert_allclose(other[columns] * scale, table[columns], rtol=1e-6)


def test_a_class_without_a_training_row_is_named_with_the_fix():
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


def test_classes_that_only_touch_are_not_said_to_be_told_apart():
    with pytest.raises(InputError, match=r"^These classes touch, but do not overlap: .* or exactly on it") as refusal:
        significance(np.array([[1], [1], [2], [2], [2], [3], [3]]), [0, 0, 0, 1, 1, 1, 1], ["x"], ["a", "b"])
    assert "told apart" not in str(refusal.value)


def test_holms_p_values_are_his_and_leave_the_intercepts_out(overlapping):
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
