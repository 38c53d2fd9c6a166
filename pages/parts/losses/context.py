"""The data that the parts of the page share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ensemble import Dataset, Run

KINDS = {
    "softmax": "Softmax, cross-entropy",
    "sigmoid": "Sigmoids, binary cross-entropy",
    "linear": "Linear, squared error",
    "softmax_squared": "Softmax, squared error",
    "softmax_twice": "Softmax twice, cross-entropy",
}


@dataclass(frozen=True)
class Context:
    """The runs with different losses, as each part gets them.

    Attributes
    ----------
    runs : mapping of str to Run
        The runs, by the names in ``ensemble.related.plans.outputs``.
    folds : sequence of Dataset
        The folds of the rows of the shown run.
    """

    runs: Mapping[str, Run]
    folds: Sequence[Dataset]

    def runs_of(self, kind: str) -> list[Run]:
        """The runs with this kind of outputs, in the order of their folds."""
        return [run for name, run in self.runs.items() if name.startswith(f"{kind} ")]
