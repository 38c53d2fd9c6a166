"""Sets of classes that contain the true one as often as promised, for any model, if rows are exchangeable."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.errors import InputError
from ensemble.probability.checks import class_numbers, probability_rows
from ensemble.probability.scoring import without_rounding


class Promise(NamedTuple):
    """The share of sets that will contain the true class: its distribution over calibration rows (and test rows, if given).

    Attributes
    ----------
    low, median, high : float
        5 %, 50 % and 95 % quantiles, 0..1.
    mean : float
        At least the coverage asked for, and above it by at most 1 / (calibration rows + 1).
    """

    low: float
    median: float
    high: float
    mean: float


def conformal_sets(
    proba_calibration: ArrayLike, y_calibration: ArrayLike, proba: ArrayLike, coverage: float
) -> NDArray[np.bool_]:
    """Split conformal prediction: sets of classes, a share of at least ``coverage`` of which will contain the true class.

    A class is in the set if its probability is not below a threshold, to twelve digits. Of the n that true classes had among
    the calibration rows, that threshold is the k-th highest, ``k = ceil((n + 1) coverage)``. With ``k > n`` there is no such
    row, and the only honest set is all classes. A set can be empty: then no class is as probable as true ones usually are.

    Parameters
    ----------
    proba_calibration : array_like of shape (n, classes)
        Probability vectors of rows that the model was not trained on.
    y_calibration : array_like of shape (n,)
        Their true classes.
    proba : array_like of shape (rows, classes)
        Probability vectors of the rows to give sets for.
    coverage : float
        Above 0.5, below 1.

    Returns
    -------
    bool ndarray of shape (rows, classes)
        Whether the class is in the set of the row.

    Raises
    ------
    InputError
        If shapes do not fit, a row is not a probability vector, a class is not one of the columns or ``coverage`` is out of
        range.

    References
    ----------
    Sadinle, M., Lei, J. and Wasserman, L. (2019). Least ambiguous set-valued classifiers with bounded error levels.
    Vovk, V., Gammerman, A. and Shafer, G. (2005). Algorithmic learning in a random world.

    Examples
    --------
    >>> calibration = [[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]]
    >>> conformal_sets(calibration, [0, 0, 0, 0], [[0.95, 0.05], [0.5, 0.5], [0.35, 0.65]], 0.75)
    array([[ True, False],
           [False, False],
           [False,  True]])
    """
    known, rows = probability_rows(proba_calibration), probability_rows(proba)
    if known.shape[1] != rows.shape[1]:
        raise InputError(f"Calibration rows have {known.shape[1]} classes and the others {rows.shape[1]}; they need the same.")
    return without_rounding(rows) >= _threshold(_of_truth(known, y_calibration), coverage)


def rows_at_threshold(
    proba_calibration: ArrayLike, y_calibration: ArrayLike, proba: ArrayLike, y: ArrayLike, coverage: float
) -> int:
    """How many rows give their true class the very probability that is the threshold of ``conformal_sets``.

    One is the calibration row that the threshold comes from. With more, all of them are in their sets, and sets contain the
    true class more often than ``coverage_promise`` says of different probabilities.

    Parameters
    ----------
    proba_calibration, y_calibration, proba, coverage
        As ``conformal_sets``.
    y : array_like of shape (rows,)
        True classes of the rows that sets are given for.

    Raises
    ------
    InputError
        As ``conformal_sets``, and if ``y`` does not fit.

    Examples
    --------
    >>> rows_at_threshold([[0.9, 0.1], [0.8, 0.2]], [0, 0], [[0.8, 0.2], [0.7, 0.3]], [0, 0], 0.6)
    2
    """
    known, others = _of_truth(probability_rows(proba_calibration), y_calibration), _of_truth(probability_rows(proba), y)
    return int((np.concatenate([known, others]) == _threshold(known, coverage)).sum())


def coverage_promise(n_calibration: int, coverage: float, n_test: int | None = None, *, is_shared: bool = False) -> Promise:
    """The share of conformal sets that will contain the true class, given the number of calibration rows.

    Over all future rows that share is a random number, because the calibration rows are: with exchangeable rows and no equal
    probabilities it has a Beta(k, n + 1 - k) distribution, ``k = ceil((n + 1) coverage)``, and on finitely many test rows a
    beta-binomial one. With equal probabilities it is larger.

    Parameters
    ----------
    n_calibration : int
        Calibration rows, at least 1.
    coverage : float
        Above 0.5, below 1.
    n_test : int, optional
        Rows on which the share is counted; without it, infinitely many.
    is_shared : bool, default False
        Whether several rows have the threshold's probability, so that ``high`` is no more than 1.

    Returns
    -------
    Promise
        All 1 if there are too few calibration rows to leave out any class.

    Raises
    ------
    InputError
        If a number of rows is below 1 or ``coverage`` out of range.

    References
    ----------
    Vovk, V. (2012). Conditional validity of inductive conformal predictors.
    Angelopoulos, A. N. and Bates, S. (2023). Conformal prediction: a gentle introduction.

    Examples
    --------
    >>> [round(share, 2) for share in coverage_promise(99, 0.9)]
    [0.85, 0.9, 0.94, 0.9]
    """
    from scipy.stats import beta, betabinom

    if n_calibration < 1 or (n_test is not None and n_test < 1):
        raise InputError("Give at least one calibration row and at least one test row.")
    rank = _rank(n_calibration, coverage)
    above = n_calibration + 1 - rank
    if above == 0:
        return Promise(1.0, 1.0, 1.0, 1.0)
    quantiles = [0.05, 0.5, 0.95]
    shares = beta.ppf(quantiles, rank, above) if n_test is None else betabinom.ppf(quantiles, n_test, rank, above) / n_test
    low, median, high = shares.tolist()
    return Promise(low, median, 1.0 if is_shared else high, rank / (n_calibration + 1))


def smallest_calibration_set(coverage: float) -> int:
    """Calibration rows below which every conformal set has to hold all classes.

    Parameters
    ----------
    coverage : float
        Above 0.5, below 1.

    Returns
    -------
    int
        ``coverage / (1 - coverage)``, rounded up.

    Raises
    ------
    InputError
        If ``coverage`` is out of range.

    Examples
    --------
    >>> smallest_calibration_set(0.9), smallest_calibration_set(0.95), smallest_calibration_set(0.99)
    (9, 19, 99)
    """
    fraction = _share(coverage)
    return ceil(fraction / (1 - fraction))


def _of_truth(proba: NDArray[np.float64], y: ArrayLike) -> NDArray[np.float64]:
    truth = class_numbers(y, *proba.shape)
    return without_rounding(proba[np.arange(len(truth)), truth])


def _threshold(of_truth: NDArray[np.float64], coverage: float) -> float:
    """Below 0, so that all classes are in, where there are too few calibration rows."""
    n = len(of_truth)
    rank = _rank(n, coverage)
    return -1.0 if rank > n else float(np.partition(of_truth, n - rank)[n - rank])


def _rank(n: int, coverage: float) -> int:
    return ceil((n + 1) * _share(coverage))


def _share(coverage: float) -> Fraction:
    """The coverage as a decimal fraction, so that 0.9 is nine tenths and ranks are not off by one."""
    if not 0.5 < coverage < 1:
        raise InputError(f"The coverage has to be above 0.5 and below 1, not {coverage}.")
    return Fraction(str(coverage))
