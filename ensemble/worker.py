"""What runs inside a worker process. The web process imports this module too, so TensorFlow is loaded inside the functions.

Workers preload it (``dask worker --preload ensemble.worker``): TensorFlow is then ready before the first job comes.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset, Table, load_dataset
from ensemble.fingerprint import fingerprint
from ensemble.runs.progress import progress_since
from ensemble.runs.run import Run, Weights
from ensemble.sweeps.results import Result, RunSpec, train_specs

TOPIC = "softmax-lab"
LEFT = "left"
SECONDS_BETWEEN_NEWS = 0.03
TIMES_FASTER = 2

_stops: dict[str, list[threading.Event]] = {}


class OtherVersionError(Exception):
    """This worker was started from another version of the package than the app."""


def train_job(
    job_id: str,
    config: EnsembleConfig,
    data: Dataset,
    epochs_per_second: float | None,
    slow_runs: int = 8,
    version: str = "",
) -> Run:
    """Train on a Dask worker, and log what happens under ``TOPIC`` for the web process that waits for it.

    A run with a speed leaves its slot to others once it is known to wait for most of its time: once it trains more than twice
    as fast as it is asked to, while fewer than ``slow_runs`` have left this worker's slot. Until then it does not wait.
    """
    from ensemble.training import loop

    _refuse_other(version)
    sent = _Sent()

    def on_progress(run: Run) -> None:
        if run.status != "training" or time.monotonic() - sent.at >= SECONDS_BETWEEN_NEWS:
            _tell(job_id, "progress", progress=progress_since(run, sent.epochs))
            sent.epochs, sent.at = run.epochs, time.monotonic()

    with _stop_event(job_id) as stop:
        _tell(job_id, "training" if loop.is_compiled(config, data) else "compiling")
        with _Place(epochs_per_second, slow_runs) as place:
            return loop.train(config, data, on_progress, stop, epochs_per_second, place.may_wait)


def train_chunk(
    chunk_id: str, specs: Sequence[RunSpec], table: Table, test_share: float, together: int, version: str = ""
) -> tuple[list[Result], float]:
    """Train some runs of a sweep on a Dask worker: what is kept of them, and the seconds that they took."""
    _refuse_other(version)
    with _stop_event(chunk_id) as stop:
        _tell(chunk_id, "chunk")
        began = time.monotonic()
        results = train_specs(specs, table, test_share, together, stop)
        return results, time.monotonic() - began


def rows_of_sweep(table: Table) -> Table:
    """The rows as a task of their own: they travel to a worker once, and again if that worker is lost."""
    return table


async def stop_job(job_id: str, dask_worker: Any) -> None:
    """End a job or a sweep's runs on this worker within one chunk of epochs; if they are not there, say that they have left."""
    for stop in _stops.get(job_id, ()):
        stop.set()
    if job_id not in _stops:
        _say(dask_worker, job_id, LEFT)


def build_keras_file(config: EnsembleConfig, weights: Weights) -> bytes:
    """What Keras writes for the functional model of these weights: a ``.keras`` file."""
    from ensemble.training.network import functional_model

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ensemble.keras"
        functional_model(config, weights).save(path)
        return path.read_bytes()


def dask_setup(worker: Any) -> None:
    """Load TensorFlow before the worker registers with the scheduler, then compile the classic run in the background."""
    _do_without_matplotlib()
    with _no_standard_error():  # where TensorFlow's libraries report that they found no GPU
        from ensemble.training import loop

    def compile_classic() -> None:
        loop.train(EnsembleConfig(epochs=1), load_dataset("wine"))

    threading.Thread(target=compile_classic, daemon=True, name="compile-classic").start()


@contextmanager
def _no_standard_error() -> Iterator[None]:
    """Drop what the process writes to standard error, C libraries included."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _do_without_matplotlib() -> None:
    """Keras loads it for pictures that nobody asks for here; it would leave a folder of fonts in the temporary folder."""
    if "matplotlib" not in sys.modules:
        sys.modules["matplotlib"] = None  # type: ignore[assignment]


def _refuse_other(version: str) -> None:
    if version and version != fingerprint():
        raise OtherVersionError(fingerprint())


@contextmanager
def _stop_event(job_id: str) -> Iterator[threading.Event]:
    # A job that was sent again may meet itself here.
    stop, same_job = threading.Event(), _stops.setdefault(job_id, [])
    same_job.append(stop)
    try:
        yield stop
    finally:
        same_job.remove(stop)
        if not same_job:
            _stops.pop(job_id, None)
        _tell(job_id, LEFT)


def _tell(job_id: str, event: str, **details: Any) -> None:
    from distributed import get_worker

    _say(get_worker(), job_id, event, **details)


def _say(worker: Any, job_id: str, event: str, **details: Any) -> None:
    worker.log_event(TOPIC, {"job": job_id, "worker": worker.address, "event": event, **details})


class _Sent:
    epochs = 0
    at = 0.0


class _Place:
    """Where a run trains: in this worker's slot, or beside it, where it costs next to nothing because it mostly waits."""

    def __init__(self, epochs_per_second: float | None, most: int):
        self.epochs_per_second, self.most = epochs_per_second, most
        self.is_beside = False

    def __enter__(self) -> _Place:
        return self

    def __exit__(self, *_: object) -> None:
        with _beside_lock:
            _beside.discard(self)

    def may_wait(self, fastest: float) -> bool:
        """Whether a run that could train so many epochs per second may wait; it leaves the slot before it first does."""
        if self.is_beside or not self.epochs_per_second or fastest <= TIMES_FASTER * self.epochs_per_second:
            return self.is_beside
        with _beside_lock:
            if len(_beside) >= self.most:
                return False
            _beside.add(self)
        self.is_beside = True
        _leave_the_slot()
        return True


_beside: set[_Place] = set()
_beside_lock = threading.Lock()


def _leave_the_slot() -> None:
    from distributed import secede

    secede()
