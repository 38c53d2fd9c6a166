"""Four ways to make one forecast of the same bootstrap members."""

from __future__ import annotations

import streamlit as st

from ensemble.disagreement.entropy import log_pool_gain
from ensemble.disagreement.pooling import left_out
from ensemble.probability.vectors import log_softmax
from pages.parts.members import words
from pages.parts.members.coming import are_here
from pages.parts.members.context import Context
from pages.parts.members.scores import show_scores
from ui import caches
from ui.charts import scores as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, percent


def show(context: Context) -> None:
    if not are_here(context, "bootstrap"):
        return
    run, data = context.runs["bootstrap"], context.data
    board, weights = caches.scoreboard_of_pools(context.group_id, run, data)
    show_scores(board, data, role="pool")
    unseen = left_out(run.config.bootstrap_share, len(data.y_train))
    left, right = st.columns([1.4, 1], gap="large")
    with left:
        sides = log_pool_gain(log_softmax(run.member_own_logits(data.x_test)), data.y_test)
        draw(
            pictures.identity(*sides.means()),
            key="identity",
            alt="Both sides of the log pool's identity",
            title=fill(words.LOG_POOL_GAINS, gain=number(sides.gain_but_for_rounding)),
        )
        st.markdown(fill(words.LOG_POOL, row_name=data.row_name))
    with right:
        st.markdown(fill(words.POOLING, row_name=data.row_name, row_names=data.row_names))
        largest = int(weights.argmax())
        st.markdown(
            fill(
                words.WEIGHTS,
                member=largest + 1,
                largest=percent(weights[largest]),
                members=len(weights),
                equal=percent(1 / len(weights)),
                unseen=percent(unseen),
                row_names=data.row_names,
            )
        )
