"""What trains in the background stands in nobody's way, and loses nothing but time."""

import pytest

from ensemble.datasets.builtin import load_table
from ensemble.sweeps.results import RunSpec
from tests.execution.fake_workers import CONFIG, WORKERS, FakeWorkers

WINES = load_table("wine")
SINGLE = CONFIG.model_copy(update={"seed": 999})


def plan(wine, first, count=3):
    return [(CONFIG.model_copy(update={"seed": first + number}), wine) for number in range(count)]


def seeds_of(runs):
    return [run.arguments[1].seed for run in runs]


@pytest.fixture
def workers():
    return FakeWorkers()


def background(workers, wine, first, owner, count=3):
    return workers.service.submit_group(plan(wine, first, count), owner, background=True)


def test_background_runs_are_sent_one_ahead_below_single_runs(wine):
    workers = FakeWorkers(2)
    groups = [background(workers, wine, 10 * number, f"session {number}/tab/members") for number in range(4)]
    assert seeds_of(workers.runs) == [0, 10]
    single = workers.service.submit(SINGLE, wine, "single")
    *behind, first = workers.runs
    assert first.arguments[1].seed == 999
    assert first.options["priority"] > 0 > max(run.options["priority"] for run in behind)
    assert single.position == 1
    assert [group.jobs[0].position for group in groups] == [2, 3, 4, 5]
    assert single.begins_at_once
    assert (workers.service.live, workers.service.watched) == (5, 1)


def test_none_is_sent_while_a_single_run_waits(workers, wine):
    workers.service.submit(SINGLE, wine, "single")
    group = background(workers, wine, 0, "me/tab/members")
    assert seeds_of(workers.runs) == [999]
    workers.start(workers.runs[0])
    assert seeds_of(workers.runs) == [999, 0]
    workers.finish(workers.runs[0])
    for _ in range(3):
        workers.finish(workers.runs[0])
    assert group.complete


def test_a_single_run_stops_the_latest_background_run_when_all_are_busy(wine):
    workers = FakeWorkers(2)
    groups = [background(workers, wine, 10 * number, f"session {number}/tab/members") for number in range(2)]
    for run, worker in zip(workers.runs, WORKERS, strict=True):
        workers.start(run, worker)
        workers.progress(run, worker=worker)
    kept, stopped = workers.runs
    single = workers.service.submit(SINGLE, wine, "single")
    assert seeds_of(workers.runs) == [0, 999]
    assert list(workers.connection._stopping) == [stopped.id]
    assert (stopped.cancelled, kept.cancelled) == (1, 0)
    assert [group.state for group in groups] == ["training", "queued"]

    workers.service.worker_event({"event": "progress", "job": stopped.id, "worker": WORKERS[1], "progress": {}})
    workers.end(stopped, None, "cancelled")
    assert (groups[1].state, groups[1].jobs[0].losses) == ("queued", 0)
    workers.finish(workers.runs[1], worker=WORKERS[1])
    assert single.state == "finished"
    assert seeds_of(workers.runs) == [0, 10]
    assert workers.runs[1].id != stopped.id
    while workers.runs:
        workers.finish(workers.runs[0])
    assert [group.complete for group in groups] == [True, True]
    assert not any(group.note or group.error for group in groups)


def test_one_run_is_stopped_for_each_that_waits_and_none_while_a_worker_is_free(wine):
    workers = FakeWorkers(2)
    groups = [background(workers, wine, 10 * number, f"session {number}/tab/members") for number in range(2)]
    workers.start(workers.runs[0])
    workers.service.submit(SINGLE, wine, "first")
    assert workers.runs
    assert not workers.connection._stopping
    workers.start(workers.runs[-1], WORKERS[1])
    workers.service.submit(SINGLE.model_copy(update={"seed": 998}), wine, "second")
    workers.service.submit(SINGLE.model_copy(update={"seed": 997}), wine, "third")
    assert workers.runs
    assert len(workers.connection._stopping) == 1
    assert all(group.live for group in groups)


