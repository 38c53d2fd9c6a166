"""Products of each member's rows and weights, in the form in which XLA computes them fastest.

XLA hands a matrix product to a library, which costs as much as some thousand multiplications. Written as a sum over a product
with one more axis, it becomes a loop of its own, which is compiled together with all that is around it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf

MAX_SUMMANDS = 32
MAX_FEATURES = 64
MAX_MULTIPLICATIONS = 2**20
MEMBERS_AT_ONCE = 4


class Products(NamedTuple):
    """Of rows ``x`` (runs, members or 1, rows, inputs), kernels (runs, members, inputs, units), and gradients of results.

    Attributes
    ----------
    forward : callable
        Rows and kernels to (runs, members, rows, units).
    combine : callable
        The same, added up over the members: (runs, 1, rows, units).
    backward : callable
        Gradients (runs, members or 1, rows, units) and kernels to those of the rows: (runs, members, rows, inputs).
    outer : callable
        Rows and gradients to those of the kernels: (runs, members, inputs, units).
    """

    forward: Callable[[Any, Any], Any]
    combine: Callable[[Any, Any], Any]
    backward: Callable[[Any, Any], Any]
    outer: Callable[[Any, Any], Any]


def _combine_in_loops(x: Any, kernel: Any) -> Any:
    """A few members at a time: LLVM unrolls such a sum, while one over all of them takes twice as long."""
    parts = [slice(first, first + MEMBERS_AT_ONCE) for first in range(0, kernel.shape[1], MEMBERS_AT_ONCE)]
    sums = [tf.reduce_sum(x[:, part, :, :, None] * kernel[:, part, None], axis=(1, 3)) for part in parts]
    return tf.add_n(sums)[:, None]


AS_LOOPS = Products(
    forward=lambda x, kernel: tf.reduce_sum(x[..., None] * kernel[:, :, None], axis=3),
    combine=_combine_in_loops,
    backward=lambda gradient, kernel: tf.reduce_sum(gradient[..., None, :] * kernel[:, :, None], axis=4),
    outer=lambda x, gradient: tf.reduce_sum(x[..., None] * gradient[..., None, :], axis=2),
)


def _einsum(equation: str) -> Callable[[Any, Any], Any]:
    """A product of two tensors whose second axis is m; where only one has it at length 1, that is left out and not repeated."""

    def product(one: Any, other: Any) -> Any:
        operands, result = equation.split("->")
        members = max(one.shape[1], other.shape[1])
        letters = [
            names if x.shape[1] == members else names.replace("m", "")
            for names, x in zip(operands.split(","), (one, other), strict=True)
        ]
        tensors = [x if x.shape[1] == members else x[:, 0] for x in (one, other)]
        return tf.einsum(f"{','.join(letters)}->{result}", *tensors)

    return product


BY_LIBRARY = Products(
    forward=_einsum("rmbi,rmio->rmbo"),
    combine=lambda x, kernel: _einsum("rmbi,rmio->rbo")(x, kernel)[:, None],
    backward=_einsum("rmbo,rmio->rmbi"),
    outer=_einsum("rmbi,rmbo->rmio"),
)


def products_for(features: int, longest_sum: int, multiplications: int) -> Products:
    """As loops where no sum is longer than what LLVM unrolls, since a longer one is not vectorised, and where all are few.

    Sums over the features, of which a step has one, may be twice as long.
    """
    is_small = features <= MAX_FEATURES and longest_sum <= MAX_SUMMANDS and multiplications <= MAX_MULTIPLICATIONS
    return AS_LOOPS if is_small else BY_LIBRARY
