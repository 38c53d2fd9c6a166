"""Temperature scaling: fitting, diagnostics, and before or after pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.errors import InputError
from ensemble.probability.checks import class_numbers, log_probability_rows, numbers, score_rows
from ensemble.probability.scoring import brier_score as brier_score
from ensemble.probability.scoring import calibration_error, row_brier, row_nll
from ensemble.probability.scoring import expected_calibration_error as expected_calibration_error
from ensemble.probability.vectors import Floats, log_softmax, softmax

if TYPE_CHECKING:
    import pandas as pd

COLDEST, HOTTEST = 0.01, 100.0
FLAT = 1e-12
# In place of -inf, where 0 times it has to be 0: its probability is 0 at the hottest temperature too.
RULED_OUT = -1e300
TEMPERATURES = np.logspace(-2, 2, 161)


class OutOfSample(NamedTuple):
    """Forecasts at a temperature that was fitted to other rows.

    Attributes
    ----------
    log_proba : ndarray of shape (n, classes)
        In nats.
    temperatures : tuple of two floats
        Of either half of the rows: each is fitted on the other half.
    """

    log_proba: Floats
    temperatures: tuple[float, float]


class Pooled(NamedTuple):
    """What calibrating before or after pooling does to rows that took no part in calibrating.

    Attributes
    ----------
    scores : DataFrame
        Columns ``way``, ``nll`` (nats), ``brier`` (0..2) and ``ece``; the ways are "pool", "pool, then calibrate" and
        "calibrate, then pool".
    pool_temperature : float
        Fitted to the pool.
    member_temperatures : ndarray of shape (members,)
        Fitted to each member.
    log_proba : dict of str to ndarray of shape (rows, classes)
        By way, the log-probabilities (nats) of the rows that are scored.
    """

    scores: pd.DataFrame
    pool_temperature: float
    member_temperatures: Floats
    log_proba: dict[str, Floats]


def fit_temperature(logits: ArrayLike, y: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Temperature T at which ``softmax(logits / T)`` has the smallest mean negative log-likelihood.

    The NLL is convex in 1/T, so there is no other minimum. If every row is right, colder is always better and there is no
    finite optimum: the coldest temperature wins. If all scores of each row are equal, the likelihood is flat and T is 1.
    A row whose true class has the score -inf costs infinitely much at every T: the other rows decide.

    Parameters
    ----------
    logits : array_like of shape (n, classes)
        Scores, or log-probabilities, which are scores too: finite, or -inf for a class with probability 0.
    y : array_like of shape (n,)
        True classes.
    weights : array_like of shape (n,), optional
        How much each row counts, at least 0; all alike if nothing is given.

    Returns
    -------
    float
        In 0.01..100. Above 1 the model was too sure of itself.

    Raises
    ------
    InputError
        If shapes do not fit, a score is inf or not a number, a row is -inf throughout, a class is not one of the columns, or
        weights are negative or all 0.

    References
    ----------
    Guo, C., Pleiss, G., Sun, Y. and Weinberger, K. Q. (2017). On calibration of modern neural networks.

    Examples
    --------
    >>> round(fit_temperature([[0.0, 2 * np.log(3)]] * 4, [1, 1, 1, 0]), 6)
    2.0
    """
    from scipy.optimize import brentq  # here, because the first page should not wait for it

    scores, truth = score_rows(logits, y)
    counts = _weights(weights, len(truth))
    scores, truth, counts = scores[counts > 0], truth[counts > 0], counts[counts > 0]
    below_highest = scores - scores.max(axis=1, keepdims=True)
    ruled_out = np.isneginf(below_highest)
    if ruled_out.any():
        possible = ~ruled_out[np.arange(len(truth)), truth]
        below_highest, truth = np.where(ruled_out, RULED_OUT, below_highest)[possible], truth[possible]
        counts = counts[possible]
        ruled_out = ruled_out[possible]
    if not len(truth) or np.where(ruled_out, 0, below_highest).min() > -FLAT:
        return 1.0
    counts = counts / counts.sum()
    of_truth = counts @ below_highest[np.arange(len(truth)), truth]

    # scikit-learn's own refuses a class that no row has and takes scores that happen to sum to 1 for probabilities.
    def slope(log_temperature: float) -> float:
        """Derivative of the mean NLL with respect to 1/T: expected scores minus the scores of the true classes."""
        proba = softmax(below_highest, np.exp(log_temperature))
        return float(counts @ (proba * below_highest).sum(axis=1) - of_truth)

    coldest, hottest = np.log(COLDEST), np.log(HOTTEST)
    if slope(coldest) <= 0:
        return COLDEST
    if slope(hottest) >= 0:
        return HOTTEST
    return float(np.exp(brentq(slope, coldest, hottest, xtol=1e-12)))


