"""Which test rows are worth a look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ensemble.datasets import Dataset
from ensemble.probability import entropy, log_softmax
from ensemble.run import Run

if TYPE_CHECKING:
    import pandas as pd


def least_certain(run: Run, data: Dataset) -> int:
    """Number (0-based) of the test row whose likeliest class has the smallest probability."""
    return int(run.predict_proba(data.x_test).max(axis=1).argmin())


def most_wrong(run: Run, data: Dataset) -> int:
    """Number (0-based) of the test row with the highest negative log-likelihood."""
    return int(negative_log_likelihood(run, data).argmax())


def negative_log_likelihood(run: Run, data: Dataset) -> np.ndarray:
    """``-ln p`` of the true class of each test row, in nats: shape (test rows,)."""
    log_proba = log_softmax(run.logits(data.x_test))
    return -log_proba[np.arange(len(log_proba)), data.y_test]


def table(run: Run, data: Dataset) -> pd.DataFrame:
    """The test rows one by one: number from 1, true and likeliest class, probabilities, entropy and NLL in nats."""
    import pandas as pd  # here, because the first page should not wait for it

    proba = run.predict_proba(data.x_test)
    names = np.array(data.class_names)
    return pd.DataFrame(
        {
            "Wine": np.arange(1, len(proba) + 1),
            "True class": names[data.y_test],
            "Likeliest": names[proba.argmax(axis=1)],
            **{name: proba[:, k] for k, name in enumerate(data.class_names)},
            "Entropy (nats)": entropy(proba),
            "NLL (nats)": negative_log_likelihood(run, data),
        }
    )
