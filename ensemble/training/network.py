"""The batched Keras network that is trained: all members side by side. Its weights are in the order of ``ensemble.runs.weights``."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import keras
import numpy as np
from keras import ops

from ensemble.config import EnsembleConfig
from ensemble.runs.weights import MIN_OUTPUT, Weights


class MemberDense(keras.layers.Layer):
    """One Dense layer per member as a single batched product: (members or 1, batch, inputs) -> (members, batch, units)."""

    def __init__(self, members: int, inputs: int, units: int, activation: str = "linear"):
        super().__init__()
        self.activation = keras.activations.get(activation)
        self.kernel = self.add_weight(shape=(members, inputs, units))
        self.bias = self.add_weight(shape=(members, 1, units))
        self.built = True

    def call(self, x: Any) -> Any:
        return self.activation(ops.matmul(x, self.kernel) + self.bias)


class Glue(keras.layers.Layer):
    """One Dense layer over all members' last hidden units: (members, batch, units) -> (batch, classes)."""

    def __init__(self, members: int, units: int, classes: int):
        super().__init__()
        self.kernel = self.add_weight(shape=(members, units, classes))
        self.bias = self.add_weight(shape=(classes,))
        self.built = True

    def call(self, x: Any) -> Any:
        members, units, classes = self.kernel.shape
        concatenated = ops.reshape(ops.transpose(x, (1, 0, 2)), (-1, members * units))
        return ops.matmul(concatenated, ops.reshape(self.kernel, (members * units, classes))) + self.bias


class EnsembleNetwork(keras.Model):
    """All members side by side.

    ``network(x, keep, alive)`` takes rows (members or 1, batch, features), the dropout mask of the last hidden layer
    (broadcast to members, batch, units), 1 for each real member and 0 for one that is only padding (members, 1, 1), and how
    loudly the glue of a bootstrap hears each member (members, batch or 1, 1). It returns the scores that are trained, one row
    of (batch, classes) for each loss (joint: the ensemble's; independent: each member's; bootstrap: each member's and then the
    ensemble's), and the ensemble's logits, (batch, classes), whose softmax are its probabilities.
    """

    def __init__(self, members: int, features: int, classes: int, config: EnsembleConfig):
        super().__init__()
        self.training_way = config.training
        self.as_logits = AS_LOGITS[config.outputs]
        widths = [features] + [config.hidden_units] * config.hidden_layers
        self.hidden = [MemberDense(members, inputs, units, config.activation) for inputs, units in pairwise(widths)]
        last = (members, widths[-1], classes)
        self.output_scores = Glue(*last) if config.training == "joint" else MemberDense(*last)
        if config.training == "bootstrap":
            self.glue = Glue(members, classes, classes)
        self.built = True

    def call(self, x: Any, keep: Any, alive: Any, heard: Any) -> tuple[Any, Any]:
        for layer in self.hidden:
            x = layer(x)
        scores = self.output_scores(x * keep)
        if self.training_way == "joint":
            return scores[None], self.as_logits(scores)
        if self.training_way == "bootstrap":
            glued = self.glue(ops.stop_gradient(scores) * heard)
            return ops.concatenate([scores, glued[None]]), self.as_logits(glued)
        log_shares = ops.log_softmax(self.as_logits(scores), axis=-1) + ops.log(alive / ops.sum(alive))
        return scores, ops.logsumexp(log_shares, axis=0)


# Outputs other than softmax are read as probabilities by normalising them; their logarithms are the logits that do so.
AS_LOGITS = {
    "softmax": lambda scores: scores,
    "sigmoid": ops.log_sigmoid,
    "linear": lambda scores: ops.log(ops.maximum(scores, MIN_OUTPUT)),
}


def initial_weights(config: EnsembleConfig, features: int, classes: int) -> Weights:
    """Glorot uniform kernels and zero biases, each with the fans that a separate Keras Dense layer would have.

    The glue of a bootstrap begins as the mean of the members' scores.

    Parameters
    ----------
    config : EnsembleConfig
        Its seed decides the draw.
    features, classes : int
        Width of a row and number of classes.

    Returns
    -------
    tuple of ndarray
        In the order of ``ensemble.runs.weights``.

    References
    ----------
    Glorot, X. and Bengio, Y. (2010). Understanding the difficulty of training deep feedforward neural networks.
    """
    rng = np.random.default_rng([config.seed, 1])
    members, units = config.members, config.hidden_units

    def kernel(inputs: int, outputs: int, fan_in: int) -> np.ndarray:
        limit = np.sqrt(6 / (fan_in + outputs))
        return rng.uniform(-limit, limit, (members, inputs, outputs)).astype(np.float32)

    weights = []
    for inputs in [features] + [units] * (config.hidden_layers - 1):
        weights += [kernel(inputs, units, inputs), np.zeros((members, 1, units), np.float32)]
    joint = config.training == "joint"
    weights.append(kernel(units, classes, units * members if joint else units))
    weights.append(np.zeros((classes,) if joint else (members, 1, classes), np.float32))
    if config.training == "bootstrap":
        weights.append(np.tile(np.eye(classes, dtype=np.float32) / members, (members, 1, 1)))
        weights.append(np.zeros((classes,), np.float32))
    return tuple(weights)
