"""Rows weighted for other shares: against plain loops and repeated rows, and how often the intervals hold the truth."""

import json

import numpy as np
import pytest

from ensemble import EnsembleConfig, InputError, load_dataset
from ensemble.calibration.temperature import fit_temperature
from ensemble.datasets.builtin import load_table
from ensemble.datasets.config import dataset_of, table_of
from ensemble.decisions import Prices, best_actions
from ensemble.probability.scoring import expected_calibration_error, losses_of_outcomes, row_nll
from ensemble.probability.vectors import log_softmax, softmax
from ensemble.related import example, plans
from ensemble.shift import weighted
from ensemble.shift.blobs import MAX_TEST_ROWS, OVERLAPPING, draw_points, true_log_proba
from ensemble.shift.calibration_by_luck import calibration_error_by_luck
from ensemble.shift.other_shares import (
    AFTER,
    BEFORE,
    TEMPERATURE,
    TRUTH,
    at_shares,
    cost_of_estimate,
    rows_in_shares,
    rows_to_test,
)
from ensemble.shift.priors import log_reweight
from ensemble.shift.training_shares import oversampled, rare_shares, seen_shares, with_training_shares
from testing import ROOT

VECTORS = json.loads((ROOT / "tests" / "javascript" / "share_vectors.json").read_text(encoding="utf-8"))
EQUAL, RARE = np.full(3, 1 / 3), np.array([0.7, 0.2, 0.1])


def rows(seed=0, n=90):
    rng = np.random.default_rng(seed)
    return rng.normal(0, 2, (n, 3)), np.r_[0, 1, 2, rng.integers(3, size=n - 3)]


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_shared_vectors_agree_on_all_that_the_browser_computes(vector):
    logs, y, shares = log_softmax(vector["z"]), vector["y"], vector["shares"]
    after = log_reweight(logs, vector["prior"], shares)
    proba, costs = np.exp(after), Prices.preset("One error costs twenty", len(shares)).costs()
    np.testing.assert_allclose(np.where(np.isneginf(after), -999, after), vector["corrected"], rtol=1e-12)
    found = {
        "effective": weighted.effective_rows(y, shares),
        "loss": weighted.weighted_mean(losses_of_outcomes(after)["nll"], y, shares),
        "paid": weighted.weighted_mean(weighted.costs_of_outcomes(proba, costs), y, shares),
        "error": weighted.weighted_calibration_error(proba, y, shares),
        "temperature": fit_temperature(logs, y, weighted.row_weights(y, shares)),
    }
    assert found == pytest.approx({name: vector[name] for name in found}, rel=1e-9)
    table = weighted.weighted_reliability(proba, y, shares, 0, 5)
    assert len(table) == len(vector["reliability"])
    for row, expected in zip(table.to_dict("records"), vector["reliability"], strict=True):
        assert row == pytest.approx(expected)


def test_weights_that_are_whole_numbers_are_rows_that_come_so_often():
    logits, y = rows()
    times = np.array([3, 1, 2])[y]
    again = np.repeat(np.arange(len(y)), times)
    shares = np.bincount(y[again], minlength=3)
    logs, proba = log_softmax(logits), softmax(logits)
    costs = Prices.preset("One error costs twenty", 3).costs()
    assert weighted.weighted_mean(losses_of_outcomes(logs)["nll"], y, shares) == pytest.approx(
        row_nll(logs[again], y[again]).mean()
    )
    assert weighted.weighted_calibration_error(proba, y, shares) == pytest.approx(
        expected_calibration_error(proba[again], y[again])
    )
    paid = costs[best_actions(proba[again], costs), y[again]].mean()
    assert weighted.weighted_mean(weighted.costs_of_outcomes(proba, costs), y, shares) == pytest.approx(paid)
    weights = weighted.row_weights(y, shares)
    assert fit_temperature(logits, y, weights) == pytest.approx(fit_temperature(logits[again], y[again]))
    table = weighted.weighted_reliability(proba, y, shares, 2, 4).set_index("bin")
    index = np.clip(np.ceil(4 * proba[again, 2]) - 1, 0, 3)
    for bin in table.index:
        assert table.loc[bin, "frequency"] == pytest.approx((y[again] == 2)[index == bin].mean())
        assert table.loc[bin, "forecast"] == pytest.approx(proba[again, 2][index == bin].mean())


