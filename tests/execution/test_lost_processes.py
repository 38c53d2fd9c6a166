"""Every way to lose a process, and what comes after it."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from ensemble import EnsembleConfig
from ensemble.execution.service import Service
from ensemble.limits import Limits
from testing import PATIENCE, ROOT
from testing.cluster import alive, eventually, nanny_of
from tests.execution.slow_jobs import slow_job


@pytest.fixture
def fresh_service():
    services = []

    def make(**settings):
        services.append(Service(watcher_timeout=PATIENCE, **settings))
        services[-1].start()
        return services[-1]

    yield make
    for one in services:
        one.close()


def worker_process(service):
    """The process that has TensorFlow loaded: the nanny's child."""
    nanny = nanny_of(service.connection.cluster)
    return max(nanny.children(recursive=True), key=lambda process: process.memory_info().rss)


@pytest.mark.nightly
def test_a_series_that_loses_its_worker_twice_ends_with_the_reason(fresh_service, wine):
    service = fresh_service()
    group = service.submit_group([(EnsembleConfig(epochs=2000, batch_size=1), wine)] * 3, "series")
    for losses in (1, 2):
        assert eventually(lambda: group.jobs[-1].state == "training" and group.jobs[-1].run)
        os.kill(worker_process(service).pid, signal.SIGKILL)
        assert eventually(lambda losses=losses: group.jobs[-1].losses >= losses or not group.live)
    assert group.wait(PATIENCE)
    assert "lost twice" in group.error
    assert not group.complete


@pytest.mark.nightly
def test_a_lost_nanny_is_replaced(fresh_service, wine):
    service = fresh_service()
    assert eventually(lambda: service.workers)
    nanny = nanny_of(service.connection.cluster)
    for process in (*nanny.children(recursive=True), nanny):
        process.kill()
    assert eventually(lambda: nanny_of(service.connection.cluster) != nanny)
    job = service.submit(EnsembleConfig(epochs=5), wine, "after")
    assert job.wait(PATIENCE)
    assert job.state == "finished"


@pytest.mark.nightly
def test_a_lost_scheduler_is_replaced_and_a_run_goes_on_by_itself(fresh_service, wine):
    service = fresh_service()
    job = slow_job(service, wine)
    lost = psutil.Process(service.connection.cluster.process.pid)
    workers = lost.children(recursive=True)
    lost.kill()
    assert eventually(lambda: not any(map(alive, workers)))
    assert eventually(
        lambda: job.heartbeat() or (job.state == "training" and job.run and service.connection.cluster.running), 90
    )
    assert service.connection.cluster.process.pid != lost.pid


@pytest.mark.nightly
def test_a_job_that_takes_too_long_is_ended_and_its_slot_replaced(fresh_service, wine):
    service = fresh_service(max_seconds=1, limits=Limits(run_budget=10_000))
    job = service.submit(EnsembleConfig(members=32, hidden_units=64, hidden_layers=3, batch_size=1, epochs=2000), wine, "long")
    assert job.wait(PATIENCE)
    assert job.state == "failed"
    assert "longer than" in job.error
    after = service.submit(EnsembleConfig(epochs=1), wine, "after")
    assert after.wait(PATIENCE)
    assert after.state in ("finished", "failed")


@pytest.mark.nightly
def test_closing_leaves_no_process_behind(wine):
    service = Service()
    service.start()
    assert eventually(lambda: service.workers)
    scheduler = psutil.Process(service.connection.cluster.process.pid)
    children = [scheduler, *scheduler.children(recursive=True)]
    assert len(children) >= 3
    service.close()
    assert eventually(lambda: not any(map(alive, children)))


@pytest.mark.nightly
def test_an_existing_scheduler_serves_several_processes_that_leave_each_others_runs_alone(fresh_service, wine, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    file = tmp_path / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    scheduler = subprocess.Popen([*command, "--scheduler-file", str(file)], env=environment, cwd=tmp_path)
    command = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(file), "--nthreads", "1"]
    worker = subprocess.Popen([*command, "--no-dashboard", "--preload", "ensemble.worker"], env=environment, cwd=tmp_path)
    try:
        assert eventually(file.exists)
        address = next(line.split('"')[3] for line in file.read_text().splitlines() if '"address"' in line)
        ours, theirs = fresh_service(scheduler=address), fresh_service(scheduler=address)
        assert eventually(lambda: ours.workers and theirs.workers)
        jobs = [one.submit(EnsembleConfig(epochs=5, members=3), wine, "cluster") for one in (ours, theirs)]
        assert all(job.wait(PATIENCE) for job in jobs)
        assert [(job.state, job.run.epochs) for job in jobs] == [("finished", 5)] * 2
    finally:
        worker.terminate()
        scheduler.terminate()
        worker.wait(PATIENCE)
        scheduler.wait(PATIENCE)
