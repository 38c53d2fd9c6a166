"""Made-up scores with outcomes, and strategies for them."""

import numpy as np
from hypothesis import strategies as st

from ensemble.probability.scoring import negative_log_likelihood
from ensemble.probability.vectors import log_softmax, softmax

SEEDS = st.integers(0, 10_000)

CLASSES = st.integers(2, 5)


def outcomes(proba, rng):
    return (proba.cumsum(axis=1) > rng.random((len(proba), 1))).argmax(axis=1)


def sample(seed, n=178, classes=3, wrong=1.0, width=2.0):
    """Scores that are off by the factor ``wrong``, and outcomes."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(n, classes)) * width
    return z * wrong, outcomes(softmax(z), rng)


def mean_nll(logits, y, temperature):
    return negative_log_likelihood(log_softmax(logits, temperature), y).mean()
