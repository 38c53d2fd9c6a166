"""JSON of strangers, of which nothing is taken that is nested deeper than the app's own."""

from __future__ import annotations

import json
from typing import Any

MAX_LEVELS = 8


def parsed(s: str | None) -> Any:
    """The value of a JSON text; None if it is none, or nested deeper than any component sends.

    Examples
    --------
    >>> parsed("[1, [2]]"), parsed("["), parsed("[" * 9 + "]" * 9)
    ([1, [2]], None, None)
    """
    try:
        value = json.loads(s or "null")
    except (ValueError, RecursionError):
        return None
    return value if _is_flat(value, MAX_LEVELS) else None


def _is_flat(value: Any, levels: int) -> bool:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels > 0 and all(_is_flat(one, levels - 1) for one in inside if isinstance(one, (dict, list)))
