"""The nets of a class as an ensemble: the loss of each net and of the pools, and the contribution of a single net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.disagreement.entropy import log_pool_gain, nll_by_size
from ensemble.errors import InputError
from ensemble.room.nets import Net

Selection = Literal["All nets", "Best ten by training loss", "Same seed for all", "Only linear"]
SELECTIONS: tuple[Selection, ...] = get_args(Selection)
BEST = 10
SAME = 1e-6
SIZES = (1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 300, 500, 1000)


class ClassPools(NamedTuple):
    """Scores of a class's nets and their pools.

    Attributes
    ----------
    losses : ndarray of shape (nets,)
        Test loss of each net in nats, in the order of the nets.
    linear, log : float
        Test loss of the mean of their probabilities, and of their normalised geometric mean.
    ambiguity : float
        Mean KL divergence of the log pool from the nets: how much lower its loss is than their mean loss, in nats.
    by_size : DataFrame
        Loss of linear pools by number of nets; see ``nll_by_size``.
    """

    losses: NDArray[np.float64]
    linear: float
    log: float
    ambiguity: float
    by_size: pd.DataFrame

    @property
    def better_than(self) -> int:
        """The number of nets with a larger loss than the linear pool."""
        return int((self.losses > self.linear).sum())

    @property
    def are_alike(self) -> bool:
        """Whether all forecasts are equal up to float32, so that there is no variance for a pool to remove."""
        return self.ambiguity < SAME


def selected(nets: Mapping[str, Net], selection: Selection) -> dict[str, Net]:
    """A selection of the nets.

    Parameters
    ----------
    nets : mapping of str to Net
    selection : {"All nets", "Best ten by training loss", "Same seed for all", "Only linear"}
        The third selects the nets with the most frequent seed; the smallest of them if there is a tie.
    """
    if selection == "Best ten by training loss":
        best = sorted(nets, key=lambda name: (nets[name].train_loss, name))[:BEST]
        return {name: nets[name] for name in nets if name in best}
    if selection == "Only linear":
        return {name: net for name, net in nets.items() if net.config.activation == "linear"}
    if selection == "Same seed for all" and nets:
        seeds, counts = np.unique([net.config.seed for net in nets.values()], return_counts=True)
        return {name: net for name, net in nets.items() if net.config.seed == seeds[counts.argmax()]}
    return dict(nets)


def class_pools(nets: Mapping[str, Net], y: ArrayLike, rng: np.random.Generator) -> ClassPools:
    """Pool the nets of a class.

    Parameters
    ----------
    nets : mapping of str to Net
        At least one, all on the same test rows.
    y : array_like of shape (n,)
        True classes of those rows.
    rng : numpy.random.Generator
        Draws the subsets.

    Raises
    ------
    InputError
        If there are no nets, or their rows differ.
    """
    log_proba, of_truth = _stacked(nets), _of_truth(nets, y)
    sides = log_pool_gain(log_proba, y)
    sizes = [size for size in SIZES if size < len(log_proba)] + [len(log_proba)]
    return ClassPools(
        losses=-of_truth.mean(axis=1),
        linear=_linear_loss(of_truth),
        log=float(sides.pool_nll.mean()),
        ambiguity=float(sides.mean_divergence.mean()),
        by_size=nll_by_size(log_proba, y, sizes, rng),
    )


def with_and_without(nets: Mapping[str, Net], own: str, y: ArrayLike) -> tuple[float, float, float | None]:
    """Test losses in nats: of one net, of the linear pool of all nets, and of the pool without that net.

    The last is None if there is no other net.

    Raises
    ------
    InputError
        If that net is not among them.
    """
    if own not in nets:
        raise InputError("This net is not part of the class's ensemble.")
    of_truth, mine = _of_truth(nets, y), list(nets).index(own)
    others = np.delete(of_truth, mine, axis=0)
    return -float(of_truth[mine].mean()), _linear_loss(of_truth), _linear_loss(others) if len(others) else None


def _linear_loss(of_truth: NDArray[np.float64]) -> float:
    return float(np.log(len(of_truth)) - special.logsumexp(of_truth, axis=0).mean())


def _of_truth(nets: Mapping[str, Net], y: ArrayLike) -> NDArray[np.float64]:
    """Log-probabilities of the true classes, of shape (nets, n)."""
    log_proba, truth = _stacked(nets), np.asarray(y)
    if truth.shape != log_proba.shape[1:2]:
        raise InputError("The nets of a class have to be of the rows that are asked for.")
    return np.asarray(np.take_along_axis(log_proba, truth[None, :, None], axis=2)[:, :, 0])


def _stacked(nets: Mapping[str, Net]) -> NDArray[np.float64]:
    if not nets or len({net.log_proba.shape for net in nets.values()}) > 1:
        raise InputError("The nets of a class have to be of the same test rows, and at least one.")
    return np.stack([net.log_proba for net in nets.values()]).astype(np.float64)
