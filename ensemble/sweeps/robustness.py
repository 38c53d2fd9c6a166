"""Robustness over seeds: mean scores on worse rows with their bands, and which methods differ beyond luck."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ensemble.errors import InputError
from ensemble.probability.intervals import Band
from ensemble.probability.scoring import uniform_loss
from ensemble.probability.vectors import Floats
from ensemble.shift.corruptions import CORRUPTIONS, SEVERITIES
from ensemble.shift.robustness import AT_TEMPERATURE, ENSEMBLE, MEASURES, METHODS
from ensemble.sweeps.measures import Measurements
from ensemble.sweeps.paired_runs import paired, ratio

if TYPE_CHECKING:
    import pandas as pd

MIN_LOSS = 1e-12
LEVEL = 0.95
PAIRS = len(list(combinations(METHODS, 2)))


class Ranking(NamedTuple):
    """Which methods have the lowest loss.

    Attributes
    ----------
    losses : dict of str to float
        Mean loss of each method over seeds (nats), ordered by the mean logarithm, the lowest first.
    tied : tuple of str
        The first method, and those after it that luck alone may have put behind it.
    against_next : Band
        How many times as large the loss of the first method that is not tied is as that of the first; of the second where all
        are tied. The intervals for all six pairs of methods hold together at 95 % (Bonferroni).
    next : str
        That method.
    """

    losses: dict[str, float]
    tied: tuple[str, ...]
    against_next: Band
    next: str

    @property
    def best(self) -> str:
        return next(iter(self.losses))


class Findings(NamedTuple):
    """The findings at one severity.

    Attributes
    ----------
    ranking : Ranking
    accuracy : Band
        Change of the ensemble's accuracy from clean rows, with Student's 95 % interval.
    temperature : Band
        How many times as large the ensemble's loss is at the temperature fitted on clean rows, with its 95 % interval.
    above_uniform : bool
        Whether the 95 % interval for the ensemble's loss lies above that of equal probabilities.
    """

    ranking: Ranking
    accuracy: Band
    temperature: Band
    above_uniform: bool


def corruptions_in(measured: Sequence[Measurements]) -> tuple[str, ...]:
    """Names of the corruptions that were measured."""
    return tuple(name for name in CORRUPTIONS if all(_key(name, 0, METHODS[0]) in one for one in measured))


def scores_by_severity(measured: Sequence[Measurements], corruption: str, level: float = LEVEL) -> pd.DataFrame:
    """Mean scores of each method at each severity, with Student's intervals over seeds.

    Parameters
    ----------
    measured : sequence of Measurements
        Of ``measure_robustness``, one for each seed.
    corruption : str
    level : float, default 0.95
        Of each interval by itself.

    Returns
    -------
    DataFrame
        One row for each method and severity, with the columns ``method``, ``severity``, and for each of ``accuracy`` (0..1),
        ``nll`` (nats) and ``ece`` (0..1) the mean and the ends ``_low`` and ``_high`` of its interval. They are kept within
        what the score can be, and are the mean itself where there is one seed only.

    Raises
    ------
    InputError
        If nothing was measured, or not this corruption.
    """
    import pandas as pd

    rows = []
    for method in METHODS:
        for severity in SEVERITIES:
            row: dict[str, object] = {"method": method, "severity": severity}
            for measure in MEASURES:
                values = values_of(measured, corruption, severity, method, measure)
                row[measure], *ends = _mean_and_ends(values, level)
                row[f"{measure}_low"], row[f"{measure}_high"] = np.clip(ends, 0, np.inf if measure == "nll" else 1).tolist()
            rows.append(row)
    return pd.DataFrame(rows)


def values_of(measured: Sequence[Measurements], corruption: str, severity: int, method: str, measure: str) -> Floats:
    """One score of one method, by seed: (seeds,).

    Raises
    ------
    InputError
        If nothing was measured, or not this.
    """
    key, column = _key(corruption, severity, method), MEASURES.index(measure)
    if not measured or any(key not in one for one in measured):
        raise InputError(f"“{corruption}” was not measured at severity {severity}.")
    return np.array([one[key][column] for one in measured])


def loss_ratio(
    measured: Sequence[Measurements], corruption: str, severity: int, method: str, other: str, level: float = LEVEL
) -> Band:
    """How many times as large the loss of one method is as that of the other: the geometric mean over seeds, in pairs.

    Losses are compared by their logarithms, which have no such rare large differences as the losses themselves.

    Returns
    -------
    Band
        Student's interval for the mean logarithm, as ratios.

    Raises
    ------
    InputError
        As ``values_of``, and if there are fewer than two seeds.
    """
    of_method, of_other = (_log_losses(measured, corruption, severity, one) for one in (method, other))
    return _ratio_band(of_other, of_method, level)


def ranking(measured: Sequence[Measurements], corruption: str, severity: int) -> Ranking:
    """Which methods have the lowest loss at a severity, and which of them cannot be told apart from the best.

    Raises
    ------
    InputError
        As ``loss_ratio``.
    """
    logs = {method: _log_losses(measured, corruption, severity, method) for method in METHODS}
    order = sorted(METHODS, key=lambda method: float(logs[method].mean()))
    level = 1 - (1 - LEVEL) / PAIRS
    bands = {method: _ratio_band(logs[order[0]], logs[method], level) for method in order[1:]}
    behind = [method for method, band in bands.items() if band.low > 1]
    following = behind[0] if behind else order[1]
    return Ranking(
        losses={method: float(values_of(measured, corruption, severity, method, "nll").mean()) for method in order},
        tied=(order[0], *(method for method in order[1:] if method not in behind)),
        against_next=bands[following],
        next=following,
    )


def findings(measured: Sequence[Measurements], corruption: str, severity: int, classes: int) -> Findings:
    """The findings on the four methods at a severity.

    Raises
    ------
    InputError
        As ``loss_ratio``.
    """
    _, low, _ = _mean_and_ends(values_of(measured, corruption, severity, ENSEMBLE, "nll"), LEVEL)
    return Findings(
        ranking=ranking(measured, corruption, severity),
        accuracy=change_of_accuracy(measured, corruption, severity, ENSEMBLE),
        temperature=loss_ratio(measured, corruption, severity, AT_TEMPERATURE, ENSEMBLE),
        above_uniform=low > uniform_loss(classes),
    )


def fitted_temperature(measured: Sequence[Measurements]) -> Band:
    """The temperature fitted on clean rows: the geometric mean over halves and seeds, with its 95 % interval over seeds.

    Raises
    ------
    InputError
        As ``loss_ratio``.
    """
    logs = np.array([np.log(one["temperature"]).mean() for one in measured])
    return _ratio_band(np.zeros(len(logs)), logs, LEVEL)


def change_of_accuracy(measured: Sequence[Measurements], corruption: str, severity: int, method: str) -> Band:
    """Mean change of the accuracy from clean rows to this severity, with Student's interval over seeds.

    Raises
    ------
    InputError
        As ``loss_ratio``.
    """
    clean, worse = (values_of(measured, corruption, at, method, "accuracy") for at in (0, severity))
    found = paired(clean, worse)
    return Band(found.mean, found.low, found.high)


def _log_losses(measured: Sequence[Measurements], corruption: str, severity: int, method: str) -> Floats:
    return np.log(np.maximum(values_of(measured, corruption, severity, method, "nll"), MIN_LOSS))


def _ratio_band(of_other: Floats, of_method: Floats, level: float) -> Band:
    found = paired(of_other, of_method, level)
    return Band(*map(ratio, (found.mean, found.low, found.high)))


def _mean_and_ends(values: Floats, level: float) -> tuple[float, float, float]:
    if len(values) < 2:
        return (float(values.mean()),) * 3
    found = paired(np.zeros(len(values)), values, level)
    return found.mean, found.low, found.high


def _key(corruption: str, severity: int, method: str) -> str:
    return f"{corruption}/{severity}/{method}"
