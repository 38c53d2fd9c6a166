"""A training service whose workers do what a test tells them to."""

from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np

from ensemble import EnsembleConfig, Run
from ensemble.execution.service import Service
from ensemble.limits import Limits
from ensemble.runs.curves import curve_names
from ensemble.runs.progress import progress_since
from ensemble.runs.weights import weight_shapes

WORKERS = ("tcp://127.0.0.1:5000", "tcp://127.0.0.1:5001")
CONFIG = EnsembleConfig(members=1, epochs=3)


class Future:
    """A task of Dask that ends when it is told to."""

    def __init__(self, act, arguments, options):
        self.act, self.id, self.arguments, self.options = act.__name__, arguments[0], arguments, options
        self.status, self.value, self.callbacks, self.cancelled = "pending", None, [], 0

    def add_done_callback(self, callback):
        self.callbacks.append(callback)

    def cancel(self):
        self.cancelled += 1

    def result(self, _):
        return self.value

    exception = result


class FakeWorkers:
    """A service with so many workers.

    Attributes
    ----------
    sent : list of Future
        What the scheduler was given, chunks of sweeps and their rows included.
    """

    def __init__(self, count=1, **limits):
        self.sent = []
        self.service = Service(scheduler="tcp://127.0.0.1:9", limits=Limits(**limits))
        self.service.start = Mock()
        self.connection = self.service.connection
        self.connection.client = SimpleNamespace(status="running", run=Mock(), restart_workers=Mock())
        self.connection.submit = self._take
        self.connection.workers.update(WORKERS[:count])

    def _take(self, act, *arguments, **options):
        self.sent.append(Future(act, arguments, options))
        return self.sent[-1]

    def make_calls(self):
        while not self.connection._calls.empty():
            self.connection._calls.get_nowait()()

    @property
    def runs(self):
        """The trainings that were sent and neither taken back nor ended, in their order."""
        self.make_calls()
        return [one for one in self.sent if one.act == "train_job" and one.status == "pending" and not one.cancelled]

    @property
    def trainings(self):
        """How many trainings were sent."""
        self.make_calls()
        return sum(one.act == "train_job" for one in self.sent)

    @property
    def chunks(self):
        """The chunks of sweeps that were sent and have not ended."""
        self.make_calls()
        return [one for one in self.sent if one.act == "train_chunk" and one.status == "pending"]

    def start(self, future, worker=WORKERS[0]):
        event = "training" if future.act == "train_job" else "chunk"
        self.service.worker_event({"event": event, "job": future.id, "worker": worker})

    def progress(self, future, epochs=1, worker=WORKERS[0]):
        run = trained(future.arguments[1], future.arguments[2], epochs)
        event = {"event": "progress", "job": future.id, "worker": worker, "progress": progress_since(run, 0)}
        self.service.worker_event(event)

    def finish(self, future, status="finished", worker=WORKERS[0]):
        """A worker trains what was sent to the end."""
        self.start(future, worker)
        value = trained(future.arguments[1], future.arguments[2]).ended(status) if future.act == "train_job" else None
        self.end(future, value or (["result"] * len(future.arguments[1]), 0.1))

    def end(self, future, value, status="finished"):
        future.status, future.value = status, value
        for callback in future.callbacks:
            callback(future)
        self.make_calls()


def trained(config, data, epochs=None):
    """A run after so many epochs; all of them if none are named."""
    epochs = config.total_epochs if epochs is None else epochs
    weights = tuple(np.zeros(shape, np.float32) for shape in weight_shapes(config, data.features, data.classes))
    run = Run.before_training(config, data, weights)
    return run.extended(
        run.weights,
        np.ones((epochs, len(curve_names(run.config))), np.float32),
        np.zeros((epochs, len(data.y_test), data.classes), np.float32),
    )
