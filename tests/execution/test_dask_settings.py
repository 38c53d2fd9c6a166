"""The settings of Dask stand in one module; what is started without the app is given the same ones."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import dask
import distributed
import pytest
import yaml
from dask.config import collect_env
from dask.utils import parse_timedelta

from ensemble.execution import dask_settings
from ensemble.execution.dask_nodes import Scheduler, Worker
from ensemble.execution.service import IDLE_TICK_SECONDS, TICK_SECONDS, Service
from testing import PATIENCE, ROOT
from testing.asynchronous import run_async

SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
CLUSTER = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
NOT_COMPARED = ("DASK_DISTRIBUTED__COMM__",)  # keys and certificates, which every cluster has of its own


def nested(settings):
    return collect_env(dask_settings.as_environment(settings))


def compared(environment):
    return {
        name: value for name, value in environment.items() if name.startswith("DASK_") and not name.startswith(NOT_COMPARED)
    }


@pytest.mark.parametrize(
    ("service", "settings"), [("app", {}), ("scheduler", dask_settings.SCHEDULER), ("worker", dask_settings.WORKER)]
)
def test_compose_sets_what_the_app_sets_for_its_own_processes(service, settings):
    assert collect_env(compared(SERVICES[service].get("environment", {}))) == nested(settings)


def test_docs_of_the_cluster_set_what_the_app_sets_for_its_own_processes():
    exported = dict(re.findall(r"^export (DASK_\w+)=(\S+)$", CLUSTER, flags=re.MULTILINE))
    assert collect_env(compared(exported)) == nested({**dask_settings.SCHEDULER, **dask_settings.WORKER})


def test_workers_of_compose_and_docs_have_the_memory_of_the_embedded_ones():
    assert f"--memory-limit={dask_settings.MEMORY_LIMIT}" in SERVICES["worker"]["command"]
    assert f"--memory-limit {dask_settings.MEMORY_LIMIT} " in CLUSTER


def test_embedded_processes_get_the_same_settings_and_no_http():
    for embedded, common in (
        (dask_settings.EMBEDDED_SCHEDULER, dask_settings.SCHEDULER),
        (dask_settings.EMBEDDED_WORKER, dask_settings.WORKER),
    ):
        assert common.items() <= embedded.items()
        assert [value for name, value in embedded.items() if name.endswith("http.routes")] == [[]]


def test_dask_reads_the_settings_from_the_environment():
    script = f"import dask; print([dask.config.get(name) for name in {list(dask_settings.EMBEDDED_WORKER)}])"
    environment = os.environ | dask_settings.as_environment(dask_settings.EMBEDDED_WORKER)
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout.strip() == str(list(dask_settings.EMBEDDED_WORKER.values())), done.stderr


def test_settings_import_nothing_but_the_standard_library():
    script = "import sys, ensemble.execution.dask_settings; print({'dask', 'numpy', 'distributed'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout.strip() == "set()", done.stderr


@pytest.mark.parametrize("of_process", ["CLIENT", "EMBEDDED_SCHEDULER", "EMBEDDED_WORKER"])
def test_processes_that_do_nothing_wake_up_a_few_times_a_second(of_process):
    """By default: 100 times for the profiler, 50 for the event loop, 10 for the memory, 2.5 for the system and replicas."""
    settings = getattr(dask_settings, of_process)
    assert settings["distributed.worker.profile.enabled"] is False
    assert settings["distributed.admin.system-monitor.gil.enabled"] is False
    assert settings["distributed.scheduler.active-memory-manager.start"] is False
    timers = [name for name in dask_settings.QUIET if name.endswith(("interval", "cycle"))]
    assert sum(1 / parse_timedelta(settings[name]) for name in timers) <= 2.5


def test_a_scheduler_that_does_nothing_wakes_up_twice_a_second_at_most():
    async def timers():
        with dask.config.set(dask_settings.EMBEDDED_SCHEDULER):
            return [*Scheduler(dashboard=False).periodic_callbacks.values()]

    assert sum(1000 / timer.callback_time for timer in run_async(timers())) <= 2


def test_a_worker_reports_every_five_seconds_what_it_measures_then(monkeypatch):
    """The scheduler asks for more reports, and Dask measures once a minute here."""

    async def heartbeat(worker):
        worker.monitor.update.assert_called_once_with()
        worker.periodic_callbacks["heartbeat"].callback_time = 500

    monkeypatch.setattr(distributed.Worker, "heartbeat", heartbeat)
    worker = object.__new__(Worker)
    worker.monitor = Mock()
    worker.periodic_callbacks = {"heartbeat": SimpleNamespace(callback_time=500)}
    run_async(worker.heartbeat())
    assert worker.periodic_callbacks["heartbeat"].callback_time == 5000


def test_dask_still_has_each_setting_that_keeps_it_quiet():
    defaults = yaml.safe_load((Path(distributed.__file__).parent / "distributed.yaml").read_text(encoding="utf-8"))
    for name, value in dask_settings.QUIET.items():
        assert dask.config.get(name, config=defaults) != value, f"{name} is no longer another one by default"


def test_the_service_looks_after_runs_less_often_while_there_are_none(monkeypatch):
    service, asked = Service(), []

    def serve(seconds):
        asked.append(seconds)
        service.runs._live = {} if asked[1:] else {"one": SimpleNamespace(jobs=[], is_cancelled=False)}
        if len(asked) == 3:
            service._closed.set()
        return True

    monkeypatch.setattr(service.connection, "serve", serve)
    monkeypatch.setattr(service.runs, "supervise", lambda: None)
    monkeypatch.setattr(service.runs, "close", lambda: None)
    service._serve()
    assert asked == [IDLE_TICK_SECONDS, TICK_SECONDS, IDLE_TICK_SECONDS]
