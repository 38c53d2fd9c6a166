"""Comparison of runs: different settings, equal rows, and the rows with different forecasts.

Runs and configurations come as mappings, by the names that tables and pictures show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.errors import InputError
from ensemble.probability.checks import probability_rows
from ensemble.probability.intervals import Band, accuracy_difference, mean_interval_or_infinity
from ensemble.probability.scoreboard import MAX_BRIER
from ensemble.probability.scoring import finite_range, losses_of_outcomes, top_label
from ensemble.probability.vectors import Floats, log_softmax
from ensemble.runs.run import Run

if TYPE_CHECKING:
    import pandas as pd

RUNS = (2, 4)
MIN_DISTANCE = 0.01
NO_BAND = Band(np.nan, np.nan, np.nan)


def settings_that_differ(configs: Mapping[str, EnsembleConfig]) -> pd.DataFrame:
    """The settings that are not the same in all configurations.

    The bootstrap share is left out where no training is bootstrap: it counts for none of them.

    Parameters
    ----------
    configs : mapping of str to EnsembleConfig
        By the name of the run.

    Returns
    -------
    DataFrame
        One row each, in the order of the configuration: ``setting``, its title, then a column per run with its value as text.
        Empty if they are all the same.

    Examples
    --------
    >>> settings_that_differ({"A": EnsembleConfig(), "B": EnsembleConfig(dropout=0.5)}).values.tolist()
    [['Dropout', '0.25', '0.5']]
    """
    import pandas as pd  # here, because the first page should not wait for it

    bootstrap = any(config.training == "bootstrap" for config in configs.values())
    table = []
    for name, field in EnsembleConfig.model_fields.items():
        values = [getattr(config, name) for config in configs.values()]
        if len(set(values)) > 1 and (bootstrap or name != "bootstrap_share"):
            table.append((field.title, *map(value_as_text, values)))
    return pd.DataFrame(table, columns=["setting", *configs], dtype=str)


def same_split(datasets: Sequence[Dataset]) -> bool:
    """Whether all have the same rows to train on and to test with, in the same order, with the same features and classes.

    Labels of the training rows may differ: noise put on them is a thing to compare. Those of the test rows may not.

    Examples
    --------
    >>> from ensemble import load_dataset
    >>> same_split([load_dataset("moons", seed=1), load_dataset("moons", seed=1)])
    True
    >>> same_split([load_dataset("moons", seed=1), load_dataset("moons", seed=2)])
    False
    """
    first, *others = datasets
    return all(
        (first.feature_names, first.class_names) == (other.feature_names, other.class_names)
        and all(np.array_equal(getattr(first, part), getattr(other, part)) for part in ("x_train", "x_test", "y_test"))
        for other in others
    )


def total_variation(p: ArrayLike, q: ArrayLike) -> Floats:
    """Total variation distance ``sum_k |p_k - q_k| / 2``: the most that two forecasts differ about any event.

    It is the largest difference between the probabilities that the two give to one class or to several together.

    Parameters
    ----------
    p, q : array_like of shape (n, classes)
        Probability vectors.

    Returns
    -------
    ndarray of shape (n,)
        In 0..1: 0 where they are the same, 1 where no class is possible to both.

    Raises
    ------
    InputError
        If a row is not a probability vector or the shapes differ.

    References
    ----------
    Levin, D. A., Peres, Y. and Wilmer, E. L. (2009). Markov chains and mixing times, section 4.1.

    Examples
    --------
    >>> total_variation([[0.5, 0.5], [1.0, 0.0]], [[0.25, 0.75], [0.0, 1.0]])
    array([0.25, 1.  ])
    """
    one, other = probability_rows(p), probability_rows(q)
    if one.shape != other.shape:
        raise InputError(f"p has the shape {one.shape} and q {other.shape}; they need the same.")
    return np.minimum(np.abs(one - other).sum(axis=1) / 2, 1)


def numbers_of_test_rows(data: Dataset) -> NDArray[np.int64]:
    """The displayed numbers of the test rows: 1, 2 and so on, an array of shape (test rows,)."""
    return np.arange(1, len(data.y_test) + 1)


def forecasts(runs: Mapping[str, Run], data: Dataset) -> dict[str, Floats]:
    """Log-probabilities (test rows, classes) of each run, in nats, as ``scoreboard`` takes them.

    Raises
    ------
    InputError
        If there are not two to four runs, or one was trained on other features or classes.
    """
    fewest, most = RUNS
    if not fewest <= len(runs) <= most:
        raise InputError(f"Choose {fewest} to {most} runs to compare, not {len(runs)}.")
    if strangers := [
        name for name, run in runs.items() if (run.feature_names, run.class_names) != (data.feature_names, data.class_names)
    ]:
        raise InputError(f"{strangers[0]} was trained on other features or classes; compare runs on the same rows.")
    return {name: log_softmax(run.logits(data.x_test)) for name, run in runs.items()}


def differences_from_first(log_probas: Mapping[str, ArrayLike], y: ArrayLike, rng: np.random.Generator) -> pd.DataFrame:
    """Paired differences of scores from the first forecast: variation between rows that is common to both cancels.

    The intervals take the forecasts as given. They cover the variation between rows, not between trainings.

    Parameters
    ----------
    log_probas : mapping of str to array_like of shape (n, classes)
        Log-probabilities (nats) by name, n >= 2.
    y : array_like of shape (n,)
        True classes.
    rng : numpy.random.Generator
        Draws the intervals.

    Returns
    -------
    DataFrame
        One row for each forecast but the first: ``name``, then the mean difference of ``nll`` (nats), ``brier`` (-2..2) and
        ``accuracy`` (-1..1), each with ``_low`` and ``_high``, its 95 % interval: ``mean_interval``'s, for the accuracy
        that of ``accuracy_difference`` with its ``p``. A difference of the NLL is not taken to exceed what another class
        would have brought to one of these rows; of the Brier score, -2 and 2. Rows whose true class both forecasts rule out
        are ``ruled_out_by_both``, a count, and left out of the difference of the NLL. Where one forecast rules out what came
        true, that and both ends are infinite; where each does, of other rows, they are not numbers, nor for fewer than two
        rows.

    Raises
    ------
    InputError
        As ``ensemble.probability.intervals.mean_interval``.

    Examples
    --------
    >>> unsure, sure = np.log([[0.5, 0.5]] * 4), np.log([[0.9, 0.1]] * 4)
    >>> table = differences_from_first({"A": unsure, "B": sure}, [0] * 4, np.random.default_rng(0))
    >>> table[["name", "nll", "accuracy", "p"]].round(3).values.tolist()
    [['B', -0.588, 0.0, 1.0]]
    """
    import pandas as pd  # here, because the first page should not wait for it

    (_, first), *others = log_probas.items()
    losses_of_first, hits_of_first = losses_of_outcomes(first), top_label(np.exp(np.asarray(first)), y)[1]
    rows = np.arange(len(hits_of_first)), np.asarray(y, dtype=np.intp)
    table = []
    for name, other in others:
        row: dict[str, object] = {"name": name}
        with np.errstate(invalid="ignore"):  # infinite less infinite is not a number
            change = {score: losses - losses_of_first[score] for score, losses in losses_of_outcomes(other).items()}
        # A loss that is finite for no outcome is so for no row, and then the range is not needed.
        of_nll = finite_range(change["nll"]) if np.isfinite(change["nll"]).any() else (0.0, 0.0)
        ends = {"nll": of_nll, "brier": (-MAX_BRIER, MAX_BRIER)}
        by_row = {score: values[rows] for score, values in change.items()}
        by_both = np.isnan(by_row["nll"])
        by_row["nll"] = by_row["nll"][~by_both]
        for score, (least, most) in ends.items():
            few = by_both.any() and len(by_row[score]) < 2
            band = NO_BAND if few else mean_interval_or_infinity(by_row[score], least, most, rng)
            row[score], row[f"{score}_low"], row[f"{score}_high"] = band
        accuracy = accuracy_difference(hits_of_first, top_label(np.exp(np.asarray(other)), y)[1], rng)
        row |= {"accuracy": accuracy.mean, "accuracy_low": accuracy.low, "accuracy_high": accuracy.high, "p": accuracy.p}
        table.append(row | {"ruled_out_by_both": int(by_both.sum())})
    return pd.DataFrame(table)


def rows_that_differ_most(log_probas: Mapping[str, ArrayLike], data: Dataset, count: int = 10) -> pd.DataFrame:
    """The test rows on which forecasts differ most.

    Parameters
    ----------
    log_probas : mapping of str to array_like of shape (test rows, classes)
        Log-probabilities (nats) by name, two or more, such as those of ``forecasts``.
    data : Dataset
        What happened to its test rows, and the names of the classes.
    count : int, default 10
        Rows at most.

    Returns
    -------
    DataFrame
        Largest distance first: ``row`` (number from 1), ``true class``, ``distance`` (the largest ``total_variation`` between
        two forecasts, 0..1), and for each ``"<name>: likeliest"``, a class, and ``"<name>: true class"``, the probability of
        the true one. Rows on which all say the same are left out, and where a distance exceeds ``MIN_DISTANCE``, those
        on which none does.

    Raises
    ------
    InputError
        As ``total_variation``.
    """
    import pandas as pd  # here, because the first page should not wait for it

    probas = {name: np.exp(np.asarray(log_proba)) for name, log_proba in log_probas.items()}
    distance = np.max([total_variation(p, q) for p, q in combinations(probas.values(), 2)], axis=0)
    rows = np.argsort(-distance, kind="stable")[:count]
    rows = rows[distance[rows] > (MIN_DISTANCE if distance.max() > MIN_DISTANCE else 0)]
    names, truth = np.array(data.class_names), data.y_test[rows]
    columns: dict[str, Any] = {"row": rows + 1, "true class": names[truth], "distance": distance[rows]}
    for name, proba in probas.items():
        columns[f"{name}: likeliest"] = names[proba[rows].argmax(axis=1)]
        columns[f"{name}: true class"] = proba[rows, truth]
    return pd.DataFrame(columns)


def value_as_text(value: float | str) -> str:
    """A setting's value as displayed text.

    >>> value_as_text(0.25), value_as_text(1e-5), value_as_text("relu")
    ('0.25', '1e-05', 'relu')
    """
    return value if isinstance(value, str) else f"{value:g}"
