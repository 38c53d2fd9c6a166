from ui.page import begin

page = begin("questions")

from itertools import groupby
from operator import attrgetter

import streamlit as st

from pages.parts.questions import card, words
from pages.parts.questions.entries import all_entries, matching
from ui import session
from ui.text.fill import fill

entries = all_entries()
st.markdown(fill(words.INTRODUCTION))
with st.container(horizontal=True, vertical_alignment="center"):
    search = st.text_input(
        "Search",
        key=session.Key.SEARCH,
        max_chars=session.MAX_SEARCH,
        placeholder="Search: temperature, NaN, threshold …",
        icon=":material/search:",
        persist_state="session",
        label_visibility="collapsed",
        width=420,
    )
    guesses = [(entry, card.guess_of(entry)) for entry in entries]
    guessed = [entry.answers[entry.right] == guess for entry, guess in guesses if guess]
    if guessed:
        st.caption(fill(words.GUESSED, guessed=len(guessed), questions=len(entries), right=sum(guessed)))

found = matching(entries, search)
if not found:
    st.info(fill(words.NOTHING_FOUND), icon=":material/search_off:")
for topic, of_topic in groupby(found, key=attrgetter("topic")):
    with st.container(key=f"topic_{topic}", gap="xsmall"):
        st.header(topic)
        for entry in of_topic:
            opened = st.expander(entry.ask, expanded=entry is found[0], key=f"open_{entry.key}", on_change="rerun")
            if opened.open:
                with opened:
                    card.show(entry)

page.write_link()
