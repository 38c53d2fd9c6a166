"""A plan that is being written, which may be incomplete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from ensemble.errors import InputError
from ensemble.lecture.plan import MAX_STEPS, Plan, Step, StepQuestion
from ensemble.lecture.plan_file import read_values
from ensemble.sharing.lesson import Text, Title

MINUTES = 3.0
MAX_TYPED = 8000
UNTITLED = "The plan needs a title."
_numbers = count()

Typed = Annotated[Text, Field(max_length=MAX_TYPED)]


class QuestionWithGaps(StepQuestion):
    """As a question of a plan, of which anything may be missing, too long, or given twice."""

    text: Typed = ""
    answers: tuple[Typed, ...] = ()
    why: Typed = ""

    @model_validator(mode="after")
    def _is_one_for_a_room(self) -> Self:
        return self


class StepWithGaps(Step):
    """As a step of a plan, without a title or with longer texts."""

    title: Annotated[Title, Field(max_length=80)] = ""
    words: Typed = ""
    question: QuestionWithGaps | None = None
    note: Typed = ""


class PlanWithGaps(Plan):
    """As a plan, of which people have not yet written all: a file keeps it until they go on."""

    title: Annotated[Title, Field(max_length=80)] = ""
    about: Typed = ""
    steps: Annotated[tuple[StepWithGaps, ...], Field(max_length=MAX_STEPS)] = ()


@dataclass(eq=False)
class DraftStep:
    """A step that is being written.

    Attributes
    ----------
    values : dict
        Its fields as in a file; the plan leaves out empty ones. A question may have too few answers.
    number : int
        A unique number, which stays when the step is moved.
    """

    values: dict[str, Any]
    number: int = field(default_factory=lambda: next(_numbers))

    @property
    def title(self) -> str:
        """The title; empty if there is none."""
        return str(self.values.get("title", ""))

    @property
    def minutes(self) -> float:
        """The planned minutes."""
        return float(self.values.get("minutes", MINUTES))

    @property
    def question(self) -> dict[str, Any]:
        """The fields of the question; empty if there is none."""
        return self.values.get("question") or {}

    def take(self, name: str, value: Any) -> None:
        """Set a field; an empty value removes it."""
        if value in (None, "", {}) and name != "minutes":
            self.values.pop(name, None)
        else:
            self.values[name] = value

    def take_in_question(self, name: str, value: Any) -> None:
        """Set a field of the question; without text, answers and explanation the question is removed."""
        asked = {**self.question, name: value}
        kept = {name: given for name, given in asked.items() if given not in (None, "", [])}
        self.take("question", kept if kept.keys() - {"right"} else None)


@dataclass
class Draft:
    """A plan that is being written.

    Attributes
    ----------
    title, about : str
        As those of a plan; empty until they are written.
    steps : list of DraftStep
    chosen : int
        The step that is being edited, from 0.
    open_step : DraftStep or None
        The step whose view was opened last, so that it can be replaced.

    Examples
    --------
    >>> draft = Draft("Temperature")
    >>> draft.insert({"title": "Warm", "page": "softmax"}), draft.insert({"title": "Cold", "page": "softmax"})
    (1, 2)
    >>> draft.move(-1)
    >>> [step.title for step in draft.plan().steps]
    ['Cold', 'Warm']
    """

    title: str = ""
    about: str = ""
    steps: list[DraftStep] = field(default_factory=list)
    chosen: int = 0
    open_step: DraftStep | None = None

    @classmethod
    def of(cls, plan: Plan) -> Draft:
        """A draft made from a plan."""
        values = plan.model_dump(mode="json", exclude_defaults=True)
        return cls(plan.title, plan.about, [DraftStep(step) for step in values.get("steps", ())])

    @classmethod
    def read(cls, content: bytes) -> Draft:
        """A plan, or what there is of one, from a file.

        Raises
        ------
        InputError
            If anything in it cannot be used, with what to change; what is missing is no reason.
        """
        return cls.of(PlanWithGaps.of(read_values(content)))

    def plan(self) -> Plan:
        """The finished plan.

        Raises
        ------
        InputError
            With a sentence on what is missing.
        """
        if not self.title.strip():
            raise InputError(UNTITLED)
        return Plan.of(self._values())

    def with_gaps(self) -> Plan:
        """The plan as it stands, for a file to keep: ``read`` gives an equal draft.

        Raises
        ------
        InputError
            If a text is longer than people can type, with which one.
        """
        return PlanWithGaps.of(self._values())

    def gaps(self) -> list[str]:
        """A sentence for each thing that keeps it from being a plan; empty if nothing does."""
        titled = {**self._values(), "title": self.title.strip() or "-"}
        return [*([] if self.title.strip() else [UNTITLED]), *Plan.problems(titled)]

    def _values(self) -> dict[str, Any]:
        return {"title": self.title, "about": self.about, "steps": [step.values for step in self.steps]}

    @property
    def minutes(self) -> float:
        """The planned minutes of all steps."""
        return sum(step.minutes for step in self.steps)

    @property
    def step(self) -> DraftStep | None:
        """The step that is being edited; None if there are no steps."""
        return self.steps[self.chosen] if self.steps else None

    def insert(self, values: Mapping[str, Any], at: int | None = None) -> int:
        """Insert a step at an index, or at the end, and edit it; returns its number, from 1.

        Raises
        ------
        InputError
            If the plan has as many steps as it may have.
        """
        if len(self.steps) >= MAX_STEPS:
            raise InputError(f"A plan has at most {MAX_STEPS} steps. Take one out first.")
        self.chosen = len(self.steps) if at is None else at
        self.steps.insert(self.chosen, DraftStep(dict(values)))
        return self.chosen + 1

    def move(self, by: int) -> None:
        """Move the edited step up (-1) or down (1); at the ends it stays."""
        to = self.chosen + by
        if self.steps and 0 <= to < len(self.steps):
            self.steps.insert(to, self.steps.pop(self.chosen))
            self.chosen = to

    def remove(self) -> None:
        """Remove the edited step."""
        if self.steps:
            if self.steps.pop(self.chosen) is self.open_step:
                self.open_step = None
            self.chosen = min(self.chosen, max(len(self.steps) - 1, 0))
