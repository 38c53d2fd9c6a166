"""The browser's pools and sides are Python's: both are held to the same table, see masks.test.js."""

import json

import numpy as np
import pytest

from ensemble.dropout.pools import (
    band_over_masks,
    divergences_of_masks,
    linear_pool_of_masks,
    log_pool_of_masks,
    losses_of_dropping,
    mean_over_masks,
    reaches,
)
from testing import ROOT

VECTORS = json.loads((ROOT / "tests" / "javascript" / "mask_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_shared_vectors_agree_on_pools_and_sides(vector):
    logs, off = np.array(vector["masks"])[:, None], [vector["off"]]
    weights = vector["log_weights"]
    losses = losses_of_dropping(logs, off, [vector["truth"]])[:, 0]
    divergences = divergences_of_masks(logs, off)[:, 0]
    for found, name in (
        (np.exp(linear_pool_of_masks(logs, weights)[0]), "linear"),
        (np.exp(log_pool_of_masks(logs, weights)[0]), "log"),
        (losses, "losses"),
        (divergences, "divergences"),
        (mean_over_masks(losses, weights), "loss"),
        (mean_over_masks(divergences, weights), "divergence"),
        (band_over_masks(losses - divergences), "band"),
        (reaches(len(logs))[-1], "reach"),
    ):
        np.testing.assert_allclose(found, vector[name], rtol=1e-10, atol=1e-12, err_msg=name)
