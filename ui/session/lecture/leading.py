"""A lecture in a room: its lecturer leads it, and the sessions that follow show the same step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from ensemble import InputError
from ensemble.lecture import Plan
from ensemble.lecture.plan_file import write_plan
from ensemble.room import Room
from ui.server import streamlit_requests
from ui.session.followed import BeforeView, Followed
from ui.session.forecasts import forecasts
from ui.session.lecture import steps
from ui.session.lecture.offered_view import checked_view, open_offered_view, own_view
from ui.session.lecture.step_in_room import LedLecture, ask, lecture_in, take_to
from ui.session.room import in_room, open_room, participant, room
from ui.session.settings import open_part, use_own_rows
from ui.session.state import state
from ui.session.upload import has_own_rows

INVITATION = ("room", "Invite")


def led_lecture() -> LedLecture | None:
    """The lecture that is led in the session's room; None if there is none.

    Raises
    ------
    StoreError
        If the store of the rooms cannot be reached.
    """
    present = room()
    return lecture_in(present) if present else None


def leads() -> bool:
    """Whether the session led a lecture when its page was last drawn; does not read the room."""
    return state().followed is not None and bool(state().room_secret)


def follows() -> bool:
    """Whether the session followed somebody else's lecture when its page was last drawn; does not read the room."""
    return state().followed is not None and not state().room_secret


def shows_no_step() -> bool:
    """Whether the lecturer's page shows the invitation or a student's view instead of a step; does not read the room."""
    followed = state().followed
    return leads() and followed is not None and (not followed.has_begun or bool(followed.view))


def lead_plan(plan: Plan) -> None:
    """Lead a lecture in the session's own room or in a new one, and show the invitation (a callback)."""
    in_room(_lead, plan)


def _lead(plan: Plan) -> None:
    present = room()
    if present is None or not present.secret:
        open_room()
        present = room()
        assert present is not None
    present.lead(write_plan(plan).encode())
    present.stop_asking()
    steps.open_plan(plan)
    led = present.led()
    assert led is not None
    state().followed = Followed(led.plan, led.step)
    open_part(*INVITATION)


def begin() -> None:
    """Open the first step for everybody (a callback)."""
    _lead_on(lambda here: take_to(here, here.index))


def press_next() -> None:
    """Reveal the answer of an open question, else go to the next step (a callback)."""
    _lead_on(advance)


def press_back() -> None:
    """Go to the previous step (a callback)."""
    _lead_on(lambda here: take_to(here, here.index - 1))


def step_by(by: int) -> None:
    """Go a step on (1) or back (-1); nothing for a session that follows (a callback)."""
    if leads():
        press_next() if by > 0 else press_back()
    elif not follows():
        steps.go_to(state().step + by)


def ask_question() -> None:
    """Ask the present step's question again (a callback)."""
    _lead_on(ask)


def advance(here: LedLecture) -> None:
    """Begin the lecture, reveal the answer of an open question, or go to the next step.

    Raises
    ------
    InputError
        If the session does not lead the room, or the room has ended.
    """
    if not here.has_begun:
        take_to(here, here.index)
    elif here.asking and not here.asking.revealed:
        here.room.reveal()
    else:
        take_to(here, here.index + 1)


def what_is_next(here: LedLecture) -> str:
    """The label of a button for ``advance``."""
    if not here.has_begun:
        return "Begin"
    return "Reveal" if here.asking and not here.asking.revealed else "Next"


def has_open_question() -> bool:
    """Whether the session leads a lecture whose present question is still to be revealed."""
    if not leads():
        return False
    with suppress(InputError):  # the strip of the room says that it cannot be reached
        here = led_lecture()
        return here is not None and what_is_next(here) == "Reveal"
    return False


def stop_leading() -> None:
    """End the lecture; the room stays open, and those who followed keep the plan (a callback)."""

    def end(here: LedLecture) -> None:
        here.room.stop_asking()
        here.room.stop_leading()

    _lead_on(end)


