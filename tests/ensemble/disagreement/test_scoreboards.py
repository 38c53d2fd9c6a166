"""Scores of ensembles beside those of their members, against the scores themselves."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ensemble import EnsembleConfig, load_dataset
from ensemble.disagreement import scoreboards
from ensemble.disagreement.scoreboards import MEMBERS_ALONE, Scoreboard, score_pools, score_runs
from ensemble.probability.scoreboard import scoreboard
from ensemble.probability.vectors import log_softmax
from ensemble.rng import evaluation_rng


@pytest.fixture(scope="module")
def data():
    return load_dataset("iris")


def run_of(data, seed):
    members = np.random.default_rng(seed).normal(size=(4, len(data.y_test), data.classes))
    return SimpleNamespace(
        config=EnsembleConfig(training="bootstrap", members=4),
        logits=lambda x: members.mean(axis=0),
        member_own_logits=lambda x: members,
    )


def expected_of_members(run, data):
    logs = log_softmax(run.member_own_logits(data.x_test))
    rows = np.arange(len(data.y_test))
    return {
        "nll": -logs[:, rows, data.y_test].mean(axis=1),
        "brier": ((np.exp(logs) - np.eye(data.classes)[data.y_test]) ** 2).sum(axis=2).mean(axis=1),
        "accuracy": (logs.argmax(axis=2) == data.y_test).mean(axis=1),
    }


def test_runs_are_scored_each_beside_its_members(data):
    runs = {name: run_of(data, seed) for seed, name in enumerate(("joint", "independent"))}
    board = score_runs(runs, data)
    forecasts = {name: log_softmax(run.logits(data.x_test)) for name, run in runs.items()}
    assert board.forecasts.equals(scoreboard(forecasts, data.y_test, evaluation_rng(EnsembleConfig())))
    for name, run in runs.items():
        for score, values in expected_of_members(run, data).items():
            np.testing.assert_allclose(board.members[name][score], values, atol=1e-12)


def test_pools_are_scored_beside_the_members_that_they_share(data, monkeypatch):
    run, weights = run_of(data, 2), np.full(4, 0.25)
    forecasts = {"mean of logits": log_softmax(run.logits(data.x_test))}
    monkeypatch.setattr(scoreboards, "pools", lambda run, data: (forecasts, weights))
    board, found = score_pools(run, data)
    assert found is weights
    assert board.forecasts.equals(scoreboard(forecasts, data.y_test, evaluation_rng(run.config)))
    assert list(board.members) == [MEMBERS_ALONE]
    np.testing.assert_allclose(board.members[MEMBERS_ALONE]["nll"], expected_of_members(run, data)["nll"], atol=1e-12)


def test_members_are_ahead_of_their_own_ensemble_or_of_the_best_pool():
    forecasts = pd.DataFrame({"name": ["one", "two"], "nll": [0.3, 0.1], "accuracy": [0.8, 0.9]})
    members = pd.DataFrame({"nll": [0.2, 0.05, 0.4], "accuracy": [0.85, 0.9, 0.95]})
    own = Scoreboard(forecasts, {"one": members, "two": members})
    assert own.members_ahead("nll") == (2 + 1, 6)
    assert own.members_ahead("accuracy") == (3 + 1, 6)
    shared = Scoreboard(forecasts, {MEMBERS_ALONE: members})
    assert shared.members_ahead("nll") == (1, 3)
    assert Scoreboard(forecasts, {}).members_ahead("nll") == (0, 0)
