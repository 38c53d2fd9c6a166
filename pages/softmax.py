from ui.page import begin

page = begin("softmax")

import streamlit as st

from pages.parts.softmax import next_token, scores_of_a_row, steps, words
from ui import session
from ui.text.fill import fill
from ui.widgets import questions

if not session.plan():  # whose step says it
    st.markdown(fill(words.INTRODUCTION))
name, step = steps.choose()
picture, text = st.columns([1.6, 1], gap="large")

is_of_language = name == steps.LANGUAGE_MODEL
real = scores_of_a_row.are_wanted()

with text:
    steps.show(name, step)
    if questions.switch() and step.question:
        questions.ask(step.question, next_token.set_to if is_of_language else scores_of_a_row.set_to)
if is_of_language:
    with picture:
        next_token.show()
else:
    if not real:
        with picture:
            scores_of_a_row.move(name, None)
    with text:
        row = scores_of_a_row.choose(session.shown_job())
    if real:
        with picture:
            scores_of_a_row.move(name, row)

page.write_link()
