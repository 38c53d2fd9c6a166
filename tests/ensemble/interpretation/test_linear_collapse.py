"""Linear members multiply out to one layer; others do not."""

import numpy as np
import pytest

from ensemble import InputError
from ensemble.interpretation.linear_collapse import bend, centred, largest_difference, multiplied_out, scores_between
from ensemble.probability.vectors import softmax
from testing.random_run import random_run


def run_of(wine, **settings):
    return random_run(wine, scale=0.3, members=3, **settings)


@pytest.mark.parametrize("training", ["joint", "bootstrap"])
@pytest.mark.parametrize("hidden_layers", [1, 2, 3])
def test_one_matrix_does_what_the_linear_network_does(wine, training, hidden_layers):
    run = run_of(wine, training=training, hidden_layers=hidden_layers)
    linear = multiplied_out(run)
    assert linear.matrix.shape == (13, 3)
    x = np.random.default_rng(0).normal(0, 10, (50, 13))
    np.testing.assert_allclose(x @ linear.matrix + linear.bias, run.logits(x), rtol=1e-4, atol=1e-3)
    assert largest_difference(linear.predict_proba(wine.x_test), run.predict_proba(wine.x_test)) < 1e-6


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"activation": "relu"}, "relu"), ({"training": "independent"}, "one softmax"), ({"outputs": "sigmoid"}, "one softmax")],
)
def test_what_does_not_multiply_out_is_refused(wine, settings, words):
    with pytest.raises(InputError, match=words):
        multiplied_out(random_run(wine, members=2, **settings))


def test_centring_changes_no_probability():
    rng = np.random.default_rng(1)
    matrix, x = rng.normal(size=(5, 3)), rng.normal(size=(20, 5))
    np.testing.assert_allclose(centred(matrix).sum(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(softmax(x @ centred(matrix)), softmax(x @ matrix))


def test_scores_of_a_linear_network_go_straight_and_those_of_relu_bend(wine):
    start, end = wine.x_test[0], wine.x_test[7]
    straight = scores_between(run_of(wine), start, end)
    bent = scores_between(run_of(wine, activation="relu"), start, end)
    assert straight.shape == bent.shape == (101, 3)
    assert bend(straight) < 1e-5 * np.abs(straight).max() + 1e-6
    assert bend(bent) > 1e-3


def test_the_bend_is_the_largest_distance_from_the_chord():
    assert bend([[0.0], [2.0], [2.0]]) == pytest.approx(1.0)
    assert bend([[1.0, 0.0], [1.0, 5.0], [1.0, 10.0]]) == 0
