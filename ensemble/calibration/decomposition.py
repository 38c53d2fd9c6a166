"""Scores taken apart: what is lost to bad calibration, and what would be lost without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.calibration.reliability import isotonic_frequencies
from ensemble.calibration.temperature import fit_temperature
from ensemble.probability.checks import class_numbers, log_probability_rows, probability_rows, score_rows
from ensemble.probability.scoring import one_vs_rest, row_nll
from ensemble.probability.vectors import Floats, log_softmax, softmax

if TYPE_CHECKING:
    import pandas as pd


class Decomposition(NamedTuple):
    """A mean score in parts: ``score = miscalibration - discrimination + uncertainty``.

    Attributes
    ----------
    score : float
        Mean over the rows; smaller is better.
    miscalibration : float
        What recalibrating the forecasts would save, at least 0.
    discrimination : float
        What the recalibrated forecasts save against always forecasting the frequency of the classes, at least 0.
    uncertainty : float
        The score of always forecasting that frequency: of the data alone.
    """

    score: float
    miscalibration: float
    discrimination: float
    uncertainty: float


class TemperatureSplit(NamedTuple):
    """A mean negative log-likelihood in two parts: ``score = calibration + refinement``, in nats.

    Attributes
    ----------
    score : float
        At temperature 1.
    calibration : float
        What the best temperature would save, at least 0.
    refinement : float
        What remains at the best temperature.
    temperature : float
        The best one on these rows, 0.01..100.
    """

    score: float
    calibration: float
    refinement: float
    temperature: float


def decompose_brier(proba: ArrayLike, y: ArrayLike) -> Decomposition:
    """Decompose the Brier score: each class against the rest, by isotonic (CORP) recalibration, summed over classes.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probability vectors.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    Decomposition
        ``score`` is ``brier_score(proba, y)``, in 0..2.

    Raises
    ------
    InputError
        As ``brier_scores``.

    References
    ----------
    Murphy, A. H. (1973). A new vector partition of the probability score.
    Bröcker, J. (2009). Reliability, sufficiency, and the decomposition of proper scores.
    Dimitriadis, T., Gneiting, T. and Jordan, A. I. (2021). Stable reliability diagrams for probabilistic classifiers.

    Examples
    --------
    >>> decompose_brier([[0.75, 0.25], [0.25, 0.75]], [0, 1])
    Decomposition(score=0.125, miscalibration=0.125, discrimination=0.5, uncertainty=0.5)
    """
    rows = probability_rows(proba)
    truth = class_numbers(y, *rows.shape)
    parts = [_decompose(rows[:, k], truth == k, _squared_error) for k in range(rows.shape[1])]
    return Decomposition(*np.sum(parts, axis=0).tolist())


def decompose_log_loss(proba: ArrayLike, y: ArrayLike, k: int) -> Decomposition:
    """Decompose the log loss of one class against the rest, by isotonic (CORP) recalibration.

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
    Decomposition
        In nats, with 0 ln 0 = 0. Score and miscalibration are infinite if what was ruled out came true.

    Raises
    ------
    InputError
        As ``one_vs_rest``.

    References
    ----------
    Dimitriadis, T., Gneiting, T. and Jordan, A. I. (2021). Stable reliability diagrams for probabilistic classifiers.

    Examples
    --------
    >>> parts = decompose_log_loss([[1.0, 0.0], [0.0, 1.0]], [0, 1], 0)
    >>> parts.score, round(parts.discrimination, 4), round(parts.uncertainty, 4)
    (0.0, 0.6931, 0.6931)
    """
    return _decompose(*one_vs_rest(proba, y, k), _log_loss)


def decompose_nll(logits: ArrayLike, y: ArrayLike) -> TemperatureSplit:
    """Decompose the mean negative log-likelihood: the part that the best temperature on these rows would save, and the rest.

    Parameters
    ----------
    logits : array_like of shape (n, classes)
        Scores, or log-probabilities, -inf where a probability is 0.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    TemperatureSplit
        In nats. Score and refinement are infinite if what was ruled out came true; no temperature saves anything there.

    Raises
    ------
    InputError
        As ``fit_temperature``.

    References
    ----------
    Ashukha, A., Lyzhov, A., Molchanov, D. and Vetrov, D. (2020). Pitfalls of in-domain uncertainty estimation and ensembling.

    Examples
    --------
    >>> parts = decompose_nll([[0.0, 2.0]] * 4, [1, 1, 1, 0])
    >>> round(parts.score, 4), round(parts.calibration, 4), round(parts.refinement, 4), round(parts.temperature, 4)
    (0.6269, 0.0646, 0.5623, 1.8205)
    """
    scores, truth = score_rows(logits, y)
    temperature = fit_temperature(scores, truth)
    before, after = row_nll(log_softmax(scores), truth), row_nll(log_softmax(scores, temperature), truth)
    score = float(before.mean())
    refinement = min(score, float(after.mean()))
    if np.isfinite(score):
        return TemperatureSplit(score, score - refinement, refinement, temperature)
    possible = np.isfinite(before)
    saved = float((before[possible] - after[possible]).sum()) / len(truth)
    return TemperatureSplit(score, max(saved, 0.0), refinement, temperature)


def over_epochs(log_proba: ArrayLike, y: ArrayLike) -> pd.DataFrame:
    """Scores and their parts, epoch by epoch.

    Parameters
    ----------
    log_proba : array_like of shape (epochs, n, classes)
        Finite logarithms of probabilities, as ``log_softmax`` gives them.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    DataFrame
        One row per epoch, in their order, with the columns ``nll``, ``calibration``, ``refinement``, ``temperature`` (see
        ``decompose_nll``), ``brier``, ``brier_miscalibration``, ``brier_discrimination``, ``brier_uncertainty`` (see
        ``decompose_brier``) and ``accuracy``.

    Raises
    ------
    InputError
        If shapes do not fit, a row does not hold finite log-probabilities or a class is not one of the columns.

    Examples
    --------
    >>> over_epochs(np.log([[[0.5, 0.5]], [[0.25, 0.75]]]), [1])[["nll", "brier", "accuracy"]].round(3).values.tolist()
    [[0.693, 0.5, 0.0], [0.288, 0.125, 1.0]]
    """
    import pandas as pd

    logs = log_probability_rows(log_proba, "epochs", "rows", "classes")
    truth = class_numbers(y, *logs.shape[1:])
    columns = ["nll", "calibration", "refinement", "temperature"]
    columns += ["brier", "brier_miscalibration", "brier_discrimination", "brier_uncertainty"]
    parts = [[*decompose_nll(epoch, truth), *decompose_brier(softmax(epoch), truth)] for epoch in logs]
    return pd.DataFrame(parts, columns=columns).assign(accuracy=(logs.argmax(axis=2) == truth).mean(axis=1))


def lowest_epochs(table: pd.DataFrame) -> dict[str, int]:
    """The first epoch at which the loss, and each of its two parts, is lowest.

    Parameters
    ----------
    table : DataFrame
        As ``over_epochs`` gives it, with the column ``epoch`` besides.

    Returns
    -------
    dict of str to int
        Epochs by the names ``nll``, ``refinement`` and ``calibration``.

    Examples
    --------
    >>> logs = np.log([[[0.5, 0.5]], [[0.25, 0.75]]])
    >>> lowest_epochs(over_epochs(logs, [1]).assign(epoch=[10, 20]))["nll"]
    20
    """
    return {name: int(table["epoch"].iloc[table[name].to_numpy().argmin()]) for name in ("nll", "refinement", "calibration")}


def _decompose(forecast: Floats, hit: NDArray[np.bool_], rule: Callable[[Floats, Floats], float]) -> Decomposition:
    """As ``model_diagnostics.scoring.decompose``, whose dependencies must not be imported while other threads draw."""
    happened = hit.astype(float)
    # To 12 digits, as reliability diagrams have it: forecasts that differ by rounding alone count as one.
    rounded = forecast.round(12)
    recalibrated = isotonic_frequencies(rounded, happened[None])[0, np.unique(rounded, return_inverse=True)[1]]
    score, refined, uncertainty = (
        rule(happened, one) for one in (forecast, recalibrated, np.full_like(forecast, happened.mean()))
    )
    discrimination = max(uncertainty - refined, 0.0)
    return Decomposition(score, max(score + discrimination - uncertainty, 0.0), discrimination, uncertainty)


def _squared_error(happened: Floats, forecast: Floats) -> float:
    return float(np.mean((forecast - happened) ** 2))


def _log_loss(happened: Floats, forecast: Floats) -> float:
    return float(np.mean(-special.xlogy(happened, forecast) - special.xlogy(1 - happened, 1 - forecast))) + 0.0
