"""JSON texts of which some parts were written before, for all who are sent the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class Written(str):
    """A text that is JSON already."""

    __slots__ = ()


def written(data: Any) -> Written:
    """Data as JSON; values of a mapping that are ``Written`` stand in it as they are.

    Parameters
    ----------
    data : JSON value
        The keys of a mapping are words.

    Raises
    ------
    TypeError
        If JSON knows no such value.

    Examples
    --------
    >>> written({"epochs": written([1, 2]), "row": None, "class": "Barolo"})
    '{"epochs": [1, 2], "row": null, "class": "Barolo"}'
    """
    if not isinstance(data, Mapping) or not any(isinstance(value, Written) for value in data.values()):
        return Written(json.dumps(data))
    texts = ((json.dumps(key), value if isinstance(value, Written) else json.dumps(value)) for key, value in data.items())
    return Written("{" + ", ".join(f"{key}: {value}" for key, value in texts) + "}")
