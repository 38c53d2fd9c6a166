"""Data on test rows that components get besides probabilities."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from ensemble import Dataset
from ensemble.datasets.summary import pictures
from ensemble.probability import base_rate_loss


def constant_losses(data: Dataset) -> dict[str, Any]:
    """Losses, in nats, of forecasts that are the same for every test row: the base rate, and labelled lines for a picture."""
    base = base_rate_loss(data.y_test, data.classes)
    lines = [{"name": f"ln {data.classes}", "loss": float(np.log(data.classes))}, {"name": "base rate H(π)", "loss": base}]
    return {"base_rate": base, "constants": [line for line in lines if line["loss"]]}


def pixels(data: Dataset, rows: np.ndarray) -> dict[str, Any] | None:
    """Test rows that are pictures, for ``digit.js``: their width, and a byte a pixel; None for other rows."""
    shown = pictures(data, rows)
    return None if shown is None else {"side": shown.shape[1], "pixels": base64.b64encode(shown.tobytes()).decode()}
