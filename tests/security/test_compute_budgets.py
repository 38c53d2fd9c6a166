"""How much computing one person may ask of a server, and that others get theirs: fakes in place of the scheduler."""

import gc
import threading
import weakref
from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensemble import EnsembleConfig, InputError, load_dataset, worker
from ensemble.datasets.builtin import load_table
from ensemble.datasets.csv_table import UPLOADED
from ensemble.execution.fairness import has_room, round_robin
from ensemble.execution.service import Service
from ensemble.limits import LimitError, Limits
from ensemble.runs.budget import Rows, classic_runs, what_to_lower
from ensemble.runs.run import Run
from ensemble.runs.weights import weight_count
from ensemble.sweeps.results import RunSpec

DEAREST = {"members": 32, "hidden_units": 64, "hidden_layers": 3, "epochs": 2000, "batch_size": 1}
PHOENIX = "tcp://127.0.0.1:5000"
WINES = load_table("wine")


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture
def service():
    """A service with one worker, whose scheduler takes everything and does nothing."""
    one = Service(scheduler="tcp://127.0.0.1:9", limits=Limits(store_megabytes=0))
    one.start = Mock()
    one.sent = []
    one.connection.submit = lambda act, first, *_, **__: one.sent.append(first) or Mock()
    one.connection.client = SimpleNamespace(status="running", run=Mock(), restart_workers=Mock())
    one.connection.workers.add(PHOENIX)
    return one


def specs(count, **settings):
    return [RunSpec(EnsembleConfig(seed=seed, **settings), seed) for seed in range(count)]


def make_calls(service):
    while not service.connection._calls.empty():
        service.connection._calls.get_nowait()()


def test_unsent_runs_of_an_ended_sweep_take_no_place(service):
    first = service.submit_sweep(specs(40), WINES, 0.2, "first")
    first.cancel()
    make_calls(service)
    assert not first.out
    service.submit_sweep(specs(40), WINES, 0.2, "second")
    service.sent.clear()
    make_calls(service)
    assert service.sent


# A budget


@pytest.mark.parametrize("settings", [{}, {"members": 32}, {"epochs": 2000}, {"batch_size": 1}, {"training": "bootstrap"}])
def test_usual_settings_are_within_the_budget_and_the_largest_are_not(settings, wine, digits):
    assert classic_runs(EnsembleConfig(**settings), Rows.of(wine)) <= Limits().run_budget / 10
    assert classic_runs(EnsembleConfig(), Rows.of(digits)) <= Limits().arrival_budget
    for data in (wine, digits):
        assert classic_runs(EnsembleConfig(**DEAREST), Rows.of(data)) > 3 * Limits().run_budget


def test_expensive_submissions_are_refused_before_they_start(service, digits):
    dear = EnsembleConfig(**DEAREST)
    sentence = (
        "about 67,000 times the classic run, some .* hours here. This server allows 1,000 times. Choose at most 29 epochs"
    )
    with pytest.raises(LimitError, match=sentence):
        service.submit(dear, digits, "me")
    with pytest.raises(LimitError, match=sentence):
        service.submit(dear, digits, "me", epochs_per_second=10)
    with pytest.raises(LimitError, match="This run would take"):
        service.submit_sweep([RunSpec(dear, 0)], load_table("digits"), 0.2, "me")
    many = [(EnsembleConfig(epochs=2000, seed=seed), digits) for seed in range(5)]
    with pytest.raises(LimitError, match=r"These 5 runs would take about 1,100 times .* Choose at most 1,7\d\d epochs"):
        service.submit_group(many, "me")
    with pytest.raises(LimitError, match="Choose fewer seeds or values, or at most 1,000 epochs"):
        service.submit_sweep(specs(2000, epochs=2000), WINES, 0.2, "me")
    assert (service.live, service.sweeps.live, service.sent) == (0, 0, [])
    assert service.submit(*many[0], "me").live
    assert service.submit_sweep(specs(3000), WINES, 0.2, "me").live


@given(
    name=st.sampled_from(["members", "hidden_units", "hidden_layers", "epochs"]),
    base=st.builds(EnsembleConfig, members=st.integers(1, 31), hidden_units=st.integers(1, 63), batch_size=st.integers(1, 512)),
)
def test_no_setting_is_free(name, base):
    rows = Rows(training=5000, features=20, classes=3)
    low, high = EnsembleConfig.bounds(name)
    cheap, dear = (classic_runs(base.model_copy(update={name: value}), rows) for value in (low, high))
    assert cheap < dear
    allowed = what_to_lower(base.model_copy(update={"epochs": 1000}), 0.25)
    assert allowed.startswith("Choose at most 250 epochs")


