"""The app's intervals for many simulated data sets at once; tests compare them with those of the app, one by one."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import stats

from ensemble.probability.intervals import AccuracyDifference, accuracy_difference, mean_intervals
from ensemble.probability.scoreboard import MAX_BRIER
from ensemble.probability.scoring import losses_of_outcomes
from ensemble.probability.vectors import Floats, softmax

DRAWS_OF_A_DIFFERENCE = 10_000
NEWTON_STEPS = 10

Ends = tuple[Floats, Floats]


def intervals_of_losses(logs: Floats, y: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> dict[str, Ends]:
    """Ends (replicates,) of the intervals of ``scoreboard`` for rows (replicates, n) of these forecasts."""
    found = {}
    for score, of_each in losses_of_outcomes(logs).items():
        most = of_each.max(axis=1)[rows].max(axis=1) if score == "nll" else MAX_BRIER
        found[score] = mean_intervals(of_each[rows, y[rows]], 0, most, rng)
    return found


def intervals_of_differences(
    one: Floats, other: Floats, y: np.ndarray, rows: np.ndarray, rng: np.random.Generator
) -> dict[str, Ends]:
    """As ``intervals_of_losses``, of ``ensemble.runs.comparison.differences_from_first``."""
    found = {}
    for score, change in changes_of_losses(one, other).items():
        least, most = ends_of(change, rows) if score == "nll" else (-MAX_BRIER, MAX_BRIER)
        found[score] = mean_intervals(change[rows, y[rows]], least, most, rng)
    return found


def intervals_of_changes(
    before: Floats, after: Floats, y: np.ndarray, rows: np.ndarray, rng: np.random.Generator
) -> dict[str, Ends]:
    """As ``intervals_of_losses``, of ``ensemble.probability.scoreboard.change_by_temperature``."""
    changes = changes_of_losses(before, after)
    return {score: mean_intervals(one[rows, y[rows]], *ends_of(one, rows), rng) for score, one in changes.items()}


def changes_of_losses(one: Floats, other: Floats) -> dict[str, Floats]:
    """Losses (n, classes) of the second forecasts less those of the first, whichever class is the true one."""
    first = losses_of_outcomes(one)
    return {score: losses - first[score] for score, losses in losses_of_outcomes(other).items()}


def ends_of(values: Floats, rows: np.ndarray) -> Ends:
    """Smallest and largest value (replicates,) among all classes of the rows (replicates, n)."""
    return values.min(axis=1)[rows].min(axis=1), values.max(axis=1)[rows].max(axis=1)


def of_accuracy_differences(better: np.ndarray, worse: np.ndarray, n: int) -> Ends:
    """Ends (replicates,) of the intervals where so many of n rows are right in the second forecast, or the first, alone."""
    found = [accuracy_difference_of(int(up), int(down), n) for up, down in zip(better, worse, strict=True)]
    return np.array([one.low for one in found]), np.array([one.high for one in found])


@cache
def accuracy_difference_of(better: int, worse: int, n: int) -> AccuracyDifference:
    """``accuracy_difference`` hangs on the counts alone."""
    first, second = np.zeros((2, n), bool)
    second[:better], first[better : better + worse] = True, True
    return accuracy_difference(first, second, np.random.default_rng([better, worse, n]), draws=DRAWS_OF_A_DIFFERENCE)


def wald_intervals(x: Floats, y: np.ndarray, classes: int) -> Ends:
    """Intervals of ``ensemble.interpretation.significance.significance`` for many data sets at once, by Newton's method.

    ``x`` (replicates, n, features) and ``y`` (replicates, n) give ends (replicates, classes - 1, 1 + features).
    """
    replicates, n, features = x.shape
    rows = np.concatenate([np.ones((replicates, n, 1)), x], axis=2)
    targets = np.eye(classes)[y][..., 1:]
    found = np.zeros((replicates, classes - 1, 1 + features))
    for _ in range(NEWTON_STEPS):
        proba = softmax(np.concatenate([np.zeros((replicates, n, 1)), rows @ found.swapaxes(1, 2)], axis=2))[..., 1:]
        slope = (targets - proba).swapaxes(1, 2) @ rows
        curvature = np.eye(classes - 1) * proba[..., None] - proba[..., None] * proba[..., None, :]
        information = np.einsum("rnkl,rni,rnj->rkilj", curvature, rows, rows, optimize=True)
        covariance = np.linalg.inv(information.reshape(replicates, found[0].size, found[0].size))
        found += (covariance @ slope.reshape(replicates, -1, 1)).reshape(found.shape)
    reach = stats.norm.ppf(0.975) * np.sqrt(np.diagonal(covariance, axis1=1, axis2=2)).reshape(found.shape)
    return found - reach, found + reach


class SameDraws:
    """Gives each bootstrap of one size the same draws, which take longer than all that is done with them."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._kept: dict[int, np.ndarray] = {}

    def multinomial(self, n: int, shares: Floats, size: int) -> np.ndarray:
        """As of a ``Generator``."""
        if n not in self._kept:
            self._kept[n] = self._rng.multinomial(n, shares, size)
        return self._kept[n]
