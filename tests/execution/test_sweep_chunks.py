"""Runs that are trained together, what is kept of them, and the order in which a sweep hands them out."""

import threading
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from scipy.optimize import minimize_scalar
from sklearn.metrics import accuracy_score, log_loss

from ensemble import EnsembleConfig, InputError, load_dataset
from ensemble.datasets.builtin import load_table
from ensemble.datasets.splits import split
from ensemble.execution.sweep import (
    MAX_MEMBERS_TOGETHER,
    MAX_RUNS_IN_CHUNK,
    MAX_SECONDS_TOGETHER,
    MIN_RUNS_TO_COMPILE,
    SECONDS_PER_CHUNK,
    Sweep,
)
from ensemble.probability.vectors import linear_pool, log_pool
from ensemble.related.plans import luck
from ensemble.sweeps.results import AS_TRAINED, MEAN_LOGITS, MEAN_PROBABILITIES, TOGETHER, RunSpec, measured, train_specs
from ensemble.training.loop import train, train_together
from testing.fuzz import examples

WINES = load_table("wine")
KINDS = [
    {},
    {"training": "independent", "activation": "relu", "optimizer": "adam"},
    {"training": "bootstrap", "outputs": "sigmoid"},
    {"members": 5, "hidden_layers": 1, "hidden_units": 3, "optimizer": "sgd", "learning_rate": 0.01, "label_smoothing": 0.1},
]


@pytest.mark.parametrize("kind", [KINDS[0], *(pytest.param(kind, marks=pytest.mark.nightly) for kind in KINDS[1:])])
def test_a_run_gives_the_same_numbers_alone_and_in_company(kind):
    configs = EnsembleConfig(epochs=30, **kind).with_other_seeds(3)
    datasets = [load_dataset("wine", seed=seed) for seed in range(3)]
    for together, config, data in zip(train_together(configs, datasets), configs, datasets, strict=True):
        alone = train(config, data)
        assert (together.config, together.status) == (config, "finished")
        np.testing.assert_allclose(together.curves, alone.curves, rtol=1e-3, atol=1e-5)
        np.testing.assert_allclose(together.predict_proba(data.x_test), alone.predict_proba(data.x_test), atol=1e-4)


def test_settings_that_need_no_compilation_may_differ_in_company(wine):
    configs = [
        EnsembleConfig(epochs=10, members=10),
        EnsembleConfig(epochs=10, members=7, dropout=0.6, seed=4),
        EnsembleConfig(epochs=10, members=5, learning_rate=0.01, label_smoothing=0.3, seed=9),
    ]
    for together, config in zip(train_together(configs, [wine] * 3), configs, strict=True):
        alone = train(config, wine)
        assert together.weights[0].shape == alone.weights[0].shape
        np.testing.assert_allclose(together.curves, alone.curves, rtol=1e-3, atol=1e-5)


def test_a_run_that_diverges_leaves_its_company_alone(wine):
    good = EnsembleConfig(optimizer="sgd", learning_rate=0.001, epochs=20, hidden_layers=3)
    bad = good.model_copy(update={"learning_rate": 10.0})
    first, second, third = train_together([good, bad, good.model_copy(update={"seed": 1})], [wine] * 3)
    assert [first.status, second.status, third.status] == ["finished", "diverged", "finished"]
    alone = train(bad, wine)
    assert (second.epochs, second.message) == (alone.epochs, alone.message)
    assert all(np.isfinite(weight).all() for weight in second.weights)
    np.testing.assert_allclose(first.curves, train(good, wine).curves, rtol=1e-3, atol=1e-5)


def test_company_can_be_stopped(wine):
    stop = threading.Event()
    stop.set()
    runs = train_together(EnsembleConfig(epochs=9).with_other_seeds(2), [wine] * 2, stop)
    assert [(run.status, run.epochs) for run in runs] == [("stopped", 0)] * 2


@pytest.mark.parametrize("other", [{"epochs": 3}, {"hidden_units": 3}, {"training": "independent"}, {"members": 20}])
def test_runs_of_different_kinds_are_not_trained_together(wine, other):
    with pytest.raises(InputError, match="one network"):
        train_together([EnsembleConfig(), EnsembleConfig(**other)], [wine] * 2)


def tempered(proba, log_temperature):
    powers = proba ** np.exp(-log_temperature)
    return powers / powers.sum(axis=1, keepdims=True)


def sum_of_gaps(proba, y):
    """The calibration error as its definition reads: ten bins, closed on the right."""
    top, hit = proba.max(axis=1), proba.argmax(axis=1) == y
    bins = [(top > low / 10) & (top <= (low + 1) / 10) for low in range(10)]
    return sum(abs(top[rows].sum() - hit[rows].sum()) for rows in bins) / len(y)


