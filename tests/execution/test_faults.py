"""What may break while the app runs, done to real processes: nothing finished is lost, and nothing hangs."""

import os
import resource
import subprocess
import sys
from contextlib import contextmanager

import psutil
import pytest

from ensemble import EnsembleConfig
from ensemble.datasets.builtin import load_table
from ensemble.execution.service import Service
from ensemble.execution.sweep import MIN_RUNS_TO_COMPILE
from ensemble.limits import Limits
from ensemble.sweeps.results import RunSpec
from testing import PATIENCE
from testing.asynchronous import run_async
from testing.browser import running_app
from testing.cluster import ROOT, eventually, nanny_of, trainer
from testing.people.many_tabs import port_of
from testing.protocol import Measured, Tab

WINES = load_table("wine")
AS_MANY_AS_ARE_TRAINED_ONE_BY_ONE = [
    RunSpec(EnsembleConfig(epochs=50, seed=seed), 0) for seed in range(MIN_RUNS_TO_COMPILE - 1)
]
FINISHED = r"\*\*Finished"


@contextmanager
def started():
    one = Service(watcher_timeout=PATIENCE, limits=Limits(store_megabytes=0))
    one.start()
    yield one
    one.close()


@pytest.fixture
def fresh_service():
    with started() as one:
        yield one


@pytest.fixture
def compiles_alone(monkeypatch):
    """Workers as outside of tests, which train even where they cannot keep a program: in tests they share folders."""
    monkeypatch.delenv("TF_XLA_FLAGS", raising=False)


@pytest.fixture(scope="module")
def service():
    """One that has been through a lot, and goes on."""
    with started() as one:
        yield one


@pytest.fixture(scope="module")
def port():
    """Of one app for the tests that leave it as it was."""
    with running_app() as app:
        yield int(app.url.rpartition(":")[2])
        assert app.process.poll() is None


def children_of(service):
    return nanny_of(service.connection.cluster).children(recursive=True)


def kill_the_trainer(service):
    trainer(nanny_of(service.connection.cluster)).kill()


@pytest.mark.nightly
def test_a_worker_killed_at_its_start_is_replaced_and_trains(fresh_service, wine):
    service = fresh_service
    job = service.submit(EnsembleConfig(epochs=5), wine, "me")
    assert eventually(lambda: service.connection.cluster and children_of(service))
    assert job.state == "starting"
    kill_the_trainer(service)
    assert job.wait(PATIENCE)
    assert (job.state, job.error) == ("finished", "")


@pytest.mark.nightly
def test_a_killed_worker_costs_one_run_only_time_at_any_stage(service, wine):
    job = service.submit(EnsembleConfig(hidden_units=41, epochs=20), wine, "compiling")
    assert eventually(lambda: job.state == "compiling")
    kill_the_trainer(service)
    assert job.wait(PATIENCE)
    assert (job.state, job.losses) == ("finished", 1)
    assert "was lost" in job.note

    almost = service.submit(EnsembleConfig(epochs=100), wine, "at the end", epochs_per_second=50)
    assert eventually(lambda: (almost.run and almost.run.epochs > 90) or not almost.live)
    kill_the_trainer(service)
    assert almost.wait(PATIENCE)
    assert almost.state == "finished"
    assert almost.run.epochs == 100


