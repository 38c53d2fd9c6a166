"""What runs inside a worker process. The web process imports this module too, so TensorFlow is loaded inside the functions.

Workers preload it (``dask worker --preload ensemble.worker``): TensorFlow is then ready before the first job comes.
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from ensemble.config import EnsembleConfig
from ensemble.datasets import Dataset, load_dataset
from ensemble.run import Run, Weights
from ensemble.wire import news_since

TOPIC = "softmax-lab"
SECONDS_BETWEEN_NEWS = 0.03

_stops: dict[str, threading.Event] = {}


def train_job(job_id: str, config: EnsembleConfig, data: Dataset, epochs_per_second: float | None) -> Run:
    """Train on a Dask worker, and log what happens under ``TOPIC`` for the web process that waits for it."""
    from distributed import get_worker, secede

    from ensemble import training

    worker = get_worker()
    stop = _stops.setdefault(job_id, threading.Event())
    sent = _Sent()

    def tell(event: str, **details: Any) -> None:
        worker.log_event(TOPIC, {"job": job_id, "worker": worker.address, "event": event, **details})

    def on_progress(run: Run) -> None:
        if run.status != "training" or time.monotonic() - sent.at >= SECONDS_BETWEEN_NEWS:
            tell("progress", news=news_since(run, sent.epochs))
            sent.epochs, sent.at = run.epochs, time.monotonic()

    try:
        tell("training" if training.is_compiled(config, data) else "compiling")
        if epochs_per_second:
            # A run that waits for its watcher leaves the slot to others.
            secede()
        return training.train(config, data, on_progress, stop, epochs_per_second)
    finally:
        del _stops[job_id]


def stop_job(job_id: str) -> None:
    """End a job of this worker within one chunk of epochs; nothing happens if it has ended already."""
    if job_id in _stops:
        _stops[job_id].set()


def build_keras_file(config: EnsembleConfig, weights: Weights) -> bytes:
    """What Keras writes for the functional model of these weights: a ``.keras`` file."""
    from ensemble.network import functional_model

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ensemble.keras"
        functional_model(config, weights).save(path)
        return path.read_bytes()


def dask_setup(worker: Any) -> None:
    """Load TensorFlow before the worker reports for duty, then compile the classic run in the background."""
    from ensemble import training

    def compile_classic() -> None:
        training.train(EnsembleConfig(epochs=1), load_dataset("wine"))

    threading.Thread(target=compile_classic, daemon=True, name="compile-classic").start()


class _Sent:
    epochs = 0
    at = 0.0
