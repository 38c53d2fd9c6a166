"""Equal runs are trained once for all who ask for them, and found afterwards; what one of them does costs no other anything."""

import gc
from dataclasses import replace

import numpy as np
import pytest

from ensemble import EnsembleConfig, InputError, load_dataset
from ensemble.datasets.csv_table import UPLOADED
from ensemble.execution import metrics
from ensemble.execution.already_trained import runs_of
from ensemble.execution.run_store import RunStore, bytes_of, key_of_run
from ensemble.related import example
from tests.execution.fake_workers import CONFIG, WORKERS, FakeWorkers, trained

OTHER = CONFIG.model_copy(update={"seed": 1})


@pytest.fixture
def workers():
    return FakeWorkers()


def shared(source):
    return metrics.REGISTRY.get_sample_value("softmax_lab_shared_runs_total", {"source": source}) or 0


def test_a_class_with_one_run_costs_one_training_and_no_queue(wine):
    workers = FakeWorkers(waiting=1)
    before = shared("training")
    jobs = [workers.service.submit(CONFIG, load_dataset("wine"), f"student {seat}") for seat in range(300)]
    assert (workers.trainings, workers.service.live, workers.service.waiting) == (1, 1, 1)
    assert {job.position for job in jobs} == {1}
    assert all(job.begins_at_once for job in jobs)
    with pytest.raises(InputError, match="The host is full"):
        workers.service.submit(OTHER, wine, "another")
    [run] = workers.runs
    workers.start(run)
    workers.progress(run, 2)
    assert {(job.state, job.run.epochs, job.position) for job in jobs} == {("training", 2, 0)}
    workers.finish(run)
    assert {job.state for job in jobs} == {"finished"}
    assert len({id(job.run) for job in jobs}) == 1
    assert workers.trainings == 1
    assert shared("training") - before == 299


def test_a_stored_run_is_found_and_replaces_its_owners_run(workers, wine):
    workers.service.submit(CONFIG, wine, "first")
    workers.finish(workers.runs[0])
    earlier = workers.service.submit(OTHER, wine, "second")
    before = shared("store")
    job = workers.service.submit(CONFIG, load_dataset("wine"), "second")
    assert (job.state, job.from_store, job.run.epochs, earlier.state) == ("finished", True, 3, "stopped")
    assert (job.timing.wait_seconds, job.timing.training_seconds, job.timing.started_at is None) == (0, 0, False)
    assert (workers.trainings, shared("store") - before) == (1, 1)
    assert workers.service.job(job.id) is job
    assert job.wait(0)
    assert workers.service.load().store_bytes == bytes_of(job.run)


def test_nobody_waits_for_tensorflow_to_see_the_classic_run(workers, wine):
    workers.connection.workers.clear()
    classic = EnsembleConfig()
    job = workers.service.submit(classic, wine, "me")
    assert (job.state, job.from_store, job.run is example.run(), len(job.run.kept_epochs)) == ("finished", True, True, 200)
    relu = workers.service.submit(classic.model_copy(update={"activation": "relu"}), wine, "me")
    slowly = workers.service.submit(classic, wine, "another", epochs_per_second=10)
    assert (relu.live, slowly.live) == (True, True)
    workers.connection.workers.update(WORKERS)
    assert workers.service.submit(classic, wine, "a third").live


@pytest.mark.parametrize("status", ["finished", "diverged"])
def test_only_runs_that_have_ended_by_themselves_are_stored(workers, wine, status):
    workers.service.submit(CONFIG, wine, "me")
    workers.finish(workers.runs[0], "stopped")
    assert not workers.service.submit(CONFIG, wine, "me").from_store
    workers.finish(workers.runs[0], status)
    assert workers.service.submit(CONFIG, wine, "other").run.status == status


def test_other_settings_rows_or_a_speed_are_trained(workers, wine):
    workers.service.submit(CONFIG, wine, "me")
    workers.finish(workers.runs[0])
    for config, data, speed in ((OTHER, wine, None), (CONFIG, load_dataset("wine", seed=1), None), (CONFIG, wine, 10)):
        job = workers.service.submit(config, data, "me", epochs_per_second=speed)
        assert (job.from_store, job.live) == (False, True)
        workers.finish(workers.runs[0])
    assert workers.trainings == 4


def test_a_slow_run_is_followed_by_nobody_and_stored_once_it_has_finished(workers, wine):
    workers.service.submit(CONFIG, wine, "slow", epochs_per_second=10)
    workers.service.submit(CONFIG, wine, "quick")
    slow, _ = workers.runs
    workers.finish(slow)
    assert workers.service.live == 1
    assert workers.service.submit(CONFIG, wine, "third").state == "finished"


