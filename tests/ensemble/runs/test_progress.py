import dataclasses

import numpy as np
import pytest

from ensemble import EnsembleConfig, Run
from ensemble.runs.progress import progress_since, with_progress
from ensemble.training.loop import train


@pytest.mark.parametrize("training", ["joint", "independent"])
def test_news_in_pieces_make_the_whole_run(wine, training):
    steps = []
    run = train(EnsembleConfig(members=2, epochs=60, training=training), wine, on_progress=steps.append)
    received = Run.before_training(run.config, wine, ())
    for step in steps:
        received = with_progress(received, progress_since(step, received.epochs))
    for name in ("curves", "kept_epochs", "test_log_proba"):
        assert np.array_equal(getattr(received, name), getattr(run, name))
    assert all(map(np.array_equal, received.weights, run.weights))
    assert len(steps) >= 3


def test_news_that_does_not_follow_is_left_out(short_run, wine):
    early = Run.before_training(short_run.config, wine, ())
    assert with_progress(early, progress_since(short_run, 3)) is early
    assert with_progress(dataclasses.replace(short_run), progress_since(short_run, 0)).epochs == short_run.epochs
