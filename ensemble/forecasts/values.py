"""Turn the numbers of a file into log-probabilities; nothing is clipped, and every change is reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ensemble.datasets.csv_words import counted, quoted
from ensemble.errors import InputError
from ensemble.forecasts.layout import SUM_TOLERANCE
from ensemble.probability.vectors import Floats

Kind = Literal["auto", "probabilities", "logits"]

# What the rounding of 32 bits leaves in a sum.
ROUNDING = 1e-6


class Block(NamedTuple):
    """The numbers of one model.

    Attributes
    ----------
    name : str
        The model's, "" for the only one.
    numbers : ndarray of shape (n, classes)
        Finite, or infinite; not NaN.
    columns : sequence of str
        How to call the numbers of each class.
    rows : ndarray of shape (n,), int
        Where each row stands in the file.
    """

    name: str
    numbers: Floats
    columns: Sequence[str]
    rows: NDArray[np.int64]

    @property
    def subject(self) -> str:
        return f" of model {quoted(self.name)}" if self.name else ""


def check_kind(kind: str) -> None:
    if kind not in get_args(Kind):
        raise InputError(f"Numbers are “probabilities” or “logits”, or it is found out (“auto”); not {quoted(str(kind))}.")


def log_probabilities(block: Block, kind: Kind, notices: list[str]) -> Floats:
    """The log-probabilities (n, classes) of one model, in nats.

    Raises
    ------
    InputError
        If the numbers are neither, with row, column and the way out.
    """
    sums = block.numbers.sum(axis=1)
    adds_up = np.abs(sums - 1) <= SUM_TOLERANCE
    if kind == "logits":
        if adds_up.all() and (block.numbers >= 0).all():
            notices.append(f"The numbers{block.subject} add up to 1 in each row, and are read as logits all the same.")
        return _of_logits(block)
    if kind == "auto" and (block.numbers < 0).any() and not adds_up.all():
        first = int(np.flatnonzero(~adds_up)[0])
        if adds_up.mean() > 0.5:
            raise _no_probabilities(block, sums, ~adds_up)
        logs = _of_logits(block)
        if np.allclose(special.logsumexp(block.numbers, axis=1), 0, rtol=0, atol=SUM_TOLERANCE):
            notices.append(f"The numbers{block.subject} are read as log-probabilities: their exponentials add up to 1.")
        else:
            notices.append(
                f"The numbers{block.subject} are read as logits: row {block.rows[first]} adds up to {sums[first]:.6g}, and "
                "some are below 0. A softmax turns them into probabilities."
            )
        return logs
    return _of_probabilities(block, sums, adds_up, notices)


def _of_logits(block: Block) -> Floats:
    wrong = np.isposinf(block.numbers)
    if wrong.any():
        raise InputError(f"{_cell(block, wrong)} is infinite: write a finite logit.")
    nothing = np.isneginf(block.numbers).all(axis=1)
    if nothing.any():
        raise InputError(
            f"Row {block.rows[np.flatnonzero(nothing)[0]]}{block.subject} gives no class a probability: write one finite logit."
        )
    return special.log_softmax(block.numbers, axis=1)


def _of_probabilities(block: Block, sums: Floats, adds_up: NDArray[np.bool_], notices: list[str]) -> Floats:
    infinite = np.isinf(block.numbers)
    if infinite.any():
        raise InputError(f"{_cell(block, infinite)} is infinite: write a probability from 0 to 1.")
    negative = block.numbers < 0
    if negative.any():
        raise InputError(
            f"{_cell(block, negative)} is {block.numbers[_first(negative)]:.6g}, and no probability is below 0: write 0 or "
            "more. If these are logits, read them as logits."
        )
    if not adds_up.all():
        if np.all(np.abs(sums - 100) <= 100 * SUM_TOLERANCE):
            notices.append(f"The rows{block.subject} add up to 100: they are read as per cent.")
            return _of_probabilities(block._replace(numbers=block.numbers / 100), sums / 100, ~adds_up, notices)
        raise _no_probabilities(block, sums, ~adds_up)
    off = np.abs(sums - 1)
    if off.max() > ROUNDING:
        many, furthest = int((off > ROUNDING).sum()), int(off.argmax())
        do = "does" if many == 1 else "do"
        notices.append(
            f"{counted(many, 'row')}{block.subject} of {len(sums):,} {do} not add up to 1 exactly: the probabilities are "
            f"divided by their sum. Furthest from 1 is row {block.rows[furthest]}, with {sums[furthest]:.6g}."
        )
    with np.errstate(divide="ignore"):
        return np.log(block.numbers) - np.log(sums)[:, None]


def _no_probabilities(block: Block, sums: Floats, wrong: NDArray[np.bool_]) -> InputError:
    first, many = int(np.flatnonzero(wrong)[0]), int(wrong.sum())
    others = f" {many - 1:,} more rows do not either." if many > 2 else " One more row does not either." if many == 2 else ""
    return InputError(
        f"Row {block.rows[first]}{block.subject} adds up to {sums[first]:.6g}, not to 1.{others} Are these logits? Then read "
        "them as logits. If they are probabilities, make each row add up to 1, to a thousandth."
    )


def _first(wrong: NDArray[np.bool_]) -> tuple[int, int]:
    row, column = np.argwhere(wrong)[0]
    return int(row), int(column)


def _cell(block: Block, wrong: NDArray[np.bool_]) -> str:
    row, column = _first(wrong)
    return f"Row {block.rows[row]} of column {quoted(block.columns[column])}{block.subject}"
