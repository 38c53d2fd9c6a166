"""Who takes part: what the connection makes of the scheduler's events, without a scheduler."""

from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from ensemble.datasets.builtin import load_table
from ensemble.execution.connection import Connection
from ensemble.execution.service import Service
from ensemble.fingerprint import fingerprint
from ensemble.sweeps.results import RunSpec
from testing.cluster import eventually
from tests.execution.fake_workers import CONFIG, WORKERS, FakeWorkers
from ui.widgets.status import sentence

PHOENIX = "tcp://127.0.0.1:5000"


@pytest.fixture
def connection():
    one = Connection("tcp://127.0.0.1:9", 1, Mock())
    one.client = SimpleNamespace(status="running", run=lambda act, workers, on_error: {workers[0]: fingerprint()})
    return one


def tell(connection, action):
    connection._on_cluster_event((0.0, {"action": action, "worker": PHOENIX}))


def takes_part(connection):
    connection.serve(0.01)
    return PHOENIX in connection.workers


def test_a_worker_that_comes_again_at_the_same_address_takes_part_again(connection):
    tell(connection, "add-worker")
    assert eventually(lambda: takes_part(connection))
    tell(connection, "remove-worker")
    assert not takes_part(connection)
    tell(connection, "add-worker")
    assert eventually(lambda: takes_part(connection))


def test_a_worker_that_comes_while_the_connection_is_made_takes_part(connection, monkeypatch):
    class Client(SimpleNamespace):
        def __init__(self, *_, **__):
            super().__init__(status="running", run=client.run, subscribe_topic=lambda topic, hear: None)

        def scheduler_info(self, n_workers):
            tell(connection, "add-worker")
            return {"workers": {}}

    client, connection.client = connection.client, None
    monkeypatch.setattr("ensemble.execution.dask_nodes.Client", Client)
    assert eventually(lambda: takes_part(connection))


def test_web_processes_that_share_workers_hear_of_their_own_runs_alone(wine, monkeypatch):
    """Each would stop the runs of the others, which it does not know."""
    subscribed = {}

    class Client(SimpleNamespace):
        def __init__(self, *_, **__):
            super().__init__(
                status="running", subscribe_topic=lambda topic, hear: subscribed.setdefault(topic, []).append(hear)
            )

        def scheduler_info(self, n_workers):
            return {"workers": {}}

    monkeypatch.setattr("ensemble.execution.dask_nodes.Client", Client)
    ours, theirs = FakeWorkers(), FakeWorkers()
    for one in (ours, theirs):
        one.connection.client = None
        assert one.connection.serve(0)
        one.connection.workers.add(WORKERS[0])
    ours.service.submit(CONFIG, wine, "ours")
    specs = [RunSpec(CONFIG, 0)]
    ours.service.submit_sweep(specs, load_table("wine"), 0.2, "ours too")
    ours.make_calls()
    topics = {future.arguments[-1] for future in ours.sent if future.act != "rows_of_sweep"}
    assert topics == {ours.connection.topic}
    assert len(subscribed[ours.connection.topic]) == 1, "the other process does not hear of them"
    assert len(subscribed[theirs.connection.topic]) == 1


def test_a_worker_that_left_while_it_was_asked_its_version_takes_no_part(connection):
    tell(connection, "add-worker")
    tell(connection, "remove-worker")
    assert not eventually(lambda: takes_part(connection), 0.3)


def test_a_failed_version_check_of_a_worker_is_repeated(connection, caplog, monkeypatch):
    monkeypatch.setattr("ensemble.execution.connection.SECONDS_TO_ASK_AGAIN", 0)
    answer, asked = connection.client.run, []

    def break_once(*arguments, **options):
        asked.append(PHOENIX)
        if len(asked) == 1:
            raise OSError("Stream is closed")
        return answer(*arguments, **options)

    connection.client.run = break_once
    tell(connection, "add-worker")
    assert eventually(lambda: takes_part(connection))
    assert len(asked) == 2
    assert "is asked again: OSError('Stream is closed')" in caplog.text


def test_all_calls_that_come_within_a_tick_are_made_in_it(connection):
    """After each tick the service looks after all runs; a class that presses Train makes hundreds of calls."""
    made = []

    def call(number):
        made.append(number)
        if number < 300:
            connection.call_soon(call, number + 1)

    connection.call_soon(call, 1)
    connection.serve(0.5)
    assert len(made) == 300


