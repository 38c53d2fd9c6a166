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
