"""The ceiling that label noise puts on calibrated forecasts."""

import numpy as np
import pytest

from ensemble import InputError
from ensemble.calibration.label_noise import noisy_labels
from ensemble.datasets.builtin import load_table
from ensemble.datasets.config import corrupted, with_noisy_rows
from ensemble.datasets.splits import folds, split


@pytest.mark.parametrize(("classes", "noise", "ceiling"), [(2, 0.2, 0.8), (3, 0.4, 0.6), (2, 0.7, 0.7), (10, 0.0, 1.0)])
def test_certain_classes_come_true_as_often_as_the_ceiling_says(classes, noise, ceiling):
    rows = 20_000
    own = np.zeros(rows, np.int64)
    given = with_noisy_rows(own, classes, round(noise * rows))
    found = noisy_labels(np.eye(classes)[own], given, noise)
    assert found.ceiling == pytest.approx(ceiling)
    assert np.bincount(given).max() / rows == pytest.approx(ceiling, abs=0.01)
    assert found.above == (rows if ceiling < 1 else 0)
    assert (found.rows, found.hits, found.mean_top, found.largest) == (rows, (given == own).sum(), 1.0, 1.0)
    assert found.low < found.hits / rows or found.hits == rows


def test_rows_that_are_divided_keep_their_label_noise():
    wines = load_table("wine")
    assert split(wines).label_noise == 0
    noisy = corrupted(wines, label_noise=0.25)
    assert [one.label_noise for one in (split(noisy), *folds(noisy))] == [0.25] * 6
    assert split(noisy).only(wines.feature_names[:2]).label_noise == 0.25


def test_impossible_noise_is_refused():
    with pytest.raises(InputError):
        noisy_labels([[0.5, 0.5]], [0], 1.5)
    with pytest.raises(InputError):
        noisy_labels([[1.0]], [0], 0.1)
