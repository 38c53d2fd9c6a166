"""Where in the queue a run is, as those who wait read it."""

from unittest.mock import Mock

from ensemble.execution import dispatch_order
from tests.execution.fake_workers import CONFIG, FakeWorkers


def test_hundreds_who_wait_ask_for_their_positions_which_are_counted_once(wine, monkeypatch):
    workers = FakeWorkers()
    jobs = [workers.service.submit(CONFIG.model_copy(update={"seed": seed}), wine, f"student {seed}") for seed in range(5)]
    workers.make_calls()
    ordered = Mock(wraps=dispatch_order.to_send)
    monkeypatch.setattr(dispatch_order, "to_send", ordered)
    assert [[job.position for job in jobs] for _ in range(50)] == [[1, 2, 3, 4, 5]] * 50
    assert ordered.call_count <= 2 * 5
    jobs[1].cancel()
    assert [job.position for job in jobs] == [1, 0, 2, 3, 4]
    late = workers.service.submit(CONFIG.model_copy(update={"seed": 5}), wine, "late")
    assert late.position == 5
    workers.start(workers.runs[0])
    assert jobs[0].position == 0


def test_a_press_while_the_workers_have_enough_ahead_puts_nobody_in_order_to_send_a_run(wine, monkeypatch):
    workers = FakeWorkers()
    for seed in range(5):
        workers.service.submit(CONFIG.model_copy(update={"seed": seed}), wine, f"student {seed}")
    workers.make_calls()
    monkeypatch.setattr(dispatch_order, "to_send", Mock(side_effect=AssertionError("in order")))
    workers.service.submit(CONFIG.model_copy(update={"seed": 5}), wine, "late")
    workers.make_calls()
    assert len(workers.runs) == dispatch_order.RUNS_AHEAD_PER_WORKER


def test_positions_are_counted_anew_after_a_moment(wine):
    workers, now = FakeWorkers(), [0.0]
    positions = dispatch_order.QueuePositions(seconds=1, clock=lambda: now[0])
    jobs = [workers.service.submit(CONFIG.model_copy(update={"seed": seed}), wine, f"student {seed}") for seed in range(3)]
    workers.make_calls()
    trainings = [job.training for job in jobs]
    assert positions.of(trainings[2], trainings) == 3
    assert positions.of(trainings[2], trainings[1:]) == 3
    now[0] = 2.0
    assert positions.of(trainings[2], trainings[1:]) == 2
