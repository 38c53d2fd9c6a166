"""Prices of errors: the cost of each action under each true class, and of an expert."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from ensemble.errors import InputError
from ensemble.probability.vectors import Floats

ALIKE, ONE_COSTS_TWENTY, EXPERT = "All errors alike", "One error costs twenty", "Ask an expert for 0.1"
PRESETS = (ALIKE, ONE_COSTS_TWENTY, EXPERT)
DEFAULT = ONE_COSTS_TWENTY
ASK = "Ask an expert"
MAX_PRICE = 1000.0
MIN_CLASSES, MAX_CLASSES = 2, 30
PARAMETER = "prices"
MAX_LETTERS = 30_000


@dataclass(frozen=True)
class Prices:
    """The costs of acting as if a row were of another class than it is, and of asking an expert.

    Attributes
    ----------
    errors : tuple of K tuples of K floats
        ``errors[action][class]``, 0..1000, in any one unit: the price of taking a row of that class for one of another.
        Any array-like of shape (K, K) may be given; the diagonal is normally 0.
    expert : float, optional
        The price of asking an expert, who is always right, 0..1000; None where nobody can be asked.

    Raises
    ------
    InputError
        If a price is missing, negative, no finite number or more than 1,000, or if there are not as many rows as columns.

    References
    ----------
    Chow, C. K. (1970). On optimum recognition error and reject tradeoff.

    Examples
    --------
    >>> Prices([[0, 1], [20, 0]], expert=0.5).costs()
    array([[ 0. ,  1. ],
           [20. ,  0. ],
           [ 0.5,  0.5]])
    """

    errors: tuple[tuple[float, ...], ...]
    expert: float | None = None

    def __init__(self, errors: ArrayLike, expert: float | None = None) -> None:
        object.__setattr__(self, "errors", tuple(tuple(row) for row in _square(errors).tolist()))
        object.__setattr__(self, "expert", None if expert is None else _price(expert, "The expert"))

    @classmethod
    def preset(cls, name: str, classes: int) -> Prices:
        """A preset from ``PRESETS`` for this number of classes.

        "One error costs twenty" is that of taking the first class for the second: a malignant tumour for a benign one.

        Raises
        ------
        InputError
            If there is no preset of that name.

        Examples
        --------
        >>> Prices.preset("One error costs twenty", 2).errors
        ((0.0, 1.0), (20.0, 0.0))
        """
        if name not in PRESETS:
            raise InputError(f"There are no prices “{name[:40]}”. Choose one of {', '.join(PRESETS)}.")
        errors = 1 - np.eye(classes)
        if name == ONE_COSTS_TWENTY:
            errors[1, 0] = 20
        return cls(errors, 0.1 if name == EXPERT else None)

    @property
    def classes(self) -> int:
        """K, the number of classes."""
        return len(self.errors)

    def costs(self) -> Floats:
        """Costs (actions, classes): the K classes as actions, then asking an expert if that has a price."""
        errors = np.array(self.errors)
        return errors if self.expert is None else np.vstack([errors, np.full(self.classes, self.expert)])

    def actions(self, class_names: Sequence[str]) -> list[str]:
        """Names of the actions, in the order of ``costs``."""
        return [*class_names, *([] if self.expert is None else [ASK])]

    def with_error(self, action: int, true_class: int, price: float) -> Prices:
        """The same prices with one of them changed."""
        errors = np.array(self.errors)
        errors[action, true_class] = _price(price, f"The error in row {action + 1} and column {true_class + 1}")
        return replace(self, errors=errors)  # type: ignore[arg-type]

    def mean_error(self) -> float:
        """The mean price of an error."""
        return float(np.array(self.errors)[~np.eye(self.classes, dtype=bool)].mean())

    def are_alike(self) -> bool:
        """Whether every error costs the same, nothing else costs anything, and nobody can be asked."""
        return self.expert is None and self.errors == Prices(self.errors[0][1] * (1 - np.eye(self.classes))).errors

    def name(self) -> str:
        """The preset that these prices are; empty if they are none."""
        return next((name for name in PRESETS if self == Prices.preset(name, self.classes)), "")

    def to_query(self) -> dict[str, str]:
        """The parameter of a link: classes, expert and each error that does not cost 1; nothing for the ``DEFAULT`` preset.

        Examples
        --------
        >>> Prices([[0, 1], [20, 0]], expert=0.5).to_query()
        {'prices': '2~0.5~2_1_20'}
        """
        if self.name() == DEFAULT:
            return {}
        changed = np.argwhere(np.array(self.errors) != 1 - np.eye(self.classes)).tolist()
        errors = [f"{action + 1}_{k + 1}_{_short(self.errors[action][k])}" for action, k in changed]
        return {PARAMETER: "~".join([str(self.classes), "" if self.expert is None else _short(self.expert), *errors])}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Prices | None, list[str]]:
        """Read prices from the parameters of a link; never raises.

        Returns
        -------
        prices : Prices or None
            None where the link has none, or none that can be read. Prices outside 0..1000 are moved to the nearest bound.
        notices : list of str
            One sentence for a person if something was changed or ignored.

        Examples
        --------
        >>> prices, notices = Prices.from_query({"prices": "2~0.5~2_1_2000"})
        >>> prices.errors, notices
        (((0.0, 1.0), (1000.0, 0.0)), ['Prices: the link asks for some outside 0 to 1,000; the nearest are used.'])
        """
        if PARAMETER not in query:
            return None, []
        count, _, rest = str(query[PARAMETER])[:MAX_LETTERS].partition("~")
        if not (count.isascii() and count.isdigit() and len(count) <= 3 and MIN_CLASSES <= int(count) <= MAX_CLASSES):
            return None, [f"Prices: the link has to say for how many classes, {MIN_CLASSES} to {MAX_CLASSES}; it is ignored."]
        classes = int(count)
        expert_text, *entries = rest.split("~")
        errors, expert = 1 - np.eye(classes), _number(expert_text)
        unreadable = bool(expert_text) and expert is None
        for entry in filter(None, entries):
            position, price = _entry(entry, classes)
            if position is None or price is None:
                unreadable = True
            else:
                errors[position] = price
        notices = ["Prices: the link has some that cannot be read; they are ignored."] if unreadable else []
        inside = np.clip(errors, 0, MAX_PRICE)
        inside_expert = None if expert is None else min(max(expert, 0.0), MAX_PRICE)
        if not np.array_equal(inside, errors) or inside_expert != expert:
            notices.append("Prices: the link asks for some outside 0 to 1,000; the nearest are used.")
        return cls(inside, inside_expert), notices


def _square(errors: ArrayLike) -> Floats:
    try:
        table = np.array(errors, dtype=np.float64)
    except (ValueError, TypeError):
        raise InputError("Give a number for each price, with as many rows (actions) as columns (true classes).") from None
    if table.ndim != 2 or table.shape[0] != table.shape[1] or len(table) < MIN_CLASSES:
        raise InputError("Prices need as many rows (actions) as columns (true classes), and at least two of each.")
    for action, true_class in np.argwhere(~((table >= 0) & (table <= MAX_PRICE))).tolist():
        _price(table[action, true_class], f"The error in row {action + 1} and column {true_class + 1}")
    return table + 0.0  # no negative zero


def _price(value: float, what: str) -> float:
    try:
        price = float(value)
    except (ValueError, TypeError):
        price = math.nan
    if not 0 <= price <= MAX_PRICE:
        given = "no number" if math.isnan(price) else f"{price:g}"
        raise InputError(f"{what} has a price of {given}. Choose one from 0 to {MAX_PRICE:,.0f}.")
    return price + 0.0


def _short(price: float) -> str:
    """The shortest text from which a price can be read back exactly."""
    return str(int(price)) if price == int(price) else repr(price)


def _number(text: str) -> float | None:
    try:
        value = float(text[:40])
    except ValueError:
        return None
    return None if math.isnan(value) else value


def _entry(text: str, classes: int) -> tuple[tuple[int, int] | None, float | None]:
    """Action and class (0-based) and the price of one entry ``action_class_price``."""
    parts = text.split("_")
    if len(parts) != 3:
        return None, None
    action, true_class = (int(part) - 1 if part.isascii() and part.isdigit() and len(part) <= 3 else -1 for part in parts[:2])
    there = 0 <= action < classes and 0 <= true_class < classes
    return ((action, true_class) if there else None), _number(parts[2])