def test_what_is_done_apart_and_breaks_is_a_line_of_the_log(connection, caplog):
    def restart_workers(*_, **__):
        raise OSError("Stream is closed")

    connection.client.restart_workers = restart_workers
    connection.replace(PHOENIX)
    assert eventually(lambda: "restart_workers failed: OSError('Stream is closed')" in caplog.text)


def test_a_run_without_a_worker_says_what_the_connection_knows(connection, wine, monkeypatch):
    from ensemble import EnsembleConfig
    from ensemble.execution import start_time

    monkeypatch.setattr(start_time, "last", lambda: 8.2)
    service = Service(scheduler="tcp://127.0.0.1:9")
    service.start = Mock()
    job = service.submit(EnsembleConfig(epochs=2), wine, "me")
    service.connection.failed = True
    assert "does not answer" in sentence(job)
    service.connection.failed, service.connection.scheduler = False, None
    assert "Its scheduler comes first" in sentence(job)
    service.connection.client = SimpleNamespace(status="running")
    assert "It is loading TensorFlow; the last start took 8 s." in sentence(job)
    monkeypatch.setattr(start_time, "last", lambda: None)
    assert "takes about ten seconds" in sentence(job)


def test_a_run_reported_by_an_old_connection_is_sent_to_the_new_one(wine):
    from ensemble import EnsembleConfig

    service = Service(scheduler="tcp://127.0.0.1:9")
    service.start = Mock()
    handed_out = []
    service.connection.submit = lambda act, job_id, *_, **__: handed_out.append(job_id) or Mock()
    jobs = [service.submit(EnsembleConfig(epochs=2, seed=seed), wine, f"owner {seed}") for seed in range(6)]
    service.connection.client = SimpleNamespace(status="running")
    service.runs.send_waiting()
    assert handed_out == []
    service.connection.workers.add(PHOENIX)
    service.runs.send_waiting()
    assert handed_out == [jobs[0].id, jobs[1].id]
    service.disconnected()
    service.worker_event({"event": "compiling", "job": jobs[0].id, "worker": PHOENIX})
    service.runs.send_waiting()
    assert handed_out[2:] == [jobs[0].id, jobs[1].id, jobs[2].id]
    jobs[3].cancel()
    service.worker_event({"event": "compiling", "job": jobs[1].id, "worker": PHOENIX})
    service.runs.send_waiting()
    assert handed_out[5:] == [jobs[4].id]


@pytest.mark.parametrize("address", ["garbage://x:1", "tls://127.0.0.1:9", "tcp://127.0.0.1:9"])
def test_a_failing_connection_is_reported_retried_with_backoff_and_closed(address, caplog, monkeypatch):
    """Whatever the error is, there is a line of log and a sentence, and nothing that takes 20 s at the exit."""
    from ensemble.execution import dask_nodes

    made = []

    class Client(dask_nodes.Client):
        def __init__(self, *arguments, **options):
            if arguments[0] == address:
                made.append(self)
            super().__init__(*arguments, **options)

    monkeypatch.setattr(dask_nodes, "Client", Client)
    monkeypatch.setattr("ensemble.execution.connection.SECONDS_TO_ANSWER", 0.2)
    one = Connection(address, 1, Mock())
    tries = []
    for _ in range(6):
        one._next_try_at = 0.0
        assert not one.serve(0.01)
        assert not one.serve(0.01)
        said = [record for record in caplog.records if f"No Dask scheduler answers at {address}" in record.message]
        tries.append(int(said[-1].message.partition("trying again in ")[2].partition(" s:")[0]))
        assert len(said) == len(made) == len(tries)
    assert tries == [1, 2, 4, 8, 10, 10]
    assert "does not answer" in one.trouble
    assert not any(record.exc_info for record in said)
    assert [client.status for client in made] == ["closed"] * len(tries)


def test_a_client_that_was_made_and_then_loses_its_scheduler_is_closed(connection, monkeypatch):
    closed = []

    class Client(SimpleNamespace):
        def __init__(self, *_, **__):
            super().__init__(status="running", close=lambda timeout: closed.append(timeout))

        def subscribe_topic(self, *_):
            raise OSError("Stream is closed")

    monkeypatch.setattr("ensemble.execution.dask_nodes.Client", Client)
    connection.client = None
    assert not connection.serve(0.01)
    assert eventually(lambda: closed == [1])
    assert connection.failed
