"""What is wrong with a plan, in a sentence that names the step and says what to do instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MAX_SHOWN = 40


def sentence(problem: Mapping[str, Any]) -> str:
    """One of the errors that pydantic lists, for a person.

    Examples
    --------
    >>> sentence({"type": "missing", "loc": ("steps", 2, "page"), "input": {}})
    'Step 3, page: this is missing. Add it.'
    """
    kind, place = problem["type"], _place(problem["loc"])
    if kind == "plan":
        return f"{place}: {problem['ctx']['sentence']}"
    if kind == "missing":
        return f"{place}: this is missing. Add it."
    if kind == "extra_forbidden":
        return f"{place}: a plan has nothing of this name. Take it out, or check its spelling."
    return f"{place}: {_quoted(problem['input'])} cannot be used. {_wanted(kind, problem.get('ctx') or {})}"


def _place(loc: tuple[int | str, ...]) -> str:
    """Where it is, as a person counts: steps and answers from 1."""
    names = [str(name) for name in loc if not isinstance(name, int)]
    if loc[:1] == ("steps",) and len(loc) > 1 and isinstance(loc[1], int):
        inside = [f"{name + 1}" if isinstance(name, int) else _short(name) for name in loc[2:]]
        return ", ".join([f"Step {loc[1] + 1}", *inside])
    return "The plan" + "".join(f", {_short(name)}" for name in names)


def _wanted(kind: str, limits: Mapping[str, Any]) -> str:
    if kind in ("greater_than_equal", "less_than_equal", "float_type", "float_parsing", "finite_number"):
        return "Give a number from 0 to 120."
    if kind in ("string_too_long", "too_long"):
        return f"Use at most {limits['max_length']}."
    if kind in ("string_too_short", "too_short"):
        return f"Give at least {limits['min_length']}."
    if kind in ("literal_error",):
        return f"Choose one of: {limits['expected']}."
    if kind in ("string_type", "string_pattern_mismatch"):
        return "Give it as text, with the name that the app's links use."
    if kind in ("tuple_type", "list_type"):
        return "Give a list."
    if kind in ("int_type", "int_parsing", "int_from_float"):
        return "Give a whole number."
    return "Give names and values, as the template does."


def _quoted(value: Any) -> str:
    """A value in quotation marks, short, and without the signs that Markdown or HTML would read."""
    return f"“{_short(value)}”"


def _short(value: Any) -> str:
    text = str(value)[: MAX_SHOWN + 1]
    text = text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
    return re.sub(r"[^\w .,+…-]", "·", text)
