"""Dropout masks of one net, drawn or complete, and their costs over the test rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets.table import Dataset
from ensemble.dropout.masks import (
    Masks,
    draw_masks,
    every_mask,
    mask_log_weights,
    masked_logits,
    single_network,
    unmasked_logits,
)
from ensemble.dropout.pools import divergences_of_masks, losses_of_dropping
from ensemble.probability.vectors import Floats, log_softmax
from ensemble.rng import evaluation_rng
from ensemble.runs.run import Run

DRAWS = 500
MAX_UNITS = 10
MAX_NUMBERS_AT_ONCE = 4_000_000


class MaskSet(NamedTuple):
    """Masks of a net.

    Attributes
    ----------
    net : Run
        Whose units they drop.
    masks : ndarray of shape (S, members, units), bool
    log_weights : ndarray of shape (S,) or None
        Logarithms of their probabilities; None where each counts the same.
    losses, divergences : ndarray of shape (S,)
        Means over the test rows of ``losses_of_dropping`` and of ``divergences_of_masks``, nats.
    """

    net: Run
    masks: Masks
    log_weights: Floats | None
    losses: Floats
    divergences: Floats

    def of_row(self, x: NDArray[np.float32]) -> tuple[Floats, Floats]:
        """Log-probabilities (nats) of one row (features,): under each mask (S, classes), and with dropout off (classes,)."""
        rows = x[None]
        return log_softmax(masked_logits(self.net, rows, self.masks))[:, 0], log_softmax(unmasked_logits(self.net, rows))[0]


def drawn_masks(run: Run, data: Dataset, draws: int = DRAWS) -> MaskSet:
    """Masks of all units of a run, drawn with its seed."""
    config = run.config
    masks = draw_masks(evaluation_rng(config), draws, config.members, config.hidden_units, config.dropout)
    return _with_costs(run, data, masks, None)


def every_mask_of_member(run: Run, data: Dataset, member: int = 0) -> MaskSet:
    """All masks of one member's own net, which has at most ``MAX_UNITS`` hidden units."""
    masks = every_mask(run.config.hidden_units)[:, None]
    return _with_costs(single_network(run, member), data, masks, mask_log_weights(masks, run.config.dropout))


def _with_costs(net: Run, data: Dataset, masks: Masks, log_weights: Floats | None) -> MaskSet:
    x, y = data.x_test, data.y_test
    off = log_softmax(unmasked_logits(net, x))
    at_once = max(1, MAX_NUMBERS_AT_ONCE // off.size)
    losses, divergences = [], []
    for start in range(0, len(masks), at_once):
        log_proba = log_softmax(masked_logits(net, x, masks[start : start + at_once]))
        losses.append(losses_of_dropping(log_proba, off, y).mean(axis=1))
        divergences.append(divergences_of_masks(log_proba, off).mean(axis=1))
    return MaskSet(net, masks, log_weights, np.concatenate(losses), np.concatenate(divergences))