def test_the_rows_own_shares_change_nothing_and_all_rows_count():
    logits, y = rows(1)
    own = np.bincount(y)
    np.testing.assert_allclose(weighted.row_weights(y, own), 1)
    assert weighted.effective_rows(y, own) == pytest.approx(len(y))
    assert weighted.effective_rows(y, RARE) < len(y)
    assert fit_temperature(logits, y, np.full(len(y), 7.0)) == pytest.approx(fit_temperature(logits, y))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: weighted.row_weights([0, 0, 1], [0.2, 0.3, 0.5]), "No row is of class 3"),
        (lambda: weighted.row_weights([0, 0, 1], [0.0, 0.0]), "one above 0"),
        (lambda: weighted.weighted_mean([[1.0, 0.0]], [0], [0.5, 0.5]), "No row is of class 2"),
        (lambda: weighted.weighted_interval([[1.0, 0.0]] * 2, [0, 1], [1, 1], np.random.default_rng(0), level=1), "level"),
        (lambda: weighted.weighted_reliability([[0.5, 0.5]], [0], [1, 0], 2), "no class 2"),
        (lambda: fit_temperature([[0.0, 1.0]], [0], [0.0]), "one above 0"),
        (lambda: fit_temperature([[0.0, 1.0]], [0], [1.0, 1.0]), "each of the 1 rows"),
        (lambda: with_training_shares(load_dataset("wine"), [1, -1, 0]), "at least 0"),
        (lambda: draw_points(RARE, 0, np.random.default_rng(0)), "at least one point"),
        (lambda: true_log_proba([[0.0, 0.0]], EQUAL, noise=0), "noise above 0"),
    ],
)
def test_what_cannot_be_weighted_is_refused_in_a_sentence(call, words):
    with pytest.raises(InputError, match=words):
        call()


def test_a_class_that_is_ruled_out_and_has_no_share_costs_nothing():
    logs = np.log([[0.5, 0.5, 1e-300], [0.5, 0.5, 1e-300]])
    losses = losses_of_outcomes(log_reweight(logs, EQUAL, [0.5, 0.5, 0]))["nll"]
    band = weighted.weighted_interval(losses, [0, 2], [1, 0, 0], np.random.default_rng(0))
    assert band.mean == pytest.approx(np.log(2))
    assert np.isfinite(band.high)


def test_an_infinite_loss_has_infinite_ends():
    losses = [[np.inf, 0.0], [1.0, 1.0]]
    assert weighted.weighted_interval(losses, [0, 1], [0.5, 0.5], np.random.default_rng(0)) == (np.inf, np.inf, np.inf)


def test_what_training_has_seen_is_known_of_weights_and_of_repeated_rows():
    data = load_dataset("blobs")
    rare = with_training_shares(data, RARE)
    np.testing.assert_allclose(seen_shares(EnsembleConfig(), rare), RARE, atol=0.01)
    for config, rows_of_training in ((EnsembleConfig(class_weights="balanced"), rare), (EnsembleConfig(), oversampled(rare))):
        np.testing.assert_allclose(seen_shares(config, rows_of_training), 1 / 3)
    assert {tuple(row) for row in oversampled(rare).x_train} == {tuple(row) for row in rare.x_train}
    np.testing.assert_array_equal(rare.x_test, data.x_test)
    assert rare_shares(4)[0] == pytest.approx(10 * rare_shares(4)[-1])


