"""What is measured after each epoch of a run."""

from __future__ import annotations

from ensemble.config import EnsembleConfig

CURVES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
AS_TRAINED = ("train_loss_as_trained", "test_loss_as_trained")


def curve_names(config: EnsembleConfig) -> tuple[str, ...]:
    """The columns of ``Run.curves``; see ``Run.history``.

    >>> curve_names(EnsembleConfig()), curve_names(EnsembleConfig(outputs="softmax_twice"))[4:]
    (('train_loss', 'test_loss', 'train_accuracy', 'test_accuracy'), ('train_loss_as_trained', 'test_loss_as_trained'))
    """
    return CURVES + AS_TRAINED if config.outputs == "softmax_twice" else CURVES