def test_one_that_starts_although_a_single_run_waits_is_stopped_too(workers, wine):
    background(workers, wine, 0, "me/tab/members")
    [behind] = workers.runs
    workers.service.submit(SINGLE, wine, "single")
    assert workers.runs
    workers.start(behind)
    assert seeds_of(workers.runs) == [999]


def test_a_press_for_a_run_in_the_background_brings_it_to_the_front(workers, wine):
    group = background(workers, wine, 0, "me/tab/members")
    [behind] = workers.runs
    job = workers.service.submit(*plan(wine, 0)[0], "single")
    [sent] = workers.runs
    assert (behind.cancelled, sent.options["priority"] > 0) == (1, True)
    workers.start(sent)
    workers.service.submit(SINGLE, wine, "other")
    assert workers.runs
    assert not workers.connection._stopping
    workers.finish(sent)
    assert (job.state, len(group.runs)) == ("finished", 1)


def test_the_open_pages_group_goes_before_its_own_sessions_others_only(workers, wine):
    workers.service.submit(SINGLE, wine, "busy")
    first = background(workers, wine, 0, "me/tab/members")
    other = background(workers, wine, 10, "she/tab/members")
    second = background(workers, wine, 20, "me/tab/calibration")
    assert [group.jobs[0].position for group in (first, other, second)] == [2, 3, 4]
    second.prefer()
    assert [group.jobs[0].position for group in (second, other, first)] == [2, 3, 4]


def test_sweeps_in_the_background_take_a_worker_only_while_nothing_else_waits(workers, wine):
    specs = [RunSpec(CONFIG.model_copy(update={"seed": seed}), 0) for seed in range(3)]
    workers.service.submit(SINGLE, wine, "single")
    sweep = workers.service.submit_sweep(specs, WINES, 0.2, "me/tab/luck", background=True)
    assert not workers.chunks
    group = background(workers, wine, 0, "me/tab/members", count=1)
    workers.finish(workers.runs[0])
    workers.service.sweeps.supervise()
    assert not workers.chunks
    pressed = workers.service.submit_sweep(specs[:1], WINES, 0.3, "she/tab/luck")
    assert [chunk.options["priority"] for chunk in workers.chunks] == [-1]
    workers.finish(workers.runs[0])
    workers.finish(workers.chunks[0])
    assert (group.complete, pressed.state) == (True, "finished")
    workers.service.sweeps.supervise()
    assert [chunk.options["priority"] for chunk in workers.chunks] == [-2]
    while workers.chunks:
        workers.finish(workers.chunks[0])
        workers.service.sweeps.supervise()
    assert sweep.state == "finished"


def test_a_background_chunk_makes_room_for_a_run_and_keeps_its_results(workers, wine):
    specs = [RunSpec(CONFIG.model_copy(update={"seed": seed}), 0) for seed in range(6)]
    sweep = workers.service.submit_sweep(specs, WINES, 0.2, "me/tab/luck", background=True)
    workers.finish(workers.chunks[0])
    [chunk] = workers.chunks
    workers.start(chunk)
    workers.service.sweeps.supervise()
    assert not workers.connection._stopping
    workers.service.submit(SINGLE, wine, "single")
    for _ in range(2):
        workers.service.sweeps.supervise()
    assert list(workers.connection._stopping) == [chunk.id]
    workers.end(chunk, (["result"], 0.1))
    assert (sweep.done, sweep.failures, len(workers.chunks)) == (2, {}, 0)
    workers.finish(workers.runs[0])
    workers.service.sweeps.supervise()
    assert len(workers.chunks) == 1


def test_what_a_session_has_behind_waits_for_the_sweep_that_its_open_page_shows(workers, wine):
    sweep = workers.service.submit_sweep([RunSpec(CONFIG, seed) for seed in range(3)], WINES, 0.2, "me/tab/luck")
    mine, other = background(workers, wine, 0, "me/tab/members"), background(workers, wine, 10, "other/tab/members")
    assert seeds_of(workers.runs) == [10]
    assert other.live
    assert mine.live
    sweep.cancel()
    for _ in range(6):
        workers.finish(workers.runs[0])
    assert other.complete
    assert mine.complete