@pytest.mark.nightly
def test_a_run_that_waits_is_not_blamed_for_the_one_that_loses_its_worker_twice(service, wine):
    unlucky = service.submit(EnsembleConfig(epochs=2000, batch_size=1), wine, "unlucky")
    assert eventually(lambda: unlucky.state == "training" and unlucky.run)
    waiting = service.submit(EnsembleConfig(epochs=3), wine, "waiting")
    sweep = service.submit_sweep([RunSpec(EnsembleConfig(epochs=3), 0)], WINES, 0.2, "waiting")

    def watched():
        for one in (unlucky, waiting, sweep):
            one.heartbeat()
        return True

    for losses in (1, 2):
        kill_the_trainer(service)
        assert eventually(lambda losses=losses: watched() and (unlucky.losses == losses or not unlucky.live))
        assert losses == 2 or "The run starts again from the beginning." in unlucky.note
        assert losses == 2 or eventually(lambda: watched() and unlucky.state == "training" and unlucky.run)
    assert unlucky.wait(PATIENCE)
    assert (unlucky.state, "lost twice" in unlucky.error) == ("failed", True)
    assert eventually(lambda: watched() and not waiting.live)
    assert eventually(lambda: watched() and not sweep.live)
    assert (waiting.state, waiting.losses, sweep.state, sweep.failures) == ("finished", 0, "finished", {})


@pytest.mark.nightly
def test_a_worker_that_hangs_and_does_not_stop_is_replaced(service, wine, monkeypatch):
    monkeypatch.setattr("ensemble.execution.connection.SECONDS_TO_STOP", 2)
    hanging = service.submit(EnsembleConfig(epochs=2000, batch_size=1), wine, "hanging")
    assert eventually(lambda: hanging.state == "training" and hanging.run)
    trainer(nanny_of(service.connection.cluster)).suspend()
    next_one = service.submit(EnsembleConfig(epochs=3), wine, "next")
    hanging.cancel()
    assert hanging.wait(PATIENCE)
    assert hanging.state == "stopped"
    assert next_one.wait(PATIENCE)
    assert next_one.state == "finished"


@pytest.mark.nightly
def test_stop_can_be_pressed_at_every_stage(fresh_service, wine):
    service = fresh_service
    config = EnsembleConfig(hidden_units=43, epochs=400)
    starting = service.submit(config, wine, "starting")
    assert starting.state == "starting"
    stages = {"starting": starting}
    starting.cancel()
    assert eventually(lambda: service.workers)
    busy = service.submit(EnsembleConfig(hidden_units=44, epochs=2000, batch_size=1), wine, "busy")
    assert eventually(lambda: busy.state in ("compiling", "training"))
    stages["queued"] = service.submit(config, wine, "queued")
    assert stages["queued"].state == "queued"
    stages["queued"].cancel()
    assert eventually(lambda: busy.state == "training" and busy.run)
    busy.cancel()
    stages["training"] = busy
    stages["compiling"] = service.submit(config, wine, "compiling")
    assert eventually(lambda: stages["compiling"].state == "compiling")
    stages["compiling"].cancel()
    for job in stages.values():
        assert job.wait(PATIENCE)
        assert (job.state, job.error) == ("stopped", "")
    done = service.submit(EnsembleConfig(epochs=2), wine, "done")
    assert done.wait(PATIENCE)
    done.cancel()
    assert done.state == "finished"
    assert not service.waiting


SET_BACK = """
import os, time
now, flag = time.time, os.environ["CLOCK_IS_SET_BACK"]
time.time = lambda: now() - 86_400 * os.path.exists(flag)
"""
WORK_WHILE_THE_CLOCK_IS_SET_BACK = """
import os, pathlib
from ensemble import EnsembleConfig, load_dataset
from ensemble.datasets.builtin import load_table
from ensemble.execution.service import Service
from ensemble.sweeps.results import RunSpec
from testing.cluster import eventually

service = Service(watcher_timeout=240)
job = service.submit(EnsembleConfig(epochs=60), load_dataset("wine"), "me", epochs_per_second=20)
assert eventually(lambda: job.run)
pathlib.Path(os.environ["CLOCK_IS_SET_BACK"]).touch()
specs = [RunSpec(EnsembleConfig(seed=seed, epochs=5), 0) for seed in range(8)]
sweep = service.submit_sweep(specs, load_table("wine"), 0.2, "me")
eventually(lambda: sweep.heartbeat() or job.heartbeat() or not (job.live or sweep.live))
print(job.state, job.run and job.run.epochs, sweep.state, sweep.done, 0 < job.timing.training_seconds < 60)
service.close()
"""