@pytest.mark.parametrize("training", ["joint", "independent", "bootstrap"])
def test_what_is_kept_of_a_run_is_what_scikit_learn_says(wine, training):
    run = train(EnsembleConfig(members=3, epochs=15, training=training), wine)
    kept = measured(run, wine)
    members = run.member_proba(wine.x_test)
    forecasts = {
        AS_TRAINED: run.predict_proba(wine.x_test),
        MEAN_PROBABILITIES: linear_pool(members),
        MEAN_LOGITS: log_pool(members),
    }
    pairs = [*((kept.pools[name], proba) for name, proba in forecasts.items()), *zip(kept.members, members, strict=True)]
    assert len(pairs) == 6
    for scores, proba in pairs:
        assert scores.loss == pytest.approx(log_loss(wine.y_test, proba, labels=[0, 1, 2]), rel=1e-6)
        assert scores.accuracy == accuracy_score(wine.y_test, proba.argmax(axis=1))
        assert scores.confidence == pytest.approx(proba.max(axis=1).mean(), rel=1e-9)
    for name, proba in forecasts.items():
        error, refinement, temperature = kept.calibration[name]
        best = minimize_scalar(
            lambda t, proba=proba: log_loss(wine.y_test, tempered(proba, t)), bounds=(-4.6, 4.6), method="bounded"
        )
        assert refinement == pytest.approx(best.fun, rel=1e-4, abs=1e-9)
        assert temperature == pytest.approx(np.exp(best.x), rel=0.02)
        assert error == pytest.approx(sum_of_gaps(proba, wine.y_test), abs=1e-9)
    assert (kept.status, kept.epochs) == ("finished", run.config.total_epochs)
    assert (kept.train_loss, kept.train_accuracy) == (run.curves[-1, 0], run.curves[-1, 2])


def test_specs_are_trained_in_their_order_whether_together_or_not():
    specs = [RunSpec(EnsembleConfig(epochs=4, members=3, seed=seed), seed % 2) for seed in range(5)]
    specs.insert(3, RunSpec(EnsembleConfig(epochs=2, seed=7), 7))
    alone, together = train_specs(specs, WINES), train_specs(specs, WINES, together=2)
    assert [result.epochs for result in alone] == [4, 4, 4, 2, 4, 4]
    for one, other, spec in zip(alone, together, specs, strict=True):
        assert one.train_loss == pytest.approx(other.train_loss, rel=1e-4)
        run = train(spec.config, split(WINES, 0.2, spec.split_seed))
        assert one == measured(run, split(WINES, 0.2, spec.split_seed))


def test_stopped_specs_keep_those_before():
    class AfterOne(threading.Event):
        asked = 0

        def is_set(self):
            self.asked += 1
            return self.asked > 3

    specs = [RunSpec(EnsembleConfig(epochs=2, seed=seed), 0) for seed in range(5)]
    assert 0 < len(train_specs(specs, WINES, stop=AfterOne())) < 5


class NoService:
    """A service with a worker that is sent nothing."""

    connection = SimpleNamespace(workers=("one",))

    def ended(self, sweep):
        assert not sweep.live


def sweep_of(specs):
    return Sweep(owner="me", specs=specs, table=WINES, test_share=0.2, service=NoService())


def seeds(count, **settings):
    return [RunSpec(EnsembleConfig(seed=seed, **settings), seed) for seed in range(count)]


def test_a_sweep_finds_its_next_chunk_without_comparing_the_settings_of_its_runs(monkeypatch):
    sweep = sweep_of([*seeds(200), *seeds(200, dropout=0.5)])

    def refuse(config, other):
        raise AssertionError("The service holds its lock here, and 20,000 comparisons take 15 ms.")

    monkeypatch.setattr(EnsembleConfig, "__eq__", refuse)
    first = sweep.next_chunk()
    sweep.complete(first, [None], seconds=0.01)
    chunk = sweep.next_chunk()
    assert first.indices == [0]
    assert chunk.indices == list(range(1, 1 + round(SECONDS_PER_CHUNK / 0.01)))


def test_the_first_run_goes_alone_and_chunks_then_last_half_a_second():
    sweep = sweep_of(seeds(30))
    first = sweep.next_chunk()
    assert (first.indices, first.together) == ([0], 1)
    sweep.complete(first, ["result"], SECONDS_PER_CHUNK / 5)
    assert sweep.next_chunk().indices == [1, 2, 3, 4, 5]
    slow = sweep_of(seeds(30))
    slow.complete(slow.next_chunk(), ["result"], 60.0)
    assert slow.next_chunk().indices == [1]


def test_many_small_runs_of_a_kind_are_trained_together_once_that_pays():
    def second_chunk(count, members, seconds=0.1):
        sweep = sweep_of(seeds(count, members=members))
        sweep.complete(sweep.next_chunk(), ["result"], seconds)
        return sweep.next_chunk()

    chunk = second_chunk(MIN_RUNS_TO_COMPILE, MAX_MEMBERS_TOGETHER)
    assert (len(chunk.indices), chunk.together) == (TOGETHER, TOGETHER)
    assert second_chunk(MIN_RUNS_TO_COMPILE, MAX_MEMBERS_TOGETHER + 1).together == 1
    assert second_chunk(MIN_RUNS_TO_COMPILE - 1, MAX_MEMBERS_TOGETHER).together == 1
    assert second_chunk(MIN_RUNS_TO_COMPILE, MAX_MEMBERS_TOGETHER, MAX_SECONDS_TOGETHER).together == 1


