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
from ensemble.training.losses import LossWeights, Targets, fit_sum, losses_per_row, rows_of_each
from ensemble.training.network import EnsembleNetwork
from ensemble.training.optimizers import RULES
from ensemble.training.records import ChunkInputs, RunArguments, State, TrainedChunk

MAX_EPOCHS_PER_CHUNK = 25
MAX_MASK_BYTES = 32 * 2**20
MAX_NUMBERS_AT_ONCE = 2**22
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
        """The state before the first step of a phase: these weights (runs, weights), and zeros."""
        return State(weights, tf.zeros((self._rule.slots, self.key.runs, sum(self._sizes))), tf.zeros(self.key.runs))

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
            measured, log_proba, outputs, hidden = self._for_each_run(
                self._measure, new_state.weights, x, y, arguments.member_mask
            )
            fit_losses = self._fit_losses(new_state, epoch, outputs, hidden, targets, inputs)
            measured = tf.concat([measured, fit_losses / tf.reduce_sum(arguments.batch_mask)], axis=1)
            new_state = new_state._replace(fit_loss=tf.zeros(self.key.runs))
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
        self, state: State, epoch: Any, first_step: Any, end_step: Any, targets: Targets, inputs: ChunkInputs
    ) -> State:
        """The state after the steps of an epoch from ``first_step`` to before ``end_step``."""
        draws, arguments = inputs.draws, inputs.arguments
        dropout_scale = arguments.dropout_scale[:, None, None, None]

        def train_batch(step: Any, packed: Any, all_slots: Any) -> tuple[Any, Any, Any]:
            old_weights, loss_before = packed[:, :-1], packed[:, -1:]
            gradient, batch_loss = self._for_each_run(
                partial(self._gradient, batch_mask=arguments.batch_mask[step]),
                old_weights,
                *targets,
                draws.batch_rows[:, epoch, step],
                tf.cast(draws.dropout_mask[:, epoch, step], tf.float32) * dropout_scale,
                self._loss_weights(arguments),
            )
            steps_done = inputs.steps_before + tf.cast(epoch * arguments.steps + step + 1, tf.float32)
            rates = arguments.learning_rate[:, None]
            weights, slots = self._rule.update(old_weights, gradient, tuple(tf.unstack(all_slots)), rates, steps_done)
            if self.key.training == "bootstrap":
                weights = tf.where(arguments.trainable_mask > 0, weights, old_weights)
            return step + 1, tf.concat([weights, loss_before + batch_loss[:, None]], axis=1), tf.stack(slots)

        def more(step: Any, *_: Any) -> Any:
            return step < end_step

        # In one array: for a second result of a step XLA would copy the weights each time, which makes a step a sixth longer.
        packed = tf.concat([state.weights, state.fit_loss[:, None]], axis=1)
        _, packed, slots = tf.while_loop(more, train_batch, (first_step, packed, state.slots))
        return State(packed[:, :-1], slots, packed[:, -1])

    def _gradient(
        self,
        weights: Any,
        x: Any,
        y: Any,
        weight: Any,
        batch_rows: Any,
        dropout_mask: Any,
        counts: LossWeights,
        batch_mask: Any,
    ) -> tuple[Any, Any]:
        """Gradient of one run's loss for one batch, and the sum of its rows' losses; ``dropout_mask`` is scaled already.

        The loss is the mean over the rows of the batch; those of members that are trained separately are added.
        """
        x, y, weight = (tf.gather(part, batch_rows) for part in (x, y, weight))
        counts = counts.of_rows(batch_rows)
        with tf.GradientTape() as tape:
            tape.watch(weights)
            outputs, _, _ = self._forward(weights, x, dropout_mask, counts.member_mask, counts.out_of_bag_weight)
            per_row = losses_per_row(self.key, outputs, y, weight, counts)
            loss = tf.reduce_sum(per_row * batch_mask) / tf.reduce_sum(batch_mask)
        return tape.gradient(loss, weights), fit_sum(per_row, counts, batch_mask)

    def _fit_losses(self, state: State, epoch: Any, outputs: Any, hidden: Any, targets: Targets, inputs: ChunkInputs) -> Any:
        """Sums (runs, 3) of an epoch's losses: as ``fit`` adds them up, at the end with the same masks, and without masks.

        ``outputs`` and ``hidden`` are those of the training rows at the end of the epoch, dropout off.
        """
        draws, arguments, key = inputs.draws, inputs.arguments, self.key
        dropout_scale = arguments.dropout_scale[:, None, None, None, None]

        def sums_of(first: Any, steps: int) -> Any:
            return self._for_each_run(
                partial(self._losses_at_end, batch_mask=arguments.batch_mask[first : first + steps]),
                state.weights,
                outputs,
                hidden,
                targets.y,
                targets.weight,
                draws.batch_rows[:, epoch, first : first + steps],
                tf.cast(draws.dropout_mask[:, epoch, first : first + steps], tf.float32) * dropout_scale,
                self._loss_weights(arguments),
            )

        # Of a large epoch step by step: its hidden units under all masks would take much memory.
        if key.runs * key.steps * key.members * key.batch_size * key.hidden_units <= MAX_NUMBERS_AT_ONCE:
            sums = sums_of(0, key.steps)
        else:
            _, sums = tf.while_loop(
                lambda step, _: step < arguments.steps,
                lambda step, sums: (step + 1, sums + sums_of(step, 1)),
                (tf.constant(0), tf.zeros((key.runs, 2))),
            )
        if key.training != "bootstrap":
            off = self._for_each_run(self._losses_off, outputs, targets.y, targets.weight, self._loss_weights(arguments))
            sums = tf.stack([sums[:, 0], off], axis=1)
        return tf.concat([state.fit_loss[:, None], sums], axis=1)

    def _losses_off(self, outputs: Any, y: Any, weight: Any, counts: LossWeights) -> Any:
        """Sum of one run's losses with dropout off, where each training row is in an epoch once."""
        return fit_sum(losses_per_row(self.key, outputs, y[None], weight[None], counts), counts, tf.ones(self.key.train_rows))

    def _losses_at_end(
        self,
        weights: Any,
        outputs: Any,
        hidden: Any,
        y: Any,
        weight: Any,
        batch_rows: Any,
        dropout_mask: Any,
        counts: LossWeights,
        batch_mask: Any,
    ) -> Any:
        """Sums (2,) of one run's losses of the rows of some steps: with their masks, and with "bootstrap" without masks."""
        rows = tf.reshape(tf.transpose(batch_rows, [1, 0, 2]), (self.key.batch_orders, -1))
        mask = tf.reshape(tf.transpose(dropout_mask, [1, 0, 2, 3]), (self.key.members, -1, self.key.hidden_units))
        batch_mask, counts = tf.reshape(batch_mask, [-1]), counts.of_rows(rows)
        hidden = rows_of_each(hidden, rows)
        masked, _, _ = self._forward(weights, hidden, mask, counts.member_mask, counts.out_of_bag_weight, is_hidden=True)
        y, weight = tf.gather(y, rows), tf.gather(weight, rows)

        def sum_of(some_outputs: Any) -> Any:
            return fit_sum(losses_per_row(self.key, some_outputs, y, weight, counts), counts, batch_mask)

        if self.key.training != "bootstrap":
            return tf.stack([sum_of(masked), 0.0])
        # The combiner is trained with dropout off.
        return tf.stack([sum_of(masked), sum_of(tf.concat([rows_of_each(outputs[:-1], rows), masked[-1:]], axis=0))])

    def _loss_weights(self, arguments: RunArguments) -> LossWeights:
        return LossWeights(arguments.out_of_bag_weight, arguments.member_mask, arguments.fit_shares)

    def _measure(self, weights: Any, x: Any, y: Any, member_mask: Any) -> tuple[Any, ...]:
        """Dropout off: losses and accuracies, log-probabilities of test rows, outputs and last hidden layer of training rows.

        ``x`` and ``y`` hold the training rows, then the test rows: one pass takes half as long to compile as two.
        """
        outputs, logits, hidden = self._forward(weights, x[None], member_mask, member_mask, member_mask)
        log_proba = tf.nn.log_softmax(logits)
        losses = -tf.gather(log_proba, y, batch_dims=1)
        hits = tf.cast(tf.equal(tf.argmax(log_proba, axis=-1, output_type=tf.int32), y), tf.float32)
        n = self.key.train_rows
        parts = [losses[:n], losses[n:], hits[:n], hits[n:]]
        if self.key.outputs == "softmax_twice":
            as_trained = -tf.gather(tf.nn.log_softmax(tf.exp(log_proba)), y, batch_dims=1)
            parts += [as_trained[:n], as_trained[n:]]
        return tf.stack([tf.reduce_mean(part) for part in parts]), log_proba[n:], outputs[:, :n], hidden[:, :n]

    def _forward(
        self,
        vector: Any,
        x: Any,
        dropout_mask: Any,
        member_mask: Any,
        out_of_bag_weight: Any,
        is_hidden: bool = False,
    ) -> tuple[Any, Any, Any]:
        weights = [tf.reshape(part, shape) for part, shape in zip(tf.split(vector, self._sizes), self._shapes, strict=True)]
        results, _ = self._network.stateless_call(
            weights, [], x, dropout_mask, member_mask, out_of_bag_weight, is_hidden=is_hidden
        )
        return results

    def _targets(self, inputs: ChunkInputs) -> Targets:
        smoothing = inputs.arguments.label_smoothing[:, None, None]
        one_hot = tf.one_hot(inputs.rows.y_train, self.key.classes)
        return Targets(
            x=inputs.rows.x_train,
            y=one_hot * (1 - smoothing) + smoothing / self.key.classes,
            weight=tf.gather(inputs.arguments.class_weights, inputs.rows.y_train, batch_dims=1),
        )

    def _for_each_run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """``function`` mapped over the leading axis of all arguments."""
        if self.key.runs > 1:
            return tf.vectorized_map(lambda parts: function(*parts), arguments)
        only = function(*tf.nest.map_structure(lambda argument: argument[0], arguments))
        return tf.nest.map_structure(lambda result: result[None], only)


def _chosen(condition: Any, one: State, other: State) -> State:
    """For each run the state ``one`` where the condition (runs,) holds, and ``other`` where not."""
    weights = tf.where(condition[:, None], one.weights, other.weights)
    slots = tf.where(condition[None, :, None], one.slots, other.slots)
    return State(weights, slots, tf.where(condition, one.fit_loss, other.fit_loss))


def _by_run(epochs: Any) -> Any:
    stacked = epochs.stack()
    return tf.transpose(stacked, [1, 0, *range(2, len(stacked.shape))])


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
