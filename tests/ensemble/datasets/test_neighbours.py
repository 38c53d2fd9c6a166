"""Distances between rows, against scikit-learn's search for neighbours."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from ensemble import InputError
from ensemble.datasets.neighbours import BLOCK, distances_to_nearest


@pytest.mark.parametrize("rows", [2, BLOCK - 1, BLOCK + 1])
def test_distances_are_those_of_scikit_learn(rows):
    x = np.random.default_rng(0).integers(0, 17, (rows, 64)).astype(np.uint8)
    nearest_other, _ = NearestNeighbors(n_neighbors=1).fit(x.astype(float)).kneighbors()
    np.testing.assert_allclose(distances_to_nearest(x), nearest_other[:, 0] / np.sqrt(64))


def test_equal_rows_are_at_distance_0_and_one_row_has_no_other():
    np.testing.assert_allclose(distances_to_nearest(np.array([[1.0, 2.0], [1.0, 2.0], [4.0, 6.0]])), [0, 0, 5 / np.sqrt(2)])
    with pytest.raises(InputError, match="at least two rows"):
        distances_to_nearest(np.zeros((1, 3)))