def test_weights_in_the_loss_are_undone_exactly_where_the_model_can_fit():
    """A weighted loss is smallest at the forecasts of other shares: logistic regression with and without class weights."""
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(2)
    train, test = draw_points(RARE, 20_000, rng, 0.4), draw_points(RARE, 4000, rng, 0.4)
    models = {way: LogisticRegression(C=1e4, max_iter=2000, class_weight=way) for way in (None, "balanced")}
    plain, balanced = (log_softmax(model.fit(train.x, train.y).decision_function(test.x)) for model in models.values())
    undone = log_reweight(balanced, EQUAL, np.bincount(train.y))
    np.testing.assert_allclose(np.exp(undone), np.exp(plain), atol=0.03)
    assert row_nll(balanced, test.y).mean() > row_nll(undone, test.y).mean() + 0.05


def test_prior_correction_beats_temperature_and_reaches_the_truth():
    table, data = load_table("blobs", 600, 0.4), load_dataset("blobs")
    rng = np.random.default_rng(3)
    judged = rows_to_test(data, table, rng)
    costs = Prices.preset("One error costs twenty", 3).costs()
    found = at_shares(judged.truth, judged.y, EQUAL, RARE, costs, rng, judged.truth)
    losses = {name: one.loss.mean for name, one in found.scored.items()}
    assert losses[BEFORE] >= losses[TEMPERATURE] > losses[AFTER] + 0.1
    assert losses[AFTER] == pytest.approx(losses[TRUTH], abs=1e-9)
    assert found.change.high < 0
    assert found.beyond_temperature.high < 0
    assert found.scored[AFTER].error < found.scored[BEFORE].error
    at_training = at_shares(judged.truth, judged.y, EQUAL, EQUAL, costs, rng)
    assert at_training.change == (0, 0, 0)
    assert TRUTH not in at_training.scored


def test_unlabelled_rows_come_in_the_shares_that_are_asked_for():
    wine, table = load_dataset("wine"), load_table("wine")
    judged = rows_to_test(wine, table, np.random.default_rng(0))
    assert judged.truth is None
    assert len(judged.y) == len(wine.y_test)
    drawn = rows_in_shares(judged, wine, table, [0, 1, 0], 50, np.random.default_rng(0))
    of_class = {tuple(row) for row in wine.x_test[wine.y_test == 1]}
    assert {tuple(row) for row in drawn} <= of_class
    assert len(drawn) == 50


def replicates(n, repeats, seed):
    """Rows in equal shares with forecasts that are not quite right, and their losses."""
    rng = np.random.default_rng(seed)
    for _ in range(repeats):
        points = draw_points(EQUAL, n, rng, 0.4)
        if len(np.unique(points.y)) == 3:
            yield points.y, log_softmax(1.3 * true_log_proba(points.x, EQUAL, 0.4)), rng


@pytest.mark.parametrize("n", [45, 300])
def test_intervals_of_weighted_losses_hold_the_truth_in_95_percent_at_least(n):
    big = draw_points(RARE, 400_000, np.random.default_rng(4), 0.4)
    truth = row_nll(log_softmax(1.3 * true_log_proba(big.x, EQUAL, 0.4)), big.y).mean()
    held = []
    for y, logs, rng in replicates(n, 150, 5):
        band = weighted.weighted_interval(losses_of_outcomes(logs)["nll"], y, RARE, rng, draws=400)
        held.append(band.low <= truth <= band.high)
    assert np.mean(held) > 0.91


@pytest.mark.parametrize("k", [0, 2])
def test_intervals_of_weighted_frequencies_hold_the_truth_in_95_percent(k):
    big = draw_points(RARE, 400_000, np.random.default_rng(6), 0.4)
    proba = softmax(1.3 * true_log_proba(big.x, EQUAL, 0.4))[:, k]
    index = np.clip(np.ceil(5 * proba) - 1, 0, 4).astype(int)
    truth = np.bincount(index, big.y == k, 5) / np.bincount(index, minlength=5)
    held = []
    for y, logs, _ in replicates(400, 120, 7):
        table = weighted.weighted_reliability(np.exp(logs), y, RARE, k, 5)
        table = table[table["count"] >= 10]
        held += ((table["low"] <= truth[table["bin"]]) & (truth[table["bin"]] <= table["high"])).tolist()
    assert np.mean(held) > 0.91, np.mean(held)