def test_runs_on_uploaded_rows_are_never_shared(workers, wine):
    own = replace(wine, name=UPLOADED)
    for _ in range(2):
        jobs = [workers.service.submit(CONFIG, own, f"owner {number}") for number in range(2)]
        assert workers.service.live == 2
        for run in workers.runs:
            workers.finish(run)
        assert {job.state for job in jobs} == {"finished"}
    assert (workers.trainings, workers.service.store.bytes) == (4, 0)


def test_with_an_empty_store_each_run_is_trained(wine):
    workers = FakeWorkers(store_megabytes=0)
    for owner in ("first", "second"):
        workers.service.submit(CONFIG, wine, owner)
    for run in workers.runs:
        workers.finish(run)
    assert workers.service.submit(CONFIG, wine, "third").live
    assert (workers.trainings, workers.service.store.bytes) == (3, 0)


def test_each_who_waits_for_a_shared_run_counts_as_one_who_watches(workers, wine):
    jobs = [workers.service.submit(CONFIG, wine, f"owner {number}") for number in range(3)]
    assert (workers.service.live, workers.service.watched) == (1, 3)
    jobs[0].cancel()
    assert workers.service.watched == 2
    workers.finish(workers.runs[0])
    assert workers.service.watched == 0


def test_who_stops_keeps_what_was_trained_and_the_others_go_on(workers, wine):
    first, second, third = (workers.service.submit(CONFIG, wine, owner) for owner in ("first", "second", "third"))
    [run] = workers.runs
    workers.start(run)
    workers.progress(run)
    first.cancel()
    assert (first.state, first.run.status, first.run.epochs) == ("stopped", "stopped", 1)
    assert first.run.message == "Stopped after epoch 1 of 3."
    second.cancel()
    assert (second.state, third.state, third.run.status) == ("stopped", "training", "training")
    assert not workers.connection._stopping
    workers.finish(run)
    assert (first.state, third.state, workers.trainings) == ("stopped", "finished", 1)


def test_the_last_who_stops_ends_the_training_and_nobody_joins_it_then(workers, wine):
    jobs = [workers.service.submit(CONFIG, wine, f"owner {number}") for number in range(2)]
    [run] = workers.runs
    workers.start(run)
    for job in jobs:
        job.cancel()
    assert list(workers.connection._stopping) == [run.id]
    late = workers.service.submit(CONFIG, wine, "late")
    assert len(workers.runs) == 2
    workers.finish(run, "stopped")
    assert (jobs[1].state, late.live) == ("stopped", True)


def test_a_session_that_goes_away_costs_the_others_nothing(workers, wine):
    gone, here = (workers.service.submit(CONFIG, wine, owner) for owner in ("gone", "here"))
    workers.start(workers.runs[0])
    gone.timing.last_heartbeat -= 61
    workers.service.runs.supervise()
    assert (gone.state, here.state, workers.trainings) == ("stopped", "training", 1)


def test_a_session_that_holds_its_run_keeps_no_job_of_another_alive(workers, wine):
    mine, other = (workers.service.submit(CONFIG, wine, owner) for owner in ("me", "other"))
    number = other.id
    workers.finish(workers.runs[0])
    workers.sent.clear()
    del other
    gc.collect()
    assert (workers.service.job(mine.id), workers.service.job(number)) == (mine, None)


def test_a_second_press_of_the_same_goes_on_with_the_first(workers, wine):
    first = workers.service.submit(CONFIG, wine, "me")
    workers.start(workers.runs[0])
    second = workers.service.submit(CONFIG, wine, "me")
    assert (first.state, second.state, workers.trainings) == ("stopped", "training", 1)


def test_all_are_told_when_their_worker_is_lost_or_the_training_fails(workers, wine):
    jobs = [workers.service.submit(CONFIG, wine, f"owner {number}") for number in range(2)]
    workers.start(workers.runs[0])
    workers.connection._on_cluster_event((0.0, {"action": "remove-worker", "worker": WORKERS[0]}))
    assert {(job.losses, "was lost" in job.note) for job in jobs} == {(1, True)}
    workers.connection.workers.add(WORKERS[0])
    workers.start(workers.runs[0])
    workers.end(workers.runs[0], InputError("Too few rows."), "error")
    assert {(job.state, job.error) for job in jobs} == {("failed", "Too few rows.")}


