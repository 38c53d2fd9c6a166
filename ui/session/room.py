"""The room that this session is in, and who it is there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from ensemble import InputError
from ensemble.execution.jobs import Job
from ensemble.execution.states import JobState
from ensemble.probability.vectors import log_softmax
from ensemble.room import Room
from ensemble.room.host import rooms
from ensemble.room.nets import ClassSettings
from ensemble.room.questions import Question
from ensemble.room.store import StoreError
from ensemble.sharing.lesson import Lesson
from ui.server.arrivals import arrivals
from ui.server.streamlit_internals import browser_tab
from ui.session import rows, runs
from ui.session.settings import choose, config, data_config, open_part, use_own_rows
from ui.session.state import Flash, flash, lead_to, state
from ui.session.upload import has_own_rows

NOT_CONNECTED = "This page is not connected to the room yet. Wait a moment, then try again."
TOO_MANY = "Too many people come into rooms from your network at once. Try again in a minute."


def room() -> Room | None:
    """The room of this session, led if it has the lecturer's secret; None if it is in none or the room has ended.

    Raises
    ------
    StoreError
        If the rooms of this server cannot be reached.
    """
    present = state()
    if not present.room_code:
        return None
    try:
        if present.room_secret:
            return rooms().lead(present.room_code, present.room_secret)
        return rooms().find(present.room_code)
    except StoreError:
        raise
    except InputError:
        if present.room_secret:
            present.room_secret = ""  # another room has this code by now, or the link was cut
            return room()
        return None


def is_lecturer() -> bool:
    """Whether this session leads the room that it is in."""
    present = room()
    return present is not None and bool(present.secret)


def participant() -> str:
    """The secret by which the room knows this browser; empty until the browser has said it."""
    return state().participant


def in_room(act: Callable[..., None], *given: object) -> None:
    """Do something in a room, in answer to a press; a refusal is shown once, the next time that the page is drawn."""
    try:
        act(*given)
    except InputError as refusal:
        flash(Flash.ROOM, str(refusal))


def open_room() -> None:
    """Open a room and lead it.

    Raises
    ------
    InputError
        If there are as many as the host allows.
    """
    made = rooms().open()
    state().room_code, state().room_secret = made.code, made.secret


def enter_room(code: str) -> None:
    """Enter the room with this code.

    Raises
    ------
    InputError
        If there is none.
    """
    state().room_code, state().room_secret = rooms().find(code).code, ""


def be_there(present: Room) -> None:
    """Have the room count this browser, once; a room that is full counts it when somebody answers, and then says so."""
    with suppress(InputError):
        person_in(present)


def person_in(present: Room) -> str:
    """The secret by which a room knows this browser, once the room counts it.

    Raises
    ------
    InputError
        If the browser has not said who it is, the room is full or has ended, or too many new people come from its address.
    """
    who = participant()
    if not who:
        raise InputError(NOT_CONNECTED)
    if state().entered != (present.code, who):
        if not (present.knows(who) or arrivals().admit(runs.address() or browser_tab())):
            raise InputError(TOO_MANY)
        present.enter(who)
        state().entered = present.code, who
    return who


def set_up_for_the_class(settings: ClassSettings) -> None:
    """Set every control to what the class trains, hide those that are not free, and lead to Train."""
    use_own_rows(False)
    choose(settings.config_for(participant()), settings.data)
    state().lesson = Lesson(shows=settings.free, questions=False)
    lead_to("train")


def is_set_up_for_the_class(settings: ClassSettings) -> bool:
    """Whether a run that the controls ask for now could join the class."""
    try:
        settings.refuse_other(config(), data_config())
    except InputError:
        return False
    return not has_own_rows()


def net_for_the_class(settings: ClassSettings) -> Job | None:
    """This session's own finished run, if it is one of those that can join."""
    own = runs.job()
    if own is None or own.state is not JobState.FINISHED or own.run is None:
        return None
    try:
        settings.refuse_other(own.config, settings.data)
    except InputError:
        return None
    return own if rows.are_rows_of(settings.data, own.dataset, own.config.seed) else None


def join_class(present: Room, settings: ClassSettings, own: Job) -> None:
    """Bring a run of this session into the class's ensemble; its forecasts are computed here.

    Raises
    ------
    InputError
        As ``Room.join``.
    """
    assert own.run is not None
    log_proba = log_softmax(own.run.logits(own.dataset.x_test))
    present.join(person_in(present), log_proba, own.config, settings.data, float(own.run.curves[-1, 0]))
    state().joined = own.id


def open_picture(question: Question) -> None:
    """Open the page and the part that a question is about, as in a callback."""
    if question.part:
        open_part(question.page, question.part)
    else:
        lead_to(question.page)


def leave_room() -> None:
    """Be in no room; what was answered there stays."""
    state().room_code = state().room_secret = ""
