"""What a program is called with: configuration, rows and seed become arrays. Nothing else in ``training`` draws at random.

In the order in which ``loop`` asks for them: ``program_key``, ``initial_weights``, ``flatten``, and from each of the ``phases``
the ``ChunkInputs``, chunk by chunk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.probability.class_weights import balanced_weights
from ensemble.rng import batch_order, batch_rng, bootstrap_rows, dropout_mask, dropout_rng, initialization_rng, out_of_bag
from ensemble.runs.weights import Weights, split_vector, weight_count, weight_shapes
from ensemble.training.program import ProgramKey
from ensemble.training.records import ChunkInputs, RandomDraws, RunArguments, TrainingRows

PADDED_MEMBERS = (1, 4, 10, 16, 24, 32)
MAX_NUMBERS_AT_ONCE = 2**20


def program_key(config: EnsembleConfig, data: Dataset, runs: int = 1) -> ProgramKey:
    """The key of the program that trains so many runs of this configuration together."""
    return ProgramKey(
        runs=runs,
        training=config.training,
        outputs=config.outputs,
        class_weights=config.class_weights,
        members=next(size for size in PADDED_MEMBERS if size >= config.members),
        hidden_layers=config.hidden_layers,
        hidden_units=config.hidden_units,
        activation=config.activation,
        optimizer=config.optimizer,
        batch_size=min(config.batch_size, len(data.y_train)),
        train_rows=len(data.y_train),
        test_rows=len(data.y_test),
        features=data.features,
        classes=data.classes,
    )


def initial_weights(config: EnsembleConfig, features: int, classes: int) -> Weights:
    """Glorot uniform kernels and zero biases, each with the fans that a separate Keras Dense layer would have.

    The combiner of a bootstrap begins as the mean of the members' outputs.

    Parameters
    ----------
    config : EnsembleConfig
        Its seed decides the draw.
    features, classes : int
        Width of a row and number of classes.

    Returns
    -------
    tuple of ndarray
        In the order of ``ensemble.runs.weights``.

    References
    ----------
    Glorot, X. and Bengio, Y. (2010). Understanding the difficulty of training deep feedforward neural networks.
    """
    rng = initialization_rng(config)
    members, units = config.members, config.hidden_units

    def kernel(inputs: int, outputs: int, fan_in: int) -> NDArray[np.float32]:
        limit = np.sqrt(6 / (fan_in + outputs))
        return rng.uniform(-limit, limit, (members, inputs, outputs)).astype(np.float32)

    weights: list[NDArray[np.float32]] = []
    for inputs in [features] + [units] * (config.hidden_layers - 1):
        weights += [kernel(inputs, units, inputs), np.zeros((members, 1, units), np.float32)]
    joint = config.training == "joint"
    weights.append(kernel(units, classes, units * members if joint else units))
    weights.append(np.zeros((classes,) if joint else (members, 1, classes), np.float32))
    if config.training == "bootstrap":
        weights.append(np.tile(np.eye(classes, dtype=np.float32) / members, (members, 1, 1)))
        weights.append(np.zeros((classes,), np.float32))
    return tuple(weights)


def flatten(weights_of_runs: Sequence[Weights], key: ProgramKey) -> Any:
    """Weights of several runs as a tensor (runs, weights), with zeros for the padding."""
    vectors = np.zeros((key.runs, weight_count(key, key.features, key.classes)), np.float32)
    for vector, weights in zip(vectors, weights_of_runs, strict=True):
        for view, weight in zip(_views(vector, key), weights, strict=True):
            view[tuple(slice(length) for length in weight.shape)] = weight
    return tf.constant(vectors)


def unflatten(vector: Any, key: ProgramKey, members: int) -> Weights:
    """The reverse of ``flatten`` for one run with so many members."""
    views = _views(np.asarray(vector), key)
    return tuple((view[:members] if view.ndim == 3 else view).copy() for view in views)


def _views(vector: NDArray[np.float32], key: ProgramKey) -> Weights:
    return split_vector(vector, weight_shapes(key, key.features, key.classes))


def _training_rows(datasets: Sequence[Dataset]) -> TrainingRows:
    """The rows of each run, stacked; they have to be of one shape."""

    def stacked(name: str, dtype: type) -> Any:
        return tf.constant(np.stack([getattr(data, name).astype(dtype) for data in datasets]))

    return TrainingRows(
        x_train=stacked("x_train", np.float32),
        y_train=stacked("y_train", np.int32),
        x_test=stacked("x_test", np.float32),
        y_test=stacked("y_test", np.int32),
    )


class Phase:
    """Epochs that train the same weights of one or several runs.

    Attributes
    ----------
    arguments : RunArguments
        The same for all epochs.
    """

    def __init__(self, key: ProgramKey, rows: TrainingRows, arguments: RunArguments, runs: Sequence[_RunDraws]):
        self.arguments = arguments
        self._key, self._rows, self._runs = key, rows, runs
        self._epochs_drawn = 0

    def next_chunk(self, epochs: int) -> ChunkInputs:
        """What the next epochs are trained with, at most ``key.epochs_per_chunk`` of them; their draws are made here."""
        steps_before = self._epochs_drawn * int(self.arguments.steps)
        self._epochs_drawn += epochs
        return ChunkInputs(
            epochs=tf.constant(epochs),
            steps_before=tf.constant(steps_before, tf.float32),
            rows=self._rows,
            draws=self._draw(epochs),
            arguments=self.arguments,
        )

    def _draw(self, epochs: int) -> RandomDraws:
        """Zeros stand in place of further epochs and of the padding."""
        key = self._key
        axes = (key.runs, key.epochs_per_chunk, key.steps)
        batch_rows = np.zeros((*axes, key.batch_orders, key.batch_size), np.int32)
        mask = np.zeros((*axes, key.members, key.batch_size, key.hidden_units), np.bool_)
        for run, draws in enumerate(self._runs):
            draws.batch_rows(batch_rows[run, :epochs])
            draws.dropout_mask(mask[run, :epochs])
        return RandomDraws(tf.constant(batch_rows), tf.constant(mask))


class _RunPhase(NamedTuple):
    """What a phase is for one run.

    Attributes
    ----------
    rows : ndarray of shape (batch orders, n)
        Indices of the training rows that each epoch shuffles.
    dropout : float
        Rate.
    out_of_bag_weight : ndarray of shape (members, train rows, 1), optional
        Where the combiner is trained; None where all else is.
    """

    rows: NDArray[np.int32]
    dropout: float
    out_of_bag_weight: NDArray[np.float32] | None = None


class _RunDraws(NamedTuple):
    """What is drawn for one run in one phase: for several epochs at once the same as epoch by epoch.

    The arrays that are filled begin as zeros; nothing is drawn for the padding.
    """

    order_rng: np.random.Generator
    mask_rng: np.random.Generator
    phase: _RunPhase
    members: int

    def batch_rows(self, rows: NDArray[np.int32]) -> None:
        """Fill in the rows of batches: (epochs, steps, batch orders, batch)."""
        epochs, steps, batch_orders, batch = rows.shape
        orders, n = self.phase.rows.shape
        order = batch_order(self.order_rng, epochs * orders, n).reshape(epochs, orders, n)
        shuffled = np.zeros((epochs, batch_orders, steps * batch), np.int32)
        shuffled[:, : batch_orders if orders == 1 else orders, :n] = np.take_along_axis(self.phase.rows[None], order, axis=2)
        rows[:] = shuffled.reshape(epochs, batch_orders, steps, batch).swapaxes(1, 2)

    def dropout_mask(self, mask: NDArray[np.bool_]) -> None:
        """Fill in dropout masks: (epochs, steps, members, batch, hidden units)."""
        by_step = mask.reshape(-1, *mask.shape[2:])
        # In parts, so that the random numbers of a large epoch are never all in memory; they are the same.
        for part in np.array_split(by_step, min(len(by_step), 1 + mask.size // MAX_NUMBERS_AT_ONCE)):
            part[:, : self.members] = dropout_mask(self.mask_rng, self.phase.dropout, part[:, : self.members].shape)


def phases(configs: Sequence[EnsembleConfig], datasets: Sequence[Dataset], key: ProgramKey) -> Iterator[Phase]:
    """The phases of training, in their order: one for all weights; with "bootstrap" the members, then the combiner.

    A run's generators go on from phase to phase, so that one phase has to be drawn to its end before the next is begun.
    """
    rows = _training_rows(datasets)
    generators = [(batch_rng(config), dropout_rng(config)) for config in configs]
    for run_phases in zip(*(_run_phases(config, key) for config in configs), strict=True):
        draws = [
            _RunDraws(*rngs, run_phase, config.members)
            for rngs, run_phase, config in zip(generators, run_phases, configs, strict=True)
        ]
        yield Phase(key, rows, _run_arguments(configs, datasets, run_phases, key), draws)


def _run_phases(config: EnsembleConfig, key: ProgramKey) -> list[_RunPhase]:
    all_rows = np.arange(key.train_rows, dtype=np.int32)
    if config.training != "bootstrap":
        return [_RunPhase(np.tile(all_rows, (min(key.batch_orders, config.members), 1)), config.dropout)]
    return [
        _RunPhase(bootstrap_rows(config, key.train_rows), config.dropout),
        _RunPhase(all_rows[None], 0.0, _out_of_bag_weight(config, key)),
    ]


def _out_of_bag_weight(config: EnsembleConfig, key: ProgramKey) -> NDArray[np.float32]:
    """members / (members that were not trained on the row) for each of those members, 0 for the others and for padding."""
    outside = out_of_bag(config, key.train_rows)
    weight = np.zeros((key.members, key.train_rows, 1), np.float32)
    weight[: config.members, :, 0] = outside * config.members / np.maximum(outside.sum(axis=0), 1)
    return weight


def _run_arguments(
    configs: Sequence[EnsembleConfig], datasets: Sequence[Dataset], run_phases: Sequence[_RunPhase], key: ProgramKey
) -> RunArguments:
    members = np.array([config.members for config in configs])
    member_mask = (np.arange(key.members) < members[:, None]).astype(np.float32)[:, :, None, None]
    rows = run_phases[0].rows.shape[1]
    batch_mask = (np.arange(key.steps * key.batch_size) < rows).astype(np.float32).reshape(key.steps, key.batch_size)
    no_combiner = np.zeros((key.members, key.train_rows, 1), np.float32)
    class_weights = np.ones((key.runs, key.classes), np.float32)
    if key.class_weights == "balanced":
        class_weights = np.stack([balanced_weights(data.y_train, key.classes) for data in datasets]).astype(np.float32)
    weights_of_phases = [phase.out_of_bag_weight for phase in run_phases]
    fit_shares = [_fit_shares(config, phase, key) for config, phase in zip(configs, run_phases, strict=True)]

    def for_each_run(values: list[float]) -> NDArray[np.float32]:
        return np.array(values, np.float32)

    return RunArguments(
        member_mask=tf.constant(member_mask),
        keep_rate=tf.constant(for_each_run([1 - phase.dropout for phase in run_phases])),
        learning_rate=tf.constant(for_each_run([config.learning_rate for config in configs])),
        label_smoothing=tf.constant(for_each_run([config.label_smoothing for config in configs])),
        class_weights=tf.constant(class_weights),
        trainable_mask=tf.constant(_trainable_mask(run_phases[0], key)),
        steps=tf.constant(-(-rows // key.batch_size)),
        batch_mask=tf.constant(batch_mask),
        out_of_bag_weight=tf.constant(np.stack([no_combiner if one is None else one for one in weights_of_phases])),
        fit_shares=tf.constant(np.stack(fit_shares)),
    )


def _fit_shares(config: EnsembleConfig, phase: _RunPhase, key: ProgramKey) -> NDArray[np.float32]:
    """The mean over the losses that are trained in this phase: (losses,)."""
    if config.training == "joint":
        return np.ones(1, np.float32)
    of_members = np.where(np.arange(key.members) < config.members, 1 / config.members, 0).astype(np.float32)
    if config.training == "independent":
        return of_members
    is_combiner = phase.out_of_bag_weight is not None
    return np.append(of_members * (not is_combiner), np.float32(is_combiner)).astype(np.float32)


def _trainable_mask(run_phase: _RunPhase, key: ProgramKey) -> NDArray[np.float32]:
    """1 for every weight; with "bootstrap" for those of the members first, then for those of the combiner, the last ones."""
    mask = np.ones(weight_count(key, key.features, key.classes), np.float32)
    if key.training == "bootstrap":
        members = mask.size - (key.members * key.classes + 1) * key.classes
        mask[slice(members, None) if run_phase.out_of_bag_weight is None else slice(members)] = 0
    return mask
