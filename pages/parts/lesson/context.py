"""What the sections of the page have in common."""

from __future__ import annotations

from dataclasses import dataclass

from ensemble.sharing.lesson import Lesson


@dataclass(frozen=True)
class Context:
    """A lesson that is being made.

    Attributes
    ----------
    page : str
        The address of the page that it begins with.
    lesson : Lesson
        Its words, and what it allows.
    """

    page: str
    lesson: Lesson
