"""The measurements after each epoch of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ensemble.config import EnsembleConfig

if TYPE_CHECKING:
    import pandas as pd

CURVES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
AS_TRAINED = ("train_loss_as_trained", "test_loss_as_trained")
FIT = ("fit_loss", "fit_loss_end_weights", "fit_loss_dropout_off")


def curve_names(config: EnsembleConfig, columns: int | None = None) -> tuple[str, ...]:
    """The columns of ``Run.curves``; see ``Run.history``.

    Parameters
    ----------
    config : EnsembleConfig
    columns : int, optional
        How many there are, if the run may be from an old file, which has none of ``FIT``.

    Examples
    --------
    >>> curve_names(EnsembleConfig())[:4], curve_names(EnsembleConfig(outputs="softmax_twice"))[4:6]
    (('train_loss', 'test_loss', 'train_accuracy', 'test_accuracy'), ('train_loss_as_trained', 'test_loss_as_trained'))
    >>> curve_names(EnsembleConfig())[4:], curve_names(EnsembleConfig(), columns=4)[4:]
    (('fit_loss', 'fit_loss_end_weights', 'fit_loss_dropout_off'), ())
    """
    names = CURVES + AS_TRAINED * (config.outputs == "softmax_twice")
    return names if columns == len(names) else names + FIT


def history(curves: NDArray[np.float32], names: Sequence[str]) -> pd.DataFrame:
    """The curves as a table with these columns, after a first one, ``epoch``, which counts from 1."""
    import pandas as pd  # here, because the first page should not wait for it

    table = pd.DataFrame(curves, columns=list(names))
    table.insert(0, "epoch", np.arange(1, len(curves) + 1))
    return table
