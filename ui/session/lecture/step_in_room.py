"""The lecture of a room: its plan and present step, and how its lecturer moves the room to another step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from ensemble import InputError
from ensemble.lecture import Plan, Step
from ensemble.lecture.plan_file import read_plan
from ensemble.room import Room
from ensemble.room.leading import Led
from ensemble.room.questions import Asking
from ui.server import streamlit_requests
from ui.session.room import room
from ui.session.state import Flash, flash, state


@dataclass(frozen=True)
class LedLecture:
    """A lecture that is led in a room, with its present step."""

    room: Room
    led: Led
    plan: Plan

    @property
    def index(self) -> int:
        """The index of the present step, from 0."""
        return min(self.led.step, len(self.plan.steps) - 1)

    @property
    def step(self) -> Step:
        """The present step."""
        return self.plan.steps[self.index]

    @property
    def next_step(self) -> Step | None:
        """The next step; None at the end."""
        return self.plan.steps[self.index + 1] if self.index + 1 < len(self.plan.steps) else None

    @property
    def has_begun(self) -> bool:
        """Whether the first step has been opened; until then the invitation is shown."""
        return self.led.began is not None

    @property
    def question_id(self) -> str:
        """The id of the present step's question in the room; ids sort in the order of steps."""
        return f"step {self.index + 1:02d} of {self.led.plan[:8]}"

    @property
    def asking(self) -> Asking | None:
        """The state of the present step's question; None if it is not being asked."""
        asking = self.room.asking()
        return asking if asking and asking.question == self.question_id else None


def lecture_in(room: Room) -> LedLecture | None:
    """The lecture of a room; None if none is led there."""
    led = room.led()
    content = room.plan_bytes() if led else None
    return LedLecture(room, led, _plan_of(content)) if led and content else None


def tell_room(step: int) -> None:
    """Move the room to this step, if the session leads the open plan there."""
    present = state()
    followed = present.followed
    if followed is None or not present.room_secret or (step == followed.step and followed.has_begun):
        return
    try:
        here = lecture_in(led) if (led := room()) else None
        if here and here.led.plan == followed.plan:
            take_to(here, step)
    except InputError as refusal:
        flash(Flash.ROOM, str(refusal))
    else:
        present.followed = followed._replace(step=step, has_begun=True, view="")


def take_to(here: LedLecture, step: int) -> None:
    """Move a room to a step, and ask the step's question unless people have answered it before.

    Raises
    ------
    InputError
        If there is no such step, the session does not lead the room, or the room has ended.
    """
    if not 0 <= step < len(here.plan.steps):
        return
    streamlit_requests.go_first()
    here.room.go_to_step(step)
    there = replace(here, led=here.led.model_copy(update={"step": step}))
    if there.step.question and not here.room.answered(there.question_id):
        if not there.asking:
            ask(there)
    elif not there.asking:
        here.room.stop_asking()


def ask(here: LedLecture) -> None:
    """Ask the present step's question in its room, and delete earlier votes on it.

    Raises
    ------
    InputError
        If the session does not lead the room, or the room has ended.
    """
    question = here.step.question
    if question:
        here.room.ask(question.in_room(here.question_id, here.step.page, here.step.part))


@lru_cache(maxsize=64)  # all pages of a class read the same plan
def _plan_of(content: bytes) -> Plan:
    return read_plan(content)
