"""Forecasts of test rows at other shares of the classes: as they are, at the best temperature, and corrected."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.calibration.temperature import fit_temperature
from ensemble.datasets.table import Dataset, Table
from ensemble.probability.checks import class_numbers, log_probability_rows
from ensemble.probability.intervals import Band
from ensemble.probability.scoring import losses_of_outcomes
from ensemble.probability.vectors import Floats, log_softmax
from ensemble.shift.blobs import draw_points, noise_of, true_log_proba
from ensemble.shift.calibration_by_luck import calibration_error_by_luck
from ensemble.shift.priors import log_reweight, shares_of
from ensemble.shift.weighted import (
    costs_of_outcomes,
    effective_rows,
    row_weights,
    weighted_calibration_error,
    weighted_interval,
    weighted_intervals,
)

MAX_ROWS = 2000
ROUNDING = 1e-12
BEFORE, TEMPERATURE, AFTER, TRUTH = "before", "temperature", "after", "truth"


class UnseenRows(NamedTuple):
    """Rows that no network has been trained on.

    Attributes
    ----------
    x : ndarray of shape (n, features), float32
        On the scale of the training rows.
    y : ndarray of shape (n,), int
        True classes.
    numbers : ndarray of shape (n,), int
        Their numbers, from 0.
    truth : ndarray of shape (n, K) or None
        The true log-probabilities (nats) where all classes come equally often; None where nobody knows them.
    """

    x: NDArray[np.float32]
    y: NDArray[np.int64]
    numbers: NDArray[np.int64]
    truth: Floats | None


class Scored(NamedTuple):
    """What one way to use forecasts is worth at other shares.

    Attributes
    ----------
    loss : Band
        Mean negative log-likelihood in nats, with its 95 % interval over rows.
    paid : Band
        What the cheapest actions cost per row, likewise.
    error : float
        Expected calibration error of ten bins, 0..1.
    """

    loss: Band
    paid: Band
    error: float


class AtShares(NamedTuple):
    """Forecasts of test rows whose classes come in other shares.

    Attributes
    ----------
    shares : ndarray of shape (K,)
        Of the classes at use.
    effective : float
        As how many rows the test rows count.
    temperature : float
        With the smallest loss on these very rows: no other is better here.
    scored : dict of str to Scored
        As they are ("before"), at that temperature ("temperature"), corrected ("after"), and the true probabilities ("truth")
        where they are known.
    change : Band
        What the correction adds to the loss, in nats, with its 95 % interval over rows: below 0 where it helps.
    beyond_temperature : Band
        The loss after the correction less that at the best temperature, likewise.
    change_paid : Band
        What the correction adds to the bill per row, likewise.
    error_by_luck : float
        The calibration error that forecasts as sure as the corrected ones stay below in 95 % of data sets if calibrated.
    """

    shares: Floats
    effective: float
    temperature: float
    scored: dict[str, Scored]
    change: Band
    beyond_temperature: Band
    change_paid: Band
    error_by_luck: float


def rows_to_test(data: Dataset, table: Table, rng: np.random.Generator, n: int = MAX_ROWS) -> UnseenRows:
    """Test rows: fresh points, as many of each class, where the truth is known (see ``noise_of``), else those of the split.

    Parameters
    ----------
    data : Dataset
        A split.
    table : Table
        Of these rows.
    rng : Generator
        Draws points.
    n : int, default 2000
        So many points, and at most so many rows.

    Examples
    --------
    >>> from ensemble import load_dataset
    >>> from ensemble.datasets.builtin import load_table
    >>> rows = rows_to_test(load_dataset("blobs"), load_table("blobs"), np.random.default_rng(0))
    >>> len(rows.y), rows.truth.shape
    (2000, (2000, 3))
    """
    noise = noise_of(table)
    if noise is None:
        few = data.with_at_most(n)
        return UnseenRows(few.x_test, few.y_test, few.test_rows, None)
    equal = np.ones(data.classes)
    points = draw_points(equal, n, rng, noise)
    return UnseenRows(data.scaled(points.x), points.y, np.arange(n), true_log_proba(points.x, equal, noise))


def rows_in_shares(
    rows: UnseenRows, data: Dataset, table: Table, shares: ArrayLike, n: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Rows (n, features) in these shares, on the scale of the training rows: fresh points where they can be drawn, else test
    rows with replacement.

    Raises
    ------
    InputError
        If a class that has a share has no test row.
    """
    noise = noise_of(table)
    if noise is not None:
        return data.scaled(draw_points(shares, n, rng, noise).x)
    weights = row_weights(rows.y, shares)
    return rows.x[rng.choice(len(rows.y), n, p=weights / weights.sum())]


