"""Rows that come in worse than those of training: noise, sensors, and for pictures a camera that moves or is out of focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.datasets.summary import picture_side
from ensemble.datasets.table import Dataset
from ensemble.errors import InputError
from ensemble.probability.vectors import Floats

SEVERITIES = (0, 1, 2, 3, 4, 5)
MAX_ROWS_FOR_A_RATIO = 5000

Corrupt = Callable[[Floats, Dataset, np.random.Generator, float], Floats]
"""Scaled rows (n, features), their split, a generator in the same state for every amount, and the amount above 0."""


class Corruption(NamedTuple):
    """One way in which rows get worse.

    Attributes
    ----------
    step : float
        Amount at severity 1, of a blur its square; at severity s it is s times as large.
    corrupt : callable
    for_pictures : bool
        Whether it needs rows that are pictures.
    """

    step: float
    corrupt: Corrupt
    for_pictures: bool = False


def corruptions_of(data: Dataset) -> tuple[str, ...]:
    """Names of the corruptions that these rows can have.

    >>> from ensemble import load_dataset
    >>> corruptions_of(load_dataset("wine"))
    ('noise', 'stuck', 'drift')
    """
    shown = picture_side(data.feature_names) is not None
    return tuple(name for name, one in CORRUPTIONS.items() if shown or not one.for_pictures)


def corrupt(x: ArrayLike, corruption: str, data: Dataset, rng: np.random.Generator) -> NDArray[np.float32]:
    """Rows at the severities 0 to 5, all made with the same draws.

    Pictures stay pictures: no pixel is below the smallest or above the largest pixel of the training rows. So a pixel that was
    never inked in training can be, and may then lie far outside 0..1.

    Parameters
    ----------
    x : array_like of shape (n, features)
        Scaled as the training rows.
    corruption : {"rotation", "translation", "blur", "noise", "stuck", "drift"}
        With s the severity: "rotation" turns a picture left by 6 s degrees about its middle, "translation" moves it right by
        s / 5 pixels, "blur" smooths it by a Gaussian with a standard deviation of 0.4 sqrt(s) pixels. "noise" adds a Gaussian
        to each feature, with a standard deviation of s / 10 of its range in training. "stuck" holds s / 20 of the features at
        their largest training value; where that is no whole number, one more feature in that fraction of the rows. "drift"
        adds s / 10 of its range to the feature that tells the classes apart best (``most_telling_feature``).
    data : Dataset
        The split that the rows are scaled by.
    rng : numpy.random.Generator
        Draws the noise, and which features and rows are stuck.

    Returns
    -------
    ndarray of shape (6, n, features), float32
        By severity; the first are ``x`` itself. Under noise, stuck and drift each number moves away from its clean value, and
        never back, as the severity grows.

    Raises
    ------
    InputError
        If the rows have another shape or cannot be corrupted in this way.

    References
    ----------
    Hendrycks, D. and Dietterich, T. (2019). Benchmarking neural network robustness to common corruptions and perturbations.
    """
    if corruption not in corruptions_of(data):
        raise InputError(f"These rows cannot have “{corruption}”. Choose one of {', '.join(corruptions_of(data))}.")
    rows = np.asarray(x, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != data.features:
        raise InputError(f"Rows need the shape (n, {data.features}), not {rows.shape}.")
    chosen, seed = CORRUPTIONS[corruption], rng.integers(2**63)
    worse = [rows]
    for severity in SEVERITIES[1:]:
        made = chosen.corrupt(rows.astype(np.float64), data, np.random.default_rng(seed), amount(corruption, severity))
        worse.append(_within_pictures(made, data).astype(np.float32))
    return np.stack(worse)


def amount(corruption: str, severity: int) -> float:
    """How far a corruption goes: degrees, pixels, or a share of the range or of the features, 0..1; see ``corrupt``.

    >>> amount("rotation", 2), amount("blur", 4), round(amount("stuck", 5), 9)
    (12.0, 0.8, 0.25)
    """
    whole = severity * CORRUPTIONS[corruption].step
    return whole**0.5 if corruption == "blur" else whole


def most_telling_feature(data: Dataset) -> int:
    """The feature whose mean differs most between classes, for its spread within them (Fisher's ratio).

    It is computed from the first 5,000 training rows.

    >>> from ensemble import load_dataset
    >>> data = load_dataset("wine")
    >>> data.feature_names[most_telling_feature(data)]
    'flavanoids'
    """
    x, y = data.x_train_at(slice(MAX_ROWS_FOR_A_RATIO)).astype(np.float64), data.y_train[:MAX_ROWS_FOR_A_RATIO]
    members = np.eye(data.classes)[y]
    means = members.T @ x / np.maximum(members.sum(axis=0), 1)[:, None]
    between, within = (means[y] - x.mean(axis=0)) ** 2, (x - means[y]) ** 2
    ratio = between.sum(axis=0) / np.maximum(within.sum(axis=0), 1e-12)
    return int(ratio.argmax())


def _noise(rows: Floats, data: Dataset, rng: np.random.Generator, deviation: float) -> Floats:
    return rows + deviation * (data.high > data.low) * rng.standard_normal(rows.shape)


def _stuck(rows: Floats, data: Dataset, rng: np.random.Generator, share: float) -> Floats:
    order, rank_of_row = rng.permutation(data.features), rng.permutation(len(rows))
    count = round(share * data.features, 9)
    whole = int(count)
    top = np.where(data.high > data.low, 1.0, 0.0)
    rows[:, order[:whole]] = top[order[:whole]]
    some = rank_of_row < (count - whole) * len(rows)
    rows[some, order[whole]] = top[order[whole]]
    return rows


def _drift(rows: Floats, data: Dataset, rng: np.random.Generator, shift: float) -> Floats:
    rows[:, most_telling_feature(data)] += shift
    return rows


def _rotated(rows: Floats, data: Dataset, rng: np.random.Generator, degrees: float) -> Floats:
    from scipy.ndimage import rotate

    return _as_pictures(rows, data, lambda shown: rotate(shown, degrees, axes=(2, 1), reshape=False, order=1))


def _translated(rows: Floats, data: Dataset, rng: np.random.Generator, pixels: float) -> Floats:
    from scipy.ndimage import shift

    return _as_pictures(rows, data, lambda shown: shift(shown, (0, 0, pixels), order=1))


def _blurred(rows: Floats, data: Dataset, rng: np.random.Generator, deviation: float) -> Floats:
    from scipy.ndimage import gaussian_filter

    return _as_pictures(rows, data, lambda shown: gaussian_filter(shown, (0, deviation, deviation), mode="constant"))


def _as_pictures(rows: Floats, data: Dataset, change: Callable[[Floats], Floats]) -> Floats:
    """Scaled rows whose pixels, in their own unit above the lightest, were changed as pictures (n, side, side)."""
    side, lightest = picture_side(data.feature_names), data.low.min()
    shown = change((data.in_units(rows) - lightest).reshape(len(rows), side, side))
    return _scaled(shown.reshape(rows.shape) + lightest, data)


def _within_pictures(rows: Floats, data: Dataset) -> Floats:
    if picture_side(data.feature_names) is None:
        return rows
    ends = np.array([[data.low.min()], [data.high.max()]]) * np.ones(data.features)
    return rows.clip(*_scaled(ends, data))


def _scaled(units: Floats, data: Dataset) -> Floats:
    """As ``Dataset.scaled``, in float64."""
    return (units - data.low) / np.where(data.high > data.low, data.high - data.low, 1)


CORRUPTIONS: dict[str, Corruption] = {
    "rotation": Corruption(6.0, _rotated, for_pictures=True),
    "translation": Corruption(0.2, _translated, for_pictures=True),
    "blur": Corruption(0.16, _blurred, for_pictures=True),
    "noise": Corruption(0.1, _noise),
    "stuck": Corruption(0.05, _stuck),
    "drift": Corruption(0.1, _drift),
}
