"""How good forecasts are: proper scores, calibration error, and the luck in both.

Rows are examples, classes are on the last axis, logarithms are natural (nats), and everything is computed in float64.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.errors import InputError
from ensemble.probability.checks import (
    class_numbers,
    level_of_a_band,
    log_probability_rows,
    numbers,
    probability_rows,
    score_rows,
)
from ensemble.probability.vectors import Floats, log_softmax

if TYPE_CHECKING:
    import pandas as pd


MOST_AT_ONCE = 1_000_000
MOST_BRIER = 2.0


class Band(NamedTuple):
    """A mean and the ends of its interval."""

    mean: float
    low: float
    high: float


def negative_log_likelihood(log_proba: ArrayLike, y: ArrayLike) -> Floats:
    """``-ln p`` of the true class of each row.

    Parameters
    ----------
    log_proba : array_like of shape (n, classes)
        Logarithms of probabilities, as ``log_softmax`` gives them.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    ndarray of shape (n,)
        In nats, at least 0; infinite where the true class had no probability.

    Raises
    ------
    InputError
        If shapes do not fit, a row does not hold log-probabilities or a class is not one of the columns.

    Examples
    --------
    >>> negative_log_likelihood(np.log([[0.5, 0.5], [0.1, 0.9]]), [0, 1]).round(3)
    array([0.693, 0.105])
    """
    logs = log_probability_rows(log_proba, "rows", "classes")
    return row_nll(logs, class_numbers(y, *logs.shape))


def brier_scores(proba: ArrayLike, y: ArrayLike) -> Floats:
    """Squared distance of each row's probabilities from the outcome, ``sum_k (p_k - [y = k])^2``.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probability vectors.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    ndarray of shape (n,)
        In 0..2.

    Raises
    ------
    InputError
        If shapes do not fit, a row is not a probability vector or a class is not one of the columns.

    References
    ----------
    Brier, G. W. (1950). Verification of forecasts expressed in terms of probability.

    Examples
    --------
    >>> brier_scores([[0.5, 0.5], [1.0, 0.0]], [0, 1])
    array([0.5, 2. ])
    """
    rows = probability_rows(proba)
    return row_brier(rows, class_numbers(y, *rows.shape))


def brier_score(proba: ArrayLike, y: ArrayLike) -> float:
    """Mean of ``brier_scores``, in 0..2.

    Examples
    --------
    >>> brier_score([[0.5, 0.5], [1.0, 0.0]], [0, 1])
    1.25
    """
    return float(brier_scores(proba, y).mean())


def top_label(proba: ArrayLike, y: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    """Reduce each row to its likeliest class: how probable it was said to be, and whether it came true.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probability vectors; of classes equally likely the first counts.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    confidence : ndarray of shape (n,)
        In 1/classes..1.
    hit : bool ndarray of shape (n,)

    Raises
    ------
    InputError
        As ``brier_scores``.

    Examples
    --------
    >>> top_label([[0.25, 0.75], [0.5, 0.5]], [1, 1])
    (array([0.75, 0.5 ]), array([ True, False]))
    """
    rows = probability_rows(proba)
    return rows.max(axis=1), rows.argmax(axis=1) == class_numbers(y, *rows.shape)


def one_vs_rest(proba: ArrayLike, y: ArrayLike, k: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Reduce each row to one class against the rest: its probability, and whether it came true.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probability vectors.
    y : array_like of shape (n,)
        True classes.
    k : int
        The class, from 0.

    Returns
    -------
    scores : ndarray of shape (n,)
        In 0..1.
    hits : bool ndarray of shape (n,)

    Raises
    ------
    InputError
        As ``brier_scores``, and if there is no class ``k``.

    Examples
    --------
    >>> one_vs_rest([[0.25, 0.75], [0.5, 0.5]], [1, 1], 0)
    (array([0.25, 0.5 ]), array([False, False]))
    """
    rows = probability_rows(proba)
    truth = class_numbers(y, *rows.shape)
    if k not in range(rows.shape[1]):
        raise InputError(f"There is no class {k}: give a class number from 0 to {rows.shape[1] - 1}.")
    return rows[:, k], truth == k


