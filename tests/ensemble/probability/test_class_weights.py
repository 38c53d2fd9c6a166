"""Class weights beside scikit-learn's, and what undoes them."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.utils.class_weight import compute_class_weight

from ensemble import InputError
from ensemble.probability.class_weights import balanced_weights, without_weights


def test_balanced_weights_are_those_of_scikit_learn():
    y = np.random.default_rng(0).choice(4, 300, p=[0.6, 0.25, 0.1, 0.05])
    np.testing.assert_allclose(balanced_weights(y, 4), compute_class_weight("balanced", classes=np.arange(4), y=y))
    assert balanced_weights(y, 4)[y].mean() == pytest.approx(1)


def test_a_class_that_no_row_has_takes_no_part():
    np.testing.assert_allclose(balanced_weights([0, 0, 2], 3), [0.75, 1, 1.5])
    np.testing.assert_allclose(
        balanced_weights([0, 0, 2], 3)[[0, 2]], compute_class_weight("balanced", classes=np.array([0, 2]), y=[0, 0, 2])
    )


def test_forecasts_without_weights_have_the_frequency_of_the_classes_again():
    """A logistic regression of scikit-learn with class weights, on many rows of two classes that overlap."""
    rng = np.random.default_rng(1)
    y = (rng.random(20_000) < 0.1).astype(int)
    x = rng.normal(y, 1.0)[:, None]
    weighted = LogisticRegression(C=1e6, class_weight="balanced").fit(x, y).predict_proba(x)
    plain = LogisticRegression(C=1e6).fit(x, y).predict_proba(x)
    assert weighted[:, 1].mean() > 0.3
    undone = without_weights(weighted, balanced_weights(y, 2))
    assert undone[:, 1].mean() == pytest.approx(y.mean(), abs=0.005)
    np.testing.assert_allclose(undone, plain, atol=0.03)


@pytest.mark.parametrize("weights", [[1.0], [1.0, 0.0], [1.0, -1.0], [1.0, np.nan]])
def test_weights_that_divide_nothing_are_refused(weights):
    with pytest.raises(InputError, match="one positive weight for each of the 2 classes"):
        without_weights([[0.5, 0.5]], weights)
