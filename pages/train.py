from ui.page import begin

page = begin("train")

import streamlit as st

from ensemble.limits import limits
from pages.parts.train import network, outcome, settings, watch, words
from pages.parts.train.context import Context
from ui import session
from ui.text.fill import fill
from ui.text.format import in_words
from ui.widgets.downloads import open_saved

config, data = page.config, page.data
classes = in_words(data.classes)
st.markdown(
    fill(
        words.INTRODUCTION,
        networks=settings.networks_in_words(config),
        row_name=data.row_name,
        how_joined=settings.how_joined(config, classes),
        classes=classes,
    )
)
left, right = st.columns([1, 2.6], gap="large")
with left:
    settings.show()
    buttons = st.container()
    settings.show_other_beginnings(data.row_names)
context = Context(config, data, session.ended_job(), session.notices(), session.why_not_train())
with right:
    watch.show(context, buttons)
if context.ended and context.ended.run and context.ended.run.epochs:
    outcome.show(context.ended)
if limits().uploads:
    with st.expander("Open a run file"):
        open_saved()
network.show(context)
