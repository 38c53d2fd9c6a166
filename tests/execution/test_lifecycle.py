"""The life of a run and of a sweep's chunk, told by a fake scheduler: the same story for both."""

from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from ensemble import EnsembleConfig, InputError, Run
from ensemble.datasets.builtin import load_table
from ensemble.execution import sentences
from ensemble.execution.service import Service
from ensemble.execution.states import JobState, Timing
from ensemble.execution.task_service import MAX_REFUSALS
from ensemble.sweeps.results import RunSpec

WORKER = "tcp://127.0.0.1:5000"
WINES = load_table("wine")
KINDS = ["run", "sweep"]


class Future:
    """A task of Dask that ends when it is told to."""

    status = "pending"

    def __init__(self):
        self.callbacks, self.cancelled = [], 0

    def add_done_callback(self, callback):
        self.callbacks.append(callback)

    def cancel(self):
        self.cancelled += 1

    def end(self, status, value=None):
        self.status, self.value = status, value
        for callback in self.callbacks:
            callback(self)

    def result(self, _):
        return self.value

    exception = result


class Story:
    """A submission of one run, its task, and a scheduler that takes everything."""

    def __init__(self, kind, wine):
        self.kind, self.wine, self.futures, self.keys = kind, wine, [], []
        self.service = Service(scheduler="tcp://127.0.0.1:9")
        self.service.start = Mock()
        self.connection = self.service.connection
        self.connection.client = SimpleNamespace(status="running", run=Mock(), restart_workers=Mock())
        self.connection.submit = self.take
        self.connection.workers.add(WORKER)
        self.tasks = self.service.runs if kind == "run" else self.service.sweeps
        config = EnsembleConfig(epochs=3)
        if kind == "run":
            self.submission = self.service.submit(config, wine, "me")
        else:
            self.submission = self.service.submit_sweep([RunSpec(config, 0)], WINES, 0.2, "me")
        self.make_calls()

    def take(self, act, *_, key, **__):
        if act.__name__ == "rows_of_sweep":
            return "rows"
        self.futures.append(Future())
        self.keys.append(key)
        return self.futures[-1]

    def make_calls(self):
        while not self.connection._calls.empty():
            self.connection._calls.get_nowait()()

    @property
    def task(self):
        [task] = self.tasks.tasks()
        return task

    @property
    def future(self):
        return self.futures[-1]

    def start(self):
        event = "training" if self.kind == "run" else "chunk"
        self.service.worker_event({"event": event, "job": self.task.id, "worker": WORKER})

    def lose_worker(self):
        self.connection._on_cluster_event((0.0, {"action": "remove-worker", "worker": WORKER}))
        self.connection.workers.add(WORKER)
        self.tasks.worker_added()
        self.make_calls()

    def finish(self):
        run = Run.before_training(EnsembleConfig(epochs=3), self.wine, ()).ended("finished")
        self.future.end("finished", run if self.kind == "run" else (["result"], 0.1))

    @property
    def problem(self):
        return self.submission.error if self.kind == "run" else "".join(self.submission.failures.values())


@pytest.fixture(params=KINDS)
def story(request, wine):
    return Story(request.param, wine)


def test_a_task_that_is_sent_started_and_returned_finishes(story):
    assert len(story.futures) == 1
    story.start()
    assert story.submission.state is JobState.TRAINING
    task = story.task
    assert task.worker == WORKER
    story.finish()
    assert (story.submission.state, story.problem) == (JobState.FINISHED, "")
    assert task.future is None
    assert not story.tasks.tasks()
    assert story.submission.timing.ended_at is not None


def test_a_task_that_loses_its_worker_once_is_trained_again_by_dask(story):
    story.start()
    story.lose_worker()
    task = story.task
    assert (task.losses, task.worker, task.timing.started_at, len(story.futures)) == (1, "", None, 1)
    assert "was lost" in story.submission.note
    story.start()
    story.finish()
    assert (story.submission.state, story.problem) == (JobState.FINISHED, "")


def test_a_task_that_loses_its_worker_twice_is_given_up(story):
    for _ in range(2):
        story.start()
        story.lose_worker()
    assert not story.submission.live
    assert "lost twice" in story.problem
    assert story.future.cancelled


def test_a_task_of_a_replaced_worker_is_resent_without_blame(story):
    story.start()
    story.connection._replaced.add(WORKER)
    story.lose_worker()
    assert story.futures[0].cancelled
    assert len(set(story.keys)) == 2
    assert (story.task.losses, story.task.future) == (0, story.future)


def test_a_task_of_a_lost_connection_is_sent_again(story):
    story.start()
    with story.connection.lock:
        story.service.disconnected()
    story.tasks.dispatch()
    story.make_calls()
    assert len(set(story.keys)) == 2
    assert "connection to the training processes was lost" in story.submission.note
    story.futures[0].end("cancelled")
    assert story.task.future is story.future
    story.finish()
    assert story.submission.state is JobState.FINISHED


