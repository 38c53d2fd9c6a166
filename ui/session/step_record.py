"""What a step of a lecture has shown: its picture and its numbers, small enough to be kept for each step."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ensemble.lecture import Plan

MAX_PICTURE = 100_000
MAX_PICTURES = 2_000_000
"""Bytes of one picture, and of all pictures of a session, packed."""


class RunNumbers(NamedTuple):
    """What the page said of its run.

    Attributes
    ----------
    asked : tuple
        Which run it was, and how many epochs it had: the numbers are computed once for each.
    test_loss : float
        Nats.
    hits, rows : int
        Of how many test rows the likeliest class is the true one.
    row_names : str
        What the rows are.
    others : tuple of (str, str)
        Title and value of each setting that is not the classic one.
    """

    asked: tuple[str, int]
    test_loss: float
    hits: int
    rows: int
    row_names: str
    others: tuple[tuple[str, str], ...]


@dataclass
class StepRecord:
    """What one step has shown last.

    Attributes
    ----------
    key, title, alt : str
        Of its picture: the element's key, what it claims in Markdown, and what it shows.
    is_dark : bool
        Whether it was drawn in the dark theme.
    figure : object or None
        The figure itself, of the step that is on alone.
    packed : bytes
        The figure of a step that is over.
    by_hand : dict
        What a picture that is drawn in the browser showed, by its kind.
    run : RunNumbers or None
    temperature : float or None
    """

    key: str = ""
    title: str = ""
    alt: str = ""
    is_dark: bool = False
    figure: Any = None
    packed: bytes = b""
    by_hand: dict[str, dict[str, Any]] = field(default_factory=dict)
    run: RunNumbers | None = None
    temperature: float | None = None

    def pack(self, room: int) -> None:
        """Keep the figure as few bytes; without one that takes more than ``room``."""
        if self.figure is not None:
            content = zlib.compress(self.figure.to_json().encode(), 6)
            self.figure, self.packed = None, content if len(content) <= room else b""

    @property
    def picture(self) -> Any:
        """The figure, or its layout and traces as they were packed; None if there is none."""
        if self.figure is not None:
            return self.figure
        return json.loads(zlib.decompress(self.packed)) if self.packed else None


@dataclass
class LectureRecord:
    """The steps of one plan, by their index.

    Attributes
    ----------
    plan : Plan or None
        Whose steps they are.
    steps : dict of int to StepRecord
    present : int
        The step whose picture is not packed.
    is_new_page : bool
        Whether the next picture is the first one of a page.
    """

    plan: Plan | None = None
    steps: dict[int, StepRecord] = field(default_factory=dict)
    present: int = -1
    is_new_page: bool = False

    def of(self, plan: Plan, step: int) -> StepRecord:
        """The record of a step, which is the present one from now on; another plan begins anew."""
        if self.plan is not plan and self.plan != plan:
            self.steps, self.present = {}, -1
        self.plan = plan
        if step != self.present and (before := self.steps.get(self.present)):
            before.pack(min(MAX_PICTURE, MAX_PICTURES - self.bytes))
        self.present = step
        return self.steps.setdefault(step, StepRecord())

    @property
    def bytes(self) -> int:
        """How much its packed pictures take."""
        return sum(len(step.packed) for step in self.steps.values())

    def shown(self, plan: Plan) -> Mapping[int, StepRecord]:
        """The records of a plan's steps; empty if the record is of another plan."""
        return self.steps if self.plan == plan else {}
