"""Every interval and band of the app holds what it is for as often as it says, at the sizes at which it is drawn.

The simulations are those of ``benchmarks.coverage``, with fewer data sets.
"""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks import coverage
from ensemble.probability.intervals import mean_interval

ENSEMBLE = Path(coverage.__file__).parent.parent / "ensemble"
MAKES_AN_INTERVAL = re.compile(r"proportion_confint\(|proportion_ci\(|conf_int\(|\.ppf\(|\bquantile\(|[^_]bootstrap\(")
SIMULATED = {
    "classic.py": "accuracy",
    "outputs.py": "accuracy",
    "scores.py": "scores, differences, temperatures, accuracy_differences",
    "reliability.py": "consistency_bands",
    "conformal.py": "conformal",
    "spread.py": "seeds, spreads",
    "importance.py": "importances",
    "regression.py": "coefficients",
    "experiment_tables.py": "descriptions",
    "disagreement.py": "descriptions",
}
REPLICATES = {
    "differences": 30,
    "seeds": 60,
    "accuracy_differences": 150,
    "consistency_bands": 400,
    "calibration_errors": 400,
    "spreads": 300,
}


@pytest.mark.parametrize("group", coverage.GROUPS, ids=lambda group: group.__name__)
def test_every_interval_covers_at_the_sizes_at_which_it_is_drawn(group):
    """Truth A3, A4, A5, B7: at least 90 % where 95 are named, and at most 5 points less than what is named elsewhere."""
    replicates = REPLICATES.get(group.__name__, 100)
    luck = 2.5 * math.sqrt(0.1 * 0.9 / replicates)
    for found in group(np.random.default_rng(14), replicates):
        if found.nominal == found.nominal:
            assert found.covered >= found.nominal - 0.05 - luck, found


def test_the_intervals_that_were_too_short_are_told_by_this_simulation():
    """Truth A5: the bootstrap of mean losses covered 49 to 63 % of what it said to cover in 95."""
    rng = np.random.default_rng(0)
    logits, y = coverage.forecasts("wine")
    losses = -coverage.log_softmax(logits["classic"])[np.arange(len(y)), y]
    rows = losses[coverage.drawn(rng, len(y), 36, 400)]
    means = rows @ rng.multinomial(36, np.full(36, 1 / 36), 1000).T / 36
    assert coverage.share(*np.quantile(means, [0.025], axis=1), losses.mean(), np.quantile(means, 0.975, axis=1)) < 0.75
    held = [mean_interval(one, 0, 80, rng) for one in rows[:100]]
    assert np.mean([band.low <= losses.mean() <= band.high for band in held]) > 0.9


def test_calibrated_forecasts_leave_the_band_somewhere_as_often_as_it_says():
    """Truth A2: from 4 % of data sets to 94, not one in five."""
    found = {
        (one.interval, one.at): one
        for one in coverage.consistency_bands(np.random.default_rng(2), 400)
        if "everywhere" in one.interval
    }
    for one in found.values():
        assert one.covered == pytest.approx(one.nominal, abs=0.08), one
    assert found["reliability, curve: everywhere", "moons, n = 300"].nominal < 0.3
    assert found["reliability, curve: everywhere", "wine, n = 36"].nominal > 0.9


def test_conformal_sets_of_rare_hard_classes_hold_their_promise():
    """Truth B5: 30 easy rows and 15 hard classes of 5; chosen class by class, sets for 80 % held the true class in less."""
    rng = np.random.default_rng(5)
    y = np.r_[np.zeros(30, int), np.repeat(np.arange(1, 16), 5)]
    held = []
    for _ in range(2000):
        score = np.where(y == 0, rng.uniform(0, 0.1, len(y)), rng.uniform(0.5, 1, len(y)))  # 1 - probability of the true class
        chosen = coverage.split_rows(len(y), 0.5, rng)
        rank = math.ceil((chosen.sum() + 1) * 0.8)
        held.append((score[~chosen] <= np.sort(score[chosen])[rank - 1]).mean())
    assert np.mean(held) >= 0.8 - 0.005


def test_no_interval_is_without_a_simulation():
    """Truth A, B7: whoever adds an interval adds its simulation to ``benchmarks.coverage`` and names it here."""
    makers = {path.name for path in ENSEMBLE.glob("*.py") if MAKES_AN_INTERVAL.search(path.read_text())}
    assert makers == set(SIMULATED)
    groups = {group.__name__ for group in coverage.GROUPS}
    assert {name for named in SIMULATED.values() for name in named.split(", ")} <= groups
