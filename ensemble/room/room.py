"""One room: its questions and votes, and the nets of its class. Methods marked "Lecturer only" need the lecturer's secret.

A room stores no names or addresses. A participant is identified by a secret of a browser, of which only a digest is stored.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from ensemble.config import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.errors import InputError
from ensemble.room import codes
from ensemble.room.access import ATTEMPTS, NOT_A_ROOM, STATE, NotAllowedError
from ensemble.room.leading import Leading
from ensemble.room.nets import ClassSettings, Net
from ensemble.room.questions import MAX_ROUNDS, Asking, Question, Vote, checked_vote
from ensemble.room.store import Condition, Outcome
from ensemble.room.tally import Tally, tally_of

QUESTIONS, NETS = "questions", "nets"
ASKING, CLASS = "asking", "class"
CLOSED = "This question is closed. Your last answer before that counts."


class Room(Leading):
    """One room; see ``Access`` for its code and its secret."""

    @property
    def state(self) -> str:
        """A digest of all that the lecturer has set: the question, its round, the settings of the class, the lecture."""
        return codes.digest(repr(sorted(self._store.read(self.code, STATE).items())))

    def keep_alive(self) -> None:
        """Mark the room as in use, which restarts the time until it expires."""
        self._store.keep_alive(self.code)

    def close(self) -> None:
        """End the room and delete all its data. Lecturer only."""
        self._require_lecturer()
        self._store.close(self.code)

    def ask(self, question: Question) -> None:
        """Ask a question in its first round, and delete earlier votes on it. Lecturer only."""
        self._require_lecturer()
        for number in range(1, MAX_ROUNDS + 1):
            self._remove_all(_votes(question.id, number))
        self._write(QUESTIONS, question.id, question.to_bytes())
        self._set_asking(Asking(question=question.id))

    def asking(self) -> Asking | None:
        """The present question's state; None if no question is asked."""
        content = self._store.read_one(self.code, STATE, ASKING)
        return Asking.from_bytes(content) if content else None

    def question(self, id: str) -> Question:
        """A question that has been asked in this room.

        Raises
        ------
        InputError
            If it has not been asked in this room.
        """
        content = self._store.read_one(self.code, QUESTIONS, id)
        if content is None:
            raise InputError("This question is not asked in this room.")
        return Question.from_bytes(content)

    def show_distribution(self) -> None:
        """Show how the answers are distributed, without the right one. Lecturer only."""
        self._change_asking(distribution_shown=True)

    def vote_again(self) -> None:
        """Start the second round; the votes of the first one are kept. Lecturer only."""
        asking = self._asked()
        if asking.round < MAX_ROUNDS:
            self._change_asking(round=asking.round + 1, distribution_shown=False)

    def reveal(self) -> None:
        """Show the right answer and end the voting. Lecturer only."""
        self._change_asking(revealed=True, distribution_shown=True)

    def stop_asking(self) -> None:
        """Stop asking the present question. Lecturer only."""
        self._require_lecturer()
        self._store.remove(self.code, STATE, ASKING)

    def vote(self, participant: str, question: str, answer: int, confidence: float) -> None:
        """Answer the present question. A participant's last answer in a round counts; repeated calls count once.

        Parameters
        ----------
        participant : str
            The secret of a browser.
        question : str
            Its id.
        answer : int
            Index of the answer, from 0.
        confidence : float
            Probability that it is right, 1/K to 1.

        Raises
        ------
        InputError
            If it is not the present question or is revealed, the vote is invalid, or the room is full or has ended.
        """
        self.enter(participant)
        known = self.question(question)
        cast = checked_vote(known, answer, confidence)
        for _ in range(ATTEMPTS):
            asking = self.asking()
            if asking is None or asking.question != question or asking.revealed:
                raise InputError(CLOSED)
            condition = Condition(STATE, ASKING, asking.to_bytes())
            outcome = self._store.write(
                self.code, _votes(question, asking.round), codes.digest(participant), cast.to_bytes(), condition
            )
            if outcome is Outcome.WRITTEN:
                return
            if outcome is Outcome.GONE:
                raise InputError(NOT_A_ROOM)
        raise InputError(CLOSED)

    def vote_of(self, participant: str, question: str) -> Vote | None:
        """A participant's answer in the last round in which they voted; None if there is none."""
        for number in range(MAX_ROUNDS, 0, -1):
            content = self._store.read_one(self.code, _votes(question, number), codes.digest(participant))
            if content:
                return Vote.from_bytes(content)
        return None

    def answered(self, question: str) -> int:
        """The number of answers in the present round of a question."""
        asking = self.asking()
        number = asking.round if asking and asking.question == question else 1
        return self._store.count(self.code, _votes(question, number))

    def tally(self, question: str) -> Tally:
        """The distribution of a question's answers by round; empty for a round with fewer than five votes.

        The lecturer can always read it, others once the lecturer has shown it.
        """
        asking = self.asking()
        is_open = asking is None or asking.question != question or asking.distribution_shown
        if not self.secret and not is_open:
            raise NotAllowedError("The distribution is shown when everybody has answered.")
        return tally_of(self.question(question), self._votes_by_round(question))

    def votes(self) -> dict[str, tuple[Question, Mapping[str, Vote]]]:
        """Last votes by participant, of each question with a right answer that has been revealed, in the order asked."""
        asking = self.asking()
        asked = {id: Question.from_bytes(content) for id, content in self._store.read(self.code, QUESTIONS).items()}
        settled = {
            id: question
            for id, question in asked.items()
            if question.right is not None and not (asking and asking.question == id and not asking.revealed)
        }
        found: dict[str, tuple[Question, Mapping[str, Vote]]] = {}
        for id, question in sorted(settled.items()):
            last: dict[str, Vote] = {}
            for votes in self._votes_by_round(id):
                last.update(votes)
            found[id] = question, last
        return found

    def train_together(self, settings: ClassSettings) -> None:
        """Set the rows, the settings and which of them are free, and remove all nets. Lecturer only."""
        self._require_lecturer()
        self._remove_all(NETS)
        self._write(STATE, CLASS, settings.to_bytes())

    def class_settings(self) -> ClassSettings | None:
        """The settings with which the class trains; None if there are none."""
        content = self._store.read_one(self.code, STATE, CLASS)
        return ClassSettings.from_bytes(content) if content else None

    def join(self, participant: str, log_proba: ArrayLike, config: EnsembleConfig, data: DataConfig, train_loss: float) -> None:
        """Add a net to the class's ensemble, replacing an earlier one of this participant.

        Parameters
        ----------
        participant : str
            The secret of a browser.
        log_proba : array_like of shape (n, K)
            Log-probabilities (nats) of the test rows. The server computes them from the participant's run; they never come
            from a browser.
        config : EnsembleConfig
            The settings of the run.
        data : DataConfig
            The settings of its rows, which have to be the lecturer's.
        train_loss : float
            In nats.

        Raises
        ------
        InputError
            If rows or fixed settings differ, the forecasts are invalid, or the room is full or has ended.
        """
        self.enter(participant)
        settings = self.class_settings()
        if settings is None:
            raise InputError("Nothing can be joined yet: the lecturer has not fixed the rows.")
        settings.refuse_other(config, data)
        net = Net.made_of(np.asarray(log_proba), config, train_loss)
        outcome = self._store.write(
            self.code, NETS, codes.digest(participant), net.to_bytes(), Condition(STATE, CLASS, settings.to_bytes())
        )
        if outcome is Outcome.CHANGED:
            raise InputError("The lecturer has just fixed other rows. Train on those, and join again.")
        if outcome is Outcome.GONE:
            raise InputError(NOT_A_ROOM)

    def has_joined(self, participant: str) -> bool:
        """Whether a net of this participant is part of the ensemble."""
        return self._store.read_one(self.code, NETS, codes.digest(participant)) is not None

    @property
    def nets(self) -> int:
        """The number of nets in the ensemble."""
        return self._store.count(self.code, NETS)

    def stop_training_together(self) -> None:
        """Remove the settings of the class and all nets. Lecturer only."""
        self._require_lecturer()
        self._remove_all(NETS)
        self._store.remove(self.code, STATE, CLASS)

    def leave(self, participant: str) -> None:
        """Remove this participant's net."""
        self._store.remove(self.code, NETS, codes.digest(participant))

    def remove(self, net: str) -> None:
        """Remove a net by its name in ``pool``. Lecturer only."""
        self._require_lecturer()
        self._store.remove(self.code, NETS, net)

    def pool(self) -> dict[str, Net]:
        """The nets in the ensemble, by anonymous names."""
        return {key: Net.from_bytes(content) for key, content in sorted(self._store.read(self.code, NETS).items())}

    def _votes_by_round(self, question: str) -> list[dict[str, Vote]]:
        rounds = [self._store.read(self.code, _votes(question, number)) for number in range(1, MAX_ROUNDS + 1)]
        read = [{key: Vote.from_bytes(content) for key, content in votes.items()} for votes in rounds]
        return read if read[-1] else read[:1]

    def _asked(self) -> Asking:
        self._require_lecturer()
        asking = self.asking()
        if asking is None:
            raise InputError("No question is asked now.")
        return asking

    def _change_asking(self, **changes: object) -> None:
        self._set_asking(self._asked().model_copy(update=changes))

    def _set_asking(self, asking: Asking) -> None:
        self._write(STATE, ASKING, asking.to_bytes())


def _votes(question: str, number: int) -> str:
    return f"votes of {question}, round {number}"