def test_a_host_may_lower_every_budget(digits):
    host = Limits.from_environment({f"SOFTMAX_LAB_{name}_BUDGET": "1" for name in ("RUN", "ARRIVAL", "SWEEP")})
    service = Service(scheduler="tcp://127.0.0.1:9", limits=host)
    with pytest.raises(LimitError, match="allows 1 times"):
        service.submit(EnsembleConfig(), digits, "me")
    with pytest.raises(LimitError, match="allows 1 times"):
        service.submit_sweep(specs(2), WINES, 0.2, "me")


def test_the_time_that_is_named_is_that_of_the_last_runs_here(service, wine):
    assert service.classic_seconds == 0.3
    for seconds, epochs in ((8.0, 2000), (9.0, 2000), (50.0, 200), (1.0, 1)):
        job = service.submit(EnsembleConfig(epochs=epochs), wine, f"took {seconds}")
        job.training.timing.start()
        job.training.timing.training_at -= seconds
        with service.connection.lock:
            job.training.complete(Run.before_training(job.config, wine, ()).ended("finished"))
    assert service.classic_seconds == pytest.approx(0.9, abs=0.01)


# Turns


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=5))
def test_whoever_comes_waits_for_one_turn_of_each_other_person(waiting, served):
    order = round_robin(waiting, served)
    assert sorted(order) == list(range(len(waiting)))
    assert round_robin(waiting[:1] * len(waiting)) == list(range(len(waiting)))
    newcomer = round_robin([*waiting, "new"], served).index(len(waiting))
    assert newcomer <= len(set(waiting))


def test_hundreds_of_tabs_of_one_address_delay_nobody_else(service, wine):
    for tab in range(500):
        service.submit(EnsembleConfig(), wine, f"tab {tab}", address="192.0.2.1")
    with pytest.raises(InputError, match="The host is full"):
        service.submit(EnsembleConfig(), wine, "tab 500", address="192.0.2.1")
    make_calls(service)
    other = service.submit(EnsembleConfig(), wine, "other", address="192.0.2.2")
    assert other.position == len(service.sent) + 1 == 3
    service.runs._live.pop(service.sent[0])
    service.runs.send_waiting()
    assert service.sent[-1] == other.id


def test_a_class_behind_one_address_is_served_whole_and_in_its_order(service, wine):
    jobs = [service.submit(EnsembleConfig(), wine, f"student {seat}", address="192.0.2.1") for seat in range(300)]
    assert [job.position for job in jobs[::50]] == list(range(1, 301, 50))
    sweeps = [service.submit_sweep(specs(1), WINES, 0.2, f"student {seat}", address="192.0.2.1") for seat in range(300)]
    assert all(one.live for one in (*jobs, *sweeps))


def test_sweeps_of_two_addresses_take_turns_however_many_tabs_one_has(service):
    many = [service.submit_sweep(specs(9, epochs=1000), WINES, 0.2, f"tab {tab}", address="192.0.2.1") for tab in range(20)]
    assert sum(len(sweep.out) for sweep in many) == 2
    other = service.submit_sweep(specs(9, epochs=1000), WINES, 0.2, "other", address="192.0.2.2")
    turns = []
    for _ in range(8):
        sweep = next(one for one in (*many, other) if one.out)
        sweep.complete(next(iter(sweep.out.values())), ["result"], 1.0)
        service.sweeps.dispatch()
        turns.append(max((*many, other), key=lambda one: one.turn))
    assert turns[0] is other
    assert [one is other for one in turns].count(True) >= 1
    assert len({one.id for one in turns if one is not other}) >= 3


def test_live_sweeps_are_bounded_and_an_address_with_few_finds_room():
    service = Service(scheduler="tcp://127.0.0.1:9", limits=Limits(sweeps=4, store_megabytes=0))
    service.start = Mock()
    for tab in range(4):
        service.submit_sweep(specs(2), WINES, 0.2, f"tab {tab}", address="192.0.2.1")
    with pytest.raises(InputError, match="The host is full: 4 sweeps are under way"):
        service.submit_sweep(specs(2), WINES, 0.2, "tab 4", address="192.0.2.1")
    assert service.submit_sweep(specs(2), WINES, 0.2, "tab 3", address="192.0.2.1").live
    assert service.submit_sweep(specs(2), WINES, 0.2, "other", address="192.0.2.2").live


