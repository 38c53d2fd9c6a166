"""Multinomial logistic regression: the model beside the net, whose coefficients say which features matter.

Scores are ``z = x @ coefficients + intercepts``, probabilities their softmax. Logarithms are natural (nats).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.datasets.table import Dataset
from ensemble.errors import InputError
from ensemble.probability.vectors import log_softmax, softmax

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Separation = Literal["complete", "quasi-complete", "none"]

PRIOR_WIDTHS = (0.01, 1000.0)
INTERCEPT = "intercept"
SMALLEST_LEAD = 1e-9
SMALLEST_SINE = 1e-6


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
        rows = _finite(x)
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
    """What becomes of a regression as its prior widens.

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
    >>> from ensemble.datasets.table import load_dataset
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
    >>> from ensemble.datasets.table import load_dataset
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


def separation(x: ArrayLike, y: ArrayLike) -> Separation:
    """Can coefficients tell the classes apart without error? Then the likelihood has no finite maximum.

    With coefficients (and intercept) ``b_k`` a row leads class k by ``(b_y - b_k) . (1, x)``. If some coefficients make all
    leads of all rows positive, multiplying them raises the likelihood towards 1 for ever: complete separation. If the best
    that can be had is that no lead is negative and some are positive, it still grows for ever: quasi-complete separation.
    Otherwise the rows overlap and the likelihood has a maximum. A direction in which no lead changes, as with collinear
    features, separates nothing.

    Parameters
    ----------
    x : array_like of shape (n, features)
        Finite numbers, in any units.
    y : array_like of shape (n,), int
        Class numbers; at least two classes.

    Returns
    -------
    {"complete", "quasi-complete", "none"}

    Raises
    ------
    InputError
        If shapes do not fit, a number is not finite, or there is one class only.

    Notes
    -----
    Two linear programs with coefficients in -1..1 and features on the scale 0..1. The first asks for the largest sum of leads
    of which none is negative; the second for a lead above 0 that all can have. Gaps below 1e-9 of a feature's range count
    as none.

    References
    ----------
    Albert, A. and Anderson, J. A. (1984). On the existence of maximum likelihood estimates in logistic regression models.
    Konis, K. (2007). Linear programming algorithms for detecting separated data in binary logistic regression models.

    Examples
    --------
    >>> separation([[1], [2], [3], [4]], [0, 0, 1, 1])
    'complete'
    >>> separation([[1], [2], [2], [3]], [0, 0, 1, 1])
    'quasi-complete'
    >>> separation([[1], [2], [3], [4]], [0, 1, 0, 1])
    'none'
    """
    from scipy.optimize import linprog  # here, because the first page should not wait for it
    from scipy.sparse import csr_array

    rows, labels = _labelled(x, y)
    if len(np.unique(labels)) < 2:
        raise InputError("All rows are of one class; give rows of two classes or more.")
    leads = _leads(rows, labels)
    count, coefficients = leads.shape
    exact: Any = {"method": "highs-ds", "options": {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}}
    total = linprog(-leads.sum(axis=0), csr_array(-leads), np.zeros(count), bounds=(-1, 1), **exact)
    if -total.fun < SMALLEST_LEAD:
        return "none"
    # Whether it can be above 0 is all that is asked; to look for the largest takes longer.
    bounds = [(-1, 1)] * coefficients + [(0, 1e-3)]
    all_above = csr_array(np.column_stack([-leads, np.ones(count)]))
    common = linprog(np.append(np.zeros(coefficients), -1), all_above, np.zeros(count), bounds=bounds, **exact)
    return "complete" if -common.fun > SMALLEST_LEAD else "quasi-complete"


def why_no_maximum(found: Separation, classes: int) -> str:
    """What is so about classes that are separated, completely or not quite, as the beginning of a sentence.

    Of more than two classes, two that touch at most are enough for quasi-complete separation; others may overlap.

    Examples
    --------
    >>> why_no_maximum("complete", 3)
    'These classes can be told apart without error'
    """
    if found == "complete":
        return "These classes can be told apart without error"
    if classes == 2:
        return "These classes touch, but do not overlap: a border leaves every row on its own side or exactly on it"
    return (
        "Some of these classes touch at most, and do not overlap: a border between them leaves every row of theirs on its own "
        "side or exactly on it"
    )


