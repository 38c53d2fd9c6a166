"""Four ways to make one forecast of the same bootstrap members."""

from __future__ import annotations

import streamlit as st

from ensemble.disagreement.entropy import log_pool_gain
from ensemble.disagreement.pooling import left_out
from ensemble.probability.vectors import log_softmax
from pages.parts.members import words
from pages.parts.members.context import Context, show_scoreboard
from ui import caches
from ui.charts import scores as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import percent


def show(context: Context) -> None:
    run, data = context.runs["bootstrap"], context.data
    st.markdown(fill(words.POOLING, row_name=data.row_name, row_names=data.row_names))
    board, weights = caches.scoreboard_of_pools(context.series_id, run, data)
    show_scoreboard(board, data)
    left, right = st.columns([1, 1.4], gap="large")
    with left:
        unseen = left_out(run.config.bootstrap_share, len(data.y_train))
        st.markdown(fill(words.WEIGHTS, largest=percent(weights.max()), unseen=percent(unseen), row_names=data.row_names))
        draw(pictures.weights(weights), key="weights", alt=f"Learned weights of {len(weights)} members")
    with right:
        sides = log_pool_gain(log_softmax(run.member_own_logits(data.x_test)), data.y_test)
        st.markdown(fill(words.LOG_POOL, row_name=data.row_name))
        draw(pictures.identity(*sides.means()), key="identity", alt="Both sides of the log pool's identity")
        st.caption(fill(words.SAME_LENGTH))
