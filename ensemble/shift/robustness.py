"""Robustness of a single network, MC dropout and the ensemble to worse rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ensemble.calibration.temperature import COLDEST, fit_temperature
from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.dropout.masks import draw_masks, mc_dropout_log_proba, single_network
from ensemble.errors import InputError
from ensemble.probability.scoring import calibration_error, row_nll
from ensemble.probability.vectors import Floats, log_softmax
from ensemble.rng import evaluation_rng
from ensemble.runs.run import Run
from ensemble.shift.corruptions import CORRUPTIONS, SEVERITIES, corrupt, corruptions_of

SINGLE, MC_DROPOUT, ENSEMBLE, AT_TEMPERATURE = METHODS = ("single network", "MC dropout", "ensemble", "ensemble at T")
MEASURES = ("accuracy", "nll", "ece")
MAX_ROWS = 400
ROWS_SHOWN = 4
BINS = 10
EXAMPLES = "shown/"
"""How the names of forecasts of single rows begin: pages show those of the first run only."""


def measure_robustness(run: Run, data: Dataset) -> Mapping[str, tuple[float, ...]]:
    """Scores of four methods on test rows that get worse, each corruption at six severities.

    The methods are the first member alone; its MC dropout, with as many passes as the ensemble has members; the ensemble; and
    the ensemble at a temperature that was fitted on clean rows. That temperature is fitted on clean test rows which are not
    judged with it: each half of the rows is judged at the temperature that the other half chose, before anything was done to
    it. A half in which every row is right chooses none, and leaves the temperature at 1.

    Parameters
    ----------
    run : Run
        With "independent" training, so that each member is a network of its own.
    data : Dataset
        Its rows; at most the first 400 test rows are used.

    Returns
    -------
    dict of str to tuple of float
        "corruption/severity/method" to accuracy (0..1), mean negative log-likelihood (nats) and expected calibration error of
        the likeliest class (ten bins, 0..1). "shown/corruption/severity/method": the probabilities of the rows that
        ``rows_to_show`` names, one row after the other, in thousandths. "temperature": the two that were fitted; "seed": the
        run's.

    Raises
    ------
    InputError
        If the run was trained in another way, or its rows are others.

    References
    ----------
    Ovadia, Y. and others (2019). Can you trust your model's uncertainty? Evaluating predictive uncertainty under dataset shift.
    """
    if run.config.training != "independent":
        raise InputError("Only a run of independent members has a single network to compare the ensemble with.")
    data = data.with_at_most(MAX_ROWS)
    x, y, shown = data.x_test, data.y_test, rows_to_show(data)
    single = single_network(run, 0)
    masks = draw_masks(_rng(run.config, 1), run.config.members, 1, run.config.hidden_units, run.config.dropout)
    halves = _halves(run.config, len(y))
    temperatures = np.array([_fitted(run.logits(x[~half]), y[~half]) for half in halves])
    of_row = np.where(halves[0], *temperatures)[:, None]

    def forecasts(rows: NDArray[np.float32]) -> dict[str, Floats]:
        pooled = run.logits(rows).astype(np.float64)
        return {
            SINGLE: log_softmax(single.logits(rows)),
            MC_DROPOUT: mc_dropout_log_proba(single, rows, masks),
            ENSEMBLE: log_softmax(pooled),
            AT_TEMPERATURE: log_softmax(pooled / of_row),
        }

    found: dict[str, tuple[float, ...]] = {"seed": (run.config.seed,), "temperature": tuple(map(float, temperatures))}
    clean = forecasts(x)
    for corruption in corruptions_of(data):
        for severity, rows in zip(SEVERITIES, corrupted_rows(run.config, data, corruption), strict=True):
            for method, log_proba in (forecasts(rows) if severity else clean).items():
                found[f"{corruption}/{severity}/{method}"] = _scores(log_proba, y)
                thousandths = (1000 * np.exp(log_proba[shown])).round().ravel()
                found[f"{EXAMPLES}{corruption}/{severity}/{method}"] = tuple(map(float, thousandths))
    return found


def rows_to_show(data: Dataset) -> NDArray[np.int64]:
    """Indices of the test rows to show: the first ones of four different classes.

    >>> from ensemble import load_dataset
    >>> data = load_dataset("digits")
    >>> data.y_test[rows_to_show(data)].tolist()
    [0, 8, 9, 3]
    """
    _, first = np.unique(data.y_test[:MAX_ROWS], return_index=True)
    return np.sort(first)[:ROWS_SHOWN]


def corrupted_rows(config: EnsembleConfig, data: Dataset, corruption: str) -> NDArray[np.float32]:
    """The test rows that ``measure_robustness`` judges, at each severity: (6, at most 400 rows, features)."""
    return corrupt(data.with_at_most(MAX_ROWS).x_test, corruption, data, _rng(config, 2 + list(CORRUPTIONS).index(corruption)))


def _rng(config: EnsembleConfig, number: int) -> np.random.Generator:
    """Generators that do not depend on what else is measured."""
    return evaluation_rng(config).spawn(number + 1)[number]


def _halves(config: EnsembleConfig, rows: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    first = _rng(config, 0).permutation(rows) < rows // 2
    return first, ~first


def _fitted(logits: NDArray[np.float32], y: NDArray[np.int64]) -> float:
    temperature = fit_temperature(logits, y) if len(y) else 1.0
    return 1.0 if temperature == COLDEST else temperature


def _scores(log_proba: Floats, y: NDArray[np.int64]) -> tuple[float, float, float]:
    right = log_proba.argmax(axis=1) == y
    error = calibration_error(np.exp(log_proba.max(axis=1)), right, BINS)
    return float(right.mean()), float(row_nll(log_proba, y).mean()), float(error)
