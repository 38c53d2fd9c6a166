"""Reliability diagrams: how often forecasts come true, with bands for calibrated forecasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.errors import InputError
from ensemble.probability.checks import checked_level, numbers
from ensemble.probability.scoring import bin_edges, bin_numbers, ece_by_luck, expected_calibration_error
from ensemble.probability.vectors import Floats

if TYPE_CHECKING:
    import pandas as pd

ROUNDING = 1e-9


def forecast_counts(scores: ArrayLike, bins: int = 10) -> pd.DataFrame:
    """The number of forecasts in each bin of the calibration error: the histogram below a diagram.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Forecast probabilities.
    bins : int, default 10
        From 0 to 1, closed on the right; the first holds 0 too.

    Returns
    -------
    DataFrame
        One row per bin, with the columns ``low``, ``high`` and ``count``.

    Raises
    ------
    InputError
        If a forecast is not in 0..1.

    Examples
    --------
    >>> forecast_counts([0.0, 0.5, 0.9], bins=2)["count"].tolist()
    [2, 1]
    """
    import pandas as pd

    edges = bin_edges(bins)
    count = np.bincount(bin_numbers(_forecasts(scores), bins), minlength=bins)
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "count": count})


class Bin(NamedTuple):
    """A group of similar forecasts: their mean, 0..1, the number that came true, and their number."""

    forecast: float
    hits: int
    size: int


class ConsistencyBand(NamedTuple):
    """Where frequencies would lie if the forecasts were calibrated.

    Attributes
    ----------
    table : DataFrame
        One row per forecast (or bin) with the ends of the band, ``low`` and ``high``, each for itself.
    left : float
        Share of the simulated data sets, 0..1, whose frequencies leave the band at one forecast (or bin) at least, although
        the forecasts are calibrated.
    """

    table: pd.DataFrame
    left: float


def reliability(scores: ArrayLike, hits: ArrayLike) -> pd.DataFrame:
    """How often an event came true, by the probability forecast for it: the isotonic (CORP) reliability curve.

    The frequencies are the best that grow with the forecast, so no bins have to be chosen. The curve has no band of its own: a
    bootstrap of an isotonic fit does not cover (Guntuboyina and Sen 2018). ``reliability_by_luck`` says where it would lie if
    the forecasts were calibrated.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Forecast probabilities, n >= 1.
    hits : array_like of shape (n,)
        Whether the event came true.

    Returns
    -------
    DataFrame
        The corners of the curve, with the columns ``forecast`` (increasing) and ``frequency`` (never decreasing), both in 0..1.
        Between corners the curve is straight.

    Raises
    ------
    InputError
        If there are no rows, a forecast is not in 0..1 or a hit is neither true nor false.

    References
    ----------
    Dimitriadis, T., Gneiting, T. and Jordan, A. I. (2021). Stable reliability diagrams for probabilistic classifiers.
    Guntuboyina, A. and Sen, B. (2018). Nonparametric shape-restricted regression.

    Examples
    --------
    >>> reliability([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 0]).values.tolist()
    [[0.1, 0.0], [0.2, 0.0], [0.8, 0.5], [0.9, 0.5]]
    """
    import pandas as pd
    from sklearn.isotonic import IsotonicRegression

    forecast, hit = _event(scores, hits)
    curve = IsotonicRegression().fit(forecast, hit)
    return pd.DataFrame({"forecast": curve.X_thresholds_, "frequency": curve.y_thresholds_})


def reliability_by_luck(scores: ArrayLike, rng: np.random.Generator, level: float = 0.9, draws: int = 1000) -> ConsistencyBand:
    """Where the curve of ``reliability`` would lie if the forecasts were calibrated: the consistency band.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Forecast probabilities.
    rng : Generator
    level : float, default 0.9
        Of the band, at each forecast by itself.
    draws : int, default 1000
        How often outcomes are drawn from the forecasts.

    Returns
    -------
    ConsistencyBand
        One row per different forecast, with the columns ``forecast`` (increasing), ``low`` and ``high``, all in 0..1.

    Raises
    ------
    InputError
        If a forecast is not in 0..1 or ``level`` not in 0..1.

    References
    ----------
    Dimitriadis, T., Gneiting, T. and Jordan, A. I. (2021). Stable reliability diagrams for probabilistic classifiers.

    Examples
    --------
    >>> reliability_by_luck([0.0, 0.5, 0.5, 1.0], np.random.default_rng(0)).table.values.tolist()
    [[0.0, 0.0, 0.0], [0.5, 0.0, 1.0], [1.0, 1.0, 1.0]]
    """
    import pandas as pd

    forecast = _forecasts(scores)
    grid = np.unique(forecast)
    low, high, left = _band_of_draws(isotonic_frequencies(forecast, _calibrated_outcomes(forecast, rng, draws)), level)
    return ConsistencyBand(pd.DataFrame({"forecast": grid, "low": low, "high": high}), left)


def reliability_in_bins(
    scores: ArrayLike,
    hits: ArrayLike,
    rng: np.random.Generator,
    bins: int = 10,
    level: float = 0.9,
    draws: int = 1000,
    together: ArrayLike | None = None,
) -> ConsistencyBand:
    """How often an event came true, bin by bin, and where luck alone would put these frequencies.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Forecast probabilities, n >= 1.
    hits : array_like of shape (n,)
        Whether the event came true.
    rng : Generator
    bins : int, default 10
        As in ``forecast_counts``.
    level : float, default 0.9
        Of the band, in each bin by itself.
    draws : int, default 1000
        How often outcomes are drawn from the forecasts.
    together : array_like of shape (n,), int, optional
        Numbers of events, from 0: forecasts of one event come true together or not at all. Without it each is an event of its
        own.

    Returns
    -------
    ConsistencyBand
        One row per bin with a forecast, with the columns ``forecast`` (their mean), ``frequency``, ``hits``, ``count``, ``low``
        and ``high``.

    Raises
    ------
    InputError
        If there are no rows, a forecast is not in 0..1, a hit is neither true nor false or ``level`` is not in 0..1.

    References
    ----------
    Bröcker, J. and Smith, L. A. (2007). Increasing the reliability of reliability diagrams.

    Examples
    --------
    >>> reliability_in_bins([0.7, 0.7, 1.0], [1, 0, 1], np.random.default_rng(0)).table[["frequency", "count"]].values.tolist()
    [[0.5, 2.0], [1.0, 1.0]]
    """
    import pandas as pd

    forecast, hit = _event(scores, hits)
    _, index, count = np.unique(bin_numbers(forecast, bins), return_inverse=True, return_counts=True)
    in_bin = np.eye(len(count))[index]
    low, high, left = _band_of_draws(_calibrated_outcomes(forecast, rng, draws, together) @ in_bin / count, level)
    table = pd.DataFrame(
        {
            "forecast": forecast @ in_bin / count,
            "frequency": hit @ in_bin / count,
            "hits": (hit @ in_bin).astype(int),
            "count": count,
            "low": low,
            "high": high,
        }
    )
    return ConsistencyBand(table, left)


def fullest_bin(table: pd.DataFrame, unsure: float = 0.9, least: int = 5) -> Bin:
    """The most informative bin on unsure forecasts: the fullest one below ``unsure``, or of all if that holds too few.

    Parameters
    ----------
    table : DataFrame
        ``reliability_in_bins``'s.
    unsure : float, default 0.9
        Mean forecast.
    least : int, default 5
        Forecasts that a bin of unsure forecasts has to hold.

    Examples
    --------
    >>> fullest_bin(reliability_in_bins([0.7] * 5 + [1.0] * 9, [1] * 14, np.random.default_rng(0)).table)
    Bin(forecast=0.7, hits=5, size=5)
    """
    below = table[(table["forecast"] < unsure) & (table["count"] >= least)]
    among = below if len(below) else table
    row = among.iloc[int(among["count"].to_numpy().argmax())]
    return Bin(round(float(row["forecast"]), 12), int(row["hits"]), int(row["count"]))


class SimulatedCalibrationError(NamedTuple):
    """An expected calibration error beside those of calibrated forecasts.

    Attributes
    ----------
    error : float
        Of the forecasts, 0..1.
    simulated : ndarray of shape (draws,)
        Of outcomes drawn from the forecasts themselves, 0..1.
    """

    error: float
    simulated: Floats

    @property
    def reached(self) -> int:
        """How many of the simulated errors are at least as large, but for rounding: equal counts of hits give equal errors."""
        return int((self.simulated >= self.error - ROUNDING).sum())

    @property
    def mean(self) -> float:
        """The mean simulated error, 0..1."""
        return float(self.simulated.mean())


def simulated_calibration_error(
    proba: ArrayLike, y: ArrayLike, rng: np.random.Generator, draws: int = 1000
) -> SimulatedCalibrationError:
    """How large the expected calibration error (ten bins) is, and how large it would be if the forecasts were calibrated.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probabilities.
    y : array_like of shape (n,)
        True classes.
    rng : numpy.random.Generator
        Draws outcomes from the forecasts.
    draws : int, default 1000
        How often.

    Raises
    ------
    InputError
        As ``ensemble.probability.scoring.expected_calibration_error`` and ``ece_by_luck``.

    References
    ----------
    Bröcker, J. and Smith, L. A. (2007). Increasing the reliability of reliability diagrams.

    Examples
    --------
    >>> simulated_calibration_error([[1.0, 0.0]] * 2, [0, 1], np.random.default_rng(0), draws=100).reached
    0
    """
    return SimulatedCalibrationError(expected_calibration_error(proba, y), ece_by_luck(proba, rng, draws=draws))


def _calibrated_outcomes(
    forecast: Floats, rng: np.random.Generator, draws: int, together: ArrayLike | None = None
) -> NDArray[np.bool_]:
    if together is None:
        return rng.random((draws, len(forecast))) < forecast
    event = np.asarray(together, dtype=np.int64)
    return rng.random((draws, int(event.max()) + 1))[:, event] < forecast


def _band_of_draws(frequencies: Floats, level: float) -> tuple[Floats, Floats, float]:
    """Ends (columns,) of the band of each column of frequencies (draws, columns), and the share of draws that leave it."""
    outside = (1 - checked_level(level)) / 2
    low = np.quantile(frequencies, outside, axis=0, method="lower")
    high = np.quantile(frequencies, 1 - outside, axis=0, method="higher")
    left = ((frequencies < low - ROUNDING) | (frequencies > high + ROUNDING)).any(axis=1)
    return low, high, float(left.mean())


def _forecasts(scores: ArrayLike) -> Floats:
    forecast = numbers(scores, "Forecasts", "rows")
    if not ((forecast >= 0) & (forecast <= 1)).all():
        raise InputError("Forecasts have to be probabilities from 0 to 1.")
    # Forecasts that agree to 12 digits count as one; scikit-learn's isotonic regression joins those within 1e-15 too.
    return forecast.round(12)


def _event(scores: ArrayLike, hits: ArrayLike) -> tuple[Floats, Floats]:
    forecast, hit = _forecasts(scores), numbers(hits, "Hits", "rows")
    if hit.shape != forecast.shape or not np.isin(hit, [0, 1]).all():
        raise InputError(f"Give True or False for each of the {len(forecast)} forecasts.")
    return forecast, hit


def isotonic_frequencies(forecast: Floats, hits: NDArray[Any]) -> Floats:
    """The isotonic curves of hits (draws, n) over forecasts (n,), at each different forecast: (draws, forecasts)."""
    from scipy.optimize import isotonic_regression  # scikit-learn's takes ten times as long, for each of a thousand draws

    order = np.argsort(forecast, kind="stable")
    _, first, count = np.unique(forecast[order], return_index=True, return_counts=True)
    raw = np.add.reduceat(hits[:, order], first, axis=1, dtype=float) / count
    weights = count.astype(float)
    return np.array([isotonic_regression(row, weights=weights).x for row in raw])
