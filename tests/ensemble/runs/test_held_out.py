"""Forecasts of rows that were held out, put together."""

import numpy as np
import pytest

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.builtin import load_table
from ensemble.datasets.splits import folds, split
from ensemble.probability.vectors import log_softmax
from ensemble.runs.held_out import held_out
from ensemble.training.loop import train, untrained_run

CONFIG = EnsembleConfig(members=2, hidden_units=4, epochs=70)


@pytest.fixture(scope="module")
def parts():
    return folds(load_table("wine"))


@pytest.fixture(scope="module")
def runs(parts):
    return [train(CONFIG, part) for part in parts]


def test_each_row_is_predicted_by_a_run_that_has_not_seen_it(runs, parts):
    seen, table = held_out(runs, parts), load_table("wine")
    assert (seen.rows == np.arange(178)).all()
    assert (seen.y == table.y).all()
    assert seen.member_own_logits.shape == (2, 178, 3)
    owners = [next(fold for fold, part in enumerate(parts) if row in part.test_rows) for row in range(178)]
    for row in (0, 17, 90, 177):
        run, part = runs[owners[row]], parts[owners[row]]
        x = part.scaled(table.x[row : row + 1])
        np.testing.assert_allclose(seen.logits[row], run.logits(x)[0], atol=1e-4)
        np.testing.assert_allclose(seen.member_own_logits[:, row], run.member_own_logits(x)[:, 0], atol=1e-4)


def test_epochs_are_thinned_and_the_last_one_is_the_forecast(runs, parts):
    seen = held_out(runs, parts)
    assert len(seen.epochs) == 60
    assert (seen.epochs[0], seen.epochs[-1]) == (1, 70)
    np.testing.assert_allclose(seen.log_proba[-1], log_softmax(seen.logits), atol=1e-4)


def test_one_run_gives_its_test_rows(runs, parts):
    seen, data = held_out(runs[:1], parts[:1]), split(load_table("wine"), 0.2, 0)
    order = np.argsort(data.test_rows)
    assert (seen.rows == data.test_rows[order]).all()
    assert (seen.y == data.y_test[order]).all()
    np.testing.assert_allclose(seen.logits, runs[0].logits(data.x_test)[order])


def test_runs_that_ended_early_leave_the_epochs_that_all_have_reached(runs, parts):
    short = train(CONFIG.model_copy(update={"epochs": 5}), parts[1])
    assert held_out([runs[0], short], parts[:2]).epochs.tolist() == [1, 2, 3, 4, 5]


def test_runs_without_epochs_and_missing_rows_are_refused(runs, parts):
    for wrong in (([], []), (runs[:2], parts[:1]), ([untrained_run(CONFIG, parts[0])], parts[:1])):
        with pytest.raises(InputError, match="trained runs"):
            held_out(*wrong)
