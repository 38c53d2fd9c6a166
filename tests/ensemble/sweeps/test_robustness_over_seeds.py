"""Means, bands and rankings over seeds, of made-up measurements."""

import numpy as np
import pytest
from scipy import stats

from ensemble import InputError
from ensemble.shift.robustness import METHODS
from ensemble.sweeps.robustness import (
    change_of_accuracy,
    corruptions_in,
    fitted_temperature,
    loss_ratio,
    ranking,
    scores_by_severity,
    values_of,
)

SINGLE, MC_DROPOUT, ENSEMBLE, AT_TEMPERATURE = METHODS


def made_up(factors, seeds=10, spread=0.1, noise=0.02, seed=0):
    """Losses that differ between methods by factors, and between seeds for all methods alike."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(0, spread, seeds)
    measured = []
    for one in shared:
        keys = {}
        for severity in range(6):
            for method, factor in zip(METHODS, factors, strict=True):
                loss = (1 + severity) * factor * np.exp(one + rng.normal(0, noise))
                keys[f"noise/{severity}/{method}"] = (float(np.exp(-loss)), float(loss), 0.01 * severity)
        measured.append(keys)
    return measured


def test_bands_are_students_over_seeds():
    measured = made_up((2, 1.5, 1, 1))
    table = scores_by_severity(measured, "noise").set_index(["method", "severity"])
    values = values_of(measured, "noise", 3, ENSEMBLE, "nll")
    low, high = stats.t.interval(0.95, 9, values.mean(), stats.sem(values))
    row = table.loc[ENSEMBLE, 3]
    assert (row["nll"], row["nll_low"], row["nll_high"]) == pytest.approx((values.mean(), low, high))
    assert len(table) == 24


def test_ends_of_bands_are_values_that_a_score_can_have():
    measured = [dict.fromkeys(made_up((1,) * 4)[0], (1.0 - 0.2 * index, 0.01 + index, 0.001 + index / 5)) for index in range(2)]
    table = scores_by_severity(measured, "noise")
    assert table[["accuracy_low", "nll_low", "ece_low"]].to_numpy().min() == 0
    assert table[["accuracy_high", "ece_high"]].to_numpy().max() == 1


def test_one_seed_has_no_band():
    table = scores_by_severity(made_up((2, 1.5, 1, 1), seeds=1), "noise")
    assert (table["nll_low"] == table["nll"]).all()
    with pytest.raises(InputError):
        ranking(made_up((2, 1.5, 1, 1), seeds=1), "noise", 5)


def test_a_method_is_behind_only_if_luck_cannot_have_put_it_there():
    found = ranking(made_up((2, 1.5, 1.0, 1.001)), "noise", 5)
    assert set(found.tied) == {ENSEMBLE, AT_TEMPERATURE}
    assert found.next == MC_DROPOUT
    assert found.against_next.low < 1.5 < found.against_next.high
    assert list(found.losses)[2:] == [MC_DROPOUT, SINGLE]
    assert set(ranking(made_up((1, 1, 1, 1)), "noise", 5).tied) == set(METHODS)


def test_equal_methods_are_told_apart_in_at_most_five_of_a_hundred_experiments():
    """All four are equal: a method that is called worse is an error, whichever it is."""
    errors = [len(ranking(made_up((1, 1, 1, 1), seed=seed), "noise", 2).tied) < 4 for seed in range(400)]
    assert np.mean(errors) < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 400)


def test_ratios_of_losses_are_paired_by_seed():
    band = loss_ratio(made_up((2, 1.5, 1, 1), spread=1.0), "noise", 4, SINGLE, ENSEMBLE)
    assert 1.9 < band.low < 2 < band.high < 2.1


def test_the_fitted_temperature_has_students_interval_on_the_log_scale():
    pairs = np.exp(np.random.default_rng(0).normal(0.3, 0.2, (10, 2)))
    logs = np.log(pairs).mean(axis=1)
    low, high = stats.t.interval(0.95, 9, logs.mean(), stats.sem(logs))
    band = fitted_temperature([{"temperature": tuple(pair)} for pair in pairs])
    assert band == pytest.approx(np.exp([logs.mean(), low, high]))


def test_the_change_of_accuracy_is_from_clean_rows():
    measured = made_up((2, 1.5, 1, 1))
    band = change_of_accuracy(measured, "noise", 5, ENSEMBLE)
    clean, worse = (values_of(measured, "noise", severity, ENSEMBLE, "accuracy") for severity in (0, 5))
    assert band.mean == pytest.approx((worse - clean).mean())
    assert band.low < band.mean < band.high < 0


def test_what_was_not_measured_is_named():
    assert corruptions_in(made_up((1,) * 4)) == ("noise",)
    with pytest.raises(InputError, match="blur"):
        scores_by_severity(made_up((1,) * 4), "blur")
    with pytest.raises(InputError, match="not measured"):
        values_of([], "noise", 0, ENSEMBLE, "nll")
