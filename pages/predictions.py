from ui.page import begin

page = begin("predictions")

import streamlit as st

from pages.parts.predictions import choice, progress, reading, words
from pages.parts.predictions.context import Context
from ui import session
from ui.text.fill import fill
from ui.text.row_names import chosen_row_name

SECONDS_TO_WAIT_FOR_THE_RUN = 0.4

job, polling = session.job(), session.is_training()
if job and polling:
    job.wait(SECONDS_TO_WAIT_FOR_THE_RUN)
st.markdown(fill(words.INTRODUCTION, row_name=job.dataset.row_name if job else chosen_row_name()))
if job and job.run and job.run.epochs:
    if polling:
        progress.show(polling)
    context = Context(job.run, job.dataset, f"{job.id}-{job.losses}")
    reading.show(context, choice.show(context))
else:
    progress.offer_the_classic_run(job, polling)
    session.write_link()
