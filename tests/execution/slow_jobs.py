"""Jobs that go on for minutes, and what holds them."""

from ensemble import EnsembleConfig
from testing.cluster import eventually

SLOW = EnsembleConfig(epochs=2000)
# Occupies a worker, unlike SLOW at a limited speed; its program is small, since a stop waits for the compilation.
LONG = EnsembleConfig(epochs=2000, batch_size=1)


def slow_job(service, wine, owner="watcher"):
    """A job that is in training, and would go on for minutes."""
    job = service.submit(SLOW, wine, owner, epochs_per_second=20)
    assert eventually(lambda: job.state == "training" and job.run)
    return job


def tasks_of_scheduler(service):
    return service.connection.client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))
