"""What the strip of a room offers while a lecture is led there: to its lecturer, and to whoever follows."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ensemble import InputError
from ui import session
from ui.page_registry import PAGES
from ui.session.lecture import leading
from ui.session.lecture.step_in_room import LedLecture
from ui.text.format import plain
from ui.widgets.lecture import back_and_next


def who_is_lost(here: LedLecture) -> str:
    """How many have said so at this step; empty for nobody."""
    lost = here.room.lost(here.index)
    return f" · :material/sos: **{lost}** {'is' if lost == 1 else 'are'} lost" if lost else ""


def offer_to_lecturer(here: LedLecture) -> None:
    """The window with the notes, views of students, and the end of the lecture."""
    if not here.has_begun:
        st.button(
            "Begin the lecture",
            key="lecture_begin",
            type="primary",
            icon=":material/play_arrow:",
            on_click=leading.begin,
            help="Opens the first step on every page, and starts the clock.",
        )
    offer_views(here)
    if here.step.question and here.has_begun and not here.asking:
        st.button(
            "Ask the question",
            key="lecture_ask",
            icon=":material/campaign:",
            on_click=leading.ask_question,
            help="Puts the question of this step on everybody's page. Earlier votes on it are gone.",
        )
    st.link_button(
        "Notes window",
        session.link_of_notes(here.room),
        icon=":material/open_in_new:",
        help="Your notes, the time left and the votes, in a window of your own. Only your browser opens it.",
    )


def offer_end() -> None:
    """The end of the lecture."""
    st.markdown("People keep the plan and go on alone. The room and its answers stay.")
    st.button("End the lecture", key="lecture_end", type="primary", on_click=leading.stop_leading)


def offer_views(here: LedLecture, show: Callable[[str], None] = leading.show_view) -> None:
    """Views that people offer, one press each; a press returns to the step."""
    if here.led.view:
        st.button(
            "Back to the step",
            key="view_leave",
            type="primary",
            icon=":material/undo:",
            on_click=show,
            args=("",),
            help="The page returns to what it showed before.",
        )
        return
    views = leading.offered_views(here)
    if views:
        name, page = views[0]
        more = f" ({len(views)} wait)" if len(views) > 1 else ""
        st.button(
            f"Show a student's view: {PAGES[page].title}{more}",
            key="view_show",
            icon=":material/present_to_all:",
            on_click=show,
            args=(name,),
            help="Opens on the large screen what somebody offers. It is a page with settings, and no words of theirs.",
        )


def offer_back_and_next(is_main: bool = True) -> None:
    """Back, and the one press that leads on: it reveals the answer of an open question, else it opens the next step.

    Without ``is_main`` the next step is not what is pressed next.
    """
    try:
        here = leading.led_lecture()
    except InputError:
        return  # the strip of the room says so
    if here is None:
        return
    back_and_next.show_back("step", leading.press_back, is_first=here.index == 0)
    show_next(here, "step", leading.press_next, is_main=is_main)


def show_next(here: LedLecture, place: str, press: Callable[..., None], *given: object, is_main: bool = True) -> None:
    """The one press that leads on, for everybody; parameters as those of ``back_and_next.show_next``."""
    following, what = here.next_step, leading.what_is_next(here)
    help = "Shows the right answer. Nobody can change theirs from then on."
    if what == "Begin":
        help = "Opens the first step on every page, and starts the clock."
    elif what == "Next":
        help = plain(f"Opens step {here.index + 2} for everybody: {following.title}") if following else "The last step."
    back_and_next.show_next(
        place,
        press,
        *given,
        help=help,
        label=what,
        icon=":material/visibility:" if what == "Reveal" else back_and_next.ARROW,
        is_main=is_main or what != "Next",
        is_last=what == "Next" and following is None,
    )


def offer_to_student(here: LedLecture) -> None:
    """Being lost, or the way back to the lecture."""
    me = session.participant()
    if session.state().explores:
        st.button(
            "Back to the lecture",
            key="lecture_back",
            type="primary",
            icon=":material/undo:",
            on_click=leading.come_back,
            help="Opens the step where the lecture is now.",
        )
        return
    is_lost = bool(me) and here.room.is_lost(me, here.index)
    st.button(
        "I follow again" if is_lost else "I am lost",
        key="lecture_lost",
        type="primary" if is_lost else "secondary",
        icon=":material/sos:",
        disabled=not me,
        on_click=leading.say_lost,
        args=(here.index,),
        help="The lecturer sees how many are lost, and not who.",
    )


def offer_more(here: LedLecture) -> None:
    """Looking around alone, and the own view for the large screen."""
    me = session.participant()
    if not session.state().explores:
        st.button(
            "Explore on my own",
            key="lecture_explore",
            icon=":material/explore:",
            on_click=leading.explore,
            help="Shows all pages and controls. The lecture goes on, and you can come back.",
        )
    has_offered = bool(me) and here.room.has_offered(me)
    st.button(
        "Withdraw my view" if has_offered else "Offer my view",
        key="lecture_offer",
        icon=":material/present_to_all:",
        disabled=not me,
        on_click=leading.offer_view,
        help="The lecturer can show this page with your settings to all. Nobody sees whose it is.",
    )
