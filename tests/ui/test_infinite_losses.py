"""Losses that are infinite, in pictures: at the end of the axis, and named there."""

import numpy as np

from ensemble.calibration.decomposition import decompose_log_loss
from ensemble.forecasts import read_forecasts
from ensemble.probability.scoreboard import scoreboard
from ui.charts.calibration import decompositions
from ui.charts.scores import scoreboard as draw_scoreboard

RULED_OUT = b"y,one: a,one: b,other: a,other: b\n" + b"a,0.5,0.5,0,1\nb,0.25,0.75,0.5,0.5\n" * 4


def test_pictures_show_infinity_at_the_end_of_their_axis():
    forecasts, _ = read_forecasts(RULED_OUT)
    log_probas = dict(zip(forecasts.model_names, forecasts.log_proba, strict=True))
    board = scoreboard(log_probas, forecasts.y, np.random.default_rng(0))
    figure = draw_scoreboard(board, "nll", {}, levels={"base rate": 0.69})
    low, high = figure.checked().layout.xaxis.range
    drawn = figure.checked().data[-1]
    assert low == 0
    assert 0.69 < drawn.x[1] <= high
    assert list(drawn.marker.symbol) == ["diamond", "triangle-right"]
    assert "∞ →" in [note.text for note in figure.checked().layout.annotations]
    assert drawn.customdata[1][0] == "∞"
    parts = {"a or not": decompose_log_loss(np.exp(forecasts.log_proba[1]), forecasts.y, 0)}
    figure = decompositions(parts, "nats")
    assert np.isfinite(figure.checked().layout.xaxis.range).all()
    assert "∞ →" in [note.text for note in figure.checked().layout.annotations]
