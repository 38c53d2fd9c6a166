"""The compiled step: a chunk of epochs of one or several runs inside one XLA program, which knows arrays only.

A program serves every run of its key. Weights and optimiser slots are arguments, flattened into one vector each; batches and
dropout masks are drawn before the loop; dropout, learning rate and label smoothing are arguments too. Every argument that
differs between runs has a leading axis over the runs that are trained together.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import tensorflow as tf

from ensemble.runs.budget import ROWS_WORTH_AN_UPDATE
from ensemble.runs.weights import weight_shapes
from ensemble.training.network import EnsembleNetwork
from ensemble.training.optimizers import RULES

MAX_EPOCHS_PER_CHUNK = 25
MAX_MASK_BYTES = 32 * 2**20
MAX_PROGRAMS = 16
MULTIPLICATIONS_PER_PART = 1.5e9


class ProgramKey(NamedTuple):
    """What XLA has to know before it compiles.

    ``runs`` are trained together; ``members`` is the padded number of members, ``batch_size`` at most the training rows. The
    other fields are those of ``EnsembleConfig`` and sizes of the data.
    """

    runs: int
    training: str
    outputs: str
    class_weights: str
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

    @property
    def steps(self) -> int:
        """Training steps in an epoch, the last short batch included."""
        return -(-self.train_rows // self.batch_size)

    @property
    def epochs_per_chunk(self) -> int:
        """The most epochs that one call trains, so that their dropout masks stay below 32 MiB."""
        if self.steps > self.steps_per_part:
            return 1
        mask_bytes = self.runs * self.steps * self.members * self.batch_size * self.hidden_units
        return max(1, min(MAX_EPOCHS_PER_CHUNK, MAX_MASK_BYTES // mask_bytes))

    @property
    def steps_per_part(self) -> int:
        """After how many steps of a long epoch the stop event is read: about every second."""
        layers = [self.features, *[self.hidden_units] * self.hidden_layers, self.classes]
        weights = self.members * sum(inputs * outputs for inputs, outputs in pairwise(layers))
        return max(1, int(MULTIPLICATIONS_PER_PART / (self.runs * weights * (self.batch_size + ROWS_WORTH_AN_UPDATE))))

    @property
    def batch_orders(self) -> int:
        """Joint members are trained on the same batches, others each on its own."""
        return 1 if self.training == "joint" else self.members


class TrainingRows(NamedTuple):
    """The data as tensors: ``x_*`` (runs, rows, features) float32, ``y_*`` (runs, rows) int32."""

    x_train: Any
    y_train: Any
    x_test: Any
    y_test: Any


class RunArguments(NamedTuple):
    """What stays the same through a phase of training, and needs no new compilation when it changes.

    Attributes
    ----------
    member_mask : tensor of shape (runs, members, 1, 1)
        1 for each member, 0 for padding.
    dropout_scale : tensor of shape (runs,)
        1 / (1 - dropout): what units that are not dropped are multiplied by.
    learning_rate, label_smoothing : tensor of shape (runs,)
        As in the configurations.
    class_weights : tensor of shape (runs, classes)
        What the loss of a training row is multiplied by; read only where the key asks for weights.
    trainable_mask : tensor of shape (weights,)
        1 for each weight that is trained in this phase.
    steps : tensor, int
        Batches of an epoch that hold any row.
    batch_mask : tensor of shape (steps, batch)
        1 where a batch holds a row.
    out_of_bag_weight : tensor of shape (runs, members, train rows, 1)
        With "bootstrap": what the combiner multiplies each member's outputs for a training row by; all 0 while members are
        trained.
    """

    member_mask: Any
    dropout_scale: Any
    learning_rate: Any
    label_smoothing: Any
    class_weights: Any
    trainable_mask: Any
    steps: Any
    batch_mask: Any
    out_of_bag_weight: Any


class RandomDraws(NamedTuple):
    """The random draws of a chunk of epochs.

    Attributes
    ----------
    batch_rows : tensor of shape (runs, epochs, steps, batch orders, batch), int32
        Indices of training rows.
    dropout_mask : tensor of shape (runs, epochs, steps, members, batch, hidden units), bool
        False where a unit is dropped, and in padding.
    """

    batch_rows: Any
    dropout_mask: Any


class ChunkInputs(NamedTuple):
    """What a chunk of epochs is trained with; ``steps_before`` counts the training steps of its phase before it."""

    epochs: Any
    steps_before: Any
    rows: TrainingRows
    draws: RandomDraws
    arguments: RunArguments


class State(NamedTuple):
    """Weights (runs, weights), and the optimiser's slots (slots, runs, weights)."""

    weights: Any
    slots: Any