def at_temperature_of_other_rows(logits: ArrayLike, y: ArrayLike, rng: np.random.Generator) -> OutOfSample:
    """Two-fold temperature scaling: each half of the rows at the temperature that was fitted to the other half.

    Parameters
    ----------
    logits : array_like of shape (n, classes)
        Finite scores, or log-probabilities; n >= 2.
    y : array_like of shape (n,)
        True classes.
    rng : Generator
        Draws the halves.

    Returns
    -------
    OutOfSample

    Raises
    ------
    InputError
        As ``fit_temperature``, and if there are fewer than two rows.

    References
    ----------
    Guo, C., Pleiss, G., Sun, Y. and Weinberger, K. Q. (2017). On calibration of modern neural networks.

    Examples
    --------
    >>> made = at_temperature_of_other_rows([[0.0, 2 * np.log(3)]] * 8, [1, 1, 1, 0] * 2, np.random.default_rng(3))
    >>> np.round(made.temperatures, 2).tolist(), made.log_proba.shape
    ([2.0, 2.0], (8, 2))
    """
    scores, truth = score_rows(logits, y)
    if len(truth) < 2:
        raise InputError("One row cannot be divided into rows that fit a temperature and rows that use it.")
    half = split_rows(len(truth), 0.5, rng)
    log_proba, temperatures = np.empty(scores.shape), []
    for using in (half, ~half):
        temperatures.append(fit_temperature(scores[~using], truth[~using]))
        log_proba[using] = log_softmax(scores[using], temperatures[-1])
    return OutOfSample(log_proba, (temperatures[0], temperatures[1]))


def over_temperatures(logits: ArrayLike, y: ArrayLike, temperatures: ArrayLike) -> pd.DataFrame:
    """Scores of ``softmax(logits / T)`` at several temperatures T.

    Parameters
    ----------
    logits : array_like of shape (n, classes)
        As ``fit_temperature``.
    y : array_like of shape (n,)
        True classes.
    temperatures : array_like of shape (temperatures,)
        Positive.

    Returns
    -------
    DataFrame
        One row per temperature, in their order, with the columns ``temperature``, ``nll`` (nats), ``brier`` (0..2), ``ece`` (of
        ten bins), ``confidence``, the mean probability of the likeliest class, and ``accuracy``, which no temperature changes,
        both 0..1.

    Raises
    ------
    InputError
        As ``fit_temperature``, and if a temperature is not a positive finite number.

    References
    ----------
    Guo, C., Pleiss, G., Sun, Y. and Weinberger, K. Q. (2017). On calibration of modern neural networks.

    Examples
    --------
    >>> over_temperatures([[0.0, 2.0]], [1], [0.01, 100])[["temperature", "nll"]].round(2).values.tolist()
    [[0.01, 0.0], [100.0, 0.68]]
    """
    import pandas as pd

    scores, truth = score_rows(logits, y)
    steps = numbers(temperatures, "Temperatures", "temperatures")
    logs = np.stack([log_softmax(scores, temperature) for temperature in steps])
    proba = np.exp(logs)
    hit = scores.argmax(axis=1) == truth
    return pd.DataFrame(
        {
            "temperature": steps,
            "nll": row_nll(logs, truth).mean(axis=1),
            "brier": row_brier(proba, truth).mean(axis=1),
            "ece": calibration_error(proba.max(axis=2), np.broadcast_to(hit, proba.shape[:2]), 10),
            "confidence": proba.max(axis=2).mean(axis=1),
            "accuracy": hit.mean(),
        }
    )


