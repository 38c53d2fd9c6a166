import numpy as np
import pytest

from ensemble.rng import dropout_mask


@pytest.mark.parametrize("rate", [0, 0.1, 0.25, 1 / 3, 0.5, 0.9])
def test_a_dropout_mask_is_what_floats_of_the_same_generator_say(rate):
    """An odd number of them leaves half a draw of the generator for the next mask."""
    ours, floats = np.random.default_rng([5, 3]), np.random.default_rng([5, 3])
    for shape in ((4, 6), (3, 7), (2, 5), (5, 5), (64, 64), (0, 3), (1,)):
        expected = floats.random(shape, dtype=np.float32) >= np.float32(rate)
        np.testing.assert_array_equal(dropout_mask(ours, rate, shape), expected)


def test_a_number_that_equals_the_rate_is_kept():
    number = np.random.default_rng(1).random(2, dtype=np.float32)[0]
    assert dropout_mask(np.random.default_rng(1), float(number), (2,))[0]
    assert not dropout_mask(np.random.default_rng(1), float(np.nextafter(number, np.float32(1))), (2,))[0]
