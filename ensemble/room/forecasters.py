"""Are you a probability? The answers of a class, judged and pooled like the forecasts of nets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ensemble.calibration.reliability import reliability_in_bins
from ensemble.probability.vectors import linear_pool, log_pool
from ensemble.room.questions import Question, Vote
from ensemble.room.tally import MIN_SHOWN

MIN_QUESTIONS = 5

Votes = Mapping[str, tuple[Question, Mapping[str, Vote]]]
"""Questions with a right answer, and the last vote of each participant; see ``Room.votes``."""


class ClassForecasts(NamedTuple):
    """The forecasts of a class, and their scores.

    Attributes
    ----------
    confidence : ndarray of shape (votes,)
        The probability that each vote gives to its chosen answer.
    hit : ndarray of shape (votes,), bool
        Whether the chosen answer was right.
    event : ndarray of shape (votes,), int
        Number of the question and answer, since all votes for an answer are right or wrong together.
    log_score : float
        Mean negative log-likelihood of the right answers in nats, over the votes of a question, then over questions; infinite
        if somebody was certain and wrong.
    linear, log : float
        The same score of the pooled class: of the mean of its forecasts, and of their normalised geometric mean.
        NaN if the forecasts together rule out every answer.
    questions : int
        The number of questions.
    """

    confidence: NDArray[np.float64]
    hit: NDArray[np.bool_]
    event: NDArray[np.int64]
    log_score: float
    linear: float
    log: float
    questions: int

    def overall(self, rng: np.random.Generator) -> tuple[float, float, float, float]:
        """Mean confidence, share of right answers, and the ends of the 90 % band of that share for calibrated classes."""
        table = reliability_in_bins(self.confidence, self.hit, rng, bins=1, together=self.event).table
        sure, right, low, high = (float(table[column].iloc[0]) for column in ("forecast", "frequency", "low", "high"))
        return sure, right, low, high


def class_forecasts(votes: Votes) -> ClassForecasts | None:
    """The class as a forecaster; None until five questions have at least five votes each.

    Examples
    --------
    >>> asked = Question(id="1", text="?", answers=("a", "b"), right=0)
    >>> five = {str(k): Vote(answer=0, confidence=0.5) for k in range(5)}
    >>> seen = class_forecasts({str(k): (asked, five) for k in range(5)})
    >>> round(seen.log_score, 3), round(seen.linear, 3), len(seen.hit)
    (0.693, 0.693, 25)
    """
    enough = [(question, list(cast.values())) for question, cast in votes.values() if len(cast) >= MIN_SHOWN]
    if len(enough) < MIN_QUESTIONS:
        return None
    scores, linear, log = [], [], []
    for question, cast in enough:
        forecasts = _forecasts(question, cast)
        scores.append(_losses(forecasts[:, question.right]).mean())
        linear.append(_losses(linear_pool(forecasts)[question.right]))
        log.append(_losses(_log_pool(forecasts)[question.right]))
    confidence = np.array([vote.confidence for _, cast in enough for vote in cast])
    hit = np.array([vote.answer == question.right for question, cast in enough for vote in cast])
    chosen = [(number, vote.answer) for number, (_, cast) in enumerate(enough) for vote in cast]
    _, event = np.unique(np.array(chosen), axis=0, return_inverse=True)
    return ClassForecasts(
        confidence, hit, event, float(np.mean(scores)), float(np.mean(linear)), float(np.mean(log)), len(enough)
    )


def questions_that_count(votes: Votes) -> int:
    """The number of questions with enough votes for ``class_forecasts``."""
    return sum(len(cast) >= MIN_SHOWN for _, cast in votes.values())


class OwnScore(NamedTuple):
    """One participant's mean loss in nats, that of equal probabilities, and the number of questions."""

    loss: float
    guess: float
    questions: int


def own_log_score(votes: Votes, participant: str) -> OwnScore | None:
    """Mean negative log-likelihood of one participant's answers; None if there are none.

    ``participant`` is the digest under which the votes are kept.
    """
    own = [(question, cast[participant]) for question, cast in votes.values() if participant in cast]
    if not own:
        return None
    losses = [_losses(np.array(vote.forecast(len(question.answers))[question.right or 0])) for question, vote in own]
    guess = np.log([len(question.answers) for question, _ in own]).mean()
    return OwnScore(float(np.mean(losses)), float(guess), len(own))


def _forecasts(question: Question, cast: list[Vote]) -> NDArray[np.float64]:
    """Probabilities (votes, answers)."""
    return np.array([vote.forecast(len(question.answers)) for vote in cast])


def _log_pool(forecasts: NDArray[np.float64]) -> NDArray[np.float64]:
    if (forecasts == 0).any(axis=0).all():
        return np.full(forecasts.shape[1], np.nan)
    return np.asarray(log_pool(forecasts))


def _losses(p: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return -np.log(p)
