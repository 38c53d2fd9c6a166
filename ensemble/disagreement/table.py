"""A table of the members' disagreement on each test row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ensemble.datasets.table import Dataset
from ensemble.disagreement.entropy import entropy_split
from ensemble.probability.vectors import linear_pool
from ensemble.runs.run import Run

if TYPE_CHECKING:
    import pandas as pd


def disagreement_table(run: Run, data: Dataset) -> pd.DataFrame:
    """The test rows, least certain first: number from 1, true and likeliest class, the linear pool's entropy split in nats."""
    import pandas as pd  # here, because the first page should not wait for it

    proba, names = run.member_proba(data.x_test), np.array(data.class_names)
    total, expected, mutual_information = entropy_split(proba)
    return pd.DataFrame(
        {
            data.row_name.capitalize(): np.arange(1, len(total) + 1),
            "True class": names[data.y_test],
            "Likeliest": names[linear_pool(proba).argmax(axis=-1)],
            "Total": total,
            "Expected": expected,
            "Mutual information": mutual_information,
        }
    ).sort_values("Total", ascending=False, kind="stable", ignore_index=True)
