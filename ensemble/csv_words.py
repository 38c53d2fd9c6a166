"""The texts of a file as names and in sentences: on one line, short, and told apart."""

from __future__ import annotations

from collections.abc import Sequence

MOST_CHARACTERS = 60


def tidy(text: str) -> str:
    """The text on one line, without control characters and signs that turn the direction of writing."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def shortened(text: str, most: int = MOST_CHARACTERS) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def distinct_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names, shortened to 60 characters and numbered where that makes two of them equal."""
    unique: dict[str, None] = {}
    for name in names:
        short, count = shortened(name), 1
        while short in unique:
            count += 1
            short = f"{shortened(name, MOST_CHARACTERS - 6)} ({count})"
        unique[short] = None
    return tuple(unique)


def quoted(text: str) -> str:
    return f"“{shortened(tidy(text), 40)}”"


def listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(quoted(name) for name in names[:5]) + more


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