def test_no_number_of_addresses_fills_a_queue_without_end():
    waiting = []
    for person in range(300):
        while has_room(person, waiting, 20):
            waiting.append(person)
    assert len(waiting) < 20 * 4


# What is kept


def upload(rows=2000):
    rng = np.random.default_rng(rows)
    return replace(WINES, name=UPLOADED, x=rng.random((rows, 13)), y=np.arange(rows) % 3)


def test_ended_sweeps_keep_no_table_and_one_per_owner(service):
    tables, sweeps = [], []
    for number in range(8):
        table = upload(1000 + number)
        tables.append(weakref.ref(table))
        sweep = service.submit_sweep(specs(2, epochs=2), table, 0.2, "me")
        assert sweep.table is table
        sweep.cancel()
        sweeps.append(sweep.id)
    del table, sweep
    make_calls(service)
    service.sweeps.supervise()
    gc.collect()
    assert [table() for table in tables] == [None] * 8
    assert [number for number, sweep in enumerate(sweeps) if service.sweeps.find(sweep)] == [7]


def test_ended_sweeps_are_bounded_in_bytes_and_the_last_one_stays(service, monkeypatch):
    sweeps = [service.submit_sweep(specs(100), WINES, 0.2, f"owner {number}") for number in range(6)]
    monkeypatch.setattr("ensemble.execution.sweep_service.MAX_BYTES_KEPT", 3.5 * sweeps[0].bytes_held)
    for sweep in sweeps:
        sweep.cancel()
    service.sweeps.supervise()
    assert sum(service.sweeps.find(sweep.id) is not None for sweep in sweeps) == 3
    monkeypatch.setattr("ensemble.execution.sweep_service.MAX_BYTES_KEPT", 1)
    service.sweeps.supervise()
    assert sum(service.sweeps.find(sweep.id) is not None for sweep in sweeps) == 1


def test_live_sweeps_hold_a_bounded_number_of_rows(service, monkeypatch):
    table = upload()
    monkeypatch.setattr("ensemble.execution.sweep_service.MAX_BYTES_OF_TABLES", 1.5 * table.x.nbytes)
    for name in ("luck", "pairs"):
        service.submit_sweep(specs(2), table, 0.2, f"me-{name}")
    with pytest.raises(InputError, match="sweeps hold as many rows as its memory allows"):
        service.submit_sweep(specs(2), upload(2001), 0.2, "other")
    service.submit_sweep(specs(2), WINES, 0.2, "other")


# Slow runs


def test_only_runs_that_mostly_wait_leave_the_slot(monkeypatch):
    left = []
    monkeypatch.setattr(worker, "_secede", lambda: left.append(True))
    with worker._Slot(10, max_seceded=2) as heavy:
        assert [heavy.may_wait(rate) for rate in (0, 5, 19, 20)] == [False] * 4
    with (
        worker._Slot(10, max_seceded=2) as one,
        worker._Slot(10, max_seceded=2) as two,
        worker._Slot(10, max_seceded=2) as three,
    ):
        assert [slot.may_wait(21) for slot in (one, two, three)] == [True, True, False]
        assert one.may_wait(1)
        assert len(left) == 2
    with worker._Slot(10, max_seceded=1) as later:
        assert later.may_wait(21)
    assert not worker._seceded


def test_excess_slow_runs_wait_while_ordinary_runs_pass(service, wine):
    slow = [service.submit(EnsembleConfig(), wine, f"slow {number}", epochs_per_second=10) for number in range(12)]
    for job in slow[:8]:
        make_calls(service)
        job.training.handle({"event": "training", "worker": PHOENIX})
        service.runs.send_waiting()
    assert service.sent == [job.id for job in slow[:8]]
    assert (service.load().training, service.load().waiting) == (8, 4)
    ordinary = service.submit(EnsembleConfig(), wine, "ordinary")
    service.runs.send_waiting()
    assert service.sent[-1] == ordinary.id
    assert slow[8].state == "queued"


# Stop


class AfterLooks(threading.Event):
    """Is set once it has been looked at so often."""

    def __init__(self, looks):
        super().__init__()
        self.looks, self.most = 0, looks

    def is_set(self):
        self.looks += 1
        return self.looks > self.most


