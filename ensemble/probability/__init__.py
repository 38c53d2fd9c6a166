"""Probability vectors, proper scoring rules and intervals: NumPy and SciPy only."""

from ensemble.probability.intervals import accuracy_difference, mean_interval
from ensemble.probability.scoring import (
    base_rate_loss,
    brier_score,
    brier_scores,
    expected_calibration_error,
    negative_log_likelihood,
    top_label,
)
from ensemble.probability.softmax_losses import softmax_twice_bound, softmax_twice_floor
from ensemble.probability.vectors import (
    cross_entropy,
    entropy,
    free_energy,
    kl_divergence,
    linear_pool,
    log_partition,
    log_pool,
    log_softmax,
    perplexity,
    softmax,
)

__all__ = [
    "accuracy_difference",
    "base_rate_loss",
    "brier_score",
    "brier_scores",
    "cross_entropy",
    "entropy",
    "expected_calibration_error",
    "free_energy",
    "kl_divergence",
    "linear_pool",
    "log_partition",
    "log_pool",
    "log_softmax",
    "mean_interval",
    "negative_log_likelihood",
    "perplexity",
    "softmax",
    "softmax_twice_bound",
    "softmax_twice_floor",
    "top_label",
]
