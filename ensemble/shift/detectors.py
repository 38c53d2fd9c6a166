"""Scores that say "I have not seen this": large for rows that are unlike those of training."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.datasets.table import Dataset
from ensemble.disagreement.entropy import entropy_split
from ensemble.errors import InputError
from ensemble.probability.vectors import Floats, entropy, softmax
from ensemble.runs.run import Run
from ensemble.shift.roc import auroc_covariance, roc_on_grid, with_interval

TOP, ENTROPY, DISAGREEMENT, ENERGY, DISTANCE = DETECTORS = (
    "top probability",
    "entropy",
    "mutual information",
    "energy",
    "distance",
)
NEIGHBOURS = 5
MAX_TRAINING_ROWS = 10_000
MAX_TEST_ROWS = 2_000
MAX_KNOWN_KEPT = 101
MAX_NOVEL_KEPT = 200
DIGITS_KEPT = 3
OF_ROWS = ("called", "known ", "novel ")
"""How the names of what is kept of single rows begin: pages show those of the first run only."""


def novelty_scores(run: Run, x: ArrayLike, x_train: ArrayLike) -> dict[str, Floats]:
    """What each detector says of rows: the larger, the less they are like the training rows.

    Parameters
    ----------
    run : Run
        Of any way of training.
    x : array_like of shape (n, features)
        Scaled as the training rows.
    x_train : array_like of shape (training rows, features)
        What it was trained on.

    Returns
    -------
    dict of ndarray of shape (n,)
        By the names of ``DETECTORS``:

        - "top probability": ``1 - max_k q_k``, 0..1, as the sum of the other probabilities, which rounds nothing to 0;
        - "entropy": of ``q``, in nats, 0..ln K;
        - "mutual information": of the class and the member that is asked, in nats; absent where there is one member;
        - "energy": ``-ln sum_k exp z_k`` of the scores, in nats, any number; for independent members the mean of theirs, as
          the logits of their pool are log-probabilities, whose energy is 0;
        - "distance": mean Euclidean distance to the five nearest training rows, at least 0.

    Raises
    ------
    InputError
        As ``Run.logits``.

    References
    ----------
    Hendrycks, D. and Gimpel, K. (2017). A baseline for detecting misclassified and out-of-distribution examples.
    Liu, W. et al. (2020). Energy-based out-of-distribution detection.
    Sun, Y. et al. (2022). Out-of-distribution detection with deep nearest neighbors.
    """
    proba = softmax(run.logits(x))
    scores = {TOP: np.sort(proba, axis=-1)[:, :-1].sum(axis=-1), ENTROPY: entropy(proba)}
    if run.config.members > 1:
        scores[DISAGREEMENT] = entropy_split(run.member_proba(x))[2]
    of_each = run.member_own_logits(x) if run.config.training == "independent" else run.logits(x)[None]
    scores[ENERGY] = energy(of_each).mean(axis=0)
    scores[DISTANCE] = distance_to_training_rows(x, x_train)
    return scores


def energy(logits: ArrayLike, temperature: float = 1.0) -> Floats:
    """The free energy ``-T ln sum_k exp(z_k / T)`` of scores: what softmax leaves out, as a constant on all scores changes it.

    Parameters
    ----------
    logits : array_like of shape (..., classes)
        Finite.
    temperature : float, default 1.0
        T > 0.

    Returns
    -------
    ndarray of shape (...)
        In the unit of the scores: nats at T = 1.

    Raises
    ------
    InputError
        If the temperature is not a positive finite number.

    References
    ----------
    Liu, W. et al. (2020). Energy-based out-of-distribution detection.

    Examples
    --------
    >>> energy([0.0, 0.0]).round(4), energy([10.0, 0.0]).round(4)
    (np.float64(-0.6931), np.float64(-10.0))
    """
    if not 0 < temperature < np.inf:
        raise InputError(f"A temperature has to be a positive finite number, not {temperature}.")
    scores = np.asarray(logits, dtype=np.float64)
    found: Floats = -temperature * special.logsumexp(scores / temperature, axis=-1)
    return found


def distance_to_training_rows(x: ArrayLike, x_train: ArrayLike, neighbours: int = NEIGHBOURS) -> Floats:
    """Mean Euclidean distance of each row (n, features) to its nearest training rows; all of them if they are fewer.

    Examples
    --------
    >>> distance_to_training_rows([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0], [9.0, 9.0]], neighbours=2)
    array([3.])
    """
    from sklearn.neighbors import NearestNeighbors  # here, because the first page should not wait for it

    rows = np.asarray(x_train, dtype=np.float64)
    nearest = NearestNeighbors(n_neighbors=min(neighbours, len(rows))).fit(rows)
    distances, _ = nearest.kneighbors(np.asarray(x, dtype=np.float64))
    found: Floats = distances.mean(axis=1)
    return found


def measure_novelty(run: Run, data: Dataset, novel: NDArray[np.floating] | None) -> dict[str, tuple[float, ...]]:
    """How well each detector tells rows of a class that was not there from test rows of the classes that were.

    Of large data the first 2,000 known and novel rows and the first 10,000 training rows are used; they are shuffled.

    Parameters
    ----------
    run : Run
        Trained on ``data``.
    data : Dataset
        Without the class.
    novel : ndarray of shape (n, features)
        Rows of that class, scaled as the training rows.

    Returns
    -------
    dict of tuple of float
        - "rows": how many known and how many novel rows;
        - "called": the likeliest class of each of the first 200 novel rows;
        - "auroc covariance": DeLong's, (detectors²,) in the order of the detectors;

        and for each detector, by "roc entropy" and so on:

        - "roc": the share of novel rows caught at each share of false alarms of ``roc.GRID``;
        - "auroc": the area under that curve with its 95 % interval over rows: value, low, high;
        - "known": quantiles of the known rows' scores, evenly from the smallest to the largest, at most 101;
        - "novel": scores of the first 200 novel rows in their order.

        All but areas and their covariance have three digits.

    Raises
    ------
    InputError
        If there are no novel rows or fewer than two known ones.
    """
    if novel is None or not len(novel):
        raise InputError("There is no row of a class that was left out: choose a class that the test rows have.")
    x_train = data.x_train_at(slice(MAX_TRAINING_ROWS))
    known, unseen = data.x_test_at(slice(MAX_TEST_ROWS)), novel[:MAX_TEST_ROWS]
    of_known, of_novel = (novelty_scores(run, rows, x_train) for rows in (known, unseen))
    called = run.logits(unseen[:MAX_NOVEL_KEPT]).argmax(axis=1)
    found = {
        "rows": (float(len(known)), float(len(unseen))),
        "called": _tuple(called),
        "auroc covariance": _tuple(auroc_covariance(list(of_known.values()), list(of_novel.values())).ravel()),
    }
    for name, scores in of_known.items():
        found[f"roc {name}"] = _rounded(roc_on_grid(scores, of_novel[name]))
        found[f"auroc {name}"] = _tuple(with_interval(scores, of_novel[name]))
        chosen = np.linspace(0, len(scores) - 1, min(len(scores), MAX_KNOWN_KEPT)).round().astype(int)
        found[f"known {name}"] = _rounded(np.sort(scores)[chosen])
        found[f"novel {name}"] = _rounded(of_novel[name][:MAX_NOVEL_KEPT])
    return found


def _tuple(values: ArrayLike) -> tuple[float, ...]:
    return tuple(np.asarray(values, dtype=np.float64).tolist())


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(float(f"{value:.{DIGITS_KEPT}g}") for value in values)