def expected_calibration_error(proba: ArrayLike, y: ArrayLike, bins: int = 10) -> float:
    """How far the confidence in the likeliest class is from the frequency with which it is right.

    ``sum_b (n_b / n) |accuracy_b - confidence_b|`` over bins of equal width, closed on the right.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probability vectors.
    y : array_like of shape (n,)
        True classes.
    bins : int, default 10
        From 0 to 1.

    Returns
    -------
    float
        In 0..1. Not 0 for a perfect forecaster: see ``ece_by_luck``.

    Raises
    ------
    InputError
        As ``brier_scores``.

    References
    ----------
    Pakdaman Naeini, M., Cooper, G. and Hauskrecht, M. (2015). Obtaining well calibrated probabilities using Bayesian binning.

    Examples
    --------
    >>> expected_calibration_error([[0.25, 0.75]] * 4, [1, 1, 0, 0])
    0.25
    """
    return float(calibration_error(*top_label(proba, y), bins))


def ece_by_luck(proba: ArrayLike, rng: np.random.Generator, bins: int = 10, draws: int = 1000) -> Floats:
    """Calibration errors that a perfectly calibrated model with these same probabilities would show on so many rows.

    Outcomes are drawn from the rows themselves, again and again; what is measured then is luck.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probability vectors.
    rng : Generator
    bins : int, default 10
        From 0 to 1.
    draws : int, default 1000
        How often outcomes are drawn.

    Returns
    -------
    ndarray of shape (draws,)
        Values of ``expected_calibration_error``, in 0..1.

    Raises
    ------
    InputError
        If a row is not a probability vector.

    References
    ----------
    Bröcker, J. and Smith, L. A. (2007). Increasing the reliability of reliability diagrams.

    Examples
    --------
    >>> luck = ece_by_luck([[0.5, 0.5]] * 100, np.random.default_rng(0))
    >>> bool(0.02 < np.median(luck) < 0.06)
    True
    """
    confidence = probability_rows(proba).max(axis=1)
    hit = rng.random((draws, len(confidence))) < confidence
    return calibration_error(np.broadcast_to(confidence, hit.shape), hit, bins)


