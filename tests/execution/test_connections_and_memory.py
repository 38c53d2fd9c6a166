"""What servers listen on, and what schedulers and connections remember."""

import os
import sys
from pathlib import Path

import psutil
import pytest

from ensemble import EnsembleConfig
from ensemble.execution.dask_settings import MESSAGES_TO_REMEMBER
from ensemble.execution.local.priority import GROUP, NICENESS
from testing import PATIENCE
from testing.cluster import eventually
from tests.execution.slow_jobs import tasks_of_scheduler


def test_the_scheduler_forgets_finished_jobs(service, wine):
    job = service.submit(EnsembleConfig(epochs=2), wine, "tidy")
    assert job.wait(PATIENCE)
    assert eventually(lambda: tasks_of_scheduler(service) == 0)


def test_no_end_of_a_connection_remembers_many_messages(service, wine):
    job = service.submit(EnsembleConfig(epochs=60), wine, "remembered")
    assert job.wait(PATIENCE)
    client = service.connection.client

    def logs_of_scheduler(dask_scheduler):
        ends = [*dask_scheduler.stream_comms.values(), *dask_scheduler.client_comms.values()]
        logs = [end.recent_message_log for end in ends] + [topic.events for topic in dask_scheduler._broker._topics.values()]
        return len(ends), any(logs), {log.maxlen for log in logs}

    ends, any_message, lengths = client.run_on_scheduler(logs_of_scheduler)
    assert ends >= 2
    assert any_message
    assert lengths | {client.scheduler_comm.recent_message_log.maxlen} == {MESSAGES_TO_REMEMBER}
    (of_worker,) = client.run(lambda dask_worker: dask_worker.batched_stream.recent_message_log.maxlen).values()
    assert of_worker == MESSAGES_TO_REMEMBER


def test_every_server_listens_on_loopback_only(service):
    assert eventually(lambda: service.workers)
    scheduler = psutil.Process(service.connection.cluster.process.pid)
    listening = [
        connection.laddr.ip
        for process in (scheduler, *scheduler.children(recursive=True))
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 3
    assert set(listening) == {"127.0.0.1"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no priorities of their own")
def test_a_worker_gives_way_to_the_web_process_and_the_scheduler_does_not(service):
    """All threads of the worker, and its session where the system shares processors among sessions."""
    assert eventually(lambda: service.workers)
    (pid,) = service.connection.client.run(lambda: os.getpid()).values()
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert {os.getpriority(os.PRIO_PROCESS, thread.id) for thread in psutil.Process(pid).threads()} == {own + NICENESS}
    if os.access(GROUP, os.W_OK):
        assert Path(f"/proc/{pid}/autogroup").read_text().split()[-1:] in ([], [str(NICENESS)])
    assert psutil.Process(service.connection.cluster.process.pid).nice() == own