class TrainedChunk(NamedTuple):
    """What a call returns, run by run.

    Attributes
    ----------
    state : State
        After the last epoch that was trained.
    epochs : tensor of shape (runs,), int32
        How many were trained: fewer than asked for where a loss was not finite.
    curves : tensor of shape (runs, epochs, 4 or 6)
        As ``Run.curves``; of run r only the first ``epochs[r]`` rows count.
    test_log_proba : tensor of shape (runs, epochs, test rows, classes)
        As ``Run.test_log_proba``, of every epoch; of run r only the first ``epochs[r]`` count.
    """

    state: State
    epochs: Any
    curves: Any
    test_log_proba: Any


class _Targets(NamedTuple):
    """Training rows (runs, rows, features) with smoothed one-hot labels (runs, rows, classes) and weights (runs, rows)."""

    x: Any
    y: Any
    weight: Any


class Program:
    """The compiled program of one key; safe to call from several threads.

    Attributes
    ----------
    traces : int
        How often TensorFlow has traced it.
    compiled : bool
        Whether a call can start at once.
    """

    def __init__(self, key: ProgramKey):
        self.key = key
        self.traces = 0
        self.compiled = False
        self._network = EnsembleNetwork(
            members=key.members,
            features=key.features,
            classes=key.classes,
            hidden_layers=key.hidden_layers,
            hidden_units=key.hidden_units,
            activation=key.activation,
            training=key.training,
            outputs=key.outputs,
        )
        self._shapes = weight_shapes(key, key.features, key.classes)
        self._sizes = [math.prod(shape) for shape in self._shapes]
        self._rule = RULES[key.optimizer]
        # Loops are tf.while_loop: to translate Python's own with autograph would take longer than the compilation.
        self._compiled_chunk = tf.function(self._chunk, jit_compile=True, autograph=False)
        self._compiled_part = tf.function(self._part, jit_compile=True, autograph=False)

    def initial_state(self, weights: Any) -> State:
        """The state before the first step of a phase: these weights (runs, weights), and slots of zeros."""
        return State(weights, tf.zeros((self._rule.slots, self.key.runs, sum(self._sizes))))

    def __call__(self, state: State, inputs: ChunkInputs, stop: threading.Event | None = None) -> TrainedChunk | None:
        """Train a chunk of epochs; None if ``stop`` was set within a long epoch, whose steps are then lost."""
        initial, first_step, part = state, 0, self.key.steps_per_part
        while int(inputs.arguments.steps) - first_step > part:
            state = self._compiled_part(state, tf.constant([first_step, first_step + part]), inputs)
            first_step += part
            if stop and stop.is_set():
                return None
        trained = self._compiled_chunk(state, tf.constant(first_step), inputs)
        self.compiled = True
        return trained if first_step == 0 else trained._replace(state=_chosen(trained.epochs > 0, trained.state, initial))

    def _part(self, state: State, ends: Any, inputs: ChunkInputs) -> State:
        """Steps ``ends[0]`` to ``ends[1]`` of one long epoch; nothing is measured after them."""
        return self._train_steps(state, tf.constant(0), ends[0], ends[1], self._targets(inputs), inputs)

    def _chunk(self, state: State, first_step: Any, inputs: ChunkInputs) -> TrainedChunk:
        """Epochs, each measured at its end; only one if the steps before ``first_step`` of it are already trained."""
        self.traces += 1
        rows, arguments, targets = inputs.rows, inputs.arguments, self._targets(inputs)
        x, y = tf.concat([rows.x_train, rows.x_test], axis=1), tf.concat([rows.y_train, rows.y_test], axis=1)

        def train_epoch(epoch: Any, done: Any, state: State, curves: Any, log_probas: Any) -> tuple[Any, ...]:
            new_state = self._train_steps(state, epoch, first_step, arguments.steps, targets, inputs)
            measured, log_proba = self._for_each_run(self._measure, new_state.weights, x, y, arguments.member_mask)
            # A run whose losses are no longer finite keeps its state, while the others go on.
            finite = tf.logical_and(done == epoch, tf.reduce_all(tf.math.is_finite(measured), axis=1))
            state = _chosen(finite, new_state, state)
            curves, log_probas = curves.write(epoch, measured), log_probas.write(epoch, log_proba)
            return epoch + 1, done + tf.cast(finite, tf.int32), state, curves, log_probas

        def more(epoch: Any, done: Any, *_: Any) -> Any:
            return tf.logical_and(epoch < inputs.epochs, tf.reduce_any(done == epoch))

        empty = [tf.TensorArray(tf.float32, self.key.epochs_per_chunk) for _ in ("curves", "log_probas")]
        _, done, state, curves, log_probas = tf.while_loop(
            more, train_epoch, (tf.constant(0), tf.zeros(self.key.runs, tf.int32), state, *empty)
        )
        return TrainedChunk(state, done, _by_run(curves), _by_run(log_probas))

    def _train_steps(
        self, state: State, epoch: Any, first_step: Any, end_step: Any, targets: _Targets, inputs: ChunkInputs
    ) -> State:
        """The state after the steps of an epoch from ``first_step`` to before ``end_step``."""
        draws, arguments = inputs.draws, inputs.arguments
        dropout_scale = arguments.dropout_scale[:, None, None, None]

        def train_batch(step: Any, state: State) -> tuple[Any, State]:
            gradient = self._for_each_run(
                partial(self._gradient, batch_mask=arguments.batch_mask[step]),
                state.weights,
                *targets,
                draws.batch_rows[:, epoch, step],
                tf.cast(draws.dropout_mask[:, epoch, step], tf.float32) * dropout_scale,
                arguments.out_of_bag_weight,
                arguments.member_mask,
            )
            steps_done = inputs.steps_before + tf.cast(epoch * arguments.steps + step + 1, tf.float32)
            rates = arguments.learning_rate[:, None]
            weights, slots = self._rule.update(state.weights, gradient, tuple(tf.unstack(state.slots)), rates, steps_done)
            if self.key.training == "bootstrap":
                weights = tf.where(arguments.trainable_mask > 0, weights, state.weights)
            return step + 1, State(weights, tf.stack(slots))

        def more(step: Any, _: State) -> Any:
            return step < end_step

        return tf.while_loop(more, train_batch, (first_step, state))[1]

    def _gradient(
        self,
        weights: Any,
        x: Any,
        y: Any,
        weight: Any,
        batch_rows: Any,
        dropout_mask: Any,
        out_of_bag_weight: Any,
        member_mask: Any,
        batch_mask: Any,
    ) -> Any:
        """Gradient of one run's loss for one batch; ``dropout_mask`` is scaled already."""
        x, y, weight = (tf.gather(part, batch_rows) for part in (x, y, weight))
        out_of_bag_weight = tf.gather(out_of_bag_weight, batch_rows[0], axis=1)
        with tf.GradientTape() as tape:
            tape.watch(weights)
            loss = self._loss(weights, _Targets(x, y, weight), batch_mask, dropout_mask, out_of_bag_weight, member_mask)
        return tape.gradient(loss, weights)

    def _loss(
        self, weights: Any, batch: _Targets, batch_mask: Any, dropout_mask: Any, out_of_bag_weight: Any, member_mask: Any
    ) -> Any:
        """Mean loss over the rows of a batch; losses of members that are trained separately are added."""
        y, weight = batch.y, batch.weight
        outputs, _ = self._forward(weights, batch.x, dropout_mask, member_mask, out_of_bag_weight)
        counts = member_mask[:, :, 0]
        if self.key.training == "joint":
            counts = tf.ones((1, 1))
        elif self.key.training == "bootstrap":
            y, weight = tf.concat([y, y[:1]], axis=0), tf.concat([weight, weight[:1]], axis=0)
            out_of_any_bag = tf.reduce_max(out_of_bag_weight, axis=0)[None, :, 0] > 0
            counts = tf.concat([counts * tf.ones_like(out_of_bag_weight[:, :, 0]), tf.cast(out_of_any_bag, tf.float32)], axis=0)
        per_row = LOSSES[self.key.outputs](y, outputs) * counts
        if self.key.class_weights != "none":
            per_row *= weight
        return tf.reduce_sum(per_row * batch_mask) / tf.reduce_sum(batch_mask)

    def _measure(self, weights: Any, x: Any, y: Any, member_mask: Any) -> tuple[Any, Any]:
        """Losses and accuracies of training and test rows, and the log-probabilities of the latter, dropout off.

        ``x`` and ``y`` hold the training rows, then the test rows: one pass takes half as long to compile as two.
        """
        _, logits = self._forward(weights, x[None], member_mask, member_mask, member_mask)
        log_proba = tf.nn.log_softmax(logits)
        losses = -tf.gather(log_proba, y, batch_dims=1)
        hits = tf.cast(tf.equal(tf.argmax(log_proba, axis=-1, output_type=tf.int32), y), tf.float32)
        n = self.key.train_rows
        parts = [losses[:n], losses[n:], hits[:n], hits[n:]]
        if self.key.outputs == "softmax_twice":
            as_trained = -tf.gather(tf.nn.log_softmax(tf.exp(log_proba)), y, batch_dims=1)
            parts += [as_trained[:n], as_trained[n:]]
        return tf.stack([tf.reduce_mean(part) for part in parts]), log_proba[n:]

    def _forward(self, vector: Any, x: Any, dropout_mask: Any, member_mask: Any, out_of_bag_weight: Any) -> tuple[Any, Any]:
        weights = [tf.reshape(part, shape) for part, shape in zip(tf.split(vector, self._sizes), self._shapes, strict=True)]
        (outputs, logits), _ = self._network.stateless_call(weights, [], x, dropout_mask, member_mask, out_of_bag_weight)
        return outputs, logits

    def _targets(self, inputs: ChunkInputs) -> _Targets:
        smoothing = inputs.arguments.label_smoothing[:, None, None]
        one_hot = tf.one_hot(inputs.rows.y_train, self.key.classes)
        return _Targets(
            x=inputs.rows.x_train,
            y=one_hot * (1 - smoothing) + smoothing / self.key.classes,
            weight=tf.gather(inputs.arguments.class_weights, inputs.rows.y_train, batch_dims=1),
        )

    def _for_each_run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """``function`` mapped over the leading axis of all arguments."""
        if self.key.runs > 1:
            return tf.vectorized_map(lambda parts: function(*parts), arguments)
        return tf.nest.map_structure(lambda result: result[None], function(*(argument[0] for argument in arguments)))


