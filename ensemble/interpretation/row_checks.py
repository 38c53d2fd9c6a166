"""Validation of rows and labels for logistic regression; ``InputError`` says what to give instead."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.errors import InputError
from ensemble.probability.vectors import Floats


def finite_rows(x: ArrayLike) -> Floats:
    rows = np.asarray(x, dtype=np.float64)
    if rows.ndim != 2 or not rows.size or not np.isfinite(rows).all():
        raise InputError("Rows have to be finite numbers in a table, one column per feature.")
    return rows


def labelled_rows(x: ArrayLike, y: ArrayLike) -> tuple[Floats, NDArray[np.int64]]:
    rows, labels = finite_rows(x), np.asarray(y)
    if labels.shape != (len(rows),) or not np.issubdtype(labels.dtype, np.integer):
        raise InputError(f"Give one class number for each of the {len(rows)} rows.")
    return rows, labels.astype(np.int64)


def check_classes(labels: NDArray[np.int64], class_names: Sequence[str]) -> None:
    if len(class_names) < 2 or not np.isin(labels, np.arange(len(class_names))).all():
        raise InputError(f"Give two class names or more, and one for each class number; there are {len(class_names)}.")
    if absent := [name for k, name in enumerate(class_names) if not (labels == k).any()]:
        which, them = ("class", "it") if len(absent) == 1 else ("classes", "them")
        more = f" and {len(absent) - 5} more" if len(absent) > 5 else ""
        raise InputError(
            f"There is no training row of the {which} {', '.join(absent[:5])}{more}: choose another split or a smaller test "
            f"share, or add rows of {them}."
        )
