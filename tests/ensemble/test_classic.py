import numpy as np
import pytest
from sklearn.metrics import accuracy_score, log_loss

from ensemble import classic
from ensemble.datasets.config import DataConfig, dataset_of
from ensemble.training.loop import train
from testing.numpy_training import classic_runs, train_by_hand_together
from testing.random_run import random_run


def test_an_outcome_counts_what_independent_functions_count(wine, short_run):
    result = classic.outcome(short_run, wine)
    proba = short_run.predict_proba(wine.x_test)
    assert result.test_loss == pytest.approx(log_loss(wine.y_test, proba), rel=1e-4)
    assert result.train_loss == pytest.approx(log_loss(wine.y_train, short_run.predict_proba(wine.x_train)), rel=1e-4)
    assert result.test_hits / result.test_rows == accuracy_score(wine.y_test, proba.argmax(axis=1))
    assert result.mean_confidence == pytest.approx(np.mean(np.max(proba, axis=1)))
    assert result.unsure == sum(max(row) < 0.9 for row in proba)


def test_the_band_is_wilsons(wine, short_run):
    result = classic.outcome(short_run, wine)
    n, p, z = result.test_rows, result.test_hits / result.test_rows, 1.959964
    middle, half = (p + z**2 / (2 * n)) / (1 + z**2 / n), z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert result.test_accuracy_band == pytest.approx((middle - half, middle + half), abs=1e-6)


@pytest.fixture(scope="module")
def over_seeds():
    """Losses of the classic run over the benchmark's seeds, with both rules."""
    return {rule: train_by_hand_together(*classic_runs(rule)) for rule in classic.MEASURED}


@pytest.mark.nightly
@pytest.mark.parametrize("rule", classic.MEASURED)
def test_the_quoted_spread_over_seeds_is_measured_again(over_seeds, rule):
    quoted, losses = classic.MEASURED[rule], over_seeds[rule]
    for values, spread in zip(losses, (quoted.printed_loss, quoted.train_loss, quoted.test_loss), strict=True):
        np.testing.assert_allclose(np.quantile(values, [0.05, 0.5, 0.95]), spread, rtol=0.15)
    # One run may cross a mark with another version of the libraries.
    for values, mark, count in (
        (losses.train, classic.SMALL_TRAIN_LOSS, quoted.small),
        (losses.train, classic.REPORTED_TRAIN_LOSS, quoted.as_low_in_training),
        (losses.printed, classic.REPORTED_TRAIN_LOSS, quoted.as_low_as_printed),
        (losses.test, classic.REPORTED_TEST_LOSS, quoted.as_low_in_test),
    ):
        assert (values <= mark).sum() == pytest.approx(count, abs=1)


@pytest.mark.nightly
def test_only_the_rule_of_keras_2_reaches_the_reported_training_loss(over_seeds):
    new, old = (over_seeds[rule].train for rule in ("rmsprop", classic.OLD_RULE))
    assert new.min() > classic.REPORTED_TRAIN_LOSS >= old.min()
    assert (old <= classic.SMALL_TRAIN_LOSS).sum() > 2 * (new <= classic.SMALL_TRAIN_LOSS).sum()


@pytest.mark.nightly
@pytest.mark.parametrize("rule", classic.MEASURED)
def test_the_loss_that_keras_prints_has_dropout_on_and_is_larger(over_seeds, rule):
    assert (over_seeds[rule].printed > over_seeds[rule].train).mean() > 0.8


@pytest.mark.parametrize("rule", classic.MEASURED)
def test_a_run_by_hand_is_the_engines_run(rule):
    """The spread is measured in NumPy, which is faster over many seeds; the engine comes to the same, seed by seed."""
    configs, datasets = classic_runs(rule, seeds=2)
    configs = [config.model_copy(update={"epochs": 20}) for config in configs]
    losses = train_by_hand_together(configs, datasets)
    ours = np.array([train(*run).curves[-1, :2] for run in zip(configs, datasets, strict=True)])
    np.testing.assert_allclose(ours, np.stack([losses.train, losses.test], axis=-1), rtol=1e-3)


@pytest.mark.parametrize(
    ("settings", "rows", "is_like"),
    [
        ({}, {}, True),
        ({"seed": 5, "optimizer": "rmsprop_keras2"}, {"split": 3}, True),
        ({"epochs": 20}, {}, False),
        ({"optimizer": "adam"}, {}, False),
        ({"outputs": "sigmoid"}, {}, False),
        ({}, {"label_noise": 0.2}, False),
        ({}, {"test_share": 0.3}, False),
        ({}, {"imbalance": 0.5}, False),
    ],
)
def test_the_three_reasons_are_those_of_the_classic_settings_and_rows(settings, rows, is_like):
    """“Three things explain the difference” stood beside runs with label noise, 20 epochs and sigmoids, too."""
    data = dataset_of(DataConfig(**rows))
    run = random_run(data, **{"members": 10, "hidden_units": 10, **settings})
    assert classic.is_like_the_measured(run, data) == is_like
    assert not classic.is_like_the_measured(run, data.only(data.feature_names[:5]))
