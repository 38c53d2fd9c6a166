"""The weights of an ensemble: their order and shapes, and the activations between them.

Weights are a tuple of float32 arrays, everywhere in one order:

1. for each hidden layer a kernel (members, inputs, units) and a bias (members, 1, units),
2. the output kernel (members, units, classes) and the output bias: (classes,) with "joint" training, where one output layer
   reads the last hidden units of all members, and (members, 1, classes) otherwise, where each member has an output layer,
3. with "bootstrap" only, the combiner, a dense layer over the outputs of all members (stacking, Wolpert 1992): its kernel
   (members, classes, classes) and its bias (classes,).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.config import EnsembleConfig
from ensemble.errors import InputError
from ensemble.probability.vectors import softmax

Weights = tuple[NDArray[np.float32], ...]

MIN_OUTPUT = 1e-7


class Architecture(Protocol):
    """The settings that determine the shapes of the weights; ``EnsembleConfig`` implements it."""

    @property
    def training(self) -> str: ...
    @property
    def members(self) -> int: ...
    @property
    def hidden_layers(self) -> int: ...
    @property
    def hidden_units(self) -> int: ...


def weight_shapes(architecture: Architecture, features: int, classes: int) -> list[tuple[int, ...]]:
    """Shapes of the weights, in the order that this module's docstring gives."""
    members, units = architecture.members, architecture.hidden_units
    shapes: list[tuple[int, ...]] = []
    for inputs in [features] + [units] * (architecture.hidden_layers - 1):
        shapes += [(members, inputs, units), (members, 1, units)]
    shapes += [(members, units, classes), (classes,) if architecture.training == "joint" else (members, 1, classes)]
    return [*shapes, (members, classes, classes), (classes,)] if architecture.training == "bootstrap" else shapes


def weight_count(architecture: Architecture, features: int, classes: int) -> int:
    """How many numbers training adjusts."""
    return sum(math.prod(shape) for shape in weight_shapes(architecture, features, classes))


def split_vector(vector: NDArray[np.float32], shapes: Sequence[tuple[int, ...]]) -> Weights:
    """Arrays of these shapes that lie one after the other in a vector, as views of it."""
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    return tuple(part.reshape(shape) for part, shape in zip(np.split(vector, ends[:-1]), shapes, strict=True))


ACTIVATIONS: dict[str, Callable[[Any], Any]] = {"linear": lambda x: x, "relu": lambda x: np.maximum(x, 0), "tanh": np.tanh}
"""The activations of the hidden layers, by ``EnsembleConfig.activation``."""

OUTPUT_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "softmax": lambda z: softmax(z).astype(np.float32),
    "sigmoid": special.expit,
    "linear": lambda z: z,
}
"""The activation of the output layer, by ``EnsembleConfig.output_activation``."""

OUTPUT_TO_LOGITS: dict[str, Callable[[Any], Any]] = {
    "softmax": lambda z: z,
    "sigmoid": special.log_expit,
    "linear": lambda z: np.log(np.maximum(z, np.float32(MIN_OUTPUT))),
}
"""From what enters the output activation to the logits, whose softmax is the outputs divided by their sum."""


def last_hidden(config: EnsembleConfig, weights: Sequence[NDArray[Any]], x: ArrayLike) -> NDArray[Any]:
    """Each member's last hidden units with dropout off, in the precision of the weights.

    Parameters
    ----------
    config : EnsembleConfig
    weights : sequence of ndarray
        In the order of this module; those of the output layers may be missing.
    x : array_like of shape (n, features)
        Scaled as the training rows.

    Returns
    -------
    ndarray of shape (members, n, hidden units)

    Raises
    ------
    InputError
        If ``x`` has another shape or is not finite.
    """
    rows, features = np.asarray(x, dtype=np.float32), weights[0].shape[1]
    if rows.ndim != 2 or rows.shape[1] != features:
        raise InputError(f"Rows need the shape (n, {features}), not {rows.shape}.")
    if not np.isfinite(rows).all():
        raise InputError("Rows have to be finite numbers; one of them is infinite or not a number.")
    hidden, layers = rows[None], 2 * config.hidden_layers
    for kernel, bias in zip(weights[:layers:2], weights[1:layers:2], strict=True):
        hidden = ACTIVATIONS[config.activation](hidden @ kernel + bias)
    return hidden