def possible_shares(shares: ArrayLike, seen: ArrayLike, y: ArrayLike) -> Floats:
    """Shares (K,) without those of classes that training or the test rows do not have; equal ones if none is left.

    Examples
    --------
    >>> possible_shares([0.5, 0.25, 0.25], [0.5, 0.5, 0.0], [0, 1, 1, 2]).round(3).tolist()
    [0.667, 0.333, 0.0]
    """
    training = np.asarray(seen, dtype=np.float64)
    there = (training > 0) & (np.bincount(class_numbers(y, np.size(y), len(training)), minlength=len(training)) > 0)
    kept = np.where(there, shares_of(shares, len(training)), 0)
    return shares_of(kept if kept.any() else there, len(training))


def cost_of_estimate(
    logits: ArrayLike, y: ArrayLike, seen: ArrayLike, estimated: ArrayLike, shares: ArrayLike, rng: np.random.Generator
) -> Band:
    """What forecasts lose at some shares if they are corrected for estimated ones: mean loss less that of the right correction.

    Returns
    -------
    Band
        In nats, with its 95 % interval over rows; all three infinite where the estimate rules a true class out.

    Raises
    ------
    InputError
        As ``log_reweight`` and ``row_weights``, or if shapes do not fit.

    Examples
    --------
    >>> args = np.log([[0.5, 0.5]] * 9), [0] * 9, [0.5, 0.5]
    >>> band = cost_of_estimate(*args, [0.9, 0.1], [1, 0], np.random.default_rng(0))
    >>> round(band.mean, 3)
    0.105
    """
    before = log_softmax(logits)
    wanted = shares_of(shares, before.shape[1])
    losses = [losses_of_outcomes(log_reweight(before, seen, one))["nll"] for one in (estimated, wanted)]
    with np.errstate(invalid="ignore"):
        return weighted_interval(_without_rounding(losses[0] - losses[1], wanted), y, wanted, rng)


def at_shares(
    logits: ArrayLike,
    y: ArrayLike,
    seen: ArrayLike,
    shares: ArrayLike,
    costs: ArrayLike,
    rng: np.random.Generator,
    truth: ArrayLike | None = None,
) -> AtShares:
    """What forecasts of test rows are worth where their classes come in other shares, and what the correction changes.

    Parameters
    ----------
    logits : array_like of shape (n, K)
        Scores of the forecasts.
    y : array_like of shape (n,)
        True classes.
    seen, shares : array_like of shape (K,)
        Shares of the classes as training has seen them, and at use.
    costs : array_like of shape (A, K)
        As ``Prices.costs`` gives them.
    rng : Generator
        Draws the intervals.
    truth : array_like of shape (n, K), optional
        As in ``UnseenRows``.

    Returns
    -------
    AtShares

    Raises
    ------
    InputError
        As ``log_reweight`` and ``row_weights``, or if shapes do not fit.

    References
    ----------
    Saerens, M., Latinne, P. and Decaestecker, C. (2002). Adjusting the outputs of a classifier to new a priori probabilities.
    """
    before = log_softmax(logits)
    classes = class_numbers(y, *before.shape)
    wanted = shares_of(shares, before.shape[1])
    temperature = fit_temperature(before, classes, row_weights(classes, wanted))
    ways = {
        BEFORE: before,
        TEMPERATURE: log_softmax(before, temperature),
        AFTER: log_reweight(before, seen, wanted),
    }
    if truth is not None:
        ways[TRUTH] = log_reweight(log_probability_rows(truth, "rows", "classes"), np.ones(len(wanted)), wanted)
    losses = {name: losses_of_outcomes(logs)["nll"] for name, logs in ways.items()}
    paid = {name: costs_of_outcomes(np.exp(logs), costs) for name, logs in ways.items()}
    with np.errstate(invalid="ignore"):
        changes = [losses[AFTER] - losses[before_it] for before_it in (BEFORE, TEMPERATURE)]
    changes = [_without_rounding(one, wanted) for one in (*changes, paid[AFTER] - paid[BEFORE])]
    bands = weighted_intervals(np.stack([*losses.values(), *paid.values(), *changes]), classes, wanted, rng)
    scored = {
        name: Scored(
            bands[position], bands[len(ways) + position], weighted_calibration_error(np.exp(ways[name]), classes, wanted)
        )
        for position, name in enumerate(ways)
    }
    by_luck = calibration_error_by_luck(np.exp(ways[AFTER]), classes, wanted, rng)
    change, beyond_temperature, change_paid = bands[-3:]
    effective = effective_rows(classes, wanted)
    return AtShares(wanted, effective, temperature, scored, change, beyond_temperature, change_paid, by_luck)


def _without_rounding(changes: Floats, shares: Floats) -> Floats:
    """Differences (n, K) that are 0 for a class without a share, where both losses may be infinite, and where they are tiny."""
    return np.where((shares > 0) & ~(np.abs(changes) < ROUNDING), changes, 0.0)