def _chosen(condition: Any, one: State, other: State) -> State:
    """For each run the state ``one`` where the condition (runs,) holds, and ``other`` where not."""
    weights = tf.where(condition[:, None], one.weights, other.weights)
    return State(weights, tf.where(condition[None, :, None], one.slots, other.slots))


def _by_run(epochs: Any) -> Any:
    stacked = epochs.stack()
    return tf.transpose(stacked, [1, 0, *range(2, len(stacked.shape))])


LOSSES = {
    "softmax": tf.nn.softmax_cross_entropy_with_logits,
    "sigmoid": lambda target, z: tf.reduce_mean(
        tf.nn.sigmoid_cross_entropy_with_logits(tf.broadcast_to(target, tf.shape(z)), z), axis=-1
    ),
    "linear": lambda target, z: tf.reduce_mean(tf.square(z - target), axis=-1),
    "softmax_squared": lambda target, z: tf.reduce_mean(tf.square(tf.nn.softmax(z) - target), axis=-1),
    "softmax_twice": lambda target, z: tf.nn.softmax_cross_entropy_with_logits(target, tf.nn.softmax(z)),
}
"""Of each row, by ``EnsembleConfig.outputs``: from a target and the outputs before their activation, both (..., classes)."""

_programs: OrderedDict[ProgramKey, Program] = OrderedDict()
_lock = threading.Lock()


def program_for(key: ProgramKey) -> Program:
    """The program of a key, from a cache of the sixteen that were used last."""
    with _lock:
        program = _programs.pop(key, None) or Program(key)
        _programs[key] = program
        while len(_programs) > MAX_PROGRAMS:
            _programs.popitem(last=False)
        return program
