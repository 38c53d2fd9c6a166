"""Tables of scores with their intervals: several forecasts of the same rows, or one before and after a temperature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ensemble.probability.checks import class_numbers, log_probability_rows, score_rows
from ensemble.probability.intervals import Band, mean_interval, mean_interval_or_infinity, wilson_interval
from ensemble.probability.scoring import (
    expected_calibration_error,
    finite_range,
    losses_of_outcomes,
    row_brier,
    row_nll,
    top_label,
)
from ensemble.probability.vectors import log_softmax

if TYPE_CHECKING:
    import pandas as pd

MAX_BRIER = 2.0


def scoreboard(log_probas: Mapping[str, ArrayLike], y: ArrayLike, rng: np.random.Generator) -> pd.DataFrame:
    """Scores of several forecasts of the same rows.

    Parameters
    ----------
    log_probas : mapping of str to array_like of shape (n, classes)
        Log-probabilities (nats) by name.
    y : array_like of shape (n,)
        True classes.
    rng : numpy.random.Generator
        Draws the bands.

    Returns
    -------
    DataFrame
        One row each: ``name``, then ``nll`` (nats), ``brier`` (0..2) and ``accuracy`` (0..1), each with ``_low`` and ``_high``,
        the 95 % interval: ``mean_interval``'s, and Wilson's for the accuracy. It holds the luck of the rows, not that of the
        training. No NLL is taken to exceed the largest finite one that any class of these rows would have cost. Where a true
        class had the probability 0, the NLL and both ends are infinite.

    Raises
    ------
    InputError
        As ``negative_log_likelihood`` and ``mean_interval``.
    """
    import pandas as pd  # here, because the first page should not wait for it

    table = []
    for name, log_proba in log_probas.items():
        outcomes = losses_of_outcomes(log_proba)
        truth = class_numbers(y, *outcomes["nll"].shape)
        row: dict[str, object] = {"name": name}
        for score, most in (("nll", finite_range(outcomes["nll"])[1]), ("brier", MAX_BRIER)):
            losses = outcomes[score][np.arange(len(truth)), truth]
            row[score], row[f"{score}_low"], row[f"{score}_high"] = mean_interval_or_infinity(losses, 0, most, rng)
        hits = np.asarray(log_proba).argmax(axis=-1) == truth
        row["accuracy"] = hits.mean()
        row["accuracy_low"], row["accuracy_high"] = wilson_interval(int(hits.sum()), len(hits))
        table.append(row)
    return pd.DataFrame(table)


def loss_beyond_base_rate(log_proba: ArrayLike, y: ArrayLike, rng: np.random.Generator) -> Band:
    """Mean loss of forecasts less the base rate ``H(pi)`` of the same rows, whose class shares ``pi`` hindsight has.

    Parameters
    ----------
    log_proba : array_like of shape (n, classes)
        Log-probabilities (nats).
    y : array_like of shape (n,)
        True classes.
    rng : numpy.random.Generator
        Draws the interval.

    Returns
    -------
    Band
        In nats, below 0 where the forecasts cost less: the mean difference and the 95 % interval of ``mean_interval`` over
        rows, which takes ``pi`` as given. No difference is taken to exceed what another class of these rows would have
        brought. All three are infinite where a true class had the probability 0.

    Raises
    ------
    InputError
        As ``losses_of_outcomes`` and ``mean_interval``.

    Examples
    --------
    >>> band = loss_beyond_base_rate(np.log([[0.5, 0.5]] * 8), [0, 1] * 4, np.random.default_rng(0))
    >>> band.mean, band.low, band.high
    (0.0, 0.0, 0.0)
    """
    losses = losses_of_outcomes(log_proba)["nll"]
    truth = class_numbers(y, *losses.shape)
    count = np.bincount(truth, minlength=losses.shape[1])
    there = count > 0
    beyond = losses[:, there] + np.log(count[there] / len(truth))
    of_truth = np.cumsum(there)[truth] - 1
    return mean_interval_or_infinity(beyond[np.arange(len(truth)), of_truth], *finite_range(beyond), rng)


def scores_alone(log_proba: ArrayLike, y: ArrayLike) -> pd.DataFrame:
    """Scores of many forecasts of the same rows, without bands.

    Parameters
    ----------
    log_proba : array_like of shape (forecasts, n, classes)
        Log-probabilities (nats), such as those of each member.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    DataFrame
        One row each: ``nll`` (nats), ``brier`` (0..2), ``accuracy`` (0..1).
    """
    import pandas as pd  # here, because the first page should not wait for it

    logs = log_probability_rows(log_proba, "forecasts", "rows", "classes")
    truth = class_numbers(y, *logs.shape[1:])
    scores = {"nll": row_nll(logs, truth), "brier": row_brier(np.exp(logs), truth), "accuracy": logs.argmax(axis=-1) == truth}
    return pd.DataFrame({name: values.mean(axis=1) for name, values in scores.items()})


def change_by_temperature(logits: ArrayLike, temperature: float, y: ArrayLike, rng: np.random.Generator) -> pd.DataFrame:
    """Scores of the same forecasts at temperature 1 and at another one.

    Parameters
    ----------
    logits : array_like of shape (n, classes)
        Finite scores.
    temperature : float
        Positive.
    y : array_like of shape (n,)
        True classes.
    rng : numpy.random.Generator
        Draws the intervals.

    Returns
    -------
    DataFrame
        One row each for the loss (nats), the Brier score (0..2), the ECE and the accuracy (both 0..1): columns ``score``,
        ``before``, ``after``, and ``low`` and ``high``, the 95 % interval of the change by ``mean_interval``. No change is
        taken to exceed what another class would have brought to one of these rows. Not a number for the ECE, which is no mean
        over rows, and for the accuracy, which no temperature changes.

    Raises
    ------
    InputError
        If shapes do not fit, a score is not finite, a class is not one of the columns or the temperature not positive.
    """
    import pandas as pd  # here, because the first page should not wait for it

    scores, truth = score_rows(logits, y)
    before, after = log_softmax(scores), log_softmax(scores, temperature)
    old, new = losses_of_outcomes(before), losses_of_outcomes(after)
    rows = np.arange(len(truth))
    table: list[tuple[object, ...]] = []
    for score, name in (("nll", "loss (nats)"), ("brier", "Brier score")):
        change = new[score] - old[score]
        band = mean_interval(change[rows, truth], *finite_range(change), rng)
        table.append((name, old[score][rows, truth].mean(), new[score][rows, truth].mean(), band.low, band.high))
    for name, measure in (
        ("ECE", expected_calibration_error),
        ("accuracy", lambda proba, truth: top_label(proba, truth)[1].mean()),
    ):
        table.append((name, *(measure(np.exp(one), truth) for one in (before, after)), np.nan, np.nan))
    return pd.DataFrame(table, columns=["score", "before", "after", "low", "high"])
