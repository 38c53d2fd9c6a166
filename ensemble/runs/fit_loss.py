"""The training loss that Keras' ``fit`` prints for an epoch, and its difference from the loss measured after the epoch."""

from __future__ import annotations

from typing import NamedTuple

from ensemble.config import EnsembleConfig
from ensemble.runs.curves import CURVES, FIT
from ensemble.runs.run import Run


class FitGap(NamedTuple):
    """``printed - measured = moving + dropout + other``, of one epoch.

    Attributes
    ----------
    printed : float
        The trained loss as ``fit`` prints it: mean over the epoch's rows, dropout on, each batch before its step.
    measured : float
        ``train_loss``: mean negative log-likelihood after the epoch with dropout off, nats.
    moving : float
        What is printed, less the same batches and dropout masks with the weights at the end of the epoch.
    dropout : float
        That, less the same without dropout. With joint training, softmax outputs and masks that the weights have not been
        trained on, its expectation is the mean KL divergence of the masked networks' forecasts from the whole network's, and
        so at least 0; the epoch's own masks have just been trained on, which lowers it.
    other : float
        That, less ``measured``: 0 but for rounding where ``other_loss`` names no reason.
    """

    printed: float
    measured: float
    moving: float
    dropout: float
    other: float


def fit_gap(run: Run, epoch: int) -> FitGap | None:
    """The gap after an epoch of a run, counted from 1; None if the run is from an old file, which has no ``fit_loss``."""
    if FIT[0] not in run.curve_names:
        return None
    row = dict(zip(run.curve_names, map(float, run.curves[epoch - 1]), strict=True))
    printed, end, off, measured = (row[name] for name in (*FIT, CURVES[0]))
    return FitGap(printed, measured, printed - end, end - off, off - measured)


def is_squared_error(config: EnsembleConfig) -> bool:
    """Whether the trained loss is a squared error, which is not in nats."""
    return config.outputs in ("linear", "softmax_squared")


def other_loss(config: EnsembleConfig, epoch: int) -> tuple[str, ...]:
    """The reasons why the trained loss is not the ensemble's negative log-likelihood of all training rows, in words.

    Parameters
    ----------
    config : EnsembleConfig
    epoch : int
        Counted from 1. With "bootstrap" the combiner is trained after ``config.epochs``.

    Examples
    --------
    >>> other_loss(EnsembleConfig(), 1), other_loss(EnsembleConfig(training="independent", label_smoothing=0.1), 1)
    ((), ('mean of members', 'label smoothing'))
    """
    of_outputs = {
        "sigmoid": "binary cross-entropy",
        "linear": "squared error",
        "softmax_squared": "squared error",
        "softmax_twice": "second softmax",
    }
    reasons = {
        "mean of members": config.training == "independent" and config.members > 1,
        "members on their own samples": config.training == "bootstrap" and epoch <= config.epochs,
        "out-of-bag members only": config.training == "bootstrap" and epoch > config.epochs,
        of_outputs.get(config.outputs, ""): config.outputs in of_outputs,
        "label smoothing": config.label_smoothing > 0,
        "class weights": config.class_weights == "balanced",
    }
    return tuple(reason for reason, holds in reasons.items() if holds)
