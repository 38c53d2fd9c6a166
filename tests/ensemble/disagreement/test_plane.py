"""The surface of an ensemble over two features."""

import numpy as np
import pytest

from ensemble import EnsembleConfig, InputError, load_dataset
from ensemble.disagreement.entropy import entropy_split
from ensemble.disagreement.plane import plane_grid
from ensemble.probability.vectors import linear_pool
from ensemble.training.loop import train


@pytest.fixture(scope="module")
def moons():
    return load_dataset("moons")


@pytest.fixture(scope="module")
def run(moons):
    return train(EnsembleConfig(members=4, epochs=8, activation="relu", training="independent"), moons)


def test_each_point_of_the_surface_is_what_the_members_say_there(run, moons):
    grid = plane_grid(run, moons, points=7)
    for row, y in enumerate(grid.y):
        x = moons.scaled(np.stack([grid.x, np.full(7, y)], axis=-1))
        proba = run.member_proba(x)
        np.testing.assert_allclose(grid.confidence[row], linear_pool(proba).max(axis=-1), atol=1e-5)
        np.testing.assert_allclose(grid.disagreement[row], entropy_split(proba)[2], atol=1e-5)
        assert (grid.likeliest[row] == linear_pool(proba).argmax(axis=-1)).all()


def test_the_surface_reaches_beyond_the_training_rows(run, moons):
    grid = plane_grid(run, moons, beyond=2.0, points=5)
    span = moons.high - moons.low
    np.testing.assert_allclose([grid.x[0], grid.y[0]], moons.low - 2 * span, rtol=1e-6)
    np.testing.assert_allclose([grid.x[-1], grid.y[-1]], moons.high + 2 * span, rtol=1e-6)
    assert grid.confidence.shape == (5, 5)


def test_more_than_two_features_have_no_surface(short_run, wine):
    with pytest.raises(InputError, match="two features"):
        plane_grid(short_run, wine)
