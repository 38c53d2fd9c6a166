"""train(config, dataset) -> Run: plain and blocking, for notebooks, tests and workers alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

from ensemble.config import EnsembleConfig
from ensemble.datasets import Dataset
from ensemble.network import initial_weights
from ensemble.program import Chunk, Knobs, Program, Rows, Shape, program_for
from ensemble.run import Run

SECONDS_PER_CHUNK = 0.1


def train(
    config: EnsembleConfig,
    data: Dataset,
    on_progress: Callable[[Run], None] | None = None,
    stop: threading.Event | None = None,
    epochs_per_second: float | None = None,
) -> Run:
    """Train an ensemble.

    Parameters
    ----------
    config : EnsembleConfig
        What to train. The same configuration on the same data gives the same numbers, whatever else runs meanwhile.
    data : Dataset
        Its training rows are all used in every epoch, the last short batch included.
    on_progress : callable, optional
        Called with the run so far after each chunk of epochs.
    stop : threading.Event, optional
        Once set, training ends within one chunk; the run then holds the epochs up to there.
    epochs_per_second : float, optional
        Train no faster than this, epoch by epoch, so that people can watch.

    Returns
    -------
    Run
        With status "finished"; "stopped" if ``stop`` was set before the last epoch; "diverged" if a loss was no longer a finite
        number: it then holds the history up to there, the last finite weights, and a message.

    Examples
    --------
    >>> from ensemble import EnsembleConfig, load_dataset, train
    >>> run = train(EnsembleConfig(epochs=2), load_dataset("wine"))
    >>> run.history.shape
    (2, 5)
    """
    stop = stop or threading.Event()
    program = program_for(Shape.of(config, data))
    run = untrained_run(config, data)
    rows = Rows(*map(tf.constant, (data.x_train, data.y_train.astype(np.int32), data.x_test, data.y_test.astype(np.int32))))
    knobs = Knobs(tf.constant(_alive(config, program)), tf.constant(config.learning_rate), tf.constant(config.label_smoothing))
    weights, slots = tf.constant(program.flatten(run.weights)), tf.constant(program.empty_slots())
    draws = _draw_epochs(config, program)
    started = time.monotonic()

    chunk = 1
    while run.epochs < config.epochs:
        if epochs_per_second:
            stop.wait(started + run.epochs / epochs_per_second - time.monotonic())
        if stop.is_set():
            return run.ended("stopped", f"Stopped after epoch {run.epochs} of {config.epochs}.")
        epochs = min(chunk, config.epochs - run.epochs)
        chunk_started = time.monotonic()
        trained = program(weights, slots, run.epochs * program.shape.steps, epochs, rows, _chunk(draws, epochs, program), knobs)
        weights, slots, done = trained.weights, trained.slots, int(trained.epochs)
        if not epochs_per_second:
            chunk = _next_chunk(chunk, time.monotonic() - chunk_started, program.shape.epochs_per_chunk)
        run = run.extended(
            weights=program.unflatten(weights.numpy(), config.members),
            curves=trained.curves.numpy()[:done],
            test_log_proba=trained.log_proba.numpy()[:done],
        )
        if not trained.finite:
            run = run.ended("diverged", _divergence(run))
        elif run.epochs == config.epochs:
            run = run.ended("finished")
        if on_progress:
            on_progress(run)
        if run.status != "training":
            return run
    return run


def is_compiled(config: EnsembleConfig, data: Dataset) -> bool:
    """Whether a run of this kind can start at once."""
    return program_for(Shape.of(config, data)).compiled


def untrained_run(config: EnsembleConfig, data: Dataset) -> Run:
    """The run before its first epoch, with the initial weights that its seed decides."""
    return Run.before_training(config, data, initial_weights(config, data.features, data.classes))


def batch_order(rng: np.random.Generator, orders: int, rows: int) -> np.ndarray:
    """A fresh shuffle of the rows for one epoch: (orders, rows)."""
    return rng.permuted(np.tile(np.arange(rows, dtype=np.int32), (orders, 1)), axis=1)


def dropout_mask(rng: np.random.Generator, rate: float, shape: tuple[int, ...]) -> np.ndarray:
    """0 with probability ``rate``, else ``1 / (1 - rate)``, so that the expected sum of what passes does not change."""
    kept = rng.random(shape, dtype=np.float32) >= np.float32(rate)
    return kept.astype(np.float32) / np.float32(1 - rate)


def batch_rng(config: EnsembleConfig) -> np.random.Generator:
    """The generator of a run's batch orders."""
    return np.random.default_rng([config.seed, 2])


def dropout_rng(config: EnsembleConfig) -> np.random.Generator:
    """The generator of a run's dropout masks."""
    return np.random.default_rng([config.seed, 3])


def _draw_epochs(config: EnsembleConfig, program: Program) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Batches and masks, epoch by epoch, for the run's own members, so that padding and chunks change no number."""
    shape, batches_from, masks_from = program.shape, batch_rng(config), dropout_rng(config)
    orders = min(shape.batch_orders, config.members)
    while True:
        row_numbers = np.zeros((shape.batch_orders, shape.steps * shape.batch_size), np.int32)
        row_numbers[:orders, : shape.train_rows] = batch_order(batches_from, orders, shape.train_rows)
        batches = row_numbers.reshape(shape.batch_orders, shape.steps, shape.batch_size).swapaxes(0, 1)
        keep = np.zeros((shape.steps, shape.members, shape.batch_size, shape.hidden_units), np.float32)
        real = (shape.steps, config.members, shape.batch_size, shape.hidden_units)
        keep[:, : config.members] = dropout_mask(masks_from, config.dropout, real)
        yield batches, keep


def _chunk(draws: Iterator[tuple[np.ndarray, np.ndarray]], epochs: int, program: Program) -> Chunk:
    shape = program.shape
    batches = np.zeros((shape.epochs_per_chunk, shape.steps, shape.batch_orders, shape.batch_size), np.int32)
    keep = np.zeros((shape.epochs_per_chunk, shape.steps, shape.members, shape.batch_size, shape.hidden_units), np.float32)
    for epoch in range(epochs):
        batches[epoch], keep[epoch] = next(draws)
    return Chunk(tf.constant(batches), tf.constant(keep))


def _next_chunk(epochs: int, seconds: float, most: int) -> int:
    """Chunks double until they last long enough: the first points come at once, and a stop is never far."""
    if seconds > SECONDS_PER_CHUNK:
        return max(1, epochs // 2)
    return min(2 * epochs, most) if seconds < SECONDS_PER_CHUNK / 2 else epochs


def _alive(config: EnsembleConfig, program: Program) -> np.ndarray:
    return (np.arange(program.shape.members) < config.members).astype(np.float32).reshape(-1, 1, 1)


def _divergence(run: Run) -> str:
    smaller = max(run.config.learning_rate / 10, EnsembleConfig.bounds("learning_rate")[0])
    return (
        f"The loss was no longer a finite number in epoch {run.epochs + 1}: the steps are too long. "
        f"The run keeps its last good state. Try a learning rate of {smaller:g}."
    )
