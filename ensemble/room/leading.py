"""A lecture that is led in a room: its plan, its present step, who is lost, and views that people offer.

A room stores the plan as bytes, which ``ensemble.lecture`` reads.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Annotated, NamedTuple

from pydantic import Field

from ensemble.errors import InputError
from ensemble.room import codes
from ensemble.room.access import ATTEMPTS, NOT_A_ROOM, STATE, Access
from ensemble.room.questions import Kept
from ensemble.room.store import Condition, Outcome

LEADING, PLAN = "leading", "plan"
VIEWS = "views"
MAX_PLAN = 131_072
MAX_STEPS = 60
MAX_VIEW = 2000
NOT_LED = "This room has no lecture. The lecturer may have ended it."
NO_SUCH_STEP = "The lecture has no such step."
PASSED = "The lecture is at another step by now."
NOT_A_VIEW = "Only a page of this app can be offered, by a link of at most 2,000 characters."
_VIEW = re.compile(r"[a-z_]{1,40}(\?[!-~]*)?")


class Led(Kept):
    """The progress of a lecture.

    Attributes
    ----------
    plan : str
        A digest of its plan.
    step : int
        The present step, from 0.
    began, step_began : float or None
        When the lecture and its present step began, in seconds since 1970; None before the first step.
    view : str
        The name, from ``views``, of the view that the lecturer's screen shows instead of the step; empty for none.
    """

    plan: str
    step: Annotated[int, Field(ge=0, lt=MAX_STEPS)] = 0
    began: float | None = None
    step_began: float | None = None
    view: str = ""


class View(NamedTuple):
    """An offered view: an anonymous name, and a page of the app with its settings as a link."""

    name: str
    link: str


class Leading(Access):
    """The part of a room that holds a lecture: how it is led, and what people who follow can report and offer."""

    def lead(self, plan: bytes) -> None:
        """Lead a lecture from its first step, replacing any other. Lecturer only.

        Raises
        ------
        InputError
            If the plan has more than 128 kB.
        """
        self._require_lecturer()
        if not 0 < len(plan) <= MAX_PLAN:
            raise InputError(f"A plan has at most {MAX_PLAN // 1024} kB.")
        self._forget_step(range(MAX_STEPS))
        self._write(PLAN, PLAN, plan)
        self._write(STATE, LEADING, Led(plan=codes.digest(plan.decode("latin-1"))).to_bytes())

    def led(self) -> Led | None:
        """The progress of the lecture; None if none is led."""
        content = self._store.read_one(self.code, STATE, LEADING)
        return Led.from_bytes(content) if content else None

    def plan_bytes(self) -> bytes | None:
        """The plan of the lecture; None if none is led."""
        return self._store.read_one(self.code, PLAN, PLAN)

    def step(self) -> int:
        """The present step, from 0; 0 if no lecture is led."""
        led = self.led()
        return led.step if led else 0

    def go_to_step(self, step: int, clock: Callable[[], float] = time.time) -> None:
        """Move everybody who follows to a step, reset the count of lost people, and show the step. Lecturer only.

        Moving to the present step changes nothing, unless the lecture has not begun yet.

        Raises
        ------
        InputError
            If no lecture is led, or there is no such step.
        """
        self._require_lecturer()
        if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step < MAX_STEPS:
            raise InputError(NO_SUCH_STEP)
        now = clock()

        def gone_to(led: Led) -> Led:
            if led.step == step and led.began is not None:
                return led.model_copy(update={"view": ""})
            began = now if led.began is None else led.began
            return led.model_copy(update={"step": step, "began": began, "step_began": now, "view": ""})

        before = self.step()
        self._change(gone_to)
        if before != step:
            self._forget_step((before, step))

    def stop_leading(self) -> None:
        """End the lecture. Lecturer only."""
        self._require_lecturer()
        self._store.remove(self.code, STATE, LEADING)
        self._store.remove(self.code, PLAN, PLAN)
        self._forget_step(range(MAX_STEPS))

    def say_lost(self, participant: str, step: int, is_lost: bool = True) -> None:
        """Report that a participant is lost at the present step, or no longer; repeated reports count once.

        Raises
        ------
        InputError
            If the lecture is at another step, or the room is full or has ended.
        """
        self.enter(participant)
        led = self._led()
        if led.step != step:
            raise InputError(PASSED)
        if is_lost:
            self._write(_lost(step), codes.digest(participant), b"")
        else:
            self._store.remove(self.code, _lost(step), codes.digest(participant))

    def is_lost(self, participant: str, step: int) -> bool:
        """Whether this participant has reported being lost."""
        return self._store.read_one(self.code, _lost(step), codes.digest(participant)) is not None

    def lost(self, step: int) -> int:
        """The number of people who are lost at a step. Lecturer only."""
        self._require_lecturer()
        return self._store.count(self.code, _lost(step))

    def offer_view(self, participant: str, link: str) -> None:
        """Offer a view for the lecturer's screen, replacing an earlier offer of this participant.

        Parameters
        ----------
        participant : str
            The secret of a browser.
        link : str
            Such as ``"softmax?temperature=2"``. It is untrusted: check its page and parameters before showing it.

        Raises
        ------
        InputError
            If it is no link to a page, or longer than 2,000 characters; if no lecture is led, or the room is full or has ended.
        """
        if len(link) > MAX_VIEW or not _VIEW.fullmatch(link):
            raise InputError(NOT_A_VIEW)
        self.enter(participant)
        self._led()
        self._write(VIEWS, codes.digest(participant), f"{time.time():017.6f} {link}".encode())

    def has_offered(self, participant: str) -> bool:
        """Whether a view of this participant is on offer."""
        return self._store.read_one(self.code, VIEWS, codes.digest(participant)) is not None

    def withdraw_view(self, participant: str) -> None:
        """Withdraw this participant's view."""
        self._store.remove(self.code, VIEWS, codes.digest(participant))

    def views(self) -> tuple[View, ...]:
        """The views offered at this step, in order of arrival. Lecturer only."""
        self._require_lecturer()
        found = [(content.decode(), name) for name, content in self._store.read(self.code, VIEWS).items()]
        return tuple(View(name, content.partition(" ")[2]) for content, name in sorted(found))

    def show_view(self, name: str) -> None:
        """Show the view with this name from ``views`` on the lecturer's screen, or the step again if the name is empty.

        A view that has been shown is no longer on offer. Lecturer only.

        Raises
        ------
        InputError
            If the view has been withdrawn.
        """
        self._require_lecturer()
        if name and self._store.read_one(self.code, VIEWS, name) is None:
            raise InputError("This view was withdrawn meanwhile.")
        before = self._led().view
        self._change(lambda led: led.model_copy(update={"view": name}))
        if before and before != name:
            self._store.remove(self.code, VIEWS, before)

    def _led(self) -> Led:
        led = self.led()
        if led is None:
            raise InputError(NOT_LED if self.is_there else NOT_A_ROOM)
        return led

    def _change(self, change: Callable[[Led], Led]) -> None:
        """Update the progress atomically, since two windows of the lecturer may do so at once."""
        for _ in range(ATTEMPTS):
            before = self._led()
            content, condition = change(before).to_bytes(), Condition(STATE, LEADING, before.to_bytes())
            if self._store.write(self.code, STATE, LEADING, content, condition) is Outcome.WRITTEN:
                return
        raise InputError(PASSED)

    def _forget_step(self, steps: range | tuple[int, ...]) -> None:
        for step in steps:
            self._remove_all(_lost(step))
        self._remove_all(VIEWS)


def _lost(step: int) -> str:
    return f"lost at step {step}"
