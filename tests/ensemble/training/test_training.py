"""The engine against Keras' own training, and against itself: repeated, interrupted, padded, in threads."""

import threading

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.metrics import log_loss

from ensemble import EnsembleConfig
from ensemble.probability.class_weights import balanced_weights
from ensemble.probability.vectors import log_softmax
from ensemble.rng import batch_order, batch_rng, bootstrap_rows, dropout_mask, out_of_bag
from ensemble.training import arguments, loop, program
from ensemble.training.arguments import phases, program_key
from ensemble.training.loop import _next_chunk, train, untrained_run
from ensemble.training.program import program_for

STEPS_TO_COMPARE = 50
OPTIMIZERS = {
    "rmsprop": lambda rate: keras.optimizers.RMSprop(rate),
    "adam": lambda rate: keras.optimizers.Adam(rate),
    "sgd": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
}


def softmax_twice(config):
    """Keras on TensorFlow looks for a softmax before the loss; what ``identity`` gives it takes at its word."""
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=config.label_smoothing)
    return lambda target, output: loss(target, tf.identity(output))


LOSSES = {
    "softmax": lambda config: keras.losses.CategoricalCrossentropy(label_smoothing=config.label_smoothing),
    "sigmoid": lambda config: keras.losses.BinaryCrossentropy(),
    "linear": lambda config: keras.losses.MeanSquaredError(),
    "softmax_squared": lambda config: keras.losses.MeanSquaredError(),
    "softmax_twice": softmax_twice,
}


def keras_batches(config, rows, orders):
    """The batches of one epoch after another, as the engine draws them: arrays (orders, batch) of row numbers."""
    rng = batch_rng(config)
    while True:
        order = batch_order(rng, orders, rows)
        for start in range(0, rows, config.batch_size):
            yield order[:, start : start + config.batch_size]


