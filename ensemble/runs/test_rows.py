"""Which test rows are worth a look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ensemble.datasets.table import Dataset
from ensemble.probability.scoring import negative_log_likelihood
from ensemble.probability.vectors import entropy, log_softmax
from ensemble.runs.run import Run

if TYPE_CHECKING:
    import pandas as pd

OTHER_COLUMNS = ("Row", "True class", "Likeliest", "Set", "Right", "Entropy (nats)", "NLL (nats)", "_index")


def least_certain(run: Run, data: Dataset) -> int:
    """Number (0-based) of the test row whose likeliest class has the smallest probability."""
    return int(run.predict_proba(data.x_test).max(axis=1).argmin())


def most_wrong(run: Run, data: Dataset) -> int:
    """Number (0-based) of the test row with the highest negative log-likelihood."""
    return int(nll_of_test_rows(run, data).argmax())


def first_of_another_class(data: Dataset) -> int:
    """Number (0-based) of the first test row whose class is not that of test row 0; 0 if there is none."""
    return int(np.argmax(data.y_test != data.y_test[0]))


def nll_of_test_rows(run: Run, data: Dataset) -> np.ndarray:
    """``-ln p`` of the true class of each test row, in nats: shape (test rows,)."""
    return negative_log_likelihood(log_softmax(run.logits(data.x_test)), data.y_test)


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

    proba = run.predict_proba(data.x_test)
    names = np.array(data.class_names)
    return pd.DataFrame(
        {
            data.noun.capitalize(): np.arange(1, len(proba) + 1),
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
