"""How does the classic example vary from seed to seed? ``python -m benchmarks.reproduction`` trains it over 30 seeds.

The reported training loss differs from the app's for three reasons: the optimiser's rule, dropout in the loss that Keras
prints, and run-to-run variance. So the run is trained with the RMSprop of Keras 3 and with that of Keras 2, and its training
loss is measured twice: after the last epoch with dropout off, as the app does, and as ``fit`` prints it, the mean over the last
epoch's batches with dropout on.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from ensemble.classic import MEASURED, REPORTED_TEST_LOSS, REPORTED_TRAIN_LOSS, SEEDS, SMALL_TRAIN_LOSS
from ensemble.training.loop import train_together
from testing.numpy_training import classic_runs, train_by_hand_together


def main() -> None:
    for optimizer in MEASURED:
        curves, printed = (
            np.array([run.curves[-1] for run in train_together(*classic_runs(optimizer))]),
            train_by_hand_together(*classic_runs(optimizer)).printed,
        )
        print(
            f"The classic run with {optimizer} over {SEEDS} seeds of split and initialisation: 5 %, median, 95 %; then the mean"
        )
        rows = {
            "training loss": curves[:, 0],
            "as Keras prints it": printed,
            "test loss": curves[:, 1],
            "training accuracy": curves[:, 2],
            "test accuracy": curves[:, 3],
        }
        for name, column in rows.items():
            low, median, high = np.quantile(column, [0.05, 0.5, 0.95])
            print(f"{name:18} {low:9.2g} {median:9.2g} {high:9.2g}   {column.mean():9.3g}")
        for name, column, marks in (
            ("training loss", curves[:, 0], (SMALL_TRAIN_LOSS, REPORTED_TRAIN_LOSS)),
            ("as Keras prints it", printed, (SMALL_TRAIN_LOSS, REPORTED_TRAIN_LOSS)),
            ("test loss", curves[:, 1], (REPORTED_TEST_LOSS,)),
        ):
            for mark in marks:
                print(f"{name:18} {(column <= mark).sum()} of {SEEDS} at most {mark:g}")
        print(f"seed 0: training loss {curves[0, 0]:.2g}, as Keras prints it {printed[0]:.2g}")
        print()


if __name__ == "__main__":
    main()
