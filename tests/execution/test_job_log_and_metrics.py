"""One line a job, and figures for Prometheus."""

import json
import logging
import socket
import urllib.request

import pytest

from ensemble.execution import job_log, metrics
from ensemble.execution.metrics import Load
from ensemble.limits import HostError
from testing import PATIENCE

JOB, OWNER = "0123456789abcdef0123456789abcdef", "somebody-in-particular"
KEPT = {"kind", "outcome", "job", "owner", "epochs", "wait_s", "compile_s", "train_s", "worker", "time", "event"}


def lines_of(caplog, **job):
    with caplog.at_level(logging.INFO, logger="ensemble.execution.job_log"):
        job_log.ended(**{"kind": "run", "outcome": "done", "job_id": JOB, "owner": OWNER} | job)
    return [record.getMessage() for record in caplog.records]


def value(name, **labels):
    return metrics.REGISTRY.get_sample_value(name, labels) or 0


class Host:
    """A training service that has so much to do."""

    def __init__(self, **load):
        self.asked = 0
        self._load = Load(**load)

    def load(self):
        self.asked += 1
        return self._load


@pytest.fixture
def watched(monkeypatch):
    """Lets a service be watched until the test ends."""

    def watch(**load):
        host = Host(**load)
        monkeypatch.setattr(metrics._gauges, "service", None)
        metrics.watch(host)
        return host

    return watch


@pytest.fixture
def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def served(free_port):
    server = metrics.serve({"SOFTMAX_LAB_METRICS_PORT": str(free_port)})
    yield server
    server.shutdown()
    server.server_close()


def test_a_job_is_one_line_of_json(caplog):
    details = {"epochs": 200, "wait_seconds": 1.23456, "compile_seconds": 0.5, "train_seconds": 0.25}
    [line] = lines_of(caplog, worker="tcp://10.0.0.7:4000", **details)
    assert "\n" not in line
    told = json.loads(line)
    assert set(told) == KEPT
    assert told["event"] == "job"
    assert (told["kind"], told["outcome"], told["epochs"], told["worker"]) == ("run", "done", 200, "10.0.0.7:4000")
    assert (told["wait_s"], told["compile_s"], told["train_s"]) == (1.235, 0.5, 0.25)


def test_the_line_opens_nothing(caplog):
    [line] = lines_of(caplog)
    assert JOB[:8] in line
    assert JOB[:9] not in line
    assert OWNER[:4] not in line


def test_the_lines_of_one_owner_can_be_told_from_those_of_another(caplog):
    first, second, other = (json.loads(lines_of(caplog, owner=owner)[-1])["owner"] for owner in ("one", "one", "two"))
    assert first == second != other


def test_what_did_not_come_to_pass_is_null_and_counts_for_nothing(caplog):
    before = [value(f"softmax_lab_{what}_seconds_count") for what in ("wait", "compile", "train")]
    [line] = lines_of(caplog, outcome="stopped", wait_seconds=0.0)
    after = [value(f"softmax_lab_{what}_seconds_count") for what in ("wait", "compile", "train")]
    assert json.loads(line)["compile_s"] is None
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 0, 0]


@pytest.mark.parametrize("outcome", ["done", "diverged", "stopped", "failed"])
def test_runs_are_counted_by_outcome(caplog, outcome):
    before = value("softmax_lab_runs_total", kind="series", outcome=outcome)
    lines_of(caplog, kind="series", outcome=outcome)
    assert value("softmax_lab_runs_total", kind="series", outcome=outcome) == before + 1


def test_a_sweep_is_one_line_and_counts_as_its_runs(caplog):
    before = [value("softmax_lab_runs_total", kind="sweep", outcome=outcome) for outcome in ("done", "failed")]
    with caplog.at_level(logging.INFO, logger="ensemble.execution.job_log"):
        job_log.sweep_ended(outcome="stopped", sweep_id=JOB, owner=OWNER, done=40, failed=2)
    [record] = caplog.records
    told = json.loads(record.getMessage())
    assert (told["kind"], told["outcome"], told["runs"], told["failed"]) == ("sweep", "stopped", 40, 2)
    assert JOB not in record.getMessage()
    after = [value("softmax_lab_runs_total", kind="sweep", outcome=outcome) for outcome in ("done", "failed")]
    assert [now - then for now, then in zip(after, before, strict=True)] == [40, 2]


