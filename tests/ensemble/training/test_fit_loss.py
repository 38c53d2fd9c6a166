"""The loss that Keras' own ``fit`` prints, when it is given the batches and dropout masks of a run, beside the app's."""

import keras
import numpy as np
import pytest

from ensemble import EnsembleConfig
from ensemble.probability.class_weights import balanced_weights
from ensemble.rng import batch_order, batch_rng, bootstrap_rows, dropout_mask, dropout_rng, out_of_bag
from ensemble.runs.curves import FIT
from ensemble.runs.fit_loss import fit_gap, other_loss
from ensemble.training import evaluation, program
from ensemble.training.arguments import program_key
from ensemble.training.loop import train, untrained_run
from tests.ensemble.training.test_training import LOSSES, OPTIMIZERS

BATCH = 10


class Batches(keras.utils.PyDataset):
    """Batches of one epoch: inputs and masks, targets, and weights."""

    def __init__(self, batches):
        super().__init__()
        self.batches = batches

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        return self.batches[index]


def with_masks(model, config):
    """The layers of a joint or single network, with an input for the mask of each member's last hidden layer."""
    inputs = [keras.Input((13,)) for _ in range(config.members)]
    masks = [keras.Input((config.hidden_units,)) for _ in range(config.members)]
    branches = []
    for member, (x, mask) in enumerate(zip(inputs, masks, strict=True), start=1):
        for layer in range(1, config.hidden_layers + 1):
            x = model.get_layer(f"member_{member}_hidden_{layer}")(x)
        branches.append(keras.layers.Multiply()([x, mask]))
    joined = branches[0] if config.members == 1 else keras.layers.Concatenate()(branches)
    name = "output" if config.training == "joint" else "member_1_output"
    outputs = model.get_layer(name)(joined)
    trained = keras.Model(inputs + masks, outputs)
    trained.compile(OPTIMIZERS[config.optimizer](config.learning_rate), LOSSES[config.outputs](config), jit_compile=False)
    return trained


def epoch_masks(config, rows, rng, steps=None):
    steps = steps or -(-rows // BATCH)
    mask = dropout_mask(rng, config.dropout, (steps, config.members, BATCH, config.hidden_units))
    return mask / np.float32(1 - config.dropout)


def three_losses(model, batches, without_masks):
    """What ``fit`` prints for an epoch, and what ``evaluate`` says after it of the same batches, with masks and without."""
    printed = model.fit(Batches(batches), shuffle=False, verbose=0).history["loss"][0]
    return [printed, *(model.evaluate(Batches(some), verbose=0) for some in (batches, without_masks))]


def single_network_batches(config, order, masks, x, y, member_weights=None):
    """Batches of one network whose inputs are ``members`` copies of the rows; with the masks and with ones."""
    both = []
    for scale in (masks, np.ones_like(masks)):
        batches = []
        for step, first in enumerate(range(0, len(order), BATCH)):
            rows = order[first : first + BATCH]
            inputs = [x[rows]] * config.members + [scale[step, member, : len(rows)] for member in range(config.members)]
            weights = () if member_weights is None else (member_weights[rows],)
            batches.append((tuple(inputs), y[rows], *weights))
        both.append(batches)
    return both


def agree(run, expected):
    np.testing.assert_allclose(run.history[list(FIT)].to_numpy(), expected, rtol=2e-4, atol=2e-6)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        pytest.param({"class_weights": "balanced", "optimizer": "sgd"}, marks=pytest.mark.nightly),
        pytest.param({"label_smoothing": 0.1, "optimizer": "adam", "activation": "relu"}, marks=pytest.mark.nightly),
        pytest.param({"outputs": "sigmoid"}, marks=pytest.mark.nightly),
        pytest.param({"outputs": "linear", "activation": "relu"}, marks=pytest.mark.nightly),
        pytest.param({"outputs": "softmax_squared"}, marks=pytest.mark.nightly),
        pytest.param({"outputs": "softmax_twice", "label_smoothing": 0.1}, marks=pytest.mark.nightly),
    ],
    ids=lambda settings: ", ".join(settings.values() if not settings else map(str, settings.values())) or "classic",
)
def test_joint_training_prints_what_kerass_fit_prints(wine, settings):
    config = EnsembleConfig(members=3, hidden_units=6, dropout=0.25, epochs=4, seed=5, **settings)
    run, model = train(config, wine), with_masks(untrained_run(config, wine).to_keras(), config)
    orders, masks = batch_rng(config), dropout_rng(config)
    targets = np.eye(3, dtype=np.float32)[wine.y_train]
    weights = balanced_weights(wine.y_train, 3)[wine.y_train] if config.class_weights == "balanced" else None
    expected = []
    for _ in range(config.epochs):
        order, mask = batch_order(orders, 1, 142)[0], epoch_masks(config, 142, masks)
        expected.append(three_losses(model, *single_network_batches(config, order, mask, wine.x_train, targets, weights)))
    agree(run, expected)
    gaps = [fit_gap(run, epoch) for epoch in range(1, 5)]
    for gap in gaps:
        assert gap.printed - gap.measured == pytest.approx(gap.moving + gap.dropout + gap.other, abs=1e-9)
    assert (max(abs(gap.other) for gap in gaps) > 1e-4) == bool(other_loss(config, 1))


