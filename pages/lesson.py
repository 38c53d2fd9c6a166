import streamlit as st

from ui.server.streamlit_internals import require_router

require_router()
st.title("Make a lesson")

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.config import DataConfig
from ensemble.sharing.lesson import LENGTHS, Lesson
from ui import session
from ui.page_registry import PAGES
from ui.text.format import plain
from ui.widgets import presenter
from ui.widgets.lesson import show_lesson
from ui.widgets.qr import qr_code

LESSON_PAGES = {page.url: page.title for page in PAGES.values() if page.in_lessons}
TITLES = {name: field.title for settings in (EnsembleConfig, DataConfig) for name, field in settings.model_fields.items()}

session.arrive()
st.markdown(
    "A link **is** the lesson. It brings the present settings, seed included, so everyone sees the same numbers. Choose what "
    "students may move, write a few words, and hand the link out. No account, nothing stored."
)
words, result = st.columns([1.4, 1], gap="large")

with words:
    page = st.selectbox(
        "Opens on",
        list(LESSON_PAGES),
        index=list(LESSON_PAGES).index("train"),
        key="lesson_page",
        format_func=LESSON_PAGES.get,
        persist_state="session",
        help="The page that students see first.",
    )
    title = st.text_input(
        "Title",
        key="lesson_title",
        max_chars=LENGTHS["title"],
        persist_state="session",
        help="Shown on every page of the lesson.",
    )
    text = st.text_area(
        "Text",
        key="lesson_text",
        max_chars=LENGTHS["text"],
        persist_state="session",
        help="Markdown, formulas between $ signs. HTML is shown as text, pictures are not loaded. A link shows its address.",
    )
    limited = st.toggle(
        "Hide controls",
        key="lesson_limited",
        persist_state="session",
        help="Students see only the controls that you choose. The others keep their values.",
    )
    shown = (
        st.multiselect(
            "Controls that stay",
            list(TITLES),
            ["members", "dropout", "epochs"],
            key="lesson_shows",
            format_func=TITLES.get,
            persist_state="session",
            help="All other controls are hidden in the lesson.",
        )
        if limited
        else None
    )
    asks = st.toggle(
        "Ask for guesses",
        True,
        key="lesson_questions",
        persist_state="session",
        help="Students guess first, then see the answer, on the first two pages.",
    )
    trains = st.toggle(
        "Train on arrival", key="lesson_trains", persist_state="session", help="The run starts when the link is opened."
    )

with result:
    if session.has_own_rows():
        st.info("No link holds uploaded rows. Students will see the built-in data set chosen on the page Data.")
    told = Lesson(title=title, text=text, shows=shown, questions=asks, train=trains)
    link = session.link_to(page, told)
    st.markdown("**The link**")
    st.code(link, language=None, wrap_lines=True)
    try:
        with st.container(key="qr"):
            st.image(qr_code(link), width=280, alt="QR code of the link above")
    except InputError as error:
        st.warning(plain(str(error)))
    st.link_button("Open the lesson", link, icon=":material/open_in_new:")
    st.markdown("**In the lecture**")
    presenter.switch()
    st.caption("To leave it again, press Escape, or “Leave” at the top right.")

if told.title or told.text:
    st.header("What students will read")
    show_lesson(told)

session.write_link()
