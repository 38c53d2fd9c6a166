"""Two settings trained with the same seeds: the mean difference, what pairing gains, and how many seeds it would take."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ensemble.errors import InputError
from ensemble.probability.checks import checked_level, numbers
from ensemble.probability.vectors import Floats
from ensemble.sweeps.run_values import of_one_length, standard_deviation

MAX_EFFECT = 3.0
MAX_SEEDS = 10_000_000


class Paired(NamedTuple):
    """Differences between paired runs.

    Attributes
    ----------
    pairs : int
        How many.
    mean, sd : float
        Of the differences, in their unit.
    low, high : float
        Student's interval for the mean. Where rare differences are large, as those of losses of unlike settings, it is too
        short: from 10 pairs of lognormal losses it holds the mean in 80 of 100 experiments, not in 95.
    gain : float
        How many times as many seeds two unpaired groups would take for the same precision; below 1 where pairing has cost
        precision, infinite where all differences are the same, not a number where nothing varies.
    gain_low, gain_high : float
        Interval for the gain by the jackknife over pairs.
    """

    pairs: int
    mean: float
    sd: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float

    @property
    def seeds(self) -> float:
        """How many pairs tell a difference of this size apart from 0; infinite if it is 0."""
        return seeds_needed(self.mean, self.sd)


def paired(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Paired:
    """Compare two settings run by run: the differences ``b - a`` of runs that have seeds in common.

    Parameters
    ----------
    a, b : array_like of shape (n,)
        Finite, n >= 2; run i of both has the same seed and the same split.
    level : float, default 0.95
        Of all intervals.

    Returns
    -------
    Paired
        ``low`` and ``high`` are ``mean ± t sd / sqrt(n)`` with Student's quantile t of n - 1 degrees of freedom; ``gain`` is
        ``(var a + var b) / var (b - a)``. Its interval is Student's for ``atanh(1 - 1 / gain)``, whose standard error is the
        jackknife's: with 10 to 30 pairs it covers 94 to 96 % at the level 0.95 for normal values, 88 to 95 % for lognormal
        ones with a standard deviation of 1 in the logarithm.

    Raises
    ------
    InputError
        If there are fewer than two pairs, lengths differ or a number is not finite.

    References
    ----------
    Student (1908). The probable error of a mean.
    Efron, B. (1979). Bootstrap methods: another look at the jackknife.
    Miller, R. G. (1974). The jackknife: a review.

    Examples
    --------
    >>> result = paired([1.0, 2.0, 3.0], [2.0, 2.5, 4.5])
    >>> round(result.mean, 3), round(result.low, 3), round(result.high, 3)
    (1.0, -0.242, 2.242)
    """
    from scipy.stats import t

    first, second = (numbers(one, "Values", "runs") for one in of_one_length(a, b))
    n, differences = len(first), second - first
    if n < 2 or not np.isfinite(differences).all():
        raise InputError("A paired comparison needs at least two pairs of runs, and finite numbers.")
    mean, sd = float(differences.mean()), standard_deviation(differences)
    reach = float(t.ppf((1 + checked_level(level)) / 2, n - 1)) * sd / math.sqrt(n)
    unpaired = float(first.var(ddof=1) + second.var(ddof=1))
    return Paired(
        pairs=n,
        mean=mean,
        sd=sd,
        low=mean - reach,
        high=mean + reach,
        gain=unpaired / sd**2 if sd else math.inf if unpaired else math.nan,
        **_gain_band(first, second, sd, level),
    )


def ratio(logarithm: float) -> float:
    """The ratio that a difference of logarithms stands for, kept within what a float can hold.

    >>> round(ratio(np.log(2)), 6), ratio(-1e9) > 0
    (2.0, True)
    """
    return float(np.exp(np.clip(logarithm, -300, 300)))


def seeds_needed(mean: float, sd: float, power: float = 0.8, level: float = 0.05) -> float:
    """How many pairs a t-test needs to tell a mean difference apart from 0.

    Parameters
    ----------
    mean, sd : float
        Of the differences, as they are believed to be.
    power : float, default 0.8
        How often the test shall find it.
    level : float, default 0.05
        How often the two-sided test errs where there is no difference.

    Returns
    -------
    float
        A whole number of at least 2; infinite if the mean is 0, or the number would be above ten millions. Means of more than
        three standard deviations count as three: 4 pairs tell those, and fewer might. (SciPy's noncentral t distribution gives
        no number for some larger ones.)

    References
    ----------
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences.

    Examples
    --------
    >>> seeds_needed(0.5, 1.0), seeds_needed(0.0, 1.0), seeds_needed(1.0, 0.0)
    (34.0, inf, 2.0)
    """
    from statsmodels.stats.power import TTestPower

    if mean == 0:
        return math.inf
    if not sd:
        return 2.0
    effect = min(abs(mean) / sd, MAX_EFFECT)
    if effect < math.sqrt(8 / MAX_SEEDS):
        return math.inf
    pairs = TTestPower().solve_power(effect_size=effect, alpha=level, power=power)
    return float(max(2, math.ceil(pairs)))


def _gain_band(first: Floats, second: Floats, sd: float, level: float) -> dict[str, float]:
    """Ends of the interval for the gain of pairing, by the jackknife on the scale of ``atanh(1 - 1 / gain)``."""
    from scipy.stats import t

    if not sd:
        gain = math.inf if np.ptp(first) > 0 else math.nan
        return {"gain_low": gain, "gain_high": gain}
    n = len(first)
    if n < 3:
        return {"gain_low": 0.5, "gain_high": math.inf}
    rows = np.stack([first, second, second - first])
    found = float(_atanh_of_gain(rows.var(axis=1)))
    left_out = _atanh_of_gain(_variances_without_one(rows))
    error = math.sqrt((n - 1) / n * float(((left_out - left_out.mean()) ** 2).sum()))
    reach = float(t.ppf((1 + checked_level(level)) / 2, n - 1)) * error
    return {name: _gain_of(found + sign * reach) for name, sign in (("gain_low", -1), ("gain_high", 1))}


def _variances_without_one(rows: Floats) -> Floats:
    """Variances (rows, n) of values (rows, n), each without one of them."""
    rest = rows.shape[1] - 1
    centred = rows - rows.mean(axis=1, keepdims=True)
    squares = (centred**2).sum(axis=1, keepdims=True) - centred**2
    return np.maximum(squares / rest - (centred / rest) ** 2, 0)


def _atanh_of_gain(variances: Floats) -> Floats:
    """``atanh(1 - 1 / gain)`` (...) of the variances (3, ...) of the first, of the second and of their differences."""
    first, second, difference = variances
    with np.errstate(invalid="ignore", divide="ignore"):
        shared = np.where(first + second > 0, 1 - difference / (first + second), 0)
    # Where all differences are the same the gain has no end; this is as near to it as float64 comes.
    return np.arctanh(np.clip(shared, -1 + 1e-15, 1 - 1e-15))


def _gain_of(scale: float) -> float:
    """The gain ``1 / (1 - tanh(scale))``, infinite where it is beyond float64."""
    return (1 + math.exp(2 * scale)) / 2 if scale < 350 else math.inf
