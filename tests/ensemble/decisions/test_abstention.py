"""Risk against coverage, against a plain loop; the AUROC of errors, against scikit-learn; coverage of the intervals."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from ensemble import InputError
from ensemble.decisions import risk_coverage
from ensemble.decisions.abstention import auroc_interval, auroc_of_error, curve_table, risk_band
from ensemble.probability.scoring import without_rounding
from ensemble.probability.vectors import entropy, softmax

rows = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.1 + 1e-17, 0.5, 2.0, np.inf]) | st.floats(0, 1), st.booleans()), min_size=1
)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, unique_by=lambda row: row[0]))
def test_risk_against_coverage_equals_a_plain_loop(rows):
    uncertainty, wrong = zip(*rows, strict=True)
    curve = risk_coverage(uncertainty, wrong)
    answered = errors = 0
    for _, is_wrong in sorted(rows):
        answered, errors = answered + 1, errors + is_wrong
        assert curve.coverage[answered - 1] == answered / len(rows)
        assert curve.risk[answered - 1] == pytest.approx(errors / answered, abs=1e-12)
    assert curve.area == pytest.approx(np.mean(curve.risk))


def _rises(values: np.ndarray) -> bool:
    return all(first <= second for first, second in pairwise(values))


@given(st.lists(st.tuples(st.sampled_from([0.0, 1.0, np.inf]), st.booleans()), min_size=1, max_size=5))
def test_ties_give_the_mean_over_all_orders_of_equal_rows(rows):
    uncertainty, wrong = (np.array(column) for column in zip(*rows, strict=True))
    sorted_rows = [order for order in map(list, permutations(range(len(rows)))) if _rises(uncertainty[order])]
    mean = np.mean([wrong[order].cumsum() / np.arange(1, len(rows) + 1) for order in sorted_rows], axis=0)
    assert np.allclose(risk_coverage(uncertainty, wrong).risk, mean)


def test_row_numbers_are_an_order_the_most_certain_first():
    wrong = np.array([True, False, True, False])
    certain_first = np.array([3, 1, 0, 2])
    assert risk_coverage(certain_first, wrong).risk.tolist() == pytest.approx([0, 0, 1 / 3, 0.5])


@given(rows)
def test_auroc_of_errors_equals_scikit_learns(rows):
    uncertainty, wrong = (np.array(column) for column in zip(*rows, strict=True))
    if not 0 < wrong.sum() < len(wrong):
        with pytest.raises(InputError, match="answers of both kinds"):
            auroc_of_error(uncertainty, wrong)
        return
    ranked = np.unique(uncertainty, return_inverse=True)[1]  # scikit-learn refuses infinities
    assert auroc_of_error(uncertainty, wrong) == pytest.approx(roc_auc_score(wrong, ranked), abs=1e-12)
    value, low, high = auroc_interval(uncertainty, wrong)
    assert 0 <= low <= value <= high <= 1
    assert high - low > 1e-3


def errors_and_uncertainties(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    uncertainty = rng.random(n)
    return uncertainty, rng.random(n) < 0.25 * uncertainty**2


def test_intervals_of_risk_and_auroc_hold_the_truth_in_at_least_95_percent():
    rng = np.random.default_rng(0)
    many = np.sort(rng.random(200_000))
    true_risk = [float((0.25 * many[: int(c * len(many))] ** 2).mean()) for c in (0.5, 1.0)]
    true_auroc = auroc_of_error(many, rng.random(len(many)) < 0.25 * many**2)
    held = []
    for _ in range(1000):
        uncertainty, wrong = errors_and_uncertainties(200, rng)
        low, high = risk_band(risk_coverage(uncertainty, wrong))
        auroc = auroc_interval(uncertainty, wrong)
        of_risk = [low[i] <= risk <= high[i] for i, risk in zip((99, 199), true_risk, strict=True)]
        held.append([*of_risk, auroc.low <= true_auroc <= auroc.high])
    assert (np.mean(held, axis=0) > 0.95 - 0.015).all()


def test_a_table_of_a_long_curve_keeps_its_ends():
    uncertainty, wrong = errors_and_uncertainties(5000, np.random.default_rng(1))
    curve = risk_coverage(uncertainty, wrong)
    table = curve_table(curve)
    assert len(table) == 200
    assert table["risk"].iloc[[0, -1]].tolist() == [curve.risk[0], wrong.mean()]
    assert ((table["low"] <= table["risk"]) & (table["risk"] <= table["high"])).all()


@pytest.mark.parametrize(("uncertainty", "wrong"), [([], []), ([0.1], [True, False]), ([np.nan], [True]), ([0.1], [2])])
def test_rows_that_do_not_fit_are_refused(uncertainty, wrong):
    with pytest.raises(InputError):
        risk_coverage(uncertainty, wrong)


def test_forecasts_of_one_digit_are_equally_sure_whatever_the_rounding_of_their_logarithms():
    """By rounding 0.7 was surer than 0.7 where the other classes had other probabilities: it was an order, and no tie."""
    rng = np.random.default_rng(0)
    top = rng.choice([0.5, 0.6, 0.7, 0.8, 0.9], 300)
    second = ((1 - top) * rng.choice([0.25, 0.5, 0.75], 300)).round(3)
    proba = softmax(np.log(np.stack([top, second, 1 - top - second], axis=1)))
    wrong = rng.random(300) > top
    assert len(np.unique(1 - proba.max(axis=1))) > 5
    tied = risk_coverage((1 - top).round(9), wrong).risk
    assert (risk_coverage(1 - proba.max(axis=1), wrong).risk != tied).any()
    np.testing.assert_allclose(risk_coverage(without_rounding(1 - proba.max(axis=1)), wrong).risk, tied, atol=1e-12)
    assert len(np.unique(without_rounding(entropy(proba)))) == len(np.unique(entropy(proba).round(9)))
