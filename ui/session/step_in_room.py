"""What a room is told when its lecturer goes to another step."""

from __future__ import annotations


def tell_room(step: int) -> None:
    """Take all who follow to this step, if the session leads a room through the plan that is on."""
