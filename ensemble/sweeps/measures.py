"""Measurements of a sweep's runs besides their scores, made on the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets.table import Dataset
from ensemble.dropout.passes import measure_passes
from ensemble.runs.run import Run
from ensemble.shift.detectors import measure_novelty
from ensemble.shift.robustness import measure_robustness

Measurements = Mapping[str, tuple[float, ...]]
"""Numbers by name, as they can stand in JSON."""

Measure = Callable[[Run, Dataset, NDArray[np.float32] | None], Measurements]
"""Takes a run with epochs, its rows, and the rows of the class that was left out, if one was."""

MEASURES: dict[str, Measure] = {
    "passes": lambda run, data, _: measure_passes(run, data),
    "novelty": measure_novelty,
    "corruptions": lambda run, data, _: measure_robustness(run, data),
}
