"""The net beside logistic regression on the same split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from ensemble import Dataset, Run
from ensemble.probability.scoreboard import scoreboard
from ensemble.probability.vectors import log_softmax
from ensemble.related.plans import SEEDS
from ensemble.rng import evaluation_rng
from ensemble.runs.held_out import MAX_ROWS
from pages.parts.regression import words
from pages.parts.regression.context import Context, over_seeds
from ui import caches
from ui.charts import loss_references
from ui.charts import regression as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, percent
from ui.text.intervals import of_intervals

if TYPE_CHECKING:
    import pandas as pd

WIDTHS = (0.1, 1.0, 10.0)
SCORES = {"nll": "Test loss", "brier": "Brier score", "accuracy": "Accuracy"}


def show(context: Context) -> None:
    trained = over_seeds(context)
    if not trained:
        st.markdown(fill(words.BESIDE_THE_NET, row_names=context.data.row_names, seeds=SEEDS))
        return
    data = trained.data.with_at_most(MAX_ROWS)
    if not caches.can_fit(data):
        st.info(fill(words.TOO_LARGE))
        return
    _show_scores(data, trained.runs)
    st.markdown(fill(words.BESIDE_THE_NET, row_names=data.row_names, seeds=len(trained.runs)))
    st.caption(f"Test {data.row_names}: {len(data.y_test)}. {of_intervals(data.row_name, data.row_names)}")


def _show_scores(data: Dataset, runs: Sequence[Run]) -> None:
    forecasts = {f"net, seed {run.config.seed}": log_softmax(run.logits(data.x_test)) for run in runs}
    forecasts |= {
        f"regression, s = {width:g}": log_softmax(caches.fit_map(data, width).logits(data.x_test)) for width in WIDTHS
    }
    table = scoreboard(forecasts, data.y_test, evaluation_rng(runs[0].config))
    nets, regressions = table[: len(runs)], table[len(runs) :]
    levels = loss_references(data.y_test, data.classes)
    for column, (score, name) in zip(st.columns(3, gap="medium"), SCORES.items(), strict=True):
        with column:
            draw(
                pictures.beside(nets, regressions, score, levels if score == "nll" else None),
                key=f"beside_{score}",
                alt=f"{score} of {len(table)} forecasts",
                title=f"{name}: {_claim(nets[score], regressions[score], score)}",
            )
    one_row = percent(1 / len(data.y_test), 1)
    st.caption(fill(words.ONE_ROW, row_name=data.row_name, one_row=one_row))


def _claim(nets: pd.Series, regressions: pd.Series, score: str) -> str:
    """The nets on average, and the best regression."""
    if score == "accuracy":
        return f"nets {percent(nets.mean(), 1)}, best regression {percent(regressions.max(), 1)}"
    return f"nets {number(nets.mean())}, best regression {number(regressions.min())}"
