"""Walks out of the training range, one feature at a time."""

import numpy as np
import pytest

from ensemble import load_dataset
from ensemble.disagreement import far_walks as module
from ensemble.disagreement.far_walks import FarWalks, far_walks
from testing.random_run import random_run


def test_every_walk_goes_one_training_range_beyond_all_training_rows():
    data = load_dataset("iris")
    run = random_run(data, scale=1.0, members=1)
    sure, walks = 0, 0
    for row in data.in_units(data.x_test):
        for feature in range(data.features):
            span = data.high[feature] - data.low[feature]
            for place in (data.low[feature] - span, data.high[feature] + span):
                moved = np.array(row)
                moved[feature] = place
                walks += 1
                sure += run.predict_proba(data.scaled(moved[None])).max() > 0.9
    found = far_walks(run, data)
    assert (found.walks, found.sure_walks) == (walks, sure)
    assert found.rows == len(data.y_test)
    assert found.sure_rows == (run.predict_proba(data.x_test).max(axis=1) > 0.9).sum()
    assert 0 < found.sure_walks < found.walks


@pytest.mark.parametrize(("scale", "sure"), [(0.0, 0), (3.0, 240)])
def test_networks_of_small_and_of_large_weights_end_otherwise(scale, sure):
    """“Most walks end sure of a class” was said of every network, also after one epoch, when none does."""
    data = load_dataset("iris")
    assert far_walks(random_run(data, scale=scale, members=1), data).sure_walks == pytest.approx(sure, abs=20)


def test_of_many_numbers_only_the_first_rows_are_walked_from(monkeypatch):
    monkeypatch.setattr(module, "MAX_NUMBERS", 2 * 16 * 5)
    data = load_dataset("iris")
    assert far_walks(random_run(data), data) == FarWalks(5, *far_walks(random_run(data), data.with_at_most(5))[1:])
