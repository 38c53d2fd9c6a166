from ui.page import begin

page = begin("lesson")

import streamlit as st

from pages.parts.lesson import form, result, words
from ui import session
from ui.text.fill import fill
from ui.widgets.lesson import show_lesson

st.markdown(fill(words.INTRODUCTION))
left, right = st.columns([1.4, 1], gap="large")
with left:
    context = form.show()
with right:
    result.show(context)
if context.lesson.title or context.lesson.text:
    st.header("What students will read")
    show_lesson(context.lesson)
session.write_link()
