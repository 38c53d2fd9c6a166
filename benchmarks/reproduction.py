"""How lucky was the classic example? ``python -m benchmarks.reproduction`` trains it over 30 seeds and prints the spread."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from ensemble import EnsembleConfig, load_dataset
from ensemble.classic import SEEDS
from ensemble.training import train


def last_losses_and_accuracy(seed: int) -> np.ndarray:
    """Training loss, test loss, training accuracy and test accuracy of the classic run with this seed of split and start."""
    return train(EnsembleConfig(seed=seed), load_dataset("wine", seed=seed)).curves[-1]


def main() -> None:
    outcomes = np.array([last_losses_and_accuracy(seed) for seed in range(SEEDS)])
    print(f"The classic run over {SEEDS} seeds of split and start: 5 %, median, 95 %; then the mean")
    for name, column in zip(("training loss", "test loss", "training accuracy", "test accuracy"), outcomes.T, strict=True):
        low, median, high = np.quantile(column, [0.05, 0.5, 0.95])
        print(f"{name:18} {low:9.2g} {median:9.2g} {high:9.2g}   {column.mean():9.3g}")


if __name__ == "__main__":
    main()
