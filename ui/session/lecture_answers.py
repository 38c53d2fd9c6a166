"""What was answered to the questions of a plan: by the class in its room, and by somebody alone."""

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
from ui.session.room import participant, room
from ui.session.state import state
from ui.session.step_in_room import lecture_in


@dataclass(frozen=True)
class Answers:
    """What was answered to the question of a step.

    Attributes
    ----------
    rounds : tuple of Round
        Of the class; empty for somebody alone.
    own : int or None
        Index of the session's own answer.
    is_open : bool
        Whether the class is answering it now.
    """

    rounds: tuple[Round, ...] = ()
    own: int | None = None
    is_open: bool = False


@dataclass(frozen=True)
class Answering:
    """Where answers are: it is read when a file is made, which happens outside of a session.

    Attributes
    ----------
    plan : Plan
    room : Room or None
        The room that the session is in.
    participant : str
        Its secret there.
    guesses : mapping of int to str
        Its answers without a room, by step.
    """

    plan: Plan
    room: Room | None
    participant: str
    guesses: Mapping[int, str]

    @property
    def people(self) -> int:
        """How many are in the room; 0 without one."""
        return self.room.people if self.room else 0

    def by_step(self) -> dict[int, Answers]:
        """The answers to each step's question; of a room that cannot be reached, or has ended, there are none."""
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
        """How good the session's own answers were; None if there are none."""
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
        """What the room calls the questions: while the lecture is led, and after that by their words."""
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
        """Of a question that is being answered only the own answer: how the others answer is shown by the lecturer."""
        asking, own = present.asking(), present.vote_of(self.participant, id) if self.participant else None
        is_open = asking is not None and asking.question == id and not asking.revealed
        rounds = () if is_open else present.tally(id).rounds
        return Answers(tuple(one for one in rounds if one.answered), own.answer if own else None, is_open)


def answering(plan: Plan) -> Answering:
    """Where the answers to a plan's questions are, for this session."""
    present = None
    with suppress(InputError):
        present = room()
    return Answering(plan, present, participant(), dict(state().plan_guesses) if state().plan == plan else {})
