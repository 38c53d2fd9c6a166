"""What is measured after each epoch: losses, accuracies, forecasts of the test rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from ensemble.training.losses import LossWeights, Targets, fit_sum, losses_per_row, rows_of_each
from ensemble.training.network import Dense, Dropout, Network
from ensemble.training.records import ChunkInputs, State

if TYPE_CHECKING:
    from ensemble.training.program import ProgramKey

MAX_NUMBERS_AT_ONCE = 2**22


class Evaluation:
    """The evaluation of one program key."""

    def __init__(self, key: ProgramKey):
        self.key = key
        self.network = Network(key, key.train_rows + key.test_rows, is_trained=False)

    def after_epoch(self, state: State, epoch: Any, targets: Targets, inputs: ChunkInputs) -> tuple[Any, Any]:
        """Measured numbers (runs, 7 or 9), as ``Run.curves``, and log-probabilities of test rows (runs, test rows, classes)."""
        rows, arguments, n = inputs.rows, inputs.arguments, self.key.train_rows
        # All rows in one pass: it takes half as long to compile as two.
        x, y = tf.concat([rows.x_train, rows.x_test], axis=1), tf.concat([rows.y_train, rows.y_test], axis=1)
        layers = self.network.layers(state.weights)
        hidden = self.network.hidden(layers, x[:, None])[-1]
        # What members that are only padding add is 0: all their weights are.
        outputs = self.network.outputs(layers, hidden, 1.0)
        log_proba = tf.nn.log_softmax(self.network.logits(outputs, arguments.member_mask))
        fit_losses = self._fit_losses(state, layers, epoch, outputs[:, :, :n], hidden[:, :, :n], targets, inputs)
        measured = [*self._means(log_proba, y), fit_losses / tf.reduce_sum(arguments.batch_mask)]
        return tf.concat(measured, axis=1), log_proba[:, n:]

    def _means(self, log_proba: Any, y: Any) -> list[Any]:
        """Losses and accuracies of training and test rows, dropout off: tensors (runs, 1)."""
        n = self.key.train_rows
        losses = -tf.gather(log_proba, y, batch_dims=2)
        hits = tf.cast(tf.equal(tf.argmax(log_proba, axis=-1, output_type=tf.int32), y), tf.float32)
        of_rows = [losses, hits]
        if self.key.outputs == "softmax_twice":
            of_rows.append(-tf.gather(tf.nn.log_softmax(tf.exp(log_proba)), y, batch_dims=2))
        parts = [part for each in of_rows for part in (each[:, :n], each[:, n:])]
        return [tf.reduce_mean(part, axis=1, keepdims=True) for part in parts]

    def _fit_losses(
        self, state: State, layers: list[Dense], epoch: Any, outputs: Any, hidden: Any, targets: Targets, inputs: ChunkInputs
    ) -> Any:
        """Sums (runs, 3) of an epoch's losses: as ``fit`` adds them up, at the end with the same masks, and without masks.

        ``outputs`` and ``hidden`` are those of the training rows at the end of the epoch, dropout off.
        """
        draws, arguments, key = inputs.draws, inputs.arguments, self.key

        def sums_of(first: Any, steps: int) -> Any:
            part = slice(first, first + steps)
            dropout = Dropout(draws.dropout_mask[:, epoch, part], arguments.keep_rate[:, None, None, None])
            rows, mask = draws.batch_rows[:, epoch, part], arguments.batch_mask[part]
            return self._losses_at_end(layers, outputs, hidden, targets, rows, dropout, arguments.loss_weights, mask)

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
            off = self._losses_off(outputs, targets, arguments.loss_weights)
            sums = tf.stack([sums[:, 0], off], axis=1)
        return tf.concat([state.fit_loss[:, None], sums], axis=1)

    def _losses_off(self, outputs: Any, targets: Targets, loss_weights: LossWeights) -> Any:
        """Sums (runs,) of the losses with dropout off, where each training row is in an epoch once."""
        of_all = Targets(*(part[:, None] for part in targets))
        return fit_sum(losses_per_row(self.key, outputs, of_all, loss_weights), loss_weights, tf.ones(self.key.train_rows))

    def _losses_at_end(
        self,
        layers: list[Dense],
        outputs: Any,
        hidden: Any,
        targets: Targets,
        batch_rows: Any,
        dropout: Dropout,
        loss_weights: LossWeights,
        batch_mask: Any,
    ) -> Any:
        """Sums (runs, 2) of the losses of the rows of some steps: with their masks, and with "bootstrap" without masks."""
        key = self.key
        rows = tf.reshape(tf.transpose(batch_rows, [0, 2, 1, 3]), (key.runs, key.batch_orders, -1))
        is_kept = tf.transpose(dropout.is_kept, [0, 2, 1, 3, 4])
        is_kept = tf.reshape(is_kept, (key.runs, key.members, -1, key.hidden_units))
        batch_mask, loss_weights = tf.reshape(batch_mask, [-1]), loss_weights.of_rows(rows)
        dropped = Dropout(is_kept, dropout.keep_rate)(rows_of_each(hidden, rows))
        masked = self.network.outputs(layers, dropped, loss_weights.out_of_bag_weight)
        of_rows = targets.of_rows(rows)

        def sums_of(some_outputs: Any) -> Any:
            return fit_sum(losses_per_row(key, some_outputs, of_rows, loss_weights), loss_weights, batch_mask)

        if key.training != "bootstrap":
            return tf.stack([sums_of(masked), tf.zeros(key.runs)], axis=1)
        # The combiner is trained with dropout off.
        off = tf.concat([rows_of_each(outputs[:, :-1], rows), masked[:, -1:]], axis=1)
        return tf.stack([sums_of(masked), sums_of(off)], axis=1)