def test_a_group_takes_what_is_there_and_trains_the_rest_once_for_all(workers, wine):
    plan = [(CONFIG.model_copy(update={"seed": seed}), wine) for seed in range(4)]
    own = workers.service.submit(*plan[0], "me")
    workers.finish(workers.runs[0])
    workers.service.submit(*plan[1], "other")
    groups = [workers.service.submit_group(plan, f"{who}/tab/members", given=[own]) for who in ("me", "she")]
    assert [len(group.jobs) for group in groups] == [2, 2]
    for _ in range(3):
        workers.finish(workers.runs[0])
    assert workers.trainings == 4
    for group in groups:
        assert (group.complete, group.state) == (True, "finished")
        assert [run.config.seed for run in group.runs] == [0, 1, 2, 3]
        assert [job.from_store for job in group.jobs] == [True, False, False, False]


def test_a_long_plan_that_was_trained_has_finished_when_it_is_returned(workers, wine):
    plan = [(CONFIG.model_copy(update={"seed": seed}), wine) for seed in range(1500)]
    data = replace(wine, x_test=wine.x_test[:1], y_test=wine.y_test[:1], test_rows=wine.test_rows[:1])
    for config, rows in plan:
        workers.service.store.put(key_of_run(config, rows), trained(config, data), 1)
    group = workers.service.submit_group(plan, "me")
    assert (group.complete, group.live, workers.trainings) == (True, False, 0)
    assert group.timing.ended_at is not None
    group.heartbeat()
    group.cancel()
    assert group.state == "finished"


def test_a_group_takes_given_runs_on_uploaded_rows_of_its_own_session(workers, wine):
    own = replace(wine, name=UPLOADED)
    job = workers.service.submit(CONFIG, own, "me")
    workers.finish(workers.runs[0])
    group = workers.service.submit_group([(CONFIG, own)], "me/tab/members", given=[job])
    assert (group.complete, group.runs) == (True, [job.run])
    assert workers.service.submit_group([(CONFIG, own)], "she/tab/members").live


def test_a_group_keeps_what_it_has_when_a_run_fails(workers, wine):
    group = workers.service.submit_group([(CONFIG.model_copy(update={"seed": seed}), wine) for seed in range(3)], "me")
    workers.finish(workers.runs[0])
    workers.start(workers.runs[0])
    workers.end(workers.runs[0], InputError("Too few rows."), "error")
    assert (group.state, group.error, len(group.runs)) == ("failed", "Too few rows.", 1)


def test_runs_that_came_with_the_app_need_no_training(monkeypatch, wine):
    run = trained(CONFIG, wine)
    example = type("example", (), {"find": staticmethod(lambda config, data: run if config == CONFIG else None)})
    monkeypatch.setattr("ensemble.execution.already_trained.import_module", lambda name: example)
    assert runs_of([(OTHER, wine), (CONFIG, wine)], []) == {1: run}


def test_the_store_keeps_what_was_used_last_within_its_bytes(wine):
    runs = {seed: trained(EnsembleConfig(members=1, epochs=3, seed=seed), wine) for seed in range(4)}
    size = bytes_of(runs[0])
    assert size > runs[0].test_log_proba.nbytes + sum(weights.nbytes for weights in runs[0].weights)
    store = RunStore(3 * size)
    for seed in (0, 1, 2):
        store.put(key_of_run(runs[seed].config, wine), runs[seed], size)
    assert store.get(key_of_run(runs[0].config, wine)) is runs[0]
    store.put(key_of_run(runs[3].config, wine), runs[3], size)
    assert [store.get(key_of_run(run.config, wine)) is run for run in runs.values()] == [True, False, True, True]
    assert store.bytes == 3 * size


def test_a_key_depends_on_every_row_and_name(wine):
    key = key_of_run(CONFIG, wine)
    assert key == key_of_run(EnsembleConfig(members=1, epochs=3), load_dataset("wine"))
    changed = wine.x_train.copy()
    changed[7, 3] = np.nextafter(changed[7, 3], 2)
    others = [
        replace(wine, x_train=changed),
        replace(wine, y_test=wine.y_test[::-1]),
        replace(wine, class_names=("a", "b", "c")),
        wine.only(wine.feature_names[:12]),
        wine.with_at_most(30),
    ]
    assert len({key, *(key_of_run(CONFIG, other) for other in others)}) == 6


def test_of_equal_runs_one_came_first(wine):
    workers = FakeWorkers()
    first, second = (workers.service.submit(CONFIG, wine, owner) for owner in ("one", "two"))
    assert (first.came_first, second.came_first) == (True, False)
