"""The example that ships with the app: the classic run, and all that pages train besides it."""

import numpy as np
import pytest

from ensemble import EnsembleConfig, Run, load_dataset
from ensemble.datasets.builtin import load_table
from ensemble.datasets.config import dataset_of
from ensemble.datasets.splits import folds as split_into_folds
from ensemble.disagreement.plane import plane_grid
from ensemble.interpretation.feature_importance import permutation_importance
from ensemble.limits import limits
from ensemble.probability.vectors import log_softmax
from ensemble.related import build, digits, example, measurements, plans
from ensemble.runs.held_out import MAX_EPOCHS, held_out, spread_evenly
from ensemble.shift.blobs import MAX_TEST_ROWS, OVERLAPPING
from ensemble.sweeps.results import measured, train_specs
from ensemble.training.loop import train
from ui.components.training_view import frames

MAX_BYTES = 1_750_000
STORED = list(build.distinct(example.planned()))


def overlapping_blobs():
    return dataset_of(OVERLAPPING).with_at_most(MAX_TEST_ROWS)


@pytest.fixture
def small_host(monkeypatch):
    monkeypatch.setenv("SOFTMAX_LAB_MEMBERS", "4")
    monkeypatch.setenv("SOFTMAX_LAB_EPOCHS", "50")
    caches = (limits, example.planned, example._names, example._load)
    for cache in caches:
        cache.cache_clear()
    yield
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()


def test_it_is_the_classic_run_with_seed_0(wine):
    assert example.run().config == EnsembleConfig()
    assert example.run().epochs == 200
    assert example.data().same_rows(wine)
    assert example.run().fits(wine)


@pytest.mark.parametrize(
    ("plan", "rows", "runs"),
    [
        (plans.ensembles, lambda: load_dataset("wine"), 6),
        (plans.folds, lambda: split_into_folds(load_table("wine")), 10),
        (plans.outputs, lambda: split_into_folds(load_table("wine")), 17),
        (plans.seeds, lambda: load_dataset("wine"), 5),
        (lambda config, rows: plans.plane(config, rows, "relu"), lambda: load_dataset("moons"), 1),
        (plans.shares, overlapping_blobs, 1),
        (plans.ways_to_train, overlapping_blobs, 3),
    ],
    ids=["ensembles", "folds", "outputs", "seeds", "plane", "shares", "ways to train"],
)
def test_each_run_that_a_page_wants_of_it_is_found_by_its_settings_and_rows(plan, rows, runs):
    planned = plan(EnsembleConfig(), rows())
    assert len(planned) == runs
    for config, data in planned.values():
        found = example.find(config, data)
        assert (found.config, found.status, found.epochs) == (config, "finished", config.total_epochs)
        every_epoch = np.arange(1, config.total_epochs + 1)
        kept = every_epoch if found is example.run() else spread_evenly(every_epoch)
        assert found.kept_epochs.tolist() == kept.tolist()
        assert found.fits(data)


def test_nothing_is_found_for_other_settings_or_rows(wine):
    assert example.find(EnsembleConfig(dropout=0.5), wine) is None
    assert example.find(EnsembleConfig(), load_dataset("wine", seed=1)) is None
    assert example.find(EnsembleConfig(), load_dataset("iris")) is None
    moons_run, moons = example.planned()["plane"]
    assert example.find(moons_run, wine) is None
    assert example.find(EnsembleConfig(), moons) is None


def test_equal_runs_are_one(wine):
    first_fold, *_ = split_into_folds(load_table("wine"))
    for config in (EnsembleConfig(), plans.outputs(EnsembleConfig(), [first_fold])["softmax 1"][0]):
        assert example.find(config, first_fold) is example.run() is example.find(config, wine)


def test_a_host_that_allows_less_has_the_same_example(small_host, wine):
    assert EnsembleConfig().members == 4
    assert (example.run().config.members, example.run().epochs) == (10, 200)
    assert example.find(example.CONFIG, wine) is example.run()
    many, _ = plans.ensembles(example.CONFIG, wine)["many"]
    assert many.members == 4
    assert example.find(many, wine) is None
    assert example.find(EnsembleConfig(), wine) is None


def test_files_are_small_and_none_is_left_over():
    files = sorted(example.FOLDER.iterdir())
    assert sum(file.stat().st_size for file in files) <= MAX_BYTES
    measured = [one.file for one in measurements.SHIPPED]
    digits_read = map(digits.file_of, digits.CONFIGS)
    assert files == sorted([example.RESULTS, *measured, *digits_read, *(example.file_of(name) for name in STORED)])


def test_thirty_seeds_begin_with_the_example_itself():
    plan = plans.luck(EnsembleConfig(), 0)
    results = example.results(plan)
    assert len(results) == len(plan.specs) == 90
    assert {(result.status, result.epochs, len(result.members)) for result in results} == {("finished", 200, 10)}
    first = measured(example.run(), example.data())
    for condition in plan.conditions:
        np.testing.assert_allclose(numbers(results[condition.indices[0]]), numbers(first), rtol=1e-6)
    assert example.results_from_bytes(example.results_to_bytes(results)) == results


