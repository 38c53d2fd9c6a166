"""The same networks trained in three ways."""

from __future__ import annotations

import streamlit as st

from ensemble.related.plans import WAYS
from pages.parts.members import words
from pages.parts.members.coming import in_a_list, trained_ways
from pages.parts.members.context import Context
from pages.parts.members.scores import show_scores
from ui import caches
from ui.text.fill import fill
from ui.text.format import percent


def show(context: Context) -> None:
    runs, data, ways = context.runs, context.data, trained_ways(context)
    board = caches.scoreboard_of_runs(f"{context.group_id} {ways}", {way: runs[way] for way in ways}, data)
    show_scores(board, data)
    if missing := [way for way in WAYS if way not in ways]:
        st.info(fill(words.COMING, names=in_a_list(missing)), icon=":material/hourglass_top:")
    share = context.config.bootstrap_share
    for column, text in zip(st.columns(3, gap="medium"), words.TRAINING, strict=True):
        column.markdown(fill(text, row_names=data.row_names, fraction=percent(share)))
    st.caption(fill(words.JOINT_MEMBERS, rows=len(data.y_test), row_names=data.row_names))
