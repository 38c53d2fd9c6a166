"""The example: the classic run with seed 0 and its related runs, trained in advance.

``python -m ensemble.related.build`` writes the files. Each holds one run and is read when it is first asked for.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ensemble.config import EnsembleConfig
from ensemble.datasets.config import DataConfig, dataset_of, table_of
from ensemble.datasets.splits import folds
from ensemble.datasets.table import Dataset
from ensemble.limits import LimitError
from ensemble.related import plans
from ensemble.runs.run import Run
from ensemble.shift.blobs import MAX_TEST_ROWS, OVERLAPPING
from ensemble.sweeps.design import SweepPlan
from ensemble.sweeps.results import Calibration, Result, RunSpec, Scores

FOLDER = Path(__file__).parent / "data"
RESULTS = FOLDER / "results.json.gz"
CONFIG = EnsembleConfig.model_construct()  # the documented defaults, whatever the host allows of them
RUN, CHANGED_RUN = "joint", "relu"
PLANE_ROWS, PLANE_ACTIVATION = "moons", "relu"


def run() -> Run:
    """The classic run."""
    return _load(RUN)


def changed_run() -> Run:
    """The classic run with another activation, on the same rows."""
    return _load(CHANGED_RUN)


@cache
def data() -> Dataset:
    """The rows of the classic run."""
    return dataset_of(DataConfig(), CONFIG.seed)


def find(config: EnsembleConfig, dataset: Dataset) -> Run | None:
    """The run with these settings on these rows, if it is part of the example."""
    for name in _names().get(config, ()):
        if planned()[name][1].same_rows(dataset):
            found = _load(name)
            # Where the host allows fewer members, "many" is another run than the one that was trained in advance.
            return found if found.config == config else None
    return None


def results(plan: SweepPlan) -> list[Result] | None:
    """The results of the runs of a plan on the rows of the classic run, if all of them are part of the example."""
    known = _results()
    return [known[spec] for spec in plan.specs] if known.keys() >= set(plan.specs) else None


@cache
def planned_results() -> list[RunSpec]:
    """All runs whose results are part of the example, each once, in the order of the file."""
    seeds = CONFIG.seed
    wanted = (plans.luck(CONFIG, seeds), plans.sizes_over_seeds(CONFIG, seeds), plans.pairs(CONFIG, seeds))
    return list(dict.fromkeys(spec for plan in wanted for spec in plan.specs))


@cache
def planned() -> plans.NamedRuns:
    """All runs of the example by name. Equal ones share a file, which has the name of the first of them."""
    split, fifths = data(), folds(table_of(DataConfig()), seed=CONFIG.seed)
    plane_rows = dataset_of(DataConfig(data=PLANE_ROWS), CONFIG.seed)
    blobs = dataset_of(OVERLAPPING, CONFIG.seed).with_at_most(MAX_TEST_ROWS)
    return (
        plans.ensembles(CONFIG, split)
        | plans.folds(CONFIG, fifths)
        | plans.outputs(CONFIG, fifths)
        | plans.seeds(CONFIG, split)
        | plans.plane(CONFIG, plane_rows, PLANE_ACTIVATION)
        | plans.shares(CONFIG, blobs)
        | plans.ways_to_train(CONFIG, blobs)
    )


def file_of(name: str) -> Path:
    """The file of the run with this name, if no earlier run is equal."""
    return FOLDER / f"{name.replace(' ', '_')}.npz"


def results_to_bytes(results: Sequence[Result], digits: int = 17) -> bytes:
    """Results as compressed JSON, deterministic, with all 17 digits, so that they are read back without loss."""
    exact = json.dumps([result._asdict() for result in results])
    rounded = json.loads(exact, parse_float=lambda number: float(f"{float(number):.{digits}g}"))
    return gzip.compress(json.dumps(rounded).encode(), mtime=0)


def results_from_bytes(content: bytes) -> list[Result]:
    """The reverse of ``results_to_bytes``."""
    return [_result(**values) for values in json.loads(gzip.decompress(content))]


def _result(
    pools: Mapping[str, Sequence[float]],
    members: Sequence[Sequence[float]],
    calibration: Mapping[str, Sequence[float]],
    measurements: Mapping[str, Sequence[float]] = {},
    **rest: Any,
) -> Result:
    return Result(
        pools={name: Scores(*one) for name, one in pools.items()},
        members=tuple(Scores(*one) for one in members),
        calibration={name: Calibration(*one) for name, one in calibration.items()},
        measurements={name: tuple(numbers) for name, numbers in measurements.items()},
        **rest,
    )


@cache
def _load(name: str) -> Run:
    return Run.load(file_of(name), limited=False)


@cache
def _names() -> dict[EnsembleConfig, list[str]]:
    names: dict[EnsembleConfig, list[str]] = defaultdict(list)
    for name, (config, _) in planned().items():
        names[config].append(name)
    return names


@cache
def _results() -> dict[RunSpec, Result]:
    try:
        specs = planned_results()
    except LimitError:  # this host allows fewer runs or members, and then never asks for these
        return {}
    return dict(zip(specs, results_from_bytes(RESULTS.read_bytes()), strict=True))
