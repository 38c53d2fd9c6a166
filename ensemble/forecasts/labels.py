"""Names of classes as cells and headers spell them, made comparable: 1, 1.0 and "1" are one class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from ensemble.datasets.csv_words import MAX_CHARACTERS, shortened

_NUMBER = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")


def label(text: str) -> str:
    """One spelling for one number; other texts stay as they are.

    >>> label("1.0"), label("+2.50"), label("007"), label("setosa")
    ('1', '2.5', '007', 'setosa')
    """
    if not _NUMBER.fullmatch(text):
        return text
    number = Decimal(text)
    return str(int(number)) if number == int(number) else str(number.normalize())


def is_whole(text: str) -> bool:
    return _WHOLE.fullmatch(text) is not None


def in_order(labels: Iterable[str]) -> list[str]:
    """Numbers by their size, other texts by the alphabet."""
    found = list(labels)
    if all(_NUMBER.fullmatch(text) for text in found):
        return sorted(found, key=Decimal)
    return sorted(found)


def find_label(text: str, labels: Sequence[str] | dict[str, int]) -> str | None:
    """The label that a text stands for: itself, without the apostrophe that keeps a formula from running, or cut off."""
    for spelled in (text, text.removeprefix("'")):
        if (found := label(spelled)) in labels:
            return found
    if _is_cut(text):
        longer = [one for one in labels if _stands_for(text, one)]
        return longer[0] if len(longer) == 1 else None
    cut = [one for one in labels if _is_cut(one) and _stands_for(one, text)]
    return cut[0] if len(cut) == 1 else None


def _is_cut(text: str) -> bool:
    """Whether the end of a text may be missing, or its middle: see ``ensemble.datasets.csv_words.told_apart``."""
    return text.endswith("…") or (len(text) == MAX_CHARACTERS and "…" in text)


def _stands_for(cut: str, text: str) -> bool:
    begin, _, end = cut.partition("…")
    return len(text) >= len(begin) + len(end) and text.startswith(begin) and text.endswith(end)


def named(labels: Sequence[str]) -> str:
    """Labels in a sentence."""
    shown = ", ".join(f"“{shortened(one, 40)}”" for one in labels[:5])
    return shown + (f" and {len(labels) - 5} more" if len(labels) > 5 else "")
