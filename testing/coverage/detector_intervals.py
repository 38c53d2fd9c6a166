"""Intervals of detectors of novel rows whose scores are drawn from normal distributions, so that the truth is known."""

from __future__ import annotations

import numpy as np
from scipy import stats

from ensemble.shift.detectors import DETECTORS
from ensemble.shift.roc import auroc_covariance, roc_on_grid, with_interval
from ensemble.sweeps.novelty import novelty_over_seeds

RUNS = 10
SHIFTS = np.array([1.4, 1.9])
NOISE = 0.4


def measured_detectors(known: np.ndarray, novel: np.ndarray) -> dict[str, tuple[float, ...]]:
    """What ``measure_novelty`` would measure of a run with these scores (detectors, rows)."""
    found = {
        "rows": (known.shape[1], novel.shape[1]),
        "auroc covariance": tuple(auroc_covariance(list(known), list(novel)).ravel()),
    }
    for name, one, other in zip(DETECTORS, known, novel, strict=False):
        found |= {f"auroc {name}": tuple(with_interval(one, other)), f"roc {name}": tuple(roc_on_grid(one, other))}
    return found


def intervals_of_detectors(
    rng: np.random.Generator, replicates: int, known: int, novel: int
) -> dict[str, tuple[np.ndarray, float, np.ndarray]]:
    """Lower ends, truth and upper ends of the area of one detector, and of its difference from a better one.

    In each replicate rows are drawn anew; in each run of it the same rows have scores with noise of their own.
    """
    true = stats.norm.cdf(SHIFTS / np.sqrt(2 * (1.25 + NOISE**2)))
    found = []
    for _ in range(replicates):
        shared = [rng.normal(size=(1, count)) + 0.5 * rng.normal(size=(2, count)) for count in (known, novel)]
        shared[1] += SHIFTS[:, None]
        noisy = [[rows + NOISE * rng.normal(size=rows.shape) for rows in shared] for _ in range(RUNS)]
        over = novelty_over_seeds([measured_detectors(*scores) for scores in noisy])
        worse, pair = over.detector(DETECTORS[0]), over.pairs[0]
        sign = 1 if pair.worse == worse.name else -1
        found.append([worse.low, worse.high, *sorted([sign * pair.low_rows, sign * pair.high_rows])])
    low, high, low_rows, high_rows = np.array(found).T
    return {
        "AUROC of a detector": (low, float(true[0]), high),
        "difference of AUROCs, rows and seeds": (low_rows, float(true[1] - true[0]), high_rows),
    }
