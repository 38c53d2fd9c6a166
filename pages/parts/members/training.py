"""The same networks trained in three ways."""

from __future__ import annotations

import streamlit as st

from pages.parts.members import words
from pages.parts.members.context import WAYS, Context, show_scoreboard
from ui import caches
from ui.text.fill import fill
from ui.text.format import percent


def show(context: Context) -> None:
    runs, data = context.runs, context.data
    st.markdown(fill(words.TRAINING, row_names=data.row_names, fraction=percent(runs["bootstrap"].config.bootstrap_share)))
    show_scoreboard(caches.scoreboard_of_runs(context.series_id, {way: runs[way] for way in WAYS}, data), data)
    st.markdown(fill(words.JOINT_MEMBERS, rows=len(data.y_test), row_names=data.row_names))
