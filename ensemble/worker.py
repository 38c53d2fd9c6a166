"""The functions that run in a worker process. The web process imports this module too, so TensorFlow is imported inside them.

Workers preload it (``dask worker --preload ensemble.worker``), so that TensorFlow is loaded before the first task.

A worker reports on a task under the topic of the web process that has sent it, in messages with the keys ``job`` (the id of the
task), ``worker`` (its address) and ``event``: ``COMPILING`` or ``TRAINING`` when it begins a run, ``PROGRESS`` with the key
``progress`` (see ``ensemble.runs.progress``), ``CHUNK`` when it begins a chunk of a sweep, and ``LEFT`` when it no longer
trains for the task.
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
from ensemble.datasets.builtin import load_dataset
from ensemble.datasets.table import Dataset, Table
from ensemble.fingerprint import fingerprint
from ensemble.runs.keras_model import functional_model
from ensemble.runs.progress import progress_since
from ensemble.runs.run import Run
from ensemble.runs.weights import Weights
from ensemble.sweeps.results import Result, RunSpec, train_specs

TOPIC = "softmax-lab"
COMPILING, TRAINING, PROGRESS, CHUNK, LEFT = "compiling", "training", "progress", "chunk", "left"
SECONDS_BETWEEN_REPORTS = 0.03
MIN_SPEEDUP_TO_SECEDE = 2

_stops: dict[str, list[threading.Event]] = {}


class OtherVersionError(Exception):
    """The worker runs another version of the package than the app."""


def train_job(
    job_id: str,
    config: EnsembleConfig,
    data: Dataset,
    epochs_per_second: float | None,
    slow_runs: int = 8,
    version: str = "",
    topic: str = TOPIC,
) -> Run:
    """Train on a Dask worker, and report progress.

    Parameters
    ----------
    job_id : str
        For ``stop_job``.
    config : EnsembleConfig
    data : Dataset
    epochs_per_second : float or None
        Train no faster than this. Once the run could train more than twice as fast, it secedes from the worker's slot, so that
        others can use it, unless ``slow_runs`` have done so on this worker. Until then it is not slowed down.
    slow_runs : int, default 8
    version : str
        Fingerprint of the app; empty for workers that the app has started itself.
    topic : str
        Under which it reports.

    Returns
    -------
    Run
        With any status but "training".

    Raises
    ------
    OtherVersionError
        If the worker runs another version.
    """
    from ensemble.training import loop

    _refuse_other(version)
    reported = _Reported()

    def on_progress(run: Run) -> None:
        if run.status != "training" or time.monotonic() - reported.at >= SECONDS_BETWEEN_REPORTS:
            _report(topic, job_id, PROGRESS, progress=progress_since(run, reported.epochs))
            reported.epochs, reported.at = run.epochs, time.monotonic()

    with _stop_event(job_id, topic) as stop:
        _report(topic, job_id, TRAINING if loop.is_compiled(config, data) else COMPILING)
        with _Slot(epochs_per_second, slow_runs) as slot:
            return loop.train(config, data, on_progress, stop, epochs_per_second, slot.may_wait)


def train_chunk(
    chunk_id: str,
    specs: Sequence[RunSpec],
    table: Table,
    test_share: float,
    together: int,
    version: str = "",
    topic: str = TOPIC,
) -> tuple[list[Result], float]:
    """Train some runs of a sweep on a Dask worker; returns their results and the seconds that they took.

    See ``ensemble.sweeps.results.train_specs``; fewer results than specs if it was stopped.
    """
    _refuse_other(version)
    with _stop_event(chunk_id, topic) as stop:
        _report(topic, chunk_id, CHUNK)
        began = time.monotonic()
        results = train_specs(specs, table, test_share, together, stop)
        return results, time.monotonic() - began


def rows_of_sweep(table: Table) -> Table:
    """The rows as a separate task, so that they are sent to each worker only once, and again if a worker is lost."""
    return table


async def stop_job(job_id: str, dask_worker: Any, topic: str = TOPIC) -> None:
    """Stop a job or a sweep's chunk on this worker within a chunk of epochs; report ``LEFT`` if it is not there."""
    for stop in _stops.get(job_id, ()):
        stop.set()
    if job_id not in _stops:
        _log_event(dask_worker, topic, job_id, LEFT)


def build_keras_file(config: EnsembleConfig, weights: Weights) -> bytes:
    """The ``.keras`` file of the functional model with these weights."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ensemble.keras"
        functional_model(config, weights).save(path)
        return path.read_bytes()


def dask_setup(worker: Any) -> None:
    """Load TensorFlow before the worker registers with the scheduler, then compile the classic run in the background."""
    _do_without_matplotlib()
    with _no_standard_error():  # TensorFlow's libraries report there that they found no GPU
        from ensemble.training import loop

    def compile_classic() -> None:
        loop.train(EnsembleConfig(epochs=1), load_dataset("wine"))

    threading.Thread(target=compile_classic, daemon=True, name="compile-classic").start()


@contextmanager
def _no_standard_error() -> Iterator[None]:
    """Discard the process's output to standard error, including that of C libraries."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _do_without_matplotlib() -> None:
    """Keep Keras from importing matplotlib for unused plots, which would leave a font cache in the temporary folder."""
    if "matplotlib" not in sys.modules:
        sys.modules["matplotlib"] = None  # type: ignore[assignment]


def _refuse_other(version: str) -> None:
    if version and version != fingerprint():
        raise OtherVersionError(fingerprint())


@contextmanager
def _stop_event(job_id: str, topic: str) -> Iterator[threading.Event]:
    # A job that was submitted again may run twice on this worker.
    stop, same_job = threading.Event(), _stops.setdefault(job_id, [])
    same_job.append(stop)
    try:
        yield stop
    finally:
        same_job.remove(stop)
        if not same_job:
            _stops.pop(job_id, None)
        _report(topic, job_id, LEFT)


def _report(topic: str, job_id: str, event: str, **details: Any) -> None:
    from distributed import get_worker

    _log_event(get_worker(), topic, job_id, event, **details)


def _log_event(worker: Any, topic: str, job_id: str, event: str, **details: Any) -> None:
    worker.log_event(topic, {"job": job_id, "worker": worker.address, "event": event, **details})


class _Reported:
    epochs = 0
    at = 0.0


class _Slot:
    """The worker's only slot, from which a slow run secedes, because it mostly waits and needs hardly any processor time."""

    def __init__(self, epochs_per_second: float | None, max_seceded: int):
        self.epochs_per_second, self.max_seceded = epochs_per_second, max_seceded
        self.has_seceded = False

    def __enter__(self) -> _Slot:
        return self

    def __exit__(self, *_: object) -> None:
        with _seceded_lock:
            _seceded.discard(self)

    def may_wait(self, fastest: float) -> bool:
        """Whether a run that could train ``fastest`` epochs per second may be slowed down; it secedes at the first True."""
        if self.has_seceded or not self.epochs_per_second or fastest <= MIN_SPEEDUP_TO_SECEDE * self.epochs_per_second:
            return self.has_seceded
        with _seceded_lock:
            if len(_seceded) >= self.max_seceded:
                return False
            _seceded.add(self)
        self.has_seceded = True
        _secede()
        return True


_seceded: set[_Slot] = set()
_seceded_lock = threading.Lock()


def _secede() -> None:
    from distributed import secede

    secede()
