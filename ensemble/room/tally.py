"""The distribution of answers, which is withheld for fewer than five people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ensemble.room.questions import Question, Vote

MIN_SHOWN = 5


class Round(NamedTuple):
    """One round of votes.

    Attributes
    ----------
    answered : int
        The number of votes.
    counts : tuple of int
        Votes by answer; empty for fewer than five votes.
    confidence : tuple of float
        Mean probability of each answer; empty for fewer than five votes.
    """

    answered: int
    counts: tuple[int, ...] = ()
    confidence: tuple[float, ...] = ()


class Tally(NamedTuple):
    """A question's rounds, one or two."""

    question: Question
    rounds: tuple[Round, ...]


def tally_of(question: Question, rounds: Sequence[Mapping[str, Vote]]) -> Tally:
    """Count votes.

    Examples
    --------
    >>> asked = Question(id="1", text="?", answers=("a", "b"))
    >>> votes = {str(k): Vote(answer=k % 2, confidence=0.75) for k in range(6)}
    >>> tally_of(asked, [votes]).rounds[0]
    Round(answered=6, counts=(3, 3), confidence=(0.5, 0.5))
    >>> tally_of(asked, [dict(list(votes.items())[:4])]).rounds[0]
    Round(answered=4, counts=(), confidence=())
    """
    return Tally(question, tuple(_round(question, list(votes.values())) for votes in rounds))


def _round(question: Question, votes: Sequence[Vote]) -> Round:
    if len(votes) < MIN_SHOWN:
        return Round(len(votes))
    answers = len(question.answers)
    counts = tuple(sum(vote.answer == k for vote in votes) for k in range(answers))
    forecasts = [vote.forecast(answers) for vote in votes]
    return Round(len(votes), counts, tuple(sum(column) / len(votes) for column in zip(*forecasts, strict=True)))
