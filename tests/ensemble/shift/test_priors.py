"""Forecasts at other shares, and shares without labels: against Bayes' rule, SciPy's maximiser and retraining."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.optimize import minimize

from ensemble import InputError
from ensemble.probability.scoring import losses_of_outcomes, row_nll
from ensemble.probability.vectors import log_softmax, softmax
from ensemble.shift import estimate_prior, reweight
from ensemble.shift.blobs import draw_points, noise_of, true_log_proba
from ensemble.shift.priors import log_reweight, prior_interval, prior_log_likelihood
from ensemble.shift.weighted import weighted_interval
from pages.parts.shift.words_shares import EM_LIMITS

NOISE = 0.4
EQUAL, RARE = np.full(3, 1 / 3), np.array([0.7, 0.2, 0.1])


def forecasts(seed, rows=60, classes=3, spread=2.0):
    return softmax(np.random.default_rng(seed).normal(0, spread, (rows, classes)))


shares = some.lists(some.floats(0.01, 1), min_size=3, max_size=3)


@given(some.integers(0, 10_000), shares, shares)
@settings(max_examples=50, deadline=None)
def test_reweighting_back_gives_the_forecasts_that_it_began_with(seed, prior, new):
    proba = forecasts(seed)
    np.testing.assert_allclose(reweight(reweight(proba, prior, new), new, prior), proba, atol=1e-12)


def test_reweighting_is_bayes_rule_on_a_joint_distribution():
    rng = np.random.default_rng(0)
    likelihood = rng.dirichlet(np.ones(20), 3)  # of 20 values of x given each class
    before, after = (likelihood.T * prior for prior in (EQUAL, RARE))
    before, after = (joint / joint.sum(axis=1, keepdims=True) for joint in (before, after))
    np.testing.assert_allclose(reweight(before, EQUAL, RARE), after, atol=1e-14)


def test_reweighting_adds_one_constant_to_each_score_which_no_temperature_does():
    logits = np.random.default_rng(1).normal(0, 3, (40, 3))
    added = log_reweight(log_softmax(logits), EQUAL, RARE) - log_softmax(logits)
    np.testing.assert_allclose(np.diff(added, axis=1), np.tile(np.diff(np.log(RARE)), (40, 1)), atol=1e-12)


def test_reweighting_keeps_probabilities_that_underflow():
    found = log_reweight([[-2000.0, 0.0]], [0.5, 0.5], [1.0, 1e-300])
    assert found[0, 0] == pytest.approx(-2000 + 300 * np.log(10), rel=1e-12)


def test_a_class_without_a_share_at_use_gets_no_probability():
    np.testing.assert_allclose(reweight([[0.2, 0.3, 0.5]], [1, 1, 2], [1, 1, 0]), [[0.4, 0.6, 0]])


@pytest.mark.parametrize(
    ("proba", "prior", "new", "words"),
    [
        ([[0.5, 0.5]], [1, 0], [0.5, 0.5], "had no share in training"),
        ([[1.0, 0.0]], [0.5, 0.5], [0, 1], "nothing is left to rescale"),
        ([[0.5, 0.5]], [0, 0], [0.5, 0.5], "one above 0"),
        ([[0.5, 0.5]], [0.5, -0.5], [0.5, 0.5], "at least 0"),
        ([[0.5, 0.5]], [0.5, 0.5, 0], [0.5, 0.5], "each of the 2 classes"),
        ([[0.5, 0.5]], [0.5, 0.5], [np.nan, 1], "at least 0"),
        ([[0.5, 0.6]], [0.5, 0.5], [0.5, 0.5], "sum of 1"),
    ],
)
def test_shares_and_forecasts_that_cannot_be_used_are_refused_in_a_sentence(proba, prior, new, words):
    with pytest.raises(InputError, match=words):
        reweight(proba, prior, new)


def maximised(proba, prior):
    """The greatest log-likelihood by SciPy, over the simplex."""
    ratios = np.asarray(proba) / prior

    def loss(new):
        return -np.log(np.maximum(ratios @ new, 1e-300)).mean(), -(ratios / np.maximum(ratios @ new, 1e-300)[:, None]).mean(
            axis=0
        )

    classes = len(prior)
    found = minimize(
        loss,
        np.full(classes, 1 / classes),
        jac=True,
        method="SLSQP",
        bounds=[(0, 1)] * classes,
        constraints={"type": "eq", "fun": lambda new: new.sum() - 1, "jac": lambda new: np.ones(classes)},
        options={"ftol": 1e-13, "maxiter": 1000},
    )
    return found.x, -found.fun


@given(some.integers(0, 10_000), some.integers(2, 6), some.floats(0.3, 4), some.data())
@settings(max_examples=40, deadline=None)
def test_em_reaches_the_likelihood_of_scipys_maximiser(seed, classes, spread, data):
    prior = np.array(data.draw(some.lists(some.floats(0.05, 1), min_size=classes, max_size=classes)))
    prior /= prior.sum()
    proba = forecasts(seed, 80, classes, spread)
    made = estimate_prior(proba, prior)
    other, most = maximised(proba, prior)
    assert made.log_likelihood[-1] == pytest.approx(prior_log_likelihood(proba, prior, made.estimate), abs=1e-9)
    assert most - 1e-8 - made.gap <= made.log_likelihood[-1]
    if made.has_converged and spread > 1:
        np.testing.assert_allclose(made.estimate, other, atol=2e-3)


@given(some.integers(0, 10_000), some.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_no_step_of_em_lowers_the_likelihood_and_each_has_shares_that_sum_to_one(seed, classes):
    made = estimate_prior(forecasts(seed, 50, classes), np.full(classes, 1 / classes))
    assert (np.diff(made.log_likelihood) >= -1e-12).all()
    np.testing.assert_allclose(made.shares.sum(axis=1), 1)
    assert made.log_likelihood[0] == 0
    assert len(made.log_likelihood) == len(made.shares)


def test_em_step_is_the_mean_of_the_corrected_forecasts():
    proba = forecasts(3)
    made = estimate_prior(proba, RARE)
    np.testing.assert_allclose(made.shares[0], RARE)
    np.testing.assert_allclose(made.shares[4], reweight(proba, RARE, made.shares[3]).mean(axis=0), atol=1e-12)


def test_em_that_may_take_few_steps_says_that_it_has_not_converged():
    made = estimate_prior(forecasts(4, spread=0.2), EQUAL, steps=3)
    assert len(made.shares) == 4
    assert not made.has_converged
    assert made.gap > 0


def test_em_finds_the_shares_of_rows_whose_forecasts_are_the_truth():
    points = draw_points(RARE, 20_000, np.random.default_rng(5), NOISE)
    proba = np.exp(true_log_proba(points.x, EQUAL, NOISE))
    np.testing.assert_allclose(estimate_prior(proba, EQUAL).estimate, RARE, atol=0.012)


@pytest.mark.parametrize(("classes", "spread", "rows"), [(3, 2.0, 300), (10, 2.0, 200), (10, 0.3, 200), (4, 8.0, 60)])
def test_interval_is_that_of_em_which_takes_thousands_of_steps_for_a_sample(classes, spread, rows):
    proba, prior, draws = forecasts(8, rows, classes, spread), np.full(classes, 1 / classes), 30
    weights = np.random.default_rng(9).multinomial(rows, np.full(rows, 1 / rows), draws)
    ends = [estimate_prior(np.repeat(proba, times, axis=0), prior).estimate for times in weights]
    found = prior_interval(proba, prior, np.random.default_rng(9), draws=draws)
    np.testing.assert_allclose((found.low, found.high), np.quantile(ends, [0.025, 0.975], axis=0), atol=5e-4)


def test_intervals_of_estimated_shares_hold_the_truth_in_95_percent():
    """Of 300 rows, with forecasts that are the truth; a share near 0 too."""
    rng, held = np.random.default_rng(6), []
    wanted = np.array([0.6, 0.36, 0.04])
    for _ in range(200):
        points = draw_points(wanted, 300, rng, NOISE)
        found = prior_interval(np.exp(true_log_proba(points.x, EQUAL, NOISE)), EQUAL, rng, draws=199)
        held.append(found.holds(wanted))
    assert (np.abs(np.mean(held, axis=0) - 0.95) < 0.05).all(), np.mean(held, axis=0)


@pytest.mark.parametrize("wanted", [(0.5, 0.5, 0.0), (1.0, 0.0, 0.0), (0.97, 0.03, 0.0)])
def test_intervals_hold_shares_of_0_and_of_1(wanted):
    """The search ends near 0 and not at it: an interval from 0.000002 was said not to hold a share of 0."""
    rng, shares, held = np.random.default_rng(7), np.array(wanted), []
    for _ in range(40):
        points = draw_points(shares, 500, rng, 0.6)
        held.append(prior_interval(np.exp(true_log_proba(points.x, EQUAL, 0.6)), EQUAL, rng, draws=199).holds(shares))
    assert (np.mean(held, axis=0) > 0.8).all(), np.mean(held, axis=0)


def test_intervals_of_a_class_with_a_row_or_two_hold_its_share_less_often_as_the_page_says():
    rng, shares, held = np.random.default_rng(8), np.array((0.97, 0.03, 0.0)), []
    for _ in range(100):
        points = draw_points(shares, 50, rng, NOISE)
        held.append(prior_interval(np.exp(true_log_proba(points.x, EQUAL, NOISE)), EQUAL, rng, draws=199).holds(shares))
    assert 0.7 < np.mean(held, axis=0)[1] < 0.9
    assert "Of a class with a few rows it holds the share less often" in " ".join(EM_LIMITS.split())


def test_the_corrected_oracle_is_the_oracle_of_the_other_shares():
    points = draw_points(RARE, 500, np.random.default_rng(7), NOISE)
    corrected = log_reweight(true_log_proba(points.x, EQUAL, NOISE), EQUAL, RARE)
    np.testing.assert_allclose(corrected, true_log_proba(points.x, RARE, NOISE), atol=1e-10)


def fitted(shares_of_training, rng, rows=2000):
    """Logits, as a function of points, of multinomial logistic regression on so many points in these shares."""
    from sklearn.linear_model import LogisticRegression

    points = draw_points(shares_of_training, rows, rng, NOISE)
    model = LogisticRegression(C=1e4, max_iter=2000).fit(points.x, points.y)
    return lambda x: log_softmax(model.decision_function(x)), np.bincount(points.y, minlength=3) / rows


def test_reweighting_equals_retraining_on_the_other_shares_within_its_band():
    rng = np.random.default_rng(8)
    differences, to_oracle = [], []
    for _ in range(8):
        (usual, seen), (retrained, _) = fitted(EQUAL, rng), fitted(RARE, rng)
        test = draw_points(RARE, 4000, rng, NOISE)
        corrected = row_nll(log_reweight(usual(test.x), seen, RARE), test.y)
        differences.append((corrected - row_nll(retrained(test.x), test.y)).mean())
        to_oracle.append((corrected - row_nll(true_log_proba(test.x, RARE, NOISE), test.y)).mean())
        uncorrected = row_nll(usual(test.x), test.y)
        assert uncorrected.mean() > corrected.mean() + 0.05
    half = 2.4 * np.std(differences, ddof=1) / np.sqrt(len(differences))
    assert abs(np.mean(differences)) < max(half, 0.003), (differences, half)
    assert 0 < np.mean(to_oracle) < 0.01


def test_rows_weighted_for_other_shares_cost_what_rows_in_these_shares_cost():
    rng = np.random.default_rng(9)
    equal, rare = draw_points(EQUAL, 20_000, rng, NOISE), draw_points(RARE, 20_000, rng, NOISE)
    losses = losses_of_outcomes(log_reweight(true_log_proba(equal.x, EQUAL, NOISE), EQUAL, RARE))["nll"]
    band = weighted_interval(losses, equal.y, RARE, rng)
    assert band.low < row_nll(true_log_proba(rare.x, RARE, NOISE), rare.y).mean() < band.high


def test_noise_is_known_of_blobs_as_they_were_generated_alone():
    from ensemble.datasets.config import DataConfig, table_of

    assert noise_of(table_of(DataConfig(data="blobs", points=77, noise=0.37))) == pytest.approx(0.37)
    assert noise_of(table_of(DataConfig(data="blobs", imbalance=0.5))) is None
    assert noise_of(table_of(DataConfig(data="blobs", label_noise=0.1))) is None
    assert noise_of(table_of(DataConfig(data="blobs", noise=0))) is None
