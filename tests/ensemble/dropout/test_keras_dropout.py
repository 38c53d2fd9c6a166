"""MC dropout of a run is Keras' own: ``model(x, training=True)`` of the exported model, in distribution."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from ensemble.dropout.masks import draw_masks, masked_logits
from ensemble.probability.vectors import softmax
from tests.ensemble.dropout.made_up import ROWS, drawn_run

DRAWS = 4000


@pytest.mark.parametrize(
    "training",
    ["joint", pytest.param("independent", marks=pytest.mark.nightly), pytest.param("bootstrap", marks=pytest.mark.nightly)],
)
def test_masked_probabilities_are_distributed_as_those_of_the_exported_model(training):
    """Kolmogorov and Smirnov's two-sample test for each class of two rows; the smallest p-value of eight is above 10⁻⁴."""
    import keras

    run = drawn_run(training, scale=0.6, dropout=0.4)
    model = run.to_keras()
    masks = draw_masks(np.random.default_rng(0), DRAWS, 3, 4, 0.4)
    keras.utils.set_random_seed(0)
    for row in ROWS[:2]:
        many = np.repeat(row[None], DRAWS, axis=0)
        theirs = np.asarray(model([many] * 3, training=True), dtype=np.float64)
        ours = softmax(masked_logits(run, row[None], masks)[:, 0])
        assert ours.std(axis=0).min() > 0.005
        assert p_values(ours, theirs).min() > 1e-4
        other_rate = draw_masks(np.random.default_rng(0), DRAWS, 3, 4, 0.3)
        assert p_values(softmax(masked_logits(run, row[None], other_rate)[:, 0]), theirs).min() < 1e-6


def p_values(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """One for each class; rounded, because equal masks give probabilities that float32 and float64 tell apart."""
    return np.array([ks_2samp(one, two).pvalue for one, two in zip(ours.round(4).T, theirs.round(4).T, strict=True)])
