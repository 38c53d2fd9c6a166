"""Rooms: many people answer one question, or train one ensemble together."""

from ensemble.room.room import Room
from ensemble.room.rooms import Rooms

__all__ = ["Room", "Rooms"]
