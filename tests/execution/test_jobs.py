"""Jobs on real worker processes: progress, queue, stop."""

import gc

import numpy as np
import pytest

from ensemble import EnsembleConfig, InputError, load_dataset
from ensemble.execution.service import Service
from testing import PATIENCE
from testing.asynchronous import run_async
from testing.cluster import eventually
from tests.execution.slow_jobs import LONG, SLOW, slow_job, tasks_of_scheduler


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


def test_equal_runs_give_equal_numbers_alone_slowed_or_in_a_group(service, wine):
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


def test_a_background_run_makes_room_for_a_single_one_and_restarts(service, wine):
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


def test_a_second_press_replaces_the_first(service, wine):
    first = slow_job(service, wine, "presser")
    second = service.submit(EnsembleConfig(epochs=5), wine, "presser")
    assert second.wait(PATIENCE)
    assert first.wait(PATIENCE)
    assert (first.state, second.state) == ("stopped", "finished")


def test_others_wait_in_the_order_in_which_they_came(service, wine):
    earlier = service.submit(EnsembleConfig(epochs=3), wine, "earlier")  # from which the others' wait is estimated
    assert earlier.wait(PATIENCE)
    first = service.submit(LONG, wine, "first")
    assert eventually(lambda: first.state in ("compiling", "training"))
    others = [service.submit(EnsembleConfig(epochs=20), wine, f"other {number}") for number in range(3)]
    assert [job.state for job in others] == ["queued"] * 3
    assert [job.position for job in others] == [1, 2, 3]
    assert not any(job.begins_at_once for job in others)
    assert others[2].wait_seconds > others[0].wait_seconds > 0
    others[1].cancel()
    assert (others[1].state, others[2].position) == ("stopped", 2)
    first.cancel()
    assert others[2].wait(PATIENCE)
    assert others[0].timing.ended_at < others[2].timing.ended_at


def test_two_runs_per_worker_are_sent_ahead_and_the_others_wait(service, wine):
    long = service.submit(LONG, wine, "long")
    assert eventually(lambda: long.state in ("compiling", "training"))
    others = [service.submit(EnsembleConfig(epochs=20), wine, f"waits {number}") for number in range(9)]
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
    monkeypatch.setattr(worker, "_report", lambda topic, job_id, event: reported.append((topic, job_id, event)))
    with worker._stop_event("job", "first") as first:
        with worker._stop_event("job", "second") as second:
            pass
        assert not first.is_set()
        run_async(worker.stop_job("job", None))
        assert first.is_set()
        assert not second.is_set()
    assert reported == [("second", "job", worker.LEFT), ("first", "job", worker.LEFT)]
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


def test_a_job_whose_page_is_open_is_not_given_up_while_the_server_is_late(wine, monkeypatch):
    service = Service(scheduler="tcp://127.0.0.1:9", watcher_timeout=60)
    opened, closed = (service.runs.submit(SLOW, wine, owner, epochs_per_second=5) for owner in ("a/tab/", "b/other/"))
    monkeypatch.setattr(service.runs, "is_open", lambda owner: owner == "a/tab/")
    for job, seconds in ((opened, 299), (closed, 61)):
        job.timing.last_heartbeat -= seconds
    service.runs.supervise()
    assert [opened.live, closed.live] == [True, False]
    opened.timing.last_heartbeat -= 2
    service.runs.supervise()
    assert not opened.live
    service._closed.set()


def test_pages_that_were_heard_from_are_not_looked_up(wine, monkeypatch):
    service = Service(scheduler="tcp://127.0.0.1:9", watcher_timeout=60)
    jobs = [service.runs.submit(SLOW, wine, f"{name}/tab/", epochs_per_second=5) for name in "abc"]
    looked_up = []
    monkeypatch.setattr(service.runs, "is_open", lambda owner: not looked_up.append(owner))
    jobs[1].timing.last_heartbeat -= 61
    service.runs.supervise()
    assert looked_up == ["b/tab/"]
    service._closed.set()


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
