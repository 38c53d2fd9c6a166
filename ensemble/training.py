"""train(config, dataset) -> Run: plain and blocking, for notebooks, tests and workers alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import tensorflow as tf

from ensemble.config import EnsembleConfig
from ensemble.datasets import Dataset
from ensemble.draws import batch_order, batch_rng, bootstrap_rows, dropout_mask, dropout_rng, out_of_bag
from ensemble.network import initial_weights
from ensemble.program import Chunk, Knobs, Phase, Program, Rows, Shape, program_for
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
    weights = tf.constant(program.flatten(run.weights))
    started = time.monotonic()

    for draws, knobs in _phases(config, program):
        slots, before, chunk = tf.constant(program.empty_slots()), run.epochs, 1
        while run.epochs < before + config.epochs:
            if epochs_per_second:
                stop.wait(started + run.epochs / epochs_per_second - time.monotonic())
            if stop.is_set():
                return run.ended("stopped", f"Stopped after epoch {run.epochs} of {config.total_epochs}.")
            epochs = min(chunk, before + config.epochs - run.epochs)
            step = (run.epochs - before) * int(knobs.phase.steps)
            chunk_started = time.monotonic()
            trained = program(weights, slots, step, epochs, rows, _chunk(draws, epochs, program), knobs)
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
            elif run.epochs == config.total_epochs:
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


Draws = Iterator[tuple[np.ndarray, np.ndarray]]


def _phases(config: EnsembleConfig, program: Program) -> Iterator[tuple[Draws, Knobs]]:
    """What is trained one after the other: all weights; for a bootstrap the members, and then the glue."""
    shape = program.shape
    masks_from, batches_from = dropout_rng(config), batch_rng(config)
    dropout = partial(_dropout_masks, masks_from, config.dropout, config, shape)
    if config.training != "bootstrap":
        rows = np.tile(np.arange(shape.train_rows, dtype=np.int32), (min(shape.batch_orders, config.members), 1))
        yield _draw_epochs(batches_from, rows, dropout, shape), _knobs(config, program, rows.shape[1])
        return
    samples = bootstrap_rows(config, shape.train_rows)
    yield _draw_epochs(batches_from, samples, dropout, shape), _knobs(config, program, samples.shape[1])
    rows = np.arange(shape.train_rows, dtype=np.int32)[None]
    no_dropout = partial(_dropout_masks, masks_from, 0.0, config, shape)
    glue = _knobs(config, program, shape.train_rows, heard=_heard_by_the_glue(config, shape))
    yield _draw_epochs(batches_from, rows, no_dropout, shape), glue


def _knobs(config: EnsembleConfig, program: Program, rows: int, heard: np.ndarray | None = None) -> Knobs:
    shape = program.shape
    filled = (np.arange(shape.steps * shape.batch_size) < rows).astype(np.float32).reshape(shape.steps, shape.batch_size)
    phase = Phase(
        trained=tf.constant(program.trained_weights(glue=heard is not None)),
        filled=tf.constant(filled),
        steps=tf.constant(-(-rows // shape.batch_size)),
        heard=tf.constant(np.zeros((shape.members, shape.train_rows, 1), np.float32) if heard is None else heard),
    )
    alive = (np.arange(shape.members) < config.members).astype(np.float32).reshape(-1, 1, 1)
    return Knobs(tf.constant(alive), tf.constant(config.learning_rate), tf.constant(config.label_smoothing), phase)


def _heard_by_the_glue(config: EnsembleConfig, shape: Shape) -> np.ndarray:
    """While the glue learns, a row is heard from the members that have not seen it, who speak for the others too."""
    unseen = out_of_bag(config, shape.train_rows)
    heard = np.zeros((shape.members, shape.train_rows, 1), np.float32)
    heard[: config.members, :, 0] = unseen * config.members / np.maximum(unseen.sum(axis=0), 1)
    return heard


def _draw_epochs(rng: np.random.Generator, rows: np.ndarray, masks: Callable[[], np.ndarray], shape: Shape) -> Draws:
    """Batches of these rows (orders, n) and masks, epoch by epoch; what padded members get is never drawn."""
    orders, n = rows.shape
    while True:
        shuffled = np.zeros((shape.batch_orders, shape.steps * shape.batch_size), np.int32)
        shuffled[:orders, :n] = np.take_along_axis(rows, batch_order(rng, orders, n), axis=1)
        if orders == 1:
            shuffled[:] = shuffled[0]
        yield shuffled.reshape(shape.batch_orders, shape.steps, shape.batch_size).swapaxes(0, 1), masks()


def _dropout_masks(rng: np.random.Generator, rate: float, config: EnsembleConfig, shape: Shape) -> np.ndarray:
    keep = np.zeros((shape.steps, shape.members, shape.batch_size, shape.hidden_units), np.float32)
    real = (shape.steps, config.members, shape.batch_size, shape.hidden_units)
    keep[:, : config.members] = dropout_mask(rng, rate, real)
    return keep


def _chunk(draws: Draws, epochs: int, program: Program) -> Chunk:
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


def _divergence(run: Run) -> str:
    smaller = max(run.config.learning_rate / 10, EnsembleConfig.bounds("learning_rate")[0])
    return (
        f"The loss was no longer a finite number in epoch {run.epochs + 1}: the steps are too long. "
        f"The run keeps its last good state. Try a learning rate of {smaller:g}."
    )
