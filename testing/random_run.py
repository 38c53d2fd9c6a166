"""A run with random weights, for tests that only read runs: nothing is compiled or trained."""

from __future__ import annotations

from typing import Any

import numpy as np

from ensemble import Dataset, EnsembleConfig, Run
from ensemble.runs.weights import weight_shapes


def random_run(data: Dataset, seed: int = 0, scale: float = 0.5, **settings: Any) -> Run:
    """A run before its first epoch; the biases are drawn, too."""
    config = EnsembleConfig(**{"members": 4, "hidden_units": 6, **settings})
    rng = np.random.default_rng(seed)
    shapes = weight_shapes(config, data.features, data.classes)
    return Run.before_training(config, data, tuple(rng.normal(0, scale, shape).astype(np.float32) for shape in shapes))
