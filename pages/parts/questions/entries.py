"""The thirty questions, read from the files in ``texts``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

TEXTS = Path(__file__).parent / "texts"
TOPICS = ("softmax", "losses", "ensembles", "calibration", "decisions")


class Entry(BaseModel):
    """A question that people really ask.

    Attributes
    ----------
    key : str
        Its key in the session.
    topic : str
        The heading above it.
    ask : str
        The question.
    answers : tuple of str
        The answers to guess from.
    right : int
        The index of the right answer.
    answer : str
        Three sentences, in Markdown.
    page, part : str
        Where the app answers it with an experiment.
    set : dict of str to str
        The settings of the experiment, by their names in links.
    show : dict of str to str
        Values of the controls of that page, by their keys.
    train : bool
        Whether to train a run with these settings.
    find : str
        Words that are on that page, and only because of the experiment if it changes a setting.
    source, url : str
        The source of the answer.
    asked : str
        An address where the question was asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    topic: str
    ask: str
    answers: tuple[str, ...] = Field(min_length=2)
    right: int = Field(ge=0)
    answer: str
    page: str
    part: str = ""
    set: dict[str, str] = {}
    show: dict[str, str] = {}
    train: bool = False
    find: str
    source: str
    url: str
    asked: str

    @property
    def words(self) -> str:
        """Its whole text, in lower case."""
        return " ".join([self.topic, self.ask, *self.answers, self.answer, self.source]).lower()


@lru_cache(maxsize=1)
def all_entries() -> tuple[Entry, ...]:
    """The questions, topic by topic."""
    read = (tomllib.loads((TEXTS / f"{topic}.toml").read_text(encoding="utf-8")) for topic in TOPICS)
    return tuple(Entry(topic=file["topic"], **entry) for file in read for entry in file["questions"])


def matching(entries: Sequence[Entry], search: str) -> list[Entry]:
    """The entries that contain every word of a search, in any order; all entries for an empty search."""
    wanted = search.lower().split()
    return [entry for entry in entries if all(word in entry.words for word in wanted)]
