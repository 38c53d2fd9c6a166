"""A clock in the browser: the time left of a step and of the lecture, compared with the plan."""

from __future__ import annotations

from typing import NamedTuple

from ui.components import component

_component = component("clock")


class Times(NamedTuple):
    """Planned and elapsed times of a lecture, in seconds.

    Attributes
    ----------
    step, lecture : float
        How long they are planned to take.
    before : float
        When the present step is planned to begin.
    step_elapsed, lecture_elapsed : float or None
        Since they began; None before the lecture has.
    """

    step: float
    lecture: float
    before: float
    step_elapsed: float | None = None
    lecture_elapsed: float | None = None


def show_clock(times: Times, *, key: str) -> None:
    """Show the time left; the clock does not run before the lecture has begun."""
    step = {"planned": times.step, "elapsed": times.step_elapsed or 0.0}
    lecture = {"planned": times.lecture, "before": times.before, "elapsed": times.lecture_elapsed or times.before}
    runs = times.lecture_elapsed is not None
    _component(key=key, data={"step": step, "lecture": lecture, "runs": runs})
