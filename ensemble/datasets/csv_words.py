"""Texts of a file made fit for names and sentences: on one line, short, and distinct."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

MAX_CHARACTERS = 60
JOINERS = "\u200c\u200d"

# Soft hyphen, signs of no width, and signs that turn the direction of writing.
_UNSEEN = dict.fromkeys(
    [
        0xAD,
        0x61C,
        0x180E,
        0x200B,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
    ]
)


def tidy(text: str) -> str:
    """The text on one line, without invisible characters and marks of writing direction.

    Joiners stay where they join: between the parts of an emoji, and between letters of Persian, Arabic or an Indian script.

    >>> tidy("new\u00a0 york\u200b"), tidy("set\u00adosa"), tidy("\U0001f469\u200d\U0001f52c") == "\U0001f469\u200d\U0001f52c"
    ('new york', 'setosa', True)
    """
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text.translate(_UNSEEN))
        text = "".join(
            sign if sign.isprintable() or (sign in JOINERS and _joins(text, position)) else "" if sign in JOINERS else " "
            for position, sign in enumerate(text)
        )
    return " ".join(text.split())


def _joins(text: str, position: int) -> bool:
    around = text[max(position - 1, 0) : position] + text[position + 1 : position + 2]
    return len(around) == 2 and not any(sign.isascii() or sign.isspace() or sign in JOINERS for sign in around)


def look(text: str) -> str:
    """A tidy text without differences in case, width of letters and leading zeros."""
    return re.sub(r"^0+(?=[0-9])", "", unicodedata.normalize("NFKC", text).casefold())


def shortened(text: str, most: int = MAX_CHARACTERS) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def both_ends(text: str, most: int = MAX_CHARACTERS) -> str:
    """The beginning and the end of a text that is too long.

    >>> both_ends("number one of many", 9), both_ends("one")
    ('numb…many', 'one')
    """
    end = (most - 1) // 2
    return text if len(text) <= most else f"{text[: most - 1 - end]}…{text[-end:]}"


def told_apart(names: Sequence[str], most: int = MAX_CHARACTERS) -> list[str]:
    """The names, shortened: to their beginnings, or where several begin alike to both of their ends.

    >>> told_apart(["number one", "number two", "neither one"], 7)
    ['num…one', 'num…two', 'neithe…']
    """
    begun = Counter(shortened(name, most) for name in dict.fromkeys(names))
    return [short if begun[short := shortened(name, most)] == 1 else both_ends(name, most) for name in names]


def distinct_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names, shortened to 60 characters so that they differ, and numbered where two of them are equal all the same."""
    unique: dict[str, None] = {}
    for name, beginning in zip(names, told_apart(names), strict=True):
        short, count = beginning, 1
        while short in unique:
            count += 1
            short = f"{shortened(name, MAX_CHARACTERS - 6)} ({count})"
        unique[short] = None
    return tuple(unique)


def quoted(text: str) -> str:
    return f"“{shortened(tidy(text), 40)}”"


def listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(quoted(name) for name in names[:5]) + more


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