def test_a_future_that_is_lost_is_sent_again(story):
    story.future.end("lost")
    story.make_calls()
    assert len(set(story.keys)) == 2
    assert story.submission.live


def test_a_task_that_fails_on_a_worker_is_given_up(story):
    story.start()
    story.future.end("error", ValueError("a bug"))
    assert (story.problem, story.submission.live) == (sentences.UNEXPECTED, False)


def test_a_task_that_fails_before_it_starts_is_sent_again_a_few_times(story):
    for _ in range(MAX_REFUSALS):
        story.future.end("error", ValueError("another version"))
        story.make_calls()
        assert story.submission.live
    assert len(set(story.keys)) == MAX_REFUSALS + 1
    story.future.end("error", ValueError("another version"))
    assert (story.problem, story.submission.live) == (sentences.UNEXPECTED, False)


def test_a_task_that_cannot_be_trained_fails_with_the_reason(story):
    story.start()
    story.future.end("error", InputError("Too few rows."))
    assert (story.submission.state, story.submission.error) == (JobState.FAILED, "Too few rows.")


def test_a_task_that_takes_too_long_is_stopped_and_given_up(story):
    story.start()
    task = story.task
    task.timing.started_at -= 601
    story.tasks.supervise()
    story.make_calls()
    assert "longer than 10 minutes" in story.problem
    assert list(story.connection._stopping) == [task.id]
    assert story.future.cancelled


@pytest.mark.parametrize("starts", [False, True])
def test_a_cancelled_task_is_stopped_where_it_is_and_never_sent_again(story, starts):
    if starts:
        story.start()
    story.submission.cancel()
    story.make_calls()
    assert story.submission.is_cancelled
    assert bool(story.connection._stopping) is starts
    assert bool(story.future.cancelled) is not starts
    story.future.end("cancelled")
    story.make_calls()
    assert (story.submission.state, story.problem) == (JobState.STOPPED, "")
    assert not story.tasks.tasks()
    assert len(story.futures) == 1


def test_a_cancelled_task_whose_worker_is_lost_is_not_trained_again(story):
    story.start()
    story.submission.cancel()
    story.lose_worker()
    assert story.submission.state is JobState.STOPPED
    assert story.future.cancelled
    assert not story.tasks.tasks()


def test_a_report_on_an_unknown_task_stops_it_on_its_worker(story):
    for event in ("progress", "training", "chunk"):
        story.service.worker_event({"event": event, "job": event, "worker": WORKER})
    assert set(story.connection._stopping) == {"training", "chunk"}


def test_what_waits_for_the_first_worker_is_starting(story):
    story.connection.workers.clear()
    assert story.submission.state is JobState.STARTING


def test_a_group_begins_its_next_run_when_one_has_finished(wine):
    story = Story("run", wine)
    story.submission.cancel()
    group = story.service.submit_group([(EnsembleConfig(epochs=3, seed=seed), wine) for seed in range(2)], "me")
    for number in (1, 2):
        story.make_calls()
        assert (group.live, len(group.jobs)) == (True, number)
        story.start()
        assert group.state is JobState.TRAINING
        story.finish()
    assert (group.state, group.complete, len(group.runs), group.error) == (JobState.FINISHED, True, 2, "")


@pytest.mark.parametrize(
    ("end", "state", "error"),
    [
        (lambda story: story.future.end("error", ValueError()), JobState.FAILED, sentences.UNEXPECTED),
        (lambda story: story.service.runs.close(), JobState.STOPPED, ""),
    ],
)
def test_a_group_ends_with_a_run_that_does_not_finish(wine, end, state, error):
    story = Story("run", wine)
    story.submission.cancel()
    group = story.service.submit_group([(EnsembleConfig(epochs=3, seed=seed), wine) for seed in range(2)], "me")
    story.make_calls()
    story.start()
    end(story)
    assert (group.state, group.error, len(group.jobs)) == (state, error, 1)


def test_final_states_are_three():
    assert {state for state in JobState if state.is_final} == {JobState.FINISHED, JobState.STOPPED, JobState.FAILED}


def test_times_that_have_not_come_are_none_and_durations_of_them_too():
    timing = Timing()
    assert (timing.started_at, timing.training_at, timing.updated_at, timing.cancelled_at, timing.ended_at) == (None,) * 5
    assert (timing.wait_seconds, timing.compile_seconds, timing.training_seconds) == (None, None, 0.0)


def test_durations_follow_from_the_times():
    timing = Timing(submitted_at=0.0, started_at=2.0, training_at=5.0, updated_at=6.0)
    assert (timing.wait_seconds, timing.compile_seconds, timing.training_seconds) == (2.0, 3.0, 1.0)
    timing.ended_at = 7.5
    assert timing.training_seconds == 2.5
    timing.restart()
    assert (timing.compile_seconds, timing.training_seconds) == (None, 0.0)
    assert timing.wait_seconds == 7.5
