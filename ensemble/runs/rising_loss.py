"""Detect a test loss that has risen since its lowest point while accuracy stayed, as with growing overconfidence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.runs.curves import CURVES

MIN_EPOCHS = 20
MIN_WINDOW, WINDOW_FRACTION = 5, 0.05
MIN_RISE, MIN_RELATIVE_RISE = 0.01, 0.25
MIN_RISE_IN_DEVIATIONS = 5.0
BLOCKS, MIN_RANK_CORRELATION = 6, 0.9
MAX_LOST_ACCURACY = 0.01


class RisingLoss(NamedTuple):
    """Means over a window of epochs, at the lowest test loss and at the end.

    Attributes
    ----------
    lowest_epoch : int
        The middle of the window with the lowest mean, counted from 1.
    lowest, last : float
        Mean test losses, nats.
    accuracy_then, accuracy : float
        Mean test accuracies of the same two windows, 0..1.
    has_accuracy_risen : bool
        Whether it is higher at the end by more than 0.01 and one test row.
    window : int
        How many epochs a window has.
    """

    lowest_epoch: int
    lowest: float
    last: float
    accuracy_then: float
    accuracy: float
    has_accuracy_risen: bool
    window: int


def rising_loss(curves: ArrayLike, test_rows: int) -> RisingLoss | None:
    """The rise of the test loss, or None if the thresholds do not tell it from noise.

    Losses and accuracies are averaged over a window of 5 epochs, or of 5 % of them if that is more. The loss has risen if,
    since its lowest window,

    - it has gained at least 0.01 nats, a quarter of its lowest value, and five standard deviations of single epochs around the
      means of the six blocks below;
    - those means, of six blocks of equal length from the lowest window to the last epoch, go up: Spearman's rank correlation
      with time is at least 0.9.

    The accuracy has stood or risen if it is not lower at the end than at the lowest loss by more than 0.01 or one test row.

    Parameters
    ----------
    curves : array_like of shape (epochs, 4)
        As ``Run.curves``: losses in nats, accuracies 0..1.
    test_rows : int
        Rows that the test curves are of, at least 1.

    Returns
    -------
    RisingLoss or None
        None also for fewer than 20 epochs, for fewer than 12 from the lowest window on, and for a test loss that is not finite.
        Nothing is checked.

    References
    ----------
    Guo, C., Pleiss, G., Sun, Y. and Weinberger, K. Q. (2017). On calibration of modern neural networks, section 3: the loss
    rises while the accuracy does not fall. The thresholds are this function's own.

    Examples
    --------
    >>> t = np.arange(100) / 100
    >>> loss = 0.3 + (t - 0.3) ** 2
    >>> found = rising_loss(np.stack([1 - t, loss, 0.9 + 0 * t, 0.9 + 0 * t], axis=-1), 100)
    >>> found.lowest_epoch, round(found.lowest, 2), round(found.last, 2)
    (31, 0.3, 0.75)
    """
    table = np.asarray(curves, np.float64)
    loss, accuracy = (table[:, CURVES.index(name)] for name in ("test_loss", "test_accuracy"))
    if len(loss) < MIN_EPOCHS or not np.isfinite(loss).all():
        return None
    window = max(MIN_WINDOW, round(WINDOW_FRACTION * len(loss)))
    smooth_loss, smooth_accuracy = (_moving_mean(values, window) for values in (loss, accuracy))
    at = int(np.argmin(smooth_loss))
    little = max(MAX_LOST_ACCURACY, 1 / test_rows) + 1e-9
    found = RisingLoss(
        lowest_epoch=at + window // 2 + 1,
        lowest=float(smooth_loss[at]),
        last=float(smooth_loss[-1]),
        accuracy_then=float(smooth_accuracy[at]),
        accuracy=float(smooth_accuracy[-1]),
        has_accuracy_risen=bool(smooth_accuracy[-1] > smooth_accuracy[at] + little),
        window=window,
    )
    since = loss[at:]
    if len(since) < 2 * BLOCKS or not _goes_up(since, found.last - found.lowest, found.lowest):
        return None
    return found if found.accuracy >= found.accuracy_then - little else None


def _goes_up(loss: NDArray[np.float64], rise: float, lowest: float) -> bool:
    blocks = np.array_split(loss, BLOCKS)
    means = np.array([block.mean() for block in blocks])
    noise = np.sqrt(np.mean(np.concatenate([block - mean for block, mean in zip(blocks, means, strict=True)]) ** 2))
    if rise < max(MIN_RISE, MIN_RELATIVE_RISE * lowest, MIN_RISE_IN_DEVIATIONS * noise):
        return False
    ranks = np.argsort(np.argsort(means))
    return bool(np.corrcoef(ranks, np.arange(BLOCKS))[0, 1] >= MIN_RANK_CORRELATION)


def _moving_mean(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """The means of all whole windows."""
    return np.convolve(values, np.full(window, 1 / window), mode="valid")
