"""What the cells of a file are as numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

MOSTLY = 0.75

# In letters that re and Arrow read alike. No part can match what the part before it has left: a long cell is read once.
_NUMBER = r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?|[+-]?[iI][nN][fF]([iI][nN][iI][tT][yY])?"


def as_numbers(texts: pd.Series, delimiter: str) -> NDArray[np.float64]:
    """What the cells of a column are as numbers; NaN where one is missing or is no number."""
    found = texts.str.fullmatch(_NUMBER, na=False)
    if delimiter != ";":
        found &= ~texts.str.contains(",", regex=False, na=False)
    numbers = np.full(len(texts), np.nan)
    numbers[found.to_numpy(bool)] = texts[found].str.replace(",", ".", regex=False).to_numpy(object).astype(np.float64)
    return numbers


def is_number(text: str) -> bool:
    return re.fullmatch(_NUMBER, text) is not None


def mostly_numbers(numbers: NDArray[np.float64]) -> bool:
    return bool(len(numbers)) and float(np.mean(~np.isnan(numbers))) >= MOSTLY
