"""Pools of calibrated members, and the rows that each temperature is fitted on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import log_loss

from ensemble.calibration.reliability import fullest_bin, reliability_in_bins
from ensemble.calibration.temperature import calibrate_and_pool, fit_temperature, split_rows
from ensemble.probability.scoring import brier_score, expected_calibration_error
from ensemble.probability.vectors import log_softmax, softmax
from testing.fuzz import examples
from tests.ensemble.calibration.made_up import SEEDS, mean_nll, outcomes, sample


def members_of(seed, members=5, n=120):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(n, 3)) * 2
    return log_softmax(z + rng.normal(size=(members, n, 3)) * 2), outcomes(softmax(z), rng)


@examples(40)
@given(SEEDS, st.integers(1, 6))
def test_a_pool_of_equal_members_is_the_member(seed, members):
    logits, y = sample(seed, n=40)
    chosen = np.arange(40) < 20
    pooled = calibrate_and_pool(np.stack([log_softmax(logits)] * members), y, chosen)
    temperature = fit_temperature(logits[chosen], y[chosen])
    scores = pooled.scores.set_index("way")
    assert pooled.pool_temperature == pytest.approx(temperature, rel=1e-9)
    assert pooled.member_temperatures == pytest.approx(np.full(members, temperature), rel=1e-9)
    assert scores.loc["pool", "nll"] == pytest.approx(mean_nll(logits[20:], y[20:], 1))
    assert pooled.log_proba["pool"] == pytest.approx(log_softmax(logits[20:]))
    assert list(pooled.log_proba) == list(scores.index)
    for way in ("pool, then calibrate", "calibrate, then pool"):
        assert scores.loc[way, "nll"] == pytest.approx(mean_nll(logits[20:], y[20:], temperature))
        assert scores.loc[way, "brier"] == pytest.approx(brier_score(softmax(logits[20:], temperature), y[20:]))


def test_the_fullest_bin_is_one_of_unsure_forecasts_if_that_holds_enough():
    table = reliability_in_bins([0.65] * 4 + [0.75] * 5 + [0.99] * 9, [1] * 18, np.random.default_rng(0)).table
    assert fullest_bin(table) == (0.75, 5, 5)
    assert fullest_bin(table, least=6) == (0.99, 9, 9)


def test_the_three_ways_by_hand():
    logs, y = members_of(12)
    chosen = split_rows(len(y), 0.5, np.random.default_rng(0))
    pooled = calibrate_and_pool(logs, y, chosen)
    pool = np.exp(logs).mean(axis=0)
    temperature = fit_temperature(np.log(pool[chosen]), y[chosen])
    temperatures = [fit_temperature(member[chosen], y[chosen]) for member in logs]
    ways = [
        pool,
        softmax(np.log(pool), temperature),
        np.mean([softmax(member, t) for member, t in zip(logs, temperatures, strict=True)], axis=0),
    ]
    assert pooled.pool_temperature == pytest.approx(temperature)
    assert pooled.member_temperatures == pytest.approx(np.array(temperatures))
    for row, proba in zip(pooled.scores.itertuples(), ways, strict=True):
        assert row.nll == pytest.approx(log_loss(y[~chosen], proba[~chosen]))
        assert row.brier == pytest.approx(brier_score(proba[~chosen], y[~chosen]))
        assert row.ece == pytest.approx(expected_calibration_error(proba[~chosen], y[~chosen]))


def test_members_calibrated_one_by_one_make_a_pool_that_is_not_sure_enough():
    logs, y = members_of(13, members=10, n=4000)
    chosen = np.arange(4000) < 2000
    nll = calibrate_and_pool(logs, y, chosen).scores.set_index("way")["nll"]
    assert nll["pool, then calibrate"] < nll["calibrate, then pool"] - 0.01
    calibrated = np.stack([log_softmax(member, fit_temperature(member, y)) for member in logs])
    assert fit_temperature(np.log(np.exp(calibrated).mean(axis=0)), y) < 0.95


@given(st.integers(1, 60), st.floats(0.01, 0.99), SEEDS)
def test_of_two_rows_or_more_there_is_one_on_each_side(n, fraction, seed):
    chosen = split_rows(n, fraction, np.random.default_rng(seed))
    assert chosen.shape == (n,)
    assert n == 1 or (0 < chosen.sum() < n and abs(chosen.sum() - fraction * n) <= 1)


def test_every_choice_of_rows_is_as_likely():
    """Rows drawn class by class are not exchangeable, and conformal sets of rare classes then hold too little."""
    rng = np.random.default_rng(0)
    chosen = np.array([split_rows(5, 0.4, rng) for _ in range(6000)])
    _, counts = np.unique(chosen, axis=0, return_counts=True)
    assert len(counts) == 10
    assert stats.chisquare(counts).pvalue > 1e-3
