"""A bounded store of finished runs and sweeps, which are reused for equal requests, and the keys that define equality."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from ensemble.config import EnsembleConfig
from ensemble.datasets.csv_table import UPLOADED
from ensemble.datasets.digest import digest, digest_of_split
from ensemble.datasets.table import Dataset, Table
from ensemble.runs.run import Run
from ensemble.sweeps.results import RunSpec

BYTES_BESIDE_THE_ARRAYS = 4_000


class RunKey(NamedTuple):
    """All that determines the numbers of a run, as long as the code stays the same."""

    config: EnsembleConfig
    rows: str


class SweepKey(NamedTuple):
    """All that determines the results of a sweep."""

    specs: tuple[RunSpec, ...]
    rows: str
    test_share: float


def key_of_run(config: EnsembleConfig, dataset: Dataset) -> RunKey | None:
    """The key of a run; None on uploaded rows, which are never shared."""
    return None if dataset.name == UPLOADED else RunKey(config, digest_of_split(dataset))


def key_of_sweep(specs: Sequence[RunSpec], table: Table, test_share: float) -> SweepKey | None:
    """The key of a sweep; None on uploaded rows, which are never shared."""
    return None if table.name == UPLOADED else SweepKey(tuple(specs), digest(table), test_share)


def bytes_of(run: Run) -> int:
    """About how much memory a run takes, in bytes."""
    weights = sum(array.nbytes for array in run.weights)
    return weights + run.curves.nbytes + run.kept_epochs.nbytes + run.test_log_proba.nbytes + BYTES_BESIDE_THE_ARRAYS


class RunStore:
    """Finished runs and sweeps by their keys, as an LRU cache. The caller holds the connection's lock.

    Parameters
    ----------
    max_bytes : int
        The maximum total size of the entries; 0 keeps nothing.

    Attributes
    ----------
    bytes : int
        Their present total size.

    Examples
    --------
    >>> store = RunStore(max_bytes=10)
    >>> for key, size in (("a", 5), ("b", 5), ("large", 11)):
    ...     store.put(key, key.upper(), size)
    >>> store.get("a"), store.get("large")
    ('A', None)
    >>> store.put("c", "C", 1)
    >>> store.get("b"), store.get("c"), store.bytes
    (None, 'C', 6)
    """

    def __init__(self, max_bytes: int):
        self.max_bytes = max_bytes
        self.bytes = 0
        self._entries: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        """The entry of that key, which counts as used; None if there is none."""
        if key not in self._entries:
            return None
        self._entries.move_to_end(key)
        return self._entries[key][0]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep a value of so many bytes; one that is larger than the whole store is not kept."""
        self._remove(key)
        if size > self.max_bytes:
            return
        self._entries[key] = (value, size)
        self.bytes += size
        while self.bytes > self.max_bytes:
            self._remove(next(iter(self._entries)))

    def _remove(self, key: Hashable) -> None:
        _, size = self._entries.pop(key, (None, 0))
        self.bytes -= size