def fit_with_keras(model, config, x, y, batches):
    optimizer, loss = OPTIMIZERS[config.optimizer](config.learning_rate), LOSSES[config.outputs](config)
    model.compile(optimizer, loss, jit_compile=False)
    weights = dict(enumerate(balanced_weights(y.argmax(axis=1), 3))) if config.class_weights == "balanced" else None
    for rows in batches:
        model.train_on_batch([x[rows]] * len(model.inputs), y[rows], class_weight=weights)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"outputs": "sigmoid", "label_smoothing": 0.2},
        *(
            pytest.param(settings, marks=pytest.mark.nightly)
            for settings in (
                {"optimizer": "adam", "activation": "relu", "label_smoothing": 0.1},
                {"class_weights": "balanced", "optimizer": "sgd"},
                {"optimizer": "sgd", "activation": "tanh", "hidden_layers": 3, "learning_rate": 0.01},
                {"outputs": "sigmoid"},
                {"outputs": "linear", "activation": "relu"},
                {"outputs": "softmax_squared"},
                {"outputs": "softmax_twice", "label_smoothing": 0.1},
            )
        ),
    ],
)
def test_joint_training_equals_kerass_own_step_by_step(wine, settings):
    """With sigmoid outputs, too, smoothing adds s/K to each class; Keras' own option would add s/2."""
    config = EnsembleConfig(members=3, hidden_units=6, dropout=0, epochs=4, seed=5, **settings)
    steps = program_key(config, wine).steps * config.epochs
    assert steps >= STEPS_TO_COMPARE
    model = untrained_run(config, wine).to_keras()
    source = keras_batches(config, len(wine.x_train), orders=1)
    smoothed_here = config.label_smoothing if config.outputs == "sigmoid" else 0
    targets = np.eye(3)[wine.y_train] * (1 - smoothed_here) + smoothed_here / 3
    fit_with_keras(model, config, wine.x_train, targets, (next(source)[0] for _ in range(steps)))

    ours = train(config, wine).to_keras().get_weights()

    for mine, theirs in zip(ours, model.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize(
    "outputs", ["softmax", *(pytest.param(outputs, marks=pytest.mark.nightly) for outputs in ("sigmoid", "linear"))]
)
def test_independent_members_equal_networks_that_keras_trains_one_by_one(wine, outputs):
    config = EnsembleConfig(members=2, hidden_units=6, dropout=0, epochs=4, training="independent", seed=6, outputs=outputs)
    steps = program_key(config, wine).steps * config.epochs
    start, trained = untrained_run(config, wine), train(config, wine)
    source = keras_batches(config, len(wine.x_train), orders=2)
    batches = [next(source) for _ in range(steps)]
    alone = EnsembleConfig(**config.model_dump() | {"members": 1})
    for member in range(config.members):
        model = untrained_run(alone, wine).to_keras()
        model.set_weights([weight[member] if weight.shape[1] > 1 else weight[member, 0] for weight in start.weights])
        fit_with_keras(model, config, wine.x_train, np.eye(3)[wine.y_train], (rows[member] for rows in batches))
        ours = [weight[member] if weight.shape[1] > 1 else weight[member, 0] for weight in trained.weights]
        for mine, theirs in zip(ours, model.get_weights(), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-4)


def test_bootstrap_trains_members_on_samples_and_the_combiner_out_of_bag(wine):
    config = EnsembleConfig(members=2, hidden_units=6, dropout=0, epochs=3, training="bootstrap", seed=6, bootstrap_share=0.5)
    samples, unseen = bootstrap_rows(config, 142), out_of_bag(config, 142)
    start, trained, targets = untrained_run(config, wine), train(config, wine), np.eye(3)[wine.y_train]
    rng = batch_rng(config)
    orders = [np.take_along_axis(samples, batch_order(rng, 2, samples.shape[1]), axis=1) for _ in range(config.epochs)]
    alone = EnsembleConfig(**config.model_dump() | {"members": 1, "training": "independent"})
    scores = np.empty((2, 142, 3), np.float32)
    for member in range(config.members):
        model = untrained_run(alone, wine).to_keras()
        model.set_weights([weight[member] if weight.shape[1] > 1 else weight[member, 0] for weight in start.weights[:-2]])
        batches = (order[member, first : first + 10] for order in orders for first in range(0, samples.shape[1], 10))
        fit_with_keras(model, alone, wine.x_train, targets, batches)
        scores[member] = trained.member_logits(wine.x_train)[member]
        mine = [weight[member] if weight.shape[1] > 1 else weight[member, 0] for weight in trained.weights[:-2]]
        for ours, theirs in zip(mine, model.get_weights(), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)

    weighted = scores * (unseen * 2 / np.maximum(unseen.sum(axis=0), 1))[:, :, None]
    combiner = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, activation="softmax")])
    combiner.set_weights([start.weights[-2].reshape(6, 3), start.weights[-1]])
    combiner.compile(keras.optimizers.RMSprop(1e-3), keras.losses.CategoricalCrossentropy(), jit_compile=False)
    for _ in range(config.epochs):
        order = batch_order(rng, 1, 142)[0]
        for first in range(0, 142, 10):
            rows = order[first : first + 10]
            counts = unseen[:, rows].any(axis=0).astype(np.float32)
            combiner.train_on_batch(np.concatenate(list(weighted[:, rows]), axis=1), targets[rows], sample_weight=counts)
    np.testing.assert_allclose(trained.weights[-2].reshape(6, 3), combiner.get_weights()[0], rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(trained.weights[-1], combiner.get_weights()[1], rtol=1e-3, atol=1e-4)
    assert trained.epochs == 6


def test_the_combiner_of_a_bootstrap_begins_as_the_mean_of_the_members_scores(wine):
    run = untrained_run(EnsembleConfig(members=3, training="bootstrap"), wine)
    np.testing.assert_allclose(run.logits(wine.x_test), run.member_logits(wine.x_test).mean(axis=0), atol=1e-6)


def test_a_bootstrap_share_causes_no_new_trace(wine):
    base = EnsembleConfig(members=4, hidden_units=6, epochs=2, training="bootstrap")
    train(base, wine)
    program = program_for(program_key(base, wine))
    traces = program.traces
    for fraction in (0.8, 0.3, 1.0):
        train(base.model_copy(update={"bootstrap_share": fraction}), wine)
    assert program_for(program_key(base, wine)) is program
    assert program.traces == traces


@pytest.mark.parametrize(
    ("training", "outputs"),
    [
        pytest.param(training, outputs, marks=[pytest.mark.nightly] * (index != other))
        for index, training in enumerate(("joint", "independent", "bootstrap"))
        for other, outputs in enumerate(("softmax", "sigmoid", "linear"))
    ],
)
def test_history_is_the_mean_loss_of_all_rows_with_dropout_off(wine, training, outputs):
    settings = {"members": 3, "hidden_units": 6, "epochs": 3, "dropout": 0.5, "label_smoothing": 0.2}
    run = train(EnsembleConfig(**settings, training=training, outputs=outputs), wine)
    last = run.history.iloc[-1]
    for rows, labels, name in ((wine.x_train, wine.y_train, "train"), (wine.x_test, wine.y_test, "test")):
        proba = run.predict_proba(rows)
        assert last[f"{name}_loss"] == pytest.approx(log_loss(labels, proba), rel=1e-4)
        assert last[f"{name}_accuracy"] == pytest.approx(np.mean(proba.argmax(1) == labels))
    np.testing.assert_allclose(np.exp(run.test_log_proba[-1]), run.predict_proba(wine.x_test), atol=1e-5)


def same_numbers(one, other):
    return np.array_equal(one.curves, other.curves) and all(map(np.array_equal, one.weights, other.weights))


def test_the_same_seed_gives_the_same_numbers_twice_and_another_seed_does_not(wine):
    config = EnsembleConfig(epochs=5)
    first = train(config, wine)
    assert same_numbers(first, train(config, wine))
    assert not same_numbers(first, train(EnsembleConfig(epochs=5, seed=1), wine))


def test_two_threads_at_once_give_the_numbers_that_each_gives_alone(wine):
    configs = [EnsembleConfig(epochs=40, seed=seed) for seed in range(4)]
    alone = [train(config, wine) for config in configs]
    together = [None] * len(configs)

    def run(index):
        together[index] = train(configs[index], wine)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(configs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(map(same_numbers, alone, together))


def test_what_a_run_may_choose_freely_causes_no_new_trace(wine):
    base = EnsembleConfig(members=10, epochs=2)
    train(base, wine)
    compiled = program_for(program_key(base, wine))
    traces = compiled.traces
    for change in (
        {"dropout": 0.6},
        {"learning_rate": 0.01},
        {"epochs": 31},
        {"seed": 9},
        {"members": 7},
        {"label_smoothing": 0.3},
    ):
        config = EnsembleConfig(**base.model_dump() | change)
        train(config, wine)
        assert program_for(program_key(config, wine)) is compiled
    assert compiled.traces == traces


def test_a_larger_padded_size_is_another_program(wine):
    assert program_key(EnsembleConfig(members=11), wine) != program_key(EnsembleConfig(members=10), wine)


def test_only_the_programs_used_last_are_kept(wine, monkeypatch):
    monkeypatch.setattr(program, "MAX_PROGRAMS", 2)
    monkeypatch.setattr(program, "_programs", type(program._programs)())
    for units in (1, 2, 3):
        program_for(program_key(EnsembleConfig(hidden_units=units), wine))
    assert [key.hidden_units for key in program._programs] == [2, 3]


def test_a_loss_that_is_no_number_ends_the_run_with_its_last_finite_state(wine):
    run = train(EnsembleConfig(optimizer="sgd", learning_rate=10, hidden_layers=3, epochs=50), wine)
    assert run.status == "diverged"
    assert "learning rate of 1." in run.message
    assert f"epoch {run.epochs + 1}" in run.message
    assert run.epochs < 50
    assert np.isfinite(run.curves).all()
    assert all(np.isfinite(weight).all() for weight in run.weights)


def test_a_run_that_diverges_late_keeps_the_epochs_before(wine):
    rates = (0.05, 0.1, 0.2, 0.5)
    runs = [train(EnsembleConfig(optimizer="sgd", learning_rate=rate, hidden_layers=3, epochs=200), wine) for rate in rates]
    late = next(run for run in runs if run.status == "diverged" and run.epochs > 0)
    assert np.isfinite(late.curves).all()
    assert late.history["train_loss"].iloc[-1] == pytest.approx(
        -log_softmax(late.logits(wine.x_train))[range(142), wine.y_train].mean(), rel=1e-3
    )


def test_stop_ends_within_one_chunk(wine):
    stop = threading.Event()
    seen = []

    def stop_at_first_news(run):
        seen.append(run.epochs)
        stop.set()

    run = train(EnsembleConfig(epochs=2000), wine, on_progress=stop_at_first_news, stop=stop)
    assert run.status == "stopped"
    assert seen == [run.epochs]
    assert run.epochs <= program.MAX_EPOCHS_PER_CHUNK


def test_a_stop_before_the_start_trains_nothing(wine):
    stop = threading.Event()
    stop.set()
    run = train(EnsembleConfig(), wine, stop=stop)
    assert (run.status, run.epochs) == ("stopped", 0)


def test_chunks_grow_while_they_are_short_and_shrink_when_they_last_too_long():
    assert [_next_chunk(epochs, 0.001, 25) for epochs in (1, 2, 4, 16, 25)] == [2, 4, 8, 25, 25]
    assert [_next_chunk(epochs, 9.0, 25) for epochs in (1, 3, 25)] == [1, 1, 12]
    assert _next_chunk(8, 0.07, 25) == 8


def test_a_slow_run_goes_epoch_by_epoch_to_the_same_numbers(wine):
    config, seen = EnsembleConfig(epochs=8), []
    slow = train(config, wine, on_progress=lambda run: seen.append(run.epochs), epochs_per_second=500)
    assert seen == list(range(1, 9))
    assert same_numbers(slow, train(config, wine))


def test_the_length_of_a_chunk_changes_no_number(wine, monkeypatch):
    config = EnsembleConfig(epochs=12, members=3, hidden_units=6)
    whole = train(config, wine)
    monkeypatch.setattr(program, "MAX_EPOCHS_PER_CHUNK", 3)
    monkeypatch.setattr(program, "_programs", type(program._programs)())
    np.testing.assert_allclose(train(config, wine).curves, whole.curves, rtol=1e-4, atol=1e-6)


def test_dropout_masks_have_the_rate_that_kept_units_are_divided_by(wine):
    mask = dropout_mask(np.random.default_rng(0), 0.25, (1000, 1000))
    assert np.mean(~mask) == pytest.approx(0.25, abs=0.002)
    assert dropout_mask(np.random.default_rng(0), 0, (9, 9)).all()
    config = EnsembleConfig(dropout=0.25, training="bootstrap")
    members, combiner = (phase.arguments.keep_rate for phase in phases([config], [wine], program_key(config, wine)))
    assert (members, combiner) == (np.float32(0.75), 1)


def test_masks_drawn_step_by_step_are_those_of_a_whole_epoch():
    whole = dropout_mask(np.random.default_rng(0), 0.25, (5, 3, 7, 11))
    rng = np.random.default_rng(0)
    assert np.array_equal(whole, [dropout_mask(rng, 0.25, (3, 7, 11)) for _ in range(5)])


@pytest.mark.parametrize("training", ["joint", "independent", "bootstrap"])
def test_padding_touches_neither_weights_nor_gradients(wine, training, monkeypatch):
    config = EnsembleConfig(members=3, hidden_units=6, epochs=6, training=training)
    padded = program_key(config, wine)
    assert padded.members == 4
    seen = []

    def unflatten(vector, key, members):
        seen.append(vector)
        return arguments.unflatten(vector, key, members)

    monkeypatch.setattr(loop, "unflatten", unflatten)
    with_padding = train(config, wine)
    for weight in arguments.unflatten(seen[-1], padded, members=4):
        assert weight.ndim == 1 or not weight[3].any()

    monkeypatch.setattr(arguments, "PADDED_MEMBERS", (3,))
    without = train(config, wine)
    np.testing.assert_allclose(with_padding.curves, without.curves, rtol=1e-4, atol=1e-6)


def test_all_rows_are_in_every_epoch_the_last_short_batch_included(wine):
    key = program_key(EnsembleConfig(), wine)
    assert (key.steps, key.batch_size) == (15, 10)
    (phase,) = phases([EnsembleConfig()], [wine], key)
    assert phase.arguments.batch_mask.numpy().sum() == 142
    order = batch_order(np.random.default_rng(0), 2, 142)
    assert (np.sort(order, axis=1) == np.arange(142)).all()
    assert not np.array_equal(order[0], order[1])


def test_a_batch_larger_than_the_data_is_the_whole_data(wine):
    assert program_key(EnsembleConfig(batch_size=512), wine).steps == 1
    assert train(EnsembleConfig(batch_size=512, epochs=2), wine).epochs == 2