def test_the_runs_that_every_page_asks_for_begin_without_compiling_anything():
    sweep = sweep_of(luck(EnsembleConfig(seed=3), 3).specs)
    sweep.complete(sweep.next_chunk(), ["result"], 0.1)
    assert sweep.next_chunk().together == 1


def test_a_chunk_holds_one_network_and_no_more_than_may_be():
    specs = [spec for pair in zip(seeds(200), seeds(200, dropout=0.5), strict=True) for spec in pair]
    sweep = sweep_of(specs)
    for _ in range(2):
        sweep.complete(sweep.next_chunk(), ["result"], 1e-5)
    chunk = sweep.next_chunk()
    assert len(chunk.indices) == MAX_RUNS_IN_CHUNK
    assert len({specs[index].config.dropout for index in chunk.indices}) == 1


def test_a_lost_chunk_comes_again_one_by_one_and_what_was_alone_is_given_up():
    sweep = sweep_of(seeds(4))
    sweep.complete(sweep.next_chunk(), ["result"], 0.1)
    together = sweep.next_chunk()
    assert together.indices == [1, 2, 3]
    sweep.fail(together, "lost")
    alone = [sweep.next_chunk() for _ in range(3)]
    assert [chunk.indices for chunk in alone] == [[1], [2], [3]]
    sweep.fail(alone[0], "lost")
    assert (sweep.failures, sweep.live) == ({1: "lost"}, True)
    for chunk in alone[1:]:
        sweep.complete(chunk, ["result"], 0.1)
    assert (sweep.state, sweep.done) == ("finished", 3)


def test_rate_and_time_left_are_those_of_the_chunks_since_a_pause(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("ensemble.execution.sweep.time.monotonic", lambda: now[0])
    sweep = sweep_of(seeds(20))
    assert (sweep.runs_per_second, sweep.seconds_left) == (None, None)
    now[0] += 1
    sweep.complete(sweep.next_chunk(), ["result"], 1.0)
    assert (sweep.runs_per_second, sweep.seconds_left) == (1.0, 19.0)
    sweep.forget_pace()
    assert sweep.seconds_left is None


class AnySweep(RuleBasedStateMachine):
    """Whatever happens to chunks, in whatever order: every run ends once, and none is trained twice at a time."""

    def __init__(self):
        super().__init__()
        self.sweep = sweep_of([*seeds(70), *seeds(9, dropout=0.5), *seeds(3, hidden_units=4)])
        self.settled = set()

    @rule()
    def hand_out(self):
        self.sweep.next_chunk()

    @precondition(lambda self: self.sweep.out)
    @rule(data=st.data(), seconds=st.floats(0, 100), fraction=st.floats(0, 1))
    def come_home(self, data, seconds, fraction):
        chunk = data.draw(st.sampled_from(list(self.sweep.out.values())))
        results = [f"result {index}" for index in chunk.indices][: round(fraction * len(chunk.indices))]
        self.sweep.complete(chunk, results, seconds)
        self.sweep.complete(chunk, results, seconds)
        self.settled |= set(chunk.indices[: len(results)])

    @precondition(lambda self: self.sweep.out)
    @rule(data=st.data(), blame=st.booleans())
    def get_lost(self, data, blame):
        chunk = data.draw(st.sampled_from(list(self.sweep.out.values())))
        if blame:
            self.sweep.fail(chunk, "lost")
        else:
            self.sweep.requeue(chunk)

    @invariant()
    def every_run_is_in_one_place(self):
        sweep = self.sweep
        out = [index for chunk in sweep.out.values() for index in chunk.indices]
        done = [index for index, result in enumerate(sweep.results) if result is not None]
        assert sorted([*out, *sweep._waiting, *done, *sweep.failures]) == list(range(len(sweep.specs)))
        assert set(done) == self.settled
        assert sweep.done == len(done)
        assert all(sweep.results[index] == f"result {index}" for index in done)
        assert sweep.live == (len(done) + len(sweep.failures) < len(sweep.specs))


TestAnySweep = AnySweep.TestCase
TestAnySweep.settings = examples(40, stateful_step_count=40)


@given(st.integers(1, 200), st.floats(1e-6, 100))
@examples(50)
def test_any_sweep_ends(count, seconds):
    sweep = sweep_of(seeds(count))
    while chunk := sweep.next_chunk():
        assert len(chunk.indices) % chunk.together == 0
        sweep.complete(chunk, ["result"] * len(chunk.indices), seconds)
    assert (sweep.state, sweep.done) == ("finished", count)
