from ui.page import begin, choose_part

page = begin("members")

import streamlit as st

from ensemble.runs.held_out import MAX_ROWS
from pages.parts.members import collapse, disagreement, far_away, pooling, size, training
from pages.parts.members.context import Context
from ui import caches
from ui.widgets.related import show_what_is_missing

PARTS = {
    "Training": training,
    "Pooling": pooling,
    "Disagreement": disagreement,
    "Size": size,
    "Linear collapse": collapse,
    "Far from the data": far_away,
}
with st.container(key="parts_and_rows", horizontal=True, vertical_alignment="center"):
    part = choose_part(page, PARTS)
    beside = st.container(width="content")
shown, related = page.shown, page.related()
if not show_what_is_missing("ensembles", related, {"joint"}):
    whole = shown.dataset
    data = whole.with_at_most(MAX_ROWS)
    if len(data.y_test) < (all_rows := len(whole.y_test)):
        st.caption(f"Of the {all_rows:,} test {data.row_names}, {len(data.y_test):,} drawn at random are looked at.")
    key = caches.runs_key(related.runs, data)
    part.show(Context(related.runs, data, len(whole.y_train), key, shown.config, whole, beside))

page.write_link()
