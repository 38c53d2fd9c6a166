"""Forecasts of one or several models for the same rows, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.errors import InputError
from ensemble.probability.vectors import Floats
from ensemble.runs.held_out import MAX_ROWS, HeldOut


@dataclass(frozen=True, eq=False)
class Forecasts:
    """Forecasts of one or several models for the same rows, and what happened.

    Attributes
    ----------
    y : ndarray of shape (n,), int
        True classes, from 0.
    log_proba : ndarray of shape (models, n, classes), float64
        Log-probabilities in nats; -inf where a model gives a class no probability. They serve as logits.
    class_names, model_names : tuple of str
        In the order of the axes.
    row_numbers : ndarray of shape (n,), int
        Where each row stands in its file: the row of a spreadsheet, or the number that the file itself gives it.
    row_name : str
        What one row is called.
    """

    y: NDArray[np.int64]
    log_proba: Floats
    class_names: tuple[str, ...]
    model_names: tuple[str, ...]
    row_numbers: NDArray[np.int64]
    row_name: str = "row"

    @property
    def row_names(self) -> str:
        return f"{self.row_name}s"

    @property
    def classes(self) -> int:
        return len(self.class_names)

    def index_of(self, model: str | int) -> int:
        """Number of a model, from 0, by its name or number.

        Raises
        ------
        InputError
            If there is no such model.
        """
        if model in self.model_names:
            return self.model_names.index(str(model))
        if isinstance(model, int) and 0 <= model < len(self.model_names):
            return model
        raise InputError(f"There is no model “{model}”. The models are {', '.join(self.model_names)}.")

    @property
    def has_zeros(self) -> bool:
        """Whether some model gives some class of some row no probability at all."""
        return bool(np.isneginf(self.log_proba).any())

    def ruled_out(self, model: str | int = 0) -> NDArray[np.int64]:
        """Indices of the rows, from 0, whose true class has probability 0: their loss is infinite at every temperature."""
        log_proba = self.log_proba[self.index_of(model)]
        return np.flatnonzero(np.isneginf(log_proba[np.arange(len(self.y)), self.y]))

    def rows(self, chosen: ArrayLike) -> Forecasts:
        """Some of the rows: those of these indices, or where a mask is true."""
        index = np.asarray(chosen)
        return replace(self, y=self.y[index], log_proba=self.log_proba[:, index], row_numbers=self.row_numbers[index])

    def models(self, chosen: Sequence[str | int]) -> Forecasts:
        """Some of the models, in this order."""
        index = [self.index_of(model) for model in chosen]
        return replace(self, log_proba=self.log_proba[index], model_names=tuple(self.model_names[k] for k in index))

    def at_most(self, most: int = MAX_ROWS) -> tuple[Forecasts, str]:
        """At most so many rows, drawn at random but the same ones each time, and a sentence that says how many; "" if all."""
        n = len(self.y)
        if n <= most:
            return self, ""
        drawn = np.sort(np.random.default_rng([0, 4]).choice(n, most, replace=False))
        return self.rows(drawn), f"Of the {n:,} {self.row_names}, {most:,} drawn at random are judged."

    def held_out(self, model: str | int = 0) -> HeldOut:
        """The forecasts of one model as those of a run are judged, of at most 5,000 rows.

        ``logits`` are the model's log-probabilities, ``member_own_logits`` those of all models, and there are no epochs.
        """
        seen = self.at_most()[0]
        return HeldOut(
            rows=seen.row_numbers - 1,
            y=seen.y,
            logits=seen.log_proba[self.index_of(model)],
            member_own_logits=seen.log_proba,
            epochs=np.empty(0, np.int64),
            log_proba=np.empty((0, *seen.log_proba.shape[1:])),
        )
