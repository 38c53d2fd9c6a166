from ui.page import begin

page = begin("train")

import streamlit as st

from pages.parts.train import network, no_number, outcome, watch, words
from pages.parts.train.context import Context
from ui import session
from ui.text.fill import fill
from ui.text.format import in_words
from ui.widgets.experiment import run_settings

config, data = page.config, page.data
classes = in_words(data.classes)
with st.container(key="settings_and_picture"):
    left, right = st.columns([1, 2.9], gap="medium") if run_settings.are_shown() else (None, st.container())
if left:
    with left:
        run_settings.show()
        run_settings.show_speed()
        run_settings.show_other_beginnings(data.row_names)
context = Context(config, data, session.ended_job(), session.notices(), session.why_not_train())
with right:
    watch.show(context, page)
no_number.show(context.ended)
st.markdown(
    fill(
        words.INTRODUCTION,
        networks=run_settings.networks_in_words(config),
        row_name=data.row_name,
        how_joined=run_settings.how_joined(config, classes),
        classes=classes,
    )
)
outcome.show(page.shown)
network.show(context)
