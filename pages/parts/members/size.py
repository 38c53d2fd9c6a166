"""Ensembles of every size, chosen from the members of one large one."""

from __future__ import annotations

import streamlit as st

from ensemble.disagreement.entropy import nll_by_size
from ensemble.probability.vectors import log_softmax
from ensemble.related.plans import sizes
from ensemble.rng import evaluation_rng
from pages.parts.members import words
from pages.parts.members.coming import are_here
from pages.parts.members.context import Context
from ui.charts import loss_references
from ui.charts import members as pictures
from ui.charts import scores as score_pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number


def show(context: Context) -> None:
    if not are_here(context, "many"):
        return
    run, data = context.runs["many"], context.data
    own, compared = context.config.members, sizes()
    table = nll_by_size(
        log_softmax(run.member_own_logits(data.x_test)), data.y_test, sorted({*compared, own}), evaluation_rng(run.config)
    )
    one, all_of_them = table.iloc[0], table.iloc[-1]
    left, right = st.columns([2, 1], gap="large")
    with left:
        figure = score_pictures.nll_by_size(table, loss_references(data.y_test, data.classes))
        draw(
            pictures.with_own_size(figure, table, own),
            key="by_size",
            alt="Test loss against the number of members",
            title=fill(
                words.SIZE_CLAIM, members=compared[-1], one=number(one["mean"]), all_of_them=number(all_of_them["mean"])
            ),
        )
    with right:
        st.markdown(
            fill(
                words.ONE_AND_ALL,
                low=number(one["low"]),
                high=number(one["high"]),
                members=compared[-1],
                mean=number(all_of_them["mean"]),
            )
        )
        st.caption(fill(words.CHOICES, rows=len(data.y_test), row_names=data.row_names, members=compared[-1]))
