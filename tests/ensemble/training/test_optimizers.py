import keras
import numpy as np
import pytest
import tensorflow as tf

from ensemble import EnsembleConfig
from ensemble.training.optimizers import RULES

THEIRS = {
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
    "sgd": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
}


@pytest.mark.parametrize("name", THEIRS)
def test_each_rule_follows_keras_step_by_step(name):
    rng = np.random.default_rng(1)
    weight = rng.normal(size=20).astype(np.float32)
    variable, theirs = keras.Variable(weight), THEIRS[name](0.01)
    ours, slots = tf.constant(weight), tuple(tf.zeros(20) for _ in range(RULES[name].slots))
    for step in range(1, 31):
        gradient = tf.constant((rng.normal(size=20) * 10.0 ** rng.integers(-4, 3)).astype(np.float32))
        theirs.apply([gradient], [variable])
        ours, slots = RULES[name].update(ours, gradient, slots, tf.constant(0.01), tf.constant(float(step)))
        np.testing.assert_allclose(ours, variable.value, rtol=2e-5, atol=2e-6)


def test_rmsprop_of_keras_2_has_its_epsilon_outside_the_root():
    rng = np.random.default_rng(2)
    weight = rng.normal(size=20)
    ours, slots, square = tf.constant(weight, tf.float64), (tf.zeros(20, tf.float64),), np.zeros(20)
    for step in range(1, 31):
        gradient = rng.normal(size=20) * 10.0 ** rng.integers(-9, 1)
        square = 0.9 * square + 0.1 * gradient**2
        weight = weight - 0.01 * gradient / (np.sqrt(square) + 1e-7)
        ours, slots = RULES["rmsprop_keras2"].update(ours, tf.constant(gradient), slots, 0.01, float(step))
        np.testing.assert_allclose(ours, weight, rtol=1e-10)
        np.testing.assert_allclose(slots[0], square, rtol=1e-10)


def test_small_gradients_move_a_weight_by_the_rule_of_keras_2_alone():
    """A gradient of 1e-5 is far above 1e-7 and far below the 3.2e-4 that Keras 3 has under the root."""
    moved = {
        name: float(-RULES[name].update(tf.zeros(1), tf.fill([1], 1e-5), (tf.zeros(1),), 1.0, 1.0)[0][0])
        for name in ("rmsprop", "rmsprop_keras2")
    }
    assert moved["rmsprop_keras2"] == pytest.approx(1e-5 / (np.sqrt(1e-11) + 1e-7), rel=1e-4)
    assert moved["rmsprop"] == pytest.approx(1e-5 / np.sqrt(1e-11 + 1e-7), rel=1e-4)


def test_a_link_names_the_rule_of_keras_2():
    config = EnsembleConfig(optimizer="rmsprop_keras2")
    assert EnsembleConfig.from_query(config.to_query()) == (config, [])
    assert set(EnsembleConfig.choices("optimizer")) == set(RULES)
