"""Scores of ensembles beside those of their single members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ensemble.datasets.table import Dataset
from ensemble.disagreement.pooling import PoolsOfForecasts, pools, pools_of_forecasts
from ensemble.probability.scoreboard import scoreboard, scores_alone
from ensemble.probability.vectors import Floats, log_softmax
from ensemble.rng import evaluation_rng
from ensemble.runs.run import Run

if TYPE_CHECKING:
    import pandas as pd

MEMBERS_ALONE = "members alone"
MODELS_ALONE = "models alone"


class Scoreboard(NamedTuple):
    """Scores of forecasts on the test rows, and of the members behind them.

    Attributes
    ----------
    forecasts : DataFrame
        A row for each forecast, as ``ensemble.probability.scoreboard.scoreboard`` has them: NLL (nats), Brier score (0..2) and
        accuracy (0..1) with their 95 % intervals.
    members : dict of str to DataFrame
        A row for each member of an ensemble: ``nll`` (nats), ``brier`` (0..2) and ``accuracy`` (0..1).
    """

    forecasts: pd.DataFrame
    members: dict[str, pd.DataFrame]

    def members_ahead(self, score: str) -> tuple[int, int]:
        """The number of members that beat their pool, and the number of members.

        A member is compared with the forecast of its own ensemble; where one set of members makes several forecasts, with the
        best of these.
        """
        best = self.forecasts[score].max() if score == "accuracy" else self.forecasts[score].min()
        together = dict(zip(self.forecasts["name"], self.forecasts[score], strict=True))
        ahead = members = 0
        for name, table in self.members.items():
            rival = together.get(name, best)
            ahead += int(((table[score] > rival) if score == "accuracy" else (table[score] < rival)).sum())
            members += len(table)
        return ahead, members


def scores_of_members(run: Run, data: Dataset) -> pd.DataFrame:
    """NLL (nats), Brier score (0..2) and accuracy (0..1) of each member of a run by itself, on the test rows."""
    return scores_alone(log_softmax(run.member_own_logits(data.x_test)), data.y_test)


def score_runs(runs: Mapping[str, Run], data: Dataset) -> Scoreboard:
    """Score several runs on the same test rows, each beside its members.

    Parameters
    ----------
    runs : mapping of str to Run
        By name; the first one's seed decides how the intervals are simulated.
    data : Dataset
        What they were trained on.
    """
    forecasts = {name: log_softmax(run.logits(data.x_test)) for name, run in runs.items()}
    rng = evaluation_rng(next(iter(runs.values())).config)
    return Scoreboard(
        scoreboard(forecasts, data.y_test, rng), {name: scores_of_members(run, data) for name, run in runs.items()}
    )


def score_pools(run: Run, data: Dataset) -> tuple[Scoreboard, Floats]:
    """Score the same bootstrap members pooled in four ways, beside the members.

    Parameters
    ----------
    run : Run
        With training "bootstrap".
    data : Dataset
        What it was trained on.

    Returns
    -------
    scoreboard : Scoreboard
        The forecasts are those of ``ensemble.disagreement.pooling.pools``.
    weights : ndarray of shape (members,)
        The learned convex weights.

    Raises
    ------
    InputError
        If the run was trained in another way than "bootstrap".
    """
    forecasts, weights = pools(run, data)
    table = scoreboard(forecasts, data.y_test, evaluation_rng(run.config))
    return Scoreboard(table, {MEMBERS_ALONE: scores_of_members(run, data)}), weights


def score_pools_of_forecasts(
    member_log_proba: ArrayLike, y: ArrayLike, rng: np.random.Generator
) -> tuple[Scoreboard, PoolsOfForecasts]:
    """Score the pools of several models' forecasts of the same rows, beside the models.

    Parameters
    ----------
    member_log_proba : array_like of shape (models, n, classes)
        Log-probabilities (nats) of at least two models.
    y : array_like of shape (n,)
        True classes.
    rng : numpy.random.Generator
        Divides the rows, and draws the intervals.

    Raises
    ------
    InputError
        As ``pools_of_forecasts`` and ``scoreboard``.
    """
    pooled = pools_of_forecasts(member_log_proba, y, rng)
    return Scoreboard(scoreboard(pooled.log_proba, y, rng), {MODELS_ALONE: scores_alone(member_log_proba, y)}), pooled
