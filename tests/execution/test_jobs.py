"""Jobs on real worker processes: progress, queue, stop, and every way to lose a process."""

import dataclasses
import gc
import os
import signal
import subprocess
import sys

import numpy as np
import psutil
import pytest

from ensemble import EnsembleConfig, InputError, load_dataset
from ensemble.execution.dask_settings import MESSAGES_TO_REMEMBER
from ensemble.execution.service import Service
from ensemble.limits import Limits
from testing import PATIENCE, ROOT
from testing.asynchronous import run_async
from testing.cluster import alive, eventually, guard_of

SLOW = EnsembleConfig(epochs=2000)


@pytest.fixture
def service(training_service):
    """The shared one, which the tests leave as it was."""
    return training_service


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


def slow_job(service, wine, owner="watcher"):
    """A job that is in training, and would go on for minutes."""
    job = service.submit(SLOW, wine, owner, epochs_per_second=20)
    assert eventually(lambda: job.state == "training" and job.run)
    return job


def tasks_of_scheduler(service):
    return service.connection.client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))


def worker_process(service):
    """The process that has TensorFlow loaded: the nanny's child."""
    nanny = guard_of(service.connection.cluster)
    return max(nanny.children(recursive=True), key=lambda process: process.memory_info().rss)


def test_a_job_ends_with_the_numbers_that_train_gives_here(service, wine):
    from ensemble.training.loop import train

    config = EnsembleConfig(epochs=60, seed=3)
    job = service.submit(config, wine, "numbers")
    assert job.state in ("starting", "queued", "compiling", "training")
    assert job.wait(PATIENCE)
    assert (job.state, job.run.status, job.error) == ("finished", "finished", "")
    here = train(config, wine)
    np.testing.assert_allclose(job.run.curves, here.curves, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(job.run.predict_proba(wine.x_test), here.predict_proba(wine.x_test), atol=1e-5)


def test_equal_runs_give_equal_numbers_in_any_process_alone_slowed_down_or_in_a_group(service, wine):
    """What the store and shared trainings rely on."""
    from ensemble.training.loop import train

    config = EnsembleConfig(epochs=30, seed=5)
    slow = service.submit(config, wine, "slow", epochs_per_second=100)
    alone = service.submit(config, load_dataset("wine"), "alone")
    group = service.submit_group([(EnsembleConfig(epochs=30, seed=4), wine), (config, wine)], "group")
    assert all(one.wait(PATIENCE) for one in (slow, alone, group))
    here = train(config, wine)
    for run in (slow.run, alone.run, group.runs[1]):
        assert np.array_equal(run.curves, here.curves)
        assert np.array_equal(run.test_log_proba, here.test_log_proba)
        assert all(map(np.array_equal, run.weights, here.weights))


def test_equal_runs_of_two_sessions_are_one_and_a_third_finds_it(service, wine, monkeypatch):
    monkeypatch.setattr(service.store, "max_bytes", 10**7)
    config = EnsembleConfig(epochs=50, seed=6)
    jobs = [service.submit(config, load_dataset("wine"), owner) for owner in ("first", "second")]
    assert all(job.wait(PATIENCE) for job in jobs)
    assert jobs[0].run is jobs[1].run
    assert service.submit(config, wine, "third").run is jobs[0].run


def test_a_run_in_the_background_makes_room_for_a_single_one_and_is_trained_again(service, wine):
    group = service.submit_group([(SLOW, wine)], "behind", background=True)
    assert eventually(lambda: group.jobs[-1].run)
    single = service.submit(EnsembleConfig(epochs=5), wine, "in a hurry")
    assert single.wait(PATIENCE)
    assert (single.state, group.live, group.jobs[-1].losses, group.jobs[-1].note) == ("finished", True, 0, "")
    assert eventually(lambda: group.jobs[-1].run)
    group.cancel()
    assert group.wait(PATIENCE)


def test_the_run_grows_while_it_trains_and_can_be_read(service, wine):
    job = slow_job(service, wine)
    seen = [job.run.epochs]
    assert eventually(lambda: job.run.epochs >= seen[0] + 5)
    assert job.run.predict_proba(wine.x_test).shape == (36, 3)
    assert len(job.run.test_log_proba) == len(job.run.kept_epochs) >= 5
    assert 0 < job.epochs_per_second_so_far < 60
    job.cancel()


def test_stop_ends_a_job_and_keeps_what_it_has_learnt(service, wine):
    job = slow_job(service, wine)
    job.cancel()
    job.cancel()
    assert job.wait(PATIENCE)
    assert (job.state, job.run.status) == ("stopped", "stopped")
    assert 0 < job.run.epochs < 2000
    assert np.isfinite(job.run.predict_proba(wine.x_test)).all()


def test_stop_while_it_compiles_ends_a_job_at_once(service, wine):
    job = service.submit(EnsembleConfig(hidden_units=37), wine, "compiling")
    assert eventually(lambda: job.state == "compiling")
    job.cancel()
    assert (job.state, job.run) == ("stopped", None)
    after = service.submit(EnsembleConfig(epochs=5), wine, "compiling")
    assert after.wait(PATIENCE)
    assert after.state == "finished"


def test_a_series_trains_its_runs_in_order_and_gives_the_numbers_of_single_runs(service, wine):
    plan = [(EnsembleConfig(epochs=20, seed=seed), wine) for seed in range(4)]
    group = service.submit_group(plan, "series")
    assert group.wait(PATIENCE)
    assert (group.complete, group.live, group.error) == (True, False, "")
    assert [run.config.seed for run in group.runs] == [0, 1, 2, 3]
    single = service.submit(*plan[2], "single")
    assert single.wait(PATIENCE)
    assert np.array_equal(single.run.curves, group.runs[2].curves)


def test_a_single_run_waits_for_one_run_of_a_series_at_most(service, wine):
    group = service.submit_group([(EnsembleConfig(epochs=1000, seed=seed), wine) for seed in range(20)], "series")
    assert eventually(lambda: len(group.runs) >= 1)
    single = service.submit(EnsembleConfig(epochs=5), wine, "in a hurry")
    assert single.position <= 2
    runs_before = len(group.runs)
    assert single.wait(PATIENCE)
    assert len(group.runs) <= runs_before + 2
    assert group.live
    group.cancel()
    assert group.wait(PATIENCE)
    assert not group.complete
    assert 0 < len(group.runs) < 20


def test_a_series_goes_on_after_a_run_that_diverges(service, wine):
    bad = EnsembleConfig(optimizer="sgd", learning_rate=10, hidden_layers=3, epochs=20)
    group = service.submit_group([(bad, wine), (EnsembleConfig(epochs=2), wine)], "series")
    assert group.wait(PATIENCE)
    assert [run.status for run in group.runs] == ["diverged", "finished"]


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


def test_a_series_that_is_stopped_begins_no_other_run_whenever_that_is(service, wine):
    for epochs in range(1, 41, 3):
        group = service.submit_group([(EnsembleConfig(epochs=epochs, seed=seed), wine) for seed in range(50)], "stopper")
        assert eventually(lambda group=group: len(group.runs) >= 1)
        group.cancel()
        assert group.wait(PATIENCE)
        begun = len(group.jobs)
        assert begun < 50
        follower = service.submit(EnsembleConfig(epochs=1), wine, "follower")
        assert follower.wait(PATIENCE)
        assert (len(group.jobs), group.live) == (begun, False)


def test_an_empty_series_is_refused(service):
    with pytest.raises(InputError, match="at least one run"):
        service.submit_group([], "series")


def test_a_second_press_replaces_the_first(service, wine):
    first = slow_job(service, wine, "presser")
    second = service.submit(EnsembleConfig(epochs=5), wine, "presser")
    assert second.wait(PATIENCE)
    assert first.wait(PATIENCE)
    assert (first.state, second.state) == ("stopped", "finished")


def test_others_wait_in_the_order_in_which_they_came(service, wine):
    earlier = service.submit(EnsembleConfig(epochs=3), wine, "earlier")  # from which the others' wait is estimated
    assert earlier.wait(PATIENCE)
    long = EnsembleConfig(members=32, hidden_units=64, epochs=2000)
    first = service.submit(long, wine, "first")
    assert eventually(lambda: first.state in ("compiling", "training"))
    others = [service.submit(EnsembleConfig(epochs=300), wine, f"other {number}") for number in range(3)]
    assert [job.state for job in others] == ["queued"] * 3
    assert [job.position for job in others] == [1, 2, 3]
    assert not any(job.begins_at_once for job in others)
    assert others[2].wait_seconds > others[0].wait_seconds > 0
    others[1].cancel()
    assert (others[1].state, others[2].position) == ("stopped", 2)
    first.cancel()
    assert others[2].wait(PATIENCE)
    assert others[0].timing.ended_at < others[2].timing.ended_at


def test_the_scheduler_is_given_two_runs_ahead_for_each_worker_and_the_others_wait_here(service, wine):
    long = service.submit(EnsembleConfig(members=32, hidden_units=64, epochs=2000), wine, "long")
    assert eventually(lambda: long.state in ("compiling", "training"))
    others = [service.submit(EnsembleConfig(epochs=300), wine, f"waits {number}") for number in range(9)]
    assert eventually(lambda: tasks_of_scheduler(service) == 3)
    assert not eventually(lambda: tasks_of_scheduler(service) > 3, 0.5)
    assert [bool(job.training.future) for job in others] == [True] * 2 + [False] * 7
    for waiting in (others[0], others[5]):
        waiting.cancel()
    long.cancel()
    assert all(job.wait(PATIENCE) for job in others)
    left = [job for job in others if job.state == "finished"]
    assert len(left) == 7
    assert sorted(left, key=lambda job: job.timing.ended_at) == left


def test_a_run_begins_at_once_where_nobody_else_asks(service, wine):
    alone = service.submit(EnsembleConfig(epochs=3), wine, "alone")
    assert alone.begins_at_once
    assert alone.wait(PATIENCE)


def test_a_slow_run_leaves_the_slot_to_others(service, wine):
    slow = slow_job(service, wine, "slow")
    quick = service.submit(EnsembleConfig(epochs=5), wine, "quick")
    assert quick.wait(PATIENCE)
    assert quick.state == "finished"
    assert slow.live
    slow.cancel()


def test_a_diverging_run_is_done_and_says_so(service, wine):
    job = service.submit(EnsembleConfig(optimizer="sgd", learning_rate=10, hidden_layers=3), wine, "diverging")
    assert job.wait(PATIENCE)
    assert (job.state, job.run.status) == ("finished", "diverged")
    assert "learning rate" in job.run.message


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_speed_that_is_not_positive_is_refused(service, wine, speed):
    with pytest.raises(InputError, match="positive"):
        service.submit(EnsembleConfig(), wine, "nobody", epochs_per_second=speed)


def test_a_job_is_kept_as_long_as_somebody_holds_it(service, wine):
    job = service.submit(EnsembleConfig(epochs=2), wine, "forgetful")
    number = job.id
    assert job.wait(PATIENCE)
    assert service.job(number) is job
    del job
    assert eventually(lambda: gc.collect() >= 0 and service.job(number) is None)
    assert service.job("unknown") is None


def test_a_job_that_meets_itself_on_a_worker_is_stopped_in_both_places(monkeypatch):
    from ensemble import worker

    reported = []
    monkeypatch.setattr(worker, "_report", lambda job_id, event: reported.append((job_id, event)))
    with worker._stop_event("job") as first:
        with worker._stop_event("job") as second:
            pass
        assert not first.is_set()
        run_async(worker.stop_job("job", None))
        assert first.is_set()
        assert not second.is_set()
    assert reported == [("job", worker.LEFT)] * 2
    assert not worker._stops


def test_a_sweep_that_nobody_has_looked_at_for_an_hour_is_given_up(wine, monkeypatch):
    from ensemble.datasets.builtin import load_table
    from ensemble.sweeps.results import RunSpec

    monkeypatch.setattr("ensemble.execution.sweep_service.SECONDS_TO_KEEP_A_SWEEP", 1)
    monkeypatch.setattr("ensemble.execution.connection.SECONDS_TO_ANSWER", 0.3)
    service = Service(scheduler="tcp://127.0.0.1:9")
    sweep = service.submit_sweep([RunSpec(EnsembleConfig(), 0)], load_table("wine"), 0.2, "me")
    assert service.sweeps.find(sweep.id) is sweep
    assert eventually(lambda: service.sweeps.find(sweep.id) is None)
    assert sweep.state == "stopped"
    service._closed.set()


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


def test_a_job_that_nobody_watches_is_stopped(service, wine, monkeypatch):
    monkeypatch.setattr(service.runs, "watcher_timeout", 2)
    watched = service.submit(SLOW, wine, "here", epochs_per_second=5)
    gone = service.submit(SLOW, wine, "gone", epochs_per_second=5)

    def gone_has_ended():
        watched.heartbeat()
        return not gone.live

    assert eventually(gone_has_ended)
    assert gone.state == "stopped"
    assert watched.live
    watched.cancel()


@pytest.mark.nightly
def test_a_lost_nanny_is_replaced(fresh_service, wine):
    service = fresh_service()
    assert eventually(lambda: service.workers)
    guard = guard_of(service.connection.cluster)
    for process in (*guard.children(recursive=True), guard):
        process.kill()
    assert eventually(lambda: guard_of(service.connection.cluster) != guard)
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
def test_an_existing_scheduler_serves_the_same_code(fresh_service, wine, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    file = tmp_path / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    scheduler = subprocess.Popen([*command, "--scheduler-file", str(file)], env=environment, cwd=tmp_path)
    command = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(file), "--nthreads", "1"]
    worker = subprocess.Popen([*command, "--no-dashboard", "--preload", "ensemble.worker"], env=environment, cwd=tmp_path)
    try:
        assert eventually(file.exists)
        address = next(line.split('"')[3] for line in file.read_text().splitlines() if '"address"' in line)
        job = fresh_service(scheduler=address).submit(EnsembleConfig(epochs=5), wine, "cluster")
        assert job.wait(PATIENCE)
        assert job.state == "finished"
    finally:
        worker.terminate()
        scheduler.terminate()
        worker.wait(PATIENCE)
        scheduler.wait(PATIENCE)


@pytest.mark.nightly
def test_a_keras_file_is_built_by_a_worker_and_loads_without_this_app(service, wine, short_run, tmp_path):
    for training in ("joint", "independent", "bootstrap"):
        run = short_run
        if training != "joint":
            job = service.submit(EnsembleConfig(members=2, epochs=2, training=training, outputs="sigmoid"), wine, "keras")
            assert job.wait(PATIENCE)
            run = job.run
        (tmp_path / f"{training}.keras").write_bytes(service.keras_file(run))
        np.save(tmp_path / f"{training}.npy", run.outputs(wine.x_test))
    np.save(tmp_path / "x.npy", wine.x_test)
    script = (
        "import keras, numpy as np, sys\n"
        "for name in ('joint', 'independent', 'bootstrap'):\n"
        "    model = keras.models.load_model(f'{name}.keras')\n"
        "    outputs = model.predict([np.load('x.npy')] * len(model.inputs), verbose=0)\n"
        "    np.testing.assert_allclose(outputs, np.load(f'{name}.npy'), rtol=1e-4, atol=1e-6)\n"
        "assert 'ensemble' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr


def test_a_keras_file_that_no_worker_builds_in_time_is_refused_in_words(service, short_run):
    with pytest.raises(InputError, match="try again in a minute"):
        service.keras_file(short_run, seconds=0)
    waiting = Service(scheduler="tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="busy or still starting"):
        waiting.keras_file(short_run, seconds=0.3)
    waiting._closed.set()


def test_a_keras_file_that_cannot_be_built_is_refused_in_words(service, short_run):
    with pytest.raises(InputError, match="could not build"):
        service.keras_file(dataclasses.replace(short_run, weights=()))
