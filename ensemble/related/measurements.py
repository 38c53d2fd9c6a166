"""Results of measured runs over seeds that ship with the app: one compressed file for each of them.

``python -m ensemble.related.build`` writes the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ensemble.config import EnsembleConfig
from ensemble.datasets.config import DataConfig, table_of
from ensemble.datasets.digest import digest
from ensemble.datasets.table import Table
from ensemble.limits import LimitError
from ensemble.related import plans
from ensemble.related.example import CONFIG, FOLDER, results_from_bytes
from ensemble.shift.detectors import OF_ROWS
from ensemble.shift.robustness import EXAMPLES
from ensemble.sweeps.design import SweepPlan
from ensemble.sweeps.results import Result

DIGITS = 6


class Shipped(NamedTuple):
    """The content of a file: the measure, the rows, and the class that is left out."""

    measure: str
    rows: str
    left_out: int | None = None

    @property
    def file(self) -> Path:
        """The file of the results."""
        parts = (self.measure, self.rows, *([] if self.left_out is None else [str(self.left_out)]))
        return FOLDER / f"{'_'.join(parts)}.json.gz"

    @property
    def data(self) -> DataConfig:
        """The settings of its rows."""
        return DataConfig.model_construct(**DataConfig(data=self.rows).model_dump())

    def plan(self, config: EnsembleConfig = CONFIG) -> SweepPlan:
        """The runs that it is measured on."""
        return plans.measured(config, CONFIG.seed, self.measure, self.left_out)


LEFT_OUT = tuple(range(10))
"""Digits that are left out in turn: all."""
SHIPPED: tuple[Shipped, ...] = (
    Shipped("passes", "wine"),
    Shipped("corruptions", "digits"),
    *(Shipped("novelty", "digits", left_out=digit) for digit in LEFT_OUT),
)


def to_ship(results: Sequence[Result]) -> list[Result]:
    """The results, with values of single rows only for the first run: pages show no others."""
    of_rows = (EXAMPLES, *OF_ROWS)
    kept = [{name: one for name, one in result.measurements.items() if not name.startswith(of_rows)} for result in results[1:]]
    rest = [result._replace(measurements=measured) for result, measured in zip(results[1:], kept, strict=True)]
    return [*results[:1], *rest]


def find(plan: SweepPlan, table: Table, test_share: float) -> list[Result] | None:
    """The results of a plan on these rows, if they ship with the app."""
    for one in SHIPPED:
        if _is_of(one, plan, test_share) and digest(table) == _digest(one):
            return _results(one)
    return None


def of_classes_left_out(measure: str, table: Table) -> dict[int, list[Result]]:
    """Results that ship for classes of these rows, each left out in turn, by its number; none for other rows."""
    shipped = [one for one in SHIPPED if (one.measure, one.rows) == (measure, table.name) and one.left_out is not None]
    if not shipped or digest(table) != _digest(shipped[0]):
        return {}
    return {one.left_out: _results(one) for one in shipped if one.left_out is not None}


def _is_of(one: Shipped, plan: SweepPlan, test_share: float) -> bool:
    try:
        return plan.specs == one.plan().specs and test_share == one.data.test_share
    except LimitError:  # this host allows fewer runs, and then never asks for these
        return False


@cache
def _digest(one: Shipped) -> str:
    return digest(table_of(one.data))


@cache
def _results(one: Shipped) -> list[Result]:
    return results_from_bytes(one.file.read_bytes())
