"""The losses that are trained, row by row, and those of a whole epoch at its end. Tensors have an axis over runs first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import tensorflow as tf

if TYPE_CHECKING:
    from ensemble.training.program import ProgramKey

LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "softmax": tf.nn.softmax_cross_entropy_with_logits,
    "sigmoid": lambda target, z: tf.reduce_mean(
        tf.nn.sigmoid_cross_entropy_with_logits(tf.broadcast_to(target, tf.shape(z)), z), axis=-1
    ),
    "linear": lambda target, z: tf.reduce_mean(tf.square(z - target), axis=-1),
    "softmax_squared": lambda target, z: tf.reduce_mean(tf.square(tf.nn.softmax(z) - target), axis=-1),
    "softmax_twice": lambda target, z: tf.nn.softmax_cross_entropy_with_logits(target, tf.nn.softmax(z)),
}
"""The loss of a row by ``EnsembleConfig.outputs``, from its target and outputs before activation, both (..., classes)."""


class Targets(NamedTuple):
    """Rows (runs, rows, features) with smoothed one-hot labels (runs, rows, classes) and weights (runs, rows)."""

    x: Any
    y: Any
    weight: Any

    def of_rows(self, rows: Any) -> Targets:
        """The targets of the rows (runs, 1 or members, m), with the same axes first."""
        return Targets(*(tf.gather(part, rows, batch_dims=1) for part in self))


class LossWeights(NamedTuple):
    """What each member's loss of each row counts, as in ``RunArguments``: there of all training rows, here of some."""

    out_of_bag_weight: Any
    member_mask: Any
    fit_shares: Any

    def of_rows(self, rows: Any) -> LossWeights:
        """The weights of the rows (runs, 1 or members, m).

        If members have rows of their own, these are the weights of the first member's: only the combiner reads them, and it is
        not trained then.
        """
        return self._replace(out_of_bag_weight=tf.gather(self.out_of_bag_weight, rows[:, 0], axis=2, batch_dims=1))


def losses_per_row(key: ProgramKey, outputs: Any, targets: Targets, loss_weights: LossWeights) -> Any:
    """Each of the trained losses of each row: (runs, losses, rows).

    Parameters
    ----------
    key : ProgramKey
    outputs : tensor of shape (runs, losses, rows, classes)
        As ``Network.outputs`` returns them.
    targets : Targets
        Of the rows, each tensor with an axis of length 1 or members behind that of the runs.
    loss_weights : LossWeights
    """
    y, weight, counts = targets.y, targets.weight, loss_weights.member_mask[..., 0]
    if key.training == "joint":
        counts = tf.ones((1, 1, 1))
    elif key.training == "bootstrap":
        y, weight = tf.concat([y, y[:, :1]], axis=1), tf.concat([weight, weight[:, :1]], axis=1)
        out_of_any_bag = tf.reduce_max(loss_weights.out_of_bag_weight, axis=1, keepdims=True)[..., 0] > 0
        in_combiner = tf.cast(out_of_any_bag, tf.float32)
        counts = tf.concat([counts * tf.ones_like(loss_weights.out_of_bag_weight[..., 0]), in_combiner], axis=1)
    per_row = LOSSES[key.outputs](tf.broadcast_to(y, tf.shape(outputs)), outputs) * counts
    return per_row * weight if key.class_weights != "none" else per_row


def fit_sum(per_row: Any, loss_weights: LossWeights, batch_mask: Any) -> Any:
    """What ``fit`` adds up, (runs,), of the losses (runs, losses, rows) of rows that count where the mask (rows,) is 1."""
    return tf.reduce_sum(per_row * batch_mask * loss_weights.fit_shares[..., None], axis=(1, 2))


def rows_of_each(values: Any, rows: Any) -> Any:
    """From values (runs, members, n, ...) the rows (runs, 1, m), the same of each member, or (runs, members, m)."""
    if rows.shape[1] == 1:
        return tf.gather(values, rows[:, 0], axis=2, batch_dims=1)
    return tf.gather(values, rows, batch_dims=2)
