"""The shares of the classes at use that the page Shift asks about."""

from __future__ import annotations

import math

from ensemble.shift.training_shares import rare_shares
from ui.session.state import state

MAX_CLASSES = 30
MAX_LETTERS = 400
DECIMALS = 4


def class_shares(classes: int) -> tuple[float, ...]:
    """The session's shares for so many classes; those for another number give way to the usual ones, the last class rare."""
    present = state().class_shares
    return present if present and len(present) == classes else tuple(rare_shares(classes).round(DECIMALS).tolist())


def set_class_shares(wanted: list[float]) -> None:
    """Have these shares from now on, to four decimals; what is no share at all changes nothing."""
    if any(rounded := [round(share, DECIMALS) for share in wanted]):
        state().class_shares = tuple(rounded)


def read_class_shares(text: str) -> list[str]:
    """Take shares from a link."""
    parts = text[:MAX_LETTERS].split("_")
    try:
        shares = [float(part[:MAX_LETTERS]) for part in parts]
    except ValueError:
        shares = []
    usable = 2 <= len(shares) <= MAX_CLASSES and all(0 <= share < math.inf for share in shares) and any(shares)
    if not usable:
        return ["Shares: those of the link cannot be read; the default ones are used."]
    set_class_shares([share / max(1.0, sum(shares)) for share in shares])
    return []


def write_class_shares() -> str:
    """The shares as ``read_class_shares`` takes them; empty for the usual ones."""
    present = state().class_shares
    return "" if present is None else "_".join(f"{share:g}" for share in present)
