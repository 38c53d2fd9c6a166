"""Standard errors and p-values of the coefficients of multinomial logistic regression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.errors import InputError
from ensemble.interpretation.row_checks import check_classes, labelled_rows
from ensemble.interpretation.separation import separation, why_no_maximum
from ensemble.probability.vectors import Floats

if TYPE_CHECKING:
    import pandas as pd
from ensemble.interpretation.logistic_regression import INTERCEPT

MIN_SINE = 1e-6


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

    rows, labels = labelled_rows(x, y)
    if not 0 < level < 1:
        raise InputError(f"The level has to lie between 0 and 1, not {level}.")
    if rows.shape[1] != len(feature_names):
        raise InputError(f"Give one name for each of the {rows.shape[1]} features, not {len(feature_names)}.")
    check_classes(labels, class_names)
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
    dependent = [name for name, sine in zip(feature_names, sines, strict=True) if sine < MIN_SINE]
    if dependent:
        raise InputError(f"These features follow from the ones before them; leave them out: {', '.join(dependent)}.")


def _check_overlap(x: Floats, labels: NDArray[np.int64]) -> None:
    found = separation(x, labels)
    if found != "none":
        raise InputError(
            f"{why_no_maximum(found, len(np.unique(labels)))}, so the likelihood has no finite maximum: coefficients grow "
            "without end and have no standard error. Use fewer features, or fit with a prior."
        )
