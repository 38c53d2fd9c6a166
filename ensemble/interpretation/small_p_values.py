"""The number of small p-values, and the number expected if no feature counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ensemble.interpretation.logistic_regression import INTERCEPT

if TYPE_CHECKING:
    import pandas as pd


class SmallPValues(NamedTuple):
    """How many coefficients have a small p-value, intercepts aside.

    Attributes
    ----------
    tested : int
        How many coefficients have been tested.
    expected : float
        How many would fall below the level on average if all true coefficients were 0.
    found : int
        How many do.
    after_holm : int
        How many do after Holm's correction.
    """

    tested: int
    expected: float
    found: int
    after_holm: int


def count_small_p_values(table: pd.DataFrame, level: float = 0.05) -> SmallPValues:
    """Count the p-values below a level.

    Parameters
    ----------
    table : DataFrame
        As ``ensemble.interpretation.significance.significance`` gives it: columns ``feature``, ``p`` and ``p_holm``.
    level : float, default 0.05
        In 0..1.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure.
    """
    tested = table.loc[table["feature"] != INTERCEPT]
    return SmallPValues(
        tested=len(tested),
        expected=level * len(tested),
        found=int((tested["p"] < level).sum()),
        after_holm=int((tested["p_holm"] < level).sum()),
    )
