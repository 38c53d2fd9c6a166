"""Four ways to make one forecast out of the same members."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from ensemble.datasets.table import Dataset
from ensemble.errors import InputError
from ensemble.probability.vectors import Floats, log_softmax
from ensemble.rng import out_of_bag
from ensemble.runs.run import Run

WAYS = ("mean of probabilities", "mean of logits", "learned combining layer", "learned weights")
FOLDS = 5
MIN_ROWS_FOR_A_WEIGHT = 20


class PoolsOfForecasts(NamedTuple):
    """Pools of models that were trained elsewhere.

    Attributes
    ----------
    log_proba : dict of str to ndarray of shape (n, classes)
        Log-probabilities (nats) by way, those of ``WAYS`` that there are.
    weights : ndarray of shape (folds, models), or None
        What the learned weights are for the rows of each fold, fitted to all others; None where rows are too few.
    ruled_out : int
        Rows in which the models rule out every class between them: they have no log pool, which is left out then.
    """

    log_proba: dict[str, Floats]
    weights: Floats | None
    ruled_out: int


def weighted_pool(member_log_proba: ArrayLike, weights: ArrayLike) -> Floats:
    """Logarithm of the weighted linear pool, ``ln sum_m w_m p_m``.

    Parameters
    ----------
    member_log_proba : array_like of shape (members, n, classes)
        Log-probabilities (nats) of each member.
    weights : array_like of shape (members,)
        Not negative, not all 0; they are divided by their sum.

    Returns
    -------
    ndarray of shape (n, classes)
        Log-probabilities in nats.

    Examples
    --------
    >>> np.exp(weighted_pool(np.log([[[0.5, 0.5]], [[0.9, 0.1]]]), [1, 3])).round(2)
    array([[0.8, 0.2]])
    """
    shares = np.asarray(weights, dtype=np.float64).reshape(-1, 1, 1)
    return special.logsumexp(member_log_proba, axis=0, b=shares / shares.sum())


def fit_weights(member_log_proba: ArrayLike, y: ArrayLike, unseen: ArrayLike) -> Floats:
    """Convex weights of a linear pool, by maximum likelihood on what each member has not been trained on.

    A row counts with those members only that have not seen it, their weights divided by their sum.

    Parameters
    ----------
    member_log_proba : array_like of shape (members, n, classes)
        Finite log-probabilities (nats) of each member.
    y : array_like of shape (n,)
        True classes.
    unseen : array_like of shape (members, n), bool
        Which rows a member has not been trained on.

    Returns
    -------
    ndarray of shape (members,)
        In 0..1, with sum 1.

    Raises
    ------
    InputError
        If every row was seen by every member.

    References
    ----------
    Wolpert, D. H. (1992). Stacked generalization.

    Examples
    --------
    >>> good, bad = [[0.9, 0.1]] * 9, [[0.5, 0.5]] * 9
    >>> fit_weights(np.log([good, bad]), [0] * 9, np.ones((2, 9))).round(2)
    array([1., 0.])
    """
    unseen = np.asarray(unseen, dtype=np.float64)
    used = unseen.any(axis=0)
    if not used.any():
        raise InputError("Every row was seen by every member, so there is nothing left to fit weights on.")
    truth = np.asarray(y)[used]
    of_truth = np.exp(np.asarray(member_log_proba)[:, np.flatnonzero(used), truth])
    of_truth, unseen = of_truth * unseen[:, used], unseen[:, used]

    def loss(scores: Floats) -> tuple[float, Floats]:
        weights = special.softmax(scores)
        pooled, of_unseen = np.maximum(weights @ of_truth, np.finfo(float).tiny), weights @ unseen
        slope = -(of_truth / pooled - unseen / of_unseen).mean(axis=1)
        return float(np.mean(np.log(of_unseen) - np.log(pooled))), weights * (slope - weights @ slope)

    found = optimize.minimize(loss, np.zeros(len(unseen)), jac=True, method="L-BFGS-B", bounds=[(-30, 30)] * len(unseen))
    return special.softmax(found.x)


def left_out(fraction: float, rows: int) -> float:
    """The fraction of rows, 0..1, that a bootstrap sample leaves out on average; close to ``exp(-fraction)``.

    Parameters
    ----------
    fraction : float
        Size of the sample as a fraction of the training rows, drawn with replacement.
    rows : int
        Number of training rows, at least 1.

    Examples
    --------
    >>> round(left_out(0.8, 142), 3)
    0.447
    """
    return float((1 - 1 / rows) ** round(fraction * rows))


def pools(run: Run, data: Dataset) -> tuple[dict[str, Floats], Floats]:
    """The members of a bootstrap run, pooled in the four ``WAYS``, on the test rows.

    The learned pools have been fitted on training rows, using for each row only the members that were not trained on it.

    Parameters
    ----------
    run : Run
        With training "bootstrap".
    data : Dataset
        What it was trained on.

    Returns
    -------
    log_proba : dict of ndarray of shape (test rows, classes)
        Log-probabilities (nats) of each way.
    weights : ndarray of shape (members,)
        The learned convex weights.

    Raises
    ------
    InputError
        If the run was trained in another way.
    """
    if run.config.training != "bootstrap":
        raise InputError("Learned pools need members with rows that they have not seen: train with “bootstrap”.")
    members = log_softmax(run.member_own_logits(data.x_test))
    on_training_rows = log_softmax(run.member_own_logits(data.x_train))
    weights = fit_weights(on_training_rows, data.y_train, out_of_bag(run.config, len(data.y_train)))
    ways = (
        weighted_pool(members, np.ones(len(members))),
        log_softmax(members.mean(axis=0)),
        log_softmax(run.logits(data.x_test)),
        weighted_pool(members, weights),
    )
    return dict(zip(WAYS, ways, strict=True)), weights


def pools_of_forecasts(member_log_proba: ArrayLike, y: ArrayLike, rng: np.random.Generator) -> PoolsOfForecasts:
    """Pool forecasts from a file. No row is judged by weights that were fitted to it.

    Weights are fitted five times, each time to four fifths of the rows, for the last fifth; with fewer than 20 rows for each
    weight there are none.

    Parameters
    ----------
    member_log_proba : array_like of shape (models, n, classes)
        Log-probabilities (nats) of at least two models; minus infinity where a probability is 0.
    y : array_like of shape (n,)
        True classes.
    rng : numpy.random.Generator
        Divides the rows.

    Raises
    ------
    InputError
        If there are fewer than two models.

    References
    ----------
    Wolpert, D. H. (1992). Stacked generalization.

    Examples
    --------
    >>> models = np.log([[[0.9, 0.1]] * 100, [[0.5, 0.5]] * 100])
    >>> pooled = pools_of_forecasts(models, [0] * 90 + [1] * 10, np.random.default_rng(0))
    >>> list(pooled.log_proba), pooled.weights.shape
    (['mean of probabilities', 'mean of logits', 'learned weights'], (5, 2))
    """
    members, truth = np.asarray(member_log_proba, dtype=np.float64), np.asarray(y)
    models, rows = members.shape[:2]
    if models < 2:
        raise InputError("A pool takes two models or more: bring a file with several.")
    linear, logarithmic, _, learned = WAYS
    ways = {linear: weighted_pool(members, np.ones(models))}
    mean_log = members.mean(axis=0)
    ruled_out = int(np.isneginf(mean_log).all(axis=1).sum())
    if not ruled_out:
        ways[logarithmic] = special.log_softmax(mean_log, axis=1)
    if rows < MIN_ROWS_FOR_A_WEIGHT * models:
        return PoolsOfForecasts(ways, None, ruled_out)
    fold, pooled, weights = rng.permutation(rows) % FOLDS, np.empty(members.shape[1:]), np.empty((FOLDS, models))
    for k in range(FOLDS):
        held_back = fold == k
        weights[k] = fit_weights(members[:, ~held_back], truth[~held_back], np.ones((models, int((~held_back).sum()))))
        pooled[held_back] = weighted_pool(members[:, held_back], weights[k])
    return PoolsOfForecasts({**ways, learned: pooled}, weights, ruled_out)
