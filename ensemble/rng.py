"""The random generators of a run, and what is drawn with them. Each is seeded with ``[config.seed, number]``.

There is no global seed. ``[seed, 0]`` splits the rows (``ensemble.datasets``); the others are below.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ensemble.config import EnsembleConfig


def initialization_rng(config: EnsembleConfig) -> np.random.Generator:
    """The generator of a run's initial weights."""
    return np.random.default_rng([config.seed, 1])


def batch_rng(config: EnsembleConfig) -> np.random.Generator:
    """The generator of a run's batch orders."""
    return np.random.default_rng([config.seed, 2])


def dropout_rng(config: EnsembleConfig) -> np.random.Generator:
    """The generator of a run's dropout masks."""
    return np.random.default_rng([config.seed, 3])


def evaluation_rng(config: EnsembleConfig) -> np.random.Generator:
    """The generator of a run's evaluation: bootstrap bands, choices of members, shuffled features, calibration rows."""
    return np.random.default_rng([config.seed, 5])


def shift_rng(config: EnsembleConfig, draw: int = 0) -> np.random.Generator:
    """The generator of rows with other class shares than in training, and of their bands; a different one for each draw."""
    return np.random.default_rng([config.seed, 6, draw])


def batch_order(rng: np.random.Generator, orders: int, rows: int) -> NDArray[np.int32]:
    """A fresh shuffle of the rows for one epoch: (orders, rows)."""
    return rng.permuted(np.tile(np.arange(rows, dtype=np.int32), (orders, 1)), axis=1)


def dropout_mask(rng: np.random.Generator, rate: float, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """True for units that are kept, each with probability ``1 - rate``; divide them by that to preserve the expectation."""
    # As ``rng.random(shape, dtype=np.float32) >= np.float32(rate)``: such a number is the upper 24 bits of a word, over 2**24.
    smallest_kept = math.ceil(float(np.float32(rate)) * 2**24) * 2**8
    return _words(rng, math.prod(shape)).reshape(shape) >= smallest_kept


def _words(rng: np.random.Generator, count: int) -> NDArray[np.uint32]:
    """The generator's next 32-bit words, taken in pairs unless half of one is left over: three times as fast."""
    if count % 2 or rng.bit_generator.state["has_uint32"]:
        return rng.integers(2**32, size=count, dtype=np.uint32)
    return rng.bit_generator.random_raw(count // 2).astype("<u8", copy=False).view("<u4")


def bootstrap_rows(config: EnsembleConfig, train_rows: int) -> NDArray[np.int32]:
    """Each member's own sample of the training rows, with replacement (Breiman 1996).

    Returns
    -------
    ndarray of shape (members, size)
        Row indices; ``size`` is ``bootstrap_share`` of the rows, rounded, and at least 1.

    Examples
    --------
    >>> bootstrap_rows(EnsembleConfig(members=3), 10).shape
    (3, 8)
    """
    size = max(1, round(config.bootstrap_share * train_rows))
    return np.random.default_rng([config.seed, 4]).integers(train_rows, size=(config.members, size), dtype=np.int32)


def out_of_bag(config: EnsembleConfig, train_rows: int) -> NDArray[np.bool_]:
    """Which training rows are not in each member's bootstrap sample.

    Returns
    -------
    ndarray of shape (members, train rows), bool

    Examples
    --------
    >>> config = EnsembleConfig(members=1)
    >>> sorted({*bootstrap_rows(config, 9)[0], *np.flatnonzero(out_of_bag(config, 9)[0])}) == list(range(9))
    True
    """
    outside = np.ones((config.members, train_rows), bool)
    np.put_along_axis(outside, bootstrap_rows(config, train_rows), False, axis=1)
    return outside
