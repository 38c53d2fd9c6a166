"""Runs of random weights: what holds for them does not depend on training."""

import numpy as np
from scipy.special import log_softmax

from ensemble import EnsembleConfig, Run
from ensemble.dropout.masks import masked_logits
from ensemble.runs.weights import weight_shapes

RATE = 0.25
ROWS = np.random.default_rng(4).normal(size=(6, 5)).astype(np.float32)


def drawn_run(training: str, scale: float = 1.0, **settings) -> Run:
    """Three members of four units for five features and four classes, with weights of that standard deviation."""
    config = EnsembleConfig(**{"members": 3, "hidden_units": 4, "training": training, "activation": "relu"} | settings)
    rng = np.random.default_rng(3)
    weights = tuple(rng.normal(0, scale, shape).astype(np.float32) for shape in weight_shapes(config, 5, 4))
    none = np.zeros(0)
    return Run(config, tuple("abcd"), tuple("vwxyz"), weights, none, none, none)


def masked(run: Run, masks: np.ndarray) -> np.ndarray:
    """Log-probabilities of ``ROWS`` under each mask."""
    return log_softmax(masked_logits(run, ROWS, masks), axis=-1)