@pytest.mark.nightly
def test_a_clock_that_is_set_back_by_a_day_stops_nothing(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(SET_BACK)
    environment = {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]), "CLOCK_IS_SET_BACK": str(tmp_path / "flag")}
    done = subprocess.run(
        [sys.executable, "-c", WORK_WHILE_THE_CLOCK_IS_SET_BACK],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert "finished 60 finished 8 True" in done.stdout, done.stderr[-3000:]


def test_a_paused_sweep_begins_nothing_and_one_that_nobody_watches_pauses(training_service, wine, monkeypatch):
    service = training_service
    monkeypatch.setattr(service.sweeps, "watcher_timeout", 1)
    try:
        sweep = service.submit_sweep(AS_MANY_AS_ARE_TRAINED_ONE_BY_ONE, WINES, 0.2, "me")
        assert eventually(lambda: sweep.heartbeat() or sweep.done >= 2)
        sweep.pause()
        assert sweep.state == "paused"
        assert eventually(lambda: sweep.heartbeat() or not sweep.out)
        done = sweep.done
        single = service.submit(EnsembleConfig(epochs=5), wine, "single")
        assert single.wait(PATIENCE)
        sweep.heartbeat()
        assert sweep.done == done
        sweep.resume()
        assert eventually(lambda: sweep.heartbeat() or sweep.done > done)
        assert eventually(lambda: sweep.state == "paused" and not sweep.out)
        done = sweep.done
        assert done < len(sweep.specs)
        sweep.heartbeat()
        assert eventually(lambda: sweep.heartbeat() or sweep.done > done)
        sweep.cancel()
        assert sweep.state == "stopped"
        assert service.sweeps.find(sweep.id) is sweep
        assert sum(result is not None for result in sweep.results) == sweep.done
    finally:
        sweep.cancel()


def test_a_single_run_of_somebody_else_waits_for_no_more_than_what_a_sweep_is_at(training_service, wine):
    service = training_service
    sweep = service.submit_sweep(AS_MANY_AS_ARE_TRAINED_ONE_BY_ONE, WINES, 0.2, "sweeper")
    assert eventually(lambda: sweep.heartbeat() or sweep.done >= 5)
    for owner in range(3):
        out = len(sweep.out)
        before = sweep.done
        single = service.submit(EnsembleConfig(epochs=5), wine, f"in a hurry {owner}")
        assert single.wait(PATIENCE)
        at_once = max(len(chunk.indices) for chunk in sweep.out.values()) if sweep.out else 64
        assert sweep.done - before <= out * max(at_once, 16)
        assert sweep.live
    sweep.cancel()


def test_a_host_that_is_full_says_so_and_keeps_what_is_there(wine):
    from ensemble import InputError

    service = Service(scheduler="tcp://127.0.0.1:9", limits=Limits(waiting=2, sweep_runs=3, store_megabytes=0))
    for owner in ("first", "second"):
        service.submit(EnsembleConfig(epochs=2), wine, owner)
    with pytest.raises(InputError, match="The host is full: 2 runs wait already"):
        service.submit(EnsembleConfig(epochs=2), wine, "third")
    again = service.submit(EnsembleConfig(epochs=2, seed=1), wine, "second")
    assert (again.position, service.waiting) == (2, 2)
    with pytest.raises(InputError, match="4 runs are more than the 3 that this server allows"):
        service.submit_sweep([RunSpec(EnsembleConfig(), seed) for seed in range(4)], WINES, 0.2, "third")
    service._closed.set()


def no_more_files(process=0):
    """As on a full disk: from now on not a byte goes into any file."""
    resource.prlimit(process, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


@pytest.mark.nightly
def test_a_full_disk_refuses_the_keras_file_and_leaves_training_alone(compiles_alone, fresh_service, wine):
    from ensemble import InputError

    service = fresh_service
    assert eventually(lambda: service.workers)
    for process in children_of(service):
        no_more_files(process.pid)
    job = service.submit(EnsembleConfig(hidden_units=42, epochs=5), wine, "me")
    sweep = service.submit_sweep([RunSpec(EnsembleConfig(epochs=3), 0)], WINES, 0.2, "me")
    assert job.wait(PATIENCE)
    assert sweep.wait(PATIENCE)
    assert (job.state, sweep.state) == ("finished", "finished")
    with pytest.raises(InputError, match="could not build the Keras file"):
        service.keras_file(job.run)
    assert len(job.run.to_bytes()) > 1000


@pytest.mark.nightly
def test_a_full_disk_at_the_start_is_said_and_training_begins_once_there_is_room(wine, monkeypatch):
    import tempfile

    def full(*_, **__):
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", full)
    service = Service(watcher_timeout=PATIENCE)
    try:
        job = service.submit(EnsembleConfig(epochs=2), wine, "me")
        assert eventually(lambda: service.trouble)
        assert "cannot be started on this server at the moment" in service.trouble
        assert job.state == "starting"
        monkeypatch.undo()
        assert job.wait(PATIENCE)
        assert (job.state, service.trouble) == ("finished", "")
    finally:
        service.close()


@pytest.mark.nightly
def test_a_client_that_reads_nothing_harms_nobody_else(port):
    async def press_and_sleep():
        sleeper = Tab(port, "train", "epochs=2000")
        async with sleeper:
            await sleeper.press("train")
            sleeper._reader.cancel()
            sleeper._socket.transport.pause_reading()
            measured = Measured()
            async with Tab(port, "train", "seed=1", measured) as other:
                for fraction in (0.1, 0.2, 0.3):
                    await other.move("dropout", fraction)
                await other.press("train")
                await other.until(FINISHED, "finished")
            assert not measured.errors

    run_async(press_and_sleep())


@pytest.mark.nightly
def test_a_phone_that_falls_asleep_finds_its_run_again_when_it_wakes(app):
    port = port_of(app)

    async def sleep_and_wake():
        asleep = Tab(port, "train", "seed=7&epochs=200")
        await asleep.__aenter__()
        await asleep.move("speed", "Slow")
        await asleep.press("train")
        await asleep.until(r"\*\*Training\*\* · epoch \d", "training")
        run = dict(part.split("=") for part in asleep.query.split("&"))["run"]
        await asleep.leave(abruptly=True)
        async with Tab(port, "train", asleep.query) as awake:
            await awake.until(r"\*\*Training\*\* · epoch \d\d", "training")
            assert f"run={run}" in awake.query
            await awake.press("stop")
            await awake.until(r"\*\*Stopped\*\* after epoch \d\d", "stopped")

    run_async(sleep_and_wake())


@pytest.mark.nightly
def test_after_a_restart_an_open_page_trains_again_without_orphans():
    async def train_and_leave(port):
        async with Tab(port, "train", "seed=5&members=4&epochs=20") as tab:
            await tab.press("train")
            await tab.until(FINISHED, "finished")
            return tab.query

    async def come_back(port, query):
        async with Tab(port, "train", query) as tab:
            assert "no longer held here, so it is trained again" in tab.words()
            await tab.until(FINISHED, "finished")
            return tab.query

    with running_app() as app:
        query = run_async(train_and_leave(int(app.url.rpartition(":")[2])))
        children = psutil.Process(app.process.pid).children(recursive=True)
        assert children
        app.process.kill()
        app.process.wait()
        assert eventually(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in children))
    with running_app() as app:
        again = run_async(come_back(int(app.url.rpartition(":")[2]), query))
    settings = {"seed=5", "members=4", "epochs=20"}
    assert settings <= set(query.split("&"))
    assert settings <= set(again.split("&"))
