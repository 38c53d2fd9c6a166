"""The compiled training programs: a chunk of epochs of one or several runs of one network inside one XLA program.

A program serves every run of its shape. Weights and optimiser slots are arguments, flattened into one vector each; batches and
dropout masks are drawn before the loop; dropout, learning rate, label smoothing, seed and number of epochs are arguments too.
Every argument that a run has for itself has a leading axis over the runs that are trained together.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.runs.budget import ROWS_WORTH_AN_UPDATE
from ensemble.training.network import EnsembleNetwork
from ensemble.training.optimizers import RULES

PADDED_SIZES = (4, 10, 16, 24, 32)
MAX_EPOCHS_PER_CHUNK = 25
MAX_MASK_BYTES = 32 * 2**20
MAX_PROGRAMS = 16
MULTIPLICATIONS_PER_PART = 1.5e9


class Shape(NamedTuple):
    """What XLA has to know before it compiles; ``runs`` are trained together."""

    runs: int
    training: str
    outputs: str
    members: int
    hidden_layers: int
    hidden_units: int
    activation: str
    optimizer: str
    batch_size: int
    train_rows: int
    test_rows: int
    features: int
    classes: int

    @classmethod
    def of(cls, config: EnsembleConfig, data: Dataset, runs: int = 1) -> Shape:
        return cls(
            runs=runs,
            training=config.training,
            outputs=config.outputs,
            members=next(size for size in PADDED_SIZES if size >= config.members),
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

    @property
    def steps(self) -> int:
        """Training steps in an epoch, the last short batch included."""
        return -(-self.train_rows // self.batch_size)

    @property
    def epochs_per_chunk(self) -> int:
        if self.steps > self.steps_per_part:
            return 1
        mask_bytes = self.runs * self.steps * self.members * self.batch_size * self.hidden_units
        return max(1, min(MAX_EPOCHS_PER_CHUNK, MAX_MASK_BYTES // mask_bytes))

    @property
    def steps_per_part(self) -> int:
        """After how many steps of a long epoch one looks whether the run is to stop: about every second."""
        layers = [self.features, *[self.hidden_units] * self.hidden_layers, self.classes]
        weights = self.members * sum(inputs * outputs for inputs, outputs in pairwise(layers))
        return max(1, int(MULTIPLICATIONS_PER_PART / (self.runs * weights * (self.batch_size + ROWS_WORTH_AN_UPDATE))))

    @property
    def batch_orders(self) -> int:
        """Joint members see the same batches; independent ones each see their own."""
        return 1 if self.training == "joint" else self.members


class Rows(NamedTuple):
    """The data as tensors, one set of rows for each run."""

    x_train: Any
    y_train: Any
    x_test: Any
    y_test: Any


class Phase(NamedTuple):
    """What is trained, and on which rows; a bootstrap trains its members first, and then its glue.

    ``trained`` (weights,) is 1 for each weight that moves, ``filled`` (steps, batch) is 1 where a batch holds a row, ``steps``
    is the number of batches that hold any. In run r the glue of a bootstrap hears member m on training row i with the weight
    ``heard[r, m, i]``.
    """

    trained: Any
    filled: Any
    steps: Any
    heard: Any


class Chunk(NamedTuple):
    """The random draws of a chunk of epochs.

    ``batches`` (runs, epochs, steps, batch orders, batch) holds row numbers, ``keep`` (runs, epochs, steps, members, batch,
    units) is true where a unit passes; it does not in padded members.
    """

    batches: Any
    keep: Any


class Knobs(NamedTuple):
    """Numbers that a run may choose without a new compilation.

    ``alive`` (runs, members, 1, 1) is 0 for padded members; ``loudness``, ``learning_rate`` and ``label_smoothing`` (runs,) are
    a number for each run. Units that dropout lets pass are multiplied by ``loudness``.
    """

    alive: Any
    loudness: Any
    learning_rate: Any
    label_smoothing: Any
    phase: Phase


class Batches(NamedTuple):
    """What a chunk of epochs draws its batches from, and the number of training steps before it."""

    x: Any
    targets: Any
    chunk: Chunk
    steps_before: Any


class Trained(NamedTuple):
    """What a chunk returns, run by run; of run r only the first ``epochs[r]`` rows of ``curves`` and ``log_proba`` count."""

    weights: Any
    slots: Any
    epochs: Any
    curves: Any
    log_proba: Any


class Program:
    """The compiled program of one shape; safe to call from several threads."""

    def __init__(self, shape: Shape):
        self.shape = shape
        self.traces = 0
        self.compiled = False
        config = EnsembleConfig(
            hidden_layers=shape.hidden_layers,
            hidden_units=shape.hidden_units,
            activation=shape.activation,
            training=shape.training,
            outputs=shape.outputs,
        )
        self._network = EnsembleNetwork(shape.members, shape.features, shape.classes, config)
        self._shapes = [tuple(variable.shape) for variable in self._network.trainable_variables]
        self._sizes = [int(np.prod(one)) for one in self._shapes]
        self._rule = RULES[shape.optimizer]
        # Loops are written out: translating Python's own would take longer than the compilation.
        self._run = tf.function(self._run_chunk, jit_compile=True, autograph=False)
        self._run_part = tf.function(self._run_steps, jit_compile=True, autograph=False)

    def flatten(self, weights: tuple[np.ndarray, ...]) -> np.ndarray:
        """Weights of one run as a vector, with zeros for the padded members."""
        padded = np.zeros(sum(self._sizes), np.float32)
        for view, weight in zip(self._views(padded), weights, strict=True):
            view[tuple(slice(length) for length in weight.shape)] = weight
        return padded

    def unflatten(self, vector: np.ndarray, members: int) -> tuple[np.ndarray, ...]:
        """The reverse of ``flatten`` for one run with so many members."""
        return tuple((view[:members] if view.ndim == 3 else view).copy() for view in self._views(np.asarray(vector)))

    def trained_weights(self, glue: bool) -> np.ndarray:
        """1 for every weight, or only for those of a bootstrap's glue."""
        parts = [np.zeros(shape, np.float32) for shape in self._shapes]
        for part in parts[-2:] if glue else parts:
            part[...] = 1
        return np.concatenate([part.ravel() for part in parts])

    def empty_slots(self) -> np.ndarray:
        """The optimiser's state before the first step."""
        return np.zeros((self._rule.slots, self.shape.runs, sum(self._sizes)), np.float32)

    def __call__(
        self,
        weights: Any,
        slots: Any,
        step: float,
        epochs: int,
        rows: Rows,
        chunk: Chunk,
        knobs: Knobs,
        stop: threading.Event | None = None,
    ) -> Trained | None:
        """Train a chunk of epochs; None if ``stop`` was set within a long epoch, whose steps are then lost."""
        before, first, steps = (weights, slots), 0, int(knobs.phase.steps)
        so_far, part = tf.constant(step, tf.float32), self.shape.steps_per_part
        while steps - first > part:
            weights, slots = self._run_part(weights, slots, so_far, tf.constant([first, first + part]), rows, chunk, knobs)
            first += part
            if stop and stop.is_set():
                return None
        trained = self._run(weights, slots, so_far, tf.constant(epochs), tf.constant(first), rows, chunk, knobs)
        self.compiled = True
        return trained if first == 0 else _unless_diverged(trained, *before)

    def _views(self, vector: np.ndarray) -> list[np.ndarray]:
        ends = np.cumsum(self._sizes)
        return [
            vector[end - size : end].reshape(shape) for end, size, shape in zip(ends, self._sizes, self._shapes, strict=True)
        ]

    def _forward(self, vector: Any, x: Any, keep: Any, alive: Any, heard: Any) -> tuple[Any, Any]:
        weights = [tf.reshape(part, shape) for part, shape in zip(tf.split(vector, self._sizes), self._shapes, strict=True)]
        (scores, logits), _ = self._network.stateless_call(weights, [], x, keep, alive, heard)
        return scores, logits

    def _training_loss(self, vector: Any, x: Any, target: Any, filled: Any, keep: Any, heard: Any, alive: Any) -> Any:
        """Mean loss over the rows of a batch; members that learn alone add up, each with its own."""
        scores, _ = self._forward(vector, x, keep, alive, heard)
        counts = alive[:, :, 0]
        if self.shape.training == "joint":
            counts = tf.ones((1, 1))
        elif self.shape.training == "bootstrap":
            target = tf.concat([target, target[:1]], axis=0)
            heard_by_anyone = tf.reduce_max(heard, axis=0)[None, :, 0] > 0
            counts = tf.concat([counts * tf.ones_like(heard[:, :, 0]), tf.cast(heard_by_anyone, tf.float32)], axis=0)
        per_row = LOSSES[self.shape.outputs](target, scores) * counts
        return tf.reduce_sum(per_row * filled) / tf.reduce_sum(filled)

    def _measure(self, weights: Any, x: Any, y: Any, alive: Any) -> tuple[Any, Any]:
        """Losses and accuracies of training and test rows, and the log-probabilities of the latter, dropout off.

        ``x`` and ``y`` hold the training rows, then the test rows: one pass takes half as long to compile as two.
        """
        log_proba = tf.nn.log_softmax(self._forward(weights, x[None], alive, alive, alive)[1])
        losses = -tf.gather(log_proba, y, batch_dims=1)
        hits = tf.cast(tf.equal(tf.argmax(log_proba, axis=-1, output_type=tf.int32), y), tf.float32)
        n = self.shape.train_rows
        return tf.stack([tf.reduce_mean(part) for part in (losses[:n], losses[n:], hits[:n], hits[n:])]), log_proba[n:]

    def _for_each_run(self, act: Callable[..., Any], *arguments: Any) -> Any:
        """What ``act`` makes of every run's part of the arguments."""
        if self.shape.runs > 1:
            return tf.vectorized_map(lambda parts: act(*parts), arguments)
        return tf.nest.map_structure(lambda result: result[None], act(*(argument[0] for argument in arguments)))

    def _gradient(self, weights: Any, x: Any, targets: Any, rows: Any, keep: Any, heard: Any, alive: Any, filled: Any) -> Any:
        x, targets, heard = tf.gather(x, rows), tf.gather(targets, rows), tf.gather(heard, rows[0], axis=1)
        with tf.GradientTape() as tape:
            tape.watch(weights)
            loss = self._training_loss(weights, x, targets, filled, keep, heard, alive)
        return tape.gradient(loss, weights)

    def _train_steps(
        self, weights: Any, slots: Any, epoch: Any, first: Any, last: Any, data: Batches, knobs: Knobs
    ) -> tuple[Any, Any]:
        phase, loudness = knobs.phase, knobs.loudness[:, None, None, None]

        def train_batch(number: Any, weights: Any, slots: Any) -> tuple[Any, Any, Any]:
            rows = data.chunk.batches[:, epoch, number]
            keep = tf.cast(data.chunk.keep[:, epoch, number], tf.float32) * loudness
            gradient = self._for_each_run(
                partial(self._gradient, filled=phase.filled[number]),
                *(weights, data.x, data.targets, rows, keep, phase.heard, knobs.alive),
            )
            step = data.steps_before + tf.cast(epoch * phase.steps + number + 1, tf.float32)
            rates = knobs.learning_rate[:, None]
            moved, new_slots = self._rule.update(weights, gradient, tuple(tf.unstack(slots)), rates, step)
            if self.shape.training == "bootstrap":
                moved = tf.where(phase.trained > 0, moved, weights)
            return number + 1, moved, tf.stack(new_slots)

        def more(number: Any, *_: Any) -> Any:
            return number < last

        _, weights, slots = tf.while_loop(more, train_batch, (first, weights, slots))
        return weights, slots

    def _batches(self, rows: Rows, chunk: Chunk, step: Any, knobs: Knobs) -> Batches:
        smoothing = knobs.label_smoothing[:, None, None]
        targets = tf.one_hot(rows.y_train, self.shape.classes) * (1 - smoothing) + smoothing / self.shape.classes
        return Batches(rows.x_train, targets, chunk, step)

    def _run_steps(
        self, weights: Any, slots: Any, step: Any, ends: Any, rows: Rows, chunk: Chunk, knobs: Knobs
    ) -> tuple[Any, Any]:
        """Some steps of one epoch, for which it takes a program of its own: nothing is measured after them."""
        return self._train_steps(
            weights, slots, tf.constant(0), ends[0], ends[1], self._batches(rows, chunk, step, knobs), knobs
        )

    def _run_chunk(
        self, weights: Any, slots: Any, step: Any, epochs: Any, first: Any, rows: Rows, chunk: Chunk, knobs: Knobs
    ) -> Trained:
        """Epochs from the step ``first`` of the first of them on; only where that is 0 there may be several."""
        self.traces += 1
        data = self._batches(rows, chunk, step, knobs)
        x, y = tf.concat([rows.x_train, rows.x_test], axis=1), tf.concat([rows.y_train, rows.y_test], axis=1)

        def train_epoch(epoch: Any, done: Any, weights: Any, slots: Any, curves: Any, log_probas: Any) -> tuple[Any, ...]:
            new_weights, new_slots = self._train_steps(weights, slots, epoch, first, knobs.phase.steps, data, knobs)
            measured, log_proba = self._for_each_run(self._measure, new_weights, x, y, knobs.alive)
            # A run whose losses are no longer finite stays where it was, while the others go on.
            good = tf.logical_and(done == epoch, tf.reduce_all(tf.math.is_finite(measured), axis=1))
            weights = tf.where(good[:, None], new_weights, weights)
            slots = tf.where(good[None, :, None], new_slots, slots)
            curves, log_probas = curves.write(epoch, measured), log_probas.write(epoch, log_proba)
            return epoch + 1, done + tf.cast(good, tf.int32), weights, slots, curves, log_probas

        def more(epoch: Any, done: Any, *_: Any) -> Any:
            return tf.logical_and(epoch < epochs, tf.reduce_any(done == epoch))

        empty = [tf.TensorArray(tf.float32, self.shape.epochs_per_chunk) for _ in ("curves", "log_probas")]
        _, done, weights, slots, curves, log_probas = tf.while_loop(
            more, train_epoch, (tf.constant(0), tf.zeros(self.shape.runs, tf.int32), weights, slots, *empty)
        )
        return Trained(weights, slots, done, _by_run(curves), _by_run(log_probas))


