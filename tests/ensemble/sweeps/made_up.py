"""Settings and results that tests of many runs share."""

import numpy as np

from ensemble import EnsembleConfig

CLASSIC = EnsembleConfig()

SWEPT = (
    *("members", "dropout", "epochs", "hidden_units", "learning_rate", "activation", "training"),
    *("label_smoothing", "outputs", "class_weights", "pooling"),
)


def rng():
    return np.random.default_rng(0)


def coverage(draw, truth, interval, runs=600):
    """How often an interval of a fresh draw holds the truth, and how often it lies above and below it."""
    found = [interval(draw()) for _ in range(runs)]
    low, high = np.array([band[-2:] for band in found]).T
    return np.mean((low <= truth) & (truth <= high)), np.mean(low > truth), np.mean(high < truth)
