from ui.page import begin, choose_part

page = begin("members")

import streamlit as st

from pages.parts.members import collapse, disagreement, far_away, masks, models, pooling, size, training
from pages.parts.members.context import context_of
from ui import session
from ui.widgets.experiment.related import show_what_is_missing

PARTS = {
    "Training": training,
    "Pooling": pooling,
    "Disagreement": disagreement,
    "Size": size,
    "Linear collapse": collapse,
    "Far from the data": far_away,
    "Masks": masks,
}
with st.container(key="parts_and_rows", horizontal=True, vertical_alignment="center"):
    part = choose_part(page, PARTS)
    beside = st.container(width="content")
if foreign := session.forecasts():
    models.show(foreign) if part is pooling else models.say_why_not()
elif not show_what_is_missing("ensembles", related := page.related(), {"joint"}):
    part.show(context_of(page.shown, related, beside))

page.write_link()
