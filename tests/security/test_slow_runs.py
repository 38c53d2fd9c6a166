"""“Slow” on a real worker: heavy runs that ask for it wait their turn as any other, and stop when they are told to."""

import pytest

from ensemble import EnsembleConfig, load_dataset
from ensemble.execution.service import Service
from testing import PATIENCE
from testing.cluster import eventually

HEAVY = EnsembleConfig(members=32, hidden_units=64, batch_size=5, epochs=60)


def _trains(job):
    return job.state in ("compiling", "training") and not job.is_cancelled


@pytest.fixture
def service():
    one = Service(watcher_timeout=PATIENCE)
    one.start()
    yield one
    one.close()


@pytest.mark.nightly
def test_heavy_slow_tabs_train_one_at_a_time(service, wine):
    assert eventually(lambda: service.workers)
    before, most_at_once = set(service.workers), 0
    digits, handle = load_dataset("digits"), service.worker_event

    def count(message):
        nonlocal most_at_once
        handle(message)
        most_at_once = max(most_at_once, sum(_trains(job) for job in heavy))

    heavy = []
    service.worker_event = count
    heavy += [service.submit(HEAVY, digits, f"heavy {tab}", epochs_per_second=10, address="192.0.2.1") for tab in range(6)]
    assert eventually(lambda: heavy[0].run)
    ordinary = service.submit(EnsembleConfig(epochs=5), wine, "ordinary", address="192.0.2.2")
    assert ordinary.position <= 3
    for job in heavy[:3]:
        assert eventually(lambda job=job: job.heartbeat() or job.run or not job.live)
        job.cancel()
        assert job.wait(PATIENCE)
    assert ordinary.wait(PATIENCE)
    assert (ordinary.state, ordinary.losses, most_at_once) == ("finished", 0, 1)
    for job in heavy:
        job.cancel()
    assert eventually(lambda: not service.connection._stopping and not service.live)
    assert service.workers == before
