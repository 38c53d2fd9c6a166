"""One room: its question and votes, and the nets of its class; what the lecturer alone may do, and what anybody with the code.

Nothing here knows a name or an address. A participant is a secret of a browser, of which a digest is kept.
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
        """A digest of what the lecturer has set: it changes with the question, its round, and the settings of the class."""
        return codes.digest(repr(sorted(self._store.read(self.code, STATE).items())))

    def keep_alive(self) -> None:
        """A sign of life: the room's time begins anew."""
        self._store.keep_alive(self.code)

    def close(self) -> None:
        """End the room; nothing of it is kept. For its lecturer."""
        self._require_lecturer()
        self._store.close(self.code)

    def ask(self, question: Question) -> None:
        """Ask a question, in its first round. For the lecturer; a question that was asked before has its votes anew."""
        self._require_lecturer()
        for number in range(1, MAX_ROUNDS + 1):
            self._remove_all(_votes(question.id, number))
        self._write(QUESTIONS, question.id, question.to_bytes())
        self._set_asking(Asking(question=question.id))

    def asking(self) -> Asking | None:
        """What is asked now; None if nothing is."""
        content = self._store.read_one(self.code, STATE, ASKING)
        return Asking.from_bytes(content) if content else None

    def question(self, id: str) -> Question:
        """A question that has been asked.

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
        """Show how the answers are distributed, without the right one. For the lecturer."""
        self._change_asking(distribution_shown=True)

    def vote_again(self) -> None:
        """A second round; the first one's votes are kept beside it. For the lecturer."""
        asking = self._asked()
        if asking.round < MAX_ROUNDS:
            self._change_asking(round=asking.round + 1, distribution_shown=False)

    def reveal(self) -> None:
        """Show the right answer; nobody can vote from then on. For the lecturer."""
        self._change_asking(revealed=True, distribution_shown=True)

    def stop_asking(self) -> None:
        """Ask nothing. For the lecturer."""
        self._require_lecturer()
        self._store.remove(self.code, STATE, ASKING)

    def vote(self, participant: str, question: str, answer: int, confidence: float) -> None:
        """Answer a question that is asked now. Somebody's last answer in a round counts, however often it arrives.

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
            If the question is not asked now or is revealed, the vote does not fit it, or the room is full or has ended.
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
        """Somebody's own answer in the last round that they have voted in; None if there is none."""
        for number in range(MAX_ROUNDS, 0, -1):
            content = self._store.read_one(self.code, _votes(question, number), codes.digest(participant))
            if content:
                return Vote.from_bytes(content)
        return None

    def answered(self, question: str) -> int:
        """How many have answered in the present round of a question."""
        asking = self.asking()
        number = asking.round if asking and asking.question == question else 1
        return self._store.count(self.code, _votes(question, number))

    def tally(self, question: str) -> Tally:
        """How the answers of a question are distributed, round by round; nothing of a round with fewer than five votes.

        For the lecturer, who decides when others see it; for anybody else once it is shown.
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
        """Fix the rows and what may be changed; nets that have joined before are gone. For the lecturer."""
        self._require_lecturer()
        self._remove_all(NETS)
        self._write(STATE, CLASS, settings.to_bytes())

    def class_settings(self) -> ClassSettings | None:
        """What the class trains on; None if nothing is fixed."""
        content = self._store.read_one(self.code, STATE, CLASS)
        return ClassSettings.from_bytes(content) if content else None

    def join(self, participant: str, log_proba: ArrayLike, config: EnsembleConfig, data: DataConfig, train_loss: float) -> None:
        """Bring a net into the class's ensemble, in place of the one that this participant has brought before.

        Parameters
        ----------
        participant : str
            The secret of a browser.
        log_proba : array_like of shape (n, K)
            Log-probabilities (nats) of the test rows. The caller computes them of the participant's own run; they never come
            from a browser.
        config : EnsembleConfig
            Of the run.
        data : DataConfig
            Of its rows: those that the lecturer has fixed.
        train_loss : float
            In nats.

        Raises
        ------
        InputError
            If the lecturer has fixed other rows or settings, the forecasts are none, or the room is full or has ended.
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
        """Whether somebody's net is part of the ensemble."""
        return self._store.read_one(self.code, NETS, codes.digest(participant)) is not None

    @property
    def nets(self) -> int:
        """How many nets have joined."""
        return self._store.count(self.code, NETS)

    def stop_training_together(self) -> None:
        """Let everybody train what they like again; nets that have joined are gone. For the lecturer."""
        self._require_lecturer()
        self._remove_all(NETS)
        self._store.remove(self.code, STATE, CLASS)

    def leave(self, participant: str) -> None:
        """Take somebody's own net out."""
        self._store.remove(self.code, NETS, codes.digest(participant))

    def remove(self, net: str) -> None:
        """Take a net out by its name in ``pool``. For the lecturer."""
        self._require_lecturer()
        self._store.remove(self.code, NETS, net)

    def pool(self) -> dict[str, Net]:
        """The nets that have joined, by a name that says nothing of who brought them."""
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
