from ui.page import begin, write_link

page = begin("draw")

import streamlit as st

from pages.parts.draw import net, words
from ui import session
from ui.components.draw import draw

chosen = net.choose()


def remember(drawing: str) -> None:
    session.state().drawing = drawing


@st.fragment
def paper() -> None:
    """A drawing to begin with is chosen without the rest of the page."""
    draw(chosen.run, chosen.data, session.state().drawing, run_id=chosen.id, key="draw", on_drawing=remember)
    write_link()


paper()
left, right = st.columns(2, gap="large")
left.markdown(words.MUST_CHOOSE)
left.markdown(words.MEASURES)
right.markdown(words.REDUCTION)

page.write_link()
