"""Answers to the questions of a plan: by the class in its room, or by one person alone."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from ensemble import InputError
from ensemble.lecture import Plan
from ensemble.lecture.completion import Alone, InRoom
from ensemble.room import Room
from ensemble.room.codes import digest
from ensemble.room.forecasters import own_log_score
from ensemble.room.tally import Round
from ui.session.lecture.step_in_room import lecture_in
from ui.session.room import participant, room
from ui.session.state import state


@dataclass(frozen=True)
class Answers:
    """The answers to the question of a step.

    Attributes
    ----------
    rounds : tuple of Round
        The rounds of the class; empty for one person alone.
    own : int or None
        Index of the session's own answer.
    is_open : bool
        Whether the class is still answering.
    """

    rounds: tuple[Round, ...] = ()
    own: int | None = None
    is_open: bool = False


@dataclass(frozen=True)
class Answering:
    """Where to read the answers from when a file is made, which happens outside the session.

    Attributes
    ----------
    plan : Plan
    room : Room or None
        The room that the session is in.
    participant : str
        The session's secret in the room.
    guesses : mapping of int to str
        The session's answers without a room, by step.
    """

    plan: Plan
    room: Room | None
    participant: str
    guesses: Mapping[int, str]

    @property
    def people(self) -> int:
        """The number of people in the room; 0 without one."""
        return self.room.people if self.room else 0

    def by_step(self) -> dict[int, Answers]:
        """The answers to each step's question; none if the room cannot be reached or has ended."""
        asked = {index: step.question for index, step in enumerate(self.plan.steps) if step.question}
        if self.room is None:
            known = {index: question.answers for index, question in asked.items() if self.guesses.get(index)}
            return {
                index: Answers(own=answers.index(self.guesses[index]) if self.guesses[index] in answers else None)
                for index, answers in known.items()
            }
        found = {}
        with suppress(InputError):
            for index, id in self._ids().items():
                with suppress(InputError):
                    found[index] = self._in(self.room, id)
        return found

    def own_score(self) -> Alone | InRoom | None:
        """The scores of the session's own answers; None if there are none."""
        if self.room is not None:
            with suppress(InputError):
                own = own_log_score(self.room.votes(), digest(self.participant))
                return InRoom.of(own.loss, own.guess, own.questions) if own else None
            return None
        settled = [
            self.guesses[index] == step.question.answers[step.question.right]
            for index, step in enumerate(self.plan.steps)
            if step.question and step.question.right is not None and self.guesses.get(index)
        ]
        return Alone(right=sum(settled), questions=len(settled)) if settled else None

    def _ids(self) -> dict[int, str]:
        """The ids of the questions in the room; after the lecture they are found by their text."""
        assert self.room is not None
        steps = [index for index, step in enumerate(self.plan.steps) if step.question]
        here = lecture_in(self.room)
        if here and here.plan == self.plan:
            return {index: replace(here, led=here.led.model_copy(update={"step": index})).question_id for index in steps}
        by_words = {(question.text, question.answers): id for id, (question, _) in self.room.votes().items()}
        asked = {index: self.plan.steps[index].question for index in steps}
        return {
            index: by_words[question.text, question.answers]
            for index, question in asked.items()
            if question and (question.text, question.answers) in by_words
        }

    def _in(self, present: Room, id: str) -> Answers:
        """The answers to a question; only the own one while it is open, since the lecturer decides when to show the others."""
        asking, own = present.asking(), present.vote_of(self.participant, id) if self.participant else None
        is_open = asking is not None and asking.question == id and not asking.revealed
        rounds = () if is_open else present.tally(id).rounds
        return Answers(tuple(one for one in rounds if one.answered), own.answer if own else None, is_open)


def answering(plan: Plan) -> Answering:
    """The source of the answers to a plan's questions, for this session."""
    present = None
    with suppress(InputError):
        present = room()
    return Answering(plan, present, participant(), dict(state().plan_guesses) if state().plan == plan else {})