def _unless_diverged(trained: Trained, weights: Any, slots: Any) -> Trained:
    """The state before an epoch that was trained in parts, for the runs whose losses were not finite after it."""
    good = trained.epochs > 0
    return trained._replace(
        weights=tf.where(good[:, None], trained.weights, weights), slots=tf.where(good[None, :, None], trained.slots, slots)
    )


def _by_run(epochs: Any) -> Any:
    stacked = epochs.stack()
    return tf.transpose(stacked, [1, 0, *range(2, len(stacked.shape))])


LOSSES = {
    "softmax": tf.nn.softmax_cross_entropy_with_logits,
    "sigmoid": lambda target, scores: tf.reduce_mean(
        tf.nn.sigmoid_cross_entropy_with_logits(tf.broadcast_to(target, tf.shape(scores)), scores), axis=-1
    ),
    "linear": lambda target, scores: tf.reduce_mean(tf.square(scores - target), axis=-1),
}

_programs: OrderedDict[Shape, Program] = OrderedDict()
_lock = threading.Lock()


def program_for(shape: Shape) -> Program:
    """The program of a shape, from a cache of the sixteen that were used last."""
    with _lock:
        program = _programs.pop(shape, None) or Program(shape)
        _programs[shape] = program
        while len(_programs) > MAX_PROGRAMS:
            _programs.popitem(last=False)
        return program
