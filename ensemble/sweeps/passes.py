"""Methods at equal numbers of forward passes over seeds: means with their intervals, and the difference of two methods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ensemble.dropout.passes import ENSEMBLE, MC_DROPOUT, Measured
from ensemble.errors import InputError
from ensemble.probability.vectors import Floats
from ensemble.sweeps.paired_runs import Paired, paired
from ensemble.sweeps.results import Result

if TYPE_CHECKING:
    import pandas as pd

BOUNDS = {"nll": (0.0, np.inf), "brier": (0.0, 2.0), "mutual_information": (0.0, np.inf), "confidence_far": (0.0, 1.0)}
"""What no mean can pass, so that no interval does."""


def table_of_passes(results: Sequence[Result]) -> pd.DataFrame:
    """The measurements of ``measure_passes`` over seeds.

    Parameters
    ----------
    results : sequence of Result
        At least two, with the measurements of "passes".

    Returns
    -------
    DataFrame
        One row for each method, number of passes and measure: ``method``, ``passes``, ``measure``, ``mean``, ``low``, ``high``,
        the ends of Student's 95 % interval for the mean over seeds, cut at what is possible.

    Raises
    ------
    InputError
        If there are fewer than two results, or they do not hold these measurements.
    """
    import pandas as pd  # here, because the first page should not wait for it

    rows = []
    for name in _names(results):
        method, _, passes = name.rpartition("/")
        for measure in Measured._fields:
            values = _values(results, name, measure)
            over_seeds = paired(np.zeros(len(values)), values)
            low, high = np.clip((over_seeds.low, over_seeds.high), *BOUNDS[measure])
            rows.append((method, int(passes), measure, over_seeds.mean, float(low), float(high)))
    return pd.DataFrame(rows, columns=["method", "passes", "measure", "mean", "low", "high"])


def difference(results: Sequence[Result], measure: str, passes: int) -> Paired:
    """The ensemble's value of a measure less that of MC dropout at so many passes, seed by seed.

    Raises
    ------
    InputError
        As ``table_of_passes``, or if nothing was measured at this number of passes.
    """
    names = (f"{MC_DROPOUT}/{passes}", f"{ENSEMBLE}/{passes}")
    if missing := set(names) - set(_names(results)):
        raise InputError(f"Nothing was measured for {', '.join(sorted(missing))}.")
    return paired(_values(results, names[0], measure), _values(results, names[1], measure))


def _names(results: Sequence[Result]) -> list[str]:
    if len(results) < 2 or not all(result.measurements for result in results):
        raise InputError("Give at least two results with measurements of passes.")
    return list(results[0].measurements)


def _values(results: Sequence[Result], name: str, measure: str) -> Floats:
    return np.array([Measured(*result.measurements[name])._asdict()[measure] for result in results])
