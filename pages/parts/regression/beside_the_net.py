"""The net beside logistic regression on the same split."""

from __future__ import annotations

import streamlit as st

from ensemble.probability.scoreboard import scoreboard
from ensemble.probability.vectors import log_softmax
from ensemble.rng import evaluation_rng
from ensemble.runs.held_out import MAX_ROWS
from pages.parts.regression import words
from pages.parts.regression.context import SEEDS, Context, over_seeds
from ui import caches
from ui.charts import regression as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import percent
from ui.text.intervals import of_intervals

WIDTHS = (0.1, 1.0, 10.0)


def show(context: Context) -> None:
    st.markdown(fill(words.BESIDE_THE_NET, row_names=context.data.row_names, seeds=SEEDS))
    trained = over_seeds(context)
    if not trained:
        return
    data = trained.data.with_at_most(MAX_ROWS)
    if not caches.can_fit(data):
        st.info(fill(words.TOO_LARGE))
        return
    forecasts = {f"net, seed {run.config.seed}": log_softmax(run.logits(data.x_test)) for run in trained.runs}
    forecasts |= {
        f"regression, s = {width:g}": log_softmax(caches.fit_map(data, width).logits(data.x_test)) for width in WIDTHS
    }
    table = scoreboard(forecasts, data.y_test, evaluation_rng(trained.runs[0].config))
    for column, score in zip(st.columns(3, gap="medium"), ("nll", "brier", "accuracy"), strict=True):
        with column:
            draw(pictures.beside(table, score, SEEDS), key=f"beside_{score}", alt=f"{score} of {len(table)} forecasts")
    nets, regressions = table["accuracy"][:SEEDS], table["accuracy"][SEEDS:]
    st.caption(
        fill(
            words.NETS_AND_REGRESSIONS,
            rows=len(data.y_test),
            row_name=data.row_name,
            row_names=data.row_names,
            intervals=of_intervals(data.row_name, data.row_names),
            nets=percent(nets.mean(), 1),
            best=percent(regressions.max(), 1),
            one_row=percent(1 / len(data.y_test), 1),
        )
    )