def one_member(config):
    return EnsembleConfig(**config.model_dump() | {"members": 1, "training": "independent"})


def member_model(run, member, config, data):
    model = untrained_run(one_member(config), data).to_keras()
    weights = run.weights[:-2] if config.training == "bootstrap" else run.weights
    model.set_weights([weight[member] if weight.shape[1] > 1 else weight[member, 0] for weight in weights])
    return with_masks(model, one_member(config))


def test_independent_members_print_the_mean_of_what_keras_prints_for_each(wine):
    config = EnsembleConfig(members=2, hidden_units=6, dropout=0.25, epochs=4, training="independent", seed=6)
    run, start = train(config, wine), untrained_run(config, wine)
    orders, masks = batch_rng(config), dropout_rng(config)
    epochs = [(batch_order(orders, 2, 142), epoch_masks(config, 142, masks)) for _ in range(config.epochs)]
    agree(run, members_fitted_one_by_one(start, config, wine, epochs))
    pooled = [fit_gap(run, epoch).other for epoch in range(1, 5)]
    assert min(pooled) > 0  # by Jensen's inequality the pool's loss is below the members' mean


def members_fitted_one_by_one(start, config, wine, epochs):
    targets = np.eye(3, dtype=np.float32)[wine.y_train]
    each = []
    for member in range(config.members):
        model = member_model(start, member, config, wine)
        each.append(
            [
                three_losses(
                    model,
                    *single_network_batches(
                        one_member(config), order[member], mask[:, member : member + 1], wine.x_train, targets
                    ),
                )
                for order, mask in epochs
            ]
        )
    return np.mean(each, axis=0)


def test_bootstrap_fit_loss_is_the_members_mean_and_then_the_combiners(wine):
    config = EnsembleConfig(
        members=2, hidden_units=6, dropout=0.25, epochs=3, training="bootstrap", seed=6, bootstrap_share=0.5
    )
    run, start, steps = train(config, wine), untrained_run(config, wine), program_key(config, wine).steps
    samples, unseen = bootstrap_rows(config, 142), out_of_bag(config, 142)
    orders, masks = batch_rng(config), dropout_rng(config)
    epochs = [
        (
            np.take_along_axis(samples, batch_order(orders, 2, samples.shape[1]), axis=1),
            epoch_masks(config, samples.shape[1], masks, steps),
        )
        for _ in range(config.epochs)
    ]
    expected = list(members_fitted_one_by_one(start, config, wine, epochs))

    weighted = run.member_logits(wine.x_train) * (unseen * 2 / np.maximum(unseen.sum(axis=0), 1))[:, :, None]
    combiner = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, activation="softmax")])
    combiner.set_weights([start.weights[-2].reshape(6, 3), start.weights[-1]])
    combiner.compile(keras.optimizers.RMSprop(1e-3), keras.losses.CategoricalCrossentropy(), jit_compile=False)
    targets, counts = np.eye(3, dtype=np.float32)[wine.y_train], unseen.any(axis=0).astype(np.float32)
    for _ in range(config.epochs):
        order = batch_order(orders, 1, 142)[0]
        batches = [order[first : first + BATCH] for first in range(0, 142, BATCH)]
        inputs = [(np.concatenate(list(weighted[:, rows]), axis=1), targets[rows], counts[rows]) for rows in batches]
        expected.append(three_losses(combiner, inputs, inputs))
    agree(run, expected)


def test_a_large_epoch_that_is_measured_step_by_step_gives_the_same_numbers(wine, monkeypatch):
    config = EnsembleConfig(epochs=3, members=3, hidden_units=4, training="independent")
    whole = train(config, wine)
    monkeypatch.setattr(evaluation, "MAX_NUMBERS_AT_ONCE", 0)
    monkeypatch.setattr(program, "_programs", type(program._programs)())
    np.testing.assert_allclose(train(config, wine).curves, whole.curves, rtol=1e-5)
