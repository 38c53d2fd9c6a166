"""What goes into a program and comes out of it: tensors, whose first axis is the runs that are trained together."""

from __future__ import annotations

from typing import Any, NamedTuple

from ensemble.training.losses import LossWeights


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
    keep_rate : tensor of shape (runs,)
        1 - dropout: what units that are not dropped are divided by.
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
    fit_shares : tensor of shape (runs, losses)
        What each loss counts in the one that ``fit`` would print: 1 / members for each member that is trained alone.
    """

    member_mask: Any
    keep_rate: Any
    learning_rate: Any
    label_smoothing: Any
    class_weights: Any
    trainable_mask: Any
    steps: Any
    batch_mask: Any
    out_of_bag_weight: Any
    fit_shares: Any

    @property
    def loss_weights(self) -> LossWeights:
        """What the loss of each row counts."""
        return LossWeights(self.out_of_bag_weight, self.member_mask, self.fit_shares)


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
    """What one step leaves to the next.

    Attributes
    ----------
    weights : tensor of shape (runs, weights)
    slots : tensor of shape (slots, runs, weights)
        Of the optimiser.
    fit_loss : tensor of shape (runs,)
        The sum of the losses of the epoch's rows so far, as ``fit`` adds them up.
    """

    weights: Any
    slots: Any
    fit_loss: Any


class TrainedChunk(NamedTuple):
    """What a call returns, run by run.

    Attributes
    ----------
    state : State
        After the last epoch that was trained.
    epochs : tensor of shape (runs,), int32
        How many were trained: fewer than asked for where a loss was not finite.
    curves : tensor of shape (runs, epochs, 7 or 9)
        As ``Run.curves``; of run r only the first ``epochs[r]`` rows count.
    test_log_proba : tensor of shape (runs, epochs, test rows, classes)
        As ``Run.test_log_proba``, of every epoch; of run r only the first ``epochs[r]`` count.
    """

    state: State
    epochs: Any
    curves: Any
    test_log_proba: Any
