"""Multinomial logistic regression: the model beside the net, whose coefficients say which features matter.

Scores are ``z = x @ coefficients + intercepts``, probabilities their softmax. Logarithms are natural (nats).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.datasets.table import Dataset
from ensemble.errors import InputError
from ensemble.interpretation.row_checks import check_classes, finite_rows, labelled_rows
from ensemble.probability.vectors import Floats, log_softmax, softmax

PRIOR_WIDTHS = (0.01, 1000.0)
INTERCEPT = "intercept"


@dataclass(frozen=True, eq=False)
class Regression:
    """A fitted multinomial logistic regression, every class with coefficients of its own.

    Adding the same number to a feature's coefficients in all classes changes no probability. Of all these the prior prefers
    those that sum to 0 over the classes; intercepts, which have no prior, are given so too.

    Attributes
    ----------
    prior_width : float
        Standard deviation of the Gaussian prior on each coefficient.
    coefficients : ndarray of shape (features, classes)
        Change of a class's score per unit of the scaled feature; each row sums to 0.
    intercepts : ndarray of shape (classes,)
        Scores where all scaled features are 0; they sum to 0.
    """

    prior_width: float
    coefficients: Floats
    intercepts: Floats

    def logits(self, x: ArrayLike) -> Floats:
        """Scores of the classes; their softmax is ``predict_proba``.

        Parameters
        ----------
        x : array_like of shape (n, features)
            Scaled as the training rows.

        Returns
        -------
        ndarray of shape (n, classes)

        Raises
        ------
        InputError
            If ``x`` has another shape or is not finite.
        """
        rows = finite_rows(x)
        if rows.shape[1] != len(self.coefficients):
            raise InputError(f"Rows need the shape (n, {len(self.coefficients)}), not {rows.shape}.")
        return rows @ self.coefficients + self.intercepts

    def predict_proba(self, x: ArrayLike) -> Floats:
        """Probabilities of the classes, ``softmax(logits(x))``.

        Parameters
        ----------
        x : array_like of shape (n, features)
            Scaled as the training rows.

        Returns
        -------
        ndarray of shape (n, classes)
            Rows sum to 1.

        Raises
        ------
        InputError
            As ``logits``.
        """
        return softmax(self.logits(x))


class CoefficientPath(NamedTuple):
    """A regression for a sequence of prior widths.

    Attributes
    ----------
    widths : ndarray of shape (widths,)
        Standard deviations of the prior.
    coefficients : ndarray of shape (widths, features, classes)
        As in ``Regression``.
    train_nll, test_nll : ndarray of shape (widths,)
        Mean negative log-likelihood of the training and of the test rows, in nats.
    """

    widths: Floats
    coefficients: Floats
    train_nll: Floats
    test_nll: Floats


def fit_map(data: Dataset, prior_width: float) -> Regression:
    """Fit the training rows by maximum a posteriori, with a Gaussian prior on every coefficient and none on the intercepts.

    With coefficients ``b ~ Normal(0, s^2)``, independent, the negative log-posterior is, but for a constant,
    ``sum_i -ln p(y_i | x_i) + |b|^2 / (2 s^2)``: the prior is a penalty. scikit-learn minimises
    ``C sum_i -ln p(y_i | x_i) + |b|^2 / 2``, the same thing times ``s^2``, so ``C = s^2``. For two classes it fits the
    difference ``d`` of their coefficients alone; here each has its half, ``-d/2`` and ``d/2``, so that
    ``|b|^2 = |d|^2 / 2`` and ``C = 2 s^2``.

    Parameters
    ----------
    data : Dataset
        The training rows are fitted, features on the scale 0..1.
    prior_width : float
        s, 0.01 to 1000. Towards 0 the coefficients go to 0; as it grows they go to the maximum of the likelihood, if there is
        one (see ``separation``).

    Returns
    -------
    Regression

    Raises
    ------
    InputError
        If the width is out of range, or a class has no training row.

    References
    ----------
    Hastie, T., Tibshirani, R. and Friedman, J. (2009). The elements of statistical learning, 2nd ed., section 18.3.2.

    Examples
    --------
    >>> from ensemble.datasets.builtin import load_dataset
    >>> data = load_dataset("wine")
    >>> float(np.abs(fit_map(data, 0.01).coefficients).max().round(4))
    0.0014
    """
    x, y = _training_rows(data)
    return next(_fits(x, y, _widths([prior_width])))


def scikit_learn_c(prior_width: float, classes: int) -> float:
    """scikit-learn's ``C`` for a Gaussian prior of this width on every coefficient: ``s^2``, and ``2 s^2`` for two classes.

    For two classes scikit-learn has one coefficient a feature, the difference of the two here (see ``fit_map``).

    Examples
    --------
    >>> scikit_learn_c(1.0, 2), scikit_learn_c(1.0, 3)
    (2.0, 1.0)
    """
    return prior_width**2 * (2 if classes == 2 else 1)


def coefficient_path(data: Dataset, widths: ArrayLike, between: Callable[[], object] = int) -> CoefficientPath:
    """Fit the training rows under one prior after the other.

    Parameters
    ----------
    data : Dataset
        The training rows are fitted, training and test rows are judged.
    widths : array_like of shape (widths,)
        Standard deviations of the prior, 0.01 to 1000. Each fit begins at the one before, so let them ascend.
    between : callable, optional
        Called before each fit; what it raises ends the fits.

    Returns
    -------
    CoefficientPath

    Raises
    ------
    InputError
        As ``fit_map``, or if there is no width.

    Examples
    --------
    >>> from ensemble.datasets.builtin import load_dataset
    >>> path = coefficient_path(load_dataset("wine"), [0.01, 1, 1000])
    >>> path.coefficients.shape, path.train_nll.round(2)
    ((3, 13, 3), array([1.09, 0.17, 0.  ]))
    """
    x, y = _training_rows(data)
    wide = _widths(widths)
    fits = list(_fits(x, y, wide, between))
    return CoefficientPath(
        widths=wide,
        coefficients=np.stack([fit.coefficients for fit in fits]),
        train_nll=np.array([_mean_nll(fit, x, y) for fit in fits]),
        test_nll=np.array([_mean_nll(fit, data.x_test, data.y_test) for fit in fits]),
    )


def _fits(x: Floats, y: NDArray[np.int64], widths: Floats, between: Callable[[], object] = int) -> Iterator[Regression]:
    """Successive fits, each started at the solution of the previous one."""
    from sklearn.linear_model import LogisticRegression  # here, because it takes a second

    two_classes = y.max() == 1
    # Newton's method: exact where L-BFGS stops short under wide priors, and faster.
    model = LogisticRegression(solver="newton-cholesky", tol=1e-10, max_iter=1000, warm_start=True)
    for width in widths:
        between()
        model.set_params(C=scikit_learn_c(width, y.max() + 1)).fit(x, y)
        coefficients, intercepts = model.coef_.T, model.intercept_
        if two_classes:
            coefficients, intercepts = coefficients * [-0.5, 0.5], intercepts * [-0.5, 0.5]
        yield Regression(
            prior_width=float(width),
            coefficients=coefficients - coefficients.mean(axis=1, keepdims=True),
            intercepts=intercepts - intercepts.mean(),
        )


def _mean_nll(fit: Regression, x: ArrayLike, y: NDArray[np.int64]) -> float:
    return -float(log_softmax(fit.logits(x))[np.arange(len(y)), y].mean())


def _training_rows(data: Dataset) -> tuple[Floats, NDArray[np.int64]]:
    rows, labels = labelled_rows(data.x_train, data.y_train)
    check_classes(labels, data.class_names)
    return rows, labels


def _widths(widths: ArrayLike) -> Floats:
    low, high = PRIOR_WIDTHS
    wide = np.asarray(widths, dtype=np.float64)
    if wide.ndim != 1 or not wide.size or not ((wide >= low) & (wide <= high)).all():
        raise InputError(f"The width of the prior has to be from {low:g} to {high:g}.")
    return wide
