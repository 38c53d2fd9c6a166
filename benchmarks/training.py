"""Time and memory of training, compared with Keras and plain C: ``python -m benchmarks.training``.

Compiled programs are kept in a new folder, so that the first start is one.

``--fit-epochs 20`` measures fewer epochs of Keras ``fit`` (and of scikit-learn) and scales them; ``--quick`` scales down all.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import numpy as np
import psutil
from sklearn.datasets import make_classification
from sklearn.neural_network import MLPClassifier

from ensemble import Dataset, EnsembleConfig, load_dataset
from ensemble.datasets.splits import split
from ensemble.datasets.table import Table
from testing.numpy_training import train_by_hand

CLASSIC = EnsembleConfig()
SECOND_START = """
import time
from ensemble import EnsembleConfig, load_dataset
from ensemble.training.loop import train
data, start = load_dataset("wine"), time.perf_counter()
train(EnsembleConfig(), data)
print(time.perf_counter() - start)
"""
FLOOR_SOURCE = Path(__file__).with_name("training_floor.c")


def seconds(act: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def row(*cells: object) -> None:
    """One aligned line of a table."""
    print(f"{cells[0]:46}" + "".join(f"{cell:>14}" for cell in cells[1:]))


def fit_with_keras(data: Dataset, epochs: int) -> float:
    """Keras' own ``fit`` of the ten-input model; seconds for the classic number of epochs."""
    import keras

    from ensemble.training.loop import untrained_run

    model = untrained_run(CLASSIC, data).to_keras()
    model.compile(keras.optimizers.RMSprop(CLASSIC.learning_rate), "categorical_crossentropy", metrics=["accuracy"])
    one_hot = np.eye(data.classes, dtype=np.float32)

    def fit() -> None:
        model.fit(
            [data.x_train] * CLASSIC.members,
            one_hot[data.y_train],
            validation_data=([data.x_test] * CLASSIC.members, one_hot[data.y_test]),
            batch_size=CLASSIC.batch_size,
            epochs=epochs,
            verbose=0,
        )

    return seconds(fit) * CLASSIC.epochs / epochs


def fit_with_sklearn(data: Dataset, epochs: int) -> float:
    """Ten MLPClassifiers of the members' shape, one after the other; seconds for the classic number of epochs."""

    def fit() -> None:
        for seed in range(CLASSIC.members):
            MLPClassifier(
                (CLASSIC.hidden_units,) * CLASSIC.hidden_layers,
                activation="identity",
                batch_size=CLASSIC.batch_size,
                max_iter=epochs,
                tol=0,
                n_iter_no_change=epochs,
                random_state=seed,
            ).fit(data.x_train, data.y_train)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return seconds(fit) * CLASSIC.epochs / epochs


