"""The classic run in NumPy by hand: the same arithmetic as the engine's, member by member side by side."""

from __future__ import annotations

import numpy as np

from ensemble import Dataset, EnsembleConfig
from ensemble.network import initial_weights
from ensemble.training import batch_order, batch_rng, dropout_mask, dropout_rng

Arrays = list[np.ndarray]


def train_by_hand(config: EnsembleConfig, data: Dataset) -> float:
    """Train two linear hidden layers and the glue with RMSprop; returns the training loss of the last epoch, dropout on."""
    weights: Arrays = list(initial_weights(config, data.features, data.classes))
    squares = [np.zeros_like(weight) for weight in weights]
    targets = np.eye(data.classes, dtype=np.float32)[data.y_train]
    batches_from, masks_from = batch_rng(config), dropout_rng(config)
    loss = 0.0
    for _ in range(config.epochs):
        order = batch_order(batches_from, 1, len(data.x_train))[0]
        loss = 0.0
        for start in range(0, len(order), config.batch_size):
            rows = order[start : start + config.batch_size]
            kept = dropout_mask(masks_from, config.dropout, (config.members, len(rows), config.hidden_units))
            keep = kept / np.float32(1 - config.dropout)
            batch_loss, gradients = _gradients(weights, data.x_train[rows], targets[rows], keep)
            _rmsprop(weights, squares, gradients, config.learning_rate)
            loss += batch_loss * len(rows)
    return loss / len(data.x_train)


def _gradients(weights: Arrays, x: np.ndarray, target: np.ndarray, keep: np.ndarray) -> tuple[float, Arrays]:
    first, first_bias, second, second_bias, glue, glue_bias = weights
    hidden = x @ first + first_bias
    dropped = (hidden @ second + second_bias) * keep
    scores = (dropped @ glue).sum(axis=0) + glue_bias
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    q = powers / powers.sum(axis=1, keepdims=True)
    loss = -np.log(q[target > 0]).mean()
    delta = (q - target) / np.float32(len(x))
    second_delta = (delta @ glue.transpose(0, 2, 1)) * keep
    first_delta = second_delta @ second.transpose(0, 2, 1)
    return float(loss), [
        x.T @ first_delta,
        first_delta.sum(axis=1, keepdims=True),
        hidden.transpose(0, 2, 1) @ second_delta,
        second_delta.sum(axis=1, keepdims=True),
        dropped.transpose(0, 2, 1) @ delta,
        delta.sum(axis=0),
    ]


def _rmsprop(weights: Arrays, squares: Arrays, gradients: Arrays, learning_rate: float) -> None:
    for weight, square, gradient in zip(weights, squares, gradients, strict=True):
        square *= np.float32(0.9)
        square += np.float32(0.1) * gradient * gradient
        weight -= np.float32(learning_rate) * gradient / np.sqrt(square + np.float32(1e-7))
