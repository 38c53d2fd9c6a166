"""The file that a student hands in after a plan: the number of finished steps, and the scores of the answers."""

from __future__ import annotations

import math
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ensemble.errors import InputError
from ensemble.lecture.plan import MAX_STEPS
from ensemble.sharing.lesson import Title

MAX_BYTES = 16_384
MAX_LINK = 2_100
NOT_A_COMPLETION = "This file is no completion file of Softmax Lab. Ask for the file that the plan's last step gives."
UNREADABLE = "This file is not text in UTF-8. Ask for the file as it was downloaded."

Count = Annotated[int, Field(ge=0, le=MAX_STEPS)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Alone(_Part):
    """Scores of answers without a class.

    Attributes
    ----------
    kind : "alone"
    right, questions : int
        Right answers, and questions with a right answer that were answered.
    """

    kind: Literal["alone"] = "alone"
    right: Count
    questions: Count

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.right > self.questions:
            raise InputError(f"{self.right} right answers to {self.questions} questions cannot be. The file was changed.")
        return self


class InRoom(_Part):
    """Scores of answers in a class, each with a confidence.

    Attributes
    ----------
    kind : "in a room"
    mean_nll : float or "infinite"
        Mean negative log-likelihood of the right answers in nats; infinite after a wrong answer with confidence 1.
    of_a_guess : float
        The same for equal probabilities of all answers: the mean of ln K.
    questions : int
        Questions with a right answer that were answered.
    """

    kind: Literal["in a room"] = "in a room"
    mean_nll: Annotated[float, Field(ge=0, allow_inf_nan=False)] | Literal["infinite"]
    of_a_guess: Annotated[float, Field(ge=0, le=math.log(100), allow_inf_nan=False)]
    questions: Annotated[int, Field(ge=1, le=1000)]

    @classmethod
    def of(cls, mean_nll: float, of_a_guess: float, questions: int) -> Self:
        """Make scores of losses that may be infinite, which JSON cannot represent.

        >>> InRoom.of(math.inf, 0.7, 3).mean_nll
        'infinite'
        """
        return cls(mean_nll=mean_nll if math.isfinite(mean_nll) else "infinite", of_a_guess=of_a_guess, questions=questions)


class Completion(_Part):
    """A student's own file. Nothing in it proves who made it.

    Attributes
    ----------
    version : int
        The version of the format: 1.
    what : str
        A description of the file for people who open it.
    plan : str
        The plan's title.
    steps_done, steps : int
        The number of finished steps, and of all steps.
    score : Alone or InRoom or None
        The scores of the answers; None if no question was answered.
    link : str
        The address of the plan; empty if it is too long for a link.
    date : str
        The day on which the file was made, YYYY-MM-DD, in UTC.

    Examples
    --------
    >>> done = Completion(plan="Temperature", steps_done=2, steps=3, score=Alone(right=1, questions=2), date="2026-03-01")
    >>> read_completion(done.to_bytes()) == done
    True
    """

    version: Literal[1] = 1
    what: Literal["A Softmax Lab plan, worked through"] = "A Softmax Lab plan, worked through"
    plan: Annotated[Title, Field(min_length=1, max_length=80)]
    steps_done: Count
    steps: Annotated[int, Field(ge=1, le=MAX_STEPS)]
    score: Annotated[Alone | InRoom, Field(discriminator="kind")] | None = None
    link: Annotated[str, Field(max_length=MAX_LINK, pattern=r"^(https?://\S+)?$")] = ""
    date: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.steps_done > self.steps:
            raise InputError(f"{self.steps_done} steps done of {self.steps} cannot be. The file was changed.")
        try:
            date.fromisoformat(self.date)
        except ValueError:
            raise InputError(f"There is no day {self.date}. The file was changed.") from None
        return self

    def to_bytes(self) -> bytes:
        """The file: JSON in UTF-8 that people can read."""
        return (self.model_dump_json(indent=2) + "\n").encode()


def read_completion(content: bytes) -> Completion:
    """Read a completion file, which is untrusted input.

    Raises
    ------
    InputError
        If it is no completion file, or its numbers are impossible, with a sentence on what is wrong.
    """
    if len(content) > MAX_BYTES:
        raise InputError(f"This file has {len(content) // 1024} kB. A completion file has at most {MAX_BYTES // 1024} kB.")
    try:
        content.decode()
    except UnicodeDecodeError:
        raise InputError(UNREADABLE) from None
    try:
        return Completion.model_validate_json(content.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        raise InputError(_sentence(error.errors()[0])) from None


def _sentence(problem: Any) -> str:
    """A sentence on what is wrong, for the person who has received the file."""
    names = [str(name) for name in problem["loc"] if isinstance(name, str) and name not in ("alone", "in a room")]
    where, kind = ".".join(names)[:60], problem["type"]
    if kind == "json_invalid" or not names:
        return NOT_A_COMPLETION
    if kind == "missing":
        return f"“{where}” is missing in this file. Ask for the file as it was downloaded."
    if where == "version":
        return "This file has another version than 1, or none. Read it with a newer app."
    if kind == "extra_forbidden":
        return "This file has a name in it that no completion file has. Ask for the file as it was downloaded."
    return f"“{where}” in this file cannot be read. Ask for the file as it was downloaded."
