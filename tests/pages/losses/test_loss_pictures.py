"""Losses that look at no feature are lines, or words, in every picture of a loss."""

import numpy as np
import pandas as pd
import pytest

from ui.charts import comparison, experiments

LEVELS = {"base rate H(π)": 1.09, "uniform ln 4": 1.39}


def history(first, last):
    losses = np.geomspace(first, last, 30)
    return pd.DataFrame({"epoch": np.arange(1, 31), "test_loss": losses, "train_loss": losses / 2})


def lines(figure):
    return sorted({shape["y0"] for shape in figure.to_dict()["layout"]["shapes"] if shape["y0"] == shape["y1"]})


def texts(figure):
    return " ".join(note["text"] for note in figure.to_dict()["layout"]["annotations"])


@pytest.mark.parametrize("first", [0.05, 3.0])
def test_a_logarithmic_axis_of_curves_reaches_up_to_the_levels(first):
    for figure in (
        comparison.curves({"Run A": history(first, 0.01)}, "test_loss", True, LEVELS),
        comparison.losses(history(first, 0.01), LEVELS),
    ):
        assert lines(figure)[0] == 1.09
        assert 10 ** figure.to_dict()["layout"]["yaxis"]["range"][1] >= 1.39
        assert "base rate H(π)" in texts(figure)


@pytest.mark.parametrize(("loss", "is_near"), [(0.3, True), (1e-3, False)])
def test_many_runs_have_the_levels_as_lines_or_in_words(loss, is_near):
    runs = experiments.Runs(np.full(5, loss), np.arange(5), np.arange(5))
    figure = experiments.distributions({"both": runs}, "test_loss", 200, levels=LEVELS)
    assert bool(figure.to_dict()["layout"].get("shapes")) == is_near
    assert ("far above" in texts(figure)) != is_near
    assert "base rate H(π)" in texts(figure)
