"""The open plan: its present step, and the way from step to step."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from ensemble import InputError
from ensemble.lecture import Plan, Step
from ensemble.lecture.plan import Doing
from ensemble.lecture.plan_link import MAX_LINK, to_link
from ensemble.sharing.lesson import Lesson
from ui.page_registry import PAGES
from ui.session import runs
from ui.session.lecture import step_action
from ui.session.lecture.step_in_room import tell_room
from ui.session.link import address_of, open_next_page
from ui.session.plan_in_link import IN_LINKS, PLAN, STEP, in_link, set_plan, step_in
from ui.session.state import EXAMPLE_SCORES, state
from ui.session.views import open_view
from ui.widget_keys import Key

NO_VIEW = {*IN_LINKS, "v", "view", "room", "lecturer"}
"""Parameters of a link that do not affect what a page shows."""


def plan() -> Plan | None:
    """The open plan; None if there is none."""
    return state().plan


def step() -> Step | None:
    """The present step; None without a plan."""
    present = state()
    return present.plan.steps[present.step] if present.plan else None


def open_plan(plan: Plan) -> None:
    """Open a plan from its beginning (a callback)."""
    set_plan(plan, in_link(plan))
    state().notices = _open_view()


def leave_plan() -> None:
    """Close the plan: the page stays, and all pages and controls are available again."""
    set_plan(None)
    state().notices = []


def go_to(step: int) -> None:
    """Open a step's view; a step forward finishes the present one. Nothing happens beyond the ends (a callback)."""
    present = state()
    if present.plan is None or not 0 <= step < len(present.plan.steps):
        return
    if step > present.step:
        finish_step()
    present.came_from[step] = present.step
    present.step, present.explores = step, False
    present.notices = _open_view()
    tell_room(step)


def finish_step() -> None:
    """Mark the present step as done."""
    state().steps_done |= {state().step}


def do_action(epochs_per_second: float | None = None) -> None:
    """Do the action of the present step; from another page, open the step's view first (a callback).

    A run is trained at no more than ``epochs_per_second``, if given.
    """
    present, shown = state(), step()
    if shown is None or shown.action is None:
        return
    if present.page != shown.page:
        present.notices = _open_view()
    step_action.do(shown, epochs_per_second)


def is_action_done() -> bool:
    """Whether the session is as the present step's action leaves it."""
    shown = step()
    return shown is not None and shown.action is not None and step_action.is_done(shown)


def step_does(what: Doing) -> bool:
    """Whether the present step's button does ``what`` on this page, which then shows no button of its own for it."""
    shown = step()
    return shown is not None and shown.does(what) and is_at_step() and not state().explores


def is_at_step() -> bool:
    """Whether the shown page is the present step's; True on every page if the app has no such page."""
    shown = step()
    return shown is not None and (state().page == shown.page or shown.page not in PAGES)


def open_step() -> None:
    """Open the present step's view again (a callback)."""
    state().explores = False
    state().notices = _open_view()


def arrive_at_step(page: str) -> None:
    """Begin a page at the right step: the link's in a new session, and the address's after Back or Forward."""
    present = state()
    is_led, present.is_led_here = present.is_led_here, False
    opens, present.opens_step = present.opens_step, False
    if present.plan is None:
        return
    before, present.page = present.page, page
    query = st.query_params.to_dict()
    if opens:
        if STEP not in query or not query.keys() - NO_VIEW:
            present.notices += _open_view()
            open_next_page()
    elif not is_led and page != before and present.followed is None:
        index = _step_of_history(present.plan, page, step_in(query))
        if index is not None and index != present.step:
            present.step = index
            present.notices = _open_view()


def _step_of_history(plan: Plan, page: str, index: int | None) -> int | None:
    """The step that a page showed when the browser left it, from the index in its address; None if it is unknown.

    If people change steps quickly, the browser writes the following step into the address of the page that it leaves.
    """
    if index is not None and plan.steps[index].page != page:
        index = state().came_from.get(index)
    return index if index is not None and plan.steps[index].page == page else None


def link_of_plan(plan: Plan, step: int = 0) -> str:
    """The address that opens a plan at a step.

    Raises
    ------
    InputError
        If the plan is too long for a link.
    """
    query = {PLAN: to_link(plan)} | ({STEP: str(step + 1)} if step else {})
    page = plan.steps[step].page
    address = address_of(page if page in PAGES else next(iter(PAGES)), query)
    if len(address) > MAX_LINK:
        raise InputError("This plan is too long for a link. Download the file, or lead it in a room.")
    return address


def _open_view() -> list[str]:
    """Open the present step's view; returns a sentence for each setting that cannot be used."""
    shown = step()
    assert shown is not None
    number = state().step + 1
    if shown.page not in PAGES:
        return [f"Step {number} is about a page “{shown.page}”, which this app does not have. The plan stays on this page."]
    state().lesson = Lesson()
    notices = open_view(shown.page, shown.part, shown.settings)
    has_row = shown.page == "softmax" and Key.WINE in st.session_state
    st.session_state[Key.REAL_SCORES] = has_row
    if has_row:
        st.session_state[Key.SCORED_ROW] = st.session_state[Key.WINE]
    state().new_scores = {"z": list(EXAMPLE_SCORES), "temperature": state().temperature}
    if PAGES[shown.page].section == "Experiment":
        with suppress(InputError):  # the page reports rows that cannot be split
            runs.show_what_is_asked_for()
    return [f"Step {number}: {notice}" for notice in notices]