def test_gauges_ask_the_service_when_they_are_read(watched):
    host = watched(workers=3, waiting=7, training=2, sweeps=1, worker_bytes=(10, 20, 30))
    assert host.asked == 0
    figures = {name: value(f"softmax_lab_{name}") for name in ("workers", "waiting", "training", "sweeps", "workers_bytes")}
    assert figures == {"workers": 3, "waiting": 7, "training": 2, "sweeps": 1, "workers_bytes": 60}


def test_metrics_are_served_on_loopback_alone_unless_an_address_is_named(served, watched):
    host, port = served.server_address[:2]
    assert host == "127.0.0.1"
    watched(waiting=5)
    text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE).read().decode()
    assert "softmax_lab_waiting 5.0" in text
    assert "softmax_lab_wait_seconds_bucket" in text


def test_another_address_can_be_named(monkeypatch):
    asked = []
    monkeypatch.setattr(metrics, "start_http_server", lambda port, **where: asked.append((port, where["addr"])) or (None, None))
    metrics.serve({"SOFTMAX_LAB_METRICS_PORT": " 9100 ", "SOFTMAX_LAB_METRICS_ADDRESS": "10.0.0.7"})
    assert asked == [(9100, "10.0.0.7")]


@pytest.mark.parametrize("text", ["", "  "])
def test_without_a_port_nothing_is_served(text):
    assert metrics.serve({}) is None
    assert metrics.serve({"SOFTMAX_LAB_METRICS_PORT": text}) is None


@pytest.mark.parametrize("text", ["0", "65536", "-1", "abc", "9100.0", "²", "9" * 5000])
def test_a_port_that_is_none_is_refused_with_the_mend(text):
    with pytest.raises(HostError, match=r"SOFTMAX_LAB_METRICS_PORT.*Set a whole number from 1 to 65535"):
        metrics.serve({"SOFTMAX_LAB_METRICS_PORT": text})


def test_a_port_that_is_taken_is_named_in_the_log_and_the_app_goes_on(served, monkeypatch, caplog):
    monkeypatch.setattr(job_log.log, "handlers", [])
    port = served.server_address[1]
    job_log.begin({"SOFTMAX_LAB_METRICS_PORT": str(port)})
    assert f"127.0.0.1:{port}" in caplog.text


def test_lines_are_written_once_however_often_it_is_begun(monkeypatch, capsys):
    monkeypatch.setattr(job_log.log, "handlers", [])
    job_log.begin({})
    job_log.begin({})
    job_log.ended(kind="run", outcome="done", job_id=JOB, owner=OWNER)
    assert capsys.readouterr().err.count('"event": "job"') == 1


def test_the_report_adds_up_kinds(watched, caplog):
    watched(workers=1)
    before = metrics.report()
    lines_of(caplog, outcome="failed", wait_seconds=100.0)
    lines_of(caplog, outcome="failed", kind="series", wait_seconds=100.0)
    after = metrics.report()
    assert after.load == Load(workers=1)
    assert after.ended["failed"] - before.ended.get("failed", 0) == 2
    assert after.mean_wait_seconds > (before.mean_wait_seconds or 0)
    assert after.web_bytes > 1e7
    assert after.up_seconds > 0


def test_a_scheduler_that_does_not_answer_has_no_workers_memory():
    class Silent:
        class scheduler:
            identity = None

        def sync(self, *args, **options):
            assert options["callback_timeout"] == 2
            raise TimeoutError

    assert metrics.memory_of_workers(Silent()) == ()
    assert metrics.memory_of_workers(None) == ()


def test_the_memory_of_workers_comes_from_the_scheduler():
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, processes=False, protocol="inproc://", dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        sizes = metrics.memory_of_workers(client)
    assert len(sizes) == 2
    assert min(sizes) > 1e7
