"""The steps of an epoch: gradient and update, batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from ensemble.training.losses import LossWeights, Targets, fit_sum, losses_per_row
from ensemble.training.network import Dropout, Network
from ensemble.training.optimizers import RULES
from ensemble.training.records import ChunkInputs, State

if TYPE_CHECKING:
    from ensemble.training.program import ProgramKey


class Steps:
    """The steps of one program key."""

    def __init__(self, key: ProgramKey):
        self.key = key
        self._network = Network(key, key.batch_size, is_trained=True)
        self._update = RULES[key.optimizer].update

    def train(self, state: State, epoch: Any, first_step: Any, end_step: Any, targets: Targets, inputs: ChunkInputs) -> State:
        """The state after the steps of an epoch from ``first_step`` to before ``end_step``."""
        arguments = inputs.arguments
        loss_weights, rates = arguments.loss_weights, arguments.learning_rate[:, None]
        # Cut out before the loop, which XLA compiles as one function only if it reads little.
        all_rows, all_kept = inputs.draws.batch_rows[:, epoch], inputs.draws.dropout_mask[:, epoch]

        def train_batch(step: Any, weights: Any, slots: tuple[Any, ...], loss: Any) -> tuple[Any, ...]:
            batch_mask = arguments.batch_mask[step]
            rows, dropout = all_rows[:, step], Dropout(all_kept[:, step], arguments.keep_rate[:, None, None, None])
            layers = self._network.layers(weights)
            gradient, batch_loss = self._gradient(
                layers, targets.of_rows(rows), loss_weights.of_rows(rows), dropout, batch_mask
            )

            def update() -> tuple[Any, ...]:
                steps_done = inputs.steps_before + tf.cast(epoch * arguments.steps + step + 1, tf.float32)
                new, new_slots = self._update(weights, self._network.vectors(gradient), slots, rates, steps_done)
                if self.key.training == "bootstrap":
                    new = tf.where(arguments.trainable_mask > 0, new, weights)
                return new, new_slots

            # Every batch has a row. But XLA, which cannot know, computes the gradient before the branch, each layer's in its
            # own shape: within the update it would compute each number of the vector by itself, which takes twice as long.
            weights, slots = tf.cond(tf.reduce_max(batch_mask) > 0, update, lambda: (weights, slots))
            return self._network.next_in_loop(step), weights, slots, loss + batch_loss

        def more(step: Any, *_: Any) -> Any:
            return step < end_step

        _, weights, slots, loss = tf.while_loop(
            more, train_batch, (first_step, state.weights, tuple(tf.unstack(state.slots)), state.fit_loss)
        )
        return State(weights, tf.stack(slots), loss)

    def _gradient(
        self, layers: Any, batch: Targets, loss_weights: LossWeights, dropout: Dropout, batch_mask: Any
    ) -> tuple[Any, Any]:
        """Gradient of the runs' losses for one batch each, and the sums of its rows' losses.

        The loss is the mean over the rows of the batch; those of members that are trained separately are added.
        """
        network, out_of_bag_weight = self._network, loss_weights.out_of_bag_weight
        hidden = network.hidden(layers, batch.x)
        outputs = network.outputs(layers, dropout(hidden[-1]), out_of_bag_weight)
        with tf.GradientTape() as tape:
            tape.watch(outputs)
            per_row = losses_per_row(self.key, outputs, batch, loss_weights)
            total = tf.reduce_sum(per_row * batch_mask)
        of_outputs = tape.gradient(total, outputs) / tf.reduce_sum(batch_mask)
        gradient = network.gradient(layers, hidden, dropout, outputs, of_outputs, out_of_bag_weight, batch_mask)
        return gradient, fit_sum(per_row, loss_weights, batch_mask)
