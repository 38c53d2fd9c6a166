import keras
import numpy as np
import pytest
import tensorflow as tf

from ensemble.optimizers import RULES

THEIRS = {
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
    "sgd": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
}


@pytest.mark.parametrize("name", RULES)
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