def mean_interval(
    values: ArrayLike, least: float, most: float, rng: np.random.Generator, level: float = 0.95, draws: int = 2000
) -> Band:
    """Mean over rows with Gaffke's interval, which allows for rows worse than all that were seen.

    Losses of good forecasts are nearly all small, and the mean depends on rare large ones. A bootstrap of rows without such a
    loss cannot know of it. Here one more value joins the ``n`` rows: the largest possible for the upper end, the smallest for
    the lower one. The ends are quantiles of ``sum_i w_i x_i`` over weights ``w`` that are uniform on the simplex (Dirichlet,
    all parameters 1). For values that are 0 or 1 this is Clopper and Pearson's interval. That the level holds for every
    distribution between the bounds is a conjecture without a known counterexample; ``benchmarks.coverage`` simulates it.

    Parameters
    ----------
    values : array_like of shape (n,)
        Finite, one per row, n >= 2. For two models on the same rows, the differences row by row.
    least, most : float
        Bounds that no row can pass, in the unit of the values.
    rng : Generator
    level : float, default 0.95
        Of the interval.
    draws : int, default 2000
        How often weights are drawn.

    Returns
    -------
    Band
        ``mean``, ``low``, ``high``, in the unit of the values, from ``least`` to ``most``.

    Raises
    ------
    InputError
        If there are fewer than two values, one is not finite or not between the bounds, or ``level`` is not in 0..1.

    References
    ----------
    Gaffke, N. (2005). Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable.
    Phan, M., Thomas, P. and Learned-Miller, E. (2021). Towards practical mean bounds for small samples.

    Examples
    --------
    >>> band = mean_interval([0.0] * 36, 0, 1, np.random.default_rng(0))
    >>> band.mean, band.low, round(band.high, 1)
    (0.0, 0.0, 0.1)
    """
    rows = _finite_rows(values)
    if not least <= rows.min() <= rows.max() <= most < np.inf:
        raise InputError("The bounds of the values have to be finite numbers, and hold all values.")
    outside = (1 - level_of_a_band(level)) / 2
    at_once = max(1, MOST_AT_ONCE // len(rows))
    lows, highs = [], []
    for start in range(0, draws, at_once):
        weights = rng.standard_exponential((min(at_once, draws - start), len(rows) + 1))
        weights /= weights.sum(axis=1, keepdims=True)
        seen, unseen = weights[:, :-1] @ rows, weights[:, -1]
        lows.append(seen + unseen * least)
        highs.append(seen + unseen * most)
    low = np.quantile(np.concatenate(lows), outside, method="lower")
    high = np.quantile(np.concatenate(highs), 1 - outside, method="higher")
    mean = float(rows.mean())
    return Band(mean, min(float(low), mean), max(float(high), mean))


class AccuracyDifference(NamedTuple):
    """Accuracy of a second forecast less that of a first one, on the same rows.

    Attributes
    ----------
    mean, low, high : float
        The difference and its interval, -1..1.
    p : float
        McNemar's exact two-sided p-value: how often the rows that one alone gets right would divide as unevenly, or more so, if
        each were equally likely to be either one's. 1 if there are no such rows.
    """

    mean: float
    low: float
    high: float
    p: float


def accuracy_difference(
    first: ArrayLike, second: ArrayLike, rng: np.random.Generator, level: float = 0.95, draws: int = 100_000
) -> AccuracyDifference:
    """Difference of two accuracies on the same rows, with the interval of ``mean_interval`` for values of -1, 0 and 1.

    It has a width even where no row tells the two apart. At the level 0.95 it is clear of 0 where McNemar's exact p-value is
    below 0.05, but for the error of the draws: that weights of ``k`` rows exceed those of ``j + 1`` others is as likely as
    more than ``j`` heads in ``k + j`` throws of a coin.

    Parameters
    ----------
    first, second : bool array_like of shape (n,)
        Whether each is right.
    rng : Generator
    level : float, default 0.95
        Of the interval.
    draws : int, default 100000
        How often weights are drawn; those of rows of one kind are drawn together.

    Returns
    -------
    AccuracyDifference

    Raises
    ------
    InputError
        If there are no rows, lengths differ, a value is neither true nor false, or ``level`` is not in 0..1.

    References
    ----------
    Gaffke, N. (2005). Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable.
    McNemar, Q. (1947). Note on the sampling error of the difference between correlated proportions or percentages.

    Examples
    --------
    >>> found = accuracy_difference([True] * 32 + [False] * 4, [True] * 36, np.random.default_rng(0))
    >>> round(found.mean, 2), found.low < 0 < found.high, found.p
    (0.11, True, 0.125)
    """
    from scipy.stats import binomtest

    one, other = (numbers(hits, "Hits", "rows") for hits in (first, second))
    if one.shape != other.shape or not np.isin([one, other], [0, 1]).all():
        raise InputError("Give True or False for each row, and as many of both forecasts.")
    outside = (1 - level_of_a_band(level)) / 2
    better, worse = int((other > one).sum()), int((other < one).sum())
    up, down, alike = (rng.standard_gamma(count, draws) for count in (better, worse, len(one) - better - worse))
    unseen = rng.standard_exponential(draws)
    total = up + down + alike + unseen
    low = np.quantile((up - down - unseen) / total, outside)
    high = np.quantile((up - down + unseen) / total, 1 - outside)
    p = float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
    return AccuracyDifference((better - worse) / len(one), float(low), float(high), p)


def losses_of_outcomes(log_proba: ArrayLike) -> dict[str, Floats]:
    """What each class would cost if it were the true one.

    Parameters
    ----------
    log_proba : array_like of shape (n, classes)
        Log-probabilities (nats).

    Returns
    -------
    dict of str to ndarray of shape (n, classes)
        ``nll`` (nats, at least 0) and ``brier`` (0..2).

    Examples
    --------
    >>> losses_of_outcomes(np.log([[0.5, 0.5]]))["brier"]
    array([[0.5, 0.5]])
    """
    logs = log_probability_rows(log_proba, "rows", "classes")
    proba = np.minimum(np.exp(logs), 1)
    brier = (proba**2).sum(axis=1, keepdims=True) - 2 * proba + 1
    return {"nll": np.maximum(-logs, 0), "brier": np.clip(brier, 0, 2)}


def finite_range(values: Floats) -> tuple[float, float]:
    """Smallest and largest of the finite values."""
    finite = values[np.isfinite(values)]
    return float(finite.min()), float(finite.max())


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
        training. No NLL is taken to exceed the largest that any class of these rows would have cost.

    Raises
    ------
    InputError
        As ``negative_log_likelihood`` and ``mean_interval``.
    """
    import pandas as pd  # here, because the first page should not wait for it
    from statsmodels.stats.proportion import proportion_confint

    table = []
    for name, log_proba in log_probas.items():
        outcomes = losses_of_outcomes(log_proba)
        truth = class_numbers(y, *outcomes["nll"].shape)
        row: dict[str, object] = {"name": name}
        for score, most in (("nll", finite_range(outcomes["nll"])[1]), ("brier", MOST_BRIER)):
            losses = outcomes[score][np.arange(len(truth)), truth]
            row[score], row[f"{score}_low"], row[f"{score}_high"] = mean_interval(losses, 0, most, rng)
        hits = np.asarray(log_proba).argmax(axis=-1) == truth
        row["accuracy"] = hits.mean()
        row["accuracy_low"], row["accuracy_high"] = proportion_confint(hits.sum(), len(hits), method="wilson")
        table.append(row)
    return pd.DataFrame(table)


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
        One row each for the NLL (nats), the Brier score (0..2), the ECE and the accuracy (both 0..1): columns ``score``,
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
    for score, name in (("nll", "NLL (nats)"), ("brier", "Brier score")):
        change = new[score] - old[score]
        band = mean_interval(change[rows, truth], *finite_range(change), rng)
        table.append((name, old[score][rows, truth].mean(), new[score][rows, truth].mean(), band.low, band.high))
    for name, measure in (
        ("ECE", expected_calibration_error),
        ("accuracy", lambda proba, truth: top_label(proba, truth)[1].mean()),
    ):
        table.append((name, *(measure(np.exp(one), truth) for one in (before, after)), np.nan, np.nan))
    return pd.DataFrame(table, columns=["score", "before", "after", "low", "high"])


def row_nll(logs: Floats, truth: NDArray[np.intp]) -> Floats:
    """Negative log-likelihoods (..., n) of log-probabilities (..., n, classes); nothing is checked."""
    return np.maximum(-logs[..., np.arange(len(truth)), truth], 0)


def row_brier(proba: Floats, truth: NDArray[np.intp]) -> Floats:
    """Brier scores (..., n) of probabilities (..., n, classes); nothing is checked."""
    return ((proba - np.eye(proba.shape[-1])[truth]) ** 2).sum(axis=-1)


def bin_edges(bins: int) -> Floats:
    """Edges of the equal bins from 0 to 1; each is the float nearest to k / bins, as 5/7 itself is."""
    return np.arange(bins + 1) / bins


def bin_numbers(forecast: Floats, bins: int) -> NDArray[np.intp]:
    """Numbers of the equal bins from 0 to 1, closed on the right, that hold the forecasts."""
    if bins < 1:
        raise InputError(f"Give at least one bin, not {bins}.")
    return np.searchsorted(bin_edges(bins)[1:-1], forecast)


def calibration_error(confidence: Floats, hit: NDArray[np.bool_], bins: int) -> Floats:
    """Calibration errors (...) of confidences and hits (..., n); nothing is checked."""
    *leading, n = confidence.shape
    place = bin_numbers(confidence, bins).reshape(-1, n)
    apart = np.arange(len(place))[:, None] * bins + place
    gaps = np.bincount(apart.ravel(), (hit - confidence).ravel(), minlength=len(place) * bins)
    return np.abs(gaps).reshape(*leading, bins).sum(axis=-1) / n


def _finite_rows(values: ArrayLike) -> Floats:
    rows = numbers(values, "Values", "rows")
    if len(rows) < 2:
        raise InputError("One row is too few for an interval over rows: raise the test share, or bring more rows.")
    if not np.isfinite(rows).all():
        raise InputError("A band needs finite values.")
    return rows
