"""The picture and the numbers that a step of a lecture has shown, small enough to be kept for each step."""

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
    """Numbers of the run on a page.

    Attributes
    ----------
    asked : tuple
        Key of the numbers: the run, and how many epochs it had.
    test_loss : float
        Nats.
    hits, rows : int
        The number of test rows whose likeliest class is the true one, and of all test rows.
    row_names : str
        Plural noun for the rows, such as "wines".
    others : tuple of (str, str)
        Title and value of each setting that differs from the classic one.
    """

    asked: tuple[str, int]
    test_loss: float
    hits: int
    rows: int
    row_names: str
    others: tuple[tuple[str, str], ...]


@dataclass
class StepRecord:
    """The last picture and numbers of one step.

    Attributes
    ----------
    key, title, alt : str
        The picture's element key, its title in Markdown, and its description.
    is_dark : bool
        Whether the picture was drawn in the dark theme.
    figure : object or None
        The figure, while the step is the present one.
    packed : bytes
        The compressed figure, after that.
    by_hand : dict
        Numbers of a picture that is drawn in the browser, by its kind.
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
        """Compress the figure; it is dropped if it takes more than ``room`` bytes."""
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
        The plan of these steps.
    steps : dict of int to StepRecord
    present : int
        The step whose picture is not compressed.
    is_new_page : bool
        Whether the next picture is the first one on a page.
    """

    plan: Plan | None = None
    steps: dict[int, StepRecord] = field(default_factory=dict)
    present: int = -1
    is_new_page: bool = False

    def of(self, plan: Plan, step: int) -> StepRecord:
        """The record of a step, which becomes the present one; another plan starts a new record."""
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
