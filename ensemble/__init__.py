"""Softmax Lab without its screen: train an ensemble, read its probabilities. Usable from a notebook.

Each name is loaded when it is first asked for: a server that only starts needs none of them, and pages never load TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ensemble.config import EnsembleConfig
    from ensemble.datasets import Dataset, load_dataset
    from ensemble.errors import InputError
    from ensemble.run import Run
    from ensemble.training import train

__all__ = ["Dataset", "EnsembleConfig", "InputError", "Run", "load_dataset", "train"]

_MODULES = {
    "Dataset": "datasets",
    "EnsembleConfig": "config",
    "InputError": "errors",
    "Run": "run",
    "load_dataset": "datasets",
    "train": "training",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"ensemble.{_MODULES[name]}"), name)
