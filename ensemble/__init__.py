"""Softmax Lab without its screen: train an ensemble, read its probabilities. Usable from a notebook."""

from typing import Any

from ensemble.config import EnsembleConfig
from ensemble.datasets import Dataset, load_dataset
from ensemble.errors import InputError
from ensemble.run import Run

__all__ = ["Dataset", "EnsembleConfig", "InputError", "Run", "load_dataset", "train"]


def __getattr__(name: str) -> Any:
    """Load TensorFlow when ``train`` is first asked for, not before: pages only read runs."""
    if name == "train":
        from ensemble.training import train

        return train
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