def significance(
    x: ArrayLike, y: ArrayLike, feature_names: Sequence[str], class_names: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """Coefficients of multinomial logistic regression by maximum likelihood, and whether they could be 0.

    Parameters
    ----------
    x : array_like of shape (n, features)
        Finite numbers, n > features + 1.
    y : array_like of shape (n,), int
        Class numbers, 0-based; every class has a row.
    feature_names, class_names : sequence of str
        In the order of the columns and of the class numbers. The first class is the reference.
    level : float, default 0.95
        Coverage of the confidence intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        For each class but the reference one row for the "intercept" and one per feature. Columns ``class``, ``feature``;
        ``coefficient``, the change of ln(p_class / p_reference) per unit of ``x``, for scaled features over their whole
        range; ``standard_error`` from the inverse observed information; ``z`` their ratio; ``p``, two-sided, that of Wald's
        test of coefficient = 0; ``p_holm``, the same for all features together by Holm's method, so that with no true effect
        one or more of them fall below a level no more often than that; ``low``, ``high``, the confidence interval. Neither p
        allows for features that were chosen by looking at these rows.

    Raises
    ------
    InputError
        If rows, names or level are not as above, a feature is constant or follows from those before it, or the classes do not
        overlap (see ``separation``), or hardly, so that there is no maximum or none that can be computed.

    References
    ----------
    Wald, A. (1943). Tests of statistical hypotheses concerning several parameters when the number of observations is large.
    Albert, A. and Anderson, J. A. (1984). On the existence of maximum likelihood estimates in logistic regression models.
    Holm, S. (1979). A simple sequentially rejective multiple test procedure.

    Examples
    --------
    >>> table = significance([[1], [2], [3], [4], [5], [6]], [0, 1, 0, 1, 0, 1], ["age"], ["no", "yes"])
    >>> table[["class", "feature", "coefficient", "p"]].round(2).values.tolist()
    [['yes', 'intercept', -1.26, 0.53], ['yes', 'age', 0.36, 0.48]]
    """
    import pandas as pd  # here, because the first page should not wait for it
    from statsmodels.discrete.discrete_model import MNLogit

    rows, labels = _labelled(x, y)
    if not 0 < level < 1:
        raise InputError(f"The level has to lie between 0 and 1, not {level}.")
    if rows.shape[1] != len(feature_names):
        raise InputError(f"Give one name for each of the {rows.shape[1]} features, not {len(feature_names)}.")
    _check_classes(labels, class_names)
    # Fitted on features of range 1, so that no unit is too small or too large; coefficients are put back into the units.
    span = np.ptp(rows, axis=0)
    rows = rows / np.where(span > 0, span, 1)
    units = np.append(1, span)[:, None]
    _check_independent(rows, feature_names)
    _check_overlap(rows, labels)
    with np.errstate(all="ignore"):
        fit = MNLogit(labels, np.column_stack([np.ones(len(rows)), rows])).fit(disp=False, maxiter=100, warn_convergence=False)
        slope = fit.model.score(fit.params)
        # How far the maximum is, in squared standard errors; where scores overflow it is not a number.
        found = np.isfinite(fit.bse).all() and slope @ fit.cov_params() @ slope < 1e-6
    if not found:
        raise InputError(
            "These classes can almost be told apart without error: the likelihood has its maximum too far out to be computed. "
            "Use fewer features, or fit with a prior."
        )
    interval = fit.conf_int(1 - level).reshape(-1, len(units), 2) / units
    names = [INTERCEPT, *feature_names] * (len(class_names) - 1)
    p = fit.pvalues.T.ravel()
    return pd.DataFrame(
        {
            "class": np.repeat(list(class_names[1:]), 1 + rows.shape[1]),
            "feature": names,
            "coefficient": (fit.params / units).T.ravel(),
            "standard_error": (fit.bse / units).T.ravel(),
            "z": fit.tvalues.T.ravel(),
            "p": p,
            "p_holm": _holm(p, np.array(names) != INTERCEPT),
            "low": interval[..., 0].ravel(),
            "high": interval[..., 1].ravel(),
        }
    )


def _holm(p: Floats, tested: NDArray[np.bool_]) -> Floats:
    """Holm's p-values for those that are tested, and no number for the others."""
    from statsmodels.stats.multitest import multipletests

    adjusted = np.full(len(p), np.nan)
    adjusted[tested] = multipletests(p[tested], method="holm")[1]
    return adjusted


def _fits(x: Floats, y: NDArray[np.int64], widths: Floats, between: Callable[[], object] = int) -> Iterator[Regression]:
    """One fit after the other, each begun at the one before."""
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


def _leads(x: Floats, labels: NDArray[np.int64]) -> Floats:
    """What to multiply coefficients by for the lead of each row's class over each other one.

    Returns
    -------
    ndarray of shape (n * (classes - 1), (classes - 1) * (features + 1))
        The first class has coefficients 0.
    """
    span = np.ptp(x, axis=0)
    scaled = np.column_stack([np.ones(len(x)), (x - x.min(axis=0)) / np.where(span > 0, span, 1)])
    present, own = np.unique(labels, return_inverse=True)
    one_hot = np.eye(len(present))
    row, other = np.nonzero(one_hot[own] == 0)
    sign = (one_hot[own[row]] - one_hot[other])[:, 1:]
    return (sign[:, :, None] * scaled[row][:, None, :]).reshape(len(row), -1)


def _finite(x: ArrayLike) -> Floats:
    rows = np.asarray(x, dtype=np.float64)
    if rows.ndim != 2 or not rows.size or not np.isfinite(rows).all():
        raise InputError("Rows have to be finite numbers in a table, one column per feature.")
    return rows


def _labelled(x: ArrayLike, y: ArrayLike) -> tuple[Floats, NDArray[np.int64]]:
    rows, labels = _finite(x), np.asarray(y)
    if labels.shape != (len(rows),) or not np.issubdtype(labels.dtype, np.integer):
        raise InputError(f"Give one class number for each of the {len(rows)} rows.")
    return rows, labels.astype(np.int64)


def _training_rows(data: Dataset) -> tuple[Floats, NDArray[np.int64]]:
    rows, labels = _labelled(data.x_train, data.y_train)
    _check_classes(labels, data.class_names)
    return rows, labels


def _widths(widths: ArrayLike) -> Floats:
    low, high = PRIOR_WIDTHS
    wide = np.asarray(widths, dtype=np.float64)
    if wide.ndim != 1 or not wide.size or not ((wide >= low) & (wide <= high)).all():
        raise InputError(f"The width of the prior has to be from {low:g} to {high:g}.")
    return wide


def _check_classes(labels: NDArray[np.int64], class_names: Sequence[str]) -> None:
    if len(class_names) < 2 or not np.isin(labels, np.arange(len(class_names))).all():
        raise InputError(f"Give two class names or more, and one for each class number; there are {len(class_names)}.")
    if absent := [name for k, name in enumerate(class_names) if not (labels == k).any()]:
        which, them = ("class", "it") if len(absent) == 1 else ("classes", "them")
        more = f" and {len(absent) - 5} more" if len(absent) > 5 else ""
        raise InputError(
            f"There is no training row of the {which} {', '.join(absent[:5])}{more}: choose another split or a smaller test "
            f"share, or add rows of {them}."
        )


def _check_independent(x: Floats, feature_names: Sequence[str]) -> None:
    """Refuse features that cannot have a coefficient of their own."""
    n, features = x.shape
    if n <= features + 1:
        raise InputError(f"{n} rows are too few for {features} features; use fewer features or more rows.")
    constant = [name for name, span in zip(feature_names, np.ptp(x, axis=0), strict=True) if span == 0]
    if constant:
        raise InputError(f"These features never change, so they say nothing; leave them out: {', '.join(constant)}.")
    centred = x - x.mean(axis=0)
    # On the diagonal of R: the sine of the angle between a feature and the space of those before it.
    sines = np.abs(np.diag(np.linalg.qr(centred / np.linalg.norm(centred, axis=0)).R))
    dependent = [name for name, sine in zip(feature_names, sines, strict=True) if sine < SMALLEST_SINE]
    if dependent:
        raise InputError(f"These features follow from the ones before them; leave them out: {', '.join(dependent)}.")


def _check_overlap(x: Floats, labels: NDArray[np.int64]) -> None:
    found = separation(x, labels)
    if found != "none":
        raise InputError(
            f"{why_no_maximum(found, len(np.unique(labels)))}, so the likelihood has no finite maximum: coefficients grow "
            "without end and have no standard error. Use fewer features, or fit with a prior."
        )
