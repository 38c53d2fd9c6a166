"""Detectors of novel rows over seeds: ROC curves, their areas, and which of them differ beyond luck."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np

from ensemble.errors import InputError
from ensemble.probability.intervals import Band
from ensemble.probability.vectors import Floats
from ensemble.shift.detectors import DETECTORS
from ensemble.sweeps.paired_runs import paired

LEVEL = 0.95

Reach = Literal["other rows", "these rows", "none"]


class Detector(NamedTuple):
    """One detector over seeds.

    Attributes
    ----------
    name : str
        One of ``DETECTORS``.
    caught, lowest, highest : ndarray of shape (points,)
        At each share of false alarms of ``ensemble.shift.roc.GRID`` the share of novel rows caught: its mean over runs, and
        the lowest and highest of them. A new run of the same rows lies between those two in (n - 1) of n + 1 cases.
    auroc : float
        Its mean over runs, 0..1.
    of_runs : ndarray of shape (runs,)
        That of each run.
    low, high : float
        Interval over rows: the mean of the ends that each run's has.
    """

    name: str
    caught: Floats
    lowest: Floats
    highest: Floats
    auroc: float
    of_runs: Floats
    low: float
    high: float


class Pair(NamedTuple):
    """Two detectors compared on the same rows and seeds, the better one first.

    Attributes
    ----------
    better, worse : str
        Names.
    difference : float
        Mean over runs of the first AUROC less the second, at least 0.
    low, high : float
        Student's interval over seeds, for these rows.
    low_rows, high_rows : float
        Interval over rows and seeds: its variance is the mean of DeLong's over runs, and that of the mean over seeds.
    """

    better: str
    worse: str
    difference: float
    low: float
    high: float
    low_rows: float
    high_rows: float

    @property
    def reach(self) -> Reach:
        """How far the difference can be claimed: for other rows of these classes, for these rows alone, or not at all."""
        if self.low > 0:
            return "other rows" if self.low_rows > 0 else "these rows"
        return "none"


class Novelty(NamedTuple):
    """The summary of the measured runs.

    Attributes
    ----------
    runs, known, novel : int
        How many runs, and how many rows of each kind.
    detectors : tuple of Detector
        The largest mean AUROC first.
    pairs : tuple of Pair
        All pairs of them; none of a single run. All their intervals of one kind hold together at 95 % (Bonferroni).
    """

    runs: int
    known: int
    novel: int
    detectors: tuple[Detector, ...]
    pairs: tuple[Pair, ...]

    def detector(self, name: str) -> Detector:
        """The one of that name."""
        return next(one for one in self.detectors if one.name == name)

    def pair(self, one: str, other: str) -> Pair:
        """The pair of these two, in whichever order."""
        return next(pair for pair in self.pairs if {pair.better, pair.worse} == {one, other})

    @property
    def leaders(self) -> tuple[Detector, ...]:
        """The detector with the largest mean AUROC, and those that luck of rows and seeds may have put behind it."""
        best, *others = self.detectors
        return best, *(one for one in others if not self.pairs or self.pair(best.name, one.name).reach != "other rows")

    def better_than(self, name: str) -> tuple[Detector, ...]:
        """The detectors whose AUROC exceeds that of this one beyond luck, the largest first; none if there is a single run."""
        found = {pair.better for pair in self.pairs if pair.worse == name and pair.reach != "none"}
        return tuple(one for one in self.detectors if one.name in found)

    def ahead_of(self, name: str) -> Band:
        """How far the largest mean AUROC is above that of this detector, at least 0, with the interval over rows and seeds.

        The interval is that of ``pairs``; of a single run, or of the first detector itself, it has no length.
        """
        best, ahead = self.detectors[0], self.detectors[0].auroc - self.detector(name).auroc
        if best.name == name or not self.pairs:
            return Band(ahead, ahead, ahead)
        pair = self.pair(best.name, name)
        return Band(ahead, pair.low_rows, pair.high_rows)


def novelty_over_seeds(measurements: Sequence[Mapping[str, Sequence[float]]]) -> Novelty:
    """Summarise the measurements of ``ensemble.shift.detectors.measure_novelty`` for several runs on the same rows.

    Parameters
    ----------
    measurements : sequence of mapping
        One for each seed.

    Raises
    ------
    InputError
        If there is none, or the rows are not as many in all of them.

    References
    ----------
    DeLong, E. R., DeLong, D. M. and Clarke-Pearson, D. L. (1988). Comparing the areas under two or more correlated receiver
    operating characteristic curves: a nonparametric approach.
    """
    if not measurements or len({tuple(one["rows"]) for one in measurements}) != 1:
        raise InputError("Detectors are compared over at least one run, and all runs need the same rows.")
    names = [name for name in DETECTORS if f"auroc {name}" in measurements[0]]
    known, novel = map(int, measurements[0]["rows"])
    found = [_detector(name, measurements) for name in names]
    covariance = np.mean([one["auroc covariance"] for one in measurements], axis=0).reshape(len(names), len(names))
    both = list(combinations(range(len(names)), 2)) if len(measurements) > 1 else []
    pairs = tuple(_pair(found[i], found[j], _variance(covariance, i, j), 1 - (1 - LEVEL) / len(both)) for i, j in both)
    ordered = tuple(sorted(found, key=_auroc, reverse=True))
    return Novelty(len(measurements), known, novel, ordered, pairs)


def _auroc(detector: Detector) -> float:
    return detector.auroc


def _detector(name: str, measurements: Sequence[Mapping[str, Sequence[float]]]) -> Detector:
    curves = np.array([one[f"roc {name}"] for one in measurements], dtype=np.float64)
    areas, lows, highs = np.array([one[f"auroc {name}"] for one in measurements], dtype=np.float64).T
    return Detector(
        name,
        curves.mean(axis=0),
        curves.min(axis=0),
        curves.max(axis=0),
        float(areas.mean()),
        areas,
        float(lows.mean()),
        float(highs.mean()),
    )


def _variance(covariance: Floats, i: int, j: int) -> float:
    """The variance of the difference of two areas over rows."""
    return max(0.0, float(covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]))


def _pair(one: Detector, other: Detector, variance: float, level: float) -> Pair:
    from scipy.stats import norm

    worse, better = sorted((one, other), key=_auroc)
    seeds = paired(worse.of_runs, better.of_runs, level)
    reach = float(norm.ppf((1 + level) / 2)) * math.sqrt(variance + seeds.sd**2 / seeds.pairs)
    return Pair(better.name, worse.name, seeds.mean, seeds.low, seeds.high, seeds.mean - reach, seeds.mean + reach)
