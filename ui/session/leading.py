"""A lecture in a room: its lecturer leads it, and whoever follows is taken from step to step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from ensemble import InputError
from ensemble.lecture import Plan
from ensemble.lecture.plan_file import write_plan
from ensemble.room import Room
from ui.server import streamlit_internals
from ui.session import lecture
from ui.session.followed import BeforeView, Followed
from ui.session.forecasts import forecasts
from ui.session.offered_view import checked_view, open_offered_view, own_view
from ui.session.room import in_room, open_room, participant, room
from ui.session.settings import open_part, use_own_rows
from ui.session.state import state
from ui.session.step_in_room import LedLecture, ask, lecture_in, take_to
from ui.session.upload import has_own_rows

INVITATION = ("room", "Invite")


def led_lecture() -> LedLecture | None:
    """The lecture that is led in the session's room; None if there is none.

    Raises
    ------
    StoreError
        If the rooms of this server cannot be reached.
    """
    present = room()
    return lecture_in(present) if present else None


def leads() -> bool:
    """Whether the session leads a lecture, or did when its page was last drawn: no room is asked."""
    return state().followed is not None and bool(state().room_secret)


def follows() -> bool:
    """Whether somebody else leads the lecture that is on, and the session goes along: no room is asked."""
    return state().followed is not None and not state().room_secret


def shows_no_step() -> bool:
    """Whether the session's page shows the invitation to a lecture, or somebody's view: no room is asked."""
    followed = state().followed
    return leads() and followed is not None and (not followed.has_begun or bool(followed.view))


def lead_plan(plan: Plan) -> None:
    """Lead a lecture, as in a callback: in the room that the session leads, or in a new one; people can come in then."""
    in_room(_lead, plan)


def _lead(plan: Plan) -> None:
    present = room()
    if present is None or not present.secret:
        open_room()
        present = room()
        assert present is not None
    present.lead(write_plan(plan).encode())
    present.stop_asking()
    lecture.open_plan(plan)
    led = present.led()
    assert led is not None
    state().followed = Followed(led.plan, led.step)
    open_part(*INVITATION)


def begin() -> None:
    """Open the first step for everybody, as in a callback."""
    _lead_on(lambda here: take_to(here, here.index))


def press_next() -> None:
    """What comes next, as in a callback: the answer of the question that is asked, else the next step."""
    _lead_on(advance)


def press_back() -> None:
    """The step before, as in a callback."""
    _lead_on(lambda here: take_to(here, here.index - 1))


def step_by(by: int) -> None:
    """A step on or back, 1 or -1, as in a callback; nothing for those who are led."""
    if leads():
        press_next() if by > 0 else press_back()
    elif not follows():
        lecture.go_to(state().step + by)


def ask_question() -> None:
    """Ask the present step's question again, as in a callback."""
    _lead_on(ask)


def advance(here: LedLecture) -> None:
    """Reveal the question that is asked, or go to the next step; the first one begins the lecture.

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
    """What ``advance`` does, in a word or two."""
    if not here.has_begun:
        return "Begin"
    return "Reveal" if here.asking and not here.asking.revealed else "Next"


def stop_leading() -> None:
    """End the lecture, as in a callback; the room stays, and whoever followed keeps the plan."""

    def end(here: LedLecture) -> None:
        here.room.stop_asking()
        here.room.stop_leading()

    _lead_on(end)


def _lead_on(act: Callable[[LedLecture], object]) -> None:
    """Do something in the lecture of this session's room, then show where it stands."""

    def in_lecture() -> None:
        if here := led_lecture():
            act(here)
            follow(here.room)

    in_room(in_lecture)


def follow(present: Room) -> None:
    """Take the session to where the lecture of its room stands, as in a callback.

    Whoever explores stays where they are, until another lecture begins.

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
        streamlit_internals.go_first()  # another window may have led on, and the class knows of it already
    if is_new:
        if state().plan != here.plan:  # a reload has brought it, and what is done of it
            lecture.open_plan(here.plan)
        state().step = to.step
    state().followed = to
    if to.view:
        _show_offered_view(present, to.view)
        return
    shown_before = _leave_offered_view()
    if before and not is_new and before.step != to.step:
        lecture.go_to(to.step)
    else:
        _open_own_view(shown_before or "")


def explore() -> None:
    """Look around alone, as in a callback: all pages and controls are there, and the lecture goes on without the session."""
    state().explores = True


def come_back() -> None:
    """Go to where the lecture is, as in a callback."""

    def to_the_step() -> None:
        if here := led_lecture():
            state().explores = False
            state().followed = Followed(here.led.plan, here.index, here.has_begun)
            lecture.go_to(here.index)

    in_room(to_the_step)


def say_lost(step: int) -> None:
    """Say that one is lost at the present step, or no longer, as in a callback."""

    def in_lecture() -> None:
        if present := room():
            present.say_lost(participant(), step, not present.is_lost(participant(), step))

    in_room(in_lecture)


def offer_view() -> None:
    """Offer what the session's page shows for the lecturer's screen, or withdraw it, as in a callback."""

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
    """Views that can be shown, the first one first: the name of each in the room, and the address of its page."""
    found = []
    for view in here.room.views():
        with suppress(InputError):
            found.append((view.name, checked_view(view.link)[0]))
    return tuple(found)


def show_view(name: str) -> None:
    """Have the lecturer's screen show what somebody has offered, or the step again for an empty name, as in a callback."""
    _lead_on(lambda here: here.room.show_view(name))


def _show_offered_view(present: Room, name: str) -> None:
    link = next((view.link for view in present.views() if view.name == name), "")
    own = state()
    before = own.before_view or BeforeView(_own_view(), own.job, has_own_rows())
    own.job = open_offered_view(link)
    own.before_view = before


def _own_view() -> str:
    """Empty for a page that is no view."""
    with suppress(InputError):
        return own_view()
    return ""


def _leave_offered_view() -> str | None:
    """The run that was shown before is back; what the page showed then, and None if nobody's view was shown."""
    before, state().before_view = state().before_view, None
    if before is None:
        return None
    state().job = before.job
    use_own_rows(before.has_own_rows)
    return before.link


def _open_own_view(link: str) -> None:
    """The page as it was; the present step's for an empty link."""
    if not link:
        lecture.open_step()
        return
    own_rows = has_own_rows()
    open_offered_view(link)
    use_own_rows(own_rows)
