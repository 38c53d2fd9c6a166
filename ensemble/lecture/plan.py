"""A plan of a lecture: its steps, with what each of them shows and says."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema, model_validator

from ensemble.errors import InputError
from ensemble.lecture.sentences import sentence
from ensemble.room.questions import MAX_ANSWERS, Question
from ensemble.sharing.lesson import SettingName, Text, Title

MAX_STEPS = 60
MAX_SETTINGS = 60
MAX_LENGTH_OF_VALUE = 400
MAX_MINUTES = 120
MAX_NUMBER = 1e18
TEMPERATURES = (0.01, 100.0)
MAX_EXAMPLE = 99_999_999

Doing = Literal["train", "set the temperature", "choose an example", "open a sweep", "join the class"]
ACTIONS: tuple[Doing, ...] = get_args(Doing)

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _as_link_writes_it(value: Any) -> Any:
    """A file may write numbers as numbers."""
    is_number = (isinstance(value, float) and math.isfinite(value)) or (isinstance(value, int) and not isinstance(value, bool))
    if is_number and abs(value) < MAX_NUMBER:
        value = str(value)
    return _UNSEEN.sub("", value) if isinstance(value, str) else value


SettingValue = Annotated[
    str,
    BeforeValidator(_as_link_writes_it),
    WithJsonSchema({"type": ["string", "number"], "maxLength": MAX_LENGTH_OF_VALUE}),
    Field(max_length=MAX_LENGTH_OF_VALUE),
]


class _Part(BaseModel):
    """Base of the parts of a plan: immutable, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Action(_Part):
    """The action of a step's button.

    Attributes
    ----------
    do : {"train", "set the temperature", "choose an example", "open a sweep", "join the class"}
        The sweep is the one that the step's settings describe.
    to : float or None
        The temperature, 0.01 to 100, or the number of the example, from 1; None for other actions.
    """

    do: Doing
    to: Annotated[float, Field(strict=True, allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.do == "set the temperature":
            low, high = TEMPERATURES
            if self.to is None or not low <= self.to <= high:
                raise ValueError(f"“set the temperature” needs “to”, a number from {low} to {high:.0f}.")
        elif self.do == "choose an example":
            if self.to is None or self.to != math.floor(self.to) or not 1 <= self.to <= MAX_EXAMPLE:
                raise ValueError("“choose an example” needs “to”, the number of a test row, from 1.")
        elif self.to is not None:
            raise ValueError(f"“{self.do}” takes no “to”.")
        return self


class StepQuestion(_Part):
    """A question with answers to choose from.

    Attributes
    ----------
    text : str
        Markdown, up to 2,000 characters.
    answers : tuple of str
        Two to ten, all different, up to 300 characters each.
    right : int or None
        Index of the right answer, from 0; None for a question of opinion.
    why : str
        Markdown that is shown once the answer is revealed.
    """

    text: Annotated[Text, Field(min_length=1, max_length=2000)]
    answers: Annotated[
        tuple[Annotated[Text, Field(min_length=1, max_length=300)], ...], Field(min_length=2, max_length=MAX_ANSWERS)
    ]
    right: Annotated[int, Field(strict=True)] | None = None
    why: Annotated[Text, Field(max_length=2000)] = ""

    @model_validator(mode="after")
    def _is_one_for_a_room(self) -> Self:
        if len(set(self.answers)) < len(self.answers):
            raise ValueError("Two answers are the same. Change one of them.")
        if self.right is not None and not 0 <= self.right < len(self.answers):
            raise ValueError(f"“right” has to be the place of an answer, 0 to {len(self.answers) - 1}.")
        return self

    def in_room(self, id: str, page: str = "", part: str = "") -> Question:
        """The question as a room asks it."""
        return Question(id=id, text=self.text, answers=self.answers, right=self.right, why=self.why, page=page, part=part)


class Step(_Part):
    """One step of a lecture: a view of the app, with words, a question and an action.

    Attributes
    ----------
    title : str
        One line, up to 80 characters.
    page, part : str
        The address of a page of the app, and the title of a part of it; an empty part is the page's first.
    settings : dict of str to str
        The settings of the view, as in links: ``{"members": "10", "temperature": "2"}``.
    words : str
        The text for everybody: Markdown, up to 2,000 characters. HTML tags are shown as text.
    question : StepQuestion or None
        A question that is asked before the step's experiment.
    action : Action or None
        The action of the step's button.
    shows : tuple of str or None
        Names of the settings that people may change, or None for all.
    minutes : float
        The planned duration, 0 to 120.
    note : str
        A text for the lecturer only: Markdown, up to 2,000 characters.
    """

    title: Annotated[Title, Field(min_length=1, max_length=80)]
    page: Annotated[str, Field(pattern="^[a-z_]{1,40}$")]
    part: Annotated[Title, Field(max_length=80)] = ""
    settings: Annotated[dict[SettingName, SettingValue], Field(max_length=MAX_SETTINGS)] = {}
    words: Annotated[Text, Field(max_length=2000)] = ""
    question: StepQuestion | None = None
    action: Action | None = None
    shows: Annotated[tuple[SettingName, ...], Field(max_length=100)] | None = None
    minutes: Annotated[float, Field(strict=True, ge=0, le=MAX_MINUTES, allow_inf_nan=False)] = 3.0
    note: Annotated[Text, Field(max_length=2000)] = ""

    def does(self, what: Doing) -> bool:
        """Whether the step's button does that."""
        return self.action is not None and self.action.do == what


class Plan(_Part):
    """Ordered steps.

    Attributes
    ----------
    version : int
        The version of the format: 1.
    title : str
        One line, up to 80 characters.
    about : str
        A description for people who choose a plan: Markdown, up to 2,000 characters.
    steps : tuple of Step
        1 to 60.

    Examples
    --------
    >>> plan = Plan.of({"title": "Temperature", "steps": [{"title": "Warm", "page": "softmax", "minutes": 2}]})
    >>> plan.minutes, plan.pages
    (2.0, ('softmax',))
    >>> Plan.of({"title": "Temperature", "steps": [{"title": "Warm", "page": "softmax", "minutes": -2}]})
    Traceback (most recent call last):
    ...
    ensemble.errors.InputError: Step 1, minutes: “-2” cannot be used. Give a number from 0 to 120.
    """

    version: Literal[1] = 1
    title: Annotated[Title, Field(min_length=1, max_length=80)]
    about: Annotated[Text, Field(max_length=2000)] = ""
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MAX_STEPS)]

    @classmethod
    def of(cls, values: Any) -> Self:
        """A validated plan from the values of a file or a link.

        Raises
        ------
        InputError
            With a sentence on the first error and how to fix it.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise InputError(sentence(error.errors(include_url=False)[0])) from None

    @classmethod
    def problems(cls, values: Any) -> list[str]:
        """A sentence for each thing that is wrong; empty if ``of`` gives a plan."""
        try:
            cls.model_validate(values)
        except ValidationError as error:
            return [sentence(problem) for problem in error.errors(include_url=False)]
        return []

    @property
    def minutes(self) -> float:
        """The planned minutes of all steps."""
        return sum(step.minutes for step in self.steps)

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages of the steps, each once, in their order."""
        return tuple(dict.fromkeys(step.page for step in self.steps))
