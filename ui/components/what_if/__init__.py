"""One test row whose features can be dragged, also far outside the training range."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ensemble import Dataset, Run
from ui.components import component

MAX_NUMBERS_SENT = 250_000

_component = component("what_if", "probability_bars")


def what_if(run: Run, data: Dataset, wine: int, *, run_id: str, key: str) -> None:
    """Show a run's forecast of a test row, and of every row to which its features can be moved.

    Each feature goes from one training range below the smallest training value to one above the largest. All is computed in the
    browser, and nothing is sent to Python; what was moved stays until the row or the run changes.

    Parameters
    ----------
    run : Run
        A run with weights.
    data : Dataset
        What it was trained on.
    wine : int
        Number of the test row, from 0.
    run_id : str
        Changes when the run changes.
    key : str
        Name of the element.
    """
    _component(
        key=key,
        data={
            "id": run_id,
            "version": f"{run_id}-{run.epochs}",
            "wine": wine,
            "row_name": data.row_name,
            "classes": list(data.class_names),
            "truth": int(data.y_test[wine]),
            "features": list(data.feature_names),
            "low": data.low.tolist(),
            "high": data.high.tolist(),
            "row": data.x_test_at(slice(wine, wine + 1))[0].tolist(),
            "train": _float32(data.x_train_at(slice(training_rows_sent(data)))),
            "network": network(run),
        },
        height="content",
    )


def training_rows_sent(data: Dataset) -> int:
    """The number of training rows for the distance: the first ones, which are a random sample because rows are shuffled."""
    return min(len(data.y_train), MAX_NUMBERS_SENT // data.features)


def network(run: Run) -> dict[str, Any]:
    """A run's weights and architecture, for ``network`` of network.js."""
    config = run.config
    return {
        "weights": _float32(np.concatenate([array.ravel() for array in run.weights])),
        "training": config.training,
        "outputs": config.output_activation,
        "activation": config.activation,
        "layers": config.hidden_layers,
        "units": config.hidden_units,
        "members": config.members,
        "features": len(run.feature_names),
        "classes": len(run.class_names),
    }


def _float32(values: ArrayLike) -> str:
    return base64.b64encode(np.asarray(values, dtype="<f4").tobytes()).decode()
