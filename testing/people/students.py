"""A simulated class that follows a lecture without browsers: each student answers questions, and trains a net on request."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Radio_pb2 import Radio

from testing import PATIENCE
from testing.people.phones import Phone
from testing.protocol import Measured

SECONDS_BETWEEN_LOOKS = 0.3
QUESTION, ANSWER = "room_answer ", "room_answer"
JOIN = "Train my net"
STEP = re.compile(r"^(\d+) / \d+ · \*\*", re.MULTILINE)


class Student(Phone):
    """Somebody who follows."""

    def __init__(self, port: int, code: str, number: int, measured: Measured):
        super().__init__(port, code, f"student {number}", measured)
        self._number = number
        self.answered: list[str] = []
        self.has_joined = False
        self.arrived: dict[int, float] = {}
        """When each step of the lecture was there, from 0, by ``time.perf_counter``."""

    def _on_script_finished(self, message: ForwardMsg) -> None:
        super()._on_script_finished(message)
        shown = STEP.search(self.words())
        if shown and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.arrived.setdefault(int(shown[1]) - 1, time.perf_counter())

    async def follow(self) -> None:
        """Look at the page again and again, until it is closed."""
        while self.open:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            with suppress(LookupError):  # the page has become another one meanwhile
                await self._answer()
                await self._join()

    async def _answer(self) -> None:
        radio = self._question()
        if radio is None:
            return
        question = QUESTION + radio.id.partition(QUESTION)[2]
        if question in self.answered:
            return
        self.fill_in(question, radio.options[self._number % len(radio.options)])
        await self.press(ANSWER, "answer")
        self.answered.append(question)

    def _question(self) -> Radio | None:
        return next((one.content for one in self.elements.values() if one.kind == "radio" and QUESTION in one.content.id), None)

    async def _join(self) -> None:
        if not self.has_joined and "Train a net for the class" in self.words() and self.find(JOIN):
            self.has_joined = True
            await self.press(JOIN, "train a net")


@contextmanager
def students(port: int, code: str, count: int) -> Iterator[list[Student]]:
    """So many students in a room, in a thread of their own; they leave when the block ends."""
    measured = Measured()
    present = [Student(port, code, number, measured) for number in range(count)]
    are_there, leave = threading.Event(), threading.Event()
    errors: list[BaseException] = []

    async def attend() -> None:
        async with AsyncExitStack() as stack:
            for student in present:
                await stack.enter_async_context(student)
            following = [asyncio.create_task(student.follow()) for student in present]
            are_there.set()
            await asyncio.to_thread(leave.wait)
            for task in following:
                task.cancel()
            errors.extend(one for one in await asyncio.gather(*following, return_exceptions=True) if isinstance(one, Exception))

    def run() -> None:
        try:
            asyncio.run(attend())
        except Exception as problem:
            errors.append(problem)
        finally:
            are_there.set()

    thread = threading.Thread(target=run)
    thread.start()
    are_there.wait(PATIENCE)
    try:
        yield present
    finally:
        leave.set()
        thread.join(PATIENCE)
    assert not errors, errors
    assert not measured.errors, measured.errors
