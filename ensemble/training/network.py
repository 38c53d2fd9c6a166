"""The batched Keras network that is trained: all members side by side. Weights are in the order of ``runs.weights``."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import keras
from keras import ops

from ensemble.config import activation_of
from ensemble.runs.weights import MIN_OUTPUT


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


class Combiner(keras.layers.Layer):
    """One Dense layer over the concatenated inputs of all members: (members, batch, inputs) -> (batch, classes)."""

    def __init__(self, members: int, inputs: int, classes: int):
        super().__init__()
        self.kernel = self.add_weight(shape=(members, inputs, classes))
        self.bias = self.add_weight(shape=(classes,))
        self.built = True

    def call(self, x: Any) -> Any:
        members, inputs, classes = self.kernel.shape
        concatenated = ops.reshape(ops.transpose(x, (1, 0, 2)), (-1, members * inputs))
        return ops.matmul(concatenated, ops.reshape(self.kernel, (members * inputs, classes))) + self.bias


class EnsembleNetwork(keras.Model):
    """All members side by side; the arguments are those of ``EnsembleConfig``."""

    def __init__(
        self,
        *,
        members: int,
        features: int,
        classes: int,
        hidden_layers: int,
        hidden_units: int,
        activation: str,
        training: str,
        outputs: str,
    ):
        super().__init__()
        self.training_kind = training
        self.to_logits = OUTPUT_TO_LOGITS[activation_of(outputs)]
        widths = [features] + [hidden_units] * hidden_layers
        self.hidden = [MemberDense(members, inputs, units, activation) for inputs, units in pairwise(widths)]
        self.output_layer = (Combiner if training == "joint" else MemberDense)(members, hidden_units, classes)
        if training == "bootstrap":
            self.combiner = Combiner(members, classes, classes)
        self.built = True

    def call(
        self, x: Any, dropout_mask: Any, member_mask: Any, out_of_bag_weight: Any, is_hidden: bool = False
    ) -> tuple[Any, Any, Any]:
        """Forward pass.

        Parameters
        ----------
        x : tensor of shape (members or 1, batch, features)
            Rows, scaled as the training rows.
        dropout_mask : tensor that broadcasts to (members, batch, hidden units)
            What the last hidden layer is multiplied by.
        member_mask : tensor of shape (members, 1, 1)
            1 for each member, 0 for one that is only padding.
        out_of_bag_weight : tensor of shape (members, batch or 1, 1)
            With "bootstrap": what each member's outputs are multiplied by before the combiner.
        is_hidden : bool, default False
            Whether ``x`` is ``hidden`` of an earlier call, in place of rows.

        Returns
        -------
        trained : tensor of shape (losses, batch, classes)
            Outputs before their activation, one entry for each loss. "joint": the ensemble's; "independent": each member's;
            "bootstrap": each member's, then the combiner's.
        logits : tensor of shape (batch, classes)
            The ensemble's; their softmax is its probabilities.
        hidden : tensor of shape (members, batch, hidden units)
            The last hidden layer, before dropout.
        """
        for layer in () if is_hidden else self.hidden:
            x = layer(x)
        outputs = self.output_layer(x * dropout_mask)
        if self.training_kind == "joint":
            return outputs[None], self.to_logits(outputs), x
        if self.training_kind == "bootstrap":
            combined = self.combiner(ops.stop_gradient(outputs) * out_of_bag_weight)
            return ops.concatenate([outputs, combined[None]]), self.to_logits(combined), x
        weighted = ops.log_softmax(self.to_logits(outputs), axis=-1) + ops.log(member_mask / ops.sum(member_mask))
        return outputs, ops.logsumexp(weighted, axis=0), x


OUTPUT_TO_LOGITS = {
    "softmax": lambda z: z,
    "sigmoid": ops.log_sigmoid,
    "linear": lambda z: ops.log(ops.maximum(z, MIN_OUTPUT)),
}
"""As ``ensemble.runs.weights.OUTPUT_TO_LOGITS``, for tensors."""