def test_stop_works_within_a_long_epoch_with_equal_numbers(wine, monkeypatch):
    from ensemble.training.arguments import program_key
    from ensemble.training.loop import train

    config = EnsembleConfig(members=2, hidden_layers=1, hidden_units=3, epochs=3)
    whole = train(config, wine)
    shape = program_key(config, wine)
    monkeypatch.setattr("ensemble.training.program.MULTIPLICATIONS_PER_PART", 1.5e9 * 4 / shape.steps_per_part)
    assert (shape.steps, shape.steps_per_part) == (15, 4)
    looked = AfterLooks(100)
    np.testing.assert_array_equal(train(config, wine, stop=looked).curves, whole.curves)
    assert looked.looks == 3 * 4
    stopped = train(config, wine, stop=AfterLooks(6))
    assert (stopped.status, stopped.epochs) == ("stopped", 1)
    np.testing.assert_array_equal(stopped.curves, whole.curves[:1])


@pytest.mark.nightly
def test_a_run_diverging_in_a_long_epoch_keeps_its_state(wine, monkeypatch):
    from ensemble.training.loop import train

    bad = EnsembleConfig(members=2, hidden_layers=3, hidden_units=3, epochs=20, optimizer="sgd", learning_rate=10.0)
    whole = train(bad, wine)
    monkeypatch.setattr("ensemble.training.program.MULTIPLICATIONS_PER_PART", 1e5)
    in_parts = train(bad, wine)
    assert (in_parts.status, in_parts.epochs) == (whole.status, whole.epochs) == ("diverged", whole.epochs)
    for one, other in zip(in_parts.weights, whole.weights, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("rows", "settings"), [(40_000, DEAREST), (1437, DEAREST), (40_000, {"batch_size": 1, "members": 32})])
def test_a_long_epoch_has_parts_of_a_second_at_most(rows, settings, wine):
    from ensemble.training.arguments import program_key

    shape = program_key(EnsembleConfig(**settings), wine)._replace(train_rows=rows, features=200)
    weights = weight_count(EnsembleConfig(**settings), features=200, classes=3)
    assert 1e9 < shape.steps_per_part * weights * 21 <= 2e9
    assert (shape.steps_per_part < shape.steps, shape.epochs_per_chunk) == (True, 1)
    assert program_key(EnsembleConfig(), wine).steps_per_part > 1000


# Stubborn runs


def test_a_run_that_does_not_stop_costs_others_no_loss(service, wine, monkeypatch):
    monkeypatch.setattr("ensemble.execution.connection.SECONDS_TO_STOP", -1)
    monkeypatch.setattr("ensemble.execution.connection._in_thread", lambda act, *what, **how: act(*what, **how))
    stubborn, other = (service.submit(EnsembleConfig(seed=seed), wine, f"owner {seed}") for seed in range(2))
    sweep = service.submit_sweep(specs(1), WINES, 0.2, "sweeper")
    make_calls(service)
    for job in (stubborn, other):
        service.worker_event({"event": "training", "job": job.id, "worker": PHOENIX})
    [chunk] = sweep.out.values()
    service.worker_event({"event": "chunk", "job": chunk.id, "worker": PHOENIX})
    stubborn.cancel()
    service.connection._replace_workers_that_do_not_stop()
    service.connection.client.restart_workers.assert_called_once_with([PHOENIX], raise_for_error=False)
    service.connection._on_cluster_event((0.0, {"action": "remove-worker", "worker": PHOENIX}))
    assert (other.losses, other.state, other.training.future, sweep.live, sweep.failures) == (0, "starting", None, True, {})
    assert "because of another run" in other.note
    assert (not sweep.out, sweep.has_more) == (True, True)
    service.connection._on_cluster_event((0.0, {"action": "add-worker", "worker": PHOENIX}))
    service.connection.workers.add(PHOENIX)
    service.runs.send_waiting()
    assert service.sent.count(other.id) == 2
    service.worker_event({"event": "training", "job": other.id, "worker": PHOENIX})
    service.connection._on_cluster_event((0.0, {"action": "remove-worker", "worker": PHOENIX}))
    assert (other.losses, other.live) == (1, True)


def test_a_run_over_its_time_is_stopped_before_its_worker(service, wine):
    long, other = (service.submit(EnsembleConfig(seed=seed), wine, f"owner {seed}") for seed in range(2))
    make_calls(service)
    for job in (long, other):
        service.worker_event({"event": "training", "job": job.id, "worker": PHOENIX})
    long.training.timing.started_at -= 601
    service.runs.supervise()
    assert (long.state, other.state) == ("failed", "training")
    assert list(service.connection._stopping) == [long.id]
    service.connection.client.restart_workers.assert_not_called()