def calibrate_and_pool(member_log_proba: ArrayLike, y: ArrayLike, calibration_rows: ArrayLike) -> Pooled:
    """Compare calibrating the pool of the members with pooling the calibrated members, on rows not used for calibrating.

    The pool is the mean of the members' probabilities. A mean of different forecasts is less sure than they are, so members
    calibrated one by one give a pool that is not sure enough.

    Parameters
    ----------
    member_log_proba : array_like of shape (members, n, classes)
        Finite logarithms of probabilities, as ``log_softmax`` gives them.
    y : array_like of shape (n,)
        True classes.
    calibration_rows : bool array_like of shape (n,)
        The rows that temperatures are fitted on; the scores are those of the other rows.

    Returns
    -------
    Pooled
        Scores of the three ways, NLL in nats, and the temperatures.

    Raises
    ------
    InputError
        As ``over_epochs``, and if calibration takes all the rows or none.

    References
    ----------
    Rahaman, R. and Thiery, A. H. (2021). Uncertainty quantification and deep ensembles.

    Examples
    --------
    >>> members = np.log([[[0.1, 0.9]] * 5, [[0.3, 0.7]] * 5])
    >>> pooled = calibrate_and_pool(members, [1, 1, 1, 0, 1], [True, True, True, True, False])
    >>> pooled.scores["nll"].round(3).tolist(), round(pooled.pool_temperature, 2), pooled.member_temperatures.round(2)
    ([0.223, 0.288, 0.288], 1.26, array([2.  , 0.77]))
    """
    import pandas as pd

    members = log_probability_rows(member_log_proba, "members", "rows", "classes")
    truth = class_numbers(y, *members.shape[1:])
    chosen = np.asarray(calibration_rows)
    if chosen.dtype != bool or chosen.shape != truth.shape or chosen.all() or not chosen.any():
        raise InputError(f"calibration_rows needs True or False for each of the {len(truth)} rows, and at least one of each.")

    pool = _log_mean(members)
    pool_temperature = fit_temperature(pool[chosen], truth[chosen])
    temperatures = np.array([fit_temperature(member[chosen], truth[chosen]) for member in members])
    calibrated = [log_softmax(member, temperature) for member, temperature in zip(members, temperatures, strict=True)]
    ways = {
        "pool": pool,
        "pool, then calibrate": log_softmax(pool, pool_temperature),
        "calibrate, then pool": _log_mean(np.stack(calibrated)),
    }
    logs, others = np.stack(list(ways.values()))[:, ~chosen], truth[~chosen]
    proba = np.exp(logs)
    scores = pd.DataFrame(
        {
            "way": list(ways),
            "nll": row_nll(logs, others).mean(axis=1),
            "brier": row_brier(proba, others).mean(axis=1),
            "ece": calibration_error(proba.max(axis=2), proba.argmax(axis=2) == others, 10),
        }
    )
    return Pooled(scores, pool_temperature, temperatures, dict(zip(ways, logs, strict=True)))


def split_rows(n: int, fraction: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Choose rows for calibration at random, without stratification.

    Conformal sets keep their promise if rows are exchangeable, as after this plain draw. Rows drawn class by class are not.

    Parameters
    ----------
    n : int
        Rows, at least 1.
    fraction : float
        Of the rows, between 0 and 1.
    rng : Generator

    Returns
    -------
    bool ndarray of shape (n,)
        True where a row is chosen. Of two or more rows at least one is, and at least one is not.

    Raises
    ------
    InputError
        If there is no row or ``fraction`` is not between 0 and 1.

    Examples
    --------
    >>> int(split_rows(5, 0.4, np.random.default_rng(0)).sum())
    2
    """
    if n < 1:
        raise InputError("There is no row to calibrate on.")
    if not 0 < fraction < 1:
        raise InputError(f"The share of rows has to be between 0 and 1, not {fraction}.")
    wanted = min(max(round(fraction * n), 1), n - 1) if n > 1 else int(rng.random() < fraction)
    chosen = np.zeros(n, dtype=bool)
    chosen[rng.permutation(n)[:wanted]] = True
    return chosen


def _weights(weights: ArrayLike | None, rows: int) -> Floats:
    counts = np.ones(rows) if weights is None else numbers(weights, "Weights", "rows")
    if counts.shape != (rows,) or not ((counts >= 0) & (counts < np.inf)).all() or not counts.any():
        raise InputError(f"Give a weight of at least 0 for each of the {rows} rows, and one above 0.")
    return counts


def _log_mean(members: Floats) -> Floats:
    return special.logsumexp(members, axis=0) - np.log(len(members))
