"""Error messages on plans: a sentence that names the step and says what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MAX_SHOWN = 40
IN_QUOTATION_MARKS = "Put text in quotation marks."
WANTED = {
    **dict.fromkeys(("greater_than_equal", "less_than_equal"), "Give a number from 0 to 120."),
    **dict.fromkeys(("float_type", "finite_number"), "Give a number."),
    **dict.fromkeys(("int_type", "int_from_float"), "Give a whole number."),
    **dict.fromkeys(("tuple_type", "list_type"), "Give a list."),
    "string_type": IN_QUOTATION_MARKS,
    "string_pattern_mismatch": "Use the name that the app’s links have.",
}


def sentence(problem: Mapping[str, Any]) -> str:
    """A readable sentence for one of pydantic's errors.

    Examples
    --------
    >>> sentence({"type": "missing", "loc": ("steps", 2, "page"), "input": {}})
    'Step 3, page: this is missing. Add it.'
    """
    kind, place = problem["type"], _place(problem["loc"])
    if kind == "value_error":  # the message of a validator of the plan
        return f"{place}: {problem['ctx']['error']}"
    if kind == "missing":
        return f"{place}: this is missing. Add it."
    if kind in ("extra_forbidden", "invalid_key"):
        return f"{place}: a plan has nothing of this name. Take it out, or check its spelling."
    if kind == "too_short" and problem["loc"] == ("steps",):
        return "A plan needs at least one step. Add one."
    if kind == "literal_error" and problem["loc"] == ("version",):
        return f"The plan is of version {named(problem['input'])}, and this app knows {problem['ctx']['expected']}."
    given = problem["input"]
    if given is None or (isinstance(given, str) and not given.strip()):
        return f"{place}: this is empty. Write something, or take it out."
    return f"{place}: {named(given)} cannot be used. {_wanted(kind, given, problem.get('ctx') or {})}"


def _place(loc: tuple[int | str, ...]) -> str:
    """The position of an error, with steps and answers counted from 1."""
    names = [name for name in loc if name != "[key]"]
    if names[:1] == ["steps"] and len(names) > 1 and isinstance(names[1], int):
        inside = [f"number {name + 1}" if isinstance(name, int) else _short(name) for name in names[2:]]
        return ", ".join([f"Step {names[1] + 1}", *inside])
    return ", ".join(["The plan", *(_short(name) for name in names if not isinstance(name, int))])


def _wanted(kind: str, given: Any, limits: Mapping[str, Any]) -> str:
    if kind in WANTED:
        return WANTED[kind]
    if kind in ("string_too_long", "too_long"):
        return f"Use at most {limits['max_length']}{' characters' if isinstance(given, str) else ''}."
    if kind in ("string_too_short", "too_short"):
        return f"Give at least {limits['min_length']}."
    if kind == "literal_error":
        return f"Choose one of: {limits['expected']}."
    return "Give names and values, as in a shipped plan."


def named(value: Any) -> str:
    """A value in quotation marks, shortened, and without special characters of Markdown or HTML; a list as “a list”.

    >>> named("<b>"), named([1]), named(10**5000)
    ('“·b·”', 'a list', 'a huge number')
    """
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, int) and abs(value) >= 10**MAX_SHOWN:
        return "a huge number"
    return f"“{_short(value)}”"


def _short(value: Any) -> str:
    text = str(value)[: MAX_SHOWN + 1]
    text = text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
    return re.sub(r"[^\w .,+…-]", "·", text)
