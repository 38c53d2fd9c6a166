"""Test rows: tables of them, and the most interesting ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets.table import Dataset
from ensemble.once import once
from ensemble.probability.scoring import negative_log_likelihood
from ensemble.probability.vectors import entropy, log_softmax, softmax
from ensemble.runs.run import Run

if TYPE_CHECKING:
    import pandas as pd

OTHER_COLUMNS = ("Row", "True class", "Likeliest", "Set", "Right", "Entropy (nats)", "NLL (nats)", "_index")


def logits_of_test_rows(run: Run, data: Dataset) -> NDArray[np.float32]:
    """Logits (test rows, classes), computed once and kept as long as the run and the rows are; read-only."""
    return once(_logits_of_test_rows, run, data)


def _logits_of_test_rows(run: Run, data: Dataset) -> NDArray[np.float32]:
    logits = run.logits(data.x_test)
    logits.setflags(write=False)
    return logits


def least_certain(run: Run, data: Dataset) -> int:
    """Number (0-based) of the test row whose likeliest class has the smallest probability."""
    return int(softmax(logits_of_test_rows(run, data)).max(axis=1).argmin())


def most_wrong(run: Run, data: Dataset) -> int:
    """Number (0-based) of the test row with the highest negative log-likelihood."""
    return int(nll_of_test_rows(run, data).argmax())


def first_of_another_class(data: Dataset) -> int:
    """Number (0-based) of the first test row whose class is not that of test row 0; 0 if there is none."""
    return int(np.argmax(data.y_test != data.y_test[0]))


def nll_of_test_rows(run: Run, data: Dataset) -> np.ndarray:
    """``-ln p`` of the true class of each test row, in nats: shape (test rows,)."""
    return negative_log_likelihood(log_softmax(logits_of_test_rows(run, data)), data.y_test)


def probability_columns(class_names: Sequence[str]) -> list[str]:
    """Names of the classes' columns in these tables: the classes' own, unless another column has that name.

    >>> probability_columns(["yes", "Set"])
    ['yes', 'p(Set)']
    """
    columns: list[str] = []
    for name in class_names:
        while name in OTHER_COLUMNS or name in columns:
            name = f"p({name})"
        columns.append(name)
    return columns


def table(run: Run, data: Dataset) -> pd.DataFrame:
    """The test rows one by one: number from 1, true and likeliest class, probabilities, entropy and NLL in nats."""
    import pandas as pd  # here, because the first page should not wait for it

    proba = softmax(logits_of_test_rows(run, data))
    names = np.array(data.class_names)
    return pd.DataFrame(
        {
            data.row_name.capitalize(): np.arange(1, len(proba) + 1),
            "True class": names[data.y_test],
            "Likeliest": names[proba.argmax(axis=1)],
            **dict(zip(probability_columns(data.class_names), proba.T, strict=True)),
            "Entropy (nats)": entropy(proba),
            "NLL (nats)": nll_of_test_rows(run, data),
        }
    )


def prediction_sets(sets: np.ndarray, proba: np.ndarray, y: np.ndarray, rows: np.ndarray, names: Sequence[str]) -> pd.DataFrame:
    """Prediction sets, least certain row first: number from 1, true class, set, whether that is right, and probabilities."""
    import pandas as pd  # here, because the first page should not wait for it

    return pd.DataFrame(
        {
            "Row": rows + 1,
            "True class": np.array(names)[y],
            "Set": [", ".join(name for name, held in zip(names, one, strict=True) if held) or "—" for one in sets],
            "Right": sets[np.arange(len(y)), y],
            **dict(zip(probability_columns(names), proba.T, strict=True)),
        }
    ).iloc[np.argsort(proba.max(axis=1), kind="stable")]
