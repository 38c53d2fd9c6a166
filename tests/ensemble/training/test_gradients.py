"""Gradients of the engine beside finite differences of a loss that NumPy computes in float64."""

import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import special
from sklearn.utils.class_weight import compute_class_weight

from ensemble import EnsembleConfig
from ensemble.datasets.splits import split
from ensemble.datasets.table import Table
from ensemble.probability import softmax_twice_floor
from ensemble.rng import bootstrap_rows
from ensemble.training import program_files
from ensemble.training.loop import train, untrained_run

LOSSES = {
    "softmax": lambda z, t: -(t * special.log_softmax(z, axis=-1)).sum(axis=-1),
    "softmax_squared": lambda z, t: ((special.softmax(z, axis=-1) - t) ** 2).mean(axis=-1),
    "softmax_twice": lambda z, t: -(t * special.log_softmax(special.softmax(z, axis=-1), axis=-1)).sum(axis=-1),
    "sigmoid": lambda z, t: (np.logaddexp(0, z) - t * z).mean(axis=-1),
    "linear": lambda z, t: ((z - t) ** 2).mean(axis=-1),
}
STEP = 1e-5


@pytest.fixture(scope="module")
def rows():
    """Thirty rows of two features and three classes, unequally often."""
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], [18, 8, 4])
    return split(Table("small", rng.normal(y[:, None], 0.7, (30, 2)), y, ("f", "g"), ("a", "b", "c")), 0.2, 0)


def mean_loss(weights, config, data):
    """The loss of all training rows, members that are trained alone added up; with "bootstrap" that of the members alone."""
    hidden, layers = data.x_train.astype(np.float64)[None], 2 * config.hidden_layers
    for kernel, bias in zip(weights[:layers:2], weights[1:layers:2], strict=True):
        hidden = np.tanh(hidden @ kernel + bias)
    z = hidden @ weights[layers]
    z = (z.sum(axis=0) if config.training == "joint" else z) + weights[layers + 1]
    smoothing = config.label_smoothing
    targets = np.eye(3)[data.y_train] * (1 - smoothing) + smoothing / 3
    losses = LOSSES[config.outputs](z, targets)
    if config.class_weights == "balanced":
        losses = losses * compute_class_weight("balanced", classes=np.arange(3), y=data.y_train)[data.y_train]
    if config.training == "bootstrap":
        return sum(losses[member, own].mean() for member, own in enumerate(bootstrap_rows(config, len(data.y_train))))
    return losses.mean(axis=-1).sum()


def gradient_by_differences(weights, config, data):
    weights = [weight.astype(np.float64) for weight in weights]
    gradient = [np.zeros_like(weight) for weight in weights]
    for weight, out in zip(weights, gradient, strict=True):
        for index in np.ndindex(weight.shape):
            kept, ends = weight[index], []
            for side in (1, -1):
                weight[index] = kept + side * STEP
                ends.append(mean_loss(weights, config, data))
            weight[index], out[index] = kept, (ends[0] - ends[1]) / (2 * STEP)
    return gradient


@pytest.fixture
def without_compiling(monkeypatch):
    """One step is computed sooner than a program is compiled for it, or kept in a file."""
    monkeypatch.setattr(program_files, "is_in_use", lambda: False)
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.mark.usefixtures("without_compiling")
@pytest.mark.parametrize("class_weights", ["none", "balanced"])
@pytest.mark.parametrize("outputs", LOSSES)
@pytest.mark.parametrize("training", ["joint", "independent", "bootstrap"])
def test_the_first_step_goes_down_the_gradient_of_finite_differences(rows, training, outputs, class_weights):
    """One batch holds all rows, so that the first step of SGD is the learning rate, 1, times the gradient."""
    config = EnsembleConfig(
        members=2,
        hidden_units=3,
        activation="tanh",
        dropout=0,
        optimizer="sgd",
        learning_rate=1,
        epochs=1,
        batch_size=512,
        label_smoothing=0.1,
        training=training,
        outputs=outputs,
        class_weights=class_weights,
    )
    before, after = untrained_run(config, rows).weights, train(config, rows).weights
    members = len(before) - 2 * (training == "bootstrap")
    expected = gradient_by_differences(before[:members], config, rows)
    for old, new, slope in zip(before, after, expected, strict=False):
        np.testing.assert_allclose(old - new, slope, rtol=1e-4, atol=3e-6)


@pytest.mark.parametrize(
    "training", ["joint", *(pytest.param(way, marks=pytest.mark.nightly) for way in ("independent", "bootstrap"))]
)
def test_softmax_twice_stops_at_its_floor_while_the_likelihood_improves(wine, training):
    run = train(EnsembleConfig(outputs="softmax_twice", training=training, epochs=150, members=3), wine)
    history, floor = run.history, softmax_twice_floor(3)
    assert history[["train_loss_as_trained", "test_loss_as_trained"]].to_numpy().min() >= floor - 1e-6
    assert history["train_loss_as_trained"].iloc[-1] < floor + 0.05
    assert history["train_loss"].iloc[-1] < 0.1
    for x, y, part in ((wine.x_train, wine.y_train, "train"), (wine.x_test, wine.y_test, "test")):
        twice = special.log_softmax(run.predict_proba(x), axis=1)
        assert history[f"{part}_loss_as_trained"].iloc[-1] == pytest.approx(-twice[range(len(y)), y].mean(), rel=1e-5)


def test_a_run_of_a_softmax_twice_comes_back_from_its_file_and_from_its_progress(wine):
    from ensemble.runs.progress import progress_since, with_progress
    from ensemble.runs.run import Run

    config = EnsembleConfig(outputs="softmax_twice", members=3, epochs=4)
    run = train(config, wine)
    assert run.curves.shape == (4, 9)
    np.testing.assert_array_equal(Run.load(run.to_bytes()).curves, run.curves)
    received = with_progress(untrained_run(config, wine), progress_since(run, 0))
    np.testing.assert_array_equal(received.curves, run.curves)
    model = run.to_keras()
    assert model.get_layer("output").activation is keras.activations.softmax
    np.testing.assert_allclose(model.predict(wine.x_test, verbose=0), run.predict_proba(wine.x_test), atol=1e-6)


def test_keras_on_tensorflow_uses_the_scores_where_it_sees_a_softmax_and_says_so():
    """What the page and the script say of it: only with something between softmax and loss is the softmax applied twice."""
    target, z = np.eye(3)[:2], keras.ops.convert_to_tensor([[3.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    with pytest.warns(UserWarning, match="received `from_logits=True`"):
        repaired = float(loss(target, keras.activations.softmax(z)))
    assert repaired == pytest.approx(LOSSES["softmax"](np.array(z), target).mean())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        twice = float(loss(target, np.array(keras.activations.softmax(z))))
    assert twice == pytest.approx(LOSSES["softmax_twice"](np.array(z), target).mean())
