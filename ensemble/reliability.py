"""Reliability diagrams: how often forecasts come true, with the bands that luck leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.errors import InputError
from ensemble.probability import Floats
from ensemble.scores import bin_edges, bin_numbers
from ensemble.validation import level_of_a_band, numbers

if TYPE_CHECKING:
    import pandas as pd


def forecast_counts(scores: ArrayLike, bins: int = 10) -> pd.DataFrame:
    """How many forecasts fall into each of the bins that the calibration error uses: the histogram under a diagram.

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


def reliability(
    scores: ArrayLike, hits: ArrayLike, rng: np.random.Generator, level: float = 0.9, draws: int = 1000
) -> pd.DataFrame:
    """How often an event came true, by the probability forecast for it: the isotonic (CORP) reliability curve.

    The frequencies are the best that grow with the forecast, so no bins have to be chosen. Curve and band are those of
    model-diagnostics: a basic bootstrap of the rows, at each forecast by itself. Where no draw differs, as among forecasts
    near 0 that never came true, that band has no width: ``reliability_by_luck`` has one there.

    Parameters
    ----------
    scores : array_like of shape (n,)
        Forecast probabilities, n >= 2.
    hits : array_like of shape (n,)
        Whether the event came true.
    rng : Generator
    level : float, default 0.9
        Of the band.
    draws : int, default 1000
        How often rows are drawn.

    Returns
    -------
    DataFrame
        The corners of the curve, with the columns ``forecast`` (increasing), ``frequency`` (never decreasing) and ``low``,
        ``high``, all in 0..1. Between corners the curve is straight.

    Raises
    ------
    InputError
        If there are fewer than two rows, a forecast is not in 0..1, a hit is neither true nor false or ``level`` not in 0..1.

    References
    ----------
    Dimitriadis, T., Gneiting, T. and Jordan, A. I. (2021). Stable reliability diagrams for probabilistic classifiers.

    Examples
    --------
    >>> table = reliability([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 0], np.random.default_rng(0))
    >>> table[["forecast", "frequency"]].values.tolist()
    [[0.1, 0.0], [0.2, 0.0], [0.8, 0.5], [0.9, 0.5]]
    """
    import pandas as pd
    from scipy.stats import bootstrap
    from sklearn.isotonic import IsotonicRegression

    forecast, hit = _event(scores, hits)
    if len(forecast) < 2:
        raise InputError("A band needs at least two rows.")
    curve = IsotonicRegression().fit(forecast, hit)
    grid = curve.X_thresholds_
    band = bootstrap(
        (hit, forecast),
        lambda hit, forecast: isotonic_frequencies(forecast, hit, grid),
        n_resamples=draws,
        paired=True,
        confidence_level=level_of_a_band(level),
        method="basic",
        rng=rng,
    ).confidence_interval
    return pd.DataFrame(
        {
            "forecast": grid,
            "frequency": curve.y_thresholds_,
            "low": np.maximum.accumulate(band.low).clip(0, 1),
            "high": np.minimum.accumulate(band.high[::-1])[::-1].clip(0, 1),
        }
    )


def reliability_by_luck(scores: ArrayLike, rng: np.random.Generator, level: float = 0.9, draws: int = 1000) -> pd.DataFrame:
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
    DataFrame
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
    >>> reliability_by_luck([0.0, 0.5, 0.5, 1.0], np.random.default_rng(0)).values.tolist()
    [[0.0, 0.0, 0.0], [0.5, 0.0, 1.0], [1.0, 1.0, 1.0]]
    """
    import pandas as pd

    forecast = _forecasts(scores)
    outside = (1 - level_of_a_band(level)) / 2
    grid = np.unique(forecast)
    curves = [isotonic_frequencies(forecast, hit, grid) for hit in rng.random((draws, len(forecast))) < forecast]
    low, high = np.quantile(curves, [outside, 1 - outside], axis=0)
    return pd.DataFrame({"forecast": grid, "low": low, "high": high})


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


def isotonic_frequencies(forecast: Floats, hit: NDArray[Any], grid: Floats) -> Floats:
    """The isotonic curve of hits over forecasts, read off at the grid."""
    from scipy.optimize import isotonic_regression  # scikit-learn's takes ten times as long, for each of a thousand draws

    values, place, count = np.unique(forecast, return_inverse=True, return_counts=True)
    return np.interp(grid, values, isotonic_regression(np.bincount(place, hit) / count, weights=count).x)
