"""The classic run in NumPy by hand: the same arithmetic as ``ensemble.training``'s, all members side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ensemble import Dataset, EnsembleConfig, load_dataset
from ensemble.classic import SEEDS
from ensemble.config import Optimizer
from ensemble.rng import batch_order, batch_rng, dropout_mask, dropout_rng
from ensemble.training.arguments import initial_weights

Arrays = list[np.ndarray]


def classic_runs(optimizer: Optimizer, seeds: int = SEEDS) -> tuple[list[EnsembleConfig], list[Dataset]]:
    """Configurations and rows of the classic run with the seeds 0, 1, ... of split and start."""
    configs = [EnsembleConfig(optimizer=optimizer, seed=seed) for seed in range(seeds)]
    return configs, [load_dataset("wine", seed=seed) for seed in range(seeds)]


def train_by_hand(config: EnsembleConfig, data: Dataset) -> float:
    """Train the classic network with RMSprop; returns the training loss of the last epoch, dropout on."""
    return float(train_by_hand_together([config], [data]).printed[0])


class Losses(NamedTuple):
    """Losses (runs,) in nats: as Keras' ``fit`` prints it for the last epoch, and after it with dropout off.

    What ``fit`` prints is the mean over the epoch's batches, dropout on, each batch before its step.
    """

    printed: np.ndarray
    train: np.ndarray
    test: np.ndarray


def train_by_hand_together(configs: Sequence[EnsembleConfig], datasets: Sequence[Dataset]) -> Losses:
    """Classic runs that differ only by their seeds, side by side, with the RMSprop of Keras 3 or that of Keras 2."""
    config, epsilon_in_root = configs[0], configs[0].optimizer == "rmsprop"
    weights = [
        np.stack(parts)
        for parts in zip(
            *(initial_weights(one, data.features, data.classes) for one, data in zip(configs, datasets, strict=True)),
            strict=True,
        )
    ]
    squares = [np.zeros_like(weight) for weight in weights]
    x = np.stack([data.x_train for data in datasets])
    targets = np.stack([np.eye(data.classes, dtype=np.float32)[data.y_train] for data in datasets])
    batch_rngs, mask_rngs = [batch_rng(one) for one in configs], [dropout_rng(one) for one in configs]
    loss, run, n = np.zeros(len(configs)), np.arange(len(configs))[:, None], x.shape[1]
    for _ in range(config.epochs):
        order = np.stack([batch_order(rng, 1, n)[0] for rng in batch_rngs])
        loss = np.zeros(len(configs))
        for rows in (order[:, start : start + config.batch_size] for start in range(0, n, config.batch_size)):
            # Each batch draws a full batch of masks, as ``ensemble.training`` does.
            shape = (config.members, config.batch_size, config.hidden_units)
            masks = np.stack([dropout_mask(rng, config.dropout, shape) for rng in mask_rngs])[:, :, : rows.shape[1]]
            scaled_mask = masks / np.float32(1 - config.dropout)
            batch_loss, gradients = _gradients(weights, x[run, rows], targets[run, rows], scaled_mask)
            _rmsprop(weights, squares, gradients, config.learning_rate, epsilon_in_root)
            loss += batch_loss * rows.shape[1]
    return Losses(loss / n, *(_loss(weights, datasets, part) for part in ("train", "test")))


def _loss(weights: Arrays, datasets: Sequence[Dataset], part: str) -> np.ndarray:
    """Mean negative log-likelihoods (runs,) with dropout off."""
    x = np.stack([getattr(data, f"x_{part}") for data in datasets])
    y = np.stack([getattr(data, f"y_{part}") for data in datasets])
    *_, q = _forward(weights, x, np.float32(1))
    return -np.log(np.take_along_axis(q, y[..., None], axis=-1)).mean(axis=(1, 2), dtype=float)


def _forward(weights: Arrays, x: np.ndarray, scaled_mask: np.ndarray | np.float32) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First hidden layer, second after dropout (runs, members, rows, units), and probabilities (runs, rows, classes)."""
    first, first_bias, second, second_bias, output, output_bias = weights
    hidden = x[:, None] @ first + first_bias
    dropped = (hidden @ second + second_bias) * scaled_mask
    logits = (dropped @ output).sum(axis=1) + output_bias[:, None]
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return hidden, dropped, powers / powers.sum(axis=-1, keepdims=True)


def _gradients(weights: Arrays, x: np.ndarray, target: np.ndarray, scaled_mask: np.ndarray) -> tuple[np.ndarray, Arrays]:
    _, _, second, _, output, _ = weights
    hidden, dropped, q = _forward(weights, x, scaled_mask)
    x = x[:, None]
    loss = -np.log((q * target).sum(axis=-1)).mean(axis=-1)
    delta = ((q - target) / np.float32(x.shape[2]))[:, None]
    second_delta = (delta @ output.swapaxes(-1, -2)) * scaled_mask
    first_delta = second_delta @ second.swapaxes(-1, -2)
    return loss, [
        x.swapaxes(-1, -2) @ first_delta,
        first_delta.sum(axis=-2, keepdims=True),
        hidden.swapaxes(-1, -2) @ second_delta,
        second_delta.sum(axis=-2, keepdims=True),
        dropped.swapaxes(-1, -2) @ delta,
        delta.sum(axis=(1, 2)),
    ]


def _rmsprop(weights: Arrays, squares: Arrays, gradients: Arrays, learning_rate: float, epsilon_in_root: bool) -> None:
    """Epsilon under the root as in Keras 3, or added to it as in Keras 2."""
    for weight, square, gradient in zip(weights, squares, gradients, strict=True):
        square *= np.float32(0.9)
        square += np.float32(0.1) * gradient * gradient
        epsilon = np.float32(1e-7)
        weight -= (
            np.float32(learning_rate) * gradient / (np.sqrt(square + epsilon) if epsilon_in_root else np.sqrt(square) + epsilon)
        )
