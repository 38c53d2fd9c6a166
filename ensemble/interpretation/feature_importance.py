"""The importance of features: the loss without one, shuffled among the test rows or dropped before training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.datasets.table import Dataset
from ensemble.errors import InputError
from ensemble.probability.scoring import negative_log_likelihood
from ensemble.probability.vectors import log_softmax
from ensemble.runs.run import Run
from ensemble.runs.test_rows import nll_of_test_rows

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95
SHUFFLES = 1280
MAX_REPEATS, MIN_REPEATS = 20, 3
MAX_ROWS, MIN_ROWS = 1000, 100
MAX_PRODUCTS = 4e10


def affordable(run: Run, data: Dataset, runs: int = 1) -> tuple[int, int]:
    """The numbers of test rows and shuffles, at most 1,000 and 20, with which ``permutation_importance`` takes a few seconds.

    Examples
    --------
    >>> from ensemble import EnsembleConfig, load_dataset
    >>> from ensemble.runs.weights import weight_shapes
    >>> data, config = load_dataset("wine"), EnsembleConfig()
    >>> weights = tuple(np.zeros(shape, np.float32) for shape in weight_shapes(config, 13, 3))
    >>> affordable(Run.before_training(config, data, weights), data, 5)
    (36, 20)
    """
    repeats = min(max(SHUFFLES // data.features, MIN_REPEATS), MAX_REPEATS)
    weights = sum(weight.size for weight in run.weights)
    rows = int(MAX_PRODUCTS / (runs * data.features * repeats * weights))
    return min(max(rows, MIN_ROWS), MAX_ROWS, len(data.y_test)), repeats


def permutation_importance(
    runs: Sequence[Run],
    data: Dataset,
    rng: np.random.Generator,
    repeats: int = 20,
    between: Callable[[], object] = int,
) -> pd.DataFrame:
    """The increase of the test loss when the values of one feature are shuffled among the test rows.

    Features that say the same stand in for each other: each can look unimportant while together they are not.

    Parameters
    ----------
    runs : sequence of Run
        Trained on ``data`` with different seeds.
    data : Dataset
        Its test rows are predicted.
    rng : Generator
        Draws the shuffles, for each run its own.
    repeats : int, default 20
        Shuffles of each feature, 1 or more.
    between : callable, optional
        Called before each prediction; what it raises ends the work.

    Returns
    -------
    DataFrame
        One row per feature. Columns ``feature``; ``mean`` over the runs of the increase of the test rows' mean negative
        log-likelihood, in nats; ``low``, ``high``, the 95 % t interval for it over the runs, not a number for a single run.

    Raises
    ------
    InputError
        If there is no run, one was trained on other features or classes, or there is no repeat.

    References
    ----------
    Breiman, L. (2001). Random forests.
    Fisher, A., Rudin, C. and Dominici, F. (2019). All models are wrong, but many are useful.

    Examples
    --------
    >>> from ensemble import EnsembleConfig, load_dataset
    >>> from ensemble.runs.weights import weight_shapes
    >>> data, config = load_dataset("wine"), EnsembleConfig()
    >>> weights = tuple(np.zeros(shape, np.float32) for shape in weight_shapes(config, 13, 3))
    >>> untaught = Run.before_training(config, data, weights)
    >>> permutation_importance([untaught], data, np.random.default_rng(0))["mean"].unique()
    array([0.])
    """
    from sklearn import inspection  # here, because it takes a second that the first page should not wait for

    _check_runs(runs, data)
    if repeats < 1:
        raise InputError(f"Shuffle each feature at least once, not {repeats} times.")

    def score(judged: _Fitted, x: NDArray[np.float32], y: NDArray[np.int64]) -> float:
        between()
        return -float(negative_log_likelihood(log_softmax(judged.run.logits(x)), y).mean())

    increases = [
        inspection.permutation_importance(
            _Fitted(run), data.x_test, data.y_test, scoring=score, n_repeats=repeats, random_state=int(rng.integers(2**32))
        ).importances_mean
        for run in runs
    ]
    return mean_over_runs(dict(zip(data.feature_names, np.transpose(increases), strict=True)))


def without_feature(data: Dataset, feature: str) -> Dataset:
    """The same rows without one feature.

    Parameters
    ----------
    data : Dataset
        Of two features or more.
    feature : str
        Which one to leave out.

    Returns
    -------
    Dataset

    Raises
    ------
    InputError
        If there is no such feature or it is the only one.

    Examples
    --------
    >>> from ensemble import load_dataset
    >>> without_feature(load_dataset("wine"), "ash").x_train.shape
    (142, 12)
    """
    if feature not in data.feature_names:
        raise InputError(f"There is no feature “{feature}”. Choose one of {', '.join(data.feature_names)}.")
    if data.features == 1:
        raise InputError(f"“{feature}” is the only feature; a network needs one to learn from.")
    return data.only([name for name in data.feature_names if name != feature])


def drop_one_effect(baseline: Sequence[Run], dropped: Mapping[str, Sequence[Run]], data: Dataset) -> pd.DataFrame:
    """The increase of the test loss for networks that were trained without one feature.

    Parameters
    ----------
    baseline : sequence of Run
        Trained on ``data`` with different seeds.
    dropped : mapping of str to sequence of Run
        For each feature the runs trained on ``without_feature(data, feature)``, with the configurations of ``baseline`` in
        the same order, so that the seeds are paired.
    data : Dataset
        Its test rows are predicted.

    Returns
    -------
    DataFrame
        One row per feature of ``dropped``. Columns ``feature``; ``mean`` over the pairs of the test rows' mean negative
        log-likelihood without the feature minus that with it, in nats, negative where the network is better off without;
        ``low``, ``high``, the 95 % t interval for it over the pairs, not a number for a single pair.

    Raises
    ------
    InputError
        If there is no run, no feature, one that ``data`` does not have, runs are not paired, or one was trained on other
        features or classes.

    References
    ----------
    Lei, J. et al. (2018). Distribution-free predictive inference for regression (leave one covariate out).

    Examples
    --------
    >>> from ensemble import EnsembleConfig, load_dataset
    >>> from ensemble.runs.weights import weight_shapes
    >>> data, config = load_dataset("wine"), EnsembleConfig()
    >>> def untaught(data):
    ...     weights = tuple(np.zeros(shape, np.float32) for shape in weight_shapes(config, data.features, 3))
    ...     return Run.before_training(config, data, weights)
    >>> drop_one_effect([untaught(data)], {"ash": [untaught(without_feature(data, "ash"))]}, data)["mean"].tolist()
    [0.0]
    """
    _check_runs(baseline, data)
    if not dropped:
        raise InputError("Give the runs without at least one feature.")
    with_all = np.array([_test_nll(run, data) for run in baseline])
    increases = {}
    for feature, runs in dropped.items():
        rest = without_feature(data, feature)
        _check_runs(runs, rest)
        if [run.config for run in runs] != [run.config for run in baseline]:
            raise InputError(f"The runs without “{feature}” are not paired; train them with the same seeds and settings.")
        increases[feature] = np.array([_test_nll(run, rest) for run in runs]) - with_all
    return mean_over_runs(increases)


class _Fitted:
    """A run in the shape that scikit-learn asks for: it has a ``fit``, which is never called."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def fit(self, x: Any, y: Any) -> _Fitted:
        return self


def _test_nll(run: Run, data: Dataset) -> float:
    return float(nll_of_test_rows(run, data).mean())


def mean_over_runs(increases: Mapping[str, ArrayLike]) -> pd.DataFrame:
    """Mean over the runs of each feature's increases, shape (runs,), with its t interval."""
    import pandas as pd  # here, because the first page should not wait for it
    from scipy import stats

    values = np.array(list(increases.values()), dtype=np.float64)
    runs = values.shape[1]
    mean = values.mean(axis=1)
    error = values.std(axis=1, ddof=1) / np.sqrt(runs) if runs > 1 else np.full(len(mean), np.nan)
    half = stats.t.ppf((1 + LEVEL) / 2, runs - 1) * error
    return pd.DataFrame({"feature": list(increases), "mean": mean, "low": mean - half, "high": mean + half})


def _check_runs(runs: Sequence[Run], data: Dataset) -> None:
    if not runs:
        raise InputError("Give at least one trained run.")
    for run in runs:
        if (run.feature_names, run.class_names) != (data.feature_names, data.class_names):
            raise InputError(
                f"A run was trained on other features or classes; train it on {', '.join(data.feature_names)} "
                f"and {', '.join(data.class_names)}."
            )
