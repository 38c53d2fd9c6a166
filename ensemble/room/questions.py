"""The questions of a room, the state of the present one, and votes."""

from __future__ import annotations

import math
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ensemble.errors import InputError

MAX_ANSWERS = 10
MAX_ROUNDS = 2
Text = Annotated[str, Field(min_length=1, max_length=300)]


class Kept(BaseModel):
    """A record that can be written to a store and read from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_bytes(self) -> bytes:
        """The same bytes for equal objects."""
        return self.model_dump_json().encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """What ``to_bytes`` was made of."""
        return cls.model_validate_json(content)


class Question(Kept):
    """A question with answers to choose from.

    Attributes
    ----------
    id : str
        Its id within the room.
    text : str
        Markdown.
    answers : tuple of str
        Two to ten, all different.
    right : int or None
        Index of the right one, from 0; None for a question of opinion.
    why : str
        Markdown that is shown once it is revealed.
    page, part : str
        The page of the app, and its part, with the question's picture; empty if there is none.
    """

    id: Annotated[str, Field(min_length=1, max_length=80)]
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    answers: Annotated[tuple[Text, ...], Field(min_length=2, max_length=MAX_ANSWERS)]
    right: int | None = None
    why: Annotated[str, Field(max_length=2000)] = ""
    page: Annotated[str, Field(max_length=40)] = ""
    part: Annotated[str, Field(max_length=80)] = ""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if len(set(self.answers)) < len(self.answers):
            raise InputError("Two answers of this question are the same. Change one of them.")
        if self.right is not None and not 0 <= self.right < len(self.answers):
            raise InputError("The right answer has to be one of the answers.")
        return self

    @classmethod
    def made_of(cls, id: str, text: str, answers: tuple[str, ...], right: int | None = None, why: str = "") -> Question:
        """A validated question from a person's input.

        Raises
        ------
        InputError
            With what to change.

        Examples
        --------
        >>> Question.made_of("1", "Is it?", ("yes",))
        Traceback (most recent call last):
        ...
        ensemble.errors.InputError: A question needs a text of at most 2,000 characters and 2 to 10 answers of at most 300.
        """
        given = tuple(answer.strip() for answer in answers)
        try:
            return cls(id=id, text=text.strip(), answers=given, right=right, why=why.strip())
        except ValidationError:
            raise InputError(
                f"A question needs a text of at most 2,000 characters and 2 to {MAX_ANSWERS} answers of at most 300."
            ) from None


class Asking(Kept):
    """The present question, and its state.

    Attributes
    ----------
    question : str
        Its id.
    round : int
        1, or 2 after "vote again".
    distribution_shown : bool
        Whether the lecturer has shown how the answers of this round are distributed, without the right one.
    revealed : bool
        Whether the right answer is shown, which ends the voting.
    """

    question: str
    round: Annotated[int, Field(ge=1, le=MAX_ROUNDS)] = 1
    distribution_shown: bool = False
    revealed: bool = False


class Vote(Kept):
    """An answer with a confidence.

    Attributes
    ----------
    answer : int
        Index of the answer, from 0.
    confidence : float
        Probability that the answer is right, 1/K to 1.
    """

    answer: int
    confidence: float

    def forecast(self, answers: int) -> tuple[float, ...]:
        """Probabilities of all answers: the others share the remaining probability equally.

        >>> [round(p, 3) for p in Vote(answer=1, confidence=0.8).forecast(3)]
        [0.1, 0.8, 0.1]
        """
        rest = (1 - self.confidence) / (answers - 1)
        return tuple(self.confidence if k == self.answer else rest for k in range(answers))


def checked_vote(question: Question, answer: int, confidence: float) -> Vote:
    """A validated vote on a question.

    Raises
    ------
    InputError
        If there is no such answer, or the confidence is not from 1/K to 1.

    Examples
    --------
    >>> checked_vote(Question(id="1", text="?", answers=("a", "b")), 0, 0.2)
    Traceback (most recent call last):
    ...
    ensemble.errors.InputError: A confidence is from 0.5, which is a guess among 2 answers, to 1. Below it another answer fits.
    """
    answers = len(question.answers)
    if isinstance(answer, bool) or not isinstance(answer, int) or not 0 <= answer < answers:
        raise InputError("This is none of the answers of the question.")
    least = 1 / answers
    is_number = isinstance(confidence, int | float) and math.isfinite(confidence)
    if not is_number or not least - 1e-9 <= confidence <= 1:
        raise InputError(
            f"A confidence is from {least:.2g}, which is a guess among {answers} answers, to 1. Below it another answer fits."
        )
    return Vote(answer=answer, confidence=max(least, float(confidence)))