@pytest.mark.parametrize("n", [45, 300])
def test_calibrated_forecasts_stay_below_the_calibration_error_of_luck_in_95_percent(n):
    below, of_too_sure = [], []
    for y, logs, rng in replicates(n, 150, 8):
        truth = np.exp(log_reweight(log_softmax(logs / 1.3), EQUAL, RARE))
        luck = calibration_error_by_luck(truth, y, RARE, rng, draws=99)
        below.append(weighted.weighted_calibration_error(truth, y, RARE) <= luck)
        of_too_sure.append(weighted.weighted_calibration_error(softmax(6 * logs), y, RARE) <= luck)
    assert 0.9 < np.mean(below) < 0.995
    assert np.mean(of_too_sure) < 0.5


def test_a_class_without_a_share_has_no_part_in_the_calibration_error_of_luck():
    logits, y = rows()
    proba = softmax(np.where(np.arange(3) == 2, -50, logits))
    luck = [calibration_error_by_luck(proba[one], y[one], [0.5, 0.5, 0], np.random.default_rng(0)) for one in (y >= 0, y < 2)]
    assert luck[0] == pytest.approx(luck[1])


def test_what_an_estimate_of_the_shares_costs_is_the_difference_of_the_losses():
    logits, y = rows()
    logs = log_softmax(logits)
    estimated = np.array([0.6, 0.3, 0.1])
    losses = [
        weighted.weighted_mean(losses_of_outcomes(log_reweight(logs, EQUAL, one))["nll"], y, RARE) for one in (estimated, RARE)
    ]
    band = cost_of_estimate(logits, y, EQUAL, estimated, RARE, np.random.default_rng(0))
    assert band.mean == pytest.approx(losses[0] - losses[1])
    assert band.low < band.mean < band.high
    assert cost_of_estimate(logits, y, EQUAL, RARE, RARE, np.random.default_rng(0)) == (0, 0, 0)
    assert cost_of_estimate(logits, y, EQUAL, [0.5, 0.5, 0], RARE, np.random.default_rng(0)).mean == np.inf


def test_the_change_of_the_bill_is_that_of_both_bills():
    logits, y = rows()
    found = at_shares(logits, y, EQUAL, RARE, Prices.preset("One error costs twenty", 3).costs(), np.random.default_rng(0))
    assert found.change_paid.mean == pytest.approx(found.scored[AFTER].paid.mean - found.scored[BEFORE].paid.mean)
    assert found.change_paid.low < found.change_paid.mean < found.change_paid.high


def test_prior_correction_is_as_good_as_training_at_the_new_shares():
    """The runs that ship with the app: 480 points in equal shares, and 233 of them in rare ones."""
    data = dataset_of(OVERLAPPING, example.CONFIG.seed).with_at_most(MAX_TEST_ROWS)
    usual, (config, rare) = plans.shares(example.CONFIG, data)["shares"], plans.ways_to_train(example.CONFIG, data)["plain"]
    runs = example.find(*usual), example.find(config, rare)
    judged = rows_to_test(data, table_of(OVERLAPPING), np.random.default_rng(11))
    shares = seen_shares(config, rare)
    uncorrected, retrained = (log_softmax(run.logits(judged.x)) for run in runs)
    corrected = log_reweight(uncorrected, seen_shares(*usual), shares)
    truth = log_reweight(judged.truth, EQUAL, shares)
    loss = {
        name: weighted.weighted_mean(losses_of_outcomes(logs)["nll"], judged.y, shares)
        for name, logs in (("as it is", uncorrected), ("corrected", corrected), ("retrained", retrained), ("truth", truth))
    }
    assert loss["truth"] < loss["corrected"] < loss["truth"] + 0.03
    assert abs(loss["corrected"] - loss["retrained"]) < 0.03
    assert loss["as it is"] > loss["corrected"] + 0.1
