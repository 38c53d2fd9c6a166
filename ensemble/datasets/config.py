"""DataConfig: the rows of a run, and settings that make them harder."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ensemble.datasets.builtin import NOISE, PLANE_NOISE, PLANE_ROWS, POINTS, load_table
from ensemble.datasets.splits import TEST_SHARE, split
from ensemble.datasets.table import Dataset, Table
from ensemble.errors import InputError
from ensemble.settings import Count, Number, Settings

Data = Literal["wine", "iris", "breast_cancer", "digits", "moons", "circles", "blobs", "xor", "spirals"]
MIN_ROWS = 2
AS_THE_RUN = -1


class DataConfig(Settings):
    """All settings of the rows of a run. The defaults are the unchanged wines of the classic example.

    Values are checked when the object is made; ``InputError`` says which one is wrong and what to give instead.

    Examples
    --------
    >>> DataConfig(data="moons", noise=0.5).points
    300
    >>> DataConfig(imbalance=1)
    Traceback (most recent call last):
    ...
    ensemble.errors.InputError: Class imbalance: 1 cannot be used. Choose a number from 0 to 0.9.
    """

    data: Data = Field(
        "wine",
        title="Data",
        description="The rows to learn from: wine, iris, breast_cancer and digits were measured; the others are generated "
        "points of the plane.",
    )
    points: Count = Field(
        PLANE_ROWS,
        ge=POINTS[0],
        le=POINTS[1],
        title="Points",
        description="Number of points in a generated set. More points: steadier curves, borders that can be learned better.",
    )
    noise: Number = Field(
        PLANE_NOISE,
        ge=NOISE[0],
        le=NOISE[1],
        title="Noise",
        description="How far the points of a generated set stray from where they belong. More noise: classes overlap, and "
        "a good probability is further from 0 and 1.",
    )
    imbalance: Number = Field(
        0.0,
        ge=0,
        le=0.9,
        title="Class imbalance",
        description="Share of the last class's rows that is left out; of the classes between it and the first, less. "
        "More imbalance: guessing the first class is often right.",
    )
    label_noise: Number = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Label noise",
        description="Share of all rows, for training and test alike, that get a wrong class. More label noise: even the best "
        "network is wrong at least about that often, and should say so.",
    )
    test_share: Number = Field(
        0.2,
        ge=TEST_SHARE[0],
        le=TEST_SHARE[1],
        title="Test share",
        description="Share of the rows that training never sees. More test rows: steadier test curves, less to learn from.",
    )
    split: Count = Field(
        AS_THE_RUN,
        ge=AS_THE_RUN,
        le=999_999,
        title="Split",
        description="Decides which rows training never sees. −1: the run's own seed does. Any other number holds the split "
        "fixed while the seed changes: the same rows, learnt from another start.",
    )

    def split_seed(self, seed: int) -> int:
        """The seed of the split of a run with this seed.

        Examples
        --------
        >>> DataConfig().split_seed(7), DataConfig(split=3).split_seed(7)
        (7, 3)
        """
        return seed if self.split == AS_THE_RUN else self.split


def table_of(config: DataConfig) -> Table:
    """All rows of a configuration; they do not depend on the seed of a run.

    Examples
    --------
    >>> table = table_of(DataConfig(data="iris", imbalance=0.5))
    >>> [int((table.y == k).sum()) for k in range(3)]
    [50, 35, 25]
    """
    return corrupted(load_table(config.data, config.points, config.noise), config.imbalance, config.label_noise)


def dataset_of(config: DataConfig, seed: int = 0) -> Dataset:
    """The same rows, shuffled with ``seed`` or with the fixed ``config.split``, split and scaled.

    Examples
    --------
    >>> dataset_of(DataConfig(data="xor", points=100)).x_train.shape
    (80, 2)
    """
    return split(table_of(config), config.test_share, config.split_seed(seed))


def corrupted(table: Table, imbalance: float = 0.0, label_noise: float = 0.0) -> Table:
    """The table with fewer rows of the later classes, and with wrong labels; deterministic.

    Parameters
    ----------
    table : Table
        Built in or uploaded.
    imbalance : float, default 0
        From 0 to 0.9. The first class keeps all its rows, the last the share ``1 - imbalance``, and those between
        geometrically in between; at least 2 rows a class stay (or the 1 it has). What a larger imbalance keeps, a
        smaller one keeps too.
    label_noise : float, default 0
        From 0 to 0.5. Of the rows that stay, ``round(label_noise * rows)`` get another class, each other class being
        equally likely: training and test rows alike, since the world itself is then noisy.

    Returns
    -------
    Table
        Rows in their order; ``about`` says what was done, and ``label_noise`` how many labels are wrong.

    Raises
    ------
    InputError
        If a share is out of range, or there is only one class to choose labels from.

    Examples
    --------
    >>> from ensemble.datasets.builtin import load_table
    >>> wines = load_table("wine")
    >>> noisy = corrupted(wines, label_noise=0.1)
    >>> int((noisy.y != wines.y).sum()), len(wines.y)
    (18, 178)
    """
    for name, fraction in (("imbalance", imbalance), ("label_noise", label_noise)):
        low, high = DataConfig.bounds(name)
        if not low <= fraction <= high:
            raise InputError(
                f"{DataConfig.model_fields[name].title}: choose a number from {low:g} to {high:g}, not {fraction}."
            )
    return _with_label_noise(_with_imbalance(table, imbalance), label_noise)


def _with_imbalance(table: Table, imbalance: float) -> Table:
    classes = len(table.class_names)
    if not imbalance or classes < 2:
        return table
    order, kept = np.random.default_rng([0, 1]).permutation(len(table.y)), []
    for k in range(classes):
        rows = order[table.y[order] == k]
        fraction = (1 - imbalance) ** (k / (classes - 1))
        kept.append(rows[: max(MIN_ROWS, round(len(rows) * fraction))])
    rows = np.sort(np.concatenate(kept))
    about = f"{table.about} For imbalance {imbalance:g}, {len(table.y) - len(rows)} rows are left out."
    return replace(table, x=table.x[rows], y=table.y[rows], about=about.strip())


def _with_label_noise(table: Table, label_noise: float) -> Table:
    if not label_noise:
        return table
    if len(table.class_names) < 2:
        raise InputError("Label noise needs a second class that a row could be given; this table has one.")
    rows = round(label_noise * len(table.y))
    about = f"{table.about} For label noise {label_noise:g}, {rows} rows have a wrong class."
    y = with_noisy_rows(table.y, len(table.class_names), rows)
    return replace(table, y=y, about=about.strip(), label_noise=label_noise)


def with_noisy_rows(y: NDArray[np.int64], classes: int, rows: int) -> NDArray[np.int64]:
    """The classes with a share of them replaced at random; deterministic.

    >>> with_noisy_rows(np.zeros(6, int), 2, 2).sum()
    np.int64(2)
    """
    rng, n, noisy = np.random.default_rng([0, 2]), len(y), np.array(y)
    chosen = rng.permutation(n)[:rows]
    noisy[chosen] = (noisy[chosen] + rng.integers(1, classes, n)[chosen]) % classes
    return noisy
