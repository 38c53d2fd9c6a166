"""Several models compared: scores and confidence of their forecasts of the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ensemble.calibration.temperature import fit_temperature
from ensemble.probability.scoreboard import scores_alone

if TYPE_CHECKING:
    import pandas as pd


def models_at_a_glance(log_proba: ArrayLike, y: ArrayLike) -> pd.DataFrame:
    """Scores and mean confidence of each model, and its best temperature on these same rows.

    Parameters
    ----------
    log_proba : array_like of shape (models, n, classes)
        Log-probabilities (nats); -inf where a probability is 0.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    DataFrame
        One row each: ``nll`` (nats), ``brier`` (0..2), ``accuracy`` and ``confidence``, the mean probability of the likeliest
        class (both 0..1), and ``temperature`` (0.01..100; above 1 the model is too sure of itself).

    Raises
    ------
    InputError
        As ``ensemble.probability.scoreboard.scores_alone``.

    Examples
    --------
    >>> models_at_a_glance(np.log([[[0.1, 0.9]] * 4]), [1, 1, 1, 0]).round(2).values.tolist()
    [[0.65, 0.42, 0.75, 0.9, 2.0]]
    """
    logs = np.asarray(log_proba, dtype=np.float64)
    return scores_alone(logs, y).assign(
        confidence=np.exp(logs.max(axis=2)).mean(axis=1), temperature=[fit_temperature(one, y) for one in logs]
    )
