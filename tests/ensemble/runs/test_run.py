"""Reading a run without TensorFlow, handing it out as Keras, and its file."""

import contextlib
import dataclasses
import io
import json
import pickle
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensemble import EnsembleConfig, InputError, Run
from ensemble.probability.vectors import linear_pool, log_pool, log_softmax
from ensemble.runs.curves import CURVES, FIT
from ensemble.runs.fit_loss import fit_gap
from ensemble.runs.run import MAX_PREDICTION_BYTES
from testing.fuzz import examples
from testing.random_run import random_run


@pytest.mark.parametrize(
    "settings_",
    [
        {},
        {"activation": "relu", "hidden_layers": 1},
        {"activation": "tanh", "hidden_layers": 3},
        {"training": "independent", "activation": "relu"},
        {"members": 1},
        {"training": "bootstrap"},
        {"training": "bootstrap", "members": 1},
    ],
)
def test_probabilities_in_numpy_equal_those_of_the_keras_model(wine, settings_):
    run = random_run(wine, **{"members": 3} | settings_)
    model = run.to_keras()
    assert len(model.inputs) == run.config.members
    for x in (wine.x_test, [wine.x_test] * run.config.members):
        np.testing.assert_allclose(model.predict(x, verbose=0), run.predict_proba(wine.x_test), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("outputs", ["sigmoid", "linear"])
@pytest.mark.parametrize("training", ["joint", "independent", "bootstrap"])
def test_sigmoid_and_linear_outputs_equal_keras_and_are_normalised(wine, training, outputs):
    run = random_run(wine, members=3, training=training, outputs=outputs)
    raw = run.outputs(wine.x_test)
    np.testing.assert_allclose(run.to_keras().predict(wine.x_test, verbose=0), raw, rtol=1e-4, atol=1e-6)
    assert abs(raw.sum(axis=1) - 1).max() > 0.01
    if training != "independent":
        raised = np.maximum(raw, 1e-7)
        np.testing.assert_allclose(run.predict_proba(wine.x_test), raised / raised.sum(axis=1, keepdims=True), rtol=1e-4)
    np.testing.assert_allclose(run.predict_proba(wine.x_test).sum(axis=1), 1)


def test_the_keras_model_is_the_classic_architecture(wine):
    layers = [type(layer).__name__ for layer in random_run(wine, members=2).to_keras().layers]
    assert sorted(layers) == sorted(["InputLayer"] * 2 + ["Dense"] * 4 + ["Dropout"] * 2 + ["Concatenate", "Dense"])


def test_a_saved_keras_model_loads_and_predicts_the_same(wine, short_run, tmp_path):
    short_run.to_keras().save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    theirs = loaded.predict([wine.x_test] * 3, verbose=0)
    np.testing.assert_allclose(theirs, short_run.predict_proba(wine.x_test), rtol=1e-4, atol=1e-6)


def test_joint_contributions_and_bias_add_up_to_the_logits(wine, short_run):
    total = short_run.member_logits(wine.x_test).sum(axis=0) + short_run.weights[-1]
    np.testing.assert_allclose(total, short_run.logits(wine.x_test), rtol=1e-6)


def test_a_joint_ensemble_is_the_log_pool_of_its_members(wine, short_run):
    pooled = log_pool(short_run.member_proba(wine.x_test))
    np.testing.assert_allclose(pooled, short_run.predict_proba(wine.x_test), rtol=1e-4)


def test_an_independent_ensemble_is_the_linear_pool_of_its_members(wine):
    run = random_run(wine, members=3, training="independent")
    np.testing.assert_allclose(linear_pool(run.member_proba(wine.x_test)), run.predict_proba(wine.x_test), rtol=1e-4)


@pytest.mark.parametrize("temperature", [0.01, 1, 100])
def test_temperature_keeps_rows_summing_to_one_and_the_winner(wine, short_run, temperature):
    proba = short_run.predict_proba(wine.x_test, temperature=temperature)
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    assert (proba.argmax(axis=1) == short_run.predict_proba(wine.x_test).argmax(axis=1)).all()


@pytest.mark.parametrize("x", [np.zeros((2, 12)), np.zeros(13), np.full((1, 13), np.nan), np.full((1, 13), np.inf)])
def test_rows_that_do_not_fit_are_refused_in_words(short_run, x):
    with pytest.raises(InputError, match="Rows"):
        short_run.predict_proba(x)


def test_history_has_one_row_per_epoch(short_run):
    assert list(short_run.history.columns) == ["epoch", *CURVES, *FIT]
    assert list(short_run.history["epoch"]) == [1, 2, 3, 4, 5, 6]


def test_predictions_are_thinned_to_eight_megabytes(wine, short_run):
    rows = np.zeros((200, 20_000, 3), np.float32)
    run = Run.before_training(EnsembleConfig(epochs=200, members=3, hidden_units=5), wine, short_run.weights)
    run = dataclasses.replace(run, test_log_proba=rows[:0])
    for start in range(0, 200, 20):
        run = run.extended(short_run.weights, np.zeros((20, 7), np.float32), rows[start : start + 20])
    assert run.epochs == 200
    assert 0 < run.test_log_proba.nbytes <= MAX_PREDICTION_BYTES
    assert len(set(np.diff(run.kept_epochs))) == 1


def test_a_saved_run_comes_back_bit_for_bit(short_run, tmp_path):
    short_run.save(tmp_path / "classic.run")
    loaded = Run.load(tmp_path / "classic.run")
    assert loaded.config == short_run.config
    assert (loaded.status, loaded.class_names, loaded.feature_names) == (
        "finished",
        short_run.class_names,
        short_run.feature_names,
    )
    for name in ("curves", "kept_epochs", "test_log_proba"):
        assert np.array_equal(getattr(loaded, name), getattr(short_run, name))
    assert all(map(np.array_equal, loaded.weights, short_run.weights))


# Written on 2026-11-28, before ensemble/runs was divided; never write these files again.
RUN_FILES = Path(__file__).parent / "data"


@pytest.mark.parametrize(
    ("training", "last_losses_and_accuracies", "first_logits"),
    [
        ("joint", [1.1454587, 1.1564677, 0.4014084, 0.3055556], [-0.4381441, 0.1185726, -0.0833879]),
        ("independent", [1.1097492, 1.1207831, 0.3802817, 0.4722222], [-1.4562718, -0.8895991, -1.0326115]),
        ("bootstrap", [1.1050749, 1.0924445, 0.3591549, 0.3888889], [0.1572970, 0.2535055, 0.0786561]),
    ],
)
def test_run_file_of_format_1_opens_with_its_numbers(wine, training, last_losses_and_accuracies, first_logits):
    run = Run.load(RUN_FILES / f"run_format_1_{training}.run")
    assert (run.config.training, run.config.seed, run.status) == (training, 7, "finished")
    np.testing.assert_allclose(run.curves[-1], last_losses_and_accuracies, rtol=1e-5)
    np.testing.assert_allclose(run.logits(wine.x_test)[0], first_logits, rtol=1e-4)
    np.testing.assert_allclose(log_softmax(run.logits(wine.x_test)), run.test_log_proba[-1], atol=1e-5)
    assert run.fits(wine)
    assert Run.load(run.to_bytes()).config == run.config
    # It is older than what is kept of the loss that Keras prints.
    assert run.curve_names == CURVES == tuple(run.history.columns[1:])
    assert fit_gap(run, run.epochs) is None


class Hostile:
    def __reduce__(self):
        return (exec, ("raise SystemExit('a file was executed')",))


def saved(run, **changes):
    """The bytes of a saved run with some of its arrays replaced, or left out where None."""
    run_file = io.BytesIO()
    about = {
        "format": 1,
        "config": run.config.model_dump(),
        "class_names": run.class_names,
        "feature_names": run.feature_names,
        "status": run.status,
        "message": run.message,
        "weights": len(run.weights),
    } | changes.pop("about", {})
    arrays = {f"weight_{number}": weight for number, weight in enumerate(run.weights)}
    arrays |= {"curves": run.curves, "kept_epochs": run.kept_epochs, "test_log_proba": run.test_log_proba} | changes
    arrays = {name: array for name, array in arrays.items() if array is not None}
    np.savez(run_file, about=np.frombuffer(json.dumps(about).encode(), np.uint8), **arrays)
    return run_file.getvalue()


def test_files_that_are_no_runs_are_refused_in_words_and_never_executed(short_run, tmp_path):
    objects = np.empty(1, object)
    objects[0] = Hostile()
    bad = {
        "empty": b"",
        "text": b"hello",
        "pickle": pickle.dumps(Hostile()),
        "truncated": saved(short_run)[:-200],
        "objects": saved(short_run, curves=objects),
        "missing": saved(short_run, curves=None),
        "shape": saved(short_run, weight_0=np.zeros((2, 2), np.float32)),
        "dtype": saved(short_run, weight_0=short_run.weights[0].astype(np.float64)),
        "nan": saved(short_run, weight_0=short_run.weights[0] * np.nan),
        "version": saved(short_run, about={"format": 99}),
        "config": saved(short_run, about={"config": {"members": 99}}),
        "status": saved(short_run, about={"status": "nonsense"}),
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError):
            Run.load(tmp_path / name)
    with pytest.raises(InputError, match="no file"):
        Run.load(tmp_path / "nowhere")
    with pytest.raises(InputError):
        Run.load(tmp_path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("curves.npy", bytes(80 * 2**20))
    with pytest.raises(InputError, match="larger"):
        Run.load(tmp_path / "bomb")


@examples(150)
@given(flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), min_size=1, max_size=4))
def test_a_damaged_file_is_refused_or_still_a_run(short_run, tmp_path, flips):
    content = bytearray(saved(short_run))
    for index, change in flips:
        content[index % len(content)] ^= change
    (tmp_path / "damaged").write_bytes(content)
    with contextlib.suppress(InputError):
        assert Run.load(tmp_path / "damaged").weights[0].shape == short_run.weights[0].shape
