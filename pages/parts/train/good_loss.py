"""How good the test loss is, compared with forecasts that look at no feature."""

from __future__ import annotations

from ensemble import Dataset, InputError, Run, classic
from ensemble.probability.intervals import Band
from ensemble.probability.scoring import base_rate_loss, uniform_loss
from pages.parts.train import words
from ui import caches
from ui.text.fill import fill
from ui.text.format import number, plain
from ui.text.intervals import change


def in_words(run: Run, data: Dataset) -> str:
    """The two reference losses with their numbers, and a comparison with this run's."""
    try:
        verdict = _verdict(caches.base_rate_difference(caches.runs_key({"": run}, data), run, data), data.row_name)
    except InputError as problem:
        verdict = plain(str(problem))
    return fill(
        words.GOOD_LOSS,
        classes=data.classes,
        uniform=number(uniform_loss(data.classes)),
        base_rate=number(base_rate_loss(data.y_test, data.classes)),
        loss=number(classic.outcome(run, data).test_loss),
        rows=f"{len(data.y_test):,}",
        row_name=data.row_name,
        row_names=data.row_names,
        verdict=verdict,
    )


def _verdict(beyond: Band, row_name: str) -> str:
    if beyond.mean == float("inf"):
        return fill(words.WORSE)
    if beyond.low <= 0 <= beyond.high:
        is_less, interval = beyond.mean < 0, change(beyond.low, beyond.high)
        return fill(words.LUCK, by=number(abs(beyond.mean)), is_less=is_less, interval=interval, row_name=row_name)
    if beyond.mean < 0:
        return fill(words.BETTER, by=number(-beyond.mean), low=number(-beyond.high), high=number(-beyond.low))
    return fill(words.WORSE_BY, by=number(beyond.mean), low=number(beyond.low), high=number(beyond.high))
