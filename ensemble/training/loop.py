"""train(config, dataset) -> Run, and several runs together: plain and blocking, for notebooks, tests and workers alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.errors import InputError
from ensemble.rng import batch_order, batch_rng, bootstrap_rows, dropout_mask, dropout_rng, out_of_bag
from ensemble.runs.run import Run
from ensemble.training.network import initial_weights
from ensemble.training.program import Chunk, Knobs, Phase, Program, Rows, Shape, Trained, program_for

SECONDS_PER_CHUNK = 0.1
NUMBERS_AT_ONCE = 2**20


def train(
    config: EnsembleConfig,
    data: Dataset,
    on_progress: Callable[[Run], None] | None = None,
    stop: threading.Event | None = None,
    epochs_per_second: float | None = None,
    may_wait: Callable[[float], bool] = lambda fastest: True,
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
        Once set, training ends within one chunk of epochs, and where an epoch is long within a part of it; the run then holds
        the whole epochs up to there.
    epochs_per_second : float, optional
        Train no faster than this, epoch by epoch, so that people can watch.
    may_wait : callable, optional
        Asked before each wait with the epochs per second that training has reached at best without waiting, 0 before the second
        epoch; where it says no, training goes on at once.

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

    def tell(runs: list[Run]) -> None:
        if on_progress:
            on_progress(runs[0])

    return _train([config], [data], tell, stop, epochs_per_second, may_wait)[0]


def train_together(
    configs: Sequence[EnsembleConfig], datasets: Sequence[Dataset], stop: threading.Event | None = None
) -> list[Run]:
    """Train several runs side by side in one program: each gives what ``train`` gives, to the rounding of float32.

    Parameters
    ----------
    configs : sequence of EnsembleConfig
        All of one ``kind``.
    datasets : sequence of Dataset
        The rows of each.
    stop : threading.Event, optional
        Once set, training ends within one chunk of epochs.

    Returns
    -------
    list of Run
        In the order of the configurations, each with a status of its own as ``train`` gives it.

    Raises
    ------
    InputError
        If the runs are of different kinds.

    Examples
    --------
    >>> from ensemble import EnsembleConfig, load_dataset
    >>> from ensemble.training.loop import train_together
    >>> configs = EnsembleConfig(epochs=2).with_other_seeds(3)
    >>> [run.config.seed for run in train_together(configs, [load_dataset("wine")] * 3)]
    [0, 1, 2]
    """
    if len({kind(config, data) for config, data in zip(configs, datasets, strict=True)}) != 1:
        raise InputError("Runs that are trained together need one network, one number of epochs and rows of one shape.")
    return _train(configs, datasets, lambda runs: None, stop)


def kind(config: EnsembleConfig, data: Dataset) -> Hashable:
    """What runs have in common that can be trained together."""
    return Shape.of(config, data), config.epochs, config.bootstrap_share


def is_compiled(config: EnsembleConfig, data: Dataset, runs: int = 1) -> bool:
    """Whether a run of this kind, or so many together, can start at once."""
    return program_for(Shape.of(config, data, runs)).compiled


def untrained_run(config: EnsembleConfig, data: Dataset) -> Run:
    """The run before its first epoch, with the initial weights that its seed decides."""
    return Run.before_training(config, data, initial_weights(config, data.features, data.classes))


def _train(
    configs: Sequence[EnsembleConfig],
    datasets: Sequence[Dataset],
    on_progress: Callable[[list[Run]], None],
    stop: threading.Event | None,
    epochs_per_second: float | None = None,
    may_wait: Callable[[float], bool] = lambda fastest: True,
) -> list[Run]:
    stop = stop or threading.Event()
    program = program_for(Shape.of(configs[0], datasets[0], len(configs)))
    runs = [untrained_run(config, data) for config, data in zip(configs, datasets, strict=True)]
    rows = _rows(datasets)
    weights = tf.constant(np.stack([program.flatten(run.weights) for run in runs]))
    total, epoch, started, fastest = configs[0].total_epochs, 0, time.monotonic(), 0.0

    for draws, knobs in _phases(configs, program):
        slots, before, chunk = tf.constant(program.empty_slots()), epoch, 1
        while epoch < before + configs[0].epochs:
            if epochs_per_second and may_wait(fastest):
                stop.wait(started + epoch / epochs_per_second - time.monotonic())
            if stop.is_set():
                return [_stopped(run) for run in runs]
            epochs = min(chunk, before + configs[0].epochs - epoch)
            step = (epoch - before) * int(knobs.phase.steps)
            chunk_started = time.monotonic()
            trained = program(weights, slots, step, epochs, rows, _chunk(draws, epochs, program), knobs, stop)
            if trained is None:
                return [_stopped(run) for run in runs]
            weights, slots, epoch = trained.weights, trained.slots, epoch + epochs
            runs = [_after(run, place, trained, program, epoch) for place, run in enumerate(runs)]
            if epoch > epochs:  # the first chunk compiles
                fastest = max(fastest, epochs / max(time.monotonic() - chunk_started, 1e-9))
            if not epochs_per_second:
                chunk = _next_chunk(chunk, time.monotonic() - chunk_started, program.shape.epochs_per_chunk)
            if epoch == total:
                runs = [run.ended("finished") if run.status == "training" else run for run in runs]
            on_progress(runs)
            if all(run.status != "training" for run in runs):
                return runs
    return runs


def _after(run: Run, place: int, trained: Trained, program: Program, epoch: int) -> Run:
    """One run of several after a chunk that was to bring it to this epoch."""
    if run.status == "diverged":
        return run
    done = int(trained.epochs[place])
    run = run.extended(
        weights=program.unflatten(trained.weights[place].numpy(), run.config.members),
        curves=trained.curves[place].numpy()[:done],
        test_log_proba=trained.log_proba[place].numpy()[:done],
    )
    return run if run.epochs == epoch else run.ended("diverged", _divergence(run))


def _stopped(run: Run) -> Run:
    if run.status == "diverged":
        return run
    return run.ended("stopped", f"Stopped after epoch {run.epochs} of {run.config.total_epochs}.")


def _rows(datasets: Sequence[Dataset]) -> Rows:
    def stacked(name: str, kind: type) -> Any:
        return tf.constant(np.stack([getattr(data, name).astype(kind) for data in datasets]))

    return Rows(
        x_train=stacked("x_train", np.float32),
        y_train=stacked("y_train", np.int32),
        x_test=stacked("x_test", np.float32),
        y_test=stacked("y_test", np.int32),
    )


Draws = Iterator[tuple[np.ndarray, np.ndarray]]


class _Part(NamedTuple):
    """What one run draws in a phase of its training, and what is particular to that phase."""

    draws: Draws
    rows: int
    rate: float
    heard: np.ndarray | None = None


def _phases(configs: Sequence[EnsembleConfig], program: Program) -> Iterator[tuple[list[Draws], Knobs]]:
    """What is trained one after the other: all weights; for a bootstrap the members, and then the glue."""
    for parts in zip(*(_parts(config, program.shape) for config in configs), strict=True):
        yield [part.draws for part in parts], _knobs(configs, parts, program)


def _parts(config: EnsembleConfig, shape: Shape) -> Iterator[_Part]:
    masks_from, batches_from = dropout_rng(config), batch_rng(config)
    dropout = partial(_dropout_masks, masks_from, config.dropout, config, shape)
    if config.training != "bootstrap":
        rows = np.tile(np.arange(shape.train_rows, dtype=np.int32), (min(shape.batch_orders, config.members), 1))
        yield _Part(_draw_epochs(batches_from, rows, dropout, shape), rows.shape[1], config.dropout)
        return
    samples = bootstrap_rows(config, shape.train_rows)
    yield _Part(_draw_epochs(batches_from, samples, dropout, shape), samples.shape[1], config.dropout)
    rows = np.arange(shape.train_rows, dtype=np.int32)[None]
    no_dropout = partial(_dropout_masks, masks_from, 0.0, config, shape)
    heard = _heard_by_the_glue(config, shape)
    yield _Part(_draw_epochs(batches_from, rows, no_dropout, shape), shape.train_rows, 0.0, heard)


def _knobs(configs: Sequence[EnsembleConfig], parts: Sequence[_Part], program: Program) -> Knobs:
    shape, rows = program.shape, parts[0].rows
    filled = (np.arange(shape.steps * shape.batch_size) < rows).astype(np.float32).reshape(shape.steps, shape.batch_size)
    nobody = np.zeros((shape.members, shape.train_rows, 1), np.float32)
    phase = Phase(
        trained=tf.constant(program.trained_weights(glue=parts[0].heard is not None)),
        filled=tf.constant(filled),
        steps=tf.constant(-(-rows // shape.batch_size)),
        heard=tf.constant(np.stack([nobody if part.heard is None else part.heard for part in parts])),
    )
    members = np.array([config.members for config in configs])
    alive = (np.arange(shape.members) < members[:, None]).astype(np.float32)[:, :, None, None]

    def for_each(values: list[float]) -> Any:
        return tf.constant(np.array(values, np.float32))

    return Knobs(
        alive=tf.constant(alive),
        loudness=1 / for_each([1 - part.rate for part in parts]),
        learning_rate=for_each([config.learning_rate for config in configs]),
        label_smoothing=for_each([config.label_smoothing for config in configs]),
        phase=phase,
    )


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
    keep = np.zeros((shape.steps, shape.members, shape.batch_size, shape.hidden_units), np.bool_)
    # Part by part, so that the random numbers of a large epoch are never all in memory; they are the same.
    for steps in np.array_split(keep, min(shape.steps, 1 + keep.size // NUMBERS_AT_ONCE)):
        real = (len(steps), config.members, shape.batch_size, shape.hidden_units)
        steps[:, : config.members] = dropout_mask(rng, rate, real)
    return keep


def _chunk(draws: Sequence[Draws], epochs: int, program: Program) -> Chunk:
    shape = program.shape
    first = (shape.runs, shape.epochs_per_chunk, shape.steps)
    batches = np.zeros((*first, shape.batch_orders, shape.batch_size), np.int32)
    keep = np.zeros((*first, shape.members, shape.batch_size, shape.hidden_units), np.bool_)
    for place, of_run in enumerate(draws):
        for epoch in range(epochs):
            batches[place, epoch], keep[place, epoch] = next(of_run)
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
