"""Truncated sampling against plain loops, and the numbers that JavaScript is held to as well."""

import json

import numpy as np
import pytest
from scipy import stats

from ensemble import InputError
from ensemble.probability import log_softmax, softmax
from ensemble.probability.truncation import count_band, draws, renormalised, top_k_mask, top_p_mask, truncated_log_softmax
from testing import ROOT

VECTORS = json.loads((ROOT / "tests" / "javascript" / "truncation_vectors.json").read_text(encoding="utf-8"))
RNG = np.random.default_rng(0)
ROWS = [log_softmax(RNG.normal(size=50) * scale) for scale in (0.1, 1, 5)]


def likeliest_first(logs):
    return sorted(range(len(logs)), key=lambda k: (-logs[k], k))


@pytest.mark.parametrize("logs", ROWS)
@pytest.mark.parametrize("k", [1, 7, 50, 99])
def test_top_k_keeps_the_likeliest(logs, k):
    assert np.flatnonzero(top_k_mask(logs, k)).tolist() == sorted(likeliest_first(logs)[:k])


@pytest.mark.parametrize("logs", ROWS)
@pytest.mark.parametrize("p", [1e-9, 0.3, 0.9, 0.999, 1])
def test_the_nucleus_is_the_smallest_set_that_holds_p(logs, p):
    kept, held = [], 0.0
    for k in likeliest_first(logs):
        if kept and held >= p:
            break
        kept.append(k)
        held += np.exp(logs[k])
    assert np.flatnonzero(top_p_mask(logs, p)).tolist() == sorted(kept)
    assert held >= p - 1e-12
    assert len(kept) == 1 or held - np.exp(logs[kept[-1]]) < p


def test_masks_work_row_by_row_and_of_equals_keep_the_first():
    rows = np.log([[0.25, 0.25, 0.25, 0.25], [0.1, 0.2, 0.3, 0.4]])
    assert top_k_mask(rows, 2).tolist() == [[True, True, False, False], [False, False, True, True]]
    assert top_p_mask(rows, 0.5).tolist() == [[True, True, False, False], [False, False, True, True]]


@pytest.mark.parametrize("logs", ROWS)
def test_renormalised_is_the_conditional_distribution(logs):
    mask = top_p_mask(logs, 0.8)
    p, q = np.exp(logs), np.exp(renormalised(logs, mask))
    np.testing.assert_allclose(q, np.where(mask, p, 0) / p[mask].sum(), rtol=1e-12)
    assert q.sum() == pytest.approx(1, abs=1e-12)
    assert np.isneginf(renormalised(logs, mask)[~mask]).all()


def test_tiny_probabilities_are_renormalised_in_logarithms():
    logs = np.array([0.0, -1000.0, -1001.0])
    q = np.exp(renormalised(logs, [False, True, True]))
    np.testing.assert_allclose(q, softmax([-1e9, 1.0, 0.0]), atol=1e-12)


def test_without_truncation_it_is_the_softmax():
    z = RNG.normal(size=(4, 9))
    np.testing.assert_allclose(truncated_log_softmax(z, 0.7), log_softmax(z, 0.7), atol=1e-12)


def test_top_p_sees_what_top_k_has_left():
    z = np.log([4.0, 3.0, 2.0, 1.0])
    assert np.isfinite(truncated_log_softmax(z, p=0.75)).tolist() == [True, True, True, False]
    assert np.isfinite(truncated_log_softmax(z, k=3, p=0.75)).tolist() == [True, True, False, False]


def test_draws_come_as_often_as_their_probabilities_say():
    logs = truncated_log_softmax(RNG.normal(size=6), k=4)
    counts = np.bincount(draws(logs, np.random.default_rng(1).random(20_000)), minlength=6)
    kept = np.isfinite(logs)
    assert counts[~kept].sum() == 0
    assert stats.chisquare(counts[kept], 20_000 * np.exp(logs[kept])).pvalue > 1e-4


@pytest.mark.parametrize("p", [0.0, 0.002, 0.03, 0.5, 0.97, 1.0])
@pytest.mark.parametrize("n", [1, 100, 1000])
def test_counts_lie_in_their_band_at_least_as_often_as_said(n, p):
    low, high = count_band(n, p)
    exact = stats.binom(n, p)
    assert exact.cdf(high) - exact.cdf(low - 1) >= 0.95
    assert (low, high) == (max(0, exact.ppf(0.025)), exact.ppf(0.975))
    drawn = np.random.default_rng(n).binomial(n, p, 4000)
    assert np.mean((drawn >= low) & (drawn <= high)) >= 0.95 - 4 * np.sqrt(0.05 * 0.95 / 4000)


def test_what_cannot_be_truncated_is_refused():
    with pytest.raises(InputError, match="sum to 1"):
        top_k_mask([0.0, 0.0], 1)
    with pytest.raises(InputError, match="At least one class"):
        top_k_mask(ROWS[0], 0)
    with pytest.raises(InputError, match="above 0 and at most 1"):
        top_p_mask(ROWS[0], 0)
    with pytest.raises(InputError, match="keeps no class"):
        renormalised([0.0, -np.inf], [False, True])
    with pytest.raises(InputError, match="same"):
        renormalised(ROWS[0], [True])


def test_numbers_of_javascript_are_these():
    for case in VECTORS["truncated"]:
        found = truncated_log_softmax(case["z"], case["temperature"], case["k"], case["p"])
        np.testing.assert_allclose(np.exp(found), case["proba"], atol=1e-12)
    for case in VECTORS["draws"]:
        with np.errstate(divide="ignore"):
            assert draws(np.log(case["proba"]), case["uniforms"]).tolist() == case["drawn"]
    for case in VECTORS["bands"]:
        assert [int(end) for end in count_band(case["n"], case["p"])] == [case["low"], case["high"]]
