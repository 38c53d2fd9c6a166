from ui.page import begin

page = begin("predictions")

import streamlit as st

from pages.parts.predictions import choice, reading, words
from pages.parts.predictions.context import Context
from ui import session
from ui.text.fill import fill

job = session.shown_job()
if job.run:
    context = Context(job.run, job.dataset, f"{job.id}-{job.losses}", session.ghost_on_same_rows(job))
    reading.show(context, choice.show(context))
    st.markdown(fill(words.INTRODUCTION, row_name=job.dataset.row_name))