def _lead_on(act: Callable[[LedLecture], object]) -> None:
    """Call a function that acts in the lecture of this session's room, then show the lecture's present step."""

    def in_lecture() -> None:
        if here := led_lecture():
            act(here)
            follow(here.room)

    in_room(in_lecture)


def follow(present: Room) -> None:
    """Show the present step of the lecture in the session's room (a callback).

    A session that explores stays on its page until another lecture begins.

    Raises
    ------
    InputError
        If the room has ended or cannot be reached.
    """
    here, before = lecture_in(present), state().followed
    if here is None:
        state().followed = None
        return
    to = Followed(here.led.plan, here.index, here.has_begun, here.led.view if present.secret else "")
    is_new = before is None or before.plan != to.plan
    if to == before or (state().explores and not is_new):
        return
    if present.secret:
        streamlit_requests.go_first()  # another window may have led on, and the class knows of it already
    if is_new:
        if state().plan != here.plan:  # after a reload the link has restored the plan and the finished steps
            steps.open_plan(here.plan)
        state().step = to.step
    state().followed = to
    if to.view:
        _show_offered_view(present, to.view)
        return
    shown_before = _leave_offered_view()
    if before and not is_new and before.step != to.step:
        steps.go_to(to.step)
    else:
        _open_own_view(shown_before or "")


def explore() -> None:
    """Explore alone with all pages and controls, while the lecture goes on (a callback)."""
    state().explores = True


def come_back() -> None:
    """Go back to the lecture's present step (a callback)."""

    def to_the_step() -> None:
        if here := led_lecture():
            state().explores = False
            state().followed = Followed(here.led.plan, here.index, here.has_begun)
            steps.go_to(here.index)

    in_room(to_the_step)


def say_lost(step: int) -> None:
    """Report being lost at a step, or take it back (a callback)."""

    def in_lecture() -> None:
        if present := room():
            present.say_lost(participant(), step, not present.is_lost(participant(), step))

    in_room(in_lecture)


def offer_view() -> None:
    """Offer the view on the session's page for the lecturer's screen, or withdraw it (a callback)."""

    def in_lecture() -> None:
        if not (present := room()):
            return
        if present.has_offered(participant()):
            present.withdraw_view(participant())
        elif has_own_rows() or forecasts():
            raise InputError("Uploaded files never leave your session. Choose a built-in data set to show this page.")
        else:
            present.offer_view(participant(), own_view())

    in_room(in_lecture)


def offered_views(here: LedLecture) -> tuple[tuple[str, str], ...]:
    """Offered views in order of arrival: the name of each in the room, and the address of its page."""
    found = []
    for view in here.room.views():
        with suppress(InputError):
            found.append((view.name, checked_view(view.link)[0]))
    return tuple(found)


def show_view(name: str) -> None:
    """Show an offered view on the lecturer's screen, or the step again if the name is empty (a callback)."""
    _lead_on(lambda here: here.room.show_view(name))


def _show_offered_view(present: Room, name: str) -> None:
    link = next((view.link for view in present.views() if view.name == name), "")
    own = state()
    before = own.before_view or BeforeView(_own_view(), own.job, has_own_rows())
    own.job = open_offered_view(link)
    own.before_view = before


def _own_view() -> str:
    """The view on the session's page; empty if the page has none."""
    with suppress(InputError):
        return own_view()
    return ""


def _leave_offered_view() -> str | None:
    """Restore the run from before an offered view, and return the page's view from then; None if none was shown."""
    before, state().before_view = state().before_view, None
    if before is None:
        return None
    state().job = before.job
    use_own_rows(before.has_own_rows)
    return before.link


def _open_own_view(link: str) -> None:
    """Open the page's view from before; the present step's view if the link is empty."""
    if not link:
        steps.open_step()
        return
    own_rows = has_own_rows()
    open_offered_view(link)
    use_own_rows(own_rows)
