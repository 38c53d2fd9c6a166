"""The compiled program: a chunk of epochs of one or several runs inside one XLA program, which knows arrays only.

A program serves every run of its key. Weights and optimiser slots are arguments, flattened into one vector each; batches and
dropout masks are drawn before the loop; dropout, learning rate and label smoothing are arguments too. Every argument that
differs between runs has a leading axis over the runs that are trained together.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from itertools import pairwise
from typing import Any, NamedTuple

import tensorflow as tf

from ensemble.runs.budget import ROWS_WORTH_AN_UPDATE
from ensemble.runs.weights import weight_count
from ensemble.training.compiled import CompiledFunction
from ensemble.training.evaluation import Evaluation
from ensemble.training.losses import Targets
from ensemble.training.optimizers import RULES
from ensemble.training.records import ChunkInputs, State, TrainedChunk
from ensemble.training.steps import Steps

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
        self._steps, self._evaluation = Steps(key), Evaluation(key)
        state = State(weights=0, slots=0, fit_loss=0)
        trained = TrainedChunk(state, epochs=0, curves=0, test_log_proba=0)
        self._compiled_chunk = CompiledFunction(self._chunk, f"chunk of {key}", trained)
        self._compiled_part = CompiledFunction(self._part, f"part of {key}", state)

    def initial_state(self, weights: Any) -> State:
        """The state before the first step of a phase: these weights (runs, weights), and zeros."""
        key = self.key
        slots = tf.zeros((RULES[key.optimizer].slots, key.runs, weight_count(key, key.features, key.classes)))
        return State(weights, slots, tf.zeros(key.runs))

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
        return self._steps.train(state, tf.constant(0), ends[0], ends[1], self._targets(inputs), inputs)

    def _chunk(self, state: State, first_step: Any, inputs: ChunkInputs) -> TrainedChunk:
        """Epochs, each measured at its end; only one if the steps before ``first_step`` of it are already trained."""
        self.traces += 1
        targets = self._targets(inputs)

        def train_epoch(epoch: Any, done: Any, state: State, curves: Any, log_probas: Any) -> tuple[Any, ...]:
            new_state = self._steps.train(state, epoch, first_step, inputs.arguments.steps, targets, inputs)
            measured, log_proba = self._evaluation.after_epoch(new_state, epoch, targets, inputs)
            new_state = new_state._replace(fit_loss=tf.zeros(self.key.runs))
            # A run whose losses are no longer finite keeps its state, while the others go on.
            finite = tf.logical_and(done == epoch, tf.reduce_all(tf.math.is_finite(measured), axis=1))
            state = _chosen(finite, new_state, state)
            curves, log_probas = curves.write(epoch, measured), log_probas.write(epoch, log_proba)
            return self._evaluation.network.next_in_loop(epoch), done + tf.cast(finite, tf.int32), state, curves, log_probas

        def more(epoch: Any, done: Any, *_: Any) -> Any:
            return tf.logical_and(epoch < inputs.epochs, tf.reduce_any(done == epoch))

        empty = [tf.TensorArray(tf.float32, self.key.epochs_per_chunk) for _ in ("curves", "log_probas")]
        _, done, state, curves, log_probas = tf.while_loop(
            more, train_epoch, (tf.constant(0), tf.zeros(self.key.runs, tf.int32), state, *empty)
        )
        return TrainedChunk(state, done, _by_run(curves), _by_run(log_probas))

    def _targets(self, inputs: ChunkInputs) -> Targets:
        smoothing = inputs.arguments.label_smoothing[:, None, None]
        one_hot = tf.one_hot(inputs.rows.y_train, self.key.classes)
        return Targets(
            x=inputs.rows.x_train,
            y=one_hot * (1 - smoothing) + smoothing / self.key.classes,
            weight=tf.gather(inputs.arguments.class_weights, inputs.rows.y_train, batch_dims=1),
        )


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
