"""The Keras models of a configuration: the batched network that is trained, and the functional model that is handed out.

Weights are a tuple of float32 arrays in one order everywhere: for each hidden layer a kernel (members, inputs, units) and a
bias (members, 1, units), then the output kernel (members, units, classes), then the output bias: (classes,) when one softmax
glues all members ("joint"), (members, 1, classes) when each has its own.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import keras
import numpy as np
from keras import ops

from ensemble.config import EnsembleConfig
from ensemble.run import Weights


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
    (broadcast to members, batch, units) and 1 for each real member, 0 for one that is only padding (members, 1, 1). It returns
    the scores that are trained, (1, batch, classes) if joint, else (members, batch, classes), and the scores of the ensemble,
    (batch, classes).
    """

    def __init__(self, members: int, features: int, classes: int, config: EnsembleConfig):
        super().__init__()
        self.joint = config.training == "joint"
        widths = [features] + [config.hidden_units] * config.hidden_layers
        self.hidden = [MemberDense(members, inputs, units, config.activation) for inputs, units in pairwise(widths)]
        last = (members, widths[-1], classes)
        self.output_scores = Glue(*last) if self.joint else MemberDense(*last)
        self.built = True

    def call(self, x: Any, keep: Any, alive: Any) -> tuple[Any, Any]:
        for layer in self.hidden:
            x = layer(x)
        scores = self.output_scores(x * keep)
        if self.joint:
            return scores[None], scores
        log_shares = ops.log_softmax(scores, axis=-1) + ops.log(alive / ops.sum(alive))
        return scores, ops.logsumexp(log_shares, axis=0)


def initial_weights(config: EnsembleConfig, features: int, classes: int) -> Weights:
    """Glorot uniform kernels and zero biases, each with the fans that a separate Keras Dense layer would have.

    Parameters
    ----------
    config : EnsembleConfig
        Its seed decides the draw.
    features, classes : int
        Width of a row and number of classes.

    Returns
    -------
    tuple of ndarray
        In the order that this module's docstring gives.

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
    return tuple(weights)


def functional_model(config: EnsembleConfig, weights: Weights) -> keras.Model:
    """The ensemble as plain Keras layers, as the classic example writes it, with the given weights.

    Parameters
    ----------
    config : EnsembleConfig
        "joint": the members' last hidden layers are concatenated and one softmax layer reads them all.
        "independent": each member has its own softmax layer and the probabilities are averaged.
    weights : tuple of ndarray
        In the order that this module's docstring gives.

    Returns
    -------
    keras.Model
        Functional, not compiled, with one Input per member. ``predict`` also takes one array for all of them.
    """
    hidden, (output_kernel, output_bias) = weights[:-2], weights[-2:]
    members, features = hidden[0].shape[:2]
    units, classes = output_kernel.shape[1:]
    joint = config.training == "joint"
    inputs, branches = [], []
    for member in range(members):
        x = keras.Input((features,), name=f"member_{member + 1}")
        inputs.append(x)
        for layer in range(config.hidden_layers):
            x = keras.layers.Dense(units, activation=config.activation, name=f"member_{member + 1}_hidden_{layer + 1}")(x)
        x = keras.layers.Dropout(config.dropout, name=f"member_{member + 1}_dropout")(x)
        if not joint:
            x = keras.layers.Dense(classes, activation="softmax", name=f"member_{member + 1}_softmax")(x)
        branches.append(x)
    if joint:
        glued = keras.layers.Concatenate(name="concatenate")(branches) if members > 1 else branches[0]
        output = keras.layers.Dense(classes, activation="softmax", name="softmax")(glued)
    else:
        output = keras.layers.Average(name="average")(branches) if members > 1 else branches[0]
    model = keras.Model(inputs, output, name="ensemble")

    for member in range(members):
        for layer in range(config.hidden_layers):
            kernel, bias = hidden[2 * layer][member], hidden[2 * layer + 1][member, 0]
            model.get_layer(f"member_{member + 1}_hidden_{layer + 1}").set_weights([kernel, bias])
        if not joint:
            model.get_layer(f"member_{member + 1}_softmax").set_weights([output_kernel[member], output_bias[member, 0]])
    if joint:
        model.get_layer("softmax").set_weights([output_kernel.reshape(members * units, classes), output_bias])
    _let_predict_take_one_array(model)
    return model


def _let_predict_take_one_array(model: keras.Model) -> None:
    # On the instance, not in a subclass: the saved file then holds a plain functional model that loads without this package.
    predict = model.predict

    def predict_for_every_member(x: Any, **options: Any) -> np.ndarray:
        return predict(x if isinstance(x, list | tuple | dict) else [x] * len(model.inputs), **options)

    model.predict = predict_for_every_member
