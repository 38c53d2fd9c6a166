"""The network that is trained, all members of all runs side by side: what it computes from rows, and its gradient.

Tensors have the axes (runs, members, rows, numbers); where members share something, their axis has length 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import tensorflow as tf

from ensemble.config import activation_of
from ensemble.runs.weights import MIN_OUTPUT, weight_shapes
from ensemble.training.products import AS_LOOPS, products_for

if TYPE_CHECKING:
    from ensemble.training.program import ProgramKey


class Activation(NamedTuple):
    """A function, and its slope as a function of its result."""

    of: Callable[[Any], Any]
    slope: Callable[[Any], Any]


ACTIVATIONS = {
    "linear": Activation(lambda x: x, lambda _: 1.0),
    "relu": Activation(tf.nn.relu, lambda y: tf.cast(y > 0, tf.float32)),
    "tanh": Activation(tf.tanh, lambda y: 1 - y * y),
}
"""The activations of the hidden layers, by ``EnsembleConfig.activation``."""

OUTPUT_TO_LOGITS = {
    "softmax": lambda z: z,
    "sigmoid": tf.math.log_sigmoid,
    "linear": lambda z: tf.math.log(tf.maximum(z, MIN_OUTPUT)),
}
"""As ``ensemble.runs.weights.OUTPUT_TO_LOGITS``, for tensors."""


class Dense(NamedTuple):
    """Kernels (runs, members, inputs, units) and biases (runs, members or 1, 1, units) of one layer."""

    kernel: Any
    bias: Any


class Dropout(NamedTuple):
    """Which units are kept, (runs, members, rows, hidden units), and the probability of that, (runs, 1, 1, 1)."""

    is_kept: Any
    keep_rate: Any

    def __call__(self, x: Any) -> Any:
        # Not multiplied: XLA computes a product anew in each place that reads it, and a quotient once.
        return tf.where(self.is_kept, x, 0.0) / self.keep_rate


class Network:
    """The layers of a program's key: ``hidden``, an output layer, and with "bootstrap" the combiner.

    Parameters
    ----------
    key : ProgramKey
    rows : int
        How many rows it is to compute at once.
    is_trained : bool
        Whether ``gradient`` is to be computed, which adds up over these rows.
    """

    def __init__(self, key: ProgramKey, rows: int, is_trained: bool):
        self.key = key
        longest_sum = max(key.hidden_units, rows if is_trained else 0)
        multiplications = key.runs * key.members * rows * key.hidden_units * max(key.features, key.hidden_units)
        self._products = products_for(key.features, longest_sum, multiplications)
        self._activation = ACTIVATIONS[key.activation]
        self._shapes = weight_shapes(key, key.features, key.classes)
        self._sizes = [math.prod(shape) for shape in self._shapes]

    def next_in_loop(self, index: Any) -> Any:
        """The index after this one of a loop in which the network computes.

        XLA makes no loop a single function in which anything is sorted, and so leaves the products in it to its library.
        """
        return index + 1 if self._products is AS_LOOPS else tf.sort(tf.stack([index, index + 1]))[1]

    def layers(self, vectors: Any) -> list[Dense]:
        """The layers in the order of ``runs.weights``, cut from vectors (runs, weights)."""
        parts = tf.split(vectors, self._sizes, axis=1)
        shapes = [shape if len(shape) == 3 else (1, 1, *shape) for shape in self._shapes]
        tensors = [tf.reshape(part, (self.key.runs, *shape)) for part, shape in zip(parts, shapes, strict=True)]
        return [Dense(kernel, bias) for kernel, bias in zip(tensors[::2], tensors[1::2], strict=True)]

    def vectors(self, layers: list[Dense]) -> Any:
        """The reverse of ``layers``."""
        return tf.concat([tf.reshape(tensor, (self.key.runs, -1)) for layer in layers for tensor in layer], axis=1)

    def hidden(self, layers: list[Dense], x: Any) -> list[Any]:
        """Rows (runs, members or 1, rows, features), then what each hidden layer makes of them."""
        values = [x]
        for layer in layers[: self.key.hidden_layers]:
            values.append(self._activation.of(self._products.forward(values[-1], layer.kernel) + layer.bias))
        return values

    def outputs(self, layers: list[Dense], hidden: Any, out_of_bag_weight: Any) -> Any:
        """Outputs before their activation, one for each loss: (runs, losses, rows, classes).

        Parameters
        ----------
        layers : list of Dense
        hidden : tensor of shape (runs, members, rows, hidden units)
            The last hidden layer, after dropout.
        out_of_bag_weight : tensor of shape (runs, members, rows, 1), or 1
            With "bootstrap": what each member's outputs are multiplied by before the combiner.

        Returns
        -------
        tensor
            "joint": the ensemble's; "independent": each member's; "bootstrap": each member's, then the combiner's.
        """
        output, *combiner = layers[self.key.hidden_layers :]
        if self.key.training == "joint":
            return self._products.combine(hidden, output.kernel) + output.bias
        outputs = self._products.forward(hidden, output.kernel) + output.bias
        if not combiner:
            return outputs
        combined = self._products.combine(outputs * out_of_bag_weight, combiner[0].kernel) + combiner[0].bias
        return tf.concat([outputs, combined], axis=1)

    def logits(self, outputs: Any, member_mask: Any) -> Any:
        """Logits of the ensemble, whose softmax is its probabilities: (runs, rows, classes)."""
        logits = OUTPUT_TO_LOGITS[activation_of(self.key.outputs)](outputs)
        if self.key.training != "independent":
            return logits[:, -1]
        share = member_mask / tf.reduce_sum(member_mask, axis=1, keepdims=True)
        return tf.reduce_logsumexp(tf.nn.log_softmax(logits) + tf.math.log(share), axis=1)

    def gradient(
        self,
        layers: list[Dense],
        hidden: list[Any],
        dropout: Dropout,
        outputs: Any,
        of_outputs: Any,
        out_of_bag_weight: Any,
        row_mask: Any,
    ) -> list[Dense]:
        """The gradient of the weights, by backpropagation (Rumelhart, Hinton and Williams 1986).

        The combiner's does not go on to the members: it is trained when they are.

        Parameters
        ----------
        layers, hidden, dropout, outputs, out_of_bag_weight
            As in the methods above.
        of_outputs : tensor of shape (runs, losses, rows, classes)
            The gradient of the outputs.
        row_mask : tensor of shape (rows,)
            1 for each row, 0 where a short batch is filled up; ``of_outputs`` is 0 there.
        """
        key, gradient = self.key, []

        def dense(x: Any, of_result: Any) -> Dense:
            # Times the mask, which changes nothing: else XLA would add up anew what ``of_result`` is a sum of.
            of_bias = tf.reduce_sum(of_result * row_mask[:, None], axis=2, keepdims=True)
            return Dense(self._products.outer(x, of_result), of_bias)

        of_members = of_outputs
        if key.training == "bootstrap":
            of_members, of_combined = of_outputs[:, :-1], of_outputs[:, -1:]
            gradient.append(dense(outputs[:, :-1] * out_of_bag_weight, of_combined))
        gradient.append(dense(dropout(hidden[-1]), of_members))
        of_hidden = dropout(self._products.backward(of_members, layers[key.hidden_layers].kernel))
        for index in reversed(range(key.hidden_layers)):
            of_sum = of_hidden * self._activation.slope(hidden[index + 1])
            gradient.append(dense(hidden[index], of_sum))
            if index:
                of_hidden = self._products.backward(of_sum, layers[index].kernel)
        return gradient[::-1]
