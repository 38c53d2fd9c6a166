"""RMSprop (as Keras 3 has it, and as Keras 2 had it), Adam and SGD as pure update rules.

Keras keeps an optimiser's state in variables, and refuses to give it up under TensorFlow; a compiled program that serves
every run needs that state as an argument. Each rule takes ``(weight, gradient, slots, learning_rate, step)`` and returns the
new weight and the new slots, all of the weight's shape; ``step`` counts from 1. Constants are Keras' defaults, with momentum
0.9 for SGD.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf

Tensor = Any
Slots = tuple[Tensor, ...]


def rmsprop(weight: Tensor, gradient: Tensor, slots: Slots, learning_rate: Tensor, step: Tensor) -> tuple[Tensor, Slots]:
    """Divide the gradient by the root of a running mean of its square (Tieleman and Hinton 2012)."""
    (square,) = slots
    square = 0.9 * square + 0.1 * gradient * gradient
    # The maximum changes nothing: it keeps XLA from replacing the root by its reciprocal, which x86 has only roughly.
    return weight - learning_rate * gradient / tf.maximum(tf.sqrt(square + 1e-7), 1e-7), (square,)


def rmsprop_keras2(weight: Tensor, gradient: Tensor, slots: Slots, learning_rate: Tensor, step: Tensor) -> tuple[Tensor, Slots]:
    """RMSprop as in Keras 2, with epsilon outside the root: ``learning_rate * g / (sqrt(v) + 1e-7)``.

    Keras 3 divides by ``sqrt(v + 1e-7)``, which is never below 3.2e-4. So where gradients are smaller than that, its steps
    shrink with them; those of Keras 2 keep their length until the root mean square itself falls to 1e-7.

    References
    ----------
    Keras 2.3, ``keras.optimizers.RMSprop.get_updates``.
    """
    (square,) = slots
    square = 0.9 * square + 0.1 * gradient * gradient
    return weight - learning_rate * gradient / (tf.sqrt(square) + 1e-7), (square,)


def adam(weight: Tensor, gradient: Tensor, slots: Slots, learning_rate: Tensor, step: Tensor) -> tuple[Tensor, Slots]:
    """Follow a running mean of the gradient, divided as in RMSprop, corrected for their start at 0 (Kingma and Ba 2015)."""
    mean, square = slots
    mean = mean + (gradient - mean) * (1 - 0.9)
    square = square + (gradient * gradient - square) * (1 - 0.999)
    corrected_rate = learning_rate * tf.sqrt(1 - tf.pow(0.999, step)) / (1 - tf.pow(0.9, step))
    return weight - mean * corrected_rate / (tf.sqrt(square) + 1e-7), (mean, square)


def sgd(weight: Tensor, gradient: Tensor, slots: Slots, learning_rate: Tensor, step: Tensor) -> tuple[Tensor, Slots]:
    """Gradient descent with momentum 0.9 (Polyak 1964)."""
    (velocity,) = slots
    velocity = 0.9 * velocity - learning_rate * gradient
    return weight + velocity, (velocity,)


class Rule(NamedTuple):
    """An update rule and the number of slots that it keeps for each weight; all slots start at 0."""

    update: Callable[[Tensor, Tensor, Slots, Tensor, Tensor], tuple[Tensor, Slots]]
    slots: int


RULES = {"rmsprop": Rule(rmsprop, 1), "rmsprop_keras2": Rule(rmsprop_keras2, 1), "adam": Rule(adam, 2), "sgd": Rule(sgd, 1)}
