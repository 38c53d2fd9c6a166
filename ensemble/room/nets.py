"""The nets of a class's ensemble, and the settings that the lecturer fixes or leaves free."""

from __future__ import annotations

import json
import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ensemble.config import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.errors import InputError
from ensemble.room.codes import digest

MAX_NUMBERS = 50_000
ROUNDING = 1e-3


class ClassSettings(BaseModel):
    """The settings with which a class trains.

    Attributes
    ----------
    data : DataConfig
        The rows and their split, the same for everybody.
    config : EnsembleConfig
        The initial settings of everybody's run.
    free : tuple of str
        Names of the settings of a run that people may change.
    joins_by_itself : bool
        Whether a finished run joins without a click.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: DataConfig
    config: EnsembleConfig
    free: tuple[str, ...]
    joins_by_itself: bool = False

    def refuse_other(self, config: EnsembleConfig, data: DataConfig) -> None:
        """Raise ``InputError`` if a run has other rows, or another value of a setting that is not free."""
        if data != self.data:
            raise InputError("This run was trained on other rows than those of the class. Train on those, and join again.")
        other = [
            str(field.title)
            for name, field in EnsembleConfig.model_fields.items()
            if name not in self.free and getattr(config, name) != getattr(self.config, name)
        ]
        if other:
            raise InputError(
                f"The lecturer keeps this setting as it is for everybody: {other[0]}. Set it back, and train again."
            )

    def config_for(self, participant: str) -> EnsembleConfig:
        """The initial settings of a participant; if the seed is free, it is derived from the participant's id."""
        if "seed" not in self.free:
            return self.config
        most = int(EnsembleConfig.bounds("seed")[1])
        return self.config.model_copy(update={"seed": int(digest(participant), 16) % (most + 1)})

    def to_bytes(self) -> bytes:
        """The same bytes for equal settings."""
        return self.model_dump_json().encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> ClassSettings:
        """What ``to_bytes`` was made of."""
        return cls.model_validate_json(content)


class Net(NamedTuple):
    """A net that has joined.

    Attributes
    ----------
    log_proba : ndarray of shape (n, K), float32
        Log-probabilities of the test rows, in nats.
    config : EnsembleConfig
    train_loss : float
        In nats; the criterion of "Best ten by training loss", since test rows must not be used for selection.
    """

    log_proba: NDArray[np.float32]
    config: EnsembleConfig
    train_loss: float

    @classmethod
    def made_of(cls, log_proba: NDArray[Any], config: EnsembleConfig, train_loss: float) -> Net:
        """A net with validated forecasts.

        Raises
        ------
        InputError
            If they are not log-probabilities that sum to 1 in each row, or are too many.
        """
        is_table = log_proba.ndim == 2 and 0 < log_proba.size <= MAX_NUMBERS and log_proba.shape[1] > 1
        if not is_table or not np.isfinite(log_proba).all() or not math.isfinite(train_loss):
            raise InputError("This run cannot join: it has no forecasts of the test rows.")
        if (log_proba > ROUNDING).any() or np.abs(np.exp(log_proba).sum(axis=1) - 1).max() > ROUNDING:
            raise InputError("This run cannot join: its forecasts do not sum to 1.")
        return cls(np.minimum(log_proba, 0).astype(np.float32), config, float(train_loss))

    def to_bytes(self) -> bytes:
        """The same bytes for the same net."""
        header = {"shape": self.log_proba.shape, "config": self.config.model_dump(), "train_loss": self.train_loss}
        return json.dumps(header).encode() + b"\n" + self.log_proba.astype("<f4").tobytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> Net:
        """What ``to_bytes`` was made of."""
        return _net_of(content)


@lru_cache(maxsize=1000)  # all pages of a class read the same nets
def _net_of(content: bytes) -> Net:
    header, _, numbers = content.partition(b"\n")
    known = json.loads(header)
    log_proba = np.frombuffer(numbers, "<f4").reshape(known["shape"])
    return Net(log_proba, EnsembleConfig.model_construct(**known["config"]), known["train_loss"])
