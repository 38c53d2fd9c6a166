"""The room that this session is in, and its participant there."""

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
    """The room of this session, with the lecturer's rights if it has the secret; None without a room, or if it has ended.

    Raises
    ------
    StoreError
        If the store of the rooms cannot be reached.
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
            present.room_secret = ""  # the code now belongs to another room, or the link was cut off
            return room()
        return None


def participant() -> str:
    """The secret that identifies this browser in a room; empty until the browser has sent it."""
    return state().participant


def in_room(act: Callable[..., None], *given: object) -> None:
    """Call a function that acts in a room; a refusal is shown once, at the next rerun (a callback)."""
    try:
        act(*given)
    except InputError as refusal:
        flash(Flash.ROOM, str(refusal))


def open_room() -> None:
    """Open a room and lead it.

    Raises
    ------
    InputError
        If the host allows no more rooms.
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


def enter_if_allowed(present: Room) -> None:
    """Count this browser in the room, once. If that is refused, the attempt is made again at the first answer."""
    with suppress(InputError):
        person_in(present)


def person_in(present: Room) -> str:
    """Count this browser in the room if it is new there, and return the secret that identifies it.

    Raises
    ------
    InputError
        If the browser has not sent its secret yet, the room is full or has ended, or too many new people come from its address.
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
    """Set every control to the settings of the class, hide those that are fixed, and open Train (a callback)."""
    use_own_rows(False)
    choose(settings.config_for(participant()), settings.data)
    state().lesson = Lesson(shows=settings.free, questions=False)
    lead_to("train")


def is_set_up_for_the_class(settings: ClassSettings) -> bool:
    """Whether a run with the chosen settings could join the class."""
    try:
        settings.refuse_other(config(), data_config())
    except InputError:
        return False
    return not has_own_rows()


def net_for_the_class(settings: ClassSettings) -> Job | None:
    """This session's own finished run, if it can join the class's ensemble."""
    own = runs.job()
    if own is None or own.state is not JobState.FINISHED or own.run is None:
        return None
    try:
        settings.refuse_other(own.config, settings.data)
    except InputError:
        return None
    return own if rows.are_rows_of(settings.data, own.dataset, own.config.seed) else None


def join_class(present: Room, settings: ClassSettings, own: Job) -> None:
    """Add a run of this session to the class's ensemble; its forecasts are computed here.

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
    """Open the page and the part that a question is about (a callback)."""
    if question.part:
        open_part(question.page, question.part)
    else:
        lead_to(question.page)


def leave_room() -> None:
    """Leave the room; the answers stay there."""
    state().room_code = state().room_secret = ""
