"""The plans that ship with the app."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ensemble.lecture.plan import Plan
from ensemble.lecture.plan_file import read_plan

FOLDER = Path(__file__).parent / "plans"


@cache
def shipped() -> dict[str, Plan]:
    """The plans by their names in links; the lecture of 45 minutes is the first.

    Examples
    --------
    >>> next(iter(shipped()))
    'lecture'
    """
    names = sorted((path.stem for path in FOLDER.glob("*.yaml")), key=lambda name: (name != "lecture", name))
    return {name: read_plan((FOLDER / f"{name}.yaml").read_bytes()) for name in names}
