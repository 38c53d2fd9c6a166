"""Methods at equal numbers of forward passes, against the same written out."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from ensemble import EnsembleConfig, InputError
from ensemble.dropout.masks import draw_masks, masked_member_logits
from ensemble.dropout.passes import far_rows, measure_passes
from ensemble.probability.vectors import entropy, softmax
from ensemble.rng import evaluation_rng
from ensemble.runs.run import Run
from ensemble.runs.weights import weight_shapes

PASSES = (1, 2, 3)


def drawn_run(data, **settings) -> Run:
    config = EnsembleConfig(**{"members": 3, "hidden_units": 4, "training": "independent", "dropout": 0.5} | settings)
    rng = np.random.default_rng(5)
    shapes = weight_shapes(config, data.features, data.classes)
    return Run.before_training(config, data, tuple(rng.normal(0, 0.6, shape).astype(np.float32) for shape in shapes))


@pytest.fixture(scope="module")
def measured(wine):
    return measure_passes(drawn_run(wine), wine)


def test_every_method_is_measured_at_every_number_of_passes(measured):
    assert list(measured) == ["single net/1"] + [f"{one}/{passes}" for passes in PASSES for one in ("mc dropout", "ensemble")]
    assert all(len(numbers) == 4 and np.isfinite(numbers).all() for numbers in measured.values())


def test_an_ensemble_of_one_is_the_single_net_and_one_of_all_is_the_run(measured, wine):
    run = drawn_run(wine)
    assert measured["ensemble/1"] == measured["single net/1"]
    proba = run.predict_proba(wine.x_test)
    nll, brier, mutual_information, confidence_far = measured["ensemble/3"]
    assert nll == pytest.approx(log_loss(wine.y_test, proba, labels=[0, 1, 2]), rel=1e-4)
    assert brier == pytest.approx(((proba - np.eye(3)[wine.y_test]) ** 2).sum(axis=1).mean(), rel=1e-4)
    members = run.member_proba(wine.x_test)
    assert mutual_information == pytest.approx((entropy(members.mean(axis=0)) - entropy(members).mean(axis=0)).mean(), rel=1e-4)
    assert confidence_far == pytest.approx(run.predict_proba(far_rows(wine)).max(axis=1).mean(), rel=1e-4)


def test_mc_dropout_averages_the_probabilities_of_as_many_masks_of_one_member(measured, wine):
    run = drawn_run(wine)
    masks = draw_masks(evaluation_rng(run.config), 3, 1, 4, 0.5)
    own = softmax(masked_member_logits(run, wine.x_test, np.repeat(masks, 3, axis=1))[:, 0])
    for passes in PASSES:
        proba = own[:passes].mean(axis=0)
        assert measured[f"mc dropout/{passes}"][0] == pytest.approx(log_loss(wine.y_test, proba, labels=[0, 1, 2]), rel=1e-5)
    assert measured["mc dropout/1"][2] == 0
    assert measured["mc dropout/3"][2] > 0.01


def test_without_dropout_more_passes_change_nothing(wine):
    found = measure_passes(drawn_run(wine, dropout=0), wine)
    for passes in PASSES:
        np.testing.assert_allclose(found[f"mc dropout/{passes}"], found["single net/1"], atol=1e-5)


def test_far_rows_have_one_feature_a_range_beyond_training(wine):
    far, near = far_rows(wine), wine.x_test
    moved = far != near
    assert moved.sum(axis=1).tolist() == [1] * len(near)
    assert moved.argmax(axis=1).tolist() == [row % 13 for row in range(36)]
    assert far[moved].tolist() == [2.0] * 13 + [-1.0] * 13 + [2.0] * 10
    assert wine.in_units(far)[0, 0] == pytest.approx(2 * wine.high[0] - wine.low[0])
    np.testing.assert_array_equal(wine.x_test, near)


def test_runs_whose_members_are_no_nets_of_their_own_are_refused(wine):
    with pytest.raises(InputError, match="independent"):
        measure_passes(drawn_run(wine, training="joint"), wine)