@pytest.mark.parametrize(("plan", "runs"), [(plans.luck, 90), (plans.sizes_over_seeds, 60), (plans.pairs, 60)])
def test_every_part_of_many_runs_is_there_for_the_classic_settings_alone(plan, runs):
    assert len(example.results(plan(EnsembleConfig(), 0))) == runs
    assert example.results(plan(EnsembleConfig(), 1)) is None
    assert example.results(plan(EnsembleConfig(epochs=9), 0)) is None


def test_parts_of_pages_can_be_made_of_its_runs():
    planned = example.planned()

    def found(*names):
        pairs = [planned[name] for name in names]
        return [example.find(*pair) for pair in pairs], [rows for _, rows in pairs]

    for kind in ("own", "independent"):
        seen = held_out(*found(*(f"{kind} {fold}" for fold in range(1, 6))))
        assert (len(seen.rows), len(seen.epochs), seen.epochs[-1]) == (178, MAX_EPOCHS, 200)
        assert np.isfinite(seen.member_own_logits).all()
        np.testing.assert_allclose(seen.log_proba[-1], log_softmax(seen.logits), atol=1e-4)
    runs, (rows, *_) = found(*(f"seed {seed}" for seed in range(5)))
    importance = permutation_importance(runs, rows, np.random.default_rng(0), repeats=2)
    assert importance["feature"].tolist() == list(rows.feature_names)
    assert (importance["low"] <= importance["high"]).all()
    (plane,), (points,) = found("plane")
    assert np.isfinite(plane_grid(plane, points).disagreement).all()
    for name in STORED:
        (run,), (rows,) = found(name)
        assert run.history["epoch"].iloc[-1] == run.config.total_epochs == frames(run, rows)["epochs"][-1]


@pytest.mark.parametrize("kind", ["own", "independent"])
def test_folds_with_fewer_kept_epochs_are_combined_by_epoch(kind):
    pairs = [example.planned()[f"{kind} {fold}"] for fold in range(1, 6)]
    runs = [example.find(*pair) for pair in pairs]
    seen = held_out(runs, [rows for _, rows in pairs])
    assert seen.epochs.tolist() == spread_evenly(np.arange(1, 201)).tolist()
    for run, (_, rows) in zip(runs[:4], pairs[:4], strict=True):  # two rows of the last are test rows of another fold too
        indices = np.searchsorted(seen.rows, rows.test_rows)
        for epoch, log_proba in zip(seen.epochs, seen.log_proba, strict=True):
            there = run.test_log_proba[run.kept_epochs.tolist().index(epoch)]
            np.testing.assert_array_equal(log_proba[indices], there)


def numbers(result):
    scores = [*result.pools.values(), *result.members, *result.calibration.values()]
    return [result.train_loss, result.train_accuracy, *(number for score in scores for number in score)]


def assert_trained_anew_it_is_the_same(name):
    """To a tolerance: another processor adds in another order, and 200 epochs of training carry the rounding on."""
    config, rows = example.planned()[name]
    shipped, trained = Run.load(example.file_of(name)), build.stored(name, train(config, rows))
    assert shipped.config == trained.config
    assert shipped.curve_names == trained.curve_names
    for name, ours, theirs in zip(shipped.curve_names, shipped.curves[-1], trained.curves[-1], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0 if name.endswith("accuracy") else 1e-3, err_msg=name)
    np.testing.assert_allclose(np.exp(shipped.test_log_proba), np.exp(trained.test_log_proba), atol=1e-4)
    np.testing.assert_allclose(shipped.predict_proba(rows.x_test), trained.predict_proba(rows.x_test), atol=1e-4)


def test_the_file_of_the_classic_run_holds_what_training_gives():
    assert_trained_anew_it_is_the_same("joint")


def test_the_first_seeds_are_what_training_gives():
    plan = plans.luck(EnsembleConfig(), 0)
    results = example.results(plan)
    for one, other in zip(train_specs(plan.specs[3:6], load_table("wine")), results[3:6], strict=True):
        np.testing.assert_allclose(numbers(one), numbers(other), rtol=1e-3)


@pytest.mark.nightly
@pytest.mark.parametrize("name", STORED)
def test_all_files_hold_what_training_gives(name):
    assert_trained_anew_it_is_the_same(name)


@pytest.mark.nightly
@pytest.mark.parametrize("plan", [plans.luck, plans.sizes_over_seeds, plans.pairs])
def test_all_seeds_are_what_training_gives(plan):
    asked = plan(EnsembleConfig(), 0)
    for one, other in zip(train_specs(asked.specs, load_table("wine")), example.results(asked), strict=True):
        np.testing.assert_allclose(numbers(one), numbers(other), rtol=1e-3)
