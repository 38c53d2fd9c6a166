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
        Its name in the session.
    topic : str
        The heading that it stands under.
    ask : str
        The question.
    answers : tuple of str
        What to guess from.
    right : int
        Which of them is right.
    answer : str
        Three sentences, in Markdown.
    page, part : str
        Where the app answers it by an experiment.
    set : dict of str to str
        What that experiment sets, by its names in links.
    show : dict of str to str
        Controls of that page, by their keys, and what they are set to.
    train : bool
        Whether a run with these settings is to be trained.
    find : str
        Words that stand on that page, and only because of the experiment if it sets something.
    source, url : str
        Whom the answer follows.
    asked : str
        An address at which it was asked.
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
        """All that it says, in lower case."""
        return " ".join([self.topic, self.ask, *self.answers, self.answer, self.source]).lower()


@lru_cache(maxsize=1)
def all_entries() -> tuple[Entry, ...]:
    """The questions, topic by topic."""
    read = (tomllib.loads((TEXTS / f"{topic}.toml").read_text(encoding="utf-8")) for topic in TOPICS)
    return tuple(Entry(topic=file["topic"], **entry) for file in read for entry in file["questions"])


def matching(entries: Sequence[Entry], search: str) -> list[Entry]:
    """Those that contain every word of a search, in any order; all of them for an empty search."""
    wanted = search.lower().split()
    return [entry for entry in entries if all(word in entry.words for word in wanted)]