def run_floor(data: Dataset) -> tuple[float, float] | None:
    """Median seconds of nine and last training loss of the classic run in C; None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        program, rows = Path(folder) / "floor", Path(folder) / "wine.bin"
        rows.write_bytes(data.x_train.tobytes() + np.eye(data.classes, dtype=np.float32)[data.y_train].tobytes())
        subprocess.run(
            [compiler, "-O3", "-march=native", "-ffast-math", str(FLOOR_SOURCE), "-o", str(program), "-lm"], check=True
        )
        outputs = [subprocess.run([program, rows], check=True, capture_output=True, text=True).stdout.split() for _ in range(9)]
    return median(float(output[0]) for output in outputs), float(outputs[0][1])


def second_start() -> float:
    """Seconds of the first run in another process, which finds what this one has compiled."""
    out = subprocess.run([sys.executable, "-c", SECOND_START], check=True, capture_output=True, text=True).stdout
    return float(out.splitlines()[-1])


def compare(data: Dataset, fit_epochs: int) -> dict[str, float]:
    """Print the classic run, ours and theirs; returns the seconds."""
    from ensemble.training.loop import train

    found = {"cold": seconds(partial(train, CLASSIC, data))}
    warm = [seconds(partial(train, EnsembleConfig(seed=seed), data)) for seed in range(9)]
    found["warm"], found["median"] = min(warm), median(warm)
    found["again"] = median(second_start() for _ in range(3))
    single = [seconds(partial(train, EnsembleConfig(members=1, seed=seed), data)) for seed in range(10)]
    found["single"] = median(single[1:])
    print(f"The classic run: {CLASSIC.members} members, {CLASSIC.epochs} epochs, {len(data.x_train)} rows\n")
    row("", "seconds", "x ours, warm", "train loss")
    ours = train(CLASSIC, data)

    def tell(name: str, took: float, loss: object = "") -> None:
        row(name, f"{took:.3f}", f"{took / found['warm']:.1f}", loss)

    tell("ours, cold: first call, compilation included", found["cold"])
    tell("ours, cold: first call in the next process", found["again"])
    tell(f"ours, warm: best of {len(warm)} seeds", found["warm"], f"{ours.curves[-1, 0]:.1e}")
    tell("ours, warm: median", found["median"])
    tell("ours, warm, one member: median", found["single"])
    found["numpy"] = min(seconds(lambda: train_by_hand(CLASSIC, data)) for _ in range(2))
    tell("NumPy by hand", found["numpy"], f"{train_by_hand(CLASSIC, data):.1e}*")
    if floor := run_floor(data):
        found["floor"] = floor[0]
        tell("C floor, one thread", floor[0], f"{floor[1]:.1e}*")
    else:
        print("C floor: no compiler here (cc or gcc)")
    scaled = "" if fit_epochs == CLASSIC.epochs else f" ({fit_epochs} epochs, scaled)"
    found["sklearn"] = fit_with_sklearn(data, fit_epochs)
    tell(f"ten scikit-learn MLPClassifiers{scaled}", found["sklearn"])
    found["fit"] = fit_with_keras(data, fit_epochs)
    tell(f"Keras fit of the ten-input model{scaled}", found["fit"])
    print("* mean over the last epoch with dropout on; NumPy and C do not measure after each epoch, ours and fit do\n")
    return found


def cost(title: str, cases: list[tuple[str, EnsembleConfig, Dataset]]) -> None:
    """Print cold and warm seconds of each case."""
    from ensemble.training.arguments import program_key
    from ensemble.training.loop import train

    row(title, "cold, s", "warm, s", "us per step")
    for name, config, data in cases:
        cold = seconds(partial(train, config, data))
        warm = min(seconds(partial(train, config, data)) for _ in range(2))
        row(name, f"{cold:.2f}", f"{warm:.3f}", f"{1e6 * warm / config.epochs / program_key(config, data).steps:.0f}")
    print()


def synthetic(rows: int) -> Dataset:
    """Rows of 13 features and 3 classes, 80 % of them for training."""
    x, y = make_classification(rows, n_features=13, n_informative=8, n_classes=3, random_state=0)
    return split(Table("synthetic", x, y, tuple(f"x{k}" for k in range(13)), ("a", "b", "c")))


def memory_over_many_runs(data: Dataset, runs: int) -> float:
    """Resident memory over runs of different seeds, sizes and rates; returns its growth after the first quarter, in percent."""
    from ensemble.training.loop import train

    rng, process, after_a_quarter, resident = np.random.default_rng(0), psutil.Process(), 0.0, 0.0
    print(f"Memory over {runs} runs of different seeds, sizes, dropout and learning rates")
    for number in range(1, runs + 1):
        train(
            EnsembleConfig(
                seed=number,
                members=int(rng.integers(1, 33)),
                dropout=float(rng.uniform(0, 0.9)),
                learning_rate=float(10 ** rng.uniform(-4, -2)),
                epochs=10,
            ),
            data,
        )
        if number % (runs // 4) == 0:
            resident = process.memory_info().rss / 2**20
            after_a_quarter = after_a_quarter or resident
            row(f"after run {number}", f"{resident:.0f} MiB")
    print()
    return 100 * (resident / after_a_quarter - 1)


def verdict(found: dict[str, float], growth: float) -> None:
    """Targets and what was measured."""
    lines = [
        ("warm at least 250 times faster than fit", found["fit"] / found["median"], lambda ratio: ratio >= 250, "x"),
        ("cold, next process: 25 times faster than fit", found["fit"] / found["again"], lambda ratio: ratio >= 25, "x"),
        ("one member: at most 30 % of ten", 100 * found["single"] / found["median"], lambda percent: percent <= 30, " %"),
        ("memory flat: under 5 % growth", growth, lambda percent: percent < 5, " %"),
    ]
    if "floor" in found:
        lines.append(("warm within 3.5 times the C floor", found["median"] / found["floor"], lambda ratio: ratio <= 3.5, "x"))
    row("Target", "measured", "")
    for name, measured, reached, unit in lines:
        row(name, f"{measured:.1f}{unit}", "reached" if reached(measured) else "NOT REACHED")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit-epochs", type=int, default=CLASSIC.epochs)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        measure(load_dataset("wine"), options.quick, options.fit_epochs)


def measure(data: Dataset, quick: bool, fit_epochs: int) -> None:
    found = compare(data, 3 if quick else fit_epochs)
    sizes = (1, 32) if quick else (1, 2, 4, 8, 10, 16, 24, 32)
    cost("Members, 200 epochs", [(str(size), EnsembleConfig(members=size), data) for size in sizes])
    few = EnsembleConfig(epochs=2 if quick else 20)
    sets = [data] if quick else [data, load_dataset("digits"), synthetic(20_000)]
    cost(f"Rows, {few.epochs} epochs", [(f"{one.name}: {len(one.x_train)} training rows", few, one) for one in sets])
    lengths = (50, 200) if quick else (50, 200, 1000)
    cost("Epochs", [(str(epochs), EnsembleConfig(epochs=epochs), data) for epochs in lengths])
    verdict(found, memory_over_many_runs(data, 20 if quick else 200))


if __name__ == "__main__":
    main()
